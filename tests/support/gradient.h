/* gradient.h - gradients against central differences of whole new evaluations, for every variable of a space: to a share of the
 * derivative, or, where the derivative is smaller, of `floor` (a figure's scale per relative change of the variable). With falling steps
 * (plateau.h); steps across which the figures are not comparable (another topology, other neighbours in the moving band) are left out. */
#ifndef TESTS_SUPPORT_GRADIENT_H
#define TESTS_SUPPORT_GRADIENT_H
#include "models/mesh/mesh.h"
#include "models/sens/sens_space.h"

#define GRADIENT_MAX_FIGURE 256

/* All figures of a machine solved anew; 0: not comparable there. around: variable k, changed by dx. */
typedef int gradient_eval_fn(void *ctx, const struct machine *m, int k, double dx, double *figure);

struct gradient_rule {
    double rtol;            /* of the larger of derivative and floor */
    double plateau;         /* two steps that agree to this end the study of the step */
    const double *floor;    /* [n_figure] */
};

/* gradient_check - fails with the variable named; gradient[n_var][n_figure]. Figures that are NAN must have NAN derivatives. Returns the
 * worst difference in units of the larger of derivative and floor. */
double gradient_check(const struct sens_space *sp, int n_figure, const double *gradient, gradient_eval_fn *fn, void *ctx,
                      const struct gradient_rule *rule);

/* gradient_is_same_band - whether the moving bands of two meshes join the same nodes at n rotor angles (mechanical). */
int gradient_is_same_band(const struct mesh *a, const struct mesh *b, int n, const double *theta_rad);

#endif
