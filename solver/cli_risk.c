/* cli_risk.c - `motrade risk`: read, solve, write, print. */
#include "solver/cli_impl.h"
#include "solver/out_risk.h"
#include "solver/pool.h"
#include "solver/report_risk.h"
#include "solver/risk_run.h"
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

static enum status write_all(const struct risk_run *r, const struct risk_run_opts *o, const char *dir, struct err *e)
{
    char path[1200];
    snprintf(path, sizeof path, "%s/result.json", dir);
    TRY(out_risk_write_json(r, o, path, e));
    snprintf(path, sizeof path, "%s/risk.csv", dir);
    TRY(out_risk_write_csv(r, path, e));
    snprintf(path, sizeof path, "%s/report.html", dir);
    return report_risk_write(r, o, path, e);
}

static enum status print_all(const struct risk_run *r, const char *dir, struct err *e)
{
    struct text t = {0};
    out_risk_add_table(&t, r);
    text_add(&t, "%s/report.html   result.json   risk.csv\n", dir);
    const enum status st = t.failed ? err_set(e, ST_NO_MEMORY, "table", "terminal text") : ST_OK;
    if (st == ST_OK)
        cli_print(t.s);
    text_done(&t);
    return st;
}

static enum status solve_study(const struct cli_options *o, struct risk_study *s, struct err *e)
{
    char dir[1024];
    struct risk_run r;
    const struct risk_run_opts ro = {.jobs = o->jobs ? o->jobs : pool_get_cores(),
                                     .seed = (uint64_t)(o->seed >= 0 ? o->seed : s->seed),
                                     .market = s->economics.market,
                                     .log = cli_get_log()};
    cli_set_out_dir(o, dir, sizeof dir);
    TRY(cli_make_folder(dir, e));
    TRY(risk_margin_solve(s, &ro, e));
    enum status st = risk_run_solve(s, &ro, &r, e);
    cli_end_progress();
    if (st == ST_OK)
        st = write_all(&r, &ro, dir, e);
    if (st == ST_OK)
        st = print_all(&r, dir, e);
    risk_run_done(&r);
    return st;
}

enum status cli_solve_risk(const struct cli_options *o, struct err *e)
{
    struct cli_library l = {0};
    static struct risk_study s; /* large: bills and lists of names */
    memset(&s, 0, sizeof s);
    enum status st = cli_read_library(&l, e);
    if (st == ST_OK)
        st = risk_study_read(o->file, o->n_set, o->set, l.lib, l.market, &s, e);
    if (st == ST_OK)
        st = solve_study(o, &s, e);
    risk_study_done(&s);
    cli_free_library(&l);
    return st;
}
