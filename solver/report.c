/* report.c - the page of a comparison: tables, data, script, in the frame of report_shell.c. */
#include "solver/report_impl.h"
#include "solver/cli.h"
#include <math.h>
#include "materials/base/banned.h"

/* The chosen design at its peak point, and what the worst event does to its magnets. */
static enum status get_picture(const struct compare_technology *x, json_t **out, struct err *e)
{
    const struct operate_point *q = &x->detail.point_peak;
    struct picture_load load = {q->i_d_A, q->i_q_A, isfinite(q->i_f_A) ? q->i_f_A : 0.0, x->detail.heat_peak.magnet_mean_K, NULL};
    struct demag_event damage;
    if (x->detail.n_event > 0) {
        eval_get_demag_event(&x->detail.event[x->detail.worst_event], &damage);
        load.damage = &damage;
    }
    return report_get_picture(&x->machine, &load, out, e);
}

static enum status get_data(const struct report_ctx *r, json_t **out, struct err *e)
{
    json_t *root = report_get_charts(r), *pictures = json_array();
    enum status st = root && pictures ? ST_OK : err_set(e, ST_NO_MEMORY, "report", "no memory for the data of the charts");
    for (int k = 0; k < r->s->n_technology && st == ST_OK; k++) {
        json_t *p = json_null();
        if (r->c->tech[k].best >= 0)
            st = get_picture(&r->c->tech[k], &p, e);
        if (st == ST_OK)
            json_array_append_new(pictures, p);
    }
    json_object_set_new(root, "picture", pictures);
    if (st != ST_OK)
        json_decref(root);
    *out = st == ST_OK ? root : NULL;
    return st;
}

static enum status write_page(const struct report_ctx *r, const struct text *library, struct text *t, const char *path, struct err *e)
{
    report_add_head(t, r->s->name);
    report_add_decision(t, r);
    report_add_comparison(t, r);
    report_add_charts(t, r);
    report_add_margin(t, r);
    report_add_optimum(t, r);
    report_add_bridge(t, r);
    report_add_cards(t, r);
    report_add_economics(t, r);
    report_add_shift(t, r);
    report_add_substitution(t, r);
    report_add_comparison_sources(t, r);
    report_add_method(t, r);
    json_t *data = NULL;
    TRY(get_data(r, &data, e));
    return report_write_page(t, data, library, report_script, path, e);
}

enum status report_write(const struct comparison *c, const struct compare_opts *o, const char *path, struct err *e)
{
    const struct report_ctx r = {c, o, c->study};
    struct text library = {0}, page = {0};
    enum status st = report_read_library(&library, e);
    if (st == ST_OK)
        st = write_page(&r, &library, &page, path, e);
    text_done(&library);
    text_done(&page);
    return st;
}
