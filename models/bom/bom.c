/* bom.c - masses by part, then spread over materials and elements. Contract: bom.h. */
#include "models/bom/bom.h"
#include "materials/base/units.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

const char *bom_get_part_key(enum bom_part part)
{
    static const char *const key[BOM_PART_COUNT] = {
        [BOM_STATOR_CORE] = "stator_core", [BOM_ROTOR_CORE] = "rotor_core",
        [BOM_COPPER_SLOT] = "copper_slot", [BOM_COPPER_END] = "copper_end",
        [BOM_COPPER_FIELD] = "copper_field", [BOM_MAGNET] = "magnet",
        [BOM_MAGNET_DIFFUSED] = "magnet_diffused", [BOM_INSULATION] = "insulation",
        [BOM_SHAFT] = "shaft", [BOM_HOUSING] = "housing",
        [BOM_SLEEVE] = "sleeve",
    };
    return key[part];
}

static enum status check_number(const char *name, double v, double low, struct err *e)
{
    if (isfinite(v) && v >= low)
        return ST_OK;
    return err_set(e, ST_CONFIG, name, "bill of materials needs %s >= %g, got %g", name, low, v);
}

static enum status check_input(const struct bom_input *in, const struct bom_elements *el, struct err *e)
{
    const struct { const char *name; double value, low; } rows[] = {
        {"stator_iron_pole_m2", in->stator_iron_pole_m2, 0.0}, {"rotor_iron_pole_m2", in->rotor_iron_pole_m2, 0.0},
        {"magnet_pole_m2", in->magnet_pole_m2, 0.0},           {"copper_slot_m3", in->copper_slot_m3, 0.0},
        {"copper_end_m3", in->copper_end_m3, 0.0},             {"copper_field_m3", in->copper_field_m3, 0.0},
        {"shaft_kg", in->shaft_kg, 0.0},                       {"housing_kg", in->housing_kg, 0.0},
        {"gbd_buy_to_fly", in->gbd_buy_to_fly, 1.0},
    };
    for (int i = 0; i < ARRAY_LEN(rows); i++)
        TRY(check_number(rows[i].name, rows[i].value, rows[i].low, e));
    if (in->steel_purchase == BOM_STEEL_BY_BLANK)
        TRY(check_number("blank_web_m", in->blank_web_m, 0.0, e));
    if (el->n > BOM_MAX_ELEMENT)
        return err_set(e, ST_CONFIG, "elements", "%d elements in the market table, at most %d", el->n, BOM_MAX_ELEMENT);
    return ST_OK;
}

double bom_eval_gbd_face_m2(const struct machine *m)
{
    if (!m->magnet || !m->magnet->is_diffused)
        return 0.0;
    struct machine_magnet_block block[MACHINE_MAX_BLOCK];
    double perimeter_m = 0.0; /* of the diffused faces in one pole */
    for (int k = machine_get_magnet_blocks(m, block) - 1; k >= 0; k--)
        for (int f = 0; f < MACHINE_FACE_COUNT; f++)
            if (m->gbd_face[f] && !isnan(block[k].face_m[f]))
                perimeter_m += block[k].face_m[f];
    return perimeter_m * m->stack_m * 2.0 * m->p;
}

/* Volume that insulation fills beside `copper_m3` at net fill: the gross winding space is copper / fill. */
static double gross_less_copper_m3(double copper_m3, double fill_pu)
{
    return copper_m3 > 0.0 ? copper_m3 * (1.0 / fill_pu - 1.0) : 0.0;
}

static enum status set_part(struct bom *b, enum bom_part part, const struct material *mat, double volume_m3, struct err *e)
{
    if (!(volume_m3 > 0.0))
        return ST_OK;
    if (!mat)
        return err_set(e, ST_CONFIG, bom_get_part_key(part), "part %s has a volume of %g m3 but no material", bom_get_part_key(part),
                       volume_m3);
    TRY(check_number("buy_to_fly", mat->buy_to_fly.value, 1.0, e));
    TRY(check_number("density_kg_per_m3", mat->density_kg_per_m3.value, 1e-9, e));
    b->material[part] = mat;
    b->net_kg[part] = volume_m3 * mat->density_kg_per_m3.value;
    b->purchased_kg[part] = b->net_kg[part] * mat->buy_to_fly.value;
    return ST_OK;
}

static enum status set_given_mass(struct bom *b, enum bom_part part, const struct structural *s, double mass_kg, struct err *e)
{
    if (!(mass_kg > 0.0))
        return ST_OK;
    if (!s)
        return err_set(e, ST_CONFIG, bom_get_part_key(part), "part %s weighs %g kg but has no material", bom_get_part_key(part), mass_kg);
    return set_part(b, part, &s->base, mass_kg / s->base.density_kg_per_m3.value, e);
}

static enum status set_sleeve(struct bom *b, const struct machine *m, struct err *e)
{
    const struct rotor_surface *s = &m->surface;
    if (m->rotor_type != ROTOR_SURFACE || !(s->sleeve_m > 0.0))
        return ST_OK;
    const double ring_m2 = PI * s->sleeve_m * (2.0 * m->R_ro_m + s->sleeve_m);
    return set_part(b, BOM_SLEEVE, s->sleeve ? &s->sleeve->base : NULL, ring_m2 * m->stack_m, e);
}

static enum status set_blank(struct bom *b, double side_m, double height_m, const enum bom_part *part, int n_part, struct err *e)
{
    double net_kg = 0.0;
    for (int i = 0; i < n_part; i++)
        net_kg += b->net_kg[part[i]];
    if (!(net_kg > 0.0))
        return ST_OK;
    const double blank_kg = side_m * side_m * height_m * b->material[part[0]]->density_kg_per_m3.value;
    if (blank_kg < net_kg)
        return err_set(e, ST_CONFIG, "stator_iron_pole_m2", "blank of %.3f kg is lighter than the %.3f kg punched from it", blank_kg,
                       net_kg);
    for (int i = 0; i < n_part; i++)
        b->purchased_kg[part[i]] = blank_kg * b->net_kg[part[i]] / net_kg;
    return ST_OK;
}

static enum status set_steel_blanks(struct bom *b, const struct machine *m, const struct bom_input *in, struct err *e)
{
    const enum bom_part part[2] = {BOM_STATOR_CORE, BOM_ROTOR_CORE};
    const double height_m = m->stack_m * m->stacking_factor_pu;
    const double stator_side_m = 2.0 * m->stator.R_out_m + in->blank_web_m;
    if (m->stator_steel == m->rotor_steel)
        return set_blank(b, stator_side_m, height_m, part, 2, e);
    TRY(set_blank(b, stator_side_m, height_m, &part[0], 1, e));
    return set_blank(b, 2.0 * m->R_ro_m + in->blank_web_m, height_m, &part[1], 1, e);
}

static enum status set_copper(struct bom *b, const struct machine *m, const struct bom_input *in, struct err *e)
{
    const struct material *stator = m->stator_conductor ? &m->stator_conductor->base : NULL;
    const struct material *field = m->field_conductor ? &m->field_conductor->base : NULL;
    const double fill_pu = m->winding.copper_fill_pu;
    double gap_m3 = 0.0;
    TRY(set_part(b, BOM_COPPER_SLOT, stator, in->copper_slot_m3, e));
    TRY(set_part(b, BOM_COPPER_END, stator, in->copper_end_m3, e));
    TRY(set_part(b, BOM_COPPER_FIELD, field, in->copper_field_m3, e));
    if (in->copper_slot_m3 + in->copper_end_m3 > 0.0) {
        if (!(fill_pu > 0.0 && fill_pu < 1.0))
            return err_set(e, ST_CONFIG, "winding.copper_fill_pu", "fill must lie in (0, 1), got %g", fill_pu);
        gap_m3 += gross_less_copper_m3(in->copper_slot_m3 + in->copper_end_m3, fill_pu);
    }
    if (in->copper_field_m3 > 0.0) {
        const double field_fill_pu = m->field.fill_pu;
        if (!(field_fill_pu > 0.0 && field_fill_pu < 1.0))
            return err_set(e, ST_CONFIG, "field_fill_pu", "fill must lie in (0, 1), got %g", field_fill_pu);
        gap_m3 += gross_less_copper_m3(in->copper_field_m3, field_fill_pu);
    }
    return set_part(b, BOM_INSULATION, m->insulation ? &m->insulation->base : NULL, gap_m3, e);
}

static enum status set_magnet(struct bom *b, const struct machine *m, const struct bom_input *in, struct err *e)
{
    const double volume_m3 = in->magnet_pole_m2 * m->stack_m * 2.0 * m->p;
    TRY(set_part(b, BOM_MAGNET, m->magnet ? &m->magnet->base : NULL, volume_m3, e));
    b->gbd_face_m2 = bom_eval_gbd_face_m2(m);
    if (!(b->gbd_face_m2 > 0.0))
        return ST_OK;
    TRY(check_number("gbd_hre_kg_per_m2", m->magnet->gbd_hre_kg_per_m2.value, 0.0, e));
    b->net_kg[BOM_MAGNET_DIFFUSED] = b->gbd_face_m2 * m->magnet->gbd_hre_kg_per_m2.value;
    b->purchased_kg[BOM_MAGNET_DIFFUSED] = b->net_kg[BOM_MAGNET_DIFFUSED] * in->gbd_buy_to_fly;
    return ST_OK;
}

static enum status find_element(const struct bom_elements *el, const char *symbol, const char *owner, int *out, struct err *e)
{
    for (int i = 0; i < el->n; i++) {
        if (strcmp(el->symbol[i], symbol) == 0) {
            *out = i;
            return ST_OK;
        }
    }
    *out = -1;
    return err_set(e, ST_CONFIG, owner, "element '%s' of %s is not in the market table", symbol, owner);
}

static enum status add_elements(struct bom *b, const struct bom_elements *el, enum bom_part part, struct err *e)
{
    const struct material *mat = b->material[part];
    const struct composition *c = &mat->composition;
    double sum_pu = 0.0;
    for (int k = 0; k < c->n; k++)
        sum_pu += c->mass_pu[k].value;
    if (!(sum_pu > 0.0))
        return err_set(e, ST_CONFIG, mat->name, "material %s has no composition", mat->name);
    for (int k = 0; k < c->n; k++) {
        int i;
        TRY(find_element(el, c->element[k], mat->name, &i, e));
        const double share = c->mass_pu[k].value / sum_pu;
        b->m_kg[i] += b->net_kg[part] * share;
        b->q_part_kg[part][i] += b->purchased_kg[part] * share;
    }
    return ST_OK;
}

static void add_material(struct bom *b, const char *name, double net_kg, double purchased_kg)
{
    int i = 0;
    while (i < b->n_material && strcmp(b->by_material[i].name, name) != 0)
        i++;
    if (i == b->n_material) {
        snprintf(b->by_material[i].name, sizeof b->by_material[i].name, "%s", name);
        b->n_material++;
    }
    b->by_material[i].net_kg += net_kg;
    b->by_material[i].purchased_kg += purchased_kg;
}

static enum status spread(struct bom *b, const struct machine *m, const struct bom_elements *el, struct err *e)
{
    for (int part = 0; part < BOM_PART_COUNT; part++) {
        if (b->material[part]) {
            TRY(add_elements(b, el, (enum bom_part)part, e));
            add_material(b, b->material[part]->name, b->net_kg[part], b->purchased_kg[part]);
        }
    }
    if (b->net_kg[BOM_MAGNET_DIFFUSED] > 0.0) {
        char name[96];
        int i;
        TRY(find_element(el, m->magnet->gbd_element, m->magnet->base.name, &i, e));
        b->m_kg[i] += b->net_kg[BOM_MAGNET_DIFFUSED];
        b->q_part_kg[BOM_MAGNET_DIFFUSED][i] += b->purchased_kg[BOM_MAGNET_DIFFUSED];
        snprintf(name, sizeof name, "%s (diffused)", m->magnet->gbd_element);
        add_material(b, name, b->net_kg[BOM_MAGNET_DIFFUSED], b->purchased_kg[BOM_MAGNET_DIFFUSED]);
    }
    return ST_OK;
}

static void sum_up(struct bom *b, const struct bom_elements *el)
{
    for (int part = 0; part < BOM_PART_COUNT; part++) {
        b->net_total_kg += b->net_kg[part];
        b->purchased_total_kg += b->purchased_kg[part];
        for (int i = 0; i < el->n; i++)
            b->q_kg[i] += b->q_part_kg[part][i];
    }
    b->active_kg = b->net_total_kg - b->net_kg[BOM_SHAFT] - b->net_kg[BOM_HOUSING];
    for (int i = 0; i < el->n; i++) {
        if (strcmp(el->symbol[i], "Dy") == 0 || strcmp(el->symbol[i], "Tb") == 0) {
            b->hre_net_kg += b->m_kg[i];
            b->hre_purchased_kg += b->q_kg[i];
        }
    }
}

enum status bom_eval(const struct machine *m, const struct bom_input *in, const struct bom_elements *el, struct bom *out, struct err *e)
{
    memset(out, 0, sizeof *out);
    TRY(check_input(in, el, e));
    out->n_element = el->n;
    const double height_m = m->stack_m * m->stacking_factor_pu * 2.0 * m->p; /* steel height of all poles */
    TRY(set_part(out, BOM_STATOR_CORE, m->stator_steel ? &m->stator_steel->base : NULL, in->stator_iron_pole_m2 * height_m, e));
    TRY(set_part(out, BOM_ROTOR_CORE, m->rotor_steel ? &m->rotor_steel->base : NULL, in->rotor_iron_pole_m2 * height_m, e));
    if (in->steel_purchase == BOM_STEEL_BY_BLANK)
        TRY(set_steel_blanks(out, m, in, e));
    TRY(set_copper(out, m, in, e));
    TRY(set_magnet(out, m, in, e));
    TRY(set_sleeve(out, m, e));
    TRY(set_given_mass(out, BOM_SHAFT, m->shaft, in->shaft_kg, e));
    TRY(set_given_mass(out, BOM_HOUSING, m->housing, in->housing_kg, e));
    TRY(spread(out, m, el, e));
    sum_up(out, el);
    return ST_OK;
}
