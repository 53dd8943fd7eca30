/* material.h - what every material has: a name, a density, what it is made of, where the data come from. */
#ifndef MATERIALS_MATERIAL_H
#define MATERIALS_MATERIAL_H
#include "materials/base/datum.h"
#include "materials/base/status.h"

#define MATERIAL_NAME_SIZE 64
#define MATERIAL_MAX_ELEMENT 16

struct composition {          /* of the finished part, mass fractions; sum to 1 within 0.02 or the file is refused */
    int n;
    char element[MATERIAL_MAX_ELEMENT][24];  /* symbols known to market data: "Nd", "Dy", "Fe", "electrical_steel", "Cu" ... */
    struct datum mass_pu[MATERIAL_MAX_ELEMENT];
};

struct material {
    char name[MATERIAL_NAME_SIZE];  /* key in the data file, e.g. "N42SH" */
    char doc[256];                  /* one line for people */
    struct datum density_kg_per_m3;
    struct composition composition;
    struct datum buy_to_fly;        /* purchased mass / mass in the motor, >= 1 (scrap, grinding, punching) */
    struct datum processing_USD_per_kg; /* from purchased elements to the finished part, per kg of finished part */
    double T_min_K, T_max_K;        /* range in which the data may be used */
};

struct yaml_node;
/* material_check_temperature - a temperature that the user gave against that range, refused at `at`. key: its name, where `at` is another
 * place; "" where it is its own. Status: ST_CONFIG. A temperature that was not given (NAN) passes. */
enum status material_check_temperature(const struct material *m, double T_K, const char *key, const struct yaml_node *at,
                                       struct err *e) MUST_CHECK;

#endif
