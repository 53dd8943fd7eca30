/* mem.h - allocation with a counter, so that tests can count allocations (none inside a solve) and fail the n-th.
 * Memory is zeroed. mem_new returns NULL on failure; callers return ST_NO_MEMORY through err_set. Thread safe. */
#ifndef MATERIALS_BASE_MEM_H
#define MATERIALS_BASE_MEM_H
#include <stddef.h>

void *mem_new(size_t n, size_t size);               /* n objects of `size` bytes, 64-byte aligned */
void *mem_take(size_t n, size_t size, int *ok);     /* one of many allocations: *ok becomes 0 on failure; n = 0 is legal */
void *mem_grow(void *p, size_t old_n, size_t new_n, size_t size); /* NULL on failure: p stays valid and owned */
void mem_free(void *p);                             /* NULL is legal */
char *mem_copy_text(const char *s);
long mem_get_count(void);                           /* allocations since start */
long mem_get_live(void);                            /* blocks not yet freed */
void mem_set_fail_at(long n);                       /* the n-th next allocation (1 = next) fails; 0 = never */

#endif
