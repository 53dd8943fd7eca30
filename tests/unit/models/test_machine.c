/* Derived dimensions against closed forms, the rules of machine_check one by one, and machines read from YAML. */
#include "models/machine/machine_yaml.h"
#include "materials/base/units.h"
#include "tests/support/close.h"
#include <stdio.h>
#include <string.h>

static struct matlib *lib;

static int load_materials(void **state)
{
    (void)state;
    struct err e = {0};
    if (matlib_new("materials/data", &lib, &e) == ST_OK)
        return 0;
    print_error("%s:%d: %s: %s\n", e.file, e.line, e.where, e.message);
    return 1;
}

static int drop_materials(void **state)
{
    (void)state;
    matlib_free(lib);
    return 0;
}

static struct machine case_of(const char *name)
{
    struct machine m;
    struct err e = {0};
    struct yaml_doc *doc = NULL;
    char path[128];
    snprintf(path, sizeof path, "examples/validation/%s.yaml", name);
    assert_ok(yaml_read_file(path, &doc, &e), &e);
    assert_ok(machine_yaml_read(yaml_get_key(yaml_get_root(doc), "machine"), lib, &m, &e), &e);
    assert_ok(machine_check(&m, &e), &e);
    yaml_free(doc);
    return m;
}

static void test_dimensions_of_reference_v(void **state)
{
    (void)state;
    struct machine m = case_of("C1");
    assert_int_equal(m.p, 4);
    assert_int_equal(m.rotor_type, ROTOR_V);
    assert_int_equal(m.v.centre, CENTRE_TRIANGLE);
    assert_int_equal(m.winding.n_conductor_per_slot, 9);
    assert_close(m.v.beta_rad, 17.5 * PI / 180, 1e-14, 0);
    assert_close(m.stack_m, 83.82e-3, 1e-14, 0);
    assert_close(m.v.pocket_bottom_m[2][1], -2.05e-3, 1e-14, 0);
    assert_close(machine_get_slot_area_m2(&m), 140.64980e-6, 1e-7, 0);
    assert_close(machine_get_magnet_area_m2(&m), 245.7e-6, 1e-12, 0);
    /* T2 of the reference polygon at (78.415751, 8.662279) mm */
    assert_close(machine_get_bridge_m(&m), 80.235e-3 - hypot(78.415751e-3, 8.662279e-3), 0, 1e-9);
    assert_close(machine_get_yoke_m(&m), (134.62 - (80.965 + 1.02 + 0.5 + 29.16 + 2.82)) * 1e-3, 1e-12, 0);
    /* tooth between the polygons of slots 0 and 1, at mid-height of their straight sides */
    double ax = 0.5 * (82.205383 + 111.221523), ay = 0.5 * (6.966405 + 10.115895), bx = 0.5 * (81.207341 + 110.049927),
           by = 0.5 * (14.547288 + 19.015045);
    assert_close(machine_get_tooth_width_m(&m), hypot(ax - bx, ay - by) * 1e-3, 1e-6, 0);
    assert_string_equal(m.magnet->base.name, "TRUTH_LINEAR_1P20");
    assert_string_equal(m.stator_steel->base.name, "M19_REF");
}

static void test_other_reference_machines(void **state)
{
    (void)state;
    struct machine m = case_of("C4");
    assert_int_equal(m.rotor_type, ROTOR_SALIENT);
    assert_int_equal(m.field.n_turns, 100);
    assert_null(m.magnet);
    assert_non_null(m.field_conductor);
    assert_close(machine_get_slot_area_m2(&m), 123.9e-6, 1e-12, 0);
    assert_close(machine_get_magnet_area_m2(&m), 0, 0, 0);
    assert_true(isnan(machine_get_bridge_m(&m)));
    m = case_of("C2");
    assert_int_equal(m.v.centre, CENTRE_NONE);
    assert_close(machine_get_magnet_area_m2(&m), 242e-6, 1e-12, 0);
    assert_close(machine_get_bridge_m(&m), 67.3e-3 - hypot(26.6e-3, 60.4e-3), 1e-9, 0);
}

/* The flank's distance from the tooth axis is half the tooth width at every height, and the slot has the depth asked for. */
static void test_parallel_teeth(void **state)
{
    (void)state;
    for (int round = 0; round < 2; round++) {
        struct stator s = {.n_slot = 48,
                           .R_out_m = 0.1,
                           .R_bore_m = 0.065,
                           .b0_m = 2e-3,
                           .h0_m = 0.9e-3,
                           .h1_m = 0.6e-3,
                           .bottom = round ? SLOT_ROUND : SLOT_FLAT};
        machine_set_parallel_teeth(&s, 4.4e-3, 18e-3);
        double a = PI / 48, x1 = s.R_bore_m + s.h0_m + s.h1_m, x2 = x1 + s.h2_m;
        assert_close(2 * (x1 * sin(a) - 0.5 * s.b1_m * cos(a)), 4.4e-3, 1e-12, 0);
        assert_close(2 * (x2 * sin(a) - 0.5 * s.b2_m * cos(a)), 4.4e-3, 1e-12, 0);
        assert_close(s.h0_m + s.h1_m + s.h2_m + (round ? 0.5 * s.b2_m : 0), 18e-3, 1e-12, 0);
        struct machine m = {.stator = s};
        assert_close(machine_get_tooth_width_m(&m), 4.4e-3, 1e-12, 0);
    }
}

static void assert_refused(const struct machine *m, const char *rule)
{
    struct err e = {0};
    assert_status(machine_check(m, &e), ST_INFEASIBLE, &e);
    assert_string_equal(e.where, rule);
    assert_true(strlen(e.message) > 20);
}

static void test_rules_of_stator_and_winding(void **state)
{
    (void)state;
    struct machine ok = case_of("C1"), m = ok;
    m.R_ro_m = 81e-3;
    assert_refused(&m, "airgap");
    m = ok;
    m.stator.b1_m = 10e-3;
    assert_refused(&m, "tooth_width");
    m = ok;
    m.stator.b2_m = 13.8e-3; /* the round bottoms of neighbours meet */
    assert_refused(&m, "tooth_width");
    m = ok;
    m.stator.h2_m = 52e-3;
    assert_refused(&m, "yoke");
    m = ok;
    m.stator.b0_m = 4e-3;
    assert_refused(&m, "slot");
    m = ok;
    m.stator.n_slot = 50;
    assert_refused(&m, "winding_slots");
    m = ok;
    m.winding.n_path = 3;
    assert_refused(&m, "winding_paths");
    m = ok;
    m.winding.coil_span_slots = 7;
    assert_refused(&m, "winding_span");
    m = ok;
    m.winding.copper_fill_pu = 1.2;
    assert_refused(&m, "winding_fill");
    m = ok;
    m.winding.copper_fill_pu = 0.91; /* round strands: less than pi/(2 sqrt 3) = 0.9069 */
    assert_refused(&m, "winding_fill");
    m = ok;
    m.winding.strand_diameter_m = 2.0 * sqrt(1.01 * ok.winding.copper_fill_pu * machine_get_slot_area_m2(&ok) /
                                             ok.winding.n_conductor_per_slot / PI);
    assert_refused(&m, "winding_strand");
}

static void test_rules_of_rotors(void **state)
{
    (void)state;
    struct machine ok = case_of("C1"), m = ok;
    m.v.r_apex_m += 0.4e-3; /* bridge 1.345 - 0.4 mm < 1 mm */
    assert_refused(&m, "bridge");
    m = ok;
    m.v.r_apex_m = 61e-3; /* lower face reaches the shaft on the axis side */
    assert_refused(&m, "magnet_fit");
    m = ok;
    m.v.s0_m = 1e-3;
    assert_refused(&m, "centre");
    m.v.centre = CENTRE_POST;
    m.v.post_m = 0.5e-3;
    assert_refused(&m, "post");
    m.v.post_m = 2.5e-3; /* wider than the magnets leave */
    assert_refused(&m, "post");
    m = ok;
    m.v.pocket_bottom_m[0][1] = -7e-3; /* below the magnet */
    assert_refused(&m, "pocket");
    m = ok;
    m.v.w_m_m = 27e-3;
    m.v.r_apex_m = 60e-3;
    m.R_ri_m = 40e-3;
    assert_refused(&m, "pocket"); /* no web left at the q axis */
    ok = m = case_of("C4");
    m.salient.coil_w_m = 11e-3;
    assert_refused(&m, "coil_fit");
    m = ok;
    m.salient.coil_h_m = 20e-3;
    assert_refused(&m, "coil_fit");
    m = ok;
    m.salient.shoe_half_rad = 23 * PI / 180;
    assert_refused(&m, "shoe");
}

static const char GOOD[] = "name: t\npole_pairs: 3\nstack_mm: 60\nstacking_factor_pu: 1\nbridge_min_mm: 1\n"
                           "stator: {slots: 36, R_out_mm: 75, R_bore_mm: 46, slot_opening_b0_mm: 2, slot_opening_h0_mm: 0.8, "
                           "slot_taper_h1_mm: 0.6, slot_width_b1_mm: 3.6,\n"
                           "  slot_height_h2_mm: 13, slot_width_b2_mm: 5.8, slot_bottom: flat}\n"
                           "winding: {conductors_per_slot: 14, parallel_paths: 1, layers: 1, coil_span_slots: 6, copper_fill_pu: 0.4, "
                           "strand_diameter_mm: 0.8, end_turn_factor: 1.2}\n"
                           "rotor: {type: surface, R_ro_mm: 45, R_ri_mm: 20, R_mi_mm: 41, arc_deg: 50}\n"
                           "materials: {stator_steel: M19_REF, rotor_steel: M19_REF, magnet: TRUTH_LINEAR_1P20, conductor: copper, "
                           "insulation: class_H, shaft: shaft_steel,\n"
                           "  housing: housing_aluminium}\n";

static enum status read_changed(const char *assignment, struct machine *m, struct err *e)
{
    struct yaml_doc *doc = NULL;
    memset(e, 0, sizeof *e);
    assert_ok(yaml_read_text("test", GOOD, &doc, e), e);
    if (assignment)
        assert_ok(yaml_set_path(doc, assignment, e), e);
    enum status st = machine_yaml_read(yaml_get_root(doc), lib, m, e);
    yaml_free(doc);
    return st;
}

static void test_yaml_refusals(void **state)
{
    (void)state;
    struct machine m;
    struct err e;
    assert_ok(read_changed(NULL, &m, &e), &e);
    assert_close(m.surface.arc_rad, 50 * PI / 180, 1e-14, 0);
    assert_int_equal(m.n_magnet_segment_axial, 1);
    assert_ok(machine_check(&m, &e), &e);
    static const char *const wrong[][2] = {
        {"stator.slot_bottom=square", "slot_bottom"},
        {"rotor.type=ring", "type"},
        {"rotor.type=spoke", "R_mi_mm"},
        {"materials.magnet=TRUTH_LINEAR_1P2", "TRUTH_LINEAR_1P20"},
        {"stack_mm=-5", "stack_mm"},
        {"rotor.beta_deg=10", "beta_deg"},
        {"winding.layers=3", "layers"},
        {"materials.magnet=G48UH", "gbd_faces"},
        {"rotor.gbd_faces=[top]", "'top'"},
    };
    for (int k = 0; k < ARRAY_LEN(wrong); k++) {
        assert_status(read_changed(wrong[k][0], &m, &e), ST_CONFIG, &e);
        if (!strstr(e.message, wrong[k][1]) && !strstr(e.where, wrong[k][1]))
            fail_msg("%s: %s: %s", wrong[k][0], e.where, e.message);
    }
    assert_ok(read_changed("rotor.gbd_faces=[gap, outer]", &m, &e), &e);
    int expected[4] = {1, 0, 0, 1};
    assert_memory_equal(m.gbd_face, expected, sizeof expected);
}

/* Bars take the place of fill and strand. */
static void test_yaml_bars(void **state)
{
    (void)state;
    struct machine m;
    struct err e;
    struct yaml_doc *doc = NULL;
    char text[sizeof GOOD + 128];
    const char *cut = strstr(GOOD, "copper_fill_pu"), *rest = strstr(GOOD, "end_turn_factor");
    memcpy(text, GOOD, (size_t)(cut - GOOD));
    snprintf(text + (cut - GOOD), sizeof text - (size_t)(cut - GOOD),
             "bars: {height_mm: 0.7, width_mm: 2.6, insulation_mm: 0.08, liner_mm: 0.2}, %s", rest);
    assert_ok(yaml_read_text("test", text, &doc, &e), &e);
    assert_ok(machine_yaml_read(yaml_get_root(doc), lib, &m, &e), &e);
    assert_ok(machine_check(&m, &e), &e);
    assert_int_equal(m.winding.is_hairpin, 1);
    assert_close(m.winding.copper_fill_pu, 14 * 0.7 * 2.6 / (0.5 * (3.6 + 5.8) * 13), 1e-12, 0);
    assert_ok(yaml_set_path(doc, "winding.copper_fill_pu=0.4", &e), &e); /* says the same twice */
    assert_status(machine_yaml_read(yaml_get_root(doc), lib, &m, &e), ST_CONFIG, &e);
    assert_non_null(strstr(e.message, "follows from the bars"));
    yaml_free(doc);
    cut = strstr(GOOD, "strand_diameter_mm");
    memcpy(text, GOOD, (size_t)(cut - GOOD));
    snprintf(text + (cut - GOOD), sizeof text - (size_t)(cut - GOOD), "%s", rest);
    assert_ok(yaml_read_text("test", text, &doc, &e), &e);
    assert_status(machine_yaml_read(yaml_get_root(doc), lib, &m, &e), ST_CONFIG, &e);
    assert_non_null(strstr(e.message, "strand_diameter_mm"));
    yaml_free(doc);
}

static void test_sections_are_documented(void **state)
{
    (void)state;
    int n;
    const struct machine_section *s = machine_yaml_get_sections(&n);
    assert_int_equal(n, 6 + ROTOR_TYPE_COUNT); /* machine, stator, winding, bars, layer of two, materials, and each rotor */
    for (int k = 0; k < n; k++) {
        for (int i = 0; i < s[k].n_row; i++) {
            assert_true(strlen(s[k].rows[i].doc) > 8);
            for (int j = 0; j < i; j++)
                assert_string_not_equal(s[k].rows[i].key, s[k].rows[j].key);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dimensions_of_reference_v),
        cmocka_unit_test(test_other_reference_machines),
        cmocka_unit_test(test_parallel_teeth),
        cmocka_unit_test(test_rules_of_stator_and_winding),
        cmocka_unit_test(test_rules_of_rotors),
        cmocka_unit_test(test_yaml_refusals),
        cmocka_unit_test(test_yaml_bars),
        cmocka_unit_test(test_sections_are_documented),
    };
    return cmocka_run_group_tests(tests, load_materials, drop_materials);
}
