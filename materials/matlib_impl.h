/* matlib_impl.h - how one entry of a data file becomes a material; internal to materials/.
 * Every readable struct begins with struct material, and every reading struct with struct material_head, so that the rows that all
 * materials share are written once. Readers fill *out, which must be zeroed; what they allocate is given back by the _done functions,
 * which accept a half-read struct. */
#ifndef MATERIALS_MATLIB_IMPL_H
#define MATERIALS_MATLIB_IMPL_H
#include "materials/conductor.h"
#include "materials/magnet.h"
#include "materials/steel.h"
#include "materials/thermal_mat.h"
#include "materials/base/yaml.h"

#define MATERIAL_MAX_POINT 512 /* longest table of a data file */

struct material_head {
    struct material m;
    const struct yaml_node *doc, *composition; /* composition: NULL when absent */
};

/* The words of enum quality for SCHEMA_CHOICE rows, NULL-terminated. */
extern const char *const material_quality_word[QUALITY_COUNT + 1];

/* material_read_head - read `entry` by the shared rows and n_own more into `out`, which begins with a struct material_head;
 * then name, doc and composition (fractions must sum to 1 within 0.02). */
enum status material_read_head(const struct yaml_node *entry, const struct schema_row *own, int n_own, void *out, struct err *e) MUST_CHECK;
/* material_read_doc - copy the one-line text of a node; too long is refused. */
enum status material_read_doc(const struct yaml_node *node, char *doc, int size, struct err *e) MUST_CHECK;
/* material_read_name - copy the key of an entry; too long is refused. */
enum status material_read_name(const struct yaml_node *entry, char name[MATERIAL_NAME_SIZE], struct err *e) MUST_CHECK;
/* material_read_need_composition - refuse an entry without one (what stands in the bill of materials needs it). */
enum status material_read_need_composition(const struct yaml_node *entry, const struct material_head *h, struct err *e) MUST_CHECK;
/* material_read_lists - two equally long lists of numbers of a map, 2..MATERIAL_MAX_POINT points. offset is added to x. */
enum status material_read_lists(const struct yaml_node *map, const char *x_key, const char *y_key, double x_offset, double *x, double *y,
                                int *n, struct err *e) MUST_CHECK;
/* material_no_datum - "not given": NAN values. */
struct datum material_no_datum(void);

enum status magnet_read(const struct yaml_node *entry, void *out, struct err *e) MUST_CHECK;
/* magnet_read_curves - the list demag_curves of a grade whose other data are read: {T_degC, quality, source, H_A_per_m, B_T}, H from 0
 * downwards, B of the normal curve. Refused: J that grows with |H|, temperatures that do not ascend or lie outside the grade's range, a
 * curve that ends before half of HcJ or goes on beyond it. */
enum status magnet_read_curves(const struct yaml_node *list, struct magnet *m, struct err *e) MUST_CHECK;
enum status steel_read(const struct yaml_node *entry, void *out, struct err *e) MUST_CHECK;
enum status conductor_read(const struct yaml_node *entry, void *out, struct err *e) MUST_CHECK;
enum status insulation_read(const struct yaml_node *entry, void *out, struct err *e) MUST_CHECK;
enum status coolant_read(const struct yaml_node *entry, void *out, struct err *e) MUST_CHECK;
enum status structural_read(const struct yaml_node *entry, void *out, struct err *e) MUST_CHECK;
void steel_done(void *steel);
void coolant_done(void *coolant);

/* steel_fit_loss - k_h, k_c, k_e and the fit errors of s from its loss table (n_loss rows).
 * Status: ST_RANGE when fewer than three points lie in the range of the fit. */
enum status steel_fit_loss(struct steel *s, struct err *e) MUST_CHECK;

#endif
