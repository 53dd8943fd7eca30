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

#define MIRROR_TOL 1e-3 /* of an element's size */

/* Square of the distance of element j from the mirror image of i about the d axis of its pole. */
static double mirror_distance2_m2(const struct field_magnet_elem *e, int i, int j, int p)
{
    const double turn = 2.0 * (e[i].pole + 0.5) * PI / p, c = cos(turn), s = sin(turn);
    const double dx = e[j].x_m - (c * e[i].x_m + s * e[i].y_m), dy = e[j].y_m - (s * e[i].x_m - c * e[i].y_m);
    return dx * dx + dy * dy;
}

static int is_mirror(const struct field_magnet_elem *e, int i, int j, int p)
{
    return mirror_distance2_m2(e, i, j, p) <= MIRROR_TOL * MIRROR_TOL * e[i].area_m2;
}

/* The partners are a matter of topology: looked for again only when the old ones no longer fit. */
static void set_mirror(struct demag_ws *ws, const struct field_magnet_elem *e, int p)
{
    int fits = ws->has_mirror;
    for (int i = 0; i < ws->n && fits; i++)
        fits = is_mirror(e, i, ws->mirror[i], p);
    ws->has_mirror = fits;
    if (fits)
        return;
    ws->has_mirror = 1;
    for (int i = 0; i < ws->n && ws->has_mirror; i++) {
        int j = 0;
        while (j < ws->n && !is_mirror(e, i, j, p))
            j++;
        ws->has_mirror = j < ws->n;
        ws->mirror[i] = ws->has_mirror ? j : i;
    }
}

/* Distances of an element's centre to the diffused faces of its block, infinite where a block has no such face: a bar on the d axis has no
 * inner end while the legs below it have one. Returns how many are looked at, the same for all blocks. */
static int get_depths(const struct machine *m, const struct machine_magnet_block *block, const struct field_magnet_elem *elem,
                      double depth_m[MACHINE_FACE_COUNT])
{
    const double d_rad = (elem->pole + 0.5) * PI / m->p, c = cos(d_rad), s = sin(d_rad);
    double face_m[MACHINE_FACE_COUNT];
    int n = 0;
    machine_get_face_depths(block, elem->y_m * c - elem->x_m * s, elem->x_m * c + elem->y_m * s, face_m);
    for (int f = 0; f < MACHINE_FACE_COUNT && m->magnet->is_diffused; f++)
        if (m->gbd_face[f])
            depth_m[n++] = isnan(face_m[f]) ? HUGE_VAL : face_m[f];
    return n;
}

void demag_eval_HcJ20(const struct machine *m, int n, const struct field_magnet_elem *elem, double *HcJ20_A_per_m)
{
    struct machine_magnet_block block[MACHINE_MAX_BLOCK];
    machine_get_magnet_blocks(m, block);
    for (int i = 0; i < n; i++) {
        double depth_m[MACHINE_FACE_COUNT];
        const int n_face = get_depths(m, &block[elem[i].block], &elem[i], depth_m);
        HcJ20_A_per_m[i] = magnet_eval_HcJ_A_per_m(m->magnet, KELVIN_OFFSET_K + 20.0, n_face, depth_m);
    }
}

static void set_elements(struct demag_ws *ws, const struct field_magnet_elem *elem, const struct machine *m)
{
    struct machine_magnet_block block[MACHINE_MAX_BLOCK];
    machine_get_magnet_blocks(m, block);
    ws->magnet = m->magnet;
    ws->p = m->p;
    ws->n_face = 0;
    for (int i = 0; i < ws->n; i++) {
        ws->area_m2[i] = elem[i].area_m2;
        ws->x_m[i] = elem[i].x_m;
        ws->y_m[i] = elem[i].y_m;
        ws->n_face = get_depths(m, &block[elem[i].block], &elem[i], ws->depth_m + 4 * i);
    }
    demag_ws_set_coercivity(ws);
    set_mirror(ws, elem, m->p);
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
    demag_forget_damage(ws);
    return demag_solve_next_event(ws, fw, ev, opts, out, e);
}

enum status demag_solve_next_event(struct demag_ws *ws, struct field_ws *fw, const struct demag_event *ev, const struct demag_opts *opts,
                                   struct demag_result *out, struct err *e)
{
    struct field_ctx c = {.fw = fw, .B_axis_T = ws->a[DEMAG_B_AXIS], .cold = 1};
    struct demag_source src = {.ctx = &c, .solve = solve_field};
    const enum status s = demag_core_event(ws, &src, ev, opts, out, e);
    field_set_magnet_T(fw, ev->T_K);
    return s;
}

enum status demag_eval_margins(struct demag_ws *ws, struct field_ws *fw, int n_event, const struct demag_event *ev,
                               const struct demag_opts *opts, struct demag_margin *out, struct err *e)
{
    struct field_ctx c = {.fw = fw, .B_axis_T = ws->a[DEMAG_B_AXIS], .cold = 1};
    struct demag_source src = {.ctx = &c, .solve = solve_field};
    const enum status s = demag_core_margins(ws, &src, n_event, ev, opts, out, e);
    field_set_magnet_T(fw, ev->T_K);
    return s;
}

enum status demag_confirm_margin(struct demag_ws *ws, struct field_ws *fw, const struct demag_event *ev, const struct demag_opts *opts,
                                 struct demag_margin *m, struct err *e)
{
    struct field_ctx c = {.fw = fw, .B_axis_T = ws->a[DEMAG_B_AXIS], .cold = 1};
    struct demag_source src = {.ctx = &c, .solve = solve_field};
    const enum status s = demag_core_confirm(ws, &src, ev, opts, m, e);
    field_set_magnet_T(fw, ev->T_K);
    return s;
}

enum status demag_eval_margin(struct demag_ws *ws, struct field_ws *fw, const struct demag_event *ev, const struct demag_opts *opts,
                              struct demag_margin *out, struct err *e)
{
    TRY(demag_eval_margins(ws, fw, 1, ev, opts, out, e));
    return opts->confirm ? demag_confirm_margin(ws, fw, ev, opts, out, e) : ST_OK;
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
