/* report_cards.c - one card a technology: cross-section and tables; and the cross-section as data. */
#include "solver/report_impl.h"
#include "solver/picture.h"
#include <math.h>
#include "materials/base/banned.h"

static void add_card(struct text *t, const struct report_ctx *r, int k)
{
    const struct compare_technology *x = &r->c->tech[k];
    const struct magnet *grade = x->machine.magnet;
    char label[64];
    report_get_technology(r->s->technology[k].technology, label, sizeof label);
    text_add(t, "<article class=\"card\" style=\"border-top-color:%s\"><h3>", report_get_color(r->s->technology[k].technology));
    report_add_escaped(t, label);
    if (grade) {
        text_add(t, " <small>");
        report_add_escaped(t, grade->base.name);
        text_add(t, ", %s grade</small>", evidence_get_text(grade->evidence));
    }
    text_add(t, "</h3>\n");
    if (grade) {
        text_add(t, "<p class=\"note\">");
        report_add_prose(t, grade->base.doc, 0);
        text_add(t, "</p>\n");
    }
    text_add(t,
             "<div class=\"columns\"><div class=\"picture\"><canvas id=\"picture%d\" role=\"img\" aria-label=\"Cross-section\"></canvas>"
             "<div class=\"scale\" id=\"scale%d\"></div><p class=\"note\">Cross-section of ",
             k, k);
    report_add_pole_count(t, &x->machine);
    text_add(t, " at the peak point: flux density, flux lines (equal flux between neighbours), rotor at electrical angle 0.</p></div>\n");

    report_add_damage(t, &x->detail, k);
    report_add_dimensions(t, &x->machine);
    report_add_margins(t, &r->s->setup, &x->machine, &x->report.r);
    report_add_parts(t, &x->detail);
    report_add_elements(t, &r->s->setup.elements, &x->detail);
    report_add_temperatures(t, &x->detail);
    report_add_spread(t, &x->detail);
    report_add_losses(t, &x->detail);
    text_add(t, "</div>\n");
    report_add_events(t, &r->s->setup.demag, &x->report.r, &x->detail); /* as wide as the card */
    text_add(t, "</article>\n");
}

void report_add_cards(struct text *t, const struct report_ctx *r)
{
    text_add(t, "<section class=\"cards\"><h2>The chosen designs</h2>\n<p class=\"note\">One card a technology: field, damage, dimensions, "
                "what was "
                "asked for, bill, temperatures, losses, and every event that may demagnetise it.</p>\n");
    for (int k = 0; k < r->s->n_technology; k++)
        if (r->c->tech[k].best >= 0)
            add_card(t, r, k);
    text_add(t, "</section>\n");
}

/* ---- cross-sections ---- */

static json_t *get_ints(int n, const int *v)
{
    json_t *a = json_array();
    for (int k = 0; k < n; k++)
        json_array_append_new(a, json_integer(v[k]));
    return a;
}

static json_t *get_regions(const struct picture *p)
{
    json_t *a = json_array();
    for (int k = 0; k < p->n_tri; k++)
        json_array_append_new(a, json_integer(p->region[k]));
    return a;
}

enum status report_get_picture(const struct machine *m, const struct picture_load *load, json_t **out, struct err *e)
{
    struct picture *p = NULL;
    struct err why = {0};
    enum status st = picture_new(m, load, &p, &why);
    if (st == ST_NO_MEMORY)
        return err_set(e, ST_NO_MEMORY, "report", "%s", why.message);
    *out = st != ST_OK ? json_pack("{s:s}", "error", why.message)
                       : json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "x", get_ints(p->n_node, p->x), "y", get_ints(p->n_node, p->y),
                                   "tri", get_ints(3 * p->n_tri, p->tri), "B", get_ints(p->n_tri, p->B), "region", get_regions(p), "line",
                                   get_ints(4 * p->n_line, p->line), "edge", get_ints(3 * p->n_edge, p->edge));
    if (st == ST_OK && p->lost && *out)
        json_object_set_new(*out, "lost", get_ints(p->n_tri, p->lost));
    picture_free(p);
    return *out ? ST_OK : err_set(e, ST_NO_MEMORY, "report", "no memory for a cross-section");
}
