/* market.h - what is bought, at what price, from where: elements, prices, their dynamics, country shares; the scenarios and strategies
 * that refer to them. Pure data of materials/data/{market,scenarios,sourcing}.yaml, no scoring. USD of the date given, kg of the element.
 *
 * Price of an element = price of the traded form (oxide, cathode ...) x kg of form per kg of element x (1 + conversion).
 * Dynamics: log of the FOB price reverts to log(theta) at rate kappa with volatility sigma per square root of a year; jump is added to the
 * log while the control regime of the element's chain is on. Correlations are of the log-price shocks, as found (rho) and as expected of a
 * longer record (target); shrinking the one to the other and mending the matrix is the risk model's work. */
#ifndef MATERIALS_MARKET_H
#define MATERIALS_MARKET_H
#include "materials/matlib.h"
#include "materials/scenario.h"
#include "materials/sourcing.h"
#include <stdint.h>

#define MARKET_MAX_ELEMENT 32
#define MARKET_MAX_SHARE 64
#define MARKET_MAX_COUNTRY 32
#define MARKET_MAX_SCENARIO 16
#define MARKET_MAX_SOURCING 24

struct market_element {
    char symbol[24], doc[MARKET_DOC_SIZE], form[64];
    int chain;
    long price_days;                          /* day of the price */
    struct datum form_price_USD_per_kg;       /* of the traded form, FOB China or world market */
    struct datum form_kg_per_kg;              /* traded form per kg of element */
    struct datum conversion_pu;               /* cost of making the element from it, over its price */
    struct datum outside_ratio;               /* price outside China / FOB, without a control regime */
    struct datum sigma_pu;                    /* per square root of a year */
    struct datum kappa_per_year;
    struct datum theta_USD_per_kg;            /* level to which the traded form reverts */
    struct datum jump_log;                    /* log multiplier in a control regime: of the price outside the controlled market */
    struct datum jump_inside_pu;              /* share of jump_log that the price inside it carries; 1 when the data do not say */
    double to_element;                        /* form_kg_per_kg x (1 + conversion_pu) */
};

struct market_share {                         /* who makes it: one stage of one or several elements */
    char stage[MARKET_NAME_SIZE], source[48], doc[MARKET_DOC_SIZE];
    unsigned element_mask;
    int year, n;
    char country[MARKET_MAX_COUNTRY][4];
    double share_pu[MARKET_MAX_COUNTRY];
    double rest_pu;                           /* 1 - sum: countries that the source does not name */
};

struct market_spikes {                        /* of a chain: upward jumps of the log price that mean reversion wears off; rate 0 = none */
    struct datum rate_per_year, size_log, size_sd_pu; /* size ~ N(size_log, size_sd_pu^2), at most one a month, all elements together */
};

struct market_article_jump {                  /* the article's "400 %": see enum risk_jump */
    unsigned element_mask;                    /* 0: the data do not give it */
    struct datum change_pct;
};

struct market_country { char code[4]; struct datum instability_pu; }; /* GeoPolRisk g = (2.5 - WGI)/5 */

struct market {
    int n_element, n_chain, n_share, n_country, n_scenario, n_sourcing, n_ref;
    const char *symbol[MARKET_MAX_ELEMENT];   /* as struct bom_elements wants them */
    double price_USD_per_kg[MARKET_MAX_ELEMENT];     /* of the element, FOB, today */
    struct market_element element[MARKET_MAX_ELEMENT];
    char chain_name[MARKET_MAX_CHAIN][MARKET_NAME_SIZE], chain_doc[MARKET_MAX_CHAIN][MARKET_DOC_SIZE];
    const char *chain[MARKET_MAX_CHAIN];
    double rho[MARKET_MAX_ELEMENT * MARKET_MAX_ELEMENT];        /* n x n, symmetric, unit diagonal: as found */
    double rho_target[MARKET_MAX_ELEMENT * MARKET_MAX_ELEMENT]; /* towards which it is shrunk */
    struct datum shrink_pu;                   /* weight of the target */
    struct market_spikes spikes[MARKET_MAX_CHAIN];
    struct market_article_jump article_jump;
    struct market_share share[MARKET_MAX_SHARE];
    struct market_country country[2 * MARKET_MAX_COUNTRY];
    struct supply_nodes nodes;
    struct routes routes;
    struct scenario scenario[MARKET_MAX_SCENARIO];
    struct sourcing sourcing[MARKET_MAX_SOURCING];
    struct ref *ref;
    uint64_t hash;                            /* FNV-1a of all file contents read */
};

/* market_new - reads refs.yaml, refs_supply.yaml, market.yaml, scenarios.yaml, sourcing.yaml of the folder. Every source key must resolve.
 * Status: ST_IO, ST_CONFIG (file:line:column), ST_NO_MEMORY. */
enum status market_new(const char *data_dir, struct market **out, struct err *e) MUST_CHECK;
/* market_new_text - the same from texts; names for messages are market.yaml and so on. No references: source keys are not checked. */
enum status market_new_text(const char *market, const char *scenarios, const char *sourcing, struct market **out, struct err *e) MUST_CHECK;
void market_free(struct market *m);

/* Look-ups: `at` (may be NULL) is the node that named it, so that the error shows its place and the nearest name. */
int market_get_element(const struct market *m, const char *symbol); /* -1 when unknown */
enum status market_get_scenario(const struct market *m, const char *name, const struct yaml_node *at, const struct scenario **out,
                                struct err *e) MUST_CHECK;
enum status market_get_sourcing(const struct market *m, const char *name, const struct yaml_node *at, const struct sourcing **out,
                                struct err *e) MUST_CHECK;
/* market_get_destination - index in nodes.destination; places that are not named fall to "any". -1: not two capital letters. */
int market_get_destination(const struct market *m, const char *code);

#endif
