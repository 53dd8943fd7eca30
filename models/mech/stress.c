/* stress.c - assemble, factor once, solve once, recover stresses. Contract: stress.h. */
#include "models/mech/stress_impl.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

struct stress_opts stress_opts_default(void) { return (struct stress_opts){.bore = STRESS_BORE_FREE, .use_nodal_max = 0}; }

void stress_set_nodes(struct stress_ws *ws, const struct mesh *ms)
{
    for (int i = 0; i < ws->n_corner; i++) {
        ws->x_m[i] = ms->x_m[ws->mesh_node[i]];
        ws->y_m[i] = ms->y_m[ws->mesh_node[i]];
    }
    for (int i = ws->n_corner; i < ws->n_node; i++) {
        const int a = ws->mid_end[2 * (i - ws->n_corner)], b = ws->mid_end[2 * (i - ws->n_corner) + 1];
        ws->x_m[i] = 0.5 * (ws->x_m[a] + ws->x_m[b]);
        ws->y_m[i] = 0.5 * (ws->y_m[a] + ws->y_m[b]);
    }
    for (int i = 0; i < ws->n_node; i++) {
        const double r = hypot(ws->x_m[i], ws->y_m[i]);
        ws->frame[2 * i] = ws->x_m[i] / r;
        ws->frame[2 * i + 1] = ws->y_m[i] / r;
    }
    ws->axis_x = cos(0.5 * ms->tau_rad); /* machine.h: the d axis is at half the pole */
    ws->axis_y = sin(0.5 * ms->tau_rad);
}

void stress_get_corners(const struct stress_ws *ws, int k, double xy[6])
{
    for (int c = 0; c < 3; c++) {
        xy[2 * c] = ws->x_m[ws->elem[6 * k + c]];
        xy[2 * c + 1] = ws->y_m[ws->elem[6 * k + c]];
    }
}

/* Unknown of a node in its polar frame (part 0 radial, 1 tangential), -1 where a support holds it. */
int stress_get_unknown(const struct stress_ws *ws, const struct stress_opts *opts, int node, int part)
{
    const int support = ws->support[node];
    if (part == 1 && (support & (STRESS_ON_D_AXIS | STRESS_ON_Q_AXIS)))
        return -1;
    if (part == 0 && (support & STRESS_ON_BORE) && opts->bore == STRESS_BORE_HELD)
        return -1;
    return 2 * ws->place[node] + part;
}

void stress_get_frame(const struct stress_ws *ws, int node, double *c, double *s)
{
    *c = ws->frame[2 * node];
    *s = ws->frame[2 * node + 1];
}

/* K <- Q^T K Q with Q = polar frames of the six nodes. */
static void rotate(const struct stress_ws *ws, const int node[6], double *K)
{
    for (int a = 0; a < 6; a++) {
        double c, s;
        stress_get_frame(ws, node[a], &c, &s);
        for (int j = 0; j < 12; j++) {
            const double x = K[2 * a + 12 * j], y = K[2 * a + 1 + 12 * j];
            K[2 * a + 12 * j] = c * x + s * y;
            K[2 * a + 1 + 12 * j] = c * y - s * x;
        }
        for (int i = 0; i < 12; i++) {
            const double x = K[i + 12 * (2 * a)], y = K[i + 12 * (2 * a + 1)];
            K[i + 12 * (2 * a)] = c * x + s * y;
            K[i + 12 * (2 * a + 1)] = c * y - s * x;
        }
    }
}

static void assemble(struct stress_ws *ws, const struct stress_material *mat, const struct stress_opts *opts)
{
    double K[144], xy[6];
    const long *place = ws->entry_place;
    frontal_set_zero(&ws->factor);
    for (int k = 0; k < ws->n_elem; k++) {
        const int *node = ws->elem + 6 * k;
        int is_free[12];
        stress_get_corners(ws, k, xy);
        stress_eval_stiffness(xy, mat, K);
        rotate(ws, node, K);
        for (int i = 0; i < 12; i++)
            is_free[i] = stress_get_unknown(ws, opts, node[i / 2], i % 2) >= 0;
        for (int j = 0; j < 12; j++)
            for (int i = j; i < 12; i++, place++)
                if (is_free[i] && is_free[j])
                    ws->factor.a[*place] += K[i + 12 * j];
    }
    for (int i = 0; i < ws->n_node; i++)
        for (int part = 0; part < 2; part++)
            if (stress_get_unknown(ws, opts, i, part) < 0)
                ws->factor.a[frontal_get_place(&ws->factor, 2 * ws->place[i] + part, 2 * ws->place[i] + part)] = mat->young_Pa;
}

/* Loads to ws->u (Cartesian, node order, scratch), then polar in place order to ws->f. */
void stress_set_load(struct stress_ws *ws, const struct mesh *ms, const struct machine *m, const struct stress_material *mat,
                     double omega_rad_per_s, const struct stress_opts *opts, struct stress_result *out)
{
    double xy[6], f[12], iron = 0.0;
    memset(ws->u, 0, 2 * (size_t)ws->n_node * sizeof *ws->u);
    for (int k = 0; k < ws->n_elem; k++) {
        stress_get_corners(ws, k, xy);
        stress_eval_centrifugal(xy, mat, omega_rad_per_s, f);
        for (int a = 0; a < 12; a++)
            ws->u[2 * ws->elem[6 * k + a / 2] + a % 2] += f[a];
    }
    for (int i = 0; i < ws->n_node; i++) {
        double c, s;
        stress_get_frame(ws, i, &c, &s);
        iron += c * ws->u[2 * i] + s * ws->u[2 * i + 1];
    }
    /* half a pole was summed; per metre of stack the steel is only the stacking factor */
    out->force_iron_N_per_m = 2.0 * iron * m->stacking_factor_pu;
    out->force_payload_N_per_m = 2.0 * m->stacking_factor_pu * stress_add_payload(ws, ms, m, omega_rad_per_s, ws->u);
    for (int i = 0; i < ws->n_node; i++) {
        double c, s;
        stress_get_frame(ws, i, &c, &s);
        const double polar[2] = {c * ws->u[2 * i] + s * ws->u[2 * i + 1], c * ws->u[2 * i + 1] - s * ws->u[2 * i]};
        for (int part = 0; part < 2; part++)
            ws->f[2 * ws->place[i] + part] = stress_get_unknown(ws, opts, i, part) < 0 ? 0.0 : polar[part];
    }
}

/* |K u - f| / |f| from the stresses in the elements, not from the stiffness or its factor. Consumes ws->f. */
static double eval_residual(struct stress_ws *ws, const struct stress_material *mat, const struct stress_opts *opts)
{
    double xy[6], u[12], f[12], load2 = 0.0, left2 = 0.0;
    for (int i = 0; i < 2 * ws->n_node; i++)
        load2 += ws->f[i] * ws->f[i];
    for (int k = 0; k < ws->n_elem; k++) {
        const int *node = ws->elem + 6 * k;
        stress_get_corners(ws, k, xy);
        stress_get_displacement(ws, k, u);
        stress_eval_internal(xy, mat, u, f);
        for (int a = 0; a < 6; a++) {
            double c, s;
            stress_get_frame(ws, node[a], &c, &s);
            const double polar[2] = {c * f[2 * a] + s * f[2 * a + 1], c * f[2 * a + 1] - s * f[2 * a]};
            for (int part = 0; part < 2; part++)
                if (stress_get_unknown(ws, opts, node[a], part) >= 0)
                    ws->f[2 * ws->place[node[a]] + part] -= polar[part];
        }
    }
    for (int i = 0; i < 2 * ws->n_node; i++)
        left2 += ws->f[i] * ws->f[i];
    return load2 > 0.0 ? sqrt(left2 / load2) : 0.0;
}

void stress_get_displacement(const struct stress_ws *ws, int k, double u[12])
{
    for (int a = 0; a < 6; a++) {
        const int node = ws->elem[6 * k + a];
        double c, s;
        stress_get_frame(ws, node, &c, &s);
        const double radial = ws->u[2 * ws->place[node]], tangential = ws->u[2 * ws->place[node] + 1];
        u[2 * a] = c * radial - s * tangential;
        u[2 * a + 1] = s * radial + c * tangential;
    }
}

static void recover(struct stress_ws *ws, const struct stress_material *mat)
{
    static const double at_corner[3][3] = {{1.0, 0.0, 0.0}, {0.0, 1.0, 0.0}, {0.0, 0.0, 1.0}};
    memset(ws->nodal, 0, 4 * (size_t)ws->n_corner * sizeof *ws->nodal);
    for (int k = 0; k < ws->n_elem; k++) {
        double xy[6], u[12], s[3];
        stress_get_corners(ws, k, xy);
        stress_get_displacement(ws, k, u);
        const double area = 0.5 * ((xy[2] - xy[0]) * (xy[5] - xy[1]) - (xy[4] - xy[0]) * (xy[3] - xy[1]));
        for (int c = 0; c < 3; c++) {
            double *sum = ws->nodal + 4 * ws->elem[6 * k + c];
            stress_eval_stress(xy, mat, u, stress_gauss_L[c], s);
            ws->gauss_Pa[3 * k + c] = stress_eval_von_mises_Pa(s);
            ws->gauss_m2[3 * k + c] = area / 3.0;
            stress_eval_stress(xy, mat, u, at_corner[c], s);
            for (int i = 0; i < 3; i++)
                sum[i] += area * s[i];
            sum[3] += area;
        }
    }
    for (int i = 0; i < ws->n_mesh_node; i++)
        ws->von_mises_Pa[i] = (double)NAN;
    for (int i = 0; i < ws->n_corner; i++) {
        double *sum = ws->nodal + 4 * i;
        for (int k = 0; k < 3; k++)
            sum[k] /= sum[3];
        ws->von_mises_Pa[ws->mesh_node[i]] = stress_eval_von_mises_Pa(sum);
    }
}

static double get_growth_m(const struct stress_ws *ws, const struct machine *m)
{
    double most = 0.0;
    for (int i = 0; i < ws->n_corner; i++)
        if (hypot(ws->x_m[i], ws->y_m[i]) > m->R_ro_m * (1.0 - 1e-9))
            most = fmax(most, ws->u[2 * ws->place[i]]);
    return most;
}

static enum status check_known(const char *what, double v, struct err *e)
{
    if (isfinite(v) && v > 0.0)
        return ST_OK;
    return err_set(e, ST_CONFIG, what, "strength needs %s of a rotor material, got %g", what, v);
}

static enum status check_material(const struct machine *m, const struct stress_ws *ws, struct err *e)
{
    const struct steel *s = m->rotor_steel;
    TRY(check_known("young_Pa", s->young_Pa.value, e));
    TRY(check_known("poisson", s->poisson.value, e));
    TRY(check_known("yield_Pa", s->yield_Pa.value, e));
    TRY(check_known("density_kg_per_m3", s->base.density_kg_per_m3.value, e));
    TRY(check_known("stacking_factor_pu", m->stacking_factor_pu, e));
    for (int b = 0; b < ws->n_block; b++) {
        if (ws->block[b].region == REGION_MAGNET) {
            TRY(check_known("magnet density", m->magnet ? m->magnet->base.density_kg_per_m3.value : 0.0, e));
        } else {
            TRY(check_known("field conductor density", m->field_conductor ? m->field_conductor->base.density_kg_per_m3.value : 0.0, e));
            TRY(check_known("insulation density", m->insulation ? m->insulation->base.density_kg_per_m3.value : 0.0, e));
            TRY(check_known("field_fill_pu", m->field.fill_pu, e));
        }
    }
    return ST_OK;
}

enum status stress_eval(struct stress_ws *ws, const struct mesh *ms, const struct machine *m, double omega_rad_per_s,
                        const struct stress_opts *opts, struct stress_result *out, struct err *e)
{
    const double nan = (double)NAN;
    *out = (struct stress_result){nan,
                                  nan,
                                  nan,
                                  nan,
                                  nan,
                                  nan,
                                  nan,
                                  nan,
                                  nan,
                                  nan,
                                  nan,
                                  nan,
                                  nan,
                                  nan,
                                  nan, /* every figure until it is known */
                                  2L * ws->n_node,
                                  ws->plan.need.n_entry,
                                  0};
    TRY(check_material(m, ws, e));
    const struct steel *steel = m->rotor_steel;
    const struct stress_material mat = {steel->young_Pa.value, steel->poisson.value, steel->base.density_kg_per_m3.value};
    const int n_loose = opts->bore == STRESS_BORE_HELD ? ws->n_loose_held : ws->n_loose_free;
    if (n_loose > 0)
        return err_set(e, ST_SINGULAR, "stress", "%d piece(s) of rotor iron are held by nothing: no bridge, no post", n_loose);
    stress_set_nodes(ws, ms);
    assemble(ws, &mat, opts);
    TRY(frontal_set_factor(&ws->factor, e));
    stress_set_load(ws, ms, m, &mat, omega_rad_per_s, opts, out);
    memcpy(ws->u, ws->f, 2 * (size_t)ws->n_node * sizeof *ws->u);
    frontal_solve(&ws->factor, ws->u);
    out->n_solve++;
    out->residual_rel = eval_residual(ws, &mat, opts);
    recover(ws, &mat);
    out->radial_growth_m = get_growth_m(ws, m);
    out->yield_Pa = steel->yield_Pa.value;
    stress_eval_figures(ws, m, out);
    out->governing_Pa =
        opts->use_nodal_max ? out->von_mises_max_Pa : fmax(out->von_mises_p995_Pa, fmax(out->bridge_p95_Pa, out->post_p95_Pa));
    out->safety = out->yield_Pa / out->governing_Pa;
    return ST_OK;
}
