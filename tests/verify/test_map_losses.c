/* test_map_losses.c - losses halfway between the points of a flux map against direct solutions there, at the grid of a report and at one
 * of half its spacing (regression bounds: a few currents are few for the ripple of the field); those of the magnets at the grid of an
 * evaluated design, where their slopes come from the field behind them; and that they, which fall to a thousandth of their largest, are
 * negative nowhere. */
#include "models/operate/flux_map.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"
#include "tests/support/proof.h"
#include <stdio.h>

#define I_MAX_A 250.0
#define LOW_PU (-1.15)
#define HIGH_PU 0.1
#define N_D 5
#define N_Q 4
#define N_EVALUATE 6       /* points of either axis of an evaluated design, their spread along i_q, and its positions: evaluate_map.c */
#define Q_EXPONENT 1.4
#define POSITIONS_EVALUATE 3
#define F_HZ 400.0

struct error { double worst_pu[LOSS_REGION_COUNT], rms_pu[LOSS_REGION_COUNT]; int n; };

static struct flux_map *map_new(int n)
{
    struct flux_map *fm;
    struct err e;
    assert_ok(flux_map_new(n, &fm, &e), &e);
    return fm;
}

static struct flux_map_opts grid(int n_d, int n_q, double q_exponent, int n_position, double I_max_A)
{
    struct flux_map_opts o = {.n_d = n_d, .n_q = n_q, .n_f = 1, .n_position = n_position, .magnet_T_K = 373.15, .corner_A = 1.25 * I_max_A};
    for (int k = 0; k < o.n_d; k++)
        o.i_d_A[k] = I_max_A * (LOW_PU + (HIGH_PU - LOW_PU) * k / (o.n_d - 1));
    for (int k = 0; k < o.n_q; k++)
        o.i_q_A[k] = I_max_A * pow((double)k / (o.n_q - 1), q_exponent);
    return o;
}

static struct flux_map_opts even_grid(int refine, int n_position)
{
    return grid(refine * (N_D - 1) + 1, refine * (N_Q - 1) + 1, 1.0, n_position, I_MAX_A);
}

/* Middles of the cells; the axis of i_q must start at 0, which is no middle. */
static struct flux_map_opts middles(const struct flux_map_opts *o)
{
    struct flux_map_opts m = *o;
    m.n_d = o->n_d - 1;
    for (int k = 0; k < m.n_d; k++)
        m.i_d_A[k] = 0.5 * (o->i_d_A[k] + o->i_d_A[k + 1]);
    for (int k = 1; k < m.n_q; k++)
        m.i_q_A[k] = 0.5 * (o->i_q_A[k] + o->i_q_A[k - 1]);
    return m;
}

/* Errors of every region inside the circle of current, of the region's largest loss there. */
static struct error error_eval(struct field_ws *ws, const struct machine *m, const struct flux_map_opts *o)
{
    const double I_max_A = o->i_q_A[o->n_q - 1];
    struct flux_map_opts at = middles(o);
    struct flux_map *map = map_new(o->n_d * o->n_q), *direct = map_new(at.n_d * at.n_q);
    struct error out = {{0.0}, {0.0}, 0};
    double largest_W[LOSS_REGION_COUNT] = {0.0};
    struct err e;
    assert_ok(flux_map_solve(map, ws, m, o, &e), &e);
    assert_ok(flux_map_solve(direct, ws, m, &at, &e), &e);
    for (int k = at.n_d; k < direct->n; k++) {
        double i_d_A = at.i_d_A[k % at.n_d], i_q_A = at.i_q_A[k / at.n_d], between_W[LOSS_REGION_COUNT], there_W[LOSS_REGION_COUNT];
        if (hypot(i_d_A, i_q_A) > I_max_A)
            continue;
        out.n++;
        flux_map_eval_iron_W(map, i_d_A, i_q_A, 0.0, F_HZ, between_W);
        flux_map_eval_iron_W(direct, i_d_A, i_q_A, 0.0, F_HZ, there_W); /* at a point of that map: as solved */
        for (int r = 0; r < LOSS_REGION_COUNT; r++) {
            largest_W[r] = fmax(largest_W[r], there_W[r]);
            out.worst_pu[r] = fmax(out.worst_pu[r], fabs(between_W[r] - there_W[r]));
            out.rms_pu[r] += (between_W[r] - there_W[r]) * (between_W[r] - there_W[r]);
        }
    }
    for (int r = 0; r < LOSS_REGION_COUNT; r++) {
        out.worst_pu[r] /= largest_W[r];
        out.rms_pu[r] = sqrt(out.rms_pu[r] / out.n) / largest_W[r];
    }
    flux_map_free(map);
    flux_map_free(direct);
    return out;
}

static void ws_new(const char *name, struct matlib **lib, struct machine *m, struct field_ws **ws)
{
    struct err e = {0};
    struct field_opts o = field_opts_default();
    assert_ok(matlib_new("materials/data", lib, &e), &e);
    assert_ok(machines_read_case(name, *lib, NULL, m, &e), &e);
    assert_ok(field_new(m, MESH_COARSE, &o, ws, &e), &e);
}

static void test_between_points(void **state)
{
    (void)state;
    static const char *const NAME[LOSS_REGION_COUNT] = {"stator yoke", "stator teeth", "rotor iron", "magnets"};
    struct matlib *lib;
    struct machine m;
    struct field_ws *ws;
    ws_new("C1", &lib, &m, &ws);
    const struct flux_map_opts wide = even_grid(1, FLUX_POSITIONS_REPORT), narrow = even_grid(2, FLUX_POSITIONS_REPORT);
    struct error report = error_eval(ws, &m, &wide), half = error_eval(ws, &m, &narrow);
    assert_true(report.n > 5 && half.n > 30);
    for (int r = 0; r < LOSS_REGION_COUNT; r++) {
        print_message("%s: worst error %.4f of the largest loss, at half the spacing %.4f\n", NAME[r], report.worst_pu[r],
                      half.worst_pu[r]);
        assert_true(report.worst_pu[r] < (r == LOSS_MAGNET ? 0.27 : 0.06));
        assert_true(half.worst_pu[r] < 0.06);
    }
    assert_true(half.worst_pu[LOSS_MAGNET] < 0.25 * report.worst_pu[LOSS_MAGNET]);
    proof_note(PROOF_FE, "magnet loss halfway between the points of a map, worst, of the largest", "C1 coarse, 5 x 4 points, 6 positions",
               100.0 * report.worst_pu[LOSS_MAGNET], "%", "tests/verify/test_map_losses.c");
    proof_note(PROOF_FE, "magnet loss halfway between the points of a map, worst, of the largest", "C1 coarse, 9 x 7 points, 6 positions",
               100.0 * half.worst_pu[LOSS_MAGNET], "%", "tests/verify/test_map_losses.c");
    field_free(ws);
    matlib_free(lib);
}

/* Rms over the middles; with slopes from splines through the loss itself: 4.2, 17.8, 1.1 and 15.1 %. */
static void test_grid_of_a_design(void **state)
{
    (void)state;
    static const struct { const char *name; double I_max_A, rms_max_pu; } CASE[] = {
        {"C1", 250.0, 0.035}, {"C2", 400.0, 0.12}, {"C3", 100.0, 0.012}, {"C5", 300.0, 0.09}};
    for (int k = 0; k < ARRAY_LEN(CASE); k++) {
        struct matlib *lib;
        struct machine m;
        struct field_ws *ws;
        char words[64];
        const struct flux_map_opts o = grid(N_EVALUATE, N_EVALUATE, Q_EXPONENT, POSITIONS_EVALUATE, CASE[k].I_max_A);
        ws_new(CASE[k].name, &lib, &m, &ws);
        const struct error x = error_eval(ws, &m, &o);
        print_message("%s, magnets: error rms %.4f, worst %.4f of the largest loss\n", CASE[k].name, x.rms_pu[LOSS_MAGNET],
                      x.worst_pu[LOSS_MAGNET]);
        assert_true(x.n > 15);
        assert_true(x.rms_pu[LOSS_MAGNET] < CASE[k].rms_max_pu);
        snprintf(words, sizeof words, "%s coarse, %d x %d points, %d positions", CASE[k].name, o.n_d, o.n_q, o.n_position);
        proof_note(PROOF_FE, "magnet loss halfway between the points of a map, rms, of the largest", words, 100.0 * x.rms_pu[LOSS_MAGNET],
                   "%", "tests/verify/test_map_losses.c");
        field_free(ws);
        matlib_free(lib);
    }
}

static void test_negative_nowhere(void **state)
{
    (void)state;
    struct matlib *lib;
    struct machine m;
    struct field_ws *ws;
    struct err e;
    struct flux_map_opts o = even_grid(1, 3);
    struct flux_map *map = map_new(o.n_d * o.n_q);
    double least_W = HUGE_VAL, largest_W = 0.0, W[LOSS_REGION_COUNT];
    ws_new("C1", &lib, &m, &ws);
    assert_ok(flux_map_solve(map, ws, &m, &o, &e), &e);
    for (double d = LOW_PU * I_MAX_A; d < HIGH_PU * I_MAX_A; d += 1.7)
        for (double q = 0.0; q < I_MAX_A; q += 1.3) {
            flux_map_eval_iron_W(map, d, q, 0.0, F_HZ, W);
            largest_W = fmax(largest_W, W[LOSS_MAGNET]);
            for (int r = 0; r < LOSS_REGION_COUNT; r++)
                least_W = fmin(least_W, W[r]);
        }
    print_message("least %.3g W, magnets' largest %.3g W\n", least_W, largest_W);
    assert_true(least_W > 0.0);
    assert_true(least_W < 1e-2 * largest_W);
    flux_map_free(map);
    field_free(ws);
    matlib_free(lib);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_between_points), cmocka_unit_test(test_grid_of_a_design),
                                       cmocka_unit_test(test_negative_nowhere)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
