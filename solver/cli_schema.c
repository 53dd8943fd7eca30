/* cli_schema.c - `motrade schema`, and the text that the commands which only print share. At most 100 columns. */
#include "materials/base/text.h"
#include "solver/cli_impl.h"
#include "solver/json_schema.h"
#include <ctype.h>
#include <string.h>
#include "materials/base/banned.h"

#define WIDTH 98

static int get_width(const char *s) /* characters, not bytes: UTF-8 */
{
    int n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

/* Words from column `column` on, later lines indented by `indent`. */
void cli_add_wrapped(struct text *t, const char *s, int column, int indent)
{
    for (int is_first = 1; *s; is_first = 0) {
        size_t n = strcspn(s, " ");
        char word[400];
        size_t kept = n < sizeof word - 1 ? n : sizeof word - 1;
        memcpy(word, s, kept);
        word[kept] = '\0';
        if (!is_first && column + 1 + get_width(word) > WIDTH) {
            text_add(t, "\n%*s", indent, "");
            column = indent;
        } else if (!is_first) {
            text_add(t, " ");
            column++;
        }
        text_add(t, "%s", word);
        column += get_width(word);
        s += n + (s[n] == ' ');
    }
    text_add(t, "\n");
}

void cli_add_heading(struct text *t, const char *s)
{
    text_add(t, "\n");
    for (; *s; s++)
        text_add(t, "%c", toupper((unsigned char)*s));
    text_add(t, "\n");
}

enum status cli_print_text(struct text *t, enum status st, struct err *e)
{
    if (st == ST_OK && t->failed)
        st = err_set(e, ST_NO_MEMORY, "output", "no memory for the text");
    if (st == ST_OK && t->s)
        cli_print(t->s);
    text_done(t);
    return st;
}

/* A table for people: the search's objectives and limits are chosen from it. */
static void add_figures(struct text *t)
{
    static const char *const BETTER[] = {"lower", "", "higher"};
    int n;
    const struct figure *f = result_get_figures(&n);
    text_add(t, "%-42s%-8s%s\n", "figure (the name ends in its unit)", "better", "meaning");
    for (int k = 0; k < n; k++) {
        text_add(t, "%-42s%-8s", f[k].key, BETTER[f[k].better + 1]);
        cli_add_wrapped(t, f[k].doc, 50, 50);
    }
}

static int add_part(const char *s, size_t n, void *text)
{
    text_add_raw(text, s, n);
    return 0;
}

static enum status add_schema(struct text *t, json_t *root, struct err *e)
{
    int failed = !root || json_dump_callback(root, add_part, t, JSON_INDENT(2) | JSON_REAL_PRECISION(12) | JSON_PRESERVE_ORDER) != 0;
    json_decref(root);
    text_add(t, "\n");
    return failed ? err_set(e, ST_NO_MEMORY, "schema", "no memory for the schema") : ST_OK;
}

enum status cli_show_schema(const struct cli_options *o, struct err *e)
{
    static const char *const NAME[] = {"study", "design", "risk", "figures"};
    const char *what = o->file ? o->file : NAME[0];
    struct text t = {0};
    enum status st = ST_OK;
    if (strcmp(what, "study") == 0)
        st = add_schema(&t, json_schema_get_study(), e);
    else if (strcmp(what, "design") == 0)
        st = add_schema(&t, json_schema_get_design(), e);
    else if (strcmp(what, "risk") == 0)
        st = add_schema(&t, json_schema_get_risk(), e);
    else if (strcmp(what, "figures") == 0)
        add_figures(&t);
    else {
        const char *nearest = yaml_get_nearest(what, NAME, ARRAY_LEN(NAME));
        st = err_set(e, ST_USAGE, "schema", "no schema '%s'; expected study, design, risk or figures%s%s", what,
                     nearest ? "; nearest: " : "", nearest ? nearest : "");
    }
    return cli_print_text(&t, st, e);
}
