/* clock.h - time of the benchmarks: clocks by what they count, and the median over repeats. */
#ifndef TESTS_SUPPORT_CLOCK_H
#define TESTS_SUPPORT_CLOCK_H

/* Of the wall; of the processor, all threads (other work on the machine does not count); of the processor, the calling thread alone. */
double clock_get_wall_s(void);
double clock_get_process_s(void);
double clock_get_thread_s(void);

/* clock_eval_median - sorts t. */
double clock_eval_median(double *t, int n);

#endif
