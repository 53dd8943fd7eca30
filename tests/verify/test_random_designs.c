/* Random designs of every template against a mesh twice as fine: no-load linkage, linkages and mean torque at a loaded point, report level
 * (medium) against fine. The mesh study of the reference cases holds for the shapes that a search meets only if no corner of a template is
 * meshed worse; the worst design is named. One design of each by default, a number as the argument makes as many. */
#include <math.h>
#include <string.h>
#include "materials/base/numtext.h"
#include "materials/base/units.h"
#include "models/field/field.h"
#include "models/num/rng.h"
#include "solver/study.h"
#include "tests/support/close.h"
#include "tests/support/proof.h"

#define N_SHORT 1
#define N_POSITION 3
#define WEAK_MAGNET_PU 0.2  /* of the linkage at load: where magnets give less, the error counts against that */
#define SMALL_TORQUE_PU 0.3 /* of what the current would give with the no-load flux: smaller torques count against that */

enum { NO_LOAD, LINKAGE, TORQUE, N_ERROR };
static const double WANTED_PCT[N_ERROR] = {0.5, 1.0, 1.5};
static const char *const NAME[N_ERROR] = {"no-load linkage, worst design", "linkages at load, worst design",
                                          "mean torque at load, worst design"};

static int n_design = N_SHORT;

static const char LEAKY[] = "more than half of the magnets' flux leaks through post and bridges, and their mesh decides what is left";
#define LEAKY_BOUND_PCT 1.5

struct kind {
    const char *name, *rotor; /* NULL: the wound rotor */
    const char *set[4];       /* other stators */
    int is_leaky;             /* designs whose magnets feed post and bridges more than the stator come early in the sequence */
};
static const struct kind KIND[] = {
    {"V", "technologies.ndfeb_dy.rotor=v", {NULL}, 1},
    {"double V", "technologies.ndfeb_dy.rotor=double_v", {NULL}, 0},
    {"delta", "technologies.ndfeb_dy.rotor=delta", {NULL}, 0},
    {"spoke", "technologies.ndfeb_dy.rotor=spoke", {NULL}, 0},
    {"surface", "technologies.ndfeb_dy.rotor=surface", {NULL}, 0},
    {"bread loaf", "technologies.ndfeb_dy.rotor=bread_loaf", {NULL}, 0},
    {"wound", NULL, {NULL}, 0},
    {"V, 12 slots 10 poles", "technologies.ndfeb_dy.rotor=v", {"machine.slots=12", "machine.pole_pairs=5", "machine.coil_span_slots=1"}, 1},
    {"surface, 12 slots 8 poles", "technologies.ndfeb_dy.rotor=surface", {"machine.slots=12", "machine.coil_span_slots=1", NULL}, 0},
    {"surface, 24 slots 20 poles",
     "technologies.ndfeb_dy.rotor=surface",
     {"machine.slots=24", "machine.pole_pairs=10", "machine.coil_span_slots=1"},
     0},
    {"V, 24 slots 8 poles", "technologies.ndfeb_dy.rotor=v", {"machine.slots=24", "machine.coil_span_slots=3", NULL}, 1},
    {"spoke, 18 slots 16 poles",
     "technologies.ndfeb_dy.rotor=spoke",
     {"machine.slots=18", "machine.pole_pairs=8", "machine.coil_span_slots=1", "machine.parallel_paths=1"},
     0},
    {"V, 36 slots 4 poles", "technologies.ndfeb_dy.rotor=v", {"machine.slots=36", "machine.pole_pairs=2", "machine.coil_span_slots=9"}, 0},
    {"wound, 54 slots 6 poles",
     NULL,
     {"machine.slots=54", "machine.pole_pairs=3", "machine.coil_span_slots=9", "machine.parallel_paths=1"},
     0},
};

struct mean { double lambda_d_Wb, lambda_q_Wb, torque_Nm; };

static enum status mean_eval(struct field_ws *ws, const double i_A[3], struct mean *out, struct err *e)
{
    memset(out, 0, sizeof *out);
    for (int k = 0; k < N_POSITION; k++) {
        struct field_result r;
        struct field_info info;
        field_set_angle(ws, k * PI / (3 * N_POSITION));
        TRY(field_solve(ws, i_A[0], i_A[1], i_A[2], 0, &r, &info, e));
        out->lambda_d_Wb += r.lambda_d_Wb / N_POSITION;
        out->lambda_q_Wb += r.lambda_q_Wb / N_POSITION;
        out->torque_Nm += r.torque_Nm / N_POSITION;
    }
    return ST_OK;
}

/* Without stator current and at a loaded point, 45 degrees ahead of the q axis with magnets. */
static enum status level_eval(const struct machine *m, enum mesh_level level, const double no_load_A[3], const double load_A[3],
                              struct mean out[2], struct err *e)
{
    const struct field_opts o = field_opts_default();
    struct field_ws *ws;
    TRY(field_new(m, level, &o, &ws, e));
    field_set_magnet_T(ws, 373.15);
    enum status st = mean_eval(ws, no_load_A, &out[0], e);
    if (st == ST_OK)
        st = mean_eval(ws, load_A, &out[1], e);
    field_free(ws);
    return st;
}

static void set_errors(const struct mean a[2], const struct mean b[2], const double load_A[3], int p, double pct[N_ERROR])
{
    const double flux_Wb = hypot(b[0].lambda_d_Wb, b[0].lambda_q_Wb), load_Wb = hypot(b[1].lambda_d_Wb, b[1].lambda_q_Wb);
    const double small_Nm = SMALL_TORQUE_PU * 1.5 * p * flux_Wb * hypot(load_A[0], load_A[1]);
    pct[NO_LOAD] =
        100.0 * hypot(a[0].lambda_d_Wb - b[0].lambda_d_Wb, a[0].lambda_q_Wb - b[0].lambda_q_Wb) / fmax(flux_Wb, WEAK_MAGNET_PU * load_Wb);
    pct[LINKAGE] = 100.0 * hypot(a[1].lambda_d_Wb - b[1].lambda_d_Wb, a[1].lambda_q_Wb - b[1].lambda_q_Wb) / load_Wb;
    pct[TORQUE] = 100.0 * fabs(a[1].torque_Nm - b[1].torque_Nm) / fmax(fabs(b[1].torque_Nm), small_Nm);
}

/* The k-th design of the sequence that can be built; its errors. */
static int design_eval(const struct study *s, int technology, uint32_t k, double pct[N_ERROR])
{
    struct rng r = rng_init(20261126u);
    double x[SPACE_MAX_VAR + 2];
    struct mean medium[2], fine[2];
    struct machine m;
    struct err e = {0};
    int n = study_get_space(s, technology), grade;
    for (int i = 0; i < n; i += 2)
        rng_eval_uniform(&r, 0, k, (uint32_t)i, 0, x + i);
    study_set_machine(s, technology, x, &m, &grade);
    if (machine_check(&m, &e) != ST_OK)
        return 0;
    const struct requirement *q = &s->setup.requirement;
    const int wound = m.rotor_type == ROTOR_SALIENT;
    const double I = 0.6 * q->current_max_A, f = wound ? 0.6 * q->field_current_max_A : 0.0;
    const double no_load_A[3] = {0.0, 0.0, f}, load_A[3] = {wound ? 0.0 : -I * sqrt(0.5), wound ? I : I * sqrt(0.5), f};
    assert_ok(level_eval(&m, MESH_MEDIUM, no_load_A, load_A, medium, &e), &e);
    assert_ok(level_eval(&m, MESH_FINE, no_load_A, load_A, fine, &e), &e);
    set_errors(medium, fine, load_A, m.p, pct);
    return 1;
}

static void kind_run(const struct kind *k, const struct matlib *lib, const struct market *market)
{
    static struct study s;
    const char *set[8] = {"economics.scenarios=1000", "economics.scenarios_search=200"};
    struct err e = {0};
    double pct[N_ERROR], worst[N_ERROR] = {0}, sum[N_ERROR] = {0};
    int n_set = 2, n = 0, technology = 0;
    if (k->rotor)
        set[n_set++] = k->rotor;
    for (int q = 0; q < 4 && k->set[q]; q++)
        set[n_set++] = k->set[q];
    assert_ok(study_read("examples/01-traction-80kw/study.yaml", n_set, set, lib, market, &s, &e), &e);
    while (technology < s.n_technology && (s.technology[technology].rotor_type == ROTOR_SALIENT) != !k->rotor)
        technology++;
    for (uint32_t at = 0; n < n_design; at++) {
        assert_true(at < 10000u);
        if (!design_eval(&s, technology, at, pct))
            continue;
        n++;
        for (int q = 0; q < N_ERROR; q++) {
            sum[q] += pct[q];
            if (pct[q] > WANTED_PCT[q])
                print_message("%s, design %u: %s %.3f %%\n", k->name, at, NAME[q], pct[q]);
            worst[q] = fmax(worst[q], pct[q]);
        }
    }
    print_message("%s: %d designs, no load %.3f (mean %.3f), linkages %.3f (%.3f), torque %.3f (%.3f) %%\n", k->name, n, worst[NO_LOAD],
                  sum[NO_LOAD] / n, worst[LINKAGE], sum[LINKAGE] / n, worst[TORQUE], sum[TORQUE] / n);
    for (int q = 0; q < N_ERROR; q++)
        proof_check(&(struct proof){PROOF_FE, NAME[q], k->name, .measured = worst[q], .wanted = WANTED_PCT[q], .unit = "%",
                                    .source = "fine mesh", .bound = LEAKY_BOUND_PCT, .cause = q == NO_LOAD && k->is_leaky ? LEAKY : NULL});
    study_done(&s);
}

static void test_all(void **state)
{
    (void)state;
    struct matlib *lib;
    struct market *market;
    struct err e = {0};
    assert_ok(matlib_new("materials/data", &lib, &e), &e);
    assert_ok(market_new("materials/data", &market, &e), &e);
    for (int k = 0; k < ARRAY_LEN(KIND); k++)
        kind_run(&KIND[k], lib, market);
    market_free(market);
    matlib_free(lib);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_all)};
    if (argc > 1 && numtext_read_int(argv[1], &n_design) != ST_OK)
        return 2;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
