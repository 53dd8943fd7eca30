/* Star of slots: published winding factors, the closed form of the star, sums of slot phasors over the whole machine that know nothing of
 * sectors, symmetry of the phases and of the 60-degree shift, parallel paths that are alike, and refusals with their nearest value. */
#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/units.h"
#include "models/winding/winding.h"
#include "tests/support/close.h"

static struct machine machine_make(int n_slot, int n_pole, int n_layer, int span)
{
    struct machine m;
    memset(&m, 0, sizeof m);
    m.p = n_pole / 2;
    m.stator.n_slot = n_slot;
    m.winding = (struct winding){.n_conductor_per_slot = 8, .n_path = 1, .n_layer = n_layer, .coil_span_slots = span,
                                 .copper_fill_pu = 0.4, .end_turn_factor = 1.2};
    return m;
}

struct published { int slots, poles, layers, span; double kw1; };

/* Three decimals as tables print them: J. Pyrhonen et al., Design of Rotating Electrical Machines, tables 2.3 and 2.5; F. Magnussen, C.
 * Sadarangani, IEMDC 2003, table I (concentrated windings, double layer); one layer: BIANCHI_DAIPRE2006. */
static const struct published TABLE[] = {
    {12, 10, 2, 1, 0.933}, {12, 14, 2, 1, 0.933}, {12, 8, 2, 1, 0.866},   {9, 8, 2, 1, 0.945},   {9, 10, 2, 1, 0.945},
    {9, 6, 2, 1, 0.866},   {6, 4, 2, 1, 0.866},   {3, 2, 2, 1, 0.866},    {18, 16, 2, 1, 0.945}, {24, 22, 2, 1, 0.949},
    {12, 10, 1, 1, 0.966}, {24, 22, 1, 1, 0.958}, {36, 6, 1, 6, 0.966},   {54, 6, 1, 9, 0.960},  {48, 8, 2, 5, 0.933},
    {24, 8, 1, 3, 1.000},  {72, 6, 1, 12, 0.958}, {27, 6, 2, 4, 0.945}, {15, 14, 2, 1, 0.951}, {21, 20, 2, 1, 0.953},
};

static void test_published(void **state)
{
    (void)state;
    struct err e;
    for (int k = 0; k < ARRAY_LEN(TABLE); k++) {
        struct machine m = machine_make(TABLE[k].slots, TABLE[k].poles, TABLE[k].layers, TABLE[k].span);
        struct winding_layout l;
        assert_ok(winding_set_layout(&m, &l, &e), &e);
        assert_close(l.kw1, TABLE[k].kw1, 0.0, 5.5e-4);
    }
}

static int gcd(int a, int b) { return b == 0 ? a : gcd(b, a % b); }

/* Distribution factor of z adjacent spokes over 60 degrees times pitch factor. */
static double closed_form(const struct machine *m)
{
    int Q = m->stator.n_slot, n = m->winding.n_layer == 1 && !machine_is_whole_q(m) ? Q / 2 : Q, t = gcd(n, m->p);
    int z = n / t % 2 == 0 ? n / t / 6 : n / t / 3;
    return sin(PI / 6.0) / (z * sin(PI / (6.0 * z))) * fabs(sin(m->winding.coil_span_slots * m->p * PI / Q));
}

static double complex turn(double angle_rad) { return cos(angle_rad) + sin(angle_rad) * (double complex)I; }

/* Sum over all slots of the machine of turns times e^(i wave angle). */
static double complex phasor(const struct winding_layout *l, int Q, int phase, int wave)
{
    double complex sum = 0.0;
    for (int k = 0; k < Q; k++)
        sum += winding_get_turns(l, phase, k) * turn(2.0 * PI * wave * (k + 0.5) / Q);
    return sum;
}

static void check_star(const struct machine *m, const struct winding_layout *l)
{
    int Q = m->stator.n_slot, p = m->p;
    double complex a = phasor(l, Q, 0, p), b = phasor(l, Q, 1, p), c = phasor(l, Q, 2, p);
    double all = Q * m->winding.n_conductor_per_slot / 3.0;
    assert_close(cabs(a) / all, closed_form(m), 1e-10, 0.0);
    assert_close(cabs(b - a * turn(2.0 * PI / 3.0)) / cabs(a), 0.0, 0.0, 1e-12); /* B 120 degrees ahead of A */
    assert_close(cabs(c - a * turn(-2.0 * PI / 3.0)) / cabs(a), 0.0, 0.0, 1e-12);
    /* the axis is a quarter period behind the phasor of the + sides, and pi/2 from the edge */
    assert_close(cabs(turn(l->axis_el_rad + PI) * cabs(a) - a) / cabs(a), 0.0, 0.0, 1e-9);
    for (int wave = 1; wave <= 2 * Q; wave++)
        assert_close(winding_eval_wave(l, wave), cabs(phasor(l, Q, 0, wave)) / all, 0.0, 1e-12);
    for (int h = 1; h < 14; h += 2)
        assert_close(fabs(winding_eval_factor(l, h)), winding_eval_wave(l, h * p), 0.0, 1e-10);
}

/* The shift carries the pattern of phase A into -C, and so on, with the sign of the shifted poles. */
static void check_shift(const struct machine *m, const struct winding_layout *l)
{
    struct machine_sector s;
    machine_get_sector(m, &s);
    int Q = m->stator.n_slot, sign = s.shift_pole % 2 == 0 ? 1 : -1;
    assert_true(6 * m->p * s.shift_slot == Q * (1 + 3 * s.shift_pole));
    for (int phase = 0; phase < 3; phase++)
        for (int k = 0; k < Q; k++) /* A -> -C: the belt 60 degrees on */
            assert_close(winding_get_turns(l, (phase + 2) % 3, (k + s.shift_slot) % Q), -sign * winding_get_turns(l, phase, k), 0.0, 1e-12);
    for (int k = 0; k < Q; k++) /* the table of a sector goes on around the whole machine */
        assert_close(winding_get_turns(l, 0, (k + s.n_slot) % Q), s.sign * winding_get_turns(l, 0, k), 0.0, 1e-12);
}

static void test_closed_form(void **state)
{
    (void)state;
    struct err e;
    int n_checked = 0;
    for (int p = 1; p <= 14; p++)
        for (int Q = 3; Q <= 96; Q += 3)
            for (int layer = 1; layer <= 2; layer++)
                for (int span = 1; span <= (Q + 2 * p - 1) / (2 * p); span++) {
                    struct machine m = machine_make(Q, 2 * p, layer, span);
                    struct winding_layout l;
                    if (machine_check_winding(&m, &e) != ST_OK)
                        continue;
                    assert_ok(winding_set_layout(&m, &l, &e), &e);
                    if (winding_eval_factor(&l, 1) > 0.05)
                        check_star(&m, &l);
                    check_shift(&m, &l);
                    n_checked++;
                }
    assert_true(n_checked > 1000);
}

/* Textbook: 12 slots, 10 poles, two layers: waves 1, 5, 7, 11 of the machine; 5 is the working wave, 1 a sub-harmonic. */
static void test_subharmonics(void **state)
{
    (void)state;
    struct err e;
    struct machine m = machine_make(12, 10, 2, 1);
    struct winding_layout l;
    assert_ok(winding_set_layout(&m, &l, &e), &e);
    assert_close(winding_eval_wave(&l, 1), sin(PI / 12.0) * cos(PI / 12.0 * 5.0), 1e-12, 0.0); /* 0.067 */
    assert_close(winding_eval_wave(&l, 7), winding_eval_wave(&l, 5), 1e-12, 0.0);
    assert_close(winding_eval_wave(&l, 2), 0.0, 0.0, 1e-13);
    assert_close(winding_eval_wave(&l, 3), winding_eval_wave(&l, 9), 1e-12, 0.0);
    assert_int_equal(l.n_slot, 6);
    assert_int_equal(l.n_pole, 5);
    assert_int_equal(l.sign, -1);
    assert_int_equal(l.n_series_turns_per_phase, 16);
    assert_int_equal(l.n_group[1], 4); /* A+ A- A- A+ : every coil is its own group */
    m.winding.n_layer = 1;
    assert_ok(winding_set_layout(&m, &l, &e), &e);
    assert_close(winding_eval_wave(&l, 1), sin(PI / 12.0), 1e-12, 0.0); /* one layer: larger sub-harmonic */
    m = machine_make(27, 6, 2, 4);
    assert_ok(winding_set_layout(&m, &l, &e), &e);
    assert_int_equal(l.n_group[1] + 2 * l.n_group[2], 9); /* groups of one and two coils */
    assert_int_equal(l.n_group[2], 3);
    m = machine_make(12, 8, 1, 1); /* coils at every second slot: the sector is twice that of two layers */
    assert_ok(winding_set_layout(&m, &l, &e), &e);
    assert_int_equal(l.n_slot, 6);
    assert_int_equal(l.n_pole, 4);
}

struct refusal { int slots, poles, layers, span, paths; const char *rule, *nearest; };
static const struct refusal REFUSED[] = {
    {48, 10, 2, 5, 3, "winding_paths", "nearest: 2"}, /* two alike groups of coils */
    {12, 10, 2, 1, 4, "winding_paths", "nearest: 2"}, {9, 8, 2, 1, 2, "winding_paths", "nearest: 1"},
    {9, 6, 2, 3, 1, "winding_span", "nearest: 2"},    {12, 10, 2, 0, 1, "winding_span", "nearest: 1"},
    {6, 6, 2, 1, 1, "winding_slots", "nearest: 9"},   {10, 8, 2, 1, 1, "winding_slots", "nearest: 9"},
    {27, 6, 1, 3, 1, "winding_slots", "nearest"},     {30, 8, 1, 4, 1, "winding_span", "nearest: 3"},
};

static void test_refusals(void **state)
{
    (void)state;
    for (int k = 0; k < ARRAY_LEN(REFUSED); k++) {
        const struct refusal *r = &REFUSED[k];
        struct machine m = machine_make(r->slots, r->poles, r->layers, r->span);
        struct winding_layout l;
        struct err e;
        m.winding.n_path = r->paths;
        assert_int_equal(winding_set_layout(&m, &l, &e), ST_INFEASIBLE);
        assert_string_equal(e.where, r->rule);
        if (!strstr(e.message, r->nearest))
            print_error("%d/%d: %s\n", r->slots, r->poles, e.message);
        assert_non_null(strstr(e.message, r->nearest));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_published), cmocka_unit_test(test_closed_form),
                                       cmocka_unit_test(test_subharmonics), cmocka_unit_test(test_refusals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
