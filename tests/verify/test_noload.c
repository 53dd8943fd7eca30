/* Open circuit of every reference case against an independent finite-element code: linkages, back-EMF and cogging over the rotor position
 * (tests/data/noload_*.csv), radial field at mid gap by harmonics with the d axis on the axis of phase A (tests/data/gap_*.csv). The
 * reference gives phase linkages without their zero sequence (they add up to 0 at every position), so it says nothing of triplen
 * harmonics: those are taken out before the comparison. */
#include <math.h>
#include <stdio.h>
#include "materials/base/units.h"
#include "models/waveform/waveform.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"
#include "tests/support/proof.h"
#include "tests/support/waveform.h"

#define N_REF 24        /* positions of 60 deg el */
#define N_GAP 13        /* harmonics 1, 3, .. 25 */
#define N_POSITION 12   /* of our own waveforms: the level of all reported results */

struct reference { double position_rad[N_REF], torque_Nm[N_REF], lambda_Wb[N_REF][3]; char path[64]; };
/* What falls short on the medium mesh: how far it may, and what the fine mesh gives. All zero: nothing does. */
struct shortfall { double bound; const char *cause; };
struct reference_case { const char *name; double i_f_A; struct shortfall emf, cogging, gap; };
struct fixture { const struct reference_case *c; struct machine m; struct field_ws *ws; char subject[64]; };

static struct matlib *lib;

static void begin(const struct reference_case *c, struct fixture *fx)
{
    struct field_opts o = field_opts_default();
    struct err e;
    *fx = (struct fixture){.c = c};
    snprintf(fx->subject, sizeof fx->subject, "%s medium", c->name);
    assert_ok(machines_read_case(c->name, lib, NULL, &fx->m, &e), &e);
    assert_ok(field_new(&fx->m, MESH_MEDIUM, &o, &fx->ws, &e), &e);
    field_set_magnet_T(fx->ws, 293.15);
}

static void read_reference(const char *name, struct reference *ref)
{
    static double row[N_REF + 1][MACHINES_MAX_COLUMN];
    snprintf(ref->path, sizeof ref->path, "tests/data/noload_%s.csv", name);
    assert_int_equal(machines_read_table(ref->path, 5, N_REF + 1, row), N_REF + 1); /* the last is the first again, phases in turn */
    for (int k = 0; k < N_REF; k++) {
        ref->position_rad[k] = row[k][0] * PI / 180.0;
        ref->torque_Nm[k] = row[k][1];
        for (int phase = 0; phase < 3; phase++)
            ref->lambda_Wb[k][phase] = row[k][2 + phase];
    }
}

static void prove(const struct fixture *fx, const char *quantity, double measured, double wanted, const char *unit, const char *source,
                  const struct shortfall *s)
{
    proof_check(&(struct proof){PROOF_FE, quantity, fx->subject, .measured = measured, .wanted = wanted, .unit = unit, .source = source,
                                .bound = s != NULL ? s->bound : 0.0, .cause = s != NULL ? s->cause : NULL});
}

static double spread(int n, const double *y)
{
    double low = y[0], high = y[0];
    for (int k = 1; k < n; k++) {
        low = fmin(low, y[k]);
        high = fmax(high, y[k]);
    }
    return high - low;
}

/* Largest difference of a phase linkage, Wb, zero sequence taken out. */
static double eval_linkage_gap_Wb(const struct waveform_noload *w, const struct reference *ref)
{
    double most_Wb = 0.0;
    for (int k = 0; k < N_REF; k++) {
        double own_Wb[3], zero_Wb = 0.0;
        for (int phase = 0; phase < 3; phase++)
            zero_Wb += (own_Wb[phase] = waveform_eval_linkage_Wb(w, phase, ref->position_rad[k])) / 3.0;
        for (int phase = 0; phase < 3; phase++) {
            double gap_Wb = fabs(own_Wb[phase] - zero_Wb - ref->lambda_Wb[k][phase]);
            most_Wb = gap_Wb <= most_Wb ? most_Wb : gap_Wb; /* NaN passes through */
        }
    }
    return most_Wb;
}

/* Largest difference of a back-EMF harmonic 5 .. 13 that is no multiple of 3, relative to the fundamental. */
static double eval_emf_gap_pu(const char *name, const struct waveform_noload *w, struct reference *ref, double first_Wb)
{
    double most_pu = 0.0;
    for (int k = 5; k <= 13; k += k % 6 == 5 ? 2 : 4) {
        double want = k * waveform_eval_harmonic(N_REF, ref->lambda_Wb, k) / first_Wb;
        double got = waveform_get_emf_harmonic_V(w, k, 0, 1.0) / first_Wb;
        printf("%s back-EMF harmonic %d: %.3f %% of the fundamental, reference %.3f %%\n", name, k, 100 * got, 100 * want);
        most_pu = fmax(most_pu, fabs(got - want));
    }
    return most_pu;
}

static void prove_waveforms(struct fixture *fx)
{
    struct reference ref;
    struct waveform_noload w;
    struct err e;
    double cogging_Nm[N_REF];
    read_reference(fx->c->name, &ref);
    assert_ok(waveform_solve_noload(fx->ws, &fx->m, fx->c->i_f_A, N_POSITION, &w, &e), &e);
    for (int k = 0; k < N_REF; k++)
        cogging_Nm[k] = waveform_eval_cogging_Nm(&w, ref.position_rad[k]);
    double first_Wb = waveform_eval_harmonic(N_REF, ref.lambda_Wb, 1), emf_pu = eval_emf_gap_pu(fx->c->name, &w, &ref, first_Wb);
    double own_Nm = spread(N_REF, cogging_Nm), want_Nm = spread(N_REF, ref.torque_Nm);
    printf("%s cogging, peak to peak at the reference's positions: %.3f Nm, reference %.3f Nm; whole %.3f Nm, by energy %.3f Nm\n",
           fx->c->name, own_Nm, want_Nm, w.cogging_Nm, w.cogging_energy_Nm);
    prove(fx, "no-load linkage of a phase, worst position", 100 * eval_linkage_gap_Wb(&w, &ref) / first_Wb, 0.5, "%", ref.path, NULL);
    prove(fx, "back-EMF fundamental", 100 * fabs(waveform_get_emf_harmonic_V(&w, 1, 0, 1.0) / first_Wb - 1.0), 0.5, "%", ref.path, NULL);
    prove(fx, "back-EMF harmonics 5 .. 13 of the fundamental, worst", 100 * emf_pu, 0.5, "pt", ref.path, &fx->c->emf);
    prove(fx, "cogging, peak to peak", 100 * fabs(own_Nm / want_Nm - 1.0), 15.0, "%", ref.path, &fx->c->cogging);
}

/* Fundamental of the gap field, and its other harmonics relative to it, at position 0. */
static void prove_gap_field(struct fixture *fx)
{
    double row[N_GAP][MACHINES_MAX_COLUMN], worst_pu = 0.0;
    struct field_result r;
    struct field_info info;
    struct err e;
    char path[64];
    snprintf(path, sizeof path, "tests/data/gap_%s.csv", fx->c->name);
    assert_int_equal(machines_read_table(path, 3, N_GAP, row), N_GAP);
    field_set_angle(fx->ws, 0.0);
    assert_ok(field_solve(fx->ws, 0.0, 0.0, fx->c->i_f_A, 0, &r, &info, &e), &e);
    double first_T = hypot(row[0][1], row[0][2]), first_pu = (double)NAN;
    for (int k = 0; k < N_GAP; k++) {
        double d_T, q_T, gap_pu;
        field_eval_gap_harmonic(fx->ws, (int)lround(row[k][0]), &d_T, &q_T);
        gap_pu = hypot(d_T - row[k][1], q_T - row[k][2]) / first_T;
        printf("%s gap field, harmonic %.0f: %.5f T, reference %.5f T\n", fx->c->name, row[k][0], d_T, row[k][1]);
        if (k == 0)
            first_pu = gap_pu;
        else
            worst_pu = gap_pu <= worst_pu ? worst_pu : gap_pu;
    }
    prove(fx, "gap field, fundamental", 100 * first_pu, 0.5, "%", path, NULL);
    prove(fx, "gap field, harmonics 3 to 25 of the fundamental, worst", 100 * worst_pu, 0.5, "pt", path, &fx->c->gap);
}

enum { C1, C1_SF94, C2, C3, C3_LIN, C4, C5 };
static const struct reference_case CASE[] = {
    [C1] = {.name = "C1", .gap = {0.8, "slot harmonics 11, 13 and 25 on the medium mesh; 0.13 pt on the fine one"}},
    [C1_SF94] = {.name = "C1_sf94", .gap = {0.8, "slot harmonics 11, 13 and 25 on the medium mesh, as C1"}},
    [C2] = {.name = "C2", .emf = {0.6, "slot harmonic 13 on the medium mesh; 0.07 pt on the fine one"},
            .cogging = {21.0, "the medium mesh; 4 % on the fine one"},
            .gap = {0.75, "slot harmonics 11, 13 and 25 on the medium mesh; 0.21 pt on the fine one"}},
    [C3] = {.name = "C3"},
    [C3_LIN] = {.name = "C3_lin"},
    [C4] = {.name = "C4", .i_f_A = 14.0, .emf = {0.6, "slot harmonics 11 and 13 on the medium mesh; 0.04 pt on the fine one"},
            .gap = {0.7, "slot harmonics 13 and 23 on the medium mesh; 0.12 pt on the fine one"}},
    [C5] = {.name = "C5", .emf = {0.7, "slot harmonics 11 and 13 on the medium mesh; 0.23 pt on the fine one"},
            .gap = {0.6, "harmonic 5 on the medium mesh; 0.17 pt on the fine one"}},
};

static void run(int k)
{
    struct fixture fx;
    begin(&CASE[k], &fx);
    prove_waveforms(&fx);
    prove_gap_field(&fx);
    field_free(fx.ws);
}

static void test_c1(void **state) { (void)state; run(C1); }
static void test_c1_fill_94(void **state) { (void)state; run(C1_SF94); }
static void test_c2(void **state) { (void)state; run(C2); }
static void test_c3(void **state) { (void)state; run(C3); }
static void test_c3_linear(void **state) { (void)state; run(C3_LIN); }
static void test_c4(void **state) { (void)state; run(C4); }
static void test_c5(void **state) { (void)state; run(C5); }

static int set_up(void **state)
{
    struct err e;
    (void)state;
    assert_ok(matlib_new("materials/data", &lib, &e), &e);
    return 0;
}

static int tear_down(void **state) { (void)state; matlib_free(lib); return 0; }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_c1),        cmocka_unit_test(test_c1_fill_94), cmocka_unit_test(test_c2), cmocka_unit_test(test_c3),
        cmocka_unit_test(test_c3_linear), cmocka_unit_test(test_c4),         cmocka_unit_test(test_c5),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
