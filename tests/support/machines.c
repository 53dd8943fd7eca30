#include "tests/support/machines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "materials/base/units.h"
#include "materials/base/yaml.h"
#include "models/machine/machine_yaml.h"

enum status machines_read_case(const char *name, const struct matlib *lib, const struct steel *steel, struct machine *out, struct err *e)
{
    char path[128];
    struct yaml_doc *doc;
    snprintf(path, sizeof path, "examples/validation/%s.yaml", name);
    TRY(yaml_read_file(path, &doc, e));
    enum status st = ST_OK;
    if (steel) { /* any steel of the library holds the place */
        char text[128];
        static const char *const part[2] = {"stator", "rotor"};
        for (int k = 0; k < 2 && st == ST_OK; k++) {
            snprintf(text, sizeof text, "machine.materials.%s_steel=%s", part[k], lib->steel[0].base.name);
            st = yaml_set_path(doc, text, e);
        }
    }
    if (st == ST_OK)
        st = machine_yaml_read(yaml_get_key(yaml_get_root(doc), "machine"), lib, out, e);
    if (st == ST_OK && steel)
        out->stator_steel = out->rotor_steel = steel;
    yaml_free(doc);
    return st;
}

enum status machines_new_linear_steel(double mu_r, struct steel *out, struct err *e)
{
    double B_T[2] = {0.0, 2.0 * STEEL_B_END_T}, H_A_per_m[2] = {0.0, 2.0 * STEEL_B_END_T / (mu_r * MU0_H_PER_M)};
    memset(out, 0, sizeof *out);
    snprintf(out->base.name, sizeof out->base.name, "linear");
    return curve_init(&out->H_of_B, 2, B_T, H_A_per_m, CURVE_LINE, e);
}

void machines_free_linear_steel(struct steel *s) { curve_done(&s->H_of_B); }

int machines_read_table(const char *path, int n_column, int n_row_max, double rows[][MACHINES_MAX_COLUMN])
{
    FILE *f = fopen(path, "r");
    if (!f)
        return -1;
    char line[512];
    int n = 0, is_heading = 1;
    while (n < n_row_max && fgets(line, sizeof line, f)) {
        if (line[0] == '#')
            continue;
        if (!is_heading) {
            char *at = line;
            for (int c = 0; c < n_column; c++) {
                rows[n][c] = strtod(at, &at);
                if (*at == ',')
                    at++;
            }
            n++;
        }
        is_heading = 0;
    }
    fclose(f);
    return n;
}
