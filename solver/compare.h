/* compare.h - the main job: for each technology a constrained search of its designs, then one decision between technologies.
 * Search level judges every design; the chosen design of each technology is evaluated again at report level, and the difference is
 * reported as the discretisation error. Deterministic for any number of jobs: batches are evaluated in parallel, results placed by index.
 */
#ifndef SOLVER_COMPARE_H
#define SOLVER_COMPARE_H
#include "materials/base/log.h"
#include "solver/optimise/explore.h"
#include "solver/study.h"
#include "solver/substitute.h"

#define COMPARE_MAX_ALTERNATIVE TECH_COUNT

struct compare_design {
    int technology;               /* index in study->technology */
    int id;                       /* order of evaluation within the technology, 0.. */
    int grade;
    double x[SPACE_MAX_VAR];
    struct result r;
    double score;                 /* weighted sum of objectives scaled over the joint front, 0..1, higher better */
    int on_joint_front;
};

struct compare_feasible {         /* a design that meets every requirement: enough to price it again */
    int id, grade;
    double y[STUDY_MAX_OBJECTIVE]; /* objectives in the figures' units */
    double cost_today_USD;
    double q_kg[RESULT_MAX_ELEMENT], m_kg[RESULT_MAX_ELEMENT];
};

struct compare_curve {            /* margin_curve.h */
    int is_wanted;                /* by the study, and the technology has magnets */
    int n_evaluated;              /* designs bred for the curve, beyond those of the search */
    int n_report;                 /* evaluated again at report level, */
    int n;                        /* of which these are left, with ascending grams */
    struct compare_design *point; /* figures at report level */
    double *search_margin_K;      /* [n] as the search had it */
};

#define COMPARE_N_RELAX 11
struct compare_relax {            /* a number of the requirement, in the unit of its key: relax.h */
    int is_enough, id;            /* with it alone relaxed, design id meets all else */
    double reached, wanted;       /* the relaxed number and that of the study; NAN: not tried */
};

#define COMPARE_MAX_SWEEP 16
struct compare_sweep { int n; struct result r[COMPARE_MAX_SWEEP]; }; /* bridge_sweep.h */

/* How near the refined design of a technology is to its optimum, and what keeps it there (optimise/refine.h); all at search level, scores
 * on the scales of the fronts before it. */
struct compare_optimum {
    int n_start, n_step, n_evaluated; /* of the refinement: paths, steps, new designs; n_start 0: there was none */
    int id;                           /* the design; -1: one of the search, which nothing betters */
    double x[SPACE_MAX_VAR];
    double score_gained_pu;             /* over the best design of the search */
    double score_left_pu;               /* first order, within REFINE_LEFT_BOX of every variable's range */
    double multiplier_pu[CON_COUNT + 2 * STUDY_MAX_LIMIT]; /* by which the score would rise if a constraint were given up by 1 */
    double score_worth_USD;           /* of 1 of the score, by the objectives in USD; NAN: there are none */
};

struct compare_technology {
    int n_evaluated, n_feasible;
    struct compare_feasible *feasible; /* n_feasible, in order of evaluation */
    int n_front;                  /* non-dominated feasible designs, all of them */
    struct compare_design *front; /* sorted by the last objective (cost), ties by id */
    int n_all;                    /* every evaluated design for scatter plots: objectives and violation */
    double *all_obj, *all_violation;
    int best;                     /* index in front of the highest score, -1 when infeasible */
    const char *binding_key;      /* no front: constraint, or figure of a limit, that the nearest design misses */
    double binding_share[CON_COUNT]; /* share of evaluated designs that violate each requirement */
    char reason[512];             /* in words */
    struct compare_relax relax[COMPARE_N_RELAX]; /* infeasible: what change would do */
    struct compare_design report; /* `best` at report level */
    struct eval_detail detail;    /* of report */
    struct machine machine;       /* of report */
    double mesh_error_pu;         /* |search - report| / report of base torque */
    double p_best;                /* probability of being best under uncertain prices and material data */
    double p_best_standard_error;
    int has_mix;                  /* sourcing: best - the best mix of the chosen design */
    struct sourcing mix;
    double mix_gap_USD;           /* what its programme left unproved */
    struct compare_optimum optimum;
    struct compare_curve curve;
    struct compare_sweep sweep;
    double regret_USD;            /* expected cost with risk above the cheapest alternative, same samples */
};

/* Prices are looked for between these multiples of today's. */
#define BREAK_EVEN_FACTOR_LOW 0.05
#define BREAK_EVEN_FACTOR_HIGH 20.0
struct break_even {
    char element[MARKET_NAME_SIZE]; /* "Dy" or "" for the lost margin */
    int from, to;                 /* technology that wins today, technology that wins beyond */
    double today_USD_per_kg, break_even_USD_per_kg, factor; /* NAN: no turn between the factors above */
    char text[256];
    int is_cost_alone;            /* judged by cost with risk, not by the score */
};

struct scenario_design {          /* best of all feasible designs of a technology, priced again under a scenario */
    int feasible;                 /* index in feasible, -1 none */
    double score, risk_cost_USD, standard_error_USD, cost_with_risk_USD;
};

struct scenario_cost {            /* risk cost of each technology's chosen design under another scenario */
    char scenario[64];
    struct scenario_design best[TECH_COUNT]; /* on the scales of the study's own scenario */
    int winner;                   /* technology of the highest score among them, -1 none */
    double risk_cost_USD[TECH_COUNT], standard_error_USD[TECH_COUNT], cost_with_risk_USD[TECH_COUNT];
};

struct comparison {
    const struct study *study;
    struct compare_technology tech[TECH_COUNT];
    int n_joint;                  /* size of the joint front */
    int winner;                   /* technology with the highest score, -1 if none is feasible */
    int n_break_even;
    struct break_even break_even[STUDY_MAX_BREAK_EVEN];
    int n_scenario;
    struct scenario_cost scenario[8];
    struct risk *mix_risk;        /* sourcing: best - under the best mix of the winner: decision samples, options; NULL otherwise */
    int n_substitution;           /* chosen design x magnet, by design */
    struct substitution *substitution;
    int n_sample;                 /* Monte-Carlo samples behind p_best */
    double objective_low[STUDY_MAX_OBJECTIVE], objective_high[STUDY_MAX_OBJECTIVE]; /* scaling of the score */
    long n_field_solve, n_evaluation, n_reused;
    double seconds;               /* wall; not written to result.json */
    int n_warning;
    char warning[32][256];
};

struct compare_opts {
    int jobs, resume;
    uint64_t seed;
    const char *out_dir;
    const struct matlib *lib;
    const struct market *market;
    struct log_sink log;
    const volatile int *stop; /* becomes non-zero to end early (interrupt); NULL = never */
};

/* compare_solve - Status: ST_OK; ST_INFEASIBLE when no technology meets the requirement (out is filled, reasons in words); ST_IO,
 * ST_CONFIG, numerical. */
enum status compare_solve(const struct study *s, const struct compare_opts *o, struct comparison *out, struct err *e) MUST_CHECK;
void compare_done(struct comparison *c);

#endif
