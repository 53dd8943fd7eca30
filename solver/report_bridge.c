/* report_bridge.c - bridge thickness against safety and flux: chart and table. */
#include "solver/bridge_sweep.h"
#include "solver/out_json.h"
#include "solver/report_impl.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

static const char *const COLUMN[] = {"bridge_mm",      "yield_safety",      "fatigue_safety", "stress_max_MPa",
                                     "noload_flux_Wb", "base_torque_Nm", "power_max_speed_kW"};

static int count_points(const struct report_ctx *r)
{
    int n = 0;
    for (int k = 0; k < r->s->n_technology; k++)
        n += r->c->tech[k].sweep.n;
    return n;
}

static void add_table(struct text *t, const struct report_ctx *r)
{
    text_add(t, "<table class=\"list\"><thead><tr><th>Technology</th>");
    for (int q = 0; q < ARRAY_LEN(COLUMN); q++) {
        char label[96];
        figure_label_get(COLUMN[q], label, sizeof label);
        text_add(t, "<td>");
        report_add_sentence(t, label);
        text_add(t, " <span class=\"unit\">%s</span></td>", figure_label_get_unit(COLUMN[q]));
    }
    text_add(t, "</tr></thead>\n");
    for (int k = 0; k < r->s->n_technology; k++)
        for (int p = 0; p < r->c->tech[k].sweep.n; p++) {
            char label[64];
            report_get_technology(r->s->technology[k].technology, label, sizeof label);
            text_add(t, "<tr><th>");
            report_add_escaped(t, p == 0 ? label : "");
            text_add(t, "</th>");
            for (int q = 0; q < ARRAY_LEN(COLUMN); q++) {
                text_add(t, "<td>");
                report_add_number(t, figure_eval(result_get_figure(COLUMN[q]), &r->c->tech[k].sweep.r[p]),
                                  figure_label_get_decimals(COLUMN[q]));
                text_add(t, "</td>");
            }
            text_add(t, "</tr>\n");
        }
    text_add(t, "</table>\n");
}

void report_add_bridge(struct text *t, const struct report_ctx *r)
{
    if (count_points(r) == 0)
        return;
    text_add(t, "<section><h2>Bridge thickness: safety against flux</h2>\n<p class=\"note\">How much flux, and with it "
                "torque and power, every tenth of a millimetre of iron bridge costs, and what it gives in strength.</p>\n<figure><div "
                "class=\"box\"><canvas id=\"bridge\" role=\"img\" "
                "aria-label=\"Safety and no-load flux over bridge thickness\"></canvas></div><figcaption>The chosen designs with nothing "
                "changed but the iron bridge between pocket and rotor surface. Full: yield safety at overspeed. Dashed: fatigue safety, "
                "cycle from standstill to overspeed. Dotted, right scale: no-load flux, of that with the thinnest bridge. "
                "Alternating strength of punched steel is assumed with its range (data quality below).</figcaption></figure>\n");
    add_table(t, r);
    text_add(t, "</section>\n");
}

static json_t *get_curve(const struct compare_sweep *w, const char *key)
{
    const struct figure *f = result_get_figure(key);
    json_t *list = json_array();
    for (int k = 0; k < w->n; k++)
        json_array_append_new(list, out_json_get_real(figure_eval(f, &w->r[k])));
    return list;
}

json_t *report_get_bridge(const struct report_ctx *r)
{
    json_t *list = json_array();
    for (int k = 0; k < r->s->n_technology; k++) {
        const struct compare_sweep *w = &r->c->tech[k].sweep;
        char label[64];
        if (w->n == 0)
            continue;
        report_get_technology(r->s->technology[k].technology, label, sizeof label);
        json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "label", label, "color",
                                              report_get_color(r->s->technology[k].technology), "x", get_curve(w, "bridge_mm"), "yield",
                                              get_curve(w, "yield_safety"), "fatigue", get_curve(w, "fatigue_safety"), "flux",
                                              get_curve(w, "noload_flux_Wb")));
    }
    return list;
}
