/* report_plane.c - the plane of the currents: torque in colour, the voltage limit at three speeds, the least currents and those of the
 * torque limit. Data here, the chart in report_motor_script.c. */
#include "solver/report_motor_impl.h"
#include "materials/base/units.h"
#include "models/winding/winding.h"
#include "solver/out_json.h"
#include <math.h>
#include "materials/base/banned.h"

#define N_LIMIT 3 /* base speed, highest speed, and their geometric mean */

/* |lambda + L_end i| over the grid of report_get_flux, mWb: what w times, the resistance aside, is the voltage of a phase. */
static json_t *get_linkages(const json_t *flux, double L_end_H)
{
    const json_t *d = json_object_get(flux, "d"), *q = json_object_get(flux, "q"), *ld = json_object_get(flux, "ld"),
                 *lq = json_object_get(flux, "lq");
    const size_t n_d = json_array_size(d), n_q = json_array_size(q);
    json_t *list = json_array();
    for (size_t k = 0; k < n_d * n_q; k++) {
        const json_t *a = json_array_get(ld, k), *b = json_array_get(lq, k);
        const double i_d_A = json_number_value(json_array_get(d, k % n_d)), i_q_A = json_number_value(json_array_get(q, k / n_d));
        json_array_append_new(list, json_is_null(a) ? json_null()
                                                    : json_real(hypot(json_number_value(a) + 1e3 * L_end_H * i_d_A,
                                                                      json_number_value(b) + 1e3 * L_end_H * i_q_A)));
    }
    return list;
}

static json_t *get_limits(const struct requirement *q, int p)
{
    const double base = requirement_get_base_speed_rad_per_s(q), top = q->speed_max_rad_per_s;
    const double speed_rad_per_s[N_LIMIT] = {base, sqrt(base * top), top};
    json_t *list = json_array();
    for (int k = 0; k < N_LIMIT; k++)
        json_array_append_new(list, json_pack("{s:f, s:f}", "rpm", speed_rad_per_s[k] * 30.0 / PI, "linkage",
                                              1e3 * requirement_get_voltage_V(q) / (p * speed_rad_per_s[k])));
    return list;
}

static void add_point(json_t *list, double i_d_A, double i_q_A, double speed_rad_per_s, double torque_Nm)
{
    if (isfinite(i_d_A))
        json_array_append_new(list, json_pack("{s:f, s:f, s:f, s:f}", "x", i_d_A, "y", i_q_A, "rpm", speed_rad_per_s * 30.0 / PI, "torque",
                                              torque_Nm));
}

/* MTPA: the slowest column of the efficiency map that turns, up to the torque limit there. */
static json_t *get_least(const struct eval_detail *d)
{
    const int s = d->n_speed > 1 ? 1 : 0;
    json_t *list = json_array();
    for (int t = 0; t < d->n_map_torque; t++) {
        const struct eval_cell *c = &d->cell[t * d->n_speed + s];
        add_point(list, c->i_d_A, c->i_q_A, d->speed_rad_per_s[s], d->map_torque_Nm[t]);
    }
    add_point(list, d->i_d_A[s], d->i_q_A[s], d->speed_rad_per_s[s], d->torque_max_Nm[s]);
    return list;
}

static json_t *get_path(const struct eval_detail *d)
{
    json_t *list = json_array();
    for (int s = 0; s < d->n_speed; s++)
        add_point(list, d->i_d_A[s], d->i_q_A[s], d->speed_rad_per_s[s], d->torque_max_Nm[s]);
    return list;
}

json_t *report_get_plane(const struct eval_setup *u, const struct machine *m, const struct eval_detail *d, const json_t *flux)
{
    struct winding_layout layout;
    struct winding_geometry g;
    struct err why = {0}; /* the machine was solved: its winding is known to be sound */
    if (!json_is_object(flux) || d->n_speed == 0 || winding_set_layout(m, &layout, &why) != ST_OK ||
        winding_eval_geometry(m, &layout, &g, &why) != ST_OK)
        return json_null();
    return json_pack("{s:o, s:o, s:o, s:o}", "linkage", get_linkages(flux, g.L_end_H), "limit", get_limits(&u->requirement, m->p), "least",
                     get_least(d), "path", get_path(d));
}
