/* proof.h - rows of the one table of proof that tests/run.sh prints after `make verify` and `make test`.
 * A row says what was wanted of a quantity in a case, what was measured, and against which source. proof_check records it and asserts
 * it, so that no figure is typed twice:
 *     proof_check(&(struct proof){PROOF_FE, "mean torque, worst point", "C1 medium", .measured = 0.4, .wanted = 1.5, .unit = "%",
 *                                 .source = "tests/data/truth_C1.csv"});
 * A case that falls short stays in the table: give it .cause (one line, as far as known) and .bound, a regression bound that says nothing
 * of what is wanted, only that the figure does not get worse than it was measured. Quantity and case together name a row: recorded again it
 * replaces the former one. */
#ifndef TESTS_SUPPORT_PROOF_H
#define TESTS_SUPPORT_PROOF_H

enum proof_group { PROOF_CLOSED_FORM, PROOF_FE /* independent code, our runs */, PROOF_PUBLISHED_FE, PROOF_MEASUREMENT, PROOF_ENERGY,
                   PROOF_GROUP_COUNT };

struct proof {
    enum proof_group group;
    const char *quantity, *subject; /* what, and on which case (level, points) */
    double measured, wanted;        /* in `unit` */
    int is_at_least;                /* 0: measured <= wanted; 1: measured >= wanted */
    const char *unit, *source;      /* "%", "pt", "" ..; source key of materials/data/refs.yaml, or the file in tests/data */
    double bound;                   /* regression bound, used only where the case falls short */
    const char *cause;              /* why it falls short; NULL: it must be met */
};

/* proof_check - record the row, then fail the running cmocka test unless the row is met, or has a cause and keeps its bound. NaN is never
 * met. */
void proof_check(const struct proof *p);
/* proof_note - a figure without a target that a reader of the table needs (a remanence that results, a number of points). */
void proof_note(enum proof_group group, const char *quantity, const char *subject, double measured, const char *unit, const char *source);

#endif
