/* market_read.h - reading of market.yaml; internal to materials/. */
#ifndef MATERIALS_MARKET_READ_H
#define MATERIALS_MARKET_READ_H
#include "materials/market.h"

enum status market_read_root(const struct yaml_node *root, struct market *m, struct err *e) MUST_CHECK;

#endif
