/* study_sections.h - sections that a study and a design file share: cooling and economics. */
#ifndef SOLVER_STUDY_SECTIONS_H
#define SOLVER_STUDY_SECTIONS_H
#include "materials/matlib.h"
#include "materials/market.h"
#include "models/evaluate.h"

enum status study_sections_read_cooling(const struct yaml_node *map, const struct matlib *lib, struct eval_setup *out, struct err *e) MUST_CHECK;
/* Economics: builds the risk of the named scenario and sourcing; map NULL: no risk, prices of today only. *owned is freed by study_economics_free. */
enum status study_sections_read_economics(const struct yaml_node *map, const struct market *market, struct eval_setup *out, void **owned,
                                          struct err *e) MUST_CHECK;
void study_economics_free(void *owned);
const struct schema_row *study_sections_get_economics_schema(int *n);

#endif
