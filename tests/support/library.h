/* library.h - fixture of a group of tests that need the material and the market data of this tree. */
#ifndef TESTS_SUPPORT_LIBRARY_H
#define TESTS_SUPPORT_LIBRARY_H
#include "materials/market.h"
#include "materials/matlib.h"

struct library { struct matlib *lib; struct market *market; };
int library_set_up(void **state);
int library_tear_down(void **state);
/* The same of the materials alone: *state is a struct matlib. */
int library_set_up_materials(void **state);
int library_tear_down_materials(void **state);

#endif
