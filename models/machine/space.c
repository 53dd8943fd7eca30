/* space.c - unit box to dimensions. Every quantity is a share of what the ones before it leave free; where two limits compete, their smooth
 * minimum (below both) is the limit, so that the map has no kink. */
#include "models/machine/space_impl.h"
#include "models/machine/bars.h"
#include "materials/base/units.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

/* shape constants that are not searched */
#define BORE_LOW_PU 0.56            /* of the stator's outer radius */
#define ROTOR_DEPTH_LOW_PU 0.24     /* least R_bore - shaft radius, of the outer radius */
#define TOOTH_LOW_PU 0.42           /* of the slot pitch behind the tooth tip */
#define TOOTH_HIGH_PU 0.66
#define SLOT_WIDTH_MARGIN 1.15      /* b1 at least this times b0 */
#define WIDE_SLOTS 24               /* fewer slots get a flat bottom */

static const struct space_map *const MAPS[ROTOR_TYPE_COUNT] = {
    [ROTOR_V] = &SPACE_V,
    [ROTOR_SALIENT] = &SPACE_SALIENT,
    [ROTOR_SURFACE] = &SPACE_SURFACE,
    [ROTOR_SPOKE] = &SPACE_SPOKE,
    [ROTOR_BREAD_LOAF] = &SPACE_LOAF,
    [ROTOR_DOUBLE_V] = &SPACE_DOUBLE_V,
    [ROTOR_DELTA] = &SPACE_DELTA,
};

const struct space_var *space_get_vars(enum rotor_type t, int *n)
{
    *n = MAPS[t] ? MAPS[t]->n : 0;
    return MAPS[t] ? MAPS[t]->vars : NULL;
}

double space_get_ratio(const struct space_var *vars, const double *x, int k) { return vars[k].low + x[k] * (vars[k].high - vars[k].low); }
double space_get_between(double low, double high, double share) { return low + share * (high - low); }

double space_get_smooth_min(double a, double b)
{
    double ratio = a < b ? a / b : b / a;
    return fmin(a, b) * pow(1.0 + pow(ratio, 8.0), -1.0 / 8.0);
}

/* Two layers share the slot: an even number. */
struct conductors { int step, low, n; };

static struct conductors get_conductors(const struct space_envelope *env)
{
    int step = env->winding.n_layer == 2 ? 2 : 1, low = (env->n_conductor_min + step - 1) / step;
    return (struct conductors){step, low, env->n_conductor_max / step - low + 1};
}

static int eval_conductors(const struct space_envelope *env, double x)
{
    struct conductors c = get_conductors(env);
    int k = (int)floor(x * c.n);
    return c.step * (c.low + (k < 0 ? 0 : k >= c.n ? c.n - 1 : k));
}

int space_get_levels(const struct space_envelope *env, int variable) { return variable == SPACE_CONDUCTORS ? get_conductors(env).n : 1; }

static void set_stator(const struct space_envelope *env, const struct space_map *map, const double *x, struct machine *m)
{
    const struct space_var *vars = map->vars;
    struct stator *s = &m->stator;
    double bore_low = fmax(BORE_LOW_PU * env->R_out_m, env->shaft_R_m + ROTOR_DEPTH_LOW_PU * env->R_out_m);
    if (map->get_rotor_low_m)
        bore_low = fmax(bore_low, map->get_rotor_low_m(env) + env->airgap_m);
    memset(s, 0, sizeof *s);
    s->n_slot = env->n_slot;
    s->R_out_m = env->R_out_m;
    s->R_bore_m = space_get_between(bore_low, fmax(0.74 * env->R_out_m, bore_low), space_get_ratio(vars, x, SPACE_BORE));
    s->b0_m = env->slot_opening_m;
    s->h0_m = env->tooth_tip_m;
    s->h1_m = env->taper_m;
    /* few, wide slots: a semicircle as wide as the slot would be deeper than it */
    s->bottom = env->winding.is_hairpin || env->n_slot < WIDE_SLOTS ? SLOT_FLAT : SLOT_ROUND;
    double a = PI / s->n_slot, tip = s->h0_m + s->h1_m, pitch = 2 * (s->R_bore_m + tip) * sin(a);
    double tooth_high = space_get_smooth_min(TOOTH_HIGH_PU * pitch, pitch - SLOT_WIDTH_MARGIN * s->b0_m);
    double tooth = space_get_between(TOOTH_LOW_PU * pitch, tooth_high, space_get_ratio(vars, x, SPACE_TOOTH));
    double depth = space_get_ratio(vars, x, SPACE_SLOT_DEPTH) * (env->R_out_m - s->R_bore_m - tip);
    if (env->winding.liner_m > 0.0) { /* bars as drawn: parallel slot sides, the tooth is narrowest behind its tip */
        s->b1_m = s->b2_m = 2 * (s->R_bore_m + tip) * tan(a) - tooth / cos(a);
        s->h2_m = depth;
        return;
    }
    machine_set_parallel_teeth(s, tooth, tip + depth);
}

static void set_common(const struct space_envelope *env, const struct space_map *map, const double *x, struct machine *m)
{
    set_stator(env, map, x, m);
    m->p = env->p;
    m->stack_m = space_get_ratio(map->vars, x, SPACE_STACK) * env->stack_max_m;
    m->R_ro_m = m->stator.R_bore_m - env->airgap_m;
    m->R_ri_m = env->shaft_R_m;
    m->bridge_min_m = env->bridge_min_m;
    m->n_skew_slice = env->n_skew_slice;
    m->skew_rad = env->skew_rad;
    m->winding = env->winding;
    m->winding.n_conductor_per_slot = eval_conductors(env, x[SPACE_CONDUCTORS]);
    if (m->winding.liner_m > 0.0)
        machine_set_bar_size(m);
}

void space_set_machine(enum rotor_type t, const struct space_envelope *env, const double *x, struct machine *m)
{
    m->rotor_type = t;
    m->pole_offset_m = 0.0;
    set_common(env, MAPS[t], x, m);
    MAPS[t]->set_rotor(env, x, m);
}
