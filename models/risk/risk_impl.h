/* risk_impl.h - internals of models/risk: the plan that a strategy becomes on a calendar, and the simulated record. */
#ifndef MODELS_RISK_RISK_IMPL_H
#define MODELS_RISK_RISK_IMPL_H
#include "models/num/rng.h"
#include "models/risk/risk.h"

#define RISK_GROUP 32          /* designs per GEMM */
#define RISK_MANY_GROUP 256    /* of risk_eval_many: designs and scenarios of a tile, which then takes 256 KiB */
#define RISK_MANY_TILE 128
#define RISK_MANY_SAMPLE 2048  /* scenarios that the quantile is taken from at first */
#define RISK_MAX_ROUTE_USED (SOURCING_MAX_LEG + 1)
#define OUTAGE_MAX_SHARED 8    /* nodes that share the factor, in importance sampling */

enum risk_stream { RISK_STREAM_PRICE, RISK_STREAM_NODE, RISK_STREAM_EVENT };

struct plan_route {            /* a route used by one chain */
    int route;
    unsigned node_mask;
    double relief_pu;          /* of its licence */
    double share_pu[RISK_MAX_MONTH];
    double availability_up_pu[SCENARIO_MAX_NODE], availability_down_pu[SCENARIO_MAX_NODE]; /* at the destination, by node */
};
#define RISK_MAX_CHAIN_NODE 6   /* nodes of the routes that one chain uses */
struct plan_short {            /* a chain that can run short */
    int chain, n_node, node[RISK_MAX_CHAIN_NODE];
    double delivered_pu[RISK_MAX_MONTH][1 << RISK_MAX_CHAIN_NODE]; /* by month and set of its nodes that are down */
    double whole_pu[RISK_MAX_MONTH][1 << RISK_MAX_CHAIN_NODE];     /* share that comes by routes that are not rationed: they can refill */
    double reserve_months;     /* of a government, on top of the own stock */
    int reserve_month;         /* from which month on */
};
struct plan_chain {
    int n_route;
    struct plan_route route[RISK_MAX_ROUTE_USED];
    unsigned price_mask;       /* control regime is on while one of these is down */
    double stock_months, qualification_USD; /* qualification and plant, less what a government pays */
    double jump_scale[RISK_MAX_MONTH];       /* of the log of the regime jump: routes that run elsewhere damp it */
    int short_index;           /* among the chains that can run short, -1: never short */
};
struct plan_event { int month; unsigned node_mask; double threshold; int number; }; /* happens when its normal < threshold */
struct plan {
    int n_element, n_chain, n_node, n_month, n_event, n_short;
    int first_month;                         /* of production: stock is full then, nothing is needed before */
    double weight_pu[RISK_MAX_MONTH];        /* of the months, sum 1; 0 outside the window */
    double stock_restock, holding_per_year;
    double factor_a[SCENARIO_MAX_NODE], factor_b[SCENARIO_MAX_NODE]; /* z = a M + b e */
    double down_threshold[SCENARIO_MAX_NODE], up_threshold[SCENARIO_MAX_NODE]; /* normal quantiles of the monthly probabilities */
    struct plan_chain chain[MARKET_MAX_CHAIN];
    struct plan_event event[SCENARIO_MAX_EVENT];
    struct plan_short scarce[RISK_MAX_SHORT];
};

/* What every route would have cost, for the choice between them: per scenario the average price over the window of each element by each
 * route of its chain, the bridge standing in for what a route does not deliver yet; and the FOB price. */
struct risk_record {
    int n_route, route[SOURCING_MAX_ROUTE], bridge[SOURCING_MAX_ROUTE]; /* chain by chain */
    double ramp_pu[SOURCING_MAX_ROUTE][RISK_MAX_MONTH];
    int n_slot, slot[MARKET_MAX_ELEMENT][SOURCING_MAX_ROUTE];           /* of element and n-th recorded route; -1: another chain */
    double *paid, *spot;                      /* n_scenario x n_slot, n_scenario x n_element: USD/kg */
};

struct risk {
    struct risk_record *record;               /* NULL: nothing recorded; owned by who asked for it */
    const struct market *market;
    struct plan plan;
    struct risk_opts opts;
    struct risk_info info;
    struct rng rng;
    int group;                                /* scenarios of one independent group: they stand together */
    double *weight;                           /* n_scenario, mean 1; NULL: all 1 */
    double *L;                                /* n x n step factor */
    double decay[MARKET_MAX_ELEMENT], theta_log[MARKET_MAX_ELEMENT]; /* of log(P / P_0) */
    double jump[MARKET_MAX_ELEMENT];          /* in a control regime: times the price outside the controlled market, */
    double jump_inside[MARKET_MAX_ELEMENT];   /* and inside it */
    double *paid;                             /* n_scenario x n_element: average price of the strategy, USD/kg */
    double *unbuilt;                          /* n_scenario x 2^n_short: U by set of chains that the design needs */
    uint16_t *state;                          /* [t * n_scenario + s]: nodes that are down, to replay a scenario */
    double spot_mean[MARKET_MAX_ELEMENT], paid_mean[MARKET_MAX_ELEMENT], outside_mean[MARKET_MAX_ELEMENT];
    double *spot_cov, *extra_cov;             /* n x n: covariance of group means of spot average, and of paid - spot */
    double unbuilt_mean[1 << RISK_MAX_SHORT], unbuilt_var[1 << RISK_MAX_SHORT]; /* variance of group means */
};

/* plan_init - the strategy on the calendar of the options; notes go to info. */
enum status plan_init(struct plan *p, const struct market *m, const struct scenario *sc, const struct sourcing *so,
                      const struct risk_opts *o, struct risk_info *info, struct err *e) MUST_CHECK;
/* plan_eval_route - what a route lets through, 0..1, when the set `down` of nodes is down; *is_whole: it is not rationed. */
double plan_eval_route(const struct plan *p, const struct plan_route *r, unsigned down, int *is_whole);
/* plan_set_route - nodes, licence and availabilities of a route at the destination (index). */
void plan_set_route(struct plan_route *out, int route, const struct market *m, const struct scenario *sc, int destination);
/* plan_eval_ramp - share of what it is asked for that a route delivers in a month of the study. */
double plan_eval_ramp(const struct route *r, const struct risk_opts *o, int month);
double plan_eval_once_USD(const struct route *r, const struct risk_opts *o); /* qualification and plant after support */
/* plan_step_available - one month of one chain that can run short, for n scenarios: nodes that are down to availability after stock; stock
 * is carried on. The first month of production must start with plan_get_stock. */
void plan_step_available(const struct plan *p, int scarce, int month, int n, const uint16_t *state, double *stock_months,
                         double *available_pu);

/* risk_new_recorded - risk_new that fills a record (NULL: none), whose route, bridge, ramp, slot and arrays are set. */
enum status risk_new_recorded(const struct market *m, const struct scenario *sc, const struct sourcing *so, const struct risk_opts *o,
                              struct risk_record *record, struct risk **out, struct err *e) MUST_CHECK;

static inline double plan_get_stock(const struct plan *p, int scarce) { return p->chain[p->scarce[scarce].chain].stock_months; }

/* simulate_solve - fills paid, unbuilt, state, weight and the moments of r. */
enum status simulate_solve(struct risk *r, const struct scenario *sc, struct err *e) MUST_CHECK;

void risk_add_note(struct risk_info *info, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* risk_get_need - set of short chains that a design uses. */
unsigned risk_get_need(const struct risk *r, const double *q_kg);
/* risk_get_n_motor - motors of the whole production, over which qualification is spread. */
static inline double risk_get_n_motor(const struct risk *r, const struct risk_terms *t)
{
    return t->volume_motors_per_year * (r->plan.n_month - r->plan.first_month) / 12.0;
}
double risk_get_fixed_USD(const struct risk *r, const struct risk_terms *t, const double *q_kg); /* stock and qualification */
enum status risk_check_design(const struct risk *r, const struct risk_terms *t, int n_design, const double *q_kg, struct err *e) MUST_CHECK;

/* select_eval_kth - the k-th smallest (0-based) of n; reorders x. */
double select_eval_kth(double *x, int n, int k);
/* select_eval_quantile - the least x_k with sum of w over x <= x_k of at least `mass`; w > 0; reorders both. w NULL: all 1. */
double select_eval_quantile(double *x, double *w, int n, double mass);
static inline double risk_get_weight(const struct risk *r, int s) { return r->weight ? r->weight[s] : 1.0; }

/* risk_eval_var - the quantile of the cost c of every scenario at tail_pu. scratch: as that of the workspace, 2 n_scenario. */
double risk_eval_var(const struct risk *r, const double *c, double *scratch);

/* risk_eval_error - standard error of the mean over the scenarios of a x + b (x - v)+. */
double risk_eval_error(const struct risk *r, const double *x, double a, double b, double v);
/* risk_eval_tail - mean, quantile, CVaR, tail and the error of the risk cost, from the cost of every scenario. scratch: two per scenario.
 */
void risk_eval_tail(const struct risk *r, const double *cost, double *scratch, double loading, struct risk_result *out);
/* risk_set_parts - what follows from the moments: C_0, drift, holding, shortage, capacity; and the sum, out->tail being there. */
void risk_set_parts(const struct risk *r, const struct risk_terms *t, const double *q_kg, struct risk_result *out);

struct risk_ws {
    int n_design;
    double *cost;      /* n_scenario x n_design */
    double *scratch;   /* n_scenario; 2 n_scenario with weights */
    double *tile;      /* RISK_MANY_GROUP x RISK_MANY_SAMPLE */
};

#endif
