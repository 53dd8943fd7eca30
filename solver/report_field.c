/* report_field.c - the page of a field case. */
#include "solver/report_motor_impl.h"
#include "materials/base/units.h"
#include "solver/cli.h"
#include "solver/design_field.h"
#include "solver/out_json.h"
#include <math.h>
#include <stdio.h>
#include "materials/base/banned.h"

#define GAP_ORDERS 19 /* drawn */

struct field_page {
    const struct design *d;
    const struct report_data *data;
    const struct flux_map *map;             /* NULL: not solved */
    const struct field_case_result *r;
};

static void add_head(struct text *t, const struct field_page *x)
{
    static const char *const MESH[MESH_LEVEL_COUNT] = {"coarse", "medium", "fine"};
    const struct field_case_result *r = x->r;
    report_add_title(t, &x->d->machine, "A field case");
    text_add(t,
             "<p class=\"decision\">Flux, torque and waveforms by finite elements at given currents. What needs more than the file says is "
             "named at the end of the page.</p>\n<div class=\"chips\">\n<span class=\"chip\"><i>mesh</i> %s</span>\n",
             MESH[x->d->field.mesh]);
    report_add_chip(t, "unknowns", (double)r->n_unknown, 0, "");
    report_add_chip(t, "field solutions", (double)r->n_solve, 0, "");
    report_add_chip(t, "magnets at", x->d->field.magnet_K - KELVIN_OFFSET_K, 0, "°C");
    report_add_chip(t, "speed of back-EMF and iron loss", x->d->field.speed_rad_per_s * 30.0 / PI, 0, "rpm");
    text_add(t, "</div>\n</header>\n");
}

/* ---- open circuit ---- */

static void add_no_load_table(struct text *t, const struct field_page *x)
{
    const struct field_case_result *r = x->r;
    text_add(t, "<table><caption>Open circuit</caption>\n");
    if (machine_has_field_winding(&x->d->machine))
        report_add_fact(t, "Field current", x->d->field.noload_i_f_A, 2, "A");
    report_add_fact(t, "d flux linkage, mean over positions", 1e3 * r->noload_flux_Wb, 2, "mWb");
    report_add_fact(t, "Gap flux density, fundamental", hypot(r->gap_d_T[1], r->gap_q_T[1]), 4, "T");
    if (r->noload.n_position > 0) {
        report_add_fact(t, "Cogging torque, peak to peak, by stress", r->noload.cogging_Nm, 2, "N·m");
        report_add_fact(t, "Cogging torque, peak to peak, by energy", r->noload.cogging_energy_Nm, 2, "N·m");
    }
    report_add_fact(t, "Phase back-EMF, fundamental, peak", r->emf.phase_fundamental_V, 2, "V");
    report_add_fact(t, "Phase back-EMF, rms", r->emf.phase_rms_V, 2, "V");
    report_add_fact(t, "Line back-EMF, highest value", r->emf.line_peak_V, 2, "V");
    report_add_fact(t, "Harmonics of the line back-EMF", 100.0 * r->emf.line_thd_pu, 2, "%");
    text_add(t, "</table>\n");
}

static void add_winding_table(struct text *t, const struct field_page *x)
{
    const struct winding_geometry *w = &x->r->winding;
    text_add(t, "<table><caption>Beside the field, by estimate</caption>\n");
    report_add_fact(t, "Phase resistance at 20 °C", 1e3 * w->R20_ohm, 3, "mΩ");
    report_add_fact(t, "End-winding leakage", 1e6 * w->L_end_H, 1, "µH");
    report_add_fact(t, "Field-circuit resistance at 20 °C", w->field_R20_ohm, 2, "Ω");
    text_add(t, "</table>\n");
}

static void add_figures(struct text *t, const struct field_page *x)
{
    text_add(t, "<section><h2>Figures</h2>\n<div class=\"columns\">\n");
    if (x->d->field.n_noload > 0)
        add_no_load_table(t, x);
    report_add_dimensions(t, &x->d->machine);
    if (!x->d->machine.stator.is_slotless)
        add_winding_table(t, x);
    text_add(t, "</div>\n");
}

/* ---- load points ---- */

static void add_cell(struct text *t, double v, int decimals)
{
    text_add(t, "<td>");
    report_add_number(t, v, decimals);
    text_add(t, "</td>");
}

static void add_load_row(struct text *t, const struct field_case_load *l, int is_wound)
{
    const struct waveform_load *w = &l->wave;
    double iron_W = 0.0;
    for (int k = 0; k < LOSS_REGION_COUNT; k++)
        iron_W += l->iron_W[k];
    text_add(t, "<tr>");
    add_cell(t, w->i_d_A, 1);
    add_cell(t, w->i_q_A, 1);
    if (is_wound)
        add_cell(t, w->i_f_A, 2);
    add_cell(t, 1e3 * w->lambda_d_mean_Wb, 2);
    add_cell(t, 1e3 * w->lambda_q_mean_Wb, 2);
    add_cell(t, w->torque_mean_Nm, 2);
    add_cell(t, w->torque_linkage_Nm, 2);
    add_cell(t, l->map_torque_Nm, 2);
    add_cell(t, w->ripple_Nm, 2);
    add_cell(t, 100.0 * w->ripple_Nm / fabs(w->torque_mean_Nm), 1);
    add_cell(t, iron_W, 1);
    text_add(t, "</tr>\n");
}

static void add_loads(struct text *t, const struct field_page *x)
{
    int is_wound = machine_has_field_winding(&x->d->machine);
    if (x->d->field.n_point > 0) {
        text_add(t, "<h3>Load points</h3>\n<table class=\"list\"><thead><tr><td>i<sub>d</sub>, A</td><td>i<sub>q</sub>, A</td>%s<td>d flux "
                    "linkage, mWb</td><td>q flux linkage, mWb</td><td>torque by stress, N·m</td><td>by linkages</td><td>by the map</td>"
                    "<td>ripple, peak to peak, N·m</td><td>of the mean, %%</td><td>iron loss, W</td></tr></thead>\n",
                 is_wound ? "<td>i<sub>f</sub>, A</td>" : "");
        for (int k = 0; k < x->d->field.n_point; k++)
            add_load_row(t, &x->r->load[k], is_wound);
        text_add(t, "</table>\n<p class=\"note\">Means of %d rotor positions of 60 degrees electrical. Iron loss of the material, without "
                    "build factor.</p>\n",
                 x->d->field.n_load);
    }
    text_add(t, "</section>\n");
}

/* ---- charts, and what is absent ---- */

static void add_waves(struct text *t, const struct field_page *x)
{
    if (x->d->field.n_noload == 0 && x->d->field.n_point == 0)
        return;
    text_add(t, "<section class=\"charts\"><h2>Waveforms</h2>\n<div class=\"grid\">\n");
    report_add_wave_charts(t, &x->r->noload, isfinite(x->r->emf.phase_fundamental_V), x->d->field.n_point, "Torque at the load points",
                           machine_has_field_winding(&x->d->machine) ? "Legend: i<sub>d</sub>, i<sub>q</sub>, i<sub>f</sub>. Constant dq "
                                                                       "currents; by stress (full), by energy (dashed), mean (thin)."
                                                                     : "Legend: i<sub>d</sub>, i<sub>q</sub>. Constant dq currents; by "
                                                                       "stress (full), by energy (dashed), mean (thin).");
    if (x->d->field.n_noload > 0)
        report_add_chart(t, "gap", "Radial flux density in the gap, open circuit", "Harmonics at mid gap, rotor at electrical angle 0.",
                         REPORT_HALF);
    text_add(t, "</div></section>\n");
}

static void add_absent(struct text *t, const struct design *d)
{
    struct field_absent a[DESIGN_FIELD_MAX_ABSENT];
    int n = design_field_get_absent(d, a);
    text_add(t, "<section><h2>Not computed</h2>\n<table class=\"list\"><thead><tr><th>Figure</th><td class=\"word\">why it is absent</td>"
                "</tr></thead>\n");
    for (int k = 0; k < n; k++) {
        text_add(t, "<tr><th>");
        report_add_sentence(t, a[k].label);
        text_add(t, "</th><td class=\"word\">");
        report_add_escaped(t, a[k].reason);
        text_add(t, "</td></tr>\n");
    }
    text_add(t, "</table></section>\n");
}

static void add_method(struct text *t, const struct field_page *x)
{
    text_add(t,
             "<section><h2>How it was computed</h2>\n<p class=\"note\">Non-linear two-dimensional finite elements on the smallest periodic "
             "sector; no end effects.</p>\n<table class=\"facts\">\n");
    report_add_fact(t, "Smallest angle of the mesh", x->r->quality.min_angle_rad * 180.0 / PI, 1, "°");
    text_add(t, "<tr><th>Program</th><td>motrade %s</td></tr>\n<tr><th>Fingerprint of the material data</th><td><code>%016llx</code></td>"
                "</tr>\n</table>\n",
             MOTRADE_VERSION, x->data->lib->hash);
    report_add_conventions(t);
    text_add(t, "</section>\n");
}

/* ---- data ---- */

static json_t *get_gap(const struct field_case_result *r)
{
    json_t *order = json_array(), *B = json_array();
    double even_T = 0.0;
    for (int k = 2; k <= GAP_ORDERS; k += 2)
        even_T = fmax(even_T, hypot(r->gap_d_T[k], r->gap_q_T[k]));
    for (int k = 1; k <= GAP_ORDERS; k += even_T > 0.0 ? 1 : 2) {
        json_array_append_new(order, json_integer(k));
        json_array_append_new(B, out_json_get_real(hypot(r->gap_d_T[k], r->gap_q_T[k])));
    }
    return json_pack("{s:o, s:o}", "order", order, "B", B);
}

static void set_label(const struct field_case_point *p, int is_wound, char *out, size_t n)
{
    if (is_wound)
        snprintf(out, n, "d %.4g, q %.4g, field %.3g A", p->i_d_A, p->i_q_A, p->i_f_A);
    else
        snprintf(out, n, "d %.4g, q %.4g A", p->i_d_A, p->i_q_A);
}

static json_t *get_loads(const struct field_page *x)
{
    json_t *list = json_array();
    char label[64];
    for (int k = 0; k < x->d->field.n_point; k++) {
        set_label(&x->d->field.point[k], machine_has_field_winding(&x->d->machine), label, sizeof label);
        json_array_append_new(list, report_get_load(&x->r->load[k].wave, label));
    }
    return list;
}

static json_t *get_flux(const struct field_page *x)
{
    struct report_mark mark[FIELD_CASE_MAX_POINT];
    char label[FIELD_CASE_MAX_POINT][64];
    const struct field_case *f = &x->d->field;
    for (int k = 0; k < f->n_point; k++) {
        set_label(&f->point[k], machine_has_field_winding(&x->d->machine), label[k], sizeof label[k]);
        mark[k] = (struct report_mark){label[k], f->point[k].i_d_A, f->point[k].i_q_A};
    }
    return report_get_flux(x->map, (double)NAN, f->n_point, mark);
}

/* Open circuit where it was asked for, then the point of the largest torque; of a map alone its largest i_q. */
static int get_drawn(const struct field_page *x, struct field_case_point out[2])
{
    const struct field_case *f = &x->d->field;
    int n = 0, best = 0;
    if (f->n_noload > 0)
        out[n++] = (struct field_case_point){0.0, 0.0, f->noload_i_f_A};
    for (int k = 1; k < f->n_point; k++)
        if (fabs(x->r->load[k].wave.torque_mean_Nm) > fabs(x->r->load[best].wave.torque_mean_Nm))
            best = k;
    if (f->n_point > 0)
        out[n++] = f->point[best];
    else if (f->map.n_d > 0)
        out[n++] = (struct field_case_point){0.0, f->map.i_q_A[f->map.n_q - 1], f->map.i_f_A[f->map.n_f - 1]};
    return n;
}

static void add_pictures(struct text *t, const struct field_page *x, int n, const struct field_case_point *at)
{
    char label[2][64];
    const char *caption[2];
    for (int k = 0; k < n; k++) {
        snprintf(label[k], sizeof label[k], "Open circuit");
        if (at[k].i_d_A != 0.0 || at[k].i_q_A != 0.0)
            set_label(&at[k], machine_has_field_winding(&x->d->machine), label[k], sizeof label[k]);
        caption[k] = label[k];
    }
    report_add_pictures(t, &x->d->machine, n, caption);
}

static enum status get_data(const struct field_page *x, int n, const struct field_case_point *at, json_t **out, struct err *e)
{
    json_t *root = *out = json_object(), *pictures = json_array();
    json_object_set_new(root, "color", json_string(REPORT_MOTOR_COLOR));
    json_object_set_new(root, "picture", pictures);
    for (int k = 0; k < n; k++) {
        const struct picture_load load = {at[k].i_d_A, at[k].i_q_A, at[k].i_f_A, x->d->field.magnet_K, NULL};
        json_t *p = NULL;
        TRY(report_get_picture(&x->d->machine, &load, &p, e));
        json_array_append_new(pictures, p);
    }
    json_object_set_new(root, "noload", report_get_noload(&x->d->machine, &x->r->noload, x->d->field.speed_rad_per_s));
    json_object_set_new(root, "load", get_loads(x));
    json_object_set_new(root, "gap", x->d->field.n_noload > 0 ? get_gap(x->r) : json_null());
    json_object_set_new(root, "flux", get_flux(x));
    return ST_OK;
}

enum status report_write_field_case(const struct design *d, const struct report_data *data, const struct flux_map *map,
                                    const struct field_case_result *r, const char *path, struct err *e)
{
    const struct field_page x = {d, data, map, r};
    const struct report_inputs in = {.lib = data->lib, .n = 1, .machine = {&d->machine}};
    struct field_case_point at[2];
    int n = get_drawn(&x, at);
    struct text body = {0}, library = {0};
    json_t *root = NULL;
    report_add_head(&body, d->machine.name);
    add_head(&body, &x);
    add_figures(&body, &x);
    add_loads(&body, &x);
    add_pictures(&body, &x, n, at);
    add_waves(&body, &x);
    if (map)
        report_add_flux_charts(&body, map, d->machine.magnet != NULL);
    add_absent(&body, d);
    report_add_sources(&body, &in);
    add_method(&body, &x);
    report_add_inputs(&body, yaml_get_root(d->doc));
    enum status st = report_read_library(&library, e);
    if (st == ST_OK)
        st = get_data(&x, n, at, &root, e);
    if (st == ST_OK)
        st = report_write_page(&body, root, &library, report_script_motor, path, e);
    else
        json_decref(root);
    text_done(&library);
    text_done(&body);
    return st;
}
