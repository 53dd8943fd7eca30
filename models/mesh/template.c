/* template.c - transfinite interpolation of macro-grids (Coons patch: both pairs of edge curves blended linearly,
 * minus the bilinear surface of the corners). */
#include "models/mesh/template.h"
#include "materials/base/units.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

void template_init(struct template_grid *g, int n_row, int n_col)
{
    memset(g, 0, sizeof *g);
    memset(g->part, -1, sizeof g->part);
    g->n_row = n_row;
    g->n_col = n_col;
}

void template_set_column_line(struct template_grid *g, int j, const double *x_m, const double *y_m)
{
    for (int i = 0; i <= g->n_row; i++) {
        g->x_m[i][j] = x_m[i];
        g->y_m[i][j] = y_m[i];
    }
}

void template_set_level(struct template_grid *g, int factor)
{
    for (int i = 0; i < g->n_row; i++)
        g->div_row[i] *= factor;
    for (int j = 0; j < g->n_col; j++)
        g->div_col[j] *= factor;
}

void template_set_mirror(const struct template_grid *half, struct template_grid *whole)
{
    int n = half->n_col;
    template_init(whole, half->n_row, 2 * n);
    whole->centre_x_m = half->centre_x_m;
    memcpy(whole->div_row, half->div_row, sizeof whole->div_row);
    memcpy(whole->grade_row, half->grade_row, sizeof whole->grade_row);
    for (int j = 0; j < 2 * n; j++) {
        int is_mirror = j < n, h = is_mirror ? n - 1 - j : j - n;
        whole->div_col[j] = half->div_col[h];
        whole->grade_col[j] = is_mirror ? -half->grade_col[h] : half->grade_col[h];
        for (int i = 0; i < half->n_row; i++) {
            int part = half->part[i][h];
            whole->region[i][j] = half->region[i][h];
            whole->part[i][j] = (signed char)(part >= 0 && is_mirror ? part + 1 : part);
            whole->diagonal[i][j] = is_mirror ? !half->diagonal[i][h] : half->diagonal[i][h];
        }
        for (int i = 0; i <= half->n_row; i++)
            whole->edge_row[i][j] = half->edge_row[i][h];
    }
    for (int j = 0; j <= 2 * n; j++) {
        int h = j < n ? n - j : j - n;
        for (int i = 0; i <= half->n_row; i++) {
            whole->x_m[i][j] = half->x_m[i][h];
            whole->y_m[i][j] = j < n ? -half->y_m[i][h] : half->y_m[i][h];
            if (i < half->n_row)
                whole->edge_col[i][j] = half->edge_col[i][h];
        }
    }
}

static int sum(const int *div, int n)
{
    int total = 0;
    for (int i = 0; i < n; i++)
        total += div[i];
    return total;
}

int template_get_rows(const struct template_grid *g) { return sum(g->div_row, g->n_row); }
int template_get_cols(const struct template_grid *g) { return sum(g->div_col, g->n_col); }

/* One edge of a macro-cell: a straight line, or a curve linear in polar coordinates about (cx, 0). */
struct curve_edge { int is_arc; double x0, y0, dx, dy, cx, r0, dr, a0, da; };

static struct curve_edge edge_get(const struct template_grid *g, int kind, int i0, int j0, int i1, int j1)
{
    struct curve_edge c = {kind != EDGE_LINE, g->x_m[i0][j0], g->y_m[i0][j0], 0, 0, 0, 0, 0, 0, 0};
    double x1 = g->x_m[i1][j1], y1 = g->y_m[i1][j1];
    c.dx = x1 - c.x0;
    c.dy = y1 - c.y0;
    if (!c.is_arc)
        return c;
    c.cx = kind == EDGE_ARC_CENTRE ? g->centre_x_m : 0.0;
    c.r0 = hypot(c.x0 - c.cx, c.y0);
    c.dr = hypot(x1 - c.cx, y1) - c.r0;
    c.a0 = atan2(c.y0, c.x0 - c.cx);
    c.da = remainder(atan2(y1, x1 - c.cx) - c.a0, 2 * PI);
    return c;
}

static void edge_eval(const struct curve_edge *c, double t, double *x, double *y)
{
    if (c->is_arc) {
        double r = c->r0 + t * c->dr, a = c->a0 + t * c->da;
        *x = c->cx + r * cos(a);
        *y = r * sin(a);
    } else {
        *x = c->x0 + t * c->dx;
        *y = c->y0 + t * c->dy;
    }
}

static double grade_eval(double grade, int k, int div)
{
    double t = (double)k / div;
    return t + grade * t * (1.0 - t);
}

/* Places of the nodes of one edge, evaluated once for the whole cell. */
struct edge_line { double x_m[TEMPLATE_MAX_DIV + 1], y_m[TEMPLATE_MAX_DIV + 1]; };

static void line_set(const struct curve_edge *c, const double *t, int n, struct edge_line *line)
{
    for (int k = 0; k <= n; k++)
        edge_eval(c, t[k], &line->x_m[k], &line->y_m[k]);
}

static void grades_set(double grade, int div, double *t)
{
    for (int k = 0; k <= div; k++)
        t[k] = grade_eval(grade, k, div);
}

/* where a macro-cell's nodes go: the same place of n_copy copies */
#define MAX_COPY 64
struct cell_place {
    int row, col, n_line, n_copy, stride, has_last; /* the last column of the last copy stands here too */
    double cos_a[MAX_COPY], sin_a[MAX_COPY];
    const int *node;
    double *x_m, *y_m;
};

/* Copies share the columns between them: that of the later copy counts. */
static void place_set(const struct cell_place *p, int col, int row, int is_last, double x, double y)
{
    const int n_copy = is_last ? p->n_copy - !p->has_last : p->n_copy;
    for (int c = is_last ? p->n_copy - 1 : 0; c < n_copy; c++) {
        const int n = p->node[c * p->stride + col * p->n_line + row];
        p->x_m[n] = p->cos_a[c] * x - p->sin_a[c] * y;
        p->y_m[n] = p->sin_a[c] * x + p->cos_a[c] * y;
    }
}

static void cell_eval(const struct template_grid *g, int i, int j, const struct cell_place *p)
{
    const int n_col = g->div_col[j], n_row = g->div_row[i];
    struct curve_edge low = edge_get(g, g->edge_row[i][j], i, j, i, j + 1),
                      high = edge_get(g, g->edge_row[i + 1][j], i + 1, j, i + 1, j + 1);
    struct curve_edge left = edge_get(g, g->edge_col[i][j], i, j, i + 1, j),
                      right = edge_get(g, g->edge_col[i][j + 1], i, j + 1, i + 1, j + 1);
    struct edge_line l, h, a, b;
    double across[TEMPLATE_MAX_DIV + 1], along[TEMPLATE_MAX_DIV + 1];
    grades_set(g->grade_col[j], n_col, across);
    grades_set(g->grade_row[i], n_row, along);
    line_set(&low, across, n_col, &l);
    line_set(&high, across, n_col, &h);
    line_set(&left, along, n_row, &a);
    line_set(&right, along, n_row, &b);
    for (int c = 0; c <= n_col; c++) { /* the corners' bilinear surface is taken off the lines across */
        const double s = across[c], x1 = high.x0 + high.dx, y1 = high.y0 + high.dy;
        const double xl = l.x_m[c] - ((1 - s) * low.x0 + s * right.x0), yl = l.y_m[c] - ((1 - s) * low.y0 + s * right.y0);
        const double xh = h.x_m[c] - ((1 - s) * high.x0 + s * x1), yh = h.y_m[c] - ((1 - s) * high.y0 + s * y1);
        for (int r = 0; r <= n_row; r++) {
            const double t = along[r];
            place_set(p, p->col + c, p->row + r, j == g->n_col - 1 && c == n_col, (1 - t) * xl + t * xh + (1 - s) * a.x_m[r] + s * b.x_m[r],
                      (1 - t) * yl + t * yh + (1 - s) * a.y_m[r] + s * b.y_m[r]);
        }
    }
}

static void cells_eval(const struct template_grid *g, struct cell_place *p)
{
    p->col = 0;
    for (int j = 0; j < g->n_col; j++) {
        p->row = 0;
        for (int i = 0; i < g->n_row; i++) {
            cell_eval(g, i, j, p);
            p->row += g->div_row[i];
        }
        p->col += g->div_col[j];
    }
}

void template_eval_nodes(const struct template_grid *g, int n_copy, double pitch_rad, const int *node, double *x_m, double *y_m)
{
    const int n_line = template_get_rows(g) + 1, stride = template_get_cols(g) * n_line;
    for (int done = 0; done < n_copy; done += MAX_COPY) {
        struct cell_place p = {
            0, 0, n_line, n_copy - done < MAX_COPY ? n_copy - done : MAX_COPY, stride, 0, {0.0}, {0.0}, node + done * stride, x_m, y_m};
        p.has_last = done + p.n_copy == n_copy;
        for (int c = 0; c < p.n_copy; c++) {
            p.cos_a[c] = cos((done + c + 0.5) * pitch_rad);
            p.sin_a[c] = sin((done + c + 0.5) * pitch_rad);
        }
        cells_eval(g, &p);
    }
}
