/* design_field.c - files of a field case. */
#include "solver/design_field.h"
#include "materials/base/units.h"
#include "solver/cli.h"
#include "solver/out_json.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

static const char *const MESH_KEY[MESH_LEVEL_COUNT] = {"coarse", "medium", "fine"};
static const char *const REGION_KEY[LOSS_REGION_COUNT] = {"stator_yoke_W", "stator_tooth_W", "rotor_iron_W", "magnet_W"};

int design_field_get_absent(const struct design *d, struct field_absent out[DESIGN_FIELD_MAX_ABSENT])
{
    static const struct field_absent ALWAYS[] = {
        {"envelope", "torque-speed envelope", "needs requirement: voltage, current and speed limits"},
        {"efficiency_map", "efficiency map, loss split", "needs requirement, and the temperatures"},
        {"temperatures", "temperatures", "need cooling and duty"},
        {"demagnetisation", "demagnetisation margin", "needs demagnetisation, duty and cooling"},
        {"strength", "strength at overspeed", "needs requirement: speed and overspeed factor"},
        {"bill", "bill of materials, cost", "need level (masses of shaft and housing) and economics"},
        {"risk", "supply-risk cost", "needs economics"},
    };
    const struct field_case *f = &d->field;
    int n = 0;
    if (f->n_noload == 0)
        out[n++] = (struct field_absent){"no_load", "open circuit", "not asked for: field has no no_load"};
    else if (d->machine.stator.is_slotless)
        out[n++] = (struct field_absent){"back_emf", "linkage, back-EMF, cogging", "a slotless stator carries no winding in the model"};
    else if (!isfinite(f->speed_rad_per_s))
        out[n++] = (struct field_absent){"back_emf", "back-EMF", "field names no speed_rpm"};
    if (f->map.n_d == 0)
        out[n++] = (struct field_absent){"flux_map", "flux maps", "not asked for: field has no map"};
    if (f->n_point == 0)
        out[n++] = (struct field_absent){"load", "load points, ripple", "not asked for: field has no load"};
    else if (f->map.n_d == 0 || !isfinite(f->speed_rad_per_s))
        out[n++] = (struct field_absent){"iron_loss", "iron loss at the points", "needs map and speed_rpm in field"};
    for (int k = 0; k < ARRAY_LEN(ALWAYS); k++)
        if (d->machine.magnet || strcmp(ALWAYS[k].key, "demagnetisation") != 0)
            out[n++] = ALWAYS[k];
    return n;
}

struct wave_set design_field_get_set(const struct design *d, const struct field_case_result *r)
{
    struct wave_set w = {.noload = &r->noload,
                         .speed_rad_per_s = d->field.speed_rad_per_s,
                         .noload_magnet_K = d->field.magnet_K,
                         .is_numbered = 1,
                         .load_magnet_K = d->field.magnet_K};
    for (int k = 0; k < d->field.n_point; k++)
        w.load[w.n_load++] = &r->load[k].wave;
    return w;
}

/* ---- result.json ---- */

static void set_real(json_t *o, const char *key, double v) { json_object_set_new(o, key, out_json_get_real(v)); }

static json_t *get_gap(const struct field_case_result *r)
{
    json_t *order = json_array(), *d = json_array(), *q = json_array();
    for (int k = 1; k <= FIELD_CASE_GAP_ORDERS; k++) {
        json_array_append_new(order, json_integer(k));
        json_array_append_new(d, out_json_get_real(r->gap_d_T[k]));
        json_array_append_new(q, out_json_get_real(r->gap_q_T[k]));
    }
    return json_pack("{s:o, s:o, s:o, s:s}", "order", order, "B_d_T", d, "B_q_T", q, "text",
                     "radial at mid gap, electrical angle 0: sum B_d cos(order p a) + B_q sin(order p a), a from the d axis");
}

static json_t *get_emf(const struct design *d, const struct field_case_result *r)
{
    const struct waveform_emf *x = &r->emf;
    if (!isfinite(x->phase_fundamental_V))
        return json_null();
    json_t *o = json_object(), *phase = json_array(), *line = json_array();
    double w_el = d->machine.p * d->field.speed_rad_per_s;
    set_real(o, "speed_rpm", d->field.speed_rad_per_s * 30.0 / PI);
    set_real(o, "phase_fundamental_V", x->phase_fundamental_V);
    set_real(o, "phase_rms_V", x->phase_rms_V);
    set_real(o, "phase_thd_pct", 100.0 * x->phase_thd_pu);
    set_real(o, "line_fundamental_V", x->line_fundamental_V);
    set_real(o, "line_rms_V", x->line_rms_V);
    set_real(o, "line_peak_V", x->line_peak_V);
    set_real(o, "line_thd_pct", 100.0 * x->line_thd_pu);
    for (int k = 1; k <= WAVE_CSV_MAX_HARMONIC; k++) {
        json_array_append_new(phase, out_json_get_real(waveform_get_emf_harmonic_V(&r->noload, k, 0, w_el)));
        json_array_append_new(line, out_json_get_real(waveform_get_emf_harmonic_V(&r->noload, k, 1, w_el)));
    }
    json_object_set_new(o, "phase_harmonics_V", phase); /* order 1 first */
    json_object_set_new(o, "line_harmonics_V", line);
    return o;
}

static json_t *get_no_load(const struct design *d, const struct field_case_result *r)
{
    if (d->field.n_noload == 0)
        return json_null();
    json_t *o = json_object();
    set_real(o, "i_f_A", d->field.noload_i_f_A);
    if (!d->machine.stator.is_slotless) {
        json_object_set_new(o, "positions", json_integer(r->noload.n_position * r->noload.n_window));
        set_real(o, "lambda_d_Wb", r->noload_flux_Wb);
        set_real(o, "cogging_Nm", r->noload.cogging_Nm);
        set_real(o, "cogging_energy_Nm", r->noload.cogging_energy_Nm);
    }
    json_object_set_new(o, "gap_flux_density", get_gap(r));
    json_object_set_new(o, "back_emf", get_emf(d, r));
    return o;
}

static json_t *get_load(const struct field_case_load *l, int is_wound)
{
    const struct waveform_load *w = &l->wave;
    json_t *o = json_object(), *iron = json_object();
    set_real(o, "i_d_A", w->i_d_A);
    set_real(o, "i_q_A", w->i_q_A);
    set_real(o, "i_f_A", w->i_f_A);
    json_object_set_new(o, "positions", json_integer(w->n));
    set_real(o, "lambda_d_Wb", w->lambda_d_mean_Wb);
    set_real(o, "lambda_q_Wb", w->lambda_q_mean_Wb);
    set_real(o, "lambda_f_Wb", is_wound ? w->lambda_f_mean_Wb : (double)NAN);
    set_real(o, "torque_stress_Nm", w->torque_mean_Nm);
    set_real(o, "torque_linkage_Nm", w->torque_linkage_Nm);
    set_real(o, "torque_map_Nm", l->map_torque_Nm);
    set_real(o, "ripple_Nm", w->ripple_Nm);
    set_real(o, "ripple_energy_Nm", w->ripple_energy_Nm);
    for (int k = 0; k < LOSS_REGION_COUNT; k++)
        set_real(iron, REGION_KEY[k], l->iron_W[k]);
    json_object_set_new(o, "iron_loss", iron);
    return o;
}

static json_t *get_absent(const struct design *d)
{
    struct field_absent a[DESIGN_FIELD_MAX_ABSENT];
    int n = design_field_get_absent(d, a);
    json_t *o = json_object();
    for (int k = 0; k < n; k++)
        json_object_set_new(o, a[k].key, json_string(a[k].reason));
    return o;
}

static enum status write_json(const struct design *d, const struct field_case_ws *ws, const struct field_case_result *r, const char *path,
                              struct err *e)
{
    json_t *root = json_pack("{s:s, s:s, s:s}", "schema", "motrade/field_case", "schema_version", RESULT_SCHEMA_VERSION, "program_version",
                             MOTRADE_VERSION);
    json_t *mesh = json_pack("{s:s, s:I, s:I}", "level", MESH_KEY[d->field.mesh], "unknowns", (json_int_t)r->n_unknown, "field_solutions",
                             (json_int_t)r->n_solve);
    json_t *winding = json_object(), *load = json_array();
    set_real(mesh, "min_angle_deg", r->quality.min_angle_rad * 180.0 / PI);
    set_real(winding, "phase_resistance_20degC_ohm", r->winding.R20_ohm);
    set_real(winding, "end_leakage_H", r->winding.L_end_H);
    for (int k = 0; k < d->field.n_point; k++)
        json_array_append_new(load, get_load(&r->load[k], machine_has_field_winding(&d->machine)));
    json_object_set_new(root, "conventions", out_json_get_conventions());
    json_object_set_new(root, "inputs", out_json_get_yaml(yaml_get_root(d->doc)));
    json_object_set_new(root, "machine", out_json_get_machine(&d->machine));
    json_object_set_new(root, "mesh", mesh);
    json_object_set_new(root, "winding", winding);
    set_real(root, "magnet_degC", d->field.magnet_K - KELVIN_OFFSET_K);
    json_object_set_new(root, "no_load", get_no_load(d, r));
    json_object_set_new(root, "load", load);
    json_object_set_new(root, "flux_map", field_case_get_map(ws) ? design_get_map(field_case_get_map(ws)) : json_null());
    json_object_set_new(root, "absent", get_absent(d));
    return out_json_write(root, path, e);
}

static enum status write_gap(const struct design *d, const struct field_case_result *r, const char *path, struct err *e)
{
    struct text t = {0};
    text_add(&t, "# motrade %s radial flux density at mid gap, open circuit, of: %s\n# electrical angle 0; sum B_d cos(order p a) + B_q "
                 "sin(order p a), a from the d axis\norder,B_d_T,B_q_T,amplitude_T\n",
             MOTRADE_VERSION, d->machine.name);
    for (int k = 1; k <= FIELD_CASE_GAP_ORDERS; k++)
        text_add(&t, "%d,%.9g,%.9g,%.9g\n", k, r->gap_d_T[k], r->gap_q_T[k], hypot(r->gap_d_T[k], r->gap_q_T[k]));
    enum status st = t.failed ? err_set(e, ST_NO_MEMORY, path, "CSV text") : text_write_file(path, t.s, t.n, e);
    text_done(&t);
    return st;
}

enum status design_field_write(const struct design *d, struct field_case_ws *ws, const struct field_case_result *r, const char *dir,
                               struct err *e)
{
    char path[1200];
    const struct wave_set set = design_field_get_set(d, r);
    const struct field_case_point noload = {0.0, 0.0, d->field.noload_i_f_A};
    snprintf(path, sizeof path, "%s/result.json", dir);
    TRY(write_json(d, ws, r, path, e));
    snprintf(path, sizeof path, "%s/gap_harmonics.csv", dir);
    if (d->field.n_noload > 0)
        TRY(write_gap(d, r, path, e));
    if (set.noload->n_position > 0 || set.n_load > 0)
        TRY(wave_csv_write_set(&d->machine, &set, dir, e));
    if (field_case_get_map(ws))
        TRY(design_write_map(d, field_case_get_map(ws), dir, e));
    snprintf(path, sizeof path, "%s/field.vtk", dir);
    return design_write_vtk(field_case_get_field(ws), d->field.n_point > 0 ? &d->field.point[0] : &noload, path, e);
}
