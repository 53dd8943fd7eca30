/* machine_rows.c - the keys of a machine: what each is called, its unit, range and meaning. */
#include "models/machine/machine_yaml_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include <stddef.h>
#include "materials/base/banned.h"

static const char *const ROTOR_TYPES[] = {"v", "salient", "surface", "spoke", "bread_loaf", "double_v", "delta", "contour", NULL};
static const char *const BOTTOMS[] = {"flat", "round", NULL};
static const char *const CENTRES[] = {"post", "triangle", "none", NULL};

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
#define ROTOR_COMMON                                                                                                      \
    CHOICE("type", rotor_type, ROTOR_TYPES,                                                                               \
           "which template: v, salient, surface, spoke, bread_loaf, double_v, delta; or contour"),                       \
    REAL("R_ro_mm", m.R_ro_m, 1, 3000, "outer radius of the rotor on the d axis"),                                        \
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
    {"magnet_segments_width",                                                                                                              \
     SCHEMA_INT,                                                                                                                           \
     AT(m.n_magnet_segment_width),                                                                                                         \
     SCHEMA_OPTIONAL,                                                                                                                      \
     1,                                                                                                                                    \
     100,                                                                                                                                  \
     1,                                                                                                                                    \
     NULL,                                                                                                                                 \
     "insulated pieces of a magnet side by side across its width, for eddy loss (default 1: one piece)"},                                  \
        NODE("gbd_faces", gbd_faces, SCHEMA_OPTIONAL,                                                                                      \
             "diffused faces of each magnet: list of gap, back, inner, outer (spoke: gap means both flanks); for diffused grades only"), \
        {"gbd_dose_pu", SCHEMA_REAL, AT(gbd_dose_pu), SCHEMA_OPTIONAL, 0.01, 1, 1, NULL,                                                   \
         "Dy or Tb diffused into each of these faces, over the grade's published amount per area (default 1: as published)"}

/* One layer of buried magnets: what a single V and the layers of a double V share. */
#define LAYER                                                                                                                \
    REAL("r_apex_mm", m.v.r_apex_m, 0, 3000, "radius where the outer magnet faces of both legs meet on the d axis"),          \
    REAL("beta_deg", m.v.beta_rad, 0, 45, "rise of each leg from the tangential direction; 0 = flat bar"),                    \
    REAL("s0_mm", m.v.s0_m, 0, 500, "start of the magnet along the leg, from the apex"),                                     \
    REAL("magnet_width_mm", m.v.w_m_m, 0, 500, "magnet width along the leg, per leg (half of a bar)"),                        \
    REAL("magnet_thickness_mm", m.v.t_m_m, 0, 100, "magnet thickness along its magnetisation"),                               \
    {"post_mm", SCHEMA_REAL, AT(m.v.post_m), SCHEMA_OPTIONAL, 0, 200, 0, NULL,                                                \
     "full width of the iron centre post; needed for a centre post (default 0: none)"},                                      \
    NODE("pocket_top_mm", pocket_top, SCHEMA_REQUIRED,                                                                        \
         "[[ds, n], [ds, n]]: T1, T2 of the outer pocket from the magnet's outer upper corner"),                              \
    NODE("pocket_bottom_mm", pocket_bottom, SCHEMA_REQUIRED, "[[0, n], [ds, n], [ds, n]]: B0 on the magnet's end face, B1, B2")
#define POLE_OFFSET                                                                                                          \
    {"pole_offset_mm", SCHEMA_REAL, AT(m.pole_offset_m), SCHEMA_OPTIONAL, 0, 1000, 0, NULL,                                   \
     "pole shaping: each pole's surface is an arc about a point on its d axis this far off the rotor axis (default 0: round)"}

static const struct schema_row V_ROWS[] = {
    ROTOR_COMMON,
    ROTOR_MAGNET,
    POLE_OFFSET,
    LAYER,
    CHOICE("centre", centre, CENTRES,
           "post: iron post with air to the magnets; triangle: air triangle, s0 = 0; none: magnets meet, beta = 0"),
};
static const struct schema_row LAYER_ROWS[] = {LAYER};
static const struct schema_row DOUBLE_V_ROWS[] = {
    ROTOR_COMMON,
    ROTOR_MAGNET,
    POLE_OFFSET,
    NODE("shaft_layer", shaft_layer, SCHEMA_REQUIRED, "the V at the shaft, with a centre post"),
    NODE("gap_layer", gap_layer, SCHEMA_REQUIRED,
         "the layer at the gap: a V with a centre post (double_v), a bar with beta_deg 0, s0 0 (delta)"),
};
static const struct schema_row SPOKE_ROWS[] = {
    ROTOR_COMMON,
    ROTOR_MAGNET,
    POLE_OFFSET,
    REAL("R_hub_mm", m.spoke.R_hub_m, 0, 3000, "inner radius of the pole iron; below it nothing is magnetic"),
    REAL("magnet_thickness_mm", m.spoke.t_m_m, 0, 200, "thickness of a whole magnet, across the sector edge"),
    REAL("magnet_inner_mm", m.spoke.rm_in_m, 0, 3000, "inner end of the magnet along the sector edge, from the axis"),
    REAL("magnet_outer_mm", m.spoke.rm_out_m, 0, 3000, "outer end of the magnet along the sector edge, from the axis"),
    REAL("lip_half_mm", m.spoke.lip_half_m, 0, 100, "half width of the air slot between the iron lips over the magnet"),
};
static const struct schema_row LOAF_ROWS[] = {
    ROTOR_COMMON,
    ROTOR_MAGNET,
    REAL("seat_mm", m.loaf.seat_m, 0, 3000, "distance of the magnet's flat seat from the axis"),
    REAL("magnet_width_mm", m.loaf.width_m, 0, 1000, "magnet width across the d axis"),
    REAL("R_top_mm", m.loaf.R_top_m, 0, 3000, "radius of the magnet's top, which touches R_ro on the d axis"),
};
static const char *const BACKGROUNDS[] = {"iron", "air", NULL};
static const struct schema_row CONTOUR_ROWS[] = {
    ROTOR_COMMON,
    ROTOR_MAGNET,
    NAME("file", contour_file, SCHEMA_REQUIRED,
         "contours of one pole: .csv or .dxf, beside this file (format: models/machine/contour.h)"),
    REAL("d_axis_deg", contour_d_axis_rad, -360, 360, "direction of the d axis in the file's frame, whose origin is the shaft's axis"),
    CHOICE("background", contour_background, BACKGROUNDS, "what no contour covers between R_ri and R_ro: iron or air"),
    {"join_mm", SCHEMA_REAL, AT(contour_join_m), SCHEMA_OPTIONAL, 1e-6, 0.1, 0.001, NULL,
     "ends nearer to each other than this are the same point (default 0.001)"},
    {"field_turns_per_pole", SCHEMA_INT, AT(m.field.n_turns), SCHEMA_OPTIONAL, 1, 100000, 0, NULL,
     "field turns per pole, all poles in series; needed with contours of kind field_coil"},
    {"field_fill_pu", SCHEMA_REAL, AT(m.field.fill_pu), SCHEMA_OPTIONAL, 0.05, 0.95, 0, NULL,
     "net copper / area of the contours of kind field_coil; needed with them"},
    NODE("layers", contour_layers, SCHEMA_OPTIONAL,
         "DXF only: list of {layer, kind, magnetisation_deg}; kind: iron, magnet, air, field_coil, shaft, ignore"),
};
static const struct schema_row SALIENT_ROWS[] = {
    ROTOR_COMMON,
    POLE_OFFSET,
    REAL("shoe_half_deg", m.salient.shoe_half_rad, 0, 90, "half arc of the pole shoe"),
    REAL("shoe_tip_mm", m.salient.shoe_tip_m, 0, 200, "height of the shoe's side, parallel to the d axis"),
    REAL("shoe_root_mm", m.salient.shoe_root_m, 0, 500, "depth of the shoe at the pole body, from the rotor radius"),
    REAL("body_width_mm", m.salient.body_w_m, 0, 1000, "full width of the pole body"),
    REAL("R_yoke_mm", m.salient.R_yoke_m, 0, 3000, "outer radius of the rotor yoke"),
    REAL("coil_width_mm", m.salient.coil_w_m, 0, 500, "width of the field coil"),
    REAL("coil_gap_mm", m.salient.coil_gap_m, 0, 50, "clearance between pole body and coil"),
    REAL("coil_height_mm", m.salient.coil_h_m, 0, 1000, "height of the field coil"),
    REAL("coil_top_gap_mm", m.salient.coil_top_gap_m, 0, 50, "clearance between the shoe's root and the coil"),
    COUNT("field_turns_per_pole", m.field.n_turns, 1, 100000, "field turns per pole, all poles in series"),
    REAL("field_fill_pu", m.field.fill_pu, 0.05, 0.95, "net copper / field coil area"),
};
static const struct schema_row SURFACE_ROWS[] = {
    ROTOR_COMMON,
    ROTOR_MAGNET,
    REAL("R_mi_mm", m.surface.R_mi_m, 0, 3000, "inner radius of the magnets"),
    REAL("arc_deg", m.surface.arc_rad, 0, 180, "magnet arc per pole, mechanical"),
    {"sleeve_mm", SCHEMA_REAL, AT(m.surface.sleeve_m), SCHEMA_OPTIONAL, 0, 50, 0, NULL,
     "thickness of a non-magnetic sleeve around the magnets, in the air gap (default 0: none)"},
    {"sleeve_interference_mm", SCHEMA_REAL, AT(m.surface.sleeve_interference_m), SCHEMA_OPTIONAL, 0, 5, (double)NAN, NULL,
     "radial interference with which the sleeve is shrunk on; needed with a sleeve"},
};
static const struct schema_row MATERIAL_ROWS[] = {
    NAME("stator_steel", name.stator_steel, SCHEMA_REQUIRED, "electrical steel of the stator"),
    NAME("rotor_steel", name.rotor_steel, SCHEMA_REQUIRED, "electrical steel of the rotor"),
    NAME("magnet", name.magnet, SCHEMA_OPTIONAL, "magnet grade; needed for every rotor without a field winding"),
    NAME("conductor", name.conductor, SCHEMA_REQUIRED, "stator winding metal"),
    NAME("field_conductor", name.field_conductor, SCHEMA_OPTIONAL, "field winding metal; needed for rotors with a field winding"),
    NAME("insulation", name.insulation, SCHEMA_REQUIRED, "insulation system of the stator winding"),
    NAME("shaft", name.shaft, SCHEMA_REQUIRED, "shaft material"),
    NAME("housing", name.housing, SCHEMA_REQUIRED, "housing material"),
    NAME("sleeve", name.sleeve, SCHEMA_OPTIONAL, "material of the sleeve around surface magnets; needed with sleeve_mm"),
};

#define SECTION(path_, doc_, rows_) {path_, doc_, rows_, ARRAY_LEN(rows_)}
static const struct machine_section SECTIONS[SECTION_COUNT] = {
    [SECTION_MACHINE] = SECTION("machine", "one given machine", MACHINE_ROWS),
    [SECTION_STATOR] = SECTION("machine.stator", "stator lamination", STATOR_ROWS),
    [SECTION_WINDING] = SECTION("machine.winding", "stator winding", WINDING_ROWS),
    [SECTION_ROTOR + ROTOR_V] = SECTION("machine.rotor (type: v)", "buried magnets in a V or flat", V_ROWS),
    [SECTION_ROTOR + ROTOR_SALIENT] = SECTION("machine.rotor (type: salient)", "wound salient poles", SALIENT_ROWS),
    [SECTION_ROTOR + ROTOR_SURFACE] = SECTION("machine.rotor (type: surface)", "surface magnets", SURFACE_ROWS),
    [SECTION_ROTOR + ROTOR_SPOKE] = SECTION("machine.rotor (type: spoke)", "magnets on the sector edges", SPOKE_ROWS),
    [SECTION_ROTOR + ROTOR_BREAD_LOAF] = SECTION("machine.rotor (type: bread_loaf)", "surface magnets on flat seats", LOAF_ROWS),
    [SECTION_ROTOR + ROTOR_DOUBLE_V] = SECTION("machine.rotor (type: double_v)", "two V of buried magnets", DOUBLE_V_ROWS),
    [SECTION_ROTOR + ROTOR_DELTA] = SECTION("machine.rotor (type: delta)", "buried V with a bar over it", DOUBLE_V_ROWS),
    [SECTION_ROTOR + ROTOR_CONTOUR] =
        SECTION("machine.rotor (type: contour)", "buried magnets or field coils as drawn, mirrored pole", CONTOUR_ROWS),
    [SECTION_LAYER] = SECTION("machine.rotor.shaft_layer and gap_layer", "one layer of a double V or delta", LAYER_ROWS),
    [SECTION_MATERIALS] = SECTION("machine.materials", "materials by name", MATERIAL_ROWS),
    [SECTION_BARS] = SECTION("machine.winding.bars", "hairpin bars", BAR_ROWS),
};

const struct machine_section *machine_yaml_get_sections(int *n)
{
    *n = SECTION_COUNT;
    return SECTIONS;
}

enum status machine_yaml_read_section(const struct yaml_node *map, int section, struct machine_doc *d, struct err *e)
{
    return yaml_read_table(map, SECTIONS[section].rows, SECTIONS[section].n_row, d, e);
}
