/* cli_run.c - what the commands share: folders and data; and `motrade compare`: read, solve, write, print. */
#include "solver/cli_impl.h"
#include "solver/compare.h"
#include "solver/design_write.h"
#include "solver/margin_curve.h"
#include "solver/out_csv.h"
#include "solver/out_json.h"
#include "solver/out_table.h"
#include "solver/out_text.h"
#include "solver/pool.h"
#include "solver/report.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "materials/base/banned.h"

static volatile int interrupted; /* set by the signal handler, read between batches */

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

enum status cli_make_folder(const char *path, struct err *e)
{
    char part[1024];
    snprintf(part, sizeof part, "%s", path);
    for (char *p = part + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        mkdir(part, 0777);
        *p = '/';
    }
    struct stat s;
    if (mkdir(part, 0777) != 0 && (errno != EEXIST || stat(part, &s) != 0 || !S_ISDIR(s.st_mode)))
        return err_set(e, ST_IO, "-o", "cannot make folder '%s': %s", path, strerror(errno));
    return ST_OK;
}

/* A file called study.yaml, design.yaml or risk.yaml is named after its folder. */
void cli_set_out_dir(const struct cli_options *o, char *out, size_t n)
{
    if (o->out_dir) {
        snprintf(out, n, "%s", o->out_dir);
        return;
    }
    char path[512];
    snprintf(path, sizeof path, "%s", o->file);
    char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    if (slash && (strcmp(name, "study.yaml") == 0 || strcmp(name, "design.yaml") == 0 || strcmp(name, "risk.yaml") == 0)) {
        *slash = '\0';
        char *up = strrchr(path, '/');
        name = up ? up + 1 : path;
    }
    char *dot = strrchr(name, '.');
    if (dot && dot != name)
        *dot = '\0';
    snprintf(out, n, "out/%s", name);
}

enum status cli_read_library(struct cli_library *l, struct err *e)
{
    char dir[1024];
    TRY(cli_get_data_dir(dir, sizeof dir, e));
    TRY(matlib_new(dir, &l->lib, e));
    return market_new(dir, &l->market, e);
}

void cli_free_library(struct cli_library *l)
{
    market_free(l->market);
    matlib_free(l->lib);
}

/* The chosen motors, each a file that `motrade evaluate` takes: maps, waveforms and fields are asked for there. */
static enum status write_designs(const struct comparison *c, const struct compare_opts *co, struct err *e)
{
    char path[1200];
    for (int k = 0; k < c->study->n_technology; k++) {
        if (c->tech[k].best < 0)
            continue;
        snprintf(path, sizeof path, "%s/%s.yaml", co->out_dir, technology_get_key(c->study->technology[k].technology));
        TRY(design_write_file(c->study, k, &c->tech[k].machine, path, e));
    }
    return ST_OK;
}

static enum status write_comparison(const struct comparison *c, const struct compare_opts *co, struct err *e)
{
    char path[1200];
    snprintf(path, sizeof path, "%s/result.json", co->out_dir);
    TRY(out_json_write_comparison(c, co, path, e));
    snprintf(path, sizeof path, "%s/designs.csv", co->out_dir);
    TRY(out_csv_write_designs(c, path, e));
    if (c->study->search.curve.n_point > 0) {
        snprintf(path, sizeof path, "%s/margin_against_grams.csv", co->out_dir);
        TRY(margin_curve_write_csv(c, path, e));
    }
    TRY(write_designs(c, co, e));
    snprintf(path, sizeof path, "%s/report.html", co->out_dir);
    return report_write(c, co, path, e);
}

static void add_design_files(struct text *t, const struct comparison *c)
{
    struct text names = {0};
    for (int k = 0; k < c->study->n_technology; k++)
        if (c->tech[k].best >= 0)
            text_add(&names, "%s%s.yaml", names.n ? "   " : "", technology_get_key(c->study->technology[k].technology));
    if (names.n > 0)
        out_text_add_wrapped(t, "for `motrade evaluate`: ", names.s);
    text_done(&names);
}

static enum status print_comparison(const struct comparison *c, const struct compare_opts *co, struct err *e)
{
    struct text t = {0};
    out_table_add_comparison(&t, c);
    text_add(&t, "%ld designs (%ld reused), %ld field solutions, %.0f s on %d workers\n%s/report.html   result.json   designs.csv%s\n",
             c->n_evaluation, c->n_reused, c->n_field_solve, c->seconds, co->jobs, co->out_dir,
             c->study->search.curve.n_point > 0 ? "   margin_against_grams.csv" : "");
    add_design_files(&t, c);
    if (t.failed)
        return err_set(e, ST_NO_MEMORY, "table", "terminal text");
    cli_print(t.s);
    text_done(&t);
    return ST_OK;
}

static enum status compare_with(const struct cli_options *o, const struct cli_library *l, struct study *s, struct err *e)
{
    char dir[1024];
    cli_set_out_dir(o, dir, sizeof dir);
    TRY(cli_make_folder(dir, e));
    struct compare_opts co = {.jobs = o->jobs ? o->jobs : pool_get_cores(),
                              .resume = o->resume,
                              .out_dir = dir,
                              .lib = l->lib,
                              .market = l->market,
                              .seed = (uint64_t)(o->seed >= 0 ? o->seed : s->search.seed),
                              .log = cli_get_log(),
                              .stop = &interrupted};
    static struct comparison c; /* large: fronts, details and curves of every technology */
    struct sigaction act = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND}; /* a second one ends the program at once */
    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);
    enum status st = compare_solve(s, &co, &c, e);
    cli_end_progress();
    if (st == ST_OK)
        st = write_comparison(&c, &co, e);
    if (st == ST_OK)
        st = print_comparison(&c, &co, e);
    compare_done(&c);
    return st;
}

enum status cli_solve_compare(const struct cli_options *o, struct err *e)
{
    struct cli_library l = {0};
    static struct study s;
    memset(&s, 0, sizeof s);
    enum status st = cli_read_library(&l, e);
    if (st == ST_OK)
        st = study_read(o->file, o->n_set, o->set, l.lib, l.market, &s, e);
    if (st == ST_OK)
        st = compare_with(o, &l, &s, e);
    study_done(&s);
    cli_free_library(&l);
    return st;
}
