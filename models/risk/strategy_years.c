/* strategy_years.c - the figures of the motors of each year of production. Contract: strategy.h. */
#include "models/risk/strategy.h"
#include "materials/base/date.h"
#include <limits.h>
#include <math.h>
#include "materials/base/banned.h"

static int get_year(long days)
{
    char text[DATE_TEXT_SIZE];
    date_write(days, text);
    return 1000 * (text[0] - '0') + 100 * (text[1] - '0') + 10 * (text[2] - '0') + text[3] - '0';
}

static enum status eval_window(const struct market *m, const struct scenario *sc, const struct sourcing *so, const struct risk_opts *o,
                               const double *q_kg, struct risk_result *out, struct err *e)
{
    struct risk *r = NULL;
    struct risk_ws *ws = NULL;
    TRY(risk_new(m, sc, so, o, &r, e));
    enum status st = risk_ws_new(r, 1, &ws, e);
    if (st == ST_OK)
        st = risk_eval(r, ws, NULL, 1, q_kg, out, e);
    risk_ws_free(ws);
    risk_free(r);
    return st;
}

enum status strategy_eval_years(const struct market *m, const struct scenario *sc, const struct sourcing *so, const struct risk_opts *o,
                                const double *q_kg, int n_max, struct strategy_year *out, int *n, struct err *e)
{
    struct risk_opts year = *o;
    const long start = o->production_days == LONG_MIN ? o->study_days : o->production_days;
    *n = 0;
    if (o->study_days == LONG_MIN)
        return err_set(e, ST_CONFIG, "study_date", "the date of the study is not given");
    const int n_month = o->horizon_months - (int)ceil(date_get_months(o->study_days, start) - 1e-9);
    for (int first = 0; first < n_month; first += 12) {
        if (*n == n_max)
            return err_set(e, ST_CONFIG, "years", "more than %d years of production", n_max);
        year.window_month = first;
        year.window_n_month = n_month - first < 12 ? n_month - first : 12;
        TRY(eval_window(m, sc, so, &year, q_kg, &out[*n].risk, e));
        out[(*n)++].year = get_year(start) + first / 12;
    }
    return ST_OK;
}
