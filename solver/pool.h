/* pool.h - workers over independent jobs. Each worker has its own number, so that it can own a workspace; results go to the place of their
 * job, so nothing depends on which worker did what. A job that fails stops the pool; the error of the lowest failed job is returned. */
#ifndef SOLVER_POOL_H
#define SOLVER_POOL_H
#include "materials/base/status.h"

#define POOL_MAX_WORKER 256

typedef enum status pool_fn(void *ctx, int worker, int job, struct err *e);
/* pool_solve - run job 0..n_job-1 on n_worker threads (1 = in the caller). ST_USAGE beyond POOL_MAX_WORKER. */
enum status pool_solve(int n_worker, int n_job, pool_fn *fn, void *ctx, struct err *e) MUST_CHECK;
int pool_get_cores(void); /* processors available to this process */

#endif
