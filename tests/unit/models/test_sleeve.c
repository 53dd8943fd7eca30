/* test_sleeve.c - sleeve of surface magnets against the closed forms it is put together from, each alone: shrink fit of two rings at rest,
 * rotating ring without a fit, equilibrium of the magnets; and against a solution by finite differences of the same two rings. */
#include "materials/base/units.h"
#include "models/mech/sleeve.h"
#include "tests/support/close.h"
#include <string.h>
#include "materials/base/banned.h"

#define E_S 1.93e11
#define NU_S 0.29
#define RHO_S 7950.0
#define E_C 1.85e11
#define NU_C 0.3
#define RHO_C 7600.0

struct bench { struct machine m; struct steel steel; struct magnet magnet; struct structural metal; };
static struct bench bench;

static struct machine *set_bench(double magnet_kg_per_m3)
{
    struct bench *b = &bench;
    memset(b, 0, sizeof *b);
    b->steel.young_Pa.value = E_C;
    b->steel.poisson.value = NU_C;
    b->steel.base.density_kg_per_m3.value = RHO_C;
    b->metal.young_Pa.value = E_S;
    b->metal.poisson.value = NU_S;
    b->metal.yield_Pa.value = 700e6;
    b->metal.base.density_kg_per_m3.value = RHO_S;
    b->magnet.base.density_kg_per_m3.value = magnet_kg_per_m3;
    b->m = (struct machine){.p = 4, .R_ri_m = 0.020, .R_ro_m = 0.050, .rotor_type = ROTOR_SURFACE, .rotor_steel = &b->steel,
                            .magnet = &b->magnet};
    b->m.stator.R_bore_m = 0.0535;
    b->m.surface = (struct rotor_surface){.R_mi_m = 0.045, .arc_rad = 0.8 * PI / 4, .sleeve_m = 2e-3, .sleeve_interference_m = 40e-6,
                                          .sleeve = &b->metal};
    return &b->m;
}

static struct sleeve_result eval(const struct machine *m, double omega)
{
    struct sleeve_result r;
    struct err e = {0};
    assert_ok(sleeve_eval(m, omega, &r, &e), &e);
    return r;
}

/* Rings that touch each other, at rest: p = interference / (r/E_o ((o2 + r2)/(o2 - r2) + nu_o) + r/E_i ((r2 + i2)/(r2 - i2) - nu_i)). */
static void test_shrink_fit(void **state)
{
    (void)state;
    struct machine *m = set_bench(7500);
    m->surface.R_mi_m = 0.050 - 1e-9; /* next to no magnet between */
    const double r = 0.050, o = 0.052, i = 0.020;
    const double p = 40e-6 / (r / E_S * ((o * o + r * r) / (o * o - r * r) + NU_S) + r / E_C * ((r * r + i * i) / (r * r - i * i) - NU_C));
    const struct sleeve_result s = eval(m, 0.0);
    assert_close(s.pressure_Pa, p, 1e-7, 0);
    assert_close(s.contact_Pa, p, 1e-7, 0);
    assert_close(s.hoop_Pa, p * (o * o + r * r) / (o * o - r * r), 1e-7, 0);
    assert_true(isinf(s.retention_pu));
    /* thin ring: hoop close to E delta/r less what the core gives way */
    assert_close(s.hoop_Pa, E_S * 40e-6 / r, 0.1, 0);
}

/* No interference, magnets of no weight: the sleeve grows more than the core, leaves it, and spins as a free ring. */
static void test_free_spin(void **state)
{
    (void)state;
    struct machine *m = set_bench(1e-9);
    const double w = 2000.0, a = 0.050, b = 0.052;
    m->surface.sleeve_interference_m = 0.0;
    const struct sleeve_result s = eval(m, w);
    assert_true(s.contact_Pa < 0.0);
    assert_close(s.hoop_Pa, (3 + NU_S) / 4 * RHO_S * w * w * (b * b + (1 - NU_S) / (3 + NU_S) * a * a), 1e-9, 0);
}

static void test_magnets_lift_off(void **state)
{
    (void)state;
    struct machine *m = set_bench(7500);
    const double a = 0.050, c = 0.045;
    double last = HUGE_VAL, low = 0.0, high = 4000.0;
    for (double w = 100.0; w < 2500.0; w += 100.0) {
        const struct sleeve_result s = eval(m, w);
        const double pull = 0.8 * 7500 * w * w * (a * a * a - c * c * c) / 3.0;
        assert_true(s.retention_pu < last);
        assert_true((s.contact_Pa > 0.0) == (s.retention_pu > 1.0));
        if (s.contact_Pa > 0.0)
            assert_close(s.pressure_Pa * a - s.contact_Pa * c, pull, 1e-9, 0); /* the magnets are in equilibrium */
        else
            assert_close(s.pressure_Pa * a, pull, 1e-9, 0); /* the sleeve alone holds them */
        last = s.retention_pu;
    }
    for (int k = 0; k < 60; k++) { /* at the speed of lift-off the stress has no step */
        const double w = 0.5 * (low + high);
        if (eval(m, w).contact_Pa > 0.0)
            low = w;
        else
            high = w;
    }
    assert_close(eval(m, low).hoop_Pa, eval(m, high).hoop_Pa, 1e-6, 0);
}

/* Radial equilibrium (r s_r)' - s_t + rho w2 r2 = 0 of a ring by central differences: growth of one surface under pressures at both. */
#define N 4000
static double solve_ring(double in, double out, double E, double nu, double rho, double w, double p_in, double p_out, int at_out)
{
    static double lower[N + 1], diagonal[N + 1], upper[N + 1], right[N + 1];
    const double h = (out - in) / N, d = E / (1 - nu * nu);
    for (int k = 0; k <= N; k++) { /* u'' + u'/r - u/r2 = -rho w2 r/d */
        const double r = in + k * h;
        lower[k] = 1 / (h * h) - 1 / (2 * r * h);
        upper[k] = 1 / (h * h) + 1 / (2 * r * h);
        diagonal[k] = -2 / (h * h) - 1 / (r * r);
        right[k] = -rho * w * w * r / d;
    }
    /* surfaces: d (u' + nu u/r) = -p, the node beyond by central difference */
    const double slope_in = -p_in / d, slope_out = -p_out / d;
    diagonal[0] += lower[0] * 2 * h * nu / in;
    upper[0] += lower[0];
    right[0] += lower[0] * 2 * h * slope_in;
    diagonal[N] -= upper[N] * 2 * h * nu / out;
    lower[N] += upper[N];
    right[N] -= upper[N] * 2 * h * slope_out;
    for (int k = 1; k <= N; k++) {
        const double f = lower[k] / diagonal[k - 1];
        diagonal[k] -= f * upper[k - 1];
        right[k] -= f * right[k - 1];
    }
    right[N] /= diagonal[N];
    for (int k = N - 1; k >= 0; k--)
        right[k] = (right[k] - upper[k] * right[k + 1]) / diagonal[k];
    return right[at_out ? N : 0];
}

static void test_against_differences(void **state)
{
    (void)state;
    const struct machine *m = set_bench(7500);
    const double w = 1000.0;
    const struct sleeve_result s = eval(m, w);
    assert_true(s.contact_Pa > 0.0);
    const double sleeve_m = solve_ring(0.050, 0.052, E_S, NU_S, RHO_S, w, s.pressure_Pa, 0.0, 0);
    const double core_m = solve_ring(0.020, 0.045, E_C, NU_C, RHO_C, w, 0.0, s.contact_Pa, 1);
    assert_close(sleeve_m - core_m, 40e-6, 1e-4, 0);
}

static void test_refused(void **state)
{
    (void)state;
    struct sleeve_result r;
    struct err e = {0};
    struct machine *m = set_bench(7500);
    bench.metal.poisson.value = (double)NAN;
    assert_int_equal(sleeve_eval(m, 100.0, &r, &e), ST_CONFIG);
    assert_true(isnan(r.safety));
    m = set_bench(7500);
    assert_close(machine_get_clearance_m(m), 1.5e-3, 1e-12, 0);
    assert_true(sleeve_is_used(m));
    m->surface.sleeve_m = 0.0;
    assert_false(sleeve_is_used(m));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_shrink_fit), cmocka_unit_test(test_free_spin),
                                       cmocka_unit_test(test_magnets_lift_off), cmocka_unit_test(test_against_differences),
                                       cmocka_unit_test(test_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
