/* stages.h - which stage of supply causes the risk cost of a motor: Euler attribution to element and stage; sums to RC as risk_elements
 * does.
 *
 * Rule. Price part of an element: its price is form x (1 + conversion), so conversion / (1 + conversion) belongs to metal making and the
 * rest to the stage that sells the traded form; premium, floor and cap over the price formula's base and qualification belong to the stage
 * of the route (magnets made outside: magnet). Stock: to the stage of the traded form. Shortage of a month: to the node that lets least
 * through on the route that misses most, of the chain that binds, and to that node's stage. Keys TASCHE1999 in refs_supply.yaml. */
#ifndef MODELS_RISK_STAGES_H
#define MODELS_RISK_STAGES_H
#include "models/risk/risk.h"

enum risk_stage { RISK_STAGE_MINING, RISK_STAGE_SEPARATION, RISK_STAGE_METAL, RISK_STAGE_MAGNET, RISK_STAGE_COUNT };
const char *risk_stage_get_text(enum risk_stage stage);

struct risk_stages { /* USD per motor */
    double risk_cost_USD[MARKET_MAX_ELEMENT][RISK_STAGE_COUNT]; /* by market element; sum over all = RC to 1e-10 of it */
    double drift_USD[RISK_STAGE_COUNT], holding_USD[RISK_STAGE_COUNT], shortage_USD[RISK_STAGE_COUNT], tail_USD[RISK_STAGE_COUNT];
};
/* risk_eval_stages - one design, as risk_eval_elements. */
enum status risk_eval_stages(const struct risk *r, struct risk_ws *ws, const struct risk_terms *terms, const double *q_kg,
                             struct risk_stages *out, struct err *e) MUST_CHECK;

#endif
