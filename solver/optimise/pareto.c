#include "solver/optimise/pareto.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/banned.h"

double pareto_eval_violation(int n_con, const double *g)
{
    double sum = 0.0;
    for (int j = 0; j < n_con; j++) {
        if (isnan(g[j]))
            return 1e9;
        if (g[j] > 0.0)
            sum += g[j];
    }
    return sum;
}

int pareto_is_dominated(int n_obj, const double *obj_a, double violation_a, const double *obj_b, double violation_b)
{
    if (violation_a > 0.0 || violation_b > 0.0)
        return violation_b < violation_a;
    int better = 0;
    for (int j = 0; j < n_obj; j++) {
        if (!(obj_b[j] <= obj_a[j]))
            return 0;
        if (obj_b[j] < obj_a[j])
            better = 1;
    }
    return better;
}

void pareto_set_rank(int n, int n_obj, const double *obj, const double *violation, int *rank, int *work)
{
    int *n_dominating = work; /* points not yet ranked that dominate k */
    for (int k = 0; k < n; k++) {
        rank[k] = -1;
        n_dominating[k] = 0;
        for (int l = 0; l < n; l++)
            if (l != k)
                n_dominating[k] += pareto_is_dominated(n_obj, obj + k * n_obj, violation[k], obj + l * n_obj, violation[l]);
    }
    int *peel = work + n;
    int left = n;
    for (int level = 0; left > 0; level++) {
        int n_peel = 0;
        for (int k = 0; k < n; k++)
            if (rank[k] < 0 && n_dominating[k] == 0)
                peel[n_peel++] = k;
        for (int q = 0; q < n_peel; q++)
            rank[peel[q]] = level;
        for (int q = 0; q < n_peel; q++)
            for (int k = 0; k < n; k++)
                if (rank[k] < 0)
                    n_dominating[k] -= pareto_is_dominated(n_obj, obj + k * n_obj, violation[k],
                                                           obj + peel[q] * n_obj, violation[peel[q]]);
        left -= n_peel;
    }
}

/* Sort the indices list[0..m-1] by one objective; ties by index, so that the order is the same on every machine. */
static void sort_by_objective(int m, int *list, int n_obj, const double *obj, int j)
{
    for (int gap = m / 2; gap > 0; gap /= 2)
        for (int a = gap; a < m; a++) {
            int v = list[a], b = a;
            for (; b >= gap; b -= gap) {
                int u = list[b - gap];
                double du = obj[u * n_obj + j], dv = obj[v * n_obj + j];
                if (du < dv || (!(dv < du) && u < v))
                    break;
                list[b] = u;
            }
            list[b] = v;
        }
}

void pareto_set_crowding(int n, int n_obj, const double *obj, const int *rank, double *distance, int *work)
{
    int max_rank = 0;
    for (int k = 0; k < n; k++) {
        distance[k] = 0.0;
        if (rank[k] > max_rank)
            max_rank = rank[k];
    }
    for (int level = 0; level <= max_rank; level++) {
        int m = 0;
        for (int k = 0; k < n; k++)
            if (rank[k] == level)
                work[m++] = k;
        for (int j = 0; j < n_obj && m > 0; j++) {
            sort_by_objective(m, work, n_obj, obj, j);
            double span = obj[work[m - 1] * n_obj + j] - obj[work[0] * n_obj + j];
            distance[work[0]] = distance[work[m - 1]] = HUGE_VAL;
            for (int a = 1; a + 1 < m && span > 0.0; a++)
                distance[work[a]] += (obj[work[a + 1] * n_obj + j] - obj[work[a - 1] * n_obj + j]) / span;
        }
    }
}

static int compare_first(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (x[0] > y[0]) - (x[0] < y[0]);
}

/* Area dominated in two objectives by points (p[k*stride + 0..1]), bounded by ref; p sorted by the first objective. */
static double area_2d(int n, const double *p, int stride, double limit_last, int last, const double *ref)
{
    double area = 0.0, lowest = ref[1];
    for (int k = 0; k < n; k++) {
        const double *q = p + k * stride;
        if (q[0] >= ref[0] || q[1] >= lowest || (last >= 0 && q[last] > limit_last))
            continue;
        area += (ref[0] - q[0]) * (lowest - q[1]);
        lowest = q[1];
    }
    return area;
}

double pareto_eval_hypervolume(int n, int n_obj, const double *obj, const double *ref, double *work)
{
    memcpy(work, obj, sizeof(double) * (size_t)(n * n_obj));
    qsort(work, (size_t)n, sizeof(double) * (size_t)n_obj, compare_first);
    if (n_obj == 2)
        return area_2d(n, work, 2, 0.0, -1, ref);
    /* three objectives: slabs between successive values of the third one, each with the area of the points below it */
    double volume = 0.0, low = -HUGE_VAL;
    for (;;) {
        double z = ref[2], next = ref[2];
        for (int k = 0; k < n; k++)
            if (work[3 * k + 2] > low && work[3 * k + 2] < z)
                z = work[3 * k + 2];
        if (!(z < ref[2]))
            return volume;
        for (int k = 0; k < n; k++)
            if (work[3 * k + 2] > z && work[3 * k + 2] < next)
                next = work[3 * k + 2];
        volume += area_2d(n, work, 3, z, 2, ref) * (next - z);
        low = z;
    }
}
