/* report_demag.c - demagnetisation of one motor: the map of the remanence lost, and the table of events. */
#include "materials/base/units.h"
#include "solver/report_impl.h"
#include <math.h>
#include "materials/base/banned.h"

void report_add_damage(struct text *t, const struct eval_detail *d, int k)
{
    if (d->n_event == 0)
        return;
    const struct eval_event *w = &d->event[d->worst_event];
    text_add(t,
             "<div class=\"picture\"><canvas id=\"damage%d\" role=\"img\" aria-label=\"Remanence lost per magnet element\"></canvas>"
             "<div class=\"scale\" id=\"damage-scale%d\"></div><p class=\"note\">Remanence lost per magnet element in the worst event (",
             k, k);
    report_add_escaped(t, eval_get_event_text(w->kind));
    text_add(t, ", magnets at ");
    report_add_number(t, w->T_K - KELVIN_OFFSET_K, 0);
    text_add(t, " °C), worst of all rotor angles, coarse mesh.</p></div>\n");
}

static void add_number(struct text *t, double v, int decimals)
{
    text_add(t, "<td>");
    report_add_number(t, v, decimals);
    text_add(t, "</td>");
}

static void add_event(struct text *t, const struct eval_event *x, int is_worst)
{
    text_add(t, "<tr%s><th>", is_worst ? " class=\"chosen\"" : "");
    report_add_sentence(t, eval_get_event_text(x->kind));
    if (x->cold_kind != x->kind) {
        text_add(t, ": ");
        report_add_escaped(t, eval_get_event_text(x->cold_kind));
    }
    if (x->has_prefault) {
        text_add(t, " <small>from ");
        report_add_escaped(t, operate_get_prefault_text(x->prefault.kind));
        text_add(t, ", ");
        report_add_number(t, x->prefault.speed_rad_per_s * 30.0 / PI, 0);
        text_add(t, " rpm, ");
        report_add_number(t, x->prefault.torque_Nm, 0);
        text_add(t, " N·m%s</small>", x->is_extrapolated ? "; currents beyond the flux map" : "");
    }
    text_add(t, "</th>");
    add_number(t, x->T_K - KELVIN_OFFSET_K, 0);
    add_number(t, x->i_d_A, 0);
    add_number(t, x->i_q_A, 0);
    add_number(t, x->T_margin_K, 0);
    text_add(t, "<td class=\"line\">");
    if (isfinite(x->T_margin_low_K)) {
        report_add_number(t, x->T_margin_low_K, 0);
        text_add(t, " … ");
        report_add_number(t, x->T_margin_high_K, 0);
    }
    text_add(t, "</td>");
    text_add(t, "<td>%s", figure_label_is_least("demag_current_factor", x->current_factor) ? "≥&nbsp;" : "");
    report_add_number(t, x->current_factor, 2);
    text_add(t, "</td>");
    add_number(t, 100.0 * x->flux_lost_pu, 2);
    add_number(t, 100.0 * x->flux_lost_at_margin_pu, 2);
    add_number(t, 100.0 * x->torque_lost_pu, 2);
    add_number(t, x->backemf_left_V, 0);
    text_add(t, "</tr>\n");
}

void report_add_events(struct text *t, const struct demag_rule *rule, const struct result *r, const struct eval_detail *d)
{
    static const char *const HEAD[] = {"magnet, °C", "i<sub>d</sub>, A", "i<sub>q</sub>, A", "kelvin left", "with the data's range",
                                       "current left, times", "flux lost, %", "at the margin, %", "torque lost, %", "back-EMF left, V"};
    char words[400];
    if (d->n_event == 0)
        return;
    evaluate_get_demag_words(rule, r, d, words, sizeof words);
    text_add(t, "<div class=\"events\"><table><caption>Demagnetising events</caption><tr><th></th>");
    for (size_t k = 0; k < sizeof HEAD / sizeof HEAD[0]; k++)
        text_add(t, "<td class=\"unit\">%s</td>", HEAD[k]);
    text_add(t, "</tr>\n");
    for (int k = 0; k < d->n_event; k++)
        add_event(t, &d->event[k], k == d->worst_event);
    text_add(t, "</table></div>\n<p class=\"note\">");
    report_add_prose(t, words, 1);
    if (isfinite(d->flux_lost_sequence_pu)) {
        text_add(t, ". All events one after the other, repeated until nothing changes (%d round%s): ", d->n_sequence_round,
                 d->n_sequence_round == 1 ? "" : "s");
        report_add_number(t, 100.0 * d->flux_lost_sequence_pu, 2);
        text_add(t, " %% of the flux lost");
    }
    text_add(t, ". Kelvin left end at the magnet's own limit; those of a cold start count downwards. Torque at the peak point's currents, "
                "voltage per phase at the highest "
                "speed.</p>\n");
}
