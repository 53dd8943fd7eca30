#include "solver/out_csv.h"
#include "materials/base/text.h"
#include <math.h>
#include "materials/base/banned.h"

static void add_row(struct text *t, const struct comparison *c, const struct compare_design *d, int chosen)
{
    const struct study_technology *st = &c->study->technology[d->technology];
    const struct magnet *m = st->grade[d->grade];
    text_add(t, "%s,%d,%s,%d,%d,%.17g", technology_get_key(st->technology), d->id, m ? m->base.name : "none", chosen, d->on_joint_front,
             d->score);
    int n;
    const struct figure *f = result_get_figures(&n);
    for (int k = 0; k < n; k++) {
        double v = figure_eval(&f[k], &d->r);
        if (isfinite(v))
            text_add(t, ",%.17g", v);
        else
            text_add(t, ","); /* not applicable */
    }
    text_add(t, "\n");
}

enum status out_csv_write_designs(const struct comparison *c, const char *path, struct err *e)
{
    struct text t = {0};
    int n;
    const struct figure *f = result_get_figures(&n);
    text_add(&t, "technology,id,magnet,chosen,on_joint_front,score_pu");
    for (int k = 0; k < n; k++)
        text_add(&t, ",%s", f[k].key);
    text_add(&t, "\n");
    for (int k = 0; k < c->study->n_technology; k++)
        for (int q = 0; q < c->tech[k].n_front; q++)
            add_row(&t, c, &c->tech[k].front[q], q == c->tech[k].best);
    enum status st = t.failed ? err_set(e, ST_NO_MEMORY, path, "CSV text") : text_write_file(path, t.s, t.n, e);
    text_done(&t);
    return st;
}
