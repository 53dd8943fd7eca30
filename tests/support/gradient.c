#include "tests/support/gradient.h"

#include <math.h>
#include <string.h>
#include "tests/support/close.h"
#include "tests/support/plateau.h"

#define N_STEP 5
static const double STEP[N_STEP] = {1e-4, 2e-5, 8e-6, 4e-6, 2e-6}; /* relative, or of the unit box */

int gradient_is_same_band(const struct mesh *a, const struct mesh *b, int n, const double *theta_rad)
{
    enum { MAX = 4096 };
    static int node[2][MAX];
    static signed char sign[MAX];
    static double x[MAX], y[MAX];
    const struct mesh *ms[2] = {a, b};
    const int n_corner = 3 * mesh_get_band_size(a);
    assert_true(n_corner <= MAX);
    for (int k = 0; k < n; k++) {
        for (int i = 0; i < 2; i++)
            mesh_set_band(ms[i], theta_rad[k], node[i], sign, x, y);
        if (memcmp(node[0], node[1], (size_t)n_corner * sizeof(int)) != 0)
            return 0;
    }
    return 1;
}

/* Central difference of every figure; 0 when a side is not comparable. */
static int difference(const struct sens_space *sp, int k, double step, int n_figure, gradient_eval_fn *fn, void *ctx, double *out)
{
    double f[2][GRADIENT_MAX_FIGURE];
    for (int side = 0; side < 2; side++) {
        struct machine m;
        const double dx = side ? step : -step;
        sens_space_set_machine(sp, k, dx, &m);
        if (!fn(ctx, &m, k, dx, f[side]))
            return 0;
    }
    for (int i = 0; i < n_figure; i++)
        out[i] = (f[1][i] - f[0][i]) / (2.0 * step);
    return 1;
}

static double variable_check(const struct sens_space *sp, int k, int n_figure, const double *got, gradient_eval_fn *fn, void *ctx,
                             const struct gradient_rule *rule)
{
    static double d[N_STEP * GRADIENT_MAX_FIGURE], floor_of[GRADIENT_MAX_FIGURE];
    const struct sens_var *v = &sp->var[k];
    const double scale_x = v->kind == SENS_BOX ? 1.0 : fabs(v->x);
    double worst = 0.0;
    int n = 0;
    for (int i = 0; i < n_figure; i++)
        floor_of[i] = rule->floor[i] / scale_x;
    for (int s = 0; s < N_STEP && !plateau_is_flat(n, n_figure, d, floor_of, rule->plateau); s++)
        n += difference(sp, k, STEP[s] * scale_x, n_figure, fn, ctx, d + n * n_figure);
    if (n < 2)
        print_error("%s: the band changes within every step\n", v->key);
    assert_true(n >= 2);
    for (int i = 0; i < n_figure; i++) {
        const struct plateau wanted = plateau_get(n, n_figure, d, i);
        if (isnan(d[(n - 1) * n_figure + i])) {
            assert_true(isnan(got[i]));
            continue;
        }
        const double scale = fmax(fabs(wanted.value), floor_of[i]), gap = fabs(got[i] - wanted.value);
        if (!(gap <= rule->rtol * scale)) {
            print_error("figure %d to %s: %.9g, differences give %.9g within %.1g (scale %.3g)\n", i, v->key, got[i], wanted.value,
                        wanted.gap, scale);
            fail();
        }
        worst = scale > 0.0 ? fmax(worst, gap / scale) : worst;
    }
    return worst;
}

double gradient_check(const struct sens_space *sp, int n_figure, const double *gradient, gradient_eval_fn *fn, void *ctx,
                      const struct gradient_rule *rule)
{
    double worst = 0.0;
    assert_true(n_figure <= GRADIENT_MAX_FIGURE);
    for (int k = 0; k < sp->n; k++)
        worst = fmax(worst, variable_check(sp, k, n_figure, gradient + k * n_figure, fn, ctx, rule));
    return worst;
}
