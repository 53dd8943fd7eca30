/* steel_read.c - reader of an electrical steel and the fit of its loss table. Contract: matlib_impl.h, steel.h. */
#include "materials/matlib_impl.h"
#include "materials/base/mem.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

/* Range of the fit: what a traction motor sees. Below 50 Hz and above 2 kHz the three terms extrapolate. */
#define FIT_F_MIN_HZ 50.0
#define FIT_F_MAX_HZ 2000.0
#define FIT_B_MAX_T 1.8
#define N_TERM 3

/* ---- loss fit ---- */

/* Terms of [BERTOTTI1988] at one point, divided by the loss: the fit is to 1, so every point counts by its relative error. */
static int fit_row(const double *point, double term[N_TERM])
{
    const double f_Hz = point[0], B_T = point[1], p = point[2];
    if (f_Hz < FIT_F_MIN_HZ || f_Hz > FIT_F_MAX_HZ || B_T > FIT_B_MAX_T)
        return 0;
    term[0] = f_Hz * B_T * B_T / p;
    term[1] = f_Hz * f_Hz * B_T * B_T / p;
    term[2] = pow(f_Hz * B_T, 1.5) / p;
    return 1;
}

/* Least squares over the terms in `set` (bit mask) by Gaussian elimination of the scaled normal equations; 0 when singular. */
static int solve_subset(double A[N_TERM][N_TERM], const double b[N_TERM], int set, double x[N_TERM])
{
    double M[N_TERM][N_TERM + 1];
    int id[N_TERM], n = 0;
    for (int i = 0; i < N_TERM; i++) {
        x[i] = 0.0;
        if (set >> i & 1)
            id[n++] = i;
    }
    for (int r = 0; r < n; r++) {
        for (int c = 0; c < n; c++)
            M[r][c] = A[id[r]][id[c]] / sqrt(A[id[r]][id[r]] * A[id[c]][id[c]]);
        M[r][n] = b[id[r]] / sqrt(A[id[r]][id[r]]);
    }
    for (int k = 0; k < n; k++) { /* symmetric positive definite: no pivoting */
        if (!(M[k][k] > 1e-13))
            return 0;
        for (int r = k + 1; r < n; r++)
            for (int c = n; c >= k; c--)
                M[r][c] -= M[k][c] * M[r][k] / M[k][k];
    }
    for (int k = n - 1; k >= 0; k--) {
        double sum = M[k][n];
        for (int c = k + 1; c < n; c++)
            sum -= M[k][c] * x[id[c]];
        x[id[k]] = sum / M[k][k];
    }
    for (int k = 0; k < n; k++)
        x[id[k]] /= sqrt(A[id[k]][id[k]]);
    return 1;
}

/* The non-negative least-squares solution is the plain one on its own support [LAWSON_HANSON1974 ch. 23]: with three unknowns try all
 * seven supports and keep the feasible one that lowers |Ax - 1|^2 most, i.e. with the largest b.x. */
static void fit_nonnegative(double A[N_TERM][N_TERM], const double b[N_TERM], double best[N_TERM])
{
    double best_gain = 0.0;
    memset(best, 0, N_TERM * sizeof *best);
    for (int set = 1; set < 1 << N_TERM; set++) {
        double x[N_TERM], gain = 0.0;
        int feasible = solve_subset(A, b, set, x);
        for (int i = 0; i < N_TERM; i++) {
            feasible = feasible && x[i] >= 0.0;
            gain += b[i] * x[i];
        }
        if (feasible && gain > best_gain) {
            best_gain = gain;
            memcpy(best, x, sizeof x);
        }
    }
}

enum status steel_fit_loss(struct steel *s, struct err *e)
{
    double A[N_TERM][N_TERM] = {{0.0}}, b[N_TERM] = {0.0}, x[N_TERM], t[N_TERM];
    int n = 0;
    for (int i = 0; i < s->n_loss; i++) {
        if (!fit_row(s->loss_table + 3 * i, t))
            continue;
        n++;
        for (int r = 0; r < N_TERM; r++) {
            b[r] += t[r];
            for (int c = 0; c < N_TERM; c++)
                A[r][c] += t[r] * t[c];
        }
    }
    if (n < N_TERM)
        return err_set(e, ST_RANGE, s->base.name, "%d loss points from %g to %g Hz up to %g T, at least %d are needed", n, FIT_F_MIN_HZ,
                       FIT_F_MAX_HZ, FIT_B_MAX_T, N_TERM);
    fit_nonnegative(A, b, x);
    s->k_h = x[0];
    s->k_c = x[1];
    s->k_e = x[2];
    s->fit_error_mean_pu = s->fit_error_max_pu = 0.0;
    for (int i = 0; i < s->n_loss; i++) {
        if (!fit_row(s->loss_table + 3 * i, t))
            continue;
        const double error = fabs(x[0] * t[0] + x[1] * t[1] + x[2] * t[2] - 1.0);
        s->fit_error_mean_pu += error / n;
        s->fit_error_max_pu = fmax(s->fit_error_max_pu, error);
    }
    return ST_OK;
}

/* ---- reading ---- */

struct steel_reading {
    struct material_head head;
    struct steel s;
    const struct yaml_node *bh, *loss;
};
struct table_reading {
    int quality;
    char source[SCHEMA_TEXT_SIZE];
    const struct yaml_node *x, *y;
};

static const struct schema_row steel_row[] = {
    {"lamination_mm", SCHEMA_REAL, offsetof(struct steel_reading, s.lamination_m), SCHEMA_REQUIRED, 0.01, 5, 0, NULL, "sheet thickness"},
    {"stacking_factor_pu", SCHEMA_DATUM, offsetof(struct steel_reading, s.stacking_factor_pu), SCHEMA_REQUIRED, 0.5, 1, 0, NULL,
     "steel per stack length"},
    {"resistivity_ohm_m", SCHEMA_DATUM, offsetof(struct steel_reading, s.resistivity_ohm_m), SCHEMA_REQUIRED, 1e-8, 1e-4, 0, NULL,
     "electrical resistivity"},
    {"conductivity_W_per_m_K", SCHEMA_DATUM, offsetof(struct steel_reading, s.conductivity_W_per_m_K), SCHEMA_REQUIRED, 1, 200, 0, NULL,
     "thermal conductivity in the sheet"},
    {"heat_capacity_J_per_kg_K", SCHEMA_DATUM, offsetof(struct steel_reading, s.heat_capacity_J_per_kg_K), SCHEMA_REQUIRED, 50, 5000, 0,
     NULL, "specific heat"},
    {"yield_Pa", SCHEMA_DATUM, offsetof(struct steel_reading, s.yield_Pa), SCHEMA_REQUIRED, 1e7, 5e9, 0, NULL, "yield strength"},
    {"tensile_Pa", SCHEMA_DATUM, offsetof(struct steel_reading, s.tensile_Pa), SCHEMA_OPTIONAL, 1e7, 1e10, (double)NAN, NULL,
     "tensile strength; absent: no fatigue safety"},
    {"fatigue_Pa", SCHEMA_DATUM, offsetof(struct steel_reading, s.fatigue_Pa), SCHEMA_OPTIONAL, 1e6, 5e9, (double)NAN, NULL,
     "alternating strength of the punched sheet, fully reversed, 1e7 cycles; absent: no fatigue safety"},
    {"young_Pa", SCHEMA_DATUM, offsetof(struct steel_reading, s.young_Pa), SCHEMA_REQUIRED, 1e10, 1e12, 0, NULL, "modulus of elasticity"},
    {"poisson", SCHEMA_DATUM, offsetof(struct steel_reading, s.poisson), SCHEMA_REQUIRED, 0, 0.49, 0, NULL, "Poisson's ratio"},
    {"bh", SCHEMA_NODE, offsetof(struct steel_reading, bh), SCHEMA_REQUIRED, 0, 0, 0, NULL,
     "B-H table of the sheet: quality, source, H_A_per_m, B_T"},
    {"loss", SCHEMA_NODE, offsetof(struct steel_reading, loss), SCHEMA_REQUIRED, 0, 0, 0, NULL, "loss table: quality, source, table"},
};
static const struct schema_row bh_row[] = {
    {"quality", SCHEMA_CHOICE, offsetof(struct table_reading, quality), SCHEMA_REQUIRED, 0, 0, 0, material_quality_word, "of the table"},
    {"source", SCHEMA_TEXT, offsetof(struct table_reading, source), SCHEMA_REQUIRED, 0, 0, 0, NULL, "of the table"},
    {"H_A_per_m", SCHEMA_NODE, offsetof(struct table_reading, x), SCHEMA_REQUIRED, 0, 0, 0, NULL, "field strength, from 0"},
    {"B_T", SCHEMA_NODE, offsetof(struct table_reading, y), SCHEMA_REQUIRED, 0, 0, 0, NULL, "flux density, from 0"},
};
static const struct schema_row loss_row[] = {
    {"quality", SCHEMA_CHOICE, offsetof(struct table_reading, quality), SCHEMA_REQUIRED, 0, 0, 0, material_quality_word, "of the table"},
    {"source", SCHEMA_TEXT, offsetof(struct table_reading, source), SCHEMA_REQUIRED, 0, 0, 0, NULL, "of the table"},
    {"table", SCHEMA_NODE, offsetof(struct table_reading, x), SCHEMA_REQUIRED, 0, 0, 0, NULL, "list of {f_Hz, B_T, p_W_per_kg}"},
};
struct loss_reading {
    double f_Hz;
    const struct yaml_node *B, *p;
};
static const struct schema_row loss_block_row[] = {
    {"f_Hz", SCHEMA_REAL, offsetof(struct loss_reading, f_Hz), SCHEMA_REQUIRED, 1, 1e6, 0, NULL, "frequency"},
    {"B_T", SCHEMA_NODE, offsetof(struct loss_reading, B), SCHEMA_REQUIRED, 0, 0, 0, NULL, "peak flux density"},
    {"p_W_per_kg", SCHEMA_NODE, offsetof(struct loss_reading, p), SCHEMA_REQUIRED, 0, 0, 0, NULL, "specific loss"},
};

static enum status read_bh(const struct yaml_node *bh, struct steel *s, struct err *e)
{
    double H_A_per_m[MATERIAL_MAX_POINT], B_T[MATERIAL_MAX_POINT];
    struct table_reading t;
    struct err inner = {0};
    int n = 0;
    memset(&t, 0, sizeof t);
    TRY(yaml_read_table(bh, bh_row, ARRAY_LEN(bh_row), &t, e));
    TRY(material_read_lists(bh, "H_A_per_m", "B_T", 0.0, H_A_per_m, B_T, &n, e));
    if (H_A_per_m[0] != 0.0 || B_T[0] != 0.0)
        return yaml_fail(bh, e, "a B-H table starts at 0, 0; this one at H %g A/m, B %g T", H_A_per_m[0], B_T[0]);
    for (int i = 1; i < n; i++)
        if (!(H_A_per_m[i] > H_A_per_m[i - 1] && B_T[i] > B_T[i - 1]))
            return yaml_fail(t.y->item[i], e, "a B-H table must rise: point %d has H %g A/m, B %g T after H %g A/m, B %g T", i + 1,
                             H_A_per_m[i], B_T[i], H_A_per_m[i - 1], B_T[i - 1]);
    if (B_T[n - 1] > STEEL_B_END_T)
        return yaml_fail(t.y, e, "last B is %g T, the solver's table ends at %g T", B_T[n - 1], STEEL_B_END_T);
    const enum status status = curve_init(&s->H_of_B, n, B_T, H_A_per_m, CURVE_REFUSE, &inner);
    if (status == ST_NO_MEMORY)
        return err_set(e, status, s->base.name, "%s", inner.message);
    return status == ST_OK ? ST_OK : yaml_fail(bh, e, "%s", inner.message);
}

static enum status read_loss_block(const struct yaml_node *block, struct steel *s, struct err *e)
{
    double B_T[MATERIAL_MAX_POINT], p_W_per_kg[MATERIAL_MAX_POINT];
    struct loss_reading r;
    int n = 0;
    memset(&r, 0, sizeof r);
    TRY(yaml_read_table(block, loss_block_row, ARRAY_LEN(loss_block_row), &r, e));
    TRY(material_read_lists(block, "B_T", "p_W_per_kg", 0.0, B_T, p_W_per_kg, &n, e));
    const size_t old = 3 * (size_t)s->n_loss, add = 3 * (size_t)n;
    double *grown = mem_grow(s->loss_table, old, old + add, sizeof *grown);
    if (!grown)
        return err_set(e, ST_NO_MEMORY, s->base.name, "no memory for the loss table");
    s->loss_table = grown;
    for (int i = 0; i < n; i++) {
        if (!(B_T[i] > 0.0 && p_W_per_kg[i] > 0.0))
            return yaml_fail(r.p->item[i], e, "loss point %d is %g W/kg at %g T, both must be above 0", i + 1, p_W_per_kg[i], B_T[i]);
        double *row = s->loss_table + 3 * s->n_loss++;
        row[0] = r.f_Hz;
        row[1] = B_T[i];
        row[2] = p_W_per_kg[i];
    }
    return ST_OK;
}

static enum status read_loss(const struct yaml_node *loss, struct steel *s, struct err *e)
{
    struct table_reading t;
    struct err inner = {0};
    memset(&t, 0, sizeof t);
    TRY(yaml_read_table(loss, loss_row, ARRAY_LEN(loss_row), &t, e));
    if (t.x->kind != YAML_LIST)
        return yaml_fail(t.x, e, "expected a list of {f_Hz, B_T, p_W_per_kg}");
    for (int i = 0; i < t.x->n_item; i++)
        TRY(read_loss_block(t.x->item[i], s, e));
    return steel_fit_loss(s, &inner) == ST_OK ? ST_OK : yaml_fail(t.x, e, "%s", inner.message);
}

enum status steel_read(const struct yaml_node *entry, void *out, struct err *e)
{
    struct steel_reading r;
    struct steel *s = out;
    memset(&r, 0, sizeof r);
    TRY(material_read_head(entry, steel_row, ARRAY_LEN(steel_row), &r, e));
    TRY(material_read_need_composition(entry, &r.head, e));
    *s = r.s;
    s->base = r.head.m;
    TRY(read_bh(r.bh, s, e));
    return read_loss(r.loss, s, e);
}

void steel_done(void *steel)
{
    struct steel *s = steel;
    curve_done(&s->H_of_B);
    mem_free(s->loss_table);
    s->loss_table = NULL;
    s->n_loss = 0;
}
