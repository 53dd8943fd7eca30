/* Rotors given as contours: readers against the areas that another code gave for the same polygons, every rule, the same rotor as DXF, the
 * mesh by gmsh (areas, places, the same mesh twice), and what is said when gmsh is missing. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "materials/base/units.h"
#include "models/machine/contour.h"
#include "models/machine/machine_yaml.h"
#include "models/mesh/mesh.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"

#define PATH_SIZE 96
#define MM 1e3
#define HEADING "region,kind,x_mm,y_mm,bulge,magnetisation_deg\n"
/* a pole of 45 degrees about the x axis: a bar across the d axis with its north to the gap */
#define IRON "iron,iron,46.193976,-19.134172,0,\niron,iron,73.910362,-30.614675,0.198912367,\n" \
             "iron,iron,73.910362,30.614675,0,\niron,iron,46.193976,19.134172,-0.198912367,\n"
#define BAR "bar,magnet,66,-20,0,0\nbar,magnet,70,-20,0,0\nbar,magnet,70,20,0,0\nbar,magnet,66,20,0,0\n"

static struct matlib *lib;
static char dir[] = "/tmp/motrade-contour-XXXXXX";

static int setup(void **state)
{
    (void)state;
    struct err e = {0};
    return matlib_new("materials/data", &lib, &e) == ST_OK && mkdtemp(dir) ? 0 : 1;
}

static int teardown(void **state)
{
    (void)state;
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/a.csv", dir);
    unlink(path);
    snprintf(path, sizeof path, "%s/a.dxf", dir);
    unlink(path);
    rmdir(dir);
    matlib_free(lib);
    return 0;
}

static const struct contour_opts OPTS = {.join_m = 1e-6, .background = CONTOUR_AIR};

static void write_file(const char *name, const char *text, char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static enum status read_csv(const char *text, struct contour **c, struct err *e)
{
    char path[PATH_SIZE];
    write_file("a.csv", text, path);
    return contour_new_csv(path, &OPTS, c, e);
}

/* Reference case C1 with these contours instead of its own. */
static enum status check_text(const char *text, struct err *e)
{
    struct contour *c;
    struct machine m;
    struct err none;
    assert_ok(machines_read_case("C1", lib, NULL, &m, &none), &none);
    assert_ok(read_csv(text, &c, e), e);
    m.rotor_type = ROTOR_CONTOUR;
    m.R_ro_m = 80e-3;
    m.R_ri_m = 50e-3;
    m.contour = c;
    enum status st = machine_check(&m, e);
    contour_free(c);
    return st;
}

static void refuse(const char *rows, const char *rule, const char *word)
{
    struct err e = {0};
    char text[2048];
    snprintf(text, sizeof text, HEADING "%s", rows);
    assert_int_equal(check_text(text, &e), ST_INFEASIBLE);
    assert_string_equal(e.where, rule);
    if (!strstr(e.message, word))
        fail_msg("'%s' not in: %s", word, e.message);
}

static void test_rules(void **state)
{
    (void)state;
    struct err e = {0};
    assert_ok(check_text(HEADING IRON BAR, &e), &e);
    refuse(IRON "bar,magnet,66,-20,0,0\nbar,magnet,70,20,0,0\nbar,magnet,70,-20,0,0\nbar,magnet,66,20,0,0\n", "contour_area",
           "area of 0.0");
    refuse(IRON "bar,magnet,66,-20,0,0\nbar,magnet,70,22,0,0\nbar,magnet,70,-20,0,0\nbar,magnet,60,20,0,0\n", "contour_crosses",
           "cuts itself: edges 0 and 2");
    refuse(IRON BAR "hole,air,69,-5,0,\nhole,air,73,-5,0,\nhole,air,73,5,0,\nhole,air,69,5,0,\n", "contour_overlap",
           "overlap by 1.0000 mm");
    refuse(IRON BAR "hole,air,67,-5,0,\nhole,air,69,-5,0,\nhole,air,69,5,0,\nhole,air,67,5,0,\n", "contour_overlap", "only iron and air");
    refuse("bar,magnet,66,-20,0,0\nbar,magnet,81,-20,0,0\nbar,magnet,81,20,0,0\nbar,magnet,66,20,0,0\n", "contour_radius",
           "3.4326 mm beyond the rotor's outer radius of 80.0000 mm");
    refuse("bar,magnet,40,-5,0,0\nbar,magnet,60,-5,0,0\nbar,magnet,60,5,0,0\nbar,magnet,40,5,0,0\n", "contour_radius", "below");
    refuse("bar,magnet,60,-5,0,0\nbar,magnet,65,-5,0,0\nbar,magnet,65,30,0,0\nbar,magnet,60,30,0,0\n", "contour_sector",
           "the pole ends at 22.500 degrees");
    refuse(IRON "bar,magnet,66,-20,0,0\nbar,magnet,70,-20,0,0\nbar,magnet,70,10,0,0\nbar,magnet,66,10,0,0\n", "contour_mirror",
           "no mirror image");
    refuse(IRON "bar,magnet,66,-20,0,9\nbar,magnet,70,-20,0,9\nbar,magnet,70,20,0,9\nbar,magnet,66,20,0,9\n", "contour_mirror",
           "magnetisation included");
    refuse(IRON "bar,magnet,66,-20,0,radial\nbar,magnet,70,-20,0,radial\nbar,magnet,70,20,0,radial\nbar,magnet,66,20,0,radial\n",
           "contour_magnet", "radially");
    refuse(IRON "bar,magnet,66,-5,0,0\nbar,magnet,79.84359711,-5,0.03126221,0\nbar,magnet,79.84359711,5,0,0\nbar,magnet,66,5,0,0\n",
           "contour_magnet", "reaches the rotor surface");
    refuse(IRON, "contour_coil", "no magnets, 0 field coils");
    refuse(IRON "a,field_coil,60,5,0,\na,field_coil,65,5,0,\na,field_coil,65,10,0,\na,field_coil,60,10,0,\n"
                "b,field_coil,60,-5,0,\nb,field_coil,65,-5,0,\nb,field_coil,65,-10,0,\nb,field_coil,60,-10,0,\n",
           "contour_coil", "field coils of 0 turns");
    refuse(IRON "a,field_coil,60,5,0,\na,field_coil,65,5,0,\na,field_coil,65,10,0,\na,field_coil,60,10,0,\n"
                "b,field_coil,60,-5,0,\nb,field_coil,65,-5,0,\nb,field_coil,65,-11,0,\nb,field_coil,60,-11,0,\n",
           "contour_mirror", "no mirror image");
    refuse(IRON "a,field_coil,60,-5,0,\na,field_coil,65,-5,0,\na,field_coil,65,10,0,\na,field_coil,60,10,0,\n", "contour_coil",
           "across the d axis");
    refuse(IRON BAR "a,field_coil,60,5,0,\na,field_coil,65,5,0,\na,field_coil,65,10,0,\na,field_coil,60,10,0,\n", "contour_magnet",
           "one kind of excitation");
    refuse(BAR "post,iron,60,10,0,\npost,iron,64.671577,26.787845,0,\npost,iron,56.357436,23.344014,0,\n", "contour_periodic",
           "ends with iron");
    refuse(IRON "bar,magnet,66,-20,0,0\nbar,magnet,77,-20,0,0\nbar,magnet,77,20,0,0\nbar,magnet,66,20,0,0\n", "bridge", "0.445 mm");
}

static void refuse_csv(const char *text, const char *where, int line, int column)
{
    struct err e = {0};
    struct contour *c;
    assert_int_equal(read_csv(text, &c, &e), ST_CONFIG);
    assert_null(c);
    assert_string_equal(e.where, where);
    assert_int_equal(e.line, line);
    assert_int_equal(e.column, column);
}

static void test_bad_csv(void **state)
{
    (void)state;
    refuse_csv("region,kind,x_mm,y_cm\n", "columns", 1, 18);
    refuse_csv("region,kind,x_mm\n", "columns", 1, 1);
    refuse_csv("# nothing\n" HEADING, "region", 2, 1);
    refuse_csv(HEADING "a,iron,1,2,0,\na,iron,1,x,0,\n", "y_mm", 3, 10);
    refuse_csv(HEADING "a,steel,1,2,0,\n", "kind", 2, 3);
    refuse_csv(HEADING "a,magnet,1,2,0,\n", "magnetisation_deg", 2, 16);
    refuse_csv(HEADING "a,iron,1,2,0,5\n", "magnetisation_deg", 2, 14);
    refuse_csv(HEADING "a,iron,1,2,0,\nb,iron,1,2,0,\na,iron,1,2,0,\n", "region", 4, 1);
    refuse_csv("region,kind,x_mm,y_mm,edge_to_next,arc_cx_mm,arc_cy_mm,arc_dir\na,iron,1,0,arc,0,0,ccw\na,iron,0,2,line,,,\n", "arc", 3, 1);
}

/* A spreadsheet's "CSV UTF-8": byte order mark, carriage returns, no end of the last line. */
static void test_spreadsheet_csv(void **state)
{
    (void)state;
    struct err e = {0};
    struct contour *c;
    assert_ok(read_csv("\xEF\xBB\xBF" "region,kind,x_mm,y_mm\r\na,iron,60,0\r\na,iron,65,0\r\na,iron,65,5", &c, &e), &e);
    assert_int_equal(c->n_vertex, 3);
    contour_free(c);
}

static struct machine case_of(const char *name)
{
    struct machine m;
    struct err e = {0};
    assert_ok(machines_read_case(name, lib, NULL, &m, &e), &e);
    assert_ok(machine_check(&m, &e), &e);
    return m;
}

/* area_mm2 as the code gave it from which the polygons are */
static void test_areas_of_reference(void **state)
{
    static const struct { const char *name; double area_mm2; } REGION[] = {
        {"magV0", 122.85000}, {"barO0", 14.78175}, {"magV1", 122.85000}, {"barO1", 14.78175}, {"centre", 12.11680}};
    (void)state;
    struct machine m = case_of("C1_CONTOUR");
    assert_int_equal(m.contour->n_region, 6);
    for (int k = 0; k < ARRAY_LEN(REGION); k++) {
        assert_string_equal(m.contour->region[k].name, REGION[k].name);
        assert_close(m.contour->region[k].area_m2, 1e-6 * REGION[k].area_mm2, 1e-6, 0.0);
    }
    /* the sector of a ring, to the nanometre of the coordinates in the file */
    assert_close(m.contour->region[5].area_m2, PI / 8.0 * (80.235e-3 * 80.235e-3 - 55.32e-3 * 55.32e-3), 1e-7, 0.0);
    machine_yaml_done(&m);
    assert_null(m.contour);
    machine_yaml_done(&m);
}

/* The template of the same rotor says the same of its magnets. */
static void test_blocks(void **state)
{
    (void)state;
    struct machine m = case_of("C1_CONTOUR"), t = case_of("C1");
    struct machine_magnet_block a[MACHINE_MAX_BLOCK], b[MACHINE_MAX_BLOCK];
    assert_int_equal(machine_get_magnet_blocks(&m, a), 2);
    assert_int_equal(machine_get_magnet_blocks(&t, b), 2);
    for (int k = 0; k < 2; k++) {
        assert_close(a[k].width_m, b[k].width_m, 0.0, 2e-9);
        assert_close(a[k].thickness_m, b[k].thickness_m, 0.0, 2e-9);
        assert_close(a[k].axis_rad, b[k].axis_rad, 0.0, 1e-9);
        assert_close(a[k].area_m2, b[k].area_m2, 1e-6, 0.0);
        assert_int_equal(a[k].body, b[k].body);
        for (int f = 0; f < 20; f++) {
            double x = a[k].u_m * (1.0 + 0.02 * f), y = a[k].v_m * (0.98 - 0.003 * f), d[MACHINE_FACE_COUNT], w[MACHINE_FACE_COUNT];
            machine_get_face_depths(&a[k], x, y, d);
            machine_get_face_depths(&b[k], x, y, w);
            for (int i = 0; i < MACHINE_FACE_COUNT; i++)
                assert_true(isnan(d[i]) == isnan(w[i]) && (isnan(d[i]) || fabs(d[i] - w[i]) < 5e-9));
        }
    }
    assert_close(machine_get_bridge_m(&m), machine_get_bridge_m(&t), 0.0, 2e-9);
    machine_yaml_done(&m);
}

/* The template of the same wound rotor says the same of its coil. The shoe's lower corner lies beyond its tip's angle. The
 * iron is that of both meshes. */
static void test_coil(void **state)
{
    (void)state;
    struct err e = {0};
    struct machine m = case_of("C4_CONTOUR"), t = case_of("C4");
    struct machine_field_coil a, b;
    assert_true(machine_has_field_winding(&m) && machine_has_field_winding(&t));
    assert_int_equal(machine_get_field_coil(&m, &a), 1);
    assert_int_equal(machine_get_field_coil(&t, &b), 1);
    assert_close(a.body_w_m, b.body_w_m, 0.0, 2e-9);
    assert_close(a.offset_m, b.offset_m, 0.0, 2e-9);
    assert_close(a.width_m, b.width_m, 0.0, 2e-9);
    assert_close(a.height_m, b.height_m, 0.0, 2e-9);
    assert_close(a.area_m2, b.area_m2, 1e-9, 0.0);
    assert_close(a.R_yoke_m, b.R_yoke_m, 0.0, 2e-9);
    assert_close(a.shoe_half_rad, atan2(22.3681, 76.6557), 1e-4, 0.0);
    for (int k = 0; k < 2; k++) {
        struct mesh *ms;
        struct mesh_quality q;
        assert_ok(mesh_new(k ? &t : &m, MESH_FINE, &ms, &e), &e);
        mesh_eval_quality(ms, &q);
        assert_close(q.area_by_region_m2[REGION_FIELD_COIL], 2.0 * a.area_m2, 1e-6, 0.0);
        assert_close(8.0 * q.area_by_region_m2[REGION_ROTOR_IRON], k ? b.iron_m2 : a.iron_m2, 1e-3, 0.0);
        mesh_free(ms);
    }
    for (int k = 0; k < 2; k++) { /* in the body, on the yoke */
        assert_int_equal(machine_is_in_post(&m, 0.013, k ? 0.056 : 0.065), machine_is_in_post(&t, 0.013, k ? 0.054 : 0.065));
        assert_int_equal(machine_is_in_post(&m, 0.014, 0.065), 0);
    }
    m.field.fill_pu = 1.0;
    assert_int_equal(machine_check(&m, &e), ST_INFEASIBLE);
    assert_string_equal(e.where, "contour_coil");
    machine_yaml_done(&m);
    m = case_of("C1_CONTOUR");
    assert_false(machine_has_field_winding(&m));
    assert_int_equal(machine_get_field_coil(&m, &a), 0);
    /* all iron less magnets and pockets */
    assert_close(contour_eval_iron_m2(m.contour, PI / 4, m.R_ri_m, m.R_ro_m), 1326.28335e-6 - (245.7 + 2 * 14.78175 + 12.1168) * 1e-6, 1e-6,
                 0.0);
    machine_yaml_done(&m);
}

/* Keys of the field winding and contours must agree; both ways. */
static void test_field_keys(void **state)
{
    (void)state;
    static const struct { const char *file, *path, *word; } CASE[] = {
        {"examples/validation/C4_CONTOUR.yaml", "machine.materials.magnet=N42SH", "a wound rotor has no magnet"},
        {"examples/validation/C1_CONTOUR.yaml", "machine.rotor.field_turns_per_pole=100", "without a contour of kind field_coil"},
        {"examples/validation/C1_CONTOUR.yaml", "machine.rotor.file=C4_contour.csv", "missing key 'field_turns_per_pole'"},
        {"examples/validation/C4_CONTOUR.yaml", "machine.rotor.gbd_faces=[gap]", "a wound rotor has no magnet"},
        {"examples/validation/C4_CONTOUR.yaml", "machine.rotor.file=C1_contour.csv", "without a contour of kind field_coil"}};
    for (int k = 0; k < ARRAY_LEN(CASE); k++) {
        struct err e = {0};
        struct yaml_doc *doc;
        struct machine m;
        assert_ok(yaml_read_file(CASE[k].file, &doc, &e), &e);
        assert_ok(yaml_set_path(doc, CASE[k].path, &e), &e);
        assert_int_equal(machine_yaml_read(yaml_get_key(yaml_get_root(doc), "machine"), lib, &m, &e), ST_CONFIG);
        if (!strstr(e.message, CASE[k].word))
            fail_msg("'%s' not in: %s", CASE[k].word, e.message);
        yaml_free(doc);
    }
}

/* ---- DXF ---- */

/* Every edge as an entity of its own, layer by kind and side; every second line is turned round. */
static void write_dxf(const struct contour *c, double d_axis_deg, int n_left_out, char *text, size_t size)
{
    const double co = cos(d_axis_deg * PI / 180), si = sin(d_axis_deg * PI / 180);
    size_t n = 0;
    int count = 0;
    n += (size_t)snprintf(text + n, size - n, "0\nSECTION\n2\nENTITIES\n");
    for (int k = 0; k < c->n_region; k++) {
        const struct contour_region *g = &c->region[k];
        const char *magnet = contour_get_side(c, g) > 0 ? "LEFT" : "RIGHT";
        const char *layer = g->kind == CONTOUR_IRON ? "IRON" : g->kind == CONTOUR_AIR ? "AIR" : magnet;
        for (int i = 0; i < g->n; i++) {
            struct contour_edge d = contour_get_edge(c, g, i);
            if (count++ < n_left_out)
                continue;
            const double cx = co * d.cx_m - si * d.cy_m, cy = si * d.cx_m + co * d.cy_m, x0 = co * d.x0_m - si * d.y0_m,
                         y0 = si * d.x0_m + co * d.y0_m, x1 = co * d.x1_m - si * d.y1_m, y1 = si * d.x1_m + co * d.y1_m;
            if (d.is_arc) {
                double a = d_axis_deg + d.a0_rad * 180 / PI, b = a + d.sweep_rad * 180 / PI;
                n += (size_t)snprintf(text + n, size - n, "0\nARC\n8\n%s\n10\n%.12g\n20\n%.12g\n40\n%.12g\n50\n%.12g\n51\n%.12g\n", layer,
                                      MM * cx, MM * cy, MM * d.r_m, fmin(a, b), fmax(a, b));
            } else {
                int turn = i % 2;
                n += (size_t)snprintf(text + n, size - n, "0\nLINE\n8\n%s\n10\n%.12g\n20\n%.12g\n11\n%.12g\n21\n%.12g\n", layer,
                                      MM * (turn ? x1 : x0), MM * (turn ? y1 : y0), MM * (turn ? x0 : x1), MM * (turn ? y0 : y1));
            }
            assert_true(n < size);
        }
    }
    snprintf(text + n, size - n, "0\nENDSEC\n0\nEOF\n");
}

static void test_dxf(void **state)
{
    (void)state;
    static char text[16384];
    char path[PATH_SIZE];
    struct err e = {0};
    struct contour *c;
    struct machine m = case_of("C1_CONTOUR");
    struct contour_layer layer[] = {{"IRON", CONTOUR_IRON, 0, 0, 0}, {"AIR", CONTOUR_AIR, 0, 0, 0},
                                    {"LEFT", CONTOUR_MAGNET, -17.5 * PI / 180, 1, 0}, {"RIGHT", CONTOUR_MAGNET, 17.5 * PI / 180, 1, 0}};
    struct contour_opts o = {.join_m = 1e-6, .background = CONTOUR_AIR, .n_layer = 4, .layer = layer};
    write_dxf(m.contour, 0.0, 0, text, sizeof text);
    write_file("a.dxf", text, path);
    assert_ok(contour_new_dxf(path, &o, &c, &e), &e);
    assert_int_equal(c->n_region, 6);
    double sum[2] = {0.0, 0.0};
    for (int k = 0; k < 6; k++) {
        sum[0] += c->region[k].area_m2 * (1 + (int)c->region[k].kind);
        sum[1] += m.contour->region[k].area_m2 * (1 + (int)m.contour->region[k].kind);
    }
    assert_close(sum[0], sum[1], 1e-8, 0.0);
    const struct contour *old = m.contour;
    m.contour = c;
    assert_ok(machine_check(&m, &e), &e);
    assert_close(machine_get_magnet_area_m2(&m), 245.7e-6, 1e-7, 0.0);
    m.contour = old;
    contour_free(c);

    write_dxf(m.contour, 0.0, 1, text, sizeof text); /* one edge is missing */
    write_file("a.dxf", text, path);
    assert_int_equal(contour_new_dxf(path, &o, &c, &e), ST_CONFIG);
    assert_non_null(strstr(e.message, "the contour is open"));
    o.n_layer = 3; /* a layer that nobody named */
    assert_int_equal(contour_new_dxf(path, &o, &c, &e), ST_CONFIG);
    assert_non_null(strstr(e.message, "'RIGHT'"));
    machine_yaml_done(&m);
}

/* The same drawing named by a design, with its layers; then keys that do not fit. */
static void test_dxf_by_yaml(void **state)
{
    (void)state;
    static char text[16384];
    char path[PATH_SIZE], file[PATH_SIZE + 24];
    struct err e = {0};
    struct yaml_doc *doc;
    struct machine m = case_of("C1_CONTOUR"), d;
    write_dxf(m.contour, 22.5, 0, text, sizeof text);
    write_file("a.dxf", text, path);
    snprintf(file, sizeof file, "machine.rotor.file=%s", path);
    assert_ok(yaml_read_file("examples/validation/C1_CONTOUR.yaml", &doc, &e), &e);
    assert_ok(yaml_set_path(doc, file, &e), &e);
    const struct yaml_node *map = yaml_get_key(yaml_get_root(doc), "machine");
    assert_int_equal(machine_yaml_read(map, lib, &d, &e), ST_CONFIG);
    assert_non_null(strstr(e.message, "'layers'"));
    assert_ok(yaml_set_path(doc, "machine.rotor.d_axis_deg=22.5", &e), &e);
    assert_ok(yaml_set_path(doc,
                            "machine.rotor.layers=[{layer: IRON, kind: iron}, {layer: AIR, kind: air}, {layer: LEFT, kind: magnet, "
                            "magnetisation_deg: 5}, {layer: RIGHT, kind: magnet, magnetisation_deg: 40}]", &e), &e);
    assert_ok(machine_yaml_read(map, lib, &d, &e), &e);
    assert_ok(machine_check(&d, &e), &e);
    assert_close(machine_get_magnet_area_m2(&d), machine_get_magnet_area_m2(&m), 1e-7, 0.0);
    assert_close(machine_get_bridge_m(&d), machine_get_bridge_m(&m), 0.0, 1e-9);
    machine_yaml_done(&d);
    assert_ok(yaml_set_path(doc, "machine.rotor.file=rotor.step", &e), &e);
    assert_int_equal(machine_yaml_read(map, lib, &d, &e), ST_CONFIG);
    assert_non_null(strstr(e.message, "neither a .csv nor a .dxf"));
    yaml_free(doc);
    machine_yaml_done(&m);
}

/* A polyline with a bulge: a half disc. */
static void test_polyline(void **state)
{
    (void)state;
    char path[PATH_SIZE];
    struct err e = {0};
    struct contour *c;
    struct contour_layer layer[] = {{"P", CONTOUR_IRON, 0, 0, 0}};
    struct contour_opts o = {.join_m = 1e-6, .n_layer = 1, .layer = layer};
    write_file("a.dxf",
               "0\nSECTION\n2\nENTITIES\n0\nLWPOLYLINE\n8\nP\n90\n2\n70\n1\n10\n10\n20\n0\n42\n1\n10\n-10\n20\n0\n"
               "0\nENDSEC\n0\nEOF\n", path);
    assert_ok(contour_new_dxf(path, &o, &c, &e), &e);
    assert_int_equal(c->n_region, 1);
    assert_close(c->region[0].area_m2, 0.5 * PI * 1e-4, 1e-12, 0.0);
    contour_free(c);
}

/* ---- mesh ---- */

static void test_mesh(void **state)
{
    (void)state;
    struct machine m = case_of("C1_CONTOUR");
    struct err e = {0};
    int n_dof[MESH_LEVEL_COUNT];
    for (int level = MESH_COARSE; level <= MESH_FINE; level++) {
        struct mesh *a, *b;
        struct mesh_quality q;
        assert_ok(mesh_new(&m, (enum mesh_level)level, &a, &e), &e);
        mesh_eval_quality(a, &q);
        n_dof[level] = a->n_dof;
        assert_true(level == 0 || n_dof[level] > 3 * n_dof[level - 1]);
        assert_true(q.min_angle_rad > 5.0 * PI / 180);
        assert_close(q.area_by_region_m2[REGION_MAGNET], 245.7e-6, 1e-6, 0.0); /* straight edges: exact */
        assert_close(q.area_by_region_m2[REGION_POCKET], (2 * 14.78175 + 12.1168) * 1e-6, 1e-6, 0.0);
        assert_close(q.area_by_region_m2[REGION_ROTOR_IRON], 1326.28335e-6 - (245.7 + 2 * 14.78175 + 12.1168) * 1e-6, 2e-3, 0.0);
        assert_int_equal(a->n_ring_rotor, 72 * (1 << level) + 1);
        for (int k = 0; k < a->n_ring_rotor; k++) { /* equal steps */
            int n = a->ring_rotor[k];
            assert_close(atan2(a->y_m[n], a->x_m[n]), k * a->tau_rad / (a->n_ring_rotor - 1), 0.0, 1e-9);
        }
        for (int n = a->n_node_stator; n < a->n_node; n++) /* every node of the far edge has its unknown on the near one */
            if (fabs(atan2(a->y_m[n], a->x_m[n]) - a->tau_rad) < 1e-9 && a->dof[n] >= 0)
                assert_int_equal(a->sign[n], -1);
        assert_ok(mesh_new(&m, (enum mesh_level)level, &b, &e), &e);
        assert_int_equal(a->n_node, b->n_node);
        assert_memory_equal(a->tri, b->tri, 3 * (size_t)a->n_tri * sizeof *a->tri);
        assert_memory_equal(a->x_m, b->x_m, (size_t)a->n_node * sizeof *a->x_m);
        mesh_free(a);
        mesh_free(b);
    }
    machine_yaml_done(&m);
}

/* A coarse drawing in a narrow gap: nodes of the gap stand nearer to the rotor's corner than the ends that count as one. */
static void test_mesh_coarse_join(void **state)
{
    (void)state;
    struct err e = {0};
    struct yaml_doc *doc;
    struct machine m;
    struct mesh *ms;
    struct mesh_quality q;
    assert_ok(yaml_read_file("examples/validation/C1_CONTOUR.yaml", &doc, &e), &e);
    assert_ok(yaml_set_path(doc, "machine.rotor.join_mm=0.1", &e), &e);
    assert_ok(yaml_set_path(doc, "machine.stator.R_bore_mm=80.6", &e), &e);
    assert_ok(machine_yaml_read(yaml_get_key(yaml_get_root(doc), "machine"), lib, &m, &e), &e);
    assert_ok(machine_check(&m, &e), &e);
    assert_ok(mesh_new(&m, MESH_MEDIUM, &ms, &e), &e);
    mesh_eval_quality(ms, &q);
    assert_close(q.area_by_region_m2[REGION_MAGNET], 245.7e-6, 1e-6, 0.0);
    mesh_free(ms);
    machine_yaml_done(&m);
    yaml_free(doc);
}

static void test_missing_mesher(void **state)
{
    (void)state;
    struct machine m = case_of("C1_CONTOUR");
    struct err e = {0};
    struct mesh *ms;
    char path[4096];
    snprintf(path, sizeof path, "%s", getenv("PATH"));
    assert_int_equal(setenv("PATH", dir, 1), 0);
    assert_int_equal(mesh_new(&m, MESH_COARSE, &ms, &e), ST_INFEASIBLE);
    assert_int_equal(setenv("PATH", path, 1), 0);
    assert_null(ms);
    assert_string_equal(e.where, "mesher");
    assert_non_null(strstr(e.message, "apt-get install gmsh"));
    machine_yaml_done(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),  cmocka_unit_test(test_bad_csv),       cmocka_unit_test(test_areas_of_reference),
        cmocka_unit_test(test_spreadsheet_csv),
        cmocka_unit_test(test_blocks), cmocka_unit_test(test_coil),          cmocka_unit_test(test_field_keys),
        cmocka_unit_test(test_dxf),    cmocka_unit_test(test_dxf_by_yaml),   cmocka_unit_test(test_polyline),
        cmocka_unit_test(test_mesh),   cmocka_unit_test(test_mesh_coarse_join), cmocka_unit_test(test_missing_mesher)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
