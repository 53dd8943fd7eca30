/* result_diff.c - see result_diff.h. */
#include "solver/result_diff.h"
#include "solver/figure_label.h"
#include "solver/out_text.h"
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define LABEL_WIDTH 52
#define VALUE_SIZE 64
#define PATH_SIZE 256

/* ---- inputs ---- */

static void write_value(json_t *v, char *out, size_t n)
{
    const char *text = json_is_string(v) ? json_string_value(v) : "absent";
    size_t length = strlen(text);
    if (v && !json_is_string(v))
        length = json_dumpb(v, out, n - 1, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(12));
    else
        snprintf(out, n, "%s", text);
    out[length < n ? length : n - 1] = '\0';
    if (length >= n)
        snprintf(out + n - 4, 4, "...");
}

/* Maps are gone into; what is not a map in both is compared whole. */
static int add_inputs(struct text *t, json_t *a, json_t *b, const char *path)
{
    char was[VALUE_SIZE], is[VALUE_SIZE], below[PATH_SIZE];
    const char *key;
    json_t *v;
    int n = 0;
    if (a && b && json_equal(a, b))
        return 0;
    if (!json_is_object(a) || !json_is_object(b)) {
        write_value(a, was, sizeof was);
        write_value(b, is, sizeof is);
        text_add(t, "  ");
        out_text_add_label(t, LABEL_WIDTH, path);
        text_add(t, "%s -> %s\n", was, is);
        return 1;
    }
    json_object_foreach(a, key, v) {
        snprintf(below, sizeof below, "%.180s%s%.70s", path, path[0] ? "." : "", key);
        n += add_inputs(t, v, json_object_get(b, key), below);
    }
    json_object_foreach(b, key, v) {
        snprintf(below, sizeof below, "%.180s%s%.70s", path, path[0] ? "." : "", key);
        if (!json_object_get(a, key))
            n += add_inputs(t, NULL, v, below);
    }
    return n;
}

/* ---- figures ---- */

static double get_figure(json_t *figures, const char *key)
{
    json_t *v = json_object_get(figures, key);
    return json_is_number(v) ? json_number_value(v) : (double)NAN;
}

static void write_figure(const char *key, double v, char *out, size_t n)
{
    const int decimals = figure_label_fit_decimals(key, v, figure_label_get_decimals(key));
    if (!isfinite(v))
        snprintf(out, n, "-");
    else
        snprintf(out, n, "%.*f", decimals, fabs(v) < 0.5 * pow(10.0, -decimals) ? 0.0 : v);
}

static int is_in_noise(const char *key, double change, json_t *a, json_t *b)
{
    const double error = hypot(get_figure(a, "risk_cost_standard_error_USD"), get_figure(b, "risk_cost_standard_error_USD"));
    return strncmp(key, "risk_", 5) == 0 && isfinite(error) && fabs(change) < 2.0 * error;
}

/* Temperatures and margins in kelvin have no zero that a share could be of. */
static int has_ratio(const char *key)
{
    const char *unit = figure_label_get_unit(key);
    return strcmp(unit, "K") != 0 && strcmp(unit, "°C") != 0;
}

static int add_figure(struct text *t, const char *key, json_t *a, json_t *b)
{
    const double was = get_figure(a, key), is = get_figure(b, key), change = is - was;
    char before[32], after[32], moved[32], label[96], words[128];
    write_figure(key, was, before, sizeof before);
    write_figure(key, is, after, sizeof after);
    if (strcmp(before, after) == 0)
        return 0;
    write_figure(key, change, moved, sizeof moved);
    figure_label_get(key, label, sizeof label);
    snprintf(words, sizeof words, "%s%s%s%s", figure_label_is_part(key) ? "  " : "", label, figure_label_get_unit(key)[0] ? ", " : "",
             figure_label_get_unit(key));
    text_add(t, "  ");
    out_text_add_label(t, LABEL_WIDTH, words);
    text_add(t, "%10s %10s %10s", before, after, moved);
    if (isfinite(change) && was != 0.0 && has_ratio(key))
        text_add(t, " %+8.1f%%", 100.0 * change / fabs(was));
    text_add(t, "%s\n", is_in_noise(key, change, a, b) ? " ~" : "");
    return 1;
}

/* Every figure of both, in the order of the tables, then what no table holds. */
static void add_figures(struct text *t, json_t *a, json_t *b)
{
    static const char *const WORK[] = {"n_field_solve", "n_demag_solve", "violation", "risk_cost_standard_error_USD"};
    json_t *left = json_copy(b);
    const char *key;
    json_t *v;
    int n = 0;
    for (size_t k = 0; k < sizeof WORK / sizeof WORK[0]; k++)
        json_object_del(left, WORK[k]);
    for (int g = 0; g < FIGURE_GROUP_COUNT; g++)
        for (const char *const *known = figure_label_get_keys((enum figure_group)g); *known; known++) {
            n += add_figure(t, *known, a, b);
            json_object_del(left, *known);
        }
    json_object_foreach(left, key, v)
        n += add_figure(t, key, a, b);
    json_decref(left);
    if (n == 0)
        text_add(t, "  no figure differs in the digits shown\n");
}

static void add_heading(struct text *t, const char *words)
{
    out_text_add_label(t, LABEL_WIDTH + 2, words);
    text_add(t, "%10s %10s %10s\n", "before", "after", "change");
}

static const char *get_winner(json_t *result)
{
    json_t *winner = json_object_get(json_object_get(result, "decision"), "winner"), *list = json_object_get(result, "technologies");
    for (size_t k = 0; k < json_array_size(list); k++)
        if (json_equal(json_object_get(json_array_get(list, k), "key"), winner))
            return json_string_value(json_object_get(json_array_get(list, k), "label"));
    return "none";
}

static void add_technologies(struct text *t, json_t *a, json_t *b)
{
    json_t *list = json_object_get(b, "technologies"), *old = json_object_get(a, "technologies");
    for (size_t k = 0; k < json_array_size(list); k++) {
        json_t *x = json_array_get(list, k), *y = NULL, *key = json_object_get(x, "key");
        for (size_t q = 0; q < json_array_size(old); q++)
            if (json_equal(json_object_get(json_array_get(old, q), "key"), key))
                y = json_array_get(old, q);
        json_t *is = json_object_get(json_object_get(x, "report_level"), "figures"),
                     *was = json_object_get(json_object_get(y, "report_level"), "figures");
        const char *label = json_string_value(json_object_get(x, "label"));
        out_text_add_rule(t);
        add_heading(t, label ? label : "");
        if (is && was)
            add_figures(t, was, is);
        else
            text_add(t, "  %s\n", is ? "a design only after" : was ? "a design only before" : "no design that meets the requirement");
    }
}

/* ---- files ---- */

static enum status read_result(const char *path, json_t **out, struct err *e)
{
    struct text text = {0};
    json_error_t why;
    TRY(text_read_file(path, &text, e));
    *out = json_loadb(text.s ? text.s : "", text.n, 0, &why);
    text_done(&text);
    if (!*out)
        return err_set(e, ST_CONFIG, path, "no JSON: line %d: %s", why.line, why.text);
    const char *schema = json_string_value(json_object_get(*out, "schema"));
    if (schema && (strcmp(schema, "motrade/evaluation") == 0 || strcmp(schema, "motrade/result") == 0))
        return ST_OK;
    return err_set(e, ST_CONFIG, path, "expected the result.json of `motrade evaluate` (a judged motor) or `motrade compare`");
}

static void add_result(struct text *t, json_t *a, json_t *b)
{
    text_add(t, "INPUTS\n");
    if (add_inputs(t, json_object_get(a, "inputs"), json_object_get(b, "inputs"), "") == 0)
        text_add(t, "  the same\n");
    if (json_object_get(a, "material_data_hash") &&
        !json_equal(json_object_get(a, "material_data_hash"), json_object_get(b, "material_data_hash")))
        text_add(t, "  the material data differ\n");
    if (json_object_get(b, "figures")) {
        out_text_add_rule(t);
        add_heading(t, "FIGURES");
        add_figures(t, json_object_get(a, "figures"), json_object_get(b, "figures"));
        return;
    }
    const char *was = get_winner(a), *is = get_winner(b);
    text_add(t, "best technology: %s%s%s\n", was, strcmp(was, is) ? " -> " : ", as before", strcmp(was, is) ? is : "");
    add_technologies(t, a, b);
}

enum status result_diff_add(struct text *t, const char *before, const char *after, struct err *e)
{
    json_t *a = NULL, *b = NULL;
    enum status st = read_result(before, &a, e);
    if (st == ST_OK)
        st = read_result(after, &b, e);
    if (st == ST_OK && !json_equal(json_object_get(a, "schema"), json_object_get(b, "schema")))
        st = err_set(e, ST_CONFIG, after, "one result is of `evaluate`, the other of `compare`");
    if (st == ST_OK)
        add_result(t, a, b);
    json_decref(a);
    json_decref(b);
    return st;
}
