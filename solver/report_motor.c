/* report_motor.c - the page of a judged design. */
#include "solver/report_motor_impl.h"
#include "materials/base/units.h"
#include "solver/cli.h"
#include "solver/out_json.h"
#include "solver/requirement_row.h"
#include "solver/supply_words.h"
#include <math.h>
#include "materials/base/banned.h"

#define PEAK_PICTURE 1 /* of the pictures: open circuit, peak point */

/* ---- verdict and headline ---- */

static void add_verdict(struct text *t, const struct result *r)
{
    const int n_missed = requirement_row_count_missed(r);
    if (n_missed == 0) {
        text_add(t, "<p class=\"decision\">The motor meets every requirement of its file.</p>\n");
        return;
    }
    text_add(t, "<p class=\"decision\">The motor misses %d of %d requirements: ", n_missed, CON_COUNT);
    for (int c = 0, first = 1; c < CON_COUNT; c++) {
        if (r->g[c] <= 0.0)
            continue;
        text_add(t, "%s<b style=\"border-color:var(--bad)\">%s</b>%s", first ? "" : "; ", constraint_get_doc((enum constraint)c),
                 r->g[c] >= EVAL_NOT_REACHED ? " (not reached, because an earlier one is missed)" : "");
        first = 0;
    }
    text_add(t, ".</p>\n");
}

static void add_duty_chip(struct text *t, const char *label, const struct duty_point *p, double seconds)
{
    text_add(t, "<span class=\"chip\"><i>%s</i> ", label);
    report_add_number(t, p->torque_Nm, 0);
    text_add(t, "&nbsp;N·m at ");
    report_add_number(t, p->speed_rad_per_s * 30.0 / PI, 0);
    text_add(t, "&nbsp;rpm");
    if (seconds > 0.0)
        text_add(t, " for %.0f&nbsp;s", seconds);
    text_add(t, "</span>\n");
}

static void add_chips(struct text *t, const struct eval_setup *u, int has_magnets)
{
    const struct requirement *q = &u->requirement;
    text_add(t, "<div class=\"chips\">\n");
    report_add_chip(t, "required peak torque", q->peak_torque_Nm, 0, "N·m");
    report_add_chip(t, "required peak power", q->peak_power_W / 1e3, 0, "kW");
    report_add_chip(t, "highest speed", q->speed_max_rad_per_s * 30.0 / PI, 0, "rpm");
    report_add_chip(t, "dc link", q->dc_voltage_V, 0, "V");
    report_add_chip(t, "phase current, peak", q->current_max_A, 0, "A");
    add_duty_chip(t, "continuous", &u->duty.continuous, 0.0);
    add_duty_chip(t, "timed peak", &u->duty.peak, u->duty.peak_duration_s);
    report_add_chip(t, "ambient", u->cooling.ambient_K - KELVIN_OFFSET_K, 0, "°C");
    if (has_magnets)
        report_add_chip(t, "flux loss that counts", 100.0 * u->demag.flux_loss_limit_pu, 1, "%");
    text_add(t, "</div>\n</header>\n");
}

static void add_group(struct text *t, enum figure_group g, const struct result *r)
{
    text_add(t, "<table><caption>");
    report_add_sentence(t, figure_label_get_group(g));
    text_add(t, "</caption>\n");
    for (const char *const *key = figure_label_get_keys(g); *key; key++) {
        const double v = figure_eval(result_get_figure(*key), r);
        char label[96];
        if (!isfinite(v))
            continue;
        figure_label_get(*key, label, sizeof label);
        text_add(t, "<tr><th%s>", figure_label_is_part(*key) ? " class=\"part\"" : "");
        report_add_sentence(t, label);
        text_add(t, "</th><td>%s", figure_label_is_least(*key, v) ? "≥&nbsp;" : "");
        report_add_number(t, v, figure_label_fit_decimals(*key, v, figure_label_get_decimals(*key)));
        text_add(t, "</td><td class=\"unit\">%s</td></tr>\n", figure_label_get_unit(*key));
    }
    text_add(t, "</table>\n");
}

static void add_headline(struct text *t, const struct report_motor *x)
{
    text_add(t, "<section><h2>Headline figures</h2>\n<div class=\"columns\">\n");
    report_add_margins(t, &x->d->setup, &x->d->machine, x->r);
    for (int g = 0; g < FIGURE_GROUP_COUNT; g++)
        add_group(t, (enum figure_group)g, x->r);
    report_add_dimensions(t, &x->d->machine);
    text_add(t, "</div></section>\n");
}

/* ---- charts ---- */

static void add_operation(struct text *t, const struct report_motor *x)
{
    const struct eval_detail *d = x->detail;
    if (d->n_speed == 0)
        return;
    text_add(t, "<section class=\"charts\"><h2>Torque, efficiency and losses</h2>\n<div class=\"grid\">\n");
    report_add_chart(
        t, "envelope", "Torque over speed",
        "Full: largest torque at the voltage and current limits. Dashed: held for ever by winding and rotor. Thin: held for the peak "
        "time from the continuous point. Dotted black: required. Dots: points of the duty.",
        REPORT_HALF);
    if (d->point_continuous.is_feasible || d->point_peak.is_feasible)
        report_add_chart(t, "losses", "Losses by part", "At the continuous point and at the peak point, each at its own temperatures.",
                         REPORT_HALF);
    text_add(t, "<figure class=\"wide\"><h3>Map of <select id=\"map-choice\" aria-label=\"Quantity of the map\"></select></h3><div "
                "class=\"box map\"><canvas id=\"map\"></canvas></div><div class=\"scale\" id=\"map-scale\"></div>"
                "<figcaption>Motor without inverter, at the temperatures of the continuous point. Line: torque limit; dots: the duty. "
                "Every cell with "
                "currents and losses, up to the required peak torque: efficiency_map.csv.</figcaption></figure>\n</div></section>\n");
}

static void add_waves(struct text *t, const struct report_motor *x)
{
    const struct eval_detail *d = x->detail;
    if (d->noload.n_position == 0)
        return;
    text_add(t, "<section class=\"charts\"><h2>Waveforms</h2>\n<p class=\"note\">Open circuit");
    if (isfinite(d->noload_magnet_K))
        text_add(t, " with magnets at %.0f&nbsp;°C", d->noload_magnet_K - KELVIN_OFFSET_K);
    else
        text_add(t, " with %.3g&nbsp;A of field current", d->noload.i_f_A);
    text_add(t, ", voltages at the highest speed of %.0f&nbsp;rpm", d->speed_rad_per_s[d->n_speed - 1] * 30.0 / PI);
    if (d->peak_wave.n > 0) {
        text_add(t, "; peak point at i<sub>d</sub> = ");
        report_add_number(t, d->peak_wave.i_d_A, 0);
        text_add(t, "&nbsp;A, i<sub>q</sub> = ");
        report_add_number(t, d->peak_wave.i_q_A, 0);
        text_add(t, "&nbsp;A");
        if (isfinite(d->peak_wave_magnet_K))
            text_add(t, ", magnets at %.0f&nbsp;°C", d->peak_wave_magnet_K - KELVIN_OFFSET_K);
    }
    text_add(t, ".</p>\n<div class=\"grid\">\n");
    report_add_wave_charts(t, &d->noload, 1, d->peak_wave.n > 0, "Torque at the peak point",
                           "Air-gap torque at constant dq currents over 60 degrees electrical.");
    text_add(t, "</div></section>\n");
}

static void add_plane(struct text *t, const struct report_motor *x)
{
    if (!report_motor_has_plane(x))
        return;
    text_add(t, "<section class=\"charts\"><h2>Currents</h2>\n<div class=\"grid\">\n");
    report_add_chart(
        t, "plane", "Torque over the currents, and what limits it",
        "Colour: air-gap torque. Inside of a voltage limit the currents must lie at that speed (resistance neglected). The torque "
        "limit runs from standstill to the highest speed: field weakening, and MTPV where it leaves the current limit."
        "<span class=\"scale\" id=\"plane-scale\"></span>",
        REPORT_WIDE);
    text_add(t, "</div></section>\n");
}

static void add_heat(struct text *t, const struct report_motor *x)
{
    if (!(x->detail->heat_continuous.T_K[THERMAL_YOKE] > 0.0))
        return;
    text_add(t, "<section class=\"charts\"><h2>Temperatures and losses</h2>\n<p class=\"note\">Where the heat sits, what the coefficients "
                "that no drawing "
                "gives are worth in kelvin, and which loss feeds it.</p>\n<div class=\"grid\">\n");
    report_add_chart(t, "heat", "Temperature of every node", "Continuous point in the steady state; end of the timed peak, begun from it.",
                     REPORT_WIDE_TALL);
    text_add(t, "</div>\n<div class=\"columns\">\n");
    report_add_temperatures(t, x->detail);
    report_add_spread(t, x->detail);
    report_add_losses(t, x->detail);
    text_add(t, "</div></section>\n");
}

static void add_demag(struct text *t, const struct report_motor *x)
{
    if (x->detail->n_demag == 0)
        return;
    text_add(t, "<section class=\"charts\"><h2>Demagnetisation</h2>\n<p class=\"note\">Worst event: i<sub>d</sub> = ");
    report_add_number(t, x->r->demag_event_id_A, 0);
    text_add(t, "&nbsp;A");
    if (isfinite(x->r->short_circuit_peak_id_A)) {
        text_add(t, " (three-phase short circuit: ");
        report_add_number(t, x->r->short_circuit_peak_id_A, 0);
        text_add(t, "&nbsp;A)");
    }
    text_add(t, ". Every element of the magnets is judged by its own field and coercivity.</p>\n<div class=\"grid\">\n");
    const struct eval_event *w = &x->detail->event[x->detail->worst_event];
    report_add_chart(t, "demag", "Flux lost in the worst event over magnet temperature",
                     isfinite(w->backemf_left_V)
                         ? REPORT_DEMAG_NOTE
                         : "Line and dot: two estimates of the coarse level, which part where much is lost; a finer level "
                           "solves the event. Dashed: loss that counts as demagnetised.",
                     REPORT_HALF);
    report_add_chart(
        t, "working", "Curve of the magnet, and where it works",
        x->d->machine.magnet->is_diffused
            ? "Curves: flux density over field in the undiffused core, at the temperatures of the events. Cross: knee, 1&nbsp;% "
              "lost. Dots: the most loaded per cent of the magnets in each event, if nothing were lost; the diffused rim bears more."
            : "Curves: flux density over field at the temperatures of the events. Cross: knee, 1&nbsp;% lost. Dots: the most "
              "loaded per cent of the magnets in each event, if nothing were lost.",
        REPORT_HALF);
    report_add_damage(t, x->detail, PEAK_PICTURE);
    text_add(t, "</div>\n");
    report_add_events(t, &x->d->setup.demag, x->r, x->detail);
    text_add(t, "</section>\n");
}

static void add_bill(struct text *t, const struct report_motor *x)
{
    if (!x->d->setup.risk) {
        text_add(t, "<section><h2>Bill of materials</h2>\n<p class=\"note\">Prices of today; the file has no economics, hence no supply "
                    "risk.</p>\n<div class=\"columns\">\n");
    } else {
        text_add(t, "<section class=\"charts\"><h2>Bill of materials and supply risk</h2>\n<div class=\"grid\">\n");
        report_add_chart(t, "cost", "Cost of the motor and what supply risk adds",
                         "Purchased elements, processing (scrap credit deducted) and the four parts of the risk cost.", REPORT_WIDE_LOW);
        text_add(t, "</div>\n<p class=\"note\">Scenario: ");
        report_add_sentence(t, x->d->economics.scenario->name);
        text_add(t, ": ");
        report_add_escaped(t, x->d->economics.scenario->doc);
        text_add(t, " Sourcing: ");
        report_add_escaped(t, x->d->economics.sourcing->doc);
        text_add(t, ". Destination: %s. Standard error of the risk cost: ", supply_words_get_country(x->d->economics.destination));
        report_add_number(t, x->r->risk_cost_standard_error_USD, 1);
        text_add(t, "&nbsp;USD.</p>\n<div class=\"columns\">\n");
    }
    report_add_parts(t, x->detail);
    report_add_elements(t, &x->d->setup.elements, x->detail);
    text_add(t, "</div></section>\n");
}

static void add_sources(struct text *t, const struct report_motor *x)
{
    const struct report_inputs in = {.lib = x->data->lib, .market = x->data->market, .cooling = &x->d->setup.cooling,
                                     .elements = &x->d->setup.elements, .n = 1, .machine = {&x->d->machine}, .bom = {&x->detail->bom}};
    report_add_sources(t, &in);
}

static void add_method(struct text *t, const struct report_motor *x)
{
    static const char *const MESH[MESH_LEVEL_COUNT] = {"coarse", "medium", "fine"};
    text_add(t, "<section><h2>How it was computed</h2>\n<p class=\"note\">Non-linear two-dimensional finite elements give the flux maps; "
                "operation, losses and temperatures are solved together; demagnetisation is judged element by element in the worst event."
                "</p>\n<table class=\"facts\">\n<tr><th>Mesh</th><td>%s</td></tr>\n",
             MESH[x->d->level.mesh]);
    report_add_fact(t, "Field solutions", x->r->n_field_solve, 0, "");
    text_add(t, "<tr><th>Program</th><td>motrade %s</td></tr>\n<tr><th>Fingerprint of the material data</th><td><code>%016llx</code></td>"
                "</tr>\n</table>\n",
             MOTRADE_VERSION, x->data->lib->hash);
    report_add_conventions(t);
    text_add(t, "</section>\n");
}

enum status report_write_motor(const struct design *d, const struct report_data *data, const struct flux_map *map, const struct result *r,
                               const struct eval_detail *detail, const char *path, struct err *e)
{
    static const char *const CAPTION[] = {"Open circuit", "Peak point"};
    const struct report_motor x = {d, data, map && map->n_solve > 0 ? map : NULL, r, detail};
    struct text body = {0}, library = {0};
    json_t *root = NULL;
    report_add_head(&body, d->machine.name);
    report_add_title(&body, &d->machine, "One given motor, judged");
    add_verdict(&body, r);
    add_chips(&body, &d->setup, d->machine.magnet != NULL);
    add_headline(&body, &x);
    report_add_pictures(&body, &d->machine, detail->point_peak.is_feasible ? 2 : 1, CAPTION);
    add_operation(&body, &x);
    add_waves(&body, &x);
    if (x.map)
        report_add_flux_charts(&body, x.map, d->machine.magnet != NULL);
    add_plane(&body, &x);
    add_heat(&body, &x);
    add_demag(&body, &x);
    add_bill(&body, &x);
    add_sources(&body, &x);
    add_method(&body, &x);
    report_add_inputs(&body, yaml_get_root(d->doc));
    enum status st = report_read_library(&library, e);
    if (st == ST_OK)
        st = report_motor_get_data(&x, &root, e);
    if (st == ST_OK)
        st = report_write_page(&body, root, &library, report_script_motor, path, e);
    else
        json_decref(root);
    text_done(&library);
    text_done(&body);
    return st;
}
