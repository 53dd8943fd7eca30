#include "models/thermal/net.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/units.h"
#include "models/num/dense.h"
#include "materials/base/banned.h"

void net_init(struct net *net, int n)
{
    assert(n > 0 && n <= NET_MAX_NODE);
    memset(net, 0, sizeof *net);
    net->n = n;
}

static void net_add_entry(struct net *net, int i, int j, double v)
{
    int row = i > j ? i : j, column = i > j ? j : i;
    net->K_W_per_K[column * net->n + row] += v;
}

void net_add_link(struct net *net, int i, int j, double G_W_per_K)
{
    assert(i != j && i >= 0 && j >= 0 && i < net->n && j < net->n);
    net_add_entry(net, i, i, G_W_per_K);
    net_add_entry(net, j, j, G_W_per_K);
    net_add_entry(net, i, j, -G_W_per_K);
}

void net_add_boundary(struct net *net, int i, double G_W_per_K, double T_K)
{
    assert(i >= 0 && i < net->n);
    net_add_entry(net, i, i, G_W_per_K);
    net->fixed_W[i] += G_W_per_K * T_K;
}

void net_add_capacity(struct net *net, int i, double C_J_per_K)
{
    assert(i >= 0 && i < net->n);
    net->C_J_per_K[i] += C_J_per_K;
}

void net_add_star(struct net *net, int i_a, int i_b, int i_mean, const struct net_star *s)
{
    double ra = s->a_K_per_W, rb = s->b_K_per_W, rm = s->mean_K_per_W;
    double sum = ra * rb + rb * rm + rm * ra; /* star to delta */
    net_add_link(net, i_a, i_b, rm / sum);
    net_add_link(net, i_a, i_mean, rb / sum);
    net_add_link(net, i_b, i_mean, ra / sum);
}

struct net_star net_eval_slab_star(double R_K_per_W)
{
    struct net_star s = {0.5 * R_K_per_W, 0.5 * R_K_per_W, -R_K_per_W / 6.0};
    return s;
}

struct net_star net_eval_shell_star(double R_outer_m, double R_inner_m, double k_W_per_m_K, double length_m)
{
    double o2 = R_outer_m * R_outer_m, i2 = R_inner_m * R_inner_m, diff = o2 - i2;
    double log_ratio = log(R_outer_m / R_inner_m);
    double unit = 1.0 / (4.0 * PI * k_W_per_m_K * length_m);
    struct net_star s;
    s.a_K_per_W = unit * (1.0 - 2.0 * i2 * log_ratio / diff);
    s.b_K_per_W = unit * (2.0 * o2 * log_ratio / diff - 1.0);
    s.mean_K_per_W = -0.5 * unit / diff * (o2 + i2 - 4.0 * o2 * i2 * log_ratio / diff);
    return s;
}

double net_eval_slab_max_K(double T_a_K, double T_b_K, double T_mean_K)
{
    double bow_K = 6.0 * (T_mean_K - 0.5 * (T_a_K + T_b_K)); /* T = Ta (1-x) + Tb x + bow x (1-x) */
    double ends_K = fmax(T_a_K, T_b_K);
    if (bow_K <= 0.0)
        return ends_K;
    double x = 0.5 + 0.5 * (T_b_K - T_a_K) / bow_K;
    if (x <= 0.0 || x >= 1.0)
        return ends_K;
    return T_a_K * (1.0 - x) + T_b_K * x + bow_K * x * (1.0 - x);
}

enum status net_solve_steady(const struct net *net, const double *P_W, double *T_K, struct err *e)
{
    int n = net->n;
    double L[NET_MAX_NODE * NET_MAX_NODE];
    memcpy(L, net->K_W_per_K, sizeof L[0] * (size_t)(n * n));
    TRY(dense_set_cholesky(n, L, e));
    for (int i = 0; i < n; i++)
        T_K[i] = P_W[i] + net->fixed_W[i];
    dense_solve_cholesky(n, L, 1, T_K);
    return ST_OK;
}

static const double SDIRK_G = 0.29289321881345248; /* 1 - 1/sqrt 2 */

enum status net_set_step(const struct net *net, double dt_s, struct net_factor *f, struct err *e)
{
    assert(dt_s > 0.0);
    int n = net->n;
    f->n = n;
    f->dt_s = dt_s;
    for (int k = 0; k < n * n; k++)
        f->L[k] = SDIRK_G * dt_s * net->K_W_per_K[k];
    for (int i = 0; i < n; i++)
        f->L[i * n + i] += net->C_J_per_K[i];
    return dense_set_cholesky(n, f->L, e);
}

void net_solve_step(const struct net *net, const struct net_factor *f, const double *P_W, double *T_K)
{
    assert(f->n == net->n && f->dt_s > 0.0);
    double stage_K[NET_MAX_NODE], source_J[NET_MAX_NODE];
    double carry = (1.0 - SDIRK_G) / SDIRK_G; /* C k1 dt = C (stage1 - T)/g */
    for (int i = 0; i < net->n; i++) {
        source_J[i] = SDIRK_G * f->dt_s * (P_W[i] + net->fixed_W[i]);
        stage_K[i] = net->C_J_per_K[i] * T_K[i] + source_J[i];
    }
    dense_solve_cholesky(f->n, f->L, 1, stage_K);
    for (int i = 0; i < net->n; i++)
        T_K[i] = net->C_J_per_K[i] * (T_K[i] + carry * (stage_K[i] - T_K[i])) + source_J[i];
    dense_solve_cholesky(f->n, f->L, 1, T_K);
}

void net_eval_balance_W(const struct net *net, const double *P_W, const double *T_K, double *balance_W)
{
    int n = net->n;
    for (int i = 0; i < n; i++)
        balance_W[i] = P_W[i] + net->fixed_W[i];
    for (int j = 0; j < n; j++) {
        balance_W[j] -= net->K_W_per_K[j * n + j] * T_K[j];
        for (int i = j + 1; i < n; i++) {
            balance_W[i] -= net->K_W_per_K[j * n + i] * T_K[j];
            balance_W[j] -= net->K_W_per_K[j * n + i] * T_K[i];
        }
    }
}
