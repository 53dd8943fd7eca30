/* design_write.c - see design_write.h. */
#define _GNU_SOURCE
#include "solver/design_write.h"
#include "materials/base/text.h"
#include "materials/base/units.h"
#include "models/machine/machine_yaml.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/banned.h"

static void add_scalar(struct text *t, const struct yaml_node *n)
{
    if (!n->quoted && !strpbrk(n->text, ",[]{}:#&*!|>'\"%@`\\")) {
        text_add(t, "%s", n->text);
        return;
    }
    text_add(t, "\"");
    for (const char *p = n->text; *p; p++)
        text_add(t, *p == '"' || *p == '\\' ? "\\%c" : "%c", *p);
    text_add(t, "\"");
}

static void add_flow(struct text *t, const struct yaml_node *n)
{
    if (n->kind == YAML_SCALAR) {
        add_scalar(t, n);
        return;
    }
    text_add(t, n->kind == YAML_MAP ? "{" : "[");
    for (int k = 0; k < n->n_item; k++) {
        text_add(t, "%s", k ? ", " : "");
        if (n->item[k]->key)
            text_add(t, "%s: ", n->item[k]->key);
        add_flow(t, n->item[k]);
    }
    text_add(t, n->kind == YAML_MAP ? "}" : "]");
}

/* A file that the study names stands beside the study. */
static void add_file(struct text *t, const struct study *s, const struct yaml_node *n)
{
    char beside[PATH_MAX], whole[PATH_MAX];
    const char *slash = strrchr(s->path, '/');
    snprintf(beside, sizeof beside, "%.*s%s", n->text[0] != '/' && slash ? (int)(slash - s->path) + 1 : 0, s->path, n->text);
    text_add(t, "\"%s\"", realpath(beside, whole) ? whole : beside);
}

static void add_section(struct text *t, const struct study *s, const char *name)
{
    const struct yaml_node *map = yaml_get_key(yaml_get_root(s->doc), name);
    text_add(t, "\n%s:\n", name);
    for (int k = 0; k < map->n_item; k++) {
        text_add(t, "  %s: ", map->item[k]->key);
        if (strcmp(map->item[k]->key, "cycle_file") == 0)
            add_file(t, s, map->item[k]);
        else
            add_flow(t, map->item[k]);
        text_add(t, "\n");
    }
}

enum status design_write_file(const struct study *s, int technology, const struct machine *m, const char *path, struct err *e)
{
    static const char *const SECTION[] = {"requirement", "duty", "demagnetisation", "cooling", "economics"};
    struct text t = {0};
    struct machine named = *m;
    const char *label = technology_get_label(s->technology[technology].technology);
    snprintf(named.name, sizeof named.name, "%.*s, %s", (int)(sizeof named.name - strlen(label) - 3), s->name, label);
    text_add(&t, "# Chosen by `motrade compare %s`; for `motrade evaluate`.\n", s->path);
    machine_yaml_write(&named, &t);
    for (int k = 0; k < ARRAY_LEN(SECTION); k++)
        add_section(&t, s, SECTION[k]);
    text_add(&t, "\nlevel:\n  mesh: medium\n  map_magnet_degC: %.12g\n  shaft_mass_kg: %.12g\n  housing_mass_kg: %.12g\n",
             s->setup.map_magnet_T_K - KELVIN_OFFSET_K, s->setup.shaft_kg, s->setup.housing_kg);
    enum status st = t.failed ? err_set(e, ST_NO_MEMORY, path, "text of a design") : text_write_file(path, t.s, t.n, e);
    text_done(&t);
    return st;
}
