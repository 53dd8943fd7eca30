/* simulate.c - the scenarios in blocks of fixed size, spread over threads, summed in the order of the blocks, so that the result is the
 * same for any number of threads. A block's nodes, prices and shortage are block_impl.h's. */
#include "models/num/vector.h"
#include "models/risk/block_impl.h"
#include "materials/base/mem.h"
#include <cblas.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include "materials/base/banned.h"

enum { MAX_THREAD = 64 };

/* Sums over independent groups of scenarios: means of w x within a group for x = spot and paid - spot less today's price, so that little is
 * lost to cancellation, and unbuilt share; mean weight; and their products. All doubles; n elements, n_set sets of chains. */
struct sums {
    double *spot, *extra, *unbuilt, *outside, *W, *w2; /* n, n, n_set, n, 1, 1: w2 the mean of squared weights, outside the mean price */
    double *spot2, *extra2, *unbuilt2;               /* n^2, n^2, n_set */
    double *spotW, *extraW, *unbuiltW, *WW;          /* n, n, n_set, 1 */
};
static int sums_get_size(int n, int n_set) { return 5 * n + 3 * n_set + 2 * n * n + 3; }

static struct sums sums_at(double *x, int n, int n_set)
{
    struct sums s;
    double **const part[] = {&s.spot,   &s.extra,    &s.unbuilt, &s.outside, &s.W,        &s.w2, &s.spot2,
                             &s.extra2, &s.unbuilt2, &s.spotW,   &s.extraW,  &s.unbuiltW, &s.WW};
    const int size[] = {n, n, n_set, n, 1, 1, n * n, n * n, n_set, n, n, n_set, 1};
    for (int k = 0; k < ARRAY_LEN(size); x += size[k++])
        *part[k] = x;
    return s;
}

struct job {
    struct sim sim;
    int n_block, n_block_replicate, n_sum, n_group; /* n_group: independent groups in all */
    double *sums;               /* n_block x n_sum */
    atomic_int next;
};
struct worker { struct job *job; struct block block; double *group; /* (2 n + n_set + 1) x BLOCK: group means of one block */ };

/* ---- shortage ---- */

VECTOR_VERSIONS static void add_least(int n, double weight, const double *restrict a, const double *restrict rest, double *restrict least,
                                      double *restrict unbuilt)
{
    for (int k = 0; k < n; k++) {
        least[k] = a[k] < rest[k] ? a[k] : rest[k];
        unbuilt[k] += weight * (1.0 - least[k]);
    }
}

/* U for every set of chains at once: the least available of a set is the lesser of its last chain and of the rest. */
static void add_unbuilt(const struct plan *p, struct block *b, int month, int n)
{
    for (int s = 0; s < p->n_short; s++)
        for (int set = 0; set < 1 << s; set++)
            add_least(n, p->weight_pu[month], b->available + s * WIDE, b->least + set * WIDE, b->least + (set | 1 << s) * WIDE,
                      b->unbuilt + (set | 1 << s) * WIDE);
}

static void set_shortage(const struct sim *sim, struct block *b)
{
    const struct plan *p = &sim->r->plan;
    const int n = sim->width * b->n_pair;
    memset(b->unbuilt, 0, ((size_t)1 << p->n_short) * WIDE * sizeof *b->unbuilt);
    for (int k = 0; k < n; k++)
        b->least[k] = 1.0; /* of no chain at all */
    for (int s = 0; s < p->n_short; s++)
        for (int k = 0; k < n; k++)
            b->stock[s * WIDE + k] = plan_get_stock(p, s);
    for (int t = p->first_month; t < p->n_month; t++) {
        for (int s = 0; s < p->n_short; s++)
            plan_step_available(p, s, t, n, b->bits + t * WIDE, b->stock + s * WIDE, b->available + s * WIDE);
        add_unbuilt(p, b, t, n);
    }
}

/* ---- moments and results of a block ---- */

/* Mean of w (x - shift) over the scenarios of each group within the block; of a replicate, which fills whole blocks, by pair. */
static void set_group_means(const struct sim *sim, const struct block *b, const double *x, double shift, double *out)
{
    const int pairs = sim->r->opts.sampling == RISK_SAMPLING_SOBOL ? 1 : sim->r->group / sim->width;
    for (int j = 0; j < b->n_pair; j += pairs) {
        double sum = 0.0;
        for (int i = j; i < j + pairs; i++)
            for (int sign = 0; sign < sim->width; sign++)
                sum += b->weight[sign * b->n_pair + i] * (x[sign * b->n_pair + i] - shift);
        out[j / pairs] = sum / (pairs * sim->width);
    }
}

/* m groups: their products. Rows have stride BLOCK. */
static void add_products(int n, int n_set, int m, const double *spot, const double *extra, const double *unbuilt, const double *W,
                         struct sums *s)
{
    cblas_dsyrk(CblasColMajor, CblasLower, CblasTrans, n, m, 1.0, spot, BLOCK, 1.0, s->spot2, n);
    cblas_dsyrk(CblasColMajor, CblasLower, CblasTrans, n, m, 1.0, extra, BLOCK, 1.0, s->extra2, n);
    for (int j = 0; j < m; j++) {
        for (int i = 0; i < n; i++) {
            s->spotW[i] += W[j] * spot[i * BLOCK + j];
            s->extraW[i] += W[j] * extra[i * BLOCK + j];
        }
        for (int set = 0; set < n_set; set++) {
            s->unbuilt2[set] += unbuilt[set * BLOCK + j] * unbuilt[set * BLOCK + j];
            s->unbuiltW[set] += W[j] * unbuilt[set * BLOCK + j];
        }
        s->WW[0] += W[j] * W[j];
    }
}

static double get_outside_mean(const struct sim *sim, const struct block *b, int i)
{
    double sum = 0.0;
    for (int k = 0; k < sim->width * b->n_pair; k++)
        sum += b->weight[k] * b->outside[i * WIDE + k];
    return sum / (sim->width * b->n_pair);
}

static void set_sums(const struct sim *sim, const struct block *b, double *group, double *out)
{
    const struct risk *r = sim->r;
    const int n = r->plan.n_element, n_set = 1 << r->plan.n_short, is_replicate = r->opts.sampling == RISK_SAMPLING_SOBOL;
    const int m = is_replicate ? b->n_pair : b->n_pair * sim->width / r->group;
    double *spot = group, *extra = spot + n * BLOCK, *unbuilt = extra + n * BLOCK, *W = unbuilt + n_set * BLOCK;
    struct sums s = sums_at(out, n, n_set);
    for (int i = 0; i < n; i++) {
        set_group_means(sim, b, b->spot + i * WIDE, r->market->price_USD_per_kg[i], spot + i * BLOCK);
        set_group_means(sim, b, b->paid + i * WIDE, r->market->price_USD_per_kg[i], extra + i * BLOCK);
        for (int j = 0; j < m; j++) {
            extra[i * BLOCK + j] -= spot[i * BLOCK + j];
            s.spot[i] += spot[i * BLOCK + j];
            s.extra[i] += extra[i * BLOCK + j];
        }
        s.outside[i] = m * get_outside_mean(sim, b, i);
    }
    for (int set = 0; set < n_set; set++) {
        set_group_means(sim, b, b->unbuilt + set * WIDE, 0.0, unbuilt + set * BLOCK);
        for (int j = 0; j < m; j++)
            s.unbuilt[set] += unbuilt[set * BLOCK + j];
    }
    for (int k = 0; k < WIDE; k++)
        b->least[k] = 1.0; /* free by now */
    set_group_means(sim, b, b->least, 0.0, W);
    for (int j = 0; j < m; j++)
        s.W[0] += W[j];
    for (int k = 0; k < sim->width * b->n_pair; k++)
        s.w2[0] += b->weight[k] * b->weight[k];
    if (!is_replicate)
        add_products(n, n_set, m, spot, extra, unbuilt, W, &s);
}

/* scenario = (first + j) width + sign */
static void store_row(const struct sim *sim, const struct block *b, const double *x, double *out)
{
    for (int sign = 0; sign < sim->width; sign++)
        for (int j = 0; j < b->n_pair; j++)
            out[(b->first + j) * sim->width + sign] = x[sign * b->n_pair + j];
}

static void store(const struct sim *sim, const struct block *b)
{
    struct risk *r = sim->r;
    const size_t S = (size_t)r->opts.n_scenario;
    for (int t = 0; t < r->plan.n_month; t++)
        for (int sign = 0; sign < sim->width; sign++)
            for (int j = 0; j < b->n_pair; j++)
                r->state[(size_t)t * S + (size_t)((b->first + j) * sim->width + sign)] = b->bits[t * WIDE + sign * b->n_pair + j];
    for (int i = 0; i < r->plan.n_element; i++)
        store_row(sim, b, b->paid + i * WIDE, r->paid + (size_t)i * S);
    for (int set = 0; set < 1 << r->plan.n_short; set++)
        store_row(sim, b, b->unbuilt + set * WIDE, r->unbuilt + (size_t)set * S);
    if (r->weight)
        store_row(sim, b, b->weight, r->weight);
    for (int k = 0; r->record && k < r->record->n_slot; k++)
        store_row(sim, b, b->recorded + k * WIDE, r->record->paid + (size_t)k * S);
    for (int i = 0; r->record && i < r->plan.n_element; i++)
        store_row(sim, b, b->spot + i * WIDE, r->record->spot + (size_t)i * S);
}

static void set_place(const struct job *job, struct block *b, int number)
{
    const struct draws *d = &job->sim.draws;
    b->replicate = number / job->n_block_replicate;
    b->first_in_replicate = number % job->n_block_replicate * BLOCK;
    b->first = b->replicate * d->n_pair_replicate + b->first_in_replicate;
    const int left = d->n_pair_replicate - b->first_in_replicate;
    b->n_pair = left < BLOCK ? left : BLOCK;
}

static void *work(void *arg)
{
    struct worker *w = arg;
    struct job *job = w->job;
    struct block *b = &w->block;
    for (int k = atomic_fetch_add(&job->next, 1); k < job->n_block; k = atomic_fetch_add(&job->next, 1)) {
        set_place(job, b, k);
        outage_set_states(&job->sim, b);
        set_shortage(&job->sim, b);
        price_set_block(&job->sim, b);
        store(&job->sim, b);
        set_sums(&job->sim, b, w->group, job->sums + (size_t)k * (size_t)job->n_sum);
    }
    return NULL;
}

/* ---- threads ---- */

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

/* ---- from sums to moments ---- */

/* Replicates: sums of their blocks are first made means, then multiplied. group: (2 n + n_set + 1) x BLOCK. */
static void add_replicates(const struct job *job, double *group, struct sums *total)
{
    const struct risk *r = job->sim.r;
    const int n = r->plan.n_element, n_set = 1 << r->plan.n_short, R = r->opts.n_replicate;
    double *spot = group, *extra = spot + n * BLOCK, *unbuilt = extra + n * BLOCK, *W = unbuilt + n_set * BLOCK;
    memset(group, 0, (size_t)(2 * n + n_set + 1) * BLOCK * sizeof *group);
    for (int k = 0; k < job->n_block; k++) {
        const struct sums s = sums_at(job->sums + (size_t)k * (size_t)job->n_sum, n, n_set);
        const int rep = k / job->n_block_replicate;
        const double P = job->sim.draws.n_pair_replicate;
        for (int i = 0; i < n; i++) {
            spot[i * BLOCK + rep] += s.spot[i] / P;
            extra[i * BLOCK + rep] += s.extra[i] / P;
        }
        for (int set = 0; set < n_set; set++)
            unbuilt[set * BLOCK + rep] += s.unbuilt[set] / P;
        W[rep] += s.W[0] / P;
    }
    add_products(n, n_set, R, spot, extra, unbuilt, W, total);
}

/* Covariance of the ratio means mx = sum x / sum W and my over N groups, per group: xy, xW, yW, WW are sums of products. */
static double get_covariance(double N, double W, double xy, double mx, double xW, double my, double yW, double WW)
{
    const double mean_W = W / N, bessel = N > 1.0 ? N / (N - 1.0) : 0.0;
    return bessel * (xy - mx * yW - my * xW + mx * my * WW) / N / (mean_W * mean_W);
}

static void set_moments(struct job *job, double *group)
{
    struct risk *r = job->sim.r;
    const int n = r->plan.n_element, n_set = 1 << r->plan.n_short;
    const double N = job->n_group;
    double *total = job->sums;
    if (r->opts.sampling == RISK_SAMPLING_SOBOL) { /* the products of all into those of the first block, which has none */
        struct sums first = sums_at(job->sums, n, n_set);
        add_replicates(job, group, &first);
    }
    for (int b = 1; b < job->n_block; b++)
        for (int k = 0; k < job->n_sum; k++)
            total[k] += job->sums[(size_t)b * (size_t)job->n_sum + (size_t)k];
    const struct sums s = sums_at(total, n, n_set);
    const double count = s.W[0], mean_W = r->opts.sampling == RISK_SAMPLING_SOBOL ? 1.0 : count / N, scale = N * mean_W / count;
    for (int i = 0; i < n; i++) {
        const double mi = s.spot[i] / count, xi = s.extra[i] / count;
        r->spot_mean[i] = r->market->price_USD_per_kg[i] + mi;
        r->paid_mean[i] = r->spot_mean[i] + xi;
        r->outside_mean[i] = s.outside[i] / count;
        for (int j = 0; j <= i; j++) {
            const double mj = s.spot[j] / count, xj = s.extra[j] / count;
            r->spot_cov[j * n + i] = r->spot_cov[i * n + j] =
                get_covariance(N, count * scale, s.spot2[j * n + i], mi, s.spotW[i], mj, s.spotW[j], s.WW[0]);
            r->extra_cov[j * n + i] = r->extra_cov[i * n + j] =
                get_covariance(N, count * scale, s.extra2[j * n + i], xi, s.extraW[i], xj, s.extraW[j], s.WW[0]);
        }
    }
    for (int set = 0; set < n_set; set++) {
        const double m = s.unbuilt[set] / count;
        r->unbuilt_mean[set] = m;
        r->unbuilt_var[set] =
            fmax(0.0, get_covariance(N, count * scale, s.unbuilt2[set], m, s.unbuiltW[set], m, s.unbuiltW[set], s.WW[0]));
    }
    const double S = r->opts.n_scenario, sum_w = mean_W * S;
    r->info.effective_pu = sum_w * sum_w / s.w2[0] / S;
    for (int k = 0; r->weight && k < r->opts.n_scenario; k++)
        r->weight[k] /= mean_W;
}

static enum status init_job(struct job *job, struct risk *r, const struct scenario *sc, struct err *e)
{
    const int n = r->plan.n_element, n_set = 1 << r->plan.n_short;
    job->sim.r = r;
    job->sim.scenario = sc;
    job->sim.width = r->opts.antithetic ? 2 : 1;
    job->sim.n_pair_all = r->opts.n_scenario / job->sim.width;
    TRY(outage_init(&job->sim.outage, r, sc, e));
    TRY(draws_init(&job->sim.draws, r, e));
    job->n_block_replicate = (job->sim.draws.n_pair_replicate + BLOCK - 1) / BLOCK;
    job->n_block = job->n_block_replicate * job->sim.draws.n_replicate;
    job->n_group = r->opts.n_scenario / r->group;
    job->n_sum = sums_get_size(n, n_set);
    job->sums = mem_new((size_t)job->n_block * (size_t)job->n_sum, sizeof *job->sums);
    return job->sums ? ST_OK : err_set(e, ST_NO_MEMORY, "risk", "sums of %d blocks", job->n_block);
}

enum status simulate_solve(struct risk *r, const struct scenario *sc, struct err *e)
{
    const int n_thread = r->opts.n_thread < MAX_THREAD ? r->opts.n_thread : MAX_THREAD;
    const size_t n_row = (size_t)(2 * r->plan.n_element + (1 << r->plan.n_short) + 1);
    struct job job;
    memset(&job, 0, sizeof job);
    struct worker *w = mem_new((size_t)n_thread, sizeof *w);
    enum status s = w ? init_job(&job, r, sc, e) : err_set(e, ST_NO_MEMORY, "risk", "%d threads", n_thread);
    for (int k = 0; s == ST_OK && k < n_thread; k++) {
        w[k].job = &job;
        w[k].group = mem_new(n_row * BLOCK, sizeof *w[k].group);
        if (!block_init(&w[k].block, &job.sim) || !w[k].group)
            s = err_set(e, ST_NO_MEMORY, "risk", "workspace of %d threads", n_thread);
    }
    if (s == ST_OK) {
        run(w, n_thread);
        set_moments(&job, w[0].group);
        r->info.n_sobol = job.sim.draws.n_axis;
    }
    for (int k = 0; w && k < n_thread; k++) {
        block_done(&w[k].block);
        mem_free(w[k].group);
    }
    mem_free(w);
    mem_free(job.sums);
    outage_done(&job.sim.outage);
    draws_done(&job.sim.draws);
    return s;
}
