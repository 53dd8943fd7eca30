/* bom_cost.c - the bill at today's prices. Contract: bom.h. */
#include "models/bom/bom.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

static enum status cost_purchase(const struct bom *b, const struct bom_elements *el, int part, const double *price_USD_per_kg,
                                 struct bom_cost *out, struct err *e)
{
    for (int i = 0; i < el->n; i++) {
        const double q_kg = b->q_part_kg[part][i];
        if (!(q_kg > 0.0))
            continue;
        if (!(isfinite(price_USD_per_kg[i]) && price_USD_per_kg[i] >= 0.0))
            return err_set(e, ST_CONFIG, el->symbol[i], "%g kg of %s are bought but its price is %g USD/kg", q_kg, el->symbol[i],
                           price_USD_per_kg[i]);
        const double USD = q_kg * price_USD_per_kg[i];
        out->purchase_USD[part] += USD;
        out->element_USD[i] += USD;
    }
    return ST_OK;
}

static enum status cost_processing(const struct bom *b, const struct machine *m, int part, struct bom_cost *out, struct err *e)
{
    if (!(b->net_kg[part] > 0.0))
        return ST_OK;
    const double rate =
        part == BOM_MAGNET_DIFFUSED ? m->magnet->gbd_process_USD_per_m2.value : b->material[part]->processing_USD_per_kg.value;
    const double amount = part == BOM_MAGNET_DIFFUSED ? b->gbd_face_m2 : b->net_kg[part];
    if (!(isfinite(rate) && rate >= 0.0))
        return err_set(e, ST_CONFIG, bom_get_part_key((enum bom_part)part), "processing cost of %s is not known (%g)",
                       bom_get_part_key((enum bom_part)part), rate);
    out->processing_USD[part] = rate * amount;
    return ST_OK;
}

enum status bom_eval_cost(const struct bom *b, const struct machine *m, const struct bom_elements *el, const double *price_USD_per_kg,
                          const double *credit_pu, struct bom_cost *out, struct err *e)
{
    memset(out, 0, sizeof *out);
    for (int part = 0; part < BOM_PART_COUNT; part++) {
        if (!(credit_pu[part] >= 0.0 && credit_pu[part] <= 1.0))
            return err_set(e, ST_CONFIG, bom_get_part_key((enum bom_part)part), "scrap credit of %s must lie in 0..1, got %g",
                           bom_get_part_key((enum bom_part)part), credit_pu[part]);
        TRY(cost_purchase(b, el, part, price_USD_per_kg, out, e));
        TRY(cost_processing(b, m, part, out, e));
        if (b->purchased_kg[part] > 0.0) {
            const double scrap_pu = 1.0 - b->net_kg[part] / b->purchased_kg[part];
            out->credit_USD[part] = credit_pu[part] * scrap_pu * out->purchase_USD[part];
        }
        out->purchase_total_USD += out->purchase_USD[part];
        out->processing_total_USD += out->processing_USD[part];
        out->credit_total_USD += out->credit_USD[part];
    }
    out->total_USD = out->purchase_total_USD + out->processing_total_USD - out->credit_total_USD;
    return ST_OK;
}
