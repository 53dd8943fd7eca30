/* supply_section.h - economics.supply: a company's own dates, probabilities, hazards, lengths and availabilities, laid over every scenario
 * of the market data. */
#ifndef SOLVER_SUPPLY_SECTION_H
#define SOLVER_SUPPLY_SECTION_H
#include "materials/market.h"

/* supply_section_new - a copy of the market whose scenarios hold the own figures; `base` must live as long. Status: ST_CONFIG with
 * file:line:column; ST_NO_MEMORY. */
enum status supply_section_new(const struct yaml_node *map, const struct market *base, struct market **out, struct err *e) MUST_CHECK;
void supply_section_free(struct market *own);

#endif
