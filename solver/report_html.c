/* report_html.c - text and numbers for people: escaping, thousands, labels, colours. */
#include "solver/report_impl.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

void report_add_escaped(struct text *t, const char *s)
{
    for (; *s; s++)
        switch (*s) {
        case '&':
            text_add(t, "&amp;");
            break;
        case '<':
            text_add(t, "&lt;");
            break;
        case '>':
            text_add(t, "&gt;");
            break;
        case '"':
            text_add(t, "&quot;");
            break;
        case '\'':
            text_add(t, "&#39;");
            break;
        default:
            text_add_raw(t, s, 1);
        }
}

/* A word with a dot inside, "search.generations_max", is a key of a file. */
static int is_path(const char *word)
{
    for (; *word && *word != ' '; word++)
        if (word[0] == '.' && isalpha((unsigned char)word[1]))
            return 1;
    return 0;
}

void report_add_sentence(struct text *t, const char *s)
{
    char part[2] = {0};
    int keep = 0;
    for (int k = 0; s[k]; k++) {
        if (k == 0 || s[k - 1] == ' ')
            keep = is_path(s + k);
        part[0] = s[k] == '_' && !keep ? ' ' : (k == 0 && !keep ? (char)toupper((unsigned char)s[k]) : s[k]);
        report_add_escaped(t, part);
    }
}

/* What a terminal line writes in ASCII. */
static const struct { const char *plain, *page; } LETTER[] = {
    {"N m", "N·m"}, {"degC", "°C"}, {"i_d", "i<sub>d</sub>"}, {"i_q", "i<sub>q</sub>"}, {"i_f", "i<sub>f</sub>"},
    {"lambda_d", "λ<sub>d</sub>"}, {"lambda_q", "λ<sub>q</sub>"}, {"mu_rec", "µ<sub>rec</sub>"}};

void report_add_prose(struct text *t, const char *s, int is_sentence)
{
    char one[2] = {0};
    for (int k = 0; s[k]; k++) {
        const int starts = k == 0 || s[k - 1] == ' ' || s[k - 1] == '(';
        int n = 0;
        for (size_t q = 0; starts && n == 0 && q < sizeof LETTER / sizeof LETTER[0]; q++)
            if (strncmp(s + k, LETTER[q].plain, strlen(LETTER[q].plain)) == 0 &&
                !isalnum((unsigned char)s[k + (int)strlen(LETTER[q].plain)])) {
                text_add(t, "%s", LETTER[q].page);
                n = (int)strlen(LETTER[q].plain);
            }
        if (n == 0 && starts && s[k] == '-' && isdigit((unsigned char)s[k + 1])) {
            text_add(t, "−");
            n = 1;
        }
        if (n > 0) {
            k += n - 1;
            continue;
        }
        one[0] = k == 0 && is_sentence ? (char)toupper((unsigned char)s[k]) : s[k];
        report_add_escaped(t, one);
    }
}

void report_add_number(struct text *t, double v, int decimals)
{
    char s[400];
    if (!isfinite(v)) {
        text_add(t, "–");
        return;
    }
    snprintf(s, sizeof s, "%.*f", decimals, fabs(v));
    if (v < 0.0 && strspn(s, "0.") != strlen(s))
        text_add(t, "−");
    size_t whole = strcspn(s, ".");
    for (size_t k = 0; k < whole; k++)
        text_add(t, k > 0 && (whole - k) % 3 == 0 ? ",%c" : "%c", s[k]);
    text_add(t, "%s", s + whole);
}

void report_add_short(struct text *t, double v)
{
    if (isfinite(v) && fabs(v) < 999.5)
        text_add(t, "%s%.3g", v < 0.0 ? "−" : "", fabs(v));
    else
        report_add_number(t, v, 0);
}

/* Okabe and Ito's palette: told apart by colour-blind readers too. */
const char *report_get_color(enum technology t)
{
    static const char *const COLOR[TECH_COUNT] = {
        [TECH_NDFEB_DY] = "#d55e00", [TECH_NDFEB_HRE_FREE] = "#0072b2", [TECH_NDFEB_GBD] = "#009e73", [TECH_FE16N2] = "#cc79a7",
        [TECH_WOUND_FIELD] = "#e69f00", [TECH_FERRITE] = "#444444", [TECH_SM2CO17] = "#56b4e9"};
    return COLOR[t];
}

void report_get_technology(enum technology t, char *out, size_t n)
{
    snprintf(out, n, "%s", technology_get_label(t));
    out[0] = (char)toupper((unsigned char)out[0]);
}

void report_add_technology(struct text *t, const struct report_ctx *r, int k)
{
    char label[64];
    report_get_technology(r->s->technology[k].technology, label, sizeof label);
    report_add_escaped(t, label);
}

const char *report_get_input(const struct study *s, const char *path)
{
    const struct yaml_node *root = s->doc ? yaml_get_root(s->doc) : NULL;
    const struct yaml_node *n = root ? yaml_get_key(root, path) : NULL;
    return n && n->kind == YAML_SCALAR ? n->text : NULL;
}
