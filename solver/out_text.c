/* out_text.c - see out_text.h. */
#include "solver/out_text.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

void out_text_add_rule(struct text *t)
{
    for (int k = 0; k < OUT_TEXT_WIDTH; k++)
        text_add(t, "-");
    text_add(t, "\n");
}

void out_text_add_title(struct text *t, const char *title)
{
    out_text_add_rule(t);
    text_add(t, "%.*s\n", OUT_TEXT_WIDTH, title);
    out_text_add_rule(t);
}

void out_text_add_label(struct text *t, int width, const char *s)
{
    text_add(t, "%s", s);
    for (const char *p = s; *p; p++)
        width -= ((unsigned char)*p & 0xc0u) != 0x80u; /* bytes that begin a character */
    text_add(t, "%*s", width > 0 ? width : 0, "");
}

void out_text_add_cell(struct text *t, int width, int decimals, double v)
{
    if (fabs(v) < 0.5 * pow(10.0, -decimals))
        v = 0.0;
    if (isfinite(v))
        text_add(t, "%*.*f", width, decimals, v);
    else
        text_add(t, "%*s", width, "-");
}

void out_text_add_wrapped(struct text *t, const char *lead, const char *words)
{
    const int indent = (int)strlen(lead);
    int column = 0;
    while (*words) {
        const size_t n = strcspn(words, " ");
        if (column == 0 || column + 1 + (int)n > OUT_TEXT_WIDTH) {
            text_add(t, column ? "\n%*s%.*s" : "%-*s%.*s", indent, column ? "" : lead, (int)n, words);
            column = indent + (int)n;
        } else {
            text_add(t, " %.*s", (int)n, words);
            column += 1 + (int)n;
        }
        words += n + (words[n] == ' ');
    }
    text_add(t, "\n");
}
