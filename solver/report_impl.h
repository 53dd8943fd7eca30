/* report_impl.h - what the files of the report share. Tables are written as HTML here in C, so that the page reads without a script;
 * charts and cross-sections are drawn in the page from one JSON object by Chart.js and a small script (report_page.c). */
#ifndef SOLVER_REPORT_IMPL_H
#define SOLVER_REPORT_IMPL_H
#include "materials/base/text.h"
#include "solver/figure_label.h"
#include "solver/picture.h"
#include "solver/report.h"
#include <jansson.h>

struct report_ctx { const struct comparison *c; const struct compare_opts *o; const struct study *s; };

/* ---- report_html.c: text and numbers for people ---- */
void report_add_escaped(struct text *t, const char *s);               /* & < > " ' */
/* report_add_sentence - escaped, first letter upper case, underscores as spaces; keys of a file (dotted) as they are typed. */
void report_add_sentence(struct text *t, const char *s);
/* report_add_prose - escaped, with units, symbols and minus signs as a page writes them ("N m", "i_d", "-3"); is_sentence: begins with a
 * capital. */
void report_add_prose(struct text *t, const char *s, int is_sentence);
/* report_add_number - with thousands separators; no "-0"; a dash for NaN and infinity. */
void report_add_number(struct text *t, double v, int decimals);
void report_add_short(struct text *t, double v);                      /* three significant digits */
const char *report_get_color(enum technology t);
void report_add_technology(struct text *t, const struct report_ctx *r, int k); /* its label with a capital */
void report_get_technology(enum technology t, char *out, size_t n);   /* label with a capital */
/* report_get_input - text of a key of the study file, NULL when absent; dotted path. */
const char *report_get_input(const struct study *s, const char *path);

/* ---- sections of a comparison, in the order of the page ---- */
void report_add_decision(struct text *t, const struct report_ctx *r); /* report_decision.c: title, decision, chips */
void report_add_comparison(struct text *t, const struct report_ctx *r); /* report_compare.c: technologies side by side */
void report_add_charts(struct text *t, const struct report_ctx *r);   /* report_charts.c: headings and canvases */
void report_add_margin(struct text *t, const struct report_ctx *r);   /* report_margin.c: kelvin against grams, when asked for */
void report_add_optimum(struct text *t, const struct report_ctx *r);  /* report_optimum.c: what binds, after a refinement */
void report_add_bridge(struct text *t, const struct report_ctx *r);   /* report_bridge.c: safety against flux, when asked for */
void report_add_cards(struct text *t, const struct report_ctx *r);    /* report_cards.c */
void report_add_economics(struct text *t, const struct report_ctx *r); /* report_economics.c: break-even, scenarios, warnings */
void report_add_shift(struct text *t, const struct report_ctx *r);    /* report_shift.c: how the best design moves between scenarios */
json_t *report_get_shift(const struct report_ctx *r);                 /* data of its chart */
void report_add_substitution(struct text *t, const struct report_ctx *r); /* report_substitute.c: matrix design x magnet */
void report_add_comparison_sources(struct text *t, const struct report_ctx *r); /* report_sources.c */
void report_add_method(struct text *t, const struct report_ctx *r);   /* report_method.c: how computed, conventions */

/* ---- what every page may show ---- */
/* report_tables.c: one motor, one table each */
void report_add_dimensions(struct text *t, const struct machine *m);
void report_add_pole_count(struct text *t, const struct machine *m);  /* "one pole", "5 poles": what a cross-section shows */
void report_add_margins(struct text *t, const struct eval_setup *u, const struct machine *m, const struct result *r);
void report_add_temperatures(struct text *t, const struct eval_detail *d);
void report_add_spread(struct text *t, const struct eval_detail *d); /* of the thermal coefficients */
void report_add_losses(struct text *t, const struct eval_detail *d);
void report_add_parts(struct text *t, const struct eval_detail *d);
void report_add_elements(struct text *t, const struct bom_elements *el, const struct eval_detail *d);
/* report_demag.c: map of the remanence lost in the worst event on canvas "damage<k>", and the table of events */
void report_add_damage(struct text *t, const struct eval_detail *d, int k);
void report_add_events(struct text *t, const struct demag_rule *rule, const struct result *r, const struct eval_detail *d);
/* report_charts.c: a figure with heading, canvas and note; the texts are HTML */
enum report_shape { REPORT_HALF, REPORT_WIDE, REPORT_WIDE_LOW, REPORT_WIDE_TALL };
void report_add_chart(struct text *t, const char *id, const char *title, const char *note, enum report_shape shape);
void report_add_conventions(struct text *t);                          /* report_method.c */

/* report_sources.c: prices, assumed and uncertain data, sources of some motors */
struct report_inputs {
    const struct matlib *lib;
    const struct market *market;        /* NULL, or elements NULL: no prices */
    const struct thermal_opts *cooling; /* NULL: none */
    const struct bom_elements *elements;
    int n;
    const struct machine *machine[TECH_COUNT];
    const struct bom *bom[TECH_COUNT];
};
void report_add_sources(struct text *t, const struct report_inputs *in);

/* Data of charts; NULL when memory is short. */
json_t *report_get_charts(const struct report_ctx *r);                /* of a comparison */
json_t *report_get_margin(const struct report_ctx *r);                /* report_margin.c */
json_t *report_get_bridge(const struct report_ctx *r);                /* report_bridge.c */
json_t *report_get_reals(int n, const double *v, double factor, double offset); /* v * factor + offset */
json_t *report_get_requirement(const struct requirement *q);          /* torque over speed */
json_t *report_get_envelope(const struct eval_detail *d);             /* with the efficiency map */
#define REPORT_DEMAG_NOTE                                                                                                                 \
    "Line: interpolated between field solutions. Dot: the event at its own temperature, self-consistent. Dashed: loss that counts as "   \
    "demagnetised."
json_t *report_get_demag(const struct eval_detail *d);
/* report_cost.c: n motors */
json_t *report_get_costs(const struct bom_elements *el, int n, const struct bom_cost *const *cost, const struct result *const *r);
/* report_get_picture - cross-section, with the remanence lost when the load names a damage; {"error": text} when it could not be solved.
 * Status: ST_NO_MEMORY. */
enum status report_get_picture(const struct machine *m, const struct picture_load *load, json_t **out, struct err *e) MUST_CHECK;

/* ---- report_shell.c: the frame of every page ---- */
enum status report_read_library(struct text *out, struct err *e) MUST_CHECK; /* the chart library; ST_IO when it is not installed */
void report_add_head(struct text *t, const char *title);                     /* up to the open body */
/* report_write_page - footer, data (takes the reference), scripts, end; then the whole page to path. Status: ST_NO_MEMORY, ST_IO. */
enum status report_write_page(struct text *t, json_t *data, const struct text *library, const char *const *script, const char *path,
                              struct err *e) MUST_CHECK;

extern const char *const report_script_section[]; /* report_section.c: cross-sections and colours, in every page */
extern const char *const report_script[]; /* report_page.c: of a comparison, a line a string, NULL-terminated */

/* report_sources.c: source keys in the order in which the tables name them; the number of one, which it gets when new, as a link. */
#define REPORT_MAX_SOURCE 96
struct report_sources { int n; const char *key[REPORT_MAX_SOURCE]; };
void report_add_source(struct text *t, struct report_sources *s, const char *key);
/* Its line in the list of sources; ref NULL: the key stands for it. */
void report_add_reference(struct text *t, const struct ref *ref, const char *key, int number);

#endif
