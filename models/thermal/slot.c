#include "models/thermal/slot.h"

#include <math.h>
#include <string.h>
#include "models/num/dense.h"
#include "materials/base/banned.h"

#define N SLOT_N_CELL
#define NL SLOT_N_LAYER
#define NB SLOT_N_IRON

static int layer_of(int cell) { return cell / SLOT_CELLS_PER_LAYER; }

double slot_eval_half_slab_rise_K(double flow_W, double R_K_per_W)
{
    return flow_W >= 0.0 ? flow_W * R_K_per_W / 6.0 : -flow_W * R_K_per_W / 3.0;
}

/* Cells: conductances to the iron beside (or, the last cell, also below) and the tridiagonal matrix, column-major full. */
static void set_cells(struct slot_net *n, const struct slot_section *s, double *M, double to_iron[N][NB])
{
    const double dy_m = s->depth_m / N;
    memset(M, 0, sizeof *M * N * N);
    memset(to_iron, 0, sizeof(double) * N * NB);
    for (int c = 0; c < N; c++) {
        const double flank_m2 = 2.0 * dy_m * s->length_m, half_m2_K_per_W = 0.5 * s->width_m[c] / s->k_across_W_per_m_K;
        n->half_slab_K_per_W[c] = half_m2_K_per_W / flank_m2;
        n->flank_W_per_K[c] = flank_m2 / (half_m2_K_per_W / 3.0 + s->flank_m2_K_per_W[c]);
        to_iron[c][layer_of(c)] = n->flank_W_per_K[c];
        if (c > 0) {
            double G = s->k_radial_W_per_m_K * 0.5 * (s->width_m[c - 1] + s->width_m[c]) * s->length_m / dy_m;
            M[c * N + c] += G;
            M[(c - 1) * N + c - 1] += G;
            M[(c - 1) * N + c] -= G;
        }
    }
    to_iron[N - 1][NL] = s->width_m[N - 1] * s->length_m / (0.5 * dy_m / s->k_radial_W_per_m_K + s->bottom_m2_K_per_W);
    for (int c = 0; c < N; c++)
        for (int b = 0; b < NB; b++)
            M[c * N + c] += to_iron[c][b];
}

static void set_shares(struct slot_net *n, const struct slot_section *s, double cell_share[N])
{
    double sum = 0.0, layer[NL] = {0.0};
    for (int c = 0; c < N; c++) {
        layer[layer_of(c)] += s->width_m[c];
        sum += s->width_m[c];
    }
    for (int j = 0; j < NL; j++)
        n->share_pu[j] = layer[j] / sum;
    for (int c = 0; c < N; c++)
        cell_share[c] = s->width_m[c] / layer[layer_of(c)];
}

/* With phi the cells' response to 1 W in a layer and psi that to 1 K of an iron port, A = mean phi and B = mean psi over the layers:
 *   T_layer = A P + B T_iron,   P = A^-1 (T_layer - B T_iron),   cells = phi P + psi T_iron.
 * A is symmetric, and the heat into the iron is the transpose of B (reciprocity), so K comes out symmetric. */
enum status slot_net_init(struct slot_net *n, const struct slot_section *s, struct err *e)
{
    double M[N * N], to_iron[N][NB], share[N], x[N * (NL + NB)], A[NL * NL], B[NL][NB], P[NL * (NL + NB)];
    set_cells(n, s, M, to_iron);
    set_shares(n, s, share);
    for (int c = 0; c < N; c++) {
        for (int j = 0; j < NL; j++)
            x[j * N + c] = layer_of(c) == j ? share[c] : 0.0;
        for (int b = 0; b < NB; b++)
            x[(NL + b) * N + c] = to_iron[c][b];
    }
    TRY(dense_set_cholesky(N, M, e));
    dense_solve_cholesky(N, M, NL + NB, x);
    memset(A, 0, sizeof A);
    memset(B, 0, sizeof B);
    for (int c = 0; c < N; c++) {
        for (int j = 0; j < NL; j++)
            A[j * NL + layer_of(c)] += share[c] * x[j * N + c];
        for (int b = 0; b < NB; b++)
            B[layer_of(c)][b] += share[c] * x[(NL + b) * N + c];
    }
    TRY(dense_set_cholesky(NL, A, e));
    for (int i = 0; i < NL; i++) { /* P per port: columns of A^-1 [I, -B] */
        for (int j = 0; j < NL; j++)
            P[j * NL + i] = i == j;
        for (int b = 0; b < NB; b++)
            P[(NL + b) * NL + i] = -B[i][b];
    }
    dense_solve_cholesky(NL, A, NL + NB, P);
    for (int q = 0; q < SLOT_N_PORT; q++) {
        for (int c = 0; c < N; c++) {
            n->cell_of_port_pu[c][q] = q < NL ? 0.0 : x[q * N + c];
            for (int j = 0; j < NL; j++)
                n->cell_of_port_pu[c][q] += x[j * N + c] * P[q * NL + j];
        }
        for (int i = 0; i < NL; i++)
            n->K_W_per_K[i][q] = P[q * NL + i];
        for (int b = 0; b < NB; b++) {
            double *out = &n->K_W_per_K[NL + b][q];
            *out = 0.0;
            for (int c = 0; c < N; c++)
                *out += to_iron[c][b] * ((q == NL + b ? 1.0 : 0.0) - n->cell_of_port_pu[c][q]);
        }
    }
    return ST_OK;
}

double slot_net_eval_hot_K(const struct slot_net *n, const double layer_K[SLOT_N_LAYER], const double iron_K[SLOT_N_IRON])
{
    double hot_K = 0.0;
    for (int c = 0; c < N; c++) {
        double T_K = 0.0;
        for (int j = 0; j < NL; j++)
            T_K += n->cell_of_port_pu[c][j] * layer_K[j];
        for (int b = 0; b < NB; b++)
            T_K += n->cell_of_port_pu[c][NL + b] * iron_K[b];
        double flow_W = (T_K - iron_K[layer_of(c)]) * n->flank_W_per_K[c];
        hot_K = fmax(hot_K, T_K + slot_eval_half_slab_rise_K(flow_W, n->half_slab_K_per_W[c]));
    }
    return hot_K;
}
