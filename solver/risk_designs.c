/* risk_designs.c - bills of motors that exist as files: results of `compare` and `evaluate`, and designs in YAML. Contract: risk_study.h.
 */
#include "solver/design.h"
#include "solver/risk_study.h"
#include "materials/base/mem.h"
#include "materials/base/text.h"
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

static enum status add_bill(const struct yaml_node *at, struct risk_study *s, const char *path, const char *name, enum technology t,
                            const char *magnet, struct risk_bill **out, struct err *e)
{
    if (s->n_bill == RISK_STUDY_MAX_BILL)
        return yaml_fail(at, e, "more than %d motors", RISK_STUDY_MAX_BILL);
    struct risk_bill *b = &s->bill[s->n_bill++];
    b->technology = t;
    snprintf(b->source, sizeof b->source, "%s", path);
    if (name[0])
        snprintf(b->name, sizeof b->name, "%.40s%s%.40s", name, magnet ? ", " : "", magnet ? magnet : "");
    else
        snprintf(b->name, sizeof b->name, "%s%s%.40s", technology_get_label(t), magnet ? ", " : "", magnet ? magnet : "");
    *out = b;
    return ST_OK;
}

/* ---- result.json ---- */

/* The bill of `detail` and the processing of `figures`. */
static enum status set_json_bill(const struct yaml_node *at, json_t *figures, json_t *detail, const struct market *m, struct risk_bill *b,
                                 struct err *e)
{
    json_t *elements = json_object_get(json_object_get(detail, "bill"), "elements"), *one;
    json_t *processing = json_object_get(figures, "processing_USD");
    const char *symbol;
    if (!json_is_object(elements) || !json_is_number(processing))
        return yaml_fail(at, e, "%s: a design without bill and processing_USD; expected a result.json of `motrade compare` or `evaluate`",
                         b->source);
    b->processing_USD = json_number_value(processing);
    json_object_foreach (elements, symbol, one) {
        const int i = market_get_element(m, symbol);
        const json_t *q = json_object_get(one, "purchased_kg");
        if (i < 0 || !json_is_number(q))
            return yaml_fail(at, e, "%s: '%s' is no element of market.yaml, or has no purchased_kg", b->source, symbol);
        b->q_kg[i] = json_number_value(q);
    }
    return ST_OK;
}

static int find_technology(const char *key)
{
    for (int k = 0; key && k < TECH_COUNT; k++)
        if (strcmp(key, technology_get_key((enum technology)k)) == 0)
            return k;
    return -1;
}

/* Every technology with a chosen design; the study says nothing of those that have none. */
static enum status read_comparison(const struct yaml_node *at, json_t *root, const char *path, const struct market *m,
                                   struct risk_study *s, struct err *e)
{
    json_t *list = json_object_get(root, "technologies"), *one;
    size_t k;
    int n = 0;
    json_array_foreach (list, k, one) {
        json_t *report = json_object_get(one, "report_level");
        const int t = find_technology(json_string_value(json_object_get(one, "key")));
        struct risk_bill *b = NULL;
        if (!report || t < 0)
            continue;
        const char *magnet = json_string_value(json_object_get(json_object_get(report, "machine"), "magnet"));
        TRY(add_bill(at, s, path, "", (enum technology)t, magnet, &b, e));
        TRY(set_json_bill(at, json_object_get(report, "figures"), json_object_get(report, "detail"), m, b, e));
        n++;
    }
    return n > 0 ? ST_OK : yaml_fail(at, e, "%s: no technology has a chosen design", path);
}

static enum status read_evaluation(const struct yaml_node *at, json_t *root, const char *path, const char *name, const struct matlib *lib,
                                   const struct market *m, struct risk_study *s, struct err *e)
{
    const char *magnet = json_string_value(json_object_get(json_object_get(root, "machine"), "magnet"));
    const struct magnet *known = NULL;
    struct risk_bill *b = NULL;
    if (magnet)
        TRY(matlib_get_magnet(lib, magnet, at, &known, e));
    TRY(add_bill(at, s, path, name, known ? known->technology : TECH_WOUND_FIELD, name[0] ? NULL : magnet, &b, e));
    return set_json_bill(at, json_object_get(root, "figures"), json_object_get(root, "detail"), m, b, e);
}

static enum status read_json(const struct yaml_node *at, const char *path, const char *name, const struct matlib *lib,
                             const struct market *m, struct risk_study *s, struct err *e)
{
    struct text text = {0};
    json_error_t why;
    enum status st = text_read_file(path, &text, e);
    if (st != ST_OK) {
        text_done(&text);
        return yaml_fail(at, e, "cannot read '%s'", path);
    }
    json_t *root = json_loadb(text.s ? text.s : "", text.n, JSON_REJECT_DUPLICATES, &why);
    const char *schema = json_string_value(json_object_get(root, "schema"));
    if (!root)
        st = yaml_fail(at, e, "%s:%d:%d: no JSON: %s", path, why.line, why.column, why.text);
    else if (schema && strcmp(schema, "motrade/result") == 0)
        st = read_comparison(at, root, path, m, s, e);
    else if (schema && strcmp(schema, "motrade/evaluation") == 0)
        st = read_evaluation(at, root, path, name, lib, m, s, e);
    else
        st = yaml_fail(at, e, "%s: schema '%s'; expected motrade/result or motrade/evaluation", path, schema ? schema : "none");
    json_decref(root);
    text_done(&text);
    return st;
}

/* ---- a design in YAML: evaluated for its bill ---- */

static enum status evaluate_bill(const struct yaml_node *at, const struct design *d, struct risk_bill *b, struct err *e)
{
    struct evaluator *ev = NULL;
    struct result r;
    TRY(machine_check(&d->machine, e));
    TRY(evaluator_new(&d->setup, &d->level, &d->machine, &ev, e));
    const enum status st = evaluate_machine(ev, &d->machine, &r, NULL, e);
    evaluator_free(ev);
    if (st != ST_OK)
        return st;
    if (!isfinite(r.processing_USD))
        return yaml_fail(at, e, "%s: the design fails before its bill is reached; `motrade evaluate` says where", b->source);
    b->processing_USD = r.processing_USD;
    for (int i = 0; i < d->setup.elements.n; i++)
        b->q_kg[i] = r.q_kg[i];
    return ST_OK;
}

static enum status read_yaml(const struct yaml_node *at, const char *path, const char *name, const struct matlib *lib,
                             const struct market *m, struct risk_study *s, struct err *e)
{
    /* only the bill is wanted of it: its own scenario and strategy are simulated as little as may be */
    static const char *const FEW[] = {"economics.scenarios=1000", "economics.scenarios_search=200"};
    struct risk_bill *b = NULL;
    struct yaml_doc *doc = NULL;
    TRY(yaml_read_file(path, &doc, e));
    const int has_economics = yaml_get_key(yaml_get_root(doc), "economics") != NULL;
    yaml_free(doc);
    struct design *d = mem_new(1, sizeof *d);
    if (!d)
        return err_set(e, ST_NO_MEMORY, "designs", "design");
    enum status st = design_read(path, has_economics ? ARRAY_LEN(FEW) : 0, FEW, lib, m, d, e);
    const struct magnet *magnet = st == ST_OK ? d->machine.magnet : NULL;
    if (st == ST_OK)
        st = add_bill(at, s, path, name[0] ? name : d->machine.name, magnet ? magnet->technology : TECH_WOUND_FIELD, NULL, &b, e);
    if (st == ST_OK)
        st = evaluate_bill(at, d, b, e);
    design_done(d);
    mem_free(d);
    return st;
}

enum status risk_designs_read(const struct yaml_node *at, const char *path, const char *name, const struct matlib *lib,
                              const struct market *market, struct risk_study *out, struct err *e)
{
    const char *end = strrchr(path, '.');
    if (end && strcmp(end, ".json") == 0)
        return read_json(at, path, name, lib, market, out, e);
    if (end && (strcmp(end, ".yaml") == 0 || strcmp(end, ".yml") == 0))
        return read_yaml(at, path, name, lib, market, out, e);
    return yaml_fail(at, e, "'%s' ends neither in .json nor in .yaml", path);
}
