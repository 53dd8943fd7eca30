/* requirement_csv.c - a drive cycle over time from a table; format: requirement.h. */
#include "materials/base/numtext.h"
#include "materials/base/text.h"
#include "materials/base/units.h"
#include "models/requirement.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

enum column { COL_TIME, COL_TORQUE, COL_SPEED, N_COLUMN };
static const struct { const char *name; double low, high, factor; } COLUMN[N_COLUMN] = {
    {"time_s", 0.0, 1e7, 1.0}, {"torque_Nm", -1e5, 1e5, 1.0}, {"speed_rpm", 0.0, 2e5, PI / 30.0}};
#define MAX_LINE 256

struct csv {
    const char *path;
    int line;
    int place[N_COLUMN];     /* field of each column; -1 while the heading has not been read */
    double time_s;           /* of the line before */
};

/* Field k of the line, without blanks; 0: the line has fewer. place: its first character, from 1. */
static int get_field(const char *line, int k, char *out, size_t n, int *place)
{
    const char *at = line;
    for (; k > 0; k--) {
        at = strchr(at, ',');
        if (!at)
            return 0;
        at++;
    }
    at += strspn(at, " \t");
    size_t len = strcspn(at, ",\r");
    while (len > 0 && strchr(" \t", at[len - 1]))
        len--;
    snprintf(out, n, "%.*s", (int)len, at);
    *place = (int)(at - line) + 1;
    return 1;
}

static int count_fields(const char *line)
{
    int n = 1;
    for (; *line; line++)
        n += *line == ',';
    return n;
}

static enum status read_heading(struct csv *s, const char *line, struct err *e)
{
    char name[MAX_LINE];
    int place;
    for (int f = 0; get_field(line, f, name, sizeof name, &place); f++) {
        int c = 0;
        while (c < N_COLUMN && strcmp(name, COLUMN[c].name) != 0)
            c++;
        if (c == N_COLUMN || s->place[c] >= 0)
            return err_set_at(e, ST_CONFIG, s->path, s->line, place, "columns", "'%s': expected each of time_s, torque_Nm, speed_rpm once",
                              name);
        s->place[c] = f;
    }
    for (int c = 0; c < N_COLUMN; c++)
        if (s->place[c] < 0)
            return err_set_at(e, ST_CONFIG, s->path, s->line, 1, "columns", "missing column '%s'", COLUMN[c].name);
    return ST_OK;
}

static enum status read_value(const struct csv *s, const char *line, enum column c, double *out, struct err *e)
{
    char field[MAX_LINE];
    int place = 0;
    if (!get_field(line, s->place[c], field, sizeof field, &place) || count_fields(line) != N_COLUMN)
        return err_set_at(e, ST_CONFIG, s->path, s->line, 1, "columns", "%d fields; expected %d", count_fields(line), N_COLUMN);
    if (numtext_read_real(field, out) != ST_OK)
        return err_set_at(e, ST_CONFIG, s->path, s->line, place, COLUMN[c].name, "'%s': expected a number", field);
    if (!(*out >= COLUMN[c].low && *out <= COLUMN[c].high))
        return err_set_at(e, ST_CONFIG, s->path, s->line, place, COLUMN[c].name, "%g: expected %g to %g", *out, COLUMN[c].low,
                          COLUMN[c].high);
    *out *= COLUMN[c].factor;
    return ST_OK;
}

/* A line ends the interval of the line before it. */
static enum status read_point(struct csv *s, const char *line, struct duty *out, struct err *e)
{
    double time_s;
    struct duty_point p = {.weight_pu = 0.0};
    TRY(read_value(s, line, COL_TIME, &time_s, e));
    TRY(read_value(s, line, COL_TORQUE, &p.torque_Nm, e));
    TRY(read_value(s, line, COL_SPEED, &p.speed_rad_per_s, e));
    if (out->n_cycle > 0 && !(time_s > s->time_s))
        return err_set_at(e, ST_CONFIG, s->path, s->line, 1, "time_s", "%g s does not follow %g s: expected rising times", time_s,
                          s->time_s);
    if (out->n_cycle > 0)
        out->cycle[out->n_cycle - 1].duration_s = time_s - s->time_s;
    if (out->n_cycle == DUTY_MAX_POINT)
        return err_set_at(e, ST_CONFIG, s->path, s->line, 1, "time_s", "expected at most %d lines", DUTY_MAX_POINT);
    out->cycle[out->n_cycle++] = p;
    s->time_s = time_s;
    return ST_OK;
}

static enum status read_lines(struct csv *s, const char *text, struct duty *out, struct err *e)
{
    char line[MAX_LINE];
    for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n') {
        size_t len = strcspn(at, "\n");
        s->line++;
        if (len >= sizeof line)
            return err_set_at(e, ST_CONFIG, s->path, s->line, 1, "columns", "a line of %zu characters; expected %d at most", len,
                              MAX_LINE - 1);
        snprintf(line, sizeof line, "%.*s", (int)len, at);
        const char *first = line + strspn(line, " \t\r");
        if (*first == '\0' || *first == '#')
            continue;
        TRY(s->place[COL_TIME] < 0 ? read_heading(s, line, e) : read_point(s, line, out, e));
    }
    return ST_OK;
}

/* The last line only ends the cycle. */
static enum status end_cycle(const struct csv *s, struct duty *out, struct err *e)
{
    if (out->n_cycle < 2)
        return err_set_at(e, ST_CONFIG, s->path, s->line, 1, "time_s", "%d lines of values; expected two or more: the last ends the cycle",
                          out->n_cycle);
    out->n_cycle--;
    out->is_timed = 1;
    out->cycle_s = 0.0;
    for (int k = 0; k < out->n_cycle; k++)
        out->cycle_s += out->cycle[k].duration_s;
    for (int k = 0; k < out->n_cycle; k++)
        out->cycle[k].weight_pu = out->cycle[k].duration_s / out->cycle_s;
    return ST_OK;
}

enum status duty_read_cycle(const char *path, struct duty *out, struct err *e)
{
    struct text text = {0};
    struct csv s = {.path = path, .place = {-1, -1, -1}};
    out->n_cycle = 0;
    TRY(text_read_file(path, &text, e));
    enum status st = read_lines(&s, text.s ? text.s : "", out, e);
    if (st == ST_OK)
        st = end_cycle(&s, out, e);
    text_done(&text);
    return st;
}
