/* machine_yaml.c - tables of keys, and the few things tables cannot say: pockets as lists of points, names of materials. */
#include "models/machine/machine_yaml.h"
#include "models/machine/bars.h"
#include "materials/base/units.h"
#include <math.h>
#include <stddef.h>
#include <string.h>
#include "materials/base/banned.h"

static const char *const ROTOR_TYPES[] = {"v", "salient", "surface", NULL};
static const char *const BOTTOMS[] = {"flat", "round", NULL};
static const char *const CENTRES[] = {"post", "triangle", "none", NULL};
static const char *const FACES[] = {"gap", "back", "inner", "outer"};

struct machine_names {
    char stator_steel[SCHEMA_TEXT_SIZE], rotor_steel[SCHEMA_TEXT_SIZE], magnet[SCHEMA_TEXT_SIZE], conductor[SCHEMA_TEXT_SIZE],
        field_conductor[SCHEMA_TEXT_SIZE], insulation[SCHEMA_TEXT_SIZE], shaft[SCHEMA_TEXT_SIZE], housing[SCHEMA_TEXT_SIZE];
};

/* What the tables fill: the machine, and what needs more than a table. SCHEMA_CHOICE writes int, hence the copies of the enums. */
struct machine_doc {
    struct machine m;
    struct machine_names name;
    const struct yaml_node *bars, *stator, *winding, *rotor, *materials, *pocket_top, *pocket_bottom, *gbd_faces;
    int rotor_type, bottom, centre;
};

#define AT(member) offsetof(struct machine_doc, member)
#define REAL(key_, member, min_, max_, doc_) {key_, SCHEMA_REAL, AT(member), SCHEMA_REQUIRED, min_, max_, 0, NULL, doc_}
#define COUNT(key_, member, min_, max_, doc_) {key_, SCHEMA_INT, AT(member), SCHEMA_REQUIRED, min_, max_, 0, NULL, doc_}
#define NODE(key_, member, need_, doc_) {key_, SCHEMA_NODE, AT(member), need_, 0, 0, 0, NULL, doc_}
#define NAME(key_, member, need_, doc_) {key_, SCHEMA_TEXT, AT(member), need_, 0, 0, 0, NULL, doc_}
#define CHOICE(key_, member, list_, doc_) {key_, SCHEMA_CHOICE, AT(member), SCHEMA_REQUIRED, 0, 0, 0, list_, doc_}

static const struct schema_row MACHINE_ROWS[] = {
    NAME("name", m.name, SCHEMA_REQUIRED, "what reports call the machine"),
    COUNT("pole_pairs", m.p, 1, 60, "pole pairs p"),
    REAL("stack_mm", m.stack_m, 1, 2000, "active length of the lamination stack"),
    REAL("stacking_factor_pu", m.stacking_factor_pu, 0.5, 1, "steel share of the stack length"),
    REAL("bridge_min_mm", m.bridge_min_m, 0, 20, "narrowest iron that can be punched: bridges, posts, webs, teeth"),
    {"skew_slices", SCHEMA_INT, AT(m.n_skew_slice), SCHEMA_OPTIONAL, 1, 16, 1, NULL,
     "stepped skew: rotor slices of equal length (default 1: not skewed)"},
    {"skew_total_deg", SCHEMA_REAL, AT(m.skew_rad), SCHEMA_OPTIONAL, 0, 180, 0, NULL,
     "mechanical angle over the stack: neighbouring slices differ by its skew_slices-th part (default 0: not skewed)"},
    NODE("stator", stator, SCHEMA_REQUIRED, "stator dimensions"),
    NODE("winding", winding, SCHEMA_REQUIRED, "stator winding"),
    NODE("rotor", rotor, SCHEMA_REQUIRED, "rotor dimensions; `type` decides the keys"),
    NODE("materials", materials, SCHEMA_REQUIRED, "materials by name"),
};
static const struct schema_row STATOR_ROWS[] = {
    COUNT("slots", m.stator.n_slot, 3, 480, "number of slots"),
    REAL("R_out_mm", m.stator.R_out_m, 1, 3000, "outer radius of the lamination"),
    REAL("R_bore_mm", m.stator.R_bore_m, 1, 3000, "bore radius"),
    REAL("slot_opening_b0_mm", m.stator.b0_m, 0, 100, "width of the slot opening"),
    REAL("slot_opening_h0_mm", m.stator.h0_m, 0, 100, "height of the slot opening, from the bore radius on the slot axis"),
    REAL("slot_taper_h1_mm", m.stator.h1_m, 0, 100, "height of the straight taper from b0 to b1"),
    REAL("slot_width_b1_mm", m.stator.b1_m, 0, 200, "slot width below the taper"),
    REAL("slot_height_h2_mm", m.stator.h2_m, 0, 500, "height of the trapezoid from b1 to b2"),
    REAL("slot_width_b2_mm", m.stator.b2_m, 0, 200, "slot width at the end of the trapezoid"),
    CHOICE("slot_bottom", bottom, BOTTOMS, "flat, or round: semicircle of diameter b2"),
    {"slotless", SCHEMA_BOOL, AT(m.stator.is_slotless), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "true: smooth bore without slots and currents, for closed-form checks (default false)"},
};
static const struct schema_row WINDING_ROWS[] = {
    COUNT("conductors_per_slot", m.winding.n_conductor_per_slot, 1, 1000, "conductors in series per slot (of one path), all layers"),
    COUNT("parallel_paths", m.winding.n_path, 1, 60, "parallel paths per phase"),
    COUNT("layers", m.winding.n_layer, 1, 2, "coil sides per slot"),
    COUNT("coil_span_slots", m.winding.coil_span_slots, 1, 100, "coil span in slot pitches"),
    {"copper_fill_pu", SCHEMA_REAL, AT(m.winding.copper_fill_pu), SCHEMA_OPTIONAL, 0.05, 0.95, (double)NAN, NULL,
     "net copper / slot area; needed unless `bars` are given, from which it follows"},
    {"strand_diameter_mm", SCHEMA_REAL, AT(m.winding.strand_diameter_m), SCHEMA_OPTIONAL, 0.05, 20, (double)NAN, NULL,
     "bare strand diameter; needed unless `bars` are given"},
    {"hairpin", SCHEMA_BOOL, AT(m.winding.is_hairpin), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "true: strands are bars that follow from the fill, AC loss by layers (default false: round strands)"},
    NODE("bars", bars, SCHEMA_OPTIONAL, "hairpin bars as drawn, one column in the slot, one bar per conductor; flat slot bottom"),
    REAL("end_turn_factor", m.winding.end_turn_factor, 0.5, 5, "end-turn length of a coil-side pair / (coil span chord * pi/2)"),
};
static const struct schema_row BAR_ROWS[] = {
    REAL("height_mm", m.winding.bar_height_m, 0.1, 50, "bare height of a bar, along the slot"),
    REAL("width_mm", m.winding.bar_width_m, 0.1, 50, "bare width of a bar"),
    REAL("insulation_mm", m.winding.bar_insulation_m, 0, 5, "insulation of a bar, on each side"),
    REAL("liner_mm", m.winding.liner_m, 0, 5, "slot liner, on each side of the slot and at its bottom and top"),
};
#define ROTOR_COMMON                                                                                                       \
    CHOICE("type", rotor_type, ROTOR_TYPES, "v, salient or surface"),                                                     \
    REAL("R_ro_mm", m.R_ro_m, 1, 3000, "outer radius of the rotor"),                                                      \
    REAL("R_ri_mm", m.R_ri_m, 0.5, 3000, "inner radius of the rotor iron; no flux passes (non-magnetic shaft)")
#define ROTOR_MAGNET                                                                                                                       \
    {"magnet_segments_axial",                                                                                                              \
     SCHEMA_INT,                                                                                                                           \
     AT(m.n_magnet_segment_axial),                                                                                                         \
     SCHEMA_OPTIONAL,                                                                                                                      \
     1,                                                                                                                                    \
     1000,                                                                                                                                 \
     1,                                                                                                                                    \
     NULL,                                                                                                                                 \
     "magnet pieces along the stack, for eddy loss (default 1: one piece)"},                                                               \
        NODE("gbd_faces", gbd_faces, SCHEMA_OPTIONAL,                                                                                      \
             "diffused faces of each magnet: list of gap, back, inner, outer; needed for diffused grades only")

static const struct schema_row V_ROWS[] = {
    ROTOR_COMMON,
    ROTOR_MAGNET,
    REAL("r_apex_mm", m.v.r_apex_m, 0, 3000, "radius where the outer magnet faces of both legs meet on the d axis"),
    REAL("beta_deg", m.v.beta_rad, 0, 45, "rise of each leg from the tangential direction; 0 = flat bar"),
    REAL("s0_mm", m.v.s0_m, 0, 500, "start of the magnet along the leg, from the apex"),
    REAL("magnet_width_mm", m.v.w_m_m, 0, 500, "magnet width along the leg, per leg"),
    REAL("magnet_thickness_mm", m.v.t_m_m, 0, 100, "magnet thickness along its magnetisation"),
    CHOICE("centre", centre, CENTRES,
           "post: iron post with air to the magnets; triangle: air triangle, s0 = 0; none: magnets meet, beta = 0"),
    {"post_mm", SCHEMA_REAL, AT(m.v.post_m), SCHEMA_OPTIONAL, 0, 200, 0, NULL,
     "full width of the iron centre post; needed for centre: post (default 0: none)"},
    NODE("pocket_top_mm", pocket_top, SCHEMA_REQUIRED,
         "[[ds, n], [ds, n]]: T1, T2 of the outer pocket from the magnet's outer upper corner"),
    NODE("pocket_bottom_mm", pocket_bottom, SCHEMA_REQUIRED, "[[0, n], [ds, n], [ds, n]]: B0 on the magnet's end face, B1, B2"),
};
static const struct schema_row SALIENT_ROWS[] = {
    ROTOR_COMMON,
    REAL("shoe_half_deg", m.salient.shoe_half_rad, 0, 90, "half arc of the pole shoe"),
    REAL("shoe_tip_mm", m.salient.shoe_tip_m, 0, 200, "height of the shoe's side, straight down"),
    REAL("shoe_root_mm", m.salient.shoe_root_m, 0, 500, "depth of the shoe at the pole body, from the rotor radius"),
    REAL("body_width_mm", m.salient.body_w_m, 0, 1000, "full width of the pole body"),
    REAL("R_yoke_mm", m.salient.R_yoke_m, 0, 3000, "outer radius of the rotor yoke"),
    REAL("coil_width_mm", m.salient.coil_w_m, 0, 500, "width of the field coil"),
    REAL("coil_gap_mm", m.salient.coil_gap_m, 0, 50, "clearance between pole body and coil"),
    REAL("coil_height_mm", m.salient.coil_h_m, 0, 1000, "height of the field coil"),
    REAL("coil_top_gap_mm", m.salient.coil_top_gap_m, 0, 50, "clearance between the shoe's root and the coil"),
    COUNT("field_turns_per_pole", m.salient.n_field_turns, 1, 100000, "field turns per pole, all poles in series"),
    REAL("field_fill_pu", m.salient.field_fill_pu, 0.05, 0.95, "net copper / field coil area"),
};
static const struct schema_row SURFACE_ROWS[] = {
    ROTOR_COMMON,
    ROTOR_MAGNET,
    REAL("R_mi_mm", m.surface.R_mi_m, 0, 3000, "inner radius of the magnets"),
    REAL("arc_deg", m.surface.arc_rad, 0, 180, "magnet arc per pole, mechanical"),
};
static const struct schema_row MATERIAL_ROWS[] = {
    NAME("stator_steel", name.stator_steel, SCHEMA_REQUIRED, "electrical steel of the stator"),
    NAME("rotor_steel", name.rotor_steel, SCHEMA_REQUIRED, "electrical steel of the rotor"),
    NAME("magnet", name.magnet, SCHEMA_OPTIONAL, "magnet grade; needed for v and surface rotors"),
    NAME("conductor", name.conductor, SCHEMA_REQUIRED, "stator winding metal"),
    NAME("field_conductor", name.field_conductor, SCHEMA_OPTIONAL, "field winding metal; needed for salient rotors"),
    NAME("insulation", name.insulation, SCHEMA_REQUIRED, "insulation system of the stator winding"),
    NAME("shaft", name.shaft, SCHEMA_REQUIRED, "shaft material"),
    NAME("housing", name.housing, SCHEMA_REQUIRED, "housing material"),
};

static const struct machine_section SECTIONS[] = {
    {"machine", "one given machine", MACHINE_ROWS, ARRAY_LEN(MACHINE_ROWS)},
    {"machine.stator", "stator lamination", STATOR_ROWS, ARRAY_LEN(STATOR_ROWS)},
    {"machine.winding", "stator winding", WINDING_ROWS, ARRAY_LEN(WINDING_ROWS)},
    {"machine.rotor (type: v)", "buried magnets in a V or flat", V_ROWS, ARRAY_LEN(V_ROWS)},
    {"machine.rotor (type: salient)", "wound salient poles", SALIENT_ROWS, ARRAY_LEN(SALIENT_ROWS)},
    {"machine.rotor (type: surface)", "surface magnets", SURFACE_ROWS, ARRAY_LEN(SURFACE_ROWS)},
    {"machine.materials", "materials by name", MATERIAL_ROWS, ARRAY_LEN(MATERIAL_ROWS)},
    {"machine.winding.bars", "hairpin bars", BAR_ROWS, ARRAY_LEN(BAR_ROWS)},
};
enum { SECTION_V = 3, SECTION_MATERIALS = 6 };

const struct machine_section *machine_yaml_get_sections(int *n)
{
    *n = ARRAY_LEN(SECTIONS);
    return SECTIONS;
}

static enum status read_points(const struct yaml_node *list, int n_point, double (*out)[2], struct err *e)
{
    if (list->kind != YAML_LIST || list->n_item != n_point)
        return yaml_fail(list, e, "expected a list of %d points [ds, n] in mm", n_point);
    for (int k = 0; k < n_point; k++) {
        int n = 0;
        TRY(yaml_read_real_list(list->item[k], 1e-3, out[k], 2, &n, e));
        if (n != 2)
            return yaml_fail(list->item[k], e, "expected a point [ds, n] in mm, got %d numbers", n);
    }
    return ST_OK;
}

static enum status read_faces(const struct yaml_node *list, int face[4], struct err *e)
{
    if (!list)
        return ST_OK;
    if (list->kind != YAML_LIST)
        return yaml_fail(list, e, "expected a list of faces: gap, back, inner, outer");
    for (int k = 0; k < list->n_item; k++) {
        const char *text = NULL;
        int found = -1;
        TRY(yaml_read_text_scalar(list->item[k], &text, e));
        for (int f = 0; f < ARRAY_LEN(FACES); f++)
            if (strcmp(text, FACES[f]) == 0)
                found = f;
        if (found < 0)
            return yaml_fail(list->item[k], e, "'%s' is no face of a magnet: gap, back, inner or outer", text);
        face[found] = 1;
    }
    return ST_OK;
}

static enum status read_rotor(struct machine_doc *d, struct err *e)
{
    const struct yaml_node *type = yaml_get_key(d->rotor, "type");
    const char *text = NULL;
    int kind = -1;
    if (!type)
        return yaml_fail(d->rotor, e, "missing key 'type': v, salient or surface");
    TRY(yaml_read_text_scalar(type, &text, e));
    for (int k = 0; ROTOR_TYPES[k]; k++)
        if (strcmp(text, ROTOR_TYPES[k]) == 0)
            kind = k;
    if (kind < 0)
        return yaml_fail(type, e, "'%s' is no rotor type: v, salient or surface", text);
    TRY(yaml_read_table(d->rotor, SECTIONS[SECTION_V + kind].rows, SECTIONS[SECTION_V + kind].n_row, d, e));
    d->m.rotor_type = (enum rotor_type)kind;
    if (kind == ROTOR_SALIENT)
        return ST_OK;
    TRY(read_faces(d->gbd_faces, d->m.gbd_face, e));
    if (kind == ROTOR_SURFACE)
        return ST_OK;
    d->m.v.centre = (enum rotor_centre)d->centre;
    TRY(read_points(d->pocket_top, 2, d->m.v.pocket_top_m, e));
    TRY(read_points(d->pocket_bottom, 3, d->m.v.pocket_bottom_m, e));
    if (d->m.v.pocket_bottom_m[0][0] != 0)
        return yaml_fail(d->pocket_bottom->item[0], e, "B0 lies on the magnet's end face: its ds must be 0");
    return ST_OK;
}

static enum status read_materials(struct machine_doc *d, const struct matlib *lib, struct err *e)
{
    const struct yaml_node *map = d->materials;
    struct machine *m = &d->m;
    TRY(yaml_read_table(map, MATERIAL_ROWS, ARRAY_LEN(MATERIAL_ROWS), d, e));
    TRY(matlib_get_steel(lib, d->name.stator_steel, yaml_get_key(map, "stator_steel"), &m->stator_steel, e));
    TRY(matlib_get_steel(lib, d->name.rotor_steel, yaml_get_key(map, "rotor_steel"), &m->rotor_steel, e));
    TRY(matlib_get_conductor(lib, d->name.conductor, yaml_get_key(map, "conductor"), &m->stator_conductor, e));
    TRY(matlib_get_insulation(lib, d->name.insulation, yaml_get_key(map, "insulation"), &m->insulation, e));
    TRY(matlib_get_structural(lib, d->name.shaft, yaml_get_key(map, "shaft"), &m->shaft, e));
    TRY(matlib_get_structural(lib, d->name.housing, yaml_get_key(map, "housing"), &m->housing, e));
    const struct yaml_node *magnet = yaml_get_key(map, "magnet"), *field = yaml_get_key(map, "field_conductor");
    if (m->rotor_type == ROTOR_SALIENT) {
        if (magnet)
            return yaml_fail(magnet, e, "a salient rotor has no magnet");
        if (!field)
            return yaml_fail(map, e, "missing key 'field_conductor': the salient rotor has a field winding");
        return matlib_get_conductor(lib, d->name.field_conductor, field, &m->field_conductor, e);
    }
    if (!magnet)
        return yaml_fail(map, e, "missing key 'magnet': the rotor has magnets");
    TRY(matlib_get_magnet(lib, d->name.magnet, magnet, &m->magnet, e));
    if (m->magnet->is_diffused && !d->gbd_faces)
        return yaml_fail(d->rotor, e, "missing key 'gbd_faces': '%s' is a grain-boundary-diffused grade", d->name.magnet);
    return ST_OK;
}

/* Bars decide the fill; without them fill and strand must be given. */
static enum status read_winding(struct machine_doc *d, struct err *e)
{
    static const char *const NEEDED[2] = {"copper_fill_pu", "strand_diameter_mm"};
    TRY(yaml_read_table(d->winding, WINDING_ROWS, ARRAY_LEN(WINDING_ROWS), d, e));
    for (int k = 0; k < 2; k++) {
        const struct yaml_node *given = yaml_get_key(d->winding, NEEDED[k]);
        if (!given && !d->bars)
            return yaml_fail(d->winding, e, "missing key '%s'", NEEDED[k]);
        if (given && d->bars)
            return yaml_fail(given, e, "'%s' follows from the bars; give one or the other", NEEDED[k]);
    }
    if (!d->bars)
        return ST_OK;
    TRY(yaml_read_table(d->bars, BAR_ROWS, ARRAY_LEN(BAR_ROWS), d, e));
    d->m.winding.is_hairpin = 1;
    d->m.winding.strand_diameter_m = d->m.winding.bar_height_m;
    machine_set_bar_fill(&d->m);
    return ST_OK;
}

enum status machine_yaml_read(const struct yaml_node *map, const struct matlib *lib, struct machine *out, struct err *e)
{
    struct machine_doc d;
    memset(&d, 0, sizeof d);
    d.m.n_magnet_segment_axial = 1;
    TRY(yaml_read_table(map, MACHINE_ROWS, ARRAY_LEN(MACHINE_ROWS), &d, e));
    if ((d.m.n_skew_slice > 1) != (d.m.skew_rad > 0.0))
        return yaml_fail(map, e, "%d skew_slices over skew_total_deg %.3f: a skew needs at least two slices and an angle", d.m.n_skew_slice,
                         d.m.skew_rad * 180.0 / PI);
    TRY(yaml_read_table(d.stator, STATOR_ROWS, ARRAY_LEN(STATOR_ROWS), &d, e));
    d.m.stator.bottom = (enum slot_bottom)d.bottom;
    TRY(read_winding(&d, e));
    TRY(read_rotor(&d, e));
    TRY(read_materials(&d, lib, e));
    *out = d.m;
    return ST_OK;
}
