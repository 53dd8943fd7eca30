/* test_demag.c - irreversible loss on a magnetic circuit whose load line is known in closed form: parallel magnet elements of length l
 * between perfect iron with an air gap g and a demagnetising magnetomotive force F = -i_d, H l + (g / mu0) (sum a_i B_i) / A_gap = -F
 * (Ampere; every element sees the same H),   B_i = Br_i + mu0 mu_rec H. The demagnetised state is then the root of one scalar equation with
 * Br_i = remaining(H), solved here by bisection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <math.h>
#include <cmocka.h>
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "models/demag/demag_impl.h"
#include "tests/support/close.h"
#include "materials/base/banned.h"

#define N_ELEM 20
#define LENGTH_M 0.005
#define CELL_M2 1e-5
#define DEG_C(t) ((t) + KELVIN_OFFSET_K)

struct circuit { struct demag_ws *ws; double gap_m; };

static double get_sum_area_m2(const struct demag_ws *ws)
{
    double sum = 0.0;
    for (int i = 0; i < ws->n; i++)
        sum += ws->area_m2[i];
    return sum;
}

static enum status solve_circuit(void *ctx, const struct demag_state *s, const double *Br_T, double *H_A_per_m, double *lambda_d_Wb,
                                 double *lambda_q_Wb, struct err *e)
{
    const struct circuit *c = ctx;
    const double mu = MU0_H_PER_M * c->ws->magnet->mu_rec.value, area = get_sum_area_m2(c->ws);
    double flux = 0.0;
    (void)e;
    for (int i = 0; i < c->ws->n; i++)
        flux += c->ws->area_m2[i] * Br_T[i];
    const double H = (s->i_d_A - c->gap_m / (MU0_H_PER_M * area) * flux) / (LENGTH_M + c->gap_m * mu / MU0_H_PER_M);
    for (int i = 0; i < c->ws->n; i++)
        H_A_per_m[i] = H;
    *lambda_d_Wb = flux + mu * H * area;
    *lambda_q_Wb = 0.0;
    return ST_OK;
}

static struct magnet good_magnet(void)
{
    return (struct magnet){.base = {.T_min_K = DEG_C(-40.0), .T_max_K = DEG_C(200.0)}, .Br20_T = {.value = 1.30},
                           .alpha_Br_per_K = {.value = -0.0012}, .HcJ20_A_per_m = {.value = 1.6e6}, .beta_HcJ_per_K = {.value = -0.0055},
                           .mu_rec = {.value = 1.05}, .squareness_pu = {.value = 0.95}, .T_limit_K = {.value = DEG_C(180.0)},
                           .is_diffused = 1, .gbd_gain20_A_per_m = {.value = 4e5}, .gbd_depth_m = {.value = 1e-3}};
}

static struct magnet weak_magnet(void) /* iron-nitride-like */
{
    struct magnet m = good_magnet();
    m.Br20_T.value = 1.1;
    m.HcJ20_A_per_m.value = 1.5e5;
    m.beta_HcJ_per_K.value = 2e-4;
    m.squareness_pu.value = 0.79;
    return m;
}

/* Elements at different depths below one diffused face, so that their coercivities differ. */
static struct demag_ws *set_up(struct circuit *c, const struct magnet *m, double gap_m, int n_face)
{
    struct err e;
    assert_int_equal(demag_ws_new(N_ELEM, &c->ws, &e), ST_OK);
    c->gap_m = gap_m;
    c->ws->magnet = m;
    c->ws->n_face = n_face;
    for (int i = 0; i < N_ELEM; i++) {
        c->ws->area_m2[i] = CELL_M2 * (1.0 + 0.05 * i);
        c->ws->depth_m[4 * i] = 2e-4 * i;
    }
    demag_ws_set_coercivity(c->ws);
    return c->ws;
}

/* Exact loss of no-load flux by bisection on the common H. */
static double exact_loss(struct circuit *c, double T_K, double i_d_A)
{
    struct demag_ws *ws = c->ws;
    const double mu = MU0_H_PER_M * ws->magnet->mu_rec.value, area = get_sum_area_m2(ws), Br_T = magnet_eval_Br_T(ws->magnet, T_K);
    double low = -1e7, high = 0.0, flux = 0.0;
    for (int k = 0; k < 200; k++) {
        const double H = 0.5 * (low + high);
        flux = 0.0;
        for (int i = 0; i < ws->n; i++) {
            const double HcJ = magnet_eval_HcJ_A_per_m(ws->magnet, T_K, ws->n_face, ws->depth_m + 4 * i);
            flux += ws->area_m2[i] * magnet_eval_remaining_Br_T(ws->magnet, T_K, HcJ, H);
        }
        if (H * LENGTH_M + c->gap_m / (MU0_H_PER_M * area) * (flux + mu * H * area) - i_d_A > 0.0)
            high = H;
        else
            low = H;
    }
    return 1.0 - flux / (Br_T * area); /* the no-load circuit is linear in the remanences */
}

static struct demag_event make_event(double T_K, double i_d_A)
{
    return (struct demag_event){.T_K = T_K, .i_d_A = i_d_A, .n_position = 1};
}

static double solve_loss(struct circuit *c, double T_K, double i_d_A, struct demag_result *r)
{
    struct demag_source src = {.ctx = c, .solve = solve_circuit};
    const struct demag_event ev = make_event(T_K, i_d_A);
    const struct demag_opts opts = demag_opts_default();
    struct err e;
    demag_forget_damage(c->ws);
    assert_int_equal(demag_core_event(c->ws, &src, &ev, &opts, r, &e), ST_OK);
    assert_true(r->converged);
    assert_int_equal(r->n_solve, src.n_solve);
    return r->flux_lost_pu;
}

static void test_closure_lies_on_curve_and_load_line(void **state)
{
    (void)state;
    const struct magnet m = good_magnet();
    struct circuit c;
    struct demag_ws *ws = set_up(&c, &m, 5e-4, 0);
    const double T_K = DEG_C(150.0), most = demag_eval_load_line_max(ws), Br_T = magnet_eval_Br_T(&m, T_K);
    demag_set_temperature(ws, T_K);
    const double HcJ = ws->a[DEMAG_HCJ][0], H0 = magnet_eval_H0_A_per_m(&m, T_K, HcJ);
    for (int k = 1; k <= 10; k++) {
        const double H_full = -HcJ * (0.2 * k), line = 0.1 * k * most;
        const double Br_eq = demag_eval_closure_T(ws, 0, T_K, H_full, Br_T, line);
        const double H = H_full - line * (Br_eq - Br_T);
        if (-H >= HcJ) { /* beyond HcJ nothing is left, on the load line as on the curve */
            assert_close(Br_eq, 0.0, 0.0, 1e-9);
            continue;
        }
        /* B by the intrinsic curve of magnet.h, and by the recoil line of what is left */
        const double J = (Br_T + MU0_H_PER_M * 0.05 * H) * (1.0 - exp(-(H + HcJ) / H0));
        assert_close(Br_eq + 1.05 * MU0_H_PER_M * H, MU0_H_PER_M * H + J, 0.0, 1e-8);
    }
    demag_free(ws);
}

static void test_no_event_no_loss(void **state)
{
    (void)state;
    const struct magnet m = good_magnet();
    struct circuit c;
    struct demag_result r;
    struct demag_ws *ws = set_up(&c, &m, 5e-4, 0);
    const long live = mem_get_count();
    assert_true(solve_loss(&c, DEG_C(20.0), 0.0, &r) == 0.0); /* no event, no loss: exactly */
    assert_close(solve_loss(&c, DEG_C(100.0), -500.0, &r), 0.0, 0.0, 1e-6);
    assert_int_equal(mem_get_count(), live); /* nothing allocated in a solve */
    assert_close(r.stats.area_beyond_knee_pu, 0.0, 0.0, 0.0);
    /* H by hand: uniform, (i_d - g Br/mu0)/(l + g mu_rec) */
    const double Br_T = 1.3 * (1.0 - 0.0012 * 80.0), H = (-500.0 - 5e-4 * Br_T / MU0_H_PER_M) / (0.005 + 5e-4 * 1.05);
    assert_close(r.stats.worst_H_A_per_m, H, 1e-12, 0.0);
    assert_close(r.stats.B_p5_T, r.stats.B_min_T, 1e-12, 0.0);
    assert_close(r.stats.B_p50_T, Br_T + 1.05 * MU0_H_PER_M * H, 1e-12, 0.0);
    demag_free(ws);
}

static void test_event_against_exact_circuit(void **state)
{
    (void)state;
    const struct magnet m = good_magnet();
    struct circuit c;
    struct demag_result r;
    struct demag_ws *ws = set_up(&c, &m, 5e-4, 1);
    for (int k = 0; k < 8; k++) {
        const double T_K = DEG_C(120.0 + 10.0 * (k % 4)), i_d_A = k < 4 ? -1500.0 : -3500.0;
        const double exact = exact_loss(&c, T_K, i_d_A);
        assert_close(solve_loss(&c, T_K, i_d_A, &r), exact, 0.0, 1e-3);
        assert_true(r.n_iter <= 30);
    }
    demag_free(ws);
}

static void test_weak_magnet_collapses_with_its_field(void **state)
{
    (void)state;
    const struct magnet m = weak_magnet();
    struct circuit c;
    struct demag_result r;
    struct demag_ws *ws = set_up(&c, &m, 2e-3, 0);
    const double T_K = DEG_C(20.0), exact = exact_loss(&c, T_K, 0.0);
    assert_close(solve_loss(&c, T_K, 0.0, &r), exact, 0.0, 1e-3);
    assert_true(exact > 0.3 && exact < 0.9);
    /* reading the curve at the full-strength field would leave nothing */
    const double H_full = r.stats.worst_H_A_per_m;
    assert_close(magnet_eval_remaining_Br_T(&m, T_K, 1.5e5, H_full), 0.0, 0.0, 0.0);
    const double *Br_eq_T, *Br_T;
    assert_int_equal(demag_get_Br_T(ws, &Br_eq_T, &Br_T), N_ELEM);
    assert_close(Br_eq_T[3] / Br_T[3], 1.0 - exact, 0.0, 1e-3);
    demag_free(ws);
}

static void test_loss_grows_with_heat_and_current(void **state)
{
    (void)state;
    const struct magnet m = good_magnet();
    struct circuit c;
    struct demag_result r;
    struct demag_ws *ws = set_up(&c, &m, 5e-4, 1);
    double hot = -1.0, strong = -1.0;
    for (int k = 0; k < 7; k++) {
        const double loss_T = solve_loss(&c, DEG_C(112.0 + 7.0 * k), -2000.0, &r);
        const double loss_i = solve_loss(&c, DEG_C(120.0), -1000.0 - 430.0 * k, &r);
        assert_true(loss_T >= hot && loss_i >= strong);
        assert_true(loss_T < 1.0 && loss_i < 1.0);
        hot = loss_T;
        strong = loss_i;
    }
    assert_true(hot > 0.02 && strong > 0.02);
    demag_free(ws);
}

static double exact_crossing(struct circuit *c, int in_T, double T_K, double i_d_A, double low, double high)
{
    for (int k = 0; k < 60; k++) {
        const double x = 0.5 * (low + high), loss = in_T ? exact_loss(c, x, i_d_A) : exact_loss(c, T_K, x * i_d_A);
        if (loss > 0.01)
            high = x;
        else
            low = x;
    }
    return 0.5 * (low + high);
}

static void test_margin_against_exact_circuit(void **state)
{
    (void)state;
    const struct magnet m = good_magnet();
    struct circuit c;
    struct demag_ws *ws = set_up(&c, &m, 5e-4, 1);
    struct demag_source src = {.ctx = &c, .solve = solve_circuit};
    struct demag_opts opts = demag_opts_default();
    struct demag_margin g;
    struct err e;
    for (int k = 0; k < 2; k++) { /* survives at 100 degC, lost already at 170 degC */
        const double T_K = DEG_C(k ? 170.0 : 100.0), i_d_A = -2000.0;
        const struct demag_event ev = make_event(T_K, i_d_A);
        const double T_exact = exact_crossing(&c, 1, T_K, i_d_A, DEG_C(20.0), DEG_C(200.0));
        const double x_exact = exact_crossing(&c, 0, T_K, i_d_A, 0.0, 4.0);
        opts.confirm = 1;
        opts.current_factor_max = 3.0;
        opts.tol_T_K = 0.1;
        opts.tol_factor = 1e-3;
        assert_int_equal(demag_core_margin(ws, &src, &ev, &opts, &g, &e), ST_OK);
        assert_int_equal(g.T_limit_by, DEMAG_LIMIT_KNEE);
        assert_int_equal(g.current_limit_by, DEMAG_LIMIT_KNEE);
        assert_close(g.T_margin_confirmed_K, T_exact - T_K, 0.0, 0.2);
        assert_close(g.T_margin_estimated_K, T_exact - T_K, 0.0, 2.0);
        assert_close(g.current_factor_confirmed, x_exact, 2e-3, 0.0);
        assert_close(g.current_factor_estimated, x_exact, 3e-2, 0.0);
        assert_close(g.flux_lost_confirmed_pu, exact_loss(&c, T_K, i_d_A), 0.0, 5e-4);
        assert_true(g.n_solve_estimate <= 6);
        assert_false(g.is_lost_at_rest);
        double curve[2];
        const double at_K[2] = {T_exact, DEG_C(60.0)};
        assert_int_equal(demag_eval_loss_curve(ws, 0, 2, at_K, curve, &e), ST_OK);
        assert_close(curve[0], 0.01, 0.3, 0.0);
        assert_close(curve[1], 0.0, 0.0, 1e-4);
    }
    demag_free(ws);
}

static struct magnet cold_magnet(void) /* ferrite: coercivity falls with cold faster than remanence rises */
{
    struct magnet m = good_magnet();
    m.is_diffused = 0;
    m.Br20_T.value = 0.41;
    m.alpha_Br_per_K.value = -0.0019;
    m.HcJ20_A_per_m.value = 3.2e5;
    m.beta_HcJ_per_K.value = 0.003;
    m.mu_rec.value = 1.1;
    m.T_limit_K.value = m.base.T_max_K;
    return m;
}

/* A ferrite is judged by its coldest start: there the loss crosses downwards, and the hot event keeps more kelvin. */
static void test_cold_start_decides_for_ferrite(void **state)
{
    (void)state;
    const struct magnet m = cold_magnet();
    struct circuit c;
    struct demag_ws *ws = set_up(&c, &m, 5e-4, 0);
    struct demag_source src = {.ctx = &c, .solve = solve_circuit};
    struct demag_opts opts = demag_opts_default();
    struct demag_event ev[2] = {make_event(DEG_C(100.0), -1200.0), make_event(DEG_C(20.0), -1200.0)};
    struct demag_margin g[2];
    struct err e;
    ev[1].toward_cold = 1;
    assert_int_equal(demag_core_margins(ws, &src, 2, ev, &opts, g, &e), ST_OK);
    assert_true(g[0].n_solve <= 6);
    assert_int_equal(g[0].T_limit_by, DEMAG_LIMIT_MATERIAL); /* heat only helps */
    assert_close(g[0].T_margin_estimated_K, 100.0, 1e-12, 0.0);
    double low_K = DEG_C(-40.0), high_K = DEG_C(20.0);
    assert_true(exact_loss(&c, low_K, -1200.0) > 0.01 && exact_loss(&c, high_K, -1200.0) < 0.01);
    for (int k = 0; k < 60; k++) {
        const double T_K = 0.5 * (low_K + high_K);
        if (exact_loss(&c, T_K, -1200.0) > 0.01)
            low_K = T_K;
        else
            high_K = T_K;
    }
    assert_int_equal(g[1].T_limit_by, DEMAG_LIMIT_KNEE);
    assert_close(g[1].T_margin_estimated_K, DEG_C(20.0) - low_K, 0.0, 2.0);
    assert_true(g[1].T_margin_estimated_K > 0.0 && g[1].T_margin_estimated_K < g[0].T_margin_estimated_K);
    opts.tol_T_K = 0.1;
    assert_int_equal(demag_core_confirm(ws, &src, &ev[1], &opts, &g[1], &e), ST_OK);
    assert_close(g[1].T_margin_confirmed_K, DEG_C(20.0) - low_K, 0.0, 0.2);
    ev[1].T_K = DEG_C(-40.0); /* already lost there: kelvin to the nearest start that survives */
    assert_int_equal(demag_core_margins(ws, &src, 2, ev, &opts, g, &e), ST_OK);
    assert_close(g[1].T_margin_estimated_K, DEG_C(-40.0) - low_K, 0.0, 2.0);
    demag_free(ws);
}

/* Several events from one set of samples: each as by itself, whatever the order. */
static void test_events_share_their_samples(void **state)
{
    (void)state;
    const struct magnet m = good_magnet();
    struct circuit c;
    struct demag_ws *ws = set_up(&c, &m, 5e-4, 1);
    struct demag_source src = {.ctx = &c, .solve = solve_circuit};
    struct demag_opts opts = demag_opts_default();
    const struct demag_event ev[3] = {make_event(DEG_C(110.0), -1200.0), make_event(DEG_C(110.0), -2000.0), make_event(DEG_C(90.0), 0.0)};
    const struct demag_event turned[3] = {ev[2], ev[1], ev[0]};
    struct demag_margin g[3], t[3], one;
    struct err e;
    assert_int_equal(demag_core_margins(ws, &src, 3, ev, &opts, g, &e), ST_OK);
    assert_int_equal(src.n_solve, g[0].n_solve);
    assert_true(g[0].n_solve <= 6);
    double lost, T_K = ev[1].T_K;
    assert_int_equal(demag_eval_loss_curve(ws, 1, 1, &T_K, &lost, &e), ST_OK);
    assert_close(lost, g[1].flux_lost_estimated_pu, 0.0, 0.0);
    assert_int_equal(demag_eval_loss_curve(ws, 3, 1, &T_K, &lost, &e), ST_RANGE);
    assert_int_equal(demag_core_margins(ws, &src, 3, turned, &opts, t, &e), ST_OK);
    for (int k = 0; k < 3; k++) {
        assert_close(t[2 - k].T_margin_estimated_K, g[k].T_margin_estimated_K, 0.0, 1e-9);
        assert_int_equal(demag_core_margins(ws, &src, 1, &ev[k], &opts, &one, &e), ST_OK);
        assert_close(g[k].T_margin_estimated_K, one.T_margin_estimated_K, 0.0, 2.0);
        if (k < 2)
            assert_close(g[k].T_margin_estimated_K, exact_crossing(&c, 1, 0.0, ev[k].i_d_A, DEG_C(20.0), DEG_C(200.0)) - ev[k].T_K, 0.0,
                         2.0);
    }
    assert_int_equal(demag_core_margins(ws, &src, 0, ev, &opts, g, &e), ST_RANGE);
    assert_int_equal(demag_core_margins(ws, &src, DEMAG_MAX_EVENT + 1, ev, &opts, g, &e), ST_RANGE);
    demag_free(ws);
}

/* The band: the same search with the data at their ends, for a circuit exactly. */
static void test_band_of_the_data(void **state)
{
    (void)state;
    struct magnet m = good_magnet();
    struct circuit c;
    m.is_diffused = 0;
    m.HcJ20_A_per_m.low = 1.5e6;
    m.HcJ20_A_per_m.high = 1.7e6;
    m.beta_HcJ_per_K.low = -0.006;
    m.beta_HcJ_per_K.high = -0.005;
    struct demag_ws *ws = set_up(&c, &m, 5e-4, 0);
    struct demag_source src = {.ctx = &c, .solve = solve_circuit};
    struct demag_opts opts = demag_opts_default();
    const struct demag_event ev = make_event(DEG_C(80.0), -2000.0);
    struct demag_margin g;
    struct err e;
    assert_int_equal(demag_core_margins(ws, &src, 1, &ev, &opts, &g, &e), ST_OK);
    assert_true(g.T_margin_low_estimated_K < g.T_margin_estimated_K && g.T_margin_estimated_K < g.T_margin_high_estimated_K);
    for (int end = -1; end <= 1; end += 2) {
        struct magnet at;
        magnet_set_band(&m, end, ev.T_K, &at);
        ws->magnet = &at;
        const double exact = exact_crossing(&c, 1, 0.0, ev.i_d_A, DEG_C(20.0), DEG_C(200.0)) - ev.T_K;
        assert_close(end < 0 ? g.T_margin_low_estimated_K : g.T_margin_high_estimated_K, exact, 0.0, 2.0);
    }
    demag_free(ws);
}

/* The same event again changes nothing; two in turn only take, and settle. */
static void test_repeated_events_converge(void **state)
{
    (void)state;
    const struct magnet m = good_magnet();
    struct circuit c;
    struct demag_ws *ws = set_up(&c, &m, 5e-4, 1);
    struct demag_source src = {.ctx = &c, .solve = solve_circuit};
    const struct demag_opts opts = demag_opts_default();
    const struct demag_event ev[2] = {make_event(DEG_C(150.0), -2100.0), make_event(DEG_C(120.0), -3500.0)};
    struct demag_result r;
    struct err e;
    double first = solve_loss(&c, ev[0].T_K, ev[0].i_d_A, &r), kept[N_ELEM];
    assert_true(first > 0.01);
    memcpy(kept, demag_get_kept_pu(ws), sizeof kept);
    for (int k = 0; k < 3; k++) { /* all that a repetition moves is what the tolerance of the event left open */
        assert_int_equal(demag_core_event(ws, &src, &ev[0], &opts, &r, &e), ST_OK);
        assert_close(r.flux_lost_pu, first, 0.0, opts.tol_pu);
        for (int i = 0; i < N_ELEM; i++)
            assert_true(demag_get_kept_pu(ws)[i] <= kept[i] && demag_get_kept_pu(ws)[i] >= kept[i] - 5.0 * opts.tol_pu);
    }
    double before = r.flux_lost_pu, change = 1.0;
    for (int k = 0; k < 8; k++) {
        assert_int_equal(demag_core_event(ws, &src, &ev[(k + 1) % 2], &opts, &r, &e), ST_OK);
        assert_true(r.flux_lost_pu >= before - 1e-12); /* monotone */
        change = r.flux_lost_pu - before;
        before = r.flux_lost_pu;
    }
    assert_true(change < opts.tol_pu);
    assert_true(before >= fmax(exact_loss(&c, ev[0].T_K, ev[0].i_d_A), exact_loss(&c, ev[1].T_K, ev[1].i_d_A)) - 1e-3);
    const struct demag_event none = make_event(DEG_C(20.0), 0.0); /* what is lost stays lost when nothing happens */
    assert_int_equal(demag_core_event(ws, &src, &none, &opts, &r, &e), ST_OK);
    assert_close(r.flux_lost_pu, before, 0.02, 0.0);
    assert_true(solve_loss(&c, none.T_K, 0.0, &r) == 0.0); /* a new magnet has lost nothing, to the last bit */
    demag_free(ws);
}

static void test_hard_temperature_limit(void **state)
{
    (void)state;
    struct magnet m = good_magnet();
    struct circuit c;
    struct demag_ws *ws = set_up(&c, &m, 5e-4, 0);
    struct demag_source src = {.ctx = &c, .solve = solve_circuit};
    const struct demag_opts opts = demag_opts_default();
    const struct demag_event ev = make_event(DEG_C(100.0), -500.0);
    struct demag_margin g;
    struct err e;
    m.T_limit_K.value = DEG_C(120.0); /* decomposes before the knee matters */
    assert_int_equal(demag_core_margin(ws, &src, &ev, &opts, &g, &e), ST_OK);
    assert_int_equal(g.T_limit_by, DEMAG_LIMIT_MATERIAL);
    assert_close(g.T_margin_estimated_K, 20.0, 1e-12, 0.0);
    assert_true(isnan(g.T_margin_confirmed_K));
    assert_int_equal(g.current_limit_by, DEMAG_LIMIT_RANGE);
    m.T_limit_K.value = DEG_C(90.0); /* already too hot */
    assert_int_equal(demag_core_margin(ws, &src, &ev, &opts, &g, &e), ST_OK);
    assert_close(g.T_margin_estimated_K, -10.0, 1e-12, 0.0);
    assert_int_equal(g.T_limit_by, DEMAG_LIMIT_MATERIAL);
    demag_free(ws);
}

static void test_lost_at_rest_is_recognised(void **state)
{
    (void)state;
    const struct magnet m = weak_magnet();
    struct circuit c;
    struct demag_ws *ws = set_up(&c, &m, 2e-3, 0);
    struct demag_source src = {.ctx = &c, .solve = solve_circuit};
    const struct demag_opts opts = demag_opts_default();
    const struct demag_event ev = make_event(DEG_C(80.0), -500.0);
    struct demag_margin g;
    struct err e;
    assert_int_equal(demag_core_margin(ws, &src, &ev, &opts, &g, &e), ST_OK);
    assert_true(g.is_lost_at_rest);
    assert_true(g.T_margin_estimated_K < 0.0);
    assert_true(g.current_factor_estimated <= 0.0 + 1e-12);
    demag_free(ws);
}

static void test_diffusion_raises_local_coercivity(void **state)
{
    (void)state;
    const struct magnet m = good_magnet();
    struct circuit c;
    struct demag_result r;
    struct demag_ws *ws = set_up(&c, &m, 5e-4, 1);
    const double *HcJ = demag_get_HcJ20_A_per_m(ws);
    assert_close(HcJ[0], 2.0e6, 1e-12, 0.0);
    assert_close(HcJ[5], 1.6e6 + 4e5 * exp(-1.0), 1e-12, 0.0);
    const double diffused = solve_loss(&c, DEG_C(120.0), -3500.0, &r);
    const double *Br_eq_T, *Br_T;
    demag_get_Br_T(ws, &Br_eq_T, &Br_T);
    assert_true(Br_eq_T[0] > Br_eq_T[N_ELEM - 1]); /* the core is lost first */
    demag_free(ws);
    ws = set_up(&c, &m, 5e-4, 0);
    assert_true(solve_loss(&c, DEG_C(120.0), -3500.0, &r) > 1.5 * diffused);
    demag_free(ws);
}

static void test_refused_and_unfinished(void **state)
{
    (void)state;
    const struct magnet m = good_magnet();
    struct circuit c;
    struct demag_ws *ws = set_up(&c, &m, 5e-4, 1);
    struct demag_source src = {.ctx = &c, .solve = solve_circuit};
    struct demag_opts opts = demag_opts_default();
    struct demag_event ev = make_event(DEG_C(160.0), -3000.0);
    struct demag_result r;
    struct err e;
    opts.max_iter = 1;
    assert_int_equal(demag_core_event(ws, &src, &ev, &opts, &r, &e), ST_NO_CONVERGE);
    assert_false(r.converged);
    assert_true(r.change_pu > opts.tol_pu && r.flux_lost_pu > 0.0); /* best state is kept */
    ev.n_position = 0;
    assert_int_equal(demag_core_event(ws, &src, &ev, &opts, &r, &e), ST_RANGE);
    double loss;
    const double T_K = 300.0;
    assert_int_equal(demag_eval_loss_curve(ws, 0, 1, &T_K, &loss, &e), ST_RANGE);
    demag_free(ws);
    assert_int_equal(demag_ws_new(0, &ws, &e), ST_OK);
    ev.n_position = 1;
    assert_int_equal(demag_core_event(ws, &src, &ev, &opts, &r, &e), ST_INFEASIBLE);
    demag_free(ws);
    const long live = mem_get_live();
    for (long k = 1; k <= 2; k++) {
        mem_set_fail_at(k);
        assert_int_equal(demag_ws_new(4, &ws, &e), ST_NO_MEMORY);
        assert_null(ws);
    }
    mem_set_fail_at(0);
    assert_int_equal(mem_get_live(), live);
    demag_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closure_lies_on_curve_and_load_line), cmocka_unit_test(test_no_event_no_loss),
        cmocka_unit_test(test_event_against_exact_circuit),         cmocka_unit_test(test_weak_magnet_collapses_with_its_field),
        cmocka_unit_test(test_loss_grows_with_heat_and_current),    cmocka_unit_test(test_margin_against_exact_circuit),
        cmocka_unit_test(test_cold_start_decides_for_ferrite),      cmocka_unit_test(test_events_share_their_samples),
        cmocka_unit_test(test_band_of_the_data),                    cmocka_unit_test(test_repeated_events_converge),
        cmocka_unit_test(test_hard_temperature_limit),              cmocka_unit_test(test_lost_at_rest_is_recognised),
        cmocka_unit_test(test_diffusion_raises_local_coercivity),   cmocka_unit_test(test_refused_and_unfinished),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
