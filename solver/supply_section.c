/* supply_section.c - Contract: supply_section.h. */
#include "solver/supply_section.h"
#include "materials/base/mem.h"
#include "materials/base/banned.h"

enum status supply_section_new(const struct yaml_node *map, const struct market *base, struct market **out, struct err *e)
{
    *out = NULL;
    struct market *own = mem_new(1, sizeof *own);
    if (!own)
        return err_set(e, ST_NO_MEMORY, "supply", "copy of the market data");
    *own = *base; /* names and references stay those of base */
    for (int k = 0; k < own->n_scenario; k++) {
        const enum status s = scenario_read_own(map, &own->nodes, &own->scenario[k], e);
        if (s != ST_OK) {
            mem_free(own);
            return s;
        }
    }
    *out = own;
    return ST_OK;
}

void supply_section_free(struct market *own) { mem_free(own); }
