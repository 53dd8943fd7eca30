/* report_compare.c - the technologies side by side, and those that meet no requirement. */
#include "solver/report_impl.h"
#include "solver/relax.h"
#include <math.h>
#include "materials/base/banned.h"

static const char *const TABLE[] = {
    /* a leading '*' begins a group; a leading '-' indents */
    "*Torque",
    "base_torque_Nm",
    "power_max_speed_kW",
    "torque_per_litre_Nm",
    "efficiency_cycle_pct",
    "efficiency_continuous_pct",
    "stack_mm",
    "mass_active_kg",
    "*Heat and demagnetisation",
    "winding_peak_degC",
    "winding_margin_K",
    "rotor_hot_degC",
    "rotor_margin_K",
    "demag_current_factor",
    "flux_loss_event_pct",
    "yield_safety",
    "fatigue_safety",
    "*Material and supply risk",
    "magnet_kg",
    "copper_kg",
    "hre_g",
    "rare_earth_g",
    "cost_today_USD",
    "risk_cost_USD",
    "-risk_drift_USD",
    "-risk_holding_USD",
    "-risk_shortage_USD",
    "-risk_tail_USD",
    "cost_with_risk_USD",
};

static double get_value(const struct report_ctx *r, int k, const struct figure *f)
{
    return r->c->tech[k].best >= 0 ? figure_eval(f, &r->c->tech[k].report.r) : (double)NAN;
}

/* Best value of a row, as it is printed; NAN when there is no better side, or nothing to tell apart. */
static double get_best(const struct report_ctx *r, const struct figure *f, int decimals)
{
    double best = (double)NAN, worst = (double)NAN, unit = pow(10.0, decimals);
    for (int k = 0; k < r->s->n_technology && f->better != FIGURE_NEUTRAL; k++) {
        double v = round(get_value(r, k, f) * unit);
        if (!isfinite(v))
            continue;
        if (!isfinite(best) || (f->better == FIGURE_LOWER ? v < best : v > best))
            best = v;
        if (!isfinite(worst) || (f->better == FIGURE_LOWER ? v > worst : v < worst))
            worst = v;
    }
    return fabs(best - worst) > 0.5 ? best : (double)NAN;
}

static void add_row(struct text *t, const struct report_ctx *r, const char *key, int is_part)
{
    const struct figure *f = result_get_figure(key);
    if (!f)
        return;
    int decimals = figure_label_get_decimals(key);
    double best = get_best(r, f, decimals), unit = pow(10.0, decimals);
    char label[96];
    figure_label_get(key, label, sizeof label);
    text_add(t, "<tr><th%s>", is_part ? " class=\"part\"" : "");
    report_add_sentence(t, label);
    text_add(t, "</th><td class=\"unit\">%s</td>", figure_label_get_unit(key));
    for (int k = 0; k < r->s->n_technology; k++) {
        double v = get_value(r, k, f);
        int is_best = isfinite(v) && fabs(round(v * unit) - best) < 0.5;
        text_add(t, "<td%s>", is_best && !is_part ? " class=\"best\"" : "");
        if (figure_label_is_least(key, v))
            text_add(t, "≥ ");
        report_add_number(t, v, decimals);
        text_add(t, "</td>");
    }
    text_add(t, "</tr>\n");
}

static void add_head(struct text *t, const struct report_ctx *r)
{
    text_add(t, "<table class=\"compare\"><thead><tr><th></th><th class=\"unit\">unit</th>");
    for (int k = 0; k < r->s->n_technology; k++) {
        text_add(t, "<th style=\"border-top:4px solid %s\"%s>", report_get_color(r->s->technology[k].technology),
                 k == r->c->winner ? " class=\"winner\"" : "");
        report_add_technology(t, r, k);
        text_add(t, "</th>");
    }
    text_add(t, "</tr></thead>\n<tbody><tr><th>Magnet grade</th><td></td>");
    for (int k = 0; k < r->s->n_technology; k++) {
        const struct compare_technology *x = &r->c->tech[k];
        const struct magnet *grade = x->best >= 0 ? r->s->technology[k].grade[x->report.grade] : NULL;
        text_add(t, "<td%s>", x->best < 0 ? " class=\"bad\"" : "");
        report_add_escaped(t, grade ? grade->base.name : (x->best >= 0 ? "no magnet" : "not feasible"));
        char faces[64];
        machine_write_diffusion(&x->machine, faces, sizeof faces);
        if (grade && faces[0]) {
            text_add(t, "<br><small>");
            report_add_escaped(t, faces);
            text_add(t, "</small>");
        }
        if (grade && grade->evidence != EVIDENCE_COMMERCIAL) {
            text_add(t, "<br><small>");
            report_add_escaped(t, evidence_get_text(grade->evidence));
            text_add(t, "</small>");
        }
        text_add(t, "</td>");
    }
    text_add(t, "</tr>\n");
}

static void add_choice_row(struct text *t, const struct report_ctx *r, const char *label, int what)
{
    text_add(t, "<tr><th>%s</th><td class=\"unit\">%s</td>", label, what == 1 ? "%" : (what == 2 ? "USD" : ""));
    for (int k = 0; k < r->s->n_technology; k++) {
        const struct compare_technology *x = &r->c->tech[k];
        double v = (double)NAN;
        if (x->best >= 0)
            v = what == 0 ? x->front[x->best].score : (what == 1 ? 100.0 * x->p_best : (what == 2 ? x->regret_USD : x->n_front));
        text_add(t, "<td%s>", what == 0 && k == r->c->winner ? " class=\"best\"" : "");
        report_add_number(t, v, what == 0 ? 2 : 0);
        if (what == 1 && isfinite(v) && isfinite(x->p_best_standard_error))
            text_add(t, " <small>± %.0f</small>", ceil(100.0 * x->p_best_standard_error));
        text_add(t, "</td>");
    }
    text_add(t, "</tr>\n");
}

static void add_missed(struct text *t, const struct report_ctx *r)
{
    text_add(t, "<tr><th>Requirements at report level</th><td></td>");
    for (int k = 0; k < r->s->n_technology; k++) {
        const struct compare_technology *x = &r->c->tech[k];
        int n_missed = 0;
        for (int q = 0; q < CON_COUNT && x->best >= 0; q++)
            n_missed += x->report.r.g[q] > 0.0;
        if (x->best < 0)
            text_add(t, "<td class=\"bad\">missed</td>");
        else if (n_missed == 0)
            text_add(t, "<td class=\"good\">all met</td>");
        else
            text_add(t, "<td class=\"bad\">%d missed</td>", n_missed);
    }
    text_add(t, "</tr>\n");
}

static void add_table(struct text *t, const struct report_ctx *r)
{
    text_add(t, "<h2>Technologies side by side</h2>\n<p class=\"note\">Each column is the design with the highest score of its technology, "
                "evaluated "
                "again on the finer mesh of the report. The best value of a row is marked.</p>\n");
    add_head(t, r);
    add_missed(t, r);
    for (int q = 0; q < ARRAY_LEN(TABLE); q++) {
        if (TABLE[q][0] == '*')
            text_add(t, "<tr class=\"group\"><th colspan=\"%d\">%s</th></tr>\n", 2 + r->s->n_technology, TABLE[q] + 1);
        else
            add_row(t, r, TABLE[q] + (TABLE[q][0] == '-'), TABLE[q][0] == '-');
    }
    text_add(t, "<tr class=\"group\"><th colspan=\"%d\">Choice</th></tr>\n", 2 + r->s->n_technology);
    add_choice_row(t, r, "Score under the stated weights", 0);
    add_choice_row(t, r, "Probability of being best", 1);
    add_choice_row(t, r, "Expected regret against the cheapest", 2);
    add_choice_row(t, r, "Designs on the front", 3);
    text_add(t, "</tbody></table>\n");
}

static void add_infeasible(struct text *t, const struct report_ctx *r)
{
    for (int k = 0; k < r->s->n_technology; k++) {
        const struct compare_technology *x = &r->c->tech[k];
        if (x->best >= 0)
            continue;
        text_add(t, "<p class=\"out\"><b>");
        report_add_technology(t, r, k);
        text_add(t, " cannot meet the requirement.</b> ");
        report_add_prose(t, x->reason, 1);
        relax_add_words(x, t);
        text_add(t, ".");
        text_add(t, "</p>\n");
    }
}

void report_add_comparison(struct text *t, const struct report_ctx *r)
{
    text_add(t, "<section>\n");
    add_table(t, r);
    add_infeasible(t, r);
    text_add(t, "</section>\n");
}
