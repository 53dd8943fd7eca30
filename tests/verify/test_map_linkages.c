/* test_map_linkages.c - flux linkages and torque of the maps at the grids of report and search, between its points, against direct field
 * solutions at twelve rotor positions: random currents over the whole second quadrant of the current circle. So both count, too few points
 * of the map and too few positions behind them. And own incremental inductances, which are positive everywhere because the coenergy is
 * convex. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/market.h"
#include "materials/base/units.h"
#include "models/field/slices.h"
#include "models/loss/iron.h"
#include "solver/design.h"
#include "tests/support/close.h"
#include "tests/support/proof.h"

#define N_CURRENT 100
#define N_POSITION 12
#define N_TAIL 8
#define N_QUICK 2
#define N_SET 8
/* The second: three slots a pole and phase, of which three positions would see one phase of the slot ripple. */
static const char *const SET[2][N_SET] = {
    {"economics.scenarios=1000", "economics.scenarios_search=200"},
    {"economics.scenarios=1000", "economics.scenarios_search=200", "machine.stator.slots=72", "machine.winding.coil_span_slots=9",
     "machine.winding.conductors_per_slot=6", "machine.stator.slot_width_b1_mm=2.1", "machine.stator.slot_width_b2_mm=3.76",
     "machine.stator.slot_opening_b0_mm=1.5"}};

struct fixture { struct design d; struct matlib *lib; struct market *market; struct evaluator *ev; };
struct current { double i_d_A, i_q_A, i_f_A; };
struct worst { double linkage_Wb, torque_Nm, torque_sum_Nm, linkage_max_Wb, torque_max_Nm; int n_falling; };

static void begin(const char *path, int is_q3, int is_search, struct fixture *f)
{
    struct result r;
    struct err e = {0};
    memset(f, 0, sizeof *f);
    assert_ok(matlib_new("materials/data", &f->lib, &e), &e);
    assert_ok(market_new("materials/data", &f->market, &e), &e);
    assert_ok(design_read(path, is_q3 ? N_SET : N_QUICK, SET[is_q3], f->lib, f->market, &f->d, &e), &e);
    if (is_search)
        f->d.level = eval_level_search();
    assert_ok(evaluator_new(&f->d.setup, &f->d.level, &f->d.machine, &f->ev, &e), &e);
    assert_ok(evaluate_machine(f->ev, &f->d.machine, &r, NULL, &e), &e);
}

static void end(struct fixture *f)
{
    evaluator_free(f->ev);
    design_done(&f->d);
    market_free(f->market);
    matlib_free(f->lib);
}

static double next_uniform(unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed / 4294967296.0;
}

/* Even over the area of the circle's second quadrant. */
static struct current next_current(const struct fixture *f, unsigned *seed)
{
    const struct requirement *q = &f->d.setup.requirement;
    double amplitude_A = q->current_max_A * sqrt(next_uniform(seed)), angle = PI / 2.0 * next_uniform(seed), field = next_uniform(seed);
    int is_wound = machine_has_field_winding(&f->d.machine);
    return (struct current){-amplitude_A * sin(angle), amplitude_A * cos(angle), is_wound ? field * q->field_current_max_A : 0.0};
}

static void direct_eval(struct fixture *f, const struct current *i, double lambda_Wb[2])
{
    struct field_ws *ws = evaluator_get_field(f->ev);
    struct field_result r;
    struct field_info info;
    struct err e;
    lambda_Wb[0] = lambda_Wb[1] = 0.0;
    field_set_magnet_T(ws, evaluator_get_map(f->ev)->opts.magnet_T_K);
    for (int k = 0; k < N_POSITION; k++) {
        double theta = iron_get_position_el_rad(&f->d.machine, k, N_POSITION);
        assert_ok(field_solve_skewed(ws, &f->d.machine, theta, i->i_d_A, i->i_q_A, i->i_f_A, k == 0, &r, &info, &e), &e);
        lambda_Wb[0] += r.lambda_d_Wb / N_POSITION;
        lambda_Wb[1] += r.lambda_q_Wb / N_POSITION;
    }
}

static void raise(double *most, double x) { *most = fabs(x) <= *most ? *most : fabs(x); } /* NaN passes through */

static struct worst compare(struct fixture *f)
{
    const struct flux_map *map = evaluator_get_map(f->ev);
    struct worst w = {0};
    unsigned seed = 1;
    for (int k = 0; k < N_CURRENT; k++) {
        struct current i = next_current(f, &seed);
        struct flux_point at;
        double lambda_Wb[2];
        direct_eval(f, &i, lambda_Wb);
        flux_map_eval(map, i.i_d_A - map->i_d_shift_A, i.i_q_A, i.i_f_A, &at);
        double torque_Nm = 1.5 * map->p * (lambda_Wb[0] * i.i_q_A - lambda_Wb[1] * i.i_d_A);
        double own_Nm = 1.5 * map->p * (at.lambda_d_Wb * i.i_q_A - at.lambda_q_Wb * i.i_d_A);
        raise(&w.linkage_max_Wb, hypot(lambda_Wb[0], lambda_Wb[1]));
        raise(&w.torque_max_Nm, torque_Nm);
        raise(&w.linkage_Wb, hypot(at.lambda_d_Wb - lambda_Wb[0], at.lambda_q_Wb - lambda_Wb[1]));
        raise(&w.torque_Nm, own_Nm - torque_Nm);
        w.torque_sum_Nm += fabs(own_Nm - torque_Nm);
        w.n_falling += !(at.dld_did > 0.0 && at.dlq_diq > 0.0);
    }
    return w;
}

/* Where short circuits drive the currents: -i_d from 1.2 to 2.25 times the limit, i_q up to `reach` of the limit. */
static void check_tail(struct fixture *f, const char *subject, double reach, double wanted_pct)
{
    const struct flux_map *map = evaluator_get_map(f->ev);
    const double I_A = f->d.setup.requirement.current_max_A;
    double worst_Wb = 0.0, most_Wb = 0.0;
    char quantity[160];
    unsigned seed = 3;
    for (int k = 0; k < N_TAIL; k++) {
        struct flux_point at;
        double lambda_Wb[2];
        const struct current i = {-I_A * (1.2 + 1.05 * k / (N_TAIL - 1)), I_A * reach * next_uniform(&seed), 0.0};
        direct_eval(f, &i, lambda_Wb);
        flux_map_eval(map, i.i_d_A - map->i_d_shift_A, i.i_q_A, 0.0, &at);
        raise(&worst_Wb, hypot(at.lambda_d_Wb - lambda_Wb[0], at.lambda_q_Wb - lambda_Wb[1]));
        raise(&most_Wb, hypot(lambda_Wb[0], lambda_Wb[1]));
    }
    snprintf(quantity, sizeof quantity, "map beyond its points, -i_d 1.2 to 2.25 times the limit, i_q %s: linkage, worst, of the largest",
             reach > 0.0 ? "up to it" : "0");
    proof_check(&(struct proof){PROOF_FE, quantity, subject, .measured = 100.0 * worst_Wb / most_Wb, .wanted = wanted_pct, .unit = "%",
                                .source = "tests/verify/test_map_linkages.c"});
}

/* All over the disc of twice the limit a loop of two phases links more the more current it carries, whatever the rotor's angle: the map
 * never falls over its own current there, so that a fault can always be followed. */
static void check_rising(struct fixture *f)
{
    const struct flux_map *map = evaluator_get_map(f->ev);
    const double I_A = f->d.setup.requirement.current_max_A;
    int n_falling = 0;
    for (int k = 0; k < 360; k++) {
        const double s = sin(k * PI / 180.0), c = cos(k * PI / 180.0);
        double last_Wb = -HUGE_VAL;
        for (int q = -200; q <= 200; q++) {
            struct flux_point at;
            const double i_A = 2.0 * I_A * q / 200.0;
            flux_map_eval(map, i_A * s, i_A * c, 0.0, &at);
            const double now_Wb = at.lambda_d_Wb * s + at.lambda_q_Wb * c;
            n_falling += !(now_Wb > last_Wb);
            last_Wb = now_Wb;
        }
    }
    assert_int_equal(n_falling, 0);
}

/* At the grid of the report or of the search; wanted: worst linkage, worst and mean torque. */
static void run(const char *path, int is_q3, int is_search, const double wanted_pct[3])
{
    static struct fixture f;
    char subject[96];
    begin(path, is_q3, is_search, &f);
    struct worst w = compare(&f);
    const struct flux_map_opts *o = &evaluator_get_map(f.ev)->opts;
    snprintf(subject, sizeof subject, "%.*s%s, %s grid %d x %d x %d", (int)(strrchr(path, '/') - path), path, is_q3 ? ", 72 slots" : "",
             is_search ? "search" : "report", o->n_d, o->n_q, o->n_f);
    printf("%s, %ld solutions\n", subject, evaluator_get_map(f.ev)->n_solve);
    const struct { const char *quantity; double measured_pct; } ROW[] = {
        {"map between its points against field solutions: linkage, worst, of the largest", 100.0 * w.linkage_Wb / w.linkage_max_Wb},
        {"map between its points against field solutions: torque, worst, of the largest", 100.0 * w.torque_Nm / w.torque_max_Nm},
        {"map between its points against field solutions: torque, mean, of the largest",
         100.0 * w.torque_sum_Nm / N_CURRENT / w.torque_max_Nm},
    };
    for (int k = 0; k < ARRAY_LEN(ROW); k++)
        proof_check(&(struct proof){PROOF_FE, ROW[k].quantity, subject, .measured = ROW[k].measured_pct, .wanted = wanted_pct[k],
                                    .unit = "%", .source = "tests/verify/test_map_linkages.c"});
    assert_int_equal(w.n_falling, 0);
    if (!machine_has_field_winding(&f.d.machine)) {
        check_tail(&f, subject, 0.0, 1.0);
        check_tail(&f, subject, 1.0, is_search ? 3.0 : 2.0);
        check_rising(&f);
    }
    end(&f);
}

static const double REPORT_PCT[3] = {1.0, 1.5, 0.5}, SEARCH_PCT[3] = {3.0, 3.0, 1.0};

static void test_magnets(void **state)
{
    (void)state;
    run("examples/02-prius-like/design.yaml", 0, 0, REPORT_PCT);
    run("examples/02-prius-like/design.yaml", 0, 1, SEARCH_PCT);
    run("examples/02-prius-like/design.yaml", 1, 0, REPORT_PCT);
    run("examples/02-prius-like/design.yaml", 1, 1, SEARCH_PCT);
}

static void test_wound(void **state)
{
    (void)state;
    run("examples/03-wound-field/design.yaml", 0, 0, REPORT_PCT);
    run("examples/03-wound-field/design.yaml", 0, 1, SEARCH_PCT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_magnets), cmocka_unit_test(test_wound)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
