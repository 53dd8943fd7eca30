/* magnet_curve.c - measured demagnetisation curves of a grade: checked, and turned into the share lost below their recoil line. Contract:
 * magnet.h, matlib_impl.h. */
#include "materials/matlib_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define RECOIL_END 0.5    /* of HcJ: up to here the curve is its own recoil line */

struct curve_reading {
    double T_K;
    int quality;
    char source[SCHEMA_TEXT_SIZE];
    const struct yaml_node *H, *B;
};
static const struct schema_row CURVE_ROWS[] = {
    {"T_degC", SCHEMA_REAL, offsetof(struct curve_reading, T_K), SCHEMA_REQUIRED, -100, 600, 0, NULL, "temperature of the measurement"},
    {"quality", SCHEMA_CHOICE, offsetof(struct curve_reading, quality), SCHEMA_REQUIRED, 0, 0, 0, material_quality_word, "of the curve"},
    {"source", SCHEMA_TEXT, offsetof(struct curve_reading, source), SCHEMA_REQUIRED, 0, 0, 0, NULL, "key of refs.yaml"},
    {"H_A_per_m", SCHEMA_NODE, offsetof(struct curve_reading, H), SCHEMA_REQUIRED, 0, 0, 0, NULL, "field, from 0 downwards"},
    {"B_T", SCHEMA_NODE, offsetof(struct curve_reading, B), SCHEMA_REQUIRED, 0, 0, 0, NULL, "flux density at each field (normal curve)"},
};

struct points { int n; double h_A_per_m[MAGNET_MAX_CURVE_POINT], J_T[MAGNET_MAX_CURVE_POINT]; }; /* h = |H| */

static enum status read_points(const struct yaml_node *node, const struct curve_reading *r, struct points *p, struct err *e)
{
    double H[MAGNET_MAX_CURVE_POINT], B[MAGNET_MAX_CURVE_POINT];
    int n_B;
    TRY(yaml_read_real_list(r->H, 1.0, H, MAGNET_MAX_CURVE_POINT, &p->n, e));
    TRY(yaml_read_real_list(r->B, 1.0, B, MAGNET_MAX_CURVE_POINT, &n_B, e));
    if (p->n != n_B || p->n < 4)
        return yaml_fail(node, e, "%d fields and %d flux densities; a curve needs 4 or more of both, as many of one as of the other", p->n,
                         n_B);
    for (int k = 0; k < p->n; k++) {
        p->h_A_per_m[k] = -H[k];
        p->J_T[k] = B[k] - MU0_H_PER_M * H[k];
        if (k == 0 && H[0] != 0.0)
            return yaml_fail(r->H->item[0], e, "the first field is %g A/m; a curve begins at 0, the remanence", H[0]);
        if (k > 0 && H[k] >= H[k - 1])
            return yaml_fail(r->H->item[k], e, "field %g after %g A/m: they must fall", H[k], H[k - 1]);
        if (k > 0 && p->J_T[k] > p->J_T[k - 1])
            return yaml_fail(r->B->item[k], e,
                             "not monotone: J = B - mu0 H grows from %.5f to %.5f T between %g and %g A/m; no magnet gains by a stronger "
                             "opposing field", p->J_T[k - 1], p->J_T[k], H[k - 1], H[k]);
    }
    if (!(p->J_T[0] > 0.0))
        return yaml_fail(r->B->item[0], e, "remanence %g T: above 0", p->J_T[0]);
    return ST_OK;
}

static double eval_J_T(const struct points *p, double h_A_per_m)
{
    int k = 1;
    while (k < p->n - 1 && h_A_per_m > p->h_A_per_m[k])
        k++;
    return p->J_T[k - 1] + (p->J_T[k] - p->J_T[k - 1]) * (h_A_per_m - p->h_A_per_m[k - 1]) / (p->h_A_per_m[k] - p->h_A_per_m[k - 1]);
}

/* Where J crosses zero, or HcJ of the law when the curve ends before: it must then not end beyond that. */
static enum status find_HcJ(const struct yaml_node *node, const struct points *p, double law_A_per_m, double *HcJ_A_per_m, struct err *e)
{
    const int last = p->n - 1;
    *HcJ_A_per_m = law_A_per_m;
    for (int k = 1; k < p->n; k++)
        if (p->J_T[k] <= 0.0) {
            *HcJ_A_per_m = p->h_A_per_m[k - 1] + (p->h_A_per_m[k] - p->h_A_per_m[k - 1]) * p->J_T[k - 1] / (p->J_T[k - 1] - p->J_T[k]);
            return ST_OK;
        }
    if (!(law_A_per_m > 0.0) || p->h_A_per_m[last] >= law_A_per_m)
        return yaml_fail(node, e, "J is still %.3f T at %g A/m, but HcJ20 and its coefficient give HcJ = %g A/m there", p->J_T[last],
                         -p->h_A_per_m[last], law_A_per_m);
    if (p->h_A_per_m[last] < RECOIL_END * law_A_per_m)
        return yaml_fail(node, e, "the curve ends at %g A/m, before half of HcJ = %g A/m: it shows no knee", -p->h_A_per_m[last],
                         law_A_per_m);
    return ST_OK;
}

/* From half of HcJ on: share of the recoil line's J that is missing, never falling, all of it at HcJ. */
static void set_curve(const struct points *p, double HcJ_A_per_m, struct magnet_curve *c)
{
    const double h_half = RECOIL_END * HcJ_A_per_m, Br_T = p->J_T[0], slope = (Br_T - eval_J_T(p, h_half)) / h_half;
    c->n = 1;
    c->h_pu[0] = RECOIL_END;
    c->lost_pu[0] = 0.0;
    for (int k = 0; k < p->n && c->n < MAGNET_MAX_CURVE_POINT - 1; k++) {
        const double h_pu = p->h_A_per_m[k] / HcJ_A_per_m, lost = 1.0 - p->J_T[k] / (Br_T - slope * p->h_A_per_m[k]);
        if (h_pu <= RECOIL_END || h_pu >= 1.0)
            continue;
        c->h_pu[c->n] = h_pu;
        c->lost_pu[c->n] = fmin(fmax(lost, c->lost_pu[c->n - 1]), 1.0);
        c->n++;
    }
    c->h_pu[c->n] = 1.0;
    c->lost_pu[c->n++] = 1.0;
}

static enum status read_curve(const struct yaml_node *node, struct magnet *m, struct err *e)
{
    struct curve_reading r;
    struct points p;
    struct magnet_curve *c = &m->curve[m->n_curve];
    double HcJ_A_per_m;
    memset(&r, 0, sizeof r);
    TRY(yaml_read_table(node, CURVE_ROWS, ARRAY_LEN(CURVE_ROWS), &r, e));
    if (r.T_K < m->base.T_min_K || r.T_K > m->base.T_max_K)
        return yaml_fail(node, e, "a curve at %.0f degC; the grade's data hold from %.0f to %.0f degC", r.T_K - KELVIN_OFFSET_K,
                         m->base.T_min_K - KELVIN_OFFSET_K, m->base.T_max_K - KELVIN_OFFSET_K);
    if (m->n_curve > 0 && r.T_K <= c[-1].T_K)
        return yaml_fail(node, e, "temperatures must ascend: %.0f after %.0f degC", r.T_K - KELVIN_OFFSET_K, c[-1].T_K - KELVIN_OFFSET_K);
    TRY(read_points(node, &r, &p, e));
    struct magnet law = *m;
    law.n_curve = 0;
    const double law_A_per_m = magnet_eval_HcJ_A_per_m(&law, r.T_K, 0, NULL);
    TRY(find_HcJ(node, &p, law_A_per_m, &HcJ_A_per_m, e));
    c->T_K = r.T_K;
    c->Br_pu = p.J_T[0] / magnet_eval_Br_T(&law, r.T_K);
    c->HcJ_pu = HcJ_A_per_m / law_A_per_m;
    set_curve(&p, HcJ_A_per_m, c);
    return ST_OK;
}

enum status magnet_read_curves(const struct yaml_node *list, struct magnet *m, struct err *e)
{
    if (list->kind != YAML_LIST || list->n_item < 1 || list->n_item > MAGNET_MAX_CURVE)
        return yaml_fail(list, e, "expected a list of 1 to %d curves {T_degC, quality, source, H_A_per_m, B_T}", MAGNET_MAX_CURVE);
    int n = 0;
    for (; n < list->n_item; n++) {
        m->n_curve = n;
        TRY(read_curve(list->item[n], m, e));
    }
    m->n_curve = n;
    return ST_OK;
}
