/* test_supply_cli.c - what a user meets who calibrates prices of his own, gives supply figures of his own, or asks for an element. */
#include "solver/study.h"
#include "tests/support/close.h"
#include "tests/support/program.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/banned.h"

#define PRICES "examples/08-own-prices/prices.csv"
#define STUDY "examples/01-traction-80kw/study.yaml"
#define SUPPLY \
    "economics.supply={hazards: [{nodes: [cn_heavy], hazard_per_year: 0.3, recovery_per_year: 2, duration: lognormal, " \
    "duration_sigma_pu: 0.8, availability_down_pu: {JP: 0.1}}], events: [{date: 2027-03-01, lifted: 2027-09-01, doc: own, " \
    "nodes: [cn_heavy], destinations: [JP], probability_pu: 0.25}]}"

/* The example's prices: the file has the form of market.yaml and reads as YAML, the copper volatility is that of a test by hand elsewhere.
 */
static void calibrate_writes_yaml(void **state)
{
    struct program_fixture *f = *state;
    const char *const args[] = {"calibrate", PRICES, "-o", f->out, NULL};
    struct yaml_doc *doc = NULL;
    struct err e = {0};
    double sigma, kappa;
    program_run(f->folder, args, &f->run);
    assert_int_equal(f->run.exit_code, 0);
    assert_ok(yaml_read_file(f->out, &doc, &e), &e);
    const struct yaml_node *cu = yaml_get_key(yaml_get_root(doc), "elements.Cu");
    assert_non_null(cu);
    assert_ok(yaml_read_real(yaml_get_key(cu, "sigma_pu.value"), &sigma, &e), &e);
    assert_ok(yaml_read_real(yaml_get_key(cu, "kappa_per_year.value"), &kappa, &e), &e);
    assert_true(sigma > 0.1 && sigma < 0.4 && kappa > 0.0 && kappa < 2.0);
    assert_string_equal(yaml_get_key(cu, "sigma_pu.quality")->text, "derived");
    assert_string_equal(yaml_get_key(cu, "sigma_pu.source")->text, "PRICES_CSV");
    assert_int_equal(yaml_get_key(yaml_get_root(doc), "correlation.pairs")->n_item, 6);
    yaml_free(doc);
}

static void calibrate_refuses(void **state)
{
    struct program_fixture *f = *state;
    char path[128];
    snprintf(path, sizeof path, "%s/bad.csv", f->folder);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs("date,material,price_USD_per_kg\n2001,Nd,50\n2002,Nd,fifty\n", file);
    fclose(file);
    const char *const bad[] = {"calibrate", path, NULL}, *const none[] = {"calibrate", "nowhere.csv", NULL},
                      *const no[] = {"calibrate", NULL};
    program_run(f->folder, bad, &f->run);
    assert_int_equal(f->run.exit_code, 2);
    assert_non_null(strstr(f->run.err, "bad.csv:3:9: "));
    assert_non_null(strstr(f->run.err, "'fifty'"));
    program_run(f->folder, none, &f->run);
    assert_int_equal(f->run.exit_code, 5);
    program_run(f->folder, no, &f->run);
    assert_int_equal(f->run.exit_code, 2);
}

static void element_page(void **state)
{
    struct program_fixture *f = *state;
    const char *const args[] = {"materials", "Ga", NULL}, *const wrong[] = {"materials", "electrical_stel", NULL};
    program_run(f->folder, args, &f->run);
    assert_int_equal(f->run.exit_code, 0);
    assert_non_null(strstr(f->run.out, "9804")); /* HHI of 2025 */
    assert_non_null(strstr(f->run.out, "GeoPolRisk"));
    program_run(f->folder, wrong, &f->run);
    assert_int_equal(f->run.exit_code, 2);
    assert_non_null(strstr(f->run.err, "nearest: electrical_steel"));
}

/* ---- economics.supply ---- */


static double read_risk(const char *supply, const char *other, uint64_t *hash)
{
    static struct study s;
    const char *set[] = {"economics.scenarios=2048", "economics.scenarios_search=256", supply, other};
    const int n = other ? 4 : (supply ? 3 : 2);
    struct matlib *lib = NULL;
    struct market *market = NULL;
    struct err e = {0};
    double out;
    memset(&s, 0, sizeof s);
    assert_ok(matlib_new("materials/data", &lib, &e), &e);
    assert_ok(market_new("materials/data", &market, &e), &e);
    assert_ok(study_read(STUDY, n, set, lib, market, &s, &e), &e);
    const struct risk_info *info = risk_get_info(s.setup.risk);
    out = info->availability_worst_mean_pu;
    *hash = info->hash;
    study_done(&s);
    market_free(market);
    matlib_free(lib);
    return out;
}

static void own_supply_counts(void **state)
{
    uint64_t plain, own, band, sobol;
    (void)state;
    const double a = read_risk(NULL, NULL, &plain), b = read_risk(SUPPLY, NULL, &own);
    assert_true(b < a - 0.01); /* more and longer outages, less arrives */
    assert_true(plain != own);
    assert_true(read_risk("economics.hazard_band=high", NULL, &band) < a && band != plain);
    assert_close(read_risk("economics.sampling=sobol", NULL, &sobol), a, 0.0, 0.01);
    assert_true(sobol != plain);
}

static void supply_refused(void **state)
{
    struct program_fixture *f = *state;
    static const struct { const char *set, *says;
    } bad[] = {
        {"economics.supply={hazard: []}", "nearest"},
        {"economics.supply={hazards: [{nodes: [cn_heavi], hazard_per_year: 1}]}", "nearest: cn_heavy"},
        {"economics.supply={events: [{date: 2027-13-01, doc: x, nodes: [cn_heavy], destinations: [JP], probability_pu: 1}]}",
         "existing day"},
        {"economics.sampling=sobel", "nearest: sobol"},
        {"economics.price_jump=article", "article_to"},
    };
    for (int k = 0; k < ARRAY_LEN(bad); k++) {
        const char *const args[] = {"compare", STUDY, "-o", f->out, "--set", bad[k].set, NULL};
        program_run(f->folder, args, &f->run);
        if (f->run.exit_code != 2 || !strstr(f->run.err, bad[k].says))
            fail_msg("%s: exit status %d: %s", bad[k].set, f->run.exit_code, f->run.err);
    }
    const char *const args[] = {"compare", STUDY, "-o", f->out, "--set", "economics.sampling=sobol", "--set", "economics.scenarios=10001",
                                NULL};
    program_run(f->folder, args, &f->run);
    assert_int_equal(f->run.exit_code, 2);
    assert_non_null(strstr(f->run.err, "no multiple of 32"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calibrate_writes_yaml), cmocka_unit_test(calibrate_refuses), cmocka_unit_test(element_page),
        cmocka_unit_test(own_supply_counts),     cmocka_unit_test(supply_refused),
    };
    return cmocka_run_group_tests(tests, program_set_up, program_tear_down);
}
