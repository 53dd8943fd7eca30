/* test_demag_knee.c - a magnet in a closed circuit whose load line is exact: between two parallel plates of ideal iron (natural boundary)
 * of distance l stand, beside each other, a magnet of width w, a coil of width c and an empty space of width a; the outer sides are flux
 * lines (A = 0), so that all flux returns through coil and space. The field is straight and everything is known: H_magnet = -(Br w - mu0
 * (NI/l) (c/2 + a))/(mu0 (mu_rec w + c + a)), a load line of slope -mu0 (c + a)/w moved by the current NI. The finite-element model with
 * the demagnetisation iteration must reach the 1 % knee at the current computed from this, and leave the remanence where load line and
 * curve meet. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "models/demag/demag_impl.h"
#include "models/field/field_impl.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"
#include "tests/support/mms.h"
#include "tests/support/proof.h"

#define N_CELL 24              /* a third of the height each: magnet, coil, space */
#define LENGTH_M 6e-3
#define THIRD_M 8e-3           /* w = c = a */
#define HOT_K (KELVIN_OFFSET_K + 120.0)
#define LIMIT_PCT 1.0

struct rig { struct matlib *lib; struct machine m; struct magnet magnet; struct field_ws *fw; struct demag_ws *ws; };

static void set_mesh(struct mesh *ms)
{
    ms->n_dof = 0;
    for (int k = 0; k < ms->n_node; k++) {
        const int i = k % (N_CELL + 1), j = k / (N_CELL + 1);
        ms->x_m[k] = LENGTH_M * i / N_CELL;
        ms->y_m[k] = 3.0 * THIRD_M * j / N_CELL;
        ms->dof[k] = j == 0 || j == N_CELL ? -1 : ms->n_dof++;
    }
    for (int k = 0; k < ms->n_tri; k++) {
        const int band = 3 * (k / 2 / N_CELL) / N_CELL;
        ms->region[k] = (unsigned char)(band == 0 ? REGION_MAGNET : REGION_AIR);
        ms->part[k] = band == 0 ? 0 : -1;
    }
}

/* H of the elements for remanences Br_T; s->i_d_A is NI, negative against the magnet. */
static enum status solve_plates(void *ctx, const struct demag_state *s, const double *Br_T, double *H_A_per_m, double *lambda_d_Wb,
                                double *lambda_q_Wb, struct err *e)
{
    struct rig *r = ctx;
    struct field_ws *fw = r->fw;
    const struct mesh *ms = fw->mesh;
    struct field_info info = {0};
    const double J_A_per_m2 = s->i_d_A / (LENGTH_M * THIRD_M);
    field_set_magnet_T(fw, s->T_K);
    field_set_remanence(fw, Br_T);
    field_set_angle(fw, 0.0);
    for (int i = 0; i < fw->n_dof; i++)
        fw->load[i] = fw->load_magnet[i];
    for (int t = 0; t < ms->n_tri; t++)
        for (int i = 0; i < 3 && 3 * (t / 2 / N_CELL) / N_CELL == 1; i++)
            fw->load[fw->tri.idx[3 * t + i]] += J_A_per_m2 * fw->tri.area_m2[t] / 3.0;
    fw->load[fw->n_dof] = 0.0;
    TRY(field_newton(fw, 1, &info, e));
    field_eval_magnet_H(fw, H_A_per_m, r->ws->a[DEMAG_B_AXIS]);
    *lambda_d_Wb = *lambda_q_Wb = 0.0;
    for (int i = 0; i < r->ws->n; i++)
        *lambda_d_Wb += r->ws->area_m2[i] * r->ws->a[DEMAG_B_AXIS][i];
    return ST_OK;
}

static void set_up(struct rig *r)
{
    struct err e;
    struct field_opts o = field_opts_default();
    const struct field_magnet_elem *elem;
    memset(r, 0, sizeof *r);
    assert_ok(matlib_new("materials/data", &r->lib, &e), &e);
    assert_ok(machines_read_case("C1", r->lib, NULL, &r->m, &e), &e);
    const struct magnet *grade;
    assert_ok(matlib_get_magnet(r->lib, "N42SH", NULL, &grade, &e), &e);
    r->magnet = *grade;
    r->m.magnet = &r->magnet;
    struct mesh *ms = mms_new_mesh(N_CELL, 1.0, 1.0);
    assert_non_null(ms);
    if (!ms->magnet_axis_rad)
        ms->magnet_axis_rad = mem_new(1, sizeof *ms->magnet_axis_rad);
    assert_non_null(ms->magnet_axis_rad);
    ms->magnet_axis_rad[0] = 0.0;
    ms->n_part_per_pole = 1;
    set_mesh(ms);
    o.tol_rel = 1e-11;
    assert_ok(field_new_on_mesh(&r->m, ms, &o, &r->fw, &e), &e);
    const int n = field_get_magnets(r->fw, &elem);
    assert_int_equal(n, 2 * N_CELL * N_CELL / 3);
    assert_ok(demag_ws_new(n, &r->ws, &e), &e);
    r->ws->magnet = &r->magnet;
    for (int i = 0; i < n; i++)
        r->ws->area_m2[i] = elem[i].area_m2;
    demag_ws_set_coercivity(r->ws);
}

static void tear_down(struct rig *r)
{
    demag_free(r->ws);
    field_free(r->fw);
    matlib_free(r->lib);
}

static double load_line_A_per_m(const struct rig *r, double Br_T, double NI_A)
{
    const double space = 1.5 * THIRD_M * NI_A / LENGTH_M;
    return -(Br_T * THIRD_M / MU0_H_PER_M - space) / (r->magnet.mu_rec.value * THIRD_M + 2.0 * THIRD_M);
}

static enum status solve_event(struct rig *r, double NI_A, struct demag_result *out)
{
    struct demag_source src = {.ctx = r, .solve = solve_plates};
    const struct demag_event ev = {.T_K = HOT_K, .i_d_A = NI_A, .n_position = 1};
    struct demag_opts o = demag_opts_default();
    struct err e;
    o.tol_pu = 1e-7;
    demag_forget_damage(r->ws);
    return demag_core_event(r->ws, &src, &ev, &o, out, &e);
}

static void test_knee_at_the_computed_current(void **state)
{
    (void)state;
    struct rig r;
    struct demag_result d;
    set_up(&r);
    const double Br_T = magnet_eval_Br_T(&r.magnet, HOT_K), HcJ = magnet_eval_HcJ_A_per_m(&r.magnet, HOT_K, 0, NULL);
    const double knee = magnet_eval_knee_A_per_m(&r.magnet, HOT_K, HcJ);
    /* by hand: NI at which H of the undamaged magnet is the knee */
    const double rest = -load_line_A_per_m(&r, Br_T, 0.0), per_A = load_line_A_per_m(&r, Br_T, 1.0) + rest;
    const double exact_A = -(knee - rest) / per_A;
    assert_true(rest < knee && exact_A < 0.0);
    double low = 2.0 * exact_A, high = 0.0; /* beyond the knee, and not */
    for (int k = 0; k < 30; k++) {
        const double middle = 0.5 * (low + high);
        assert_int_equal(solve_event(&r, middle, &d), ST_OK);
        if (d.stats.worst_H_A_per_m < -d.stats.worst_knee_A_per_m)
            low = middle;
        else
            high = middle;
    }
    const double found_A = 0.5 * (low + high);
    printf("knee %.0f A/m at %.3f A, by hand %.3f A\n", knee, found_A, exact_A);
    proof_check(&(struct proof){PROOF_CLOSED_FORM, "current that takes a magnet to its knee, known load line",
                                "N42SH at 120 degC between plates", .measured = 100.0 * fabs(found_A / exact_A - 1.0), .wanted = LIMIT_PCT,
                                .unit = "%", .source = "tests/verify/test_demag_knee.c"});
    tear_down(&r);
}

static void test_remanence_where_load_line_meets_curve(void **state)
{
    (void)state;
    struct rig r;
    struct demag_result d;
    double worst_pct = 0.0;
    set_up(&r);
    const double Br_T = magnet_eval_Br_T(&r.magnet, HOT_K), HcJ = magnet_eval_HcJ_A_per_m(&r.magnet, HOT_K, 0, NULL);
    const double rest = -load_line_A_per_m(&r, Br_T, 0.0), per_A = load_line_A_per_m(&r, Br_T, 1.0) + rest;
    for (int k = 0; k < 5; k++) {
        const double NI_A = -(HcJ * (0.85 + 0.1 * k) - rest) / per_A;
        double low = 0.0, high = Br_T;
        for (int q = 0; q < 100; q++) {
            const double middle = 0.5 * (low + high);
            if (magnet_eval_remaining_Br_T(&r.magnet, HOT_K, HcJ, load_line_A_per_m(&r, middle, NI_A)) > middle)
                low = middle;
            else
                high = middle;
        }
        assert_int_equal(solve_event(&r, NI_A, &d), ST_OK);
        const double exact = 1.0 - low / Br_T;
        worst_pct = fmax(worst_pct, 100.0 * fabs(d.flux_lost_pu - exact));
    }
    proof_check(&(struct proof){PROOF_CLOSED_FORM, "flux lost beyond the knee, load line against curve", "N42SH at 120 degC, five currents",
                                .measured = worst_pct, .wanted = 0.1, .unit = "pt", .source = "tests/verify/test_demag_knee.c"});
    assert_int_equal(solve_event(&r, 0.0, &d), ST_OK);
    assert_true(d.flux_lost_pu == 0.0); /* no event, no loss */
    tear_down(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_knee_at_the_computed_current),
                                       cmocka_unit_test(test_remanence_where_load_line_meets_curve)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
