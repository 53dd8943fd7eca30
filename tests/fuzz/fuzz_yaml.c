/* Mutations of real files through the YAML reader: `fuzz_yaml [rounds [seed]]`, meant to run under the sanitizers.
 * A status is never wrong here; a crash, a leak or a refusal without a message is. */
#include "materials/base/mem.h"
#include "materials/base/text.h"
#include "materials/base/numtext.h"
#include "materials/base/yaml.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char *const SEED_FILE[] = {"examples/01-traction-80kw/study.yaml", "materials/data/coolants.yaml",
                                         "materials/data/insulation.yaml"};
static const char *const PIECE[] = {"\n", " ", "\t", ":", "- ", "[", "]", "{", "}", "&a", "*a", "!!x", "\"", "'", "#", "|", ">", "---\n",
                                    "...\n", "%YAML 9.9\n", "1e999", "nan", "<<", "? ", "\xef\xbb\xbf", "\xff", "\xe2\x80\xa8", "~", "0x"};

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Copy the seed with a few pieces put in, bytes changed, and stretches dropped or doubled. */
static void mutate(const struct text *seed, uint64_t *random, struct text *out)
{
    size_t at = next(random) % seed->n, n = 1 + next(random) % 400;
    n = n < seed->n - at ? n : seed->n - at;
    text_add_raw(out, seed->s + at, n);
    for (int k = (int)(next(random) % 6); k >= 0 && out->n > 1; k--) {
        size_t cut = next(random) % out->n;
        struct text changed = {0};
        text_add_raw(&changed, out->s, cut);
        if (next(random) % 2)
            text_add(&changed, "%s", PIECE[next(random) % (uint64_t)ARRAY_LEN(PIECE)]);
        size_t skip = next(random) % 3 ? 0 : next(random) % (out->n - cut);
        text_add_raw(&changed, out->s + cut + skip, out->n - cut - skip);
        if (changed.n > 0 && next(random) % 4 == 0)
            changed.s[next(random) % changed.n] = (char)(1 + next(random) % 255);
        text_done(out);
        *out = changed;
    }
}

/* Returns 0 when the reader kept its promises. */
static int try_one(const char *text)
{
    struct yaml_doc *doc = NULL;
    struct err e = {0};
    long live = mem_get_live();
    int bad = 0;
    if (yaml_read_text("fuzz", text, &doc, &e) == ST_OK) {
        if (yaml_set_path(doc, "a.b=[1]", &e) != ST_OK)
            bad = e.message[0] == '\0';
        yaml_free(doc);
    } else {
        bad = e.message[0] == '\0' || doc != NULL;
    }
    return bad || mem_get_live() != live;
}

int main(int argc, char **argv)
{
    int rounds = 20000, seed_number = 1;
    if ((argc > 1 && numtext_read_int(argv[1], &rounds) != ST_OK) || (argc > 2 && numtext_read_int(argv[2], &seed_number) != ST_OK))
        return 2;
    uint64_t random = 0x9e3779b97f4a7c15u * (uint64_t)(seed_number + 1) + 1;
    for (int f = 0; f < ARRAY_LEN(SEED_FILE); f++) {
        struct text seed;
        struct err e;
        if (text_read_file(SEED_FILE[f], &seed, &e) != ST_OK) {
            printf("%s\n", e.message);
            return 2;
        }
        for (int k = 0; k < rounds; k++) {
            struct text t = {0};
            mutate(&seed, &random, &t);
            if (t.s && try_one(t.s)) {
                printf("the reader broke its promise on:\n%s\n", t.s);
                return 1;
            }
            text_done(&t);
        }
        text_done(&seed);
        printf("%s: %d mutations\n", SEED_FILE[f], rounds);
    }
    return 0;
}
