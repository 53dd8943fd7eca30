/* study_technology.c - section `technologies` of a study: rotor, grades, diffused faces of each. */
#include "solver/study_impl.h"
#include <stddef.h>
#include <string.h>
#include "materials/base/banned.h"

struct technology_nodes { const struct yaml_node *magnets, *gbd_faces; int rotor; double gbd_dose_min_pu; };
/* rotors with a design space, and their types */
static const char *const ROTORS[] = {"v", "double_v", "delta", "spoke", "surface", "bread_loaf", NULL};
static const enum rotor_type ROTOR_TYPES[] = {ROTOR_V, ROTOR_DOUBLE_V, ROTOR_DELTA, ROTOR_SPOKE, ROTOR_SURFACE, ROTOR_BREAD_LOAF};
static const struct schema_row TECHNOLOGY_ROWS[] = {
    {"rotor", SCHEMA_CHOICE, offsetof(struct technology_nodes, rotor), SCHEMA_OPTIONAL, 0, 0, 0, ROTORS,
     "Rotor template that holds the magnets: v, double_v, delta, spoke, surface or bread_loaf (default v); not for wound_field"},
    NODE(technology_nodes, magnets, SCHEMA_OPTIONAL, "Magnet grades to choose from, by name; none for wound_field"),
    NODE(technology_nodes, gbd_faces, SCHEMA_OPTIONAL,
         "Faces of grain-boundary-diffused grades that may be diffused: gap, back, inner, outer (spoke: gap means both flanks); the search "
         "chooses which of them are"),
    {"gbd_dose_min_pu", SCHEMA_REAL, offsetof(struct technology_nodes, gbd_dose_min_pu), SCHEMA_OPTIONAL, 0.01, 1, 1, NULL,
     "Least amount of Dy or Tb per diffused face over the grade's published one; the search chooses between it and 1 (default 1: as "
     "published)"},
};

const struct schema_row *study_get_technology_schema(int *n)
{
    *n = ARRAY_LEN(TECHNOLOGY_ROWS);
    return TECHNOLOGY_ROWS;
}

static enum status read_faces(const struct yaml_node *list, struct study_technology *t, struct err *e)
{
    static const char *const FACES[] = {"gap", "back", "inner", "outer"};
    t->n_face_choice = 1;
    for (int k = 0; list && k < list->n_item; k++) {
        const char *text = NULL;
        TRY(yaml_read_text_scalar(list->item[k], &text, e));
        int face = 0;
        while (face < 4 && strcmp(text, FACES[face]) != 0)
            face++;
        if (face == 4)
            return yaml_fail(list->item[k], e, "'%s' is no magnet face; expected gap, back, inner or outer", text);
        if (t->gbd_face[face])
            return yaml_fail(list->item[k], e, "'%s' is named twice", text);
        t->gbd_face[face] = 1;
        t->n_face_choice *= 2; /* sets of the faces, the empty one still among them */
    }
    t->n_face_choice = t->n_face_choice > 1 ? t->n_face_choice - 1 : 0;
    return ST_OK;
}

static enum status read_grades(const struct yaml_node *map, const struct technology_nodes *n, const struct matlib *lib,
                               struct study_technology *t, struct err *e)
{
    if (!n->magnets || n->magnets->kind != YAML_LIST || n->magnets->n_item < 1 || n->magnets->n_item > STUDY_MAX_GRADE)
        return yaml_fail(n->magnets ? n->magnets : map, e, "magnets: expected a list of 1 to %d grades", STUDY_MAX_GRADE);
    t->n_grade = n->magnets->n_item;
    for (int k = 0; k < t->n_grade; k++) {
        const char *name = NULL;
        TRY(yaml_read_text_scalar(n->magnets->item[k], &name, e));
        TRY(matlib_get_magnet(lib, name, n->magnets->item[k], &t->grade[k], e));
        if (t->grade[k]->technology != t->technology)
            return yaml_fail(n->magnets->item[k], e, "'%s' is a grade of %s, not of %s", name,
                             technology_get_key(t->grade[k]->technology), technology_get_key(t->technology));
        if (t->grade[k]->is_diffused && !(t->gbd_face[0] | t->gbd_face[1] | t->gbd_face[2] | t->gbd_face[3]))
            return yaml_fail(map, e, "'%s' is grain-boundary diffused: gbd_faces must name the diffused faces (gap, back, inner, outer)",
                             name);
    }
    return ST_OK;
}

static enum status read_technology(const struct yaml_node *map, const struct matlib *lib, struct study_technology *t, struct err *e)
{
    const char *keys[TECH_COUNT];
    int k = 0;
    for (int q = 0; q < TECH_COUNT; q++)
        keys[q] = technology_get_key((enum technology)q);
    while (k < TECH_COUNT && strcmp(map->key, keys[k]) != 0)
        k++;
    if (k == TECH_COUNT) {
        const char *nearest = yaml_get_nearest(map->key, keys, TECH_COUNT);
        return yaml_fail(map, e, "'%s' is no rotor technology%s%s", map->key, nearest ? "; nearest: " : "", nearest ? nearest : "");
    }
    *t = (struct study_technology){.technology = (enum technology)k, .n_grade = 1};
    struct technology_nodes n = {0};
    TRY(yaml_read_table(map, TECHNOLOGY_ROWS, ARRAY_LEN(TECHNOLOGY_ROWS), &n, e));
    t->rotor_type = k == TECH_WOUND_FIELD ? ROTOR_SALIENT : ROTOR_TYPES[n.rotor];
    if (k == TECH_WOUND_FIELD && yaml_get_key(map, "rotor"))
        return yaml_fail(yaml_get_key(map, "rotor"), e, "a wound field has salient poles; 'rotor' is for technologies with magnets");
    TRY(read_faces(n.gbd_faces, t, e));
    t->gbd_dose_min_pu = n.gbd_dose_min_pu;
    if (k != TECH_NDFEB_GBD)
        t->n_face_choice = 0;
    if (t->rotor_type != ROTOR_SALIENT)
        return read_grades(map, &n, lib, t, e);
    if (n.magnets)
        return yaml_fail(n.magnets, e, "a wound field has no magnets");
    return ST_OK;
}

enum status study_read_technologies(const struct yaml_node *map, const struct matlib *lib, struct study *s, struct err *e)
{
    if (map->kind != YAML_MAP || map->n_item < 1 || map->n_item > TECH_COUNT)
        return yaml_fail(map, e, "expected a map of 1 to %d technologies, e.g. ndfeb_dy: {magnets: [N42SH]}", TECH_COUNT);
    s->n_technology = map->n_item;
    for (int k = 0; k < map->n_item; k++) {
        const struct study_technology *t = &s->technology[k];
        TRY(read_technology(map->item[k], lib, &s->technology[k], e));
        for (int q = 0; q < t->n_grade && t->grade[q]; q++)
            TRY(demag_rule_check_magnet(&s->setup.demag, t->grade[q], yaml_get_key(map->item[k], "magnets")->item[q], e));
    }
    return ST_OK;
}
