/* frontal_factor.c - numbers of the multifrontal method. Dense steps go by blocks of four columns: earlier columns are taken off a block
 * first (update), then the block is factored. Sums run over the earlier columns in their order whatever the width of the machine's
 * vectors, so that the figures do not depend on it. */
#include "models/num/frontal.h"

#include <math.h>
#include <string.h>
#include "models/num/vector.h"
#include "materials/base/banned.h"

#define WIDE 4          /* columns of a block */
#define TALL 8          /* rows of a register tile */

/* Four rows in one value: arithmetic on it goes by element, in as many registers as the machine needs. */
typedef double quad __attribute__((vector_size(4 * sizeof(double))));

/* C[r + c n_c] -= sum over k < n of L[r + k n_l] M[c + k n_l] for 4 n_quad rows and `wide` columns; is_new: C was 0. */
VECTOR_INLINE void tile_update(double *C, long n_c, const double *L, const double *M, long n_l, int n, int n_quad, int wide, int is_new)
{
    quad sum[WIDE][TALL / 4] = {0};
    for (int k = 0; k < n; k++, L += n_l, M += n_l)
        for (int q = 0; q < n_quad; q++) {
            quad l;
            memcpy(&l, L + 4 * q, sizeof l);
            for (int c = 0; c < wide; c++)
                sum[c][q] += l * M[c];
        }
    for (int c = 0; c < wide; c++)
        for (int q = 0; q < n_quad; q++) {
            quad v = {0};
            if (!is_new)
                memcpy(&v, C + c * n_c + 4 * q, sizeof v);
            v -= sum[c][q];
            memcpy(C + c * n_c + 4 * q, &v, sizeof v);
        }
}

/* The same for n_row rows, in steps of eight and four; up to three rows beyond n_row are worked on too. */
VECTOR_INLINE void strip_update(double *C, long n_c, const double *L, const double *M, long n_l, int n, int n_row, int wide, int is_new)
{
    int r = 0;
    for (; r + 4 < n_row; r += TALL)
        tile_update(C + r, n_c, L + r, M, n_l, n, TALL / 4, wide, is_new);
    for (; r < n_row; r += 4)
        tile_update(C + r, n_c, L + r, M, n_l, n, 1, wide, is_new);
}

VECTOR_INLINE void update(double *C, long n_c, const double *L, const double *M, long n_l, int n, int n_row, int wide, int is_new)
{
    if (wide == 4)
        strip_update(C, n_c, L, M, n_l, n, n_row, 4, is_new);
    else if (wide == 3)
        strip_update(C, n_c, L, M, n_l, n, n_row, 3, is_new);
    else if (wide == 2)
        strip_update(C, n_c, L, M, n_l, n, n_row, 2, is_new);
    else
        strip_update(C, n_c, L, M, n_l, n, n_row, 1, is_new);
}

/* Cholesky factor of `wide` columns of n_row rows, their first `wide` rows the diagonal block; 0 at a pivot that is not
 * positive. */
VECTOR_INLINE int column_factor(double *P, long n_line, int n_row, int wide)
{
    double inverse[WIDE], L[WIDE][WIDE];
    for (int c = 0; c < wide; c++) {
        for (int i = c; i < wide; i++) {
            double v = P[i + c * n_line];
            for (int k = 0; k < c; k++)
                v -= L[i][k] * L[c][k];
            if (i == c) {
                if (!(v > 0.0 && v < HUGE_VAL))
                    return 0;
                L[c][c] = sqrt(v);
                inverse[c] = 1.0 / L[c][c];
            } else {
                L[i][c] = v * inverse[c];
            }
            P[i + c * n_line] = L[i][c];
        }
    }
    for (int r = wide; r < n_row; r++) {
        double v[WIDE];
        for (int c = 0; c < wide; c++) {
            v[c] = P[r + c * n_line];
            for (int k = 0; k < c; k++)
                v[c] -= v[k] * L[c][k];
            v[c] *= inverse[c];
        }
        for (int c = 0; c < wide; c++)
            P[r + c * n_line] = v[c];
    }
    return 1;
}

VECTOR_INLINE int block_factor(double *P, long n_line, int n_row, int wide)
{
    return wide == 4   ? column_factor(P, n_line, n_row, 4)
           : wide == 3 ? column_factor(P, n_line, n_row, 3)
           : wide == 2 ? column_factor(P, n_line, n_row, 2)
                       : column_factor(P, n_line, n_row, 1);
}

/* Factors the n_pivot columns of a front P; its rest S becomes what they take off. */
VECTOR_VERSIONS static int front_factor(double *P, long n_line, int n_pivot, int n_border, double *S, long n_schur_line)
{
    int n = n_pivot + n_border;
    for (int j = 0; j < n_pivot; j += WIDE) {
        int wide = n_pivot - j < WIDE ? n_pivot - j : WIDE;
        double *block = P + j + j * n_line;
        update(block, n_line, P + j, P + j, n_line, j, n - j, wide, 0);
        if (!block_factor(block, n_line, n - j, wide))
            return 0;
    }
    for (int j = 0; j < n_border; j += WIDE)
        update(S + j + j * n_schur_line, n_schur_line, P + n_pivot + j, P + n_pivot + j, n_line, n_pivot, n_border - j,
               n_border - j < WIDE ? n_border - j : WIDE, 1);
    return 1;
}

/* Columns of a child's rest that are pivots of its parent. */
static int pivots_get(const struct frontal *f, const struct frontal_front *child, const struct frontal_front *parent)
{
    const int *map = f->plan->map + child->index_at;
    int n = 0;
    while (n < child->n_border && map[n] < parent->n_pivot)
        n++;
    return n;
}

/* Adds columns first .. last - 1 of a child's rest to `to`, where the first row and column of the parent's front would stand. */
static void child_add(const struct frontal *f, const struct frontal_front *child, int first, int last, double *to, long n_line)
{
    const int *map = f->plan->map + child->index_at, n = child->n_border;
    for (int j = first; j < last; j++) {
        const double *from = f->schur[child->stack] + child->schur_at + (long)j * child->n_schur_line;
        double *column = to + (long)map[j] * n_line;
        for (int i = j; i < n; i++)
            column[map[i]] += from[i];
    }
}

enum status frontal_set_factor(struct frontal *f, struct err *e)
{
    const struct frontal_front *front = f->plan->front;
    for (int k = 0; k < f->plan->need.n_front; k++) {
        const struct frontal_front *t = &front[k];
        double *P = f->a + t->at, *S = f->schur[t->stack] + t->schur_at;
        for (int c = t->child; c >= 0; c = front[c].sibling)
            child_add(f, &front[c], 0, pivots_get(f, &front[c], t), P, t->n_line);
        if (!front_factor(P, t->n_line, t->n_pivot, t->n_border, S, t->n_schur_line))
            return err_set(e, ST_SINGULAR, "sparse Cholesky", "not positive definite in rows %d to %d of %d of the elimination", t->first,
                           t->first + t->n_pivot - 1, f->n);
        for (int c = t->child; c >= 0; c = front[c].sibling)
            child_add(f, &front[c], pivots_get(f, &front[c], t), front[c].n_border, S - t->n_pivot * (t->n_schur_line + 1L),
                      t->n_schur_line);
    }
    return ST_OK;
}

/* L y = x for `wide` columns from k on of a front of n rows: their triangle, then what they take off the rows below. */
VECTOR_INLINE void block_forward(const double *P, long n_line, int k, int n, int wide, double *x)
{
    const double *column = P + k * n_line;
    double y[WIDE];
    for (int c = 0; c < wide; c++) {
        double v = x[k + c];
        for (int j = 0; j < c; j++)
            v -= y[j] * column[j * n_line + k + c];
        x[k + c] = y[c] = v / column[c * n_line + k + c];
    }
    for (int r = k + wide; r < n; r++) {
        double v = x[r];
        for (int c = 0; c < wide; c++)
            v -= y[c] * column[c * n_line + r];
        x[r] = v;
    }
}

/* L' y = x for the same columns; four partial sums, for speed: up to three rows beyond n are read, where x is 0. */
VECTOR_INLINE void block_backward(const double *P, long n_line, int k, int n, int wide, double *x)
{
    const double *column = P + k * n_line;
    quad sum[WIDE] = {0};
    for (int r = k + wide; r < n; r += 4) {
        quad v, l;
        memcpy(&v, x + r, sizeof v);
        for (int c = 0; c < wide; c++) {
            memcpy(&l, column + c * n_line + r, sizeof l);
            sum[c] += l * v;
        }
    }
    for (int c = wide - 1; c >= 0; c--) {
        double v = x[k + c] - ((sum[c][0] + sum[c][1]) + (sum[c][2] + sum[c][3]));
        for (int j = c + 1; j < wide; j++)
            v -= column[c * n_line + k + j] * x[k + j];
        x[k + c] = v / column[c * n_line + k + c];
    }
}

VECTOR_VERSIONS static void forward(const double *P, long n_line, int n_pivot, int n, double *x)
{
    int k = 0;
    for (; k + WIDE <= n_pivot; k += WIDE)
        block_forward(P, n_line, k, n, WIDE, x);
    for (; k < n_pivot; k++)
        block_forward(P, n_line, k, n, 1, x);
}

VECTOR_VERSIONS static void backward(const double *P, long n_line, int n_pivot, int n, double *x)
{
    int k = n_pivot;
    for (; k % WIDE != 0; k--)
        block_backward(P, n_line, k - 1, n, 1, x);
    for (; k > 0; k -= WIDE)
        block_backward(P, n_line, k - WIDE, n, WIDE, x);
}

void frontal_solve(struct frontal *f, double *x)
{
    double *y = f->x;
    for (int k = 0; k < f->plan->need.n_front; k++) {
        const struct frontal_front *t = &f->plan->front[k];
        const int *border = f->plan->border + t->index_at;
        memcpy(y, x + t->first, (size_t)t->n_pivot * sizeof *y);
        memset(y + t->n_pivot, 0, (size_t)t->n_border * sizeof *y);
        forward(f->a + t->at, t->n_line, t->n_pivot, t->n_pivot + t->n_border, y);
        memcpy(x + t->first, y, (size_t)t->n_pivot * sizeof *y);
        for (int i = 0; i < t->n_border; i++)
            x[border[i]] += y[t->n_pivot + i];
    }
    for (int k = f->plan->need.n_front - 1; k >= 0; k--) {
        const struct frontal_front *t = &f->plan->front[k];
        const int *border = f->plan->border + t->index_at;
        int n = t->n_pivot + t->n_border;
        memcpy(y, x + t->first, (size_t)t->n_pivot * sizeof *y);
        for (int i = 0; i < t->n_border; i++)
            y[t->n_pivot + i] = x[border[i]];
        y[n] = y[n + 1] = y[n + 2] = 0.0;
        backward(f->a + t->at, t->n_line, t->n_pivot, n, y);
        memcpy(x + t->first, y, (size_t)t->n_pivot * sizeof *y);
    }
}

/* ---- several vectors at a time: x[FRONTAL_WIDE r + v] ---- */

/* L y = x for 4 n_quad vectors of a front. */
VECTOR_INLINE void forward_wide(const double *P, long n_line, int n_pivot, int n, int n_quad, double *x)
{
    for (int k = 0; k < n_pivot; k++, P += n_line) {
        quad pivot[FRONTAL_WIDE / 4];
        for (int q = 0; q < n_quad; q++) {
            memcpy(&pivot[q], x + FRONTAL_WIDE * k + 4 * q, sizeof pivot[q]);
            pivot[q] /= P[k];
            memcpy(x + FRONTAL_WIDE * k + 4 * q, &pivot[q], sizeof pivot[q]);
        }
        for (int r = k + 1; r < n; r++)
            for (int q = 0; q < n_quad; q++) {
                quad v;
                memcpy(&v, x + FRONTAL_WIDE * r + 4 * q, sizeof v);
                v -= pivot[q] * P[r];
                memcpy(x + FRONTAL_WIDE * r + 4 * q, &v, sizeof v);
            }
    }
}

VECTOR_INLINE void backward_wide(const double *P, long n_line, int n_pivot, int n, int n_quad, double *x)
{
    P += (n_pivot - 1) * n_line;
    for (int k = n_pivot - 1; k >= 0; k--, P -= n_line) {
        quad sum[FRONTAL_WIDE / 4];
        for (int q = 0; q < n_quad; q++)
            memcpy(&sum[q], x + FRONTAL_WIDE * k + 4 * q, sizeof sum[q]);
        for (int r = k + 1; r < n; r++)
            for (int q = 0; q < n_quad; q++) {
                quad v;
                memcpy(&v, x + FRONTAL_WIDE * r + 4 * q, sizeof v);
                sum[q] -= v * P[r];
            }
        for (int q = 0; q < n_quad; q++) {
            sum[q] /= P[k];
            memcpy(x + FRONTAL_WIDE * k + 4 * q, &sum[q], sizeof sum[q]);
        }
    }
}

VECTOR_VERSIONS static void front_forward(const double *P, long n_line, int n_pivot, int n, int n_quad, double *x)
{
    if (n_quad == 1)
        forward_wide(P, n_line, n_pivot, n, 1, x);
    else
        forward_wide(P, n_line, n_pivot, n, 2, x);
}

VECTOR_VERSIONS static void front_backward(const double *P, long n_line, int n_pivot, int n, int n_quad, double *x)
{
    if (n_quad == 1)
        backward_wide(P, n_line, n_pivot, n, 1, x);
    else
        backward_wide(P, n_line, n_pivot, n, 2, x);
}

static double *line_get(double *x, int r) { return x + (size_t)FRONTAL_WIDE * (size_t)r; }
#define LINE_SIZE    (FRONTAL_WIDE * sizeof(double))

static void solve_wide(struct frontal *f, int n_quad)
{
    double *x = f->wide, *y = f->x;
    for (int k = 0; k < f->plan->need.n_front; k++) {
        const struct frontal_front *t = &f->plan->front[k];
        const int *border = f->plan->border + t->index_at;
        memcpy(y, line_get(x, t->first), (size_t)t->n_pivot * LINE_SIZE);
        memset(line_get(y, t->n_pivot), 0, (size_t)t->n_border * LINE_SIZE);
        front_forward(f->a + t->at, t->n_line, t->n_pivot, t->n_pivot + t->n_border, n_quad, y);
        memcpy(line_get(x, t->first), y, (size_t)t->n_pivot * LINE_SIZE);
        for (int i = 0; i < t->n_border; i++)
            for (int v = 0; v < FRONTAL_WIDE; v++)
                line_get(x, border[i])[v] += line_get(y, t->n_pivot + i)[v];
    }
    for (int k = f->plan->need.n_front - 1; k >= 0; k--) {
        const struct frontal_front *t = &f->plan->front[k];
        const int *border = f->plan->border + t->index_at;
        memcpy(y, line_get(x, t->first), (size_t)t->n_pivot * LINE_SIZE);
        for (int i = 0; i < t->n_border; i++)
            memcpy(line_get(y, t->n_pivot + i), line_get(x, border[i]), LINE_SIZE);
        front_backward(f->a + t->at, t->n_line, t->n_pivot, t->n_pivot + t->n_border, n_quad, y);
        memcpy(line_get(x, t->first), y, (size_t)t->n_pivot * LINE_SIZE);
    }
}

void frontal_solve_many(struct frontal *f, int n_vector, double *const *x, const int *order)
{
    for (int first = 0; first < n_vector; first += FRONTAL_WIDE) {
        const int n = n_vector - first < FRONTAL_WIDE ? n_vector - first : FRONTAL_WIDE;
        for (int i = 0; i < f->n; i++)
            for (int v = 0; v < FRONTAL_WIDE; v++)
                line_get(f->wide, i)[v] = v < n ? x[first + v][order ? order[i] : i] : 0.0;
        solve_wide(f, n > 4 ? 2 : 1);
        for (int i = 0; i < f->n; i++)
            for (int v = 0; v < n; v++)
                x[first + v][order ? order[i] : i] = line_get(f->wide, i)[v];
    }
}
