#include "tests/support/waveform.h"

#include <math.h>
#include "materials/base/units.h"

double waveform_eval_harmonic(int n, double x[][3], int order)
{
    double c = 0.0, s = 0.0;
    for (int k = 0; k < n; k++)
        for (int m = 0; m < 3; m++) {
            double a = order * (k * PI / 3.0 / n - 2.0 * PI * m / 3.0);
            c += x[k][m] * cos(a) * 2.0 / (3 * n);
            s += x[k][m] * sin(a) * 2.0 / (3 * n);
        }
    return hypot(c, s);
}
