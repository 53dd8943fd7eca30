/* test_wound_pole.c - wound pole at speed: what pulls at its body. The body carries shoe, body above and both coil sides; the tension
 * through it follows from equilibrium alone, whatever the stress looks like. Case C4, coil held by the underside of the shoe. */
#include "materials/base/units.h"
#include "models/mech/stress.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"
#include "tests/support/proof.h"
#include "materials/base/banned.h"

#define OMEGA 500.0
#define STRIPS 20000
#define HEIGHTS 50

struct rotor { struct matlib *lib; struct machine m; double coil_kg_per_m3, iron_kg_per_m3; };

static void set_up(struct rotor *r)
{
    struct err e = {0};
    assert_ok(matlib_new("materials/data", &r->lib, &e), &e);
    assert_ok(machines_read_case("C4", r->lib, NULL, &r->m, &e), &e);
    const double fill = r->m.field.fill_pu;
    r->coil_kg_per_m3 = fill * r->m.field_conductor->base.density_kg_per_m3.value
                      + (1 - fill) * r->m.insulation->base.density_kg_per_m3.value;
    r->iron_kg_per_m3 = r->m.rotor_steel->base.density_kg_per_m3.value;
}

/* int v dA of the iron of one pole above height v: strips along d, from v or the shoe's underside to the surface. */
static double get_iron_moment_m3(const struct machine *m, double v_m)
{
    const struct rotor_salient *s = &m->salient;
    const double body = 0.5 * s->body_w_m, tip_u = m->R_ro_m * sin(s->shoe_half_rad);
    const double root_v = m->R_ro_m - s->shoe_root_m, tip_v = m->R_ro_m * cos(s->shoe_half_rad) - s->shoe_tip_m;
    double sum = 0.0;
    for (int k = 0; k < STRIPS; k++) {
        const double u = tip_u * (k + 0.5) / STRIPS, top2 = m->R_ro_m * m->R_ro_m - u * u;
        const double bottom = u < body ? v_m : root_v + (tip_v - root_v) * (u - body) / (tip_u - body);
        sum += 0.5 * (top2 - bottom * bottom) * tip_u / STRIPS;
    }
    return 2.0 * sum;
}

/* Stress of a uniform tension through the body at height v, in the plane of the steel. */
static double get_tension_Pa(const struct rotor *r, double v_m)
{
    const struct rotor_salient *s = &r->m.salient;
    const double coil_m2 = 2.0 * s->coil_w_m * s->coil_h_m, coil_v_m = r->m.R_ro_m - s->shoe_root_m - s->coil_top_gap_m - 0.5 * s->coil_h_m;
    const double pull = r->iron_kg_per_m3 * get_iron_moment_m3(&r->m, v_m)
                      + r->coil_kg_per_m3 / r->m.stacking_factor_pu * coil_m2 * coil_v_m;
    return OMEGA * OMEGA * pull / s->body_w_m;
}

/* int r dA of both coil sides. */
static double get_coil_radial_m3(const struct machine *m)
{
    const struct rotor_salient *s = &m->salient;
    const double u0 = 0.5 * s->body_w_m + s->coil_gap_m, v1 = m->R_ro_m - s->shoe_root_m - s->coil_top_gap_m;
    double sum = 0.0;
    for (int i = 0; i < 200; i++)
        for (int j = 0; j < 200; j++)
            sum += hypot(u0 + s->coil_w_m * (i + 0.5) / 200, v1 - s->coil_h_m * (j + 0.5) / 200);
    return 2.0 * sum * s->coil_w_m * s->coil_h_m / 40000;
}

static void test_pole(void **state)
{
    (void)state;
    static struct rotor r;
    struct mesh *ms;
    struct stress_ws *ws;
    struct stress_result s;
    struct err e = {0};
    const struct stress_opts opts = stress_opts_default();
    set_up(&r);
    assert_ok(mesh_new(&r.m, MESH_MEDIUM, &ms, &e), &e);
    assert_ok(stress_new(ms, &ws, &e), &e);
    assert_ok(stress_eval(ws, ms, &r.m, OMEGA, &opts, &s, &e), &e);
    assert_int_equal(s.n_solve, 1);
    const double coil = r.coil_kg_per_m3 * OMEGA * OMEGA * get_coil_radial_m3(&r.m);
    proof_check(&(struct proof){PROOF_CLOSED_FORM, "centrifugal force of the field coils", "C4 medium",
                                .measured = 100 * fabs(s.force_payload_N_per_m / coil - 1), .wanted = 0.5, .unit = "%",
                                .source = "definition"});
    const double half = 0.5 * r.m.salient.body_w_m, top = r.m.R_ro_m - r.m.salient.shoe_root_m;
    const double foot = sqrt(r.m.salient.R_yoke_m * r.m.salient.R_yoke_m - half * half);
    double mean = 0.0;
    for (int k = 0; k < HEIGHTS; k++)
        mean += get_tension_Pa(&r, foot + (top - foot) * (k + 0.5) / HEIGHTS) / HEIGHTS;
    proof_check(&(struct proof){PROOF_CLOSED_FORM, "mean stress of the pole body against its tension", "C4 medium",
                                .measured = 100 * fabs(s.post_mean_Pa / mean - 1), .wanted = 5.0, .unit = "%", .source = "definition"});
    assert_true(s.post_p95_Pa > s.post_mean_Pa && s.governing_Pa >= s.post_p95_Pa);
    stress_free(ws);
    mesh_free(ms);
    matlib_free(r.lib);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pole)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
