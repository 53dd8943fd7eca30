/* strategy.h - the best sourcing of a design: route shares and stock per chain that make mean and tail of its cost least (CVaR programme).
 *
 * X = (W_ck, I_c): share of route k of chain c (sum over k = 1 in every chain), stock of 0 .. stock_max months. As in risk.h,
 *   C_s = sum q_i W_ck Pbar_iks + sum h q_i P_i0 I_c/12 + F(X)/N + L U_s(X),   f(X) = (1 - loading) E[C] + loading CVaR[C] = C_0 + RC.
 * A route that has not started (or has not ramped up) leaves its part of the share to the chain's `bridge`, so Pbar and what is delivered
 * are linear in W. F counts a route once it is used at all: fixed charge.
 *
 * Why the least is global. (1) In a month chain c misses m = 1 - sum W_k A_k and its whole routes can refill restock x g, g = sum W_k 1[A_k
 * = 1]. The unbuilt share u_t and stocks X_ct obey  0 <= X_ct - m_ct + u_t,  X_c,t+1 <= min(I_c, X_ct - m_ct + u_t + restock g_ct): linear
 * in (W, I, u, X). Cutting production only when forced has, at every t, the least sum of u up to t of all feasible paths (a cut made
 * earlier adds at most itself to any stock), so with weights that do not grow over time it IS the least of that linear programme, and the
 * least value of a linear programme is jointly convex in its right side (W, I). Hence U_s, C_s, E and CVaR are convex. (2) Fixed charges:
 * branch and bound on "route used or not"; every node is convex and bounded below by the cutting planes found so far, which hold for all
 * nodes and for all designs that need the same chains (U does not know q). Hence bound_USD is a proof on the sample, whatever the path of
 * the search.
 *
 * Here an unbuilt motor takes nothing from the stock of the other chains, while risk_eval draws every chain for itself: the two differ only
 * in months in which two chains are short together; risk_eval is never below. `risk` of the result is as risk_eval reckons.
 * Keys ROCKAFELLAR_URYASEV, KELLEY1960, MEHROTRA1992, TOMLIN2006 in refs_supply.yaml. */
#ifndef MODELS_RISK_STRATEGY_H
#define MODELS_RISK_STRATEGY_H
#include "models/risk/risk.h"

#define STRATEGY_STOCK_MAX_MONTHS 18.0

struct strategy_opts {
    int n_scenario;             /* of the programme: the first of those that risk_new would draw; default 4000 */
    double stock_max_months;    /* default STRATEGY_STOCK_MAX_MONTHS */
    double gap_USD;             /* proof wanted: objective - bound, per motor; default 0.01 */
    int n_step_max;             /* cutting planes per design; default 400 */
    unsigned route_off[(SOURCING_MAX_ROUTE + 31) / 32]; /* bit of a route: not to be used */
};
struct strategy_opts strategy_opts_default(void);

struct strategy;
/* strategy_new - the sample of one scenario set: what every route would have cost and delivered. base: gives holding rate, restocking and,
 * per chain, the bridge (its `bridge`, or else its first leg) and the reserve; its shares and stocks do not matter. o: as for risk_new, its
 * terms may be replaced in strategy_solve. Status: as risk_new; ST_CONFIG when a bridge does not exist at the start of production. */
enum status strategy_new(const struct market *m, const struct scenario *sc, const struct sourcing *base, const struct risk_opts *o,
                         const struct strategy_opts *so, struct strategy **out, struct err *e) MUST_CHECK;
void strategy_free(struct strategy *s);

struct strategy_result {
    struct sourcing sourcing;   /* named "optimum": risk_new takes it as it is; routes with share 0 are left out */
    double objective_USD;       /* f on the sample of the programme, USD per motor */
    double bound_USD;           /* no strategy has less on this sample */
    double gap_USD;             /* objective - bound */
    double kkt_rel;             /* of the programme with the routes found: largest of stationarity, feasibility and complementarity, over
                                   objective */
    double standard_error_USD;  /* of the risk cost on this sample, strategy held */
    struct risk_result risk;    /* by risk_eval's reckoning on the same sample: parts, mean, CVaR and their errors */
    int n_plane, n_node;        /* planes made for this design, nodes of the tree */
    int capacity_bound_route;   /* a route held at its capacity or share cap, -1 none */
};

/* strategy_solve - best strategy of n_design designs, q_kg n_element x n_design; terms NULL: those of strategy_new. Designs that need the
 * same chains share cutting planes, so a batch is much cheaper than its parts; results agree within gap_USD. On n_thread threads of the
 * options of strategy_new, bit for bit the same on any number.
 * Status: ST_CONFIG: bad q, terms; ST_INFEASIBLE: no routes can carry a chain (capacities), named; ST_NO_CONVERGE: gap not reached in
 * n_step_max (results filled, gap says how far). Thread: one struct strategy per thread. */
enum status strategy_solve(struct strategy *s, const struct risk_terms *terms, int n_design, const double *q_kg,
                           struct strategy_result *out, struct err *e) MUST_CHECK;

/* strategy_eval - f of a given X on the sample, as the programme sees it (for grids and checks). share_pu: by route of the market, sum 1 in
 * every chain that the design needs; stock_months: by chain. Status: ST_CONFIG: negative stock, shares that do not sum to 1 (named),
 * capacity exceeded (route and figures named). */
enum status strategy_eval(struct strategy *s, const struct risk_terms *terms, const double *q_kg, const double *share_pu,
                          const double *stock_months, double *objective_USD, struct err *e) MUST_CHECK;

/* ---- what one route or one rule is worth ---- */

/* The article's rule: lost margin = R x the procurement difference of a motor, R = 5..10; and its break-even outage probability 1/R. */
#define STRATEGY_RULE_LOW 5.0
#define STRATEGY_RULE_HIGH 10.0
/* strategy_eval_rule_margin - ratio (C of the safe strategy - C of the cheap one), material bill only, means over the scenarios. Status:
 * ST_CONFIG when the safe strategy is not dearer (the rule says nothing) or the ratio is outside 1..100. */
enum status strategy_eval_rule_margin(const struct risk *cheap, const struct risk *safe, const double *q_kg, double ratio_pu,
                                      double *margin_USD, struct err *e) MUST_CHECK;

struct strategy_break_even {    /* of a dearer route against the base strategy, whole chain moved to it */
    int chain, route;
    double difference_USD;      /* procurement, qualification and plant, USD per motor, mean */
    double rule_low_pu, rule_high_pu;     /* 1/R: 0.1 and 0.2 per year */
    double closed_form_pu; /* difference / loss of a certain outage of one year's mean length: per year, no stock, no tail; NAN: no loss */
    int is_found;               /* 0: dearer (or cheaper) at any hazard looked at */
    double hazard_per_year, probability_pu, standard_error_pu; /* at which the risk costs are equal: by simulation; 1 - exp(-hazard) */
    double today_probability_pu;          /* of the scenario: worth it when above the break-even */
    struct risk_figure saves_USD;         /* risk cost saved at the scenario's own hazard (< 0: it costs) */
};
/* strategy_solve_break_even - every route of a chain that the design needs, other than the base's own, that could carry the whole chain
 * from the start of production: no ramp, no share cap, capacity (where known) for volume_motors_per_year. n_max: room in out; *n found.
 * Bisection on the hazard of the nodes of the base's routes in that chain, common random numbers. */
enum status strategy_solve_break_even(const struct market *m, const struct scenario *sc, const struct sourcing *base,
                                      const struct risk_opts *o, const double *q_kg, int n_max, struct strategy_break_even *out, int *n,
                                      struct err *e) MUST_CHECK;

/* ---- time ---- */

struct strategy_year { int year; struct risk_result risk; }; /* year = calendar year in which the twelve months begin */
/* strategy_eval_years - the figures of risk_eval for the motors built in each twelve months from the start of production (last: what is
 * left), stock carried on from year to year. n_max >= years of the window; *n filled. */
enum status strategy_eval_years(const struct market *m, const struct scenario *sc, const struct sourcing *so, const struct risk_opts *o,
                                const double *q_kg, int n_max, struct strategy_year *out, int *n, struct err *e) MUST_CHECK;

#endif
