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

/* A straight fall of J from 1.2 T at 0.8 HcJ to 0, above it the recoil line of mu_rec 1 (J constant). */
static struct magnet make_measured(void)
{
    struct magnet m = make_n42sh();
    m.mu_rec = just(1.0);
    m.n_curve = 2;
    m.curve[0] =
        (struct magnet_curve){.T_K = 323.15, .Br_pu = 1.02, .HcJ_pu = 0.9, .n = 3, .h_pu = {0.5, 0.8, 1.0}, .lost_pu = {0.0, 0.0, 1.0}};
    m.curve[1] =
        (struct magnet_curve){.T_K = 423.15, .Br_pu = 0.98, .HcJ_pu = 1.1, .n = 3, .h_pu = {0.5, 0.7, 1.0}, .lost_pu = {0.0, 0.0, 1.0}};
    return m;
}

static void test_measured_curve(void **state)
{
    (void)state;
    const struct magnet m = make_measured(), law = make_n42sh();
    /* through the measured values, straight between them, held beyond */
    static const double T_K[] = {243.15, 323.15, 373.15, 423.15, 463.15}, BR[] = {1.02, 1.02, 1.0, 0.98, 0.98},
                        HCJ[] = {0.9, 0.9, 1.0, 1.1, 1.1};
    for (int k = 0; k < ARRAY_LEN(T_K); k++) {
        assert_close(magnet_eval_Br_T(&m, T_K[k]) / magnet_eval_Br_T(&law, T_K[k]), BR[k], 1e-12, 0);
        assert_close(magnet_eval_HcJ_A_per_m(&m, T_K[k], 0, NULL) / magnet_eval_HcJ_A_per_m(&law, T_K[k], 0, NULL), HCJ[k], 1e-12, 0);
    }
    assert_close(magnet_eval_lost_pu(&m, 323.15, 0.9), 0.5, 1e-12, 0);
    assert_close(magnet_eval_lost_pu(&m, 423.15, 0.85), 0.5, 1e-12, 0);
    assert_close(magnet_eval_lost_pu(&m, 373.15, 0.9), 0.5 * (0.5 + 2.0 / 3.0), 1e-12, 0);
    assert_close(magnet_eval_lost_pu(&m, 373.15, 0.7), 0.0, 0, 0); /* on the recoil line: nothing, to the last bit */
    assert_close(magnet_eval_lost_pu(&m, 373.15, 1.0), 1.0, 0, 0);
    /* 1 % lies 0.002 of HcJ behind the corner; what is left follows the curve */
    const double HcJ = magnet_eval_HcJ_A_per_m(&m, 323.15, 0, NULL), Br = magnet_eval_Br_T(&m, 323.15);
    assert_close(magnet_eval_knee_A_per_m(&m, 323.15, HcJ), 0.802 * HcJ, 1e-9, 0);
    assert_close(magnet_eval_remaining_Br_T(&m, 323.15, HcJ, -0.9 * HcJ), 0.5 * Br, 1e-12, 0);
    double before = Br;
    for (int k = 0; k <= 200; k++) { /* falls with the field and, at one field, with temperature */
        const double left = magnet_eval_remaining_Br_T(&m, 373.15, HcJ, -HcJ * k / 200.0);
        assert_true(left <= before + 1e-15);
        before = left;
    }
}

static void test_shipped_curves(void **state)
{
    (void)state;
    struct matlib *lib;
    struct err e;
    const struct magnet *m;
    assert_ok(matlib_new("materials/data", &lib, &e), &e);
    assert_ok(matlib_get_magnet(lib, "N52UH", NULL, &m, &e), &e);
    assert_int_equal(m->n_curve, 2);
    /* points of the source: J at -1.13 MA/m and 100 degC, -705 kA/m and 150 degC; remanence and HcJ of both */
    static const struct {
        double T_K, H, J_T, Br_T, HcJ;
    } POINT[] = {{373.15, -1.130e6, 1.17, 1.30, 1160e3}, {423.15, -7.05e5, 1.05593, 1.22, 730.9e3}};
    for (int k = 0; k < ARRAY_LEN(POINT); k++) {
        const double Br = magnet_eval_Br_T(m, POINT[k].T_K), HcJ = magnet_eval_HcJ_A_per_m(m, POINT[k].T_K, 0, NULL);
        assert_close(Br, POINT[k].Br_T, 1e-9, 0);
        assert_close(HcJ, POINT[k].HcJ, 1e-3, 0);
        /* the share lost, seen from the curve's own recoil line (its slope below HcJ/2) */
        const double slope = k ? (1.22 - 1.17896) / 3.70e5 : (1.30 - 1.2628) / 5.72e5;
        const double lost = 1.0 - POINT[k].J_T / (POINT[k].Br_T + slope * POINT[k].H);
        assert_close(magnet_eval_lost_pu(m, POINT[k].T_K, -POINT[k].H / HcJ), lost, 0, 2e-3);
    }
    /* hotter means weaker, at every field */
    for (int k = 1; k < 40; k++)
        for (int T = 0; T < 8; T++) {
            const double H = -3e4 * k, T_K = 293.15 + 20.0 * T;
            assert_true(magnet_eval_remaining_Br_T(m, T_K + 20.0, magnet_eval_HcJ_A_per_m(m, T_K + 20.0, 0, NULL), H) <=
                        magnet_eval_remaining_Br_T(m, T_K, magnet_eval_HcJ_A_per_m(m, T_K, 0, NULL), H) + 1e-12);
        }
    assert_ok(matlib_get_magnet(lib, "CERAMIC_8", NULL, &m, &e), &e);
    const double knee = magnet_eval_knee_A_per_m(m, T20_K, m->HcJ20_A_per_m.value);
    assert_true(knee > 0.78 * m->HcJ20_A_per_m.value && knee < 0.95 * m->HcJ20_A_per_m.value);
    matlib_free(lib);
}

static void test_band(void **state)
{
    (void)state;
    struct magnet m = make_n42sh(), low, high, cold;
    m.HcJ20_A_per_m = (struct datum){1595e3, 1500e3, 1700e3, QUALITY_ASSUMED, ""};
    m.beta_HcJ_per_K = (struct datum){-0.0056, -0.006, -0.0053, QUALITY_ASSUMED, ""};
    magnet_set_band(&m, -1, T150_K, &low);
    magnet_set_band(&m, 1, T150_K, &high);
    assert_close(magnet_eval_HcJ_A_per_m(&low, T150_K, 0, NULL), 1500e3 * (1.0 - 0.006 * 130.0), 1e-12, 0);
    assert_close(magnet_eval_HcJ_A_per_m(&high, T150_K, 0, NULL), 1700e3 * (1.0 - 0.0053 * 130.0), 1e-12, 0);
    magnet_set_band(&m, -1, 253.15, &cold); /* below 20 degC the other end of the coefficient is the weak one */
    assert_close(magnet_eval_HcJ_A_per_m(&cold, 253.15, 0, NULL), 1500e3 * (1.0 + 0.0053 * 40.0), 1e-12, 0);
    assert_close(low.squareness_pu.value, 0.95, 0, 0);
}

/* Thick magnets gain less, by the same grams: mean gain over the thickness of a magnet diffused on both faces, in closed form
 * 2 d/t (1 - exp(-t/d)) of the gain where the sum stays below 1; the grams per face area do not know the thickness. */
static void test_thick_magnets_gain_less(void **state)
{
    (void)state;
    struct magnet m = make_diffused();
    double before = 1e9;
    m.gbd_depth_m = just(0.5e-3);
    for (int k = 0; k < 5; k++) {
        const double t = 2e-3 * (k + 1), d = 0.5e-3;
        double mean = 0.0;
        for (int q = 0; q < 4000; q++) {
            const double x = t * (q + 0.5) / 4000, depth[2] = {x, t - x};
            mean += (magnet_eval_HcJ_A_per_m(&m, T20_K, 2, depth) - 1250e3) / 740e3 / 4000;
        }
        assert_close(mean, 2.0 * d / t * (1.0 - exp(-t / d)), 0.02, 0); /* the cap at a face costs up to 2 % of it at 2 mm */
        assert_true(mean < before);
        const double centre[2] = {0.5 * t, 0.5 * t};
        assert_close(magnet_eval_HcJ_A_per_m(&m, T20_K, 2, centre), 1250e3 + 740e3 * 2.0 * exp(-0.5 * t / d), 1e-12, 0);
        before = mean;
    }
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
        cmocka_unit_test(test_temperature_laws), cmocka_unit_test(test_measured_curve), cmocka_unit_test(test_shipped_curves),
        cmocka_unit_test(test_band), cmocka_unit_test(test_thick_magnets_gain_less),
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
