/* Sectors of several poles. A machine with whole q solved on one pole and on two or four gives the same figures to rounding. Fractional
 * machines: torque by stress against the change of coenergy with the rotor angle and with current, flux linkages against the coenergy's
 * derivatives, symmetry under the 60-degree shift, the whole machine against its sector, and core loss against the same samples over a
 * whole period. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/units.h"
#include "models/field/field_impl.h"
#include "models/loss/iron.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"

static struct matlib *lib;

/* C3 (surface magnets) with other slots and poles; parallel teeth of the same share of the pitch. */
static struct machine surface_make(int n_slot, int n_pole, int n_layer, int span)
{
    struct machine m;
    struct err e;
    assert_ok(machines_read_case("C3_lin", lib, NULL, &m, &e), &e);
    assert_ok(matlib_get_steel(lib, "M19_29GA", NULL, &m.stator_steel, &e), &e);
    m.rotor_steel = m.stator_steel;
    m.p = n_pole / 2;
    m.stator.n_slot = n_slot;
    m.stator.is_slotless = 0;
    m.winding.n_layer = n_layer;
    m.winding.coil_span_slots = span;
    m.winding.n_conductor_per_slot = 12;
    m.winding.n_path = 1;
    m.surface.arc_rad = 0.8 * PI / m.p;
    m.stator.b0_m = 3e-3;
    m.stator.h0_m = 1.2e-3;
    m.stator.h1_m = 1.5e-3;
    machine_set_parallel_teeth(&m.stator, 0.55 * 2 * PI * m.stator.R_bore_m / n_slot, 0.55 * (m.stator.R_out_m - m.stator.R_bore_m));
    assert_ok(machine_check(&m, &e), &e);
    return m;
}

static struct field_ws *field_make(const struct machine *m, int times, double tol)
{
    struct field_opts o = field_opts_default();
    struct field_ws *ws;
    struct mesh *ms;
    struct err e;
    o.tol_rel = tol;
    assert_ok(mesh_new_sector(m, MESH_COARSE, times, &ms, &e), &e);
    assert_ok(field_new_on_mesh(m, ms, &o, &ws, &e), &e);
    field_set_magnet_T(ws, 353.15);
    return ws;
}

static struct field_result solve(struct field_ws *ws, double theta_el_rad, double i_d_A, double i_q_A)
{
    struct field_result r;
    struct field_info info;
    struct err e;
    field_set_angle(ws, theta_el_rad);
    assert_ok(field_solve(ws, i_d_A, i_q_A, 0.0, 1, &r, &info, &e), &e);
    return r;
}

static void compare(const struct field_result *a, const struct field_result *b, double rtol, double T_Nm)
{
    assert_close(a->lambda_d_Wb, b->lambda_d_Wb, rtol, rtol * fabs(b->lambda_q_Wb));
    assert_close(a->lambda_q_Wb, b->lambda_q_Wb, rtol, rtol * fabs(b->lambda_d_Wb));
    assert_close(a->torque_Nm, b->torque_Nm, rtol, rtol * T_Nm);
    assert_close(a->coenergy_J, b->coenergy_J, rtol, 0.0);
}

static void test_more_poles_same_figures(void **state)
{
    (void)state;
    struct machine m;
    struct err e;
    assert_ok(machines_read_case("C1", lib, NULL, &m, &e), &e); /* 48 slots, 8 poles, V, saturated */
    for (int times = 2; times <= 4; times *= 2) { /* pole pair: periodic; half the machine: periodic */
        struct field_ws *one = field_make(&m, 1, 1e-11), *more = field_make(&m, times, 1e-11);
        assert_int_equal(field_get_mesh(more)->n_pole, times);
        for (int k = 0; k < 3; k++) {
            struct field_result a = solve(one, 0.3 + 2.9 * k, -150.0 + 100.0 * k, 200.0),
                                b = solve(more, 0.3 + 2.9 * k, -150.0 + 100.0 * k, 200.0);
            compare(&b, &a, 1e-9, 300.0);
            double d1, q1, d2, q2;
            field_eval_gap_harmonic(one, 1, &d1, &q1);
            field_eval_gap_harmonic(more, 1, &d2, &q2);
            assert_close(d2, d1, 1e-8, 0.0);
            assert_close(q2, q1, 1e-8, 1e-8);
        }
        field_free(one);
        field_free(more);
    }
}

struct pair { int slots, poles, layers, span, n_slot, n_pole; };
static const struct pair PAIRS[] = {{12, 10, 2, 1, 6, 5}, {12, 8, 2, 1, 3, 2}, {9, 8, 2, 1, 9, 8}, {27, 6, 2, 4, 9, 2},
                                    {12, 10, 1, 1, 6, 5}, {12, 8, 1, 1, 6, 4}};

static void test_energy_and_torque(void **state)
{
    (void)state;
    for (int k = 0; k < ARRAY_LEN(PAIRS); k++) {
        const struct pair *c = &PAIRS[k];
        struct machine m = surface_make(c->slots, c->poles, c->layers, c->span);
        struct field_ws *ws = field_make(&m, 1, 1e-10);
        assert_int_equal(field_get_mesh(ws)->n_slot, c->n_slot);
        assert_int_equal(field_get_mesh(ws)->n_pole, c->n_pole);
        double i_d = -20.0, i_q = 60.0, th = 0.4, di = 0.5;
        struct field_result r = solve(ws, th, i_d, i_q);
        /* dW'/di: 3/2 lambda */
        double Wd = solve(ws, th, i_d + di, i_q).coenergy_J - solve(ws, th, i_d - di, i_q).coenergy_J;
        double Wq = solve(ws, th, i_d, i_q + di).coenergy_J - solve(ws, th, i_d, i_q - di).coenergy_J;
        assert_close(Wd / (2.0 * di), 1.5 * r.lambda_d_Wb, 1e-4, 1e-5);
        assert_close(Wq / (2.0 * di), 1.5 * r.lambda_q_Wb, 1e-4, 1e-5);
        /* at constant dq currents the mean over the shift's period of torque by stress is that by flux linkages */
        double T = 0.0, T_dq = 0.0;
        int n = 12;
        for (int j = 0; j < n; j++) {
            struct field_result s = solve(ws, j * PI / (3.0 * n), i_d, i_q);
            T += s.torque_Nm / n;
            T_dq += 1.5 * m.p * (s.lambda_d_Wb * i_q - s.lambda_q_Wb * i_d) / n;
        }
        print_message("%d/%d, %d layer(s): mean torque by stress %.3f, by linkages %.3f N m\n", c->slots, c->poles, c->layers, T, T_dq);
        assert_true(T_dq > 5.0);
        assert_close(T, T_dq, 0.02, 0.0);
        /* and everything repeats after 60 degrees */
        struct field_result shifted = solve(ws, th + PI / 3.0, i_d, i_q);
        compare(&shifted, &r, 1e-6, T_dq);
        field_free(ws);
    }
}

/* 12/8 and 27/6 on two and three sectors; 12/10 on the whole machine. */
static void test_whole_machine(void **state)
{
    (void)state;
    static const struct { int slots, poles, span, times; } CASE[] = {{12, 8, 1, 2}, {27, 6, 4, 3}, {12, 10, 1, 2}};
    for (int k = 0; k < ARRAY_LEN(CASE); k++) {
        struct machine m = surface_make(CASE[k].slots, CASE[k].poles, 2, CASE[k].span);
        struct field_ws *one = field_make(&m, 1, 1e-11), *more = field_make(&m, CASE[k].times, 1e-11);
        struct field_result a = solve(one, 1.1, -30.0, 60.0), b = solve(more, 1.1, -30.0, 60.0);
        compare(&b, &a, 1e-9, 10.0);
        field_free(one);
        field_free(more);
    }
}

static struct iron_coef iron_of(struct field_ws *ws, const struct machine *m, int n)
{
    struct iron_ws *iron;
    struct iron_coef c;
    struct err e;
    assert_ok(iron_new(field_get_mesh(ws), m, n, &iron, &e), &e);
    for (int k = 0; k < n; k++) {
        double theta = iron_get_position_el_rad(m, k, n);
        solve(ws, theta, -20.0, 60.0);
        iron_set_sample(iron, k, n, theta, field_eval_B_T(ws));
    }
    iron_eval(iron, n, &c);
    iron_free(iron);
    return c;
}

/* Hysteresis and eddy sums of one region from plain sampling: every element of the sector over the rotor's whole period. */
static void direct_iron(struct field_ws *ws, const struct machine *m, int is_rotor, int n_window, int n_per_window, double *eddy_W_per_Hz2)
{
    const struct mesh *ms = field_get_mesh(ws);
    int N = n_window * n_per_window, n_tri = ms->n_tri;
    double *B = calloc((size_t)N * 2 * (size_t)n_tri, sizeof *B);
    assert_non_null(B);
    for (int k = 0; k < N; k++) {
        solve(ws, k * PI / (3.0 * n_per_window), -20.0, 60.0);
        memcpy(B + (size_t)k * 2 * (size_t)n_tri, field_eval_B_T(ws), 2 * (size_t)n_tri * sizeof *B);
    }
    double sum = 0.0;
    for (int t = 0; t < n_tri; t++) {
        if (is_rotor ? ms->region[t] != REGION_ROTOR_IRON : ms->region[t] != REGION_STATOR_YOKE && ms->region[t] != REGION_STATOR_TOOTH)
            continue;
        const int *v = ms->tri + 3 * t;
        double area = 0.5 * ((ms->x_m[v[1]] - ms->x_m[v[0]]) * (ms->y_m[v[2]] - ms->y_m[v[0]]) -
                             (ms->x_m[v[2]] - ms->x_m[v[0]]) * (ms->y_m[v[1]] - ms->y_m[v[0]]));
        for (int h = 1; h <= N / 2; h++) {
            if (2 * h == N && !is_rotor)
                continue;
            double order = 6.0 * h / n_window, amp2 = 0.0, norm = 2 * h == N ? 1.0 / N : 2.0 / N; /* the last one alternates: one phase */
            for (int axis = 0; axis < 2; axis++) {
                double c = 0.0, s = 0.0;
                for (int k = 0; k < N; k++) {
                    double b = B[((size_t)k * (size_t)n_tri + (size_t)t) * 2 + (size_t)axis];
                    c += norm * b * cos(2.0 * PI * h * k / N);
                    s += norm * b * sin(2.0 * PI * h * k / N);
                }
                amp2 += c * c + s * s;
            }
            sum += area * order * order * amp2;
        }
    }
    free(B);
    const struct steel *steel = is_rotor ? m->rotor_steel : m->stator_steel;
    double fill = m->stacking_factor_pu, kg = steel->base.density_kg_per_m3.value * m->stack_m * fill * 2.0 * m->p / ms->n_pole;
    *eddy_W_per_Hz2 = sum * kg * steel->k_c / (fill * fill);
}

static void test_iron_loss(void **state)
{
    (void)state;
    static const struct { int slots, poles, span; } CASE[] = {{12, 8, 1}, {27, 6, 4}};
    for (int k = 0; k < ARRAY_LEN(CASE); k++) {
        struct machine m = surface_make(CASE[k].slots, CASE[k].poles, 2, CASE[k].span);
        struct field_ws *ws = field_make(&m, 1, 1e-8);
        struct machine_sector s;
        machine_get_sector(&m, &s);
        int n = 4;
        struct iron_coef c = iron_of(ws, &m, n);
        double rotor, stator;
        direct_iron(ws, &m, 1, s.n_pole, n, &rotor);
        direct_iron(ws, &m, 0, 6, n, &stator);
        assert_close(c.eddy_W_per_Hz2[LOSS_ROTOR_IRON], rotor, 1e-4, 0.0);
        assert_close(c.eddy_W_per_Hz2[LOSS_STATOR_YOKE] + c.eddy_W_per_Hz2[LOSS_STATOR_TOOTH], stator, 1e-4, 0.0);
        field_free(ws);
    }
}

int main(void)
{
    struct err e;
    if (matlib_new("materials/data", &lib, &e) != ST_OK)
        return 1;
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_more_poles_same_figures), cmocka_unit_test(test_energy_and_torque),
                                       cmocka_unit_test(test_whole_machine), cmocka_unit_test(test_iron_loss)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    matlib_free(lib);
    return failed;
}
