/* rng.h - counter-based random numbers: Philox 4x32-10 (key SALMON2011), normals by inverse distribution function (key WICHURA1988).
 *
 * A draw is a pure function of (seed, stream, index, step, lane): there is no state to pass between threads or to save, and a result
 * depends neither on the number of threads nor on the order of calls. Normals: relative error of the quantile below 1e-15 (AS 241, PPND16).
 */
#ifndef MODELS_NUM_RNG_H
#define MODELS_NUM_RNG_H
#include <stdint.h>

struct rng { uint32_t key[2]; }; /* from the seed */
struct rng rng_init(uint64_t seed);

/* rng_eval_block - the raw generator: 4 words from a counter of 4 words. */
void rng_eval_block(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/* rng_eval_uniform - two numbers in (0,1), the middles of 2^52 equal cells: never 0 or 1. */
void rng_eval_uniform(const struct rng *r, uint32_t stream, uint32_t index, uint32_t step, uint32_t lane, double u[2]);

/* rng_fill_normal - standard normals for indices first .. first+n-1 at one (stream, step, lane): z0[n], z1[n] are the two of each counter.
 * z1 may be NULL. Loops are plain and vectorise. */
void rng_fill_normal(const struct rng *r, uint32_t stream, uint32_t first, uint32_t step, uint32_t lane, int n, double *z0, double *z1);

/* rng_fill_quantile - z[k] = rng_eval_quantile(u[k]) for u in (0,1), in vectors; differs from it by at most 2e-15 relative. */
void rng_fill_quantile(int n, const double *u, double *z);

/* rng_eval_quantile - inverse of the standard normal distribution; +-HUGE_VAL at 1 and 0. */
double rng_eval_quantile(double p);

#endif
