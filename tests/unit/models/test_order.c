/* Reverse Cuthill-McKee on graphs whose best band is known. */
#include <stdlib.h>
#include "models/num/order.h"
#include "tests/support/close.h"

#define ROWS 5
#define COLS 12
#define N (ROWS * COLS)

struct grid { int start[N + 1], next[4 * N]; struct order_graph g; };

/* Rectangular grid with scattered numbering; `is_ring` joins the last column to the first. */
static void grid_set(struct grid *x, int is_ring)
{
    static const int dr[4] = {1, -1, 0, 0}, dc[4] = {0, 0, 1, -1};
    int n = 0, label[N], where[N];
    for (int k = 0; k < N; k++)
        where[label[k] = k * 23 % N] = k;
    for (int i = 0; i < N; i++) {
        x->start[i] = n;
        int r = where[i] % ROWS, c = where[i] / ROWS;
        for (int d = 0; d < 4; d++) {
            int rr = r + dr[d], cc = c + dc[d];
            if (is_ring)
                cc = (cc + COLS) % COLS;
            if (rr >= 0 && rr < ROWS && cc >= 0 && cc < COLS)
                x->next[n++] = label[cc * ROWS + rr];
        }
    }
    x->start[N] = n;
    x->g.n = N;
    x->g.start = x->start;
    x->g.next = x->next;
}

static void check_permutation(const int *rank)
{
    int seen[N] = {0};
    for (int i = 0; i < N; i++) {
        assert_in_range(rank[i], 0, N - 1);
        assert_int_equal(seen[rank[i]]++, 0);
    }
}

static void test_strip(void **state)
{
    (void)state;
    struct grid x;
    int rank[N], work[3 * N];
    grid_set(&x, 0);
    order_set_rcm(&x.g, 0, NULL, rank, work);
    check_permutation(rank);
    assert_true(order_eval_half_band(&x.g, rank) <= ROWS + 1); /* the best is ROWS */
    int identity[N];
    for (int i = 0; i < N; i++)
        identity[i] = i;
    assert_true(order_eval_half_band(&x.g, identity) > 2 * ROWS);
}

static void test_ring_from_line(void **state)
{
    (void)state;
    struct grid x;
    int rank[N], work[3 * N], root[ROWS];
    grid_set(&x, 1);
    for (int r = 0; r < ROWS; r++)
        root[r] = r * 23 % N; /* first column */
    order_set_rcm(&x.g, ROWS, root, rank, work);
    check_permutation(rank);
    assert_true(order_eval_half_band(&x.g, rank) <= 2 * ROWS + 1); /* both ways round */
}

static void test_components(void **state)
{
    (void)state;
    const int start[6] = {0, 1, 2, 3, 4, 4}, next[4] = {1, 0, 3, 2};
    const struct order_graph g = {5, start, next};
    int rank[5], work[15], sum = 0;
    order_set_rcm(&g, 0, NULL, rank, work);
    for (int i = 0; i < 5; i++)
        sum += 1 << rank[i];
    assert_int_equal(sum, 31);
    assert_int_equal(order_eval_half_band(&g, rank), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_strip), cmocka_unit_test(test_ring_from_line),
                                       cmocka_unit_test(test_components)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
