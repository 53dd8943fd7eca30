/* rotor_contour.c - a rotor given as contours: rules, magnets as blocks, bridges. Format and frame: contour.h. The models of the rest of
 * the program hold for buried magnets or a field winding in mirrored poles, which the rules ask for.
 * A block's width and thickness are the extents of its contour across and along the magnetisation: exact for rectangles. Field coils:
 * rotor_contour_coil.c. */
#include "models/machine/rotor.h"
#include "models/machine/contour_check.h"
#include "materials/base/units.h"
#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define MM 1e3
#define BRIDGE_RISE_PU 1.0    /* a bridge lasts while it is thicker than at its thinnest by no more than this */
#define BRIDGE_MAX_PU 0.05    /* of the rotor radius: thicker iron over a pocket is no bridge */
#define BRIDGE_RATIO_PU 1.5   /* nor is iron that is thicker than the thinnest of the rotor by this factor */
#define N_OUTLINE 32          /* points of an edge looked at for a bridge */

static enum status fail(const struct contour *c, const struct contour_region *g, struct err *e, const char *rule, const char *what)
{
    return err_set_at(e, ST_INFEASIBLE, c->file, g->line, 0, rule, "'%s' %s", g->name, what);
}

static double get_outermost_m(const struct contour *c, const struct contour_region *g)
{
    double r_m = 0.0;
    for (int k = 0; k < g->n; k++) {
        const struct contour_edge edge = contour_get_edge(c, g, k);
        for (int i = 0; i < N_OUTLINE; i++) {
            double x_m, y_m;
            contour_eval_point(&edge, (double)i / N_OUTLINE, &x_m, &y_m);
            r_m = fmax(r_m, hypot(x_m, y_m));
        }
    }
    return r_m;
}

static enum status check_magnet(const struct machine *m, const struct contour_region *g, struct err *e)
{
    const struct contour *c = m->contour;
    const double r_m = get_outermost_m(c, g);
    if (isnan(g->axis_rad))
        return fail(c, g, e, "contour_magnet", "is magnetised radially; buried magnets have one direction each: give its angle");
    if (r_m < m->R_ro_m - c->join_m)
        return ST_OK;
    return err_set_at(e, ST_INFEASIBLE, c->file, g->line, 0, "contour_magnet",
                      "magnet '%s' reaches the rotor surface (radius %.4f mm of %.4f mm); contours are for magnets inside of the rotor, "
                      "magnets on its surface have templates: surface, bread_loaf", g->name, MM * r_m, MM * m->R_ro_m);
}

static double get_bridge_m(const struct machine *m)
{
    struct machine_bridge b[MACHINE_MAX_BRIDGE];
    double least_m = (double)NAN;
    for (int k = machine_get_bridges(m, b) - 1; k >= 0; k--)
        least_m = fmin(isnan(least_m) ? HUGE_VAL : least_m, m->R_ro_m - b[k].r_in_m);
    return least_m;
}

static enum status check(const struct machine *m, struct err *e)
{
    const struct contour *c = m->contour;
    int n_magnet = 0;
    TRY(contour_check(c, PI / m->p, m->R_ri_m, m->R_ro_m, e));
    for (int k = 0; k < c->n_region; k++) {
        const struct contour_region *g = &c->region[k];
        if (contour_get_mirror(c, k) < 0)
            return fail(c, g, e, "contour_mirror", "has no mirror image about the d axis; the pole must be its own mirror image, "
                                                   "magnetisation included");
        if (g->kind == CONTOUR_MAGNET)
            TRY(check_magnet(m, g, e));
        n_magnet += g->kind == CONTOUR_MAGNET;
    }
    for (int k = 0; k < c->n_region; k++)
        if (c->region[k].kind == CONTOUR_MAGNET && contour_get_block(c, k, 0) + 2 > MACHINE_MAX_BLOCK)
            return err_set_at(e, ST_INFEASIBLE, c->file, c->region[k].line, 0, "contour_magnet",
                              "%d magnets in a pole; at most %d on each side of the d axis", n_magnet, MACHINE_MAX_BLOCK / 2);
    TRY(rotor_contour_check_coil(m, e));
    const double bridge_m = get_bridge_m(m);
    return isnan(bridge_m) ? ST_OK : machine_check_least("bridge", "the iron bridge between pocket and rotor surface", bridge_m,
                                                        m->bridge_min_m, e);
}

/* The part at u >= 0 (y >= 0) of a magnet. body: of the pole; the other half of a magnet across the d axis belongs to the same. */
static void set_block(const struct contour *c, const struct contour_region *g, int is_across, int body, struct machine_magnet_block *b)
{
    const double co = cos(g->axis_rad), si = sin(g->axis_rad); /* x = v, y = u */
    const double sense = co < 0.0 ? -1.0 : 1.0;                /* from the d axis outwards along the magnet */
    const double y_least_m = is_across ? 0.0 : -HUGE_VAL;
    double n_low_m, n_high_m, s_low_m, s_high_m;
    contour_eval_extent_m(c, g, co, si, y_least_m, &n_low_m, &n_high_m);
    contour_eval_extent_m(c, g, -sense * si, sense * co, y_least_m, &s_low_m, &s_high_m);
    *b = (struct machine_magnet_block){.shape = MAGNET_BAR, .width_m = s_high_m - s_low_m, .thickness_m = n_high_m - n_low_m,
                                       .axis_rad = g->axis_rad, .area_m2 = is_across ? 0.5 * g->area_m2 : g->area_m2, .body = body};
    b->s_u_pu = sense * co;
    b->s_v_pu = -sense * si;
    b->u_m = s_low_m * b->s_u_pu + n_high_m * si;
    b->v_m = s_low_m * b->s_v_pu + n_high_m * co;
    b->face_m[FACE_GAP] = b->face_m[FACE_BACK] = b->width_m;
    b->face_m[FACE_INNER] = is_across ? (double)NAN : b->thickness_m;
    b->face_m[FACE_OUTER] = b->thickness_m;
}

static int get_blocks(const struct machine *m, struct machine_magnet_block *out)
{
    const struct contour *c = m->contour;
    int n = 0, body = 0;
    for (int k = 0; k < c->n_region && n + 2 <= MACHINE_MAX_BLOCK; k++) {
        const struct contour_region *g = &c->region[k];
        if (g->kind != CONTOUR_MAGNET || contour_get_side(c, g) < 0)
            continue;
        const int is_across = contour_get_side(c, g) == 0;
        assert(contour_get_block(c, k, 0) == n);
        set_block(c, g, is_across, body, &out[n]);
        out[n + 1] = out[n];
        out[n + 1].axis_rad = -out[n].axis_rad;
        out[n + 1].u_m = -out[n].u_m;
        out[n + 1].s_u_pu = -out[n].s_u_pu;
        out[n + 1].body = is_across ? body : body + 1;
        body += is_across ? 1 : 2;
        n += 2;
    }
    return n;
}

/* Over the angles at which the iron over the region is at most twice as thick as at its thinnest, and half a bridge more on both sides. */
static int set_bridge(const struct machine *m, const struct contour_region *g, struct machine_bridge *b)
{
    const double r_m = get_outermost_m(m->contour, g), thick_m = m->R_ro_m - r_m;
    if (thick_m <= m->contour->join_m || thick_m > BRIDGE_MAX_PU * m->R_ro_m)
        return 0;
    *b = (struct machine_bridge){r_m, (double)INFINITY, -(double)INFINITY};
    for (int k = 0; k < g->n; k++) {
        const struct contour_edge edge = contour_get_edge(m->contour, g, k);
        for (int i = 0; i < N_OUTLINE; i++) {
            double x_m, y_m;
            contour_eval_point(&edge, (double)i / N_OUTLINE, &x_m, &y_m);
            if (hypot(x_m, y_m) < r_m - BRIDGE_RISE_PU * thick_m || y_m < 0.0)
                continue;
            b->angle_low_rad = fmin(b->angle_low_rad, atan2(y_m, x_m));
            b->angle_high_rad = fmax(b->angle_high_rad, atan2(y_m, x_m));
        }
    }
    b->angle_low_rad -= 0.5 * thick_m / m->R_ro_m;
    b->angle_high_rad += 0.5 * thick_m / m->R_ro_m;
    return 1;
}

static int get_bridges(const struct machine *m, struct machine_bridge *out)
{
    struct machine_bridge b;
    double outermost_m = 0.0;
    int n = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (int k = 0; k < m->contour->n_region && n < MACHINE_MAX_BRIDGE; k++) {
            const struct contour_region *g = &m->contour->region[k];
            if ((g->kind != CONTOUR_AIR && g->kind != CONTOUR_MAGNET) || contour_get_side(m->contour, g) < 0 || !set_bridge(m, g, &b))
                continue;
            if (pass == 0)
                outermost_m = fmax(outermost_m, b.r_in_m);
            else if (m->R_ro_m - b.r_in_m <= BRIDGE_RATIO_PU * (m->R_ro_m - outermost_m))
                out[n++] = b;
        }
    }
    return n;
}

static int get_dimensions(const struct machine *m, struct machine_dimension *out)
{
    struct machine_magnet_block b[MACHINE_MAX_BLOCK];
    const double bridge_m = get_bridge_m(m);
    int n = 0;
    if (get_blocks(m, b) > 0) {
        out[n++] = (struct machine_dimension){"magnet_width_mm", "magnet width (first magnet)", b[0].width_m, 0};
        out[n++] = (struct machine_dimension){"magnet_thickness_mm", "magnet thickness (first magnet)", b[0].thickness_m, 0};
    }
    n += rotor_contour_set_coil_dimensions(m, out + n);
    if (!isnan(bridge_m))
        out[n++] = (struct machine_dimension){"bridge_mm", "iron bridge", bridge_m, 0};
    return n;
}

const struct rotor_template ROTOR_CONTOUR_TEMPLATE = {.key = "contour", .check = check, .get_blocks = get_blocks,
                                                      .get_bridge_m = get_bridge_m, .get_bridges = get_bridges,
                                                      .is_in_post = rotor_contour_is_in_body, .has_coil = rotor_contour_has_coil,
                                                      .get_coil = rotor_contour_get_coil, .get_dimensions = get_dimensions};
