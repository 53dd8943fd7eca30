/* report_sources.c - how sure the inputs are: prices of today, assumed and uncertain data, and the sources behind them, numbered. */
#include "solver/report_impl.h"
#include "materials/base/date.h"
#include "solver/matview.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define UNCERTAIN_PU 0.10 /* a range wider than this share of the value is listed, whatever its quality */
#define FIELD_PARTS 3      /* of the parts of a motor, magnet and steels first */

void report_add_source(struct text *t, struct report_sources *s, const char *key)
{
    int k = 0;
    while (k < s->n && strcmp(s->key[k], key) != 0)
        k++;
    if (!key[0] || k == REPORT_MAX_SOURCE)
        return;
    if (k == s->n)
        s->key[s->n++] = key;
    text_add(t, "<a href=\"#source%d\">[%d]</a>", k + 1, k + 1);
}

static void add_cell(struct text *t, double v)
{
    text_add(t, "<td>");
    report_add_short(t, v);
    text_add(t, "</td>");
}

static void add_range(struct text *t, double low, double high)
{
    if (!(high > low)) {
        text_add(t, "<td>not stated</td>");
        return;
    }
    text_add(t, "<td>");
    report_add_short(t, low);
    text_add(t, " to ");
    report_add_short(t, high);
    text_add(t, "</td>");
}

/* ---- data quality ---- */

static int is_listed(const struct datum *d, const char *key)
{
    if (!isfinite(d->value))
        return 0;
    const char *unit = matview_get_unit(key);
    double scale = strcmp(unit, "°C") == 0 ? 100.0 : fabs(d->value); /* a share of a temperature means nothing */
    return d->quality == QUALITY_ASSUMED || d->high - d->low > UNCERTAIN_PU * scale;
}

/* Assumed data come first in their group: is_assumed tells which half is written. */
static void add_datum(struct text *t, struct report_sources *s, int is_assumed, const char *label, const char *key, const struct datum *d)
{
    if (!is_listed(d, key) || (d->quality == QUALITY_ASSUMED) != is_assumed)
        return;
    text_add(t, "<tr><th>");
    report_add_sentence(t, label);
    text_add(t, "</th>");
    add_cell(t, matview_eval(key, d->value));
    add_range(t, matview_eval(key, d->low), matview_eval(key, d->high));
    text_add(t, "<td class=\"unit\">%s</td><td class=\"word\">%s</td><td class=\"word\">", figure_label_get_unit(key),
             datum_get_quality_text(d->quality));
    report_add_source(t, s, d->source);
    text_add(t, "</td></tr>\n");
}

static void add_group(struct text *t, const char *what, const char *name, const char *doc)
{
    text_add(t, "<tr class=\"group\"><th colspan=\"6\">%s ", what);
    report_add_escaped(t, name);
    text_add(t, " <small>");
    report_add_prose(t, doc, 0);
    text_add(t, "</small></th></tr>\n");
}

/* What the field model reads of a material. */
static int is_field_datum(const char *key)
{
    static const char *const KEY[] = {"Br20_T", "alpha_Br_pct_per_K", "mu_rec", "stacking_factor"};
    for (int k = 0; k < ARRAY_LEN(KEY); k++)
        if (strcmp(KEY[k], key) == 0)
            return 1;
    return 0;
}

static void add_material(struct text *t, struct report_sources *s, int is_assumed, enum matview_class c, const struct material *m,
                         int is_field_only)
{
    int n;
    const struct matview_datum *d = matview_get_common_data(&n);
    for (int k = 0; k < n && !is_field_only; k++)
        add_datum(t, s, is_assumed, d[k].label, d[k].key, matview_get_datum(m, &d[k]));
    d = matview_get_data(c, &n);
    for (int k = 0; k < n; k++)
        if (!is_field_only || is_field_datum(d[k].key))
            add_datum(t, s, is_assumed, d[k].label, d[k].key, matview_get_datum(m, &d[k]));
    for (int k = 0; k < m->composition.n && !is_field_only; k++) {
        char label[64];
        snprintf(label, sizeof label, "share of %.40s in the mass", m->composition.element[k]);
        add_datum(t, s, is_assumed, label, "share_pct", &m->composition.mass_pu[k]);
    }
}

static int is_field_only(const struct report_inputs *in) { return !in->cooling && !in->elements; }

struct used { enum matview_class c; const char *what; const struct material *m; };

static int is_new(const struct used *u, int n, const struct material *m)
{
    for (int k = 0; k < n; k++)
        if (u[k].m == m)
            return 0;
    return m != NULL;
}

/* Materials of the motors, each once; where neither heat nor cost is reckoned, only what the field sees. */
static int get_used(const struct report_inputs *in, struct used *u)
{
    int n = 0;
    for (int k = 0; k < in->n; k++) {
        const struct machine *m = in->machine[k];
        const struct used part[] = {{MATVIEW_MAGNET, "Magnet", m->magnet ? &m->magnet->base : NULL},
                                    {MATVIEW_STEEL, "Stator steel", m->stator_steel ? &m->stator_steel->base : NULL},
                                    {MATVIEW_STEEL, "Rotor steel", m->rotor_steel ? &m->rotor_steel->base : NULL},
                                    {MATVIEW_CONDUCTOR, "Winding metal", m->stator_conductor ? &m->stator_conductor->base : NULL},
                                    {MATVIEW_CONDUCTOR, "Field-winding metal", m->field_conductor ? &m->field_conductor->base : NULL},
                                    {MATVIEW_INSULATION, "Insulation", m->insulation ? &m->insulation->base : NULL},
                                    {MATVIEW_STRUCTURAL, "Shaft", m->shaft ? &m->shaft->base : NULL},
                                    {MATVIEW_STRUCTURAL, "Housing", m->housing ? &m->housing->base : NULL}};
        int n_part = is_field_only(in) ? FIELD_PARTS : ARRAY_LEN(part);
        for (int q = 0; q < n_part; q++)
            if (is_new(u, n, part[q].m))
                u[n++] = part[q];
    }
    return n;
}

static void add_cooling(struct text *t, struct report_sources *s, int is_assumed, const struct thermal_opts *o)
{
    int n;
    const struct schema_row *row = thermal_get_schema(&n);
    for (int k = 0; k < n; k++)
        if (row[k].type == SCHEMA_DATUM)
            add_datum(t, s, is_assumed, row[k].doc, row[k].key, (const struct datum *)(const void *)((const char *)o + row[k].offset));
}

/* ---- prices ---- */

static int is_bought(const struct report_inputs *in, const char *symbol)
{
    const struct bom_elements *el = in->elements;
    for (int k = 0; k < el->n && k < BOM_MAX_ELEMENT; k++)
        for (int q = 0; q < in->n && strcmp(el->symbol[k], symbol) == 0; q++)
            if (in->bom[q]->q_kg[k] > 0.0)
                return 1;
    return 0;
}

static void add_price(struct text *t, struct report_sources *s, const struct market *m, int k)
{
    const struct market_element *x = &m->element[k];
    const struct datum *p = &x->form_price_USD_per_kg;
    char day[DATE_TEXT_SIZE];
    date_write(x->price_days, day);
    text_add(t, "<tr><th>");
    report_add_sentence(t, x->symbol);
    text_add(t, "</th>");
    add_cell(t, m->price_USD_per_kg[k]);
    text_add(t, "<td class=\"word\">");
    report_add_escaped(t, x->form);
    text_add(t, "</td>");
    add_cell(t, p->value);
    add_range(t, p->low, p->high);
    text_add(t, "<td>%s</td>", day);
    add_cell(t, 100.0 * x->sigma_pu.value);
    text_add(t, "<td class=\"word\">%s</td><td class=\"word\">", datum_get_quality_text(p->quality));
    report_add_source(t, s, p->source);
    text_add(t, "</td></tr>\n");
}

static void add_prices(struct text *t, struct report_sources *s, const struct report_inputs *r)
{
    const struct market *m = r->market;
    if (!m || !r->elements)
        return;
    text_add(t, "<h3>Prices used</h3>\n<table class=\"list\"><thead><tr><th>Element</th><td>USD per kg of it</td><td "
                "class=\"word\">traded as</td>"
                "<td>USD per kg of that</td><td>range</td><td>day</td><td>volatility, %% per √year</td><td class=\"word\">quality</td>"
                "<td class=\"word\">source</td></tr></thead>\n");
    for (int k = 0; k < m->n_element; k++)
        if (is_bought(r, m->symbol[k]))
            add_price(t, s, m, k);
    text_add(t, "</table>\n");
}

/* ---- the list of sources ---- */

static const struct ref *get_ref(const struct report_inputs *r, const char *key)
{
    const struct ref *ref = r->lib ? matview_get_ref(r->lib, key) : NULL;
    const struct market *m = r->market;
    for (int k = 0; !ref && m && m->ref && k < m->n_ref; k++)
        if (strcmp(m->ref[k].key, key) == 0)
            ref = &m->ref[k];
    return ref;
}

void report_add_reference(struct text *t, const struct ref *ref, const char *key, int number)
{
    text_add(t, "<li id=\"source%d\">", number);
    report_add_escaped(t, ref ? ref->text : key);
    if (ref && (strncmp(ref->link, "https://", 8) == 0 || strncmp(ref->link, "http://", 7) == 0)) {
        text_add(t, " <a href=\"");
        report_add_escaped(t, ref->link);
        text_add(t, "\">");
        report_add_escaped(t, ref->link);
        text_add(t, "</a>");
    }
    text_add(t, "</li>\n");
}

static void add_quality(struct text *t, struct report_sources *s, const struct report_inputs *r)
{
    struct used used[8 * TECH_COUNT];
    int n = get_used(r, used);
    text_add(t,
             "<h3>Assumed and uncertain inputs</h3>\n<p class=\"note\">Data of the materials and of the cooling that nobody sourced "
             "(assumed), or whose range "
             "is wider than %.0f&nbsp;%% of the value.</p>\n<table class=\"list\"><thead><tr><th>Datum</th><td>value</td><td>range</td><td "
             "class=\"unit\">unit</td>"
             "<td class=\"word\">quality</td><td class=\"word\">source</td></tr></thead>\n",
             100.0 * UNCERTAIN_PU);
    for (int k = 0; k < n; k++) {
        add_group(t, used[k].what, used[k].m->name, used[k].m->doc);
        for (int is_assumed = 1; is_assumed >= 0; is_assumed--)
            add_material(t, s, is_assumed, used[k].c, used[k].m, is_field_only(r));
    }
    if (r->cooling)
        add_group(t, "Cooling", "and built-in thermal coefficients", "");
    for (int is_assumed = 1; is_assumed >= 0 && r->cooling; is_assumed--)
        add_cooling(t, s, is_assumed, r->cooling);
    text_add(t, "</table>\n");
}

void report_add_sources(struct text *t, const struct report_inputs *r)
{
    struct report_sources s = {0};
    text_add(t,
             "<section><h2>How sure is this?</h2>\n<p class=\"note\">The softest inputs first: what nobody sourced, then what its source "
             "leaves open, then the prices.</p>\n");
    add_quality(t, &s, r);
    add_prices(t, &s, r);
    text_add(t, "<h3>Sources</h3>\n<ol class=\"refs\">\n");
    for (int k = 0; k < s.n; k++)
        report_add_reference(t, get_ref(r, s.key[k]), s.key[k], k + 1);
    text_add(t, "</ol></section>\n");
}

void report_add_comparison_sources(struct text *t, const struct report_ctx *r)
{
    struct report_inputs in = {
        .lib = r->o->lib, .market = r->o->market, .cooling = &r->s->setup.cooling, .elements = &r->s->setup.elements};
    for (int k = 0; k < r->s->n_technology; k++)
        if (r->c->tech[k].best >= 0) {
            in.machine[in.n] = &r->c->tech[k].machine;
            in.bom[in.n++] = &r->c->tech[k].detail.bom;
        }
    report_add_sources(t, &in);
}
