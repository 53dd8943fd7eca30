/* study_space.c - from a point of the unit box to a motor of the study. The interval of a variable with several choices is cut into equal
 * parts, one a choice. */
#include "solver/study.h"
#include "solver/optimise/explore.h"
#include "materials/base/banned.h"

/* Places of what the study adds behind the variables of the rotor; -1: nothing to choose. */
enum study_variable { VAR_GRADE, VAR_FACES, VAR_DOSE, VAR_COUNT };
struct places { int n, at[VAR_COUNT]; };

static struct places get_places(const struct study *s, int technology)
{
    const struct study_technology *t = &s->technology[technology];
    const int wanted[VAR_COUNT] = {
        [VAR_GRADE] = t->n_grade > 1, [VAR_FACES] = t->n_face_choice > 1, [VAR_DOSE] = t->n_face_choice > 0 && t->gbd_dose_min_pu < 1.0};
    struct places p = {0};
    space_get_vars(t->rotor_type, &p.n);
    for (int v = 0; v < VAR_COUNT; v++)
        p.at[v] = wanted[v] ? p.n++ : -1;
    return p;
}

int study_get_space(const struct study *s, int technology) { return get_places(s, technology).n; }

int study_get_choices(const struct study *s, int technology, int variable)
{
    const struct study_technology *t = &s->technology[technology];
    struct places p = get_places(s, technology);
    return variable == p.at[VAR_GRADE] ? t->n_grade : variable == p.at[VAR_FACES] ? t->n_face_choice : 1;
}

int study_get_levels(const struct study *s, int technology, int variable)
{
    int n_rotor;
    space_get_vars(s->technology[technology].rotor_type, &n_rotor);
    return variable < n_rotor ? space_get_levels(&s->envelope, variable) : study_get_choices(s, technology, variable);
}

static int count_faces(int mask)
{
    int n = 0;
    for (int f = 0; f < 4; f++)
        n += mask >> f & 1;
    return n;
}

/* The choice-th non-empty set of the allowed faces: one face, then two, ..; all of them last. */
static void set_faces(const struct study_technology *t, int choice, int face[4])
{
    int allowed = 0;
    for (int f = 0; f < 4; f++)
        allowed |= (t->gbd_face[f] != 0) << f;
    for (int n = 1; n <= 4; n++)
        for (int mask = 1; mask < 16; mask++)
            if ((mask & ~allowed) == 0 && count_faces(mask) == n && choice-- == 0)
                for (int f = 0; f < 4; f++)
                    face[f] = mask >> f & 1;
}

void study_set_start(const struct study *s, int from, const double *x, int to, double *out)
{
    struct places a = get_places(s, from), b = get_places(s, to);
    int n = 0;
    space_get_vars(s->technology[to].rotor_type, &n);
    for (int k = 0; k < n; k++)
        out[k] = x[k];
    for (int v = 0; v < VAR_COUNT; v++)
        if (b.at[v] >= 0)
            out[b.at[v]] = a.at[v] >= 0 ? x[a.at[v]] : 1.0;
}

void study_set_machine(const struct study *s, int technology, const double *x, struct machine *m, int *grade)
{
    const struct study_technology *t = &s->technology[technology];
    struct places p = get_places(s, technology);
    *m = s->frame;
    m->rotor_type = t->rotor_type;
    *grade = p.at[VAR_GRADE] >= 0 ? explore_get_part(x[p.at[VAR_GRADE]], t->n_grade) : 0;
    m->magnet = t->grade[*grade];
    for (int k = 0; k < 4; k++)
        m->gbd_face[k] = t->gbd_face[k];
    if (p.at[VAR_FACES] >= 0)
        set_faces(t, explore_get_part(x[p.at[VAR_FACES]], t->n_face_choice), m->gbd_face);
    if (p.at[VAR_DOSE] >= 0)
        m->gbd_left_out_pu = (1.0 - x[p.at[VAR_DOSE]]) * (1.0 - t->gbd_dose_min_pu);
    if (t->rotor_type != ROTOR_SALIENT)
        m->field_conductor = NULL;
    space_set_machine(t->rotor_type, &s->envelope, x, m);
}
