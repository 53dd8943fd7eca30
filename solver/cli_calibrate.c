/* cli_calibrate.c - `motrade calibrate PRICES.csv [-o FILE.yaml]`: price dynamics of own series, in the form of materials/data/market.yaml.
 */
#include "materials/base/text.h"
#include "models/risk/calibrate.h"
#include "solver/cli_impl.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define TWO_ERRORS 2.0 /* half width of the range given, in standard errors: 95 % */

/* Source key from the file's name: MY_PRICES_CSV. */
static void set_source(const char *path, char *out, size_t n)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t k = 0;
    for (; name[k] && k + 1 < n; k++)
        out[k] = (char)(isalnum((unsigned char)name[k]) ? toupper((unsigned char)name[k]) : '_');
    out[k] = '\0';
}

/* A figure of market.yaml with its range of two standard errors; not below `least`. */
static void add_datum(struct text *t, const char *key, double value, double low, double high, const char *source)
{
    text_add(t, "    %s: {value: %.6g, low: %.6g, high: %.6g, quality: derived, source: %s}", key, value, low, high, source);
}

static void add_series(struct text *t, const struct calibrate_series *s, const char *source)
{
    const double last = s->price_USD_per_kg[s->n - 1], first_year = s->date_years[0], last_year = s->date_years[s->n - 1];
    const int reverts = s->kappa_per_year > 0.0;
    const double kappa_low = fmax(0.0, s->kappa_per_year - TWO_ERRORS * s->kappa_error_per_year);
    const double kappa_high = s->kappa_per_year + TWO_ERRORS * s->kappa_error_per_year;
    const double theta = reverts ? s->theta_USD_per_kg : last, factor = exp(TWO_ERRORS * s->theta_log_error_pu);
    text_add(t, "  %s: # %d prices, %.1f to %.1f; last %.6g USD/kg\n", s->name, s->n, first_year, last_year, last);
    add_datum(t, "sigma_pu", s->sigma_pu, s->sigma_pu - TWO_ERRORS * s->sigma_error_pu, s->sigma_pu + TWO_ERRORS * s->sigma_error_pu,
              source);
    text_add(t, " # standard error %.3g\n", s->sigma_error_pu);
    if (reverts && isfinite(s->kappa_error_per_year)) {
        add_datum(t, "kappa_per_year", s->kappa_per_year, kappa_low, kappa_high, source);
        text_add(t, " # standard error %.3g; a record of this length overstates it by about %.2g\n", s->kappa_error_per_year,
                 s->kappa_bias_per_year);
    } else {
        add_datum(t, "kappa_per_year", s->kappa_per_year, s->kappa_per_year, s->kappa_per_year, source);
        text_add(t, reverts ? " # standard error not found\n" : " # no reversion found in this record\n");
    }
    if (reverts && isfinite(factor)) {
        add_datum(t, "theta_USD_per_kg", theta, theta / factor, theta * factor, source);
        text_add(t, " # of the traded form; standard error of its log %.3g\n", s->theta_log_error_pu);
    } else {
        add_datum(t, "theta_USD_per_kg", theta, theta, theta, source);
        text_add(t, reverts ? " # standard error not found\n" : " # the last price: without reversion there is no level\n");
    }
}

static void add_correlation(struct text *t, const struct calibrate *c, const char *source)
{
    const int n = c->n_series;
    text_add(t, "correlation:\n  shrink_pu: {value: %.4g, quality: derived, source: %s} # variance of the estimates over their spread\n",
             c->shrink_pu, source);
    if (c->mending.is_mended)
        text_add(
            t,
            "  # not positive definite after shrinking (least eigenvalue %.3g); motrade will mend it: Frobenius distance %.3g, entries by "
            "at most %.3g\n",
            c->mending.eigen_min, c->mending.moved_frobenius, c->mending.moved_max);
    text_add(t, "  pairs:\n");
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++) {
            if (c->n_shared[i * n + j] < CALIBRATE_MIN_POINT - 1) {
                text_add(t, "    # [%s, %s]: %d steps on the same days, too few\n", c->series[j].name, c->series[i].name,
                         c->n_shared[i * n + j]);
                continue;
            }
            text_add(
                t,
                "    - {pair: [%s, %s], rho_pu: {value: %.4g, quality: derived, source: %s}, target_pu: {value: %.4g, quality: derived, "
                "source: %s}} # %d steps\n",
                c->series[j].name, c->series[i].name, c->rho[i * n + j], source, c->target_pu, source, c->n_shared[i * n + j]);
        }
}

static void add_yaml(struct text *t, const struct calibrate *c, const char *path)
{
    char source[48];
    set_source(path, source, sizeof source);
    text_add(t,
             "# Price dynamics by `motrade calibrate`: exact maximum likelihood of the log-OU model, range = two standard errors. Copy "
             "what you\n"
             "# want into the entries of market.yaml, and give the reference list an entry:\n"
             "#   %s: {text: \"own prices, file %s\", link: \"\"}\nelements:\n",
             source, path);
    for (int k = 0; k < c->n_series; k++)
        add_series(t, &c->series[k], source);
    if (c->n_series > 1)
        add_correlation(t, c, source);
}

static void add_table(struct text *t, const struct calibrate *c)
{
    text_add(t, "%-24s %6s %21s %21s %20s\n", "", "", "volatility sigma", "reversion kappa", "its level theta");
    text_add(t, "%-24s %6s %21s %21s %20s\n", "material", "prices", "1/sqrt(year)", "1/year", "USD/kg");
    for (int k = 0; k < c->n_series; k++) {
        const struct calibrate_series *s = &c->series[k];
        text_add(t, "%-24s %6d %11.4f +- %.4f %11.4f +- %.4f %11.5g */ %.3f\n", s->name, s->n, s->sigma_pu, s->sigma_error_pu,
                 s->kappa_per_year, s->kappa_error_per_year, s->theta_USD_per_kg, exp(s->theta_log_error_pu));
    }
}

enum status cli_solve_calibrate(const struct cli_options *o, struct err *e)
{
    struct text csv = {0}, out = {0};
    struct calibrate *c = NULL;
    TRY(text_read_file(o->file, &csv, e));
    enum status s = calibrate_new(o->file, csv.s ? csv.s : "", &c, e);
    text_done(&csv);
    TRY(s);
    add_yaml(&out, c, o->file);
    if (out.failed)
        s = err_set(e, ST_NO_MEMORY, "output", "no memory for the text");
    else if (o->out_dir) {
        s = text_write_file(o->out_dir, out.s, out.n, e);
        struct text table = {0};
        add_table(&table, c);
        text_add(&table, "+- and */ one standard error, added and as a factor\n%s\n", o->out_dir);
        if (s == ST_OK && table.s)
            cli_print(table.s);
        text_done(&table);
    } else
        cli_print(out.s);
    text_done(&out);
    calibrate_free(c);
    return s;
}
