/* demag.c - demagnetisation of a machine by the field model: geometry of the diffused faces, and the field as the source of H. Contract:
 * demag.h. */
#include "models/demag/demag_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

struct field_ctx { struct field_ws *fw; double *B_axis_T; int cold; };

static enum status solve_field(void *ctx, const struct demag_state *s, const double *Br_T, double *H_A_per_m, double *lambda_d_Wb,
                               double *lambda_q_Wb, struct err *e)
{
    struct field_ctx *c = ctx;
    struct field_result r;
    struct field_info info;
    field_set_magnet_T(c->fw, s->T_K);
    field_set_remanence(c->fw, Br_T);
    field_set_angle(c->fw, s->theta_el_rad);
    TRY(field_solve(c->fw, s->i_d_A, s->i_q_A, s->i_f_A, c->cold, &r, &info, e));
    c->cold = 0;
    field_eval_magnet_H(c->fw, H_A_per_m, c->B_axis_T);
    *lambda_d_Wb = r.lambda_d_Wb;
    *lambda_q_Wb = r.lambda_q_Wb;
    return ST_OK;
}

/* Distances of a point (rotor frame, d axis at half the sector) to the four faces of a V leg, in the leg frame of machine.h. */
static void set_leg_depth(const struct machine *m, double x_m, double y_m, double face_m[4])
{
    const double d_rad = 0.5 * PI / m->p;
    const double v_m = x_m * cos(d_rad) + y_m * sin(d_rad) - m->v.r_apex_m;
    const double u_m = fabs(y_m * cos(d_rad) - x_m * sin(d_rad)); /* the legs mirror each other */
    const double s_m = u_m * cos(m->v.beta_rad) + v_m * sin(m->v.beta_rad) - m->v.s0_m;
    const double n_m = v_m * cos(m->v.beta_rad) - u_m * sin(m->v.beta_rad);
    face_m[0] = fmax(-n_m, 0.0);
    face_m[1] = fmax(n_m + m->v.t_m_m, 0.0);
    face_m[2] = m->v.centre == CENTRE_NONE ? (double)NAN : fmax(s_m, 0.0);
    face_m[3] = fmax(m->v.w_m_m - s_m, 0.0);
}

static void set_surface_depth(const struct machine *m, double x_m, double y_m, double face_m[4])
{
    const double r_m = hypot(x_m, y_m), angle_rad = atan2(y_m, x_m) - 0.5 * PI / m->p;
    face_m[0] = fmax(m->R_ro_m - r_m, 0.0);
    face_m[1] = fmax(r_m - m->surface.R_mi_m, 0.0);
    face_m[2] = (double)NAN;
    face_m[3] = fmax(r_m * (0.5 * m->surface.arc_rad - fabs(angle_rad)), 0.0);
}

static void set_elements(struct demag_ws *ws, const struct field_magnet_elem *elem, const struct machine *m)
{
    ws->magnet = m->magnet;
    ws->p = m->p;
    ws->n_face = 0;
    for (int i = 0; i < ws->n; i++) {
        double face_m[4];
        ws->area_m2[i] = elem[i].area_m2;
        ws->x_m[i] = elem[i].x_m;
        ws->y_m[i] = elem[i].y_m;
        if (m->rotor_type == ROTOR_SURFACE)
            set_surface_depth(m, elem[i].x_m, elem[i].y_m, face_m);
        else
            set_leg_depth(m, elem[i].x_m, elem[i].y_m, face_m);
        ws->n_face = 0;
        for (int f = 0; f < 4 && m->magnet->is_diffused; f++)
            if (m->gbd_face[f] && !isnan(face_m[f]))
                ws->depth_m[4 * i + ws->n_face++] = face_m[f];
    }
    demag_ws_set_coercivity(ws);
}

enum status demag_new(const struct field_ws *fw, const struct machine *m, struct demag_ws **out, struct err *e)
{
    const struct field_magnet_elem *elem;
    const int n = field_get_magnets(fw, &elem);
    TRY(demag_ws_new(n, out, e));
    if (n > 0)
        set_elements(*out, elem, m);
    return ST_OK;
}

enum status demag_set_machine(struct demag_ws *ws, const struct field_ws *fw, const struct machine *m, struct err *e)
{
    const struct field_magnet_elem *elem;
    const int n = field_get_magnets(fw, &elem);
    if (n != ws->n) {
        struct demag_ws *fresh;
        TRY(demag_ws_new(n, &fresh, e));
        const struct demag_ws old = *ws;
        *ws = *fresh;
        *fresh = old;
        demag_free(fresh);
    }
    if (n > 0)
        set_elements(ws, elem, m);
    return ST_OK;
}

enum status demag_solve_event(struct demag_ws *ws, struct field_ws *fw, const struct demag_event *ev, const struct demag_opts *opts,
                              struct demag_result *out, struct err *e)
{
    struct field_ctx c = {.fw = fw, .B_axis_T = ws->a[DEMAG_B_AXIS], .cold = 1};
    struct demag_source src = {.ctx = &c, .solve = solve_field};
    const enum status s = demag_core_event(ws, &src, ev, opts, out, e);
    field_set_magnet_T(fw, ev->T_K);
    return s;
}

enum status demag_eval_margin(struct demag_ws *ws, struct field_ws *fw, const struct demag_event *ev, const struct demag_opts *opts,
                              struct demag_margin *out, struct err *e)
{
    struct field_ctx c = {.fw = fw, .B_axis_T = ws->a[DEMAG_B_AXIS], .cold = 1};
    struct demag_source src = {.ctx = &c, .solve = solve_field};
    const enum status s = demag_core_margin(ws, &src, ev, opts, out, e);
    field_set_magnet_T(fw, ev->T_K);
    return s;
}

static double torque_Nm(int p, const struct demag_event *load, double lambda_d_Wb, double lambda_q_Wb)
{
    return 1.5 * p * (lambda_d_Wb * load->i_q_A - lambda_q_Wb * load->i_d_A);
}

enum status demag_eval_torque_lost(struct demag_ws *ws, struct field_ws *fw, const struct demag_event *load, double *lost_pu, struct err *e)
{
    struct field_ctx c = {.fw = fw, .B_axis_T = ws->a[DEMAG_B_AXIS], .cold = 1};
    const struct demag_state s = {.T_K = load->T_K, .i_d_A = load->i_d_A, .i_q_A = load->i_q_A, .i_f_A = load->i_f_A,
                                  .theta_el_rad = load->theta_el_rad[0]};
    double lambda_d_Wb, lambda_q_Wb, whole_Nm;
    *lost_pu = (double)NAN;
    if (ws->n == 0)
        return err_set(e, ST_INFEASIBLE, "demag", "the machine has no magnets to demagnetise");
    /* what an element lost in the event it also lacks at another temperature: same fraction of Br(T) */
    const double ratio = magnet_eval_Br_T(ws->magnet, load->T_K) / magnet_eval_Br_T(ws->magnet, ws->last_T_K);
    for (int i = 0; i < ws->n; i++)
        ws->a[DEMAG_BR_NEXT][i] = ratio * ws->a[DEMAG_BR][i];
    TRY(solve_field(&c, &s, ws->a[DEMAG_BR_NEXT], ws->a[DEMAG_H_ONE], &lambda_d_Wb, &lambda_q_Wb, e));
    whole_Nm = torque_Nm(ws->p, load, lambda_d_Wb, lambda_q_Wb);
    for (int i = 0; i < ws->n; i++)
        ws->a[DEMAG_BR_NEXT][i] = ratio * ws->a[DEMAG_BR_EQ][i];
    TRY(solve_field(&c, &s, ws->a[DEMAG_BR_NEXT], ws->a[DEMAG_H_ONE], &lambda_d_Wb, &lambda_q_Wb, e));
    *lost_pu = 1.0 - torque_Nm(ws->p, load, lambda_d_Wb, lambda_q_Wb) / whole_Nm;
    field_set_magnet_T(fw, load->T_K);
    return ST_OK;
}
