/* sens_space.c - tables of variables. */
#include "models/sens/sens_space.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <string.h>
#include "materials/base/banned.h"

struct dimension { const char *key, *doc; size_t place; unsigned rotors; /* bit of each enum rotor_type that has it */ };

#define ANY_ROTOR (~0u)
enum {
    OF_V = 1 << ROTOR_V,
    OF_SALIENT = 1 << ROTOR_SALIENT,
    OF_SURFACE = 1 << ROTOR_SURFACE,
    OF_SPOKE = 1 << ROTOR_SPOKE,
    OF_BREAD_LOAF = 1 << ROTOR_BREAD_LOAF,
    OF_TWO_LAYERS = 1 << ROTOR_DOUBLE_V | 1 << ROTOR_DELTA,
    OF_LAYERS = OF_V | OF_TWO_LAYERS,
    OF_SHAPED = OF_LAYERS | OF_SPOKE | OF_SALIENT
};
#define ROW(key_, member_, doc_) {key_, doc_, offsetof(struct space_envelope, member_), ANY_ROTOR}

static const struct dimension ENVELOPE[] = {
    ROW("R_out_m", R_out_m, "stator outer radius"),
    ROW("airgap_m", airgap_m, "air gap"),
    ROW("bridge_min_m", bridge_min_m, "least bridge"),
    ROW("post_min_m", post_min_m, "least centre post"),
    ROW("shaft_R_m", shaft_R_m, "shaft radius"),
    ROW("slot_opening_m", slot_opening_m, "slot opening b0"),
    ROW("tooth_tip_m", tooth_tip_m, "tooth tip height h0"),
    ROW("taper_m", taper_m, "slot taper height h1"),
    ROW("magnet_min_thickness_m", magnet_min_thickness_m, "least magnet thickness"),
};
#undef ROW

#define ROW(key_, member_, rotors_, doc_) {key_, doc_, offsetof(struct machine, member_), rotors_}

#define LAYER(prefix_, member_, rotors_)                                                                                                 \
    ROW(prefix_ "r_apex_m", member_.r_apex_m, rotors_, "radius of the V's apex"),                                                        \
    ROW(prefix_ "beta_rad", member_.beta_rad, rotors_, "rise of a leg"),                                                                 \
    ROW(prefix_ "s0_m", member_.s0_m, rotors_, "apex to magnet along the leg"),                                                          \
    ROW(prefix_ "w_m_m", member_.w_m_m, rotors_, "magnet width"),                                                                        \
    ROW(prefix_ "t_m_m", member_.t_m_m, rotors_, "magnet thickness"),                                                                    \
    ROW(prefix_ "post_m", member_.post_m, rotors_, "centre post"),                                                                       \
    ROW(prefix_ "pocket_top_1s_m", member_.pocket_top_m[0][0], rotors_, "pocket point T1 along the leg"),                                \
    ROW(prefix_ "pocket_top_1n_m", member_.pocket_top_m[0][1], rotors_, "pocket point T1 across the leg"),                               \
    ROW(prefix_ "pocket_top_2s_m", member_.pocket_top_m[1][0], rotors_, "pocket point T2 along the leg"),                                \
    ROW(prefix_ "pocket_top_2n_m", member_.pocket_top_m[1][1], rotors_, "pocket point T2 across the leg"),                               \
    ROW(prefix_ "pocket_bottom_0n_m", member_.pocket_bottom_m[0][1], rotors_, "pocket point B0 on the magnet's end face"),               \
    ROW(prefix_ "pocket_bottom_1s_m", member_.pocket_bottom_m[1][0], rotors_, "pocket point B1 along the leg"),                          \
    ROW(prefix_ "pocket_bottom_1n_m", member_.pocket_bottom_m[1][1], rotors_, "pocket point B1 across the leg"),                         \
    ROW(prefix_ "pocket_bottom_2s_m", member_.pocket_bottom_m[2][0], rotors_, "pocket point B2 along the leg"),                          \
    ROW(prefix_ "pocket_bottom_2n_m", member_.pocket_bottom_m[2][1], rotors_, "pocket point B2 across the leg")

static const struct dimension DIMENSION[] = {
    ROW("stack_m", stack_m, ANY_ROTOR, "stack length"),
    ROW("R_out_m", stator.R_out_m, ANY_ROTOR, "stator outer radius"),
    ROW("R_bore_m", stator.R_bore_m, ANY_ROTOR, "bore radius; the rotor stays"),
    ROW("b0_m", stator.b0_m, ANY_ROTOR, "slot opening"),
    ROW("h0_m", stator.h0_m, ANY_ROTOR, "tooth tip height"),
    ROW("h1_m", stator.h1_m, ANY_ROTOR, "slot taper height"),
    ROW("b1_m", stator.b1_m, ANY_ROTOR, "slot width behind the taper"),
    ROW("h2_m", stator.h2_m, ANY_ROTOR, "height of the slot's trapezoid"),
    ROW("b2_m", stator.b2_m, ANY_ROTOR, "slot width at the bottom"),
    ROW("R_ro_m", R_ro_m, ANY_ROTOR, "rotor outer radius; the bore stays"),
    ROW("R_ri_m", R_ri_m, ANY_ROTOR, "rotor inner radius"),
    ROW("pole_offset_m", pole_offset_m, OF_SHAPED, "centre of the pole's arc off the axis"),
    LAYER("", v, OF_LAYERS), /* of two layers: the one at the shaft */
    LAYER("gap_", v_gap, OF_TWO_LAYERS),
    ROW("shoe_half_rad", salient.shoe_half_rad, OF_SALIENT, "half angle of the pole shoe"),
    ROW("shoe_tip_m", salient.shoe_tip_m, OF_SALIENT, "height of the shoe tip"),
    ROW("shoe_root_m", salient.shoe_root_m, OF_SALIENT, "depth of the shoe at the body"),
    ROW("body_w_m", salient.body_w_m, OF_SALIENT, "width of the pole body"),
    ROW("R_yoke_m", salient.R_yoke_m, OF_SALIENT, "radius of the rotor yoke"),
    ROW("coil_w_m", salient.coil_w_m, OF_SALIENT, "coil width"),
    ROW("coil_gap_m", salient.coil_gap_m, OF_SALIENT, "clearance between body and coil"),
    ROW("coil_h_m", salient.coil_h_m, OF_SALIENT, "coil height"),
    ROW("coil_top_gap_m", salient.coil_top_gap_m, OF_SALIENT, "clearance between shoe and coil"),
    ROW("R_mi_m", surface.R_mi_m, OF_SURFACE, "inner radius of the magnets"),
    ROW("arc_rad", surface.arc_rad, OF_SURFACE, "arc of a magnet"),
    ROW("R_hub_m", spoke.R_hub_m, OF_SPOKE, "radius of the hub"),
    ROW("t_m_m", spoke.t_m_m, OF_SPOKE, "magnet thickness"),
    ROW("rm_in_m", spoke.rm_in_m, OF_SPOKE, "inner end of the magnet along the sector edge"),
    ROW("rm_out_m", spoke.rm_out_m, OF_SPOKE, "outer end of the magnet along the sector edge"),
    ROW("lip_half_m", spoke.lip_half_m, OF_SPOKE, "half the slot between the lips"),
    ROW("seat_m", loaf.seat_m, OF_BREAD_LOAF, "magnet seat, distance from the axis"),
    ROW("width_m", loaf.width_m, OF_BREAD_LOAF, "magnet width"),
    ROW("R_top_m", loaf.R_top_m, OF_BREAD_LOAF, "radius of the magnet's top"),
};
#undef LAYER
#undef ROW

static double value_get(const void *base, size_t place)
{
    double x;
    memcpy(&x, (const char *)base + place, sizeof x);
    return x;
}

static void value_add(void *base, size_t place, double dx)
{
    double x = value_get(base, place) + dx;
    memcpy((char *)base + place, &x, sizeof x);
}

static void add(struct sens_space *sp, const char *key, const char *doc, enum sens_kind kind, size_t place, double x, double scale)
{
    assert(sp->n < SENS_MAX_VAR);
    sp->var[sp->n++] = (struct sens_var){key, doc, kind, place, x, SENS_STEP_PU * scale};
}

static void add_table(struct sens_space *sp, const struct dimension *row, int n, enum sens_kind kind, const void *base,
                      enum rotor_type type)
{
    for (int k = 0; k < n; k++) {
        const double x = value_get(base, row[k].place);
        if ((row[k].rotors & 1u << type) && x != 0.0)
            add(sp, row[k].key, row[k].doc, kind, row[k].place, x, fabs(x));
    }
}

/* How much of the grade's Dy or Tb is left out: a variable of every rotor whose magnets are diffused, also where all is there. */
static void add_dose(struct sens_space *sp)
{
    const struct machine *m = &sp->machine;
    const int is_diffused = m->magnet && m->magnet->is_diffused && (m->gbd_face[0] || m->gbd_face[1] || m->gbd_face[2] || m->gbd_face[3]);
    if (is_diffused)
        add(sp, "gbd_left_out_pu", "share of the diffused Dy or Tb that is left out", SENS_DIMENSION,
            offsetof(struct machine, gbd_left_out_pu), m->gbd_left_out_pu, 1.0);
}

enum status sens_space_init_box(struct sens_space *sp, enum rotor_type t, const struct space_envelope *env, const double *x,
                                struct machine *m, struct err *e)
{
    int n;
    const struct space_var *vars = space_get_vars(t, &n);
    memset(sp, 0, sizeof *sp);
    if (!vars)
        return err_set(e, ST_CONFIG, "sens_space", "this rotor type has no design space");
    space_set_machine(t, env, x, m);
    sp->machine = *m;
    sp->type = t;
    sp->envelope = *env;
    memcpy(sp->box, x, (size_t)n * sizeof *x);
    for (int k = 0; k < n; k++)
        if (!vars[k].is_integer)
            add(sp, vars[k].key, vars[k].doc, SENS_BOX, (size_t)k, x[k], 1.0);
    add_table(sp, ENVELOPE, ARRAY_LEN(ENVELOPE), SENS_ENVELOPE, env, t);
    add_dose(sp);
    return ST_OK;
}

void sens_space_init_dimensions(struct sens_space *sp, const struct machine *m)
{
    memset(sp, 0, sizeof *sp);
    sp->machine = *m;
    sp->type = m->rotor_type;
    add_table(sp, DIMENSION, ARRAY_LEN(DIMENSION), SENS_DIMENSION, m, m->rotor_type);
    add_dose(sp);
}

void sens_space_set_machine(const struct sens_space *sp, int k, double dx, struct machine *m)
{
    const struct sens_var *v = &sp->var[k];
    *m = sp->machine;
    if (v->kind == SENS_DIMENSION) {
        value_add(m, v->place, dx);
    } else if (v->kind == SENS_ENVELOPE) {
        struct space_envelope env = sp->envelope;
        value_add(&env, v->place, dx);
        space_set_machine(sp->type, &env, sp->box, m);
    } else {
        double x[SPACE_MAX_VAR];
        memcpy(x, sp->box, sizeof x);
        x[v->place] += dx;
        space_set_machine(sp->type, &sp->envelope, x, m);
    }
}

int sens_space_find(const struct sens_space *sp, const char *key)
{
    for (int k = 0; k < sp->n; k++)
        if (strcmp(sp->var[k].key, key) == 0)
            return k;
    return -1;
}
