#include "solver/out_json.h"
#include "solver/optimum_row.h"
#include "materials/base/text.h"
#include "materials/base/units.h"
#include "materials/base/numtext.h"
#include "solver/bridge_sweep.h"
#include "solver/cli.h"
#include "solver/margin_curve.h"
#include "solver/out_risk.h"
#include "solver/relax.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/banned.h"

json_t *out_json_get_real(double v)
{
    return isfinite(v) ? json_real(v + 0.0) : json_null(); /* -0.0 + 0.0 is 0.0 */
}

json_t *out_json_get_figures(const struct result *r)
{
    int n;
    const struct figure *f = result_get_figures(&n);
    json_t *o = json_object();
    for (int k = 0; k < n; k++)
        json_object_set_new(o, f[k].key, out_json_get_real(figure_eval(&f[k], r)));
    return o;
}

json_t *out_json_get_constraints(const struct result *r)
{
    json_t *o = json_object();
    for (int c = 0; c < CON_COUNT; c++)
        json_object_set_new(o, constraint_get_key((enum constraint)c),
                            json_pack("{s:o, s:b}", "g", out_json_get_real(r->g[c]), "ok", r->g[c] <= 0.0));
    return o;
}

static json_t *get_scalar(const struct yaml_node *n)
{
    double v;
    if (!n->quoted && strcmp(n->text, "true") == 0)
        return json_true();
    if (!n->quoted && strcmp(n->text, "false") == 0)
        return json_false();
    if (!n->quoted && numtext_read_real(n->text, &v) == ST_OK)
        return json_real(v);
    return json_string(n->text);
}

json_t *out_json_get_yaml(const struct yaml_node *n)
{
    if (n->kind == YAML_SCALAR)
        return get_scalar(n);
    json_t *o = n->kind == YAML_LIST ? json_array() : json_object();
    for (int k = 0; k < n->n_item; k++) {
        json_t *child = out_json_get_yaml(n->item[k]);
        if (n->kind == YAML_LIST)
            json_array_append_new(o, child);
        else
            json_object_set_new(o, n->item[k]->key, child);
    }
    return o;
}

json_t *out_json_get_conventions(void)
{
    static const char *const TEXT[][2] = {
        {"axes", "d on the magnet or field-winding north axis (flux outwards), q leads d by 90 electrical degrees"},
        {"transform", "amplitude-invariant Park; torque = 3/2 p (lambda_d i_q - lambda_q i_d)"},
        {"currents", "peak phase amperes, terminal quantities; rms only where a key says _rms"},
        {"voltages", "peak phase volts; dc link where a key says dc"},
        {"signs", "motor convention: positive torque and speed = motoring, anticlockwise; field weakening is i_d < 0"},
        {"current_angle", "gamma from +q towards -d, electrical degrees"},
        {"angles", "degrees at the interface; electrical where a key says _el"},
        {"temperatures", "degC in keys ending _degC, kelvin differences in keys ending _K"},
        {"prices", "USD at the study date, per kg of contained element"},
        {"masses", "m_: in the motor; q_: purchased, scrap included"},
        {"losses", "W, motor only, without inverter"},
        {"null", "not applicable, or not reached because the design failed an earlier stage"},
    };
    json_t *o = json_object();
    for (size_t k = 0; k < sizeof TEXT / sizeof TEXT[0]; k++)
        json_object_set_new(o, TEXT[k][0], json_string(TEXT[k][1]));
    return o;
}

enum status out_json_write(json_t *root, const char *path, struct err *e)
{
    char *s = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(17) | JSON_PRESERVE_ORDER);
    json_decref(root);
    if (!s)
        return err_set(e, ST_NO_MEMORY, path, "JSON text");
    enum status st = text_write_file(path, s, strlen(s), e);
    free(s);
    return st;
}

static json_t *get_design(const struct study *s, const struct compare_design *d)
{
    const struct study_technology *t = &s->technology[d->technology];
    int n_var;
    const struct space_var *var = space_get_vars(t->rotor_type, &n_var);
    json_t *x = json_object();
    for (int k = 0; k < n_var; k++)
        json_object_set_new(x, var[k].key, json_real(d->x[k]));
    const struct magnet *grade = t->grade[d->grade];
    return json_pack("{s:i, s:s, s:o, s:f, s:b, s:o, s:o}", "id", d->id, "magnet", grade ? grade->base.name : "none", "x_unit_box", x,
                     "score_pu", d->score, "on_joint_front", d->on_joint_front, "figures", out_json_get_figures(&d->r), "requirements",
                     out_json_get_constraints(&d->r));
}

/* Can the chosen rotor take another magnet? Figures at search level. */
static json_t *get_substitutions(const struct comparison *c, int technology)
{
    json_t *list = json_array();
    for (int k = 0; k < c->n_substitution; k++) {
        const struct substitution *x = &c->substitution[k];
        if (x->technology != technology)
            continue;
        json_t *one = json_pack("{s:s, s:s, s:b, s:b, s:s, s:o, s:o}", "magnet", x->magnet->base.name, "technology",
                                technology_get_key(x->magnet->technology), "is_own", x->is_own, "feasible", x->is_feasible, "fails",
                                x->reason, "figures", out_json_get_figures(&x->r), "requirements", out_json_get_constraints(&x->r));
        const struct risk_option *p = &x->option;
        json_object_set_new(
            one, "option",
            !x->has_option ? json_null()
                           : json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "value_USD", out_json_get_real(p->value_USD.value_USD),
                                       "value_standard_error_USD", out_json_get_real(p->value_USD.standard_error_USD),
                                       "risk_cost_without_USD", out_json_get_real(p->without_USD.value_USD), "risk_cost_with_USD",
                                       out_json_get_real(p->with_USD.value_USD), "unbuilt_without_pu",
                                       out_json_get_real(p->unbuilt_without_pu), "unbuilt_with_pu", out_json_get_real(p->unbuilt_with_pu),
                                       "used_pu", out_json_get_real(p->used_pu)));
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *get_technology(const struct comparison *c, int k)
{
    const struct compare_technology *t = &c->tech[k];
    const struct study_technology *st = &c->study->technology[k];
    json_t *o = json_pack("{s:s, s:s, s:b, s:i, s:i, s:i}", "key", technology_get_key(st->technology), "label",
                          technology_get_label(st->technology), "feasible", t->best >= 0, "designs_evaluated", t->n_evaluated,
                          "designs_feasible", t->n_feasible, "front_size", t->n_front);
    json_t *share = json_object();
    for (int q = 0; q < CON_COUNT; q++)
        json_object_set_new(share, constraint_get_key((enum constraint)q), out_json_get_real(t->binding_share[q]));
    json_object_set_new(o, "share_of_designs_violating_pu", share);
    json_object_set_new(o, "reason", json_string(t->reason));
    json_t *front = json_array();
    for (int q = 0; q < t->n_front; q++)
        json_array_append_new(front, get_design(c->study, &t->front[q]));
    json_object_set_new(o, "front", front);
    if (t->best < 0) {
        json_object_set_new(o, "would_be_feasible_with", relax_get_json(t));
        return o;
    }
    json_object_set_new(o, "chosen_id", json_integer(t->front[t->best].id));
    json_object_set_new(o, "probability_best_pu", out_json_get_real(t->p_best));
    json_object_set_new(o, "probability_best_standard_error_pu", out_json_get_real(t->p_best_standard_error));
    json_object_set_new(o, "regret_USD", out_json_get_real(t->regret_USD));
    if (t->has_mix) {
        char text[1200];
        out_risk_get_sourcing(c->study->economics.market, t->report.r.q_kg, &t->mix, 0, text, sizeof text);
        json_object_set_new(o, "best_mix", json_pack("{s:s, s:o}", "text", text, "programme_gap_USD", out_json_get_real(t->mix_gap_USD)));
    }
    json_object_set_new(o, "optimum", optimum_row_get_json(c, k));
    json_object_set_new(o, "mesh_error_pu", out_json_get_real(t->mesh_error_pu));
    json_object_set_new(o, "substitution", get_substitutions(c, k));
    json_object_set_new(o, "report_level", json_pack("{s:o, s:o, s:o, s:o}", "figures", out_json_get_figures(&t->report.r), "requirements",
                                                     out_json_get_constraints(&t->report.r), "machine", out_json_get_machine(&t->machine),
                                                     "detail", out_json_get_detail(&t->detail, &t->report.r, &c->study->setup)));
    return o;
}

static json_t *get_ranking(const struct comparison *c)
{
    json_t *list = json_array();
    int done[TECH_COUNT] = {0};
    for (;;) {
        int best = -1;
        for (int k = 0; k < c->study->n_technology; k++)
            if (!done[k] && c->tech[k].best >= 0 &&
                (best < 0 || c->tech[k].front[c->tech[k].best].score > c->tech[best].front[c->tech[best].best].score))
                best = k;
        if (best < 0)
            return list;
        done[best] = 1;
        json_array_append_new(list, json_pack("{s:s, s:f, s:o}", "technology", technology_get_key(c->study->technology[best].technology),
                                              "score_pu", c->tech[best].front[c->tech[best].best].score, "probability_best_pu",
                                              out_json_get_real(c->tech[best].p_best)));
    }
}

/* Best of all feasible designs of each technology, priced again under a scenario. */
static json_t *get_shift(const struct comparison *c, const struct scenario_cost *row)
{
    json_t *o = json_object();
    const struct bom_elements *el = &c->study->setup.elements;
    for (int t = 0; t < c->study->n_technology; t++) {
        const struct scenario_design *b = &row->best[t];
        if (b->feasible < 0)
            continue;
        const struct compare_feasible *d = &c->tech[t].feasible[b->feasible];
        const struct magnet *grade = c->study->technology[t].grade[d->grade];
        json_t *mass = json_object();
        for (int i = 0; i < el->n; i++)
            if (d->m_kg[i] > 0.0)
                json_object_set_new(mass, el->symbol[i], out_json_get_real(d->m_kg[i]));
        json_object_set_new(o, technology_get_key(c->study->technology[t].technology),
                            json_pack("{s:i, s:s, s:o, s:o, s:o, s:o, s:o}", "id", d->id, "magnet", grade ? grade->base.name : "none",
                                      "score_pu", out_json_get_real(b->score), "risk_cost_USD", out_json_get_real(b->risk_cost_USD),
                                      "standard_error_USD", out_json_get_real(b->standard_error_USD), "cost_with_risk_USD",
                                      out_json_get_real(b->cost_with_risk_USD), "net_kg", mass));
    }
    return o;
}

static json_t *get_decision(const struct comparison *c)
{
    const struct study_search *s = &c->study->search;
    json_t *objectives = json_array(), *turns = json_array(), *scenarios = json_array();
    for (int k = 0; k < s->n_objective; k++)
        json_array_append_new(objectives, json_pack("{s:s, s:s, s:f, s:f, s:f}", "figure", s->objective[k]->key, "better",
                                                    s->objective[k]->better == FIGURE_LOWER ? "lower" : "higher", "weight_pu",
                                                    s->weight_pu[k], "scale_low", c->objective_low[k], "scale_high", c->objective_high[k]));
    for (int k = 0; k < c->n_break_even; k++) {
        const struct break_even *b = &c->break_even[k];
        json_array_append_new(turns, json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:s}", "element", b->element, "from",
                                               technology_get_key(c->study->technology[b->from].technology), "to",
                                               b->to >= 0 ? technology_get_key(c->study->technology[b->to].technology) : "",
                                               "today_USD_per_kg", out_json_get_real(b->today_USD_per_kg), "break_even_USD_per_kg",
                                               out_json_get_real(b->break_even_USD_per_kg), "factor", out_json_get_real(b->factor), "text",
                                               b->text));
    }
    for (int k = 0; k < c->n_scenario; k++) {
        json_t *row = json_object(), *costs = json_object();
        json_object_set_new(row, "scenario", json_string(c->scenario[k].scenario));
        for (int q = 0; q < c->study->n_technology; q++)
            if (c->tech[q].best >= 0)
                json_object_set_new(costs, technology_get_key(c->study->technology[q].technology),
                                    json_pack("{s:o, s:o, s:o}", "risk_cost_USD", out_json_get_real(c->scenario[k].risk_cost_USD[q]),
                                              "standard_error_USD", out_json_get_real(c->scenario[k].standard_error_USD[q]),
                                              "cost_with_risk_USD", out_json_get_real(c->scenario[k].cost_with_risk_USD[q])));
        json_object_set_new(row, "technologies", costs);
        json_object_set_new(row, "best_designs", get_shift(c, &c->scenario[k]));
        json_object_set_new(row, "best_technology",
                            c->scenario[k].winner >= 0
                                ? json_string(technology_get_key(c->study->technology[c->scenario[k].winner].technology))
                                : json_null());
        json_array_append_new(scenarios, row);
    }
    return json_pack("{s:s, s:o, s:o, s:i, s:o, s:o, s:i}", "winner",
                     c->winner >= 0 ? technology_get_key(c->study->technology[c->winner].technology) : "none", "objectives", objectives,
                     "ranking", get_ranking(c), "joint_front_size", c->n_joint, "break_even", turns, "scenarios", scenarios,
                     "probability_samples", c->n_sample);
}

enum status out_json_write_comparison(const struct comparison *c, const struct compare_opts *o, const char *path, struct err *e)
{
    char data_hash[32];
    snprintf(data_hash, sizeof data_hash, "%016llx", o->lib->hash);
    json_t *root =
        json_pack("{s:s, s:s, s:s, s:s, s:I, s:s}", "schema", "motrade/result", "schema_version", RESULT_SCHEMA_VERSION, "program_version",
                  MOTRADE_VERSION, "study", c->study->name, "seed", (json_int_t)o->seed, "material_data_hash", data_hash);
    json_object_set_new(root, "conventions", out_json_get_conventions());
    json_object_set_new(root, "inputs", out_json_get_yaml(yaml_get_root(c->study->doc)));
    json_object_set_new(root, "decision", get_decision(c));
    json_object_set_new(root, "data_quality", out_json_get_data_quality(c->study));
    json_t *tech = json_array(), *warnings = json_array();
    for (int k = 0; k < c->study->n_technology; k++)
        json_array_append_new(tech, get_technology(c, k));
    json_object_set_new(root, "technologies", tech);
    json_t *sweep = bridge_sweep_get_json(c);
    if (sweep)
        json_object_set_new(root, "bridge_sweep", sweep);
    json_t *curve = margin_curve_get_json(c);
    if (curve)
        json_object_set_new(root, "margin_against_grams", curve);
    for (int k = 0; k < c->n_warning; k++)
        json_array_append_new(warnings, json_string(c->warning[k]));
    json_object_set_new(root, "warnings", warnings);
    return out_json_write(root, path, e);
}
