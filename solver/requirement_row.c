/* requirement_row.c - see requirement_row.h. */
#include "solver/requirement_row.h"
#include "solver/figure_label.h"
#include <math.h>
#include "materials/base/banned.h"

static enum requirement_state get_state(double g)
{
    if (g <= 0.0)
        return REQUIREMENT_MET;
    return g < EVAL_NOT_REACHED ? REQUIREMENT_MISSED : REQUIREMENT_NOT_REACHED;
}

/* Kelvin below the rotor's own limit: that of the magnet's material, or the class of the field winding. */
static double eval_rotor_margin_K(const struct machine *m, const struct result *r)
{
    const double limit_K = machine_has_field_winding(m) ? m->insulation->T_class_K.value : m->magnet->T_limit_K.value;
    return limit_K - r->rotor_hot_K;
}

/* Strength is one constraint of up to three figures: each is judged by itself. */
static struct requirement_row get_safety(const char *label, double reached, double wanted, double g)
{
    const enum requirement_state s = isfinite(reached) ? get_state(wanted - reached) : get_state(g);
    return (struct requirement_row){label, "", 2, reached, wanted, s};
}

/* Figures of what does not fit; one row when all does. */
static int add_room(const struct requirement *q, const struct machine *m, double g, struct requirement_row *out)
{
    static const char *const LABEL[EVAL_ROOM_COUNT] = {"stator outer diameter, at most", "stack, at most", "air gap, at least"};
    struct eval_room room[EVAL_ROOM_COUNT];
    int n = 0;
    eval_get_room(q, m, room);
    for (int k = 0; k < EVAL_ROOM_COUNT; k++)
        if (room[k].over_pu > 0.0)
            out[n++] =
                (struct requirement_row){LABEL[k], "mm", 2, 1e3 * room[k].reached_m, 1e3 * room[k].wanted_m, REQUIREMENT_MISSED};
    if (n == 0)
        out[n++] = (struct requirement_row){"outer diameter, stack and air gap", "", 0, (double)NAN, (double)NAN, get_state(g)};
    return n;
}

int requirement_row_get(const struct eval_setup *u, const struct machine *m, const struct result *r,
                        struct requirement_row out[REQUIREMENT_MAX_ROW])
{
    const struct requirement *q = &u->requirement;
    int n = 0;
    if (!(r->g[CON_GEOMETRY] <= 0.0))
        out[n++] = (struct requirement_row){"shape that can be built", "", 0, (double)NAN, (double)NAN, get_state(r->g[CON_GEOMETRY])};
    n += add_room(q, m, r->g[CON_ROOM], out + n);
    out[n++] = (struct requirement_row){"torque at base speed",
                                        "N·m",
                                        figure_label_fit_decimals("base_torque_Nm", q->peak_torque_Nm, 0),
                                        r->base_torque_Nm,
                                        q->peak_torque_Nm,
                                        get_state(r->g[CON_PEAK_TORQUE])};
    out[n++] = (struct requirement_row){"power at the highest speed", "kW", 1, 1e-3 * r->power_max_speed_W, 1e-3 * q->peak_power_W,
                                        get_state(r->g[CON_POWER_MAX_SPEED])};
    out[n++] = (struct requirement_row){"continuous and cycle points", "", 0, (double)NAN, (double)NAN, get_state(r->g[CON_DUTY_POINTS])};
    out[n++] = (struct requirement_row){"winding below its class", "K", 0, r->winding_margin_K, 0.0, get_state(r->g[CON_WINDING_TEMP])};
    out[n++] = (struct requirement_row){"rotor below its limit", "K", 0, eval_rotor_margin_K(m, r), 0.0, get_state(r->g[CON_ROTOR_TEMP])};
    if (!machine_has_field_winding(m))
        out[n++] = (struct requirement_row){"kelvin to demagnetisation", "K", 0, r->demag_margin_K, u->demag.margin_min_K,
                                            get_state(r->g[CON_DEMAG])};
    out[n++] = get_safety("yield safety at overspeed", r->yield_safety, q->yield_safety_min, r->g[CON_STRENGTH]);
    if (q->fatigue_safety_min > 0.0)
        out[n++] = get_safety("fatigue safety, 0 to overspeed", r->fatigue_safety, q->fatigue_safety_min, r->g[CON_STRENGTH]);
    if (isfinite(r->sleeve_safety))
        out[n++] = get_safety("yield safety of the sleeve", r->sleeve_safety, q->yield_safety_min, r->g[CON_STRENGTH]);
    if (isfinite(r->sleeve_retention_pu))
        out[n++] = get_safety("sleeve's pull over centrifugal force", r->sleeve_retention_pu, 1.0, r->g[CON_STRENGTH]);
    return n;
}

const char *requirement_row_get_state(enum requirement_state s)
{
    static const char *const TEXT[] = {"met", "missed", "not reached"};
    return TEXT[s];
}

int requirement_row_count_missed(const struct result *r)
{
    int n = 0;
    for (int c = 0; c < CON_COUNT; c++)
        n += !(r->g[c] <= 0.0);
    return n;
}
