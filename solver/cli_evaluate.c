/* cli_evaluate.c - `motrade evaluate`: a judged design, or a field case. */
#include "solver/cli_impl.h"
#include "solver/design.h"
#include "solver/design_field.h"
#include "solver/out_table.h"
#include "solver/report_motor.h"
#include "solver/wave_csv.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

static enum status print_text(struct text *t, enum status st, struct err *e)
{
    if (st == ST_OK && t->failed)
        st = err_set(e, ST_NO_MEMORY, "table", "terminal text");
    if (st == ST_OK)
        cli_print(t->s);
    text_done(t);
    return st;
}

/* A peak point that was not reached is drawn at no load. */
static struct field_case_point get_drawn_point(const struct eval_detail *d)
{
    const struct operate_point *p = &d->point_peak;
    return p->is_feasible ? (struct field_case_point){p->i_d_A, p->i_q_A, p->i_f_A} : (struct field_case_point){0.0, 0.0, 0.0};
}

static enum status write_design(const struct design *d, const struct cli_library *l, struct evaluator *ev, const struct result *r,
                                const struct eval_detail *detail, const char *dir, struct err *e)
{
    char path[1200];
    const struct report_data data = {l->lib, l->market};
    const struct field_case_point drawn = get_drawn_point(detail);
    snprintf(path, sizeof path, "%s/result.json", dir);
    TRY(design_write_json(d, r, detail, evaluator_get_map(ev), path, e));
    if (r->n_field_solve > 0.0 && evaluator_get_map(ev)->n_solve > 0)
        TRY(design_write_map(d, evaluator_get_map(ev), dir, e));
    TRY(wave_csv_write(&d->machine, detail, dir, e));
    snprintf(path, sizeof path, "%s/field.vtk", dir);
    TRY(design_write_vtk(evaluator_get_field(ev), &drawn, path, e));
    snprintf(path, sizeof path, "%s/report.html", dir);
    return report_write_motor(d, &data, evaluator_get_map(ev), r, detail, path, e);
}

/* The motor as it is was judged, written and shown; that it misses what its file asks for is the answer, and the exit status. */
static enum status check_requirement(const struct result *r, struct err *e)
{
    struct text missed = {0};
    for (int c = 0; c < CON_COUNT; c++)
        if (!(r->g[c] <= 0.0))
            text_add(&missed, "%s%s%s", missed.n ? "; " : "", constraint_get_doc((enum constraint)c),
                     r->g[c] >= EVAL_NOT_REACHED ? " (not reached)" : "");
    enum status st = ST_OK;
    if (missed.failed)
        st = err_set(e, ST_NO_MEMORY, "requirement", "list of what is missed");
    else if (missed.n > 0)
        st = err_set(e, ST_INFEASIBLE, "requirement", "the motor misses: %s", missed.s);
    text_done(&missed);
    return st;
}

static enum status evaluate_design(const struct design *d, const struct cli_library *l, const char *dir, struct err *e)
{
    static struct result r;
    static struct eval_detail detail;
    struct evaluator *ev = NULL;
    struct text t = {0};
    TRY(evaluator_new(&d->setup, &d->level, &d->machine, &ev, e));
    enum status st = evaluate_machine(ev, &d->machine, &r, &detail, e);
    if (st == ST_OK)
        st = write_design(d, l, ev, &r, &detail, dir, e);
    if (st == ST_OK)
        out_table_add_motor(&t, &d->machine, &d->setup, &r, &detail);
    text_add(&t, "%s/report.html\n"
                 "result.json   field.vtk   waveforms.csv   harmonics.csv   efficiency_map.csv   flux_map.csv\nflux_map.mat\n", dir);
    evaluator_free(ev);
    st = print_text(&t, st, e);
    return st == ST_OK ? check_requirement(&r, e) : st;
}

static enum status evaluate_field_case(const struct design *d, const struct cli_library *l, const char *dir, struct err *e)
{
    static struct field_case_result r;
    const struct report_data data = {l->lib, l->market};
    struct field_case_ws *ws = NULL;
    struct text t = {0};
    char path[1200];
    TRY(field_case_new(&d->machine, &d->field, &ws, e));
    enum status st = field_case_solve(ws, &r, e);
    if (st == ST_OK)
        st = design_field_write(d, ws, &r, dir, e);
    snprintf(path, sizeof path, "%s/report.html", dir);
    if (st == ST_OK)
        st = report_write_field_case(d, &data, field_case_get_map(ws), &r, path, e);
    if (st == ST_OK)
        design_field_add_table(&t, d, &r, dir);
    field_case_free(ws);
    return print_text(&t, st, e);
}

static enum status evaluate_with(const struct cli_options *o, const struct cli_library *l, const struct design *d, struct err *e)
{
    char dir[1024];
    cli_set_out_dir(o, dir, sizeof dir);
    TRY(cli_make_folder(dir, e));
    TRY(machine_check(&d->machine, e));
    return d->is_field_case ? evaluate_field_case(d, l, dir, e) : evaluate_design(d, l, dir, e);
}

enum status cli_solve_evaluate(const struct cli_options *o, struct err *e)
{
    struct cli_library l = {0};
    static struct design d;
    memset(&d, 0, sizeof d);
    enum status st = cli_read_library(&l, e);
    if (st == ST_OK)
        st = design_read(o->file, o->n_set, o->set, l.lib, l.market, &d, e);
    if (st == ST_OK)
        st = evaluate_with(o, &l, &d, e);
    design_done(&d);
    cli_free_library(&l);
    return st;
}
