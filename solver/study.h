/* study.h - one study: requirement, shared machine frame, technologies, economics, search. Read from YAML by tables; `motrade schema`
 * prints the same tables. Materials are looked up by name in the library given; every error names file, line, column. */
#ifndef SOLVER_STUDY_H
#define SOLVER_STUDY_H
#include "materials/matlib.h"
#include "materials/market.h"
#include "models/evaluate.h"
#include "solver/study_sections.h"
#include <stdint.h>

#define STUDY_MAX_GRADE 8
#define STUDY_MAX_OBJECTIVE 4
#define STUDY_MAX_LIMIT 16
#define STUDY_MAX_BREAK_EVEN (2 * MARKET_MAX_ELEMENT) /* on the score and on cost alone */
#define STUDY_MAX_SUBSTITUTE 12
#define STUDY_MAX_REFINE_START 8

struct study_technology {
    enum technology technology;
    enum rotor_type rotor_type;
    int n_grade;                                    /* 1 for the wound field, with magnet NULL */
    const struct magnet *grade[STUDY_MAX_GRADE];
    int gbd_face[4];                                /* that may be diffused, machine.h order: gap, back, inner, outer */
    int n_face_choice;                              /* non-empty sets of them, 0 when there is none */
    double gbd_dose_min_pu;                         /* least amount over the grade's published one; 1: not varied */
};

struct study_limit { const struct figure *figure; double min, max; }; /* in the figure's unit; -+HUGE_VAL = none */

struct study_search {
    int seed, n_start, n_population, n_generation, n_generation_max, n_stall, n_candidate_factor;
    int n_objective;
    const struct figure *objective[STUDY_MAX_OBJECTIVE];
    double weight_pu[STUDY_MAX_OBJECTIVE];          /* for the ranking; sum 1 */
    int n_limit;
    struct study_limit limit[STUDY_MAX_LIMIT];
    int n_front_min;                                /* non-dominated designs wanted per technology */
    int n_substitute;                               /* magnets tried in the chosen rotors beside those of the technologies */
    const struct magnet *substitute[STUDY_MAX_SUBSTITUTE];
    int n_refine_start, n_refine_step;              /* compare_impl.h: compare_refine */
    int n_bridge_point;                             /* bridge_sweep.h; 0: not asked for */
    struct study_curve { int n_point, n_generation; } curve; /* margin_curve.h; n_point 0: not asked for */
};

struct study {
    struct yaml_doc *doc;
    char name[SCHEMA_TEXT_SIZE], path[512];
    struct eval_setup setup;                        /* requirement, duty, cooling, demagnetisation, economics, materials */
    struct space_envelope envelope;
    struct machine frame;                           /* materials and winding shared by all designs */
    int n_technology;
    struct study_technology technology[TECH_COUNT];
    struct study_search search;
    struct economics economics;
    uint64_t hash;                                  /* of the document after --set overrides */
};

/* study_read - load, apply n_set overrides "path=value", check everything. */
enum status study_read(const char *path, int n_set, const char *const *set, const struct matlib *lib, const struct market *market,
                       struct study *out, struct err *e) MUST_CHECK;
void study_done(struct study *s);

/* study_get_space - number of design variables of a technology: those of its rotor, then grade, diffused faces and diffused amount, each
 * when there is something to choose. */
int study_get_space(const struct study *s, int technology);
/* study_get_choices - into how many equal parts the unit interval of a variable is cut, one a choice; 1: it is continuous. */
int study_get_choices(const struct study *s, int technology, int variable);
/* study_get_levels - the same, with the integers of the rotor's own variables, which are numbers and no choices. */
int study_get_levels(const struct study *s, int technology, int variable);
/* study_set_start - point of `to` from a point of technology `from` with the same rotor template: what both have, else every allowed
 * face and the published amount. */
void study_set_start(const struct study *s, int from, const double *x, int to, double *out);
/* study_set_machine - unit-box point to a machine with materials. */
void study_set_machine(const struct study *s, int technology, const double *x, struct machine *m, int *grade);

/* study_get_sections - for `motrade schema`: path, rows and doc of each table of a study file; returns how many. */
#define STUDY_MAX_SECTION 16
struct study_section { const char *path, *doc; const struct schema_row *rows; int n_row; };
int study_get_sections(struct study_section out[STUDY_MAX_SECTION]);

#endif
