/* machine_write.c - a machine as the YAML map that machine_yaml_read takes, by the same tables. Contract: machine_yaml.h. */
#include "models/machine/machine_yaml_impl.h"
#include "materials/base/text.h"
#include "materials/base/units.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define STEP 2 /* of the indentation */

static void add_key(struct text *t, int indent, const char *key) { text_add(t, "%*s%s: ", indent, "", key); }

/* Twelve digits: what a drawing needs, and no rounding noise of the conversion. */
static void add_real(struct text *t, int indent, const struct schema_row *r, double si)
{
    const struct unit *u = units_get(r->key);
    const double v = u ? (si - u->offset) / u->factor : si;
    if (!isfinite(v) || (r->need == SCHEMA_OPTIONAL && fabs(v - r->fallback) <= 1e-12 * fabs(v)))
        return;
    add_key(t, indent, r->key);
    text_add(t, "%.12g\n", v);
}

static void add_text(struct text *t, const char *s)
{
    text_add(t, "\"");
    for (; *s; s++)
        text_add(t, *s == '"' || *s == '\\' ? "\\%c" : "%c", *s);
    text_add(t, "\"\n");
}

/* What a table's row holds; lists and sub-maps are their owner's. */
static void add_row(struct text *t, int indent, const struct schema_row *r, const struct machine_doc *d)
{
    const char *at = (const char *)d + r->offset;
    double real;
    int count;
    memcpy(&count, at, sizeof count);
    switch (r->type) {
    case SCHEMA_REAL:
        memcpy(&real, at, sizeof real);
        add_real(t, indent, r, real);
        break;
    case SCHEMA_INT:
        if (r->need == SCHEMA_REQUIRED || count != (int)r->fallback) {
            add_key(t, indent, r->key);
            text_add(t, "%d\n", count);
        }
        break;
    case SCHEMA_BOOL:
        if (count) {
            add_key(t, indent, r->key);
            text_add(t, "true\n");
        }
        break;
    case SCHEMA_CHOICE:
        add_key(t, indent, r->key);
        text_add(t, "%s\n", r->choices[count]);
        break;
    case SCHEMA_TEXT:
        if (at[0]) {
            add_key(t, indent, r->key);
            add_text(t, at);
        }
        break;
    case SCHEMA_DATE:
    case SCHEMA_DATUM:
    case SCHEMA_NODE:
        break;
    }
}

static void add_section(struct text *t, int indent, int section, const struct machine_doc *d)
{
    int n;
    const struct machine_section *s = machine_yaml_get_sections(&n) + section;
    for (int k = 0; k < s->n_row; k++)
        add_row(t, indent, &s->rows[k], d);
}

static void add_points(struct text *t, int indent, const char *key, int n, const double (*p_m)[2])
{
    add_key(t, indent, key);
    for (int k = 0; k < n; k++)
        text_add(t, "%s[%.12g, %.12g]", k ? ", " : "[", 1e3 * p_m[k][0], 1e3 * p_m[k][1]);
    text_add(t, "]\n");
}

static void add_pockets(struct text *t, int indent, const struct rotor_v *v)
{
    add_points(t, indent, "pocket_top_mm", 2, v->pocket_top_m);
    add_points(t, indent, "pocket_bottom_mm", 3, v->pocket_bottom_m);
}

static void add_faces(struct text *t, int indent, const struct machine *m)
{
    static const char *const FACES[] = {"gap", "back", "inner", "outer"};
    if (!m->magnet || !m->magnet->is_diffused)
        return;
    add_key(t, indent, "gbd_faces");
    text_add(t, "[");
    for (int k = 0, n = 0; k < ARRAY_LEN(FACES); k++)
        if (m->gbd_face[k])
            text_add(t, "%s%s", n++ ? ", " : "", FACES[k]);
    text_add(t, "]\n");
}

/* The table of a layer reads m.v. */
static void add_layer(struct text *t, int indent, const char *key, const struct machine_doc *d, const struct rotor_v *v)
{
    struct machine_doc layer = *d;
    layer.m.v = *v;
    text_add(t, "%*s%s:\n", indent, "", key);
    add_section(t, indent + STEP, SECTION_LAYER, &layer);
    add_pockets(t, indent + STEP, v);
}

static void add_rotor(struct text *t, int indent, const struct machine_doc *d)
{
    const enum rotor_type type = d->m.rotor_type;
    text_add(t, "%*srotor:\n", indent, "");
    add_section(t, indent + STEP, SECTION_ROTOR + (int)type, d);
    add_faces(t, indent + STEP, &d->m);
    if (type == ROTOR_V)
        add_pockets(t, indent + STEP, &d->m.v);
    if (type == ROTOR_DOUBLE_V || type == ROTOR_DELTA) {
        add_layer(t, indent + STEP, "shaft_layer", d, &d->m.v);
        add_layer(t, indent + STEP, "gap_layer", d, &d->m.v_gap);
    }
}

static void add_winding(struct text *t, int indent, const struct machine_doc *d)
{
    struct machine_doc w = *d;
    const int has_bars = w.m.winding.bar_height_m > 0.0;
    if (has_bars) { /* fill, strand and their being bars follow */
        w.m.winding.copper_fill_pu = w.m.winding.strand_diameter_m = (double)NAN;
        w.m.winding.is_hairpin = 0;
    }
    text_add(t, "%*swinding:\n", indent, "");
    add_section(t, indent + STEP, SECTION_WINDING, &w);
    if (has_bars) {
        text_add(t, "%*sbars:\n", indent + STEP, "");
        add_section(t, indent + 2 * STEP, SECTION_BARS, &w);
    }
}

static void set_name(char out[SCHEMA_TEXT_SIZE], const struct material *m)
{
    snprintf(out, SCHEMA_TEXT_SIZE, "%s", m ? m->name : "");
}

static void set_names(const struct machine *m, struct machine_names *n)
{
    const int is_wound = machine_has_field_winding(m);
    set_name(n->stator_steel, &m->stator_steel->base);
    set_name(n->rotor_steel, &m->rotor_steel->base);
    set_name(n->conductor, &m->stator_conductor->base);
    set_name(n->insulation, &m->insulation->base);
    set_name(n->shaft, &m->shaft->base);
    set_name(n->housing, &m->housing->base);
    set_name(n->magnet, !is_wound && m->magnet ? &m->magnet->base : NULL);
    set_name(n->field_conductor, is_wound && m->field_conductor ? &m->field_conductor->base : NULL);
    set_name(n->sleeve, m->rotor_type == ROTOR_SURFACE && m->surface.sleeve ? &m->surface.sleeve->base : NULL);
}

void machine_yaml_write(const struct machine *m, struct text *t)
{
    struct machine_doc d = {.m = *m, .rotor_type = (int)m->rotor_type, .bottom = (int)m->stator.bottom, .centre = (int)m->v.centre,
                            .gbd_dose_pu = 1.0 - m->gbd_left_out_pu};
    set_names(m, &d.name);
    if (d.m.n_skew_slice < 1)
        d.m.n_skew_slice = 1;
    text_add(t, "machine:\n");
    add_section(t, STEP, SECTION_MACHINE, &d);
    text_add(t, "%*sstator:\n", STEP, "");
    add_section(t, 2 * STEP, SECTION_STATOR, &d);
    add_winding(t, STEP, &d);
    add_rotor(t, STEP, &d);
    text_add(t, "%*smaterials:\n", STEP, "");
    add_section(t, 2 * STEP, SECTION_MATERIALS, &d);
}
