/* test_sleeve_motor.c - a motor with a metal sleeve: what the sleeve loses is braked, heats the magnets, leaves with the coolant, and is
 * all there is between electric and shaft power with the other losses; one that does not conduct loses nothing; one of unknown conductivity
 * is refused. Coarse mesh: what is wrong does not depend on it. */
#include <stdlib.h>
#include <string.h>
#include "models/evaluate_impl.h"
#include "solver/design.h"
#include "tests/support/close.h"

#define MOTOR "examples/04-tooth-coil/design.yaml"
#define SLEEVE                                                                                                                    \
    "economics.scenarios=1000", "economics.scenarios_search=200", "level.mesh=coarse", "duty.continuous.speed_rpm=4000",             \
        "machine.rotor.sleeve_mm=0.5", "machine.rotor.sleeve_interference_mm=0.04"

struct fixture {
    struct design d;
    struct structural metal;
    struct eval_detail detail;
    struct matlib *lib;
    struct market *market;
    struct result r;
};

static struct fixture *evaluate(double conductivity_pu)
{
    static const char *const SET[] = {SLEEVE, "machine.materials.sleeve=sleeve_stainless"};
    struct fixture *f = calloc(1, sizeof *f);
    struct evaluator *ev;
    struct err e = {0};
    assert_non_null(f);
    assert_ok(matlib_new("materials/data", &f->lib, &e), &e);
    assert_ok(market_new("materials/data", &f->market, &e), &e);
    assert_ok(design_read(MOTOR, ARRAY_LEN(SET), SET, f->lib, f->market, &f->d, &e), &e);
    f->metal = *f->d.machine.surface.sleeve;
    f->metal.electric_conductivity_S_per_m.value *= conductivity_pu;
    f->d.machine.surface.sleeve = &f->metal;
    assert_ok(evaluator_new(&f->d.setup, &f->d.level, &f->d.machine, &ev, &e), &e);
    assert_ok(evaluate_machine(ev, &f->d.machine, &f->r, &f->detail, &e), &e);
    evaluator_free(ev);
    return f;
}

static void finish(struct fixture *f)
{
    design_done(&f->d);
    market_free(f->market);
    matlib_free(f->lib);
    free(f);
}

static double get_worst_balance(const struct eval_detail *d)
{
    double worst = 0.0;
    int n = 0;
    for (int k = 0; k < d->n_map_torque * d->n_speed; k++) {
        if (isnan(d->cell[k].P_electric_W) || !(d->cell[k].loss_W[EVAL_LOSS_SLEEVE] > 0.0))
            continue;
        worst = fmax(worst, eval_get_balance_pu(&d->cell[k]));
        n++;
    }
    assert_true(n > 50);
    return worst;
}

static void test_loss(void **state)
{
    (void)state;
    struct fixture *bare = evaluate(0.0), *metal = evaluate(1.0), *twice = evaluate(2.0);
    const struct operate_point *a = &bare->detail.point_continuous, *b = &metal->detail.point_continuous,
                               *c = &twice->detail.point_continuous;
    const struct thermal_state *s = &metal->detail.heat_continuous;
    print_message("sleeve loses %.2f W, twice the conductivity %.2f W; magnets %.2f, %.2f and %.2f degC\n", b->loss.sleeve_W,
                  c->loss.sleeve_W, bare->detail.heat_continuous.magnet_mean_K - 273.15, s->magnet_mean_K - 273.15,
                  twice->detail.heat_continuous.magnet_mean_K - 273.15);
    assert_close(a->loss.sleeve_W, 0.0, 0.0, 0.0);
    assert_true(b->loss.sleeve_W > 1.0);
    assert_close(c->loss.sleeve_W / b->loss.sleeve_W, 2.0, 0.02, 0.0); /* a little less field in the hotter magnets, more current */
    assert_close(b->torque_Nm, a->torque_Nm, 1e-6, 0.0);
    assert_true(b->torque_em_Nm - a->torque_em_Nm > 0.8 * b->loss.sleeve_W / b->speed_rad_per_s);
    assert_true(s->magnet_mean_K > bare->detail.heat_continuous.magnet_mean_K + 0.1 * b->loss.sleeve_W);
    assert_close(s->coolant_W + s->ambient_W, b->loss.total_W, 1e-3, 0.0);
    print_message("reaction at highest speed %.3f\n", metal->r.sleeve_reaction_pu);
    assert_close(bare->r.sleeve_reaction_pu, 0.0, 0.0, 0.0);
    assert_true(metal->r.sleeve_reaction_pu > 0.1 && metal->r.sleeve_reaction_pu < 0.5);
    assert_close(twice->r.sleeve_reaction_pu, 2.0 * metal->r.sleeve_reaction_pu, 1e-6, 0.0);
    assert_true(get_worst_balance(&metal->detail) < 1e-9);
    finish(bare);
    finish(metal);
    finish(twice);
}

static void test_unknown_conductivity(void **state)
{
    (void)state;
    static const char *const SET[] = {SLEEVE, "machine.materials.sleeve=shaft_steel"};
    struct design *d = calloc(1, sizeof *d);
    struct matlib *lib;
    struct market *market;
    struct err e = {0};
    assert_non_null(d);
    assert_ok(matlib_new("materials/data", &lib, &e), &e);
    assert_ok(market_new("materials/data", &market, &e), &e);
    assert_status(design_read(MOTOR, ARRAY_LEN(SET), SET, lib, market, d, &e), ST_CONFIG, NULL);
    assert_non_null(strstr(e.message, "electric_conductivity_S_per_m"));
    market_free(market);
    matlib_free(lib);
    free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_loss), cmocka_unit_test(test_unknown_conductivity)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
