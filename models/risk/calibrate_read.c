/* calibrate_read.c - a price CSV to series. Contract: calibrate.h. */
#include "models/risk/calibrate_impl.h"
#include "materials/base/date.h"
#include "materials/base/mem.h"
#include "materials/base/numtext.h"
#include "materials/base/yaml.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "materials/base/banned.h"

#define KG_PER_LB 0.45359237
enum { MAX_COLUMN = 64, FIELD_SIZE = 128 };

static const struct { const char *head; double to_USD_per_kg; } UNIT[] = {
    {"price_USD_per_kg", 1.0}, {"price_USD_per_t", 1e-3}, {"price_USD_per_lb", 1.0 / KG_PER_LB}, {"usd_per_kg", 1.0}};

struct table { const char *file; int date, material, price, n_column; double to_USD_per_kg; };
struct line {
    int number, n;
    int column[MAX_COLUMN];
    char field[MAX_COLUMN][FIELD_SIZE];
}; /* column: where in the line it begins, from 1 */

static enum status fail_at(const struct table *t, int number, int column, struct err *e, const char *what, const char *value)
{
    return err_set_at(e, ST_CONFIG, t->file, number, column, "prices", "%s%s%s%s", what, value ? ": '" : "", value ? value : "",
                      value ? "'" : "");
}

/* One line into fields; a quoted field may hold commas, and "" for a quote, no line breaks. Returns the start of the next line. */
static enum status split(const struct table *t, const char **at, struct line *out, struct err *e)
{
    const char *s = *at, *const start = s;
    out->n = 0;
    for (;;) {
        int n = 0, is_quoted = 0;
        while (*s == ' ')
            s++;
        if (out->n == MAX_COLUMN)
            return fail_at(t, out->number, (int)(s - start) + 1, e, "more than 64 columns", NULL);
        char *f = out->field[out->n];
        out->column[out->n] = (int)(s - start) + 1;
        if (*s == '"') {
            is_quoted = 1;
            s++;
        }
        for (; *s && *s != '\n' && (is_quoted || (*s != ',' && *s != '\r')); s++) {
            if (is_quoted && *s == '"') {
                if (s[1] != '"')
                    break;
                s++;
            }
            if (n < FIELD_SIZE - 1) /* a longer remark is of no use here */
                f[n++] = *s;
        }
        if (is_quoted && *s != '"')
            return fail_at(t, out->number, out->column[out->n], e, "the quotation mark is not closed in this line", NULL);
        s += is_quoted;
        while (n > 0 && f[n - 1] == ' ')
            n--;
        f[n] = '\0';
        out->n++;
        while (*s == ' ' || *s == '\r')
            s++;
        if (*s != ',')
            break;
        s++;
    }
    if (*s && *s != '\n')
        return fail_at(t, out->number, (int)(s - start) + 1, e, "expected a comma after the quoted field", NULL);
    *at = *s ? s + 1 : s;
    return ST_OK;
}

static int find_column(const struct line *head, const char *name)
{
    for (int k = 0; k < head->n; k++)
        if (strcasecmp(head->field[k], name) == 0)
            return k;
    return -1;
}

static enum status read_head(struct table *t, const struct line *head, struct err *e)
{
    t->n_column = head->n;
    t->price = -1;
    t->date = find_column(head, "date");
    t->material = find_column(head, "material");
    if (t->material < 0)
        t->material = find_column(head, "mineral");
    for (int k = 0; t->price < 0 && k < ARRAY_LEN(UNIT); k++) {
        t->price = find_column(head, UNIT[k].head);
        t->to_USD_per_kg = UNIT[k].to_USD_per_kg;
    }
    if (t->date < 0 || t->material < 0)
        return fail_at(t, head->number, 1, e, t->date < 0 ? "no column 'date'" : "no column 'material'", NULL);
    if (t->price < 0)
        return fail_at(t, head->number, 1, e,
                       "no column of prices with their unit; expected price_USD_per_kg, price_USD_per_t or price_USD_per_lb", NULL);
    return ST_OK;
}

/* A month stands at its middle, a year too: averages over them are what is published so. */
static int read_date(const char *s, double *years)
{
    char day[16];
    long days;
    const size_t n = strlen(s);
    if (n == 4)
        snprintf(day, sizeof day, "%s-07-02", s);
    else if (n == 7)
        snprintf(day, sizeof day, "%s-16", s);
    else
        snprintf(day, sizeof day, "%.15s", s);
    if (date_read(day, &days) != ST_OK)
        return 0;
    *years = 1970.0 + (double)days / DAYS_PER_YEAR;
    return 1;
}

static enum status add_point(struct calibrate_series *s, int *room, double years, double price, struct err *e)
{
    if (s->n == *room) {
        const size_t grown = *room ? 2 * (size_t)*room : 64;
        double *date = mem_grow(s->date_years, (size_t)*room, grown, sizeof *date);
        s->date_years = date ? date : s->date_years;
        double *value = date ? mem_grow(s->price_USD_per_kg, (size_t)*room, grown, sizeof *value) : NULL;
        if (!value)
            return err_set(e, ST_NO_MEMORY, "prices", "%d prices", s->n);
        s->price_USD_per_kg = value;
        *room = (int)grown;
    }
    s->date_years[s->n] = years;
    s->price_USD_per_kg[s->n++] = price;
    return ST_OK;
}

static enum status read_line(const struct table *t, const struct line *in, struct calibrate *c, int *room, struct err *e)
{
    const char *name = in->field[t->material];
    double years, price;
    int k = 0;
    if (in->n != t->n_column)
        return fail_at(t, in->number, 1, e, in->n < t->n_column ? "fewer fields than the head line" : "more fields than the head line",
                       NULL);
    if (!name[0] || strlen(name) >= sizeof c->series[0].name)
        return fail_at(t, in->number, in->column[t->material], e, "expected a material of 1 to 63 characters", name);
    if (!read_date(in->field[t->date], &years))
        return fail_at(t, in->number, in->column[t->date], e, "not a date; expected YYYY-MM-DD, YYYY-MM or YYYY", in->field[t->date]);
    if (numtext_read_real(in->field[t->price], &price) != ST_OK)
        return fail_at(t, in->number, in->column[t->price], e, "not a number", in->field[t->price]);
    if (!(price > 0.0))
        return fail_at(t, in->number, in->column[t->price], e, "a price must be above 0", in->field[t->price]);
    while (k < c->n_series && strcmp(c->series[k].name, name) != 0)
        k++;
    if (k == CALIBRATE_MAX_SERIES)
        return fail_at(t, in->number, in->column[t->material], e, "more than 32 materials; this is the next", name);
    struct calibrate_series *s = &c->series[k];
    if (k == c->n_series) {
        snprintf(s->name, sizeof s->name, "%s", name);
        c->n_series++;
    }
    if (s->n == CALIBRATE_MAX_POINT)
        return fail_at(t, in->number, in->column[t->material], e, "more than 20000 prices", name);
    if (s->n && !(years > s->date_years[s->n - 1]))
        return fail_at(t, in->number, in->column[t->date], e, "not after the date before of the same material", in->field[t->date]);
    return add_point(s, &room[k], years, price * t->to_USD_per_kg, e);
}

enum status calibrate_read(const char *name, const char *text, struct calibrate *c, struct err *e)
{
    struct table t = {.file = name};
    int room[CALIBRATE_MAX_SERIES] = {0}, number = 0;
    struct line *line = mem_new(1, sizeof *line);
    enum status s = line ? ST_OK : err_set(e, ST_NO_MEMORY, "prices", "a line");
    if (strncmp(text, "\xef\xbb\xbf", 3) == 0) /* byte order mark of a spreadsheet */
        text += 3;
    for (const char *at = text; s == ST_OK && *at;) {
        line->number = ++number;
        s = split(&t, &at, line, e);
        if (s != ST_OK || (line->n == 1 && !line->field[0][0]))
            continue; /* an empty line */
        s = t.n_column ? read_line(&t, line, c, room, e) : read_head(&t, line, e);
    }
    mem_free(line);
    if (s == ST_OK && !c->n_series)
        return fail_at(&t, number ? number : 1, 1, e, "no prices; expected a head line with date, material and price_USD_per_kg", NULL);
    for (int k = 0; s == ST_OK && k < c->n_series; k++)
        if (c->series[k].n < CALIBRATE_MIN_POINT)
            return fail_at(&t, number, 1, e, "fewer than 8 prices: no volatility can be told", c->series[k].name);
    return s;
}
