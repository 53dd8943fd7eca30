/* gap.c - waves of A in the air gap, from the two rings of nodes of the moving band. */
#include "models/field/field_impl.h"
#include <assert.h>
#include <math.h>
#include "materials/base/units.h"
#include "materials/base/banned.h"

/* One node of a ring, endlessly continued: place k of n - 1 per sector, k up to 2 n - 3. */
static void ring_get(const struct field_ws *ws, const int *ring, int n, int k, double *angle_rad, double *A)
{
    int turns = k < 0 ? -1 : k / (n - 1), node = ring[k - turns * (n - 1)], dof = ws->mesh->dof[node];
    double sign = turns % 2 == 0 ? 1.0 : ws->mesh->periodic_sign;
    *angle_rad = ws->node_angle_rad[node] + turns * ws->mesh->sector_rad;
    *A = dof < 0 ? 0.0 : sign * ws->mesh->sign[node] * ws->A[dof];
}

struct waves { int n, first, step; }; /* first + j step per turn */
struct phasors { double c[FIELD_MAX_GAP_WAVE], s[FIELD_MAX_GAP_WAVE]; };

/* Adds value (cos, sin)(wave angle) of every wave; from wave to wave the phasor turns by the same angle. */
static void add_point(const struct waves *w, double value, double angle_rad, struct phasors *out)
{
    const double turn_c = cos(w->step * angle_rad), turn_s = sin(w->step * angle_rad);
    double c = value * cos(w->first * angle_rad), s = value * sin(w->first * angle_rad);
    for (int j = 0; j < w->n; j++) {
        const double next = c * turn_c - s * turn_s;
        out->c[j] += c;
        out->s[j] += s;
        s = c * turn_s + s * turn_c;
        c = next;
    }
}

/* Waves of A on a ring: (2/sector) int A (cos, sin)(wave (angle - angle0)). Between nodes A is the cubic through four neighbours, whose
 * nodes are far more exact than the linear trace is between them; Gauss with four points per interval. */
static void ring_eval(const struct field_ws *ws, const int *ring, int n, const struct waves *w, double angle0_rad, struct phasors *out)
{
    static const double POINT[4] = {-0.8611363115940526, -0.3399810435848563, 0.3399810435848563, 0.8611363115940526};
    static const double WEIGHT[4] = {0.3478548451374538, 0.6521451548625461, 0.6521451548625461, 0.3478548451374538};
    for (int j = 0; j < w->n; j++)
        out->c[j] = out->s[j] = 0.0;
    for (int k = 0; k < n - 1; k++) {
        double t[4], A[4];
        for (int i = 0; i < 4; i++)
            ring_get(ws, ring, n, k - 1 + i, &t[i], &A[i]);
        double half = 0.5 * (t[2] - t[1]), middle = 0.5 * (t[2] + t[1]);
        for (int g = 0; g < 4; g++) {
            double s = middle + half * POINT[g], value = 0.0;
            for (int i = 0; i < 4; i++) {
                double along = A[i];
                for (int j = 0; j < 4; j++)
                    if (j != i)
                        along *= (s - t[j]) / (t[i] - t[j]);
                value += along;
            }
            add_point(w, value * WEIGHT[g] * half * 2.0 / ws->mesh->sector_rad, s - angle0_rad, out);
        }
    }
}

/* In current-free air A_n = c r^n + d r^-n: the shares of the waves on the rings r1 and r2 in that at r. */
static void get_shares(double n, double r1, double r2, double r, double share[2])
{
    share[0] = sinh(n * log(r2 / r)) / sinh(n * log(r2 / r1));
    share[1] = sinh(n * log(r / r1)) / sinh(n * log(r2 / r1));
}

void field_eval_gap_A(const struct field_ws *ws, double r_m, int n, int first, int step, double *c_Wb_per_m, double *s_Wb_per_m)
{
    const struct mesh *ms = ws->mesh;
    const struct waves w = {n, first, step};
    const double d_axis_rad = 0.5 * ms->tau_rad, turn_rad = (ws->theta_el_rad + ws->layout.axis_el_rad) / ws->machine.p;
    struct phasors rotor, stator;
    assert(n >= 1 && n <= FIELD_MAX_GAP_WAVE && first >= 1);
    ring_eval(ws, ms->ring_rotor, ms->n_ring_rotor, &w, d_axis_rad, &rotor);
    ring_eval(ws, ms->ring_stator, ms->n_ring_stator, &w, d_axis_rad + turn_rad, &stator);
    for (int j = 0; j < n; j++) {
        double share[2];
        get_shares(first + j * step, ms->r_band_in_m, ms->r_band_out_m, r_m, share);
        c_Wb_per_m[j] = share[0] * rotor.c[j] + share[1] * stator.c[j];
        s_Wb_per_m[j] = share[0] * rotor.s[j] + share[1] * stator.s[j];
    }
}

/* B_r = (1/r) dA/d(angle) */
void field_eval_gap_harmonic(const struct field_ws *ws, int order, double *Br_d_T, double *Br_q_T)
{
    const int wave = order * ws->machine.p;
    const double r_m = 0.5 * (ws->machine.R_ro_m + ws->machine.stator.R_bore_m);
    double c, s;
    field_eval_gap_A(ws, r_m, 1, wave, 0, &c, &s);
    *Br_d_T = wave / r_m * s;
    *Br_q_T = -wave / r_m * c;
}
