/* test_matlib.c - the library as shipped, and what it refuses: a copy of the data folder with one text replaced must fail at its place. */
#include "materials/matlib.h"
#include "materials/base/mem.h"
#include "materials/base/text.h"
#include "tests/support/close.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "materials/base/banned.h"

#define DATA_DIR "materials/data"
static const char *const data_file[] = {"refs.yaml",    "magnets.yaml",  "steels.yaml",    "conductors.yaml",
                                        "insulation.yaml", "coolants.yaml", "structural.yaml"};

/* ---- a scratch copy ---- */

static char scratch[64];

static void scratch_path(char path[256], const char *file) { snprintf(path, 256, "%s/%s", scratch, file); }

static int setup(void **state)
{
    (void)state;
    snprintf(scratch, sizeof scratch, "/tmp/motrade-matlib-XXXXXX");
    return mkdtemp(scratch) ? 0 : -1;
}

static int teardown(void **state)
{
    char path[256];
    (void)state;
    for (int i = 0; i < ARRAY_LEN(data_file); i++) {
        scratch_path(path, data_file[i]);
        unlink(path);
    }
    return rmdir(scratch);
}

/* Copies all files; in `file` the first `from` becomes `to`. */
static void copy_with(const char *file, const char *from, const char *to)
{
    for (int i = 0; i < ARRAY_LEN(data_file); i++) {
        char path[256];
        struct text in = {0}, out = {0};
        snprintf(path, sizeof path, DATA_DIR "/%s", data_file[i]);
        assert_ok(text_read_file(path, &in, NULL), NULL);
        const char *hit = file && strcmp(file, data_file[i]) == 0 ? strstr(in.s, from) : NULL;
        assert_true(!file || strcmp(file, data_file[i]) != 0 || hit != NULL);
        text_add_raw(&out, in.s, hit ? (size_t)(hit - in.s) : in.n);
        if (hit)
            text_add(&out, "%s%s", to, hit + strlen(from));
        scratch_path(path, data_file[i]);
        assert_ok(text_write_file(path, out.s, out.n, NULL), NULL);
        text_done(&in);
        text_done(&out);
    }
}

static void assert_refused(const char *file, const char *from, const char *to, const char *message)
{
    struct matlib *l = NULL;
    struct err e = {0};
    copy_with(file, from, to);
    const long live = mem_get_live();
    assert_status(matlib_new(scratch, &l, &e), ST_CONFIG, &e);
    assert_null(l);
    assert_int_equal(mem_get_live(), live);
    if (!strstr(e.message, message))
        fail_msg("message is '%s', expected to hold '%s'", e.message, message);
    assert_true(strstr(e.file, file) != NULL && e.line > 0 && e.column > 0);
}

/* ---- tests ---- */

static void test_shipped_library(void **state)
{
    (void)state;
    struct matlib *l = NULL;
    struct err e = {0};
    const long live = mem_get_live();
    assert_ok(matlib_new(DATA_DIR, &l, &e), &e);
    static const char *const steel[] = {"M19_REF", "M19_29GA", "M250-35A", "M235-35A", "M330-50A", "M400-50A", "NO20-1200H", "20JNEH1200"};
    for (int i = 0; i < ARRAY_LEN(steel); i++) {
        const struct steel *s = NULL;
        assert_ok(matlib_get_steel(l, steel[i], NULL, &s, &e), &e);
        assert_string_equal(s->base.name, steel[i]);
    }
    const struct conductor *copper = NULL;
    assert_ok(matlib_get_conductor(l, "copper", NULL, &copper, &e), &e);
    assert_close(conductor_eval_resistivity_ohm_m(copper, 423.15), 1.7241e-8 * 1.5109, 1e-9, 0); /* 1 + 0.00393 * 130 */
    const struct insulation *h = NULL;
    assert_ok(matlib_get_insulation(l, "class_H", NULL, &h, &e), &e);
    assert_close(h->T_class_K.value, 453.15, 1e-12, 0);
    const struct structural *shaft = NULL;
    assert_ok(matlib_get_structural(l, "shaft_steel", NULL, &shaft, &e), &e);
    assert_close(shaft->yield_Pa.value, 370e6, 1e-12, 0);
    matlib_free(l);
    matlib_free(NULL);
    assert_int_equal(mem_get_live(), live);
}

static void test_coolants(void **state)
{
    (void)state;
    struct matlib *l = NULL;
    struct err e = {0};
    const struct coolant *c = NULL;
    assert_ok(matlib_new(DATA_DIR, &l, &e), &e);
    assert_ok(matlib_get_coolant(l, "water_glycol_50", NULL, &c, &e), &e);
    for (double T_K = 270; T_K <= 390; T_K += 1.5)
        assert_true(curve_eval(&c->density_kg_per_m3, T_K) > 1000 && curve_eval(&c->viscosity_Pa_s, T_K) > 4e-4 &&
                    curve_eval(&c->conductivity_W_per_m_K, T_K) > 0.35 && curve_eval(&c->heat_capacity_J_per_kg_K, T_K) > 3180);
    /* the same table as vendors print it at 50 % by volume and 20 degC: 1.07 g/cm3, 3.9 mPa s, 0.38 W/m K, 3.28 kJ/kg K */
    assert_close(curve_eval(&c->density_kg_per_m3, 293.15), 1073.4, 1e-3, 0);
    assert_close(curve_eval(&c->viscosity_Pa_s, 293.15), 3.9e-3, 0.03, 0);
    assert_true(isnan(curve_eval(&c->density_kg_per_m3, 450)));
    assert_ok(matlib_get_coolant(l, "air", NULL, &c, &e), &e);
    assert_close(curve_eval(&c->viscosity_Pa_s, 300.0), 15.89e-6 * 1.1614, 0.005, 0); /* Incropera's nu rho at 300 K */
    assert_close(curve_eval(&c->density_kg_per_m3, 300.0), 1.1614, 0.015, 0);         /* at 101325 instead of 100000 Pa */
    matlib_free(l);
}

static void test_every_composition_sums_to_one(void **state)
{
    (void)state;
    struct matlib *l = NULL;
    struct err e = {0};
    assert_ok(matlib_new(DATA_DIR, &l, &e), &e);
    for (int i = 0; i < l->n_magnet; i++) {
        const struct material *m = &l->magnet[i].base;
        double sum = 0;
        for (int k = 0; k < m->composition.n; k++)
            sum += m->composition.mass_pu[k].value;
        assert_close(sum, 1.0, 0, 2e-3);
        assert_true(m->buy_to_fly.value >= 1.0 && m->processing_USD_per_kg.value >= 0.0 && m->doc[0] != '\0');
        assert_true(l->magnet[i].technology != TECH_NDFEB_HRE_FREE || strstr(m->doc, "heavy rare earth"));
    }
    for (int i = 0; i < l->n_steel; i++)
        assert_string_equal(l->steel[i].base.composition.element[0], "electrical_steel");
    matlib_free(l);
}

static void test_unknown_name_shows_nearest(void **state)
{
    (void)state;
    struct matlib *l = NULL;
    struct err e = {0};
    struct yaml_doc *doc = NULL;
    const struct magnet *m = NULL;
    const struct coolant *c = NULL;
    assert_ok(matlib_new(DATA_DIR, &l, &e), &e);
    assert_ok(yaml_read_text("study.yaml", "a: 1\nmagnet: N42SHH\n", &doc, &e), &e);
    assert_status(matlib_get_magnet(l, "N42SHH", yaml_get_key(yaml_get_root(doc), "magnet"), &m, &e), ST_CONFIG, NULL);
    assert_null(m);
    assert_string_equal(e.message, "magnet 'N42SHH' is not in materials/data/magnets.yaml; nearest: N42SH");
    assert_string_equal(e.file, "study.yaml");
    assert_int_equal(e.line, 2);
    assert_status(matlib_get_coolant(l, "watr_glycol_50", NULL, &c, &e), ST_CONFIG, NULL);
    assert_non_null(strstr(e.message, "nearest: water_glycol_50"));
    yaml_free(doc);
    matlib_free(l);
}

static void test_refused_magnets(void **state)
{
    (void)state;
    assert_refused("magnets.yaml", "HcJ20_A_per_m: {value: 1595000, low: 1595000", "HcJ20_A_per_m: {value: 0, low: 0", "HcJ20_A_per_m");
    assert_refused("magnets.yaml", "Br20_T: {value: 1.33,", "Br20_T: {value: .nan,", "number");
    assert_refused("magnets.yaml", "Br20_T: {value: 1.33, low: 1.31", "Br20_T: {value: 1.33, low: 1.34", "");
    assert_refused("magnets.yaml", "source: SYRE_LAYER", "source: SYRE_LAYR", "nearest: SYRE_LAYER");
    assert_refused("magnets.yaml", "N45SH:", "N42SH:", "");
    assert_refused("magnets.yaml", "technology: ndfeb_dy", "technology: ndfeb_dx", "nearest: ndfeb_dy");
    assert_refused("magnets.yaml", "technology: ndfeb_dy", "technology: ndfeb_gbd", "belong together");
    assert_refused("magnets.yaml", "Dy: {value: 0.035, low: 0.02, high: 0.04", "Dy: {value: 0.135, low: 0.02, high: 0.14", "sum to 1.1");
    assert_refused("magnets.yaml", "mu_rec: {value: 1.05, low: 1.03, high: 1.06", "mu_rec: {value: 1.9, low: 1.03, high: 1.9",
                   "no such recoil line");
    assert_refused("magnets.yaml", "  squareness_pu:", "  squarness_pu:", "squareness_pu");
    assert_refused("magnets.yaml", "T_max_degC: 150", "T_max_degC: -60", "below");
    /* measured curves: J must not grow, fields must fall from 0, temperatures ascend inside the data, the knee be there */
    assert_refused("magnets.yaml", "B_T: [1.3, 1.281, 1.264, 1.192,", "B_T: [1.3, 1.281, 1.264, 1.292,", "not monotone: J");
    assert_refused("magnets.yaml", "H_A_per_m: [0, -14000, -27000,", "H_A_per_m: [0, -14000, -14000,", "they must fall");
    assert_refused("magnets.yaml", "H_A_per_m: [0, -14000, -27000,", "H_A_per_m: [-100, -14000, -27000,", "begins at 0");
    assert_refused("magnets.yaml", "H_A_per_m: [0, -14000, -27000,", "H_A_per_m: [0, -27000,", "as many of one");
    assert_refused("magnets.yaml", "- T_degC: 150", "- T_degC: 90", "ascend: 90 after 100");
    assert_refused("magnets.yaml", "- T_degC: 150", "- T_degC: 350", "hold from -40 to");
    assert_refused("magnets.yaml", "HcJ20_A_per_m: {value: 1846800, low: 1840000", "HcJ20_A_per_m: {value: 1700000, low: 1600000",
                   "J is still");
    assert_refused("magnets.yaml", "source: FEMM_MATLIB\n      H_A", "source: FEMM_MATLIP\n      H_A", "nearest: FEMM_MATLIB");
}

static void test_refused_steels_and_others(void **state)
{
    (void)state;
    assert_refused("steels.yaml", "B_T: [0, 0.1, 0.2,", "B_T: [0, 0.2, 0.1,", "must rise");
    assert_refused("steels.yaml", "B_T: [0, 0.1, 0.2,", "B_T: [0, 0.1, 0.1,", "must rise");
    assert_refused("steels.yaml", "B_T: [0, 0.1, 0.2,", "B_T: [0, 0.2,", "as many");
    assert_refused("steels.yaml", "B_T: [0, 0.1, 0.2,", "B_T: [0.05, 0.1, 0.2,", "starts at 0, 0");
    assert_refused("steels.yaml", "p_W_per_kg: [0.0166,", "p_W_per_kg: [0,", "above 0");
    assert_refused("steels.yaml", "quality: datasheet, source: SYRE_IRON", "quality: hearsay, source: SYRE_IRON", "hearsay");
    assert_refused("conductors.yaml", "  composition:\n    Cu:", "  composition_x:\n    Cu:", "composition");
    assert_refused("coolants.yaml", "viscosity_Pa_s: [0.010391", "viscosity_Pa_s: [-0.010391", "above 0");
    assert_refused("coolants.yaml", "viscosity_Pa_s: [0.010391, ", "viscosity_Pa_s: [0.000391, ",
                   "turns the curve; expected it to go on rising");
    assert_refused("coolants.yaml", "T_degC: [-5, 0,", "T_degC: [-5, -5,", "increase");
    assert_refused("structural.yaml", "  yield_Pa:", "  yield_MPa:", "yield_Pa");
    assert_refused("refs.yaml", "  link:", "  lnk:", "link");
}

static void test_missing_file(void **state)
{
    (void)state;
    struct matlib *l = NULL;
    struct err e = {0};
    assert_status(matlib_new("no/such/folder", &l, &e), ST_IO, NULL);
    assert_null(l);
}

static void test_hash_follows_the_contents(void **state)
{
    (void)state;
    struct matlib *a = NULL, *b = NULL;
    struct err e = {0};
    copy_with(NULL, "", "");
    assert_ok(matlib_new(DATA_DIR, &a, &e), &e);
    assert_ok(matlib_new(scratch, &b, &e), &e);
    assert_true(a->hash == b->hash); /* of the contents, not of where they lie */
    matlib_free(b);
    copy_with("magnets.yaml", "value: 1.33,", "value: 1.32,");
    assert_ok(matlib_new(scratch, &b, &e), &e);
    assert_true(a->hash != b->hash);
    matlib_free(a);
    matlib_free(b);
}

static void test_out_of_memory_leaves_nothing(void **state)
{
    (void)state;
    struct matlib *l = NULL;
    struct err e = {0};
    const long live = mem_get_live(), before = mem_get_count();
    assert_ok(matlib_new(DATA_DIR, &l, &e), &e);
    const long needed = mem_get_count() - before;
    matlib_free(l);
    for (long n = 1; n <= needed; n += 1 + n / 3) {
        mem_set_fail_at(n);
        assert_status(matlib_new(DATA_DIR, &l, &e), ST_NO_MEMORY, &e);
        mem_set_fail_at(0);
        assert_null(l);
        assert_int_equal(mem_get_live(), live);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shipped_library),
        cmocka_unit_test(test_coolants),
        cmocka_unit_test(test_every_composition_sums_to_one),
        cmocka_unit_test(test_unknown_name_shows_nearest),
        cmocka_unit_test(test_refused_magnets),
        cmocka_unit_test(test_refused_steels_and_others),
        cmocka_unit_test(test_missing_file),
        cmocka_unit_test(test_hash_follows_the_contents),
        cmocka_unit_test(test_out_of_memory_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
