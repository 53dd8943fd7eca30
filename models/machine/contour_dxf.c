/* contour_dxf.c - contours from a DXF drawing: pairs of lines (group code, value), of which the ENTITIES section is read; the layer's edges
 * are joined to loops by their ends. Group codes: Autodesk, DXF Reference (AutoCAD 2012), LINE, ARC, CIRCLE, LWPOLYLINE. */
#include "models/machine/contour_impl.h"
#include "materials/base/mem.h"
#include "materials/base/numtext.h"
#include "materials/base/text.h"
#include "materials/base/units.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define VALUE_SIZE 128

struct dxf_edge { double x0_m, y0_m, x1_m, y1_m, bulge_pu; int layer, line, is_used; };

struct dxf {
    const char *path, *at;
    int line;
    int code;                   /* of the present pair */
    char value[VALUE_SIZE];
    const struct contour_opts *o;
    struct dxf_edge *edge;
    int n_edge;
};

/* what an entity may say: group codes 10, 20, 11, 21, 40, 50, 51, 70, 230 */
struct dxf_entity { char type[VALUE_SIZE], layer[VALUE_SIZE]; int line; double x0, y0, x1, y1, r, from_deg, to_deg, extrusion; int flags; };

static enum status fail(const struct dxf *s, struct err *e, const char *what, const char *text, const char *wanted)
{
    return err_set_at(e, ST_CONFIG, s->path, s->line, 0, what, "'%s': expected %s", text, wanted);
}

static void read_line(struct dxf *s, char *out)
{
    size_t n = strcspn(s->at, "\n"), lead = strspn(s->at, " \t");
    size_t end = n;
    while (end > lead && strchr(" \t\r", s->at[end - 1]))
        end--;
    size_t len = end > lead ? end - lead : 0;
    len = len < VALUE_SIZE ? len : VALUE_SIZE - 1;
    memcpy(out, s->at + (len > 0 ? lead : 0), len);
    out[len] = '\0';
    s->at += n + (s->at[n] == '\n');
    s->line++;
}

/* Next pair; *is_end when the text is over. */
static enum status read_pair(struct dxf *s, int *is_end, struct err *e)
{
    char code[VALUE_SIZE];
    *is_end = s->at[strspn(s->at, " \t\r\n")] == '\0';
    if (*is_end)
        return ST_OK;
    read_line(s, code);
    if (numtext_read_int(code, &s->code) != ST_OK)
        return fail(s, e, "dxf", code, "a group code (a text DXF, not a binary one)");
    read_line(s, s->value);
    return ST_OK;
}

static enum status read_number(const struct dxf *s, double *out, struct err *e)
{
    return numtext_read_real(s->value, out) == ST_OK ? ST_OK : fail(s, e, "dxf", s->value, "a number");
}

static int get_layer(const struct dxf *s, const char *name)
{
    for (int k = 0; k < s->o->n_layer; k++)
        if (strcmp(s->o->layer[k].name, name) == 0)
            return k;
    return -1;
}

static enum status add_edge(struct dxf *s, const struct dxf_entity *n, int layer, const double from[2], const double to[2],
                            double bulge_pu, struct err *e)
{
    struct dxf_edge *grown = mem_grow(s->edge, (size_t)s->n_edge, (size_t)s->n_edge + 1, sizeof *grown);
    if (!grown)
        return err_set(e, ST_NO_MEMORY, s->path, "no memory for %d edges", s->n_edge);
    s->edge = grown;
    grown[s->n_edge++] = (struct dxf_edge){1e-3 * from[0], 1e-3 * from[1], 1e-3 * to[0], 1e-3 * to[1], bulge_pu, layer, n->line, 0};
    return ST_OK;
}

static enum status add_entity(struct dxf *s, const struct dxf_entity *n, int layer, struct err *e)
{
    double from[2] = {n->x0, n->y0}, to[2] = {n->x1, n->y1};
    if (strcmp(n->type, "LINE") == 0)
        return add_edge(s, n, layer, from, to, 0.0, e);
    double a = n->from_deg * PI / 180.0, b = n->to_deg * PI / 180.0, sweep = fmod(b - a, 2.0 * PI); /* ARC: always anticlockwise */
    sweep += sweep <= 0.0 ? 2.0 * PI : 0.0;
    if (strcmp(n->type, "CIRCLE") == 0 || 2.0 * PI - sweep < 1e-9) {
        double west[2] = {n->x0 - n->r, n->y0}, east[2] = {n->x0 + n->r, n->y0};
        TRY(add_edge(s, n, layer, west, east, 1.0, e));
        return add_edge(s, n, layer, east, west, 1.0, e);
    }
    from[0] = n->x0 + n->r * cos(a);
    from[1] = n->y0 + n->r * sin(a);
    to[0] = n->x0 + n->r * cos(b);
    to[1] = n->y0 + n->r * sin(b);
    return add_edge(s, n, layer, from, to, tan(0.25 * sweep), e);
}

/* Layer of an entity: -1 when it is no part of the rotor. */
static enum status find_layer(struct dxf *s, const struct dxf_entity *n, int *layer, struct err *e)
{
    *layer = get_layer(s, n->layer);
    if (*layer < 0)
        return err_set_at(e, ST_CONFIG, s->path, n->line, 0, "layers",
                          "layer '%s' has a %s but is not named under `layers`; give its kind, or kind: ignore", n->layer, n->type);
    if (n->extrusion < 0.0 && s->o->layer[*layer].kind != CONTOUR_IGNORE)
        return err_set_at(e, ST_CONFIG, s->path, n->line, 0, "dxf", "a %s of layer '%s' is mirrored by its extrusion direction (0, 0, -1); "
                          "redraw or explode it", n->type, n->layer);
    s->o->layer[*layer].is_used = 1;
    if (s->o->layer[*layer].kind == CONTOUR_IGNORE)
        *layer = -1;
    return ST_OK;
}

/* Vertices of a polyline follow as 10, 20, 42 until the next entity (code 0). */
struct dxf_poly { double first[2], last[2], bulge_pu; int n, layer; };

static enum status add_poly_vertex(struct dxf *s, const struct dxf_entity *n, struct dxf_poly *p, double x, double y, struct err *e)
{
    double at[2] = {x, y};
    if (p->n > 0 && p->layer >= 0)
        TRY(add_edge(s, n, p->layer, p->last, at, p->bulge_pu, e));
    if (p->n++ == 0)
        memcpy(p->first, at, sizeof at);
    memcpy(p->last, at, sizeof at);
    p->bulge_pu = 0.0;
    return ST_OK;
}

static enum status read_polyline(struct dxf *s, struct dxf_entity *n, int *is_end, struct err *e)
{
    struct dxf_poly p = {.layer = -1};
    double x = 0.0, y;
    int is_found = 0;
    while (!*is_end && s->code != 0) {
        if (s->code == 8)
            snprintf(n->layer, sizeof n->layer, "%s", s->value);
        if (s->code == 70 && numtext_read_int(s->value, &n->flags) != ST_OK)
            return fail(s, e, "dxf", s->value, "the flags of a polyline");
        if (s->code == 230)
            TRY(read_number(s, &n->extrusion, e));
        if (s->code == 10) {
            TRY(read_number(s, &x, e));
            if (!is_found)
                TRY(find_layer(s, n, &p.layer, e));
            is_found = 1;
        }
        if (s->code == 20) {
            TRY(read_number(s, &y, e));
            TRY(add_poly_vertex(s, n, &p, x, y, e));
        }
        if (s->code == 42)
            TRY(read_number(s, &p.bulge_pu, e));
        TRY(read_pair(s, is_end, e));
    }
    if ((n->flags & 1) && p.n > 1 && p.layer >= 0 && hypot(p.last[0] - p.first[0], p.last[1] - p.first[1]) > 0.0)
        TRY(add_edge(s, n, p.layer, p.last, p.first, p.bulge_pu, e));
    return ST_OK;
}

static enum status read_simple(struct dxf *s, struct dxf_entity *n, int *is_end, struct err *e)
{
    double *const place[] = {&n->x0, &n->y0, &n->x1, &n->y1, &n->r, &n->from_deg, &n->to_deg, &n->extrusion};
    static const int CODE[] = {10, 20, 11, 21, 40, 50, 51, 230};
    int layer;
    while (!*is_end && s->code != 0) {
        if (s->code == 8)
            snprintf(n->layer, sizeof n->layer, "%s", s->value);
        for (int k = 0; k < ARRAY_LEN(CODE); k++)
            if (s->code == CODE[k])
                TRY(read_number(s, place[k], e));
        TRY(read_pair(s, is_end, e));
    }
    TRY(find_layer(s, n, &layer, e));
    return layer < 0 ? ST_OK : add_entity(s, n, layer, e);
}

/* Entities that bound nothing may stand anywhere; curves that are not read may not stand in a layer of the rotor. */
static enum status skip_entity(struct dxf *s, struct dxf_entity *n, int *is_end, struct err *e)
{
    static const char *const CURVES[] = {"POLYLINE", "SPLINE", "ELLIPSE", "INSERT", "REGION", "MLINE"};
    while (!*is_end && s->code != 0) {
        if (s->code == 8)
            snprintf(n->layer, sizeof n->layer, "%s", s->value);
        TRY(read_pair(s, is_end, e));
    }
    for (int k = 0; k < ARRAY_LEN(CURVES); k++) {
        int layer = get_layer(s, n->layer);
        if (strcmp(n->type, CURVES[k]) == 0 && (layer < 0 || s->o->layer[layer].kind != CONTOUR_IGNORE))
            return err_set_at(e, ST_CONFIG, s->path, n->line, 0, "dxf",
                              "layer '%s' has a %s; draw it by LINE, ARC, CIRCLE or LWPOLYLINE (explode it)", n->layer, n->type);
    }
    return ST_OK;
}

static enum status read_entities(struct dxf *s, struct err *e)
{
    int is_end = 0, is_inside = 0;
    TRY(read_pair(s, &is_end, e));
    while (!is_end) {
        struct dxf_entity n = {.line = s->line, .extrusion = 1.0};
        snprintf(n.type, sizeof n.type, "%s", s->code == 0 ? s->value : "");
        if (s->code == 2 && strcmp(s->value, "ENTITIES") == 0)
            is_inside = 1;
        if (strcmp(n.type, "ENDSEC") == 0)
            is_inside = 0;
        int is_units = s->code == 9 && strcmp(s->value, "$INSUNITS") == 0;
        TRY(read_pair(s, &is_end, e));
        if (is_units && strcmp(s->value, "4") != 0 && strcmp(s->value, "0") != 0)
            return fail(s, e, "$INSUNITS", s->value, "4: a drawing in mm");
        if (!is_inside || n.type[0] == '\0')
            continue;
        if (strcmp(n.type, "LWPOLYLINE") == 0)
            TRY(read_polyline(s, &n, &is_end, e));
        else if (strcmp(n.type, "LINE") == 0 || strcmp(n.type, "ARC") == 0 || strcmp(n.type, "CIRCLE") == 0)
            TRY(read_simple(s, &n, &is_end, e));
        else
            TRY(skip_entity(s, &n, &is_end, e));
    }
    return ST_OK;
}

/* ---- loops ---- */

static void turn_edge(struct dxf_edge *g)
{
    struct dxf_edge old = *g;
    g->x0_m = old.x1_m;
    g->y0_m = old.y1_m;
    g->x1_m = old.x0_m;
    g->y1_m = old.y0_m;
    g->bulge_pu = -old.bulge_pu;
}

/* Unused edge of the layer whose end is nearest to (x, y); *is_far: it is its second end. */
static int find_next(const struct dxf *s, int layer, double x_m, double y_m, double *gap_m, int *is_far)
{
    int best = -1;
    *gap_m = HUGE_VAL;
    for (int k = 0; k < s->n_edge; k++) {
        const struct dxf_edge *g = &s->edge[k];
        if (g->layer != layer || g->is_used)
            continue;
        double near = hypot(g->x0_m - x_m, g->y0_m - y_m), far = hypot(g->x1_m - x_m, g->y1_m - y_m);
        if (fmin(near, far) < *gap_m) {
            *gap_m = fmin(near, far);
            *is_far = far < near;
            best = k;
        }
    }
    return best;
}

/* The loop that begins with edge `first`. */
static enum status close_loop(struct dxf *s, int first, struct contour *c, struct err *e)
{
    struct dxf_edge *g = &s->edge[first];
    double x_m = g->x1_m, y_m = g->y1_m;
    int layer = g->layer;
    g->is_used = 1;
    TRY(contour_add_vertex(c, g->x0_m, g->y0_m, g->bulge_pu, e));
    for (;;) {
        double gap_m, back_m = hypot(x_m - s->edge[first].x0_m, y_m - s->edge[first].y0_m);
        int is_far, next = find_next(s, layer, x_m, y_m, &gap_m, &is_far);
        if (back_m <= c->join_m)
            return ST_OK;
        if (next < 0 || gap_m > c->join_m)
            return err_set_at(e, ST_CONFIG, s->path, g->line, 0, s->o->layer[layer].name,
                              "layer '%s': the contour is open at (%.4f, %.4f) mm: the next end of an edge is %.4f mm away, "
                              "ends count as joined within %.4f mm", s->o->layer[layer].name, 1e3 * x_m, 1e3 * y_m,
                              1e3 * fmin(gap_m, back_m), 1e3 * c->join_m);
        g = &s->edge[next];
        if (is_far)
            turn_edge(g);
        g->is_used = 1;
        TRY(contour_add_vertex(c, g->x0_m, g->y0_m, g->bulge_pu, e));
        x_m = g->x1_m;
        y_m = g->y1_m;
    }
}

static enum status set_regions(struct dxf *s, struct contour *c, struct err *e)
{
    for (int l = 0; l < s->o->n_layer; l++) {
        const struct contour_layer *layer = &s->o->layer[l];
        if (!layer->is_used)
            return err_set_at(e, ST_CONFIG, s->path, 0, 0, "layers", "the drawing has nothing in layer '%s'", layer->name);
        for (int k = 0, n = 0; k < s->n_edge; k++) {
            char name[CONTOUR_NAME_SIZE + 16];
            if (s->edge[k].layer != l || s->edge[k].is_used)
                continue;
            snprintf(name, sizeof name, "%.*s:%d", CONTOUR_NAME_SIZE - 8, layer->name, ++n);
            TRY(contour_add_region(c, name, layer->kind, layer->axis_rad, s->edge[k].line, e));
            TRY(close_loop(s, k, c, e));
        }
    }
    if (c->n_region == 0)
        return err_set_at(e, ST_CONFIG, s->path, 0, 0, "dxf", "no LINE, ARC, CIRCLE or LWPOLYLINE in the ENTITIES section");
    return ST_OK;
}

enum status contour_new_dxf(const char *path, const struct contour_opts *o, struct contour **out, struct err *e)
{
    struct text t = {0};
    struct dxf s = {.path = path, .o = o};
    struct contour *c = NULL;
    *out = NULL;
    for (int k = 0; k < o->n_layer; k++)
        o->layer[k].is_used = 0;
    enum status st = text_read_file(path, &t, e);
    s.at = t.s ? t.s : "";
    if (st == ST_OK)
        st = contour_new(path, o, &c, e);
    if (st == ST_OK)
        st = read_entities(&s, e);
    if (st == ST_OK)
        st = set_regions(&s, c, e);
    text_done(&t);
    mem_free(s.edge);
    if (st != ST_OK) {
        contour_free(c);
        return st;
    }
    contour_finish(c, o->d_axis_rad);
    *out = c;
    return ST_OK;
}
