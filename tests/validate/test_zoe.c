/* The first Renault Zoe's motor as drawn in pyleecan (examples/validation/ZOE.yaml) at the one operating point whose torque by finite
 * elements is published (source key PYLEECAN_ZOE): i_d 0, i_q 70 A rms, i_f 10 A. The source's own test accepts 10 %; the slot's rounded
 * corners are drawn straight here. */
#include <math.h>
#include <stdio.h>
#include "models/field/field.h"
#include "models/loss/iron.h"
#include "models/machine/machine_yaml.h"
#include "tests/support/close.h"
#include "tests/support/machines.h"
#include "tests/support/proof.h"

#define I_Q_RMS_A  70.0
#define I_F_A      10.0
#define TORQUE_NM  51.99
#define N_POSITION 12

static void test_torque(void **state)
{
    (void)state;
    struct matlib *lib;
    struct machine m;
    struct field_ws *ws;
    struct field_opts o = field_opts_default();
    struct err e;
    double i_q_A = sqrt(2.0) * I_Q_RMS_A, d_Wb = 0.0, band_Nm = 0.0;
    assert_ok(matlib_new("materials/data", &lib, &e), &e);
    assert_ok(machines_read_case("ZOE", lib, NULL, &m, &e), &e);
    assert_ok(machine_check(&m, &e), &e);
    assert_ok(field_new(&m, MESH_MEDIUM, &o, &ws, &e), &e);
    for (int k = 0; k < N_POSITION; k++) {
        struct field_result r;
        struct field_info info;
        field_set_angle(ws, iron_get_position_el_rad(&m, k, N_POSITION));
        assert_ok(field_solve(ws, 0.0, i_q_A, I_F_A, k == 0, &r, &info, &e), &e);
        d_Wb += r.lambda_d_Wb / N_POSITION;
        band_Nm += r.torque_Nm / N_POSITION;
    }
    double torque_Nm = 1.5 * m.p * d_Wb * i_q_A;
    printf("%.2f N m by linkages, %.2f by stress; published %.2f\n", torque_Nm, band_Nm, TORQUE_NM);
    assert_close(band_Nm, torque_Nm, 0.02, 0.0); /* the second way to the torque */
    proof_check(&(struct proof){PROOF_PUBLISHED_FE, "torque at i_q 70 A rms, i_f 10 A", "Renault Zoe wound field, medium",
                                .measured = 100.0 * fabs(torque_Nm / TORQUE_NM - 1.0), .wanted = 10.0, .unit = "%",
                                .source = "PYLEECAN_ZOE"});
    field_free(ws);
    machine_yaml_done(&m);
    matlib_free(lib);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_torque)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
