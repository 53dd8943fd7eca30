/* decide_break_even.c - at which price of one element another technology is the best choice. Contract: decide_impl.h. */
#include "solver/compare_impl.h"
#include "solver/decide_impl.h"
#include "solver/supply_words.h"
#include "materials/base/mem.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/banned.h"

#define STEP 1.02          /* of the price factor scanned */

struct priced { int technology; double y[STUDY_MAX_OBJECTIVE]; double slope_USD[MARKET_MAX_ELEMENT]; }; /* one design of a front */
struct table { const struct study *s; const struct comparison *c; int n; struct priced *d; int cost_objective; int cost_only; };

static double eval_score(const struct table *t, const struct priced *d, int element, double factor)
{
    double y[STUDY_MAX_OBJECTIVE], extra_USD = (factor - 1.0) * d->slope_USD[element];
    if (t->cost_only)
        return -(d->y[t->cost_objective] + extra_USD);
    memcpy(y, d->y, sizeof y);
    y[t->cost_objective] += extra_USD;
    return compare_eval_score(t->s, t->c, y);
}

static int find_winner(const struct table *t, int element, double factor)
{
    int winner = -1;
    double best = -HUGE_VAL;
    for (int k = 0; k < t->n; k++) {
        double score = eval_score(t, &t->d[k], element, factor);
        if (score > best) {
            best = score;
            winner = t->d[k].technology;
        }
    }
    return winner;
}

/* Nearest factor at which the winner changes, scanning up then down; NAN when it does not. *to: who wins beyond. */
static double find_turn(const struct table *t, int element, int from, int *to)
{
    double turn = (double)NAN;
    for (int down = 0; down < 2; down++)
        for (double f = 1.0; down ? f > BREAK_EVEN_FACTOR_LOW : f < BREAK_EVEN_FACTOR_HIGH; f = down ? f / STEP : f * STEP) {
            double next = down ? f / STEP : f * STEP;
            int winner = find_winner(t, element, next);
            if (winner == from)
                continue;
            double a = f, b = next;
            for (int k = 0; k < 40; k++) {
                double mid = 0.5 * (a + b);
                if (find_winner(t, element, mid) == from)
                    a = mid;
                else
                    b = mid;
            }
            if (!isfinite(turn) || fabs(log(b)) < fabs(log(turn))) {
                turn = b;
                *to = winner;
            }
            break;
        }
    return turn;
}

/* Three significant digits: the samples do not carry more. */
static void write_price(double v, char *out, size_t n)
{
    const int digits = 2 - (int)floor(log10(v));
    const double step = pow(10.0, -digits);
    snprintf(out, n, "%.*f", digits > 0 ? digits : 0, digits < 0 ? step * round(v / step) : v);
}

static void write_turn(const struct table *t, struct break_even *b)
{
    char name[MARKET_NAME_SIZE], turn[32], today[32];
    write_price(b->break_even_USD_per_kg, turn, sizeof turn);
    write_price(b->today_USD_per_kg, today, sizeof today);
    snprintf(b->text, sizeof b->text, "%s %s %s USD/kg (%.2g times today's %s): %s instead of %s%s",
             supply_words_get(b->element, name, sizeof name), b->factor > 1.0 ? "above" : "below", turn, b->factor, today,
             technology_get_label(t->s->technology[b->to].technology), technology_get_label(t->s->technology[b->from].technology),
             b->is_cost_alone ? ", on cost with risk alone" : "");
}

static void add_turn(const struct table *t, const struct compare_opts *o, struct comparison *c, int element, int from)
{
    int to = -1;
    double f = find_turn(t, element, from, &to);
    if (!isfinite(f) || c->n_break_even == STUDY_MAX_BREAK_EVEN)
        return;
    struct break_even *b = &c->break_even[c->n_break_even++];
    double today = o->market->price_USD_per_kg[element];
    *b = (struct break_even){.from = from, .to = to, .today_USD_per_kg = today, .break_even_USD_per_kg = f * today, .factor = f,
                             .is_cost_alone = t->cost_only};
    snprintf(b->element, sizeof b->element, "%s", o->market->symbol[element]);
    write_turn(t, b);
}

static enum status set_slopes(const struct risk *risk, const struct market *m, const struct compare_design *d, struct risk_ws *ws,
                              struct priced *p, struct err *e)
{
    struct risk_elements x;
    TRY(risk_eval_elements(risk, ws, NULL, d->r.q_kg, &x, e));
    for (int k = 0; k < m->n_element; k++)
        p->slope_USD[k] = d->r.q_kg[k] * m->price_USD_per_kg[k] + x.drift_USD[k] + x.holding_USD[k] + x.tail_USD[k];
    return ST_OK;
}

static enum status set_table(const struct study *s, const struct compare_opts *o, const struct comparison *c, struct table *t,
                             struct err *e)
{
    struct risk_ws *ws = NULL;
    const struct risk *risk = c->mix_risk ? c->mix_risk : s->setup.risk_search;
    TRY(risk_ws_new(risk, 1, &ws, e));
    enum status st = ST_OK;
    for (int k = 0; k < s->n_technology; k++)
        for (int q = 0; q < c->tech[k].n_front && st == ST_OK; q++) {
            struct priced *p = &t->d[t->n++];
            p->technology = k;
            for (int j = 0; j < s->search.n_objective; j++)
                p->y[j] = figure_eval(s->search.objective[j], &c->tech[k].front[q].r);
            st = set_slopes(risk, o->market, &c->tech[k].front[q], ws, p, e);
        }
    risk_ws_free(ws);
    return st;
}

/* Those on the score first, then those on cost; the nearest price first. */
static int compare_turns(const void *a, const void *b)
{
    const struct break_even *x = a, *y = b;
    const double far_x = fabs(log(x->factor)), far_y = fabs(log(y->factor));
    if (x->is_cost_alone != y->is_cost_alone)
        return x->is_cost_alone - y->is_cost_alone;
    return far_x > far_y ? 1 : (far_x < far_y ? -1 : strcmp(x->element, y->element));
}

enum status decide_break_even(const struct study *s, const struct compare_opts *o, struct comparison *c, struct err *e)
{
    struct table t = {.s = s, .c = c, .cost_objective = -1};
    size_t n = 0;
    for (int k = 0; k < s->search.n_objective; k++)
        if (strcmp(s->search.objective[k]->key, "cost_with_risk_USD") == 0)
            t.cost_objective = k;
    if (t.cost_objective < 0)
        return ST_OK; /* cost is no objective: no price turns the decision */
    for (int k = 0; k < s->n_technology; k++)
        n += (size_t)c->tech[k].n_front;
    t.d = mem_new(n, sizeof *t.d);
    if (!t.d)
        return err_set(e, ST_NO_MEMORY, "break-even", "%zu designs", n);
    enum status st = set_table(s, o, c, &t, e);
    for (int pass = 0; pass < 2 && st == ST_OK; pass++) {
        t.cost_only = pass;
        for (int k = 0; k < o->market->n_element; k++)
            add_turn(&t, o, c, k, find_winner(&t, k, 1.0));
    }
    qsort(c->break_even, (size_t)c->n_break_even, sizeof c->break_even[0], compare_turns);
    mem_free(t.d);
    return st;
}
