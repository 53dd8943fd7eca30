/* report_shell.c - the frame of every page: Chart.js from where the system's package has put it, style sheet, the first lines of every
 * script, and the data as JSON inside the page. */
#include "solver/report_impl.h"
#include "solver/cli.h"
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

static const char *const STYLE[] = {
    ":root { color-scheme: light; --ink: #1c2733; --soft: #5b6875; --line: #d9dfe5; --pale: #f4f6f8; --good: #14693c; --bad: #b3261e; }",
    "* { box-sizing: border-box; }",
    "html { font: 15px/1.45 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; color: var(--ink); "
        "background: #fff; }",
    "body { max-width: 1200px; margin: 0 auto; padding: 24px; }",
    "h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 4px; }",
    "h2 { font-size: 1.3rem; margin: 36px 0 6px; padding-top: 12px; border-top: 2px solid var(--ink); }",
    "h3 { font-size: 1.02rem; margin: 22px 0 6px; }",
    "small { font-weight: 400; color: var(--soft); font-size: .82em; }",
    "td small { white-space: nowrap; }",
    "td.word small, td small.wrap { white-space: normal; }",
    ".question { font-size: 1.1rem; color: var(--soft); margin: 0 0 14px; }",
    ".decision b { border-bottom: 4px solid; }",
    ".decision { font-size: 1.22rem; line-height: 1.4; background: var(--pale); border-left: 5px solid var(--ink); padding: 12px 16px; "
        "margin: 0 0 8px; }",
    ".note, figcaption { color: var(--soft); font-size: .85rem; margin: 2px 0 8px; }",
    ".chips { display: flex; flex-wrap: wrap; gap: 6px; margin: 12px 0; }",
    ".chip { border: 1px solid var(--line); border-radius: 14px; padding: 2px 11px; font-size: .86rem; background: #fff; }",
    ".chip i { font-style: normal; color: var(--soft); }",
    "table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .88rem; }",
    "th { text-align: left; font-weight: 400; }",
    "td { text-align: right; }",
    "th, td { padding: 3px 8px; border-bottom: 1px solid var(--line); vertical-align: top; }",
    "td.word { text-align: left; }",
    "td.line { white-space: nowrap; }",
    ".unit { color: var(--soft); font-size: .92em; font-weight: 400; white-space: nowrap; }",
    "table.compare { width: 100%; table-layout: fixed; }",
    "table.compare col.first { width: 25%; }",
    "table.compare thead th { font-weight: 600; text-align: right; vertical-align: bottom; }",
    "table.compare thead th:first-child { width: 25%; }",
    "table.compare thead th.unit { width: 62px; text-align: left; font-weight: 400; }",
    "table.compare td.unit { text-align: left; }",
    "table.compare thead th.winner { background: var(--pale); }",
    "tr.group th { font-weight: 600; background: var(--pale); padding-top: 6px; }",
    "th.part { padding-left: 24px; color: var(--soft); }",
    "td.best { font-weight: 700; color: var(--good); background: #eaf5ee; }",
    "td.good { color: var(--good); }",
    "td.bad { color: var(--bad); }",
    ".out { border-left: 5px solid var(--bad); background: #fdf3f2; padding: 8px 14px; margin: 10px 0; }",
    ".grid { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 18px 26px; }",
    "figure { margin: 0; }",
    "figure.wide { grid-column: 1 / -1; }",
    "figure h3 { margin: 10px 0 4px; }",
    ".box { position: relative; height: 340px; }",
    ".box.map { height: 400px; }",
    ".box.tall { height: 640px; }",
    ".box.low { height: 210px; }",
    "select { font: inherit; font-size: .9rem; padding: 2px 6px; margin-left: 8px; }",
    ".scale { white-space: nowrap; display: flex; align-items: center; gap: 8px; font-size: .82rem; color: var(--soft); margin: 4px 0; "
        "}",
    ".scale span.bar { flex: 0 1 240px; min-width: 60px; height: 11px; border: 1px solid var(--line); }",
    ".card { border: 1px solid var(--line); border-top: 5px solid; border-radius: 4px; padding: 4px 18px 14px; margin: 16px 0; }",
    ".card h3 { font-size: 1.15rem; margin: 10px 0 2px; }",
    ".columns { columns: 3 320px; column-gap: 26px; }",
    ".columns > * { break-inside: avoid; margin: 0 0 16px; width: 100%; }",
    ".columns caption { text-align: left; font-weight: 600; padding: 2px 0 4px; caption-side: top; }",
    ".columns th, .columns td { padding: 2px 6px 2px 0; }",
    ".columns td.unit { text-align: right; }",
    ".columns th.part { padding-left: 16px; }",
    ".events { overflow-x: auto; margin-top: 8px; }",
    ".events caption { text-align: left; font-weight: 600; padding: 2px 0 4px; caption-side: top; }",
    ".events th, .events td { padding: 3px 8px 3px 0; }",
    ".events td.unit { white-space: normal; text-align: right; vertical-align: bottom; max-width: 90px; }",
    ".picture canvas { width: 100%; display: block; }",
    ".pictures { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 8px 26px; align-items: start; }",
    ".pictures .scale { flex-wrap: wrap; }",
    "summary { cursor: pointer; color: #0b5394; }",
    "code { font-size: .95em; }",
    "tr.sum th, tr.sum td { font-weight: 600; border-top: 2px solid var(--ink); }",
    "tr.chosen th, tr.chosen td { font-weight: 600; background: var(--pale); }",
    "table.list { width: 100%; }",
    "table.list thead th, table.list thead td { color: var(--soft); font-size: .92em; border-bottom: 2px solid var(--line); "
        "vertical-align: bottom; }",
    "table.facts th { padding-right: 30px; }",
    "dl.refs { font-size: .85rem; margin: 0; }",
    "dl.refs dt { float: left; clear: left; width: 210px; color: var(--soft); overflow-wrap: anywhere; }",
    "dl.refs dd { margin: 0 0 5px 225px; overflow-wrap: anywhere; min-height: 1.3em; }",
    "a { color: #0b5394; }",
    "footer { margin-top: 40px; color: var(--soft); font-size: .82rem; border-top: 1px solid var(--line); padding-top: 8px; }",
    "@media (max-width: 820px) {",
    ".grid { grid-template-columns: minmax(0, 1fr); }",
    "table.compare, table.list { display: block; overflow-x: auto; }",
    "}",
    "@media print {",
    "@page { size: A4; margin: 12mm; }",
    "html { font-size: 11px; }",
    "body { padding: 0; max-width: none; }",
    "h2, h3, h2 + .note, h3 + .note { break-after: avoid; }",
    "figure, tr, .out, .note { break-inside: avoid; }",
    ".card { break-before: page; border-radius: 0; }",
    ".box, .box.map { height: 300px; }",
    ".box.tall { height: 600px; }",
    ".box.low { height: 190px; }",
    "figure { margin-bottom: 10px; }",
    ".grid { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 10px 16px; }",
    ".grid > figure:not(.wide) .box { height: 260px; }",
    ".columns { columns: 2 280px; }",
    ".columns th, .columns td { padding: 1px 4px 1px 0; }",
    "a { color: inherit; text-decoration: none; }",
    "select { border: 0; appearance: none; }",
    "* { -webkit-print-color-adjust: exact; print-color-adjust: exact; }",
    "}",
    "ol.refs { font-size: .85rem; margin: 0; padding-left: 34px; overflow-wrap: anywhere; }",
    "ol.refs li { margin-bottom: 4px; }",
    NULL,
};

static const char *const SCRIPT[] = {
    "'use strict';",
    "const D = JSON.parse(document.getElementById('data').textContent);",
    "const INK = '#1c2733', SOFT = '#5b6875', GRID = '#e8ecf0';",
    "const number = (v, d = 0) => v === null || v === undefined ? '–' : v.toLocaleString('en-US', {minimumFractionDigits: d, "
        "maximumFractionDigits: d});",
    "const digits = v => Math.abs(v) >= 100 ? 0 : Math.abs(v) >= 10 ? 1 : 2;",
    "const capital = s => s.charAt(0).toUpperCase() + s.slice(1);",
    "const named = (label, unit) => capital(label) + (unit ? ', ' + unit : '');",
    "Chart.defaults.animation = false;",
    "Chart.defaults.responsive = true;",
    "Chart.defaults.maintainAspectRatio = false;",
    "Chart.defaults.devicePixelRatio = Math.max(2, window.devicePixelRatio || 1);",
    "Chart.defaults.font.family = 'system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif';",
    "Chart.defaults.font.size = 12;",
    "Chart.defaults.color = SOFT;",
    "Chart.defaults.plugins.legend.position = 'bottom';",
    "Chart.defaults.plugins.legend.labels.usePointStyle = true;",
    "Chart.defaults.plugins.legend.labels.boxHeight = 7;",
    "const axis = (title, more) => Object.assign({title: {display: true, text: title, color: INK}, grid: {color: GRID, borderColor: "
        "SOFT}}, more || {});",
    "const draw = (id, config) => { const c = document.getElementById(id); return c ? new Chart(c, config) : null; };",
    "// Limits of an axis from what must be seen: far-off evaluated designs may fall outside.",
    "function limits(values) {",
    "  const v = values.filter(Number.isFinite);",
    "  if (!v.length) return {};",
    "  const low = Math.min(...v), high = Math.max(...v), pad = 0.12 * (high - low) || 0.1 * Math.abs(high) || 1;",
    "  const rough = (high - low + 2 * pad) / 8, ten = Math.pow(10, Math.floor(Math.log10(rough))), step = [1, 2, 5, 10].find(m => m * "
        "ten >= rough) * ten;",
    "  return {min: low >= 0 && low - pad < 0 ? 0 : Math.floor((low - pad) / step) * step, max: Math.ceil((high + pad) / step) * step};",
    "}",
    "// The paper's layout is not known to a script: charts take the size that the style sheet gives their boxes in print.",
    "function printed(c) {",
    "  const box = c.canvas.parentNode, is = name => box.classList.contains(name), isHalf = box.closest('.grid > figure:not(.wide)');",
    "  c.resize(isHalf ? 340 : 700, is('tall') ? 600 : is('low') ? 190 : isHalf ? 260 : 300);",
    "}",
    "window.addEventListener('beforeprint', () => Object.values(Chart.instances).forEach(printed));",
    "window.addEventListener('afterprint', () => Object.values(Chart.instances).forEach(c => c.resize()));",
    "const line = (x, y) => x.map((v, k) => ({x: v, y: y[k]})).filter(p => p.y !== null);",
    "const hideFrom = (...prefix) => ({labels: {filter: i => !prefix.some(p => i.text.startsWith(p))}});",
    NULL,
};

/* MOTRADE_CHARTJS overrides the list; given but absent is an error, not a reason to look elsewhere. */
enum status report_read_library(struct text *out, struct err *e)
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
static int add_json_part(const char *s, size_t n, void *text)
{
    for (size_t k = 0, from = 0; k <= n; k++) {
        if (k < n && s[k] != '<')
            continue;
        text_add_raw(text, s + from, k - from);
        if (k < n)
            text_add(text, "\\u003c");
        from = k + 1;
    }
    return 0;
}

static enum status add_data(struct text *t, json_t *root, struct err *e)
{
    const int failed =
        !root || json_dump_callback(root, add_json_part, t, JSON_COMPACT | JSON_REAL_PRECISION(6) | JSON_PRESERVE_ORDER) != 0;
    json_decref(root);
    return failed ? err_set(e, ST_NO_MEMORY, "report", "no memory for the data of the charts") : ST_OK;
}

static void add_lines(struct text *t, const char *const *line)
{
    for (; *line; line++)
        text_add(t, "%s\n", *line);
}

void report_add_head(struct text *t, const char *title)
{
    text_add(t, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                "content=\"width=device-width, initial-scale=1\">\n"
                "<title>");
    report_add_escaped(t, title);
    text_add(t, "</title>\n<style>\n");
    add_lines(t, STYLE);
    text_add(t, "</style>\n</head>\n<body>\n");
}

enum status report_write_page(struct text *t, json_t *data, const struct text *library, const char *const *script, const char *path,
                              struct err *e)
{
    text_add(t, "<footer>motrade %s. Charts by Chart.js (MIT License), included in this file; the page needs no network.</footer>\n",
             MOTRADE_VERSION);
    text_add(t, "<script type=\"application/json\" id=\"data\">");
    TRY(add_data(t, data, e));
    text_add(t, "</script>\n<!-- Chart.js, (c) Chart.js Contributors, MIT License; from the package " CHART_PACKAGE " -->\n<script>\n");
    add_script_text(t, library->s, library->n);
    text_add(t, "\n</script>\n<script>\n");
    add_lines(t, SCRIPT);
    add_lines(t, report_script_section);
    add_lines(t, script);
    text_add(t, "</script>\n</body>\n</html>\n");
    if (t->failed)
        return err_set(e, ST_NO_MEMORY, path, "text of the report");
    return text_write_file(path, t->s, t->n, e);
}
