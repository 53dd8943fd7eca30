/* out_text.h - pieces of the tables for a terminal: at most OUT_TEXT_WIDTH columns. */
#ifndef SOLVER_OUT_TEXT_H
#define SOLVER_OUT_TEXT_H
#include "materials/base/text.h"

#define OUT_TEXT_WIDTH 100

void out_text_add_rule(struct text *t);
/* out_text_add_title - a name between two rules. */
void out_text_add_title(struct text *t, const char *title);
/* out_text_add_label - left-aligned in `width` characters (of UTF-8, not bytes); never cut. */
void out_text_add_label(struct text *t, int width, const char *s);
/* out_text_add_cell - right-aligned number; "-" for NaN and infinity; no "-0". */
void out_text_add_cell(struct text *t, int width, int decimals, double v);
/* out_text_add_wrapped - lead and words, wrapped at the margin; further lines stand behind the lead's width. */
void out_text_add_wrapped(struct text *t, const char *lead, const char *words);

#endif
