/* design_field_table.c - a field case on a terminal. */
#include "solver/design_field.h"
#include "materials/base/units.h"
#include "solver/out_text.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define LABEL_WIDTH 46

static void add_row(struct text *t, const char *label, double v, const char *unit)
{
    if (isfinite(v))
        text_add(t, "%-*s %12.4g %s\n", LABEL_WIDTH, label, v, unit);
}

static void add_no_load(struct text *t, const struct design *d, const struct field_case_result *r)
{
    const struct waveform_noload *w = &r->noload;
    if (d->field.n_noload == 0)
        return;
    text_add(t, "OPEN CIRCUIT");
    if (w->n_position > 0)
        text_add(t, " (%d rotor positions of the electrical period)", w->n_position * w->n_window);
    text_add(t, "\n");
    if (machine_has_field_winding(&d->machine))
        add_row(t, "field current", d->field.noload_i_f_A, "A");
    add_row(t, "d flux linkage, mean over positions", r->noload_flux_Wb, "Wb");
    for (int k = 1; k <= 7; k += 2) {
        static const char *const LABEL[] = {"gap flux density, fundamental", "  order 3", "  order 5", "  order 7"};
        add_row(t, LABEL[k / 2], hypot(r->gap_d_T[k], r->gap_q_T[k]), "T");
    }
    if (w->n_position == 0)
        return;
    add_row(t, "cogging torque, peak to peak, by stress", w->cogging_Nm, "N m");
    add_row(t, "  by energy", w->cogging_energy_Nm, "N m");
    if (!isfinite(r->emf.phase_fundamental_V))
        return;
    add_row(t, "speed of the back-EMF", d->field.speed_rad_per_s * 30.0 / PI, "rpm");
    add_row(t, "phase back-EMF, fundamental, peak", r->emf.phase_fundamental_V, "V");
    add_row(t, "line back-EMF, highest", r->emf.line_peak_V, "V");
    add_row(t, "line back-EMF, total harmonic distortion", 100.0 * r->emf.line_thd_pu, "%");
}

static void add_loads(struct text *t, const struct design *d, const struct field_case_result *r)
{
    if (d->field.n_point == 0)
        return;
    text_add(t, "LOAD POINTS (%d rotor positions of 60 degrees electrical; torque in N m)\n", d->field.n_load);
    text_add(t, "%8s%8s%8s%11s%11s%10s%10s%10s%9s%9s\n", "i_d A", "i_q A", "i_f A", "lambda_d", "lambda_q", "torque by", "by", "by the",
             "ripple", "iron");
    text_add(t, "%8s%8s%8s%11s%11s%10s%10s%10s%9s%9s\n", "", "", "", "Wb", "Wb", "stress", "linkage", "map", "pk-pk", "loss W");
    for (int k = 0; k < d->field.n_point; k++) {
        const struct field_case_load *l = &r->load[k];
        const struct waveform_load *w = &l->wave;
        double iron_W = 0.0;
        for (int q = 0; q < LOSS_REGION_COUNT; q++)
            iron_W += l->iron_W[q];
        text_add(t, "%8.5g%8.5g%8.5g%11.5f%11.5f%10.2f%10.2f", w->i_d_A, w->i_q_A, w->i_f_A, w->lambda_d_mean_Wb, w->lambda_q_mean_Wb,
                 w->torque_mean_Nm, w->torque_linkage_Nm);
        const double rest[] = {l->map_torque_Nm, w->ripple_Nm, iron_W};
        for (int q = 0; q < 3; q++)
            if (isfinite(rest[q]))
                text_add(t, "%*.*f", q == 0 ? 10 : 9, q == 2 ? 1 : 2, rest[q]);
            else
                text_add(t, "%*s", q == 0 ? 10 : 9, "-");
        text_add(t, "\n");
    }
}

static void add_absent(struct text *t, const struct design *d)
{
    struct field_absent a[DESIGN_FIELD_MAX_ABSENT];
    int n = design_field_get_absent(d, a);
    text_add(t, "NOT COMPUTED, for the file does not say enough\n");
    for (int k = 0; k < n; k++)
        text_add(t, "%-28s %s\n", a[k].label, a[k].reason);
}

void design_field_add_table(struct text *t, const struct design *d, const struct field_case_result *r, const char *dir)
{
    static const char *const MESH[MESH_LEVEL_COUNT] = {"coarse", "medium", "fine"};
    const struct flux_map_opts *o = &d->field.map;
    out_text_add_rule(t);
    text_add(t, "%.99s\n", d->machine.name);
    text_add(t, "field case: %s mesh, %ld unknowns, %ld field solutions", MESH[d->field.mesh], r->n_unknown, r->n_solve);
    if (isfinite(d->field.magnet_K))
        text_add(t, "; magnets at %.4g degC", d->field.magnet_K - KELVIN_OFFSET_K);
    text_add(t, "\n");
    out_text_add_rule(t);
    add_no_load(t, d, r);
    add_loads(t, d, r);
    if (o->n_d > 0) {
        double low_A, high_A;
        flux_map_get_i_d_range(o, &low_A, &high_A);
        text_add(t, "FLUX MAP: %d x %d x %d currents, means of %d positions, i_d %g to %g A, i_q 0 to %g A\n", o->n_d, o->n_q, o->n_f,
                 o->n_position, low_A, high_A, o->i_q_A[o->n_q - 1]);
    }
    add_absent(t, d);
    out_text_add_rule(t);
    text_add(t, "%s: report.html\nresult.json   field.vtk%s%s%s\n", dir, d->field.n_noload > 0 ? "   gap_harmonics.csv" : "",
             r->noload.n_position > 0 || d->field.n_point > 0 ? "   waveforms.csv   harmonics.csv" : "",
             o->n_d > 0 ? "\nflux_map.csv   flux_map.mat" : "");
}
