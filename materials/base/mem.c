#include "materials/base/mem.h"
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/banned.h"

#define MEM_ALIGN 64 /* a cache line, and the widest vector register */

static atomic_long count, live, fail_at;

static int must_fail(void)
{
    return atomic_load(&fail_at) > 0 && atomic_fetch_sub(&fail_at, 1) == 1;
}

void *mem_new(size_t n, size_t size)
{
    if (must_fail() || (size && n > SIZE_MAX / 2 / size))
        return NULL;
    size_t bytes = (n * size + MEM_ALIGN - 1) / MEM_ALIGN * MEM_ALIGN;
    if (bytes == 0)
        bytes = MEM_ALIGN;
    void *p = aligned_alloc(MEM_ALIGN, bytes);
    if (!p)
        return NULL;
    memset(p, 0, bytes);
    atomic_fetch_add(&count, 1);
    atomic_fetch_add(&live, 1);
    return p;
}

void *mem_take(size_t n, size_t size, int *ok)
{
    void *p = mem_new(n > 0 ? n : 1, size);
    if (!p)
        *ok = 0;
    return p;
}

void *mem_grow(void *p, size_t old_n, size_t new_n, size_t size)
{
    void *q = mem_new(new_n, size);
    if (!q)
        return NULL;
    if (p)
        memcpy(q, p, (old_n < new_n ? old_n : new_n) * size);
    mem_free(p);
    return q;
}

void mem_free(void *p)
{
    if (!p)
        return;
    atomic_fetch_sub(&live, 1);
    free(p);
}

char *mem_copy_text(const char *s)
{
    size_t n = strlen(s) + 1;
    char *p = mem_new(n, 1);
    if (p)
        memcpy(p, s, n);
    return p;
}

long mem_get_count(void) { return atomic_load(&count); }
long mem_get_live(void) { return atomic_load(&live); }
void mem_set_fail_at(long n) { atomic_store(&fail_at, n); }
