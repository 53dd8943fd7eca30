/* hash.h - FNV-1a 64-bit, streaming: keys of the archive and fingerprints of data files. */
#ifndef MATERIALS_BASE_HASH_H
#define MATERIALS_BASE_HASH_H
#include <stddef.h>
#include <stdint.h>

#define HASH_START 0xcbf29ce484222325u
uint64_t hash_add(uint64_t h, const void *bytes, size_t n);
uint64_t hash_add_text(uint64_t h, const char *s); /* with its end, so that "ab","c" differs from "a","bc" */

#endif
