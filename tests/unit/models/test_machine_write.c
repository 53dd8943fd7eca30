/* test_machine_write.c - a machine written and read back is the same machine: every rotor template, bars, diffused faces, skew, sleeve.
 * Compared word by word: equal, or two real numbers that agree to the digits written. */
#include "models/machine/machine_yaml.h"
#include "materials/base/text.h"
#include "tests/support/close.h"
#include "tests/support/library.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define RTOL 1e-11

static int is_same_word(const char *a, const char *b)
{
    double x, y;
    if (memcmp(a, b, sizeof x) == 0)
        return 1;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    /* bits of counts and names read as a real number are denormal or out of the world of dimensions */
    return fabs(x) > 1e-9 && fabs(x) < 1e9 && fabs(x - y) <= RTOL * fabs(x);
}

static void check_same(const struct machine *a, const struct machine *b, const char *what)
{
    for (size_t k = 0; k + sizeof(double) <= sizeof *a; k += sizeof(double))
        if (!is_same_word((const char *)a + k, (const char *)b + k))
            fail_msg("%s: word at byte %zu of struct machine differs", what, k);
}

static void check_file(const struct matlib *lib, const char *path, const char *const *set)
{
    struct yaml_doc *doc = NULL, *again = NULL;
    struct machine m, back;
    struct text t = {0};
    struct err e = {0};
    assert_ok(yaml_read_file(path, &doc, &e), &e);
    for (; *set; set++)
        assert_ok(yaml_set_path(doc, *set, &e), &e);
    assert_ok(machine_yaml_read(yaml_get_key(yaml_get_root(doc), "machine"), lib, &m, &e), &e);
    machine_yaml_write(&m, &t);
    assert_false(t.failed);
    assert_ok(yaml_read_text("written", t.s, &again, &e), &e);
    assert_ok(machine_yaml_read(yaml_get_key(yaml_get_root(again), "machine"), lib, &back, &e), &e);
    check_same(&m, &back, path);
    yaml_free(doc);
    yaml_free(again);
    text_done(&t);
}

static void test_templates(void **state)
{
    static const char *const PATH[] = {
        "examples/validation/C1.yaml",      "examples/validation/C2.yaml", "examples/validation/C3_slotless_lin.yaml",
        "examples/validation/C4.yaml",      "examples/validation/C5.yaml", "examples/validation/D1.yaml",
        "examples/validation/D2.yaml",      "examples/validation/D3.yaml", "examples/validation/PRIUS04.yaml",
        "examples/04-tooth-coil/design.yaml", "examples/05-hairpin/design.yaml"};
    static const char *const NONE[] = {NULL};
    for (int k = 0; k < ARRAY_LEN(PATH); k++)
        check_file(*state, PATH[k], NONE);
}

static void test_options(void **state)
{
    static const char *const DIFFUSED[] = {"machine.materials.magnet=G48UH",  "machine.rotor.gbd_faces=[gap, outer]",
                                           "machine.rotor.gbd_dose_pu=0.4",   "machine.rotor.magnet_segments_axial=7",
                                           "machine.rotor.magnet_segments_width=3", NULL},
                      *const SKEWED[] = {"machine.skew_slices=3", "machine.skew_total_deg=5", "machine.name='a: \"b\" \\c'",
                                         "machine.rotor.pole_offset_mm=2.5", NULL},
                      *const SLEEVED[] = {"machine.rotor.sleeve_mm=0.4", "machine.rotor.sleeve_interference_mm=0.05",
                                          "machine.materials.sleeve=sleeve_stainless", NULL};
    check_file(*state, "examples/02-prius-like/design.yaml", DIFFUSED);
    check_file(*state, "examples/02-prius-like/design.yaml", SKEWED);
    check_file(*state, "examples/04-tooth-coil/design.yaml", SLEEVED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_templates), cmocka_unit_test(test_options)};
    return cmocka_run_group_tests(tests, library_set_up_materials, library_tear_down_materials);
}
