/* simulate.c - the scenarios: nodes, availability, prices; in blocks of fixed size, spread over threads, summed in the order of the blocks,
 * so that the result is the same for any number of threads. */
#include "models/risk/risk_impl.h"
#include "models/risk/vexp.h"
#include "materials/base/mem.h"
#include <cblas.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include "materials/base/banned.h"

enum { BLOCK = 256, WIDE = 2 * BLOCK, MAX_THREAD = 64 }; /* pairs per block; scenarios when antithetic */

struct sim_ws {                 /* one per thread; arrays over the scenarios of a block: k = sign * n_pair + j */
    double *y, *z, *spot, *paid;   /* n_element x WIDE, n_element x BLOCK: log price over today's, shocks, weighted price sums */
    double *regime;             /* n_chain x WIDE: 1 while the control regime is on */
    double *price;              /* WIDE */
    double *factor, *own;       /* BLOCK: normals of nodes */
    double *available, *stock;  /* n_short x WIDE */
    double *least, *unbuilt;    /* 2^n_short x WIDE */
    uint16_t *bits;             /* n_month x WIDE */
};

struct job {
    struct risk *r;
    int n_block, n_pair_all, width, n_sum;
    double *sums;               /* n_block x n_sum */
    atomic_int next;
};
struct worker { struct job *job; struct sim_ws *ws; };

/* ---- nodes ---- */

/* In units of a month: z < down threshold takes an up node down, z > -up threshold brings a down node back. Antithetic: z and -z. */
static void step_node(uint16_t *bits, uint16_t *next, unsigned bit, int n_pair, int width, const double *z, double z_down, double z_up)
{
    for (int sign = 0; sign < width; sign++)
        for (int j = 0; j < n_pair; j++) {
            const double v = sign ? -z[j] : z[j];
            const int is_down = (bits[sign * n_pair + j] & bit) != 0;
            const int will = is_down ? !(v > -z_up) : v < z_down;
            next[sign * n_pair + j] |= (uint16_t)(will ? bit : 0u);
        }
}

static void set_transitions(const struct risk *r, struct sim_ws *ws, int first, int n_pair, int width, int month)
{
    const struct plan *p = &r->plan;
    uint16_t *now = ws->bits + month * WIDE, *next = now + WIDE;
    memset(next, 0, WIDE * sizeof *next);
    rng_fill_normal(&r->rng, RISK_STREAM_NODE, (uint32_t)first, (uint32_t)month, 0, n_pair, ws->factor, NULL);
    for (int g = 0; g < p->n_node; g += 2) {
        double *z[2] = {ws->own, ws->own + BLOCK};
        rng_fill_normal(&r->rng, RISK_STREAM_NODE, (uint32_t)first, (uint32_t)month, 1u + (uint32_t)g / 2u, n_pair, z[0], z[1]);
        for (int h = g; h < p->n_node && h < g + 2; h++) {
            double *own = z[h - g];
            for (int j = 0; j < n_pair; j++)
                own[j] = p->factor_a[h] * ws->factor[j] + p->factor_b[h] * own[j];
            step_node(now, next, 1u << h, n_pair, width, own, p->down_threshold[h], p->up_threshold[h]);
        }
    }
}

static void set_events(const struct risk *r, struct sim_ws *ws, int first, int n_pair, int width, int month)
{
    for (int k = 0; k < r->plan.n_event; k++) {
        const struct plan_event *ev = &r->plan.event[k];
        if (ev->month != month)
            continue;
        rng_fill_normal(&r->rng, RISK_STREAM_EVENT, (uint32_t)first, (uint32_t)ev->number, 0, n_pair, ws->own, NULL);
        for (int sign = 0; sign < width; sign++)
            for (int j = 0; j < n_pair; j++)
                if ((sign ? -ws->own[j] : ws->own[j]) < ev->threshold)
                    ws->bits[month * WIDE + sign * n_pair + j] |= (uint16_t)ev->node_mask;
    }
}

static void set_states(const struct risk *r, struct sim_ws *ws, int first, int n_pair, int width)
{
    memset(ws->bits, 0, WIDE * sizeof *ws->bits);
    for (int t = 0; t < r->plan.n_month; t++) {
        set_events(r, ws, first, n_pair, width, t);
        set_transitions(r, ws, first, n_pair, width, t);
    }
}

/* ---- shortage ---- */

/* U for every set of chains at once: the least available of a set is the lesser of its last chain and of the rest. */
static void add_unbuilt(const struct plan *p, struct sim_ws *ws, int month, int n)
{
    for (int s = 0; s < p->n_short; s++) {
        const double *a = ws->available + s * WIDE;
        for (int set = 0; set < 1 << s; set++) {
            const double *rest = ws->least + set * WIDE;
            double *least = ws->least + (set | 1 << s) * WIDE, *unbuilt = ws->unbuilt + (set | 1 << s) * WIDE;
            for (int k = 0; k < n; k++) {
                least[k] = a[k] < rest[k] ? a[k] : rest[k];
                unbuilt[k] += p->weight_pu[month] * (1.0 - least[k]);
            }
        }
    }
}

static void set_shortage(const struct risk *r, struct sim_ws *ws, int n)
{
    const struct plan *p = &r->plan;
    memset(ws->unbuilt, 0, ((size_t)1 << p->n_short) * WIDE * sizeof *ws->unbuilt);
    for (int k = 0; k < n; k++)
        ws->least[k] = 1.0; /* of no chain at all */
    for (int s = 0; s < p->n_short; s++)
        for (int k = 0; k < n; k++)
            ws->stock[s * WIDE + k] = p->chain[p->scarce[s].chain].stock_months;
    for (int t = 0; t < p->n_month; t++) {
        for (int s = 0; s < p->n_short; s++)
            plan_step_available(p, s, t, n, ws->bits + t * WIDE, ws->stock + s * WIDE, ws->available + s * WIDE);
        add_unbuilt(p, ws, t, n);
    }
}

/* ---- prices ---- */

static void set_shocks(const struct risk *r, struct sim_ws *ws, int first, int n_pair, int month)
{
    const int n = r->plan.n_element;
    for (int i = 0; i < n; i += 2)
        rng_fill_normal(&r->rng, RISK_STREAM_PRICE, (uint32_t)first, (uint32_t)month, (uint32_t)i / 2u, n_pair, ws->z + i * BLOCK,
                        i + 1 < n ? ws->z + (i + 1) * BLOCK : NULL);
    cblas_dtrmm(CblasColMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, n_pair, n, 1.0, r->L, n, ws->z, BLOCK);
}

static void set_regimes(const struct risk *r, struct sim_ws *ws, int n_wide, int month)
{
    const uint16_t *bits = ws->bits + month * WIDE;
    for (int c = 0; c < r->plan.n_chain; c++) {
        const unsigned mask = r->plan.chain[c].price_mask;
        for (int k = 0; k < n_wide; k++)
            ws->regime[c * WIDE + k] = bits[k] & mask ? 1.0 : 0.0;
    }
}

/* ws->price holds log P / P_0 risen to P / P_0, without regime. */
static void add_route(const struct risk *r, struct sim_ws *ws, int i, const struct plan_route *route, double weight, int n)
{
    const struct market_element *el = &r->market->element[i];
    const struct route *in = &r->market->routes.route[route->route];
    const double *on = ws->regime + el->chain * WIDE, today = r->market->price_USD_per_kg[i], jump = r->jump[i];
    const double ratio = in->basis == ROUTE_OUTSIDE ? el->outside_ratio.value : 1.0, premium = in->premium_USD_per_kg.value;
    const double floor_USD = in->floor_USD_per_kg.value * el->to_element, cap_USD = in->cap_USD_per_kg.value * el->to_element;
    const double back = in->upside_share_pu.value;
    double *paid = ws->paid + i * WIDE;
    for (int k = 0; k < n; k++) {
        const double factor = on[k] > 0.0 && jump > ratio ? jump : ratio;
        const double base = today * ws->price[k] * factor, above = base - cap_USD;
        const double price = (base > floor_USD ? base : floor_USD) - (above > 0.0 ? back * above : 0.0) + premium;
        paid[k] += weight * price;
    }
}

static void add_month(const struct risk *r, struct sim_ws *ws, int n_pair, int width, int month)
{
    const struct plan *p = &r->plan;
    const double w = p->weight_pu[month];
    for (int i = 0; i < p->n_element; i++) {
        const int chain = r->market->element[i].chain, n = width * n_pair;
        const double *on = ws->regime + chain * WIDE, today = r->market->price_USD_per_kg[i], extra = r->jump[i] - 1.0;
        const double decay = r->decay[i], pull = (1.0 - r->decay[i]) * r->theta_log[i];
        double *y = ws->y + i * WIDE, *spot = ws->spot + i * WIDE;
        for (int j = 0; j < n_pair; j++)
            y[j] = decay * y[j] + pull + ws->z[i * BLOCK + j];
        for (int j = 0; width == 2 && j < n_pair; j++)
            y[n_pair + j] = decay * y[n_pair + j] + pull - ws->z[i * BLOCK + j];
        vexp_eval(n, y, ws->price);
        for (int k = 0; k < n; k++)
            spot[k] += w * today * ws->price[k] * (1.0 + extra * on[k]);
        for (int k = 0; k < p->chain[chain].n_route; k++) {
            const struct plan_route *route = &p->chain[chain].route[k];
            if (route->share_pu[month] > 0.0)
                add_route(r, ws, i, route, w * route->share_pu[month], n);
        }
    }
}

static void set_prices(const struct risk *r, struct sim_ws *ws, int first, int n_pair, int width)
{
    const size_t bytes = (size_t)r->plan.n_element * WIDE * sizeof(double);
    memset(ws->y, 0, bytes);
    memset(ws->spot, 0, bytes);
    memset(ws->paid, 0, bytes);
    for (int t = 0; t < r->plan.n_month; t++) {
        set_shocks(r, ws, first, n_pair, t);
        set_regimes(r, ws, width * n_pair, t);
        add_month(r, ws, n_pair, width, t);
    }
}

/* ---- moments and results of a block ---- */

/* Moments are of pair means less today's price, so that little is lost to cancellation: [spot n, extra n, spot spot' n^2, extra extra' n^2,
 * U, U^2]. */
static void set_sums(const struct risk *r, struct sim_ws *ws, int n_pair, int width, double *sums)
{
    const int n = r->plan.n_element, n_set = 1 << r->plan.n_short;
    double *spot = ws->y, *extra = ws->z; /* free by now */
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n_pair; j++) {
            double a = ws->spot[i * WIDE + j], b = ws->paid[i * WIDE + j];
            if (width == 2) {
                a = 0.5 * (a + ws->spot[i * WIDE + n_pair + j]);
                b = 0.5 * (b + ws->paid[i * WIDE + n_pair + j]);
            }
            spot[i * BLOCK + j] = a - r->market->price_USD_per_kg[i];
            extra[i * BLOCK + j] = b - a;
            sums[i] += spot[i * BLOCK + j];
            sums[n + i] += extra[i * BLOCK + j];
        }
    cblas_dsyrk(CblasColMajor, CblasLower, CblasTrans, n, n_pair, 1.0, spot, BLOCK, 0.0, sums + 2 * n, n);
    cblas_dsyrk(CblasColMajor, CblasLower, CblasTrans, n, n_pair, 1.0, extra, BLOCK, 0.0, sums + 2 * n + n * n, n);
    double *u = sums + 2 * n + 2 * n * n, *u2 = u + n_set;
    for (int set = 0; set < n_set; set++)
        for (int j = 0; j < n_pair; j++) {
            const double *row = ws->unbuilt + set * WIDE;
            const double v = width == 2 ? 0.5 * (row[j] + row[n_pair + j]) : row[j];
            u[set] += v;
            u2[set] += v * v;
        }
}

static void store(struct risk *r, const struct sim_ws *ws, int first, int n_pair, int width)
{
    const size_t S = (size_t)r->opts.n_scenario;
    for (int t = 0; t < r->plan.n_month; t++)
        for (int sign = 0; sign < width; sign++)
            for (int j = 0; j < n_pair; j++)
                r->state[(size_t)t * S + (size_t)((first + j) * width + sign)] = ws->bits[t * WIDE + sign * n_pair + j];
    for (int sign = 0; sign < width; sign++) {
        for (int i = 0; i < r->plan.n_element; i++)
            for (int j = 0; j < n_pair; j++)
                r->paid[(size_t)i * S + (size_t)((first + j) * width + sign)] = ws->paid[i * WIDE + sign * n_pair + j];
        for (int set = 0; set < 1 << r->plan.n_short; set++)
            for (int j = 0; j < n_pair; j++)
                r->unbuilt[(size_t)set * S + (size_t)((first + j) * width + sign)] = ws->unbuilt[set * WIDE + sign * n_pair + j];
    }
}

static void *work(void *arg)
{
    struct worker *w = arg;
    struct job *job = w->job;
    for (int b = atomic_fetch_add(&job->next, 1); b < job->n_block; b = atomic_fetch_add(&job->next, 1)) {
        const int first = b * BLOCK, left = job->n_pair_all - first, n_pair = left < BLOCK ? left : BLOCK;
        set_states(job->r, w->ws, first, n_pair, job->width);
        set_shortage(job->r, w->ws, job->width * n_pair);
        set_prices(job->r, w->ws, first, n_pair, job->width);
        store(job->r, w->ws, first, n_pair, job->width);
        set_sums(job->r, w->ws, n_pair, job->width, job->sums + (size_t)b * (size_t)job->n_sum);
    }
    return NULL;
}

/* ---- threads ---- */

static int sim_ws_init(struct sim_ws *ws, const struct plan *p)
{
    const size_t n = (size_t)p->n_element;
    ws->y = mem_new(n * WIDE, sizeof *ws->y);
    ws->z = mem_new(n * BLOCK, sizeof *ws->z);
    ws->spot = mem_new(n * WIDE, sizeof *ws->spot);
    ws->paid = mem_new(n * WIDE, sizeof *ws->paid);
    ws->regime = mem_new((size_t)p->n_chain * WIDE, sizeof *ws->regime);
    ws->price = mem_new(WIDE, sizeof *ws->price);
    ws->factor = mem_new(BLOCK, sizeof *ws->factor);
    ws->own = mem_new(2 * BLOCK, sizeof *ws->own);
    ws->available = mem_new((size_t)(p->n_short + 1) * WIDE, sizeof *ws->available);
    ws->stock = mem_new((size_t)(p->n_short + 1) * WIDE, sizeof *ws->stock);
    ws->least = mem_new(((size_t)1 << p->n_short) * WIDE, sizeof *ws->least);
    ws->unbuilt = mem_new(((size_t)1 << p->n_short) * WIDE, sizeof *ws->unbuilt);
    ws->bits = mem_new((size_t)(p->n_month + 1) * WIDE, sizeof *ws->bits);
    return ws->y && ws->z && ws->spot && ws->paid && ws->regime && ws->price && ws->factor && ws->own && ws->available && ws->stock &&
           ws->least && ws->unbuilt && ws->bits;
}

static void sim_ws_done(struct sim_ws *ws)
{
    mem_free(ws->y);
    mem_free(ws->z);
    mem_free(ws->spot);
    mem_free(ws->paid);
    mem_free(ws->regime);
    mem_free(ws->price);
    mem_free(ws->factor);
    mem_free(ws->own);
    mem_free(ws->available);
    mem_free(ws->stock);
    mem_free(ws->least);
    mem_free(ws->unbuilt);
    mem_free(ws->bits);
}

static void run(struct worker *w, int n_thread)
{
    pthread_t thread[MAX_THREAD];
    int started = 1;
    for (; started < n_thread; started++)
        if (pthread_create(&thread[started], NULL, work, &w[started]) != 0)
            break; /* fewer threads give the same result, later */
    work(&w[0]);
    for (int k = 1; k < started; k++)
        pthread_join(thread[k], NULL);
}

/* Means, and covariances of the mean of one pair. */
static void set_moments(struct risk *r, const struct job *job)
{
    const int n = r->plan.n_element, n_set = 1 << r->plan.n_short;
    const double N = job->n_pair_all;
    double *total = job->sums;
    for (int b = 1; b < job->n_block; b++)
        for (int k = 0; k < job->n_sum; k++)
            total[k] += job->sums[(size_t)b * (size_t)job->n_sum + (size_t)k];
    const double *spot = total, *extra = total + n, *ss = total + 2 * n, *xx = ss + n * n, *u = xx + n * n, *u2 = u + n_set;
    const double bessel = N > 1.0 ? N / (N - 1.0) : 0.0;
    for (int i = 0; i < n; i++) {
        r->spot_mean[i] = r->market->price_USD_per_kg[i] + spot[i] / N;
        r->paid_mean[i] = r->spot_mean[i] + extra[i] / N;
        for (int j = 0; j <= i; j++) {
            r->spot_cov[j * n + i] = r->spot_cov[i * n + j] = bessel * (ss[j * n + i] / N - spot[i] / N * spot[j] / N);
            r->extra_cov[j * n + i] = r->extra_cov[i * n + j] = bessel * (xx[j * n + i] / N - extra[i] / N * extra[j] / N);
        }
    }
    for (int set = 0; set < n_set; set++) {
        r->unbuilt_mean[set] = u[set] / N;
        r->unbuilt_var[set] = fmax(0.0, bessel * (u2[set] / N - r->unbuilt_mean[set] * r->unbuilt_mean[set]));
    }
}

enum status simulate_solve(struct risk *r, struct err *e)
{
    const int n = r->plan.n_element, width = r->opts.antithetic ? 2 : 1, n_pair = r->opts.n_scenario / width;
    const int n_thread = r->opts.n_thread < MAX_THREAD ? r->opts.n_thread : MAX_THREAD;
    struct sim_ws ws[MAX_THREAD];
    struct worker w[MAX_THREAD];
    struct job job = {.r = r, .n_block = (n_pair + BLOCK - 1) / BLOCK, .n_pair_all = n_pair, .width = width,
                      .n_sum = 2 * n + 2 * n * n + 2 * (1 << r->plan.n_short)};
    memset(ws, 0, sizeof ws);
    job.sums = mem_new((size_t)job.n_block * (size_t)job.n_sum, sizeof *job.sums);
    int ok = job.sums != NULL;
    for (int k = 0; k < n_thread; k++) {
        ok = ok && sim_ws_init(&ws[k], &r->plan);
        w[k] = (struct worker){&job, &ws[k]};
    }
    if (ok) {
        run(w, n_thread);
        set_moments(r, &job);
    }
    for (int k = 0; k < n_thread; k++)
        sim_ws_done(&ws[k]);
    mem_free(job.sums);
    return ok ? ST_OK : err_set(e, ST_NO_MEMORY, "risk", "workspace of %d threads", n_thread);
}
