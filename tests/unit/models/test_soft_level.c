/* test_soft_level.c - the smooth percentile against bisection of its definition, its slopes against central differences; values far from
 * the level, zero weights, and a narrow width, where it is the percentile itself. */
#include "models/num/soft_level.h"
#include "tests/support/close.h"
#include "materials/base/banned.h"

#define N 203

struct data { double value[N], weight[N], work[N]; };

static void fill(struct data *d, double spread)
{
    for (int i = 0; i < N; i++) {
        d->value[i] = spread * sin(1.7 * i + 0.3 * i * i);
        d->weight[i] = i % 5 == 0 ? 0.0 : 1.0 + 0.5 * cos(2.1 * i);
    }
}

static double share_of(const struct data *d, double s, double width)
{
    double sum = 0.0, total = 0.0;
    for (int i = 0; i < N; i++) {
        sum += d->weight[i] / (1.0 + exp((d->value[i] - s) / width));
        total += d->weight[i];
    }
    return sum / total;
}

static double bisect(const struct data *d, double share, double width, double reach)
{
    double low = -reach, high = reach;
    for (int k = 0; k < 200; k++) {
        const double mid = 0.5 * (low + high);
        if (share_of(d, mid, width) < share)
            low = mid;
        else
            high = mid;
    }
    return 0.5 * (low + high);
}

/* Spreads from a few widths to far more than the exponentials reach. */
static void test_definition(void **state)
{
    (void)state;
    static const double SPREAD[] = {1e-3, 0.3, 5.0, 60.0, 5000.0}, SHARE[] = {0.01, 0.5, 0.95, 0.995};
    struct data d;
    for (int a = 0; a < ARRAY_LEN(SPREAD); a++)
        for (int b = 0; b < ARRAY_LEN(SHARE); b++) {
            fill(&d, SPREAD[a]);
            const double s = soft_level_eval(N, d.value, d.weight, SHARE[b], 0.1, d.work);
            assert_close(s, bisect(&d, SHARE[b], 0.1, SPREAD[a] + 10.0), 1e-12, 1e-12);
        }
}

static void test_slopes(void **state)
{
    (void)state;
    struct data d;
    double to_value[N], to_weight[N], side[2];
    fill(&d, 1.0);
    const double s = soft_level_eval(N, d.value, d.weight, 0.9, 0.05, d.work);
    soft_level_eval_slopes(N, d.value, d.weight, 0.9, 0.05, s, to_value, to_weight);
    for (int i = 1; i < N; i += 23) {
        double *const at[] = {&d.value[i], &d.weight[i]};
        for (int q = 0; q < 2 && d.weight[i] > 0.0; q++) { /* weights are zero or more */
            const double old = *at[q], h = 1e-5;
            for (int k = 0; k < 2; k++) {
                *at[q] = old + (k ? h : -h);
                side[k] = soft_level_eval(N, d.value, d.weight, 0.9, 0.05, d.work);
            }
            *at[q] = old;
            assert_close(q ? to_weight[i] : to_value[i], (side[1] - side[0]) / (2.0 * h), 1e-5, 1e-9);
        }
    }
}

static void test_limits(void **state)
{
    (void)state;
    struct data d;
    fill(&d, 1.0);
    for (int i = 0; i < N; i++)
        d.value[i] = i < N / 2 ? 2.0 : 7.0; /* all between two values: the level is at one of them */
    assert_close(soft_level_eval(N, d.value, d.weight, 0.2, 1e-6, d.work), 2.0, 0.0, 1e-4);
    assert_close(soft_level_eval(N, d.value, d.weight, 0.9, 1e-6, d.work), 7.0, 0.0, 1e-4);
    for (int i = 0; i < N; i++)
        d.weight[i] = 0.0;
    assert_true(isnan(soft_level_eval(N, d.value, d.weight, 0.5, 0.1, d.work)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_definition), cmocka_unit_test(test_slopes), cmocka_unit_test(test_limits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
