/* report_sources.c - how sure the inputs are, conventions, and how the figures were computed. */
#include "solver/report_impl.h"
#include "solver/cli.h"
#include "solver/matview.h"
#include "solver/out_json.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define UNCERTAIN_PU 0.10 /* a range wider than this share of the value is listed, whatever its quality */
#define MAX_SOURCE 96

/* Source keys in the order in which the tables name them. */
struct sources { int n; const char *key[MAX_SOURCE]; };

static void set_source(struct sources *s, const char *key)
{
    for (int k = 0; k < s->n; k++)
        if (strcmp(s->key[k], key) == 0)
            return;
    if (s->n < MAX_SOURCE && key[0])
        s->key[s->n++] = key;
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

static void add_datum(struct text *t, struct sources *s, const char *label, const char *key, const struct datum *d)
{
    if (!is_listed(d, key))
        return;
    text_add(t, "<tr><th>");
    report_add_sentence(t, label);
    text_add(t, "</th><td>");
    report_add_short(t, matview_eval(key, d->value));
    text_add(t, "</td><td>");
    report_add_short(t, matview_eval(key, d->low));
    text_add(t, " to ");
    report_add_short(t, matview_eval(key, d->high));
    text_add(t, "</td><td class=\"unit\">%s</td><td class=\"word\">%s</td><td class=\"word\">", report_get_unit(key),
             datum_get_quality_text(d->quality));
    report_add_escaped(t, d->source);
    text_add(t, "</td></tr>\n");
    set_source(s, d->source);
}

static void add_group(struct text *t, const char *what, const char *name, const char *doc)
{
    text_add(t, "<tr class=\"group\"><th colspan=\"6\">%s ", what);
    report_add_escaped(t, name);
    text_add(t, " <small>");
    report_add_escaped(t, doc);
    text_add(t, "</small></th></tr>\n");
}

static void add_material(struct text *t, struct sources *s, enum matview_class c, const struct material *m)
{
    int n;
    const struct matview_datum *d = matview_get_common_data(&n);
    for (int k = 0; k < n; k++)
        add_datum(t, s, d[k].label, d[k].key, matview_get_datum(m, &d[k]));
    d = matview_get_data(c, &n);
    for (int k = 0; k < n; k++)
        add_datum(t, s, d[k].label, d[k].key, matview_get_datum(m, &d[k]));
    for (int k = 0; k < m->composition.n; k++) {
        char label[64];
        snprintf(label, sizeof label, "share of %.40s in the mass", m->composition.element[k]);
        add_datum(t, s, label, "share_pct", &m->composition.mass_pu[k]);
    }
}

struct used { enum matview_class c; const char *what; const struct material *m; };

static int is_new(const struct used *u, int n, const struct material *m)
{
    for (int k = 0; k < n; k++)
        if (u[k].m == m)
            return 0;
    return m != NULL;
}

/* Materials of the chosen designs, each once. */
static int get_used(const struct report_ctx *r, struct used *u)
{
    int n = 0;
    for (int k = 0; k < r->s->n_technology; k++) {
        const struct machine *m = &r->c->tech[k].machine;
        if (r->c->tech[k].best < 0)
            continue;
        const struct used part[] = {{MATVIEW_MAGNET, "Magnet", m->magnet ? &m->magnet->base : NULL},
                                    {MATVIEW_STEEL, "Stator steel", m->stator_steel ? &m->stator_steel->base : NULL},
                                    {MATVIEW_STEEL, "Rotor steel", m->rotor_steel ? &m->rotor_steel->base : NULL},
                                    {MATVIEW_CONDUCTOR, "Winding metal", m->stator_conductor ? &m->stator_conductor->base : NULL},
                                    {MATVIEW_CONDUCTOR, "Field-winding metal", m->field_conductor ? &m->field_conductor->base : NULL},
                                    {MATVIEW_INSULATION, "Insulation", m->insulation ? &m->insulation->base : NULL},
                                    {MATVIEW_STRUCTURAL, "Shaft", m->shaft ? &m->shaft->base : NULL},
                                    {MATVIEW_STRUCTURAL, "Housing", m->housing ? &m->housing->base : NULL}};
        for (int q = 0; q < ARRAY_LEN(part); q++)
            if (is_new(u, n, part[q].m))
                u[n++] = part[q];
    }
    return n;
}

static void add_cooling(struct text *t, struct sources *s, const struct thermal_opts *o)
{
    int n;
    const struct schema_row *row = thermal_get_schema(&n);
    add_group(t, "Cooling", "and built-in thermal coefficients", "");
    for (int k = 0; k < n; k++)
        if (row[k].type == SCHEMA_DATUM)
            add_datum(t, s, row[k].doc, row[k].key, (const struct datum *)(const void *)((const char *)o + row[k].offset));
}

static void add_reference(struct text *t, const struct report_ctx *r, const char *key)
{
    const struct ref *ref = matview_get_ref(r->o->lib, key);
    text_add(t, "<dt>");
    report_add_escaped(t, key);
    text_add(t, "</dt><dd>");
    report_add_escaped(t, ref ? ref->text : "given in the study file");
    if (ref && (strncmp(ref->link, "https://", 8) == 0 || strncmp(ref->link, "http://", 7) == 0)) {
        text_add(t, " <a href=\"");
        report_add_escaped(t, ref->link);
        text_add(t, "\">");
        report_add_escaped(t, ref->link);
        text_add(t, "</a>");
    }
    text_add(t, "</dd>\n");
}

static void add_quality(struct text *t, const struct report_ctx *r)
{
    struct sources s = {0};
    struct used used[8 * TECH_COUNT];
    int n = get_used(r, used);
    text_add(t, "<h3>Assumed and uncertain inputs</h3>\n<p class=\"note\">Data of the materials in the chosen designs that nobody sourced (assumed), or whose range "
                "is wider than %.0f&nbsp;%% of the value.</p>\n<table class=\"list\"><thead><tr><th>Datum</th><td>value</td><td>range</td><td class=\"unit\">unit</td>"
                "<td class=\"word\">quality</td><td class=\"word\">source</td></tr></thead>\n", 100.0 * UNCERTAIN_PU);
    for (int k = 0; k < n; k++) {
        add_group(t, used[k].what, used[k].m->name, used[k].m->doc);
        add_material(t, &s, used[k].c, used[k].m);
    }
    add_cooling(t, &s, &r->s->setup.cooling);
    text_add(t, "</table>\n<h3>Sources named above</h3>\n<dl class=\"refs\">\n");
    for (int k = 0; k < s.n && r->o->lib; k++)
        add_reference(t, r, s.key[k]);
    text_add(t, "</dl>\n");
}

/* ---- conventions and computation ---- */

static void add_conventions(struct text *t)
{
    json_t *all = out_json_get_conventions(), *value;
    const char *key;
    text_add(t, "<h3>Conventions</h3>\n<dl class=\"refs\">\n");
    json_object_foreach(all, key, value) {
        if (strcmp(key, "null") == 0)
            continue; /* of the JSON file only */
        text_add(t, "<dt>");
        report_add_sentence(t, key);
        text_add(t, "</dt><dd>");
        report_add_escaped(t, json_string_value(value));
        text_add(t, "</dd>\n");
    }
    text_add(t, "</dl>\n");
    json_decref(all);
}

static void add_fact(struct text *t, const char *label, double v, int decimals, const char *tail)
{
    text_add(t, "<tr><th>%s</th><td>", label);
    report_add_number(t, v, decimals);
    text_add(t, "%s</td></tr>\n", tail);
}

static void add_effort(struct text *t, const struct report_ctx *r)
{
    const struct comparison *c = r->c;
    text_add(t, "<table class=\"list\"><thead><tr><th>Technology</th><td>designs evaluated</td><td>feasible</td><td>on the front</td>"
                "<td>mesh error of the torque, %%</td></tr></thead>\n");
    for (int k = 0; k < r->s->n_technology; k++) {
        text_add(t, "<tr><th>");
        report_add_sentence(t, technology_get_label(r->s->technology[k].technology));
        text_add(t, "</th><td>");
        report_add_number(t, c->tech[k].n_evaluated, 0);
        text_add(t, "</td><td>");
        report_add_number(t, c->tech[k].n_feasible, 0);
        text_add(t, "</td><td>");
        report_add_number(t, c->tech[k].n_front, 0);
        text_add(t, "</td><td>");
        report_add_number(t, c->tech[k].best >= 0 ? 100.0 * c->tech[k].mesh_error_pu : (double)NAN, 2);
        text_add(t, "</td></tr>\n");
    }
    text_add(t, "</table>\n");
}

static void add_computation(struct text *t, const struct report_ctx *r)
{
    const struct comparison *c = r->c;
    text_add(t, "<h3>How it was computed</h3>\n<p class=\"note\">Non-linear two-dimensional finite elements give the flux maps of every design; operation, losses and "
                "temperatures are solved together; demagnetisation is judged element by element in the worst event; the bill of materials is priced in every "
                "simulated course of prices and outages. The search uses a coarse mesh; the chosen designs are evaluated again on a finer one, and the difference "
                "in torque is stated as mesh error.</p>\n");
    add_effort(t, r);
    text_add(t, "<table class=\"facts\">\n");
    add_fact(t, "Designs judged in all", (double)c->n_evaluation, 0, "");
    if (c->n_reused > 0)
        add_fact(t, "Of these reused from an earlier run", (double)c->n_reused, 0, "");
    add_fact(t, "Field solutions", (double)c->n_field_solve, 0, "");
    add_fact(t, "Designs on the joint front", c->n_joint, 0, "");
    add_fact(t, "Samples behind the probability of being best", c->n_sample, 0, "");
    text_add(t, "<tr><th>Seed</th><td>%llu</td></tr>\n<tr><th>Program</th><td>motrade %s</td></tr>\n", (unsigned long long)r->o->seed, MOTRADE_VERSION);
    if (r->o->lib)
        text_add(t, "<tr><th>Fingerprint of the material data</th><td><code>%016llx</code></td></tr>\n", r->o->lib->hash);
    if (r->o->market)
        text_add(t, "<tr><th>Fingerprint of the market data</th><td><code>%016llx</code></td></tr>\n", (unsigned long long)r->o->market->hash);
    text_add(t, "<tr><th>Fingerprint of the study</th><td><code>%016llx</code></td></tr>\n</table>\n", (unsigned long long)r->s->hash);
}

void report_add_sources(struct text *t, const struct report_ctx *r)
{
    text_add(t, "<section><h2>How sure is this?</h2>\n");
    add_quality(t, r);
    add_computation(t, r);
    add_conventions(t);
    text_add(t, "</section>\n");
}
