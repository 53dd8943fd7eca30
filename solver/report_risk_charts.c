/* report_risk_charts.c - data of the charts of the risk page; its script only lays them out. */
#include "solver/report_risk_impl.h"
#include "materials/base/date.h"
#include "solver/out_json.h"
#include "solver/supply_words.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

static json_t *get_reals(int n, const double *v, double factor)
{
    json_t *a = json_array();
    for (int k = 0; k < n; k++)
        json_array_append_new(a, out_json_get_real(factor * v[k]));
    return a;
}

static json_t *get_words(const char *name)
{
    char s[128];
    return json_string(supply_words_get(name, s, sizeof s));
}

static json_t *get_way(const struct risk_run *r, int bill)
{
    const int i = r->study->base_scenario;
    if (risk_run_is_indifferent(r, i, bill))
        return json_string("bought anyhow");
    return risk_run_get_mix(r, i, bill) ? json_string("best mix") : get_words(r->study->sourcing[r->best[i][bill]]->name);
}

/* Motors of one technology have its colour, later ones paler. */
static json_t *get_motors(const struct risk_run *r)
{
    const struct risk_study *s = r->study;
    json_t *list = json_array();
    for (int b = 0; b < s->n_bill; b++) {
        const struct risk_outlook *o = &r->outlook[b];
        int twin = 0;
        for (int q = 0; q < b; q++)
            twin += s->bill[q].technology == s->bill[b].technology;
        char color[16];
        snprintf(color, sizeof color, "%s%s", report_get_color(s->bill[b].technology), twin == 0 ? "" : (twin == 1 ? "a0" : "60"));
        json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "label", s->bill[b].name, "color", color, "strategy",
                      get_way(r, b),
                      "low", out_json_get_real(o->low_USD), "high", out_json_get_real(o->high_USD), "mean", out_json_get_real(o->mean_USD),
                      "cvar", out_json_get_real(o->cvar_USD), "share", get_reals(RISK_RUN_BINS, o->share_pu, 100.0)));
    }
    return list;
}

/* ---- attribution ---- */

static void add_bar(json_t *list, json_t *label, const char *color, json_t *value)
{
    json_array_append_new(list, json_pack("{s:o, s:s, s:o}", "label", label, "color", color, "value", value));
}

static const char *get_palette(int k)
{
    static const char *const COLOR[] = {"#7b3294", "#c2a5cf", "#b87333", "#6b7a8f", "#0072b2", "#56b4e9", "#009e73", "#e69f00",
                                        "#d55e00", "#cc79a7", "#444444", "#a6761d", "#66a61e", "#b8c0cc"};
    return COLOR[k % ARRAY_LEN(COLOR)];
}

/* One bar piece for each element that carries at least a hundredth of some motor's risk; the rest together. */
static json_t *get_by_element(const struct risk_run *r, const struct market *m)
{
    const struct risk_study *s = r->study;
    json_t *list = json_array();
    double rest[RISK_STUDY_MAX_BILL] = {0};
    int n = 0;
    for (int i = 0; i < m->n_element; i++) {
        double v[RISK_STUDY_MAX_BILL];
        int is_large = 0;
        for (int b = 0; b < s->n_bill; b++) {
            double total = 0.0;
            for (int q = 0; q < m->n_element; q++)
                total += fabs(r->outlook[b].elements.risk_cost[q].value_USD);
            v[b] = r->outlook[b].elements.risk_cost[i].value_USD;
            is_large |= fabs(v[b]) > 0.01 * total;
        }
        for (int b = 0; b < s->n_bill && !is_large; b++)
            rest[b] += v[b];
        if (is_large)
            add_bar(list, get_words(m->symbol[i]), get_palette(n++), get_reals(s->n_bill, v, 1.0));
    }
    add_bar(list, json_string("all other elements"), "#d9dfe5", get_reals(s->n_bill, rest, 1.0));
    return list;
}

static json_t *get_by_chain(const struct risk_run *r, const struct market *m)
{
    const struct risk_study *s = r->study;
    json_t *list = json_array();
    for (int c = 0, n = 0; c < m->n_chain; c++) {
        double v[RISK_STUDY_MAX_BILL] = {0};
        int is_used = 0;
        for (int i = 0; i < m->n_element; i++)
            for (int b = 0; b < s->n_bill && m->element[i].chain == c; b++) {
                v[b] += r->outlook[b].elements.risk_cost[i].value_USD;
                is_used |= s->bill[b].q_kg[i] > 0.0;
            }
        if (is_used)
            add_bar(list, get_words(m->chain[c]), get_palette(n++), get_reals(s->n_bill, v, 1.0));
    }
    return list;
}

static json_t *get_by_stage(const struct risk_run *r, const struct market *m)
{
    const struct risk_study *s = r->study;
    json_t *list = json_array();
    for (int g = 0; g < RISK_STAGE_COUNT; g++) {
        double v[RISK_STUDY_MAX_BILL] = {0};
        for (int b = 0; b < s->n_bill; b++)
            for (int i = 0; i < m->n_element; i++)
                v[b] += r->outlook[b].stages.risk_cost_USD[i][g];
        add_bar(list, get_words(risk_stage_get_text((enum risk_stage)g)), get_palette(g + 4), get_reals(s->n_bill, v, 1.0));
    }
    return list;
}

static json_t *get_by_part(const struct risk_run *r)
{
    static const struct { const char *label, *color; size_t offset; } PART[] = {
        {"price drift", "#fdd49e", offsetof(struct risk_result, drift)},
        {"holding, premium", "#fdae61", offsetof(struct risk_result, holding)},
        {"shortage", "#e34a33", offsetof(struct risk_result, shortage)},
        {"tail", "#8c1d18", offsetof(struct risk_result, tail)}};
    const struct risk_study *s = r->study;
    json_t *list = json_array();
    for (int p = 0; p < ARRAY_LEN(PART); p++) {
        double v[RISK_STUDY_MAX_BILL];
        for (int b = 0; b < s->n_bill; b++) {
            const char *cell = (const char *)risk_run_get_least(r, s->base_scenario, b);
            v[b] = ((const struct risk_figure *)(const void *)(cell + PART[p].offset))->value_USD;
        }
        add_bar(list, json_string(PART[p].label), PART[p].color, get_reals(s->n_bill, v, 1.0));
    }
    return list;
}

/* ---- months ---- */

static json_t *get_fans(const struct risk_run *r, const struct market *m)
{
    json_t *list = json_array();
    for (int i = 0; i < m->n_element; i++) {
        if (!risk_run_is_bought(r->study, i))
            continue;
        json_t *side[2];
        for (int q = 0; q < 2; q++) {
            side[q] = json_array();
            for (int k = 0; k < RISK_RUN_LEVELS; k++)
                json_array_append_new(
                    side[q], get_reals(r->n_month, r->price_USD_per_kg + ((i * 2 + q) * RISK_RUN_LEVELS + k) * r->n_month, 1.0));
        }
        json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o}", "label", get_words(m->symbol[i]), "today",
                                              out_json_get_real(m->price_USD_per_kg[i]), "inside", side[0], "outside", side[1]));
    }
    return list;
}

static int is_bought_chain(const struct risk_run *r, const struct market *m, int chain)
{
    for (int i = 0; i < m->n_element; i++)
        if (m->element[i].chain == chain && risk_run_is_bought(r->study, i))
            return 1;
    return 0;
}

static json_t *get_nodes(const struct risk_run *r, const struct market *m)
{
    json_t *list = json_array();
    for (int g = 0, n = 0; g < m->nodes.n; g++)
        if (is_bought_chain(r, m, m->nodes.node[g].chain))
            json_array_append_new(list, json_pack("{s:o, s:s, s:s, s:b, s:o}", "label", get_words(m->nodes.node[g].name), "doc",
                                                  m->nodes.node[g].doc, "color", get_palette(n++), "controlled",
                                                  m->nodes.node[g].controls_price, "down",
                                                  get_reals(r->n_month, r->down_pu + g * r->n_month, 100.0)));
    return list;
}

static json_t *get_events(const struct risk_run *r, const struct market *m)
{
    const struct scenario *sc = r->study->scenario[r->study->base_scenario];
    const struct risk_opts *o = &r->study->economics.opts;
    const int destination = market_get_destination(m, o->destination);
    json_t *list = json_array();
    for (int k = 0; k < sc->n_event; k++) {
        const double month = date_get_months(o->study_days, sc->event[k].days);
        char day[DATE_TEXT_SIZE];
        if (!(sc->event[k].destination_mask >> destination & 1u) || month < 0.0 || month >= r->n_month)
            continue;
        date_write(sc->event[k].days, day);
        json_array_append_new(list, json_pack("{s:s, s:s, s:f, s:o}", "date", day, "doc", sc->event[k].doc, "month", month, "probability",
                                              out_json_get_real(100.0 * sc->event[k].probability_pu.value)));
    }
    return list;
}

/* ---- strategy map ---- */

static json_t *get_map(const struct risk_run *r)
{
    const struct risk_study *s = r->study;
    const int n = s->n_probability * s->n_duration;
    json_t *strategy = json_array(), *winner = json_array(), *cost = json_array(), *names = json_array();
    for (int k = 0; k < n; k++)
        json_array_append_new(winner, json_integer(r->map_winner[k]));
    for (int k = 0; k < n * s->n_bill; k++) {
        json_array_append_new(strategy, json_integer(r->map_sourcing[k]));
        json_array_append_new(cost, out_json_get_real(r->map_cost_USD[k]));
    }
    for (int k = 0; k < s->n_sourcing; k++)
        json_array_append_new(names, json_pack("{s:o, s:s}", "label", get_words(s->sourcing[k]->name), "color", get_palette(k)));
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "probability", get_reals(s->n_probability, s->probability_pu, 100.0), "duration",
                     get_reals(s->n_duration, s->duration_months, 1.0), "strategy", strategy, "winner", winner, "cost", cost, "names",
                     names);
}

json_t *report_risk_get_charts(const struct risk_run *r, const struct market *m)
{
    char day[DATE_TEXT_SIZE];
    date_write(r->study->economics.opts.study_days, day);
    json_t *root = json_pack("{s:s, s:i, s:i}", "start", day, "months", r->n_month, "winner", r->winner[r->study->base_scenario]);
    json_object_set_new(root, "motor", get_motors(r));
    json_object_set_new(root, "attribution", json_pack("{s:o, s:o, s:o, s:o}", "elements", get_by_element(r, m), "stages",
                                                       get_by_stage(r, m), "supply chains", get_by_chain(r, m), "parts", get_by_part(r)));
    json_object_set_new(root, "fan", get_fans(r, m));
    json_object_set_new(root, "node", get_nodes(r, m));
    json_object_set_new(root, "event", get_events(r, m));
    json_object_set_new(root, "map", get_map(r));
    return root;
}
