/* market_read.c - market.yaml: chains, elements, correlation, shares by country, stability of countries. */
#include "materials/market_read.h"
#include "materials/market_impl.h"
#include "materials/matlib_impl.h"
#include "materials/base/date.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

/* ---- elements ---- */

struct element_reading {
    const struct yaml_node *doc, *chain, *form;
    char price_date[SCHEMA_TEXT_SIZE];
    struct datum form_price_USD_per_kg, form_kg_per_kg, conversion_pu, outside_ratio, sigma_pu, kappa_per_year, theta_USD_per_kg, jump_log,
        jump_inside_pu;
};
#define DATUM(key, min, max, doc) {#key, SCHEMA_DATUM, offsetof(struct element_reading, key), SCHEMA_REQUIRED, min, max, 0, NULL, doc}
static const struct schema_row ELEMENT_ROW[] = {
    {"doc", SCHEMA_NODE, offsetof(struct element_reading, doc), SCHEMA_REQUIRED, 0, 0, 0, NULL, "what the price is of"},
    {"chain", SCHEMA_NODE, offsetof(struct element_reading, chain), SCHEMA_REQUIRED, 0, 0, 0, NULL, "supply chain it stops with"},
    {"form", SCHEMA_NODE, offsetof(struct element_reading, form), SCHEMA_REQUIRED, 0, 0, 0, NULL, "traded form"},
    {"price_date", SCHEMA_DATE, offsetof(struct element_reading, price_date), SCHEMA_REQUIRED, 0, 0, 0, NULL, "day of the price"},
    DATUM(form_price_USD_per_kg, 0, 1e6, "price of the traded form"),
    DATUM(form_kg_per_kg, 0.1, 1000, "traded form per kg of element"),
    DATUM(conversion_pu, -0.5, 100, "cost of making the element from the form, over its price"),
    DATUM(outside_ratio, 0.1, 100, "price outside China over FOB, no control regime"),
    DATUM(sigma_pu, 0, 5, "volatility per square root of a year"),
    DATUM(kappa_per_year, 0, 50, "mean reversion"),
    DATUM(theta_USD_per_kg, 0, 1e6, "level of reversion, traded form"),
    DATUM(jump_log, 0, 5, "log multiplier in a control regime"),
    {"jump_inside_pu", SCHEMA_DATUM, offsetof(struct element_reading, jump_inside_pu), SCHEMA_OPTIONAL, 0, 1, 1, NULL,
     "share of jump_log that the price inside the controlled market carries; absent: 1, both prices jump together"},
};

static enum status read_element(const struct yaml_node *entry, struct market *m, struct market_element *out, struct err *e)
{
    struct element_reading r;
    memset(&r, 0, sizeof r);
    TRY(market_read_name(entry, entry->key, out->symbol, (int)sizeof out->symbol, e));
    TRY(yaml_read_table(entry, ELEMENT_ROW, ARRAY_LEN(ELEMENT_ROW), &r, e));
    TRY(material_read_doc(r.doc, out->doc, (int)sizeof out->doc, e));
    TRY(material_read_doc(r.form, out->form, (int)sizeof out->form, e));
    TRY(market_read_index(r.chain, "chain", m->chain, m->n_chain, &out->chain, e));
    TRY(date_read(r.price_date, &out->price_days));
    out->form_price_USD_per_kg = r.form_price_USD_per_kg;
    out->form_kg_per_kg = r.form_kg_per_kg;
    out->conversion_pu = r.conversion_pu;
    out->outside_ratio = r.outside_ratio;
    out->sigma_pu = r.sigma_pu;
    out->kappa_per_year = r.kappa_per_year;
    out->theta_USD_per_kg = r.theta_USD_per_kg;
    out->jump_log = r.jump_log;
    out->jump_inside_pu = r.jump_inside_pu;
    if ((out->form_price_USD_per_kg.value > 0.0) != (out->theta_USD_per_kg.value > 0.0))
        return yaml_fail(entry, e, "price %g and reversion level %g USD/kg: both zero (it costs nothing) or both above",
                         out->form_price_USD_per_kg.value, out->theta_USD_per_kg.value);
    out->to_element = out->form_kg_per_kg.value * (1.0 + out->conversion_pu.value);
    return ST_OK;
}

static enum status read_chains(const struct yaml_node *map, struct market *m, struct err *e)
{
    TRY(market_read_entries(map, MARKET_MAX_CHAIN, e));
    m->n_chain = map->n_item;
    for (int k = 0; k < m->n_chain; k++) {
        TRY(market_read_name(map->item[k], map->item[k]->key, m->chain_name[k], MARKET_NAME_SIZE, e));
        TRY(material_read_doc(map->item[k], m->chain_doc[k], MARKET_DOC_SIZE, e));
        m->chain[k] = m->chain_name[k];
    }
    return ST_OK;
}

static enum status read_elements(const struct yaml_node *map, struct market *m, struct err *e)
{
    TRY(market_read_entries(map, MARKET_MAX_ELEMENT, e));
    m->n_element = map->n_item;
    for (int k = 0; k < m->n_element; k++) {
        struct market_element *el = &m->element[k];
        TRY(read_element(map->item[k], m, el, e));
        m->symbol[k] = el->symbol;
        m->price_USD_per_kg[k] = el->form_price_USD_per_kg.value * el->to_element;
    }
    return ST_OK;
}

/* ---- correlation ---- */

struct pair_reading { const struct yaml_node *pair; struct datum rho_pu, target_pu; };
static const struct schema_row PAIR_ROW[] = {
    {"pair", SCHEMA_NODE, offsetof(struct pair_reading, pair), SCHEMA_REQUIRED, 0, 0, 0, NULL, "[A, B]"},
    {"rho_pu", SCHEMA_DATUM, offsetof(struct pair_reading, rho_pu), SCHEMA_REQUIRED, -1, 1, 0, NULL, "as found"},
    {"target_pu", SCHEMA_DATUM, offsetof(struct pair_reading, target_pu), SCHEMA_REQUIRED, -1, 1, 0, NULL,
     "as expected of a longer record"},
};
struct correlation_reading { const struct yaml_node *pairs, *like; struct datum shrink_pu, default_pu; };
static const struct schema_row CORRELATION_ROW[] = {
    {"shrink_pu", SCHEMA_DATUM, offsetof(struct correlation_reading, shrink_pu), SCHEMA_REQUIRED, 0, 1, 0, NULL, "weight of the target"},
    {"default_pu", SCHEMA_DATUM, offsetof(struct correlation_reading, default_pu), SCHEMA_REQUIRED, -1, 1, 0, NULL,
     "of pairs that are not listed"},
    {"pairs", SCHEMA_NODE, offsetof(struct correlation_reading, pairs), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "list of {pair, rho_pu, target_pu}"},
    {"like", SCHEMA_NODE, offsetof(struct correlation_reading, like), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "map: element -> element whose pairs it copies"},
};

static void set_pair(struct market *m, int a, int b, double rho, double target)
{
    const int n = m->n_element;
    m->rho[a * n + b] = m->rho[b * n + a] = rho;
    m->rho_target[a * n + b] = m->rho_target[b * n + a] = target;
}

static enum status read_pair(const struct yaml_node *map, struct market *m, struct err *e)
{
    struct pair_reading r;
    int i[2];
    memset(&r, 0, sizeof r);
    TRY(yaml_read_table(map, PAIR_ROW, ARRAY_LEN(PAIR_ROW), &r, e));
    if (r.pair->kind != YAML_LIST || r.pair->n_item != 2)
        return yaml_fail(r.pair, e, "expected [A, B]");
    for (int k = 0; k < 2; k++)
        TRY(market_read_index(r.pair->item[k], "element", m->symbol, m->n_element, &i[k], e));
    if (i[0] == i[1])
        return yaml_fail(r.pair, e, "an element correlates with itself by 1");
    set_pair(m, i[0], i[1], r.rho_pu.value, r.target_pu.value);
    return ST_OK;
}

static enum status copy_pairs(const struct yaml_node *entry, struct market *m, struct err *e)
{
    const int n = m->n_element, self = market_get_element(m, entry->key);
    int as = 0;
    if (self < 0)
        return yaml_fail(entry, e, "element '%s' is not known", entry->key);
    TRY(market_read_index(entry, "element", m->symbol, n, &as, e));
    for (int k = 0; k < n; k++)
        if (k != self && k != as)
            set_pair(m, self, k, m->rho[as * n + k], m->rho_target[as * n + k]);
    return ST_OK;
}

/* Pairs are read twice: `like` copies what is listed for its model, and what is listed for the element itself overrides the copy. */
static enum status read_correlation(const struct yaml_node *map, struct market *m, struct err *e)
{
    struct correlation_reading r;
    memset(&r, 0, sizeof r);
    TRY(yaml_read_table(map, CORRELATION_ROW, ARRAY_LEN(CORRELATION_ROW), &r, e));
    if (r.pairs->kind != YAML_LIST || r.like->kind != YAML_MAP)
        return yaml_fail(map, e, "expected a list under pairs and a map under like");
    m->shrink_pu = r.shrink_pu;
    for (int a = 0; a < m->n_element; a++) {
        for (int b = 0; b < a; b++)
            set_pair(m, a, b, r.default_pu.value, r.default_pu.value);
        set_pair(m, a, a, 1.0, 1.0);
    }
    for (int k = 0; k < r.pairs->n_item; k++)
        TRY(read_pair(r.pairs->item[k], m, e));
    for (int k = 0; k < r.like->n_item; k++)
        TRY(copy_pairs(r.like->item[k], m, e));
    for (int k = 0; k < r.pairs->n_item; k++)
        TRY(read_pair(r.pairs->item[k], m, e));
    return ST_OK;
}

/* ---- jumps that are not of one element ---- */

static const struct schema_row SPIKES_ROW[] = {
    {"rate_per_year", SCHEMA_DATUM, offsetof(struct market_spikes, rate_per_year), SCHEMA_REQUIRED, 0, 12, 0, NULL, "spikes a year"},
    {"size_log", SCHEMA_DATUM, offsetof(struct market_spikes, size_log), SCHEMA_REQUIRED, -5, 5, 0, NULL, "mean step of the log price"},
    {"size_sd_pu", SCHEMA_DATUM, offsetof(struct market_spikes, size_sd_pu), SCHEMA_REQUIRED, 0, 5, 0, NULL,
     "standard deviation of the step"},
};

static enum status read_spikes(const struct yaml_node *map, struct market *m, struct err *e)
{
    TRY(market_read_entries(map, MARKET_MAX_CHAIN, e));
    for (int k = 0; k < map->n_item; k++) {
        int chain = 0;
        for (chain = 0; chain < m->n_chain && strcmp(m->chain[chain], map->item[k]->key) != 0; chain++)
            ;
        if (chain == m->n_chain) {
            const char *nearest = yaml_get_nearest(map->item[k]->key, m->chain, m->n_chain);
            return yaml_fail(map->item[k], e, "chain '%s' is not known%s%s", map->item[k]->key, nearest ? "; nearest: " : "",
                             nearest ? nearest : "");
        }
        TRY(yaml_read_table(map->item[k], SPIKES_ROW, ARRAY_LEN(SPIKES_ROW), &m->spikes[chain], e));
    }
    return ST_OK;
}

struct article_reading { const struct yaml_node *elements, *doc; struct datum change_pct; };
static const struct schema_row ARTICLE_ROW[] = {
    {"doc", SCHEMA_NODE, offsetof(struct article_reading, doc), SCHEMA_REQUIRED, 0, 0, 0, NULL, "the claim"},
    {"elements", SCHEMA_NODE, offsetof(struct article_reading, elements), SCHEMA_REQUIRED, 0, 0, 0, NULL, "elements it is made of"},
    {"change_pct", SCHEMA_DATUM, offsetof(struct article_reading, change_pct), SCHEMA_REQUIRED, 100, 10000, 0, NULL,
     "the figure of the claim: a price that goes to it, or that rises by it"},
};

static enum status read_article(const struct yaml_node *map, struct market *m, struct err *e)
{
    struct article_reading r;
    memset(&r, 0, sizeof r);
    TRY(yaml_read_table(map, ARTICLE_ROW, ARRAY_LEN(ARTICLE_ROW), &r, e));
    m->article_jump.change_pct = r.change_pct;
    return market_read_mask(r.elements, "element", m->symbol, m->n_element, &m->article_jump.element_mask, e);
}

/* ---- shares ---- */

struct share_reading { const struct yaml_node *doc, *stage, *elements, *share; char source[SCHEMA_TEXT_SIZE]; int quality, year; };
static const struct schema_row SHARE_ROW[] = {
    {"stage", SCHEMA_NODE, offsetof(struct share_reading, stage), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "mining, refining, smelting, metal, magnets ..."},
    {"doc", SCHEMA_NODE, offsetof(struct share_reading, doc), SCHEMA_REQUIRED, 0, 0, 0, NULL, "what is counted"},
    {"elements", SCHEMA_NODE, offsetof(struct share_reading, elements), SCHEMA_REQUIRED, 0, 0, 0, NULL, "elements it holds for"},
    {"year", SCHEMA_INT, offsetof(struct share_reading, year), SCHEMA_REQUIRED, 1990, 2100, 0, NULL, "of the figures"},
    {"quality", SCHEMA_CHOICE, offsetof(struct share_reading, quality), SCHEMA_REQUIRED, 0, 0, 0, material_quality_word,
     "how well they are known"},
    {"source", SCHEMA_TEXT, offsetof(struct share_reading, source), SCHEMA_REQUIRED, 0, 0, 0, NULL, "key of the reference list"},
    {"share_pct", SCHEMA_NODE, offsetof(struct share_reading, share), SCHEMA_REQUIRED, 0, 0, 0, NULL, "map: country -> per cent"},
};

static enum status read_share(const struct yaml_node *map, struct market *m, struct market_share *out, struct err *e)
{
    struct share_reading r;
    memset(&r, 0, sizeof r);
    TRY(yaml_read_table(map, SHARE_ROW, ARRAY_LEN(SHARE_ROW), &r, e));
    TRY(material_read_doc(r.doc, out->doc, (int)sizeof out->doc, e));
    TRY(market_read_name(r.stage, r.stage->text, out->stage, (int)sizeof out->stage, e));
    TRY(market_read_name(map, r.source, out->source, (int)sizeof out->source, e));
    TRY(market_read_mask(r.elements, "element", m->symbol, m->n_element, &out->element_mask, e));
    TRY(market_read_entries(r.share, MARKET_MAX_COUNTRY, e));
    out->year = r.year;
    out->n = r.share->n_item;
    out->rest_pu = 1.0;
    for (int k = 0; k < out->n; k++) {
        double pct;
        TRY(market_read_name(r.share->item[k], r.share->item[k]->key, out->country[k], (int)sizeof out->country[k], e));
        TRY(yaml_read_real(r.share->item[k], &pct, e));
        if (!(pct >= 0.0 && pct <= 100.0))
            return yaml_fail(r.share->item[k], e, "%g %% is out of range; expected 0 to 100", pct);
        out->share_pu[k] = pct / 100.0;
        out->rest_pu -= out->share_pu[k];
    }
    if (out->rest_pu < -0.005) /* rounding of published percentages */
        return yaml_fail(r.share, e, "the shares sum to %g %%", 100.0 * (1.0 - out->rest_pu));
    out->rest_pu = fmax(out->rest_pu, 0.0);
    return ST_OK;
}

static enum status read_countries(const struct yaml_node *map, struct market *m, struct err *e)
{
    enum { MAX = 2 * MARKET_MAX_COUNTRY };
    struct schema_row row = {"instability_pu", SCHEMA_DATUM, 0, SCHEMA_REQUIRED, 0, 1, 0, NULL, "(2.5 - WGI political stability) / 5"};
    TRY(market_read_entries(map, MAX, e));
    m->n_country = map->n_item;
    for (int k = 0; k < m->n_country; k++) {
        TRY(market_read_name(map->item[k], map->item[k]->key, m->country[k].code, (int)sizeof m->country[k].code, e));
        TRY(yaml_read_table(map->item[k], &row, 1, &m->country[k].instability_pu, e));
    }
    return ST_OK;
}

/* ---- the file ---- */

struct root_reading { const struct yaml_node *chains, *elements, *correlation, *shares, *countries, *spikes, *article_jump; };
static const struct schema_row ROOT_ROW[] = {
    {"chains", SCHEMA_NODE, offsetof(struct root_reading, chains), SCHEMA_REQUIRED, 0, 0, 0, NULL, "groups of elements that stop together"},
    {"elements", SCHEMA_NODE, offsetof(struct root_reading, elements), SCHEMA_REQUIRED, 0, 0, 0, NULL, "what is bought"},
    {"correlation", SCHEMA_NODE, offsetof(struct root_reading, correlation), SCHEMA_REQUIRED, 0, 0, 0, NULL, "of log-price shocks"},
    {"shares", SCHEMA_NODE, offsetof(struct root_reading, shares), SCHEMA_REQUIRED, 0, 0, 0, NULL, "list: who makes it, by stage"},
    {"countries", SCHEMA_NODE, offsetof(struct root_reading, countries), SCHEMA_REQUIRED, 0, 0, 0, NULL, "stability of countries"},
    {"spikes", SCHEMA_NODE, offsetof(struct root_reading, spikes), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "map: chain -> compound spikes of its prices, used when a study asks for them"},
    {"article_jump", SCHEMA_NODE, offsetof(struct root_reading, article_jump), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "the jump that an article claims, used when a study asks for it"},
};

enum status market_read_root(const struct yaml_node *root, struct market *m, struct err *e)
{
    struct root_reading r = {0};
    TRY(yaml_read_table(root, ROOT_ROW, ARRAY_LEN(ROOT_ROW), &r, e));
    TRY(read_chains(r.chains, m, e));
    TRY(read_elements(r.elements, m, e));
    TRY(read_correlation(r.correlation, m, e));
    if (r.spikes)
        TRY(read_spikes(r.spikes, m, e));
    if (r.article_jump)
        TRY(read_article(r.article_jump, m, e));
    if (r.shares->kind != YAML_LIST || r.shares->n_item > MARKET_MAX_SHARE)
        return yaml_fail(r.shares, e, "expected a list of at most %d entries", MARKET_MAX_SHARE);
    m->n_share = r.shares->n_item;
    for (int k = 0; k < m->n_share; k++)
        TRY(read_share(r.shares->item[k], m, &m->share[k], e));
    return read_countries(r.countries, m, e);
}
