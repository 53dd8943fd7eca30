/* stages.h - which stage of supply causes the risk cost of a motor: Euler attribution to element and stage; sums to RC as risk_elements
 * does.
 *
 * Rule. The price of an element is that of its traded form x (1 + conversion): conversion / (1 + conversion) of everything that follows the
 * price (drift, what the contract has over spot, stock, tail of the bill) belongs to metal making, the rest to separation and refining,
 * which sell the traded form. Premium, qualification and plant belong to magnet making. Shortage of a month: to the chain that binds, there
 * to the route that misses most, there to the node that lets least through, and to that node's stage in scenarios.yaml. Key TASCHE1999 in
 * refs_supply.yaml. */
#ifndef MODELS_RISK_STAGES_H
#define MODELS_RISK_STAGES_H
#include "models/risk/risk.h"

enum risk_stage { RISK_STAGE_MINING = SUPPLY_MINING, RISK_STAGE_SEPARATION, RISK_STAGE_METAL, RISK_STAGE_MAGNET, RISK_STAGE_NOT_STATED,
                  RISK_STAGE_COUNT };
const char *risk_stage_get_text(enum risk_stage stage);

struct risk_stages { /* USD per motor */
    double risk_cost_USD[MARKET_MAX_ELEMENT][RISK_STAGE_COUNT]; /* by market element; sum over all = RC to 1e-10 of it */
    double drift_USD[RISK_STAGE_COUNT], holding_USD[RISK_STAGE_COUNT], shortage_USD[RISK_STAGE_COUNT], tail_USD[RISK_STAGE_COUNT];
};
/* risk_eval_stages - one design, as risk_eval_elements. */
enum status risk_eval_stages(const struct risk *r, struct risk_ws *ws, const struct risk_terms *terms, const double *q_kg,
                             struct risk_stages *out, struct err *e) MUST_CHECK;

#endif
