/* report_cost.c - cost of motors by groups of elements, processing and parts of the risk, as data of a chart. */
#include "solver/report_impl.h"
#include "solver/out_json.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

enum group {
    GROUP_HEAVY,
    GROUP_LIGHT,
    GROUP_COPPER,
    GROUP_STEEL,
    GROUP_OTHER,
    GROUP_PROCESSING,
    GROUP_DRIFT,
    GROUP_HOLDING,
    GROUP_SHORTAGE,
    GROUP_TAIL,
    GROUP_COUNT
};
static const struct { const char *label, *color, *elements; } GROUP[GROUP_COUNT] = {
    [GROUP_HEAVY] = {"Dy, Tb", "#7b3294", " Dy Tb "},
    [GROUP_LIGHT] = {"other rare earths", "#c2a5cf", " Nd Pr NdPr Ce La Sm Gd "},
    [GROUP_COPPER] = {"copper", "#b87333", " Cu copper "},
    [GROUP_STEEL] = {"electrical steel", "#6b7a8f", " electrical_steel "},
    [GROUP_OTHER] = {"other materials", "#b8c0cc", ""},
    [GROUP_PROCESSING] = {"processing, exciter", "#e3e7ec", ""},
    [GROUP_DRIFT] = {"risk: price drift", "#fdd49e", ""},
    [GROUP_HOLDING] = {"risk: holding, premium", "#fdae61", ""},
    [GROUP_SHORTAGE] = {"risk: shortage", "#e34a33", ""},
    [GROUP_TAIL] = {"risk: tail", "#8c1d18", ""},
};

static enum group get_group(const char *symbol)
{
    char word[64];
    snprintf(word, sizeof word, " %s ", symbol);
    for (int g = GROUP_HEAVY; g < GROUP_OTHER; g++)
        if (strstr(GROUP[g].elements, word))
            return (enum group)g;
    return GROUP_OTHER;
}

static void set_groups(const struct bom_elements *el, const struct bom_cost *cost, const struct result *r, double value[GROUP_COUNT])
{
    for (int g = 0; g < GROUP_COUNT; g++)
        value[g] = 0.0;
    for (int k = 0; k < el->n && k < BOM_MAX_ELEMENT; k++)
        if (isfinite(cost->element_USD[k]))
            value[get_group(el->symbol[k])] += cost->element_USD[k];
    value[GROUP_PROCESSING] = r->processing_USD - cost->credit_total_USD;
    value[GROUP_DRIFT] = r->risk_drift_USD;
    value[GROUP_HOLDING] = r->risk_holding_USD;
    value[GROUP_SHORTAGE] = r->risk_shortage_USD;
    value[GROUP_TAIL] = r->risk_tail_USD;
}

json_t *report_get_costs(const struct bom_elements *el, int n, const struct bom_cost *const *cost, const struct result *const *r)
{
    json_t *list = json_array();
    double value[TECH_COUNT][GROUP_COUNT];
    for (int k = 0; k < n; k++)
        set_groups(el, cost[k], r[k], value[k]);
    for (int g = 0; g < GROUP_COUNT; g++) {
        json_t *v = json_array();
        for (int k = 0; k < n; k++)
            json_array_append_new(v, out_json_get_real(value[k][g]));
        json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "label", GROUP[g].label, "color", GROUP[g].color, "value", v));
    }
    return list;
}
