#include "solver/picture.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "models/machine/bars.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/banned.h"

struct canvas {                  /* work arrays: the same nodes in metres, with their potential */
    double *x_m, *y_m, *A_Wb_per_m;
    double cos_stator, sin_stator, cos_rotor, sin_rotor; /* from the node's own frame to the picture */
    int n_band;
    int *band_tri;
    signed char *band_sign;
    double *band_x_m, *band_y_m;
};

struct edge { int a, b, region; };

static void canvas_done(struct canvas *c)
{
    mem_free(c->x_m);
    mem_free(c->y_m);
    mem_free(c->A_Wb_per_m);
    mem_free(c->band_tri);
    mem_free(c->band_sign);
    mem_free(c->band_x_m);
    mem_free(c->band_y_m);
}

static int canvas_init(struct canvas *c, const struct mesh *ms, double theta_rad)
{
    double turn = 0.5 * PI - 0.5 * ms->sector_rad;
    *c = (struct canvas){.cos_stator = cos(turn),
                         .sin_stator = sin(turn),
                         .cos_rotor = cos(turn + theta_rad),
                         .sin_rotor = sin(turn + theta_rad),
                         .n_band = mesh_get_band_size(ms)};
    size_t n_band = 3 * (size_t)c->n_band, n = (size_t)ms->n_node + n_band;
    c->x_m = mem_new(n, sizeof(double));
    c->y_m = mem_new(n, sizeof(double));
    c->A_Wb_per_m = mem_new(n, sizeof(double));
    c->band_tri = mem_new(n_band, sizeof(int));
    c->band_sign = mem_new(n_band, 1);
    c->band_x_m = mem_new(n_band, sizeof(double));
    c->band_y_m = mem_new(n_band, sizeof(double));
    return c->x_m && c->y_m && c->A_Wb_per_m && c->band_tri && c->band_sign && c->band_x_m && c->band_y_m;
}

static int picture_init(struct picture *p, const struct mesh *ms, int n_band)
{
    size_t n_bar = 4 * (size_t)(ms->n_slot * MACHINE_MAX_BAR);
    size_t n_tri = (size_t)(ms->n_tri + n_band), n_node = (size_t)ms->n_node + 3 * (size_t)n_band + n_bar;
    p->x = mem_new(n_node, sizeof(int));
    p->y = mem_new(n_node, sizeof(int));
    p->tri = mem_new(3 * n_tri, sizeof(int));
    p->B = mem_new(n_tri, sizeof(int));
    p->region = mem_new(n_tri, 1);
    p->edge = mem_new(9 * n_tri + 3 * n_bar, sizeof(int));
    return p->x && p->y && p->tri && p->B && p->region && p->edge;
}

static void set_mesh_nodes(struct picture *p, struct canvas *c, const struct mesh *ms, const double *Az)
{
    for (int k = 0; k < ms->n_node; k++) {
        int is_rotor = k >= ms->n_node_stator;
        double co = is_rotor ? c->cos_rotor : c->cos_stator, si = is_rotor ? c->sin_rotor : c->sin_stator;
        c->x_m[k] = co * ms->x_m[k] - si * ms->y_m[k];
        c->y_m[k] = si * ms->x_m[k] + co * ms->y_m[k];
        c->A_Wb_per_m[k] = Az[k];
    }
    p->n_node = ms->n_node;
    p->n_tri = ms->n_tri;
    memcpy(p->tri, ms->tri, 3 * (size_t)ms->n_tri * sizeof *p->tri);
    memcpy(p->region, ms->region, (size_t)ms->n_tri);
}

/* A band corner is a node of a ring, or a copy of one turned by a sector: copies become nodes of their own. */
static void set_band(struct picture *p, struct canvas *c, const struct mesh *ms, const double *Az)
{
    const double near_m = 1e-9;
    for (int k = 0; k < 3 * c->n_band; k++) {
        double x = c->cos_stator * c->band_x_m[k] - c->sin_stator * c->band_y_m[k];
        double y = c->sin_stator * c->band_x_m[k] + c->cos_stator * c->band_y_m[k];
        int node = c->band_tri[k], sign = c->band_sign[k] * ms->sign[node];
        if (sign < 0 || fabs(x - c->x_m[node]) > near_m || fabs(y - c->y_m[node]) > near_m) {
            c->x_m[p->n_node] = x;
            c->y_m[p->n_node] = y;
            c->A_Wb_per_m[p->n_node] = sign * Az[node];
            node = p->n_node++;
        }
        p->tri[3 * ms->n_tri + k] = node;
    }
    memset(p->region + ms->n_tri, REGION_GAP, (size_t)c->n_band);
    p->n_tri += c->n_band;
}

static void set_density(struct picture *p, const struct canvas *c)
{
    for (int k = 0; k < p->n_tri; k++) {
        const int *n = p->tri + 3 * k;
        const double *x = c->x_m, *y = c->y_m, *A = c->A_Wb_per_m;
        double x1 = x[n[1]] - x[n[0]], y1 = y[n[1]] - y[n[0]], x2 = x[n[2]] - x[n[0]], y2 = y[n[2]] - y[n[0]];
        double a1 = A[n[1]] - A[n[0]], a2 = A[n[2]] - A[n[0]], twice = x1 * y2 - x2 * y1;
        double B_T = twice > 0.0 ? hypot(a1 * y2 - a2 * y1, a2 * x1 - a1 * x2) / twice : 0.0;
        p->B[k] = (int)lrint(B_T / PICTURE_UNIT_T);
        p->B_max_T = fmax(p->B_max_T, B_T);
    }
    for (int k = 0; k < p->n_node; k++) {
        p->x[k] = (int)lrint(c->x_m[k] / PICTURE_UNIT_M);
        p->y[k] = (int)lrint(c->y_m[k] / PICTURE_UNIT_M);
    }
}

/* The segment of one contour in one triangle; 0 when the contour misses it. A corner on the contour counts as above. */
static int eval_segment(const struct canvas *c, const int *n, double level, int out[4])
{
    int found = 0;
    for (int k = 0; k < 3; k++) {
        int i = n[k], j = n[(k + 1) % 3];
        double a = c->A_Wb_per_m[i], b = c->A_Wb_per_m[j];
        if ((a >= level) == (b >= level))
            continue;
        double t = (level - a) / (b - a);
        out[2 * found] = (int)lrint((c->x_m[i] + t * (c->x_m[j] - c->x_m[i])) / PICTURE_UNIT_M);
        out[2 * found + 1] = (int)lrint((c->y_m[i] + t * (c->y_m[j] - c->y_m[i])) / PICTURE_UNIT_M);
        found++;
    }
    return found == 2;
}

/* Two passes, to count and to write. */
static int add_lines(const struct picture *p, const struct canvas *c, double low, double step, int *line)
{
    int n = 0, segment[4];
    for (int q = 0; q < PICTURE_N_CONTOUR; q++)
        for (int k = 0; k < p->n_tri; k++)
            if (eval_segment(c, p->tri + 3 * k, low + (q + 0.5) * step, segment)) {
                if (line)
                    memcpy(line + 4 * n, segment, sizeof segment);
                n++;
            }
    return n;
}

static int set_lines(struct picture *p, const struct canvas *c)
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (int k = 0; k < p->n_node; k++) {
        low = fmin(low, c->A_Wb_per_m[k]);
        high = fmax(high, c->A_Wb_per_m[k]);
    }
    p->flux_step_Wb_per_m = (high - low) / PICTURE_N_CONTOUR;
    p->n_line = add_lines(p, c, low, p->flux_step_Wb_per_m, NULL);
    p->line = mem_new((size_t)p->n_line + 1, 4 * sizeof(int));
    if (p->line)
        add_lines(p, c, low, p->flux_step_Wb_per_m, p->line);
    return p->line != NULL;
}

static int edge_compare(const void *left, const void *right)
{
    const struct edge *l = left, *r = right;
    if (l->a != r->a)
        return l->a < r->a ? -1 : 1;
    if (l->b != r->b)
        return l->b < r->b ? -1 : 1;
    return (l->region > r->region) - (l->region < r->region);
}

/* What an outline between two materials is drawn as; -1: none (air, or the same material on both sides). */
static int get_material(int region)
{
    switch (region) {
    case REGION_STATOR_YOKE:
    case REGION_STATOR_TOOTH:
    case REGION_ROTOR_IRON:
    case REGION_SHAFT:
        return PICTURE_EDGE_IRON;
    case REGION_MAGNET:
        return PICTURE_EDGE_MAGNET;
    case REGION_SLOT:
    case REGION_FIELD_COIL:
        return PICTURE_EDGE_COPPER;
    default:
        return -1;
    }
}

static int get_edge_kind(int region_a, int region_b)
{
    int a = get_material(region_a), b = get_material(region_b);
    return a == b ? -1 : (a > b ? a : b);
}

static int set_edges(struct picture *p)
{
    struct edge *all = mem_new(3 * (size_t)p->n_tri, sizeof *all);
    if (!all)
        return 0;
    for (int k = 0; k < 3 * p->n_tri; k++) {
        int i = p->tri[k], j = p->tri[k - k % 3 + (k + 1) % 3];
        all[k] = (struct edge){i < j ? i : j, i < j ? j : i, p->region[k / 3]};
    }
    qsort(all, 3 * (size_t)p->n_tri, sizeof *all, edge_compare);
    for (int k = 0; k < 3 * p->n_tri; k++) {
        int is_pair = k + 1 < 3 * p->n_tri && all[k + 1].a == all[k].a && all[k + 1].b == all[k].b;
        int kind = get_edge_kind(all[k].region, is_pair ? all[k + 1].region : REGION_AIR);
        if (kind >= 0) {
            int e[3] = {all[k].a, all[k].b, kind};
            memcpy(p->edge + 3 * p->n_edge++, e, sizeof e);
        }
        k += is_pair;
    }
    mem_free(all);
    return 1;
}

/* Outlines of the hairpin bars, if there are any, in every slot. */
static void add_bars(struct picture *p, const struct canvas *c, const struct mesh *ms, const struct machine *m)
{
    static const double CORNER[4][2] = {{-0.5, -0.5}, {0.5, -0.5}, {0.5, 0.5}, {-0.5, 0.5}};
    struct machine_bar bar[MACHINE_MAX_BAR];
    int n = machine_get_bars(m, bar);
    for (int k = 0; k < ms->n_slot * n; k++) {
        const struct machine_bar *b = &bar[k % n];
        double angle = (k / n + 0.5) * 2.0 * PI / m->stator.n_slot, co = cos(angle), si = sin(angle);
        for (int i = 0; i < 4; i++) {
            double along = b->x_m + CORNER[i][0] * b->h_m, across = CORNER[i][1] * b->w_m;
            double x = co * along - si * across, y = si * along + co * across;
            int edge[3] = {p->n_node + i, p->n_node + (i + 1) % 4, PICTURE_EDGE_COPPER};
            p->x[p->n_node + i] = (int)lrint((c->cos_stator * x - c->sin_stator * y) / PICTURE_UNIT_M);
            p->y[p->n_node + i] = (int)lrint((c->sin_stator * x + c->cos_stator * y) / PICTURE_UNIT_M);
            memcpy(p->edge + 3 * p->n_edge++, edge, sizeof edge);
        }
        p->n_node += 4;
    }
}

static enum status set_picture(struct picture *p, struct field_ws *ws, const struct machine *m, double theta_rad, struct err *e)
{
    const struct mesh *ms = field_get_mesh(ws);
    const double *Az = field_get_Az_Wb_per_m(ws);
    struct canvas c;
    int ok = canvas_init(&c, ms, theta_rad) && picture_init(p, ms, c.n_band);
    if (ok) {
        mesh_set_band(ms, theta_rad, c.band_tri, c.band_sign, c.band_x_m, c.band_y_m);
        set_mesh_nodes(p, &c, ms, Az);
        set_band(p, &c, ms, Az);
        set_density(p, &c);
        ok = set_lines(p, &c) && set_edges(p);
        if (ok)
            add_bars(p, &c, ms, m);
    }
    canvas_done(&c);
    return ok ? ST_OK : err_set(e, ST_NO_MEMORY, "picture", "no memory for a cross-section");
}

/* Remanence that every magnet element lost in an event. */
static enum status set_damage(struct picture *p, struct field_ws *ws, const struct machine *m, const struct demag_event *ev, struct err *e)
{
    struct demag_ws *dw;
    struct demag_result r;
    const struct demag_opts o = demag_opts_default();
    const struct field_magnet_elem *elem;
    TRY(demag_new(ws, m, &dw, e));
    enum status st = demag_solve_event(dw, ws, ev, &o, &r, e);
    if (st == ST_NO_CONVERGE && isfinite(r.flux_lost_pu))
        st = ST_OK;
    p->lost = st == ST_OK ? mem_new((size_t)p->n_tri, sizeof *p->lost) : NULL;
    if (st == ST_OK && !p->lost)
        st = err_set(e, ST_NO_MEMORY, "picture", "no memory for the damage");
    for (int k = 0; k < p->n_tri && st == ST_OK; k++)
        p->lost[k] = -1;
    const int n = field_get_magnets(ws, &elem);
    for (int k = 0; k < n && st == ST_OK; k++)
        p->lost[elem[k].tri] = (int)lrint((1.0 - demag_get_kept_pu(dw)[k]) / PICTURE_UNIT_LOST);
    demag_free(dw);
    return st;
}

enum status picture_new(const struct machine *m, const struct picture_load *load, struct picture **out, struct err *e)
{
    *out = NULL;
    struct field_ws *ws = NULL;
    struct field_result r;
    struct field_info info;
    struct winding_layout layout;
    const struct field_opts opts = field_opts_default();
    TRY(winding_set_layout(m, &layout, e));
    TRY(field_new(m, MESH_COARSE, &opts, &ws, e));
    struct picture *p = mem_new(1, sizeof *p);
    enum status st = p ? ST_OK : err_set(e, ST_NO_MEMORY, "picture", "no memory");
    if (st == ST_OK) {
        if (m->magnet)
            field_set_magnet_T(ws, load->magnet_T_K);
        field_set_angle(ws, 0.0);
        st = field_solve(ws, load->i_d_A, load->i_q_A, load->i_f_A, 1, &r, &info, e);
    }
    if (st == ST_OK)
        st = set_picture(p, ws, m, layout.axis_el_rad / m->p, e);
    if (st == ST_OK && load->damage && m->magnet)
        st = set_damage(p, ws, m, load->damage, e);
    field_free(ws);
    if (st == ST_OK)
        *out = p;
    else
        picture_free(p);
    return st;
}

void picture_free(struct picture *p)
{
    if (!p)
        return;
    mem_free(p->x);
    mem_free(p->y);
    mem_free(p->tri);
    mem_free(p->B);
    mem_free(p->lost);
    mem_free(p->region);
    mem_free(p->line);
    mem_free(p->edge);
    mem_free(p);
}
