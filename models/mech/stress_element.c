/* stress_element.c - six-node plane-stress triangle with straight sides (linear strain). O. C. Zienkiewicz, R. L. Taylor, J. Z. Zhu,
 * The Finite Element Method, 7th ed. (2013), ch. 2 and 6: area coordinates, N_i = L_i (2 L_i - 1), N_ij = 4 L_i L_j. */
#include "models/mech/stress_impl.h"
#include <math.h>
#include "materials/base/banned.h"

const double stress_gauss_L[3][3] = {
    {2.0 / 3.0, 1.0 / 6.0, 1.0 / 6.0}, {1.0 / 6.0, 2.0 / 3.0, 1.0 / 6.0}, {1.0 / 6.0, 1.0 / 6.0, 2.0 / 3.0}};

struct stress_gradient stress_get_gradient(const double xy[6])
{
    struct stress_gradient g;
    g.area_m2 = 0.5 * ((xy[2] - xy[0]) * (xy[5] - xy[1]) - (xy[4] - xy[0]) * (xy[3] - xy[1]));
    for (int i = 0; i < 3; i++) {
        const int j = (i + 1) % 3, k = (i + 2) % 3;
        g.x[i] = (xy[2 * j + 1] - xy[2 * k + 1]) / (2.0 * g.area_m2);
        g.y[i] = (xy[2 * k] - xy[2 * j]) / (2.0 * g.area_m2);
    }
    return g;
}

void stress_set_shape_slopes(const struct stress_gradient *g, const double L[3], double dx[6], double dy[6])
{
    for (int i = 0; i < 3; i++) {
        const int j = (i + 1) % 3;
        dx[i] = (4.0 * L[i] - 1.0) * g->x[i];
        dy[i] = (4.0 * L[i] - 1.0) * g->y[i];
        dx[3 + i] = 4.0 * (L[j] * g->x[i] + L[i] * g->x[j]);
        dy[3 + i] = 4.0 * (L[j] * g->y[i] + L[i] * g->y[j]);
    }
}

double stress_eval_stiffness(const double xy[6], const struct stress_material *mat, double *K)
{
    const struct stress_gradient g = stress_get_gradient(xy);
    const double nu = mat->poisson, d = mat->young_Pa / (1.0 - nu * nu), shear = 0.5 * (1.0 - nu) * d;
    for (int k = 0; k < 144; k++)
        K[k] = 0.0;
    for (int q = 0; q < 3; q++) {
        double dx[6], dy[6];
        const double w = g.area_m2 / 3.0;
        stress_set_shape_slopes(&g, stress_gauss_L[q], dx, dy);
        for (int a = 0; a < 6; a++) {
            for (int b = 0; b < 6; b++) { /* B_a^T D B_b, rows and columns x y */
                K[(2 * a) + 12 * (2 * b)] += w * (d * dx[a] * dx[b] + shear * dy[a] * dy[b]);
                K[(2 * a) + 12 * (2 * b + 1)] += w * (nu * d * dx[a] * dy[b] + shear * dy[a] * dx[b]);
                K[(2 * a + 1) + 12 * (2 * b)] += w * (nu * d * dy[a] * dx[b] + shear * dx[a] * dy[b]);
                K[(2 * a + 1) + 12 * (2 * b + 1)] += w * (d * dy[a] * dy[b] + shear * dx[a] * dx[b]);
            }
        }
    }
    return g.area_m2;
}

void stress_eval_centrifugal(const double xy[6], const struct stress_material *mat, double omega_rad_per_s, double *f)
{
    /* int N_i L_j dA / A from int L1^a L2^b L3^c dA = 2 A a! b! c! / (a + b + c + 2)! */
    const double area_m2 = stress_get_gradient(xy).area_m2;
    const double load = mat->density_kg_per_m3 * omega_rad_per_s * omega_rad_per_s * area_m2;
    for (int c = 0; c < 2; c++) {
        for (int i = 0; i < 3; i++) {
            const double here = xy[2 * i + c], next = xy[2 * ((i + 1) % 3) + c], other = xy[2 * ((i + 2) % 3) + c];
            f[2 * i + c] = load * (here / 30.0 - (next + other) / 60.0);
            f[2 * (3 + i) + c] = load * (2.0 * (here + next) + other) / 15.0;
        }
    }
}

void stress_eval_stress(const double xy[6], const struct stress_material *mat, const double u[12], const double L[3], double stress_Pa[3])
{
    const struct stress_gradient g = stress_get_gradient(xy);
    const double nu = mat->poisson, d = mat->young_Pa / (1.0 - nu * nu);
    double dx[6], dy[6], exx = 0.0, eyy = 0.0, exy = 0.0;
    stress_set_shape_slopes(&g, L, dx, dy);
    for (int a = 0; a < 6; a++) {
        exx += dx[a] * u[2 * a];
        eyy += dy[a] * u[2 * a + 1];
        exy += dy[a] * u[2 * a] + dx[a] * u[2 * a + 1];
    }
    stress_Pa[0] = d * (exx + nu * eyy);
    stress_Pa[1] = d * (eyy + nu * exx);
    stress_Pa[2] = 0.5 * (1.0 - nu) * d * exy;
}

void stress_eval_internal(const double xy[6], const struct stress_material *mat, const double u[12], double *f)
{
    const struct stress_gradient g = stress_get_gradient(xy);
    const double nu = mat->poisson, d = mat->young_Pa / (1.0 - nu * nu), w = g.area_m2 / 3.0;
    for (int a = 0; a < 12; a++)
        f[a] = 0.0;
    for (int q = 0; q < 3; q++) {
        double dx[6], dy[6], exx = 0.0, eyy = 0.0, exy = 0.0;
        stress_set_shape_slopes(&g, stress_gauss_L[q], dx, dy);
        for (int a = 0; a < 6; a++) {
            exx += dx[a] * u[2 * a];
            eyy += dy[a] * u[2 * a + 1];
            exy += dy[a] * u[2 * a] + dx[a] * u[2 * a + 1];
        }
        const double sxx = w * d * (exx + nu * eyy), syy = w * d * (eyy + nu * exx), sxy = w * 0.5 * (1.0 - nu) * d * exy;
        for (int a = 0; a < 6; a++) {
            f[2 * a] += dx[a] * sxx + dy[a] * sxy;
            f[2 * a + 1] += dy[a] * syy + dx[a] * sxy;
        }
    }
}

double stress_eval_von_mises_Pa(const double s[3])
{
    return sqrt(s[0] * s[0] - s[0] * s[1] + s[1] * s[1] + 3.0 * s[2] * s[2]);
}
