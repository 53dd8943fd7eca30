/* report.c - the page of a comparison: tables, data, script, in the frame of report_shell.c. */
#include "solver/report_impl.h"
#include "solver/cli.h"
#include "materials/base/banned.h"

static enum status get_data(const struct report_ctx *r, json_t **out, struct err *e)
{
    json_t *root = report_get_charts(r), *pictures = json_array();
    enum status st = root && pictures ? ST_OK : err_set(e, ST_NO_MEMORY, "report", "no memory for the data of the charts");
    for (int k = 0; k < r->s->n_technology && st == ST_OK; k++) {
        json_t *p = json_null();
        if (r->c->tech[k].best >= 0)
            st = report_get_picture(r, k, &p, e);
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
    report_add_charts(t, r);
    report_add_margin(t, r);
    report_add_bridge(t, r);
    report_add_cards(t, r);
    report_add_economics(t, r);
    report_add_shift(t, r);
    report_add_substitution(t, r);
    report_add_sources(t, r);
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
