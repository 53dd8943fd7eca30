/* test_operate.c - operating points, envelope and faults of linear machines, whose optima have closed forms. */
#include "tests/support/close.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "models/operate/operate.h"
#include <string.h>

#define P 4
#define LD 0.4e-3
#define LQ 0.9e-3
#define IMAX 300.0
#define VMAX 200.0

struct linear { double psi_Wb, Ld_H, Lq_H, M_H, Lf_H; int with_loss; };

static struct flux_map *make_map(const struct linear *m)
{
    struct flux_map_opts o = {.n_d = 9, .n_q = 7, .n_f = m->M_H > 0.0 ? 5 : 1, .n_position = 2, .corner_A = (double)INFINITY};
    struct flux_map *fm;
    struct err e;
    for (int k = 0; k < o.n_d; k++)
        o.i_d_A[k] = -IMAX + k * (m->M_H > 0.0 ? 2.0 * IMAX : IMAX) / (o.n_d - 1);
    for (int k = 0; k < o.n_q; k++)
        o.i_q_A[k] = k * IMAX / (o.n_q - 1);
    for (int k = 0; k < o.n_f; k++)
        o.i_f_A[k] = 5.0 * k;
    assert_ok(flux_map_new(9 * 7 * 5, &fm, &e), &e);
    assert_ok(flux_map_set_grid(fm, P, &o, &e), &e);
    for (int k = 0; k < fm->n; k++) {
        double d = o.i_d_A[k % o.n_d], q = o.i_q_A[k / o.n_d % o.n_q], f = o.i_f_A[k / (o.n_d * o.n_q)];
        fm->lambda_d_Wb[k] = m->psi_Wb + m->Ld_H * d + m->M_H * f;
        fm->lambda_q_Wb[k] = m->Lq_H * q;
        fm->lambda_f_Wb[k] = m->Lf_H * f + 1.5 * m->M_H * d;
        if (!m->with_loss)
            continue;
        double B2 = fm->lambda_d_Wb[k] * fm->lambda_d_Wb[k] + fm->lambda_q_Wb[k] * fm->lambda_q_Wb[k];
        for (int r = 0; r < LOSS_REGION_COUNT; r++) {
            fm->hyst_W_per_Hz[r][k] = r == LOSS_MAGNET ? 0.0 : 20.0 * (r + 1) * B2;
            fm->eddy_W_per_Hz2[r][k] = 0.02 * (r + 1) * B2;
            fm->excess_W_per_Hz15[r][k] = r == LOSS_MAGNET ? 0.0 : 0.03 * B2;
        }
        fm->slot_Bt2_T2[k] = 1e-7 * (d * d + q * q);
    }
    flux_map_set_nodes(fm);
    return fm;
}

static struct operate_limits ideal_limits(void)
{
    struct operate_limits l = {.V_max_V = VMAX, .I_max_A = IMAX, .I_f_max_A = 20.0, .speed_max_rad_per_s = 1e5, .build_factor_pu = 1.0};
    l.copper.exciter.efficiency_pu = 1.0;
    l.copper.strand_m = 1e-9; /* no ac loss to speak of */
    l.copper.rho_ohm_m = 1.0;
    l.mech = (struct mech_loss_spec){
        .rotor_factor_pu = 1.0, .gas_density_kg_per_m3 = 1e-12, .gas_viscosity_Pa_s = 2e-20, .R_m = 0.08, .gap_m = 1e-3, .l_m = 0.1};
    return l;
}

static struct operate_limits real_limits(void)
{
    struct operate_limits l = ideal_limits();
    l.L_end_H = 2e-5;
    l.build_factor_pu = 1.6;
    l.copper = (struct copper){.R_ohm = 0.02,
                               .R_f_ohm = 3.0,
                               .rho_ohm_m = 2.5e-8,
                               .slot_volume_m3 = 5e-4,
                               .slot_share_pu = 0.6,
                               .strand_m = 8e-4,
                               .exciter = {0.9, 1.5}};
    l.mech.gas_density_kg_per_m3 = 1.0;
    l.mech.gas_viscosity_Pa_s = 2e-5;
    l.mech.bearing_Nm = 0.3;
    return l;
}

struct fixture { struct flux_map *fm; struct operate_ws *ws; };

static struct fixture begin(const struct linear *m, const struct operate_limits *l)
{
    struct fixture fx = {.fm = make_map(m)};
    struct err e;
    assert_ok(operate_new(&fx.ws, &e), &e);
    assert_ok(operate_set(fx.ws, fx.fm, l, &e), &e);
    return fx;
}

static void end(struct fixture *fx)
{
    operate_free(fx->ws);
    flux_map_free(fx->fm);
}

static const struct linear ipm = {0.1, LD, LQ, 0.0, 0.0, 0};

static double mtpa_id(double psi, double I)
{
    double a = LQ - LD;
    return (psi - sqrt(psi * psi + 8.0 * a * a * I * I)) / (4.0 * a);
}

static double torque_of(const struct linear *m, double d, double q)
{
    return 1.5 * P * (m->psi_Wb + (m->Ld_H - m->Lq_H) * d) * q;
}

static void test_mtpa(void **state)
{
    (void)state;
    struct operate_limits l = ideal_limits();
    struct fixture fx = begin(&ipm, &l);
    struct operate_point pt;
    struct err e;
    const double I[] = {15.0, 120.0, 299.0};
    for (int k = 0; k < 3; k++)
        for (int side = -1; side <= 1; side += 2) {
            double d = mtpa_id(ipm.psi_Wb, I[k]), q = side * sqrt(I[k] * I[k] - d * d), T = torque_of(&ipm, d, q);
            assert_ok(operate_solve_torque(fx.ws, T, 10.0, OPERATE_MIN_CURRENT, &pt, &e), &e);
            assert_close(pt.torque_Nm, T, 1e-9, 0.0);
            assert_close(pt.i_d_A, d, 1e-5, 1e-5 * IMAX);
            assert_close(pt.i_q_A, q, 1e-5, 1e-5 * IMAX);
            assert_close(pt.i_A, I[k], 1e-9, 0.0);
            assert_int_equal(pt.bind, 0);
        }
    assert_ok(operate_solve_max_torque(fx.ws, 10.0, 1, &pt, &e), &e);
    assert_close(pt.i_d_A, mtpa_id(ipm.psi_Wb, IMAX), 0.0, 1e-5 * IMAX);
    assert_int_equal(pt.bind, OPERATE_BIND_CURRENT);
    double T = pt.torque_Nm;
    assert_ok(operate_solve_max_torque(fx.ws, 10.0, -1, &pt, &e), &e);
    assert_close(pt.torque_Nm, -T, 1e-9, 0.0);
    end(&fx);
}

static void test_surface_machine_takes_no_id(void **state)
{
    (void)state;
    struct linear spm = {0.1, LD, LD, 0.0, 0.0, 0};
    struct operate_limits l = ideal_limits();
    struct fixture fx = begin(&spm, &l);
    struct operate_point pt;
    struct err e;
    assert_ok(operate_solve_torque(fx.ws, 60.0, 10.0, OPERATE_MIN_CURRENT, &pt, &e), &e);
    assert_close(pt.i_d_A, 0.0, 0.0, 1e-5 * IMAX); /* the current is flat there: i_d is known to the root of the rounding */
    assert_close(pt.i_q_A, 60.0 / (1.5 * P * 0.1), 1e-12, 0.0);
    end(&fx);
}

/* Base speed, and beyond it the crossing of current circle and voltage ellipse: a quadratic in i_d. */
static void test_field_weakening(void **state)
{
    (void)state;
    struct operate_limits l = ideal_limits();
    struct linear m = {0.14, LD, LQ, 0.0, 0.0, 0}; /* psi > Ld Imax: no MTPV */
    struct fixture fx = begin(&m, &l);
    struct operate_point pt;
    struct err e;
    double d = mtpa_id(m.psi_Wb, IMAX), q = sqrt(IMAX * IMAX - d * d), base = VMAX / hypot(m.psi_Wb + LD * d, LQ * q) / P;
    assert_ok(operate_solve_max_torque(fx.ws, 0.9999 * base, 1, &pt, &e), &e);
    assert_int_equal(pt.bind, OPERATE_BIND_CURRENT);
    const double ratio[] = {1.01, 1.5, 3.0, 5.0};
    for (int k = 0; k < ARRAY_LEN(ratio); k++) {
        double u = VMAX / (ratio[k] * base * P), a = LD * LD - LQ * LQ, b = 2.0 * m.psi_Wb * LD,
               c = m.psi_Wb * m.psi_Wb + LQ * LQ * IMAX * IMAX - u * u;
        d = (-b + sqrt(b * b - 4.0 * a * c)) / (2.0 * a);
        if (fabs(d) > IMAX || d > 0.0)
            d = (-b - sqrt(b * b - 4.0 * a * c)) / (2.0 * a);
        assert_ok(operate_solve_max_torque(fx.ws, ratio[k] * base, 1, &pt, &e), &e);
        assert_close(pt.i_d_A, d, 0.0, 1e-6 * IMAX);
        assert_close(pt.v_V, VMAX, 1e-7, 0.0);
        assert_close(pt.i_A, IMAX, 1e-7, 0.0);
        assert_int_equal(pt.bind & (OPERATE_BIND_CURRENT | OPERATE_BIND_VOLTAGE), OPERATE_BIND_CURRENT | OPERATE_BIND_VOLTAGE);
        /* the same point from the torque side, and the first torque beyond */
        double T = pt.torque_Nm;
        assert_ok(operate_solve_torque(fx.ws, T * (1.0 - 1e-7), ratio[k] * base, OPERATE_MIN_CURRENT, &pt, &e), &e);
        assert_close(pt.i_d_A, d, 0.0, 1e-4 * IMAX);
        assert_status(operate_solve_torque(fx.ws, 1.001 * T, ratio[k] * base, OPERATE_MIN_CURRENT, &pt, &e), ST_INFEASIBLE, NULL);
        assert_string_equal(e.where, "torque");
        assert_non_null(strstr(e.message, "voltage and current"));
        assert_int_equal(pt.is_feasible, 0);
        assert_true(isnan(pt.i_d_A) && isnan(pt.loss.total_W));
    }
    /* The voltage limit alone decides below the top torque: least current on the ellipse. */
    double w = 3.0 * base * P, T = 100.0;
    assert_ok(operate_solve_torque(fx.ws, T, w / P, OPERATE_MIN_CURRENT, &pt, &e), &e);
    assert_int_equal(pt.bind & 3, OPERATE_BIND_VOLTAGE);
    assert_close(hypot(m.psi_Wb + LD * pt.i_d_A, LQ * pt.i_q_A), VMAX / w, 1e-7, 0.0);
    assert_close(torque_of(&m, pt.i_d_A, pt.i_q_A), T, 1e-9, 0.0);
    end(&fx);
}

/* psi > Ld Imax: the speed ends at V/(psi - Ld Imax). psi = Ld Imax: it does not, and the power tends to 3/2 V I. */
static void test_top_speed(void **state)
{
    (void)state;
    struct operate_limits l = ideal_limits();
    struct linear finite = {0.14, LD, LQ, 0.0, 0.0, 0}, infinite = {LD * IMAX, LD, LQ, 0.0, 0.0, 0};
    struct operate_point pt;
    struct err e;
    struct fixture fx = begin(&finite, &l);
    double end_speed = VMAX / (0.14 - LD * IMAX) / P;
    assert_ok(operate_solve_max_torque(fx.ws, 0.999 * end_speed, 1, &pt, &e), &e);
    assert_true(pt.torque_Nm > 0.0);
    assert_status(operate_solve_max_torque(fx.ws, 1.001 * end_speed, 1, &pt, &e), ST_INFEASIBLE, NULL);
    assert_true(isnan(operate_eval_characteristic_A(fx.ws, 0.0))); /* 350 A lies beyond the map */
    end(&fx);
    fx = begin(&infinite, &l);
    assert_close(operate_eval_characteristic_A(fx.ws, 0.0), IMAX, 1e-12, 0.0);
    assert_ok(operate_solve_max_torque(fx.ws, 50000.0, 1, &pt, &e), &e);
    assert_close(pt.P_mech_W, 1.5 * VMAX * IMAX, 2e-3, 0.0);
    assert_close(pt.power_factor_pu, 1.0, 2e-3, 0.0);
    end(&fx);
}

/* Voltage alone: T(delta) on the circle |lambda| = V/w is stationary at 2 A U c^2 + B c - A U = 0, c = cos delta. */
static void test_mtpv(void **state)
{
    (void)state;
    struct operate_limits l = ideal_limits();
    struct linear m = {0.06, LD, LQ, 0.0, 0.0, 0}; /* psi/Ld = 150 A: inside the current limit */
    struct fixture fx = begin(&m, &l);
    struct operate_point pt;
    struct err e;
    const double speed[] = {1500.0, 3000.0, 9000.0};
    for (int k = 0; k < 3; k++) {
        double U = VMAX / (P * speed[k]), A = 1.0 / LQ - 1.0 / LD, B = m.psi_Wb / LD;
        double c = (-B + sqrt(B * B + 8.0 * A * A * U * U)) / (4.0 * A * U), s = sqrt(1.0 - c * c);
        double d = (U * c - m.psi_Wb) / LD, q = U * s / LQ;
        assert_true(hypot(d, q) < IMAX);
        assert_ok(operate_solve_max_torque(fx.ws, speed[k], 1, &pt, &e), &e);
        assert_close(pt.torque_Nm, torque_of(&m, d, q), 1e-10, 0.0);
        assert_close(pt.i_d_A, d, 0.0, 1e-5 * IMAX);
        assert_int_equal(pt.bind, OPERATE_BIND_VOLTAGE);
        assert_ok(operate_solve_torque(fx.ws, 0.9999 * pt.torque_Nm, speed[k], OPERATE_MIN_CURRENT, &pt, &e), &e);
    }
    end(&fx);
}

static double loss_sum(const struct operate_loss *l)
{
    double s = l->copper_dc_W + l->copper_ac_W + l->field_W + l->exciter_W + l->windage_W + l->bearing_W;
    for (int r = 0; r < LOSS_REGION_COUNT; r++)
        s += l->iron_W[r];
    return s;
}

static void check_balance(const struct operate_point *pt)
{
    assert_close(pt->P_electric_W, pt->P_mech_W + loss_sum(&pt->loss), 1e-9, 1e-9 * fabs(pt->P_mech_W) + 1e-9);
    assert_close(pt->loss.total_W, loss_sum(&pt->loss), 1e-12, 0.0);
}

static void test_energy_balance(void **state)
{
    (void)state;
    struct linear pm = {0.1, LD, LQ, 0.0, 0.0, 1}, wound = {0.0, 1.2e-3, 0.8e-3, 6e-3, 0.5, 1};
    struct operate_limits l = real_limits();
    for (int rotor = 0; rotor < 2; rotor++) {
        struct fixture fx = begin(rotor ? &wound : &pm, &l);
        struct operate_point pt;
        struct err e;
        const double torque[] = {120.0, 1.0, 0.0, -80.0}, speed[] = {0.0, 200.0, 900.0};
        for (int t = 0; t < 4; t++)
            for (int s = 0; s < 3; s++) {
                enum status st = operate_solve_torque(fx.ws, torque[t], speed[s], OPERATE_MIN_LOSS, &pt, &e);
                if (st == ST_INFEASIBLE) {
                    assert_true(fabs(torque[t]) > 50.0 && speed[s] > 500.0);
                    continue;
                }
                assert_ok(st, &e);
                check_balance(&pt);
                assert_close(pt.torque_Nm, torque[t], 1e-9, 1e-9);
                assert_true(pt.is_feasible);
                assert_true(pt.torque_em_Nm > pt.torque_Nm);
                if (torque[t] > 50.0 && speed[s] > 0.0)
                    assert_close(pt.efficiency_pu, pt.P_mech_W / (pt.P_mech_W + loss_sum(&pt.loss)), 1e-12, 0.0);
                if (torque[t] < -50.0 && speed[s] > 0.0)
                    assert_close(pt.efficiency_pu, (-pt.P_mech_W - loss_sum(&pt.loss)) / -pt.P_mech_W, 1e-12, 0.0);
            }
        end(&fx);
    }
}

/* Brute force over i_d: nothing feasible is cheaper. */
static void test_least_loss(void **state)
{
    (void)state;
    struct linear m = {0.1, LD, LQ, 0.0, 0.0, 1};
    struct operate_limits l = real_limits();
    struct fixture fx = begin(&m, &l);
    struct operate_point least, small, pt;
    struct err e;
    double T = 60.0, speed = 700.0, best = (double)INFINITY;
    assert_ok(operate_solve_torque(fx.ws, T, speed, OPERATE_MIN_LOSS, &least, &e), &e);
    assert_ok(operate_solve_torque(fx.ws, T, speed, OPERATE_MIN_CURRENT, &small, &e), &e);
    assert_true(least.loss.total_W < small.loss.total_W && small.i_A < least.i_A);
    for (double d = -IMAX; d <= 0.0; d += 0.5) {
        double low = 0.0, high = IMAX;
        for (int k = 0; k < 60; k++) {
            double q = 0.5 * (low + high);
            operate_eval_point(fx.ws, d, q, 0.0, speed, &pt);
            if (pt.torque_Nm < T)
                low = q;
            else
                high = q;
        }
        if (pt.is_feasible && pt.torque_Nm > 0.999 * T)
            best = fmin(best, pt.loss.total_W);
    }
    assert_true(least.loss.total_W <= best * (1.0 + 1e-9));
    assert_close(least.loss.total_W, best, 1e-4, 0.0);
    end(&fx);
}

/* Round rotor, T = 3/2 p M i_f i_q: copper loss 3/2 R i_q^2 + R_f i_f^2 is least where the two are equal. */
static void test_wound_field(void **state)
{
    (void)state;
    struct linear m = {0.0, LD, LD, 10e-3, 0.5, 0}; /* full field exceeds Ld Imax */
    struct operate_limits l = ideal_limits();
    l.copper.R_ohm = 0.02;
    l.copper.R_f_ohm = 3.0;
    struct fixture fx = begin(&m, &l);
    struct operate_point pt;
    struct err e;
    double T = 30.0, product = T / (1.5 * P * m.M_H), i_f = sqrt(product * sqrt(1.5 * l.copper.R_ohm / l.copper.R_f_ohm));
    assert_true(i_f < l.I_f_max_A);
    for (int goal = 0; goal < 2; goal++) {
        assert_ok(operate_solve_torque(fx.ws, T, 10.0, goal ? OPERATE_MIN_LOSS : OPERATE_MIN_CURRENT, &pt, &e), &e);
        assert_close(pt.torque_Nm, T, 1e-9, 0.0);
        assert_close(pt.i_f_A, i_f, 1e-3, 0.0);
        assert_close(pt.i_d_A, 0.0, 0.0, 1e-4 * IMAX);
        assert_close(pt.loss.copper_dc_W + pt.loss.field_W, 2.0 * l.copper.R_f_ohm * i_f * i_f, 1e-6, 0.0);
    }
    assert_ok(operate_solve_max_torque(fx.ws, 10.0, 1, &pt, &e), &e);
    assert_close(pt.torque_Nm, 1.5 * P * m.M_H * 20.0 * IMAX, 1e-9, 0.0);
    assert_int_equal(pt.bind & OPERATE_BIND_FIELD, OPERATE_BIND_FIELD);
    /* Far above base speed less field is better than full field. */
    assert_ok(operate_solve_max_torque(fx.ws, 2000.0, 1, &pt, &e), &e);
    assert_true(pt.i_f_A < 19.0 && pt.torque_Nm > 0.0 && (pt.bind & OPERATE_BIND_VOLTAGE));
    end(&fx);
}

static void test_steady_short_circuit(void **state)
{
    (void)state;
    struct operate_limits l = ideal_limits();
    l.copper.R_ohm = 0.05;
    l.L_end_H = 5e-5;
    struct fixture fx = begin(&ipm, &l);
    struct err e;
    double d, q, Ld = LD + 5e-5, Lq = LQ + 5e-5, R = 0.05;
    const double speed[] = {3.0, 40.0, 1500.0};
    for (int k = 0; k < 3; k++) {
        double w = P * speed[k], n = R * R + w * w * Ld * Lq;
        assert_ok(operate_solve_short_circuit(fx.ws, speed[k], 0.0, &d, &q, &e), &e);
        assert_close(d, -w * w * Lq * ipm.psi_Wb / n, 1e-9, 1e-9);
        assert_close(q, -w * R * ipm.psi_Wb / n, 1e-9, 1e-9);
    }
    assert_close(operate_eval_characteristic_A(fx.ws, 0.0), ipm.psi_Wb / Ld, 1e-12, 0.0);
    assert_close(operate_eval_back_emf_V(fx.ws, 500.0, 0.0), P * 500.0 * ipm.psi_Wb, 1e-12, 0.0);
    assert_ok(operate_solve_short_circuit(fx.ws, 0.0, 0.0, &d, &q, &e), &e);
    assert_true(d == 0.0 && q == 0.0);
    assert_status(operate_solve_short_circuit(fx.ws, -1.0, 0.0, &d, &q, &e), ST_RANGE, NULL);
    end(&fx);
}

/* No resistance: the flux vector rests in the stator, so i_d swings between its start and the mirrored point. */
static void test_sudden_short_circuit(void **state)
{
    (void)state;
    struct operate_limits l = ideal_limits();
    struct fixture fx = begin(&ipm, &l);
    struct operate_fault_opts o = operate_fault_opts_default();
    struct operate_fault f, g;
    struct err e;
    assert_ok(operate_eval_short_circuit(fx.ws, 0.0, 0.0, 0.0, 500.0, &o, &f, &e), &e);
    assert_close(f.i_d_min_A, -2.0 * ipm.psi_Wb / LD, 1e-4, 0.0);
    assert_close(fmod(f.time_at_min_s, 2.0 * PI / (P * 500.0)), PI / (P * 500.0), 1e-2, 0.0);
    assert_int_equal(f.is_extrapolated, 1); /* 500 A on a map of 300 A */
    double d0 = -100.0, q0 = 200.0, flux = hypot(ipm.psi_Wb + LD * d0, LQ * q0);
    assert_ok(operate_eval_short_circuit(fx.ws, d0, q0, 0.0, 500.0, &o, &f, &e), &e);
    assert_close(f.i_d_min_A, (-flux - ipm.psi_Wb) / LD, 1e-4, 0.0);
    o.n_step_per_period = 100; /* fourth order: a quarter of the steps, still the same peak */
    assert_ok(operate_eval_short_circuit(fx.ws, d0, q0, 0.0, 500.0, &o, &g, &e), &e);
    assert_close(g.i_d_min_A, f.i_d_min_A, 2e-3, 0.0);
    end(&fx);
    l.copper.R_ohm = 0.2;
    fx = begin(&ipm, &l);
    double d, q;
    o = (struct operate_fault_opts){400, 20.0, 1};
    assert_ok(operate_eval_short_circuit(fx.ws, d0, q0, 0.0, 500.0, &o, &f, &e), &e);
    assert_ok(operate_solve_short_circuit(fx.ws, 500.0, 0.0, &d, &q, &e), &e);
    assert_close(f.i_d_end_A, d, 1e-6, 0.0);
    assert_close(f.i_q_end_A, q, 1e-6, 1e-6);
    assert_true(f.i_d_min_A < d && f.torque_min_Nm < 0.0);
    o.n_step_per_period = 5;
    assert_status(operate_eval_short_circuit(fx.ws, d0, q0, 0.0, 500.0, &o, &f, &e), ST_RANGE, NULL);
    o.n_step_per_period = 100;
    assert_status(operate_eval_short_circuit(fx.ws, d0, q0, 0.0, 0.0, &o, &f, &e), ST_RANGE, NULL);
    end(&fx);
}

/* Without resistance the loop's linkage stays: i_beta = (lambda_0 - psi sin theta)/(Ld sin^2 + Lq cos^2). */
static double two_phase_min_A(double lambda_0_Wb)
{
    double low = 0.0;
    for (int k = 0; k < 100000; k++) {
        double t = 2.0 * PI * k / 100000, s = sin(t), c = cos(t), i = (lambda_0_Wb - ipm.psi_Wb * s) / (LD * s * s + LQ * c * c);
        low = fmin(low, i * s);
    }
    return low;
}

static void test_two_phase_short_circuit(void **state)
{
    (void)state;
    struct operate_limits l = ideal_limits();
    struct fixture fx = begin(&ipm, &l);
    struct operate_fault_opts o = operate_fault_opts_default();
    struct operate_fault f, g;
    struct err e;
    const double d0 = -100.0, q0 = 200.0, flux = hypot(ipm.psi_Wb + LD * d0, LQ * q0);
    assert_ok(operate_eval_two_phase(fx.ws, 0.0, 0.0, 500.0, &o, &f, &e), &e);
    assert_close(f.i_d_min_A, -2.0 * ipm.psi_Wb / LD, 1e-4, 0.0); /* from no load as deep as three phases */
    assert_close(f.i_q_at_min_A, 0.0, 0.0, 2.0);
    assert_close(fabs(f.theta_at_min_el_rad), 0.5 * PI, 0.01, 0.0);
    o.n_step_per_period = 1600; /* the lowest step is up to half a step from the minimum: at 400 a step costs 1e-4 */
    assert_ok(operate_eval_two_phase(fx.ws, d0, q0, 500.0, &o, &f, &e), &e);
    assert_close(f.i_d_min_A, two_phase_min_A(-flux), 1e-5, 0.0);
    struct flux_point fp; /* the constraint at the end of the path: the loop links what it linked at the fault */
    flux_map_eval(fx.fm, f.i_d_end_A, f.i_q_end_A, 0.0, &fp);
    const double end_rad = f.theta_fault_el_rad + 2.0 * PI * o.n_period;
    assert_close(f.i_d_end_A * cos(end_rad) - f.i_q_end_A * sin(end_rad), 0.0, 0.0, 1e-9); /* i_alpha */
    assert_close(fp.lambda_d_Wb * sin(end_rad) + fp.lambda_q_Wb * cos(end_rad),
                 (ipm.psi_Wb + LD * d0) * sin(f.theta_fault_el_rad) + LQ * q0 * cos(f.theta_fault_el_rad), 0.0, 1e-7);
    o = operate_fault_opts_search();
    assert_ok(operate_eval_two_phase(fx.ws, d0, q0, 500.0, &o, &g, &e), &e);
    assert_close(g.i_d_min_A, f.i_d_min_A, 1e-3, 0.0);
    o.n_angle = 0;
    assert_status(operate_eval_two_phase(fx.ws, d0, q0, 500.0, &o, &g, &e), ST_RANGE, NULL);
    end(&fx);
    l.copper.R_ohm = 0.2; /* the loop dies away: alternating currents of the back-EMF alone remain */
    fx = begin(&ipm, &l);
    o = operate_fault_opts_default();
    assert_ok(operate_eval_two_phase(fx.ws, d0, q0, 500.0, &o, &g, &e), &e);
    assert_true(g.i_d_min_A > f.i_d_min_A && g.i_d_min_A < 0.0);
    end(&fx);
}

/* A map whose linkage falls between two nodes, on both axes, is passed through: the loop still links what it linked at the fault. */
static void test_two_phase_on_falling_linkage(void **state)
{
    (void)state;
    struct operate_limits l = ideal_limits();
    struct fixture fx = begin(&ipm, &l);
    for (int k = 0; k < fx.fm->n; k++) {
        fx.fm->lambda_d_Wb[k] += k % 9 == 4 ? 0.028 : 0.0;
        fx.fm->lambda_q_Wb[k] += k / 9 % 7 == 3 ? 0.08 : 0.0;
    }
    flux_map_set_nodes(fx.fm);
    struct operate_fault_opts o = operate_fault_opts_default();
    struct operate_fault f;
    struct flux_point low, high, from, to;
    struct err e;
    flux_map_eval(fx.fm, -150.0, 0.0, 0.0, &low);
    flux_map_eval(fx.fm, -112.5, 0.0, 0.0, &high);
    assert_true(high.lambda_d_Wb < low.lambda_d_Wb);
    o.n_angle = 1;
    for (int k = 0; k < 4; k++) { /* ends at four angles of the period */
        o.n_period = 2.0 + 0.25 * k;
        assert_ok(operate_eval_two_phase(fx.ws, -20.0, 100.0, 500.0, &o, &f, &e), &e);
        const double from_rad = f.theta_fault_el_rad, to_rad = from_rad + 2.0 * PI * o.n_period;
        flux_map_eval(fx.fm, -20.0, 100.0, 0.0, &from);
        flux_map_eval(fx.fm, f.i_d_end_A, f.i_q_end_A, 0.0, &to);
        assert_close(to.lambda_d_Wb * sin(to_rad) + to.lambda_q_Wb * cos(to_rad),
                     from.lambda_d_Wb * sin(from_rad) + from.lambda_q_Wb * cos(from_rad), 0.0, 1e-9);
    }
    end(&fx);
}

static void test_worst_fault_of_the_envelope(void **state)
{
    (void)state;
    struct operate_limits l = real_limits();
    struct fixture fx = begin(&ipm, &l);
    struct operate_fault_opts o = operate_fault_opts_default();
    static struct operate_prefault_set set;
    struct operate_worst_fault worst, quick;
    struct err e;
    const double speed[4] = {150.0, 400.0, 800.0, 1500.0};
    assert_ok(operate_find_prefault(fx.ws, 4, speed, 0.0, &set, &e), &e);
    assert_int_equal(set.n, 12);
    for (int n_phase = 2; n_phase <= 3; n_phase++) {
        assert_ok(operate_eval_worst_fault(fx.ws, n_phase, &set, &o, &worst, &e), &e);
        for (int k = 0; k < set.n; k++) { /* none is worse, and the one named is it */
            struct operate_fault f;
            const struct operate_prefault_point *p = &set.point[k];
            if (n_phase == 3)
                assert_ok(operate_eval_short_circuit(fx.ws, p->i_d_A, p->i_q_A, 0.0, p->speed_rad_per_s, &o, &f, &e), &e);
            else
                assert_ok(operate_eval_two_phase(fx.ws, p->i_d_A, p->i_q_A, p->speed_rad_per_s, &o, &f, &e), &e);
            assert_true(f.i_d_min_A >= worst.fault.i_d_min_A);
            if (p->speed_rad_per_s == worst.from.speed_rad_per_s && p->kind == worst.from.kind)
                assert_close(f.i_d_min_A, worst.fault.i_d_min_A, 0.0, 0.0);
        }
        struct operate_fault_opts fast = operate_fault_opts_search();
        assert_ok(operate_eval_worst_fault(fx.ws, n_phase, &set, &fast, &quick, &e), &e);
        assert_close(quick.fault.i_d_min_A, worst.fault.i_d_min_A, 2e-3, 0.0);
    }
    assert_status(operate_find_prefault(fx.ws, 0, speed, 0.0, &set, &e), ST_RANGE, NULL);
    assert_status(operate_find_prefault(fx.ws, OPERATE_MAX_PREFAULT + 1, speed, 0.0, &set, &e), ST_RANGE, NULL);
    end(&fx);
}

/* Constant flux of the field winding makes the transient inductance Ld' = Ld - 3/2 M^2/Lf; R_f small against it. */
static void test_sudden_short_circuit_of_wound_field(void **state)
{
    (void)state;
    struct linear m = {0.0, 1.2e-3, 0.8e-3, 6e-3, 0.06, 0};
    struct operate_limits l = ideal_limits();
    l.copper.R_f_ohm = 1e-6;
    struct fixture fx = begin(&m, &l);
    struct operate_fault_opts o = operate_fault_opts_default();
    struct operate_fault f;
    struct err e;
    double i_f = 4.0, Lt = m.Ld_H - 1.5 * m.M_H * m.M_H / m.Lf_H;
    assert_ok(operate_eval_short_circuit(fx.ws, 0.0, 0.0, i_f, 500.0, &o, &f, &e), &e);
    assert_close(f.i_d_min_A, -2.0 * m.M_H * i_f / Lt, 1e-4, 0.0);
    assert_close(f.i_f_peak_A, i_f + 1.5 * m.M_H / m.Lf_H * 2.0 * m.M_H * i_f / Lt, 1e-4, 0.0);
    end(&fx);
}

static void test_tables_and_duty(void **state)
{
    (void)state;
    struct linear m = {0.1, LD, LQ, 0.0, 0.0, 1};
    struct operate_limits l = real_limits();
    struct fixture fx = begin(&m, &l);
    struct operate_point env[3], map[6], alone;
    struct err e;
    const double speed[3] = {100.0, 700.0, 1800.0}, torque[2] = {20.0, 150.0};
    assert_ok(operate_eval_envelope(fx.ws, 3, speed, env, &e), &e);
    assert_true(env[0].torque_Nm > env[1].torque_Nm && env[1].torque_Nm > env[2].torque_Nm);
    assert_ok(operate_eval_map(fx.ws, 3, speed, 2, torque, OPERATE_MIN_LOSS, map, &e), &e);
    for (int s = 0; s < 3; s++)
        for (int t = 0; t < 2; t++)
            assert_int_equal(map[2 * s + t].is_feasible, torque[t] <= env[s].torque_Nm);
    assert_ok(operate_solve_torque(fx.ws, 20.0, 700.0, OPERATE_MIN_LOSS, &alone, &e), &e);
    assert_true(alone.i_d_A == map[2].i_d_A && alone.loss.total_W == map[2].loss.total_W); /* whatever was solved before */
    struct operate_duty_point duty[2] = {{20.0, 700.0, 3.0}, {-20.0, 700.0, 1.0}};
    struct operate_duty sum;
    struct operate_point each[2];
    assert_ok(operate_eval_duty(fx.ws, 2, duty, OPERATE_MIN_LOSS, each, &sum, &e), &e);
    assert_close(sum.loss_J, 3.0 * each[0].loss.total_W + each[1].loss.total_W, 1e-12, 0.0);
    assert_close(sum.electric_drawn_J - sum.electric_returned_J, sum.mech_out_J - sum.mech_in_J + sum.loss_J, 1e-9, 0.0);
    assert_close(sum.mean_loss_W, sum.loss_J / 4.0, 1e-12, 0.0);
    assert_true(sum.efficiency_pu > 0.5 && sum.efficiency_pu < 1.0);
    duty[1].torque_Nm = 1e4;
    assert_status(operate_eval_duty(fx.ws, 2, duty, OPERATE_MIN_LOSS, NULL, &sum, &e), ST_INFEASIBLE, NULL);
    assert_non_null(strstr(e.message, "duty point 1"));
    duty[1] = (struct operate_duty_point){1.0, 1.0, -1.0};
    assert_status(operate_eval_duty(fx.ws, 2, duty, OPERATE_MIN_LOSS, NULL, &sum, &e), ST_RANGE, NULL);
    assert_status(operate_eval_duty(fx.ws, 0, duty, OPERATE_MIN_LOSS, NULL, &sum, &e), ST_RANGE, NULL);
    end(&fx);
}

static void test_refused(void **state)
{
    (void)state;
    struct operate_limits good = ideal_limits(), l;
    struct fixture fx = begin(&ipm, &good);
    struct operate_point pt;
    struct err e;
    struct { const char *where; double *at; double bad;
    } rule[] = {{"V_max_V", &l.V_max_V, 0.0},
                {"V_max_V", &l.V_max_V, (double)NAN},
                {"I_max_A", &l.I_max_A, -1.0},
                {"I_max_A", &l.I_max_A, 301.0},
                {"L_end_H", &l.L_end_H, -1e-6},
                {"R_ohm", &l.copper.R_ohm, -1.0},
                {"bearing_Nm", &l.mech.bearing_Nm, (double)NAN},
                {"build_factor_pu", &l.build_factor_pu, 0.9},
                {"speed_max_rad_per_s", &l.speed_max_rad_per_s, 0.0}};
    for (int k = 0; k < ARRAY_LEN(rule); k++) {
        l = good;
        *rule[k].at = rule[k].bad;
        assert_status(operate_set(fx.ws, fx.fm, &l, &e), ST_RANGE, NULL);
        assert_string_equal(e.where, rule[k].where);
    }
    assert_status(operate_solve_torque(fx.ws, (double)NAN, 10.0, OPERATE_MIN_LOSS, &pt, &e), ST_RANGE, NULL);
    assert_status(operate_solve_torque(fx.ws, 10.0, -10.0, OPERATE_MIN_LOSS, &pt, &e), ST_RANGE, NULL);
    assert_status(operate_solve_torque(fx.ws, 10.0, 2e5, OPERATE_MIN_LOSS, &pt, &e), ST_RANGE, NULL);
    assert_status(operate_solve_max_torque(fx.ws, 10.0, 0, &pt, &e), ST_RANGE, NULL);
    assert_status(operate_solve_torque(fx.ws, 1e5, 10.0, OPERATE_MIN_LOSS, &pt, &e), ST_INFEASIBLE, NULL);
    assert_non_null(strstr(e.message, "current limit"));
    assert_int_equal(pt.bind & 3, OPERATE_BIND_CURRENT);
    fx.fm->hyst_W_per_Hz[LOSS_ROTOR_IRON][3] = (double)NAN;
    assert_status(operate_set(fx.ws, fx.fm, &good, &e), ST_RANGE, NULL);
    assert_string_equal(e.where, "flux_map");
    end(&fx);
    struct linear wound = {0.0, LD, LD, 6e-3, 0.5, 0};
    fx = begin(&wound, &good);
    l = good;
    l.I_f_max_A = 21.0;
    assert_status(operate_set(fx.ws, fx.fm, &l, &e), ST_RANGE, NULL);
    assert_string_equal(e.where, "I_f_max_A");
    l = good;
    l.copper.exciter.efficiency_pu = 0.0;
    assert_status(operate_set(fx.ws, fx.fm, &l, &e), ST_RANGE, NULL);
    assert_string_equal(e.where, "exciter");
    end(&fx);
}

static void test_solving_allocates_nothing(void **state)
{
    (void)state;
    struct operate_limits l = real_limits();
    struct linear wound = {0.0, 1.2e-3, 0.8e-3, 6e-3, 0.5, 1};
    struct fixture fx = begin(&wound, &l);
    struct operate_point pt;
    struct err e;
    long before = mem_get_count();
    assert_ok(operate_solve_torque(fx.ws, 40.0, 300.0, OPERATE_MIN_LOSS, &pt, &e), &e);
    assert_ok(operate_solve_max_torque(fx.ws, 300.0, 1, &pt, &e), &e);
    assert_int_equal(mem_get_count(), before);
    end(&fx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mtpa),
        cmocka_unit_test(test_surface_machine_takes_no_id),
        cmocka_unit_test(test_field_weakening),
        cmocka_unit_test(test_top_speed),
        cmocka_unit_test(test_mtpv),
        cmocka_unit_test(test_energy_balance),
        cmocka_unit_test(test_least_loss),
        cmocka_unit_test(test_wound_field),
        cmocka_unit_test(test_steady_short_circuit),
        cmocka_unit_test(test_sudden_short_circuit),
        cmocka_unit_test(test_two_phase_short_circuit),
        cmocka_unit_test(test_two_phase_on_falling_linkage),
        cmocka_unit_test(test_worst_fault_of_the_envelope),
        cmocka_unit_test(test_sudden_short_circuit_of_wound_field),
        cmocka_unit_test(test_tables_and_duty),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_solving_allocates_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
