/* flux_export_csv.c - the map as text. */
#include "solver/flux_export.h"
#include "materials/base/text.h"
#include "materials/base/units.h"
#include "solver/cli.h"
#include <math.h>
#include "materials/base/banned.h"

static int is_shown(const struct flux_export *x, const struct flux_column *c) { return !c->is_wound || x->n_f > 1; }

static void add_meta(struct text *t, const struct flux_export *x)
{
    int n;
    const struct flux_column *c = flux_export_get_columns(&n);
    text_add(t, "# motrade %s flux map of: %s\n", MOTRADE_VERSION, x->meta.machine);
    text_add(t, "# pole pairs %d; phase resistance at 20 degC %.6g ohm; end-winding leakage L_end %.6g H; ", x->p, x->meta.R20_ohm,
             x->meta.L_end_H);
    text_add(t, "rotor positions per value %d\n", x->n_position);
    if (isfinite(x->meta.magnet_K))
        text_add(t, "# magnets at %.6g degC\n", x->meta.magnet_K - KELVIN_OFFSET_K);
    for (int k = 0; flux_export_conventions[k][0]; k++)
        text_add(t, "# %s: %s\n", flux_export_conventions[k][0], flux_export_conventions[k][1]);
    for (int k = 0; k < n; k++)
        if (is_shown(x, &c[k]) && c[k].doc[0])
            text_add(t, "# column %s [%s]: %s\n", c[k].key, c[k].unit, c[k].doc);
}

static void add_cell(struct text *t, int is_first, double v)
{
    text_add(t, is_first ? "" : ",");
    if (isfinite(v)) /* an empty cell: not applicable */
        text_add(t, "%.10g", v);
}

enum status flux_export_write_csv(const struct flux_export *x, const char *path, struct err *e)
{
    struct text t = {0};
    int n;
    const struct flux_column *c = flux_export_get_columns(&n);
    add_meta(&t, x);
    for (int k = 0; k < n; k++)
        if (is_shown(x, &c[k]))
            text_add(&t, "%s%s", k == 0 ? "" : ",", c[k].key);
    text_add(&t, "\n");
    for (int i = 0; i < x->n; i++) {
        for (int k = 0; k < n; k++)
            if (is_shown(x, &c[k]))
                add_cell(&t, k == 0, flux_export_get_value(&c[k], &x->row[i]));
        text_add(&t, "\n");
    }
    enum status st = t.failed ? err_set(e, ST_NO_MEMORY, path, "CSV text") : text_write_file(path, t.s, t.n, e);
    text_done(&t);
    return st;
}
