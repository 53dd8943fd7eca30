/* test_magnet.c - property laws against figures worked by hand and against the J(H) model itself. */
#include "materials/magnet.h"
#include "materials/matlib.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "tests/support/close.h"
#include <string.h>
#include "materials/base/banned.h"

#define T20_K 293.15
#define T150_K 423.15

static struct datum just(double v) { return (struct datum){.value = v, .low = v, .high = v, .quality = QUALITY_ASSUMED}; }

/* N42SH of the reference data: Br 1.33 T, -0.115 %/K; HcJ 1595 kA/m, -0.56 %/K; mu_rec 1.05; Hk/HcJ 0.95. */
static struct magnet make_n42sh(void)
{
    struct magnet m;
    memset(&m, 0, sizeof m);
    m.Br20_T = just(1.33);
    m.alpha_Br_per_K = just(-0.00115);
    m.HcJ20_A_per_m = just(1595e3);
    m.beta_HcJ_per_K = just(-0.0056);
    m.mu_rec = just(1.05);
    m.squareness_pu = just(0.95);
    return m;
}

/* A diffused magnet: core 1250 kA/m, 740 kA/m more at a face, 1/e after 1.5 mm. */
static struct magnet make_diffused(void)
{
    struct magnet m = make_n42sh();
    m.is_diffused = 1;
    m.HcJ20_A_per_m = just(1250e3);
    m.gbd_gain20_A_per_m = just(740e3);
    m.gbd_depth_m = just(1.5e-3);
    return m;
}

static void test_temperature_laws(void **state)
{
    (void)state;
    const struct magnet m = make_n42sh();
    assert_close(magnet_eval_Br_T(&m, T20_K), 1.33, 1e-14, 0);
    assert_close(magnet_eval_Br_T(&m, T150_K), 1.131165, 1e-12, 0);              /* 1.33 (1 - 0.00115 * 130) */
    assert_close(magnet_eval_HcJ_A_per_m(&m, T150_K, 0, NULL), 433.84e3, 1e-12, 0); /* 1595 (1 - 0.0056 * 130) */
    assert_close(magnet_eval_HcJ_A_per_m(&m, 373.15, 0, NULL), 880.44e3, 1e-12, 0);
    assert_close(magnet_eval_HcJ_A_per_m(&m, 600.0, 0, NULL), 0.0, 0, 0); /* the line is below zero from 198.6 degC */
}

static void test_squareness_width(void **state)
{
    (void)state;
    const struct magnet m = make_n42sh();
    /* 0.05 * 433840 / ln 10; and at Hk = 0.95 HcJ a tenth is lost */
    const double H0 = magnet_eval_H0_A_per_m(&m, T150_K, 433.84e3);
    assert_close(H0, 9420.715, 1e-6, 0);
    assert_close(exp(-(433.84e3 - 0.95 * 433.84e3) / H0), 0.1, 1e-12, 0);
    assert_close(magnet_eval_H0_A_per_m(&m, T20_K, 2 * 433.84e3), 2 * H0, 1e-14, 0);
}

/* The recoil line through the point that the written J(H) reaches. */
static double remaining_from_model(const struct magnet *m, double T_K, double HcJ, double H)
{
    const double Br = magnet_eval_Br_T(m, T_K), H0 = magnet_eval_H0_A_per_m(m, T_K, HcJ), mu_rec = m->mu_rec.value;
    const double J = (Br + MU0_H_PER_M * (mu_rec - 1.0) * H) * (1.0 - exp(-(H + HcJ) / H0));
    return MU0_H_PER_M * H + J - MU0_H_PER_M * mu_rec * H;
}

static void test_remaining_is_recoil_line_of_model(void **state)
{
    (void)state;
    const struct magnet m = make_n42sh();
    const double HcJ = 433.84e3;
    for (int i = 0; i < 100; i++) {
        const double H = -HcJ * i / 100.0;
        assert_close(magnet_eval_remaining_Br_T(&m, T150_K, HcJ, H), remaining_from_model(&m, T150_K, HcJ, H), 0, 1e-13);
    }
    /* by hand, one H0 before HcJ: Br - (Br - 0.05 mu0 (HcJ - H0))/e = 1.131165 - (1.131165 - 0.0266676)/e */
    assert_close(magnet_eval_remaining_Br_T(&m, T150_K, HcJ, -(HcJ - 9420.715)), 0.724844, 1e-5, 0);
}

static void test_remaining_shape(void **state)
{
    (void)state;
    const struct magnet m = make_n42sh();
    const double HcJ = 433.84e3, Br = 1.131165;
    assert_close(magnet_eval_remaining_Br_T(&m, T150_K, HcJ, 5e5), Br, 1e-12, 0);
    assert_close(magnet_eval_remaining_Br_T(&m, T150_K, HcJ, -0.5 * HcJ), Br, 1e-9, 0);
    double before = Br + 1e-9;
    for (int i = 0; i < 4000; i++) {
        const double Br_eq = magnet_eval_remaining_Br_T(&m, T150_K, HcJ, -HcJ * (i + 0.5) / 4000.0);
        assert_true(Br_eq <= before + 1e-15 && before - Br_eq < 0.02 * Br); /* falls, without a step */
        before = Br_eq;
    }
    /* at HcJ the model's J is zero: the recoil line there crosses mu0 (mu_rec - 1) HcJ; beyond, the magnet counts as gone */
    assert_close(magnet_eval_remaining_Br_T(&m, T150_K, HcJ, -HcJ * (1 - 1e-12)), MU0_H_PER_M * 0.05 * HcJ, 1e-6, 0);
    assert_close(magnet_eval_remaining_Br_T(&m, T150_K, HcJ, -HcJ), 0.0, 0, 0);
    assert_close(magnet_eval_remaining_Br_T(&m, T150_K, 0.0, -1.0), 0.0, 0, 0);
}

static void test_knee_is_one_percent(void **state)
{
    (void)state;
    struct magnet m = make_n42sh();
    const double mu_rec[] = {1.0, 1.05, 1.2}, squareness[] = {0.79, 0.95, 0.99}, HcJ[] = {152e3, 433.84e3, 2390e3};
    for (int a = 0; a < 3; a++)
        for (int b = 0; b < 3; b++)
            for (int c = 0; c < 3; c++) {
                m.mu_rec = just(mu_rec[a]);
                m.squareness_pu = just(squareness[b]);
                const double knee = magnet_eval_knee_A_per_m(&m, T150_K, HcJ[c]), Br = magnet_eval_Br_T(&m, T150_K);
                assert_close(magnet_eval_remaining_Br_T(&m, T150_K, HcJ[c], -knee), 0.99 * Br, 1e-11, 0);
                assert_true(magnet_eval_remaining_Br_T(&m, T150_K, HcJ[c], -0.999 * knee) > 0.99 * Br);
            }
    /* closed form without recoil slope: HcJ - H0 ln 100 = HcJ (1 - 2 (1 - q)) */
    m.mu_rec = just(1.0);
    m.squareness_pu = just(0.95);
    assert_close(magnet_eval_knee_A_per_m(&m, T150_K, 433.84e3), 0.9 * 433.84e3, 1e-12, 0);
    assert_close(magnet_eval_knee_A_per_m(&m, T150_K, 0.0), 0.0, 0, 0);
    assert_true(isnan(magnet_eval_knee_A_per_m(&m, T150_K, (double)NAN)));
}

/* gain(w) ~ 1 - exp(-w/ws), equal to the grade's own at its published amount; grams in proportion. */
static void test_dose(void **state)
{
    (void)state;
    struct magnet m = make_diffused(), d;
    m.gbd_hre_kg_per_m2 = just(0.1);
    m.gbd_saturation_kg_per_m2 = just(0.05);
    magnet_set_dose(&m, 1.0, &d);
    assert_memory_equal(&d, &m, sizeof m);
    magnet_set_dose(&m, 0.5, &d);
    assert_close(d.gbd_gain20_A_per_m.value, 740e3 * (1 - exp(-1.0)) / (1 - exp(-2.0)), 1e-14, 0);
    assert_close(d.gbd_hre_kg_per_m2.value, 0.05, 1e-15, 0);
    assert_close(d.gbd_depth_m.value, m.gbd_depth_m.value, 0, 0);
    double last = 0.0, gain_of_gram = HUGE_VAL;
    for (int k = 1; k <= 20; k++) { /* each further gram buys less */
        magnet_set_dose(&m, 0.05 * k, &d);
        assert_true(d.gbd_gain20_A_per_m.value > last && d.gbd_gain20_A_per_m.value - last < gain_of_gram);
        gain_of_gram = d.gbd_gain20_A_per_m.value - last;
        last = d.gbd_gain20_A_per_m.value;
    }
    m.gbd_saturation_kg_per_m2 = just(1e3); /* far from level: in proportion */
    magnet_set_dose(&m, 0.25, &d);
    assert_close(d.gbd_gain20_A_per_m.value, 0.25 * 740e3, 1e-4, 0);
    m.is_diffused = 0;
    magnet_set_dose(&m, 0.25, &d);
    assert_close(d.gbd_gain20_A_per_m.value, 740e3, 0, 0);
}

static void test_diffusion_profile(void **state)
{
    (void)state;
    const struct magnet m = make_diffused();
    const double face = 0.0, one = 1.5e-3, both[2] = {1.5e-3, 3.0e-3}, near_both[2] = {0.0, 0.0};
    assert_close(magnet_eval_HcJ_A_per_m(&m, T20_K, 0, NULL), 1250e3, 1e-14, 0);
    assert_close(magnet_eval_HcJ_A_per_m(&m, T20_K, 1, &face), 1990e3, 1e-14, 0);
    assert_close(magnet_eval_HcJ_A_per_m(&m, T20_K, 1, &one), 1522230.786, 1e-9, 0);  /* 1250e3 + 740e3/e */
    assert_close(magnet_eval_HcJ_A_per_m(&m, T20_K, 2, both), 1622378.896, 1e-9, 0);  /* + 740e3/e^2 */
    assert_close(magnet_eval_HcJ_A_per_m(&m, T20_K, 2, near_both), 1990e3, 1e-14, 0); /* capped at the gain */
    assert_close(magnet_eval_HcJ_A_per_m(&m, T150_K, 1, &face), 1990e3 * (1 - 0.0056 * 130), 1e-12, 0);
    double before = 1e99;
    for (int i = 0; i <= 60; i++) {
        const double x_m = i * 1e-4, HcJ = magnet_eval_HcJ_A_per_m(&m, T20_K, 1, &x_m);
        assert_true(HcJ < before && HcJ > 1250e3);
        before = HcJ;
    }
    const struct magnet plain = make_n42sh();
    assert_close(magnet_eval_HcJ_A_per_m(&plain, T20_K, 1, &face), 1595e3, 1e-14, 0);
}

static void test_library_grades(void **state)
{
    (void)state;
    struct matlib *l = NULL;
    struct err e = {0};
    const struct magnet *m = NULL;
    const double face = 0.0;
    assert_ok(matlib_new("materials/data", &l, &e), &e);
    assert_ok(matlib_get_magnet(l, "N42SH", NULL, &m, &e), &e);
    assert_close(magnet_eval_HcJ_A_per_m(m, T150_K, 0, NULL), 434e3, 0, 0.5e3);
    assert_int_equal(m->technology, TECH_NDFEB_DY);
    assert_true(isnan(m->max_thickness_m.value) && isnan(m->gbd_depth_m.value) && !m->is_diffused);
    assert_ok(matlib_get_magnet(l, "N40EH", NULL, &m, &e), &e);
    assert_close(magnet_eval_HcJ_A_per_m(m, 453.15, 0, NULL), 783e3, 0, 0.5e3);
    assert_ok(matlib_get_magnet(l, "G48UH", NULL, &m, &e), &e);
    assert_close(magnet_eval_HcJ_A_per_m(m, T20_K, 1, &face), 1990e3, 1e-12, 0); /* the published figure is that of a face */
    assert_string_equal(m->gbd_element, "Tb");
    assert_ok(matlib_get_magnet(l, "FE16N2_DEMONSTRATED", NULL, &m, &e), &e);
    assert_int_equal(m->evidence, EVIDENCE_DEMONSTRATED);
    /* +0.4 Oe/K = 31.83 A/m per K */
    assert_close(magnet_eval_HcJ_A_per_m(m, T20_K + 100, 0, NULL) - magnet_eval_HcJ_A_per_m(m, T20_K, 0, NULL), 3183.0, 1e-3, 0);
    int per_technology[TECH_COUNT] = {0};
    for (int i = 0; i < l->n_magnet; i++) {
        const double knee = magnet_eval_knee_A_per_m(&l->magnet[i], T20_K, l->magnet[i].HcJ20_A_per_m.value);
        assert_true(knee > 0.4 * l->magnet[i].HcJ20_A_per_m.value && knee < l->magnet[i].HcJ20_A_per_m.value);
        per_technology[l->magnet[i].technology]++;
    }
    for (int t = 0; t < TECH_COUNT; t++)
        assert_true(t == TECH_WOUND_FIELD ? per_technology[t] == 0 : per_technology[t] >= 2);
    matlib_free(l);
}

static void test_words(void **state)
{
    (void)state;
    assert_string_equal(technology_get_key(TECH_NDFEB_DY), "ndfeb_dy");
    assert_string_equal(technology_get_key(TECH_WOUND_FIELD), "wound_field");
    assert_string_equal(technology_get_label(TECH_FE16N2), "iron nitride");
    assert_string_equal(evidence_get_text(EVIDENCE_TARGET), "target");
    for (int t = 0; t < TECH_COUNT; t++)
        assert_true(technology_get_key((enum technology)t)[0] != '\0' && technology_get_label((enum technology)t)[0] != '\0');
}

static void test_laws_allocate_nothing(void **state)
{
    (void)state;
    const struct magnet m = make_diffused();
    const double x_m = 1e-3;
    const long before = mem_get_count();
    const double HcJ = magnet_eval_HcJ_A_per_m(&m, T150_K, 1, &x_m);
    assert_true(magnet_eval_knee_A_per_m(&m, T150_K, HcJ) > 0 && magnet_eval_remaining_Br_T(&m, T150_K, HcJ, -1e5) > 0);
    assert_int_equal(mem_get_count(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_temperature_laws),
        cmocka_unit_test(test_squareness_width),
        cmocka_unit_test(test_remaining_is_recoil_line_of_model),
        cmocka_unit_test(test_remaining_shape),
        cmocka_unit_test(test_knee_is_one_percent),
        cmocka_unit_test(test_dose),
        cmocka_unit_test(test_diffusion_profile),
        cmocka_unit_test(test_library_grades),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_laws_allocate_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
