/* study_search.c - section `search` of a study: objectives, weights, limits, effort. */
#include "solver/study_impl.h"
#include <math.h>
#include <stddef.h>
#include "materials/base/banned.h"

struct search_nodes { struct study_search s; const struct yaml_node *objectives, *weights_pu, *limits, *substitutes, *margin_curve; };
static const struct schema_row CURVE_ROWS[] = {
    ROW(study_curve, "points", SCHEMA_INT, n_point, SCHEMA_REQUIRED, 2, 64, 0,
        "Most designs per technology that are evaluated again at report level and drawn"),
    ROW(study_curve, "generations", SCHEMA_INT, n_generation, SCHEMA_REQUIRED, 0, 1000, 0,
        "Generations of search.population designs per technology bred for grams and kelvin alone; 0: what the search has evaluated anyway"),
};
static const struct schema_row SEARCH_ROWS[] = {
    ROW(search_nodes, "seed", SCHEMA_INT, s.seed, SCHEMA_REQUIRED, 0, 2147483647, 0, "Seed of every random stream"),
    ROW(search_nodes, "start_designs", SCHEMA_INT, s.n_start, SCHEMA_REQUIRED, 16, 100000, 0,
        "Start designs per technology: the front of an earlier technology with the same design space, then an even cover"),
    ROW(search_nodes, "population", SCHEMA_INT, s.n_population, SCHEMA_REQUIRED, 4, 10000, 0, "Designs evaluated per generation"),
    ROW(search_nodes, "generations", SCHEMA_INT, s.n_generation, SCHEMA_REQUIRED, 0, 10000, 0,
        "Generations after the start designs"),
    ROW(search_nodes, "generations_max", SCHEMA_INT, s.n_generation_max, SCHEMA_REQUIRED, 0, 10000, 0,
        "The search of a technology goes on to this many generations while it has fewer than front_min non-dominated feasible designs"),
    ROW(search_nodes, "stall_generations", SCHEMA_INT, s.n_stall, SCHEMA_REQUIRED, 1, 10000, 0,
        "A technology without a feasible design is given up when its least miss has not fallen by 5 % in this many generations"),
    ROW(search_nodes, "candidate_factor", SCHEMA_INT, s.n_candidate_factor, SCHEMA_REQUIRED, 1, 100, 0,
        "Candidates screened per evaluated design; 1 = no screening"),
    ROW(search_nodes, "front_min", SCHEMA_INT, s.n_front_min, SCHEMA_REQUIRED, 1, 1000, 0,
        "Non-dominated designs wanted per technology; fewer gives a warning"),
    ROW(search_nodes, "refine_starts", SCHEMA_INT, s.n_refine_start, SCHEMA_OPTIONAL, 0, STUDY_MAX_REFINE_START, 2,
        "Designs per technology from which gradients lead on to the optimum: the best by score, each of another magnet, number of turns or "
        "set of diffused faces; 0: none"),
    ROW(search_nodes, "refine_steps", SCHEMA_INT, s.n_refine_step, SCHEMA_OPTIONAL, 0, 1000, 8,
        "Steps of a technology's refinement, at most, shared by its starts; 0: it is only said what binds and what is left to gain"),
    ROW(search_nodes, "bridge_points", SCHEMA_INT, s.n_bridge_point, SCHEMA_OPTIONAL, 2, 16, 0,
        "Bridge thicknesses tried on each chosen design, for safety against flux; absent: none"),
    NODE(search_nodes, objectives, SCHEMA_REQUIRED, "Two to four figures to trade against each other (see `motrade schema figures`)"),
    NODE(search_nodes, weights_pu, SCHEMA_REQUIRED, "Weight of each objective in the ranking, sum 1"),
    NODE(search_nodes, limits, SCHEMA_OPTIONAL, "Extra limits: list of {figure, min, max}"),
    NODE(search_nodes, substitutes, SCHEMA_OPTIONAL,
         "Magnets tried in the chosen rotors beside those of the technologies, by name: can this rotor take the other magnet?"),
    NODE(search_nodes, margin_curve, SCHEMA_OPTIONAL,
         "Kelvin left in the rotor against grams of Dy and Tb, every point a redesigned motor: {points, generations}; absent: not drawn"),
};
struct limit_row { char figure[SCHEMA_TEXT_SIZE]; double min, max; };
static const struct schema_row LIMIT_ROWS[] = {
    ROW(limit_row, "figure", SCHEMA_TEXT, figure, SCHEMA_REQUIRED, 0, 0, 0, "Name of the figure"),
    ROW(limit_row, "min", SCHEMA_REAL, min, SCHEMA_OPTIONAL, -HUGE_VAL, HUGE_VAL, -HUGE_VAL,
        "Smallest value allowed, in the figure's unit"),
    ROW(limit_row, "max", SCHEMA_REAL, max, SCHEMA_OPTIONAL, -HUGE_VAL, HUGE_VAL, HUGE_VAL, "Largest value allowed, in the figure's unit"),
};

int study_get_search_sections(struct study_section *s)
{
    s[0] = (struct study_section){"search", "Objectives, weights, limits and effort", SEARCH_ROWS, ARRAY_LEN(SEARCH_ROWS)};
    s[1] = (struct study_section){"search.limits.*", "One extra limit", LIMIT_ROWS, ARRAY_LEN(LIMIT_ROWS)};
    s[2] = (struct study_section){"search.margin_curve", "Kelvin against grams of Dy and Tb", CURVE_ROWS, ARRAY_LEN(CURVE_ROWS)};
    return 3;
}

static enum status read_figure(const struct yaml_node *n, const char *key, const struct figure **out, struct err *e)
{
    *out = result_get_figure(key);
    if (*out)
        return ST_OK;
    int n_figure;
    const struct figure *all = result_get_figures(&n_figure);
    const char *keys[128];
    for (int k = 0; k < n_figure && k < 128; k++)
        keys[k] = all[k].key;
    const char *nearest = yaml_get_nearest(key, keys, n_figure < 128 ? n_figure : 128);
    return yaml_fail(n, e, "'%s' is no figure%s%s; `motrade schema figures` lists them", key, nearest ? "; nearest: " : "",
                     nearest ? nearest : "");
}

static enum status read_objectives(const struct search_nodes *n, struct study_search *s, struct err *e)
{
    if (n->objectives->kind != YAML_LIST || n->objectives->n_item < 2 || n->objectives->n_item > STUDY_MAX_OBJECTIVE)
        return yaml_fail(n->objectives, e, "expected a list of two to %d figures", STUDY_MAX_OBJECTIVE);
    s->n_objective = n->objectives->n_item;
    for (int k = 0; k < s->n_objective; k++) {
        const char *key = NULL;
        TRY(yaml_read_text_scalar(n->objectives->item[k], &key, e));
        TRY(read_figure(n->objectives->item[k], key, &s->objective[k], e));
        if (s->objective[k]->better == FIGURE_NEUTRAL)
            return yaml_fail(n->objectives->item[k], e, "'%s' has no better side; choose another figure", key);
    }
    int n_weight;
    double sum = 0.0;
    TRY(yaml_read_real_list(n->weights_pu, 1.0, s->weight_pu, STUDY_MAX_OBJECTIVE, &n_weight, e));
    for (int k = 0; k < n_weight; k++) {
        if (s->weight_pu[k] < 0.0)
            return yaml_fail(n->weights_pu, e, "weight %g is negative", s->weight_pu[k]);
        sum += s->weight_pu[k];
    }
    if (n_weight != s->n_objective || fabs(sum - 1.0) > 1e-6)
        return yaml_fail(n->weights_pu, e, "%d weights with sum %g; expected %d with sum 1", n_weight, sum, s->n_objective);
    return ST_OK;
}

static enum status read_limits(const struct yaml_node *list, struct study_search *s, struct err *e)
{
    if (!list)
        return ST_OK;
    if (list->kind != YAML_LIST || list->n_item > STUDY_MAX_LIMIT)
        return yaml_fail(list, e, "expected a list of at most %d limits {figure, min, max}", STUDY_MAX_LIMIT);
    s->n_limit = list->n_item;
    for (int k = 0; k < s->n_limit; k++) {
        struct limit_row row = {0};
        TRY(yaml_read_table(list->item[k], LIMIT_ROWS, ARRAY_LEN(LIMIT_ROWS), &row, e));
        TRY(read_figure(list->item[k], row.figure, &s->limit[k].figure, e));
        if (!(row.min > -HUGE_VAL) && !(row.max < HUGE_VAL))
            return yaml_fail(list->item[k], e, "limit on %s has neither min nor max", row.figure);
        s->limit[k].min = row.min;
        s->limit[k].max = row.max;
    }
    return ST_OK;
}

static enum status read_substitutes(const struct yaml_node *list, const struct matlib *lib, struct study_search *s, struct err *e)
{
    if (!list)
        return ST_OK;
    if (list->kind != YAML_LIST || list->n_item > STUDY_MAX_SUBSTITUTE)
        return yaml_fail(list, e, "expected a list of at most %d magnets", STUDY_MAX_SUBSTITUTE);
    for (int k = 0; k < list->n_item; k++) {
        const char *name = NULL;
        TRY(yaml_read_text_scalar(list->item[k], &name, e));
        TRY(matlib_get_magnet(lib, name, list->item[k], &s->substitute[s->n_substitute++], e));
    }
    return ST_OK;
}

enum status study_read_search(const struct yaml_node *map, const struct matlib *lib, struct study_search *s, struct err *e)
{
    struct search_nodes n = {0};
    TRY(yaml_read_table(map, SEARCH_ROWS, ARRAY_LEN(SEARCH_ROWS), &n, e));
    *s = n.s;
    TRY(read_objectives(&n, s, e));
    TRY(read_substitutes(n.substitutes, lib, s, e));
    if (n.margin_curve)
        TRY(yaml_read_table(n.margin_curve, CURVE_ROWS, ARRAY_LEN(CURVE_ROWS), &s->curve, e));
    return read_limits(n.limits, s, e);
}
