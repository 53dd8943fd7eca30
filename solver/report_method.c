/* report_method.c - how the figures were computed, and by which conventions they are to be read. */
#include "solver/report_impl.h"
#include "solver/cli.h"
#include "solver/out_json.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

static void add_convention(struct text *t, const char *label, const char *s)
{
    text_add(t, "<dt>");
    report_add_sentence(t, label);
    text_add(t, "</dt><dd>");
    report_add_prose(t, s, 0);
    text_add(t, "</dd>\n");
}

/* Those of result.json that say something to a reader of this page; the others explain its keys. */
void report_add_conventions(struct text *t)
{
    static const char *const KEY[] = {"axes", "transform", "signs", "current_angle", "prices", "losses"};
    json_t *all = out_json_get_conventions();
    text_add(t, "<h3>Conventions</h3>\n<dl class=\"refs\">\n");
    for (int k = 0; k < ARRAY_LEN(KEY); k++) {
        const char *s = json_string_value(json_object_get(all, KEY[k]));
        if (s)
            add_convention(t, KEY[k], s);
    }
    add_convention(t, "currents and voltages", "peak values of one phase at the terminals; rms only where it is said");
    add_convention(t, "masses", "in the motor, or purchased: scrap, grinding and punching included");
    add_convention(t, "field_pictures", "coarse mesh, rotor at electrical angle 0, first-order triangles: one flux density a triangle");
    text_add(t, "</dl>\n");
    json_decref(all);
}

static void add_fact(struct text *t, const char *label, double v, int decimals, const char *tail)
{
    text_add(t, "<tr><th>%s</th><td>", label);
    report_add_number(t, v, decimals);
    text_add(t, "%s</td></tr>\n", tail);
}

static void add_effort(struct text *t, const struct report_ctx *r)
{
    const struct comparison *c = r->c;
    text_add(t, "<table class=\"list\"><thead><tr><th>Technology</th><td>designs evaluated</td><td>feasible</td><td>on the front</td>"
                "<td>mesh error of the torque, %%</td></tr></thead>\n");
    for (int k = 0; k < r->s->n_technology; k++) {
        text_add(t, "<tr><th>");
        report_add_sentence(t, technology_get_label(r->s->technology[k].technology));
        text_add(t, "</th><td>");
        report_add_number(t, c->tech[k].n_evaluated, 0);
        text_add(t, "</td><td>");
        report_add_number(t, c->tech[k].n_feasible, 0);
        text_add(t, "</td><td>");
        report_add_number(t, c->tech[k].n_front, 0);
        text_add(t, "</td><td>");
        report_add_number(t, c->tech[k].best >= 0 ? 100.0 * c->tech[k].mesh_error_pu : (double)NAN, 2);
        text_add(t, "</td></tr>\n");
    }
    text_add(t, "</table>\n");
}

static void add_computation(struct text *t, const struct report_ctx *r)
{
    const struct comparison *c = r->c;
    text_add(t, "<p class=\"note\">Non-linear two-dimensional finite elements give the flux maps of every design; operation, losses and "
                "temperatures are solved together; demagnetisation is judged element by element in the worst event; the bill of materials "
                "is priced in every "
                "simulated course of prices and outages. The search uses a coarse mesh; the chosen designs are evaluated again on a finer "
                "one, and the difference "
                "in torque is stated as mesh error.</p>\n");
    add_effort(t, r);
    text_add(t, "<table class=\"facts\">\n");
    add_fact(t, "Designs judged in all", (double)c->n_evaluation, 0, "");
    if (c->n_reused > 0)
        add_fact(t, "Of these reused from an earlier run", (double)c->n_reused, 0, "");
    add_fact(t, "Field solutions", (double)c->n_field_solve, 0, "");
    add_fact(t, "Designs on the joint front", c->n_joint, 0, "");
    add_fact(t, "Samples behind the probability of being best", c->n_sample, 0, "");
    text_add(t, "<tr><th>Seed</th><td>%llu</td></tr>\n<tr><th>Program</th><td>motrade %s</td></tr>\n", (unsigned long long)r->o->seed,
             MOTRADE_VERSION);
    if (r->o->lib)
        text_add(t, "<tr><th>Fingerprint of the material data</th><td><code>%016llx</code></td></tr>\n", r->o->lib->hash);
    if (r->o->market)
        text_add(t, "<tr><th>Fingerprint of the market data</th><td><code>%016llx</code></td></tr>\n",
                 (unsigned long long)r->o->market->hash);
    text_add(t, "<tr><th>Fingerprint of the study</th><td><code>%016llx</code></td></tr>\n</table>\n", (unsigned long long)r->s->hash);
}

void report_add_method(struct text *t, const struct report_ctx *r)
{
    text_add(t, "<section><h2>How it was computed</h2>\n");
    add_computation(t, r);
    report_add_conventions(t);
    text_add(t, "</section>\n");
}
