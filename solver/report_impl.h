/* report_impl.h - what the files of the report share. Tables are written as HTML here in C, so that the page reads without a script;
 * charts and cross-sections are drawn in the page from one JSON object by Chart.js and a small script (report_page.c). */
#ifndef SOLVER_REPORT_IMPL_H
#define SOLVER_REPORT_IMPL_H
#include "materials/base/text.h"
#include "solver/report.h"
#include <jansson.h>

struct report_ctx { const struct comparison *c; const struct compare_opts *o; const struct study *s; };

/* ---- report_html.c: text and numbers for people ---- */
void report_add_escaped(struct text *t, const char *s);               /* & < > " ' */
void report_add_sentence(struct text *t, const char *s);              /* escaped, first letter upper case, underscores as spaces */
/* report_add_number - with thousands separators; no "-0"; a dash for NaN and infinity. */
void report_add_number(struct text *t, double v, int decimals);
void report_add_short(struct text *t, double v);                      /* three significant digits */
/* report_get_label - of a figure: words without unit, from a table, else from the key. Unit label by report_get_unit, "" when none. */
void report_get_label(const char *figure_key, char *out, size_t n);
const char *report_get_unit(const char *key);
const char *report_get_color(enum technology t);
void report_get_technology(enum technology t, char *out, size_t n);   /* label with a capital */
int report_get_decimals(const char *figure_key);
/* report_get_input - text of a key of the study file, NULL when absent; dotted path. */
const char *report_get_input(const struct study *s, const char *path);

/* ---- sections, in the order of the page ---- */
void report_add_decision(struct text *t, const struct report_ctx *r); /* report_decision.c: title, decision, chips, table */
void report_add_charts(struct text *t, const struct report_ctx *r);   /* report_charts.c: headings and canvases */
void report_add_cards(struct text *t, const struct report_ctx *r);    /* report_cards.c */
void report_add_damage(struct text *t, const struct report_ctx *r, int technology); /* report_demag.c: map of the remanence lost */
void report_add_events(struct text *t, const struct report_ctx *r, int technology); /* and the table of events */
void report_add_economics(struct text *t, const struct report_ctx *r); /* report_economics.c: break-even, scenarios, warnings */
void report_add_sources(struct text *t, const struct report_ctx *r);  /* report_sources.c: prices, data quality, sources */
void report_add_method(struct text *t, const struct report_ctx *r);   /* report_method.c: how computed, conventions */

/* report_get_charts - data of all charts; NULL when memory is short. */
json_t *report_get_charts(const struct report_ctx *r);
/* report_get_picture - cross-section of the chosen design at its peak point, {"error": text} when it could not be solved.
 * Status: ST_NO_MEMORY. */
enum status report_get_picture(const struct report_ctx *r, int technology, json_t **out, struct err *e) MUST_CHECK;

/* ---- report_page.c: the fixed parts, a line a string ---- */
extern const char *const report_style[];  /* NULL-terminated */
extern const char *const report_script[];

#endif
