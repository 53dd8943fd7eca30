/* rotor_salient.c - salient wound pole: rules, pole body. Shape: machine.h. */
#include "models/machine/rotor.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

static enum status check_salient(const struct machine *m, struct err *e)
{
    const struct rotor_salient *s = &m->salient;
    double q = PI / (2 * m->p), x_root = m->R_ro_m - s->shoe_root_m, x_top = x_root - s->coil_top_gap_m, x_bottom = x_top - s->coil_h_m;
    double y_body = 0.5 * s->body_w_m, y_gap = y_body + s->coil_gap_m, y_coil = y_gap + s->coil_w_m;
    double R_tip_m = machine_get_surface_m(m, s->shoe_half_rad);
    double x_tip = R_tip_m * cos(s->shoe_half_rad) - s->shoe_tip_m, y_tip = R_tip_m * sin(s->shoe_half_rad);
    TRY(machine_check_least("shoe", "the rotor yoke", s->R_yoke_m - m->R_ri_m, m->bridge_min_m, e));
    TRY(machine_check_least("shoe", "the pole body", s->body_w_m, m->bridge_min_m, e));
    TRY(machine_check_least("shoe", "the shoe at its tip", s->shoe_tip_m, m->bridge_min_m, e));
    TRY(machine_check_positive("shoe", "the gap between shoe and q axis", m->R_ro_m * (q - s->shoe_half_rad), e));
    TRY(machine_check_positive("shoe", "the overhang of the shoe over the coil's inner side", y_tip - y_gap, e));
    TRY(machine_check_positive("coil_fit", "the clearance beside the coil", s->coil_gap_m, e));
    TRY(machine_check_positive("coil_fit", "the clearance above the coil", s->coil_top_gap_m, e));
    TRY(machine_check_positive("coil_fit", "the coil width", s->coil_w_m, e));
    TRY(machine_check_positive("coil_fit", "the coil height", s->coil_h_m, e));
    TRY(machine_check_positive("coil_fit", "the yoke circle between the coil's inner side and the q axis",
                               s->R_yoke_m * sin(q) - y_gap, e));
    TRY(machine_check_positive("coil_fit", "the clearance between coil and shoe tip", x_tip - x_top, e));
    TRY(machine_check_positive("coil_fit", "the clearance between coil and yoke",
                               x_bottom - sqrt(s->R_yoke_m * s->R_yoke_m - y_body * y_body), e));
    return machine_check_positive("coil_fit", "half the clearance between neighbouring coils", x_bottom * sin(q) - y_coil * cos(q), e);
}

static int is_in_body(const struct machine *m, double u_m, double v_m)
{
    const double half_m = 0.5 * m->salient.body_w_m;
    const double foot_m = sqrt(fmax(m->salient.R_yoke_m * m->salient.R_yoke_m - half_m * half_m, 0.0));
    return u_m <= half_m && v_m <= m->R_ro_m - m->salient.shoe_root_m && v_m >= foot_m;
}

static int has_coil(const struct machine *m)
{
    (void)m;
    return 1;
}

/* between the y axis and a circle of radius R about the origin, from y = 0 to y */
static double get_area_below_m2(double R_m, double y_m)
{
    return 0.5 * (y_m * sqrt(R_m * R_m - y_m * y_m) + R_m * R_m * asin(y_m / R_m));
}

/* Half a pole outside the yoke: the body from yoke circle to surface, and beside it the shoe over its straight underside. */
static double get_half_pole_m2(const struct machine *m)
{
    const struct rotor_salient *s = &m->salient;
    const double R_tip_m = machine_get_surface_m(m, s->shoe_half_rad), c = m->pole_offset_m;
    const double y_body = 0.5 * s->body_w_m, y_tip = R_tip_m * sin(s->shoe_half_rad);
    const double x_root = m->R_ro_m - s->shoe_root_m, x_tip = R_tip_m * cos(s->shoe_half_rad) - s->shoe_tip_m;
    const double shoe_m2 = c * y_tip + get_area_below_m2(m->R_ro_m - c, y_tip) - 0.5 * (x_root + x_tip) * (y_tip - y_body);
    return shoe_m2 - get_area_below_m2(s->R_yoke_m, y_body);
}

static void get_coil(const struct machine *m, struct machine_field_coil *out)
{
    const struct rotor_salient *s = &m->salient;
    *out = (struct machine_field_coil){
        .body_w_m = s->body_w_m, .offset_m = s->coil_gap_m + 0.5 * s->coil_w_m, .width_m = s->coil_w_m, .height_m = s->coil_h_m,
        .area_m2 = s->coil_w_m * s->coil_h_m, .R_yoke_m = s->R_yoke_m, .shoe_half_rad = s->shoe_half_rad,
        .iron_m2 = PI * (s->R_yoke_m * s->R_yoke_m - m->R_ri_m * m->R_ri_m) + 4.0 * m->p * get_half_pole_m2(m)};
}

const struct rotor_template ROTOR_SALIENT_TEMPLATE = {.key = "salient", .check = check_salient, .is_in_post = is_in_body,
                                                      .has_coil = has_coil, .get_coil = get_coil};
