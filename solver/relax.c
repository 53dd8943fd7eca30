#include "solver/relax.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include <math.h>
#include <stdlib.h>
#include "materials/base/banned.h"

#define N_NEAR    2 /* designs tried, nearest first */
#define N_HALVING 3
#define MODEST    0.25 /* share tried first: a longer stack or a lower torque (a higher base speed) may do harm when it is too much */

/* One trial: the requirement and the design that it changes. */
struct trial {
    struct eval_setup setup;
    struct machine machine;
};

/* ---- the numbers that may be relaxed: share 0 = as required, 1 = the largest change tried ---- */

static double get_torque_Nm(const struct trial *t) { return t->setup.requirement.peak_torque_Nm; }
static double get_power_kW(const struct trial *t) { return t->setup.requirement.peak_power_W / 1e3; }
static double get_continuous_Nm(const struct trial *t) { return t->setup.duty.continuous.torque_Nm; }
static double get_current_A(const struct trial *t) { return t->setup.requirement.current_max_A; }
static double get_voltage_V(const struct trial *t) { return t->setup.requirement.dc_voltage_V; }
static double get_inlet_degC(const struct trial *t) { return t->setup.cooling.inlet_K - KELVIN_OFFSET_K; }
static double get_margin_K(const struct trial *t) { return t->setup.demag.margin_min_K; }
static double get_stack_mm(const struct trial *t) { return 1e3 * t->setup.requirement.stack_max_m; }

/* The peak point of the duty comes down with the peak torque, not below it. */
static void set_torque(struct trial *t, double share)
{
    struct requirement *q = &t->setup.requirement;
    q->peak_torque_Nm *= 1.0 - 0.5 * share;
    t->setup.duty.peak.torque_Nm = fmin(t->setup.duty.peak.torque_Nm, q->peak_torque_Nm);
}

static void set_power(struct trial *t, double share) { t->setup.requirement.peak_power_W *= 1.0 - 0.5 * share; }
static void set_continuous(struct trial *t, double share) { t->setup.duty.continuous.torque_Nm *= 1.0 - 0.5 * share; }
static void set_current(struct trial *t, double share) { t->setup.requirement.current_max_A *= 1.0 + 0.5 * share; }
static void set_voltage(struct trial *t, double share) { t->setup.requirement.dc_voltage_V *= 1.0 + 0.5 * share; }
static void set_margin(struct trial *t, double share) { t->setup.demag.margin_min_K -= share * fmax(t->setup.demag.margin_min_K, 0.0); }

static double cool(const struct coolant *c, double inlet_K, double dT_K)
{
    return c ? fmin(inlet_K, fmax(inlet_K - dT_K, c->base.T_min_K)) : inlet_K; /* not colder than the fluid's data */
}

static void set_inlet(struct trial *t, double share)
{
    struct thermal_opts *o = &t->setup.cooling;
    o->inlet_K = cool(o->coolant, o->inlet_K, 60.0 * share);
    o->spray_inlet_K = cool(o->spray, o->spray_inlet_K, 60.0 * share);
}

/* The design takes the whole length that is then allowed. */
static void set_stack(struct trial *t, double share)
{
    t->setup.requirement.stack_max_m *= 1.0 + 0.5 * share;
    t->machine.stack_m = t->setup.requirement.stack_max_m;
}

enum {
    TORQUE = 1 << CON_PEAK_TORQUE,
    POWER = 1 << CON_POWER_MAX_SPEED,
    DUTY = 1 << CON_DUTY_POINTS,
    WINDING = 1 << CON_WINDING_TEMP,
    DEMAG = 1 << CON_DEMAG,
    HEAT = WINDING | DEMAG | 1 << CON_ROTOR_TEMP,
    ENVELOPE = TORQUE | POWER | DUTY
};

static const struct relax_row {
    const char *key, *label, *unit;
    int mends; /* constraints that it can mend */
    double (*get)(const struct trial *t);
    void (*set)(struct trial *t, double share);
} ROWS[] = {
    {"requirement.peak_torque_Nm", "peak torque", "N m", TORQUE | HEAT, get_torque_Nm, set_torque},
    {"requirement.peak_power_kW", "peak power", "kW", TORQUE | POWER, get_power_kW, set_power},
    {"duty.continuous.torque_Nm", "continuous torque", "N m", DUTY | HEAT, get_continuous_Nm, set_continuous},
    {"requirement.current_max_A", "inverter current", "A", ENVELOPE, get_current_A, set_current},
    {"requirement.dc_voltage_V", "dc voltage", "V", ENVELOPE | WINDING, get_voltage_V, set_voltage},
    {"cooling.inlet_degC", "coolant", "degC", TORQUE | HEAT, get_inlet_degC, set_inlet},
    {"demagnetisation.margin_min_K", "demagnetisation margin", "K", DEMAG, get_margin_K, set_margin},
    {"requirement.stack_max_mm", "stack", "mm", TORQUE | DUTY | HEAT, get_stack_mm, set_stack},
};
_Static_assert(ARRAY_LEN(ROWS) == COMPARE_N_RELAX, "one place in compare_technology for each row");

/* ---- trials ---- */

struct relax_task {
    const struct job_set *s;
    const struct explore_result *x;
    struct compare_technology *t;
};

/* Misses nothing but what the number can mend; stages that were not reached are open. */
static int is_mendable(const struct relax_task *k, int id, int mends)
{
    double con[CON_COUNT + 2 * STUDY_MAX_LIMIT];
    if (isnan(k->s->result[id].g[CON_GEOMETRY]))
        return 0; /* failed numerically */
    compare_eval_constraints(k->s->study, &k->s->result[id], con);
    for (int c = 0; c < CON_COUNT; c++)
        if (!(con[c] <= 0.0) && !(mends >> c & 1) && con[c] < EVAL_NOT_REACHED)
            return 0;
    return 1;
}

static void set_trial(const struct relax_task *k, int id, struct trial *out)
{
    int grade;
    out->setup = k->s->study->setup;
    study_set_machine(k->s->study, k->s->technology, k->x->x + id * k->x->n_x, &out->machine, &grade);
}

/* A workspace of its own: it copies the cooling. */
static enum status eval_trial(const struct relax_task *k, const struct trial *t, int *passes, struct err *e)
{
    struct evaluator *ev = NULL;
    struct result r;
    double con[CON_COUNT + 2 * STUDY_MAX_LIMIT];
    result_init(&r);
    *passes = 0;
    enum status st = evaluator_new(&t->setup, &k->s->level, &t->machine, &ev, e);
    if (st == ST_OK)
        st = evaluate_machine(ev, &t->machine, &r, NULL, e);
    evaluator_free(ev);
    if (compare_is_failed(st) || st == ST_INFEASIBLE)
        return ST_OK;
    TRY(st);
    compare_eval_constraints(k->s->study, &r, con);
    *passes = 1;
    for (int c = 0; c < compare_get_constraint_count(k->s->study); c++)
        *passes &= con[c] <= 0.0;
    return ST_OK;
}

static enum status eval_share(const struct relax_task *k, const struct relax_row *row, int id, double share, struct trial *t, int *passes,
                              struct err *e)
{
    set_trial(k, id, t);
    row->set(t, share);
    return eval_trial(k, t, passes, e);
}

/* Of the designs that miss only what this number can mend the least violating ones; those judged to the end come first. Returns how many.
 */
static int find_near(const struct relax_task *k, int mends, int near[N_NEAR])
{
    int n = 0;
    for (int is_whole = 1; is_whole >= 0; is_whole--)
        for (int best = 0; best >= 0 && n < N_NEAR;) {
            best = -1;
            for (int q = 0; q < k->x->n; q++)
                if ((isfinite(k->s->result[q].rotor_margin_K) != 0) == is_whole && !(n > 0 && q == near[n - 1]) &&
                    is_mendable(k, q, mends) && (best < 0 || k->x->violation[q] < k->x->violation[best]))
                    best = q;
            if (best >= 0)
                near[n++] = best;
        }
    return n;
}

/* A coolant may be at the end of its data already, a margin at nought. */
static int has_room(const struct relax_task *k, const struct relax_row *row, int id, struct trial *t)
{
    set_trial(k, id, t);
    const double wanted = row->get(t);
    row->set(t, 1.0);
    return fabs(row->get(t) - wanted) > 0.0;
}

/* The least share found to be enough for a design; NAN: none is. */
static enum status find_share(const struct relax_task *k, const struct relax_row *row, int id, struct trial *t, double *share,
                              struct err *e)
{
    double low = 0.0, high = MODEST;
    int passes;
    *share = (double)NAN;
    TRY(eval_share(k, row, id, high, t, &passes, e));
    if (!passes) {
        low = high;
        high = 1.0;
        TRY(eval_share(k, row, id, high, t, &passes, e));
    }
    if (!passes)
        return ST_OK;
    for (int h = 0; h < N_HALVING; h++) {
        const double middle = 0.5 * (low + high);
        TRY(eval_share(k, row, id, middle, t, &passes, e));
        *(passes ? &high : &low) = middle;
    }
    *share = high;
    return ST_OK;
}

static enum status solve_row(void *ctx, int worker, int job, struct err *e)
{
    (void)worker;
    const struct relax_task *k = ctx;
    const struct relax_row *row = &ROWS[job];
    struct compare_relax *out = &k->t->relax[job];
    struct trial *t = mem_new(1, sizeof *t);
    if (!t)
        return err_set(e, ST_NO_MEMORY, "relaxation", "%s", row->key);
    int near[N_NEAR], n = find_near(k, row->mends, near);
    enum status st = ST_OK;
    *out = (struct compare_relax){.reached = (double)NAN, .wanted = (double)NAN};
    for (int q = 0; q < n && st == ST_OK && !out->is_enough && has_room(k, row, near[q], t); q++) {
        double share;
        st = find_share(k, row, near[q], t, &share, e);
        if (st != ST_OK || isnan(share))
            continue;
        set_trial(k, near[q], t);
        *out = (struct compare_relax){.is_enough = 1, .id = near[q], .wanted = row->get(t)};
        row->set(t, share);
        out->reached = row->get(t);
    }
    mem_free(t);
    return st;
}

enum status relax_solve(const struct job_set *s, const struct explore_result *x, struct compare_technology *t, struct err *e)
{
    struct relax_task k = {.s = s, .x = x, .t = t};
    return pool_solve(s->n_worker, COMPARE_N_RELAX, solve_row, &k, e);
}

/* ---- words ---- */

void relax_add_words(const struct compare_technology *t, struct text *out)
{
    int n = 0;
    if (t->n_front > 0)
        return; /* out for another reason */
    for (int k = 0; k < COMPARE_N_RELAX; k++) {
        const struct compare_relax *q = &t->relax[k];
        if (q->is_enough)
            text_add(out, "%s%s %.4g %s instead of %.4g", n++ > 0 ? ", or " : "; it would be feasible with ", ROWS[k].label, q->reached,
                     ROWS[k].unit, q->wanted);
    }
    if (n == 0)
        text_add(out, "; no single number of the requirement, relaxed by up to half or 60 K, lets its nearest designs in");
}

json_t *relax_get_json(const struct compare_technology *t)
{
    json_t *list = json_array();
    for (int k = 0; k < COMPARE_N_RELAX; k++)
        if (t->relax[k].is_enough)
            json_array_append_new(list, json_pack("{s:s, s:f, s:f, s:i}", "key", ROWS[k].key, "required", t->relax[k].wanted, "enough",
                                                  t->relax[k].reached, "design", t->relax[k].id));
    return list;
}
