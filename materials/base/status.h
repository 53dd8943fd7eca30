/* status.h - one list of outcomes, and the record that carries one to the person who can mend it.
 * Library code never prints and never exits: it returns a status and fills a struct err.
 * Exit codes of the program are derived from the status in one place (solver/cli.c). */
#ifndef MATERIALS_BASE_STATUS_H
#define MATERIALS_BASE_STATUS_H

/* name, message, exit code of the command line */
#define STATUS_LIST(X)                                                     \
    X(ST_OK,          "ok",                                            0)  \
    X(ST_RULE_FAILED, "a design-review rule failed",                   1)  \
    X(ST_USAGE,       "wrong usage",                                   2)  \
    X(ST_CONFIG,      "wrong configuration",                           2)  \
    X(ST_INFEASIBLE,  "the requirement cannot be met",                 3)  \
    X(ST_NO_CONVERGE, "an iteration did not converge",                 4)  \
    X(ST_SINGULAR,    "a matrix is singular or not positive definite", 4)  \
    X(ST_RANGE,       "a value left its range of validity",            4)  \
    X(ST_NO_MEMORY,   "out of memory",                                 5)  \
    X(ST_IO,          "input or output failed",                        5)  \
    X(ST_INTERRUPTED, "interrupted; what was done is kept",            5)

enum status {
#define STATUS_ENUM(name, text, code) name,
    STATUS_LIST(STATUS_ENUM)
#undef STATUS_ENUM
    ST_COUNT
};

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define ARRAY_LEN(a) ((int)(sizeof(a) / sizeof((a)[0])))

struct err {
    enum status status;
    char file[256];    /* configuration file, "" when the fault is in no file */
    int line, column;  /* 1-based, 0 when unknown */
    char where[160];   /* path of the key, e.g. "requirement.peak_torque_Nm", or the quantity */
    char message[640]; /* what is wrong, with values, what was expected, the nearest valid key */
};

/* err_set - fill e (may be NULL) and return s, so that a function can `return err_set(...)`. */
enum status err_set(struct err *e, enum status s, const char *where, const char *fmt, ...) PRINTF_LIKE(4, 5);
/* err_set_at - the same with a place in a file. */
enum status err_set_at(struct err *e, enum status s, const char *file, int line, int column,
                       const char *where, const char *fmt, ...) PRINTF_LIKE(7, 8);

const char *status_get_text(enum status s);
const char *status_get_name(enum status s);
int status_get_exit_code(enum status s);

/* Return early with the status of a failed call; e is already filled by the callee. */
#define TRY(call)                          \
    do {                                   \
        enum status try_status = (call);   \
        if (try_status != ST_OK)           \
            return try_status;             \
    } while (0)

#endif
