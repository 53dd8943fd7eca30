/* contour_impl.h - building a contour, for the readers. */
#ifndef MODELS_MACHINE_CONTOUR_IMPL_H
#define MODELS_MACHINE_CONTOUR_IMPL_H
#include "models/machine/contour.h"

enum status contour_new(const char *path, const struct contour_opts *o, struct contour **out, struct err *e) MUST_CHECK;
/* Vertices are added to the last region, in the file's frame but in metres; the axis is in the file's frame too. */
enum status contour_add_region(struct contour *c, const char *name, enum contour_kind kind, double axis_rad, int line,
                               struct err *e) MUST_CHECK;
enum status contour_add_vertex(struct contour *c, double x_m, double y_m, double bulge_pu, struct err *e) MUST_CHECK;
/* contour_finish - into the pole frame, anticlockwise, repeated vertices left out, areas. */
void contour_finish(struct contour *c, double d_axis_rad);

#endif
