/* stress_sens.c - smooth figures, and their derivatives from the adjoint. Contract: stress_sens.h. */
#include "models/mech/stress_sens_impl.h"

#include <math.h>
#include <string.h>
#include "materials/base/mem.h"
#include "models/num/soft_level.h"
#include "materials/base/banned.h"

static const double LEVEL_SHARE[N_LEVEL] = {[LEVEL_ALL] = 0.995, [LEVEL_BRIDGE] = 0.95, [LEVEL_POST] = 0.95};

static int allocate(struct stress_sens *ss)
{
    const size_t n = (size_t)ss->n_unknown, p = (size_t)ss->n_point, node = (size_t)ss->n_mesh_node;
    int ok = 1;
    ss->log_Pa = mem_take(p, sizeof(double), &ok);
    ss->area_m2 = mem_take(p, sizeof(double), &ok);
    ss->u_polar_m = mem_take(n, sizeof(double), &ok);
    ss->u_m = mem_take(n, sizeof(double), &ok);
    ss->u_left = mem_take(n, sizeof(double), &ok);
    ss->is_post = mem_new(p, sizeof *ss->is_post);
    for (int o = 0; o < N_LEVEL; o++) {
        ss->weight_m2[o] = mem_take(p, sizeof(double), &ok);
        ss->by_log[o] = mem_take(p, sizeof(double), &ok);
        ss->by_weight[o] = mem_take(p, sizeof(double), &ok);
        ss->psi[o] = mem_take(n, sizeof(double), &ok);
        ss->psi_xy[o] = mem_take(n, sizeof(double), &ok);
        ss->psi_left[o] = mem_take(n, sizeof(double), &ok);
        ss->to_node[o] = mem_take(2 * node, sizeof(double), &ok);
    }
    return ok && ss->is_post;
}

enum status stress_sens_new(const struct stress_ws *ws, struct stress_sens **out, struct err *e)
{
    *out = NULL;
    struct stress_sens *ss = mem_new(1, sizeof *ss);
    if (ss) {
        ss->n_unknown = 2 * ws->n_node;
        ss->n_point = 3 * ws->n_elem;
        ss->n_mesh_node = ws->n_mesh_node;
    }
    if (!ss || !allocate(ss)) {
        stress_sens_free(ss);
        return err_set(e, ST_NO_MEMORY, "stress_sens", "no memory for %d nodes", ws->n_node);
    }
    *out = ss;
    return ST_OK;
}

void stress_sens_free(struct stress_sens *ss)
{
    if (!ss)
        return;
    void *const owned[] = {ss->log_Pa, ss->area_m2, ss->u_polar_m, ss->u_m, ss->u_left, ss->is_post};
    for (int k = 0; k < ARRAY_LEN(owned); k++)
        mem_free(owned[k]);
    for (int o = 0; o < N_LEVEL; o++) {
        void *const of_level[] = {ss->weight_m2[o], ss->by_log[o],   ss->by_weight[o], ss->psi[o],
                                  ss->psi_xy[o],    ss->psi_left[o], ss->to_node[o]};
        for (int k = 0; k < ARRAY_LEN(of_level); k++)
            mem_free(of_level[k]);
    }
    mem_free(ss);
}

#define FAR 40.0 /* edges beyond which a point is in or out to rounding */

static double membership(double z) { return z > FAR ? 1.0 : 1.0 / (1.0 + exp(-z)); }

/* Product of three memberships at distances z over the edge c (R_ro - r_in): each by its logarithm, d log m = (1 - m) dz. */
struct stress_bridge_weight stress_eval_bridge_weight(double R_ro_m, const struct machine_bridge *b, struct stress_place at)
{
    const double edge_m = STRESS_SMOOTH_EDGE * (R_ro_m - b->r_in_m), above = (hypot(at.u_m, at.v_m) - b->r_in_m) / edge_m;
    if (above < -FAR)
        return (struct stress_bridge_weight){0};
    const double angle = atan2(at.u_m, at.v_m), low = angle - b->angle_low_rad, high = b->angle_high_rad - angle;
    const double z[3] = {above, R_ro_m * low / edge_m, R_ro_m * high / edge_m};
    if (z[1] < -FAR || z[2] < -FAR)
        return (struct stress_bridge_weight){0};
    double m[3], by[3], by_edge = 0.0;
    for (int i = 0; i < 3; i++)
        m[i] = membership(z[i]);
    const double w = m[0] * m[1] * m[2];
    for (int i = 0; i < 3; i++) {
        by[i] = w * (1.0 - m[i]) / edge_m;
        by_edge -= by[i] * z[i];
    }
    return (struct stress_bridge_weight){.w = w,
                                         .by_r = by[0],
                                         .by_angle = R_ro_m * (by[1] - by[2]),
                                         .by_R_ro = by[1] * low + by[2] * high + STRESS_SMOOTH_EDGE * by_edge,
                                         .by = {-by[0] - STRESS_SMOOTH_EDGE * by_edge, -R_ro_m * by[1], R_ro_m * by[2]}};
}

/* von Mises and area of the nodes and displacement that ws holds. */
static void set_points(struct stress_sens *ss, const struct stress_ws *ws, const struct machine *m)
{
    const struct steel *steel = m->rotor_steel;
    const struct stress_material mat = {steel->young_Pa.value, steel->poisson.value, steel->base.density_kg_per_m3.value};
    for (int k = 0; k < ws->n_elem; k++) {
        double xy[6], u[12], s[3];
        stress_get_corners(ws, k, xy);
        stress_get_displacement(ws, k, u);
        for (int c = 0; c < 3; c++) {
            stress_eval_stress(xy, &mat, u, stress_gauss_L[c], s);
            ss->log_Pa[3 * k + c] = log(stress_eval_von_mises_Pa(s));
            ss->area_m2[3 * k + c] = ((xy[2] - xy[0]) * (xy[5] - xy[1]) - (xy[4] - xy[0]) * (xy[3] - xy[1])) / 6.0;
        }
    }
}

static void set_weights(struct stress_sens *ss, const struct stress_ws *ws, const struct stress_side *at)
{
    struct machine_bridge b[MACHINE_MAX_BRIDGE];
    const int n_bridge = machine_get_bridges(at->machine, b);
    for (int i = 0; i < ss->n_point; i++) {
        const struct stress_place here = stress_get_gauss_place(ws, i);
        double outside = 1.0; /* of every bridge */
        for (int k = 0; k < n_bridge; k++)
            outside *= 1.0 - stress_eval_bridge_weight(at->machine->R_ro_m, &b[k], here).w;
        ss->weight_m2[LEVEL_ALL][i] = ss->area_m2[i];
        ss->weight_m2[LEVEL_BRIDGE][i] = ss->area_m2[i] * (1.0 - outside);
        ss->weight_m2[LEVEL_POST][i] = ss->is_post[i] ? ss->area_m2[i] : 0.0;
    }
}

static struct stress_smooth get_figures(const double level_Pa[N_LEVEL])
{
    double sum = 0.0;
    for (int o = 0; o < N_LEVEL; o++)
        if (!isnan(level_Pa[o]))
            sum += pow(level_Pa[o] / level_Pa[LEVEL_ALL], 1.0 / STRESS_SMOOTH_SPREAD);
    return (struct stress_smooth){level_Pa[LEVEL_ALL], level_Pa[LEVEL_BRIDGE], level_Pa[LEVEL_POST],
                                  level_Pa[LEVEL_ALL] * pow(sum, STRESS_SMOOTH_SPREAD)};
}

void stress_sens_set_zones(struct stress_sens *ss, struct stress_ws *ws, const struct stress_side *at)
{
    stress_set_nodes(ws, at->mesh);
    for (int i = 0; i < ss->n_point; i++) {
        const struct stress_place here = stress_get_gauss_place(ws, i);
        ss->is_post[i] = (unsigned char)machine_is_in_post(at->machine, here.u_m, here.v_m);
    }
}

enum status stress_smooth_eval(struct stress_sens *ss, struct stress_ws *ws, const struct stress_side *at, double omega_rad_per_s,
                               const struct stress_opts *opts, struct stress_smooth *out, struct err *e)
{
    struct stress_result r;
    TRY(stress_eval(ws, at->mesh, at->machine, omega_rad_per_s, opts, &r, e));
    set_points(ss, ws, at->machine);
    set_weights(ss, ws, at);
    for (int o = 0; o < N_LEVEL; o++)
        ss->level_Pa[o] =
            exp(soft_level_eval(ss->n_point, ss->log_Pa, ss->weight_m2[o], LEVEL_SHARE[o], STRESS_SMOOTH_WIDTH, ss->by_log[o]));
    *out = get_figures(ss->level_Pa);
    return ST_OK;
}

/* Slopes of each level (Pa), 0 where there is no such zone. */
static void set_level_slopes(struct stress_sens *ss)
{
    const size_t n = (size_t)ss->n_point;
    for (int o = 0; o < N_LEVEL; o++) {
        double *by_log = ss->by_log[o], *by_weight = ss->by_weight[o];
        memset(by_log, 0, n * sizeof *by_log);
        memset(by_weight, 0, n * sizeof *by_weight);
        if (isnan(ss->level_Pa[o]))
            continue;
        soft_level_eval_slopes(ss->n_point, ss->log_Pa, ss->weight_m2[o], LEVEL_SHARE[o], STRESS_SMOOTH_WIDTH, log(ss->level_Pa[o]), by_log,
                               by_weight);
        for (size_t i = 0; i < n; i++) {
            by_log[i] *= ss->level_Pa[o];
            by_weight[i] *= ss->level_Pa[o];
        }
    }
}

/* Derivative of one level to one variable. */
static double get_product(const struct stress_sens *ss, int o, const struct stress_variable *v)
{
    const double *to = ss->to_node[o];
    double sum = 0.0;
    for (int i = 0; i < ss->n_mesh_node; i++)
        sum += to[2 * i] * v->x_m[i] + to[2 * i + 1] * v->y_m[i];
    return sum;
}

static double get_zone_product(const struct stress_sens *ss, const struct stress_variable *v)
{
    struct machine_bridge low[MACHINE_MAX_BRIDGE], high[MACHINE_MAX_BRIDGE];
    const int n = machine_get_bridges(v->side[0], low);
    double sum = ss->to_R_ro * (v->side[1]->R_ro_m - v->side[0]->R_ro_m);
    machine_get_bridges(v->side[1], high);
    for (int k = 0; k < n; k++)
        sum += ss->to_bridge[k].r_in * (high[k].r_in_m - low[k].r_in_m) +
               ss->to_bridge[k].angle_low * (high[k].angle_low_rad - low[k].angle_low_rad) +
               ss->to_bridge[k].angle_high * (high[k].angle_high_rad - low[k].angle_high_rad);
    return sum / v->step;
}

static struct stress_smooth get_gradient(const struct stress_sens *ss, const struct stress_smooth *value, const struct stress_variable *v)
{
    double d_Pa[N_LEVEL], governing = 0.0;
    for (int o = 0; o < N_LEVEL; o++) {
        d_Pa[o] = isnan(ss->level_Pa[o]) ? (double)NAN : get_product(ss, o, v);
        if (o == LEVEL_BRIDGE && !isnan(ss->level_Pa[o]))
            d_Pa[o] += get_zone_product(ss, v);
        if (!isnan(ss->level_Pa[o]))
            governing += pow(ss->level_Pa[o] / value->governing_Pa, 1.0 / STRESS_SMOOTH_SPREAD - 1.0) * d_Pa[o];
    }
    return (struct stress_smooth){d_Pa[LEVEL_ALL], d_Pa[LEVEL_BRIDGE], d_Pa[LEVEL_POST], governing};
}

enum status stress_sens_eval(struct stress_sens *ss, struct stress_ws *ws, const struct stress_side *at, double omega_rad_per_s,
                             const struct stress_opts *opts, int n, const struct stress_variable *var, struct stress_smooth *value,
                             struct stress_smooth *out, struct err *e)
{
    TRY(stress_smooth_eval(ss, ws, at, omega_rad_per_s, opts, value, e));
    set_level_slopes(ss);
    stress_adjoint_eval(ss, ws, at, omega_rad_per_s, opts);
    for (int k = 0; k < n; k++)
        out[k] = get_gradient(ss, value, &var[k]);
    return ST_OK;
}
