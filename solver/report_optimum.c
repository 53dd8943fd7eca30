/* report_optimum.c - how near to the optimum the refined designs are, what keeps them there, and what that is worth. */
#include "solver/optimum_row.h"
#include "solver/report_impl.h"
#include <stdio.h>
#include "materials/base/banned.h"

static void add_head(struct text *t, const struct report_ctx *r)
{
    text_add(t, "<table class=\"list\"><thead><tr><th></th>");
    for (int k = 0; k < r->s->n_technology; k++) {
        if (r->c->tech[k].optimum.n_start == 0)
            continue;
        text_add(t, "<td>");
        report_add_technology(t, r, k);
        text_add(t, "</td>");
    }
    text_add(t, "</tr></thead>\n");
}

static void begin_row(struct text *t, const char *label, const char *unit)
{
    text_add(t, "<tr><th>");
    report_add_sentence(t, label);
    text_add(t, " <span class=\"unit\">%s</span></th>", unit);
}

static void add_cell(struct text *t, double v, int decimals)
{
    text_add(t, "<td>");
    report_add_number(t, v, decimals);
    text_add(t, "</td>");
}

enum how { STARTS, STEPS, DESIGNS, GAINED, LEFT, HOW_COUNT };
static const char *const HOW_LABEL[HOW_COUNT] = {"starts, each of another magnet, number of turns or diffused faces",
                                                 "steps of sequential quadratic programming", "designs evaluated on the way",
                                                 "score gained over the best design of the search",
                                                 "score left within a twentieth of every range, to first order"};

static double get_how(const struct compare_optimum *o, enum how h)
{
    const double v[HOW_COUNT] = {o->n_start, o->n_step, o->n_evaluated, o->score_gained_pu, o->score_left_pu};
    return v[h];
}

static void add_how(struct text *t, const struct report_ctx *r)
{
    for (int h = 0; h < HOW_COUNT; h++) {
        begin_row(t, HOW_LABEL[h], "");
        for (int k = 0; k < r->s->n_technology; k++)
            if (r->c->tech[k].optimum.n_start > 0)
                add_cell(t, get_how(&r->c->tech[k].optimum, (enum how)h), h < GAINED ? 0 : 3);
        text_add(t, "</tr>\n");
    }
}

static void add_worth(struct text *t, const struct report_ctx *r)
{
    struct optimum_row row[OPTIMUM_MAX_ROW];
    const int n = optimum_row_get(r->c, row);
    for (int q = 0; q < n; q++) {
        char unit[64];
        snprintf(unit, sizeof unit, "%s per %s", optimum_row_has_USD(r->s) ? "USD" : "1/1000 of score", row[q].step);
        begin_row(t, row[q].label, unit);
        for (int k = 0; k < r->s->n_technology; k++)
            if (r->c->tech[k].optimum.n_start > 0)
                add_cell(t, optimum_row_get_worth(r->s, &row[q], k), 1);
        text_add(t, "</tr>\n");
    }
}

void report_add_optimum(struct text *t, const struct report_ctx *r)
{
    if (optimum_row_count_refined(r->c) == 0)
        return;
    text_add(t, "<section><h2>How near to the optimum, and what binds</h2>\n<p class=\"note\">The best designs of the search were led on "
                "by gradients of the score and of every requirement. Where a requirement binds, its multiplier says what it costs: what "
                "each motor would gain%s if it were 1&nbsp;%% or 1&nbsp;K easier, everything else redesigned. Coarse mesh.</p>\n",
             optimum_row_has_USD(r->s) ? ", in terms of its cost," : "");
    add_head(t, r);
    add_how(t, r);
    add_worth(t, r);
    text_add(t, "</table>\n</section>\n");
}
