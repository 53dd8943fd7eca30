/* test_iron.c - core loss of a synthetic mesh in fields whose harmonics are known, and magnet eddy loss against closed forms. */
#include "tests/support/close.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "models/loss/harmonic_fit.h"
#include "models/loss/iron.h"
#include "models/loss/magnet_eddy.h"
#include <string.h>

enum { P = 4, Q = 2, N_PITCH = 3 * Q, PER_PITCH = 4, N_STRIP = 24, N_ROTOR = 3, N_TRI = N_PITCH * PER_PITCH + N_ROTOR + 4 * N_STRIP,
       N_NODE = 3 * N_TRI };
#define MAGNET_W 0.02
#define MAGNET_T 0.005

/* Every triangle has its own nodes: connectivity is of no concern to the loss. Magnet block 0: 2 N_STRIP triangles tiling w x t, axis
 * along +y; block 1 alike. */
struct synthetic {
    struct mesh ms;
    double x[N_NODE], y[N_NODE], axis[2];
    int tri[3 * N_TRI];
    unsigned char region[N_TRI];
    short part[N_TRI];
};

static void put_triangle(struct synthetic *s, int t, enum region r, int part, const double xy[6])
{
    for (int k = 0; k < 3; k++) {
        s->x[3 * t + k] = xy[2 * k];
        s->y[3 * t + k] = xy[2 * k + 1];
        s->tri[3 * t + k] = 3 * t + k;
    }
    s->region[t] = (unsigned char)r;
    s->part[t] = (short)part;
}

static void put_magnets(struct synthetic *s, int t)
{
    for (int block = 0; block < 2; block++)
        for (int k = 0; k < N_STRIP; k++) {
            double h = MAGNET_W / N_STRIP, x0 = 0.03 * block + k * h, x1 = x0 + h, y1 = MAGNET_T;
            put_triangle(s, t++, REGION_MAGNET, block, (double[]){x0, 0.0, x1, 0.0, x1, y1});
            put_triangle(s, t++, REGION_MAGNET, block, (double[]){x0, 0.0, x1, y1, x0, y1});
        }
}

static void make_mesh(struct synthetic *s)
{
    memset(s, 0, sizeof *s);
    static const enum region kind[PER_PITCH] = {REGION_SLOT, REGION_STATOR_TOOTH, REGION_STATOR_YOKE, REGION_AIR};
    int t = 0;
    for (int j = 0; j < N_PITCH; j++)
        for (int l = 0; l < PER_PITCH; l++, t++) {
            double a = (j + 0.2 * l) * PI / (P * N_PITCH), r = 0.1 + 0.01 * l, xy[6];
            const double local[6] = {r, 0.0, r + 0.004 + 0.001 * l, 0.0, r, 0.003};
            for (int k = 0; k < 3; k++) {
                xy[2 * k] = cos(a) * local[2 * k] - sin(a) * local[2 * k + 1];
                xy[2 * k + 1] = sin(a) * local[2 * k] + cos(a) * local[2 * k + 1];
            }
            put_triangle(s, t, kind[l], j, xy);
        }
    for (int k = 0; k < N_ROTOR; k++, t++)
        put_triangle(s, t, REGION_ROTOR_IRON, -1, (double[]){0.05, 0.01 * k, 0.06, 0.01 * k, 0.05, 0.01 * k + 0.005});
    put_magnets(s, t);
    s->axis[0] = s->axis[1] = PI / 2.0;
    s->ms = (struct mesh){.tau_rad = PI / P,
                          .sector_rad = PI / P,
                          .n_slot = N_PITCH,
                          .n_pole = 1,
                          .periodic_sign = -1.0,
                          .n_node = N_NODE,
                          .n_tri = N_TRI,
                          .n_tri_per_pitch = PER_PITCH,
                          .n_tri_stator = N_PITCH * PER_PITCH,
                          .x_m = s->x,
                          .y_m = s->y,
                          .tri = s->tri,
                          .region = s->region,
                          .part = s->part,
                          .magnet_axis_rad = s->axis};
}

static const struct steel sheet = {.base = {.density_kg_per_m3 = {.value = 7650.0}}, .k_h = 0.02, .k_c = 6e-5, .k_e = 4e-4};
static const struct magnet block = {.resistivity_ohm_m = {.value = 1.4e-6}};

static struct machine make_machine(void)
{
    struct machine m;
    memset(&m, 0, sizeof m);
    m.p = P;
    m.stack_m = 0.08;
    m.stacking_factor_pu = 0.95;
    m.stator.n_slot = 2 * P * N_PITCH;
    m.rotor_type = ROTOR_V;
    m.v.centre = CENTRE_POST;
    m.v.beta_rad = 0.3;
    m.n_magnet_segment_axial = 1;
    m.stator_steel = m.rotor_steel = &sheet;
    m.magnet = &block;
    return m;
}

/* Waves B_r cos(nu p phi - n theta + a), B_t sin(..) in the polar frame; allowed when nu - n is a multiple of 6. */
struct wave { int n, nu; double r_T, t_T, phase; };
static const struct wave waves[] = {
    {1, 1, 1.2, 0.7, 0.3}, {3, 3, 0.2, 0.15, 1.0}, {5, -1, 0.1, 0.05, -0.4}, {7, 1, 0.06, 0.08, 2.0}, {13, 7, 0.03, 0.01, 0.0}};

static double magnet_dc = 0.9, magnet_a6 = 0.05, magnet_a12 = 0.03;

static void fill_B(const struct synthetic *s, double theta, int n_wave, double *B)
{
    memset(B, 0, 2 * N_TRI * sizeof *B);
    for (int t = 0; t < N_TRI; t++) {
        double phi = atan2(s->y[3 * t], s->x[3 * t]);
        if (t < N_PITCH * PER_PITCH) {
            phi = (t / PER_PITCH + 0.2 * (t % PER_PITCH)) * PI / (P * N_PITCH);
            for (int k = 0; k < n_wave; k++) {
                double arg = waves[k].nu * P * phi - waves[k].n * theta + waves[k].phase;
                double r = waves[k].r_T * cos(arg), tan_T = waves[k].t_T * sin(arg);
                B[2 * t] += cos(phi) * r - sin(phi) * tan_T;
                B[2 * t + 1] += sin(phi) * r + cos(phi) * tan_T;
            }
        } else if (s->region[t] == REGION_ROTOR_IRON) {
            B[2 * t] = 1.1 + 0.2 * cos(6.0 * theta + 0.5) + 0.1 * cos(12.0 * theta);
            B[2 * t + 1] = 0.4 + 0.15 * sin(6.0 * theta);
        } else {
            B[2 * t] = 0.3 * sin(12.0 * theta); /* across the axis: no matter */
            B[2 * t + 1] = magnet_dc + magnet_a6 * sin(6.0 * theta) + magnet_a12 * cos(12.0 * theta);
        }
    }
}

static double area_of(const struct synthetic *s, enum region r)
{
    double sum = 0.0;
    for (int t = 0; t < N_TRI; t++)
        if (s->region[t] == r)
            sum += 0.5 * ((s->x[3 * t + 1] - s->x[3 * t]) * (s->y[3 * t + 2] - s->y[3 * t]) -
                          (s->y[3 * t + 1] - s->y[3 * t]) * (s->x[3 * t + 2] - s->x[3 * t]));
    return sum;
}

static void run(const struct synthetic *s, const struct machine *m, int n_position, int n_wave, struct iron_coef *out)
{
    struct iron_ws *ws;
    struct err e;
    double B[2 * N_TRI];
    assert_ok(iron_new(&s->ms, m, 12, &ws, &e), &e);
    for (int k = 0; k < n_position; k++) {
        double theta = iron_get_position_el_rad(m, k, n_position);
        fill_B(s, theta, n_wave, B);
        iron_set_sample(ws, k, n_position, theta, B);
    }
    long before = mem_get_count();
    iron_eval(ws, n_position, out);
    assert_int_equal(mem_get_count(), before);
    iron_free(ws);
}

static void check_stator(const struct synthetic *s, const struct machine *m, int n_wave, const struct iron_coef *c)
{
    double hyst = 0.0, eddy = 0.0, excess = 0.0, k = m->stacking_factor_pu;
    for (int w = 0; w < n_wave; w++) {
        double n = waves[w].n, b2 = waves[w].r_T * waves[w].r_T + waves[w].t_T * waves[w].t_T;
        hyst += sheet.k_h * n * b2 / (k * k);
        eddy += sheet.k_c * n * n * b2 / (k * k);
        excess += sheet.k_e * pow(n, 1.5) * pow(b2, 0.75) / pow(k, 1.5);
    }
    const enum region region[2] = {REGION_STATOR_YOKE, REGION_STATOR_TOOTH};
    const enum loss_region loss[2] = {LOSS_STATOR_YOKE, LOSS_STATOR_TOOTH};
    for (int r = 0; r < 2; r++) {
        double kg = area_of(s, region[r]) * 2.0 * P * m->stack_m * k * 7650.0;
        assert_close(c->hyst_W_per_Hz[loss[r]], kg * hyst, 1e-9, 0.0);
        assert_close(c->eddy_W_per_Hz2[loss[r]], kg * eddy, 1e-9, 0.0);
        assert_close(c->excess_W_per_Hz15[loss[r]], kg * excess, 1e-9, 0.0);
    }
    assert_close(c->slot_Bt2_T2, waves[0].r_T * waves[0].r_T + waves[0].t_T * waves[0].t_T, 1e-9, 0.0);
}

static void test_stator_waves(void **state)
{
    (void)state;
    struct synthetic s;
    struct machine m = make_machine();
    struct iron_coef c;
    make_mesh(&s);
    const int cases[][2] = {{2, 1}, {2, 3}, {3, 4}, {6, 5}, {12, 5}}; /* positions, waves that they resolve */
    for (int k = 0; k < ARRAY_LEN(cases); k++) {
        run(&s, &m, cases[k][0], cases[k][1], &c);
        check_stator(&s, &m, cases[k][1], &c);
    }
}

static void test_rotor_iron(void **state)
{
    (void)state;
    struct synthetic s;
    struct machine m = make_machine();
    struct iron_coef c;
    make_mesh(&s);
    double kg = area_of(&s, REGION_ROTOR_IRON) * 2.0 * P * m.stack_m * 0.95 * 7650.0, b6 = 0.2 * 0.2 + 0.15 * 0.15, b12 = 0.1 * 0.1;
    run(&s, &m, 6, 1, &c);
    assert_close(c.hyst_W_per_Hz[LOSS_ROTOR_IRON], kg * 0.02 / 0.9025 * (6.0 * b6 + 12.0 * b12), 1e-9, 0.0);
    assert_close(c.eddy_W_per_Hz2[LOSS_ROTOR_IRON], kg * 6e-5 / 0.9025 * (36.0 * b6 + 144.0 * b12), 1e-9, 0.0);
    assert_close(c.excess_W_per_Hz15[LOSS_ROTOR_IRON],
                 kg * 4e-4 / pow(0.95, 1.5) * (pow(6.0, 1.5) * pow(b6, 0.75) + pow(12.0, 1.5) * pow(b12, 0.75)), 1e-9, 0.0);
    /* Two positions see the difference between 0 and 15 deg el, as if it were all of the 12th. */
    double dx = 0.5 * (0.2 * cos(0.5) + 0.1 - (0.2 * cos(PI / 2.0 + 0.5) - 0.1)), dy = 0.5 * (0.0 - 0.15);
    run(&s, &m, 2, 1, &c);
    assert_close(c.eddy_W_per_Hz2[LOSS_ROTOR_IRON], kg * 6e-5 / 0.9025 * 144.0 * (dx * dx + dy * dy), 1e-9, 0.0);
    /* Four: the 6th resolved, the 12th by its alternation. Three: both as one at the slot harmonic. */
    run(&s, &m, 4, 1, &c);
    assert_close(c.eddy_W_per_Hz2[LOSS_ROTOR_IRON], kg * 6e-5 / 0.9025 * (36.0 * b6 + 144.0 * b12), 1e-9, 0.0);
    double re = 0.2 * cos(0.5) + 0.1, im = 0.2 * sin(0.5); /* 0.2 exp(i 0.5) plus the conjugate of 0.1 */
    run(&s, &m, 3, 1, &c);
    assert_close(c.eddy_W_per_Hz2[LOSS_ROTOR_IRON], kg * 6e-5 / 0.9025 * 144.0 * (re * re + im * im + 0.15 * 0.15), 1e-9, 0.0);
    run(&s, &m, 1, 1, &c);
    assert_true(isnan(c.eddy_W_per_Hz2[LOSS_ROTOR_IRON]) && isnan(c.eddy_W_per_Hz2[LOSS_MAGNET]));
    assert_true(isfinite(c.eddy_W_per_Hz2[LOSS_STATOR_YOKE]));
}

static void test_magnet_loss(void **state)
{
    (void)state;
    struct synthetic s;
    struct machine m = make_machine();
    struct iron_coef c, cut;
    make_mesh(&s);
    double volume = 2.0 * MAGNET_W * MAGNET_T * m.stack_m * 2.0 * P, omega = 2.0 * PI;
    double b2 = 36.0 * magnet_a6 * magnet_a6 + 144.0 * magnet_a12 * magnet_a12;
    double weff2 = magnet_eddy_eval_width2_m2(MAGNET_W, m.stack_m);
    run(&s, &m, 6, 1, &c);
    /* 24 strips carry the moments to 1/24^2 */
    assert_close(c.eddy_W_per_Hz2[LOSS_MAGNET], volume * omega * omega * b2 * weff2 / (24.0 * 1.4e-6), 3e-3, 0.0);
    assert_close(c.hyst_W_per_Hz[LOSS_MAGNET], 0.0, 0.0, 0.0);
    m.n_magnet_segment_axial = 8;
    run(&s, &m, 6, 1, &cut);
    assert_close(cut.eddy_W_per_Hz2[LOSS_MAGNET] / c.eddy_W_per_Hz2[LOSS_MAGNET],
                 magnet_eddy_eval_width2_m2(MAGNET_W, m.stack_m / 8.0) / weff2, 1e-9, 0.0);
    m.n_magnet_segment_axial = 1;
    m.n_magnet_segment_width = 3; /* even pulsation: each piece a block of a third of the width */
    run(&s, &m, 6, 1, &cut);
    assert_close(cut.eddy_W_per_Hz2[LOSS_MAGNET] / c.eddy_W_per_Hz2[LOSS_MAGNET],
                 magnet_eddy_eval_width2_m2(MAGNET_W / 3.0, m.stack_m) / weff2, 3e-3, 0.0); /* strips again */
    assert_close(cut.magnet_gap_W_per_Hz2, 0.0, 0.0, 0.0);
}

static void test_magnet_eddy_closed_forms(void **state)
{
    (void)state;
    double w = 0.02, rho = 1.4e-6, omega = 2.0 * PI * 4800.0, B = 0.04;
    double uniform[MAGNET_EDDY_N_MOMENT] = {B}, none[MAGNET_EDDY_N_MOMENT] = {0.0};
    assert_close(magnet_eddy_eval_W_per_m3(uniform, none, w, 1e6 * w, omega, rho), omega * omega * B * B * w * w / (24.0 * rho), 1e-6, 0.0);
    /* torsion constant of the unit square [TIMOSHENKO_GOODIER1970] */
    assert_close(magnet_eddy_eval_width2_m2(1.0, 1.0), 3.0 * 0.1405770150, 1e-8, 0.0);
    assert_close(magnet_eddy_eval_width2_m2(1.0, 2.0), 3.0 * 0.228682, 1e-5, 0.0);
    assert_close(magnet_eddy_eval_width2_m2(2.0, 1.0), magnet_eddy_eval_width2_m2(1.0, 2.0), 1e-12, 0.0);
    /* B cos(pi x/2 + 0.4): A = (w/2) B sin(..)/(pi/2), variance by integration */
    double k = PI / 2.0, b[MAGNET_EDDY_N_MOMENT] = {0.0}, basis[MAGNET_EDDY_N_MOMENT], mean = 0.0, square = 0.0;
    int n = 4000;
    for (int i = 0; i < n; i++) {
        double x = -1.0 + (i + 0.5) * 2.0 / n, A = 0.5 * w * B * sin(k * x + 0.4) / k;
        magnet_eddy_eval_basis(x, basis);
        for (int r = 0; r < MAGNET_EDDY_N_MOMENT; r++)
            b[r] += (2 * r + 1) * basis[r] * B * cos(k * x + 0.4) / n;
        mean += A / n;
        square += A * A / n;
    }
    assert_close(magnet_eddy_eval_A2_T2m2(b, w), square - mean * mean, 1e-6, 0.0);
    /* a linear pulsation in n pieces: mean of the piece and its own slope, 1/n of the whole's */
    double linear[MAGNET_EDDY_N_MOMENT] = {0.01, B}, piece[MAGNET_EDDY_N_MOMENT] = {0.0}, l = 3.0 * w, sum = 0.0;
    for (int i = 0; i < 4; i++) {
        piece[0] = 0.01 + B * (-0.75 + 0.5 * i);
        piece[1] = B / 4.0;
        sum += magnet_eddy_eval_W_per_m3(piece, none, w / 4.0, l, omega, rho) / 4.0;
    }
    assert_close(magnet_eddy_eval_cut_W_per_m3(linear, none, 4, w, l, omega, rho), sum, 1e-12, 0.0);
    assert_close(magnet_eddy_eval_cut_W_per_m3(none, linear, 1, w, l, omega, rho),
                 magnet_eddy_eval_W_per_m3(none, linear, w, l, omega, rho), 1e-15, 0.0);
}

static void test_joined_bar(void **state)
{
    (void)state;
    struct synthetic s;
    struct machine m = make_machine();
    struct iron_coef c;
    make_mesh(&s);
    m.v.centre = CENTRE_NONE;
    m.v.beta_rad = 0.0;
    for (int k = 0; k < N_NODE; k++) /* push the blocks together */
        if (s.region[k / 3] == REGION_MAGNET && s.part[k / 3] == 1)
            s.x[k] -= 0.03 - MAGNET_W;
    run(&s, &m, 6, 1, &c);
    double volume = 2.0 * MAGNET_W * MAGNET_T * m.stack_m * 2.0 * P, b2 = 36.0 * magnet_a6 * magnet_a6 + 144.0 * magnet_a12 * magnet_a12;
    assert_close(c.eddy_W_per_Hz2[LOSS_MAGNET],
                 volume * 4.0 * PI * PI * b2 * magnet_eddy_eval_width2_m2(2.0 * MAGNET_W, m.stack_m) / (24.0 * 1.4e-6), 1e-3, 0.0);
}

static void test_fit(void **state)
{
    (void)state;
    struct harmonic_fit hf;
    struct err e;
    assert_ok(harmonic_fit_init(&hf, 6, &e), &e);
    const double phase[6] = {0.1, 0.9, 2.2, 3.0, 4.4, 5.9}, same[6] = {0.0, 0.0, 1.0, 1.0, 2.0, 2.0};
    const int order[2] = {1, 5}, alias[2] = {1, 5};
    assert_ok(harmonic_fit_set(&hf, 6, phase, 1, 2, order, &e), &e);
    double b5 = 0.0;
    for (int k = 0; k < 6; k++)
        b5 += harmonic_fit_get_row(&hf, 1, 1)[k] * (3.0 + 2.0 * cos(phase[k]) - 0.7 * sin(5.0 * phase[k]));
    assert_close(b5, -0.7, 1e-10, 0.0);
    assert_status(harmonic_fit_set(&hf, 6, same, 0, 2, order, &e), ST_SINGULAR, NULL);
    const double sixth[6] = {0.0, PI / 3, 2 * PI / 3, PI, 4 * PI / 3, 5 * PI / 3}; /* 1 and 5 are one harmonic here */
    assert_status(harmonic_fit_set(&hf, 6, sixth, 0, 2, alias, &e), ST_SINGULAR, NULL);
    assert_status(harmonic_fit_set(&hf, 4, phase, 1, 2, order, &e), ST_RANGE, NULL);
    assert_status(harmonic_fit_set(&hf, 7, phase, 1, 2, order, &e), ST_RANGE, NULL);
    harmonic_fit_done(&hf);
}

static void test_refused(void **state)
{
    (void)state;
    struct synthetic s;
    struct machine m = make_machine();
    struct iron_ws *ws;
    struct err e;
    make_mesh(&s);
    m.stator.n_slot = 2 * P * N_PITCH - 4;
    assert_status(iron_new(&s.ms, &m, 6, &ws, &e), ST_INFEASIBLE, NULL);
    assert_string_equal(e.where, "winding_slots"); /* no balanced winding */
    m = make_machine();
    s.x[3 * (PER_PITCH + 1)] += 1e-4; /* one copy is another shape */
    assert_status(iron_new(&s.ms, &m, 6, &ws, &e), ST_INFEASIBLE, NULL);
    make_mesh(&s);
    s.region[2 * PER_PITCH] = REGION_AIR;
    assert_status(iron_new(&s.ms, &m, 6, &ws, &e), ST_INFEASIBLE, NULL);
    make_mesh(&s);
    long live = mem_get_live();
    for (int k = 1; k <= 12; k++) {
        mem_set_fail_at(k);
        assert_status(iron_new(&s.ms, &m, 6, &ws, &e), ST_NO_MEMORY, NULL);
        assert_null(ws);
        assert_int_equal(mem_get_live(), live);
    }
    mem_set_fail_at(0);
    iron_free(NULL);
    /* Positions that coincide tell nothing: no value rather than a wrong one. */
    struct iron_coef c;
    double B[2 * N_TRI];
    assert_ok(iron_new(&s.ms, &m, 6, &ws, &e), &e);
    fill_B(&s, 0.0, 1, B);
    for (int k = 0; k < 3; k++)
        iron_set_sample(ws, k, 3, 0.0, B);
    iron_eval(ws, 3, &c);
    assert_true(isnan(c.hyst_W_per_Hz[LOSS_STATOR_YOKE]) && isnan(c.eddy_W_per_Hz2[LOSS_ROTOR_IRON]));
    for (int k = 0; k < 2; k++) /* two positions at another distance than half a slot pitch */
        iron_set_sample(ws, k, 2, 0.1 * k, B);
    iron_eval(ws, 2, &c);
    assert_true(isnan(c.eddy_W_per_Hz2[LOSS_ROTOR_IRON]) && isnan(c.eddy_W_per_Hz2[LOSS_MAGNET]));
    iron_free(ws);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stator_waves), cmocka_unit_test(test_rotor_iron),
        cmocka_unit_test(test_magnet_loss),  cmocka_unit_test(test_magnet_eddy_closed_forms),
        cmocka_unit_test(test_joined_bar),   cmocka_unit_test(test_fit),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
