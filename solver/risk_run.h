/* risk_run.h - what supply risk costs each given motor under every scenario and sourcing strategy, which motor and strategy are cheapest,
 * and what would turn that.
 *
 * One simulation per scenario and strategy prices all bills (models/risk); the same seed everywhere, so that differences are between motors
 * and strategies, not between draws. Cost with risk = processing + elements today + risk cost. Decision: the motor that is cheapest with
 * risk under the base scenario (economics.scenario), each at its own cheapest strategy. */
#ifndef SOLVER_RISK_RUN_H
#define SOLVER_RISK_RUN_H
#include "materials/base/log.h"
#include "models/risk/stages.h"
#include "models/risk/strategy.h"
#include "solver/risk_study.h"

#define RISK_RUN_MAX_TURN 128
#define RISK_RUN_MAX_NOTE 32
#define RISK_RUN_BINS 60
#define RISK_RUN_LEVELS 5         /* quantiles of the price fans */
extern const double risk_run_level_pu[RISK_RUN_LEVELS];

struct risk_change { int motor, bill, sourcing; struct risk_figure gain; }; /* motor -1: another motor (bill, by sourcing) is cheapest; else
                                     this motor's cheapest strategy is another. gain: by how much the new beats today's choice there */
struct risk_turn {                /* one end of the range of an assumed datum that turns the decision */
    char what[200], source[48];
    double value, low, high;      /* of the datum, in its own unit */
    int is_high;                  /* the end that turns it */
    int n_change;
    struct risk_change change[RISK_STUDY_MAX_BILL + 1];
};

struct risk_mix {                 /* the best sourcing that the routes allow for one motor under one scenario */
    int is_solved;                /* 0: the programme found none; the note says why */
    struct sourcing sourcing;
    struct risk_result r;         /* reckoned with the scenarios of the table */
    double gap_USD, kkt_rel;      /* of the programme (models/risk/strategy.h) */
};

#define RISK_RUN_MAX_YEAR 21
#define RISK_RUN_MAX_ROUTE SOURCING_MAX_ROUTE
struct risk_outlook {             /* of one motor under the base scenario, at its cheapest sourcing */
    int n_year;
    struct strategy_year year[RISK_RUN_MAX_YEAR];
    int n_break_even;             /* dearer routes against the sourcing of the economics */
    struct strategy_break_even break_even[RISK_RUN_MAX_ROUTE];
    struct risk_stages stages;
    double cost_today_USD, mean_USD, var_USD, cvar_USD;   /* processing included */
    double low_USD, high_USD;     /* ends of the histogram */
    double share_pu[RISK_RUN_BINS];
    struct risk_elements elements;
};

struct risk_run {
    const struct risk_study *study;
    int n_month;
    struct risk_result *cell;     /* [(scenario * n_sourcing + sourcing) * n_bill + bill] */
    char left_out[MARKET_MAX_SOURCING][320]; /* why a strategy cannot be followed from the study's date; "" when it can */
    int best[MARKET_MAX_SCENARIO][RISK_STUDY_MAX_BILL]; /* cheapest strategy */
    struct risk_mix *mix;         /* n_scenario x n_bill, by scenario */
    int winner[MARKET_MAX_SCENARIO], runner_up[MARKET_MAX_SCENARIO]; /* motors at their cheapest sourcing; runner_up -1 when there is one */
    int winner_named;             /* base scenario, the named strategies only: what the assumed inputs are tried against */
    double gap_USD, gap_standard_error_USD; /* base scenario: what the runner-up costs more */
    struct risk_outlook *outlook; /* n_bill */
    int n_assumed;                /* assumed data with a range that were tried */
    int n_turn;
    struct risk_turn turn[RISK_RUN_MAX_TURN];
    /* strategy map of the base scenario without its dated events: [(duration * n_probability + probability) * n_bill + bill] */
    int *map_sourcing, *map_winner; /* cheapest strategy of each motor; cheapest motor [duration * n_probability + probability] */
    double *map_cost_USD;           /* its risk cost */
    double *down_pu;              /* nodes.n x n_month: probability of being down */
    double *price_USD_per_kg;     /* [((element * 2 + side) * RISK_RUN_LEVELS + level) * n_month + month] */
    int n_note;
    char note[RISK_RUN_MAX_NOTE][320];
};

struct risk_run_opts { int jobs; uint64_t seed; const struct market *market; struct log_sink log; };

/* risk_run_solve - Status: ST_OK; ST_CONFIG: a strategy that the file names cannot be followed, no strategy can; ST_SINGULAR; ST_NO_MEMORY.
 */
/* risk_margin_solve (risk_margin.c) - lost margin of a study that gives it by rule, into its terms; before risk_run_solve. Status: as
 * risk_new; ST_CONFIG with the place when the safe strategy is not dearer. */
enum status risk_margin_solve(struct risk_study *s, const struct risk_run_opts *o, struct err *e) MUST_CHECK;

enum status risk_run_solve(const struct risk_study *s, const struct risk_run_opts *o, struct risk_run *out, struct err *e) MUST_CHECK;
void risk_run_done(struct risk_run *r);

const struct risk_result *risk_run_get_cell(const struct risk_run *r, int scenario, int sourcing, int bill);
/* risk_run_eval_cost_USD - cost with risk. */
double risk_run_eval_cost_USD(const struct risk_run *r, int scenario, int sourcing, int bill);
/* The cheapest sourcing of a motor: its best mix, or the named strategy that is no dearer. Cost with risk, figures, name. */
const struct risk_mix *risk_run_get_mix(const struct risk_run *r, int scenario, int bill); /* NULL when it is not the cheapest */
/* Whether all named strategies (two at least) cost a motor the same and no mix less: it buys nothing that they would change. */
int risk_run_is_indifferent(const struct risk_run *r, int scenario, int bill);
int risk_run_is_cheapest(const struct risk_run *r, int scenario, int sourcing, int bill); /* that named strategy, and no other nor a mix */
double risk_run_eval_least_USD(const struct risk_run *r, int scenario, int bill);
const struct risk_result *risk_run_get_least(const struct risk_run *r, int scenario, int bill);
const struct sourcing *risk_run_get_sourcing(const struct risk_run *r, int scenario, int bill);
int risk_run_is_bought(const struct risk_study *s, int element); /* by any of the motors */

#endif
