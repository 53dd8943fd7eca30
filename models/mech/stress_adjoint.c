/* stress_adjoint.c - derivative of the stress levels to the places of all nodes at once. A level J(x, u) with K(x) u = f(x), at constant
 * polar components of u and psi:
 *     dJ/dx = J_x + d/dx [psi . (f - K u)],   K psi = J_u.
 * Both terms are sums over the integration points. With the displacement gradient H_ab = du_a/dx_b of u (U) and psi (P), and the velocity
 * gradient L of an element, d area = area tr L and dH = -H L, so that every term is a matrix M : L with
 *     bracket   M = -w [(sigma_U : H_P) I - H_P^T sigma_U - H_U^T sigma_P]
 *     J_x       M = -H_U^T J_eps   (J_eps: dJ/d strain),  and J_weight weight I  through the area of the point
 * and M : L = sum over corners of v_i . (M g_i). A node's polar frame turns when it moves across its radius: that term is the reaction of
 * the supports times the turned displacement, nothing at free nodes. */
#include "models/mech/stress_sens_impl.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

struct tensor { double xx, xy, yx, yy; };
struct stress_law { double d_Pa, poisson, shear_Pa; };

static struct stress_law get_law(const struct machine *m)
{
    const double nu = m->rotor_steel->poisson.value, d = m->rotor_steel->young_Pa.value / (1.0 - nu * nu);
    return (struct stress_law){d, nu, 0.5 * (1.0 - nu) * d};
}

static struct tensor get_slope(const double dx[6], const double dy[6], const double u[12])
{
    struct tensor h = {0.0, 0.0, 0.0, 0.0};
    for (int a = 0; a < 6; a++) {
        h.xx += dx[a] * u[2 * a];
        h.xy += dy[a] * u[2 * a];
        h.yx += dx[a] * u[2 * a + 1];
        h.yy += dy[a] * u[2 * a + 1];
    }
    return h;
}

/* Symmetric: xy = yx. */
static struct tensor get_stress(const struct stress_law *law, const struct tensor *h)
{
    const double shear = law->shear_Pa * (h->xy + h->yx);
    return (struct tensor){law->d_Pa * (h->xx + law->poisson * h->yy), shear, shear, law->d_Pa * (h->yy + law->poisson * h->xx)};
}

/* d log(von Mises)/d strain; the shear entry multiplies both H_xy and H_yx. */
static struct tensor get_log_slope(const struct stress_law *law, const struct tensor *s)
{
    const double vm2 = s->xx * s->xx - s->xx * s->yy + s->yy * s->yy + 3.0 * s->xy * s->xy;
    const double tx = 0.5 * (2.0 * s->xx - s->yy) / vm2, ty = 0.5 * (2.0 * s->yy - s->xx) / vm2, txy = 3.0 * s->xy / vm2;
    return (struct tensor){law->d_Pa * (tx + law->poisson * ty), law->shear_Pa * txy, law->shear_Pa * txy,
                           law->d_Pa * (ty + law->poisson * tx)};
}

/* m += f h^T s */
static void add_product(struct tensor *m, double f, const struct tensor *h, const struct tensor *s)
{
    m->xx += f * (h->xx * s->xx + h->yx * s->yx);
    m->xy += f * (h->xx * s->xy + h->yx * s->yy);
    m->yx += f * (h->xy * s->xx + h->yy * s->yx);
    m->yy += f * (h->xy * s->xy + h->yy * s->yy);
}

static double get_contraction(const struct tensor *a, const struct tensor *b)
{
    return a->xx * b->xx + a->xy * b->xy + a->yx * b->yx + a->yy * b->yy;
}

static void gather(const struct stress_ws *ws, int k, const double *x, double out[12])
{
    for (int a = 0; a < 6; a++) {
        out[2 * a] = x[2 * ws->elem[6 * k + a]];
        out[2 * a + 1] = x[2 * ws->elem[6 * k + a] + 1];
    }
}

/* x += f B^T s, nodes of element k */
static void scatter(const struct stress_ws *ws, int k, double f, const struct tensor *s, const double dx[6], const double dy[6], double *x)
{
    for (int a = 0; a < 6; a++) {
        double *here = x + 2 * ws->elem[6 * k + a];
        here[0] += f * (s->xx * dx[a] + s->xy * dy[a]);
        here[1] += f * (s->yx * dx[a] + s->yy * dy[a]);
    }
}

static void set_Cartesian(const struct stress_ws *ws, const double *polar, double *xy)
{
    for (int i = 0; i < ws->n_node; i++) {
        double c, s;
        stress_get_frame(ws, i, &c, &s);
        const double radial = polar[2 * ws->place[i]], tangential = polar[2 * ws->place[i] + 1];
        xy[2 * i] = c * radial - s * tangential;
        xy[2 * i + 1] = s * radial + c * tangential;
    }
}

static void set_polar(const struct stress_ws *ws, const struct stress_opts *opts, const double *xy, double *polar)
{
    for (int i = 0; i < ws->n_node; i++) {
        double c, s;
        stress_get_frame(ws, i, &c, &s);
        const double part[2] = {c * xy[2 * i] + s * xy[2 * i + 1], c * xy[2 * i + 1] - s * xy[2 * i]};
        for (int j = 0; j < 2; j++)
            polar[2 * ws->place[i] + j] = stress_get_unknown(ws, opts, i, j) < 0 ? 0.0 : part[j];
    }
}

static int has_level(const struct stress_sens *ss, int point)
{
    return ss->by_log[LEVEL_ALL][point] != 0.0 || ss->by_log[LEVEL_BRIDGE][point] != 0.0 || ss->by_log[LEVEL_POST][point] != 0.0;
}

/* J_u of every level to psi_left, Cartesian. */
static void set_level_loads(struct stress_sens *ss, const struct stress_ws *ws, const struct stress_law *law)
{
    for (int o = 0; o < N_LEVEL; o++)
        memset(ss->psi_left[o], 0, (size_t)ss->n_unknown * sizeof(double));
    for (int k = 0; k < ws->n_elem; k++) {
        double xy[6], u[12];
        stress_get_corners(ws, k, xy);
        gather(ws, k, ss->u_m, u);
        const struct stress_gradient g = stress_get_gradient(xy);
        for (int c = 0; c < 3; c++) {
            double dx[6], dy[6];
            if (!has_level(ss, 3 * k + c))
                continue;
            stress_set_shape_slopes(&g, stress_gauss_L[c], dx, dy);
            const struct tensor h = get_slope(dx, dy, u), s = get_stress(law, &h), t = get_log_slope(law, &s);
            for (int o = 0; o < N_LEVEL; o++)
                if (ss->by_log[o][3 * k + c] != 0.0)
                    scatter(ws, k, ss->by_log[o][3 * k + c], &t, dx, dy, ss->psi_left[o]);
        }
    }
}

/* Places of the integration points in the bridges' zones, to the corners of element k. */
static void add_bridges(struct stress_sens *ss, const struct stress_ws *ws, const struct stress_side *at, int n,
                        const struct machine_bridge *b, int point)
{
    const double by_membership = ss->by_weight[LEVEL_BRIDGE][point] * ss->area_m2[point];
    struct stress_bridge_weight w[MACHINE_MAX_BRIDGE];
    const struct stress_place here = stress_get_gauss_place(ws, point);
    const double r_m = hypot(here.u_m, here.v_m);
    double by_u = 0.0, by_v = 0.0;
    for (int i = 0; i < n; i++)
        w[i] = stress_eval_bridge_weight(at->machine->R_ro_m, &b[i], here);
    for (int i = 0; i < n; i++) { /* membership in any: 1 - prod(1 - w) */
        double f = by_membership;
        for (int j = 0; j < n; j++)
            f *= j == i ? 1.0 : 1.0 - w[j].w;
        by_u += f * (w[i].by_r * here.u_m / r_m + w[i].by_angle * here.v_m / (r_m * r_m));
        by_v += f * (w[i].by_r * here.v_m / r_m - w[i].by_angle * here.u_m / (r_m * r_m));
        ss->to_bridge[i].r_in += f * w[i].by.r_in;
        ss->to_bridge[i].angle_low += f * w[i].by.angle_low;
        ss->to_bridge[i].angle_high += f * w[i].by.angle_high;
        ss->to_R_ro += f * w[i].by_R_ro;
    }
    for (int c = 0; c < 3; c++) {
        const int corner = ws->elem[6 * (point / 3) + c], node = ws->mesh_node[corner];
        const double share = stress_gauss_L[point % 3][c];
        ss->to_node[LEVEL_BRIDGE][2 * node] += share * (by_v * ws->axis_x - by_u * ws->axis_y); /* u > 0: the half that is solved */
        ss->to_node[LEVEL_BRIDGE][2 * node + 1] += share * (by_v * ws->axis_y + by_u * ws->axis_x);
    }
}

/* Work of the centrifugal load on psi: M of its area, and its direct share in the corners. */
static double add_centrifugal(const struct stress_ws *ws, int k, const double xy[6], double load_N_per_m4, double area_m2,
                              const double psi[12], double *to_node)
{
    double work = 0.0;
    for (int i = 0; i < 3; i++) {
        const int j = (i + 1) % 3, l = (i + 2) % 3;
        for (int c = 0; c < 2; c++) { /* transposed coefficients of stress_eval_centrifugal */
            const double q = psi[2 * i + c] / 30.0 - (psi[2 * j + c] + psi[2 * l + c]) / 60.0 +
                             (2.0 * psi[2 * (3 + i) + c] + psi[2 * (3 + j) + c] + 2.0 * psi[2 * (3 + l) + c]) / 15.0;
            to_node[2 * ws->mesh_node[ws->elem[6 * k + i]] + c] += load_N_per_m4 * area_m2 * q;
            work += load_N_per_m4 * area_m2 * q * xy[2 * i + c];
        }
    }
    return work;
}

static void add_corners(const struct stress_ws *ws, int k, const struct stress_gradient *g, const struct tensor *m, double *to_node)
{
    for (int i = 0; i < 3; i++) {
        double *here = to_node + 2 * ws->mesh_node[ws->elem[6 * k + i]];
        here[0] += m->xx * g->x[i] + m->xy * g->y[i];
        here[1] += m->yx * g->x[i] + m->yy * g->y[i];
    }
}

/* Integration point c of element k: adds to M of every level, and to the inner forces when they are asked for. */
static void add_point(struct stress_sens *ss, const struct stress_ws *ws, const struct stress_law *law, int k, int c,
                      const struct stress_gradient *g, const double u[12], double psi[N_LEVEL][12], int with_forces,
                      struct tensor m[N_LEVEL])
{
    const double w = g->area_m2 / 3.0;
    double dx[6], dy[6];
    stress_set_shape_slopes(g, stress_gauss_L[c], dx, dy);
    const struct tensor hu = get_slope(dx, dy, u), su = get_stress(law, &hu), t = get_log_slope(law, &su);
    for (int o = 0; o < N_LEVEL; o++) {
        if (isnan(ss->level_Pa[o]))
            continue;
        const struct tensor hp = get_slope(dx, dy, psi[o]), sp = get_stress(law, &hp);
        const double point = ss->by_weight[o][3 * k + c] * ss->weight_m2[o][3 * k + c] - w * get_contraction(&su, &hp);
        m[o].xx += point;
        m[o].yy += point;
        add_product(&m[o], w, &hp, &su);
        add_product(&m[o], w, &hu, &sp);
        if (ss->by_log[o][3 * k + c] != 0.0)
            add_product(&m[o], -ss->by_log[o][3 * k + c], &hu, &t);
        if (with_forces)
            scatter(ws, k, -w, &sp, dx, dy, ss->psi_left[o]);
    }
    if (with_forces)
        scatter(ws, k, -w, &su, dx, dy, ss->u_left);
}

static int is_at_bore(const struct stress_ws *ws, int k)
{
    int bits = 0;
    for (int a = 0; a < 6; a++)
        bits |= ws->support[ws->elem[6 * k + a]];
    return (bits & STRESS_ON_BORE) != 0;
}

static void add_elements(struct stress_sens *ss, const struct stress_ws *ws, const struct stress_side *at, double omega_rad_per_s,
                         const struct stress_opts *opts)
{
    const struct stress_law law = get_law(at->machine);
    const double load = at->machine->rotor_steel->base.density_kg_per_m3.value * omega_rad_per_s * omega_rad_per_s;
    struct machine_bridge b[MACHINE_MAX_BRIDGE];
    const int n_bridge = machine_get_bridges(at->machine, b);
    for (int k = 0; k < ws->n_elem; k++) {
        double xy[6], u[12], psi[N_LEVEL][12];
        struct tensor m[N_LEVEL] = {{0.0, 0.0, 0.0, 0.0}};
        const int with_forces = opts->bore == STRESS_BORE_HELD && is_at_bore(ws, k);
        stress_get_corners(ws, k, xy);
        const struct stress_gradient g = stress_get_gradient(xy);
        gather(ws, k, ss->u_m, u);
        for (int o = 0; o < N_LEVEL; o++)
            gather(ws, k, ss->psi_xy[o], psi[o]);
        for (int c = 0; c < 3; c++)
            add_point(ss, ws, &law, k, c, &g, u, psi, with_forces, m);
        for (int o = 0; o < N_LEVEL; o++) {
            if (isnan(ss->level_Pa[o]))
                continue;
            const double work = add_centrifugal(ws, k, xy, load, g.area_m2, psi[o], ss->to_node[o]);
            m[o].xx += work;
            m[o].yy += work;
            add_corners(ws, k, &g, &m[o], ss->to_node[o]);
        }
        for (int c = 0; c < 3; c++)
            if (ss->weight_m2[LEVEL_BRIDGE][3 * k + c] > 0.0)
                add_bridges(ss, ws, at, n_bridge, b, 3 * k + c);
    }
}

/* Nodes of a held bore: d(angle of the frame) = (x dy - y dx)/r^2; a midside node moves with the mean of its ends. Those of the mirror
 * planes stay there: their frames do not turn. */
static void add_frames(const struct stress_sens *ss, const struct stress_ws *ws, int o, double *to_node)
{
    const double *u = ss->u_m, *p = ss->psi_xy[o], *ul = ss->u_left, *pl = ss->psi_left[o];
    for (int i = 0; i < ws->n_node; i++) {
        if (!(ws->support[i] & STRESS_ON_BORE))
            continue;
        const int is_mid = i >= ws->n_corner, *end = is_mid ? ws->mid_end + 2 * (i - ws->n_corner) : &i;
        const double x = ws->x_m[i], y = ws->y_m[i], r2 = x * x + y * y, share = is_mid ? 0.5 : 1.0;
        const double by_turn = u[2 * i] * pl[2 * i + 1] - u[2 * i + 1] * pl[2 * i] + p[2 * i] * ul[2 * i + 1] - p[2 * i + 1] * ul[2 * i];
        for (int c = 0; c <= is_mid; c++) {
            to_node[2 * ws->mesh_node[end[c]]] -= share * by_turn * y / r2;
            to_node[2 * ws->mesh_node[end[c]] + 1] += share * by_turn * x / r2;
        }
    }
}

void stress_adjoint_eval(struct stress_sens *ss, struct stress_ws *ws, const struct stress_side *at, double omega_rad_per_s,
                         const struct stress_opts *opts)
{
    const struct steel *steel = at->machine->rotor_steel;
    const struct stress_material mat = {steel->young_Pa.value, steel->poisson.value, steel->base.density_kg_per_m3.value};
    const struct stress_law law = get_law(at->machine);
    const size_t n = (size_t)ss->n_unknown;
    struct stress_result ignored;
    memset(ss->to_bridge, 0, sizeof ss->to_bridge);
    ss->to_R_ro = 0.0;
    set_Cartesian(ws, ws->u, ss->u_m);
    set_level_loads(ss, ws, &law);
    for (int o = 0; o < N_LEVEL; o++)
        set_polar(ws, opts, ss->psi_left[o], ss->psi[o]);
    frontal_solve_many(&ws->factor, N_LEVEL, ss->psi, NULL);
    memcpy(ss->u_polar_m, ws->u, n * sizeof *ws->u);
    stress_set_load(ws, at->mesh, at->machine, &mat, omega_rad_per_s, opts, &ignored);
    memcpy(ss->u_left, ws->u, n * sizeof *ws->u); /* Cartesian load */
    memcpy(ws->u, ss->u_polar_m, n * sizeof *ws->u);
    for (int o = 0; o < N_LEVEL; o++) {
        memset(ss->to_node[o], 0, 2 * (size_t)ss->n_mesh_node * sizeof(double));
        set_Cartesian(ws, ss->psi[o], ss->psi_xy[o]);
    }
    add_elements(ss, ws, at, omega_rad_per_s, opts);
    for (int o = 0; o < N_LEVEL; o++) {
        if (isnan(ss->level_Pa[o]))
            continue;
        stress_add_payload_slope(ws, at->mesh, at->machine, omega_rad_per_s, ss->psi_xy[o], ss->to_node[o]);
        if (opts->bore == STRESS_BORE_HELD)
            add_frames(ss, ws, o, ss->to_node[o]);
    }
}
