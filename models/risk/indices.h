/* indices.h - how concentrated and how unstable the supply of an element is, stage by stage: indices without money, to read beside USD.
 *
 * Trade by pair of countries is not in the data; every buyer is taken to import from the world's makers in proportion to their shares, its
 * own country's share being domestic. Countries that a source does not name: as very many with the least instability known (low end), or as
 * one with instability 1 (high end). Keys GEOPOLRISK, WGI_2022. The score is an index 0..1, not a probability. */
#ifndef MODELS_RISK_INDICES_H
#define MODELS_RISK_INDICES_H
#include "materials/market.h"

struct indices_stage {
    const struct market_share *share;
    double hhi_low_pu, hhi_high_pu;                 /* Herfindahl-Hirschman, 0..1 */
    double instability_low_pu, instability_high_pu; /* mean of g weighted by share */
    double governance_hhi_low_pu, governance_hhi_high_pu; /* sum of share^2 g: the governance-weighted HHI of the EU's method, t = 1 */
    double geopolrisk_low_pu, geopolrisk_high_pu;   /* HHI sum_i g_i f_i / (p + F) for the destination */
    int top;                                        /* index of the greatest maker in share->country */
    int n_unknown;                                  /* named countries without an instability figure: 0 (low) to 1 (high) */
};

/* indices_eval_stage - one share record of the market for a destination (two letters; EU: its members). */
struct indices_stage indices_eval_stage(const struct market *m, const struct market_share *share, const char *destination);
/* indices_eval_element - all stages of an element, in the order of the data; returns how many, at most max. */
int indices_eval_element(const struct market *m, int element, const char *destination, struct indices_stage *out, int max);

#endif
