/* bom.h - bill of materials of one motor: masses by part, by material and by element, Dy/Tb of diffused magnets, and the cost today.
 * Net mass m = what is in the motor; purchased mass q = what is bought for it (scrap, grinding and punching included), q >= m.
 * Elements are "symbols known to market data" (materials/material.h): chemical elements and traded materials such as "electrical_steel".
 * Prices and the element table are the caller's: this module knows no market. Whole machine (all poles, full stack). SI, USD.
 *
 * Composition: mass fractions of a data sheet may sum to 1 +- 0.02; they are scaled to 1 here, so that the sum by part, by material and by
 * element is the same mass.
 * Diffused magnets: the sheet composition is the magnet before diffusion; the Dy or Tb brought in is its own part, face area x kg/m2.
 * Diffused faces: +n, -n: magnet width x stack; inner, outer end: thickness x stack; both legs, all poles. A flat bar (CENTRE_NONE) has no
 * inner end face: its halves are one block. Surface magnets: +n outer cylinder, -n inner cylinder, outer end = both ends; no inner end. */
#ifndef MODELS_BOM_BOM_H
#define MODELS_BOM_BOM_H
#include "models/machine/machine.h"

#define BOM_MAX_ELEMENT 64

enum bom_part { BOM_STATOR_CORE, BOM_ROTOR_CORE, BOM_COPPER_SLOT, BOM_COPPER_END, BOM_COPPER_FIELD, BOM_MAGNET, BOM_MAGNET_DIFFUSED,
                BOM_INSULATION, BOM_SHAFT, BOM_HOUSING, BOM_SLEEVE, BOM_PART_COUNT };
const char *bom_get_part_key(enum bom_part part); /* "stator_core", ... */

struct bom_elements { int n; const char *const *symbol; }; /* n <= BOM_MAX_ELEMENT, unique symbols */

enum bom_steel_purchase {
    BOM_STEEL_BY_RATIO, /* net mass x buy_to_fly of the steel's data sheet */
    BOM_STEEL_BY_BLANK  /* square blank of side 2 R_out + blank_web_m; the rotor comes out of the bore when both steels are one grade, else
                           it has  its own blank of side 2 R_ro + blank_web_m. A shared blank is split by net mass. */
};

struct bom_input {                       /* every field must be given; NAN or a negative number is refused (ST_CONFIG) */
    double stator_iron_pole_m2, rotor_iron_pole_m2,
        magnet_pole_m2; /* cross-sections of one pole, from the mesh or closed formulae, no stacking */
    double copper_slot_m3, copper_end_m3, copper_field_m3;          /* net copper, whole machine; 0 without field winding */
    double shaft_kg, housing_kg;                                    /* finished mass; > 0 needs the machine's material */
    double gbd_buy_to_fly;                                          /* Dy/Tb bought / Dy/Tb in the magnet, >= 1 */
    enum bom_steel_purchase steel_purchase;
    double blank_web_m;                                             /* BOM_STEEL_BY_BLANK only */
};

struct bom_material { char name[96]; double net_kg, purchased_kg; };

struct bom {
    double net_kg[BOM_PART_COUNT], purchased_kg[BOM_PART_COUNT];
    const struct material *material[BOM_PART_COUNT];   /* NULL: part absent, or BOM_MAGNET_DIFFUSED (an element) */
    int n_material;
    struct bom_material by_material[BOM_PART_COUNT];   /* parts of one material joined, order of first use */
    int n_element;
    double m_kg[BOM_MAX_ELEMENT], q_kg[BOM_MAX_ELEMENT];              /* net and purchased, index of the caller's element table */
    double q_part_kg[BOM_PART_COUNT][BOM_MAX_ELEMENT];                /* purchased, by part */
    double net_total_kg, purchased_total_kg;
    double active_kg;                                                 /* net without shaft and housing */
    double gbd_face_m2;                                               /* diffused face area, whole machine; 0 when not diffused */
    double hre_net_kg, hre_purchased_kg;                              /* Dy + Tb */
};

/* bom_eval - masses of a machine.
 * Given:    m    materials set for every part that has mass (insulation fills what copper leaves of slot, end turns and field coil)
 *           el   the caller's element table
 * Status:   ST_OK; ST_CONFIG: an input that is not given, an element or a material that is missing, a blank smaller than the part.
 * Allocates nothing. */
enum status bom_eval(const struct machine *m, const struct bom_input *in, const struct bom_elements *el, struct bom *out,
                     struct err *e) MUST_CHECK;

/* bom_eval_gbd_face_m2 - diffused face area of the whole machine; 0 when the magnet is not diffused or there is none. */
double bom_eval_gbd_face_m2(const struct machine *m);

struct bom_cost {
    double purchase_USD[BOM_PART_COUNT];    /* elements at today's price, purchased mass */
    double processing_USD[BOM_PART_COUNT];  /* processing_USD_per_kg x net mass; diffusion: USD/m2 x face area */
    double credit_USD[BOM_PART_COUNT];      /* scrap sold back: credit_pu x price x (purchased - net), >= 0, subtracted */
    double element_USD[BOM_MAX_ELEMENT];    /* purchase by element */
    double purchase_total_USD, processing_total_USD, credit_total_USD, total_USD;
};

/* bom_eval_cost - price_USD_per_kg[el->n]; credit_pu[BOM_PART_COUNT]: share of today's price got back for the scrap of each part, 0..1.
 * Status: ST_OK; ST_CONFIG: price missing (NAN) of an element that is bought, credit outside 0..1, processing cost not known (NAN). */
enum status bom_eval_cost(const struct bom *b, const struct machine *m, const struct bom_elements *el, const double *price_USD_per_kg,
                          const double *credit_pu, struct bom_cost *out, struct err *e) MUST_CHECK;

#endif
