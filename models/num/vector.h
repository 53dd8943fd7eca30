/* vector.h - versions of a function for wider vector registers, chosen when the program starts. Plain loops without sums across elements
 * and without fused operations (-ffp-contract=off) give the same figures in every version. Not under the address sanitizer, whose
 * start-up does not bear functions chosen at load time, and not with clang, whose version 14 gives such a function another name than its
 * callers look for. */
#ifndef MODELS_NUM_VECTOR_H
#define MODELS_NUM_VECTOR_H

#if defined __x86_64__ && defined __GNUC__ && !defined __SANITIZE_ADDRESS__ && !defined __clang__
#define VECTOR_VERSIONS __attribute__((target_clones("avx2", "default")))
#else
#define VECTOR_VERSIONS
#endif
#define VECTOR_INLINE static inline __attribute__((always_inline))

#endif
