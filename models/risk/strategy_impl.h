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
#define STRATEGY_BLOCK 256
#define STRATEGY_MAX_HOT 160

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

struct programme_block {           /* of STRATEGY_BLOCK scenarios; stock, missing and refill by chain */
    double *stock, *missing, *refill, *u;
    int *binding, *capped;
    signed char *was_binding;      /* n_month x block: chain that binds, -1 none */
    unsigned short *was_capped;    /* chains whose stock was cut at full */
};

struct programme_point {           /* one X, with what it costs in motors: the same for all designs */
    double *x, *unbuilt;           /* n_var, n_sample */
    int n_active, *active;         /* scenarios with unbuilt motors */
    double *slope;                 /* of unbuilt by x: n_var x n_active */
};

struct programme {
    struct programme *next;
    const struct strategy *s;
    unsigned need;                 /* set of market chains */
    int n_chain, chain[MARKET_MAX_CHAIN];
    int n_var, n_share, n_short, n_choice;     /* shares come first */
    int var_chain[STRATEGY_MAX_VAR], var_record[STRATEGY_MAX_VAR], group[STRATEGY_MAX_VAR];
    int choice_chain[MARKET_MAX_CHAIN];        /* market chain of a group */
    int short_chain[STRATEGY_MAX_SHORT], short_share[STRATEGY_MAX_SHORT]; /* first share variable, -1: no choice */
    unsigned char *set[STRATEGY_MAX_SHORT];    /* n_month x n_sample: nodes of the chain that are down */
    struct programme_block block;
    double *missing[STRATEGY_MAX_SHORT], *refill[STRATEGY_MAX_SHORT];     /* n_row x n_set, for the X at hand */
    int *row[STRATEGY_MAX_SHORT];              /* table row of a month: equal rows are shared */
    int n_point, n_point_max;
    struct programme_point *point;
    char *is_plane;                            /* of a point: its plane is in use */
    int n_hot, hot[STRATEGY_MAX_HOT];          /* points whose planes the last design ended with */
    struct cut_lp lp;
    int *plane_point, *plane_age;              /* of the planes of the design at hand; age: solutions since one was held by it */
    double *cost, *scratch, *weight;           /* n_sample each */
    double *slope;                             /* n_var x n_sample: of the point being made */
    double *route_cost, *fixed_cost;           /* of the design: n_sample x n_share, n_sample */
    struct tree_node *tree;
};

/* programme_get - that of a set of chains; made when it is new. */
enum status programme_get(struct strategy *s, unsigned need, struct programme **out, struct err *e) MUST_CHECK;
void programme_free(struct programme *p);
static inline double programme_stock_months(const struct programme *p, double x) { return x * p->s->opts.stock_max_months; }
/* programme_share - of route k of the short chain c at x. */
static inline double programme_share(const struct programme *p, int c, int k, const double *x)
{
    return p->short_share[c] >= 0 ? x[p->short_share[c] + k] : 1.0;
}

/* unbuilt_set_tables - what is missing and what can be refilled, by month and set of nodes, at the shares of x. */
void unbuilt_set_tables(struct programme *p, const double *x);
/* unbuilt_eval_block - n <= STRATEGY_BLOCK scenarios from `first` on at x (tables set): weighted unbuilt share of each. */
void unbuilt_eval_block(struct programme *p, const double *x, int first, int n, double *unbuilt);
/* unbuilt_set_slope - of one scenario of the block just evaluated: subgradient of its unbuilt share by x, n_var. */
void unbuilt_set_slope(const struct programme *p, int first, int lane, double *slope);
/* unbuilt_eval_apart - one scenario as risk_eval has it: every chain draws on its stock for itself. Tables set. */
double unbuilt_eval_apart(const struct programme *p, const double *x, int scenario);

/* programme_add_point - all scenarios at x; *out its index. */
enum status programme_add_point(struct programme *p, const double *x, int *out, struct err *e) MUST_CHECK;

struct design {                    /* what the programme sees of one design */
    const struct risk_terms *terms;
    const double *q_kg;
    double hold_USD[STRATEGY_MAX_VAR], once_USD[STRATEGY_MAX_VAR], upper[STRATEGY_MAX_VAR]; /* per unit of x; charge of a route used */
    double fixed_once_USD;         /* of chains without a choice */
};
/* design_set - costs of every route in every scenario (in the programme), charges and bounds. Status: ST_INFEASIBLE, chain named. */
enum status design_set(struct programme *p, const struct risk_terms *t, const double *q_kg, struct design *d, struct err *e) MUST_CHECK;
/* design_eval - f without charges at a point; slope NULL or n_var. Leaves the cost of every scenario in p->cost. */
double design_eval(struct programme *p, const struct design *d, const double *x, const double *unbuilt, const struct programme_point *point,
                   double *slope);
/* design_eval_once - charges of the routes that x uses. */
double design_eval_once(const struct programme *p, const struct design *d, const double *x);

/* tree_solve - branch and bound; best[n_var]. */
enum status tree_solve(struct programme *p, const struct design *d, double *best, struct strategy_result *out, struct err *e) MUST_CHECK;
struct tree_node *tree_new(int n_var);
void tree_free(struct tree_node *t);

/* result_set - strategy as data and the figures of risk_eval at x. */
void result_set(struct programme *p, const struct design *d, const double *x, struct strategy_result *out);

#endif
