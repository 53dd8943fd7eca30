/* study.c - study YAML to struct study, by tables. */
#include "solver/study_impl.h"
#include "solver/file_kind.h"
#include "solver/study_sections.h"
#include "materials/base/hash.h"
#include "materials/base/units.h"
#include "models/machine/bars.h"
#include "models/machine/sector.h"
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

struct study_nodes {
    char name[SCHEMA_TEXT_SIZE];
    const struct yaml_node *requirement, *duty, *demagnetisation, *machine, *cooling, *materials, *technologies, *economics, *search;
};
static const struct schema_row STUDY_ROWS[] = {
    ROW(study_nodes, "name", SCHEMA_TEXT, name, SCHEMA_REQUIRED, 0, 0, 0, "Name of the study, for titles"),
    NODE(study_nodes, requirement, SCHEMA_REQUIRED, "What the motor must do and the limits it must keep"),
    NODE(study_nodes, duty, SCHEMA_REQUIRED, "Continuous point, timed peak, drive cycle"),
    NODE(study_nodes, demagnetisation, SCHEMA_REQUIRED, "Events and the loss that counts"),
    NODE(study_nodes, machine, SCHEMA_REQUIRED, "What all technologies share: slots, poles, winding, smallest webs"),
    NODE(study_nodes, cooling, SCHEMA_REQUIRED, "Cooling and the coefficients of built motors"),
    NODE(study_nodes, materials, SCHEMA_REQUIRED, "Materials by name from materials/data"),
    NODE(study_nodes, technologies, SCHEMA_REQUIRED, "Rotor technologies to compare, each with its magnet grades"),
    NODE(study_nodes, economics, SCHEMA_REQUIRED, "Volume, margin, destination, scenario, sourcing"),
    NODE(study_nodes, search, SCHEMA_REQUIRED, "Objectives, limits, weights and effort of the search"),
};

struct frame {
    int pole_pairs, slots, coil_span, layers, paths, n_conductor_min, n_conductor_max, n_segment, n_segment_width, n_field_turns;
    double opening_m, tip_m, taper_m, fill_pu, strand_m, end_turn_factor, stacking_pu, bridge_m, post_m, shaft_m, magnet_min_m,
        field_fill_pu;
    double shaft_kg, housing_kg, magnet_T_K, bar_insulation_m, liner_m, skew_rad;
    int n_skew_slice;
    const struct yaml_node *bars;
};
static const struct schema_row BAR_ROWS[] = {
    ROW(frame, "insulation_mm", SCHEMA_REAL, bar_insulation_m, SCHEMA_REQUIRED, 0, 5, 0, "Insulation of a bar, on each side"),
    ROW(frame, "liner_mm", SCHEMA_REAL, liner_m, SCHEMA_REQUIRED, 0.01, 5, 0,
        "Slot liner, on each side of the slot and at its bottom and top"),
};
static const struct schema_row FRAME_ROWS[] = {
    ROW(frame, "pole_pairs", SCHEMA_INT, pole_pairs, SCHEMA_REQUIRED, 1, 50, 0, "Pole pairs"),
    ROW(frame, "slots", SCHEMA_INT, slots, SCHEMA_REQUIRED, 3, 600, 0, "Stator slots"),
    ROW(frame, "slot_opening_mm", SCHEMA_REAL, opening_m, SCHEMA_REQUIRED, 0.1, 50, 0, "Width of the slot opening"),
    ROW(frame, "tooth_tip_mm", SCHEMA_REAL, tip_m, SCHEMA_REQUIRED, 0.1, 20, 0, "Height of the slot opening"),
    ROW(frame, "slot_taper_mm", SCHEMA_REAL, taper_m, SCHEMA_REQUIRED, 0.1, 20, 0, "Height of the taper from opening to slot"),
    ROW(frame, "coil_span_slots", SCHEMA_INT, coil_span, SCHEMA_REQUIRED, 1, 200, 0, "Coil span in slots (full pitch = slots / poles)"),
    ROW(frame, "winding_layers", SCHEMA_INT, layers, SCHEMA_REQUIRED, 1, 2, 0, "Winding layers"),
    ROW(frame, "parallel_paths", SCHEMA_INT, paths, SCHEMA_REQUIRED, 1, 50, 0, "Parallel paths of a phase"),
    ROW(frame, "conductors_per_slot_min", SCHEMA_INT, n_conductor_min, SCHEMA_REQUIRED, 1, 1000, 0, "Fewest conductors in series per slot"),
    ROW(frame, "conductors_per_slot_max", SCHEMA_INT, n_conductor_max, SCHEMA_REQUIRED, 1, 1000, 0, "Most conductors in series per slot"),
    ROW(frame, "copper_fill_pu", SCHEMA_REAL, fill_pu, SCHEMA_OPTIONAL, 0.05, 0.9, (double)NAN,
        "Net copper over slot area; needed unless hairpin_bars are given"),
    ROW(frame, "strand_diameter_mm", SCHEMA_REAL, strand_m, SCHEMA_OPTIONAL, 0.05, 10, (double)NAN,
        "Bare diameter of one strand; needed unless hairpin_bars are given"),
    {"hairpin_bars", SCHEMA_NODE, offsetof(struct frame, bars), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "Hairpins: {insulation_mm, liner_mm}. Slots have parallel sides; bars, one per conductor in a column, fill what liner and insulation "
     "leave"},
    ROW(frame, "end_turn_factor", SCHEMA_REAL, end_turn_factor, SCHEMA_REQUIRED, 0.5, 3, 0,
        "End-turn length over the half circle on the coil chord"),
    ROW(frame, "stacking_factor_pu", SCHEMA_REAL, stacking_pu, SCHEMA_REQUIRED, 0.5, 1, 0, "Steel share of the stack length"),
    ROW(frame, "bridge_min_mm", SCHEMA_REAL, bridge_m, SCHEMA_REQUIRED, 0.1, 50, 0, "Thinnest iron bridge that may be punched"),
    ROW(frame, "post_min_mm", SCHEMA_REAL, post_m, SCHEMA_REQUIRED, 0.1, 50, 0, "Thinnest iron centre post"),
    ROW(frame, "shaft_diameter_mm", SCHEMA_REAL, shaft_m, SCHEMA_REQUIRED, 1, 2000, 0, "Shaft diameter = rotor inner diameter"),
    ROW(frame, "magnet_min_thickness_mm", SCHEMA_REAL, magnet_min_m, SCHEMA_REQUIRED, 0.2, 50, 0, "Thinnest magnet that may be ground"),
    ROW(frame, "magnet_segments_axial", SCHEMA_INT, n_segment, SCHEMA_REQUIRED, 1, 200, 0, "Magnet pieces along the stack, for eddy loss"),
    {"magnet_segments_width", SCHEMA_INT, offsetof(struct frame, n_segment_width), SCHEMA_OPTIONAL, 1, 100, 1, NULL,
     "Insulated pieces of a magnet side by side across its width, for eddy loss (default 1: one piece)"},
    ROW(frame, "skew_slices", SCHEMA_INT, n_skew_slice, SCHEMA_OPTIONAL, 1, 16, 1,
        "Stepped skew: rotor slices of equal length (default 1: not skewed)"),
    ROW(frame, "skew_total_deg", SCHEMA_REAL, skew_rad, SCHEMA_OPTIONAL, 0, 180, 0,
        "Mechanical angle over the stack: neighbouring slices differ by its skew_slices-th part (default 0: not skewed)"),
    ROW(frame, "field_turns_per_pole", SCHEMA_INT, n_field_turns, SCHEMA_REQUIRED, 1, 5000, 0, "Field winding turns per pole"),
    ROW(frame, "field_fill_pu", SCHEMA_REAL, field_fill_pu, SCHEMA_REQUIRED, 0.05, 0.9, 0, "Net copper over field-coil area"),
    ROW(frame, "map_magnet_degC", SCHEMA_REAL, magnet_T_K, SCHEMA_REQUIRED, -60, 300, 0,
        "Magnet temperature at which the flux maps are solved"),
    ROW(frame, "shaft_mass_kg", SCHEMA_REAL, shaft_kg, SCHEMA_REQUIRED, 0, 1000, 0, "Finished mass of the shaft, same for all designs"),
    ROW(frame, "housing_mass_kg", SCHEMA_REAL, housing_kg, SCHEMA_REQUIRED, 0, 1000, 0,
        "Finished mass of the housing, same for all designs"),
};

struct material_names {
    char stator_steel[SCHEMA_TEXT_SIZE], rotor_steel[SCHEMA_TEXT_SIZE], conductor[SCHEMA_TEXT_SIZE], field_conductor[SCHEMA_TEXT_SIZE],
        insulation[SCHEMA_TEXT_SIZE], shaft[SCHEMA_TEXT_SIZE], housing[SCHEMA_TEXT_SIZE];
};
#define NAME(key, doc) ROW(material_names, #key, SCHEMA_TEXT, key, SCHEMA_REQUIRED, 0, 0, 0, doc)
static const struct schema_row MATERIAL_ROWS[] = {
    NAME(stator_steel, "Steel of the stator core"),       NAME(rotor_steel, "Steel of the rotor core"),
    NAME(conductor, "Stator winding metal"),              NAME(field_conductor, "Field winding metal"),
    NAME(insulation, "Insulation system of the windings"), NAME(shaft, "Shaft metal"),
    NAME(housing, "Housing metal"),
};

/* Winding of the frame: whatever cannot be wound is refused here, at its key. */
static enum status check_winding(const struct yaml_node *map, const struct frame *f, const struct winding *w, struct err *e)
{
    static const char *const RULE[][2] = {{"winding_slots", "slots"},
                                          {"winding_span", "coil_span_slots"},
                                          {"winding_paths", "parallel_paths"},
                                          {"winding_turns", "conductors_per_slot_min"},
                                          {"winding_fill", "copper_fill_pu"}};
    struct machine m = {.p = f->pole_pairs, .stator = {.n_slot = f->slots}, .winding = *w};
    struct err why = {0};
    if (w->n_layer == 2)
        m.winding.n_conductor_per_slot += m.winding.n_conductor_per_slot % 2;
    if (w->is_hairpin)
        m.winding.copper_fill_pu = 0.5; /* follows from each design's slot */
    if (m.winding.n_conductor_per_slot > f->n_conductor_max)
        return yaml_fail(map, e, "two layers need an even number of conductors per slot, there is none from %d to %d", f->n_conductor_min,
                         f->n_conductor_max);
    if (machine_check_winding(&m, &why) == ST_OK)
        return ST_OK;
    for (int k = 0; k < ARRAY_LEN(RULE); k++)
        if (strcmp(why.where, RULE[k][0]) == 0 && yaml_get_key(map, RULE[k][1]))
            return yaml_fail(yaml_get_key(map, RULE[k][1]), e, "%s", why.message);
    return yaml_fail(map, e, "%s", why.message);
}

/* Round strands by their fill, or bars by what keeps them apart. */
static enum status read_bars(const struct yaml_node *map, struct frame *f, struct winding *w, struct err *e)
{
    static const char *const NEEDED[2] = {"copper_fill_pu", "strand_diameter_mm"};
    for (int k = 0; k < 2; k++) {
        const struct yaml_node *given = yaml_get_key(map, NEEDED[k]);
        if (!given && !f->bars)
            return yaml_fail(map, e, "missing key '%s'", NEEDED[k]);
        if (given && f->bars)
            return yaml_fail(given, e, "'%s' follows from the bars; give one or the other", NEEDED[k]);
    }
    if (f->bars) {
        TRY(yaml_read_table(f->bars, BAR_ROWS, ARRAY_LEN(BAR_ROWS), f, e));
        if (f->n_conductor_max > MACHINE_MAX_BAR)
            return yaml_fail(yaml_get_key(map, "conductors_per_slot_max"), e, "%d bars in a slot; at most %d", f->n_conductor_max,
                             MACHINE_MAX_BAR);
        w->is_hairpin = 1;
        w->bar_insulation_m = f->bar_insulation_m;
        w->liner_m = f->liner_m;
        w->copper_fill_pu = w->strand_diameter_m = 0.0; /* of each design */
    }
    return check_winding(map, f, w, e);
}

static enum status read_frame(const struct yaml_node *map, struct study *s, struct err *e)
{
    struct frame f = {0};
    TRY(yaml_read_table(map, FRAME_ROWS, ARRAY_LEN(FRAME_ROWS), &f, e));
    if (f.n_conductor_max < f.n_conductor_min)
        return yaml_fail(map, e, "conductors_per_slot_max %d is below conductors_per_slot_min %d", f.n_conductor_max, f.n_conductor_min);
    if ((f.n_skew_slice > 1) != (f.skew_rad > 0.0) || f.skew_rad > PI / f.pole_pairs)
        return yaml_fail(map, e, "%d skew_slices over skew_total_deg %.3f: a skew needs at least two slices and an angle up to %.3f",
                         f.n_skew_slice, f.skew_rad * 180.0 / PI, 180.0 / f.pole_pairs);
    struct winding w = {.n_conductor_per_slot = f.n_conductor_min, .n_path = f.paths, .n_layer = f.layers, .coil_span_slots = f.coil_span,
                        .copper_fill_pu = f.fill_pu, .strand_diameter_m = f.strand_m, .end_turn_factor = f.end_turn_factor};
    TRY(read_bars(map, &f, &w, e));
    const struct requirement *r = &s->setup.requirement;
    s->envelope = (struct space_envelope){.R_out_m = 0.5 * r->stator_outer_diameter_m,
                                          .stack_max_m = r->stack_max_m,
                                          .airgap_m = r->airgap_m,
                                          .bridge_min_m = f.bridge_m,
                                          .post_min_m = f.post_m,
                                          .shaft_R_m = 0.5 * f.shaft_m,
                                          .n_skew_slice = f.n_skew_slice,
                                          .skew_rad = f.skew_rad,
                                          .n_slot = f.slots,
                                          .p = f.pole_pairs,
                                          .slot_opening_m = f.opening_m,
                                          .tooth_tip_m = f.tip_m,
                                          .taper_m = f.taper_m,
                                          .speed_max_rad_per_s = r->speed_max_rad_per_s,
                                          .magnet_min_thickness_m = f.magnet_min_m,
                                          .winding = w,
                                          .n_conductor_min = f.n_conductor_min,
                                          .n_conductor_max = f.n_conductor_max,
                                          .field_fill_pu = f.field_fill_pu,
                                          .n_field_turns = f.n_field_turns};
    s->frame.p = f.pole_pairs;
    s->frame.winding = w;
    s->frame.stacking_factor_pu = f.stacking_pu;
    s->frame.n_magnet_segment_axial = f.n_segment;
    s->frame.n_magnet_segment_width = f.n_segment_width;
    s->frame.bridge_min_m = f.bridge_m;
    s->setup.map_magnet_T_K = f.magnet_T_K;
    s->setup.shaft_kg = f.shaft_kg;
    s->setup.housing_kg = f.housing_kg;
    return ST_OK;
}

static enum status read_materials(const struct yaml_node *map, const struct matlib *lib, struct machine *m, struct err *e)
{
    struct material_names n = {0};
    TRY(yaml_read_table(map, MATERIAL_ROWS, ARRAY_LEN(MATERIAL_ROWS), &n, e));
    TRY(matlib_get_steel(lib, n.stator_steel, yaml_get_key(map, "stator_steel"), &m->stator_steel, e));
    TRY(matlib_get_steel(lib, n.rotor_steel, yaml_get_key(map, "rotor_steel"), &m->rotor_steel, e));
    TRY(matlib_get_conductor(lib, n.conductor, yaml_get_key(map, "conductor"), &m->stator_conductor, e));
    TRY(matlib_get_conductor(lib, n.field_conductor, yaml_get_key(map, "field_conductor"), &m->field_conductor, e));
    TRY(matlib_get_insulation(lib, n.insulation, yaml_get_key(map, "insulation"), &m->insulation, e));
    TRY(matlib_get_structural(lib, n.shaft, yaml_get_key(map, "shaft"), &m->shaft, e));
    return matlib_get_structural(lib, n.housing, yaml_get_key(map, "housing"), &m->housing, e);
}

int study_get_sections(struct study_section s[STUDY_MAX_SECTION])
{
    int k = 0, n;
    const struct schema_row *rows;
    s[k++] = (struct study_section){"", "A study: one requirement, several rotor technologies", STUDY_ROWS, ARRAY_LEN(STUDY_ROWS)};
    rows = requirement_get_schema(&n);
    s[k++] = (struct study_section){"requirement", "What the motor must do and the limits it must keep", rows, n};
    rows = duty_get_schema(&n);
    s[k++] = (struct study_section){"duty", "Duty", rows, n};
    rows = duty_point_get_schema(&n);
    s[k++] = (struct study_section){"duty.continuous", "A duty point; also duty.peak and the items of duty.cycle", rows, n};
    rows = demag_rule_get_schema(&n);
    s[k++] = (struct study_section){"demagnetisation", "Events and the loss that counts", rows, n};
    s[k++] = (struct study_section){"machine", "What all technologies share", FRAME_ROWS, ARRAY_LEN(FRAME_ROWS)};
    s[k++] = (struct study_section){"machine.hairpin_bars", "Clearances of hairpin bars", BAR_ROWS, ARRAY_LEN(BAR_ROWS)};
    rows = thermal_get_schema(&n);
    s[k++] = (struct study_section){"cooling", "Cooling and the coefficients of built motors", rows, n};
    s[k++] = (struct study_section){"materials", "Materials by name", MATERIAL_ROWS, ARRAY_LEN(MATERIAL_ROWS)};
    rows = study_get_technology_schema(&n);
    s[k++] = (struct study_section){"technologies.*",
                                    "One rotor technology: ndfeb_dy, ndfeb_hre_free, ndfeb_gbd, fe16n2, wound_field, ferrite, sm2co17",
                                    rows, n};
    rows = study_sections_get_economics_schema(&n);
    s[k++] = (struct study_section){"economics", "Volume, margin, destination, scenario, sourcing", rows, n};
    return k + study_get_search_sections(s + k);
}

static uint64_t hash_node(uint64_t h, const struct yaml_node *n)
{
    h = hash_add_text(h, n->key ? n->key : "");
    h = hash_add_text(h, n->text ? n->text : "");
    h = hash_add(h, &n->kind, sizeof n->kind);
    for (int k = 0; k < n->n_item; k++)
        h = hash_node(h, n->item[k]);
    return hash_add(h, &n->n_item, sizeof n->n_item);
}

enum status study_read(const char *path, int n_set, const char *const *set, const struct matlib *lib, const struct market *market,
                       struct study *out, struct err *e)
{
    struct study_nodes n = {0};
    TRY(yaml_read_file(path, &out->doc, e));
    for (int k = 0; k < n_set; k++)
        TRY(yaml_set_path(out->doc, set[k], e));
    const struct yaml_node *root = yaml_get_root(out->doc);
    TRY(file_kind_check(root, FILE_STUDY, e));
    TRY(yaml_read_table(root, STUDY_ROWS, ARRAY_LEN(STUDY_ROWS), &n, e));
    snprintf(out->name, sizeof out->name, "%s", n.name);
    snprintf(out->path, sizeof out->path, "%s", path);
    TRY(requirement_read(n.requirement, &out->setup.requirement, e));
    TRY(duty_read(n.duty, &out->setup.duty, e));
    TRY(demag_rule_read(n.demagnetisation, &out->setup.demag, e));
    TRY(read_frame(n.machine, out, e));
    TRY(read_materials(n.materials, lib, &out->frame, e));
    TRY(study_sections_read_cooling(n.cooling, lib, &out->setup, e));
    TRY(study_read_technologies(n.technologies, lib, out, e));
    for (int k = 0; k < out->n_technology; k++)
        for (int g = 0; g < out->technology[k].n_grade; g++)
            TRY(study_sections_check_temperatures(n.cooling, yaml_get_key(n.machine, "map_magnet_degC"), &out->setup, &out->frame,
                                                  out->technology[k].grade[g], e));
    TRY(study_read_search(n.search, lib, &out->search, e));
    TRY(study_sections_read_economics(n.economics, market, &out->setup, &out->economics, e));
    out->hash = hash_add(hash_node(HASH_START, root), &market->hash, sizeof market->hash);
    out->hash =
        hash_add(out->hash, out->setup.duty.cycle, sizeof out->setup.duty.cycle[0] * (size_t)out->setup.duty.n_cycle); /* of a file */
    return ST_OK;
}

void study_done(struct study *s)
{
    economics_done(&s->economics);
    yaml_free(s->doc);
    s->doc = NULL;
}
