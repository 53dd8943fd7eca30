/* operate_search.c - the constrained search, of which MTPA, field weakening and MTPV are outcomes: i_q by safeguarded Newton, i_d by scan
 * and golden section, i_f likewise outside. Why i_d: at fixed i_d both the torque and, beyond its vertex, the voltage are monotone in i_q
 * over the useful range, while along a fixed current angle the voltage limit may cut out a middle piece. */
#include "models/operate/operate_impl.h"
#include <math.h>
#include "materials/base/banned.h"

#define N_SCAN_D 25
#define N_SCAN_F 7
#define N_SCAN_NEAR 5
#define SPAN_PU 0.08   /* half width of a short span: two steps of the full scan */
#define N_MARCH 8            /* steps from i_q = 0 to the end that look for the first root */
#define QUICK_REACH_PU 0.15  /* of the i_q axis: how far a root may lie from its neighbour's */
#define GOLDEN 0.61803398874989485
#define UNREACHABLE_PU 1e3   /* violation of an i_d at which the torque does not exist: worse than any excess of voltage or current */

int operate_is_better(const struct operate_trial *a, const struct operate_trial *b)
{
    int fa = a->violation_pu <= OPERATE_TOL, fb = b->violation_pu <= OPERATE_TOL;
    if (fa != fb)
        return fa;
    return fa ? a->cost < b->cost : a->violation_pu < b->violation_pu;
}

struct line {                       /* the map along i_q at one i_d */
    const struct operate_ws *ws;
    const struct operate_speed *sp;
    double i_d_A, target_Nm;
};
struct line_point { struct flux_slice_point fp; double torque_em_Nm, excess_Nm /* T - target */, dexcess, V2, dV2, dT_em; };

static void eval_line(const struct line *ln, double i_q_A, struct line_point *out)
{
    const struct operate_limits *lim = &ln->ws->lim;
    struct flux_slice_point *fp = &out->fp;
    flux_map_eval_slice(&ln->ws->slice, ln->i_d_A, i_q_A, fp);
    double k = 1.5 * ln->ws->fm->p, w = ln->sp->w_rad_per_s, R = lim->copper.R_ohm;
    out->torque_em_Nm = k * (fp->lambda_d_Wb * i_q_A - fp->lambda_q_Wb * ln->i_d_A);
    out->dT_em = k * (fp->lambda_d_Wb + fp->dld_diq * i_q_A - fp->dlq_diq * ln->i_d_A);
    out->excess_Nm = out->torque_em_Nm - fp->drag_Nm - ln->sp->mech_Nm - ln->target_Nm;
    out->dexcess = out->dT_em - fp->ddrag_diq;
    double vd = R * ln->i_d_A - w * (fp->lambda_q_Wb + lim->L_end_H * i_q_A),
           vq = R * i_q_A + w * (fp->lambda_d_Wb + lim->L_end_H * ln->i_d_A);
    out->V2 = vd * vd + vq * vq;
    out->dV2 = -2.0 * vd * w * (fp->dlq_diq + lim->L_end_H) + 2.0 * vq * (R + w * fp->dld_diq);
}

enum quantity { EXCESS, VOLTAGE, SLOPE_TORQUE, SLOPE_EXCESS, SLOPE_VOLTAGE };

/* Value whose root is wanted and, where known, its slope (0: bisect). */
static double line_value(const struct line *ln, enum quantity what, double i_q_A, double *slope)
{
    struct line_point pt;
    double V_max = ln->ws->lim.V_max_V;
    eval_line(ln, i_q_A, &pt);
    *slope = what == EXCESS ? pt.dexcess : what == VOLTAGE ? pt.dV2 : 0.0;
    switch (what) {
    case EXCESS: return pt.excess_Nm;
    case VOLTAGE: return pt.V2 - V_max * V_max;
    case SLOPE_TORQUE: return pt.dT_em;
    case SLOPE_EXCESS: return pt.dexcess;
    case SLOPE_VOLTAGE: return pt.dV2;
    }
    return (double)NAN;
}

/* Root between a and b, where the values differ in sign: Newton, bisection whenever a step leaves the bracket or no slope is known. */
static double line_root(const struct line *ln, enum quantity what, double a, double b, double start)
{
    double slope, fa = line_value(ln, what, a, &slope), x = start;
    if (fa == 0.0)
        return a;
    double tol = 1e-13 * ln->ws->i_q_high_A;
    for (int it = 0; it < 100; it++) {
        double f = line_value(ln, what, x, &slope);
        if (f == 0.0)
            return x;
        if ((f > 0.0) == (fa > 0.0))
            a = x;
        else
            b = x;
        double next = slope != 0.0 ? x - f / slope : (double)NAN;
        if (!(next > fmin(a, b) && next < fmax(a, b)))
            next = 0.5 * (a + b);
        if (fabs(next - x) <= tol || fabs(b - a) <= tol)
            return next;
        x = next;
    }
    return x;
}

static double violation_pu(const struct operate_ws *ws, double i_d_A, double i_q_A, double V2)
{
    double V = sqrt(V2) / ws->lim.V_max_V - 1.0, I = hypot(i_d_A, i_q_A) / ws->lim.I_max_A - 1.0;
    return fmax(V, I);
}

static double current_cost(const struct operate_ws *ws, const struct operate_speed *sp, enum operate_goal goal, double i_d_A, double i_q_A,
                           const struct flux_slice_point *fp)
{
    const struct copper *c = &ws->lim.copper;
    double i2 = i_d_A * i_d_A + i_q_A * i_q_A, i_f = ws->slice.i_f_A, field_W = c->R_f_ohm * i_f * i_f;
    if (goal == OPERATE_MIN_CURRENT)
        return ws->fm->opts.n_f == 1 ? i2 : 1.5 * c->R_ohm * i2 + (1.0 + ws->lim.field_loss_extra_pu) * field_W;
    double excitation_W = (field_W + c->exciter.drop_V * fabs(i_f)) / c->exciter.efficiency_pu;
    return 1.5 * c->R_ohm * i2 * (1.0 + sp->ac_dc_pu) + fp->extra_W + excitation_W + fp->drag_Nm * sp->speed_rad_per_s;
}

/* Does the torque rise all the way to i_q, as far as two points between tell? */
static int is_rising_up_to(const struct line *ln, double i_q_A)
{
    struct line_point third, two_thirds;
    eval_line(ln, i_q_A / 3.0, &third);
    eval_line(ln, i_q_A * 2.0 / 3.0, &two_thirds);
    return third.dexcess > 0.0 && two_thirds.dexcess > 0.0;
}

/* Newton from a neighbour's root, for the inner loop: accepted on the rising branch only, which is where the root of smallest |i_q| lies,
 * and near the neighbour's: where cross-saturation bends the torque down, a second rising branch may follow. */
static int quick_root(const struct line *ln, double guess_A, double *i_q_A, struct line_point *pt)
{
    double x = guess_A, tol = 1e-12 * ln->ws->i_q_high_A;
    for (int it = 0; it < 6 && guess_A != 0.0; it++) {
        eval_line(ln, x, pt);
        double step = pt->excess_Nm / pt->dexcess;
        if (!(pt->dexcess > 0.0) || !(fabs(x - step - guess_A) <= QUICK_REACH_PU * ln->ws->i_q_high_A))
            return 0;
        if (fabs(step) <= tol) {
            *i_q_A = x;
            return is_rising_up_to(ln, x);
        }
        x -= step;
    }
    return 0;
}

/* The first step towards `far` at whose end the torque is reached: *near its beginning, *far its end. 0: none. */
static int find_step(const struct line *ln, double side, double *near_A, double *far_A)
{
    const double step = *far_A / N_MARCH;
    struct line_point pt;
    for (int k = 1; k < N_MARCH; k++) {
        eval_line(ln, k * step, &pt);
        if (side * pt.excess_Nm >= 0.0) {
            *near_A = (k - 1) * step;
            *far_A = k * step;
            return 1;
        }
    }
    *near_A = *far_A - step;
    eval_line(ln, *far_A, &pt);
    return side * pt.excess_Nm >= 0.0;
}

/* i_q that gives the torque at this i_d: the root of smallest |i_q|, on the side where the torque at i_q = 0 leaves it. */
static void try_torque(const struct line *ln, const struct operate_task *task, double *guess_A, struct operate_trial *t)
{
    const struct operate_ws *ws = ln->ws;
    struct line_point zero, end;
    t->cost = (double)INFINITY;
    t->i_q_A = 0.0;
    if (!quick_root(ln, *guess_A, &t->i_q_A, &end)) {
        eval_line(ln, 0.0, &zero);
        double side = zero.excess_Nm <= 0.0 ? 1.0 : -1.0, far = side * ws->i_q_high_A;
        double near = 0.0;
        if (!find_step(ln, side, &near, &far)) {
            eval_line(ln, far, &end);
            if (end.dexcess < 0.0 && zero.dexcess > 0.0) { /* torque passes a maximum before the end */
                far = line_root(ln, SLOPE_EXCESS, 0.0, far, 0.5 * far);
                eval_line(ln, far, &end);
                near = 0.0;
            }
            if (side * end.excess_Nm < 0.0) {
                t->violation_pu = UNREACHABLE_PU * (1.0 + fabs(end.excess_Nm) / (fabs(end.excess_Nm) + fabs(ln->target_Nm)));
                t->i_q_A = far;
                return;
            }
        }
        t->i_q_A = line_root(ln, EXCESS, near, far, 0.5 * (near + far));
        eval_line(ln, t->i_q_A, &end);
    }
    *guess_A = t->i_q_A;
    t->violation_pu = violation_pu(ws, ln->i_d_A, t->i_q_A, end.V2);
    t->cost = current_cost(ws, ln->sp, task->goal, ln->i_d_A, t->i_q_A, &end.fp);
}

/* Largest torque at this i_d inside both limits: the voltage allows [near, far] on the wanted side. */
static void try_max_torque(const struct line *ln, const struct operate_task *task, double *guess_A, struct operate_trial *t)
{
    const struct operate_ws *ws = ln->ws;
    double I = ws->lim.I_max_A, V2_max = ws->lim.V_max_V * ws->lim.V_max_V, side = task->direction;
    double far = side * fmin(ws->i_q_high_A, sqrt(fmax(0.0, I * I - ln->i_d_A * ln->i_d_A))), near = 0.0;
    struct line_point zero, end;
    eval_line(ln, far, &end);
    if (end.V2 <= V2_max && end.dT_em >= 0.0) { /* the current alone limits */
        t->i_q_A = far;
        t->violation_pu = 0.0;
        t->cost = -side * end.torque_em_Nm;
        return;
    }
    eval_line(ln, 0.0, &zero);
    t->cost = (double)INFINITY;
    t->i_q_A = 0.0;
    t->violation_pu = violation_pu(ws, ln->i_d_A, 0.0, zero.V2);
    if (zero.V2 > V2_max) { /* only past the vertex of the voltage, if that lies on the wanted side */
        if (!(side * zero.dV2 < 0.0 && side * end.dV2 > 0.0))
            return;
        near = line_root(ln, SLOPE_VOLTAGE, 0.0, far, 0.5 * far);
        eval_line(ln, near, &zero);
        t->i_q_A = near;
        t->violation_pu = violation_pu(ws, ln->i_d_A, near, zero.V2);
        if (t->violation_pu > 0.0)
            return;
    }
    if (end.V2 > V2_max) {
        double start = *guess_A * side > near * side && *guess_A * side < far * side ? *guess_A : 0.5 * (near + far);
        far = line_root(ln, VOLTAGE, near, far, start);
        *guess_A = far;
        eval_line(ln, far, &end);
    }
    if (end.dT_em < 0.0 && zero.dT_em > 0.0) {
        far = line_root(ln, SLOPE_TORQUE, near, far, 0.5 * (near + far));
        eval_line(ln, far, &end);
    }
    t->i_q_A = far;
    t->violation_pu = violation_pu(ws, ln->i_d_A, far, end.V2);
    t->cost = -side * end.torque_em_Nm;
}

static void try_d(const struct operate_ws *ws, const struct operate_speed *sp, const struct operate_task *task, double i_d_A,
                  double *guess_A, struct operate_trial *t)
{
    struct line ln = {ws, sp, i_d_A, task->torque_Nm};
    t->i_d_A = i_d_A;
    t->i_f_A = ws->slice.i_f_A;
    if (task->is_max_torque)
        try_max_torque(&ln, task, guess_A, t);
    else
        try_torque(&ln, task, guess_A, t);
}

struct span { double low_A, high_A; int n_scan; };

/* Best i_d of a span at the field current of the slice; 0 when the best scanned point is an end of the span. */
static int search_d(const struct operate_ws *ws, const struct operate_speed *sp, const struct operate_task *task, const struct span *span,
                    double tol_pu, struct operate_trial *best)
{
    int n = span->n_scan, k_best = 0;
    double low = span->low_A, step = (span->high_A - low) / (n - 1), guess = 0.0;
    struct operate_trial t;
    for (int k = 0; k < n; k++) {
        try_d(ws, sp, task, k == n - 1 ? span->high_A : low + k * step, &guess, &t);
        if (k == 0 || operate_is_better(&t, best)) {
            *best = t;
            k_best = k;
        }
    }
    double a = low + step * (k_best > 0 ? k_best - 1 : 0), b = low + step * (k_best < n - 1 ? k_best + 1 : k_best);
    struct operate_trial t1, t2;
    guess = best->i_q_A;
    double x1 = b - GOLDEN * (b - a), x2 = a + GOLDEN * (b - a);
    try_d(ws, sp, task, x1, &guess, &t1);
    try_d(ws, sp, task, x2, &guess, &t2);
    while (b - a > tol_pu * ws->lim.I_max_A) {
        if (operate_is_better(&t1, &t2)) {
            b = x2;
            x2 = x1;
            t2 = t1;
            x1 = b - GOLDEN * (b - a);
            try_d(ws, sp, task, x1, &guess, &t1);
        } else {
            a = x1;
            x1 = x2;
            t1 = t2;
            x2 = a + GOLDEN * (b - a);
            try_d(ws, sp, task, x2, &guess, &t2);
        }
    }
    if (operate_is_better(&t1, best))
        *best = t1;
    if (operate_is_better(&t2, best))
        *best = t2;
    return k_best > 0 && k_best < n - 1;
}

/* The best i_d moves smoothly with i_f: near a neighbour's solution (may be NULL) a short span is enough, unless the best is at its end. */
static void try_f(struct operate_ws *ws, const struct operate_speed *sp, const struct operate_task *task, double i_f_A,
                  const struct operate_trial *near, double tol_pu, struct operate_trial *t)
{
    struct span full = {ws->i_d_low_A, ws->i_d_high_A, N_SCAN_D}, part = full;
    flux_map_set_slice(&ws->slice, i_f_A);
    if (near) {
        double half_A = SPAN_PU * (full.high_A - full.low_A);
        part = (struct span){fmax(full.low_A, near->i_d_A - half_A), fmin(full.high_A, near->i_d_A + half_A), N_SCAN_NEAR};
    }
    if (!search_d(ws, sp, task, &part, tol_pu, t) && near)
        (void)search_d(ws, sp, task, &full, tol_pu, t);
}

#define TOL_D 1e-8    /* of I_max: an inner optimum is flat below that, and a bound one is this near its limit */
#define TOL_D_ROUGH 1e-5
#define TOL_F 1e-5    /* of I_f_max; the optimum is flat in i_f, and the torque is met at any i_f */

void operate_search(struct operate_ws *ws, const struct operate_speed *sp, const struct operate_task *task, struct operate_trial *best)
{
    const struct flux_map_opts *o = &ws->fm->opts;
    flux_map_set_layers(ws->fm, &sp->weights, &ws->slice);
    if (o->n_f == 1) {
        try_f(ws, sp, task, o->i_f_A[0], NULL, TOL_D, best);
        return;
    }
    double low = o->i_f_A[0], high = ws->lim.I_f_max_A, step = (high - low) / (N_SCAN_F - 1);
    int k_best = 0;
    struct operate_trial t1, t2;
    for (int k = 0; k < N_SCAN_F; k++) {
        try_f(ws, sp, task, k == N_SCAN_F - 1 ? high : low + k * step, NULL, TOL_D_ROUGH, &t1);
        if (k == 0 || operate_is_better(&t1, best)) {
            *best = t1;
            k_best = k;
        }
    }
    double a = low + step * (k_best > 0 ? k_best - 1 : 0), b = low + step * (k_best < N_SCAN_F - 1 ? k_best + 1 : k_best);
    double x1 = b - GOLDEN * (b - a), x2 = a + GOLDEN * (b - a);
    try_f(ws, sp, task, x1, best, TOL_D_ROUGH, &t1);
    try_f(ws, sp, task, x2, best, TOL_D_ROUGH, &t2);
    while (b - a > TOL_F * high) {
        int first = operate_is_better(&t1, &t2);
        if (first) {
            b = x2;
            x2 = x1;
            t2 = t1;
            x1 = b - GOLDEN * (b - a);
        } else {
            a = x1;
            x1 = x2;
            t1 = t2;
            x2 = a + GOLDEN * (b - a);
        }
        try_f(ws, sp, task, first ? x1 : x2, best, TOL_D_ROUGH, first ? &t1 : &t2);
    }
    if (operate_is_better(&t1, best))
        *best = t1;
    if (operate_is_better(&t2, best))
        *best = t2;
    t1 = *best;
    try_f(ws, sp, task, t1.i_f_A, &t1, TOL_D, best);
}
