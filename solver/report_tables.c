/* report_tables.c - tables of one motor: dimensions, requirement margins, temperatures, losses, bill of materials. */
#include "solver/report_impl.h"
#include "materials/base/units.h"
#include "models/machine/sector.h"
#include "solver/requirement_row.h"
#include <math.h>
#include "materials/base/banned.h"

static void add_row(struct text *t, const char *label, double v, int decimals, const char *unit)
{
    if (!isfinite(v))
        return;
    text_add(t, "<tr><th>");
    report_add_sentence(t, label);
    text_add(t, "</th><td>");
    report_add_number(t, v, decimals);
    text_add(t, "</td><td class=\"unit\">%s</td></tr>\n", unit);
}

static void add_open(struct text *t, const char *title) { text_add(t, "<table><caption>%s</caption>\n", title); }
static void add_close(struct text *t) { text_add(t, "</table>\n"); }

/* ---- dimensions ---- */

void report_add_pole_count(struct text *t, const struct machine *m)
{
    struct machine_sector s;
    machine_get_sector(m, &s);
    if (s.n_pole == 1)
        text_add(t, "one pole");
    else
        text_add(t, "%d poles", s.n_pole);
}

static void add_rotor_v(struct text *t, const struct machine *m)
{
    const struct rotor_v *v = &m->v;
    add_row(t, "magnet leg, width", 1e3 * v->w_m_m, 1, "mm");
    add_row(t, "magnet, thickness", 1e3 * v->t_m_m, 2, "mm");
    add_row(t, "angle between the legs", 180.0 - 2.0 * v->beta_rad * 180.0 / PI, 1, "°");
    add_row(t, "iron bridge", 1e3 * machine_get_bridge_m(m), 2, "mm");
    if (v->centre == CENTRE_POST)
        add_row(t, "iron centre post", 1e3 * v->post_m, 2, "mm");
}

static void add_rotor_salient(struct text *t, const struct machine *m)
{
    const struct rotor_salient *s = &m->salient;
    add_row(t, "pole body, width", 1e3 * s->body_w_m, 1, "mm");
    add_row(t, "pole shoe, arc", 2.0 * s->shoe_half_rad * 180.0 / PI, 1, "°");
    add_row(t, "field coil, width", 1e3 * s->coil_w_m, 1, "mm");
    add_row(t, "field coil, height", 1e3 * s->coil_h_m, 1, "mm");
}

static void add_rotor_surface(struct text *t, const struct machine *m)
{
    const struct rotor_surface *s = &m->surface;
    add_row(t, "magnet, thickness", 1e3 * (m->R_ro_m - s->R_mi_m), 2, "mm");
    add_row(t, "magnet, arc", s->arc_rad * 180.0 / PI, 1, "°");
    if (s->sleeve_m > 0.0) {
        add_row(t, "sleeve, thickness", 1e3 * s->sleeve_m, 2, "mm");
        add_row(t, "sleeve, radial interference", 1e3 * s->sleeve_interference_m, 3, "mm");
    }
}

void report_add_dimensions(struct text *t, const struct machine *m)
{
    const struct stator *s = &m->stator;
    add_open(t, "Main dimensions");
    add_row(t, "stator, outer diameter", 2e3 * s->R_out_m, 1, "mm");
    add_row(t, "stator bore", 2e3 * s->R_bore_m, 2, "mm");
    add_row(t, "rotor, outer diameter", 2e3 * m->R_ro_m, 2, "mm");
    add_row(t, "air gap", 1e3 * (s->R_bore_m - m->R_ro_m), 2, "mm");
    add_row(t, "stack length", 1e3 * m->stack_m, 1, "mm");
    if (m->n_skew_slice > 1) {
        add_row(t, "rotor skew, slices", m->n_skew_slice, 0, "");
        add_row(t, "rotor skew over the stack", m->skew_rad * 180.0 / PI, 2, "°");
    }
    add_row(t, "poles", 2 * m->p, 0, "");
    if (!s->is_slotless) {
        add_row(t, "slots", s->n_slot, 0, "");
        add_row(t, "conductors per slot", m->winding.n_conductor_per_slot, 0, "");
        add_row(t, "winding layers", m->winding.n_layer, 0, "");
        add_row(t, "coil span, slots", m->winding.coil_span_slots, 0, "");
        add_row(t, "parallel paths", m->winding.n_path, 0, "");
        add_row(t, "slot depth", 1e3 * (s->h0_m + s->h1_m + s->h2_m + (s->bottom == SLOT_ROUND ? 0.5 * s->b2_m : 0.0)), 1, "mm");
        add_row(t, "tooth width", 1e3 * machine_get_tooth_width_m(m), 2, "mm");
        add_row(t, "yoke height", 1e3 * machine_get_yoke_m(m), 1, "mm");
    }
    if (m->rotor_type == ROTOR_V)
        add_rotor_v(t, m);
    else if (m->rotor_type == ROTOR_SALIENT)
        add_rotor_salient(t, m);
    else if (m->rotor_type == ROTOR_SURFACE)
        add_rotor_surface(t, m);
    struct machine_dimension dim[MACHINE_MAX_DIMENSION];
    int n = machine_get_dimensions(m, dim);
    for (int k = 0; k < n; k++)
        add_row(t, dim[k].label, dim[k].is_angle ? dim[k].value * 180.0 / PI : 1e3 * dim[k].value, dim[k].is_angle ? 1 : 2,
                dim[k].is_angle ? "°" : "mm");
    if (machine_has_field_winding(m))
        add_row(t, "field turns per pole", m->field.n_turns, 0, "");
    add_close(t);
}

/* ---- requirement margins ---- */

static void add_margin(struct text *t, const struct requirement_row *x)
{
    text_add(t, "<tr><th>");
    report_add_sentence(t, x->label);
    text_add(t, "</th><td>");
    if (isfinite(x->wanted))
        report_add_number(t, x->reached, figure_label_fit_decimals("", x->reached, x->decimals));
    text_add(t, "</td><td>");
    if (isfinite(x->wanted))
        report_add_number(t, x->wanted, figure_label_fit_decimals("", x->wanted, x->decimals));
    text_add(t, "</td><td class=\"unit\">%s</td><td class=\"%s\">%s</td></tr>\n", x->unit, x->state == REQUIREMENT_MET ? "good" : "bad",
             requirement_row_get_state(x->state));
}

void report_add_margins(struct text *t, const struct eval_setup *u, const struct machine *m, const struct result *r)
{
    struct requirement_row row[REQUIREMENT_MAX_ROW];
    const int n = requirement_row_get(u, m, r, row);
    text_add(t, "<table><caption>Requirements</caption><tr><th></th><td class=\"unit\">reached</td><td "
                "class=\"unit\">wanted</td><td></td><td></td></tr>\n");
    for (int k = 0; k < n; k++)
        add_margin(t, &row[k]);
    add_close(t);
}

/* ---- temperatures and losses ---- */

static void add_pair(struct text *t, const char *label, double a, double b, int decimals)
{
    if (!isfinite(a) && !isfinite(b))
        return;
    text_add(t, "<tr><th>");
    report_add_sentence(t, label);
    text_add(t, "</th><td>");
    report_add_number(t, a, decimals);
    text_add(t, "</td><td>");
    report_add_number(t, b, decimals);
    text_add(t, "</td></tr>\n");
}

static void add_pair_head(struct text *t, const char *title)
{
    text_add(t, "<table><caption>%s</caption><tr><th></th><td class=\"unit\">continuous</td><td class=\"unit\">peak</td></tr>\n", title);
}

static void add_celsius(struct text *t, const char *label, double a_K, double b_K)
{
    add_pair(t, label, a_K - KELVIN_OFFSET_K, b_K - KELVIN_OFFSET_K, 0);
}

void report_add_temperatures(struct text *t, const struct eval_detail *d)
{
    static const enum thermal_node NODE[] = {THERMAL_HOUSING, THERMAL_YOKE,       THERMAL_TOOTH,    THERMAL_TOOTH + 1, THERMAL_TOOTH_END,
                                             THERMAL_SLOT,    THERMAL_SLOT + 1,   THERMAL_SLOT_END, THERMAL_END,       THERMAL_END_AIR,
                                             THERMAL_GAP,     THERMAL_ROTOR_FACE, THERMAL_ROTOR,    THERMAL_ACTIVE,    THERMAL_SHAFT};
    const struct thermal_state *a = &d->heat_continuous, *b = &d->heat_peak;
    add_pair_head(t, "Temperatures, °C");
    add_celsius(t, "winding, hottest spot", a->copper_hot_K, b->copper_hot_K);
    add_celsius(t, "winding, mean", a->copper_mean_K, b->copper_mean_K);
    add_celsius(t, "magnet, hottest spot", a->magnet_hot_K, b->magnet_hot_K);
    add_celsius(t, "magnet layer at the shaft, mean", isnan(a->magnet_layer_mean_K[1]) ? (double)NAN : a->magnet_layer_mean_K[0],
                isnan(b->magnet_layer_mean_K[1]) ? (double)NAN : b->magnet_layer_mean_K[0]);
    add_celsius(t, "magnet layer at the gap, mean", a->magnet_layer_mean_K[1], b->magnet_layer_mean_K[1]);
    add_celsius(t, "field winding, hottest spot", a->field_hot_K, b->field_hot_K);
    for (int k = 0; k < ARRAY_LEN(NODE); k++)
        add_celsius(t, figure_label_get_node(NODE[k], a), a->T_K[NODE[k]], b->T_K[NODE[k]]);
    add_celsius(t, "coolant at the outlet", a->coolant_out_K, b->coolant_out_K);
    add_close(t);
}

static void add_spread(struct text *t, const struct eval_spread *x)
{
    char label[96];
    figure_label_get(x->key, label, sizeof label);
    add_pair(t, label, x->winding_K[0], x->winding_K[1], figure_label_get_decimals(x->key));
}

/* Thermal coefficients with a range: kelvin of the winding's hot spot at its ends. */
void report_add_spread(struct text *t, const struct eval_detail *d)
{
    if (d->n_spread == 0)
        return;
    text_add(t, "<table><caption>Winding hot spot, continuous, at the ends of a thermal coefficient's range, K</caption>"
                "<tr><th></th><td class=\"unit\">low</td><td class=\"unit\">high</td></tr>\n");
    for (int k = 0; k < d->n_spread; k++)
        if (fabs(d->spread[k].winding_K[1] - d->spread[k].winding_K[0]) >= 0.1)
            add_spread(t, &d->spread[k]);
    for (int k = 0; k < FILM_COUNT; k++)
        if (d->heat_continuous.film_outside[k] || d->heat_peak.film_outside[k])
            text_add(t, "<tr><th>Outside the range of its correlation: %s</th><td></td><td></td></tr>\n", film_get_name((enum film_kind)k));
    add_close(t);
}

void report_add_losses(struct text *t, const struct eval_detail *d)
{
    static const char *const REGION[LOSS_REGION_COUNT] = {"stator yoke", "stator teeth", "rotor iron", "magnets"};
    const struct operate_point *a = &d->point_continuous, *b = &d->point_peak;
    const double degree = 180.0 / PI;
    add_pair_head(t, "Operating points and losses, W");
    add_pair(t, "torque, N·m", a->torque_Nm, b->torque_Nm, 1);
    add_pair(t, "speed, rpm", a->speed_rad_per_s * 30.0 / PI, b->speed_rad_per_s * 30.0 / PI, 0);
    add_pair(t, "phase current, peak A", a->i_A, b->i_A, 0);
    add_pair(t, "current advance, ° electrical", atan2(-a->i_d_A, a->i_q_A) * degree, atan2(-b->i_d_A, b->i_q_A) * degree, 1);
    if (a->i_f_A > 0.0 || b->i_f_A > 0.0)
        add_pair(t, "field current, A", a->i_f_A, b->i_f_A, 1);
    add_pair(t, "phase voltage, peak V", a->v_V, b->v_V, 0);
    add_pair(t, "efficiency, %", 100.0 * a->efficiency_pu, 100.0 * b->efficiency_pu, 1);
    add_pair(t, "winding, direct-current part", a->loss.copper_dc_W, b->loss.copper_dc_W, 0);
    add_pair(t, "winding, ac part", a->loss.copper_ac_W, b->loss.copper_ac_W, 0);
    if (a->loss.field_W > 0.0 || b->loss.field_W > 0.0) {
        add_pair(t, "field winding", a->loss.field_W, b->loss.field_W, 0);
        add_pair(t, "exciter and slip rings", a->loss.exciter_W, b->loss.exciter_W, 0);
    }
    for (int k = 0; k < LOSS_REGION_COUNT; k++)
        if (k != LOSS_MAGNET || a->loss.iron_W[k] > 0.0 || b->loss.iron_W[k] > 0.0)
            add_pair(t, REGION[k], a->loss.iron_W[k], b->loss.iron_W[k], 0);
    if (a->loss.sleeve_W > 0.0 || b->loss.sleeve_W > 0.0)
        add_pair(t, "sleeve", a->loss.sleeve_W, b->loss.sleeve_W, 0);
    add_pair(t, "windage", a->loss.windage_W, b->loss.windage_W, 0);
    add_pair(t, "bearings", a->loss.bearing_W, b->loss.bearing_W, 0);
    text_add(t, "<tr class=\"sum\"><th>All losses</th><td>");
    report_add_number(t, a->loss.total_W, 0);
    text_add(t, "</td><td>");
    report_add_number(t, b->loss.total_W, 0);
    text_add(t, "</td></tr></table>\n");
}

/* ---- bill of materials ---- */

static const char *const PART[BOM_PART_COUNT] = {
    [BOM_STATOR_CORE] = "stator core", [BOM_ROTOR_CORE] = "rotor core", [BOM_COPPER_SLOT] = "copper in the slots",
    [BOM_COPPER_END] = "copper in the end turns", [BOM_COPPER_FIELD] = "copper of the field winding", [BOM_MAGNET] = "magnets",
    [BOM_MAGNET_DIFFUSED] = "diffused Dy or Tb", [BOM_INSULATION] = "insulation", [BOM_SHAFT] = "shaft", [BOM_HOUSING] = "housing",
    [BOM_SLEEVE] = "sleeve"};

void report_add_parts(struct text *t, const struct eval_detail *d)
{
    double kg = 0.0;
    text_add(t, "<table><caption>Bill of materials by part</caption><tr><th></th><td class=\"unit\">in motor, kg</td>"
                "<td class=\"unit\">bought, kg</td><td class=\"unit\">USD</td></tr>\n");
    for (int k = 0; k < BOM_PART_COUNT; k++) {
        if (!(d->bom.net_kg[k] > 0.0))
            continue;
        double USD = d->cost.purchase_USD[k] + d->cost.processing_USD[k] - d->cost.credit_USD[k];
        text_add(t, "<tr><th>");
        report_add_sentence(t, PART[k]);
        text_add(t, "</th><td>");
        report_add_number(t, d->bom.net_kg[k], 3);
        text_add(t, "</td><td>");
        report_add_number(t, d->bom.purchased_kg[k], 3);
        text_add(t, "</td><td>");
        report_add_number(t, USD, 2);
        text_add(t, "</td></tr>\n");
        kg += d->bom.net_kg[k];
    }
    if (d->bom.net_kg[BOM_COPPER_FIELD] > 0.0) {
        text_add(t, "<tr><th>Exciter and field supply</th><td></td><td></td><td>");
        if (isfinite(d->exciter_USD))
            report_add_number(t, d->exciter_USD, 2);
        else
            text_add(t, "not given");
        text_add(t, "</td></tr>\n");
    }
    text_add(t, "<tr class=\"sum\"><th>Total</th><td>");
    report_add_number(t, kg, 3);
    text_add(t, "</td><td>");
    report_add_number(t, d->bom.purchased_total_kg, 3);
    text_add(t, "</td><td>");
    report_add_number(t, d->cost.total_USD + (isfinite(d->exciter_USD) ? d->exciter_USD : 0.0), 2);
    text_add(t, "</td></tr></table>\n");
}

void report_add_elements(struct text *t, const struct bom_elements *el, const struct eval_detail *d)
{
    text_add(t, "<table><caption>By element</caption><tr><th></th><td class=\"unit\">in motor, g</td><td class=\"unit\">bought, g</td>"
                "<td class=\"unit\">USD</td></tr>\n");
    for (int k = 0; k < el->n && k < BOM_MAX_ELEMENT; k++) {
        if (!(d->bom.q_kg[k] > 0.0))
            continue;
        text_add(t, "<tr><th>");
        report_add_sentence(t, el->symbol[k]);
        text_add(t, "</th><td>");
        report_add_number(t, 1e3 * d->bom.m_kg[k], 1e3 * d->bom.m_kg[k] < 100.0);
        text_add(t, "</td><td>");
        report_add_number(t, 1e3 * d->bom.q_kg[k], 1e3 * d->bom.q_kg[k] < 100.0);
        text_add(t, "</td><td>");
        report_add_number(t, d->cost.element_USD[k], 2);
        text_add(t, "</td></tr>\n");
    }
    add_close(t);
}
