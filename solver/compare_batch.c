/* compare_batch.c - one batch of designs of a technology: from the archive or evaluated by the workers, to objectives and constraints. */
#include "solver/compare_impl.h"
#include "materials/base/hash.h"
#include "materials/base/mem.h"
#include "solver/cli.h"
#include <math.h>
#include "materials/base/banned.h"

enum status compare_evaluator_get(struct job_set *s, int worker, const struct machine *m, struct evaluator **out, struct err *e)
{
    if (!s->evaluator[worker])
        TRY(evaluator_new(&s->study->setup, &s->level, m, &s->evaluator[worker], e));
    *out = s->evaluator[worker];
    return ST_OK;
}

void compare_evaluator_free(struct job_set *s)
{
    for (int k = 0; k < s->n_worker; k++) {
        evaluator_free(s->evaluator[k]);
        s->evaluator[k] = NULL;
    }
}

int compare_get_constraint_count(const struct study *s)
{
    int n = CON_COUNT;
    for (int k = 0; k < s->search.n_limit; k++)
        n += (s->search.limit[k].min > -HUGE_VAL) + (s->search.limit[k].max < HUGE_VAL);
    return n;
}

/* Kept in hand while searching, for what the finer mesh of the report may take away: it took 0.3 % of torque, 1.2 % of the power at the
 * highest speed, 1 K of the winding and 2 to 5 K of the demagnetisation margin of the designs that the example studies chose. */
static const double SEARCH_RESERVE[CON_COUNT] = {
    [CON_PEAK_TORQUE] = 0.01, [CON_POWER_MAX_SPEED] = 0.015, [CON_WINDING_TEMP] = 0.03, [CON_ROTOR_TEMP] = 0.03, [CON_DEMAG] = 0.05};

static double get_scale(double limit) { return fabs(limit) > 0.0 ? fabs(limit) : 1.0; }

static void eval_objectives(int n, const struct figure *const *f, const struct result *r, double *obj)
{
    for (int k = 0; k < n; k++)
        obj[k] = figure_eval(f[k], r) * (f[k]->better == FIGURE_HIGHER ? -1.0 : 1.0);
}

void compare_eval_constraints(const struct study *s, const struct result *r, double *con)
{
    int n = 0, is_whole = 1;
    for (; n < CON_COUNT; n++) {
        int is_judged = !(r->g[n] >= EVAL_NOT_REACHED);
        con[n] = is_judged ? r->g[n] + SEARCH_RESERVE[n] : EVAL_NOT_REACHED;
        is_whole &= is_judged;
    }
    double missing = is_whole ? 0.0 : EVAL_NOT_REACHED; /* a figure that this technology has not, or that was not reached */
    for (int k = 0; k < s->search.n_limit; k++) {
        const struct study_limit *l = &s->search.limit[k];
        double v = figure_eval(l->figure, r);
        if (l->min > -HUGE_VAL)
            con[n++] = isnan(v) ? missing : (l->min - v) / get_scale(l->min);
        if (l->max < HUGE_VAL)
            con[n++] = isnan(v) ? missing : (v - l->max) / get_scale(l->max);
    }
}

void compare_eval_responses(const struct study *s, const struct result *r, double *obj, double *con)
{
    eval_objectives(s->search.n_objective, s->search.objective, r, obj);
    compare_eval_constraints(s, r, con);
}

uint64_t compare_get_key(const struct job_set *s, const double *x)
{
    uint64_t h = hash_add_text(HASH_START, MOTRADE_VERSION);
    h = hash_add(h, &s->study->hash, sizeof s->study->hash);
    h = hash_add(h, &s->opts->lib->hash, sizeof s->opts->lib->hash);
    h = hash_add(h, &s->technology, sizeof s->technology);
    h = hash_add(h, &s->level, sizeof s->level);
    return hash_add(h, x, sizeof *x * (size_t)s->n_x);
}

struct batch { struct job_set *s; const double *x; struct result *result; const int *todo; };

/* A design that fails numerically is infeasible and counted; anything else stops the run. */
static enum status evaluate_one(void *ctx, int worker, int job, struct err *e)
{
    struct batch *b = ctx;
    struct machine m;
    int grade, k = b->todo[job];
    study_set_machine(b->s->study, b->s->technology, b->x + k * b->s->n_x, &m, &grade);
    struct evaluator *ev = NULL;
    result_init(&b->result[k]);
    enum status st = compare_evaluator_get(b->s, worker, &m, &ev, e);
    if (st == ST_OK)
        st = evaluate_machine(ev, &m, &b->result[k], NULL, e);
    b->result[k].magnet_grade = grade;
    if (st != ST_NO_CONVERGE && st != ST_SINGULAR && st != ST_RANGE && st != ST_INFEASIBLE)
        return st;
    b->result[k].g[CON_GEOMETRY] = b->result[k].violation = (double)NAN;
    return ST_OK;
}

enum status compare_evaluate_batch(void *ctx, int n, const double *x, double *obj, double *con, struct err *e)
{
    struct job_set *s = ctx;
    struct result *r = s->result + s->n_result;
    int *todo = mem_new((size_t)n + 1, sizeof *todo), n_todo = 0;
    if (!todo)
        return err_set(e, ST_NO_MEMORY, "search", "batch of %d", n);
    for (int k = 0; k < n; k++)
        if (!archive_get(s->archive, compare_get_key(s, x + k * s->n_x), COMPARE_RESULT_DOUBLES, (double *)&r[k]))
            todo[n_todo++] = k;
    struct batch b = {s, x, r, todo};
    enum status st = pool_solve(s->n_worker, n_todo, evaluate_one, &b, e);
    const char *label = technology_get_key(s->study->technology[s->technology].technology);
    for (int q = 0; q < n_todo && st == ST_OK; q++)
        st = archive_set(s->archive, compare_get_key(s, x + todo[q] * s->n_x), label, COMPARE_RESULT_DOUBLES, (const double *)&r[todo[q]],
                         e);
    if (st == ST_OK)
        st = archive_set_commit(s->archive, e);
    int n_con = compare_get_constraint_count(s->study);
    for (int k = 0; k < n && st == ST_OK; k++) {
        eval_objectives(s->n_objective, s->objective, &r[k], obj + k * s->n_objective);
        compare_eval_constraints(s->study, &r[k], con + k * n_con);
        s->out->n_field_solve += (long)r[k].n_field_solve;
    }
    s->n_result += n;
    s->out->n_evaluation += n;
    s->out->n_reused += n - n_todo;
    mem_free(todo);
    return st;
}

int compare_report_step(void *ctx, int n_done, int n_total)
{
    struct job_set *s = ctx;
    log_send(&s->opts->log, LOG_PROGRESS, "%-28s %4d / %d designs, %ld field solutions",
             technology_get_label(s->study->technology[s->technology].technology), n_done, n_total, s->out->n_field_solve);
    return s->opts->stop && *s->opts->stop;
}
