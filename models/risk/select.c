/* select.c - k-th smallest by quickselect (Hoare), median of three as pivot: deterministic, linear on average. */
#include "models/risk/risk_impl.h"
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
