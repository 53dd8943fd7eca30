/* evaluate_balance.c - the weight of field loss against stator loss that leaves a wound rotor the most kelvin.
 * More weight moves heat from the field coils into the stator: the winding gets hotter, the coils cooler, until what the stator gives back
 * across the gap outweighs it. Wanted is the least of the hotter of the two, over u = log(1 + weight). Near it both excesses over their
 * limits are taken as parabolas in u; the least of the higher parabola is the next trial. All of it on the flux maps: no field solution. */
#include "models/evaluate_impl.h"
#include "materials/base/banned.h"

#define MAX_TRIAL 7
#define TOL_U 0.04             /* 4 % of the weight: the temperatures move by less than 0.3 K */
#define MODEL_POINTS 64
#define MOST_WEIGHT 100.0      /* as in the schema */

static const double FIRST_WEIGHT[3] = {2.0, 6.0, 18.0};

struct trial { double u, over_pu[2]; };  /* winding, rotor: g of their limits */
struct trials { int n; struct trial at[MAX_TRIAL]; }; /* ascending u */

static double get_worst(const double over_pu[2]) { return fmax(over_pu[0], over_pu[1]); }

static enum status try_weight(struct evaluator *ev, double u, struct trials *t, struct result *r, struct err *e)
{
    ev->field_loss_extra_pu = exp(u) - 1.0;
    TRY(evaluate_heat_solve(ev, r, NULL, e));
    int k = t->n++;
    for (; k > 0 && t->at[k - 1].u > u; k--)
        t->at[k] = t->at[k - 1];
    t->at[k] = (struct trial){u, {r->g[CON_WINDING_TEMP], r->g[CON_ROTOR_TEMP]}};
    return ST_OK;
}

static int get_best(const struct trials *t)
{
    int best = 0;
    for (int k = 1; k < t->n; k++)
        if (get_worst(t->at[k].over_pu) < get_worst(t->at[best].over_pu))
            best = k;
    return best;
}

/* Parabola through three trials (Lagrange). */
static double eval_parabola(const struct trial *p, int which, double u)
{
    double sum = 0.0;
    for (int k = 0; k < 3; k++) {
        const struct trial *a = &p[(k + 1) % 3], *b = &p[(k + 2) % 3];
        sum += p[k].over_pu[which] * (u - a->u) * (u - b->u) / ((p[k].u - a->u) * (p[k].u - b->u));
    }
    return sum;
}

/* Between the neighbours of the best trial; where it has none on a side, one more step that way. */
static double find_next_u(const struct trials *t)
{
    int best = get_best(t), first = (int)fmax(0, fmin(best - 1, t->n - 3));
    const struct trial *p = &t->at[first];
    double low = best > 0 ? t->at[best - 1].u : fmax(0.0, 2.0 * p[0].u - p[1].u);
    double high = best < t->n - 1 ? t->at[best + 1].u : fmin(log(1.0 + MOST_WEIGHT), 2.0 * p[2].u - p[1].u);
    double least = HUGE_VAL, next = low;
    for (int k = 0; k <= MODEL_POINTS; k++) {
        double u = low + (high - low) * k / MODEL_POINTS;
        const double over_pu[2] = {eval_parabola(p, 0, u), eval_parabola(p, 1, u)};
        if (get_worst(over_pu) < least) {
            least = get_worst(over_pu);
            next = u;
        }
    }
    return next;
}

static int is_tried(const struct trials *t, double u)
{
    for (int k = 0; k < t->n; k++)
        if (fabs(t->at[k].u - u) < TOL_U)
            return 1;
    return 0;
}

enum status evaluate_balance_solve(struct evaluator *ev, struct result *r, struct eval_detail *d, struct err *e)
{
    if (!machine_has_field_winding(&ev->machine))
        return evaluate_heat_solve(ev, r, d, e);
    r->field_loss_extra_pu = ev->field_loss_extra_pu;
    if (!isnan(ev->field_loss_extra_pu))
        return evaluate_heat_solve(ev, r, d, e);
    struct trials t = {0};
    for (int k = 0; k < 3; k++)
        TRY(try_weight(ev, log(1.0 + FIRST_WEIGHT[k]), &t, r, e));
    double u = find_next_u(&t);
    for (; t.n < MAX_TRIAL && !is_tried(&t, u); u = find_next_u(&t))
        TRY(try_weight(ev, u, &t, r, e));
    r->field_loss_extra_pu = ev->field_loss_extra_pu = exp(t.at[get_best(&t)].u) - 1.0;
    return evaluate_heat_solve(ev, r, d, e);
}
