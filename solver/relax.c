/* relax.c - trials, and what is said of them. Contract: relax.h; the numbers: relax_number.c. */
#include "solver/relax_impl.h"
#include "materials/base/hash.h"
#include "materials/base/mem.h"
#include <math.h>
#include <stdlib.h>
#include "materials/base/banned.h"

#define N_NEAR    2 /* designs tried, nearest first */
#define N_HALVING 3
#define MODEST    0.25 /* share tried first: a longer stack or a lower torque (a higher base speed) may do harm when it is too much */

struct relax_task {
    const struct job_set *s;
    const struct explore_result *x;
    struct compare_technology *t;
};

/* Misses nothing but what the number can mend; stages that were not reached are open. */
static int is_mendable(const struct relax_task *k, int id, int mends)
{
    double con[CON_COUNT + 2 * STUDY_MAX_LIMIT];
    if (isnan(k->s->result[id].g[CON_GEOMETRY]))
        return 0; /* failed numerically */
    compare_eval_constraints(k->s->study, &k->s->result[id], con);
    for (int c = 0; c < CON_COUNT; c++)
        if (!(con[c] <= 0.0) && !(mends >> c & 1) && con[c] < EVAL_NOT_REACHED)
            return 0;
    return 1;
}

static const double *get_x(const struct relax_task *k, int id) { return k->x->x + id * k->x->n_x; }

static void set_trial(const struct relax_task *k, const struct relax_row *row, int id, double share, struct relax_trial *out)
{
    int grade;
    out->study = *k->s->study;
    row->set(out, share);
    study_set_machine(&out->study, k->s->technology, get_x(k, id), &out->machine, &grade);
    if (row->fit)
        row->fit(out);
}

/* A workspace of its own: it copies the cooling. A trial that fails numerically, or whose design cannot be, has no figures. */
static enum status eval_trial(const struct relax_task *k, const struct relax_trial *t, struct result *r, struct err *e)
{
    struct evaluator *ev = NULL;
    result_init(r);
    enum status st = evaluator_new(&t->study.setup, &k->s->level, &t->machine, &ev, e);
    if (st == ST_OK)
        st = evaluate_machine(ev, &t->machine, r, NULL, e);
    evaluator_free(ev);
    if (!compare_is_failed(st) && st != ST_INFEASIBLE)
        return st;
    r->g[CON_GEOMETRY] = r->violation = (double)NAN;
    return ST_OK;
}

/* From the archive, or evaluated and kept there. */
static enum status get_result(const struct relax_task *k, const struct relax_row *row, int id, double share, struct relax_trial *t,
                              struct result *r, struct err *e)
{
    const struct job_set *s = k->s;
    const uint64_t key = hash_add(hash_add_text(compare_get_key(s, get_x(k, id)), row->key), &share, sizeof share);
    if (archive_get(s->archive, key, COMPARE_RESULT_DOUBLES, (double *)r))
        return ST_OK;
    if (s->opts->stop && *s->opts->stop)
        return err_set(e, ST_INTERRUPTED, "search", "stopped at a relaxed requirement; `--resume` goes on from study.db");
    set_trial(k, row, id, share, t);
    TRY(eval_trial(k, t, r, e));
    TRY(archive_set(s->archive, key, technology_get_key(s->study->technology[s->technology].technology), COMPARE_RESULT_DOUBLES,
                    (const double *)r, e));
    return archive_set_commit(s->archive, e);
}

static enum status eval_share(const struct relax_task *k, const struct relax_row *row, int id, double share, struct relax_trial *t,
                              int *passes, struct err *e)
{
    struct result r;
    double con[CON_COUNT + 2 * STUDY_MAX_LIMIT];
    TRY(get_result(k, row, id, share, t, &r, e));
    compare_eval_constraints(k->s->study, &r, con);
    *passes = 1;
    for (int c = 0; c < compare_get_constraint_count(k->s->study); c++)
        *passes &= con[c] <= 0.0;
    return ST_OK;
}

/* Of the designs that miss only what this number can mend the least violating ones; those judged to the end come first. Returns how many.
 */
static int find_near(const struct relax_task *k, int mends, int near[N_NEAR])
{
    int n = 0;
    for (int is_whole = 1; is_whole >= 0; is_whole--)
        for (int best = 0; best >= 0 && n < N_NEAR;) {
            best = -1;
            for (int q = 0; q < k->x->n; q++)
                if ((isfinite(k->s->result[q].rotor_margin_K) != 0) == is_whole && !(n > 0 && q == near[n - 1]) &&
                    is_mendable(k, q, mends) && (best < 0 || k->x->violation[q] < k->x->violation[best]))
                    best = q;
            if (best >= 0)
                near[n++] = best;
        }
    return n;
}

/* A coolant may be at the end of its data already, a margin at nought. */
static int has_room(const struct relax_task *k, const struct relax_row *row, int id, struct relax_trial *t)
{
    set_trial(k, row, id, 0.0, t);
    const double wanted = row->get(t);
    set_trial(k, row, id, 1.0, t);
    return fabs(row->get(t) - wanted) > 0.0;
}

/* The least share found to be enough for a design; NAN: none is. */
static enum status find_share(const struct relax_task *k, const struct relax_row *row, int id, struct relax_trial *t, double *share,
                              struct err *e)
{
    double low = 0.0, high = MODEST;
    int passes;
    *share = (double)NAN;
    TRY(eval_share(k, row, id, high, t, &passes, e));
    if (!passes) {
        low = high;
        high = 1.0;
        TRY(eval_share(k, row, id, high, t, &passes, e));
    }
    if (!passes)
        return ST_OK;
    for (int h = 0; h < N_HALVING; h++) {
        const double middle = 0.5 * (low + high);
        TRY(eval_share(k, row, id, middle, t, &passes, e));
        *(passes ? &high : &low) = middle;
    }
    *share = high;
    return ST_OK;
}

static enum status solve_row(void *ctx, int worker, int job, struct err *e)
{
    (void)worker;
    const struct relax_task *k = ctx;
    const struct relax_row *row = relax_get_row(job);
    struct compare_relax *out = &k->t->relax[job];
    struct relax_trial *t = mem_new(1, sizeof *t);
    if (!t)
        return err_set(e, ST_NO_MEMORY, "relaxation", "%s", row->key);
    int near[N_NEAR], n = find_near(k, row->mends, near);
    enum status st = ST_OK;
    *out = (struct compare_relax){.reached = (double)NAN, .wanted = (double)NAN};
    for (int q = 0; q < n && st == ST_OK && !out->is_enough && has_room(k, row, near[q], t); q++) {
        double share;
        st = find_share(k, row, near[q], t, &share, e);
        if (st != ST_OK || isnan(share))
            continue;
        set_trial(k, row, near[q], 0.0, t);
        *out = (struct compare_relax){.is_enough = 1, .id = near[q], .wanted = row->get(t)};
        set_trial(k, row, near[q], share, t);
        out->reached = row->get(t);
    }
    mem_free(t);
    return st;
}

enum status relax_solve(const struct job_set *s, const struct explore_result *x, struct compare_technology *t, struct err *e)
{
    struct relax_task k = {.s = s, .x = x, .t = t};
    return pool_solve(s->n_worker, COMPARE_N_RELAX, solve_row, &k, e);
}

/* ---- words ---- */

void relax_add_words(const struct compare_technology *t, struct text *out)
{
    int n = 0;
    if (t->n_front > 0)
        return; /* out for another reason */
    for (int k = 0; k < COMPARE_N_RELAX; k++) {
        const struct compare_relax *q = &t->relax[k];
        if (q->is_enough)
            text_add(out, "%s%s %.5g %s instead of %.5g", n++ > 0 ? ", or " : "; it would be feasible with ", relax_get_row(k)->label,
                     q->reached, relax_get_row(k)->unit, q->wanted);
    }
    if (n == 0)
        text_add(out, "; no single number of the requirement, relaxed by up to half or 60 K, lets its nearest designs in");
}

json_t *relax_get_json(const struct compare_technology *t)
{
    json_t *list = json_array();
    for (int k = 0; k < COMPARE_N_RELAX; k++)
        if (t->relax[k].is_enough)
            json_array_append_new(list, json_pack("{s:s, s:f, s:f, s:i}", "key", relax_get_row(k)->key, "required", t->relax[k].wanted,
                                                  "enough", t->relax[k].reached, "design", t->relax[k].id));
    return list;
}
