#include "materials/base/hash.h"
#include <string.h>
#include "materials/base/banned.h"

uint64_t hash_add(uint64_t h, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    for (size_t k = 0; k < n; k++)
        h = (h ^ p[k]) * 0x100000001b3u;
    return h;
}

uint64_t hash_add_text(uint64_t h, const char *s)
{
    return hash_add(h, s, strlen(s) + 1);
}
