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

void report_add_sentence(struct text *t, const char *s)
{
    char part[2] = {0};
    for (int k = 0; s[k]; k++) {
        part[0] = s[k] == '_' ? ' ' : (k == 0 ? (char)toupper((unsigned char)s[k]) : s[k]);
        report_add_escaped(t, part);
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

const char *report_get_input(const struct study *s, const char *path)
{
    const struct yaml_node *root = s->doc ? yaml_get_root(s->doc) : NULL;
    const struct yaml_node *n = root ? yaml_get_key(root, path) : NULL;
    return n && n->kind == YAML_SCALAR ? n->text : NULL;
}
