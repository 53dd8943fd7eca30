/* schema.h - one table per struct: key, type, place, range, doc. The reader, the range check, `motrade schema`,
 * the JSON echo and the help text all walk the same rows, so they cannot disagree.
 * The unit is the key's suffix (units.h); the struct member holds SI. min and max are in the key's unit. */
#ifndef MATERIALS_BASE_SCHEMA_H
#define MATERIALS_BASE_SCHEMA_H
#include <stddef.h>

enum schema_type {
    SCHEMA_REAL,      /* double, converted to SI by the key's suffix */
    SCHEMA_INT,       /* int */
    SCHEMA_BOOL,      /* int 0/1, from true/false */
    SCHEMA_TEXT,      /* char[SCHEMA_TEXT_SIZE] */
    SCHEMA_CHOICE,    /* int index into choices (NULL-terminated list) */
    SCHEMA_DATE,      /* char[SCHEMA_TEXT_SIZE], YYYY-MM-DD, checked */
    SCHEMA_DATUM,     /* struct datum: {value, low, high, quality, source}, or a bare number only where allowed */
    SCHEMA_NODE       /* const struct yaml_node *: lists and sub-maps, read by the owner */
};
#define SCHEMA_TEXT_SIZE 96

enum schema_need { SCHEMA_REQUIRED, SCHEMA_OPTIONAL /* has fallback, never for a physical quantity without a doc saying so */ };

struct schema_row {
    const char *key;
    enum schema_type type;
    size_t offset;
    enum schema_need need;
    double min, max;            /* inclusive, in the key's unit; ignored for text */
    double fallback;            /* in the key's unit; used when SCHEMA_OPTIONAL and absent; NAN = member set to NAN ("not given") */
    const char *const *choices; /* SCHEMA_CHOICE */
    const char *doc;            /* one line, for users */
};

#endif
