/* mms.h - manufactured solutions: a rectangle of iron meshed without the machine's templates, and observed orders of convergence. */
#ifndef TESTS_SUPPORT_MMS_H
#define TESTS_SUPPORT_MMS_H
#include "models/mesh/mesh.h"

/* mms_new_mesh - n x n cells of two triangles over [0, width] x [0, height], inner nodes shifted smoothly so that no symmetry flatters the
 * result; A = 0 on the rim; all of it stator yoke, no band. Free with mesh_free. NULL without memory. */
struct mesh *mms_new_mesh(int n, double width_m, double height_m);
/* mms_eval_order - slope of log(error) over log(h) between two meshes whose cell sizes differ by `ratio`. */
double mms_eval_order(double error_coarse, double error_fine, double ratio);

#endif
