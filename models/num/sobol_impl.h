/* sobol_impl.h - the table of direction numbers; internal to models/num. */
#ifndef MODELS_NUM_SOBOL_IMPL_H
#define MODELS_NUM_SOBOL_IMPL_H
#include <stdint.h>

extern const uint16_t sobol_table[]; /* s, a, m_1 .. m_s of dimension 2, then of dimension 3 ... */
extern const int sobol_table_size;

#endif
