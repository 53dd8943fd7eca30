/* magnet.c - property laws of permanent magnets and the reader of a grade. Contract: magnet.h.
 * Laws: recoil line and exponential knee as written in magnet.h; the 1 % rule for the knee is [RAO2021]. */
#include "materials/matlib_impl.h"
#include "materials/base/units.h"
#include <assert.h>
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

#define T_REF_K 293.15        /* 20 degC: the reference of every grade table */
#define KNEE_LOSS_PU 0.01     /* [RAO2021] */
#define SLOPE_SHARE_MAX 0.95  /* of Br, that the recoil slope may cost before HcJ: beyond, the model's J would turn negative */

static const struct { const char *key, *label; } technology[TECH_COUNT] = {
    [TECH_NDFEB_DY] = {"ndfeb_dy", "Dy-alloyed NdFeB"},
    [TECH_NDFEB_HRE_FREE] = {"ndfeb_hre_free", "heavy-rare-earth-free NdFeB"},
    [TECH_NDFEB_GBD] = {"ndfeb_gbd", "grain-boundary-diffused NdFeB"},
    [TECH_FE16N2] = {"fe16n2", "iron nitride"},
    [TECH_WOUND_FIELD] = {"wound_field", "wound field"},
    [TECH_FERRITE] = {"ferrite", "hard ferrite"},
    [TECH_SM2CO17] = {"sm2co17", "samarium-cobalt"},
};
static const char *const evidence_word[] = {"commercial", "demonstrated", "target", "theoretical", NULL};

const char *technology_get_key(enum technology t)
{
    assert((int)t >= 0 && t < TECH_COUNT);
    return technology[t].key;
}

const char *technology_get_label(enum technology t)
{
    assert((int)t >= 0 && t < TECH_COUNT);
    return technology[t].label;
}

const char *evidence_get_text(enum evidence v)
{
    assert((int)v >= 0 && (int)v < ARRAY_LEN(evidence_word) - 1);
    return evidence_word[v];
}

/* Place of T among the measured temperatures: curve k and the weight of the next one. */
static int find_curve(const struct magnet *m, double T_K, double *weight)
{
    int k = 0;
    while (k + 2 < m->n_curve && T_K > m->curve[k + 1].T_K)
        k++;
    const struct magnet_curve *c = &m->curve[k];
    *weight = m->n_curve < 2 ? 0.0 : fmin(fmax((T_K - c[0].T_K) / (c[1].T_K - c[0].T_K), 0.0), 1.0);
    return k;
}

static double between(double a, double b, double weight) { return weight > 0.0 ? a + weight * (b - a) : a; }

double magnet_eval_Br_T(const struct magnet *m, double T_K)
{
    const double law_T = m->Br20_T.value * (1.0 + m->alpha_Br_per_K.value * (T_K - T_REF_K));
    double w;
    if (m->n_curve == 0)
        return law_T;
    const struct magnet_curve *c = &m->curve[find_curve(m, T_K, &w)];
    return law_T * between(c[0].Br_pu, c[w > 0.0].Br_pu, w);
}

double magnet_eval_HcJ_A_per_m(const struct magnet *m, double T_K, int n_face, const double *depth_m)
{
    double HcJ20_A_per_m = m->HcJ20_A_per_m.value;
    if (m->is_diffused && n_face > 0) {
        double share = 0.0;
        for (int i = 0; i < n_face; i++)
            share += exp(-depth_m[i] / m->gbd_depth_m.value);
        HcJ20_A_per_m += m->gbd_gain20_A_per_m.value * fmin(share, 1.0);
    }
    /* the straight line crosses zero at 20 degC - 1/beta; a magnet without coercivity stays one when hotter */
    const double law_A_per_m = HcJ20_A_per_m * (1.0 + m->beta_HcJ_per_K.value * (T_K - T_REF_K));
    double w, measured_pu = 1.0;
    if (m->n_curve > 0) {
        const struct magnet_curve *c = &m->curve[find_curve(m, T_K, &w)];
        measured_pu = between(c[0].HcJ_pu, c[w > 0.0].HcJ_pu, w);
    }
    return fmax(0.0, measured_pu * law_A_per_m);
}

static double curve_lost_pu(const struct magnet_curve *c, double h_pu)
{
    int k = 1;
    if (h_pu <= c->h_pu[0])
        return 0.0;
    while (k < c->n - 1 && h_pu > c->h_pu[k])
        k++;
    return c->lost_pu[k - 1] + (c->lost_pu[k] - c->lost_pu[k - 1]) * (h_pu - c->h_pu[k - 1]) / (c->h_pu[k] - c->h_pu[k - 1]);
}

double magnet_eval_lost_pu(const struct magnet *m, double T_K, double h_pu)
{
    double w;
    if (h_pu >= 1.0)
        return 1.0;
    if (m->n_curve == 0)
        return exp(-(1.0 - h_pu) * log(10.0) / (1.0 - m->squareness_pu.value));
    const struct magnet_curve *c = &m->curve[find_curve(m, T_K, &w)];
    return between(curve_lost_pu(c, h_pu), w > 0.0 ? curve_lost_pu(c + 1, h_pu) : 0.0, w);
}

double magnet_eval_H0_A_per_m(const struct magnet *m, double T_K, double HcJ_A_per_m)
{
    (void)T_K; /* temperature acts through HcJ alone: the squareness is taken as constant */
    return (1.0 - m->squareness_pu.value) * HcJ_A_per_m / log(10.0);
}

/* What the recoil slope above mu0 costs of J per A/m. */
static double slope_T_m_per_A(const struct magnet *m)
{
    return MU0_H_PER_M * (m->mu_rec.value - 1.0);
}

double magnet_eval_remaining_Br_T(const struct magnet *m, double T_K, double HcJ_A_per_m, double H_A_per_m)
{
    const double Br_T = magnet_eval_Br_T(m, T_K), h_A_per_m = fmax(0.0, -H_A_per_m);
    if (h_A_per_m >= HcJ_A_per_m)
        return 0.0;
    const double lost = m->n_curve > 0 ? magnet_eval_lost_pu(m, T_K, h_A_per_m / HcJ_A_per_m)
                                       : exp(-(HcJ_A_per_m - h_A_per_m) / magnet_eval_H0_A_per_m(m, T_K, HcJ_A_per_m));
    return Br_T - (Br_T - slope_T_m_per_A(m) * h_A_per_m) * lost;
}

/* Measured: the loss grows with |H|, so bisection. */
static double curve_knee_A_per_m(const struct magnet *m, double T_K, double HcJ_A_per_m)
{
    const double wanted_T = (1.0 - KNEE_LOSS_PU) * magnet_eval_Br_T(m, T_K);
    double low = 0.0, high = HcJ_A_per_m;
    for (int k = 0; k < 60; k++) {
        const double middle = 0.5 * (low + high);
        if (magnet_eval_remaining_Br_T(m, T_K, HcJ_A_per_m, -middle) >= wanted_T)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Solves (Br - s h) exp(-(HcJ - h)/H0) = 0.01 Br for h by h = HcJ - H0 ln((Br - s h)/(0.01 Br)).
 * The right side changes by s H0/(Br - s h) per unit of h, a few parts in a thousand: it contracts to rounding in a few steps. */
double magnet_eval_knee_A_per_m(const struct magnet *m, double T_K, double HcJ_A_per_m)
{
    const double Br_T = magnet_eval_Br_T(m, T_K), s = slope_T_m_per_A(m), H0_A_per_m = magnet_eval_H0_A_per_m(m, T_K, HcJ_A_per_m);
    double h_A_per_m = HcJ_A_per_m;
    if (!(HcJ_A_per_m > 0.0))
        return isnan(HcJ_A_per_m) ? HcJ_A_per_m : 0.0;
    if (m->n_curve > 0)
        return curve_knee_A_per_m(m, T_K, HcJ_A_per_m);
    for (int i = 0; i < 60; i++) {
        const double next = HcJ_A_per_m - H0_A_per_m * log((Br_T - s * h_A_per_m) / (KNEE_LOSS_PU * Br_T));
        const double change = fabs(next - h_A_per_m);
        h_A_per_m = next;
        if (change <= 1e-15 * HcJ_A_per_m)
            break;
    }
    return fmax(0.0, h_A_per_m);
}

static double at_end(const struct datum *d, int end)
{
    const int has_range = d->low <= d->value && d->value <= d->high;
    return !has_range ? d->value : end < 0 ? d->low : d->high;
}

void magnet_set_band(const struct magnet *m, int end, double T_K, struct magnet *out)
{
    *out = *m;
    out->HcJ20_A_per_m.value = at_end(&m->HcJ20_A_per_m, end);
    out->beta_HcJ_per_K.value = at_end(&m->beta_HcJ_per_K, T_K < T_REF_K ? -end : end);
    out->squareness_pu.value = at_end(&m->squareness_pu, end);
    if (m->is_diffused) {
        out->gbd_gain20_A_per_m.value = at_end(&m->gbd_gain20_A_per_m, end);
        out->gbd_depth_m.value = at_end(&m->gbd_depth_m, end);
    }
}

void magnet_set_dose(const struct magnet *m, double dose_pu, struct magnet *out)
{
    *out = *m;
    if (!m->is_diffused)
        return;
    assert(dose_pu > 0.0);
    const double w0 = m->gbd_hre_kg_per_m2.value, ws = m->gbd_saturation_kg_per_m2.value;
    const double share = w0 > 0.0 ? expm1(-dose_pu * w0 / ws) / expm1(-w0 / ws) : 1.0;
    struct datum *scaled[2] = {&out->gbd_gain20_A_per_m, &out->gbd_hre_kg_per_m2};
    const double by[2] = {share, dose_pu};
    for (int k = 0; k < 2; k++) {
        scaled[k]->value *= by[k];
        scaled[k]->low *= by[k];
        scaled[k]->high *= by[k];
    }
}

/* ---- reading ---- */

struct magnet_reading {
    struct material_head head;
    struct magnet m;
    int technology, evidence;
    const struct yaml_node *gbd, *curves;
};
struct gbd_reading {
    int element;
    struct datum gain20_A_per_m, depth_m, hre_kg_per_m2, saturation_kg_per_m2, process_USD_per_m2;
};

static const char *const technology_word[] = {"ndfeb_dy",    "ndfeb_hre_free", "ndfeb_gbd", "fe16n2",
                                              "wound_field", "ferrite",        "sm2co17",   NULL};
static const char *const gbd_element_word[] = {"Dy", "Tb", NULL};

static const struct schema_row magnet_row[] = {
    {"technology", SCHEMA_CHOICE, offsetof(struct magnet_reading, technology), SCHEMA_REQUIRED, 0, 0, 0, technology_word,
     "rotor technology"},
    {"evidence", SCHEMA_CHOICE, offsetof(struct magnet_reading, evidence), SCHEMA_REQUIRED, 0, 0, 0, evidence_word,
     "how real the grade is"},
    {"Br20_T", SCHEMA_DATUM, offsetof(struct magnet_reading, m.Br20_T), SCHEMA_REQUIRED, 0.05, 3, 0, NULL, "remanence at 20 degC"},
    {"alpha_Br_per_K", SCHEMA_DATUM, offsetof(struct magnet_reading, m.alpha_Br_per_K), SCHEMA_REQUIRED, -0.01, 0.01, 0, NULL,
     "temperature coefficient of Br, of 20 degC"},
    {"HcJ20_A_per_m", SCHEMA_DATUM, offsetof(struct magnet_reading, m.HcJ20_A_per_m), SCHEMA_REQUIRED, 1e3, 1e7, 0, NULL,
     "intrinsic coercivity at 20 degC; of the core when diffused"},
    {"beta_HcJ_per_K", SCHEMA_DATUM, offsetof(struct magnet_reading, m.beta_HcJ_per_K), SCHEMA_REQUIRED, -0.02, 0.02, 0, NULL,
     "temperature coefficient of HcJ, of 20 degC"},
    {"mu_rec", SCHEMA_DATUM, offsetof(struct magnet_reading, m.mu_rec), SCHEMA_REQUIRED, 1, 2, 0, NULL, "relative recoil permeability"},
    {"squareness_pu", SCHEMA_DATUM, offsetof(struct magnet_reading, m.squareness_pu), SCHEMA_REQUIRED, 0.5, 0.999, 0, NULL, "Hk/HcJ"},
    {"resistivity_ohm_m", SCHEMA_DATUM, offsetof(struct magnet_reading, m.resistivity_ohm_m), SCHEMA_REQUIRED, 1e-8, 1e12, 0, NULL,
     "electrical resistivity"},
    {"conductivity_W_per_m_K", SCHEMA_DATUM, offsetof(struct magnet_reading, m.conductivity_W_per_m_K), SCHEMA_REQUIRED, 0.1, 500, 0, NULL,
     "thermal conductivity"},
    {"heat_capacity_J_per_kg_K", SCHEMA_DATUM, offsetof(struct magnet_reading, m.heat_capacity_J_per_kg_K), SCHEMA_REQUIRED, 50, 5000, 0,
     NULL, "specific heat"},
    {"T_limit_degC", SCHEMA_DATUM, offsetof(struct magnet_reading, m.T_limit_K), SCHEMA_REQUIRED, 0, 1000, 0, NULL,
     "decomposition or service limit: hard stop"},
    {"max_thickness_m", SCHEMA_DATUM, offsetof(struct magnet_reading, m.max_thickness_m), SCHEMA_OPTIONAL, 1e-4, 1, (double)NAN, NULL,
     "along the magnetisation, what the process can make; absent: no limit known"},
    {"gbd", SCHEMA_NODE, offsetof(struct magnet_reading, gbd), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "grain-boundary diffusion; absent: not diffused"},
    {"demag_curves", SCHEMA_NODE, offsetof(struct magnet_reading, curves), SCHEMA_OPTIONAL, 0, 0, 0, NULL,
     "measured demagnetisation curves by temperature; absent: exponential knee by squareness"},
};

static const struct schema_row gbd_row[] = {
    {"element", SCHEMA_CHOICE, offsetof(struct gbd_reading, element), SCHEMA_REQUIRED, 0, 0, 0, gbd_element_word, "what is diffused in"},
    {"gain20_A_per_m", SCHEMA_DATUM, offsetof(struct gbd_reading, gain20_A_per_m), SCHEMA_REQUIRED, 0, 5e6, 0, NULL,
     "HcJ gain at a diffused face"},
    {"depth_m", SCHEMA_DATUM, offsetof(struct gbd_reading, depth_m), SCHEMA_REQUIRED, 1e-5, 0.1, 0, NULL, "depth at which the gain is 1/e"},
    {"hre_kg_per_m2", SCHEMA_DATUM, offsetof(struct gbd_reading, hre_kg_per_m2), SCHEMA_REQUIRED, 0, 10, 0, NULL,
     "Dy or Tb per diffused face area"},
    {"saturation_kg_per_m2", SCHEMA_DATUM, offsetof(struct gbd_reading, saturation_kg_per_m2), SCHEMA_REQUIRED, 1e-4, 10, 0, NULL,
     "amount per face area over which the gain levels off: gain(w) ~ 1 - exp(-w/this)"},
    {"process_USD_per_m2", SCHEMA_DATUM, offsetof(struct gbd_reading, process_USD_per_m2), SCHEMA_REQUIRED, 0, 1e5, 0, NULL,
     "cost of the treatment per diffused face area, without the element"},
};

static enum status read_gbd(const struct yaml_node *node, struct magnet *m, struct err *e)
{
    struct gbd_reading g;
    memset(&g, 0, sizeof g);
    TRY(yaml_read_table(node, gbd_row, ARRAY_LEN(gbd_row), &g, e));
    m->is_diffused = 1;
    m->gbd_gain20_A_per_m = g.gain20_A_per_m;
    m->gbd_depth_m = g.depth_m;
    m->gbd_hre_kg_per_m2 = g.hre_kg_per_m2;
    m->gbd_saturation_kg_per_m2 = g.saturation_kg_per_m2;
    m->gbd_process_USD_per_m2 = g.process_USD_per_m2;
    memcpy(m->gbd_element, gbd_element_word[g.element], strlen(gbd_element_word[g.element]) + 1);
    return ST_OK;
}

static enum status check_magnet(const struct yaml_node *entry, const struct magnet *m, struct err *e)
{
    const double HcJ_max_A_per_m = m->HcJ20_A_per_m.value + (m->is_diffused ? m->gbd_gain20_A_per_m.value : 0.0);
    const double slope_loss_T = slope_T_m_per_A(m) * HcJ_max_A_per_m;
    if ((m->technology == TECH_NDFEB_GBD) != (m->is_diffused != 0))
        return yaml_fail(entry, e, "technology ndfeb_gbd and a gbd map belong together");
    if (m->technology == TECH_WOUND_FIELD)
        return yaml_fail(entry, e, "technology wound_field has no magnet");
    if (slope_loss_T > SLOPE_SHARE_MAX * m->Br20_T.value)
        return yaml_fail(entry, e, "mu_rec %g and HcJ %g A/m cost %.3f T of J before HcJ, Br is %g T: no such recoil line", m->mu_rec.value,
                         HcJ_max_A_per_m, slope_loss_T, m->Br20_T.value);
    return ST_OK;
}

enum status magnet_read(const struct yaml_node *entry, void *out, struct err *e)
{
    struct magnet_reading r;
    struct magnet *m = out;
    memset(&r, 0, sizeof r);
    TRY(material_read_head(entry, magnet_row, ARRAY_LEN(magnet_row), &r, e));
    TRY(material_read_need_composition(entry, &r.head, e));
    *m = r.m;
    m->base = r.head.m;
    m->technology = (enum technology)r.technology;
    m->evidence = (enum evidence)r.evidence;
    m->gbd_gain20_A_per_m = m->gbd_depth_m = m->gbd_hre_kg_per_m2 = m->gbd_saturation_kg_per_m2 = m->gbd_process_USD_per_m2 =
        material_no_datum();
    if (r.gbd)
        TRY(read_gbd(r.gbd, m, e));
    TRY(check_magnet(entry, m, e));
    return r.curves ? magnet_read_curves(r.curves, m, e) : ST_OK;
}
