/* report_shift.c - how the best design moves from scenario to scenario: table, and the data of its chart. */
#include "solver/report_impl.h"
#include "solver/out_json.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

static const struct { const char *symbol, *label, *unit; double factor; int decimals; } MASS[] = {
    {"Dy", "Dy", "g", 1e3, 0}, {"Tb", "Tb", "g", 1e3, 0}, {"Nd", "Nd", "g", 1e3, 0}, {"Cu", "copper", "kg", 1.0, 2}};

static const struct compare_feasible *get_design(const struct report_ctx *r, const struct scenario_cost *row, int t)
{
    return row->best[t].feasible >= 0 ? &r->c->tech[t].feasible[row->best[t].feasible] : NULL;
}

/* In the motor, not bought. */
static double get_mass(const struct report_ctx *r, const struct compare_feasible *d, int m)
{
    const struct bom_elements *el = &r->s->setup.elements;
    for (int i = 0; i < el->n; i++)
        if (strcmp(el->symbol[i], MASS[m].symbol) == 0)
            return MASS[m].factor * d->m_kg[i];
    return (double)NAN;
}

static int has_shift(const struct report_ctx *r)
{
    int n = 0;
    for (int q = 0; q < r->c->n_scenario; q++)
        n += r->c->scenario[q].winner >= 0;
    return n > 0;
}

static void add_row(struct text *t, const struct report_ctx *r, const struct scenario_cost *row, int tech)
{
    const struct compare_feasible *d = get_design(r, row, tech);
    const struct magnet *grade = r->s->technology[tech].grade[d->grade];
    text_add(t, "<tr%s><td class=\"word\">", tech == row->winner ? " class=\"chosen\"" : "");
    report_add_sentence(t, technology_get_label(r->s->technology[tech].technology));
    text_add(t, "</td><td class=\"word\">");
    report_add_escaped(t, grade ? grade->base.name : "no magnet");
    text_add(t, "</td><td>%d</td>", d->id);
    for (int m = 0; m < ARRAY_LEN(MASS); m++) {
        text_add(t, "<td>");
        report_add_number(t, get_mass(r, d, m), MASS[m].decimals);
        text_add(t, "</td>");
    }
    text_add(t, "<td>");
    report_add_number(t, row->best[tech].risk_cost_USD, 1);
    text_add(t, "&nbsp;<small>±&nbsp;");
    report_add_number(t, row->best[tech].standard_error_USD, 1);
    text_add(t, "</small></td><td>");
    report_add_number(t, row->best[tech].cost_with_risk_USD, 0);
    text_add(t, "</td><td>");
    report_add_number(t, row->best[tech].score, 3);
    text_add(t, "</td></tr>\n");
}

void report_add_shift(struct text *t, const struct report_ctx *r)
{
    if (!has_shift(r))
        return;
    text_add(
        t, "<section class=\"charts\"><h2>How the best design moves from scenario to scenario</h2>\n<p class=\"note\">Every design that "
           "met the requirement, priced again under each scenario; the best of each technology by the weights of the study, its cost "
           "exchanged; scores stand on the scales of the study's own scenario, so that a dearer one may fall below 0. Masses are those in "
           "the motor. In bold: the best of all.</p>\n<table class=\"list\"><thead><tr><td "
           "class=\"word\">Technology</td><td class=\"word\">magnet</td><td>design</td>");
    for (int m = 0; m < ARRAY_LEN(MASS); m++)
        text_add(t, "<td>%s, %s</td>", MASS[m].label, MASS[m].unit);
    text_add(t, "<td>risk cost, USD</td><td>cost with risk, USD</td><td>score</td></tr></thead>\n");
    for (int q = 0; q < r->c->n_scenario; q++) {
        const struct scenario_cost *row = &r->c->scenario[q];
        text_add(t, "<tr class=\"group\"><th colspan=\"%d\">", 6 + ARRAY_LEN(MASS));
        report_add_sentence(t, row->scenario);
        text_add(t, "</th></tr>\n");
        for (int k = 0; k < r->s->n_technology; k++)
            if (row->best[k].feasible >= 0)
                add_row(t, r, row, k);
    }
    text_add(
        t, "</table>\n<figure class=\"wide\"><h3>What the best design holds against what supply risk adds to it: <select "
           "id=\"shift-choice\" aria-label=\"Material\"></select></h3><div class=\"box\"><canvas id=\"shift\" role=\"img\" "
           "aria-label=\"Mass against risk cost\"></canvas></div><figcaption>Best design of each technology under each scenario, joined in "
           "the order of the table. Ringed: the best of all under that scenario.</figcaption></figure></section>\n");
}

static json_t *get_points(const struct report_ctx *r, int tech)
{
    json_t *list = json_array();
    for (int q = 0; q < r->c->n_scenario; q++) {
        const struct scenario_cost *row = &r->c->scenario[q];
        const struct compare_feasible *d = get_design(r, row, tech);
        json_t *mass = json_array();
        char name[64];
        if (!d) {
            json_decref(mass);
            continue;
        }
        for (int m = 0; m < ARRAY_LEN(MASS); m++)
            json_array_append_new(mass, out_json_get_real(get_mass(r, d, m)));
        snprintf(name, sizeof name, "%s", row->scenario);
        for (char *p = name; *p; p++)
            if (*p == '_')
                *p = ' ';
        json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:i, s:b}", "scenario", name, "risk",
                                              out_json_get_real(row->best[tech].risk_cost_USD), "mass", mass, "id", d->id, "best",
                                              tech == row->winner));
    }
    return list;
}

json_t *report_get_shift(const struct report_ctx *r)
{
    json_t *tech = json_array(), *mass = json_array();
    for (int k = 0; k < r->s->n_technology; k++) {
        char label[64];
        json_t *points = get_points(r, k);
        report_get_technology(r->s->technology[k].technology, label, sizeof label);
        if (json_array_size(points) > 0)
            json_array_append_new(tech, json_pack("{s:s, s:s, s:o}", "label", label, "color",
                                                  report_get_color(r->s->technology[k].technology), "point", points));
        else
            json_decref(points);
    }
    for (int m = 0; m < ARRAY_LEN(MASS); m++)
        json_array_append_new(mass, json_pack("{s:s, s:s}", "label", MASS[m].label, "unit", MASS[m].unit));
    return json_pack("{s:o, s:o}", "tech", tech, "mass", mass);
}
