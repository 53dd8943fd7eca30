/* relax.h - what change of the requirement would let a technology in that meets it with no design: one number of the requirement at a
 * time is relaxed, and the two designs nearest among those that miss nothing but what it can mend are evaluated again, at search level,
 * with the reserve of the search and all other limits kept. A design is its point of the box: with a larger diameter it grows, with a
 * longer stack allowed it takes all of it. Amounts are found by halving, and the one reported was evaluated and passes; so it is enough,
 * but a new search at the relaxed requirement may need less. Numbers that cannot mend what a design misses are not tried. Units: those of
 * the key, as in the study. Independent of the number of jobs. Every trial is kept in study.db. */
#ifndef SOLVER_RELAX_H
#define SOLVER_RELAX_H
#include <jansson.h>
#include "materials/base/text.h"
#include "solver/compare_impl.h"
#include "solver/optimise/explore.h"

/* relax_solve - fills t->relax[] of the technology of s from its finished search, t->n_front = 0.
 * Status: as evaluate_machine for wrong inputs; a trial that fails numerically does not pass. */
enum status relax_solve(const struct job_set *s, const struct explore_result *x, struct compare_technology *t, struct err *e) MUST_CHECK;
/* relax_add_words - "; it would be feasible with peak torque 243 N m instead of 280, or ..", or that no single change does; to follow
 * the reason. Nothing for a technology with feasible designs. */
void relax_add_words(const struct compare_technology *t, struct text *out);
/* relax_get_json - array of {key, required, enough, design}; empty when no single change is enough. */
json_t *relax_get_json(const struct compare_technology *t);

#endif
