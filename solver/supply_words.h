/* supply_words.h - names of the market data (nodes, routes, scenarios, strategies) in words, for pages that people read. */
#ifndef SOLVER_SUPPLY_WORDS_H
#define SOLVER_SUPPLY_WORDS_H
#include <stddef.h>

/* supply_words_get - text with its names ("cn_heavy", "china_3m_stock") in words ("CN heavy", "China 3 months stock"); what holds no
 * underscore, or a dot inside it (keys, names of files), stays as it is. Returns out. */
const char *supply_words_get(const char *text, char *out, size_t n);

/* supply_words_get_country - "JP" as "Japan"; a code that the table does not know as it is. */
const char *supply_words_get_country(const char *code);

#endif
