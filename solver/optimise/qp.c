/* qp.c - interior point method. Names as in the usual derivation: z slack of a constraint and lambda its multiplier, s by how much it gives
 * and mu = price - lambda, u and v the distances from the lower and the upper face of the box, alpha and beta their multipliers.
 * Contract: qp.h. */
#include "solver/optimise/qp.h"
#include "materials/base/mem.h"
#include "models/num/dense.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define STEPS_MAX 100
#define TOLERANCE 1e-9
#define TO_EDGE   0.995 /* share of the way to the nearest face that a step goes */

enum { Z, S, U, V, N_PAIR }; /* what must stay positive; each has a multiplier, and the product of the two goes to zero */

struct qp_ws {
    int n_max, m_max;
    double *matrix, *rhs, *step_d;          /* n*n, n, n */
    double *primal[N_PAIR], *dual[N_PAIR];  /* m, m, n, n */
    double *step_primal[N_PAIR], *step_dual[N_PAIR], *wanted[N_PAIR]; /* change of the product */
    double *miss, *tilt, *weight;           /* m: residual of the constraints; m, m: of the elimination */
};

enum status qp_new(int n_max, int m_max, struct qp_ws **out, struct err *e)
{
    struct qp_ws *ws = mem_new(1, sizeof *ws);
    *out = ws;
    if (!ws)
        return err_set(e, ST_NO_MEMORY, "qp", "workspace");
    size_t n = (size_t)n_max, m = (size_t)m_max + 1;
    *ws = (struct qp_ws){.n_max = n_max, .m_max = m_max};
    ws->matrix = mem_new(n * n, sizeof(double));
    ws->rhs = mem_new(n, sizeof(double));
    ws->step_d = mem_new(n, sizeof(double));
    ws->miss = mem_new(m, sizeof(double));
    ws->tilt = mem_new(m, sizeof(double));
    ws->weight = mem_new(m, sizeof(double));
    int ok = ws->matrix && ws->rhs && ws->step_d && ws->miss && ws->tilt && ws->weight;
    for (int k = 0; k < N_PAIR; k++) {
        double **list[] = {&ws->primal[k], &ws->dual[k], &ws->step_primal[k], &ws->step_dual[k], &ws->wanted[k]};
        for (size_t l = 0; l < ARRAY_LEN(list); l++) {
            *list[l] = mem_new(k <= S ? m : n, sizeof(double));
            ok &= *list[l] != NULL;
        }
    }
    if (ok)
        return ST_OK;
    qp_free(ws);
    *out = NULL;
    return err_set(e, ST_NO_MEMORY, "qp", "%d variables, %d constraints", n_max, m_max);
}

void qp_free(struct qp_ws *ws)
{
    if (!ws)
        return;
    for (int k = 0; k < N_PAIR; k++) {
        mem_free(ws->primal[k]);
        mem_free(ws->dual[k]);
        mem_free(ws->step_primal[k]);
        mem_free(ws->step_dual[k]);
        mem_free(ws->wanted[k]);
    }
    mem_free(ws->matrix);
    mem_free(ws->rhs);
    mem_free(ws->step_d);
    mem_free(ws->miss);
    mem_free(ws->tilt);
    mem_free(ws->weight);
    mem_free(ws);
}

static int get_length(const struct qp *q, int pair) { return pair <= S ? q->m : q->n; }

static double eval_row(const struct qp *q, int i, const double *d)
{
    double sum = 0.0;
    for (int j = 0; j < q->n; j++)
        sum += q->A[i * q->n + j] * d[j];
    return sum;
}

/* The middle of the box, every constraint half given up. */
static void set_start(struct qp_ws *ws, const struct qp *q, double *d)
{
    for (int j = 0; j < q->n; j++) {
        d[j] = 0.5 * (q->low[j] + q->high[j]);
        ws->primal[U][j] = d[j] - q->low[j];
        ws->primal[V][j] = q->high[j] - d[j];
        ws->dual[U][j] = ws->dual[V][j] = q->price;
    }
    for (int i = 0; i < q->m; i++) {
        double over = q->c[i] + eval_row(q, i, d);
        ws->primal[Z][i] = 1.0 + fmax(0.0, -over);
        ws->primal[S][i] = ws->primal[Z][i] + over;
        ws->dual[Z][i] = ws->dual[S][i] = 0.5 * q->price;
    }
}

/* Mean product of a quantity and its multiplier. */
static double eval_gap(const struct qp_ws *ws, const struct qp *q, double share)
{
    double sum = 0.0;
    for (int k = 0; k < N_PAIR; k++)
        for (int i = 0; i < get_length(q, k); i++)
            sum += (ws->primal[k][i] + share * ws->step_primal[k][i]) * (ws->dual[k][i] + share * ws->step_dual[k][i]);
    return sum / (2 * (q->n + q->m));
}

/* Residuals; returns the largest, of the gradient and of the constraints. */
static double set_residual(struct qp_ws *ws, const struct qp *q, const double *d, double *gradient)
{
    double largest = 0.0;
    for (int j = 0; j < q->n; j++) {
        double sum = q->g[j] - ws->dual[U][j] + ws->dual[V][j];
        for (int l = 0; l < q->n; l++)
            sum += q->B[j * q->n + l] * d[l];
        for (int i = 0; i < q->m; i++)
            sum += q->A[i * q->n + j] * ws->dual[Z][i];
        gradient[j] = -sum;
        largest = fmax(largest, fabs(sum));
    }
    for (int i = 0; i < q->m; i++) {
        ws->miss[i] = -(q->c[i] + eval_row(q, i, d) + ws->primal[Z][i] - ws->primal[S][i]);
        largest = fmax(largest, fabs(ws->miss[i]));
    }
    return largest;
}

/* Normal matrix of the step in d: all else eliminated. */
static enum status set_matrix(struct qp_ws *ws, const struct qp *q, struct err *e)
{
    int n = q->n;
    memcpy(ws->matrix, q->B, sizeof *ws->matrix * (size_t)(n * n));
    for (int j = 0; j < n; j++)
        ws->matrix[j * n + j] += ws->dual[U][j] / ws->primal[U][j] + ws->dual[V][j] / ws->primal[V][j];
    for (int i = 0; i < q->m; i++) {
        const double *row = q->A + i * n;
        ws->weight[i] = 1.0 / (ws->primal[Z][i] / ws->dual[Z][i] + ws->primal[S][i] / ws->dual[S][i]);
        for (int j = 0; j < n; j++)
            for (int l = 0; l < n; l++)
                ws->matrix[j * n + l] += ws->weight[i] * row[j] * row[l];
    }
    return dense_set_cholesky(n, ws->matrix, e);
}

/* Newton's step towards the wanted changes of the products. */
static void solve_step(struct qp_ws *ws, const struct qp *q, const double *gradient)
{
    int n = q->n;
    double **w = ws->wanted, *dd = ws->step_d;
    for (int j = 0; j < n; j++)
        dd[j] = gradient[j] + w[U][j] / ws->primal[U][j] - w[V][j] / ws->primal[V][j];
    for (int i = 0; i < q->m; i++) {
        ws->tilt[i] = w[Z][i] / ws->dual[Z][i] - w[S][i] / ws->dual[S][i] - ws->miss[i];
        for (int j = 0; j < n; j++)
            dd[j] -= q->A[i * n + j] * ws->weight[i] * ws->tilt[i];
    }
    dense_solve_cholesky(n, ws->matrix, 1, dd);
    for (int i = 0; i < q->m; i++) {
        double step = ws->weight[i] * (eval_row(q, i, dd) + ws->tilt[i]);
        ws->step_dual[Z][i] = step;
        ws->step_dual[S][i] = -step;
        ws->step_primal[Z][i] = (w[Z][i] - ws->primal[Z][i] * step) / ws->dual[Z][i];
        ws->step_primal[S][i] = (w[S][i] + ws->primal[S][i] * step) / ws->dual[S][i];
    }
    for (int j = 0; j < n; j++) {
        ws->step_primal[U][j] = dd[j];
        ws->step_primal[V][j] = -dd[j];
        ws->step_dual[U][j] = (w[U][j] - ws->dual[U][j] * dd[j]) / ws->primal[U][j];
        ws->step_dual[V][j] = (w[V][j] + ws->dual[V][j] * dd[j]) / ws->primal[V][j];
    }
}

static double eval_length(int n, const double *x, const double *step, double length)
{
    for (int i = 0; i < n; i++)
        if (step[i] < 0.0)
            length = fmin(length, -x[i] / step[i]);
    return length;
}

/* Share of the step after which nothing is negative. */
static double get_step_length(const struct qp_ws *ws, const struct qp *q)
{
    double length = 1.0 / TO_EDGE;
    for (int k = 0; k < N_PAIR; k++) {
        length = eval_length(get_length(q, k), ws->primal[k], ws->step_primal[k], length);
        length = eval_length(get_length(q, k), ws->dual[k], ws->step_dual[k], length);
    }
    return TO_EDGE * length;
}

/* Products to `target`; is_corrected: less what the last step's own product adds. */
static void set_wanted(struct qp_ws *ws, const struct qp *q, double target, int is_corrected)
{
    for (int k = 0; k < N_PAIR; k++)
        for (int i = 0; i < get_length(q, k); i++)
            ws->wanted[k][i] = target - ws->primal[k][i] * ws->dual[k][i] - is_corrected * ws->step_primal[k][i] * ws->step_dual[k][i];
}

static void take_step(struct qp_ws *ws, const struct qp *q, double share, double *d)
{
    for (int k = 0; k < N_PAIR; k++)
        for (int i = 0; i < get_length(q, k); i++) {
            ws->primal[k][i] += share * ws->step_primal[k][i];
            ws->dual[k][i] += share * ws->step_dual[k][i];
        }
    for (int j = 0; j < q->n; j++)
        d[j] += share * ws->step_d[j];
}

enum status qp_solve(struct qp_ws *ws, const struct qp *q, double *d, double *multiplier, struct err *e)
{
    double scale = q->price;
    for (int j = 0; j < q->n; j++)
        scale = fmax(scale, fabs(q->g[j]));
    set_start(ws, q, d);
    for (int k = 0; k < STEPS_MAX; k++) {
        double gap = eval_gap(ws, q, 0.0);
        if (set_residual(ws, q, d, ws->rhs) <= TOLERANCE * scale && gap <= TOLERANCE * scale) {
            memcpy(multiplier, ws->dual[Z], sizeof *multiplier * (size_t)q->m);
            return ST_OK;
        }
        TRY(set_matrix(ws, q, e));
        set_wanted(ws, q, 0.0, 0);
        solve_step(ws, q, ws->rhs);
        double left = eval_gap(ws, q, get_step_length(ws, q)) / gap;
        set_wanted(ws, q, left * left * left * gap, 1);
        solve_step(ws, q, ws->rhs);
        take_step(ws, q, get_step_length(ws, q), d);
    }
    return err_set(e, ST_NO_CONVERGE, "qp", "%d variables, %d constraints: not solved in %d steps", q->n, q->m, STEPS_MAX);
}
