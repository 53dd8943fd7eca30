/* supply_words.c - see supply_words.h. */
#include "solver/supply_words.h"
#include "materials/base/status.h"
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

/* Parts of names that are codes or proper names. */
static const struct { const char *part, *word; } WORD[] = {
    {"cn", "CN"}, {"us", "US"}, {"jp", "JP"}, {"my", "MY"}, {"fr", "FR"}, {"au", "AU"}, {"ca", "CA"}, {"eu", "EU"}, {"cd", "CD"},
    {"mp", "MP"}, {"src", "SRC"}, {"china", "China"}, {"ex", "outside"}, {"jit", "just in time"}, {"3m", "3 months"}, {"6m", "6 months"},
    {"12m", "12 months"}, {"lynas", "Lynas"}, {"caremag", "Caremag"}, {"silmet", "Silmet"}, {"energy", "Energy"}, {"fuels", "Fuels"}};

static const struct { const char *code, *name; } COUNTRY[] = {
    {"US", "the United States"}, {"EU", "the European Union"}, {"JP", "Japan"}, {"DE", "Germany"}, {"KR", "South Korea"}, {"CN", "China"},
    {"FR", "France"}, {"GB", "the United Kingdom"}, {"IN", "India"}};

const char *supply_words_get_country(const char *code)
{
    for (int k = 0; k < ARRAY_LEN(COUNTRY); k++)
        if (strcmp(COUNTRY[k].code, code) == 0)
            return COUNTRY[k].name;
    return code;
}

struct buffer { char *s; size_t n, used; };

static void add(struct buffer *b, const char *s, size_t length)
{
    const int k = b->used < b->n ? snprintf(b->s + b->used, b->n - b->used, "%.*s", (int)length, s) : 0;
    b->used += (size_t)k;
}

static void add_part(struct buffer *b, const char *part, size_t length)
{
    for (int k = 0; k < ARRAY_LEN(WORD); k++)
        if (strlen(WORD[k].part) == length && strncmp(WORD[k].part, part, length) == 0) {
            add(b, WORD[k].word, strlen(WORD[k].word));
            return;
        }
    add(b, part, length);
}

/* Parts between underscores, spaces between them. */
static void add_name(struct buffer *b, const char *name, size_t length)
{
    for (size_t from = 0, k = 0; k <= length; k++)
        if (k == length || name[k] == '_') {
            add(b, from > 0 ? " " : "", 1);
            add_part(b, name + from, k - from);
            from = k + 1;
        }
}

/* A key of a file or a file's name ("requirement.exciter_USD") is to be written as it stands. */
static int is_name(const char *word, size_t length)
{
    const char *dot = memchr(word, '.', length);
    return memchr(word, '_', length) && !(dot && dot + 1 < word + length);
}

const char *supply_words_get(const char *text, char *out, size_t n)
{
    static const char ENDS[] = " ,;:()";
    struct buffer b = {out, n, 0};
    out[0] = '\0';
    while (*text) {
        const size_t length = strcspn(text, ENDS), gap = strspn(text + length, ENDS);
        if (is_name(text, length))
            add_name(&b, text, length);
        else
            add(&b, text, length);
        add(&b, text + length, gap);
        text += length + gap;
    }
    return out;
}
