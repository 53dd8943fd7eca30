/* matlib.h - all materials of a folder, by name. Loads data/{magnets,steels,conductors,insulation,coolants,structural}.yaml
 * and data/refs.yaml; every source key must resolve. Market data (elements, prices, shares) are in market.h. */
#ifndef MATERIALS_MATLIB_H
#define MATERIALS_MATLIB_H
#include "materials/conductor.h"
#include "materials/magnet.h"
#include "materials/steel.h"
#include "materials/thermal_mat.h"
#include "materials/base/yaml.h"

struct ref { char key[48]; char text[320]; char link[200]; };

struct matlib {
    int n_magnet, n_steel, n_conductor, n_insulation, n_coolant, n_structural, n_ref;
    struct magnet *magnet;
    struct steel *steel;
    struct conductor *conductor;
    struct insulation *insulation;
    struct coolant *coolant;
    struct structural *structural;
    struct ref *ref;
    unsigned long long hash; /* FNV-1a of all file contents read, for the archive and result.json */
};

/* matlib_new - Status: ST_IO, ST_CONFIG (file:line:column), ST_NO_MEMORY. */
enum status matlib_new(const char *data_dir, struct matlib **out, struct err *e) MUST_CHECK;
void matlib_free(struct matlib *lib);

/* Look-ups: `at` (may be NULL) is the node that named the material, so that the error shows its place and the nearest name. */
enum status matlib_get_magnet(const struct matlib *l, const char *name, const struct yaml_node *at, const struct magnet **out,
                              struct err *e) MUST_CHECK;
enum status matlib_get_steel(const struct matlib *l, const char *name, const struct yaml_node *at, const struct steel **out,
                             struct err *e) MUST_CHECK;
enum status matlib_get_conductor(const struct matlib *l, const char *name, const struct yaml_node *at, const struct conductor **out,
                                 struct err *e) MUST_CHECK;
enum status matlib_get_insulation(const struct matlib *l, const char *name, const struct yaml_node *at, const struct insulation **out,
                                  struct err *e) MUST_CHECK;
enum status matlib_get_coolant(const struct matlib *l, const char *name, const struct yaml_node *at, const struct coolant **out,
                               struct err *e) MUST_CHECK;
enum status matlib_get_structural(const struct matlib *l, const char *name, const struct yaml_node *at, const struct structural **out,
                                  struct err *e) MUST_CHECK;

#endif
