/* matview.h - materials as people read them: classes, the data of each class with label and display unit, the text behind a source key.
 * For `motrade materials` and for the data-quality part of the report. Display units are those of the key's suffix (units.h). */
#ifndef SOLVER_MATVIEW_H
#define SOLVER_MATVIEW_H
#include "materials/matlib.h"

enum matview_class {
    MATVIEW_MAGNET,
    MATVIEW_STEEL,
    MATVIEW_CONDUCTOR,
    MATVIEW_INSULATION,
    MATVIEW_COOLANT,
    MATVIEW_STRUCTURAL,
    MATVIEW_CLASS_COUNT
};

struct matview_datum {
    const char *key;     /* its suffix is the display unit */
    const char *label;   /* without unit */
    size_t offset;       /* of the struct datum in the material */
};

const char *matview_get_class_label(enum matview_class c);                  /* "permanent magnets", ... */
int matview_get_count(const struct matlib *l, enum matview_class c);
/* matview_get_material - the i-th of a class; the struct of the class begins there. */
const struct material *matview_get_material(const struct matlib *l, enum matview_class c, int i);
/* matview_get_data - own data of a class; matview_get_common_data - what every material has. */
const struct matview_datum *matview_get_data(enum matview_class c, int *n);
const struct matview_datum *matview_get_common_data(int *n);
const struct datum *matview_get_datum(const struct material *m, const struct matview_datum *d);

/* matview_eval - SI to the unit of the key's suffix; matview_get_unit - label of that unit, "" for pure numbers. */
double matview_eval(const char *key, double si);
const char *matview_get_unit(const char *key);

const struct ref *matview_get_ref(const struct matlib *l, const char *source); /* NULL when there is none of that key */

#endif
