/* stress_sens.c - residual of the elastic problem beside the design, one multiple back-substitution, smooth figures on both sides. */
#include "models/mech/stress_sens.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/mem.h"
#include "models/mech/stress_impl.h"
#include "models/num/soft_level.h"
#include "materials/base/banned.h"

struct stress_sens {
    int n_var_max, n_unknown, n_point;
    double *u;                   /* [n_unknown] at the design */
    double *du;                  /* [n_var_max][n_unknown] */
    double *residual;            /* [n_unknown] */
    double *force;               /* [n_unknown] Cartesian, node order */
    unsigned char *is_moved;     /* [n_var_max] */
    unsigned char *is_post;      /* [n_point] */
    double *log_Pa, *area_m2, *weight_m2; /* [n_point] */
};

enum status stress_sens_new(const struct stress_ws *ws, int n_var_max, struct stress_sens **out, struct err *e)
{
    *out = NULL;
    struct stress_sens *ss = mem_new(1, sizeof *ss);
    const size_t n = 2 * (size_t)ws->n_node, v = (size_t)n_var_max, p = 3 * (size_t)ws->n_elem;
    if (ss) {
        ss->n_var_max = n_var_max;
        ss->n_unknown = 2 * ws->n_node;
        ss->n_point = 3 * ws->n_elem;
        ss->u = mem_new(n, sizeof *ss->u);
        ss->du = mem_new(v * n, sizeof *ss->du);
        ss->residual = mem_new(n, sizeof *ss->residual);
        ss->force = mem_new(n, sizeof *ss->force);
        ss->is_moved = mem_new(v, sizeof *ss->is_moved);
        ss->log_Pa = mem_new(p, sizeof *ss->log_Pa);
        ss->weight_m2 = mem_new(p, sizeof *ss->weight_m2);
        ss->area_m2 = mem_new(p, sizeof *ss->area_m2);
        ss->is_post = mem_new(p, sizeof *ss->is_post);
    }
    if (!ss || !ss->u || !ss->du || !ss->residual || !ss->force || !ss->is_moved || !ss->log_Pa || !ss->weight_m2 || !ss->area_m2
        || !ss->is_post) {
        stress_sens_free(ss);
        return err_set(e, ST_NO_MEMORY, "stress_sens", "no memory for %d variables of %d nodes", n_var_max, ws->n_node);
    }
    *out = ss;
    return ST_OK;
}

void stress_sens_free(struct stress_sens *ss)
{
    if (!ss)
        return;
    void *const owned[] = {ss->u, ss->du, ss->residual, ss->force, ss->is_moved, ss->log_Pa, ss->weight_m2, ss->area_m2, ss->is_post};
    for (int k = 0; k < ARRAY_LEN(owned); k++)
        mem_free(owned[k]);
    mem_free(ss);
}

static struct stress_material get_material(const struct machine *m)
{
    const struct steel *s = m->rotor_steel;
    return (struct stress_material){s->young_Pa.value, s->poisson.value, s->base.density_kg_per_m3.value};
}

/* residual += sign (f - K u) of the mesh that ws holds, polar; u = ss->u. */
static void add_residual(struct stress_sens *ss, struct stress_ws *ws, const struct stress_side *at, double omega_rad_per_s,
                         const struct stress_opts *opts, double sign)
{
    const struct stress_material mat = get_material(at->machine);
    struct stress_result ignored;
    stress_set_nodes(ws, at->mesh);
    stress_set_load(ws, at->mesh, at->machine, &mat, omega_rad_per_s, opts, &ignored);
    memcpy(ws->u, ss->u, (size_t)ss->n_unknown * sizeof *ws->u);
    memset(ss->force, 0, (size_t)ss->n_unknown * sizeof *ss->force);
    for (int k = 0; k < ws->n_elem; k++) {
        double xy[6], u[12], f[12];
        stress_get_corners(ws, k, xy);
        stress_get_displacement(ws, k, u);
        stress_eval_internal(xy, &mat, u, f);
        for (int a = 0; a < 12; a++)
            ss->force[2 * ws->elem[6 * k + a / 2] + a % 2] += f[a];
    }
    for (int i = 0; i < ws->n_node; i++) {
        double c, s;
        stress_get_frame(ws, i, &c, &s);
        const double inner[2] = {c * ss->force[2 * i] + s * ss->force[2 * i + 1], c * ss->force[2 * i + 1] - s * ss->force[2 * i]};
        for (int part = 0; part < 2; part++) {
            const int row = 2 * ws->place[i] + part;
            if (stress_get_unknown(ws, opts, i, part) >= 0)
                ss->residual[row] += sign * (ws->f[row] - inner[part]);
        }
    }
}

static double membership(double distance_m, double edge_m) { return 1.0 / (1.0 + exp(-distance_m / edge_m)); }

static double bridge_weight(const struct machine *m, const struct machine_bridge *b, struct stress_place at)
{
    const double height_m = m->R_ro_m - b->r_in_m, edge_m = STRESS_SMOOTH_EDGE * height_m, angle = atan2(at.u_m, at.v_m);
    return membership(hypot(at.u_m, at.v_m) - b->r_in_m, edge_m) * membership(m->R_ro_m * (angle - b->angle_low_rad), edge_m)
         * membership(m->R_ro_m * (b->angle_high_rad - angle), edge_m);
}

static double level_eval(const struct stress_sens *ss, const double *weight_m2, double share)
{
    return exp(soft_level_eval(ss->n_point, ss->log_Pa, weight_m2, share, STRESS_SMOOTH_WIDTH));
}

static void set_points(struct stress_sens *ss, const struct stress_ws *ws, const struct stress_material *mat)
{
    for (int k = 0; k < ws->n_elem; k++) {
        double xy[6], u[12], s[3];
        stress_get_corners(ws, k, xy);
        stress_get_displacement(ws, k, u);
        for (int c = 0; c < 3; c++) {
            stress_eval_stress(xy, mat, u, stress_gauss_L[c], s);
            ss->log_Pa[3 * k + c] = log(stress_eval_von_mises_Pa(s));
            ss->area_m2[3 * k + c] = ((xy[2] - xy[0]) * (xy[5] - xy[1]) - (xy[4] - xy[0]) * (xy[3] - xy[1])) / 6.0;
        }
    }
}

/* weight_m2 from the area to the area in any of the bridges. */
static void set_bridge_weights(struct stress_sens *ss, const struct stress_ws *ws, const struct stress_side *at, int n,
                               const struct machine_bridge *b)
{
    for (int i = 0; i < ss->n_point; i++) {
        const struct stress_place here = stress_get_gauss_place(ws, at->mesh, i);
        double outside = 1.0;
        for (int k = 0; k < n; k++)
            outside *= 1.0 - bridge_weight(at->machine, &b[k], here);
        ss->weight_m2[i] = ss->area_m2[i] * (1.0 - outside);
    }
}

/* Smooth figures of the nodes and displacement that ws holds. */
static void figures_eval(struct stress_sens *ss, const struct stress_ws *ws, const struct stress_side *at, struct stress_smooth *out)
{
    const struct stress_material mat = get_material(at->machine);
    struct machine_bridge b[MACHINE_MAX_BRIDGE];
    const int n_bridge = machine_get_bridges(at->machine, b);
    double sum = 0.0;
    *out = (struct stress_smooth){(double)NAN, (double)NAN, (double)NAN, (double)NAN};
    set_points(ss, ws, &mat);
    out->all_p995_Pa = level_eval(ss, ss->area_m2, 0.995);
    if (n_bridge > 0) {
        set_bridge_weights(ss, ws, at, n_bridge, b);
        out->bridge_p95_Pa = level_eval(ss, ss->weight_m2, 0.95);
    }
    for (int i = 0; i < ss->n_point; i++)
        ss->weight_m2[i] = ss->is_post[i] ? ss->area_m2[i] : 0.0;
    out->post_p95_Pa = level_eval(ss, ss->weight_m2, 0.95);
    const double level[3] = {out->all_p995_Pa, out->bridge_p95_Pa, out->post_p95_Pa};
    for (int i = 0; i < 3; i++)
        if (!isnan(level[i]))
            sum += pow(level[i] / level[0], 1.0 / STRESS_SMOOTH_SPREAD);
    out->governing_Pa = level[0] * pow(sum, STRESS_SMOOTH_SPREAD);
}

void stress_sens_set_zones(struct stress_sens *ss, struct stress_ws *ws, const struct stress_side *at)
{
    stress_set_nodes(ws, at->mesh);
    for (int i = 0; i < ss->n_point; i++) {
        const struct stress_place here = stress_get_gauss_place(ws, at->mesh, i);
        ss->is_post[i] = (unsigned char)machine_is_in_post(at->machine, here.u_m, here.v_m);
    }
}

static enum status solve_design(struct stress_sens *ss, struct stress_ws *ws, const struct stress_side *at, double omega_rad_per_s,
                                const struct stress_opts *opts, struct stress_smooth *out, struct err *e)
{
    struct stress_result r;
    TRY(stress_eval(ws, at->mesh, at->machine, omega_rad_per_s, opts, &r, e));
    memcpy(ss->u, ws->u, (size_t)ss->n_unknown * sizeof *ss->u);
    figures_eval(ss, ws, at, out);
    return ST_OK;
}

enum status stress_smooth_eval(struct stress_sens *ss, struct stress_ws *ws, const struct stress_side *at, double omega_rad_per_s,
                               const struct stress_opts *opts, struct stress_smooth *out, struct err *e)
{
    return solve_design(ss, ws, at, omega_rad_per_s, opts, out, e);
}

/* (f - K u) above less below, by the step: right-hand side of variable k. */
static void set_rhs(struct stress_sens *ss, struct stress_ws *ws, const struct stress_variations *v, int k, double omega_rad_per_s,
                    const struct stress_opts *opts)
{
    struct stress_variation var;
    double *rhs = ss->du + (size_t)k * (size_t)ss->n_unknown, width = 0.0;
    memset(ss->residual, 0, (size_t)ss->n_unknown * sizeof *ss->residual);
    for (int side = 0; side < 2 && ss->is_moved[k]; side++) {
        v->get(v->ctx, k, side, &var);
        add_residual(ss, ws, &var.at, omega_rad_per_s, opts, side ? 1.0 : -1.0);
        width += side ? var.step : -var.step;
    }
    for (int i = 0; i < ss->n_unknown; i++)
        rhs[i] = ss->is_moved[k] ? ss->residual[i] / width : 0.0;
}

static void set_gradient(struct stress_sens *ss, struct stress_ws *ws, const struct stress_variations *v, int k, struct stress_smooth *out)
{
    const double *du = ss->du + (size_t)k * (size_t)ss->n_unknown;
    struct stress_smooth f[2];
    struct stress_variation var;
    double width = 0.0;
    for (int side = 0; side < 2; side++) {
        v->get(v->ctx, k, side, &var);
        stress_set_nodes(ws, var.at.mesh);
        for (int i = 0; i < ss->n_unknown; i++)
            ws->u[i] = ss->u[i] + var.step * du[i];
        figures_eval(ss, ws, &var.at, &f[side]);
        width += side ? var.step : -var.step;
    }
    const double *low = (const double *)&f[0], *high = (const double *)&f[1];
    for (size_t i = 0; i < sizeof *out / sizeof(double); i++)
        ((double *)out)[i] = (high[i] - low[i]) / width;
}

enum status stress_sens_eval(struct stress_sens *ss, struct stress_ws *ws, const struct stress_side *at, double omega_rad_per_s,
                             const struct stress_opts *opts, const struct stress_variations *v, struct stress_smooth *value,
                             struct stress_smooth *out, struct err *e)
{
    assert(v->n <= ss->n_var_max);
    TRY(solve_design(ss, ws, at, omega_rad_per_s, opts, value, e));
    for (int k = 0; k < v->n; k++) {
        ss->is_moved[k] = (unsigned char)v->is_moved(v->ctx, k);
        set_rhs(ss, ws, v, k, omega_rad_per_s, opts);
    }
    band_solve(&ws->band, v->n, ss->du);
    for (int k = 0; k < v->n; k++) {
        if (ss->is_moved[k])
            set_gradient(ss, ws, v, k, &out[k]);
        else /* 0, but NAN where there is no such figure */
            out[k] = (struct stress_smooth){0.0, 0.0 * value->bridge_p95_Pa, 0.0 * value->post_p95_Pa, 0.0};
    }
    stress_set_nodes(ws, at->mesh);
    memcpy(ws->u, ss->u, (size_t)ss->n_unknown * sizeof *ws->u);
    return ST_OK;
}
