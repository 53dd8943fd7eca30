/* contour_csv.c - contours from a table of vertices; format: contour.h. */
#include "models/machine/contour_impl.h"
#include "materials/base/numtext.h"
#include "materials/base/text.h"
#include "materials/base/units.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

enum column { COL_REGION, COL_KIND, COL_X, COL_Y, COL_BULGE, COL_EDGE, COL_CX, COL_CY, COL_DIR, COL_MAGNETISATION, N_COLUMN };
static const char *const COLUMNS[N_COLUMN] = {"region",       "kind",      "x_mm",      "y_mm",    "bulge",
                                              "edge_to_next", "arc_cx_mm", "arc_cy_mm", "arc_dir", "magnetisation_deg"};
#define N_REQUIRED 4
#define MAX_FIELD 24
#define MAX_LINE 512

struct csv {
    const char *path;
    int line;
    char text[MAX_LINE];        /* the present line, split in place */
    int n_field;                /* of the heading */
    int column[MAX_FIELD];      /* field -> enum column */
    const char *field[N_COLUMN]; /* of the present line; "" where the column is not given */
    struct contour *c;
    int has_pending;            /* an arc by its centre, whose end is the next vertex of the region */
    double cx_m, cy_m, sense;
};

/* Column of a field of the present line, from 1; what does not stand in the line is missed at its beginning. */
static int get_column(const struct csv *s, const char *text)
{
    for (int k = 0; k < MAX_LINE; k++)
        if (s->text + k == text)
            return k + 1;
    return 1;
}

static enum status fail(const struct csv *s, struct err *e, const char *what, const char *text, const char *wanted)
{
    return err_set_at(e, ST_CONFIG, s->path, s->line, get_column(s, text), what, "'%s': expected %s", text, wanted);
}

/* Splits in place; blanks around a field do not count. */
static int split(char *line, char **field, int max)
{
    int n = 0;
    for (char *at = line; at; n++) {
        char *comma = strchr(at, ',');
        if (comma)
            *comma = '\0';
        at += strspn(at, " \t");
        size_t len = strlen(at);
        while (len > 0 && strchr(" \t\r", at[len - 1]))
            at[--len] = '\0';
        if (n < max)
            field[n] = at;
        at = comma ? comma + 1 : NULL;
    }
    return n;
}

static enum status read_heading(struct csv *s, char *line, struct err *e)
{
    char *name[MAX_FIELD];
    int n = split(line, name, MAX_FIELD), is_given[N_COLUMN] = {0};
    if (n > MAX_FIELD)
        return fail(s, e, "columns", line, "at most 24 columns");
    for (int f = 0; f < n; f++) {
        int c = 0;
        while (c < N_COLUMN && strcmp(name[f], COLUMNS[c]) != 0)
            c++;
        if (c == N_COLUMN || is_given[c])
            return fail(s, e, "columns", name[f],
                        "each once of region, kind, x_mm, y_mm, bulge, edge_to_next, arc_cx_mm, arc_cy_mm, arc_dir, magnetisation_deg");
        is_given[c] = 1;
        s->column[f] = c;
    }
    s->n_field = n;
    for (int c = 0; c < N_REQUIRED; c++)
        if (!is_given[c])
            return fail(s, e, "columns", "", COLUMNS[c]);
    if (is_given[COL_BULGE] && is_given[COL_EDGE])
        return fail(s, e, "columns", "edge_to_next", "arcs either by bulge or by edge_to_next and their centre");
    return ST_OK;
}

static enum status read_number(const struct csv *s, enum column c, double *out, struct err *e)
{
    if (numtext_read_real(s->field[c], out) == ST_OK)
        return ST_OK;
    return fail(s, e, COLUMNS[c], s->field[c], "a number");
}

/* Direction in rad; given once in a region, or the same in all its lines. */
static enum status read_axis(const struct csv *s, enum contour_kind kind, double *axis_rad, struct err *e)
{
    const char *text = s->field[COL_MAGNETISATION];
    *axis_rad = (double)NAN;
    if (kind != CONTOUR_MAGNET)
        return text[0] == '\0' ? ST_OK : fail(s, e, "magnetisation_deg", text, "nothing: only magnets have a direction");
    if (strcmp(text, "radial") == 0)
        return ST_OK;
    if (text[0] == '\0')
        return fail(s, e, "magnetisation_deg", text, "the direction of the magnet in degrees, or radial");
    TRY(read_number(s, COL_MAGNETISATION, axis_rad, e));
    *axis_rad *= PI / 180.0;
    return ST_OK;
}

static enum status start_region(struct csv *s, struct err *e)
{
    enum contour_kind kind = contour_get_kind(s->field[COL_KIND]);
    double axis_rad;
    if (kind >= CONTOUR_IGNORE)
        return fail(s, e, "kind", s->field[COL_KIND], "iron, magnet, air, field_coil or shaft");
    for (int k = 0; k < s->c->n_region; k++)
        if (strcmp(s->c->region[k].name, s->field[COL_REGION]) == 0)
            return fail(s, e, "region", s->field[COL_REGION], "all vertices of a region in one block of lines");
    if (s->field[COL_REGION][0] == '\0' || strlen(s->field[COL_REGION]) >= CONTOUR_NAME_SIZE)
        return fail(s, e, "region", s->field[COL_REGION], "a name of 1 to 47 characters");
    TRY(read_axis(s, kind, &axis_rad, e));
    return contour_add_region(s->c, s->field[COL_REGION], kind, axis_rad, s->line, e);
}

/* Bulge of the pending arc now that its end is known. */
static enum status end_arc(struct csv *s, double x_m, double y_m, struct err *e)
{
    struct contour_vertex *from = &s->c->vertex[s->c->n_vertex - 1];
    double ax = from->x_m - s->cx_m, ay = from->y_m - s->cy_m, bx = x_m - s->cx_m, by = y_m - s->cy_m;
    double sweep = s->sense * atan2(ax * by - ay * bx, ax * bx + ay * by);
    s->has_pending = 0;
    if (fabs(hypot(ax, ay) - hypot(bx, by)) > s->c->join_m)
        return err_set_at(e, ST_CONFIG, s->path, s->line, 1, "arc",
                          "the arc from (%.4f, %.4f) to (%.4f, %.4f) mm has a radius of %.4f mm at its start and %.4f mm at its end",
                          1e3 * from->x_m, 1e3 * from->y_m, 1e3 * x_m, 1e3 * y_m, 1e3 * hypot(ax, ay), 1e3 * hypot(bx, by));
    sweep += sweep <= 0.0 ? 2.0 * PI : 0.0;
    from->bulge_pu = s->sense * tan(0.25 * sweep);
    return ST_OK;
}

static enum status end_region(struct csv *s, struct err *e)
{
    if (!s->has_pending)
        return ST_OK;
    const struct contour_vertex *first = &s->c->vertex[s->c->region[s->c->n_region - 1].first];
    return end_arc(s, first->x_m, first->y_m, e);
}

static enum status read_edge(struct csv *s, double *bulge_pu, struct err *e)
{
    const char *kind = s->field[COL_EDGE], *dir = s->field[COL_DIR];
    *bulge_pu = 0.0;
    if (s->field[COL_BULGE][0])
        return read_number(s, COL_BULGE, bulge_pu, e);
    if (kind[0] == '\0' || strcmp(kind, "line") == 0)
        return ST_OK;
    if (strcmp(kind, "arc") != 0)
        return fail(s, e, "edge_to_next", kind, "line or arc");
    if (strcmp(dir, "ccw") != 0 && strcmp(dir, "cw") != 0)
        return fail(s, e, "arc_dir", dir, "ccw or cw");
    TRY(read_number(s, COL_CX, &s->cx_m, e));
    TRY(read_number(s, COL_CY, &s->cy_m, e));
    s->cx_m *= 1e-3;
    s->cy_m *= 1e-3;
    s->sense = strcmp(dir, "cw") == 0 ? -1.0 : 1.0;
    s->has_pending = 1;
    return ST_OK;
}

static enum status read_vertex(struct csv *s, char *line, struct err *e)
{
    char *field[MAX_FIELD];
    double x_mm, y_mm, bulge_pu;
    struct contour *c = s->c;
    int n = split(line, field, MAX_FIELD);
    if (n != s->n_field)
        return err_set_at(e, ST_CONFIG, s->path, s->line, 1, "columns", "%d fields where the heading names %d", n, s->n_field);
    for (int k = 0; k < N_COLUMN; k++)
        s->field[k] = "";
    for (int f = 0; f < n; f++)
        s->field[s->column[f]] = field[f];
    const struct contour_region *last = c->n_region > 0 ? &c->region[c->n_region - 1] : NULL;
    int is_new = !last || strcmp(last->name, s->field[COL_REGION]) != 0;
    TRY(read_number(s, COL_X, &x_mm, e));
    TRY(read_number(s, COL_Y, &y_mm, e));
    if (is_new) {
        TRY(end_region(s, e));
        TRY(start_region(s, e));
    } else if (contour_get_kind(s->field[COL_KIND]) != last->kind) {
        return fail(s, e, "kind", s->field[COL_KIND], "one kind in all lines of a region");
    } else {
        double axis_rad;
        TRY(read_axis(s, last->kind, &axis_rad, e));
        if (isnan(axis_rad) != isnan(last->axis_rad) || fabs(axis_rad - last->axis_rad) > 0.0)
            return fail(s, e, "magnetisation_deg", s->field[COL_MAGNETISATION], "one direction in all lines of a region");
        if (s->has_pending)
            TRY(end_arc(s, 1e-3 * x_mm, 1e-3 * y_mm, e));
    }
    TRY(read_edge(s, &bulge_pu, e));
    return contour_add_vertex(c, 1e-3 * x_mm, 1e-3 * y_mm, bulge_pu, e);
}

static enum status read_lines(struct csv *s, const char *text, struct err *e)
{
    char *line = s->text;
    int has_heading = 0;
    for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n') {
        size_t len = strcspn(at, "\n");
        s->line++;
        if (len >= sizeof s->text)
            return fail(s, e, "line", "", "lines of less than 512 characters");
        memcpy(line, at, len);
        line[len] = '\0';
        if (line[0] == '#' || line[strspn(line, " \t\r")] == '\0')
            continue;
        TRY(has_heading ? read_vertex(s, line, e) : read_heading(s, line, e));
        has_heading = 1;
    }
    if (s->c->n_region == 0)
        return fail(s, e, "region", "", "a line of column names and at least one region");
    return end_region(s, e);
}

enum status contour_new_csv(const char *path, const struct contour_opts *o, struct contour **out, struct err *e)
{
    struct text t = {0};
    struct csv s = {.path = path};
    *out = NULL;
    enum status st = text_read_file(path, &t, e);
    if (st == ST_OK)
        st = contour_new(path, o, &s.c, e);
    if (st == ST_OK)
        st = read_lines(&s, t.s ? t.s : "", e);
    text_done(&t);
    if (st != ST_OK) {
        contour_free(s.c);
        return st;
    }
    contour_finish(s.c, o->d_axis_rad);
    *out = s.c;
    return ST_OK;
}
