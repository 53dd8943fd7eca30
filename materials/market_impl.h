/* market_impl.h - what the readers of market, scenario and sourcing data share; internal to materials/. */
#ifndef MATERIALS_MARKET_IMPL_H
#define MATERIALS_MARKET_IMPL_H
#include "materials/base/yaml.h"

/* market_read_name - copy the key of an entry (or the text of a scalar) of at most MARKET_NAME_SIZE - 1 characters. */
enum status market_read_name(const struct yaml_node *at, const char *text, char *out, int size, struct err *e) MUST_CHECK;
/* market_read_index - which of n names the scalar is; `what` for the message, which names the nearest. */
enum status market_read_index(const struct yaml_node *at, const char *what, const char *const *name, int n, int *out,
                              struct err *e) MUST_CHECK;
/* market_read_mask - a list of names as bits. */
enum status market_read_mask(const struct yaml_node *list, const char *what, const char *const *name, int n, unsigned *out,
                             struct err *e) MUST_CHECK;
/* market_read_entries - `map` must be a map of 1..max entries. */
enum status market_read_entries(const struct yaml_node *map, int max, struct err *e) MUST_CHECK;

/* The words of enum duration_law, NULL-terminated; and the rule which figures each law needs, the error at `map`. */
struct scenario_node;
extern const char *const scenario_duration_word[];
enum status scenario_check_duration(const struct yaml_node *map, const struct scenario_node *node, struct err *e) MUST_CHECK;

/* What an event says apart from its probability, which is a datum in the data and a bare number in a study; and its reading. */
struct supply_nodes;
struct scenario_event;
struct scenario_event_text {
    char date[SCHEMA_TEXT_SIZE], lifted[SCHEMA_TEXT_SIZE];
    const struct yaml_node *doc, *nodes, *destinations;
};
enum status scenario_read_event_text(const struct yaml_node *map, const struct scenario_event_text *r, const struct supply_nodes *nodes,
                                     struct scenario_event *out, struct err *e) MUST_CHECK;

#endif
