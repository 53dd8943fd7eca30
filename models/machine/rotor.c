/* rotor.c - the table of rotor types, and what is asked of every rotor by way of it. */
#include "models/machine/rotor.h"
#include "materials/base/units.h"
#include <assert.h>
#include <math.h>
#include "materials/base/banned.h"

static const struct rotor_template *const TEMPLATES[ROTOR_TYPE_COUNT] = {
    [ROTOR_V] = &ROTOR_V_TEMPLATE,
    [ROTOR_SALIENT] = &ROTOR_SALIENT_TEMPLATE,
    [ROTOR_SURFACE] = &ROTOR_SURFACE_TEMPLATE,
    [ROTOR_SPOKE] = &ROTOR_SPOKE_TEMPLATE,
    [ROTOR_BREAD_LOAF] = &ROTOR_BREAD_LOAF_TEMPLATE,
    [ROTOR_DOUBLE_V] = &ROTOR_DOUBLE_V_TEMPLATE,
    [ROTOR_DELTA] = &ROTOR_DELTA_TEMPLATE,
    [ROTOR_CONTOUR] = &ROTOR_CONTOUR_TEMPLATE,
};

const struct rotor_template *rotor_get(enum rotor_type t)
{
    assert((int)t >= 0 && t < ROTOR_TYPE_COUNT);
    return TEMPLATES[t];
}

const char *machine_get_rotor_key(enum rotor_type t) { return rotor_get(t)->key; }

int machine_get_magnet_blocks(const struct machine *m, struct machine_magnet_block out[MACHINE_MAX_BLOCK])
{
    const struct rotor_template *r = rotor_get(m->rotor_type);
    return r->get_blocks ? r->get_blocks(m, out) : 0;
}

double machine_get_magnet_area_m2(const struct machine *m)
{
    struct machine_magnet_block block[MACHINE_MAX_BLOCK];
    double area_m2 = 0.0;
    for (int k = machine_get_magnet_blocks(m, block) - 1; k >= 0; k--)
        area_m2 += block[k].area_m2;
    return area_m2;
}

double machine_get_bridge_m(const struct machine *m)
{
    const struct rotor_template *r = rotor_get(m->rotor_type);
    return r->get_bridge_m ? r->get_bridge_m(m) : (double)NAN;
}

int machine_get_bridges(const struct machine *m, struct machine_bridge out[MACHINE_MAX_BRIDGE])
{
    const struct rotor_template *r = rotor_get(m->rotor_type);
    return r->get_bridges ? r->get_bridges(m, out) : 0;
}

int machine_is_in_post(const struct machine *m, double u_m, double v_m)
{
    const struct rotor_template *r = rotor_get(m->rotor_type);
    return r->is_in_post ? r->is_in_post(m, u_m, v_m) : 0;
}

int machine_has_field_winding(const struct machine *m)
{
    const struct rotor_template *r = rotor_get(m->rotor_type);
    return r->has_coil ? r->has_coil(m) : 0;
}

int machine_get_field_coil(const struct machine *m, struct machine_field_coil *out)
{
    if (!machine_has_field_winding(m))
        return 0;
    rotor_get(m->rotor_type)->get_coil(m, out);
    return 1;
}

int machine_get_dimensions(const struct machine *m, struct machine_dimension out[MACHINE_MAX_DIMENSION])
{
    const struct rotor_template *r = rotor_get(m->rotor_type);
    return r->get_dimensions ? r->get_dimensions(m, out) : 0;
}

double machine_get_surface_m(const struct machine *m, double angle_rad)
{
    const double c = m->pole_offset_m, across = c * sin(angle_rad);
    return c > 0.0 ? c * cos(angle_rad) + sqrt((m->R_ro_m - c) * (m->R_ro_m - c) - across * across) : m->R_ro_m;
}

/* (R_ro - c)^2 = r^2 - 2 r c cos q + c^2 with r = R_ro - drop at the sector edge */
double machine_get_pole_offset_m(int p, double R_ro_m, double drop_m)
{
    const double r = R_ro_m - drop_m;
    return (R_ro_m - r) * (R_ro_m + r) / (2.0 * (R_ro_m - r * cos(0.5 * PI / p)));
}

static void get_loaf_depths(const struct machine_magnet_block *b, double u_m, double v_m, double depth_m[MACHINE_FACE_COUNT])
{
    depth_m[FACE_GAP] = b->R_gap_m - hypot(u_m, v_m - b->v_m);
    depth_m[FACE_BACK] = v_m - b->R_back_m;
    depth_m[FACE_INNER] = 0.0;
    depth_m[FACE_OUTER] = b->width_m - fabs(u_m);
}

static void get_arc_depths(const struct machine_magnet_block *b, double u_m, double v_m, double depth_m[MACHINE_FACE_COUNT])
{
    const double r_m = hypot(u_m, v_m);
    depth_m[FACE_GAP] = b->R_gap_m - r_m;
    depth_m[FACE_BACK] = r_m - b->R_back_m;
    depth_m[FACE_INNER] = 0.0;
    depth_m[FACE_OUTER] = r_m * (b->half_rad - fabs(atan2(u_m, v_m)));
}

static void get_bar_depths(const struct machine_magnet_block *b, double u_m, double v_m, double depth_m[MACHINE_FACE_COUNT])
{
    const double du_m = u_m - b->u_m, dv_m = v_m - b->v_m;
    const double s_m = du_m * b->s_u_pu + dv_m * b->s_v_pu, n_m = du_m * sin(b->axis_rad) + dv_m * cos(b->axis_rad);
    depth_m[FACE_GAP] = -n_m;
    depth_m[FACE_BACK] = n_m + b->thickness_m;
    depth_m[FACE_INNER] = s_m;
    depth_m[FACE_OUTER] = b->width_m - s_m;
}

void machine_get_face_depths(const struct machine_magnet_block *b, double u_m, double v_m, double depth_m[MACHINE_FACE_COUNT])
{
    if (b->shape == MAGNET_ARC)
        get_arc_depths(b, u_m, v_m, depth_m);
    else if (b->shape == MAGNET_LOAF)
        get_loaf_depths(b, u_m, v_m, depth_m);
    else
        get_bar_depths(b, u_m, v_m, depth_m);
    for (int f = 0; f < MACHINE_FACE_COUNT; f++)
        depth_m[f] = isnan(b->face_m[f]) ? (double)NAN : fmax(depth_m[f], 0.0);
}
