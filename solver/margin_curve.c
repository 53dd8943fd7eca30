/* margin_curve.c - search of the curve, and choice among the evaluated designs. Contract: margin_curve.h, compare_impl.h. */
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

static int count_swapped(const struct job_set *s, int n_x)
{
    int n = 0;
    for (int v = 0; v < n_x; v++)
        n += study_get_choices(s->study, s->technology, v) - 1;
    return SWAPPED * n;
}

/* Copies of the chosen designs with every other choice of each discrete variable of the study. Returns how many. */
static int set_swapped(const struct job_set *s, const struct choice *c, const struct explore_result *x, double *out)
{
    int n_choice[SPACE_MAX_VAR], n = 0;
    for (int v = 0; v < x->n_x; v++)
        n_choice[v] = study_get_choices(s->study, s->technology, v);
    for (int q = 0; q < c->n; q++)
        n += explore_set_other_parts(x->n_x, n_choice, x->x + c->index[q] * x->n_x, count_swapped(s, x->n_x), out + n * x->n_x);
    return n;
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

enum status margin_curve_search(struct job_set *s, struct err *e)
{
    const struct explore_result *x = &s->found;
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
