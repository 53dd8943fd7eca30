/* block_impl.h - the working space of one block of scenarios, and the steps that fill it: draws, nodes, prices. Internal to models/risk.
 *
 * A block is BLOCK pairs (scenarios when not antithetic) that stay in the cache through all months; no path outlives it. Arrays over its
 * scenarios: k = sign * n_pair + j; WIDE is their stride. Results of a block depend on its number alone, not on who works on it. */
#ifndef MODELS_RISK_BLOCK_IMPL_H
#define MODELS_RISK_BLOCK_IMPL_H
#include "models/num/sobol.h"
#include "models/risk/risk_impl.h"

enum { BLOCK = 256, WIDE = 2 * BLOCK };

enum block_stream { STREAM_PRICE = RISK_STREAM_PRICE, STREAM_NODE = RISK_STREAM_NODE, STREAM_EVENT = RISK_STREAM_EVENT, STREAM_SPIKE,
                    STREAM_COMPONENT, STREAM_SCRAMBLE };

/* One component of the mixture that importance sampling draws from: nodes of one chain that can run short fall tilt_pu times as often and
 * stay down tilt_pu times as long. Logs are of tilted over plain probability. */
struct tilt {
    double down[SCENARIO_MAX_NODE], up[SCENARIO_MAX_NODE], event[SCENARIO_MAX_EVENT]; /* thresholds, as in the plan */
    double *rise;                    /* as outage.rise_threshold */
    double log_event[SCENARIO_MAX_EVENT][2];    /* not happened, happened */
    double log_node[SCENARIO_MAX_NODE][2][2];   /* of a node that does not share the factor: by down before, down after */
    double *log_rise;                /* n_node x (n_month + 1) x 2: nodes that age, by age, down after */
    double *log_shared;              /* 2^n x 2^n: by sets of the nodes that share the factor, down before and after */
};

/* How nodes fall and rise beyond what the plan says: outages of other lengths than exponential, lifted events, tilting. */
struct outage {
    unsigned own_mask;               /* nodes whose outages are not exponential: they end on the node's own shock, by age */
    double *rise_threshold;          /* n_node x (n_month + 1): z_own > -threshold ends an outage of that age in months */
    int lift_month[SCENARIO_MAX_EVENT];  /* by plan event: its nodes come back, n_month: never */
    int n_shared, shared[OUTAGE_MAX_SHARED]; /* nodes that share the factor */
    int n_tilt;                      /* 0: no importance sampling */
    struct tilt tilt[RISK_MAX_SHORT];
};
enum status outage_init(struct outage *o, const struct risk *r, const struct scenario *sc, struct err *e) MUST_CHECK;
void outage_done(struct outage *o);
enum status outage_set_tilts(struct outage *o, const struct risk *r, const struct scenario *sc, struct err *e) MUST_CHECK;
/* outage_set_rise - thresholds by age for outages `stretch` times as long. */
void outage_set_rise(const struct scenario_node *n, double stretch, int n_month, double *threshold);
double outage_eval_phi(double z);    /* the normal distribution function */
#define OUTAGE_TILTED_PU 0.5         /* share of the scenarios in the tilted components together: no weight exceeds 2 */

/* Where the numbers come from. */
struct draws {
    int n_replicate, n_axis, n_pair_replicate; /* Sobol; n_axis 0: all pseudo-random */
    struct sobol_axis *axis;         /* n_replicate x n_axis */
    double *lead;                    /* n_month x n_element: unit vectors of the leading shock of a price factor */
};
enum status draws_init(struct draws *d, const struct risk *r, struct err *e) MUST_CHECK;
void draws_done(struct draws *d);

struct sim {                         /* what all blocks share */
    struct risk *r;
    const struct scenario *scenario;
    struct outage outage;
    struct draws draws;
    int width, n_pair_all;
};

struct block {                       /* one per thread */
    int first, n_pair, replicate, first_in_replicate;
    double *y, *z, *spot, *paid, *outside; /* n_element x WIDE, z n_element x BLOCK: log price over today's, shocks, weighted sums */
    double *recorded;                /* n_slot x WIDE: paid by route, when a record is asked for */
    double *z_all;                   /* Sobol: n_month x n_element x BLOCK */
    double *regime;                  /* n_chain x WIDE: 1 while the control regime is on */
    double *price, *factor;          /* WIDE */
    double *common, *own, *mixed;    /* BLOCK; own 2 x BLOCK */
    double *down, *up;               /* n_node x BLOCK: thresholds by pair */
    int component[BLOCK];            /* of the mixture, by pair: 0 plain, k: tilt k - 1 */
    double *spike;                   /* n_chain x WIDE */
    double *available, *stock;       /* n_short x WIDE */
    double *least, *unbuilt;         /* 2^n_short x WIDE */
    double *log_ratio, *weight;      /* n_tilt x WIDE; WIDE */
    uint16_t *bits, *happened;       /* (n_month + 1) x WIDE; WIDE */
    uint8_t *age;                    /* n_node x WIDE */
};
int block_init(struct block *b, const struct sim *sim);
void block_done(struct block *b);

/* draws_fill_node - normals of one month: lane 0 = common factor, lane 1 + g / 2 = nodes g and g + 1 (z1 may be NULL for lane 0).
 * draws_fill_event, _price: of one event; of all price factors of one month, into b->z (pseudo-random) or all months at once (Sobol). */
void draws_fill_node(const struct sim *sim, const struct block *b, int month, int lane, double *z0, double *z1);
void draws_fill_event(const struct sim *sim, const struct block *b, int event, double *z);
void draws_fill_price(const struct sim *sim, struct block *b, int month);
void draws_fill_price_all(const struct sim *sim, struct block *b);

void outage_set_states(const struct sim *sim, struct block *b); /* bits of all months; with tilting, weight */
void price_set_block(const struct sim *sim, struct block *b);   /* spot, paid, outside */

#endif
