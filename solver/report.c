/* report.c - the page: Chart.js from where the system's package has put it, the tables, the data, the script. */
#include "solver/report_impl.h"
#include "solver/cli.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "materials/base/banned.h"

#define CHART_PACKAGE "libjs-chart.js"

static const char *const CHART_PATH[] = {
    "/usr/share/javascript/chart.js/chart.min.js",  "/usr/share/javascript/chart.js/chart.js",
    "/usr/share/nodejs/chart.js/dist/chart.min.js", "/usr/share/nodejs/chart.js/dist/chart.js",
    "/usr/share/javascript/chart.js/Chart.min.js",
};

/* MOTRADE_CHARTJS overrides the list; given but absent is an error, not a reason to look elsewhere. */
static enum status read_chart_library(struct text *out, struct err *e)
{
    const char *given = getenv("MOTRADE_CHARTJS");
    if (given)
        return access(given, R_OK) == 0 ? text_read_file(given, out, e) : err_set(e, ST_IO, "MOTRADE_CHARTJS", "cannot read '%s'", given);
    for (int k = 0; k < ARRAY_LEN(CHART_PATH); k++)
        if (access(CHART_PATH[k], R_OK) == 0)
            return text_read_file(CHART_PATH[k], out, e);
    return err_set(e, ST_IO, "report.html",
                   "the chart library Chart.js is not installed; install the package " CHART_PACKAGE
                   " or set MOTRADE_CHARTJS to a copy of chart.min.js");
}

/* A script ends at the first "</script", even inside a string: "<\/script" means the same to the script and nothing to HTML. */
static void add_script_text(struct text *t, const char *s, size_t n)
{
    static const char END[] = "</script";
    for (size_t k = 0, from = 0; k <= n; k++) {
        int is_end = k + sizeof END - 1 <= n && strncmp(s + k, END, sizeof END - 1) == 0;
        if (!is_end && k < n)
            continue;
        text_add_raw(t, s + from, k - from);
        if (is_end)
            text_add_raw(t, "<\\/", 3);
        from = is_end ? k + 2 : k;
    }
}

/* In JSON a '<' can only stand inside a string, where its escape means the same. */
static enum status add_data(struct text *t, json_t *root, struct err *e)
{
    char *s = root ? json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(6) | JSON_PRESERVE_ORDER) : NULL;
    json_decref(root);
    if (!s)
        return err_set(e, ST_NO_MEMORY, "report", "no memory for the data of the charts");
    for (const char *p = s; *p;) {
        size_t n = strcspn(p, "<");
        text_add_raw(t, p, n);
        p += n;
        if (*p == '<') {
            text_add(t, "\\u003c");
            p++;
        }
    }
    free(s);
    return ST_OK;
}

static enum status get_data(const struct report_ctx *r, json_t **out, struct err *e)
{
    json_t *root = report_get_charts(r), *pictures = json_array();
    enum status st = root && pictures ? ST_OK : err_set(e, ST_NO_MEMORY, "report", "no memory for the data of the charts");
    for (int k = 0; k < r->s->n_technology && st == ST_OK; k++) {
        json_t *p = json_null();
        if (r->c->tech[k].best >= 0)
            st = report_get_picture(r, k, &p, e);
        if (st == ST_OK)
            json_array_append_new(pictures, p);
    }
    json_object_set_new(root, "picture", pictures);
    if (st != ST_OK)
        json_decref(root);
    *out = st == ST_OK ? root : NULL;
    return st;
}

static void add_lines(struct text *t, const char *const *line)
{
    for (; *line; line++)
        text_add(t, "%s\n", *line);
}

static void add_head(struct text *t, const struct report_ctx *r)
{
    text_add(t, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                "content=\"width=device-width, initial-scale=1\">\n"
                "<title>");
    report_add_escaped(t, r->s->name);
    text_add(t, "</title>\n<style>\n");
    add_lines(t, report_style);
    text_add(t, "</style>\n</head>\n<body>\n");
}

static enum status add_scripts(struct text *t, const struct report_ctx *r, const struct text *library, struct err *e)
{
    json_t *data = NULL;
    TRY(get_data(r, &data, e));
    text_add(t, "<script type=\"application/json\" id=\"data\">");
    TRY(add_data(t, data, e));
    text_add(t, "</script>\n<!-- Chart.js, (c) Chart.js Contributors, MIT License; from the package " CHART_PACKAGE " -->\n<script>\n");
    add_script_text(t, library->s, library->n);
    text_add(t, "\n</script>\n<script>\n");
    add_lines(t, report_script);
    text_add(t, "</script>\n");
    return ST_OK;
}

static enum status write_page(const struct report_ctx *r, const struct text *library, struct text *t, const char *path, struct err *e)
{
    add_head(t, r);
    report_add_decision(t, r);
    report_add_charts(t, r);
    report_add_margin(t, r);
    report_add_bridge(t, r);
    report_add_cards(t, r);
    report_add_economics(t, r);
    report_add_sources(t, r);
    report_add_method(t, r);
    text_add(t, "<footer>motrade %s. Charts by Chart.js (MIT License), included in this file; the page needs no network.</footer>\n",
             MOTRADE_VERSION);
    TRY(add_scripts(t, r, library, e));
    text_add(t, "</body>\n</html>\n");
    if (t->failed)
        return err_set(e, ST_NO_MEMORY, path, "text of the report");
    return text_write_file(path, t->s, t->n, e);
}

enum status report_write(const struct comparison *c, const struct compare_opts *o, const char *path, struct err *e)
{
    const struct report_ctx r = {c, o, c->study};
    struct text library = {0}, page = {0};
    enum status st = read_chart_library(&library, e);
    if (st == ST_OK)
        st = write_page(&r, &library, &page, path, e);
    text_done(&library);
    text_done(&page);
    return st;
}
