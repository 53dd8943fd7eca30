/* out_risk_table.c - the table for a terminal. Contract: out_risk.h. */
#include "solver/out_risk.h"
#include "solver/out_text.h"
#include "solver/supply_words.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

enum { LABEL = 30, COLUMN = 14, PER_PAGE = (OUT_TEXT_WIDTH - LABEL) / COLUMN, HEAD_LINES = 3 };

/* ---- in words ---- */

/* A name of the data files. */
static const char *get_name(const char *name, int as_words, char out[MARKET_NAME_SIZE])
{
    if (as_words)
        return supply_words_get(name, out, MARKET_NAME_SIZE);
    snprintf(out, MARKET_NAME_SIZE, "%s", name);
    return out;
}

static const char *get_way(const struct risk_run *r, int scenario, int bill, int as_words, char out[MARKET_NAME_SIZE + 16])
{
    char name[MARKET_NAME_SIZE];
    if (risk_run_is_indifferent(r, scenario, bill))
        snprintf(out, MARKET_NAME_SIZE + 16, "however it is bought");
    else if (risk_run_get_mix(r, scenario, bill))
        snprintf(out, MARKET_NAME_SIZE + 16, "bought by its best mix");
    else
        snprintf(out, MARKET_NAME_SIZE + 16, "bought by %s", get_name(r->study->sourcing[r->best[scenario][bill]]->name, as_words, name));
    return out;
}

const char *out_risk_get_decision(const struct risk_run *r, int as_words, char *out, size_t n)
{
    const struct risk_study *s = r->study;
    const int i = s->base_scenario, w = r->winner[i], u = r->runner_up[i];
    char way[MARKET_NAME_SIZE + 16], under[MARKET_NAME_SIZE];
    get_way(r, i, w, as_words, way);
    get_name(s->scenario[i]->name, as_words, under);
    const struct risk_figure *risk = &risk_run_get_least(r, i, w)->risk_cost;
    const int used = snprintf(out, n, "%s, %s, is cheapest with risk under %s: %.0f USD per motor, of which risk %.1f +- %.1f.",
                              s->bill[w].name, way, under, risk_run_eval_least_USD(r, i, w), risk->value_USD, risk->standard_error_USD);
    if (u >= 0 && used > 0 && (size_t)used < n)
        snprintf(out + used, n - (size_t)used, " Next: %s, %s, %.1f +- %.1f USD dearer.", s->bill[u].name,
                 get_way(r, i, u, as_words, way), r->gap_USD, r->gap_standard_error_USD);
    return out;
}

/* Chains of one route say nothing. */
static int is_told(const struct market *m, const double *q_kg, int chain)
{
    int is_bought = 0, n_route = 0;
    for (int i = 0; i < m->n_element; i++)
        is_bought |= m->element[i].chain == chain && q_kg[i] > 0.0;
    for (int k = 0; k < m->routes.n; k++)
        n_route += m->routes.route[k].chain == chain;
    return is_bought && n_route > 1;
}

const char *out_risk_get_sourcing(const struct market *m, const double *q_kg, const struct sourcing *so, int as_words, char *out, size_t n)
{
    size_t used = 0;
    out[0] = '\0';
    for (int c = 0; c < m->n_chain; c++) {
        const struct sourcing_chain *in = &so->chain[c];
        char name[MARKET_NAME_SIZE];
        if (!is_told(m, q_kg, c) || used + 200 > n)
            continue;
        used += (size_t)snprintf(out + used, n - used, "%s%s: ", used ? "; " : "", get_name(m->chain[c], as_words, name));
        for (int k = 0, n_leg = 0; k < in->n_leg && used + 100 < n; k++)
            if (in->leg[k].share_pu > 5e-4)
                used += (size_t)snprintf(out + used, n - used, "%s%s %.0f %%", n_leg++ ? ", " : "",
                                         get_name(m->routes.route[in->leg[k].route].name, as_words, name), 100.0 * in->leg[k].share_pu);
        used += (size_t)snprintf(out + used, n - used, ", %.1f months in stock", in->stock_months);
    }
    return out;
}

const char *out_risk_get_mix(const struct risk_run *r, int scenario, int bill, int as_words, char *out, size_t n)
{
    const struct risk_mix *x = &r->mix[scenario * r->study->n_bill + bill];
    out[0] = '\0';
    return x->is_solved ? out_risk_get_sourcing(r->study->economics.market, r->study->bill[bill].q_kg, &x->sourcing, as_words, out, n)
                        : out;
}

const char *out_risk_get_turn(const struct risk_turn *t, char *out, size_t n)
{
    snprintf(out, n, "%s = %.4g (assumed %.4g, range %.4g to %.4g)", t->what, t->is_high ? t->high : t->low, t->value, t->low, t->high);
    return out;
}

const char *out_risk_get_change(const struct risk_run *r, const struct risk_change *x, char *out, size_t n)
{
    const struct risk_study *s = r->study;
    snprintf(out, n, "%s%s by %s, better by %.1f +- %.1f USD", x->motor < 0 ? "CHEAPEST MOTOR " : "", s->bill[x->bill].name,
             s->sourcing[x->sourcing]->name, x->gain.value_USD, x->gain.standard_error_USD);
    return out;
}

static void add_decision(struct text *t, const struct risk_run *r)
{
    char s[1024];
    text_add(t, "DECISION\n");
    out_text_add_wrapped(t, "  ", out_risk_get_decision(r, 0, s, sizeof s));
    if (r->n_turn == 0) {
        snprintf(s, sizeof s, "None of the %d assumed inputs turns the motor or a strategy within its range, taken one by one.",
                 r->n_assumed);
        out_text_add_wrapped(t, "  ", s);
        return;
    }
    snprintf(s, sizeof s, "ASSUMED INPUTS THAT WITHIN THEIR RANGE TURN THE MOTOR, OR HOW A MOTOR IS BOUGHT CHEAPEST (%d tried, one by one)",
             r->n_assumed);
    out_text_add_wrapped(t, "", s);
    for (int k = 0; k < r->n_turn; k++) {
        out_text_add_wrapped(t, "  - ", out_risk_get_turn(&r->turn[k], s, sizeof s));
        for (int q = 0; q < r->turn[k].n_change; q++)
            out_text_add_wrapped(t, "      ", out_risk_get_change(r, &r->turn[k].change[q], s, sizeof s));
    }
}

/* ---- one block a scenario ---- */

/* A name in the width of its column, over up to HEAD_LINES lines, broken at spaces; what does not fit is cut. */
static void get_head(const char *name, char line[HEAD_LINES][COLUMN])
{
    memset(line, 0, HEAD_LINES * sizeof line[0]);
    int k = 0;
    while (*name && k < HEAD_LINES) {
        size_t n = strcspn(name, " ");
        const size_t have = strlen(line[k]), room = COLUMN - 2 - have - (have > 0);
        if (n > room && have > 0) {
            k++;
            continue;
        }
        n = n > room ? room : n;
        snprintf(line[k] + have, COLUMN - have, "%s%.*s", have ? " " : "", (int)n, name);
        name += n + strspn(name + n, " ");
    }
}

static void add_heads(struct text *t, const struct risk_study *s, int first, int n)
{
    char line[PER_PAGE][HEAD_LINES][COLUMN];
    int lines = 1;
    for (int b = 0; b < n; b++) {
        get_head(s->bill[first + b].name, line[b]);
        for (int k = 1; k < HEAD_LINES; k++)
            lines = line[b][k][0] && k + 1 > lines ? k + 1 : lines;
    }
    for (int k = 0; k < lines; k++) {
        text_add(t, "%*s", LABEL, "");
        for (int b = 0; b < n; b++)
            text_add(t, "%*s", COLUMN, line[b][k]);
        text_add(t, "\n");
    }
}

static void add_cell(struct text *t, double value, double error, char mark)
{
    char s[64];
    if (!isfinite(value))
        snprintf(s, sizeof s, "- ");
    else if (isfinite(error))
        snprintf(s, sizeof s, "%.1f +-%.1f%c", value, error, mark);
    else
        snprintf(s, sizeof s, "%.1f%c", value, mark);
    text_add(t, "%*s", COLUMN, s);
}

static void add_strategies(struct text *t, const struct risk_run *r, int i, int first, int n)
{
    for (int k = 0; k < r->study->n_sourcing; k++) {
        if (r->left_out[k][0])
            continue;
        text_add(t, "  %-*.*s", LABEL - 2, LABEL - 3, r->study->sourcing[k]->name);
        for (int b = first; b < first + n; b++) {
            const struct risk_figure *f = &risk_run_get_cell(r, i, k, b)->risk_cost;
            add_cell(t, f->value_USD, f->standard_error_USD, risk_run_is_cheapest(r, i, k, b) ? '*' : ' ');
        }
        text_add(t, "\n");
    }
    text_add(t, "  %-*s", LABEL - 2, "best mix of routes and stock");
    for (int b = first; b < first + n; b++) {
        const struct risk_mix *x = &r->mix[i * r->study->n_bill + b];
        add_cell(t, x->is_solved ? x->r.risk_cost.value_USD : (double)NAN, x->r.risk_cost.standard_error_USD,
                 risk_run_get_mix(r, i, b) ? '*' : ' ');
    }
    text_add(t, "\n");
}

/* What the best mixes are, and the risk cost by the year in which a motor is built. */
static void add_mixes(struct text *t, const struct risk_run *r, int i, int first, int n)
{
    char s[1200], lead[64];
    for (int b = first; b < first + n; b++) {
        out_risk_get_mix(r, i, b, 0, s, sizeof s);
        snprintf(lead, sizeof lead, "  mix of %.40s: ", r->study->bill[b].name);
        if (s[0])
            out_text_add_wrapped(t, lead, s);
    }
    int n_year = RISK_RUN_MAX_YEAR;
    for (int b = first; b < first + n; b++)
        n_year = r->outlook[b].n_year < n_year ? r->outlook[b].n_year : n_year;
    for (int y = 0; y < n_year; y++) {
        char label[64];
        snprintf(label, sizeof label, "%s%d", y == 0 ? "built from " : "           ", r->outlook[first].year[y].year);
        text_add(t, "    %-*s", LABEL - 4, label);
        for (int b = first; b < first + n; b++) {
            const struct risk_figure *f = &r->outlook[b].year[y].risk.risk_cost;
            add_cell(t, f->value_USD, f->standard_error_USD, ' ');
        }
        text_add(t, "\n");
    }
}

static void add_parts(struct text *t, const struct risk_run *r, int i, int first, int n)
{
    static const struct { const char *label; size_t offset; } PART[] = {
        {"price drift", offsetof(struct risk_result, drift)},
        {"holding and premium", offsetof(struct risk_result, holding)},
        {"expected shortage", offsetof(struct risk_result, shortage)},
        {"tail loading", offsetof(struct risk_result, tail)}};
    text_add(t, "  at the cheapest (*)\n");
    for (int p = 0; p < ARRAY_LEN(PART); p++) {
        text_add(t, "    %-*s", LABEL - 4, PART[p].label);
        for (int b = first; b < first + n; b++) {
            const char *cell = (const char *)risk_run_get_least(r, i, b);
            const struct risk_figure *f = (const struct risk_figure *)(const void *)(cell + PART[p].offset);
            add_cell(t, f->value_USD, f->standard_error_USD, ' ');
        }
        text_add(t, "\n");
    }
    text_add(t, "    %-*s", LABEL - 4, "motors not built, %");
    for (int b = first; b < first + n; b++)
        text_add(t, "%*.2f ", COLUMN - 1, 100.0 * risk_run_get_least(r, i, b)->unbuilt_mean_pu);
    text_add(t, "\n    %-*s", LABEL - 4, "cost with risk, USD");
    for (int b = first; b < first + n; b++)
        text_add(t, "%*.0f%c", COLUMN - 1, risk_run_eval_least_USD(r, i, b), r->winner[i] == b ? '<' : ' ');
    text_add(t, "\n");
}

static void add_scenario(struct text *t, const struct risk_run *r, int i, int first, int n)
{
    text_add(t, "%s: RISK COST, USD per motor%s\n", r->study->scenario[i]->name, i == r->study->base_scenario ? " (decided under)" : "");
    add_strategies(t, r, i, first, n);
    add_parts(t, r, i, first, n);
    if (i == r->study->base_scenario)
        add_mixes(t, r, i, first, n);
    out_text_add_rule(t);
}

void out_risk_add_table(struct text *t, const struct risk_run *r)
{
    const struct risk_study *s = r->study;
    out_text_add_title(t, s->name);
    add_decision(t, r);
    for (int first = 0; first < s->n_bill; first += PER_PAGE) {
        const int n = s->n_bill - first < PER_PAGE ? s->n_bill - first : PER_PAGE;
        out_text_add_rule(t);
        add_heads(t, s, first, n);
        text_add(t, "%-*s", LABEL, "cost today, USD");
        for (int b = first; b < first + n; b++)
            text_add(t, "%*.0f ", COLUMN - 1, s->bill[b].processing_USD + risk_run_get_cell(r, 0, s->base_sourcing, b)->today_USD);
        text_add(t, "\n");
        for (int i = 0; i < s->n_scenario; i++)
            add_scenario(t, r, i, first, n);
    }
    text_add(t, "+- Monte-Carlo standard error; * cheapest sourcing of a motor (none: all alike); < cheapest motor\n");
    for (int k = 0; k < s->n_sourcing; k++)
        if (r->left_out[k][0])
            out_text_add_wrapped(t, "left out: ", r->left_out[k]);
    for (int k = 0; k < r->n_note; k++)
        out_text_add_wrapped(t, "note: ", r->note[k]);
}
