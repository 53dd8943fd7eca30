/* out_json_quality.c - the data behind a result: every datum of the materials used, and the prices, with value, range, quality and source.
 */
#include "solver/matview.h"
#include "solver/out_json.h"
#include <math.h>
#include "materials/base/banned.h"

static json_t *get_datum(const char *key, const struct datum *d)
{
    return json_pack("{s:o, s:o, s:o, s:s, s:s}", "value", out_json_get_real(matview_eval(key, d->value)), "low",
                     out_json_get_real(matview_eval(key, d->low)), "high", out_json_get_real(matview_eval(key, d->high)), "quality",
                     datum_get_quality_text(d->quality), "source", d->source);
}

static void add_data(json_t *o, const struct material *m, const struct matview_datum *data, int n)
{
    for (int k = 0; k < n; k++) {
        const struct datum *d = matview_get_datum(m, &data[k]);
        if (d && isfinite(d->value) && d->source[0])
            json_object_set_new(o, data[k].key, get_datum(data[k].key, d));
    }
}

static void add_material(json_t *list, enum matview_class c, const struct material *m)
{
    if (!m || json_object_get(list, m->name))
        return;
    int n;
    json_t *o = json_object();
    const struct matview_datum *common = matview_get_common_data(&n);
    add_data(o, m, common, n);
    const struct matview_datum *own = matview_get_data(c, &n);
    add_data(o, m, own, n);
    json_object_set_new(list, m->name, o);
}

json_t *out_json_get_data_quality(const struct study *s)
{
    json_t *materials = json_object(), *prices = json_object();
    const struct machine *f = &s->frame;
    for (int t = 0; t < s->n_technology; t++)
        for (int g = 0; g < s->technology[t].n_grade; g++)
            if (s->technology[t].grade[g])
                add_material(materials, MATVIEW_MAGNET, &s->technology[t].grade[g]->base);
    add_material(materials, MATVIEW_STEEL, &f->stator_steel->base);
    add_material(materials, MATVIEW_STEEL, &f->rotor_steel->base);
    add_material(materials, MATVIEW_CONDUCTOR, &f->stator_conductor->base);
    add_material(materials, MATVIEW_INSULATION, &f->insulation->base);
    add_material(materials, MATVIEW_STRUCTURAL, &f->shaft->base);
    add_material(materials, MATVIEW_STRUCTURAL, &f->housing->base);
    const struct market *m = s->economics.market;
    for (int k = 0; k < m->n_element; k++) {
        const struct market_element *el = &m->element[k];
        json_object_set_new(prices, el->symbol,
                            json_pack("{s:o, s:o, s:o}", "price_USD_per_kg", out_json_get_real(m->price_USD_per_kg[k]),
                                      "form_price_USD_per_kg", get_datum("form_price_USD_per_kg", &el->form_price_USD_per_kg),
                                      "volatility_pu", get_datum("sigma_pu", &el->sigma_pu)));
    }
    return json_pack("{s:o, s:o}", "materials", materials, "prices", prices);
}
