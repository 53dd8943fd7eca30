/* figure_label.h - keys of figures and of thermal coefficients in words, for every page and table that people read. */
#ifndef SOLVER_FIGURE_LABEL_H
#define SOLVER_FIGURE_LABEL_H
#include "models/thermal/thermal.h"
#include <stddef.h>

/* figure_label_get - words without the unit, from a table, else from the key itself. */
void figure_label_get(const char *key, char *out, size_t n);
const char *figure_label_get_unit(const char *key); /* of the key's ending; "" for none and for per unit */
/* figure_label_fit_decimals - so that the value stands with three significant digits at most, and a torque, power or current, which follow
 * the size of the motor, with three at least. */
int figure_label_fit_decimals(const char *key, double v, int decimals);
int figure_label_get_decimals(const char *key);     /* 2 for a key that the table does not know */
/* figure_label_is_least - the search for v ended there: the figure is v or more. */
int figure_label_is_least(const char *key, double v);
int figure_label_is_part(const char *key);          /* of the figure above it in its group */

/* Figures of one motor in the order in which they are read: keys, NULL at the end. */
enum figure_group { FIGURE_GROUP_TORQUE, FIGURE_GROUP_HEAT, FIGURE_GROUP_MATERIAL, FIGURE_GROUP_COUNT };
const char *figure_label_get_group(enum figure_group g); /* its heading */
const char *const *figure_label_get_keys(enum figure_group g);

/* figure_label_get_node - a node of the thermal network by its name in the motor of this state. */
const char *figure_label_get_node(enum thermal_node node, const struct thermal_state *s);

#endif
