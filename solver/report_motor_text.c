/* report_motor_text.c - headings, canvases and tables that the page of a judged design and that of a field case share. */
#include "solver/report_motor_impl.h"
#include "materials/base/units.h"
#include <math.h>
#include <stdio.h>
#include "materials/base/banned.h"

void report_add_title(struct text *t, const struct machine *m, const char *kind)
{
    static const char *const ROTOR[ROTOR_TYPE_COUNT] = {
        [ROTOR_V] = "magnets in a V",        [ROTOR_SALIENT] = "wound salient poles", [ROTOR_SURFACE] = "surface magnets",
        [ROTOR_SPOKE] = "spoke magnets",     [ROTOR_BREAD_LOAF] = "bread-loaf magnets", [ROTOR_DOUBLE_V] = "magnets in two V layers",
        [ROTOR_DELTA] = "magnets in a delta", [ROTOR_CONTOUR] = "rotor as drawn"};
    text_add(t, "<header><h1>");
    report_add_escaped(t, m->name);
    text_add(t, "</h1>\n<p class=\"question\">%s: %d poles, ", kind, 2 * m->p);
    if (m->stator.is_slotless)
        text_add(t, "smooth bore, ");
    else
        text_add(t, "%d slots, ", m->stator.n_slot);
    report_add_escaped(t, ROTOR[m->rotor_type]);
    if (m->magnet) {
        text_add(t, " of ");
        report_add_escaped(t, m->magnet->base.name);
    } else if (m->rotor_type != ROTOR_SALIENT) {
        text_add(t, ", wound");
    }
    text_add(t, "; stator steel ");
    report_add_escaped(t, m->stator_steel->base.name);
    text_add(t, ", rotor steel ");
    report_add_escaped(t, m->rotor_steel->base.name);
    text_add(t, ".</p>\n");
}

void report_add_chip(struct text *t, const char *label, double v, int decimals, const char *unit)
{
    if (!isfinite(v))
        return;
    text_add(t, "<span class=\"chip\"><i>%s</i> ", label);
    report_add_number(t, v, decimals);
    text_add(t, "&nbsp;%s</span>\n", unit);
}

void report_add_fact(struct text *t, const char *label, double v, int decimals, const char *unit)
{
    if (!isfinite(v))
        return;
    text_add(t, "<tr><th>%s</th><td>", label);
    report_add_number(t, v, decimals);
    text_add(t, "</td><td class=\"unit\">%s</td></tr>\n", unit);
}

void report_add_pictures(struct text *t, const struct machine *m, int n, const char *const *caption)
{
    text_add(t, "<section class=\"charts\"><h2>Cross-section of ");
    report_add_pole_count(t, m);
    text_add(t, "</h2>\n<div class=\"pictures\">\n");
    text_add(t, "<figure class=\"picture\"><h3>Materials</h3><canvas id=\"materials\" role=\"img\" aria-label=\"Materials\">"
                "</canvas><div class=\"scale\" id=\"materials-key\"></div></figure>\n");
    for (int k = 0; k < n; k++)
        text_add(t,
                 "<figure class=\"picture\"><h3>%s</h3><canvas id=\"picture%d\" role=\"img\" aria-label=\"Flux density and flux lines\">"
                 "</canvas><div class=\"scale\" id=\"scale%d\"></div></figure>\n",
                 caption[k], k, k);
    text_add(t,
             "</div>\n<p class=\"note\">Flux density by colour; the same flux runs between neighbouring flux lines. Coarse mesh, rotor at "
             "electrical angle 0, its d axis upwards.</p></section>\n");
}

void report_add_wave_charts(struct text *t, const struct waveform_noload *noload, int has_emf, int n_load, const char *load_title,
                            const char *load_note)
{
    char note[160];
    if (noload->n_position > 0 && has_emf) {
        report_add_chart(t, "emf", "Back-EMF, open circuit", "Phases A, B, C and line to line A&minus;B over one electrical period.",
                         REPORT_HALF);
        report_add_chart(t, "emf-order", "Harmonics of the back-EMF",
                         "Amplitude over the fundamental's; multiples of three vanish from line to line.", REPORT_HALF);
    }
    if (noload->n_position > 0) {
        snprintf(note, sizeof note, "%d rotor positions of the electrical period; the torque by two methods.",
                 noload->n_position * noload->n_window);
        report_add_chart(t, "cogging", "Cogging torque, open circuit", note, REPORT_HALF);
    }
    if (n_load > 0)
        report_add_chart(t, "ripple", load_title, load_note, REPORT_HALF);
}

void report_add_flux_charts(struct text *t, const struct flux_map *map, int has_magnets)
{
    char note[240];
    const struct flux_map_opts *o = &map->opts;
    text_add(t, "<section class=\"charts\"><h2>Flux maps</h2>\n<p class=\"note\">Solved at %d&nbsp;×&nbsp;%d currents, means of %d rotor "
                "positions",
             o->n_d, o->n_q, o->n_position);
    if (has_magnets)
        text_add(t, ", magnets at %.0f&nbsp;°C", o->magnet_T_K - KELVIN_OFFSET_K);
    if (o->n_f > 1)
        text_add(t, "; drawn at the field current of %.3g&nbsp;A, solved at %d values from %.3g&nbsp;A", o->i_f_A[o->n_f - 1], o->n_f,
                 o->i_f_A[0]);
    text_add(t, ". The tables are flux_map.csv and flux_map.mat.</p>\n<div class=\"grid\">\n");
    snprintf(note, sizeof note, "%s", "<span class=\"scale\" id=\"flux-d-scale\"></span>");
    report_add_chart(t, "flux-d", "d flux linkage over the currents", note, REPORT_HALF);
    snprintf(note, sizeof note, "%s", "<span class=\"scale\" id=\"flux-q-scale\"></span>");
    report_add_chart(t, "flux-q", "q flux linkage over the currents", note, REPORT_HALF);
    report_add_chart(t, "line-d", "d flux linkage over the d current", "One line for each q current.", REPORT_HALF);
    report_add_chart(t, "line-q", "q flux linkage over the q current", "One line for each d current.", REPORT_HALF);
    text_add(t, "</div></section>\n");
}

static void add_path(struct text *t, const struct yaml_node *n)
{
    if (!n->parent)
        return;
    add_path(t, n->parent);
    if (n->parent->parent)
        text_add(t, ".");
    if (n->key) {
        report_add_escaped(t, n->key);
        return;
    }
    for (int k = 0; k < n->parent->n_item; k++)
        if (n->parent->item[k] == n)
            text_add(t, "%d", k + 1);
}

static int is_flat(const struct yaml_node *n)
{
    for (int k = 0; k < n->n_item; k++)
        if (n->item[k]->kind != YAML_SCALAR)
            return 0;
    return 1;
}

static void add_values(struct text *t, const struct yaml_node *n)
{
    if (n->kind == YAML_SCALAR)
        report_add_escaped(t, n->text);
    for (int k = 0; k < n->n_item; k++) {
        text_add(t, "%s", k > 0 ? ", " : "");
        if (n->item[k]->key) {
            report_add_escaped(t, n->item[k]->key);
            text_add(t, " ");
        }
        report_add_escaped(t, n->item[k]->text);
    }
}

/* Scalars, lists of scalars, and maps of scalars that stand in one line of the file make one row. */
static void add_input(struct text *t, const struct yaml_node *n)
{
    int is_row = n->kind == YAML_SCALAR || (n->parent && is_flat(n) && (n->n_item == 0 || n->item[n->n_item - 1]->line == n->line));
    if (!is_row) {
        for (int k = 0; k < n->n_item; k++)
            add_input(t, n->item[k]);
        return;
    }
    text_add(t, "<tr><th><code>");
    add_path(t, n);
    text_add(t, "</code></th><td class=\"word\">");
    add_values(t, n);
    text_add(t, "</td></tr>\n");
}

void report_add_inputs(struct text *t, const struct yaml_node *root)
{
    text_add(t,
             "<section><h2>Inputs as read</h2>\n<p class=\"note\">Every key of the design file. What states neither range nor source here "
             "was given by the file's author.</p>\n<details><summary>Show the inputs</summary>\n<table class=\"list\">\n");
    add_input(t, root);
    text_add(t, "</table></details></section>\n");
}
