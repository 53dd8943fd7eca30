/* check.c - geometric rules, in the order in which an engineer would look: gap, slots, winding, rotor. Each names the figure that breaks it
 * and the nearest feasible value. The narrowest iron that can be punched, bridge_min_m, bounds bridges, posts, teeth, yokes and webs. */
#include "models/machine/machine.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

#define MM 1e3
#define DEG (180.0 / PI)
#define ROUNDING_M 1e-9   /* a dimension at its limit passes */

static enum status check_positive(const char *rule, const char *what, double value_m, struct err *e)
{
    if (value_m > 0)
        return ST_OK;
    return err_set(e, ST_INFEASIBLE, rule, "%s is %.3f mm; it must be larger than 0", what, value_m * MM);
}

static enum status check_least(const char *rule, const char *what, double value_m, double least_m, struct err *e)
{
    if (value_m >= least_m - ROUNDING_M)
        return ST_OK;
    return err_set(e, ST_INFEASIBLE, rule, "%s is %.3f mm; at least %.3f mm are needed", what, value_m * MM, least_m * MM);
}

static enum status check_radii(const struct machine *m, struct err *e)
{
    TRY(check_positive("airgap", "the air gap (bore radius less rotor radius)", m->stator.R_bore_m - m->R_ro_m, e));
    TRY(check_positive("stack", "the stack length", m->stack_m, e));
    TRY(check_positive("shaft", "the rotor's inner radius", m->R_ri_m, e));
    TRY(check_least("shaft", "the rotor's outer radius", m->R_ro_m, m->R_ri_m + m->bridge_min_m, e));
    return check_least("yoke", "the stator yoke behind the slots", machine_get_yoke_m(m), m->bridge_min_m, e);
}

static enum status check_slots(const struct machine *m, struct err *e)
{
    const struct stator *s = &m->stator;
    double a = PI / s->n_slot, x1 = s->R_bore_m + s->h0_m + s->h1_m, x2 = x1 + s->h2_m;
    TRY(check_positive("slot", "the slot opening b0", s->b0_m, e));
    TRY(check_positive("slot", "the opening height h0", s->h0_m, e));
    TRY(check_positive("slot", "the taper height h1", s->h1_m, e));
    TRY(check_positive("slot", "the slot height h2", s->h2_m, e));
    TRY(check_least("slot", "the slot width b1 below the taper", s->b1_m, s->b0_m, e));
    TRY(check_positive("slot", "the slot width b2 at the bottom", s->b2_m, e));
    TRY(check_positive("slot_overlap", "the tooth at the bore", 2 * (s->R_bore_m * sin(a) - 0.5 * s->b0_m * cos(a)), e));
    TRY(check_least("tooth_width", "the tooth behind its tip", 2 * (x1 * sin(a) - 0.5 * s->b1_m * cos(a)), m->bridge_min_m, e));
    /* a round bottom is tangent-free: its widest point seen from the tooth axis is one radius from the arc's centre */
    double bottom = s->bottom == SLOT_ROUND ? 2 * (x2 * sin(a) - 0.5 * s->b2_m) : 2 * (x2 * sin(a) - 0.5 * s->b2_m * cos(a));
    return check_least("tooth_width", "the tooth at the slot bottom", bottom, m->bridge_min_m, e);
}

static enum status check_winding(const struct machine *m, struct err *e)
{
    const struct winding *w = &m->winding;
    int n = m->stator.n_slot, period = 6 * m->p, nearest = period * (n > period ? (n + period / 2) / period : 1);
    if (n % period != 0)
        return err_set(e, ST_INFEASIBLE, "winding_slots",
                       "%d slots, %d poles, 3 phases: slots per pole and phase must be a whole number; nearest: %d slots", n, 2 * m->p,
                       nearest);
    if (w->n_conductor_per_slot < 1 || w->n_path < 1 || (2 * m->p) % w->n_path != 0)
        return err_set(e, ST_INFEASIBLE, "winding_turns",
                       "%d conductors per slot in %d parallel paths: both at least 1, and %d poles must share evenly among the paths",
                       w->n_conductor_per_slot, w->n_path, 2 * m->p);
    if (w->n_layer < 1 || w->n_layer > 2 || w->coil_span_slots < 1 || w->coil_span_slots > n / (2 * m->p))
        return err_set(e, ST_INFEASIBLE, "winding_span", "%d layers with a coil span of %d slots: 1 or 2 layers, span 1 to %d", w->n_layer,
                       w->coil_span_slots, n / (2 * m->p));
    if (!(w->copper_fill_pu > 0 && w->copper_fill_pu < 1))
        return err_set(e, ST_INFEASIBLE, "winding_fill", "copper fill %.3f; it must lie between 0 and 1", w->copper_fill_pu);
    return ST_OK;
}

struct corner { double u_m, v_m; };
static struct corner leg_get(const struct rotor_v *v, double s_m, double n_m)
{
    double c = cos(v->beta_rad), s = sin(v->beta_rad);
    struct corner p = {s_m * c - n_m * s, v->r_apex_m + s_m * s + n_m * c};
    return p;
}

/* Distance of a corner from the q axis, positive on the pole's side. */
static double get_q_distance(const struct machine *m, struct corner p)
{
    double q = PI / (2 * m->p);
    return p.v_m * sin(q) - p.u_m * cos(q);
}

static enum status check_centre(const struct machine *m, struct err *e)
{
    const struct rotor_v *v = &m->v;
    double y_inner = leg_get(v, v->s0_m, 0).u_m;
    if (v->centre == CENTRE_POST) {
        TRY(check_least("post", "the centre post", v->post_m, m->bridge_min_m, e));
        return check_positive("post", "the air between centre post and magnet", y_inner - 0.5 * v->post_m, e);
    }
    if (fabs(v->s0_m) > ROUNDING_M)
        return err_set(e, ST_INFEASIBLE, "centre", "the magnets meet on the d axis, but s0 is %.3f mm; it must be 0", v->s0_m * MM);
    if (v->centre == CENTRE_TRIANGLE && !(v->beta_rad > 0))
        return err_set(e, ST_INFEASIBLE, "centre", "an air triangle between the magnets needs a V; beta is %.2f degrees",
                       v->beta_rad * DEG);
    if (v->centre == CENTRE_NONE && fabs(v->beta_rad) > 1e-9)
        return err_set(e, ST_INFEASIBLE, "centre",
                       "magnets that meet without an air triangle must be flat; beta is %.2f degrees, nearest 0", v->beta_rad * DEG);
    return ST_OK;
}

static enum status check_pocket(const struct machine *m, struct err *e)
{
    const struct rotor_v *v = &m->v;
    const double(*top)[2] = v->pocket_top_m, (*low)[2] = v->pocket_bottom_m;
    TRY(check_positive("pocket", "the distance of T1 from the magnet", top[0][0], e));
    TRY(check_positive("pocket", "the distance from T1 to T2 along the leg", top[1][0] - top[0][0], e));
    TRY(check_positive("pocket", "the distance of B1 from the magnet", low[1][0], e));
    TRY(check_positive("pocket", "the distance from B1 to B2 along the leg", low[2][0] - low[1][0], e));
    TRY(check_positive("pocket", "the pocket's height on the magnet", -low[0][1], e));
    TRY(check_positive("pocket", "the pocket's height at T1-B1", top[0][1] - low[1][1], e));
    TRY(check_least("pocket", "the magnet thickness", v->t_m_m, -low[0][1], e));
    for (int k = 0; k < 3; k++) {
        double s = v->s0_m + v->w_m_m;
        struct corner p = k == 0 ? leg_get(v, s, -v->t_m_m) : leg_get(v, s + low[k][0], low[k][1]);
        TRY(check_least("pocket", "half the iron web at the q axis", get_q_distance(m, p), 0.5 * m->bridge_min_m, e));
    }
    return check_least("pocket", "half the iron web at the q axis",
                       get_q_distance(m, leg_get(v, v->s0_m + v->w_m_m + top[1][0], top[1][1])), 0.5 * m->bridge_min_m, e);
}

static enum status check_v(const struct machine *m, struct err *e)
{
    const struct rotor_v *v = &m->v;
    TRY(check_positive("magnet_fit", "the magnet width", v->w_m_m, e));
    TRY(check_positive("magnet_fit", "the magnet thickness", v->t_m_m, e));
    if (v->beta_rad < 0 || v->beta_rad > 0.25 * PI)
        return err_set(e, ST_INFEASIBLE, "magnet_fit", "beta is %.2f degrees; it must lie between 0 and 45", v->beta_rad * DEG);
    TRY(check_centre(m, e));
    /* lowest point of the slab: where its lower face meets the post (or the axis) */
    double y = v->centre == CENTRE_POST ? 0.5 * v->post_m : leg_get(v, v->s0_m, -v->t_m_m).u_m, t = v->t_m_m;
    double v_low = v->r_apex_m + (y * sin(v->beta_rad) - t) / cos(v->beta_rad);
    TRY(check_least("magnet_fit", "the iron between shaft and magnet", v_low - m->R_ri_m, m->bridge_min_m, e));
    TRY(check_least("bridge", "the iron bridge between pocket and rotor surface", machine_get_bridge_m(m), m->bridge_min_m, e));
    return check_pocket(m, e);
}

static enum status check_salient(const struct machine *m, struct err *e)
{
    const struct rotor_salient *s = &m->salient;
    double q = PI / (2 * m->p), x_root = m->R_ro_m - s->shoe_root_m, x_top = x_root - s->coil_top_gap_m, x_bottom = x_top - s->coil_h_m;
    double y_body = 0.5 * s->body_w_m, y_gap = y_body + s->coil_gap_m, y_coil = y_gap + s->coil_w_m;
    double x_tip = m->R_ro_m * cos(s->shoe_half_rad) - s->shoe_tip_m, y_tip = m->R_ro_m * sin(s->shoe_half_rad);
    TRY(check_least("shoe", "the rotor yoke", s->R_yoke_m - m->R_ri_m, m->bridge_min_m, e));
    TRY(check_least("shoe", "the pole body", s->body_w_m, m->bridge_min_m, e));
    TRY(check_least("shoe", "the shoe at its tip", s->shoe_tip_m, m->bridge_min_m, e));
    TRY(check_positive("shoe", "the gap between shoe and q axis", m->R_ro_m * (q - s->shoe_half_rad), e));
    TRY(check_positive("shoe", "the overhang of the shoe over the coil's inner side", y_tip - y_gap, e));
    TRY(check_positive("coil_fit", "the clearance beside the coil", s->coil_gap_m, e));
    TRY(check_positive("coil_fit", "the clearance above the coil", s->coil_top_gap_m, e));
    TRY(check_positive("coil_fit", "the coil width", s->coil_w_m, e));
    TRY(check_positive("coil_fit", "the coil height", s->coil_h_m, e));
    TRY(check_positive("coil_fit", "the yoke circle between the coil's inner side and the q axis", s->R_yoke_m * sin(q) - y_gap, e));
    TRY(check_positive("coil_fit", "the clearance between coil and shoe tip", x_tip - x_top, e));
    TRY(check_positive("coil_fit", "the clearance between coil and yoke", x_bottom - sqrt(s->R_yoke_m * s->R_yoke_m - y_gap * y_gap), e));
    return check_positive("coil_fit", "half the clearance between neighbouring coils", x_bottom * sin(q) - y_coil * cos(q), e);
}

static enum status check_surface(const struct machine *m, struct err *e)
{
    TRY(check_positive("magnet_fit", "the magnet thickness", m->R_ro_m - m->surface.R_mi_m, e));
    TRY(check_least("magnet_fit", "the rotor iron under the magnet", m->surface.R_mi_m - m->R_ri_m, m->bridge_min_m, e));
    if (m->surface.arc_rad > 0 && m->surface.arc_rad < PI / m->p)
        return ST_OK;
    return err_set(e, ST_INFEASIBLE, "magnet_fit", "the magnet arc is %.2f degrees; it must lie between 0 and the pole pitch of %.2f",
                   m->surface.arc_rad * DEG, 180.0 / m->p);
}

enum status machine_check(const struct machine *m, struct err *e)
{
    if (m->p < 1 || m->stator.n_slot < 1)
        return err_set(e, ST_INFEASIBLE, "winding_slots", "%d pole pairs and %d slots: both must be at least 1", m->p, m->stator.n_slot);
    TRY(check_radii(m, e));
    if (!m->stator.is_slotless) {
        TRY(check_slots(m, e));
        TRY(check_winding(m, e));
    }
    if (m->rotor_type == ROTOR_V)
        return check_v(m, e);
    return m->rotor_type == ROTOR_SALIENT ? check_salient(m, e) : check_surface(m, e);
}
