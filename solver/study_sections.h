/* study_sections.h - sections that a study and a design file share: cooling and economics. */
#ifndef SOLVER_STUDY_SECTIONS_H
#define SOLVER_STUDY_SECTIONS_H
#include "materials/market.h"
#include "materials/matlib.h"
#include "models/evaluate.h"

struct economics {                   /* what risk and cost are reckoned with; owns the two simulations and own_market */
    const struct market *market;     /* that of the data, or own_market */
    struct market *own_market;       /* with economics.supply laid over its scenarios; NULL: none */
    const struct scenario *scenario;
    const struct sourcing *sourcing;
    char destination[SCHEMA_TEXT_SIZE];
    struct risk_opts opts;           /* of the final simulation */
    int n_scenario_search;
    int is_best;                     /* sourcing: best - each design at its own best mix; `sourcing` then is the first named strategy */
    int n_other;                     /* the other named strategies that can be followed, for the search: a bound on the best mix */
    struct risk *other[MARKET_MAX_SOURCING];
    struct risk *search, *final;     /* few scenarios for the search, all of them for what is reported; the same shocks */
};

enum status study_sections_read_cooling(const struct yaml_node *map, const struct matlib *lib, struct eval_setup *out,
                                        struct err *e) MUST_CHECK;
/* study_sections_check_temperatures - coolant, oil and surroundings against the materials that they meet: within the range of their data,
 * and colder than winding class and magnet limit (nothing is cooled by what is too hot for it); the temperature of the maps (at `map_node`)
 * within the magnet's data. m: insulation, conductor, steels; magnet may be NULL. */
enum status study_sections_check_temperatures(const struct yaml_node *cooling, const struct yaml_node *map_node, const struct eval_setup *s,
                                              const struct machine *m, const struct magnet *magnet, struct err *e) MUST_CHECK;
/* study_sections_read_economics - fills eco and the prices and risk of out; map NULL: prices of today, no risk. n_thread: for the
 * simulation only. */
enum status study_sections_read_economics(const struct yaml_node *map, const struct market *market, struct eval_setup *out,
                                          struct economics *eco, struct err *e) MUST_CHECK;
void economics_done(struct economics *eco);
/* economics_new_risk - the final simulation under another scenario, the rest as it is. */
enum status economics_new_risk(const struct economics *eco, const struct scenario *scenario, struct risk **out, struct err *e) MUST_CHECK;
const struct schema_row *study_sections_get_economics_schema(int *n);

/* The same section where bills are given, not motors (`motrade risk`): what only a motor needs may be absent; nothing is simulated. */
#define STUDY_MAX_ECONOMICS_ROW 48
void study_sections_get_bill_economics_schema(struct schema_row rows[STUDY_MAX_ECONOMICS_ROW], int *n);
enum status study_sections_read_bill_economics(const struct yaml_node *map, const struct market *market, struct economics *eco,
                                               struct err *e) MUST_CHECK;

#endif
