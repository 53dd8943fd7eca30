/* Meshes of the reference cases C1 (V), C4 (salient), C3 (surface, slotted and slotless): areas and corners against the reference polygons,
 * closedness, the moving band, smoothness, refusals. Areas and corners are those of the reference geometry tables (mm2, mm, rotor position
 * 0). */
#include "models/mesh/mesh.h"
#include "materials/base/mem.h"
#include "materials/base/units.h"
#include "tests/support/close.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MM2 1e6
#define N_BAND_MAX 1024

static struct machine case_v(void)
{
    struct machine m;
    memset(&m, 0, sizeof m);
    m.p = 4;
    m.R_ro_m = 80.235e-3;
    m.R_ri_m = 55.32e-3;
    m.stator = (struct stator){48, 134.62e-3, 80.965e-3, 1.93e-3, 1.02e-3, 0.5e-3, 3.15e-3, 29.16e-3, 5.64e-3, SLOT_ROUND, 0};
    m.rotor_type = ROTOR_V;
    m.v = (struct rotor_v){69.4e-3, 17.5 * PI / 180, 0, 18.9e-3, 6.5e-3, CENTRE_TRIANGLE, 0, {{1.87e-3, 0}, {4e-3, -0.55e-3}},
                           {{0, -4.4e-3}, {2.1e-3, -4.4e-3}, {4e-3, -2.05e-3}}};
    return m;
}

static struct machine case_salient(void)
{
    struct machine m;
    memset(&m, 0, sizeof m);
    m.p = 4;
    m.R_ro_m = 83.7e-3;
    m.R_ri_m = 30e-3;
    m.stator = (struct stator){48, 130e-3, 84.5e-3, 2.2e-3, 1e-3, 0.6e-3, 4.6e-3, 21e-3, 7.2e-3, SLOT_FLAT, 0};
    m.rotor_type = ROTOR_SALIENT;
    m.salient = (struct rotor_salient){15.5 * PI / 180, 4e-3, 8e-3, 27e-3, 57e-3, 8.5e-3, 0.5e-3, 16e-3, 1e-3};
    m.field = (struct machine_field){100, 0.5};
    return m;
}

static struct machine case_surface(int is_slotless)
{
    struct machine m;
    memset(&m, 0, sizeof m);
    m.p = 3;
    m.R_ro_m = 45e-3;
    m.R_ri_m = 20e-3;
    m.stator = (struct stator){36, 75e-3, 46e-3, 2e-3, 0.8e-3, 0.6e-3, 3.6e-3, 13e-3, 5.8e-3, SLOT_FLAT, is_slotless};
    m.rotor_type = ROTOR_SURFACE;
    m.surface = (struct rotor_surface){.R_mi_m = 41e-3, .arc_rad = 50 * PI / 180};
    return m;
}

static struct machine case_bar(void)
{
    struct machine m;
    memset(&m, 0, sizeof m);
    m.p = 3;
    m.R_ro_m = 67.3e-3;
    m.R_ri_m = 28e-3;
    m.stator = (struct stator){36, 105e-3, 68e-3, 2.4e-3, 1e-3, 0.8e-3, 5.4e-3, 19e-3, 8.4e-3, SLOT_FLAT, 0};
    m.rotor_type = ROTOR_V;
    m.v = (struct rotor_v){58e-3,
                           0,
                           0,
                           22e-3,
                           5.5e-3,
                           CENTRE_NONE,
                           0,
                           {{4.6e-3, 2.4e-3}, {6.9e-3, 0.9e-3}},
                           {{0, -5.5e-3}, {2.5e-3, -5.5e-3}, {5e-3, -5.5e-3}}};
    return m;
}

static struct mesh *mesh_of(struct machine m, enum mesh_level level)
{
    struct mesh *ms = NULL;
    struct err e = {0};
    assert_ok(mesh_new(&m, level, &ms, &e), &e);
    return ms;
}

/* Rounded edges are polygons: their areas are short of the circle's by O(h^2). */
static void test_areas_of_reference_cases(void **state)
{
    (void)state;
    struct mesh_quality q;
    struct mesh *ms = mesh_of(case_v(), MESH_COARSE);
    mesh_eval_quality(ms, &q);
    assert_close(q.area_by_region_m2[REGION_MAGNET] * MM2, 2 * 122.85, 1e-9, 0);
    assert_close(q.area_by_region_m2[REGION_POCKET] * MM2, 2 * 14.78175 + 12.11680, 1e-6, 0);
    assert_close(q.area_by_region_m2[REGION_ROTOR_IRON] * MM2, 1326.28335 - 245.7 - 41.68030, 1e-3, 0);
    assert_close(q.area_by_region_m2[REGION_SLOT] * MM2, 6 * 140.64980, 3e-3, 0);
    assert_close(q.area_by_region_m2[REGION_SLOT_OPENING] * MM2, 6 * 3.24230, 1e-3, 0);
    assert_close((q.area_by_region_m2[REGION_STATOR_TOOTH] + q.area_by_region_m2[REGION_STATOR_YOKE]) * MM2, 3679.08139, 1e-3, 0);
    mesh_free(ms);
    ms = mesh_of(case_salient(), MESH_COARSE);
    mesh_eval_quality(ms, &q);
    assert_close(q.area_by_region_m2[REGION_FIELD_COIL] * MM2, 2 * 136.0, 1e-9, 0);
    assert_close((q.area_by_region_m2[REGION_POCKET] + q.area_by_region_m2[REGION_FIELD_COIL]) * MM2, 2 * 325.74311, 1e-3, 0);
    assert_close(q.area_by_region_m2[REGION_ROTOR_IRON] * MM2, 1746.21263, 1e-3, 0);
    assert_close(q.area_by_region_m2[REGION_SLOT] * MM2, 6 * 123.9, 1e-9, 0);
    assert_close(q.area_by_region_m2[REGION_SLOT_OPENING] * MM2, 6 * 4.24525, 1e-3, 0);
    assert_close((q.area_by_region_m2[REGION_STATOR_TOOTH] + q.area_by_region_m2[REGION_STATOR_YOKE]) * MM2, 3063.77336, 1e-3, 0);
    mesh_free(ms);
    ms = mesh_of(case_surface(0), MESH_COARSE);
    mesh_eval_quality(ms, &q);
    assert_close(q.area_by_region_m2[REGION_MAGNET] * MM2, 150.09832, 1e-3, 0);
    assert_close(q.area_by_region_m2[REGION_POCKET] * MM2, 2 * 15.00983, 1e-3, 0);
    assert_close(q.area_by_region_m2[REGION_ROTOR_IRON] * MM2, 670.73003, 1e-3, 0);
    assert_close(q.area_by_region_m2[REGION_SLOT] * MM2, 6 * 61.1, 1e-9, 0);
    assert_close((q.area_by_region_m2[REGION_STATOR_TOOTH] + q.area_by_region_m2[REGION_STATOR_YOKE]) * MM2, 1450.98462, 1e-3, 0);
    mesh_free(ms);
    ms = mesh_of(case_bar(), MESH_COARSE);
    mesh_eval_quality(ms, &q);
    assert_close(q.area_by_region_m2[REGION_MAGNET] * MM2, 242.0, 1e-9, 0);
    assert_close(q.area_by_region_m2[REGION_POCKET] * MM2, 2 * 41.185, 1e-6, 0);
    mesh_free(ms);
}

static void assert_is_node(const struct mesh *ms, double x_mm, double y_mm)
{
    double best = HUGE_VAL;
    for (int k = 0; k < ms->n_node; k++)
        best = fmin(best, hypot(ms->x_m[k] - 1e-3 * x_mm, ms->y_m[k] - 1e-3 * y_mm));
    assert_close(best, 0, 0, 1.5e-9);
}

static void test_corners_of_reference_cases(void **state)
{
    (void)state;
    static const double v[][2] = {{64.117240, 26.558230},  {62.469996, 45.386310},  {55.994730, 44.819798},
                                  {57.641974, 25.991718}, /* magnet */
                                  {62.307015, 47.249194},  {61.573466, 49.323153},  {60.079174, 49.192420},
                                  {57.903712, 47.094834},  {58.086739, 45.002825},  {82.411403, 3.823149},
                                  {111.590396, 4.487970},  {111.221523, 10.115895}, {82.205383, 6.966405}, /* slot 0 */
                                  {80.849023, 4.332054},   {81.872578, 4.399142},   {60.977037, 55.570287},
                                  {113.2653147, 9.4221210} /* on the arc of the slot bottom, 45 degrees from its axis */};
    static const double salient[][2] = {
        {74.371369, 15.652139}, {59.589297, 9.529204}, {62.842106, 1.676228},  {77.624178, 7.799163}, /* coil */
        {83.076113, 10.200464}, {79.380595, 8.669730}, {75.103907, 16.496762}, {56.329053, 8.719963}, {107.106142, 3.412383}};
    struct mesh *ms = mesh_of(case_v(), MESH_COARSE);
    for (int k = 0; k < ARRAY_LEN(v); k++)
        assert_is_node(ms, v[k][0], v[k][1]);
    assert_close(ms->magnet_axis_rad[0] * 180 / PI, 5, 1e-12, 0);
    assert_close(ms->magnet_axis_rad[1] * 180 / PI, 40, 1e-12, 0);
    mesh_free(ms);
    ms = mesh_of(case_salient(), MESH_COARSE);
    for (int k = 0; k < ARRAY_LEN(salient); k++)
        assert_is_node(ms, salient[k][0], salient[k][1]);
    mesh_free(ms);
}

struct band { int n, tri[3 * N_BAND_MAX]; signed char sign[3 * N_BAND_MAX]; double x_m[3 * N_BAND_MAX], y_m[3 * N_BAND_MAX]; };

static void band_set(const struct mesh *ms, double theta_rad, struct band *b)
{
    b->n = mesh_get_band_size(ms);
    assert_true(b->n <= N_BAND_MAX);
    mesh_set_band(ms, theta_rad, b->tri, b->sign, b->x_m, b->y_m);
}

static double triangle_area(const double *x, const double *y)
{
    return 0.5 * ((x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0]));
}

static double band_area(const struct band *b)
{
    double area = 0;
    for (int k = 0; k < b->n; k++) {
        double a = triangle_area(b->x_m + 3 * k, b->y_m + 3 * k);
        assert_true(a > 0);
        area += a;
    }
    return area;
}

/* Node on the first sector edge that is the copy of a node on the last one; other nodes stand for themselves. */
static void set_copies(const struct mesh *ms, int *copy)
{
    double c = cos(ms->tau_rad), s = sin(ms->tau_rad);
    for (int k = 0; k < ms->n_node; k++) {
        copy[k] = k;
        if (fabs(ms->y_m[k] * c - ms->x_m[k] * s) > 1e-9 || ms->x_m[k] * c + ms->y_m[k] * s < 0)
            continue;
        double x = c * ms->x_m[k] + s * ms->y_m[k], y = c * ms->y_m[k] - s * ms->x_m[k];
        int same_part = k < ms->n_node_stator;
        for (int j = 0; j < ms->n_node; j++)
            if ((j < ms->n_node_stator) == same_part && hypot(ms->x_m[j] - x, ms->y_m[j] - y) < 1e-9)
                copy[k] = j;
        assert_true(copy[k] != k);
    }
}

struct edge { int from, to; };
static int compare_edges(const void *a, const void *b)
{
    const struct edge *p = a, *q = b;
    return p->from != q->from ? (p->from > q->from) - (p->from < q->from) : (p->to > q->to) - (p->to < q->to);
}

/* With the sector edges glued and the band in place the mesh is a closed annulus: every directed edge occurs once, its reverse too unless
 * it lies on the outer or inner circle, and nodes - edges + triangles = 0. */
static void check_closed(const struct machine *m, const struct mesh *ms, const int *copy, double theta_rad)
{
    static struct band b;
    band_set(ms, theta_rad, &b);
    int n_tri = ms->n_tri + b.n, n_edge = 3 * n_tri, n_open = 0, n_node = 0;
    struct edge *edge = calloc((size_t)n_edge, sizeof *edge);
    for (int k = 0; k < n_tri; k++) {
        const int *t = k < ms->n_tri ? ms->tri + 3 * k : b.tri + 3 * (k - ms->n_tri);
        for (int i = 0; i < 3; i++)
            edge[3 * k + i] = (struct edge){copy[t[i]], copy[t[(i + 1) % 3]]};
    }
    qsort(edge, (size_t)n_edge, sizeof *edge, compare_edges);
    for (int k = 0; k < n_edge; k++) {
        if (k > 0)
            assert_true(compare_edges(&edge[k - 1], &edge[k]) != 0);
        struct edge back = {edge[k].to, edge[k].from};
        if (bsearch(&back, edge, (size_t)n_edge, sizeof *edge, compare_edges))
            continue;
        double r = hypot(ms->x_m[back.from], ms->y_m[back.from]);
        assert_true(fabs(r - m->R_ri_m) < 1e-9 || fabs(r - m->stator.R_out_m) < 1e-9);
        n_open++;
    }
    for (int k = 0; k < ms->n_node; k++)
        n_node += copy[k] == k;
    assert_int_equal(n_node - (n_edge + n_open) / 2 + n_tri, 0);
    free(edge);
}

static void test_closed_at_any_angle(void **state)
{
    (void)state;
    struct machine m[] = {case_v(), case_salient(), case_surface(0), case_surface(1), case_bar()};
    static const double theta[] = {0, 1e-4, 0.013, 0.3, -0.2, 4.71, -11.3};
    for (int c = 0; c < ARRAY_LEN(m); c++) {
        for (int level = 0; level < 2; level++) {
            struct mesh *ms = mesh_of(m[c], (enum mesh_level)level);
            int *copy = calloc((size_t)ms->n_node, sizeof *copy);
            set_copies(ms, copy);
            for (int k = 0; k < ARRAY_LEN(theta); k++)
                check_closed(&m[c], ms, copy, theta[k]);
            free(copy);
            mesh_free(ms);
        }
    }
}

static double sector_area(const struct mesh *ms, double theta_rad)
{
    static struct band b;
    struct mesh_quality q;
    double area = 0;
    band_set(ms, theta_rad, &b);
    mesh_eval_quality(ms, &q);
    for (int r = 0; r < REGION_COUNT; r++)
        area += q.area_by_region_m2[r];
    return area + band_area(&b);
}

static void test_total_area_converges(void **state)
{
    (void)state;
    struct machine m[] = {case_v(), case_salient(), case_surface(0)};
    for (int c = 0; c < ARRAY_LEN(m); c++) {
        double exact = 0.5 * PI / m[c].p * (m[c].stator.R_out_m * m[c].stator.R_out_m - m[c].R_ri_m * m[c].R_ri_m), gap[MESH_LEVEL_COUNT];
        for (int level = 0; level < MESH_LEVEL_COUNT; level++) {
            struct mesh *ms = mesh_of(m[c], (enum mesh_level)level);
            gap[level] = exact - sector_area(ms, 0.1);
            assert_close(sector_area(ms, -3.456), exact - gap[level], 1e-12, 0);
            mesh_free(ms);
        }
        assert_true(fabs(gap[0]) < 5e-4 * exact);
        assert_close(gap[0] / gap[1], 4, 0.05, 0);
        assert_close(gap[1] / gap[2], 4, 0.05, 0);
    }
}

/* No ring node of the neighbourhood lies inside any circumcircle of the strip. */
static void test_band_is_delaunay(void **state)
{
    (void)state;
    struct mesh *ms = mesh_of(case_v(), MESH_COARSE);
    static struct band b;
    for (int step = 0; step < 40; step++) {
        band_set(ms, -0.9 + 0.0517 * step, &b);
        for (int k = 0; k < b.n; k++) {
            const double *x = b.x_m + 3 * k, *y = b.y_m + 3 * k;
            double a2 = x[0] * x[0] + y[0] * y[0], b2 = x[1] * x[1] + y[1] * y[1], c2 = x[2] * x[2] + y[2] * y[2],
                   d = 4 * triangle_area(x, y);
            double cx = (a2 * (y[1] - y[2]) + b2 * (y[2] - y[0]) + c2 * (y[0] - y[1])) / d,
                   cy = (a2 * (x[2] - x[1]) + b2 * (x[0] - x[2]) + c2 * (x[1] - x[0])) / d;
            double r = hypot(x[0] - cx, y[0] - cy);
            for (int j = 0; j < 3 * b.n; j++)
                assert_true(hypot(b.x_m[j] - cx, b.y_m[j] - cy) > r - 1e-10);
        }
    }
    mesh_free(ms);
}

/* Dirichlet energy of fixed node values in the band; with the sign of the copies. */
static double band_energy(const struct mesh *ms, double theta_rad)
{
    static struct band b;
    double energy = 0;
    band_set(ms, theta_rad, &b);
    for (int k = 0; k < b.n; k++) {
        const double *x = b.x_m + 3 * k, *y = b.y_m + 3 * k;
        double gx = 0, gy = 0, area = triangle_area(x, y);
        for (int i = 0; i < 3; i++) {
            int n = b.tri[3 * k + i], j = (i + 1) % 3, l = (i + 2) % 3;
            double value = b.sign[3 * k + i] * sin(12.9898 * ms->dof[n]);
            gx += value * (y[j] - y[l]) / (2 * area);
            gy += value * (x[l] - x[j]) / (2 * area);
        }
        energy += 0.5 * area * (gx * gx + gy * gy);
    }
    return energy;
}

/* A diagonal flips only where both choices give the same stiffness, so the energy is Lipschitz in the angle; turning by one sector changes
 * all signs of the rotor, by two nothing. */
static void test_band_energy_is_continuous_and_periodic(void **state)
{
    (void)state;
    struct mesh *ms = mesh_of(case_salient(), MESH_COARSE);
    double step = 2e-6, before = band_energy(ms, -0.01), largest = 0;
    for (int k = 1; k < 20000; k++) {
        double now = band_energy(ms, -0.01 + k * step);
        largest = fmax(largest, fabs(now - before) / before);
        before = now;
    }
    assert_true(largest < 1e-3); /* a jump at a wrong flip is some per cent */
    static struct band a, b;
    band_set(ms, 0.123, &a);
    band_set(ms, 0.123 + ms->tau_rad, &b);
    for (int k = 0; k < 3 * a.n; k++) {
        int is_rotor = a.tri[k] >= ms->n_node_stator;
        assert_int_equal(a.tri[k], b.tri[k]);
        assert_int_equal(a.sign[k], is_rotor ? -b.sign[k] : b.sign[k]);
        assert_close(b.x_m[k], a.x_m[k], 0, 1e-12);
    }
    assert_close(band_energy(ms, 0.123 - 6 * ms->tau_rad), band_energy(ms, 0.123), 1e-9, 0);
    mesh_free(ms);
}

static void test_slot_pitches_are_copies(void **state)
{
    (void)state;
    struct mesh *ms = mesh_of(case_v(), MESH_COARSE);
    int n = ms->n_tri_per_pitch;
    double a = 2 * PI / 48, c = cos(a), s = sin(a);
    assert_int_equal(ms->n_tri_stator, 6 * n);
    for (int k = 0; k + n < ms->n_tri_stator; k++) {
        assert_int_equal(ms->region[k], ms->region[k + n]);
        if (ms->region[k] == REGION_SLOT || ms->region[k] == REGION_STATOR_TOOTH || ms->region[k] == REGION_STATOR_YOKE)
            assert_int_equal(ms->part[k], k / n);
        for (int i = 0; i < 3; i++) {
            int p = ms->tri[3 * k + i], q = ms->tri[3 * (k + n) + i];
            assert_close(ms->x_m[q], c * ms->x_m[p] - s * ms->y_m[p], 0, 1e-12);
            assert_close(ms->y_m[q], s * ms->x_m[p] + c * ms->y_m[p], 0, 1e-12);
        }
    }
    for (int k = ms->n_tri_stator; k < ms->n_tri; k++) {
        if (ms->region[k] != REGION_MAGNET)
            continue;
        int t = ms->tri[3 * k], u = ms->tri[3 * k + 1], v = ms->tri[3 * k + 2];
        double angle = atan2(ms->y_m[t] + ms->y_m[u] + ms->y_m[v], ms->x_m[t] + ms->x_m[u] + ms->x_m[v]);
        assert_int_equal(ms->part[k], angle > 0.5 * ms->tau_rad ? 0 : 1);
    }
    mesh_free(ms);
}

static void test_unknowns(void **state)
{
    (void)state;
    struct machine m = case_v();
    struct mesh *ms = mesh_of(m, MESH_COARSE);
    char *seen = calloc((size_t)ms->n_dof, 1);
    for (int k = 0; k < ms->n_node; k++) {
        double r = hypot(ms->x_m[k], ms->y_m[k]);
        int is_fixed = fabs(r - m.R_ri_m) < 1e-9 || fabs(r - m.stator.R_out_m) < 1e-9;
        assert_int_equal(ms->dof[k] < 0, is_fixed);
        if (!is_fixed)
            seen[ms->dof[k]] = 1;
        int is_last_edge = fabs(atan2(ms->y_m[k], ms->x_m[k]) - ms->tau_rad) < 1e-9;
        assert_int_equal(ms->sign[k], is_last_edge && !is_fixed ? -1 : 1);
    }
    for (int k = 0; k < ms->n_dof; k++)
        assert_int_equal(seen[k], 1);
    assert_true(ms->n_dof > 1500 && ms->n_dof < 2500);
    free(seen);
    mesh_free(ms);
}

/* Nodes follow the dimensions: proportional to a small change, bounded by a few times it, and back again exactly. No memory is taken. */
static void test_moves_smoothly_without_memory(void **state)
{
    (void)state;
    struct machine m = case_v();
    struct mesh *ms = mesh_of(m, MESH_COARSE);
    struct err e = {0};
    int n = ms->n_node;
    double *x = malloc(sizeof(double) * (size_t)n), *d = malloc(sizeof(double) * (size_t)n), h = 1e-7;
    memcpy(x, ms->x_m, sizeof(double) * (size_t)n);
    double *dims[] = {&m.v.w_m_m, &m.v.t_m_m, &m.v.r_apex_m, &m.R_ro_m, &m.stator.b2_m, &m.v.pocket_top_m[1][1], &m.stator.b0_m};
    for (int p = 0; p < ARRAY_LEN(dims); p++) {
        double keep = *dims[p], largest = 0;
        long count = mem_get_count();
        *dims[p] = keep + h;
        assert_ok(mesh_set_machine(ms, &m, &e), &e);
        for (int k = 0; k < n; k++)
            d[k] = ms->x_m[k] - x[k];
        *dims[p] = keep + 2 * h;
        assert_ok(mesh_set_machine(ms, &m, &e), &e);
        for (int k = 0; k < n; k++) {
            assert_close(ms->x_m[k] - x[k], 2 * d[k], 0, 1e-4 * h);
            largest = fmax(largest, fabs(d[k]));
        }
        assert_true(largest > 0.3 * h && largest < 5 * h);
        *dims[p] = keep;
        assert_ok(mesh_set_machine(ms, &m, &e), &e);
        assert_int_equal(mem_get_count() - count, 0);
        for (int k = 0; k < n; k++)
            assert_close(ms->x_m[k], x[k], 0, 0);
    }
    free(x);
    free(d);
    mesh_free(ms);
}

/* Two elements through the thinnest iron: nodes on a ray between pocket end and rotor surface. */
static void test_bridge_has_layers(void **state)
{
    (void)state;
    struct mesh *ms = mesh_of(case_v(), MESH_COARSE);
    double x = 61.573466e-3, y = 49.323153e-3, a = atan2(y, x), r = hypot(x, y); /* T2 */
    int layers = 0;
    for (int k = ms->n_node_stator; k < ms->n_node; k++) {
        double rk = hypot(ms->x_m[k], ms->y_m[k]), ak = atan2(ms->y_m[k], ms->x_m[k]);
        layers += rk > r + 1e-9 && rk < 80.235e-3 + 1e-9 && fabs(ak - a) * r < 0.3e-3;
    }
    assert_true(layers >= 2);
    mesh_free(ms);
}

static void test_topology_and_refusals(void **state)
{
    (void)state;
    struct machine m = case_v(), other = case_v();
    struct mesh *ms = mesh_of(m, MESH_COARSE), *none = NULL;
    struct err e = {0};
    other.v.beta_rad = 0.2;
    assert_true(mesh_is_same_topology(ms, &other, MESH_COARSE));
    assert_false(mesh_is_same_topology(ms, &other, MESH_MEDIUM));
    other.v.centre = CENTRE_POST;
    assert_false(mesh_is_same_topology(ms, &other, MESH_COARSE));
    other = m;
    other.v.pocket_bottom_m[0][1] = other.v.pocket_bottom_m[1][1] = -other.v.t_m_m; /* pocket over the whole end face */
    assert_false(mesh_is_same_topology(ms, &other, MESH_COARSE));
    other = m;
    other.v.w_m_m = 30e-3; /* pocket beyond the rotor surface */
    assert_status(mesh_set_machine(ms, &other, &e), ST_INFEASIBLE, &e);
    assert_string_equal(e.where, "mesh_inverted");
    assert_ok(mesh_set_machine(ms, &m, &e), &e);
    other = m;
    other.stator.n_slot = 50;
    assert_status(mesh_new(&other, MESH_COARSE, &none, &e), ST_INFEASIBLE, &e);
    assert_string_equal(e.where, "winding_slots");
    assert_null(none);
    mesh_free(ms);
}

static void test_no_memory_is_reported(void **state)
{
    (void)state;
    struct machine m = case_salient();
    struct err e = {0};
    long live = mem_get_live();
    for (long k = 1;; k++) {
        struct mesh *ms = NULL;
        mem_set_fail_at(k);
        enum status st = mesh_new(&m, MESH_COARSE, &ms, &e);
        mem_set_fail_at(0);
        if (st == ST_OK) {
            assert_true(k > 8);
            mesh_free(ms);
            break;
        }
        assert_int_equal(st, ST_NO_MEMORY);
        assert_null(ms);
        assert_int_equal(mem_get_live(), live);
    }
    assert_int_equal(mem_get_live(), live);
}

static void test_min_angles(void **state)
{
    (void)state;
    struct machine m[] = {case_v(), case_salient(), case_surface(0), case_bar()};
    static const double least_deg[] = {7, 2, 4, 4};
    for (int c = 0; c < ARRAY_LEN(m); c++) {
        struct mesh *ms = mesh_of(m[c], MESH_COARSE);
        struct mesh_quality q;
        mesh_eval_quality(ms, &q);
        assert_true(q.min_angle_rad * 180 / PI > least_deg[c]);
        assert_true(q.min_area_m2 > 0);
        mesh_free(ms);
    }
}

static void test_vtk(void **state)
{
    (void)state;
    struct mesh *ms = mesh_of(case_surface(0), MESH_COARSE);
    struct err e = {0};
    char path[] = "/tmp/motrade_mesh_XXXXXX", line[256];
    int fd = mkstemp(path), points = 0, cells = 0, have_region = 0, have_A = 0;
    assert_true(fd >= 0);
    double *Az = calloc((size_t)ms->n_node, sizeof *Az), *B = calloc(2 * (size_t)ms->n_tri, sizeof *B);
    assert_ok(mesh_write_vtk(ms, 0.1, Az, B, path, &e), &e);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        if (strncmp(line, "POINTS ", 7) == 0)
            points = (int)strtol(line + 7, NULL, 10);
        if (strncmp(line, "CELLS ", 6) == 0)
            cells = (int)strtol(line + 6, NULL, 10);
        have_region += strncmp(line, "SCALARS region", 14) == 0;
        have_A += strncmp(line, "SCALARS Az_Wb_per_m", 19) == 0;
    }
    fclose(f);
    remove(path);
    assert_int_equal(cells, ms->n_tri + mesh_get_band_size(ms));
    assert_int_equal(points, 3 * cells);
    assert_true(have_region == 1 && have_A == 1);
    assert_status(mesh_write_vtk(ms, 0, NULL, NULL, "/nowhere/at/all.vtk", &e), ST_IO, &e);
    free(Az);
    free(B);
    mesh_free(ms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_areas_of_reference_cases),
        cmocka_unit_test(test_corners_of_reference_cases),
        cmocka_unit_test(test_closed_at_any_angle),
        cmocka_unit_test(test_total_area_converges),
        cmocka_unit_test(test_band_is_delaunay),
        cmocka_unit_test(test_band_energy_is_continuous_and_periodic),
        cmocka_unit_test(test_slot_pitches_are_copies),
        cmocka_unit_test(test_unknowns),
        cmocka_unit_test(test_moves_smoothly_without_memory),
        cmocka_unit_test(test_bridge_has_layers),
        cmocka_unit_test(test_topology_and_refusals),
        cmocka_unit_test(test_no_memory_is_reported),
        cmocka_unit_test(test_min_angles),
        cmocka_unit_test(test_vtk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
