/* test_resume.c - the main job on a small study, twice: alone without a break, and on two workers, interrupted in the middle and resumed.
 * Both must write the same result.json to the last byte: the figures depend neither on the number of jobs nor on a break.
 * The study is the shipped one cut to two technologies, three slots a pole and requirements that the first designs meet. */
#include "tests/support/close.h"
#include "tests/support/program.h"
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "materials/base/banned.h"

#define STUDY "examples/01-traction-80kw/study.yaml"
#define N_START 16
#define POPULATION 4

static const char *const SMALL[] = {
    "search.start_designs=16", "search.population=4", "search.generations=1", "search.generations_max=1", "search.limits=[]",
    "search.refine_starts=2", "search.refine_steps=2",
    "search.margin_curve={points: 2, generations: 1}", "economics.scenarios=2000",
    "economics.scenarios_search=1000", "machine.slots=24", "machine.coil_span_slots=3", "requirement.peak_torque_Nm=40",
    "requirement.peak_power_kW=8", "requirement.current_max_A=200", "requirement.speed_max_rpm=6000", "duty.peak.torque_Nm=40",
    "duty.peak.speed_rpm=1500", "duty.continuous.torque_Nm=15", "duty.continuous.speed_rpm=2000",
    "duty.cycle=[{torque_Nm: 15, speed_rpm: 2000, weight_pu: 1}]",
};

static void write_study(const char *path)
{
    char *text = program_read_file(STUDY, NULL), *from = text ? strstr(text, "\ntechnologies:") : NULL,
         *to = from ? strstr(from, "\neconomics:") : NULL;
    FILE *f = to ? fopen(path, "wb") : NULL;
    assert_non_null(f);
    *from = '\0';
    fprintf(f, "%s\ntechnologies:\n  ndfeb_hre_free: {magnets: [HD_1600]}\n  fe16n2: {magnets: [FE16N2_DEMONSTRATED]}\n%s", text, to);
    fclose(f);
    free(text);
}

struct run { char folder[64], study[96], alone[96], broken[96]; const char *args[PROGRAM_MAX_ARG]; };

static void set_args(struct run *r, const char *out, const char *jobs, const char *resume)
{
    int n = 0;
    const char *const head[] = {"compare", r->study, "-o", out, "--jobs", jobs};
    for (int k = 0; k < ARRAY_LEN(head); k++)
        r->args[n++] = head[k];
    for (int k = 0; k < ARRAY_LEN(SMALL); k++) {
        r->args[n++] = "--set";
        r->args[n++] = SMALL[k];
    }
    r->args[n++] = resume;
    r->args[n] = NULL;
}

/* As a person looks into the file of a run that goes on: the archive's own functions are for one run at a time. */
static int get_stored(const char *path)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *count = NULL;
    int n = 0;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "SELECT COUNT(*) FROM design", -1, &count, NULL) == SQLITE_OK && sqlite3_step(count) == SQLITE_ROW)
        n = sqlite3_column_int(count, 0);
    sqlite3_finalize(count);
    sqlite3_close(db);
    return n;
}

/* Interrupt as soon as the first batch is stored: the run is then within its first technology. */
static int interrupt_after_first_batch(const char *db, pid_t pid)
{
    for (int k = 0; k < 6000; k++) {
        nanosleep(&(struct timespec){0, 50000000}, NULL);
        if (get_stored(db) >= N_START)
            return kill(pid, SIGINT) == 0;
        if (waitpid(pid, NULL, WNOHANG) == pid)
            return 0; /* ended by itself */
    }
    kill(pid, SIGKILL);
    return 0;
}

static void test_jobs_and_resume(void **state)
{
    (void)state;
    static struct run r;
    static struct program_run p;
    char path[160], reused[64];
    program_set_folder(r.folder, sizeof r.folder);
    assert_true(r.folder[0]);
    snprintf(r.study, sizeof r.study, "%s/study.yaml", r.folder);
    snprintf(r.alone, sizeof r.alone, "%s/alone", r.folder);
    snprintf(r.broken, sizeof r.broken, "%s/broken", r.folder);
    write_study(r.study);

    set_args(&r, r.broken, "2", NULL);
    snprintf(path, sizeof path, "%s/study.db", r.broken);
    pid_t pid = program_start(r.folder, r.args);
    int hit = interrupt_after_first_batch(path, pid);
    program_wait(r.folder, pid, &p);
    if (!hit || p.exit_code != 5 || !strstr(p.err, "interrupted; what was done is kept") || !strstr(p.err, "`--resume` goes on"))
        fail_msg("interrupted run: exit status %d, expected 5 with the hint to resume; it said: %s", p.exit_code, p.err);
    int stored = get_stored(path);
    assert_in_range(stored, N_START, 2 * (N_START + POPULATION) - 1);
    snprintf(path, sizeof path, "%s/result.json", r.broken);
    assert_int_not_equal(access(path, F_OK), 0); /* half a result is none */

    set_args(&r, r.broken, "2", "--resume");
    program_run(r.folder, r.args, &p);
    snprintf(reused, sizeof reused, " designs (%d reused)", stored); /* those of the curve come again from the archive, and do not count */
    if (p.exit_code != 0 || !strstr(p.out, reused))
        fail_msg("resumed run: exit status %d, expected 0 and '%s'; it said: %s%s", p.exit_code, reused, p.out, p.err);

    set_args(&r, r.alone, "1", NULL);
    program_run(r.folder, r.args, &p);
    if (p.exit_code != 0 || !strstr(p.out, "(0 reused)"))
        fail_msg("run without a break: exit status %d; it said: %s%s", p.exit_code, p.out, p.err);

    long n_resumed = 0, n_alone = 0;
    char *resumed = program_read_file(path, &n_resumed);
    snprintf(path, sizeof path, "%s/result.json", r.alone);
    char *alone = program_read_file(path, &n_alone);
    assert_true(resumed && alone && n_alone > 1000);
    long at = 0;
    while (at < n_alone && at < n_resumed && alone[at] == resumed[at])
        at++;
    if (at < n_alone || at < n_resumed)
        fail_msg("result.json differs at byte %ld: '%.60s' alone, '%.60s' resumed", at, alone + at, resumed + at);
    free(alone);
    free(resumed);
    program_remove_folder(r.folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_jobs_and_resume)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
