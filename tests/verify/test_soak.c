/* Many evaluations in one process: warm field solutions with other currents and positions, another machine every tenth. Nothing may grow:
 * memory (VmRSS), handles (/proc/self/fd), allocations, time per evaluation. Then one whole evaluation of a design: at most 64 MiB more
 * in the process, and no allocation once its workspaces exist.
 * A short run by default; `all` as the argument (make soak) runs 100,000; a number runs as many. */
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "materials/base/mem.h"
#include "materials/base/numtext.h"
#include "materials/base/units.h"
#include "models/num/rng.h"
#include "solver/study.h"
#include "tests/support/close.h"

#define N_ALL 100000
#define N_SHORT 1000
#define N_PART 10
#define PER_MACHINE 10
#define N_POSITION 6
#ifdef __SANITIZE_ADDRESS__
#define IS_ADDRESS_SANITIZED 1
#else
#define IS_ADDRESS_SANITIZED 0
#endif
#define GROWTH_KIB 256         /* of the resident memory from the end of the first part to that of the last */
#define SLOWER_PU 1.3          /* quickest part of the second half over that of the first, processor time */
#define EVALUATION_MIB 64
#define N_DESIGN 6

static int n_case = N_SHORT;

struct bench { struct matlib *lib; struct market *market; struct study study; };

static int set_up(void **state)
{
    static const char *const FEW[] = {"economics.scenarios=1000", "economics.scenarios_search=200"};
    static struct bench b;
    struct err e = {0};
    assert_ok(matlib_new("materials/data", &b.lib, &e), &e);
    assert_ok(market_new("materials/data", &b.market, &e), &e);
    assert_ok(study_read("examples/01-traction-80kw/study.yaml", ARRAY_LEN(FEW), FEW, b.lib, b.market, &b.study, &e), &e);
    *state = &b;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    study_done(&b->study);
    market_free(b->market);
    matlib_free(b->lib);
    return 0;
}

static long resident_KiB(void)
{
    char line[256];
    long KiB = -1;
    FILE *f = fopen("/proc/self/status", "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f))
        if (strncmp(line, "VmRSS:", 6) == 0)
            assert_int_equal(sscanf(line + 6, "%ld", &KiB), 1);
    fclose(f);
    assert_true(KiB > 0);
    return KiB;
}

static int handle_count(void)
{
    int n = 0;
    DIR *d = opendir("/proc/self/fd");
    assert_non_null(d);
    while (readdir(d))
        n++;
    closedir(d);
    return n;
}

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void machine_get(const struct study *s, uint32_t k, struct machine *m)
{
    struct rng r = rng_init(7u);
    double x[SPACE_MAX_VAR + 2];
    int grade;
    for (int i = 0; i < study_get_space(s, 0); i += 2)
        rng_eval_uniform(&r, 0, k, (uint32_t)i, 0, x + i);
    study_set_machine(s, 0, x, m, &grade);
}

/* Evaluation k: a step on a walk over a map of currents, six positions one after another. */
static void evaluation_run(struct field_ws *ws, const struct study *s, uint32_t k)
{
    struct err e = {0};
    struct machine m;
    struct field_result out;
    struct field_info info;
    if (k % PER_MACHINE == 0) {
        machine_get(s, k / PER_MACHINE % 500, &m);
        assert_ok(field_set_machine(ws, &m, &e), &e);
    }
    double amplitude = s->setup.requirement.current_max_A * (0.2 + 0.1 * (k / N_POSITION % 8));
    field_set_angle(ws, k % N_POSITION * PI / 18.0);
    assert_ok(field_solve(ws, -0.6 * amplitude, 0.8 * amplitude, 0.0, 0, &out, &info, &e), &e);
    assert_true(isfinite(out.torque_Nm));
}

static void test_soak(void **state)
{
    const struct study *s = &((struct bench *)*state)->study;
    struct err e = {0};
    struct machine m;
    struct field_ws *ws;
    struct field_opts o = field_opts_default();
    double quickest[2] = {HUGE_VAL, HUGE_VAL};
    long first_KiB = 0, KiB = 0;
    machine_get(s, 0, &m);
    assert_ok(field_new(&m, MESH_COARSE, &o, &ws, &e), &e);
    field_set_magnet_T(ws, 373.15);
    long count = mem_get_count(), live = mem_get_live();
    int handles = handle_count();
    for (int part = 0; part < N_PART; part++) {
        double t0 = cpu_s();
        for (int k = part * (n_case / N_PART); k < (part + 1) * (n_case / N_PART); k++)
            evaluation_run(ws, s, (uint32_t)k);
        double each_s = (cpu_s() - t0) / (n_case / N_PART);
        quickest[part >= N_PART / 2] = fmin(quickest[part >= N_PART / 2], each_s);
        KiB = resident_KiB();
        first_KiB = part == 0 ? KiB : first_KiB;
        print_message("evaluations to %6d: %.3f ms each, %ld KiB resident, %d handles, %ld allocations\n", (part + 1) * (n_case / N_PART),
                      1e3 * each_s, KiB, handle_count(), mem_get_count() - count);
    }
    assert_int_equal(mem_get_count(), count);
    assert_int_equal(mem_get_live(), live);
    assert_int_equal(handle_count(), handles);
    if (!IS_ADDRESS_SANITIZED) /* its shadow pages appear as they are touched */
        assert_true(KiB - first_KiB <= GROWTH_KIB);
    assert_true(quickest[1] <= SLOWER_PU * quickest[0]);
    field_free(ws);
}

static void test_memory(void **state)
{
    const struct study *s = &((struct bench *)*state)->study;
    struct err e = {0};
    struct machine m;
    struct evaluator *ev;
    struct result r;
    struct eval_level level = eval_level_search();
    machine_get(s, 0, &m);
    long before_KiB = resident_KiB(), used_KiB = 0, count = 0;
    assert_ok(evaluator_new(&s->setup, &level, &m, &ev, &e), &e);
    for (uint32_t k = 0; k < 2 * N_DESIGN; k++) {
        machine_get(s, k, &m);
        assert_ok(evaluate_machine(ev, &m, &r, NULL, &e), &e);
        if (k == N_DESIGN - 1) { /* some stage's workspace is made when the first design reaches it */
            used_KiB = resident_KiB() - before_KiB;
            count = mem_get_count();
        }
    }
    print_message("one evaluation: %.1f MiB; allocations in %d more: %ld\n", (double)used_KiB / 1024.0, N_DESIGN, mem_get_count() - count);
    assert_int_equal(mem_get_count(), count);
    assert_true(used_KiB <= EVALUATION_MIB * 1024L);
    evaluator_free(ev);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_memory), cmocka_unit_test(test_soak)};
    if (argc > 1 && strcmp(argv[1], "all") == 0)
        n_case = N_ALL;
    else if (argc > 1 && numtext_read_int(argv[1], &n_case) != ST_OK)
        return 2;
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
