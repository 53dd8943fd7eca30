/* risk.h - what supply risk adds to the cost of a motor, USD per motor, under a scenario set and a sourcing strategy.
 *
 * One simulation serves all designs (common random numbers): prices as correlated log-OU with regime jumps, outages as Markov chains of
 * supply nodes. C_s(d) = sum_i q_i Pbar_is + sum_i h q_i P_i0 I_i/12 + F/(V T/12) + L U_s,   U_s = sum_t w_t (1 - min_i a_its) RC(d)  =
 * (E[C] - C_0) + loading (CVaR[C] - E[C]),   C_0 = q'P_0: bought today at FOB spot q kg bought per motor; Pbar price of the strategy
 * averaged over the months of the horizon (weights w_t: equal, or discounted and summing to 1); I stock in months, h holding rate; F
 * qualification of the routes that the design uses, spread over the motors of the horizon (T = 12: F/V); L margin lost per unbuilt motor; a
 * availability: what the routes deliver plus what the stock still holds. Keys SCHWARTZ1997, ROCKAFELLAR_URYASEV.
 *
 * Conventions. Month t = 0..T-1 begins t months after the study date. Nodes stand as they are at the month's beginning: up in month 0
 * unless a dated event falls in it; the price of a month is that at its end. Month's transitions: 1 - exp(-rate/12). Dated event: nodes go
 * down in the month that holds the date. Stock is full at first; drawn when routes deliver less than need, never below 0; refilled by
 * restock_per_month times the share that comes by routes which are not rationed. Unbuilt motors still carry their material bill, as in the
 * formula. Elements of one chain have one availability. Production begins at production_days: nothing is needed before, the stock is full
 * then. A dearer price outside China and a regime jump do not add: the greater counts.
 *
 * Parts (sum to RC): drift = what FOB spot prices do; holding = contract price over spot, premium, stock, qualification; shortage = L E[U];
 * tail = loading. Numbers: element index = market's; matrices column-major. Results do not depend on the number of threads, bit for bit.
 * Keys in refs_supply.yaml. */
#ifndef MODELS_RISK_RISK_H
#define MODELS_RISK_RISK_H
#include "materials/market.h"
#include "models/risk/covariance.h"
#include <stdint.h>

#define RISK_MAX_MONTH 240
#define RISK_MAX_SHORT 6    /* chains that can run short in one scenario and strategy */
#define RISK_MAX_NOTE 16
#define RISK_MAX_REPLICATE 40

enum risk_band { RISK_BAND_VALUE, RISK_BAND_LOW, RISK_BAND_HIGH }; /* which end of the hazard rates: three events make no point estimate */

/* How scenarios are drawn. All give the same expectations; the errors are each scheme's own.
 * IMPORTANCE: for rare outages. Half of the scenarios see, each for one chain that can run short, outages tilt_pu times as frequent and as
 *   long; a scenario weighs its plain probability over that of the whole mixture (keys HESTERBERG1995, OWEN_ZHOU2000): at most 2, so that
 *   no price figure suffers much. Estimates are self-normalised: what is the same in all scenarios is met exactly.
 * SOBOL: n_replicate independent digital shifts of a Sobol sequence (keys JOE_KUO2008, OWEN1995), errors from the spread of the replicates.
 *   The mean shock of every price factor over the horizon comes first (Householder rotation, key LEOBACHER2012), then the nodes month by
 *   month; what is beyond the table is pseudo-random. */
enum risk_sampling { RISK_SAMPLING_RANDOM, RISK_SAMPLING_IMPORTANCE, RISK_SAMPLING_SOBOL, RISK_SAMPLING_COUNT };

/* Which price jump a control regime carries: what was observed, by element (jump_log of the market data), or the article's "400 %" on the
 * goods it names (article_jump of the market data): "to 400 %" = 4 times the price, "by 400 %" = 5 times. */
enum risk_jump { RISK_JUMP_OBSERVED, RISK_JUMP_ARTICLE_TO, RISK_JUMP_ARTICLE_BY, RISK_JUMP_COUNT };

struct risk_terms {                         /* all required: NAN is refused */
    double lost_margin_USD_per_motor;       /* contribution margin of a motor that cannot be built, >= 0 */
    double volume_motors_per_year;          /* > 0 */
    double loading_pu;                      /* lambda: weight of the tail, 0..1 */
};

struct risk_opts {
    const char *destination;                /* two capital letters; required */
    long study_days;                        /* date of the study, date.h; required (LONG_MIN is refused) */
    int horizon_months;                     /* from the study's date, 1..RISK_MAX_MONTH; required (0 is refused) */
    long production_days;                   /* first day of production; default LONG_MIN: that of the study */
    int window_month, window_n_month;       /* motors reported: those built in these months after the start; default 0, 0: all */
    double support_pu;                      /* public share of qualification and plant cost beyond that of the routes, default 0 */
    double discount_rate_per_year;          /* >= 0, required; 0: plain average over the horizon */
    struct risk_terms terms;
    double tail_pu;                         /* CVaR level, default 0.95 */
    enum risk_band hazard_band;             /* default RISK_BAND_VALUE */
    int n_scenario;                         /* default 100000; even when antithetic; see risk_get_scenario_step */
    int antithetic;                         /* default 1: shocks of scenarios 2j and 2j+1 are negatives */
    int n_thread;                           /* default 1 */
    uint64_t seed;                          /* default 1 */
    enum risk_sampling sampling;            /* default RISK_SAMPLING_RANDOM */
    double tilt_pu;                         /* importance sampling: 1..100, default 2 */
    int n_replicate;                        /* Sobol: 8..RISK_MAX_REPLICATE, default 16 */
    enum risk_jump jump;                    /* default RISK_JUMP_OBSERVED */
    int has_spikes;                         /* 1: the compound spikes of the market data too, default 0 */
};
/* risk_get_scenario_step - n_scenario must be a multiple of this: 1, 2 when antithetic, n_replicate times that with Sobol. */
int risk_get_scenario_step(const struct risk_opts *o);
struct risk_opts risk_opts_default(void);   /* physical quantities NAN, LONG_MIN, 0 or NULL: not given */

struct risk_info {
    struct covariance_info correlation;
    double effective_pu;                    /* effective sample size (sum w)^2 / sum w^2 over n_scenario; 1 without weights */
    int n_sobol;                            /* dimensions that the Sobol sequence serves, 0 otherwise */
    double outside_mean_USD_per_kg[MARKET_MAX_ELEMENT]; /* price outside the controlled market; spot_mean is inside: their spread */
    double horizon_months, availability_worst_mean_pu; /* mean of the least available chain without stock */
    double price_today_USD_per_kg[MARKET_MAX_ELEMENT], spot_mean_USD_per_kg[MARKET_MAX_ELEMENT], paid_mean_USD_per_kg[MARKET_MAX_ELEMENT];
    int n_short;
    int short_chain[RISK_MAX_SHORT];        /* market chains that can run short */
    double unavailable_mean_pu[RISK_MAX_SHORT];        /* E of 1 - a, after stock */
    int n_note;
    char note[RISK_MAX_NOTE][240];          /* correlation mended, event outside the horizon, old price ... */
    uint64_t hash;                          /* of market data, scenario, strategy and options: for archives and result.json */
};

struct risk;
/* risk_new - simulate.
 * Status: ST_CONFIG: a term that is not given or out of range (named), route used before it exists, more than RISK_MAX_SHORT chains that
 * can run short; ST_SINGULAR; ST_NO_MEMORY. Memory: n_scenario (8 n_element + 8 2^n_short + 2 months) bytes. */
enum status risk_new(const struct market *m, const struct scenario *sc, const struct sourcing *so, const struct risk_opts *o,
                     struct risk **out, struct err *e) MUST_CHECK;
void risk_free(struct risk *r);
const struct risk_info *risk_get_info(const struct risk *r);
int risk_get_n_scenario(const struct risk *r);
/* risk_get_weights - likelihood weights of the scenarios, mean 1; NULL: all 1. Whoever averages over scenarios on his own needs them. */
const double *risk_get_weights(const struct risk *r);

/* Scratch of risk_eval, one per thread; holds the cost of up to n_design (1..32 at once, more are served in groups) designs in every
 * scenario. */
struct risk_ws;
enum status risk_ws_new(const struct risk *r, int n_design, struct risk_ws **out, struct err *e) MUST_CHECK;
void risk_ws_free(struct risk_ws *ws);

/* Standard errors: from independent groups of scenarios (a scenario, an antithetic pair, a replicate). */
struct risk_figure { double value_USD, standard_error_USD; };
struct risk_result {                        /* USD per motor */
    double today_USD;                       /* C_0 */
    struct risk_figure mean, cvar;          /* of C */
    double var_USD;                         /* quantile of C at tail_pu */
    struct risk_figure drift, holding, shortage, tail, risk_cost; /* risk_cost = sum of the four; errors are of correlated figures */
    double unbuilt_mean_pu;
    double capacity_use_pu;                 /* greatest demand / capacity of a route used, NAN when no capacity is known */
    int capacity_route;                     /* that route, -1 none */
};

/* risk_eval - n_design designs, q_kg n_element x n_design. terms NULL: those of risk_new. One GEMM per group of designs.
 * Status: ST_CONFIG: negative or non-finite q, terms not given. Allocates nothing. Thread: r shared, ws one per thread. */
enum status risk_eval(const struct risk *r, struct risk_ws *ws, const struct risk_terms *terms, int n_design, const double *q_kg,
                      struct risk_result *out, struct err *e) MUST_CHECK;

/* risk_eval_many - the figures of risk_eval for many designs, for fronts and searches, in tiles that stay in the cache: at least half of
 * the machine's dgemm rate (make bench). Mean and parts are those of risk_eval to rounding; the quantile is that of a sample, put right by
 * what is counted above it, so that the CVaR is off by a few per cent of its standard error; the errors are from every sixteenth tile. With
 * weights, with Sobol and with few scenarios it is risk_eval. */
enum status risk_eval_many(const struct risk *r, struct risk_ws *ws, const struct risk_terms *terms, int n_design, const double *q_kg,
                           struct risk_result *out, struct err *e) MUST_CHECK;

struct risk_elements {                      /* by market element; each part sums to that of risk_result, RC to RC */
    double drift_USD[MARKET_MAX_ELEMENT], holding_USD[MARKET_MAX_ELEMENT], shortage_USD[MARKET_MAX_ELEMENT], tail_USD[MARKET_MAX_ELEMENT];
    struct risk_figure risk_cost[MARKET_MAX_ELEMENT];
};
/* risk_eval_elements - Euler attribution of one design: q_i E[dC/dq_i | C >= VaR] for the price part; the shortage of a month goes to the
 * chain that binds (equal parts if several do) and, within the chain, to its elements by value bought today; qualification likewise. */
enum status risk_eval_elements(const struct risk *r, struct risk_ws *ws, const struct risk_terms *terms, const double *q_kg,
                               struct risk_elements *out, struct err *e) MUST_CHECK;

/* risk_eval_cost_samples - C_s of the first n_sample scenarios: cost_USD n_sample x n_design. The same shocks for all designs: the share of
 * samples in which a design is cheapest is its probability of being best. */
enum status risk_eval_cost_samples(const struct risk *r, const struct risk_terms *terms, int n_design, const double *q_kg, int n_sample,
                                   double *cost_USD, struct err *e) MUST_CHECK;

#endif
