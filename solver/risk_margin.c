/* risk_margin.c - lost margin by the rule of the article (reference SEED_ARTICLE: 5 to 10 times what safe buying costs more), in place of a
 * figure of the company's own. Contract: risk_study.h. */
#include "solver/risk_run_impl.h"
#include "models/risk/strategy.h"
#include <math.h>
#include <stddef.h>
#include <string.h>
#include "materials/base/banned.h"

struct margin_row { char motor[SCHEMA_TEXT_SIZE], safe[SCHEMA_TEXT_SIZE]; double ratio_pu; };
static const struct schema_row MARGIN_ROWS[] = {
    {"ratio_pu", SCHEMA_REAL, offsetof(struct margin_row, ratio_pu), SCHEMA_REQUIRED, 1, 100, 0, NULL,
     "Lost margin over the difference of procurement; the article says 5 to 10"},
    {"motor", SCHEMA_TEXT, offsetof(struct margin_row, motor), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "Name of the motor of this study whose materials are compared"},
    {"safe", SCHEMA_TEXT, offsetof(struct margin_row, safe), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "Safe and dearer sourcing strategy, by name; the cheap one is economics.sourcing"},
};

const struct schema_row *risk_margin_get_schema(int *n)
{
    *n = ARRAY_LEN(MARGIN_ROWS);
    return MARGIN_ROWS;
}

static enum status find_motor(const struct yaml_node *at, const struct risk_study *s, const char *name, int *out, struct err *e)
{
    const char *names[RISK_STUDY_MAX_BILL];
    for (*out = 0; *out < s->n_bill; ++*out) {
        names[*out] = s->bill[*out].name;
        if (strcmp(names[*out], name) == 0)
            return ST_OK;
    }
    const char *nearest = yaml_get_nearest(name, names, s->n_bill);
    return yaml_fail(at, e, "'%s' is no motor of this study; nearest: %s", name, nearest ? nearest : names[0]);
}

enum status risk_margin_read(const struct yaml_node *economics, const struct yaml_node *map, struct risk_study *s, struct err *e)
{
    struct margin_row row = {.motor = ""};
    const int is_own = isfinite(s->economics.opts.terms.lost_margin_USD_per_motor);
    if (!map)
        return is_own
                   ? ST_OK
                   : yaml_fail(economics, e,
                               "missing key 'lost_margin_USD_per_motor' (Contribution margin lost with every motor that cannot be built); "
                               "or give margin_rule");
    if (is_own)
        return yaml_fail(map, e, "economics.lost_margin_USD_per_motor is given too: one of the two");
    TRY(yaml_read_table(map, MARGIN_ROWS, ARRAY_LEN(MARGIN_ROWS), &row, e));
    TRY(find_motor(yaml_get_key(map, "motor"), s, row.motor, &s->margin.bill, e));
    TRY(market_get_sourcing(s->economics.market, row.safe, yaml_get_key(map, "safe"), &s->margin.safe, e));
    if (s->margin.safe == s->economics.sourcing)
        return yaml_fail(yaml_get_key(map, "safe"), e, "'%s' is economics.sourcing itself: there is no difference", row.safe);
    s->margin.at = map;
    s->margin.ratio_pu = row.ratio_pu;
    return ST_OK;
}

/* Means over the scenarios of the study's own simulation; what a shortage costs does not enter. */
enum status risk_margin_solve(struct risk_study *s, const struct risk_run_opts *o, struct err *e)
{
    struct risk_margin *x = &s->margin;
    struct risk *cheap = NULL, *safe = NULL;
    if (!x->at)
        return ST_OK;
    s->economics.opts.terms.lost_margin_USD_per_motor = 0.0;
    const struct risk_opts opts = risk_run_get_opts(s, o, s->economics.opts.n_scenario);
    enum status st = risk_new(o->market, s->economics.scenario, s->economics.sourcing, &opts, &cheap, e);
    if (st == ST_OK)
        st = risk_new(o->market, s->economics.scenario, x->safe, &opts, &safe, e);
    if (st == ST_OK) {
        st = strategy_eval_rule_margin(cheap, safe, s->bill[x->bill].q_kg, x->ratio_pu, &x->margin_USD, e);
        if (st == ST_CONFIG) {
            const struct err why = *e;
            st = yaml_fail(x->at, e, "%s", why.message);
        }
    }
    risk_free(cheap);
    risk_free(safe);
    if (st == ST_OK)
        s->economics.opts.terms.lost_margin_USD_per_motor = x->margin_USD;
    return st;
}
