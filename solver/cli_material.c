/* cli_material.c - the page of one material: every datum with range, quality and source, and what follows over temperature. */
#include "materials/base/text.h"
#include "materials/base/units.h"
#include "solver/cli_impl.h"
#include "solver/out_text.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define LABEL_WIDTH 36
#define MAX_SOURCE 96
#define MAX_LOSS_ROW 40

struct sources { int n; const char *key[MAX_SOURCE]; };

static void set_source(struct sources *s, const char *key)
{
    for (int k = 0; k < s->n; k++)
        if (strcmp(s->key[k], key) == 0)
            return;
    if (key[0] && s->n < MAX_SOURCE)
        s->key[s->n++] = key;
}

static void add_datum(struct text *t, struct sources *s, const char *label, const char *key, const struct datum *d)
{
    if (!isfinite(d->value))
        return;
    char range[64] = "";
    double value = matview_eval(key, d->value), low = matview_eval(key, d->low), high = matview_eval(key, d->high);
    if (low < high)
        snprintf(range, sizeof range, "%.4g .. %.4g", low, high);
    text_add(t, "  ");
    out_text_add_label(t, LABEL_WIDTH, label);
    text_add(t, "%8.4g ", value);
    out_text_add_label(t, 9, matview_get_unit(key));
    out_text_add_label(t, 16, range);
    text_add(t, "%-10s%s\n", datum_get_quality_text(d->quality), d->source);
    set_source(s, d->source);
}

static void add_data(struct text *t, struct sources *s, enum matview_class c, const struct material *m)
{
    int n;
    const struct matview_datum *d = matview_get_data(c, &n);
    for (int k = 0; k < n; k++)
        add_datum(t, s, d[k].label, d[k].key, matview_get_datum(m, &d[k]));
    d = matview_get_common_data(&n);
    for (int k = 0; k < n; k++)
        add_datum(t, s, d[k].label, d[k].key, matview_get_datum(m, &d[k]));
    for (int k = 0; k < m->composition.n; k++) {
        struct text label = {0};
        text_add(&label, "mass share of %s", m->composition.element[k]);
        if (label.s)
            add_datum(t, s, label.s, "share_pct", &m->composition.mass_pu[k]);
        text_done(&label);
    }
    text_add(t, "  data valid from %.0f to %.0f °C\n", m->T_min_K - KELVIN_OFFSET_K, m->T_max_K - KELVIN_OFFSET_K);
}

static void add_magnet(struct text *t, const struct magnet *m)
{
    static const double T_degC[] = {-40, 20, 60, 80, 100, 120, 140, 150, 160, 180, 200, 220, 250, 300};
    const double depth_m = 0.0;
    text_add(t, "  technology: %s; evidence: %s\n", technology_get_label(m->technology), evidence_get_text(m->evidence));
    for (int k = 0; k < m->n_curve; k++)
        text_add(t, "%s%.0f%s", k ? ", " : "  knee from measured curves at ", m->curve[k].T_K - KELVIN_OFFSET_K,
                 k + 1 < m->n_curve ? "" : " °C instead of the squareness\n");
    cli_add_heading(t, "over temperature");
    text_add(t, "  B at the knee: below this flux density along the magnet, 1 %% of the remanence is lost for good.\n");
    text_add(t, "  %8s %9s %12s%s %16s %16s\n", "degC", "Br, T", "HcJ, kA/m", m->is_diffused ? "  at the face" : "", "H at knee, kA/m",
             "B at knee, T");
    for (int k = 0; k < ARRAY_LEN(T_degC); k++) {
        double T_K = T_degC[k] + KELVIN_OFFSET_K, end_K = isfinite(m->T_limit_K.value) ? m->T_limit_K.value : m->base.T_max_K;
        if (T_K < m->base.T_min_K - 0.01 || T_K > fmin(end_K, m->base.T_max_K) + 0.01)
            continue;
        double Br_T = magnet_eval_Br_T(m, T_K), HcJ = magnet_eval_HcJ_A_per_m(m, T_K, 0, NULL),
               knee = magnet_eval_knee_A_per_m(m, T_K, HcJ);
        text_add(t, "  %8.0f %9.3f %12.0f", T_degC[k], Br_T, 1e-3 * HcJ);
        if (m->is_diffused)
            text_add(t, " %12.0f", 1e-3 * magnet_eval_HcJ_A_per_m(m, T_K, 1, &depth_m));
        text_add(t, " %16.0f %16.3f\n", 1e-3 * knee, Br_T - MU0_H_PER_M * m->mu_rec.value * knee);
    }
}

static void add_steel(struct text *t, const struct steel *s)
{
    const struct curve *c = &s->H_of_B;
    int step = 1 + (c->n - 1) / 24, step_loss = 1 + (s->n_loss - 1) / MAX_LOSS_ROW;
    cli_add_heading(t, "magnetisation (points of the table)");
    text_add(t, "  %8s %12s %12s\n", "B, T", "H, A/m", "mu_r");
    for (int k = 0; k < c->n; k += step)
        if (c->y[k] > 0.0)
            text_add(t, "  %8.3f %12.1f %12.0f\n", c->x[k], c->y[k], c->x[k] / (MU0_H_PER_M * c->y[k]));
    cli_add_heading(t, "core loss (points of the table, and the fit used)");
    text_add(t, "  lamination %.2f mm; k_h %.4g, k_c %.4g, k_e %.4g (W/kg, Hz, T)\n  fit error mean %.1f %%, worst %.1f %%\n",
             1e3 * s->lamination_m, s->k_h, s->k_c, s->k_e, 100.0 * s->fit_error_mean_pu, 100.0 * s->fit_error_max_pu);
    text_add(t, "  %8s %8s %12s %12s %8s\n", "Hz", "T", "W/kg", "fit, W/kg", "%");
    for (int k = 0; k < s->n_loss; k += step_loss) {
        const double *p = s->loss_table + 3 * k;
        double fit = steel_eval_loss_W_per_kg(s, p[0], p[1]);
        text_add(t, "  %8.0f %8.2f %12.3f %12.3f %+8.1f\n", p[0], p[1], p[2], fit, 100.0 * (fit / p[2] - 1.0));
    }
}

static void add_conductor(struct text *t, const struct conductor *c)
{
    cli_add_heading(t, "over temperature");
    text_add(t, "  %8s %24s\n", "degC", "resistivity, uohm cm");
    for (int T_degC = -40; T_degC <= 240; T_degC += 40)
        if (T_degC + KELVIN_OFFSET_K >= c->base.T_min_K && T_degC + KELVIN_OFFSET_K <= c->base.T_max_K)
            text_add(t, "  %8d %24.4f\n", T_degC, 1e8 * conductor_eval_resistivity_ohm_m(c, T_degC + KELVIN_OFFSET_K));
}

static void add_coolant(struct text *t, const struct coolant *c)
{
    const struct curve *rho = &c->density_kg_per_m3;
    cli_add_heading(t, "over temperature");
    text_add(t, "  %8s %14s %16s %18s %16s\n", "degC", "density, kg/m3", "viscosity, mPa s", "conduct., W/(m K)", "heat, J/(kg K)");
    for (int k = 0; k < rho->n; k++) {
        double T_K = rho->x[k];
        text_add(t, "  %8.0f %14.1f %16.4g %18.4f %16.0f\n", T_K - KELVIN_OFFSET_K, rho->y[k], 1e3 * curve_eval(&c->viscosity_Pa_s, T_K),
                 curve_eval(&c->conductivity_W_per_m_K, T_K), curve_eval(&c->heat_capacity_J_per_kg_K, T_K));
    }
}

static void add_sources(struct text *t, const struct matlib *l, const struct sources *s)
{
    cli_add_heading(t, "sources");
    for (int k = 0; k < s->n; k++) {
        const struct ref *r = matview_get_ref(l, s->key[k]);
        text_add(t, "  %-24s ", s->key[k]);
        cli_add_wrapped(t, r ? r->text : "(not in the reference list)", 27, 27);
        if (r && r->link[0])
            text_add(t, "%27s%s\n", "", r->link);
    }
}

void cli_add_material(struct text *t, const struct matlib *l, enum matview_class c, const struct material *m)
{
    struct sources s = {0};
    text_add(t, "%s (%s)\n  ", m->name, matview_get_class_label(c));
    cli_add_wrapped(t, m->doc, 2, 2);
    text_add(t, "\n  %-*s%8s %-9s%-16s%-10s%s\n", LABEL_WIDTH, "", "value", "unit", "low .. high", "quality", "source");
    add_data(t, &s, c, m);
    /* every material begins with struct material, so that its own struct begins there too */
    const void *own = m;
    if (c == MATVIEW_MAGNET)
        add_magnet(t, own);
    else if (c == MATVIEW_STEEL)
        add_steel(t, own);
    else if (c == MATVIEW_CONDUCTOR)
        add_conductor(t, own);
    else if (c == MATVIEW_COOLANT)
        add_coolant(t, own);
    add_sources(t, l, &s);
}
