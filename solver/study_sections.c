#include "solver/study_sections.h"
#include "materials/base/date.h"
#include "materials/base/units.h"
#include "solver/pool.h"
#include "solver/supply_section.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

enum status study_sections_read_cooling(const struct yaml_node *map, const struct matlib *lib, struct eval_setup *out, struct err *e)
{
    int n;
    const struct schema_row *rows = thermal_get_schema(&n);
    struct thermal_opts *o = &out->cooling;
    TRY(yaml_read_table(map, rows, n, o, e));
    if (o->coolant_name[0])
        TRY(matlib_get_coolant(lib, o->coolant_name, yaml_get_key(map, "coolant"), &o->coolant, e));
    if (o->spray_name[0])
        TRY(matlib_get_coolant(lib, o->spray_name, yaml_get_key(map, "spray"), &o->spray, e));
    struct err why = {0};
    enum status st = thermal_check_opts(o, &why);
    if (st != ST_OK)
        return yaml_fail(yaml_get_key(map, why.where) ? yaml_get_key(map, why.where) : map, e, "%s", why.message);
    return matlib_get_coolant(lib, "air", map, &out->gas, e);
}

/* One temperature of the user against one material. */
static enum status check_range(const struct yaml_node *at, double T_K, const struct material *m, double limit_K, const char *limit,
                               struct err *e)
{
    TRY(material_check_temperature(m, T_K, "", at, e));
    if (T_K >= limit_K) /* NAN: no limit */
        return yaml_fail(at, e, "%.1f degC is hotter than %s of %s, %.0f degC: it cannot be cooled with that", T_K - KELVIN_OFFSET_K, limit,
                         m->name, limit_K - KELVIN_OFFSET_K);
    return ST_OK;
}

static enum status check_cooled_parts(const struct yaml_node *at, double T_K, const struct machine *m, const struct magnet *magnet,
                                      struct err *e)
{
    TRY(check_range(at, T_K, &m->insulation->base, m->insulation->T_class_K.value, "the thermal class", e));
    TRY(check_range(at, T_K, &m->stator_conductor->base, (double)NAN, "", e));
    TRY(check_range(at, T_K, &m->stator_steel->base, (double)NAN, "", e));
    TRY(check_range(at, T_K, &m->rotor_steel->base, (double)NAN, "", e));
    return magnet ? check_range(at, T_K, &magnet->base, magnet->T_limit_K.value, "the limit", e) : ST_OK;
}

enum status study_sections_check_temperatures(const struct yaml_node *cooling, const struct yaml_node *map_node, const struct eval_setup *s,
                                              const struct machine *m, const struct magnet *magnet, struct err *e)
{
    const struct { const char *key; double T_K; } given[] = {
        {"ambient_degC", s->cooling.ambient_K}, {"inlet_degC", s->cooling.inlet_K}, {"spray_inlet_degC", s->cooling.spray_inlet_K}};
    for (int k = 0; k < ARRAY_LEN(given); k++)
        if (yaml_get_key(cooling, given[k].key))
            TRY(check_cooled_parts(yaml_get_key(cooling, given[k].key), given[k].T_K, m, magnet, e));
    return magnet ? check_range(map_node, s->map_magnet_T_K, &magnet->base, (double)NAN, "", e) : ST_OK;
}

struct economics_row {
    char study_date[SCHEMA_TEXT_SIZE], production_date[SCHEMA_TEXT_SIZE], destination[SCHEMA_TEXT_SIZE], scenario[SCHEMA_TEXT_SIZE],
        sourcing[SCHEMA_TEXT_SIZE];
    double volume, lost_margin, discount, loading_pu, support_pu, gbd_buy_to_fly, blank_web_m;
    int horizon_months, n_scenario, n_scenario_search, band, sampling, price_jump, price_spikes;
    const struct yaml_node *supply;
};
static const char *const BAND_WORD[] = {"value", "low", "high", NULL}; /* order of enum risk_band */
static const char *const SAMPLING_WORD[] = {"random", "importance", "sobol", NULL};
static const char *const JUMP_WORD[] = {"observed", "article_to", "article_by", NULL};
#define CHOICE(key, member, words, doc) {key, SCHEMA_CHOICE, offsetof(struct economics_row, member), SCHEMA_OPTIONAL, 0, 0, 0, words, doc}
#define ROW(key, type, member, low, high, doc) {key, type, offsetof(struct economics_row, member), SCHEMA_REQUIRED, low, high, 0, NULL, doc}
static const struct schema_row ECONOMICS_ROWS[] = {
    ROW("study_date", SCHEMA_DATE, study_date, 0, 0, "Day on which the study stands: prices of today, month 0 of every scenario"),
    ROW("destination", SCHEMA_TEXT, destination, 0, 0, "Country of the factory, two capital letters: availability depends on it"),
    ROW("scenario", SCHEMA_TEXT, scenario, 0, 0, "Supply scenario by name: calm, truce_holds, truce_lapses, ban"),
    ROW("sourcing", SCHEMA_TEXT, sourcing, 0, 0, "Sourcing strategy by name; best: each design at its own best mix of routes and stock"),
    ROW("volume_motors_per_year", SCHEMA_REAL, volume, 1, 1e8, "Motors built per year"),
    ROW("lost_margin_USD_per_motor", SCHEMA_REAL, lost_margin, 0, 1e6, "Contribution margin lost with every motor that cannot be built"),
    ROW("horizon_months", SCHEMA_INT, horizon_months, 1, RISK_MAX_MONTH, "Months over which cost is averaged"),
    ROW("discount_rate_pct", SCHEMA_REAL, discount, 0, 100, "Discount rate per year"),
    ROW("risk_loading_pu", SCHEMA_REAL, loading_pu, 0, 1, "Weight of the tail: 0 = expected cost only, 1 = mean of the worst twentieth"),
    ROW("scenarios", SCHEMA_INT, n_scenario, 1000, 10000000, "Monte-Carlo scenarios for the reported figures"),
    ROW("scenarios_search", SCHEMA_INT, n_scenario_search, 200, 1000000, "Monte-Carlo scenarios while searching"),
    CHOICE("hazard_band", band, BAND_WORD,
           "Which end of the hazard rates: value (default), low or high; three events make no point estimate"),
    CHOICE(
        "sampling", sampling, SAMPLING_WORD,
        "How scenarios are drawn: random (default); importance, for rare outages; sobol, for smooth figures (scenarios: a multiple of 32)"),
    CHOICE("price_jump", price_jump, JUMP_WORD,
           "Jump of a control regime: observed by element (default); article_to: to 400 %, times 4; article_by: by 400 %, times 5"),
    {"price_spikes", SCHEMA_BOOL, offsetof(struct economics_row, price_spikes), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "true: compound spikes of the market data too; default false"},
    {"production_date", SCHEMA_DATE, offsetof(struct economics_row, production_date), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "First day of production: reckoned are the motors built from then to the end of the horizon (default: the study's date)"},
    {"public_support_pct", SCHEMA_REAL, offsetof(struct economics_row, support_pu), SCHEMA_OPTIONAL, 0, 100, 0, NULL,
     "Public share of qualification and plant cost, beyond what the routes' data say (default 0)"},
    {"supply", SCHEMA_NODE, offsetof(struct economics_row, supply), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "Own dates, probabilities, hazards and availabilities, laid over every scenario"},
    ROW("gbd_buy_to_fly", SCHEMA_REAL, gbd_buy_to_fly, 1, 20, "Dy or Tb bought / brought into the magnet by diffusion"),
    ROW("blank_web_mm", SCHEMA_REAL, blank_web_m, 0, 50, "Sheet left between punched blanks"),
};

const struct schema_row *study_sections_get_economics_schema(int *n)
{
    *n = ARRAY_LEN(ECONOMICS_ROWS);
    return ECONOMICS_ROWS;
}

static void set_prices(const struct market *market, struct eval_setup *out)
{
    out->elements = (struct bom_elements){market->n_element, market->symbol};
    out->price_USD_per_kg = market->price_USD_per_kg;
}

static void set_opts(const struct economics_row *r, struct economics *eco)
{
    struct risk_opts *o = &eco->opts;
    *o = risk_opts_default();
    snprintf(eco->destination, sizeof eco->destination, "%s", r->destination);
    o->destination = eco->destination;
    o->horizon_months = r->horizon_months;
    o->discount_rate_per_year = r->discount;
    o->terms = (struct risk_terms){r->lost_margin, r->volume, r->loading_pu};
    o->n_scenario = r->n_scenario;
    o->hazard_band = (enum risk_band)r->band;
    o->sampling = (enum risk_sampling)r->sampling;
    o->jump = (enum risk_jump)r->price_jump;
    o->has_spikes = r->price_spikes;
    o->support_pu = r->support_pu;
    o->n_thread = pool_get_cores(); /* the result does not depend on it */
    eco->n_scenario_search = r->n_scenario_search;
}

/* Draws come in pairs and replicates. */
static enum status check_counts(const struct yaml_node *map, const struct economics_row *r, const struct risk_opts *o, struct err *e)
{
    const int step = risk_get_scenario_step(o);
    if (r->n_scenario % step)
        return yaml_fail(yaml_get_key(map, "scenarios"), e, "%d is no multiple of %d, as sampling: %s needs", r->n_scenario, step,
                         SAMPLING_WORD[r->sampling]);
    if (r->n_scenario_search % step)
        return yaml_fail(yaml_get_key(map, "scenarios_search"), e, "%d is no multiple of %d, as sampling: %s needs", r->n_scenario_search,
                         step, SAMPLING_WORD[r->sampling]);
    return ST_OK;
}

/* Looks up what is named and fills eco; simulates nothing. */
static enum status read_terms(const struct yaml_node *map, const struct schema_row *rows, const struct market *market,
                              struct economics_row *r, struct economics *eco, struct err *e)
{
    memset(r, 0, sizeof *r);
    eco->market = market;
    TRY(yaml_read_table(map, rows, ARRAY_LEN(ECONOMICS_ROWS), r, e));
    if (r->supply) {
        TRY(supply_section_new(r->supply, market, &eco->own_market, e));
        eco->market = market = eco->own_market;
    }
    TRY(market_get_scenario(market, r->scenario, yaml_get_key(map, "scenario"), &eco->scenario, e));
    eco->is_best = strcmp(r->sourcing, "best") == 0;
    eco->sourcing = &market->sourcing[0];
    if (!eco->is_best)
        TRY(market_get_sourcing(market, r->sourcing, yaml_get_key(map, "sourcing"), &eco->sourcing, e));
    if (market_get_destination(market, r->destination) < 0)
        return yaml_fail(yaml_get_key(map, "destination"), e, "'%s' is no country code; expected two capital letters, e.g. JP",
                         r->destination);
    set_opts(r, eco);
    TRY(check_counts(map, r, &eco->opts, e));
    if (date_read(r->study_date, &eco->opts.study_days) != ST_OK)
        return yaml_fail(yaml_get_key(map, "study_date"), e, "'%s' is no date", r->study_date);
    if (r->production_date[0] && date_read(r->production_date, &eco->opts.production_days) != ST_OK)
        return yaml_fail(yaml_get_key(map, "production_date"), e, "'%s' is no date", r->production_date);
    const double start = r->production_date[0] ? date_get_months(eco->opts.study_days, eco->opts.production_days) : 0.0;
    if (!(start >= 0.0 && ceil(start - 1e-9) < r->horizon_months))
        return yaml_fail(yaml_get_key(map, "production_date"), e,
                         "%s is %.3g months after the study_date %s; expected 0 to below the horizon of %d months", r->production_date,
                         start, r->study_date, r->horizon_months);
    return ST_OK;
}

void study_sections_get_bill_economics_schema(struct schema_row rows[STUDY_MAX_ECONOMICS_ROW], int *n)
{
    static const char *const MOTOR_ONLY[] = {"gbd_buy_to_fly", "blank_web_mm"};
    *n = ARRAY_LEN(ECONOMICS_ROWS);
    for (int k = 0; k < *n; k++) {
        rows[k] = ECONOMICS_ROWS[k];
        if (strcmp(rows[k].key, "lost_margin_USD_per_motor") == 0) {
            rows[k].need = SCHEMA_OPTIONAL; /* margin_rule may stand in its place */
            rows[k].fallback = (double)NAN;
        }
        for (int q = 0; q < ARRAY_LEN(MOTOR_ONLY); q++)
            if (strcmp(rows[k].key, MOTOR_ONLY[q]) == 0) {
                rows[k].need = SCHEMA_OPTIONAL;
                rows[k].fallback = (double)NAN;
                rows[k].doc = "Not used here, where bills are given; may stand so that a study's section can be taken over";
            }
    }
}

enum status study_sections_read_bill_economics(const struct yaml_node *map, const struct market *market, struct economics *eco,
                                               struct err *e)
{
    struct schema_row rows[STUDY_MAX_ECONOMICS_ROW];
    struct economics_row r;
    int n;
    study_sections_get_bill_economics_schema(rows, &n);
    return read_terms(map, rows, market, &r, eco, e);
}

/* A strategy that cannot be followed from the study's date is no choice. */
static enum status new_others(struct economics *eco, const struct risk_opts *few, struct err *e)
{
    for (int k = 1; k < eco->market->n_sourcing; k++) {
        struct risk *r = NULL;
        const enum status st = risk_new(eco->market, eco->scenario, &eco->market->sourcing[k], few, &r, e);
        if (st == ST_CONFIG && strcmp(e->where, "sourcing") == 0)
            memset(e, 0, sizeof *e);
        else
            TRY(st);
        if (r)
            eco->other[eco->n_other++] = r;
    }
    return ST_OK;
}

enum status study_sections_read_economics(const struct yaml_node *map, const struct market *market, struct eval_setup *out,
                                          struct economics *eco, struct err *e)
{
    struct economics_row r;
    eco->market = market;
    set_prices(market, out);
    out->gbd_buy_to_fly = 1.0;
    if (!map)
        return ST_OK;
    TRY(read_terms(map, ECONOMICS_ROWS, market, &r, eco, e));
    out->gbd_buy_to_fly = r.gbd_buy_to_fly;
    out->blank_web_m = r.blank_web_m;
    TRY(economics_new_risk(eco, eco->scenario, &eco->final, e));
    struct risk_opts few = eco->opts;
    few.n_scenario = eco->n_scenario_search;
    TRY(risk_new(eco->market, eco->scenario, eco->sourcing, &few, &eco->search, e));
    out->risk = eco->final;
    out->risk_search = eco->search;
    if (!eco->is_best)
        return ST_OK;
    TRY(new_others(eco, &few, e));
    out->n_risk_other = eco->n_other;
    out->risk_other = (const struct risk *const *)eco->other;
    return ST_OK;
}

enum status economics_new_risk(const struct economics *eco, const struct scenario *scenario, struct risk **out, struct err *e)
{
    return risk_new(eco->market, scenario, eco->sourcing, &eco->opts, out, e);
}

void economics_done(struct economics *eco)
{
    risk_free(eco->search);
    risk_free(eco->final);
    supply_section_free(eco->own_market);
    for (int k = 0; k < eco->n_other; k++)
        risk_free(eco->other[k]);
    eco->n_other = 0;
    eco->search = eco->final = NULL;
    eco->own_market = NULL;
}
