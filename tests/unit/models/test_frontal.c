/* Nested dissection and the multifrontal factor: residuals of solutions on grids, cylinders and graphs in pieces; that separators
 * separate; fill of a square grid; refusals; memory. */
#include <math.h>
#include <string.h>
#include "materials/base/mem.h"
#include "models/num/frontal.h"
#include "tests/support/close.h"

struct grid {
    int rows, columns, n, n_edge, *start, *next, *by_x, *by_y, *rank, *work;
    struct order_graph g;
    struct dissect_tree tree;
};

enum { SHAPE_STRIP, SHAPE_RING, SHAPE_PIECES /* no edges from one half of the columns to the other */ };

static int scatter_get(const struct grid *x, int k) { return (int)((long)k * 7919 % x->n); }

/* Grid with scattered numbering and one diagonal per cell. */
static void grid_init(struct grid *x, int rows, int columns, int shape)
{
    static const int dr[6] = {1, -1, 0, 0, 1, -1}, dc[6] = {0, 0, 1, -1, 1, -1};
    memset(x, 0, sizeof *x);
    x->rows = rows;
    x->columns = columns;
    int n = x->n = rows * columns;
    size_t size = (size_t)n + 1;
    x->start = mem_new(size, sizeof(int));
    x->next = mem_new(6 * size, sizeof(int));
    x->by_x = mem_new(size, sizeof(int));
    x->by_y = mem_new(size, sizeof(int));
    x->rank = mem_new(size, sizeof(int));
    x->work = mem_new(DISSECT_WORK * size, sizeof(int));
    x->tree.first = mem_new(size, sizeof(int));
    x->tree.n_max = n;
    int *where = x->rank;
    for (int k = 0; k < n; k++)
        where[scatter_get(x, k)] = k;
    for (int i = 0; i < n; i++) {
        x->start[i] = x->n_edge;
        int r = where[i] / columns, c = where[i] % columns;
        for (int d = 0; d < 6; d++) {
            int rr = r + dr[d], cc = c + dc[d];
            if (shape == SHAPE_RING)
                cc = (cc + columns) % columns;
            if (rr < 0 || rr >= rows || cc < 0 || cc >= columns || (shape == SHAPE_PIECES && (c < columns / 2) != (cc < columns / 2)))
                continue;
            x->next[x->n_edge++] = scatter_get(x, rr * columns + cc);
        }
    }
    x->start[n] = x->n_edge;
    x->g = (struct order_graph){n, x->start, x->next};
    for (int k = 0; k < n; k++) {
        x->by_y[k] = scatter_get(x, k);
        x->by_x[k] = scatter_get(x, k % rows * columns + k / rows);
    }
}

static void grid_done(struct grid *x)
{
    void *const list[] = {x->start, x->next, x->by_x, x->by_y, x->rank, x->work, x->tree.first};
    for (int k = 0; k < ARRAY_LEN(list); k++)
        mem_free(list[k]);
}

static void grid_dissect(struct grid *x, int n_leaf)
{
    dissect_set(&x->g, n_leaf, x->by_x, x->by_y, x->work, &x->tree);
    for (int k = 0; k < x->n; k++)
        x->rank[k] = -1;
    for (int k = 0; k < x->n; k++) {
        assert_int_equal(x->rank[x->by_x[k]], -1);
        x->rank[x->by_x[k]] = k;
    }
    assert_int_equal(x->tree.first[0], 0);
    assert_int_equal(x->tree.first[x->tree.n], x->n);
}

/* Symmetric figures without a pattern; rows dominate, so that the matrix is positive definite. */
static double entry_get(const struct grid *x, int i, int j)
{
    if (i == j)
        return 6.5 + 0.5 * sin(3.0 * i) + 0.01 * x->n / (i + 1.0);
    return -0.55 - 0.45 * sin(1.0 + i * (double)j) * cos((double)(i + j));
}

static void matrix_set(const struct grid *x, struct frontal *f)
{
    frontal_set_zero(f);
    for (int i = 0; i < x->n; i++) {
        f->a[frontal_get_place(f, x->rank[i], x->rank[i])] = entry_get(x, i, i);
        for (int k = x->start[i]; k < x->start[i + 1]; k++)
            f->a[frontal_get_place(f, x->rank[i], x->rank[x->next[k]])] = entry_get(x, i, x->next[k]);
    }
}

static void factor_init(struct grid *x, struct frontal *f, struct frontal_plan *plan)
{
    struct err e;
    assert_ok(frontal_init(f, x->n, &e), &e);
    assert_ok(frontal_plan_init(plan, x->n, &e), &e);
    frontal_set_plan(f, plan, &x->g, x->by_x, x->rank, &x->tree);
    assert_ok(frontal_reserve(f, &plan->need, &e), &e);
    assert_true(frontal_is_enough(f));
}

/* Residual of a solution: the matrix by rows of the graph, nothing of the factor's code. */
static double residual_eval(const struct grid *x, const double *solution, const double *rhs)
{
    double worst = 0.0;
    for (int i = 0; i < x->n; i++) {
        double r = rhs[i] - entry_get(x, i, i) * solution[i];
        for (int k = x->start[i]; k < x->start[i + 1]; k++)
            r -= entry_get(x, i, x->next[k]) * solution[x->next[k]];
        worst = fmax(worst, fabs(r));
    }
    return worst;
}

/* Eleven vectors at once, in the order of the unknowns; the first alone gives the same figures. */
static void check_many(const struct grid *x, struct frontal *f)
{
    enum { N = 11 };
    const size_t n = (size_t)x->n;
    double *rhs = mem_new(2 * N * n + n, sizeof *rhs), *v[N], *alone = rhs + 2 * N * n;
    assert_non_null(rhs);
    for (int k = 0; k < N; k++) {
        v[k] = rhs + (size_t)(N + k) * n;
        for (int i = 0; i < x->n; i++)
            v[k][i] = rhs[(size_t)k * n + (size_t)i] = cos(0.7 * i + k);
    }
    memcpy(alone, v[0], n * sizeof *alone);
    frontal_solve_many(f, N, v, x->by_x);
    for (int k = 0; k < N; k++)
        assert_true(residual_eval(x, v[k], rhs + (size_t)k * n) < 1e-13);
    frontal_solve_many(f, 1, &alone, x->by_x);
    assert_memory_equal(alone, v[0], n * sizeof *alone);
    mem_free(rhs);
}

static void check_solution(int rows, int columns, int shape, int n_leaf)
{
    struct grid x;
    struct frontal f;
    struct frontal_plan plan;
    struct err e;
    grid_init(&x, rows, columns, shape);
    grid_dissect(&x, n_leaf);
    factor_init(&x, &f, &plan);
    double *rhs = mem_new(3 * (size_t)x.n, sizeof *rhs), *by_rank = rhs + x.n, *out = rhs + 2 * x.n;
    long count = mem_get_count();
    for (int pass = 0; pass < 2; pass++) { /* the second time on memory in use */
        matrix_set(&x, &f);
        assert_ok(frontal_set_factor(&f, &e), &e);
        for (int i = 0; i < x.n; i++)
            by_rank[x.rank[i]] = rhs[i] = cos(0.7 * i + pass);
        frontal_solve(&f, by_rank);
        for (int i = 0; i < x.n; i++)
            out[i] = by_rank[x.rank[i]];
        assert_true(residual_eval(&x, out, rhs) < 1e-13);
    }
    assert_int_equal(mem_get_count(), count);
    check_many(&x, &f);
    mem_free(rhs);
    frontal_done(&f);
    frontal_plan_done(&plan);
    grid_done(&x);
}

static void test_solution(void **state)
{
    (void)state;
    for (int leaf = 1; leaf <= 40; leaf += 3)
        for (int shape = 0; shape < 3; shape++)
            check_solution(13, 17, shape, leaf);
    check_solution(1, 1, SHAPE_STRIP, 8);
    check_solution(1, 50, SHAPE_STRIP, 3);
    check_solution(60, 2, SHAPE_PIECES, 5);
    check_solution(40, 90, SHAPE_RING, 20);
}

/* No edge joins two blocks unless one waits for the other: the later one is an ancestor in the tree of fronts. */
static void test_separation(void **state)
{
    (void)state;
    struct grid x;
    struct frontal f;
    struct frontal_plan plan;
    grid_init(&x, 20, 45, SHAPE_RING);
    grid_dissect(&x, 12);
    factor_init(&x, &f, &plan);
    assert_true(x.tree.n > 60);
    for (int i = 0; i < x.n; i++) {
        for (int k = x.start[i]; k < x.start[i + 1]; k++) {
            int a = plan.owner[x.rank[i]], b = plan.owner[x.rank[x.next[k]]];
            if (a > b)
                continue;
            while (a >= 0 && a != b)
                a = plan.front[a].parent;
            assert_int_equal(a, b);
        }
    }
    frontal_done(&f);
    frontal_plan_done(&plan);
    grid_done(&x);
}

/* Entries of the factor of a square grid of n unknowns grow like n log n (George 1973), those of a band like n^1.5: from 30 to 120 nodes a
 * side by 16 (1 + log 4 / log 30) = 22.5 against 64. */
static void test_fill(void **state)
{
    (void)state;
    double n[2];
    for (int k = 0; k < 2; k++) {
        struct grid x;
        struct frontal f;
        struct frontal_plan plan;
        int side = k == 0 ? 30 : 120;
        grid_init(&x, side, side, SHAPE_STRIP);
        grid_dissect(&x, 12);
        factor_init(&x, &f, &plan);
        n[k] = (double)plan.need.n_entry;
        frontal_done(&f);
        frontal_plan_done(&plan);
        grid_done(&x);
    }
    assert_true(n[1] / n[0] < 27.0);
    assert_true(n[1] < 50.0 * 120.0 * 120.0); /* a band takes 121 n */
}

static void test_refused(void **state)
{
    (void)state;
    static const double BAD[3] = {-1.0, 0.0, (double)NAN};
    struct grid x;
    struct frontal f;
    struct frontal_plan plan;
    struct err e;
    grid_init(&x, 9, 9, SHAPE_STRIP);
    grid_dissect(&x, 6);
    factor_init(&x, &f, &plan);
    for (int k = 0; k < 3 * x.n; k++) {
        matrix_set(&x, &f);
        f.a[frontal_get_place(&f, k / 3, k / 3)] = BAD[k % 3];
        assert_int_equal(frontal_set_factor(&f, &e), ST_SINGULAR);
    }
    matrix_set(&x, &f);
    assert_ok(frontal_set_factor(&f, &e), &e);
    f.capacity.n_entry--;
    assert_false(frontal_is_enough(&f));
    frontal_done(&f);
    frontal_plan_done(&plan);
    grid_done(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_solution), cmocka_unit_test(test_separation), cmocka_unit_test(test_fill),
                                       cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
