/* study_space.c - from a point of the unit box to a motor of the study. */
#include "solver/study.h"
#include "materials/base/banned.h"

int study_get_space(const struct study *s, int technology)
{
    int n = 0;
    space_get_vars(s->technology[technology].rotor_type, &n);
    return n + (s->technology[technology].n_grade > 1);
}

int study_get_choices(const struct study *s, int technology, int variable)
{
    const struct study_technology *t = &s->technology[technology];
    int n = 0;
    space_get_vars(t->rotor_type, &n);
    return variable == n && t->n_grade > 1 ? t->n_grade : 1;
}

static int get_choice(double x, int n)
{
    int k = (int)(x * n);
    return k < n ? k : n - 1;
}

void study_set_machine(const struct study *s, int technology, const double *x, struct machine *m, int *grade)
{
    const struct study_technology *t = &s->technology[technology];
    int n = 0;
    space_get_vars(t->rotor_type, &n);
    *m = s->frame;
    m->rotor_type = t->rotor_type;
    *grade = t->n_grade > 1 ? get_choice(x[n], t->n_grade) : 0;
    m->magnet = t->grade[*grade];
    for (int k = 0; k < 4; k++)
        m->gbd_face[k] = t->gbd_face[k];
    if (t->rotor_type != ROTOR_SALIENT)
        m->field_conductor = NULL;
    space_set_machine(t->rotor_type, &s->envelope, x, m);
}
