/* report_motor_json.c - the one JSON object behind the charts of a judged motor. */
#include "solver/report_motor_impl.h"
#include "materials/base/units.h"
#include "solver/out_json.h"
#include <math.h>
#include "materials/base/banned.h"

/* With a field winding every point has a field current of its own: no one map holds them. */
int report_motor_has_plane(const struct report_motor *x) { return x->map && x->map->opts.n_f == 1 && x->detail->n_speed > 0; }

static enum status add_picture(json_t *list, const struct machine *m, const struct picture_load *load, struct err *e)
{
    json_t *p = NULL;
    TRY(report_get_picture(m, load, &p, e));
    json_array_append_new(list, p);
    return ST_OK;
}

static enum status get_pictures(const struct report_motor *x, json_t **out, struct err *e)
{
    const struct eval_detail *d = x->detail;
    const struct operate_point *p = &d->point_peak;
    struct picture_load noload = {0.0, 0.0, x->d->machine.magnet ? 0.0 : x->d->setup.requirement.field_current_max_A,
                                  x->d->setup.cooling.ambient_K, NULL};
    struct demag_event damage;
    *out = json_array();
    enum status st = add_picture(*out, &x->d->machine, &noload, e);
    if (st == ST_OK && p->is_feasible) {
        struct picture_load peak = {p->i_d_A, p->i_q_A, isfinite(p->i_f_A) ? p->i_f_A : 0.0,
                                    x->d->machine.magnet ? d->heat_peak.magnet_mean_K : (double)NAN, NULL};
        if (d->n_event > 0) {
            eval_get_demag_event(&d->event[d->worst_event], &damage);
            peak.damage = &damage;
        }
        st = add_picture(*out, &x->d->machine, &peak, e);
    }
    return st;
}

static json_t *get_operation(const struct report_motor *x)
{
    const struct eval_detail *d = x->detail;
    if (d->n_speed == 0)
        return json_null();
    json_t *o = report_get_envelope(d);
    json_object_set_new(o, "loss", report_get_loss_maps(d));
    return o;
}

static json_t *get_duty(const struct duty *q)
{
    json_t *list = json_array();
    const struct { const char *label; const struct duty_point *p; int n; } PART[] = {
        {"continuous", &q->continuous, 1}, {"timed peak", &q->peak, 1}, {"cycle", q->cycle, q->n_cycle}};
    for (int k = 0; k < ARRAY_LEN(PART); k++) {
        json_t *points = json_array();
        for (int i = 0; i < PART[k].n; i++)
            json_array_append_new(points,
                                  json_pack("{s:f, s:f}", "x", PART[k].p[i].speed_rad_per_s * 30.0 / PI, "y", PART[k].p[i].torque_Nm));
        json_array_append_new(list, json_pack("{s:s, s:o}", "label", PART[k].label, "point", points));
    }
    return list;
}

static json_t *get_loss_bars(const struct report_motor *x)
{
    const struct operate_point *all[] = {&x->detail->point_continuous, &x->detail->point_peak}, *p[2];
    const char *const NAME[] = {"Continuous point", "Peak point"}, *label[2];
    int n = 0;
    for (int k = 0; k < 2; k++)
        if (all[k]->is_feasible) {
            label[n] = NAME[k];
            p[n++] = all[k];
        }
    return n > 0 ? report_get_losses(n, p, label) : json_null();
}

static json_t *get_flux(const struct report_motor *x)
{
    const struct eval_detail *d = x->detail;
    struct report_mark mark[2];
    int n = 0;
    if (d->point_continuous.is_feasible)
        mark[n++] = (struct report_mark){"Continuous point", d->point_continuous.i_d_A, d->point_continuous.i_q_A};
    if (d->point_peak.is_feasible)
        mark[n++] = (struct report_mark){"Peak point", d->point_peak.i_d_A, d->point_peak.i_q_A};
    return report_get_flux(x->map, x->d->setup.requirement.current_max_A, n, mark);
}

enum status report_motor_get_data(const struct report_motor *x, json_t **out, struct err *e)
{
    const struct eval_detail *d = x->detail;
    json_t *root = json_object(), *pictures = NULL, *load = json_array();
    const struct bom_cost *cost = &d->cost;
    enum status st = get_pictures(x, &pictures, e);
    if (d->peak_wave.n > 0)
        json_array_append_new(load, report_get_load(&d->peak_wave, "Peak point"));
    json_object_set_new(root, "color", json_string(REPORT_MOTOR_COLOR));
    json_object_set_new(root, "picture", pictures);
    json_object_set_new(root, "map", get_operation(x));
    json_object_set_new(root, "requirement", report_get_requirement(&x->d->setup.requirement));
    json_object_set_new(root, "duty", get_duty(&x->d->setup.duty));
    json_object_set_new(root, "losses", get_loss_bars(x));
    json_object_set_new(root, "noload",
                        report_get_noload(&x->d->machine, &d->noload, d->n_speed > 0 ? d->speed_rad_per_s[d->n_speed - 1] : (double)NAN));
    json_object_set_new(root, "load", load);
    json_object_set_new(root, "flux", get_flux(x));
    json_object_set_new(root, "plane",
                        report_motor_has_plane(x) ? report_get_plane(&x->d->setup, &x->d->machine, d, json_object_get(root, "flux"))
                                                  : json_null());
    json_object_set_new(root, "working", report_get_working(&x->d->machine, d));
    json_object_set_new(root, "heat", d->heat_continuous.T_K[THERMAL_YOKE] > 0.0 ? report_get_heat(d) : json_null());
    json_object_set_new(root, "demag", d->n_demag > 0 ? report_get_demag(d) : json_null());
    json_object_set_new(root, "limit_pct", out_json_get_real(100.0 * x->d->setup.demag.flux_loss_limit_pu));
    json_object_set_new(root, "cost", x->d->setup.risk ? report_get_costs(&x->d->setup.elements, 1, &cost, &x->r) : json_null());
    *out = root;
    return st;
}
