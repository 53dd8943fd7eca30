/* library.c - see library.h. */
#include "tests/support/library.h"
#include <stdio.h>
#include <stdlib.h>
#include "materials/base/banned.h"

int library_set_up(void **state)
{
    struct library *l = calloc(1, sizeof *l);
    struct err e = {0};
    *state = l;
    if (l && matlib_new("materials/data", &l->lib, &e) == ST_OK && market_new("materials/data", &l->market, &e) == ST_OK)
        return 0;
    fprintf(stderr, "materials/data: %s:%d: %s\n", e.file, e.line, e.message);
    return 1;
}

int library_tear_down(void **state)
{
    struct library *l = *state;
    matlib_free(l->lib);
    market_free(l->market);
    free(l);
    return 0;
}

int library_set_up_materials(void **state)
{
    struct matlib *lib = NULL;
    struct err e = {0};
    const enum status st = matlib_new("materials/data", &lib, &e);
    *state = lib;
    if (st != ST_OK)
        fprintf(stderr, "materials/data: %s:%d: %s\n", e.file, e.line, e.message);
    return st != ST_OK;
}

int library_tear_down_materials(void **state)
{
    matlib_free(*state);
    return 0;
}
