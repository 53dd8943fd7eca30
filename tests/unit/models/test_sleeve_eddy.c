/* test_sleeve_eddy.c - eddy loss of a sleeve against the diffusion equation of a cylinder of its true thickness, from slow fields to fast
 * ones; the currents that close round its ends against the stream function of the sheet; and what conducts nothing loses nothing. */
#include "models/loss/sleeve_eddy.h"
#include "materials/base/units.h"
#include "tests/support/close.h"
#include <complex.h>

#define R_CORE_M 0.041
#define R_BORE_M 0.047
#define N_SHELL 6000
#define N_AXIAL 4000

static const struct sleeve_eddy STAINLESS = {.radius_m = 0.0455, .thickness_m = 1e-3, .length_m = 1e3, .conductivity_S_per_m = 1.25e6,
                                         .R_core_m = R_CORE_M, .R_bore_m = R_BORE_M};

struct diffusion { double loss_W, A_still_Wb_per_m; }; /* whole length; A at the mean radius of the sheet without its currents */

/* A exp(j(nu a - omega t)) between permeable cylinders, driven by a current sheet at the bore: (r A')' - nu2 A/r = -j omega mu0 sigma r A,
 * A' = 0 at the core, A' = mu0 K at the bore. Finite volumes on N_SHELL shells, elimination from the core outwards. */
static struct diffusion diffusion_solve(const struct sleeve_eddy *s, int wave, double omega_rad_per_s)
{
    static double complex diagonal[N_SHELL], right[N_SHELL], A[N_SHELL];
    static double outward[N_SHELL];
    const double h = (R_BORE_M - R_CORE_M) / N_SHELL;
    for (int i = 0; i < N_SHELL; i++) {
        const double low = R_CORE_M + i * h, r = low + 0.5 * h, from_middle_m = fabs(r - s->radius_m);
        const double sigma = from_middle_m < 0.5 * s->thickness_m ? s->conductivity_S_per_m : 0.0;
        outward[i] = i < N_SHELL - 1 ? (low + h) / h : 0.0;
        const double inward = i > 0 ? low / h : 0.0;
        diagonal[i] = outward[i] + inward + wave * wave * h / r - (double complex)I * omega_rad_per_s * MU0_H_PER_M * sigma * r * h;
        right[i] = i < N_SHELL - 1 ? 0.0 : 1.0; /* mu0 K R_bore */
        if (i > 0) {
            const double complex f = outward[i - 1] / diagonal[i - 1];
            diagonal[i] -= f * outward[i - 1];
            right[i] += f * right[i - 1];
        }
    }
    struct diffusion out = {0.0, 0.0};
    for (int i = N_SHELL - 1; i >= 0; i--) {
        A[i] = (right[i] + (i < N_SHELL - 1 ? outward[i] * A[i + 1] : 0.0)) / diagonal[i];
        const double r = R_CORE_M + (i + 0.5) * h, E_V_per_m = omega_rad_per_s * cabs(A[i]);
        if (fabs(r - s->radius_m) < 0.5 * s->thickness_m)
            out.loss_W += PI * r * h * s->length_m * s->conductivity_S_per_m * E_V_per_m * E_V_per_m;
        if (fabs(r - s->radius_m) < 0.51 * h)
            out.A_still_Wb_per_m = cabs(A[i]);
    }
    return out;
}

static void test_against_diffusion(void **state)
{
    (void)state;
    static const int WAVE[] = {4, 9, 15, 22};
    struct sleeve_eddy open = STAINLESS;
    int n_beyond = 0;
    open.conductivity_S_per_m = 0.0;
    for (int k = 0; k < ARRAY_LEN(WAVE); k++)
        for (double f_Hz = 100.0; f_Hz < 4e4; f_Hz *= 6.0) {
            const double omega = 2.0 * PI * f_Hz, A = diffusion_solve(&open, WAVE[k], omega).A_still_Wb_per_m;
            const double loss_W = diffusion_solve(&STAINLESS, WAVE[k], omega).loss_W;
            const double X = sleeve_eddy_eval_reaction_pu(&STAINLESS, WAVE[k], omega);
            const double limited_W = sleeve_eddy_eval_W(&STAINLESS, WAVE[k], omega, A);
            print_message("wave %2d, %6.0f Hz: X %.4f, resistance-limited over true %.4f, with 1 + X^2 %.4f\n", WAVE[k], f_Hz, X,
                          limited_W / loss_W, limited_W / (1.0 + X * X) / loss_W);
            assert_close(limited_W / (1.0 + X * X), loss_W, 0.06, 0.0); /* the field is not quite even over the thickness */
            if (X < 0.3)
                assert_close(limited_W, loss_W, 0.1, 0.0);
            n_beyond += X > 1.0 && limited_W > 1.9 * loss_W;
        }
    assert_true(n_beyond >= 2);
}

/* Stream function psi(z) of the sheet's current under a radial field: psi'' - k2 psi = 1, none leaves the ends; loss int psi'2 + k2 psi2,
 * over 1/k2 of the long sheet. Finite differences and the sum of squares. */
static void test_ends(void **state)
{
    (void)state;
    static double psi[N_AXIAL + 1], pivot[N_AXIAL + 1];
    static const int WAVE[] = {1, 3, 10, 40};
    struct sleeve_eddy s = STAINLESS;
    s.length_m = 0.06;
    for (int k = 0; k < ARRAY_LEN(WAVE); k++) {
        const double wave_per_m = WAVE[k] / s.radius_m, h = s.length_m / N_AXIAL, k2 = wave_per_m * wave_per_m;
        double sum = 0.0;
        for (int i = 1; i < N_AXIAL; i++) {
            pivot[i] = -2.0 - k2 * h * h - (i > 1 ? 1.0 / pivot[i - 1] : 0.0);
            psi[i] = h * h - (i > 1 ? psi[i - 1] / pivot[i - 1] : 0.0);
        }
        psi[0] = psi[N_AXIAL] = 0.0;
        for (int i = N_AXIAL - 1; i >= 1; i--)
            psi[i] = (psi[i] - psi[i + 1]) / pivot[i];
        for (int i = 0; i < N_AXIAL; i++) {
            const double slope = (psi[i + 1] - psi[i]) / h, middle = 0.5 * (psi[i] + psi[i + 1]);
            sum += (slope * slope + k2 * middle * middle) * h;
        }
        assert_close(sleeve_eddy_eval_end_pu(&s, WAVE[k]), sum * k2 / s.length_m, 1e-5, 0.0);
    }
}

static void test_which_conduct(void **state)
{
    (void)state;
    struct structural metal = {.electric_conductivity_S_per_m.value = 1.25e6};
    struct machine m = {.rotor_type = ROTOR_SURFACE, .R_ro_m = 0.045, .stack_m = 0.06};
    struct sleeve_eddy s;
    m.surface.sleeve = &metal;
    assert_false(sleeve_eddy_get(&m, &s));
    m.surface.sleeve_m = 1e-3;
    assert_true(sleeve_eddy_get(&m, &s));
    assert_close(s.radius_m, 0.0455, 1e-12, 0.0);
    metal.electric_conductivity_S_per_m.value = 0.0; /* carbon fibre */
    assert_false(sleeve_eddy_get(&m, &s));
    m.rotor_type = ROTOR_V;
    metal.electric_conductivity_S_per_m.value = 1.25e6;
    assert_false(sleeve_eddy_get(&m, &s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_against_diffusion), cmocka_unit_test(test_ends),
                                       cmocka_unit_test(test_which_conduct)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
