/* out_risk_json.c - result.json of `motrade risk`: everything that was reckoned, and what it was reckoned from. Contract: out_risk.h. */
#include "solver/out_risk.h"
#include "materials/base/date.h"
#include "solver/cli.h"
#include "solver/out_json.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

static json_t *get_reals(int n, const double *v)
{
    json_t *a = json_array();
    for (int k = 0; k < n; k++)
        json_array_append_new(a, out_json_get_real(v[k]));
    return a;
}

static void set_figure(json_t *o, const char *key, const struct risk_figure *f)
{
    char name[64];
    snprintf(name, sizeof name, "%s_USD", key);
    json_object_set_new(o, name, out_json_get_real(f->value_USD));
    snprintf(name, sizeof name, "%s_standard_error_USD", key);
    json_object_set_new(o, name, out_json_get_real(f->standard_error_USD));
}

static json_t *get_margin(const struct risk_study *s)
{
    const struct risk_margin *x = &s->margin;
    return json_pack("{s:o, s:s, s:s, s:s, s:o, s:o}", "ratio_pu", out_json_get_real(x->ratio_pu), "motor", s->bill[x->bill].name, "cheap",
                     s->economics.sourcing->name, "safe", x->safe->name, "difference_USD", out_json_get_real(x->margin_USD / x->ratio_pu),
                     "lost_margin_USD_per_motor", out_json_get_real(x->margin_USD));
}

static json_t *get_conventions(void)
{
    static const char *const TEXT[][2] = {
        {"cost_with_risk", "processing + elements at today's FOB price + risk cost, USD per motor"},
        {"risk_cost", "(E[C] - C_0) + loading (CVaR[C] - E[C]) = drift + holding + shortage + tail"},
        {"drift", "what FOB spot prices are expected to do"},
        {"holding", "contract price over spot, premium, stock, qualification"},
        {"shortage", "lost margin times the expected share of motors that cannot be built"},
        {"tail", "loading times (CVaR - mean)"},
        {"standard_error", "of the Monte-Carlo mean, from antithetic pairs; the same draws for all motors and strategies"},
        {"mean_cvar_var", "of the elements and the shortage, without processing, in table; with processing in distribution"},
        {"prices",
         "USD at the study date, per kg of contained element; inside: FOB China; outside: what routes outside China are priced by"},
        {"months", "month 0 begins on the study date; outages at a month's beginning, prices at its end"},
        {"map", "base scenario without dated events; hazard and recovery of every node that controls prices set to the point"},
        {"null", "not applicable"},
    };
    json_t *o = json_object();
    for (int k = 0; k < ARRAY_LEN(TEXT); k++)
        json_object_set_new(o, TEXT[k][0], json_string(TEXT[k][1]));
    return o;
}

/* ---- the answer ---- */

static json_t *get_decision(const struct risk_run *r)
{
    const struct risk_study *s = r->study;
    const int i = s->base_scenario, w = r->winner[i], u = r->runner_up[i];
    char text[1024];
    json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:o}", "scenario", s->scenario[i]->name, "motor", s->bill[w].name, "technology",
                          technology_get_key(s->bill[w].technology), "strategy", risk_run_get_sourcing(r, i, w)->name, "cost_with_risk_USD",
                          out_json_get_real(risk_run_eval_least_USD(r, i, w)));
    json_object_set_new(o, "runner_up", u >= 0 ? json_string(s->bill[u].name) : json_null());
    json_object_set_new(o, "runner_up_dearer_by_USD", out_json_get_real(r->gap_USD));
    json_object_set_new(o, "runner_up_dearer_by_standard_error_USD", out_json_get_real(r->gap_standard_error_USD));
    json_object_set_new(o, "text", json_string(out_risk_get_decision(r, 0, text, sizeof text)));
    return o;
}

static json_t *get_changes(const struct risk_run *r, const struct risk_turn *t)
{
    json_t *list = json_array();
    char text[1024];
    for (int k = 0; k < t->n_change; k++) {
        const struct risk_change *x = &t->change[k];
        json_t *o = json_pack("{s:b, s:s, s:s, s:s}", "changes_motor", x->motor < 0, "motor", r->study->bill[x->bill].name, "strategy",
                              r->study->sourcing[x->sourcing]->name, "text", out_risk_get_change(r, x, text, sizeof text));
        set_figure(o, "gain", &x->gain);
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *get_turns(const struct risk_run *r)
{
    json_t *list = json_array();
    for (int k = 0; k < r->n_turn; k++) {
        const struct risk_turn *t = &r->turn[k];
        json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:o, s:o, s:s, s:o}", "input", t->what, "value", out_json_get_real(t->value),
                                              "low", out_json_get_real(t->low), "high", out_json_get_real(t->high), "turns_at",
                                              out_json_get_real(t->is_high ? t->high : t->low), "source", t->source, "changes",
                                              get_changes(r, t)));
    }
    return list;
}

static json_t *get_result(const struct risk_run *r, const struct market *m, const struct risk_result *c, int b)
{
    json_t *o = json_object();
    json_object_set_new(o, "cost_with_risk_USD",
                        out_json_get_real(r->study->bill[b].processing_USD + c->today_USD + c->risk_cost.value_USD));
    set_figure(o, "risk_cost", &c->risk_cost);
    set_figure(o, "drift", &c->drift);
    set_figure(o, "holding", &c->holding);
    set_figure(o, "shortage", &c->shortage);
    set_figure(o, "tail", &c->tail);
    set_figure(o, "mean", &c->mean);
    set_figure(o, "cvar", &c->cvar);
    json_object_set_new(o, "var_USD", out_json_get_real(c->var_USD));
    json_object_set_new(o, "unbuilt_mean_pu", out_json_get_real(c->unbuilt_mean_pu));
    json_object_set_new(o, "capacity_use_pu", out_json_get_real(c->capacity_use_pu));
    json_object_set_new(o, "capacity_route", c->capacity_route >= 0 ? json_string(m->routes.route[c->capacity_route].name) : json_null());
    return o;
}

static json_t *get_cell(const struct risk_run *r, const struct market *m, int i, int k, int b)
{
    json_t *o = get_result(r, m, risk_run_get_cell(r, i, k, b), b);
    json_object_set_new(o, "is_cheapest_strategy", json_boolean(r->best[i][b] == k));
    return o;
}

/* The best mix: shares by route and months in stock by chain. */
static json_t *get_mix(const struct risk_run *r, const struct market *m, int i, int b)
{
    const struct risk_mix *x = &r->mix[i * r->study->n_bill + b];
    json_t *chains = json_object();
    char text[1200];
    if (!x->is_solved) {
        json_decref(chains);
        return json_null();
    }
    for (int c = 0; c < m->n_chain; c++) {
        const struct sourcing_chain *in = &x->sourcing.chain[c];
        json_t *share = json_object();
        for (int k = 0; k < in->n_leg; k++)
            json_object_set_new(share, m->routes.route[in->leg[k].route].name, out_json_get_real(in->leg[k].share_pu));
        json_object_set_new(chains, m->chain[c],
                            json_pack("{s:o, s:o}", "stock_months", out_json_get_real(in->stock_months), "share_pu", share));
    }
    json_t *o = get_result(r, m, &x->r, b);
    json_object_set_new(o, "is_cheapest", json_boolean(risk_run_get_mix(r, i, b) != NULL));
    json_object_set_new(o, "programme_gap_USD", out_json_get_real(x->gap_USD));
    json_object_set_new(o, "programme_kkt_rel", out_json_get_real(x->kkt_rel));
    json_object_set_new(o, "text", json_string(out_risk_get_mix(r, i, b, 0, text, sizeof text)));
    json_object_set_new(o, "chains", chains);
    return o;
}

static json_t *get_mixes(const struct risk_run *r, const struct market *m)
{
    const struct risk_study *s = r->study;
    json_t *o = json_object();
    for (int i = 0; i < s->n_scenario; i++) {
        json_t *motors = json_object();
        for (int b = 0; b < s->n_bill; b++)
            json_object_set_new(motors, s->bill[b].name, get_mix(r, m, i, b));
        json_object_set_new(o, s->scenario[i]->name, motors);
    }
    return o;
}

static json_t *get_table(const struct risk_run *r, const struct market *m)
{
    const struct risk_study *s = r->study;
    json_t *list = json_array();
    for (int i = 0; i < s->n_scenario; i++)
        for (int k = 0; k < s->n_sourcing; k++) {
            if (r->left_out[k][0])
                continue;
            json_t *motors = json_object();
            for (int b = 0; b < s->n_bill; b++)
                json_object_set_new(motors, s->bill[b].name, get_cell(r, m, i, k, b));
            json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "scenario", s->scenario[i]->name, "strategy", s->sourcing[k]->name,
                                                  "motors", motors));
        }
    return list;
}

static json_t *get_bills(const struct risk_run *r, const struct market *m)
{
    const struct risk_study *s = r->study;
    json_t *list = json_array();
    for (int b = 0; b < s->n_bill; b++) {
        json_t *q = json_object();
        for (int i = 0; i < m->n_element; i++)
            if (s->bill[b].q_kg[i] > 0.0)
                json_object_set_new(q, m->symbol[i], out_json_get_real(s->bill[b].q_kg[i]));
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o, s:o, s:o}", "name", s->bill[b].name, "technology",
                                              technology_get_key(s->bill[b].technology), "source", s->bill[b].source, "processing_USD",
                                              out_json_get_real(s->bill[b].processing_USD), "cost_today_USD",
                                              out_json_get_real(r->outlook[b].cost_today_USD), "purchased_kg", q));
    }
    return list;
}

/* ---- distribution and attribution, base scenario at the cheapest strategy ---- */

static json_t *get_attribution(const struct risk_outlook *o, const struct risk_bill *b, const struct market *m)
{
    json_t *elements = json_object();
    for (int i = 0; i < m->n_element; i++)
        if (b->q_kg[i] > 0.0) {
            json_t *one = json_pack("{s:s, s:o, s:o, s:o, s:o}", "chain", m->chain[m->element[i].chain], "drift_USD",
                                    out_json_get_real(o->elements.drift_USD[i]), "holding_USD",
                                    out_json_get_real(o->elements.holding_USD[i]), "shortage_USD",
                                    out_json_get_real(o->elements.shortage_USD[i]), "tail_USD", out_json_get_real(o->elements.tail_USD[i]));
            set_figure(one, "risk_cost", &o->elements.risk_cost[i]);
            json_object_set_new(elements, m->symbol[i], one);
        }
    return elements;
}

static json_t *get_stages(const struct risk_outlook *o, const struct risk_bill *b, const struct market *m)
{
    json_t *all = json_object();
    for (int i = 0; i < m->n_element; i++) {
        json_t *one = json_object();
        for (int g = 0; g < RISK_STAGE_COUNT && b->q_kg[i] > 0.0; g++)
            json_object_set_new(one, risk_stage_get_text((enum risk_stage)g), out_json_get_real(o->stages.risk_cost_USD[i][g]));
        if (b->q_kg[i] > 0.0)
            json_object_set_new(all, m->symbol[i], one);
        else
            json_decref(one);
    }
    return all;
}

static json_t *get_years(const struct risk_run *r, const struct market *m, int b)
{
    json_t *list = json_array();
    for (int y = 0; y < r->outlook[b].n_year; y++) {
        json_t *one = get_result(r, m, &r->outlook[b].year[y].risk, b);
        json_object_set_new(one, "year", json_integer(r->outlook[b].year[y].year));
        json_array_append_new(list, one);
    }
    return list;
}

/* Of every dearer route against the sourcing of the economics. */
static json_t *get_break_evens(const struct risk_outlook *o, const struct market *m)
{
    json_t *list = json_array();
    for (int k = 0; k < o->n_break_even; k++) {
        const struct strategy_break_even *x = &o->break_even[k];
        json_t *one = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o}", "route", m->routes.route[x->route].name, "chain",
                                m->chain[x->chain], "dearer_by_USD", out_json_get_real(x->difference_USD), "rule_low_pu",
                                out_json_get_real(x->rule_low_pu), "rule_high_pu", out_json_get_real(x->rule_high_pu),
                                "closed_form_per_year", out_json_get_real(x->closed_form_pu), "break_even_probability_pu",
                                out_json_get_real(x->is_found ? x->probability_pu : (double)NAN), "is_found", x->is_found,
                                "break_even_standard_error_pu", out_json_get_real(x->standard_error_pu), "today_probability_pu",
                                out_json_get_real(x->today_probability_pu));
        set_figure(one, "saves", &x->saves_USD);
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *get_outlooks(const struct risk_run *r, const struct market *m)
{
    const struct risk_study *s = r->study;
    json_t *list = json_array();
    for (int b = 0; b < s->n_bill; b++) {
        const struct risk_outlook *o = &r->outlook[b];
        json_t *one = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "motor", s->bill[b].name, "strategy",
                                risk_run_get_sourcing(r, s->base_scenario, b)->name, "cost_today_USD", out_json_get_real(o->cost_today_USD),
                                "mean_USD", out_json_get_real(o->mean_USD), "var_USD", out_json_get_real(o->var_USD), "cvar_USD",
                                out_json_get_real(o->cvar_USD));
        json_object_set_new(one, "histogram_low_USD", out_json_get_real(o->low_USD));
        json_object_set_new(one, "histogram_high_USD", out_json_get_real(o->high_USD));
        json_object_set_new(one, "histogram_share_pu", get_reals(RISK_RUN_BINS, o->share_pu));
        json_object_set_new(one, "attribution", get_attribution(o, &s->bill[b], m));
        json_object_set_new(one, "attribution_by_stage_USD", get_stages(o, &s->bill[b], m));
        json_object_set_new(one, "years", get_years(r, m, b));
        json_object_set_new(one, "break_even_routes", get_break_evens(o, m));
        json_array_append_new(list, one);
    }
    return list;
}

/* ---- months ---- */

static json_t *get_prices(const struct risk_run *r, const struct market *m)
{
    json_t *o = json_object();
    for (int i = 0; i < m->n_element; i++) {
        if (!risk_run_is_bought(r->study, i))
            continue;
        json_t *side[2];
        for (int q = 0; q < 2; q++) {
            side[q] = json_array();
            for (int k = 0; k < RISK_RUN_LEVELS; k++)
                json_array_append_new(side[q],
                                      get_reals(r->n_month, r->price_USD_per_kg + ((i * 2 + q) * RISK_RUN_LEVELS + k) * r->n_month));
        }
        json_object_set_new(o, m->symbol[i], json_pack("{s:o, s:o, s:o}", "today_USD_per_kg", out_json_get_real(m->price_USD_per_kg[i]),
                                                       "inside_USD_per_kg", side[0], "outside_USD_per_kg", side[1]));
    }
    json_t *level = get_reals(RISK_RUN_LEVELS, risk_run_level_pu);
    return json_pack("{s:o, s:s, s:o}", "level_pu", level, "index", "[level][month]", "elements", o);
}

static json_t *get_outages(const struct risk_run *r, const struct market *m)
{
    const struct scenario *sc = r->study->scenario[r->study->base_scenario];
    json_t *nodes = json_object(), *events = json_array();
    for (int g = 0; g < m->nodes.n; g++)
        json_object_set_new(nodes, m->nodes.node[g].name, get_reals(r->n_month, r->down_pu + g * r->n_month));
    for (int k = 0; k < sc->n_event; k++) {
        char day[DATE_TEXT_SIZE];
        date_write(sc->event[k].days, day);
        json_array_append_new(events, json_pack("{s:s, s:s, s:o}", "date", day, "doc", sc->event[k].doc, "probability_pu",
                                                out_json_get_real(sc->event[k].probability_pu.value)));
    }
    return json_pack("{s:o, s:o}", "down_pu", nodes, "events", events);
}

static json_t *get_map(const struct risk_run *r)
{
    const struct risk_study *s = r->study;
    json_t *points = json_array();
    for (int d = 0; d < s->n_duration; d++)
        for (int p = 0; p < s->n_probability; p++) {
            const int at = d * s->n_probability + p;
            json_t *best = json_object();
            for (int b = 0; b < s->n_bill; b++)
                json_object_set_new(best, s->bill[b].name,
                                    json_pack("{s:s, s:o}", "strategy", s->sourcing[r->map_sourcing[at * s->n_bill + b]]->name,
                                              "risk_cost_USD", out_json_get_real(r->map_cost_USD[at * s->n_bill + b])));
            json_array_append_new(points, json_pack("{s:o, s:o, s:s, s:o}", "probability_per_year_pu",
                                                    out_json_get_real(s->probability_pu[p]), "duration_months",
                                                    out_json_get_real(s->duration_months[d]), "cheapest_motor",
                                                    s->bill[r->map_winner[at]].name, "motors", best));
        }
    return points;
}

/* ---- data behind it ---- */

static void set_datum(json_t *o, const char *key, const struct datum *d)
{
    if (d->source[0])
        json_object_set_new(o, key, json_pack("{s:o, s:o, s:o, s:s, s:s}", "value", out_json_get_real(d->value), "low",
                                              out_json_get_real(d->low), "high", out_json_get_real(d->high), "quality",
                                              datum_get_quality_text(d->quality), "source", d->source));
}

static json_t *get_elements(const struct risk_study *s, const struct market *m)
{
    json_t *o = json_object();
    for (int i = 0; i < m->n_element; i++) {
        const struct market_element *x = &m->element[i];
        if (!risk_run_is_bought(s, i))
            continue;
        char day[DATE_TEXT_SIZE];
        date_write(x->price_days, day);
        json_t *one = json_pack("{s:s, s:s, s:s}", "form", x->form, "chain", m->chain[x->chain], "price_date", day);
        set_datum(one, "form_price_USD_per_kg", &x->form_price_USD_per_kg);
        set_datum(one, "conversion_pu", &x->conversion_pu);
        set_datum(one, "outside_ratio", &x->outside_ratio);
        set_datum(one, "sigma_pu", &x->sigma_pu);
        set_datum(one, "kappa_per_year", &x->kappa_per_year);
        set_datum(one, "theta_USD_per_kg", &x->theta_USD_per_kg);
        set_datum(one, "jump_log", &x->jump_log);
        json_object_set_new(o, x->symbol, one);
    }
    return o;
}

static json_t *get_nodes(const struct risk_study *s, const struct market *m)
{
    const int destination = market_get_destination(m, s->economics.opts.destination);
    const struct scenario *sc = s->scenario[s->base_scenario];
    json_t *o = json_object();
    for (int g = 0; g < m->nodes.n; g++) {
        json_t *one = json_object();
        set_datum(one, "hazard_per_year", &sc->node[g].hazard_per_year);
        set_datum(one, "recovery_per_year", &sc->node[g].recovery_per_year);
        set_datum(one, "availability_up_pu", &sc->node[g].availability_up_pu[destination]);
        set_datum(one, "availability_down_pu", &sc->node[g].availability_down_pu[destination]);
        json_object_set_new(o, m->nodes.node[g].name, one);
    }
    return o;
}

static json_t *get_routes(const struct market *m)
{
    json_t *o = json_object();
    for (int k = 0; k < m->routes.n; k++) {
        const struct route *x = &m->routes.route[k];
        char day[DATE_TEXT_SIZE];
        date_write(x->from_days, day);
        json_t *one = json_pack("{s:s, s:s}", "chain", m->chain[x->chain], "from", day);
        set_datum(one, "premium_USD_per_kg", &x->premium_USD_per_kg);
        set_datum(one, "floor_USD_per_kg", &x->floor_USD_per_kg);
        set_datum(one, "cap_USD_per_kg", &x->cap_USD_per_kg);
        set_datum(one, "upside_share_pu", &x->upside_share_pu);
        set_datum(one, "qualification_USD", &x->qualification_USD);
        set_datum(one, "capacity_t_per_year", &x->capacity_t_per_year);
        json_object_set_new(o, x->name, one);
    }
    return o;
}

static json_t *get_notes(const struct risk_run *r)
{
    json_t *list = json_array();
    for (int k = 0; k < r->study->n_sourcing; k++)
        if (r->left_out[k][0])
            json_array_append_new(list, json_string(r->left_out[k]));
    for (int k = 0; k < r->n_note; k++)
        json_array_append_new(list, json_string(r->note[k]));
    return list;
}

enum status out_risk_write_json(const struct risk_run *r, const struct risk_run_opts *o, const char *path, struct err *e)
{
    const struct risk_study *s = r->study;
    char hash[32];
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)s->hash);
    json_t *root = json_pack("{s:s, s:s, s:s, s:s, s:I, s:s}", "schema", "motrade/risk", "schema_version", RESULT_SCHEMA_VERSION,
                             "program_version", MOTRADE_VERSION, "study", s->name, "seed", (json_int_t)o->seed, "data_hash", hash);
    json_object_set_new(root, "decision", get_decision(r));
    if (r->study->margin.at)
        json_object_set_new(root, "margin_rule", get_margin(r->study));
    json_object_set_new(root, "assumed_inputs_tried", json_integer(r->n_assumed));
    json_object_set_new(root, "assumed_inputs_that_turn_it", get_turns(r));
    json_object_set_new(root, "conventions", get_conventions());
    json_object_set_new(root, "inputs", out_json_get_yaml(yaml_get_root(s->doc)));
    json_object_set_new(root, "motors", get_bills(r, o->market));
    json_object_set_new(root, "table", get_table(r, o->market));
    json_object_set_new(root, "best_mixes", get_mixes(r, o->market));
    json_object_set_new(root, "outlook", get_outlooks(r, o->market));
    json_object_set_new(root, "price_quantiles", get_prices(r, o->market));
    json_object_set_new(root, "outages", get_outages(r, o->market));
    json_object_set_new(root, "strategy_map", get_map(r));
    json_object_set_new(root, "data_quality", json_pack("{s:o, s:o, s:o}", "elements", get_elements(s, o->market), "nodes",
                                                        get_nodes(s, o->market), "routes", get_routes(o->market)));
    json_object_set_new(root, "notes", get_notes(r));
    return out_json_write(root, path, e);
}
