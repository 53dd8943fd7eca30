/* template.h - macro-grids: a logically rectangular patchwork of quadrilaterals, filled with nodes by transfinite interpolation.
 * Rows run outwards (radially), columns anticlockwise. Corner points stand in a frame whose x axis is the symmetry axis of the part.
 * Row line i, i = 0..n_row, bounds macro-row i from below; column line j, j = 0..n_col, bounds macro-column j on its clockwise side.
 * A cell tagged REGION_VOID is collapsed across its columns: all its nodes on one row line are one node.
 * Grading g of a row or column puts nodes at t + g t (1 - t), t = k/div: coarse nodes stay nodes of the finer levels. |g| < 1. */
#ifndef MODELS_MESH_TEMPLATE_H
#define MODELS_MESH_TEMPLATE_H

#define TEMPLATE_MAX_ROW 10
#define TEMPLATE_MAX_COL 20
#define TEMPLATE_MAX_DIV 256 /* fine rows or columns of one macro-cell */

enum template_edge { EDGE_LINE, EDGE_ARC_ORIGIN, EDGE_ARC_CENTRE /* about (centre_x_m, 0) */ };

struct template_grid {
    int n_row, n_col;
    int div_row[TEMPLATE_MAX_ROW], div_col[TEMPLATE_MAX_COL];
    double grade_row[TEMPLATE_MAX_ROW], grade_col[TEMPLATE_MAX_COL];
    unsigned char region[TEMPLATE_MAX_ROW][TEMPLATE_MAX_COL];
    signed char part[TEMPLATE_MAX_ROW][TEMPLATE_MAX_COL];       /* -1 none */
    unsigned char diagonal[TEMPLATE_MAX_ROW][TEMPLATE_MAX_COL]; /* 0: inner clockwise corner to outer anticlockwise corner; 1: the other */
    double x_m[TEMPLATE_MAX_ROW + 1][TEMPLATE_MAX_COL + 1], y_m[TEMPLATE_MAX_ROW + 1][TEMPLATE_MAX_COL + 1];
    unsigned char edge_row[TEMPLATE_MAX_ROW + 1][TEMPLATE_MAX_COL]; /* edge of row line i over column j */
    unsigned char edge_col[TEMPLATE_MAX_ROW][TEMPLATE_MAX_COL + 1]; /* edge of column line j over row i */
    double centre_x_m;
};

/* template_init - empty grid: straight edges, no grading, part -1, diagonal 0. */
void template_init(struct template_grid *g, int n_row, int n_col);
/* template_set_column_line - all n_row + 1 corners of a column line from arrays x_m, y_m. */
void template_set_column_line(struct template_grid *g, int j, const double *x_m, const double *y_m);
/* template_set_level - multiply all divisions. */
void template_set_level(struct template_grid *g, int factor);
/* template_set_mirror - whole grid from the half at y >= 0; part k >= 0 becomes k + 1 in the mirrored half. */
void template_set_mirror(const struct template_grid *half, struct template_grid *whole);

int template_get_rows(const struct template_grid *g);  /* fine rows */
int template_get_cols(const struct template_grid *g);
/* template_eval_nodes - node (fine column c, fine row r) of each of n_copy grids side by side, copy k turned about the origin by (k + 1/2)
 * pitch_rad, to x_m[node[(k * columns + c) * (rows + 1) + r]] and y_m[...]. The last column of a copy is the first of the next. */
void template_eval_nodes(const struct template_grid *g, int n_copy, double pitch_rad, const int *node, double *x_m, double *y_m);

#endif
