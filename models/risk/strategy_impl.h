/* strategy_impl.h - internals of the choice of sourcing: the sample, the programme of the designs that need the same chains, and its
 * planes. Variables x of a programme: shares of the routes of every chain that has a choice, then stock / stock_max of every chain that can
 * run short. All lie in 0..1. */
#ifndef MODELS_RISK_STRATEGY_IMPL_H
#define MODELS_RISK_STRATEGY_IMPL_H
#include "models/risk/cut_lp.h"
#include "models/risk/risk_impl.h"
#include "models/risk/strategy.h"

#define STRATEGY_MAX_ROUTE 12      /* of one chain */
#define STRATEGY_MAX_VAR 64
#define STRATEGY_MAX_SHORT 10      /* chains that can run short */
#define STRATEGY_MAX_NODE 8        /* nodes of the routes of one chain: a set of them fits a byte */
#define STRATEGY_BLOCK 128         /* scenarios that are stepped together: their stocks stay in the first cache */
#define STRATEGY_PATH 64           /* as many at once on the way back: all their months stay in the second cache */
#define STRATEGY_MAX_POINT 1024    /* kept for the designs to come, and as many bytes at most: */
#define STRATEGY_MAX_POINT_BYTES (32 << 20)
#define STRATEGY_MAX_TAIL 4096
#define STRATEGY_MAX_WORKING 320   /* planes in use at once */
#define STRATEGY_MORE_POINTS 16    /* tried beyond the planes allowed: starts, and the answer without crumbs */

struct strategy_chain {            /* of the market: every route that could be used, and how it delivers */
    int n_route, record[STRATEGY_MAX_ROUTE];   /* index in the record */
    int can_short, bridge, n_node, node[STRATEGY_MAX_NODE];
    double *available_pu;          /* by route (bridge last) and set of its nodes that are down: n_set x (n_route + 1) */
    double *whole_pu;
    double reserve_months;
    int reserve_month;
};

struct strategy {
    struct risk *r;                /* the sample, under the base strategy */
    struct risk_record *record;
    struct sourcing base;
    struct strategy_opts opts;
    int n_sample;
    struct strategy_chain chain[MARKET_MAX_CHAIN];
    struct programme *programme;   /* list: one for every set of chains that a design needed so far */
};

struct programme_block {           /* of STRATEGY_BLOCK scenarios, by chain, in the month at hand */
    double *stock, *missing, *refill, *u;
    /* of all months of STRATEGY_PATH scenarios: [month][chain][lane] */
    double *path_bound, *path_keeps; /* 1 where the chain binds; 0 where its stock is cut at full, else 1 */
    int path_at[STRATEGY_PATH];    /* where the months of a lane begin in the chain's sets */
    double *xi, *own, *kept;       /* [chain][lane], backward */
    double *by_u, *binding, *is_free; /* [lane] */
};

/* Planes of all designs of a programme, in two parts: f = (1 - loading) E[C] + loading CVaR[C].
 *
 * Mean: E[U] at X is known from every point tried, whoever tried it, and holds for every design exactly. Tail: CVaR[C] = max over scenario
 * weights w of sum_s w_s C_s, and C_s is linear in the bill q; so the w of one design at one X gives, for any other design and X, a plane
 * that CVaR is nowhere below: sum_s w_s Pbar_s prices the bill, sum_s w_s dU_s/dX is its slope. It is sharp for a design whose tail is made
 * of the same scenarios, and is made anew for another at the price of that tail alone. */
enum plane_part { PLANE_MEAN, PLANE_TAIL, PLANE_PARTS };
struct plane_family {
    int n, max;
    double *unbuilt, *slope;       /* sum_s w_s (U_s - dU_s/dX X0), and sum_s w_s dU_s/dX: n_var x n */
    double *price;                 /* sum_s w_s Pbar_s by slot of the record: n_slot x n; NULL: the mean's, the same for all */
    double *b, *g;                 /* in USD for the design at hand: n, n_var x n */
    double *value;                 /* n: at the X at hand */
    int *used;                     /* clock at which it was last in use */
    char *is_in;                   /* in use */
};
struct planes {
    int clock;
    struct plane_family family[PLANE_PARTS];
    double *x, *point_unbuilt;     /* of the points, one for each plane of the mean: n_var x n, n_sample x n */
    char *is_tried;                /* by the design at hand */
    double *mean_price;            /* by slot */
};

/* Some lanes of each block and month, with the nodes of a chain that are down there: those of [block * n_month + month] are lane[first[.]]
 * .. lane[first[. + 1] - 1]. */
struct lane { unsigned char at, set; };
struct lanes { int *first; struct lane *lane; };

struct programme {
    struct programme *next;
    const struct strategy *s;
    unsigned need;                 /* set of market chains */
    int part;                      /* of the designs that need them */
    int n_chain, chain[MARKET_MAX_CHAIN];
    int n_var, n_share, n_short, n_choice;     /* shares come first */
    int var_chain[STRATEGY_MAX_VAR], var_record[STRATEGY_MAX_VAR], group[STRATEGY_MAX_VAR];
    int choice_chain[MARKET_MAX_CHAIN];        /* market chain of a group */
    int short_chain[STRATEGY_MAX_SHORT], short_share[STRATEGY_MAX_SHORT]; /* first share variable, -1: no choice */
    unsigned char *set[STRATEGY_MAX_SHORT];    /* n_sample x n_month: nodes of the chain that are down */
    struct lanes down[STRATEGY_MAX_SHORT], change[STRATEGY_MAX_SHORT]; /* with a node down; whose set is not that of the month before */
    struct programme_block block;
    double *missing[STRATEGY_MAX_SHORT], *refill[STRATEGY_MAX_SHORT];     /* n_row x n_set, for the X at hand */
    int *row[STRATEGY_MAX_SHORT];              /* table row of a month: equal rows are shared */
    double *by_missing[STRATEGY_MAX_SHORT], *by_refill[STRATEGY_MAX_SHORT]; /* n_month x n_set: slopes by what the tables hold */
    struct planes planes;
    struct cut_lp lp;
    int *plane, *plane_age;                    /* of the working set: numbers in the family of its part; solutions since a bound was held */
    int n_hot, hot[STRATEGY_MAX_WORKING], hot_part[STRATEGY_MAX_WORKING]; /* the working set that the last design ended with, */
    int last_point;                            /* and the point of its answer */
    int n_tried, n_tried_max;                  /* points of the design at hand: */
    double *tried_x, *tried_USD;               /* n_var x n_tried, f without charges */
    double *cost, *scratch, *unbuilt;          /* n_sample each; scratch: that of risk_eval_var, twice as many */
    double *mean_weight, *tail_weight;         /* of the scenarios, sum 1: n_sample */
    int *active;                               /* n_sample: scenarios that a slope is taken of */
    double *route_cost, *fixed_cost;           /* of the design: n_sample x n_share, n_sample */
    struct tree_node *tree, *leaf;             /* nodes to be solved; those that the last search closed, which together are the whole: */
    int n_leaf;
    double leaf_once_USD[STRATEGY_MAX_VAR];    /* charges of that search: they say what a node means */
};

/* programme_get_need - set of market chains that a design buys from. programme_get - that of a set of chains and a part of the designs;
 * made when it is new. */
unsigned programme_get_need(const struct strategy *s, const double *q_kg);
enum status programme_get(struct strategy *s, unsigned need, int part, struct programme **out, struct err *e) MUST_CHECK;
void programme_free(struct programme *p);
static inline double programme_stock_months(const struct programme *p, double x) { return x * p->s->opts.stock_max_months; }
/* programme_share - of route k of the short chain c at x. */
static inline double programme_share(const struct programme *p, int c, int k, const double *x)
{
    return p->short_share[c] >= 0 ? x[p->short_share[c] + k] : 1.0;
}

/* unbuilt_eval - weighted unbuilt share of every scenario at x. UNBUILT_APART: as risk_eval has it, every chain draws on its stock for
 * itself. */
enum unbuilt_rule { UNBUILT_TOGETHER, UNBUILT_APART };
void unbuilt_eval(struct programme *p, const double *x, enum unbuilt_rule rule, double *unbuilt);
/* unbuilt_eval_slope - sum over scenarios of weight x subgradient of the unbuilt share by x (n_var); unbuilt: that of x, by
 * UNBUILT_TOGETHER. Scenarios without weight or loss cost nothing. */
void unbuilt_eval_slope(struct programme *p, const double *x, const double *weight, const double *unbuilt, double *slope);

struct design {                    /* what the programme sees of one design */
    const struct risk_terms *terms;
    const double *q_kg;
    double hold_USD[STRATEGY_MAX_VAR], once_USD[STRATEGY_MAX_VAR], upper[STRATEGY_MAX_VAR]; /* per unit of x; charge of a route used */
    double fixed_once_USD;         /* of chains without a choice */
    double linear_USD[STRATEGY_MAX_VAR]; /* of f per unit of x: mean bill of a route, holding; */
    double fixed_USD;              /* mean bill of chains without a choice, times 1 - loading */
};
/* design_set - costs of every route in every scenario (in the programme), charges and bounds. Status: ST_INFEASIBLE, chain named. */
enum status design_set(struct programme *p, const struct risk_terms *t, const double *q_kg, struct design *d, struct err *e) MUST_CHECK;
/* design_eval_need_t_per_year - what all motors of a year take from a chain; q_kg (elements of the market): of one motor. */
double design_eval_need_t_per_year(const struct market *m, const struct risk_terms *t, const double *q_kg, int chain);
/* design_eval_bill - bill of a chain by one of its routes (number in the record), at prices by slot. */
double design_eval_bill(const struct programme *p, const double *q_kg, const double *price, int record);
/* design_eval - f without charges at x with its unbuilt shares. Leaves the cost of every scenario in p->cost, its weight in the tail in
 * p->tail_weight. */
double design_eval(struct programme *p, const struct design *d, const double *x, const double *unbuilt);
/* design_eval_once - charges of the routes that x uses. */
double design_eval_once(const struct programme *p, const struct design *d, const double *x);

enum status planes_init(struct programme *p, struct err *e) MUST_CHECK;
void planes_done(struct planes *pl);
/* planes_set_design - all planes in USD for a design. */
void planes_set_design(struct programme *p, const struct design *d);
/* planes_add_point - the plane of the mean at x; p->unbuilt: that of x. planes_add_tail - that of the tail at a point, p->tail_weight being
 * that of the design there. Each gives its number. When a family is full the plane goes that is longest out of use. */
int planes_add_point(struct programme *p, const struct design *d, const double *x);
int planes_add_tail(struct programme *p, const struct design *d, int point);
/* planes_eval - all planes at x. planes_find - of a family's planes not in use the greatest there; -1 when none exceeds `above`. */
void planes_eval(struct programme *p, const double *x);
int planes_find(const struct plane_family *f, double above);
/* planes_find_point - the nearest to x of the points that the design has not tried, by the largest difference; -1: none within `far`. */
int planes_find_point(const struct programme *p, const double *x, double far);

/* tree_solve - branch and bound; best[n_var]. */
enum status tree_solve(struct programme *p, const struct design *d, double *best, struct strategy_result *out, struct err *e) MUST_CHECK;
enum status tree_init(struct programme *p, struct err *e) MUST_CHECK;
void tree_done(struct programme *p);

/* result_set - strategy as data and the figures of risk_eval at x. */
void result_set(struct programme *p, const struct design *d, const double *x, struct strategy_result *out);

#endif
