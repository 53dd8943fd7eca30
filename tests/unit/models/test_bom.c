/* test_bom.c - bill of materials against masses worked by hand; the same mass by part, material and element. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <math.h>
#include <cmocka.h>
#include "materials/base/units.h"
#include "models/bom/bom.h"
#include "tests/support/close.h"
#include "materials/base/banned.h"

static const char *const symbol[] = {"Fe", "Nd", "Dy", "Tb", "B", "Cu", "electrical_steel", "resin", "Al"};
enum { FE, ND, DY, TB, B, CU, STEEL, RESIN, AL, N_SYMBOL };
static const struct bom_elements elements = {.n = N_SYMBOL, .symbol = symbol};

struct shop { /* one machine and all its materials */
    struct machine m;
    struct steel steel, rotor_steel;
    struct magnet magnet;
    struct conductor copper;
    struct insulation insulation;
    struct structural shaft, housing;
    struct bom_input in;
};

static void set_material(struct material *mat, const char *name, double density_kg_per_m3, double buy_to_fly, double processing_USD_per_kg)
{
    snprintf(mat->name, sizeof mat->name, "%s", name);
    mat->density_kg_per_m3.value = density_kg_per_m3;
    mat->buy_to_fly.value = buy_to_fly;
    mat->processing_USD_per_kg.value = processing_USD_per_kg;
}

static void add_element(struct material *mat, const char *name, double mass_pu)
{
    const int k = mat->composition.n++;
    snprintf(mat->composition.element[k], sizeof mat->composition.element[k], "%s", name);
    mat->composition.mass_pu[k].value = mass_pu;
}

/* 8 poles, 0.1 m stack; every volume a round number. */
static void set_shop(struct shop *s)
{
    memset(s, 0, sizeof *s);
    set_material(&s->steel.base, "steel", 7600.0, 1.5, 0.5);
    add_element(&s->steel.base, "electrical_steel", 1.0);
    set_material(&s->magnet.base, "magnet", 7500.0, 1.25, 20.0);
    add_element(&s->magnet.base, "Nd", 0.30); /* sums to 0.99: a data sheet that leaves traces out */
    add_element(&s->magnet.base, "Dy", 0.03);
    add_element(&s->magnet.base, "Fe", 0.65);
    add_element(&s->magnet.base, "B", 0.01);
    s->magnet.is_diffused = 1;
    s->magnet.gbd_hre_kg_per_m2.value = 0.02;
    s->magnet.gbd_process_USD_per_m2.value = 100.0;
    snprintf(s->magnet.gbd_element, sizeof s->magnet.gbd_element, "Tb");
    set_material(&s->copper.base, "copper", 8900.0, 1.05, 3.0);
    add_element(&s->copper.base, "Cu", 1.0);
    set_material(&s->insulation.base, "insulation", 1500.0, 1.0, 0.0);
    add_element(&s->insulation.base, "resin", 1.0);
    set_material(&s->shaft.base, "shaft steel", 7850.0, 1.2, 2.0);
    add_element(&s->shaft.base, "Fe", 1.0);
    set_material(&s->housing.base, "aluminium", 2700.0, 1.1, 4.0);
    add_element(&s->housing.base, "Al", 1.0);
    s->m = (struct machine){.p = 4, .stack_m = 0.1, .stacking_factor_pu = 0.95, .R_ro_m = 0.08, .R_ri_m = 0.05,
                            .stator = {.n_slot = 48, .R_out_m = 0.13, .R_bore_m = 0.081}, .winding = {.copper_fill_pu = 0.4},
                            .rotor_type = ROTOR_V, .v = {.w_m_m = 0.02, .t_m_m = 0.006, .centre = CENTRE_POST},
                            .stator_steel = &s->steel, .rotor_steel = &s->steel, .magnet = &s->magnet,
                            .stator_conductor = &s->copper, .insulation = &s->insulation, .shaft = &s->shaft, .housing = &s->housing};
    s->in = (struct bom_input){.stator_iron_pole_m2 = 2.5e-3, .rotor_iron_pole_m2 = 1.0e-3, .magnet_pole_m2 = 2.4e-4,
                               .copper_slot_m3 = 4e-4, .copper_end_m3 = 3e-4, .shaft_kg = 2.0, .housing_kg = 5.0, .gbd_buy_to_fly = 1.5,
                               .steel_purchase = BOM_STEEL_BY_RATIO, .blank_web_m = (double)NAN};
}

static void test_masses_by_hand(void **state)
{
    (void)state;
    struct shop s;
    struct bom b;
    struct err e;
    set_shop(&s);
    s.m.gbd_face[0] = s.m.gbd_face[1] = 1;
    assert_int_equal(bom_eval(&s.m, &s.in, &elements, &b, &e), ST_OK);
    assert_close(b.net_kg[BOM_STATOR_CORE], 2.5e-3 * 8 * 0.1 * 0.95 * 7600.0, 1e-14, 0.0); /* 14.44 kg */
    assert_close(b.net_kg[BOM_STATOR_CORE], 14.44, 1e-12, 0.0);
    assert_close(b.net_kg[BOM_ROTOR_CORE], 5.776, 1e-12, 0.0);
    assert_close(b.purchased_kg[BOM_ROTOR_CORE], 8.664, 1e-12, 0.0);
    assert_close(b.net_kg[BOM_MAGNET], 1.44, 1e-12, 0.0);          /* 2.4e-4 x 8 x 0.1 x 7500 */
    assert_close(b.purchased_kg[BOM_MAGNET], 1.80, 1e-12, 0.0);
    assert_close(b.net_kg[BOM_COPPER_SLOT], 3.56, 1e-12, 0.0);
    assert_close(b.net_kg[BOM_COPPER_END], 2.67, 1e-12, 0.0);
    assert_close(b.net_kg[BOM_INSULATION], 1.575, 1e-12, 0.0);     /* 7e-4 (1/0.4 - 1) x 1500 */
    /* two wide faces, two legs, eight poles: 2 x 2 x 8 x 0.02 x 0.1 = 0.064 m2 */
    assert_close(b.gbd_face_m2, 0.064, 1e-12, 0.0);
    assert_close(b.net_kg[BOM_MAGNET_DIFFUSED], 1.28e-3, 1e-12, 0.0);
    assert_close(b.purchased_kg[BOM_MAGNET_DIFFUSED], 1.92e-3, 1e-12, 0.0);
    assert_close(b.hre_net_kg, 1.44 * 0.03 / 0.99 + 1.28e-3, 1e-12, 0.0);
    assert_close(b.hre_purchased_kg, 1.80 * 0.03 / 0.99 + 1.92e-3, 1e-12, 0.0);
    assert_close(b.m_kg[ND], 1.44 * 0.30 / 0.99, 1e-12, 0.0);
    assert_close(b.q_kg[STEEL], 1.5 * (14.44 + 5.776), 1e-12, 0.0);
    assert_close(b.active_kg, b.net_total_kg - 7.0, 1e-12, 0.0);
}

static void test_mass_is_conserved(void **state)
{
    (void)state;
    struct shop s;
    struct bom b;
    struct err e;
    set_shop(&s);
    s.m.gbd_face[0] = s.m.gbd_face[3] = 1;
    assert_int_equal(bom_eval(&s.m, &s.in, &elements, &b, &e), ST_OK);
    double part = 0.0, part_q = 0.0, material = 0.0, material_q = 0.0, element = 0.0, element_q = 0.0;
    for (int i = 0; i < BOM_PART_COUNT; i++) {
        part += b.net_kg[i];
        part_q += b.purchased_kg[i];
    }
    for (int i = 0; i < b.n_material; i++) {
        material += b.by_material[i].net_kg;
        material_q += b.by_material[i].purchased_kg;
    }
    for (int i = 0; i < b.n_element; i++) {
        element += b.m_kg[i];
        element_q += b.q_kg[i];
    }
    assert_int_equal(b.n_material, 7); /* one steel and one copper for two parts each */
    assert_close(material, part, 1e-12, 0.0);
    assert_close(element, part, 1e-12, 0.0);
    assert_close(material_q, part_q, 1e-12, 0.0);
    assert_close(element_q, part_q, 1e-12, 0.0);
    assert_close(b.net_total_kg, part, 1e-12, 0.0);
    assert_true(part_q > part);
}

/* A sleeve is in the bill of surface magnets only: the ring outside of R_ro, of its own material. */
static void test_sleeve(void **state)
{
    (void)state;
    struct shop s;
    struct bom bare, b;
    struct err e;
    set_shop(&s);
    s.m.surface = (struct rotor_surface){.R_mi_m = 0.075, .arc_rad = 0.6, .sleeve_m = 1e-3, .sleeve = s.m.shaft};
    assert_int_equal(bom_eval(&s.m, &s.in, &elements, &bare, &e), ST_OK);
    assert_close(bare.net_kg[BOM_SLEEVE], 0.0, 0.0, 0.0);
    s.m.rotor_type = ROTOR_SURFACE;
    assert_int_equal(bom_eval(&s.m, &s.in, &elements, &b, &e), ST_OK);
    const double R_m = s.m.R_ro_m, density = s.m.shaft->base.density_kg_per_m3.value;
    assert_close(b.net_kg[BOM_SLEEVE], density * s.m.stack_m * PI * ((R_m + 1e-3) * (R_m + 1e-3) - R_m * R_m), 1e-12, 0.0);
    assert_close(b.net_total_kg - bare.net_total_kg, b.net_kg[BOM_SLEEVE], 1e-9, 0.0);
    assert_close(b.active_kg - bare.active_kg, b.net_kg[BOM_SLEEVE], 1e-9, 0.0);
    s.m.surface.sleeve = NULL;
    assert_int_equal(bom_eval(&s.m, &s.in, &elements, &b, &e), ST_CONFIG);
}

static void test_diffused_faces(void **state)
{
    (void)state;
    struct shop s;
    set_shop(&s);
    assert_close(bom_eval_gbd_face_m2(&s.m), 0.0, 0.0, 0.0);
    for (int f = 0; f < 4; f++)
        s.m.gbd_face[f] = 1;
    assert_close(bom_eval_gbd_face_m2(&s.m), 2.0 * 8 * 0.1 * 2.0 * (0.02 + 0.006), 1e-12, 0.0);
    s.m.v.centre = CENTRE_NONE; /* flat bar: one block, no inner ends */
    assert_close(bom_eval_gbd_face_m2(&s.m), 2.0 * 8 * 0.1 * (2.0 * 0.02 + 0.006), 1e-12, 0.0);
    s.m.rotor_type = ROTOR_SURFACE;
    s.m.surface = (struct rotor_surface){.R_mi_m = 0.075, .arc_rad = 0.6};
    assert_close(bom_eval_gbd_face_m2(&s.m), 8 * 0.1 * (0.6 * (0.08 + 0.075) + 2.0 * 0.005), 1e-12, 0.0);
    s.magnet.is_diffused = 0;
    assert_close(bom_eval_gbd_face_m2(&s.m), 0.0, 0.0, 0.0);
}

static void test_blanks(void **state)
{
    (void)state;
    struct shop s;
    struct bom b;
    struct err e;
    set_shop(&s);
    s.in.steel_purchase = BOM_STEEL_BY_BLANK;
    s.in.blank_web_m = 0.004;
    assert_int_equal(bom_eval(&s.m, &s.in, &elements, &b, &e), ST_OK);
    const double one_kg = 0.264 * 0.264 * 0.1 * 0.95 * 7600.0;
    assert_close(b.purchased_kg[BOM_STATOR_CORE] + b.purchased_kg[BOM_ROTOR_CORE], one_kg, 1e-12, 0.0);
    assert_close(b.purchased_kg[BOM_ROTOR_CORE], one_kg * 1.0 / 3.5, 1e-12, 0.0);
    s.rotor_steel = s.steel; /* another grade cannot come out of the stator's bore */
    s.m.rotor_steel = &s.rotor_steel;
    assert_int_equal(bom_eval(&s.m, &s.in, &elements, &b, &e), ST_OK);
    assert_close(b.purchased_kg[BOM_STATOR_CORE], one_kg, 1e-12, 0.0);
    assert_close(b.purchased_kg[BOM_ROTOR_CORE], 0.164 * 0.164 * 0.1 * 0.95 * 7600.0, 1e-12, 0.0);
    s.m.stator.R_out_m = 0.05;
    assert_int_equal(bom_eval(&s.m, &s.in, &elements, &b, &e), ST_CONFIG);
}

static void test_cost_by_hand(void **state)
{
    (void)state;
    struct shop s;
    struct bom b;
    struct bom_cost c;
    struct err e;
    const double price[N_SYMBOL] = {[FE] = 0.1, [ND] = 120.0, [DY] = 300.0, [TB] = 1000.0, [B] = 4.0, [CU] = 9.0, [STEEL] = 2.0,
                                    [RESIN] = 5.0, [AL] = 2.5};
    double credit[BOM_PART_COUNT] = {[BOM_STATOR_CORE] = 0.25};
    set_shop(&s);
    s.m.gbd_face[0] = s.m.gbd_face[1] = 1;
    assert_int_equal(bom_eval(&s.m, &s.in, &elements, &b, &e), ST_OK);
    assert_int_equal(bom_eval_cost(&b, &s.m, &elements, price, credit, &c, &e), ST_OK);
    assert_close(c.purchase_USD[BOM_STATOR_CORE], 14.44 * 1.5 * 2.0, 1e-12, 0.0);
    assert_close(c.credit_USD[BOM_STATOR_CORE], 0.25 * 14.44 * 0.5 * 2.0, 1e-12, 0.0);
    assert_close(c.processing_USD[BOM_STATOR_CORE], 7.22, 1e-12, 0.0);
    assert_close(c.purchase_USD[BOM_MAGNET_DIFFUSED], 1.92, 1e-12, 0.0);
    assert_close(c.processing_USD[BOM_MAGNET_DIFFUSED], 6.4, 1e-12, 0.0);
    assert_close(c.purchase_USD[BOM_MAGNET], 1.8 / 0.99 * (0.30 * 120.0 + 0.03 * 300.0 + 0.65 * 0.1 + 0.01 * 4.0), 1e-12, 0.0);
    assert_close(c.element_USD[CU], 1.05 * (3.56 + 2.67) * 9.0, 1e-12, 0.0);
    double by_element = 0.0;
    for (int i = 0; i < N_SYMBOL; i++)
        by_element += c.element_USD[i];
    assert_close(by_element, c.purchase_total_USD, 1e-12, 0.0);
    assert_close(c.total_USD, c.purchase_total_USD + c.processing_total_USD - c.credit_total_USD, 1e-14, 0.0);
    credit[BOM_MAGNET] = 1.5;
    assert_int_equal(bom_eval_cost(&b, &s.m, &elements, price, credit, &c, &e), ST_CONFIG);
}

static void test_refused(void **state)
{
    (void)state;
    struct shop s;
    struct bom b;
    struct bom_cost c;
    struct err e;
    double price[N_SYMBOL] = {0.0};
    const double credit[BOM_PART_COUNT] = {0.0};
    const struct bom_elements few = {.n = 2, .symbol = symbol};
    set_shop(&s);
    assert_int_equal(bom_eval(&s.m, &s.in, &few, &b, &e), ST_CONFIG);
    assert_non_null(strstr(e.message, "electrical_steel"));
    assert_int_equal(bom_eval(&s.m, &s.in, &elements, &b, &e), ST_OK);
    price[CU] = (double)NAN;
    assert_int_equal(bom_eval_cost(&b, &s.m, &elements, price, credit, &c, &e), ST_CONFIG);
    assert_string_equal(e.where, "Cu");
    s.in.housing_kg = (double)NAN;
    assert_int_equal(bom_eval(&s.m, &s.in, &elements, &b, &e), ST_CONFIG);
    assert_string_equal(e.where, "housing_kg");
    set_shop(&s);
    s.in.gbd_buy_to_fly = 0.9;
    assert_int_equal(bom_eval(&s.m, &s.in, &elements, &b, &e), ST_CONFIG);
    set_shop(&s);
    s.steel.base.buy_to_fly.value = (double)NAN;
    assert_int_equal(bom_eval(&s.m, &s.in, &elements, &b, &e), ST_CONFIG);
    set_shop(&s);
    s.m.magnet = NULL;
    assert_int_equal(bom_eval(&s.m, &s.in, &elements, &b, &e), ST_CONFIG);
}

static void test_wound_rotor_has_no_magnet(void **state)
{
    (void)state;
    struct shop s;
    struct bom b;
    struct err e;
    set_shop(&s);
    s.m.rotor_type = ROTOR_SALIENT;
    s.m.magnet = NULL;
    s.m.field.fill_pu = 0.5;
    s.m.field_conductor = &s.copper;
    s.in.magnet_pole_m2 = 0.0;
    s.in.copper_field_m3 = 5e-4;
    assert_int_equal(bom_eval(&s.m, &s.in, &elements, &b, &e), ST_OK);
    assert_close(b.net_kg[BOM_COPPER_FIELD], 4.45, 1e-12, 0.0);
    assert_close(b.net_kg[BOM_INSULATION], 1.575 + 5e-4 * 1500.0, 1e-12, 0.0);
    assert_close(b.net_kg[BOM_MAGNET], 0.0, 0.0, 0.0);
    assert_close(b.hre_net_kg, 0.0, 0.0, 0.0);
    assert_close(b.m_kg[ND], 0.0, 0.0, 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_masses_by_hand), cmocka_unit_test(test_mass_is_conserved), cmocka_unit_test(test_diffused_faces),
        cmocka_unit_test(test_blanks),         cmocka_unit_test(test_cost_by_hand),      cmocka_unit_test(test_refused),
        cmocka_unit_test(test_wound_rotor_has_no_magnet), cmocka_unit_test(test_sleeve),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
