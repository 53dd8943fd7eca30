/* report_substitute.c - matrix of chosen designs and magnets: can this rotor take the other magnet the day its own stops coming? */
#include "solver/report_impl.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

static const struct substitution *get_cell(const struct comparison *c, int technology, const struct magnet *m)
{
    for (int k = 0; k < c->n_substitution; k++)
        if (c->substitution[k].technology == technology && c->substitution[k].magnet == m)
            return &c->substitution[k];
    return NULL;
}

static void add_figures(struct text *t, const struct result *r)
{
    const struct { double v; const char *unit; } part[] = {
        {r->base_torque_Nm, "N·m"}, {r->rotor_margin_K, "K"}, {r->cost_with_risk_USD, "USD"}};
    int n = 0;
    for (int k = 0; k < ARRAY_LEN(part); k++) {
        if (!isfinite(part[k].v))
            continue;
        text_add(t, "%s", n++ ? ", " : "");
        report_add_number(t, part[k].v, 0);
        text_add(t, "&nbsp;%s", part[k].unit);
    }
}

static void add_cell(struct text *t, const struct substitution *x)
{
    if (!x) {
        text_add(t, "<td>–</td>");
        return;
    }
    text_add(t, "<td class=\"%s\">", x->is_own ? "best" : (x->is_feasible ? "good" : "bad"));
    add_figures(t, &x->r);
    text_add(t, "<br><small>");
    if (x->is_own)
        text_add(t, "own magnet%s", x->is_feasible ? "" : "; misses: ");
    else if (!x->is_feasible)
        text_add(t, "misses: ");
    report_add_escaped(t, x->reason);
    if (x->has_option && x->option.value_USD.value_USD < 0.05) {
        text_add(t, "fits; short in the same months");
    } else if (x->has_option) {
        text_add(t, "fits; option worth ");
        report_add_number(t, x->option.value_USD.value_USD, 1);
        text_add(t, "&nbsp;±&nbsp;");
        report_add_number(t, x->option.value_USD.standard_error_USD, 1);
        text_add(t, " USD");
    } else if (!x->is_own && x->is_feasible) {
        text_add(t, "fits");
    }
    text_add(t, "</small></td>");
}

static int get_first_design(const struct comparison *c)
{
    return c->n_substitution > 0 ? c->substitution[0].technology : -1;
}

void report_add_substitution(struct text *t, const struct report_ctx *r)
{
    const struct comparison *c = r->c;
    const int first = get_first_design(c);
    if (first < 0)
        return;
    text_add(
        t, "<section><h2>The same rotor with another magnet</h2>\n<p class=\"note\">Each chosen design with every magnet of the study: "
           "same shape and winding, other magnet. Torque at base speed, kelvin left in the rotor, cost with risk, on the mesh of the "
           "search; red: which requirement fails (figures stop where the evaluation did). Option worth: risk cost saved when the motor is "
           "built with that magnet in the months in which its own falls short and the other does not.</p>\n<table class=\"list\"><thead>"
           "<tr><th>Magnet</th>");
    for (int k = 0; k < r->s->n_technology; k++)
        if (c->tech[k].best >= 0 && c->tech[k].machine.magnet) {
            text_add(t, "<td>rotor of ");
            report_add_escaped(t, technology_get_label(r->s->technology[k].technology));
            text_add(t, "</td>");
        }
    text_add(t, "</tr></thead>\n");
    for (int q = 0; q < c->n_substitution && c->substitution[q].technology == first; q++) {
        const struct magnet *m = c->substitution[q].magnet;
        text_add(t, "<tr><th>");
        report_add_escaped(t, m->base.name);
        text_add(t, "<br><small>%s%s%s</small></th>", technology_get_label(m->technology), m->evidence != EVIDENCE_COMMERCIAL ? ", " : "",
                 m->evidence != EVIDENCE_COMMERCIAL ? evidence_get_text(m->evidence) : "");
        for (int k = 0; k < r->s->n_technology; k++)
            if (c->tech[k].best >= 0 && c->tech[k].machine.magnet)
                add_cell(t, get_cell(c, k, m));
        text_add(t, "</tr>\n");
    }
    text_add(t, "</table></section>\n");
}
