/* margin_curve.c - search, choice and report level of the curve; and what is read off it. Contract: margin_curve.h, compare_impl.h. */
#include "solver/margin_curve.h"
#include "materials/base/mem.h"
#include "solver/compare_impl.h"
#include "solver/optimise/pareto.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/banned.h"

enum { GRAMS, KELVIN, N_FIGURE };
static const char *const FIGURE_KEY[N_FIGURE] = {[GRAMS] = "hre_g", [KELVIN] = "rotor_margin_K"};

#define TRIALS 3           /* designs taken to report level at least: a technology without heavy rare earth has a single best one, and that
                              one may miss a requirement on the finer mesh */
#define SWAPPED 3          /* designs of the search whose grade is swapped for every other one (diffused faces likewise), so that none is
                              left out by chance */
#define BUDGET_ROWS 7
#define SEED_OFFSET 500009u /* another stream than that of the search */

static int is_asked(const struct study *s, int technology)
{
    return s->search.curve.n_point > 0 && s->technology[technology].grade[0] != NULL;
}

/* ---- choice among the evaluated designs ---- */

struct choice { int n, *index; double *obj; }; /* obj: both figures of all designs of the search, minimised */

/* The candidate that is farthest from all that are taken, in shares of the spans; -1: every candidate coincides with one that is taken. */
static int get_farthest(const struct choice *c, int n_rank, const int *rank_list, const double span[N_FIGURE])
{
    int farthest = -1;
    double best = 0.0;
    for (int k = 0; k < n_rank; k++) {
        double nearest = HUGE_VAL;
        for (int q = 0; q < c->n; q++) {
            double d2 = 0.0;
            for (int j = 0; j < N_FIGURE; j++) {
                double d = c->obj[rank_list[k] * N_FIGURE + j] - c->obj[c->index[q] * N_FIGURE + j];
                d2 += span[j] > 0.0 ? d * d / (span[j] * span[j]) : 0.0;
            }
            nearest = fmin(nearest, d2);
        }
        if (nearest > best) {
            best = nearest;
            farthest = rank_list[k];
        }
    }
    return farthest;
}

static int get_lowest(const struct choice *c, int n, const int *list, int figure)
{
    int low = list[0];
    for (int k = 1; k < n; k++)
        if (c->obj[list[k] * N_FIGURE + figure] < c->obj[low * N_FIGURE + figure])
            low = list[k];
    return low;
}

/* Both ends of the curve, then what lies farthest from those taken. */
static void take_spread(struct choice *c, int n, const int *list, int n_point)
{
    double span[N_FIGURE];
    for (int j = 0; j < N_FIGURE; j++) {
        double low = HUGE_VAL, high = -HUGE_VAL;
        for (int k = 0; k < n; k++) {
            low = fmin(low, c->obj[list[k] * N_FIGURE + j]);
            high = fmax(high, c->obj[list[k] * N_FIGURE + j]);
        }
        span[j] = high - low;
    }
    int least = get_lowest(c, n, list, GRAMS), most = get_lowest(c, n, list, KELVIN);
    c->index[c->n++] = most;
    if (least != most)
        c->index[c->n++] = least;
    while (c->n < n_point) {
        int next = get_farthest(c, n, list, span);
        if (next < 0)
            return;
        c->index[c->n++] = next;
    }
}

static void take_next(struct choice *c, int n, const int *list, int n_wanted)
{
    for (int k = 0; k < n && c->n < n_wanted; k++)
        c->index[c->n++] = list[k];
}

/* Rank 0 spread over n_point; later ranks only while there are fewer than TRIALS. */
static void choose(struct choice *c, const struct explore_result *y, int *list, int n_point)
{
    for (int rank = 0, n = 1; n > 0 && c->n < TRIALS && c->n < n_point; rank++) {
        n = 0;
        for (int k = 0; k < y->n; k++)
            if (y->violation[k] <= 0.0 && y->rank[k] == rank)
                list[n++] = k;
        if (rank == 0 && n > 0)
            take_spread(c, n, list, n_point);
        else
            take_next(c, n, list, TRIALS);
    }
}

static enum status keep(const struct job_set *s, const struct choice *c, const struct explore_result *y, struct compare_curve *out,
                        struct err *e)
{
    out->point = mem_new((size_t)c->n + 1, sizeof *out->point);
    out->search_margin_K = mem_new((size_t)c->n + 1, sizeof *out->search_margin_K);
    if (!out->point || !out->search_margin_K)
        return err_set(e, ST_NO_MEMORY, "margin curve", "%d designs", c->n);
    for (int q = 0; q < c->n; q++) {
        int k = c->index[q];
        struct compare_design *d = &out->point[out->n];
        *d = (struct compare_design){.technology = s->technology, .id = k, .grade = (int)s->result[k].magnet_grade, .r = s->result[k],
                                     .score = (double)NAN};
        memcpy(d->x, y->x + k * y->n_x, sizeof(double) * (size_t)y->n_x);
        out->search_margin_K[out->n++] = d->r.rotor_margin_K;
    }
    return ST_OK;
}

static enum status choose_and_keep(const struct job_set *s, const struct explore_result *y, struct compare_curve *out, struct err *e)
{
    int n_point = s->study->search.curve.n_point, *list = mem_new((size_t)y->n + 1, sizeof *list);
    struct choice c = {.index = mem_new((size_t)(n_point > TRIALS ? n_point : TRIALS), sizeof *c.index), .obj = y->obj};
    enum status st = list && c.index ? ST_OK : err_set(e, ST_NO_MEMORY, "margin curve", "%d designs", y->n);
    if (st == ST_OK) {
        choose(&c, y, list, n_point);
        st = keep(s, &c, y, out, e);
    }
    mem_free(c.index);
    mem_free(list);
    return st;
}

/* ---- start ---- */

/* The evaluated designs of the search, ranked by grams and kelvin. */
static enum status set_ranked(const struct job_set *s, const struct explore_result *x, struct explore_result *out, struct err *e)
{
    int *work = mem_new(2 * (size_t)x->n, sizeof *work);
    *out = (struct explore_result){.n = x->n, .n_x = x->n_x, .n_obj = N_FIGURE, .x = x->x, .violation = x->violation};
    out->obj = mem_new((size_t)x->n * N_FIGURE, sizeof *out->obj);
    out->rank = mem_new((size_t)x->n, sizeof *out->rank);
    if (!work || !out->obj || !out->rank) {
        mem_free(work);
        return err_set(e, ST_NO_MEMORY, "margin curve", "%d designs", x->n);
    }
    for (int k = 0; k < x->n; k++) {
        out->obj[k * N_FIGURE + GRAMS] = s->result[k].hre_kg;
        out->obj[k * N_FIGURE + KELVIN] = -s->result[k].rotor_margin_K;
    }
    pareto_set_rank(x->n, N_FIGURE, out->obj, x->violation, out->rank, work);
    mem_free(work);
    return ST_OK;
}

/* Copies of the chosen designs with every other choice of each discrete variable of the study. Returns how many. */
static int set_swapped(const struct job_set *s, const struct choice *c, const struct explore_result *x, double *out)
{
    int n = 0;
    for (int q = 0; q < c->n; q++)
        for (int v = 0; v < x->n_x; v++) {
            const double *from = x->x + c->index[q] * x->n_x;
            int n_choice = study_get_choices(s->study, s->technology, v);
            for (int choice = 0; n_choice > 1 && choice < n_choice; choice++) {
                if (choice == (int)fmin(from[v] * n_choice, n_choice - 1))
                    continue;
                memcpy(out + n * x->n_x, from, sizeof *out * (size_t)x->n_x);
                out[n++ * x->n_x + v] = (choice + 0.5) / n_choice;
            }
        }
    return n;
}

static int count_swapped(const struct job_set *s, int n_x)
{
    int n = 0;
    for (int v = 0; v < n_x; v++)
        n += study_get_choices(s->study, s->technology, v) - 1;
    return SWAPPED * n;
}

/* All evaluated designs, then the swapped ones; *n_start of them. */
static enum status set_start(const struct job_set *s, const struct explore_result *x, double **start_x, int *n_start, struct err *e)
{
    struct explore_result ranked = {0};
    int index[SWAPPED], *list = mem_new((size_t)x->n + 1, sizeof *list);
    *start_x = mem_new((size_t)((x->n + count_swapped(s, x->n_x)) * x->n_x), sizeof **start_x);
    enum status st = list && *start_x ? set_ranked(s, x, &ranked, e) : err_set(e, ST_NO_MEMORY, "margin curve", "%d designs", x->n);
    if (st == ST_OK) {
        struct choice c = {.index = index, .obj = ranked.obj};
        choose(&c, &ranked, list, SWAPPED);
        memcpy(*start_x, x->x, sizeof **start_x * (size_t)(x->n * x->n_x));
        *n_start = x->n + set_swapped(s, &c, x, *start_x + x->n * x->n_x);
    }
    mem_free(ranked.obj);
    mem_free(ranked.rank);
    mem_free(list);
    return st;
}

int margin_curve_get_start_max(const struct study *s, int technology)
{
    struct job_set set = {.study = s, .technology = technology};
    return is_asked(s, technology) ? count_swapped(&set, study_get_space(s, technology)) : 0;
}

enum status margin_curve_search(struct job_set *s, const struct explore_result *x, struct err *e)
{
    const struct study_search *q = &s->study->search;
    struct compare_curve *out = &s->out->tech[s->technology].curve;
    out->is_wanted = is_asked(s->study, s->technology);
    if (!out->is_wanted || s->out->tech[s->technology].n_feasible == 0)
        return ST_OK;
    const struct figure *figure[N_FIGURE];
    for (int j = 0; j < N_FIGURE; j++)
        figure[j] = result_get_figure(FIGURE_KEY[j]);
    s->n_objective = N_FIGURE;
    s->objective = figure;
    double *start_x = NULL;
    int n_start = 0;
    enum status st = set_start(s, x, &start_x, &n_start, e);
    /* the designs of the search come first again: they are in the archive, and cost nothing */
    struct explore_opts o = {.seed = (s->opts->seed + SEED_OFFSET) * 1000003u + (uint64_t)s->study->technology[s->technology].technology,
                             .n_start = n_start,
                             .n_seed = n_start,
                             .seed_x = start_x,
                             .n_population = q->n_population,
                             .n_generation = q->curve.n_generation,
                             .n_generation_max = q->curve.n_generation,
                             .n_candidate_factor = q->n_candidate_factor};
    struct explore_result y = {0};
    if (st == ST_OK)
        st = compare_search(s, &o, &y, e);
    if (st == ST_OK) {
        out->n_evaluated = y.n - x->n;
        s->out->n_evaluation -= x->n;
        s->out->n_reused -= x->n;
        st = choose_and_keep(s, &y, out, e);
    }
    explore_done(&y);
    mem_free(start_x);
    return st;
}

/* ---- report level ---- */

struct curve_ctx { const struct study *study; struct comparison *c; };

/* Job k: point k of all curves in a row. */
static struct compare_design *get_point(struct comparison *c, int k)
{
    for (int t = 0; t < c->study->n_technology; t++) {
        if (k < c->tech[t].curve.n)
            return &c->tech[t].curve.point[k];
        k -= c->tech[t].curve.n;
    }
    return NULL;
}

static enum status report_point(void *ctx, int worker, int job, struct err *e)
{
    struct curve_ctx *cc = ctx;
    struct compare_design *d = get_point(cc->c, job);
    struct eval_level level = eval_level_report();
    struct evaluator *ev = NULL;
    struct machine m;
    int grade;
    (void)worker;
    study_set_machine(cc->study, d->technology, d->x, &m, &grade);
    TRY(evaluator_new(&cc->study->setup, &level, &m, &ev, e));
    enum status st = evaluate_machine(ev, &m, &d->r, NULL, e);
    evaluator_free(ev);
    d->r.magnet_grade = grade;
    if (!compare_is_failed(st))
        return st;
    d->r.violation = (double)NAN; /* left out */
    return ST_OK;
}

/* Requirements and the study's own limits, without what the search keeps in hand. */
static int is_kept(const struct study *s, const struct result *r)
{
    double con[CON_COUNT + 2 * STUDY_MAX_LIMIT];
    compare_eval_constraints(s, r, con);
    int ok = r->violation <= 0.0 && isfinite(r->rotor_margin_K) && isfinite(r->hre_kg);
    for (int k = CON_COUNT; k < compare_get_constraint_count(s); k++)
        ok &= con[k] <= 0.0;
    return ok;
}

static int is_beaten(const struct result *a, const struct result *b)
{
    double x[N_FIGURE] = {a->hre_kg, -a->rotor_margin_K}, y[N_FIGURE] = {b->hre_kg, -b->rotor_margin_K};
    return pareto_is_dominated(N_FIGURE, x, 0.0, y, 0.0);
}

/* Leaves the points that keep every requirement and are not beaten, with ascending grams. */
static void clean(const struct study *s, struct compare_curve *c)
{
    int n = 0;
    c->n_report = c->n;
    for (int k = 0; k < c->n; k++) {
        if (!is_kept(s, &c->point[k].r))
            continue;
        c->search_margin_K[n] = c->search_margin_K[k];
        c->point[n++] = c->point[k];
    }
    int m = 0, *beaten = mem_new((size_t)n + 1, sizeof *beaten);
    for (int k = 0; k < n && beaten; k++)
        for (int q = 0; q < n; q++)
            beaten[k] |= is_beaten(&c->point[k].r, &c->point[q].r);
    for (int k = 0; k < n && beaten; k++) {
        if (beaten[k])
            continue;
        c->search_margin_K[m] = c->search_margin_K[k];
        c->point[m++] = c->point[k];
    }
    c->n = beaten ? m : 0;
    mem_free(beaten);
    for (int k = 0; k < c->n; k++) /* few points: by exchange */
        for (int q = k + 1; q < c->n; q++)
            if (c->point[q].r.hre_kg < c->point[k].r.hre_kg) {
                struct compare_design d = c->point[k];
                double margin = c->search_margin_K[k];
                c->point[k] = c->point[q];
                c->search_margin_K[k] = c->search_margin_K[q];
                c->point[q] = d;
                c->search_margin_K[q] = margin;
            }
}

enum status margin_curve_report(const struct study *s, const struct compare_opts *o, struct comparison *c, struct err *e)
{
    struct curve_ctx cc = {s, c};
    int n = 0;
    for (int t = 0; t < s->n_technology; t++)
        n += c->tech[t].curve.n;
    if (n == 0)
        return ST_OK;
    log_send(&o->log, LOG_PROGRESS, "kelvin against grams: %d designs on the medium mesh", n);
    TRY(pool_solve(o->jobs, n, report_point, &cc, e));
    for (int k = 0; k < n; k++)
        c->n_field_solve += (long)get_point(c, k)->r.n_field_solve;
    for (int t = 0; t < s->n_technology; t++) {
        struct compare_curve *curve = &c->tech[t].curve;
        if (curve->n == 0)
            continue;
        clean(s, curve);
        if (curve->n == 0)
            compare_warn(c, "%s: none of the %d designs for kelvin against grams keeps every requirement on the finer mesh",
                         technology_get_label(s->technology[t].technology), curve->n_report);
    }
    return ST_OK;
}

void margin_curve_done(struct compare_curve *c)
{
    mem_free(c->point);
    mem_free(c->search_margin_K);
    *c = (struct compare_curve){0};
}

/* ---- read off ---- */

int margin_curve_eval_best(const struct compare_curve *c, double hre_kg)
{
    int best = -1;
    for (int k = 0; k < c->n; k++)
        if (c->point[k].r.hre_kg <= hre_kg && (best < 0 || c->point[k].r.rotor_margin_K > c->point[best].r.rotor_margin_K))
            best = k;
    return best;
}

double margin_curve_eval_need_kg(const struct compare_curve *c, double margin_K)
{
    double least = (double)NAN;
    for (int k = 0; k < c->n; k++)
        if (c->point[k].r.rotor_margin_K >= margin_K)
            least = fmin(least, c->point[k].r.hre_kg); /* fmin passes over NAN */
    return least;
}

double margin_curve_get_goal_K(const struct comparison *c)
{
    double goal = (double)NAN;
    for (int t = 0; t < c->study->n_technology; t++) {
        int k = margin_curve_eval_best(&c->tech[t].curve, 0.0);
        if (k >= 0)
            goal = fmax(goal, c->tech[t].curve.point[k].r.rotor_margin_K);
    }
    return goal;
}

int margin_curve_get_budgets(const struct comparison *c, double hre_kg[MARGIN_CURVE_MAX_BUDGET])
{
    static const double NICE[] = {1.0, 2.0, 2.5, 5.0, 10.0};
    double high = 0.0;
    int n_point = 0, k = 0;
    for (int t = 0; t < c->study->n_technology; t++) {
        n_point += c->tech[t].curve.n;
        for (int q = 0; q < c->tech[t].curve.n; q++)
            high = fmax(high, c->tech[t].curve.point[q].r.hre_kg);
    }
    if (n_point == 0)
        return 0;
    if (!(high > 0.0)) {
        hre_kg[0] = 0.0;
        return 1;
    }
    double ten = pow(10.0, floor(log10(high / BUDGET_ROWS)));
    while (NICE[k] * ten * BUDGET_ROWS < high * (1.0 - 1e-12) && k + 1 < ARRAY_LEN(NICE))
        k++;
    int n = 1 + (int)ceil(high / (NICE[k] * ten) - 1e-9);
    for (int q = 0; q < n && q < MARGIN_CURVE_MAX_BUDGET; q++)
        hre_kg[q] = q * NICE[k] * ten;
    return n < MARGIN_CURVE_MAX_BUDGET ? n : MARGIN_CURVE_MAX_BUDGET;
}
