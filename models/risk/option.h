/* option.h - what it is worth that a motor can take another bill (the other magnet in the same rotor) in the months in which its own falls
 * short.
 *
 * In month t let x be the least availability of the chains that only the first bill needs, y that of the chains that only the other needs
 * (what its routes deliver: nobody keeps a stock for a motor that is not built), z that of the chains that both need. Of the motors wanted,
 * min(x, z) are built with the first bill and up to min(x + y, z, 1) in all, the rest with the other. A motor with the other bill costs d_s
 * = (other - q)' Pbar_s + processing difference more, at the scenario's average prices; the option is not used in a scenario in which that
 * exceeds the lost margin. Hence, in every scenario, C with the option <= C without. Value = RC without - RC with, >= 0; its standard error
 * is that of the difference, the draws being the same. */
#ifndef MODELS_RISK_OPTION_H
#define MODELS_RISK_OPTION_H
#include "models/risk/risk.h"

struct risk_option {
    struct risk_figure value_USD;            /* of being able to, per motor */
    struct risk_figure without_USD, with_USD; /* risk cost */
    double unbuilt_without_pu, unbuilt_with_pu, used_pu; /* means: motors not built; motors built with the other bill */
};

/* risk_eval_option - q_kg, other_q_kg n_element each; processing_USD: what the other bill's processing costs more. terms NULL: those of
 * risk_new. Status: ST_CONFIG: bad q, terms not given; ST_NO_MEMORY. */
enum status risk_eval_option(const struct risk *r, const struct risk_terms *terms, const double *q_kg, const double *other_q_kg,
                             double processing_USD, struct risk_option *out, struct err *e) MUST_CHECK;

#endif
