/* indices.c - concentration and governance indices. Contract: indices.h. */
#include "models/risk/indices.h"
#include "models/risk/analytic.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

static const struct market_country *get_country(const struct market *m, const char *code)
{
    for (int k = 0; k < m->n_country; k++)
        if (strcmp(m->country[k].code, code) == 0)
            return &m->country[k];
    return NULL;
}

static double get_least_instability(const struct market *m)
{
    double least = 1.0;
    for (int k = 0; k < m->n_country; k++)
        least = fmin(least, m->country[k].instability_pu.value);
    return least;
}

/* g of every country of a share, a figure that is not known at `unknown`; returns how many are not. */
static int set_instability(const struct market *m, const struct market_share *share, double unknown, double *g)
{
    int n_unknown = 0;
    for (int k = 0; k < share->n; k++) {
        const struct market_country *c = get_country(m, share->country[k]);
        g[k] = c ? c->instability_pu.value : unknown;
        n_unknown += !c;
    }
    return n_unknown;
}

/* rest_instability, rest_square: of the countries that are not named, as very many or as one. */
static void set_governance(const struct market_share *share, const double *g, double rest_instability, double rest_square, double *mean,
                           double *weighted_hhi)
{
    *mean = share->rest_pu * rest_instability;
    *weighted_hhi = rest_square * rest_instability;
    for (int k = 0; k < share->n; k++) {
        *mean += share->share_pu[k] * g[k];
        *weighted_hhi += share->share_pu[k] * share->share_pu[k] * g[k];
    }
}

/* The destination itself; the European Union is its members. */
static int is_domestic(const char *country, const char *destination)
{
    static const char *const EU[] = {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
                                     "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"};
    for (int k = 0; strcmp(destination, "EU") == 0 && k < ARRAY_LEN(EU); k++)
        if (strcmp(country, EU[k]) == 0)
            return 1;
    return strcmp(country, destination) == 0;
}

/* Imports in proportion to the shares of all others; the destination's own share is its domestic production. */
static double get_geopolrisk(const struct market_share *share, const double *g, double hhi, double rest_instability,
                             const char *destination)
{
    double instability[MARKET_MAX_COUNTRY + 1], import[MARKET_MAX_COUNTRY + 1], domestic = 0.0;
    int n = 0;
    for (int k = 0; k < share->n; k++) {
        if (is_domestic(share->country[k], destination)) {
            domestic += share->share_pu[k];
            continue;
        }
        instability[n] = g[k];
        import[n++] = share->share_pu[k];
    }
    instability[n] = rest_instability;
    import[n++] = share->rest_pu;
    return analytic_eval_geopolrisk(hhi, n, instability, import, domestic);
}

struct indices_stage indices_eval_stage(const struct market *m, const struct market_share *share, const char *destination)
{
    struct indices_stage out = {.share = share};
    double low[MARKET_MAX_COUNTRY], high[MARKET_MAX_COUNTRY];
    const double least = get_least_instability(m);
    out.n_unknown = set_instability(m, share, least, low);
    set_instability(m, share, 1.0, high);
    for (int k = 1; k < share->n; k++)
        out.top = share->share_pu[k] > share->share_pu[out.top] ? k : out.top;
    analytic_eval_hhi(share->n, share->share_pu, share->rest_pu, &out.hhi_low_pu, &out.hhi_high_pu);
    set_governance(share, low, least, 0.0, &out.instability_low_pu, &out.governance_hhi_low_pu);
    set_governance(share, high, 1.0, share->rest_pu * share->rest_pu, &out.instability_high_pu, &out.governance_hhi_high_pu);
    out.geopolrisk_low_pu = get_geopolrisk(share, low, out.hhi_low_pu, least, destination);
    out.geopolrisk_high_pu = get_geopolrisk(share, high, out.hhi_high_pu, 1.0, destination);
    return out;
}

int indices_eval_element(const struct market *m, int element, const char *destination, struct indices_stage *out, int max)
{
    int n = 0;
    for (int k = 0; k < m->n_share && n < max; k++)
        if (m->share[k].element_mask >> element & 1u)
            out[n++] = indices_eval_stage(m, &m->share[k], destination);
    return n;
}
