/* explore_vary.c - variation of points: simulated binary crossover, differential steps, polynomial mutation. Contract: explore_impl.h. */
#include "solver/optimise/explore_impl.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

int explore_get_part(double x, int n) { return (int)fmin(x * n, n - 1); }

int explore_set_other_parts(int n_x, const int *n_level, const double *x, int max, double *out)
{
    int n = 0;
    for (int v = 0; v < n_x && n_level; v++)
        for (int part = 0; n_level[v] > 1 && part < n_level[v] && n < max; part++) {
            if (part == explore_get_part(x[v], n_level[v]))
                continue;
            memcpy(out + n * n_x, x, sizeof *out * (size_t)n_x);
            out[n++ * n_x + v] = (part + 0.5) / n_level[v];
        }
    return n;
}

#define SBX_ETA 12.0      /* spread of crossover [DEB1996] */
#define MUTATION_ETA 15.0 /* spread of mutation */
#define DE_WEIGHT 0.6     /* [STORN1997] */

/* splitmix64 [STEELE2014]: state passed in, one stream per search */
double explore_draw(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

int explore_draw_int(uint64_t *state, int n)
{
    int k = (int)(explore_draw(state) * n);
    return k < n ? k : n - 1;
}

/* Reflect into [0,1]: keeps the density near the faces, unlike clamping. */
static double reflect(double x)
{
    if (x < 0.0)
        x = -x;
    if (x > 1.0)
        x = 2.0 - x;
    return x < 0.0 ? 0.0 : (x > 1.0 ? 1.0 : x);
}

void explore_cross_sbx(uint64_t *state, int n, const double *a, const double *b, double *child)
{
    for (int j = 0; j < n; j++) {
        double u = explore_draw(state);
        double spread = u < 0.5 ? pow(2.0 * u, 1.0 / (SBX_ETA + 1.0)) : pow(1.0 / (2.0 * (1.0 - u)), 1.0 / (SBX_ETA + 1.0));
        double side = explore_draw(state) < 0.5 ? 1.0 : -1.0;
        child[j] = reflect(0.5 * (a[j] + b[j]) + 0.5 * side * spread * (a[j] - b[j]));
    }
}

void explore_cross_difference(uint64_t *state, int n, const double *base, const double *a, const double *b, const double *c, double *child)
{
    int always = explore_draw_int(state, n);
    for (int j = 0; j < n; j++)
        child[j] = (explore_draw(state) < 0.7 || j == always) ? reflect(a[j] + DE_WEIGHT * (b[j] - c[j])) : base[j];
}

void explore_mutate(uint64_t *state, int n, double *x)
{
    for (int j = 0; j < n; j++) {
        if (explore_draw(state) * n > 1.0)
            continue;
        double u = explore_draw(state);
        double d = u < 0.5 ? pow(2.0 * u, 1.0 / (MUTATION_ETA + 1.0)) - 1.0 : 1.0 - pow(2.0 * (1.0 - u), 1.0 / (MUTATION_ETA + 1.0));
        x[j] = reflect(x[j] + d);
    }
}
