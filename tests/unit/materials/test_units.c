/* The unit table: worked conversions, longest suffix, what is no unit. */
#include "tests/support/close.h"
#include "materials/base/units.h"
#include <string.h>

static double to_si(const char *key, double v)
{
    const struct unit *u = units_get(key);
    if (!u)
        fail_msg("'%s' has no unit", key);
    return v * u->factor + u->offset;
}

static void converts_worked_values(void **state)
{
    (void)state;
    static const struct { const char *key; double v, si; } WORKED[] = {
        {"airgap_mm", 0.7, 7e-4},        {"bore_m", 0.13, 0.13},           {"slot_area_mm2", 120, 1.2e-4}, {"magnet_volume_mm3", 1e9, 1},
        {"dy_g", 35, 0.035},             {"ambient_degC", 20, 293.15},     {"rise_K", 80, 80},             {"speed_rpm", 60, 2 * PI},
        {"skew_deg", 180, PI},           {"density_A_per_mm2", 5, 5e6},    {"HcJ_kA_per_m", 1592, 1.592e6}, {"rho_uohm_cm", 150, 1.5e-6},
        {"loss_pct", 1, 0.01},           {"alpha_pct_per_K", -0.12, -1.2e-3}, {"flow_L_per_min", 6, 1e-4}, {"flow_l_per_min", 60, 1e-3},
        {"yield_MPa", 420, 4.2e8},       {"young_GPa", 200, 2e11},         {"p_bar", 2, 2e5},              {"eta_mPa_s", 1.7, 1.7e-3},
        {"peak_power_kW", 80, 8e4},      {"hre_g_per_m2", 5, 5e-3},        {"duration_minutes", 30, 1800}, {"life_hours", 1, 3600},
        {"link_kV", 0.8, 800},           {"stock_months", 3, 3},           {"drift_per_year", 0.05, 0.05},
        {"volume_motors_per_year", 1e5, 1e5},
        {"price_USD_per_kg", 60, 60},    {"i_rms_A", 200, 200},            {"contact_m2_K_per_W", 1e-4, 1e-4}, {"energy_kWh", 1, 3.6e6},
    };
    for (int k = 0; k < ARRAY_LEN(WORKED); k++)
        assert_close(to_si(WORKED[k].key, WORKED[k].v), WORKED[k].si, 1e-15, 0);
}

static void takes_the_longest_suffix(void **state)
{
    (void)state;
    static const char *const CASES[][2] = {
        {"k_W_per_m_K", "W_per_m_K"}, {"h_W_per_m2_K", "W_per_m2_K"}, {"cp_J_per_kg_K", "J_per_kg_K"}, {"H_A_per_m", "A_per_m"},
        {"H_kA_per_m", "kA_per_m"},   {"a_per_K", "per_K"},           {"a_pct_per_K", "pct_per_K"},    {"rho_ohm_m", "ohm_m"},
        {"w_rad_per_s", "rad_per_s"}, {"mm", "mm"},                   {"eta_Pa_s", "Pa_s"},            {"f_Wb_per_m", "Wb_per_m"},
    };
    for (int k = 0; k < ARRAY_LEN(CASES); k++)
        assert_string_equal(units_get(CASES[k][0])->suffix, CASES[k][1]);
}

/* Each of these would be a silent error of scale if it were taken for a unit. */
static void finds_no_unit_where_there_is_none(void **state)
{
    (void)state;
    static const char *const NONE[] = {"", "pole_pairs", "min", "yield_safety_min", "front_max", "program", "stem", "cost_EUR_per_kg",
                                       "x_foo_per_mm", "stack_cm", "airgapmm", "class_h", "k_h", "_", "squareness"};
    for (int k = 0; k < ARRAY_LEN(NONE); k++)
        if (units_get(NONE[k]))
            fail_msg("'%s' was taken to be in %s", NONE[k], units_get(NONE[k])->suffix);
}

static void table_is_sound(void **state)
{
    (void)state;
    int n;
    const struct unit *all = units_get_all(&n);
    assert_true(n > 60);
    for (int k = 0; k < n; k++) {
        assert_true(isfinite(all[k].factor) && all[k].factor > 0 && isfinite(all[k].offset));
        assert_true(all[k].label[0] && all[k].quantity[0]);
        assert_ptr_equal(units_get(all[k].suffix), &all[k]); /* unique, and found as a whole key */
        for (int j = 0; j < k; j++)
            assert_true(strcmp(all[j].suffix, all[k].suffix) != 0);
    }
}

static void constants_agree_with_each_other(void **state)
{
    (void)state;
    assert_close(PI, acos(-1.0), 1e-15, 0);
    assert_close(MU0_H_PER_M, 4e-7 * PI, 2e-10, 0); /* before 2019 exact; CODATA 2022 differs by 1.3e-10 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(converts_worked_values),
        cmocka_unit_test(takes_the_longest_suffix),
        cmocka_unit_test(finds_no_unit_where_there_is_none),
        cmocka_unit_test(table_is_sound),
        cmocka_unit_test(constants_agree_with_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
