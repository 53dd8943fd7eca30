/* risk_study.h - the file of `motrade risk`: economics, bills of given motors (written out, or taken from designs), and which scenarios and
 * sourcing strategies to set against each other. Every error names file, line, column. */
#ifndef SOLVER_RISK_STUDY_H
#define SOLVER_RISK_STUDY_H
#include "solver/study_sections.h"
#include <stdint.h>

#define RISK_STUDY_MAX_BILL 16
#define RISK_STUDY_MAX_AXIS 12

struct risk_bill {
    char name[SCHEMA_TEXT_SIZE], source[256]; /* source: the file it was read from, "" when written out */
    enum technology technology;
    double processing_USD;                    /* cost today beside the elements: processing less scrap credit */
    double q_kg[MARKET_MAX_ELEMENT];          /* bought per motor, by market element */
};

/* Lost margin by rule: ratio x what the materials of a motor cost more when bought safely. at: NULL - the economics give the margin. */
struct risk_margin { const struct yaml_node *at; double ratio_pu, margin_USD; int bill; const struct sourcing *safe; };

struct risk_study {
    struct yaml_doc *doc;
    char name[SCHEMA_TEXT_SIZE], path[512];
    int seed;
    struct economics economics;               /* terms only: nothing simulated; its scenario and sourcing are those of the charts */
    int n_scenario, n_sourcing, n_bill;
    int scenarios_given, strategies_given;    /* 0: all that the market knows */
    const struct scenario *scenario[MARKET_MAX_SCENARIO];
    const struct sourcing *sourcing[MARKET_MAX_SOURCING];
    int base_scenario, base_sourcing;         /* those of the economics, as indices into the two lists */
    struct risk_bill bill[RISK_STUDY_MAX_BILL];
    struct risk_margin margin;
    int n_probability, n_duration;            /* axes of the strategy map */
    double probability_pu[RISK_STUDY_MAX_AXIS], duration_months[RISK_STUDY_MAX_AXIS];
    uint64_t hash;                            /* of the document after --set overrides, and of the market's data */
};

/* risk_study_read - load, apply n_set overrides "path=value", check everything. Files of designs are sought from the folder of the study; a
 * design in YAML is evaluated at its own level. */
enum status risk_study_read(const char *path, int n_set, const char *const *set, const struct matlib *lib, const struct market *market,
                            struct risk_study *out, struct err *e) MUST_CHECK;
void risk_study_done(struct risk_study *s);

/* risk_study_get_sections - for `motrade schema risk`: the tables of the file; returns how many. */
struct risk_study_section { const char *path, *doc; const struct schema_row *rows; int n_row; };
#define RISK_STUDY_MAX_SECTION 6
int risk_study_get_sections(struct risk_study_section out[RISK_STUDY_MAX_SECTION]);

/* risk_margin.c. risk_margin_read - the section `margin_rule` (map NULL: absent), after bills and economics; ST_CONFIG when neither it nor
 * economics.lost_margin_USD_per_motor is given, or both. risk_margin_get_schema - its table. */
enum status risk_margin_read(const struct yaml_node *economics, const struct yaml_node *map, struct risk_study *s,
                             struct err *e) MUST_CHECK;
const struct schema_row *risk_margin_get_schema(int *n);

/* risk_designs_read (risk_designs.c) - bills of one file: result.json of `compare` (every chosen design), of `evaluate`, or a design in
 * YAML. Appends to out; `at` is the node that named the file. */
enum status risk_designs_read(const struct yaml_node *at, const char *path, const char *name, const struct matlib *lib,
                              const struct market *market, struct risk_study *out, struct err *e) MUST_CHECK;

#endif
