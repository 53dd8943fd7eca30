/* cli_materials.c - `motrade materials`: everything that a file may name, a class of it, or one by name. At most 100 columns. */
#include "materials/base/text.h"
#include "materials/base/units.h"
#include "solver/cli_impl.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "materials/base/banned.h"

#define MAX_NAME 512
#define MARKET_LABEL "elements and products of the market"

/* What decides between magnets and between steels, before what is said of them. */
static void add_figures(struct text *t, enum matview_class c, const struct material *m)
{
    const double room_K = KELVIN_OFFSET_K + 20.0;
    const void *own = m; /* every material begins with struct material */
    const struct magnet *magnet = own;
    const struct steel *steel = own;
    double heavy_pu = 0.0;
    for (int k = 0; k < m->composition.n; k++)
        if (strcmp(m->composition.element[k], "Dy") == 0 || strcmp(m->composition.element[k], "Tb") == 0)
            heavy_pu += m->composition.mass_pu[k].value;
    if (c == MATVIEW_MAGNET) {
        text_add(t, "Br %.2f T, HcJ %.0f kA/m%s at 20 °C", magnet_eval_Br_T(magnet, room_K),
                 1e-3 * magnet_eval_HcJ_A_per_m(magnet, room_K, 0, NULL), magnet->is_diffused ? " in the core" : "");
        if (isfinite(magnet->T_limit_K.value))
            text_add(t, ", to %.0f °C", magnet->T_limit_K.value - KELVIN_OFFSET_K);
        text_add(t, ", Dy + Tb %.3g %%%s\n%25s", 100.0 * heavy_pu, magnet->is_diffused ? " before diffusion" : "", "");
    } else if (c == MATVIEW_STEEL) {
        text_add(t, "%.2f mm, %.1f W/kg at 1 T and 400 Hz, yield %.0f MPa\n%25s", 1e3 * steel->lamination_m,
                 steel_eval_loss_W_per_kg(steel, 400.0, 1.0), 1e-6 * steel->yield_Pa.value, "");
    }
}

static void add_class(struct text *t, const struct matlib *l, enum matview_class c)
{
    cli_add_heading(t, matview_get_class_label(c));
    for (int k = 0; k < matview_get_count(l, c); k++) {
        const struct material *m = matview_get_material(l, c, k);
        text_add(t, "  %-22s ", m->name);
        add_figures(t, c, m);
        cli_add_wrapped(t, m->doc, 25, 25);
    }
}

static void add_market(struct text *t, const struct market *market)
{
    cli_add_heading(t, MARKET_LABEL);
    for (int k = 0; k < market->n_element; k++) {
        text_add(t, "  %-22s ", market->symbol[k]);
        cli_add_wrapped(t, market->element[k].doc, 25, 25);
    }
}

/* "magnets", "steel", "metals" of "permanent magnets", ..: a whole word of the label, with or without its s. */
static int is_class(const char *label, const char *name)
{
    const size_t n = strlen(name) - (strlen(name) > 1 && name[strlen(name) - 1] == 's');
    for (const char *p = label; p; p = strchr(p, ' ')) {
        p += *p == ' ';
        if (strncmp(p, name, n) == 0 && (p[n] == '\0' || p[n] == ' ' || p[n] == 's'))
            return 1;
    }
    return 0;
}

/* Classes that the name is a word of; NULL: all. Returns how many. */
static int add_list(struct text *t, const struct matlib *l, const struct market *market, const char *name)
{
    int n = 0;
    for (int c = 0; c < MATVIEW_CLASS_COUNT; c++)
        if (!name || is_class(matview_get_class_label((enum matview_class)c), name)) {
            add_class(t, l, (enum matview_class)c);
            n++;
        }
    if (!name || is_class(MARKET_LABEL, name)) {
        add_market(t, market);
        n++;
    }
    if (n > 0)
        text_add(t, "\n`motrade materials NAME` shows one of them.\n");
    return n;
}

static enum status add_named(struct text *t, const struct matlib *l, const struct market *market, const char *name, struct err *e)
{
    const char *names[MAX_NAME];
    int n = 0;
    if (market_get_element(market, name) >= 0) {
        cli_add_element(t, market, market_get_element(market, name));
        return ST_OK;
    }
    for (; n < market->n_element; n++)
        names[n] = market->symbol[n];
    for (int c = 0; c < MATVIEW_CLASS_COUNT; c++)
        for (int k = 0; k < matview_get_count(l, (enum matview_class)c); k++) {
            const struct material *m = matview_get_material(l, (enum matview_class)c, k);
            if (strcmp(m->name, name) == 0) {
                cli_add_material(t, l, (enum matview_class)c, m);
                return ST_OK;
            }
            if (n < MAX_NAME)
                names[n++] = m->name;
        }
    if (add_list(t, l, market, name) > 0)
        return ST_OK;
    const char *nearest = yaml_get_nearest(name, names, n);
    return err_set(e, ST_CONFIG, "materials", "no material '%s'%s%s; `motrade materials` lists them", name, nearest ? "; nearest: " : "",
                   nearest ? nearest : "");
}

enum status cli_show_materials(const struct cli_options *o, struct err *e)
{
    char dir[1024];
    struct matlib *l = NULL;
    struct market *market = NULL;
    struct text t = {0};
    enum status st = ST_OK;
    TRY(cli_get_data_dir(dir, sizeof dir, e));
    TRY(matlib_new(dir, &l, e));
    st = market_new(dir, &market, e);
    if (st == ST_OK && o->file)
        st = add_named(&t, l, market, o->file, e);
    else if (st == ST_OK)
        add_list(&t, l, market, NULL);
    st = cli_print_text(&t, st, e);
    market_free(market);
    matlib_free(l);
    return st;
}
