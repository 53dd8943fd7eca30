/* test_scenario_own.c - a company's own supply figures over a scenario of the data; laws of the length of an outage; jumps of the market
 * file. What is refused is refused at its place. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/date.h"
#include "materials/base/text.h"
#include "materials/market.h"
#include "tests/support/close.h"
#include "materials/base/banned.h"

static int set_up(void **state)
{
    struct market *m = NULL;
    struct err e = {0};
    assert_ok(market_new("materials/data", &m, &e), &e);
    *state = m;
    return 0;
}

static int tear_down(void **state)
{
    market_free(*state);
    return 0;
}

static int get_node(const struct market *m, const char *name)
{
    int k = 0;
    while (k < m->nodes.n && strcmp(m->nodes.node[k].name, name) != 0)
        k++;
    assert_true(k < m->nodes.n);
    return k;
}

static enum status lay(const struct market *m, const char *text, struct scenario *sc, struct err *e)
{
    struct yaml_doc *doc = NULL;
    const struct scenario *base = NULL;
    assert_ok(market_get_scenario(m, "truce_open", NULL, &base, e), e);
    *sc = *base;
    assert_ok(yaml_read_text("supply.yaml", text, &doc, e), e);
    const enum status s = scenario_read_own(yaml_get_root(doc), &m->nodes, sc, e);
    yaml_free(doc);
    return s;
}

static void figures_are_laid_over(void **state)
{
    const struct market *m = *state;
    struct scenario sc;
    struct err e = {0};
    const struct scenario *base = NULL;
    long day;
    assert_ok(lay(m,
                  "common_factor_pu: 0.2\n"
                  "hazards:\n"
                  "  - {nodes: [cn_heavy], hazard_per_year: 0.3, hazard_high_per_year: 0.9, recovery_per_year: 2, duration: lognormal,\n"
                  "     duration_sigma_pu: 0.8, availability_down_pu: {JP: 0.1}}\n"
                  "  - {nodes: [cn_gallium, cn_samarium], duration: until_further_notice, recovery_per_year: 0,\n"
                  "     availability_down_pu: {any: 0}}\n"
                  "events:\n"
                  "  - {date: 2027-03-01, lifted: 2027-09-01, doc: own view, nodes: [cn_light, my_light], destinations: [JP],\n"
                  "     probability_pu: 0.25}\n",
                  &sc, &e),
              &e);
    assert_ok(market_get_scenario(m, "truce_open", NULL, &base, &e), &e);
    const struct scenario_node *heavy = &sc.node[get_node(m, "cn_heavy")], *gallium = &sc.node[get_node(m, "cn_gallium")];
    assert_close(sc.common_factor_pu.value, 0.2, 0.0, 0.0);
    assert_close(heavy->hazard_per_year.value, 0.3, 0.0, 0.0);
    assert_close(heavy->hazard_per_year.low, 0.3, 0.0, 0.0);
    assert_close(heavy->hazard_per_year.high, 0.9, 0.0, 0.0);
    assert_string_equal(heavy->hazard_per_year.source, "STUDY_SUPPLY");
    assert_int_equal(heavy->duration, DURATION_LOGNORMAL);
    assert_close(heavy->duration_sigma_pu.value, 0.8, 0.0, 0.0);
    for (int d = 0; d < m->nodes.n_destination; d++) { /* JP alone is replaced; `any` replaces all that are not named */
        const double was = base->node[get_node(m, "cn_heavy")].availability_down_pu[d].value;
        assert_close(heavy->availability_down_pu[d].value, strcmp(m->nodes.destination[d], "JP") ? was : 0.1, 0.0, 0.0);
        assert_close(gallium->availability_down_pu[d].value, 0.0, 0.0, 0.0);
    }
    assert_int_equal(gallium->duration, DURATION_UNTIL_FURTHER_NOTICE);
    assert_close(gallium->hazard_per_year.value, base->node[get_node(m, "cn_gallium")].hazard_per_year.value, 0.0, 0.0);
    assert_int_equal(sc.n_event, base->n_event + 1);
    const struct scenario_event *own = &sc.event[base->n_event];
    assert_int_equal(date_read("2027-09-01", &day), ST_OK);
    assert_true(own->lifted_days == day && base->event[0].lifted_days == LONG_MAX);
    assert_int_equal(own->node_mask, 1u << get_node(m, "cn_light") | 1u << get_node(m, "my_light"));
    assert_close(own->probability_pu.value, 0.25, 0.0, 0.0);
    assert_ok(lay(m, "replace_events: true\n", &sc, &e), &e);
    assert_int_equal(sc.n_event, 0);
}

static void own_figures_refused(void **state)
{
    static const struct { const char *text; int line, column; const char *says;
    } bad[] = {
        {"hazards:\n  - {nodes: [cn_heavi], hazard_per_year: 1}\n", 2, 14, "nearest: cn_heavy"},
        {"hazards:\n  - {nodes: [cn_heavy], hazard_per_yr: 1}\n", 2, 25, "hazard_per_year"},
        {"hazards:\n  - {nodes: [cn_heavy], hazard_per_year: -1}\n", 2, 25, "out of range"},
        {"hazards:\n  - {hazard_per_year: 1}\n", 2, 5, "nodes"},
        {"hazards:\n  - {nodes: [cn_heavy], hazard_per_year: 1, hazard_low_per_year: 2}\n", 2, 5, "outside its band"},
        {"hazards:\n  - {nodes: [cn_heavy], hazard_low_per_year: 2}\n", 2, 5, "band without"},
        {"hazards:\n  - {nodes: [cn_heavy], duration: lognormal}\n", 2, 5, "lognormal needs it"},
        {"hazards:\n  - {nodes: [cn_heavy], duration_sigma_pu: 1}\n", 2, 5, "belongs to duration"},
        {"hazards:\n  - {nodes: [cn_heavy], duration: until_further_notice}\n", 2, 5, "expected recovery_per_year of 0"},
        {"hazards:\n  - {nodes: [cn_heavy], recovery_per_year: 0, duration: lognormal, duration_sigma_pu: 1}\n", 2, 5, "mean length"},
        {"hazards:\n  - {nodes: [cn_heavy], duration: normal}\n", 2, 25, "normal"},
        {"hazards:\n  - {nodes: [cn_heavy], availability_up_pu: {JP: 0.1}}\n", 2, 5, "exceeds"},
        {"hazards:\n  - {nodes: [cn_heavy], availability_up_pu: {FR: 0.1}}\n", 2, 46, "FR"},
        {"events:\n  - {date: 2027-03-01, doc: x, nodes: [cn_light], destinations: [JP], probability_pu: 1.5}\n", 2, 71, "out of range"},
        {"events:\n  - {date: 2027-02-30, doc: x, nodes: [cn_light], destinations: [JP], probability_pu: 1}\n", 2, 6, "day"},
        {"events:\n  - {date: 2027-03-01, lifted: 2027-01-01, doc: x, nodes: [cn_light], destinations: [JP], probability_pu: 1}\n", 2, 5,
         "not after"},
        {"events: 3\n", 1, 1, "lists"},
    };
    const struct market *m = *state;
    for (int k = 0; k < ARRAY_LEN(bad); k++) {
        struct scenario sc;
        struct err e = {0};
        assert_status(lay(m, bad[k].text, &sc, &e), ST_CONFIG, NULL);
        if (e.line != bad[k].line || e.column != bad[k].column || !strstr(e.message, bad[k].says))
            fail_msg("case %d: %s:%d:%d: %s: %s", k, e.file, e.line, e.column, e.where, e.message);
    }
}

/* The data say what the article and the record say: two dates, never-lifted licences, three nodes at once, a jump to or by 400 %. */
static void data_hold_the_facts(void **state)
{
    const struct market *m = *state;
    const struct scenario *sc;
    struct err e = {0};
    long ree, ga;
    assert_int_equal(date_read("2026-11-10", &ree), ST_OK);
    assert_int_equal(date_read("2026-11-27", &ga), ST_OK);
    assert_ok(market_get_scenario(m, "truce_holds", NULL, &sc, &e), &e);
    assert_true(sc->node[get_node(m, "cn_heavy")].availability_up_pu[0].value <
                1.0); /* licences of April 2025 in force without any event */
    assert_ok(market_get_scenario(m, "truce_lapses", NULL, &sc, &e), &e);
    assert_int_equal(sc->n_event, 2);
    assert_true(sc->event[0].days == ree && sc->event[1].days == ga);
    assert_int_equal(sc->event[1].node_mask, 1u << get_node(m, "cn_gallium"));
    assert_close(m->article_jump.change_pct.value, 4.0, 1e-15, 0.0);
    assert_true(m->article_jump.element_mask >> market_get_element(m, "Ga") & 1u);
    assert_false(m->article_jump.element_mask >> market_get_element(m, "Co") & 1u);
    const double size = m->spikes[0].size_log.value, sd = m->spikes[0].size_sd_pu.value; /* the moment they were made from */
    const double fourth = pow(size, 4) + 6 * size * size * sd * sd + 3 * pow(sd, 4), variance = 0.28 * 0.28 / 12;
    assert_close(m->spikes[0].rate_per_year.value / 12 * fourth / (variance * variance), 4.5, 0.05, 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_laid_over),
        cmocka_unit_test(own_figures_refused),
        cmocka_unit_test(data_hold_the_facts),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
