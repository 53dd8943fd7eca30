/* select.c - k-th smallest by quickselect (Hoare), median of three as pivot: deterministic, linear on average; and the same by weight. */
#include "models/risk/risk_impl.h"
#include <math.h>
#include "materials/base/banned.h"

static double get_median(double a, double b, double c)
{
    if (a < b)
        return b < c ? b : (a < c ? c : a);
    return a < c ? a : (b < c ? c : b);
}

double select_eval_kth(double *x, int n, int k)
{
    int low = 0, high = n - 1;
    while (low < high) {
        const double pivot = get_median(x[low], x[low + (high - low) / 2], x[high]);
        int i = low, j = high;
        while (i <= j) {
            while (x[i] < pivot)
                i++;
            while (x[j] > pivot)
                j--;
            if (i <= j) {
                const double t = x[i];
                x[i++] = x[j];
                x[j--] = t;
            }
        }
        if (k <= j)
            high = j;
        else if (k >= i)
            low = i;
        else
            break;
    }
    return x[k];
}

static void swap(double *x, int i, int j)
{
    const double t = x[i];
    x[i] = x[j];
    x[j] = t;
}

/* Hoare's partition; the side kept is the one in which the cumulated weight passes `mass`. */
static double eval_weighted(double *x, double *w, int n, double mass)
{
    int low = 0, high = n - 1;
    double below = 0.0; /* weight of what lies left of low */
    while (low < high) {
        const double pivot = get_median(x[low], x[low + (high - low) / 2], x[high]);
        int i = low, j = high;
        double left = below, middle;
        while (i <= j) {
            while (x[i] < pivot)
                i++;
            while (x[j] > pivot)
                j--;
            if (i <= j) {
                swap(x, i, j);
                swap(w, i++, j--);
            }
        }
        for (int k = low; k <= j; k++)
            left += w[k];
        middle = left;
        for (int k = j + 1; k < i; k++)
            middle += w[k];
        if (left >= mass)
            high = j;
        else if (middle >= mass)
            return x[j + 1];
        else {
            low = i;
            below = middle;
        }
    }
    return x[low < n ? low : n - 1];
}

/* A rounding error of the mass must not take the next order statistic. */
double select_eval_quantile(double *x, double *w, int n, double mass)
{
    if (w)
        return eval_weighted(x, w, n, mass - 1e-9);
    const int k = (int)ceil(mass - 1e-9) - 1;
    return select_eval_kth(x, n, k < 0 ? 0 : k);
}
