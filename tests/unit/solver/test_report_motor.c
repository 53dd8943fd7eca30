/* test_report_motor.c - the page of one motor: well-formed, self-contained, every chart with its data, figures as computed, nothing where
 * nothing was solved. A field case (C1, all parts; C3_slotless_lin, open circuit alone) and a judged design (example 02), coarse. */
#include "solver/report_motor.h"
#include "materials/base/text.h"
#include "materials/base/units.h"
#include "models/winding/winding.h"
#include "tests/support/close.h"
#include "tests/support/library.h"
#include "tests/support/page.h"
#include <stdlib.h>
#include <string.h>
#include "materials/base/banned.h"

static const char *const PAGE = "build/report-motor-test.html";

static void write_field_case(const struct library *l, const char *path, int n_set, const char *const *set, struct field_case_result *r,
                             struct text *page)
{
    static struct design d;
    struct field_case_ws *ws = NULL;
    const struct report_data data = {l->lib, l->market};
    struct err e = {0};
    memset(&d, 0, sizeof d);
    assert_ok(design_read(path, n_set, set, l->lib, l->market, &d, &e), &e);
    assert_ok(field_case_new(&d.machine, &d.field, &ws, &e), &e);
    assert_ok(field_case_solve(ws, r, &e), &e);
    assert_ok(report_write_field_case(&d, &data, field_case_get_map(ws), r, PAGE, &e), &e);
    assert_ok(text_read_file(PAGE, page, &e), &e);
    field_case_free(ws);
    design_done(&d);
}

static void check_words(const char *page, const char *const *word, int is_there)
{
    for (; *word; word++)
        if ((strstr(page, *word) != NULL) != is_there)
            fail_msg("the page %s '%s'", is_there ? "lacks" : "shows", *word);
}

static double get_number(json_t *list, size_t k) { return json_number_value(json_array_get(list, k)); }

static void test_field_case(void **state)
{
    static const char *const SET[] = {"field.mesh=coarse", "field.map.positions=2", "field.load.positions=6", "field.no_load.positions=6"};
    static const char *const CANVAS[] = {"materials", "picture0", "picture1", "emf", "emf-order", "cogging", "ripple", "gap", "flux-d",
                                         "flux-q", "line-d", "line-q", NULL};
    static const char *const WORD[] = {"TRUTH_LINEAR_1P20", "Load points", "Not computed", "needs economics", "field.load.points.5", NULL};
    static const char *const ABSENT[] = {"<canvas id=\"heat\"", "<canvas id=\"cost\"", "Prices used", "<canvas id=\"map\"", NULL};
    static struct field_case_result r;
    struct text page = {0};
    write_field_case(*state, "examples/validation/C1.yaml", ARRAY_LEN(SET), SET, &r, &page);
    page_check_well_formed(page.s);
    page_check_canvases(page.s, CANVAS);
    check_words(page.s, WORD, 1);
    check_words(page.s, ABSENT, 0);
    json_t *root = page_get_data(page.s), *flux = json_object_get(root, "flux"), *load = json_object_get(root, "load");
    assert_non_null(root); /* strict JSON: no NaN, no Infinity */
    assert_int_equal(json_array_size(load), 5);
    assert_close(json_number_value(json_object_get(json_array_get(load, 3), "mean")), r.load[3].wave.torque_mean_Nm, 1e-5, 0);
    assert_int_equal(json_array_size(json_object_get(json_object_get(root, "noload"), "cogging")), 61);
    size_t n_d = json_array_size(json_object_get(flux, "d")), n_q = json_array_size(json_object_get(flux, "q"));
    assert_int_equal(json_array_size(json_object_get(flux, "ld")), n_d * n_q);
    assert_close(get_number(json_object_get(flux, "d"), 0), -250, 0, 0);
    assert_close(get_number(json_object_get(flux, "q"), n_q - 1), 250, 0, 0);
    assert_close(get_number(json_object_get(flux, "lq"), 0), 0.0, 0, 1e-9); /* mWb at i_q = 0 */
    assert_close(get_number(json_object_get(json_object_get(root, "gap"), "B"), 0), hypot(r.gap_d_T[1], r.gap_q_T[1]), 1e-5, 0);
    json_decref(root);
    text_done(&page);
}

static void test_open_circuit(void **state)
{
    static const char *const CANVAS[] = {"materials", "picture0", "gap", NULL};
    static const char *const ABSENT[] = {"<canvas id=\"emf\"", "<canvas id=\"ripple\"", "<canvas id=\"flux-d\"", "picture1", "36 slots,",
                                         NULL};
    static struct field_case_result r;
    struct text page = {0};
    write_field_case(*state, "examples/validation/C3_slotless_lin.yaml", 0, NULL, &r, &page);
    page_check_well_formed(page.s);
    page_check_canvases(page.s, CANVAS);
    check_words(page.s, ABSENT, 0);
    json_t *root = page_get_data(page.s);
    assert_true(json_is_null(json_object_get(root, "flux")) && json_is_null(json_object_get(root, "noload")));
    assert_int_equal(json_array_size(json_object_get(json_object_get(root, "gap"), "order")), 10); /* odd orders */
    json_decref(root);
    text_done(&page);
}

/* The torque limit begins on the current circle and ends at the highest speed; linkages of the voltage limit hold the end winding. */
static void check_plane(const json_t *root, const struct design *d, const struct eval_detail *detail)
{
    const json_t *plane = json_object_get(root, "plane"), *flux = json_object_get(root, "flux"), *path = json_object_get(plane, "path"),
                 *first = json_array_get(path, 0), *last = json_array_get(path, json_array_size(path) - 1);
    const int n = detail->n_speed;
    struct winding_layout layout;
    struct winding_geometry g;
    struct err e = {0};
    assert_ok(winding_set_layout(&d->machine, &layout, &e), &e);
    assert_ok(winding_eval_geometry(&d->machine, &layout, &g, &e), &e);
    assert_close(hypot(json_number_value(json_object_get(first, "x")), json_number_value(json_object_get(first, "y"))),
                 d->setup.requirement.current_max_A, 1e-4, 0);
    assert_close(json_number_value(json_object_get(last, "rpm")), detail->speed_rad_per_s[n - 1] * 30.0 / PI, 1e-5, 0);
    assert_close(json_number_value(json_object_get(last, "torque")), detail->torque_max_Nm[n - 1], 1e-5, 0);
    const double d_A = get_number(json_object_get(flux, "d"), 0), ld_mWb = get_number(json_object_get(flux, "ld"), 0);
    assert_close(get_number(json_object_get(plane, "linkage"), 0), fabs(ld_mWb + 1e3 * g.L_end_H * d_A), 1e-4, 0);
    assert_true(1e3 * g.L_end_H * fabs(d_A) > 1.0); /* else the line above could not tell */
}

/* Every event's point lies on the recoil line of its temperature, at the flux density of its lowest per cent. */
static void check_working(const json_t *root, const struct magnet *mag, const struct eval_detail *d)
{
    const json_t *event = json_object_get(json_object_get(root, "working"), "event");
    assert_int_equal(json_array_size(event), d->n_event);
    for (int k = 0; k < d->n_event; k++) {
        const json_t *x = json_array_get(event, (size_t)k);
        const double B_T = json_number_value(json_object_get(x, "y")), H = 1e3 * json_number_value(json_object_get(x, "x"));
        assert_close(B_T, d->event[k].B_p1_T, 0, 1e-5);
        assert_close(B_T, magnet_eval_Br_T(mag, d->event[k].T_K) + MU0_H_PER_M * mag->mu_rec.value * H, 0, 1e-4);
    }
    assert_int_equal(json_array_size(json_object_get(json_object_get(root, "working"), "curve")), 2); /* hot, and the cold start */
}

static void check_judged_data(const char *page, const struct design *design, const struct result *r, const struct eval_detail *d)
{
    json_t *root = page_get_data(page), *map, *losses, *cost;
    assert_non_null(root);
    map = json_object_get(root, "map"), losses = json_object_get(root, "losses"), cost = json_object_get(root, "cost");
    size_t n = (size_t)(d->n_speed * d->n_map_torque);
    assert_int_equal(json_array_size(json_object_get(map, "efficiency")), n);
    assert_int_equal(json_array_size(json_object_get(json_array_get(json_object_get(map, "loss"), 0), "value")), n);
    double sum_W = 0.0, sum_USD = 0.0;
    json_t *part = json_object_get(losses, "part");
    for (size_t k = 0; k < json_array_size(part); k++)
        sum_W += get_number(json_object_get(json_array_get(part, k), "value"), 0);
    assert_close(sum_W, d->point_continuous.loss.total_W, 1e-4, 0);
    for (size_t k = 0; k < json_array_size(cost); k++)
        sum_USD += get_number(json_object_get(json_array_get(cost, k), "value"), 0);
    assert_close(sum_USD, r->cost_with_risk_USD, 1e-4, 0);
    assert_close(get_number(json_object_get(json_object_get(root, "demag"), "T"), 0), 20.0, 1e-5, 0);
    assert_int_equal(json_array_size(json_object_get(json_object_get(root, "flux"), "mark")), 2);
    check_plane(root, design, d);
    check_working(root, design->machine.magnet, d);
    json_decref(root);
}

static void test_judged(void **state)
{
    static const char *const SET[] = {"level.mesh=coarse", "economics.scenarios=1000", "economics.scenarios_search=200",
                                      "machine.name=</script><b>motor"};
    static const char *const CANVAS[] = {"materials", "picture0", "picture1", "envelope", "losses", "map", "emf", "emf-order", "cogging",
                                         "ripple", "flux-d", "flux-q", "plane", "heat", "demag", "working", "cost", NULL};
    static const char *const WORD[] = {"&lt;/script&gt;&lt;b&gt;motor",
                                       "Truce lapses",
                                       "Prices used",
                                       "Assumed and uncertain inputs",
                                       "requirement.peak_torque_Nm",
                                       "Magnets",
                                       "Contact of stator core and housing",
                                       " N·m; i<sub>d</sub> −",
                                       "Cross-section of one pole",
                                       NULL};
    static const char *const RAW[] = {"</script><b>", "Scenario: truce_lapses", "or field winding", "m2 K per W", "nan", "i_d -", NULL};
    const struct library *l = *state;
    const struct report_data data = {l->lib, l->market};
    static struct design d;
    static struct result r;
    static struct eval_detail detail;
    struct evaluator *ev = NULL;
    struct text page = {0};
    struct err e = {0};
    memset(&d, 0, sizeof d);
    assert_ok(design_read("examples/02-prius-like/design.yaml", ARRAY_LEN(SET), SET, l->lib, l->market, &d, &e), &e);
    assert_ok(evaluator_new(&d.setup, &d.level, &d.machine, &ev, &e), &e);
    assert_ok(evaluate_machine(ev, &d.machine, &r, &detail, &e), &e);
    assert_ok(report_write_motor(&d, &data, evaluator_get_map(ev), &r, &detail, PAGE, &e), &e);
    assert_ok(text_read_file(PAGE, &page, &e), &e);
    page_check_well_formed(page.s);
    page_check_canvases(page.s, CANVAS);
    char *library = strstr(page.s, "<!-- Chart.js");
    assert_non_null(library);
    check_judged_data(page.s, &d, &r, &detail);
    *library = '\0'; /* the words of the page, not those of the chart library */
    check_words(page.s, RAW, 0);
    *library = '<';
    check_words(page.s, WORD, 1);
    evaluator_free(ev);
    design_done(&d);
    text_done(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_field_case), cmocka_unit_test(test_open_circuit),
                                       cmocka_unit_test(test_judged)}; /* the last page stays, to be looked at */
    return cmocka_run_group_tests(tests, library_set_up, library_tear_down);
}
