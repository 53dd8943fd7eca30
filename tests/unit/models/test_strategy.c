/* test_strategy.c - the best strategy: its objective is risk_eval's, its slopes are subgradients, no grid point lies below it; closed forms
 * of stock and of Tomlin's ordering; directions; what is refused; memory. The public LP solver is in test_strategy_lp.c. */
#include "models/risk/strategy_impl.h"
#include "tests/support/fault.h"
#include "tests/unit/models/risk_world.h"
#include "materials/base/banned.h"

enum { SPOT_LIGHT, SPOT_HEAVY, SPOT_COMMON, SAFE, LICENSED, LATE, N_ROUTE };

/* Five routes to choose from: light over spot, safe, licence or one that ramps up; heavy over spot alone. */
static struct world world_choice(void)
{
    struct world w = world_default();
    w.hazard = 0.6;
    w.recovery = 3;
    w.down = 0.2;
    w.restock = 0.25;
    w.premium = 25;
    w.capacity = 1000;
    w.more_routes = "  licensed: {doc: d, chain: light, nodes: [cn_light], from: 2000-01-01, basis: fob, premium_USD_per_kg: {value: 6" Q
                    ", qualification_USD: {value: 0" Q ", licence_relief_pu: {value: 0.5" Q "}\n"
                    "  late: {doc: d, chain: light, nodes: [], from: 2027-01-01, basis: fob, premium_USD_per_kg: {value: 12" Q
                    ", qualification_USD: {value: 0" Q ", ramp_months: {value: 12" Q ", share_cap_pu: {value: 0.4" Q "}\n"
                    "  reserve: {doc: d, chain: light, nodes: [], from: 2027-02-01, basis: fob, premium_USD_per_kg: {value: 0" Q
                    ", qualification_USD: {value: 0" Q ", reserve_months: {value: 0.5" Q "}\n";
    return w;
}

struct choice { struct rig g; struct strategy *s; };

static void choice_new(struct choice *c, const struct world *w, const struct risk_opts *o, const struct strategy_opts *so)
{
    rig_market(&c->g, w);
    assert_ok(strategy_new(c->g.m, &c->g.m->scenario[0], &c->g.m->sourcing[0], o, so, &c->s, &c->g.e), &c->g.e);
}

static void choice_done(struct choice *c)
{
    strategy_free(c->s);
    market_free(c->g.m);
}

static struct strategy_opts opts_of(int n_scenario, double gap)
{
    struct strategy_opts so = strategy_opts_default();
    so.n_scenario = n_scenario;
    so.gap_USD = gap;
    so.n_step_max = 2000;
    return so;
}

static struct risk_opts opts_years(int n_month)
{
    struct risk_opts o = opts_year(64);
    o.horizon_months = n_month;
    o.discount_rate_per_year = 0.08;
    return o;
}

static struct strategy_result solve_one(struct choice *c, const double *q)
{
    struct strategy_result z;
    assert_ok(strategy_solve(c->s, NULL, 1, q, &z, &c->g.e), &c->g.e);
    assert_true(z.bound_USD <= z.objective_USD);
    return z;
}

/* ---- the programme reckons as risk_eval does ---- */

static void objective_is_that_of_risk_eval(void **state)
{
    static const struct { double share[N_ROUTE], stock[2]; const char *from; } row[] = {
        {{1, 1, 1, 0, 0, 0}, {0, 0}, ""},          {{0.5, 1, 1, 0.5, 0, 0}, {2, 0}, ""},
        {{0.3, 1, 1, 0, 0.4, 0.3}, {3.3, 4}, ""},  {{0, 1, 1, 0, 0.6, 0.4}, {1, 2}, "x"},
    };
    struct world w = world_choice();
    const struct risk_opts base = opts_years(30);
    const double one[3] = {0.45, 0, 8}, two[3] = {0.45, 0.02, 8};
    struct choice c;
    (void)state;
    w.chain_extra = ", reserve: reserve";
    const struct strategy_opts so = opts_of(600, 0.01);
    choice_new(&c, &w, &base, &so);
    for (int k = 0; k < ARRAY_LEN(row); k++) {
        struct sourcing x = c.g.m->sourcing[0];
        struct risk_opts o = base;
        struct risk *r;
        struct risk_ws *ws;
        struct risk_result z;
        x.chain[0].n_leg = 0;
        for (int v = 0; v < N_ROUTE; v++)
            if (c.g.m->routes.route[v].chain == 0 && row[k].share[v] > 0)
                x.chain[0].leg[x.chain[0].n_leg++] =
                    (struct sourcing_leg){v, row[k].share[v], v == LATE ? c.g.m->routes.route[v].from_days : LONG_MIN};
        x.chain[0].stock_months = row[k].stock[0];
        x.chain[1].stock_months = row[k].stock[1];
        o.n_scenario = 600;
        assert_ok(risk_new(c.g.m, &c.g.m->scenario[0], &x, &o, &r, &c.g.e), &c.g.e);
        assert_ok(risk_ws_new(r, 1, &ws, &c.g.e), &c.g.e);
        double f, stock[3] = {row[k].stock[0], row[k].stock[1], 0};
        assert_ok(risk_eval(r, ws, NULL, 1, one, &z, &c.g.e), &c.g.e);
        assert_ok(strategy_eval(c.s, NULL, one, row[k].share, stock, &f, &c.g.e), &c.g.e);
        assert_close(f, z.today_USD + z.risk_cost.value_USD, 1e-11, 0.0);
        assert_ok(risk_eval(r, ws, NULL, 1, two, &z, &c.g.e), &c.g.e);
        assert_ok(strategy_eval(c.s, NULL, two, row[k].share, stock, &f, &c.g.e), &c.g.e);
        assert_true(f <= (z.today_USD + z.risk_cost.value_USD) * (1 + 1e-12)); /* each chain for itself is never better */
        risk_ws_free(ws);
        risk_free(r);
    }
    choice_done(&c);
}

/* The result's own figures are risk_eval's of the strategy that it hands out. */
static void result_is_that_of_risk_eval(void **state)
{
    struct world w = world_choice();
    struct risk_opts o = opts_years(30);
    const struct strategy_opts so = opts_of(1000, 0.01);
    const double q[3] = {0.45, 0.02, 8};
    struct choice c;
    struct risk *r;
    struct risk_ws *ws;
    struct risk_result z;
    (void)state;
    w.qualification_USD = 1e6;
    w.chain_extra = ", reserve: reserve";
    choice_new(&c, &w, &o, &so);
    const struct strategy_result best = solve_one(&c, q);
    o.n_scenario = 1000;
    assert_ok(risk_new(c.g.m, &c.g.m->scenario[0], &best.sourcing, &o, &r, &c.g.e), &c.g.e);
    assert_ok(risk_ws_new(r, 1, &ws, &c.g.e), &c.g.e);
    assert_ok(risk_eval(r, ws, NULL, 1, q, &z, &c.g.e), &c.g.e);
    assert_close(best.risk.risk_cost.value_USD, z.risk_cost.value_USD, 1e-10, 1e-10);
    assert_close(best.risk.risk_cost.standard_error_USD, z.risk_cost.standard_error_USD, 1e-8, 1e-10);
    assert_close(best.risk.holding.value_USD, z.holding.value_USD, 1e-9, 1e-10);
    assert_close(best.risk.shortage.value_USD, z.shortage.value_USD, 1e-9, 1e-10);
    assert_close(best.risk.drift.value_USD, z.drift.value_USD, 1e-9, 1e-9);
    assert_close(best.risk.cvar.value_USD, z.cvar.value_USD, 1e-10, 0.0);
    assert_true(best.objective_USD <= z.today_USD + z.risk_cost.value_USD + 1e-9);
    risk_ws_free(ws);
    risk_free(r);
    choice_done(&c);
}

/* ---- convex: every slope is a subgradient of every scenario, with two chains, ramps, reserve and rationing ---- */

static void set_random_point(const struct rng *rng, int k, double *x)
{
    double sum = 0.0, u[2];
    for (int v = 0; v < 6; v++) {
        rng_eval_uniform(rng, 9, (uint32_t)k, (uint32_t)v, 0, u);
        x[v] = v < 4 ? -log(u[0]) * (u[1] < 0.7) + 1e-3 * (v == 0) : (u[1] < 0.3 ? 0.0 : 0.3 * u[0]);
        sum += v < 4 ? x[v] : 0.0;
    }
    for (int v = 0; v < 4; v++)
        x[v] /= sum;
}

static void slopes_are_subgradients(void **state)
{
    enum { N_POINT = 12, S = 256 };
    struct world w = world_choice();
    const struct risk_opts o = opts_years(40);
    const struct strategy_opts so = opts_of(S, 0.01);
    const struct rng rng = rng_init(3);
    const double q[3] = {0.45, 0.02, 8};
    struct choice c;
    struct programme *p;
    double objective, weight[S] = {0}, x[N_POINT][6], sum[6];
    static double unbuilt[N_POINT][S];
    const double share[N_ROUTE] = {1, 1, 1, 0, 0, 0}, stock[3] = {0};
    (void)state;
    w.hazard = 1.5;
    w.up = 0.93;
    w.chain_extra = ", reserve: reserve";
    choice_new(&c, &w, &o, &so);
    assert_ok(strategy_eval(c.s, NULL, q, share, stock, &objective, &c.g.e), &c.g.e);
    p = c.s->programme;
    assert_int_equal(p->n_short, 2);
    assert_int_equal(p->n_var, 6); /* four shares of light, two stocks */
    for (int k = 0; k < N_POINT; k++) {
        set_random_point(&rng, k, x[k]);
        unbuilt_eval(p, x[k], UNBUILT_TOGETHER, unbuilt[k]);
    }
    int n_pair = 0;
    for (int a = 0; a < N_POINT; a++) {
        double total[6] = {0}, all[S];
        for (int s = 0; s < S; s++) {
            double slope[6];
            if (!(unbuilt[a][s] > 0.0))
                continue;
            weight[s] = 1.0;
            unbuilt_eval_slope(p, x[a], weight, unbuilt[a], slope);
            weight[s] = 0.0;
            for (int b = 0; b < N_POINT; b++, n_pair++) {
                double line = unbuilt[a][s];
                for (int v = 0; v < 6; v++)
                    line += slope[v] * (x[b][v] - x[a][v]);
                if (line > unbuilt[b][s] + 1e-10)
                    fail_msg("scenario %d: %g at point %d lies below the line %g from point %d", s, unbuilt[b][s], b, line, a);
            }
            for (int v = 0; v < 6; v++)
                total[v] += (1.0 + s) * slope[v];
        }
        for (int s = 0; s < S; s++)
            all[s] = 1.0 + s;
        unbuilt_eval_slope(p, x[a], all, unbuilt[a], sum); /* many scenarios at once are their sum */
        for (int v = 0; v < 6; v++)
            assert_close(sum[v], total[v], 1e-11, 1e-9);
    }
    assert_true(n_pair > 10000);
    choice_done(&c);
}

/* A plane made by one design at one X lies below the objective of every other design at every other X, and meets its own there. */
static void planes_hold_for_all_designs(void **state)
{
    enum { N_POINT = 8, N_BILL = 4 };
    struct world w = world_choice();
    const struct risk_opts o = opts_years(40);
    const struct strategy_opts so = opts_of(400, 0.01);
    const struct rng rng = rng_init(4);
    const double q[N_BILL][3] = {{0.45, 0.02, 8}, {0.1, 0.1, 8}, {0.9, 0.01, 2}, {0.3, 0.05, 20}};
    struct choice c;
    struct programme *p;
    double x[N_POINT][6];
    (void)state;
    w.hazard = 1.5;
    w.capacity = 1e6;
    choice_new(&c, &w, &o, &so);
    assert_ok(programme_get(c.s, programme_get_need(c.s, q[0]), 0, &p, &c.g.e), &c.g.e);
    const struct risk_terms *t = &c.s->r->opts.terms;
    int n_far = 0;
    for (int k = 0; k < N_POINT; k++) {
        struct design d;
        set_random_point(&rng, k, x[k]);
        assert_ok(design_set(p, t, q[k % N_BILL], &d, &c.g.e), &c.g.e);
        unbuilt_eval(p, x[k], UNBUILT_TOGETHER, p->unbuilt);
        (void)design_eval(p, &d, x[k], p->unbuilt);
        const int point = planes_add_point(p, &d, x[k]);
        assert_int_equal(point, k);
        assert_int_equal(planes_add_tail(p, &d, point), k);
    }
    for (int b = 0; b < N_BILL; b++) {
        struct design d;
        assert_ok(design_set(p, t, q[b], &d, &c.g.e), &c.g.e);
        planes_set_design(p, &d);
        for (int k = 0; k < N_POINT; k++) {
            unbuilt_eval(p, x[k], UNBUILT_TOGETHER, p->unbuilt);
            const double f = design_eval(p, &d, x[k], p->unbuilt);
            planes_eval(p, x[k]);
            double linear = 0.0;
            for (int v = 0; v < 6; v++)
                linear += d.linear_USD[v] * x[k][v];
            for (int i = 0; i < N_POINT; i++)
                for (int j = 0; j < N_POINT; j++) {
                    const double low = linear + p->planes.family[PLANE_MEAN].value[i] + p->planes.family[PLANE_TAIL].value[j];
                    assert_true(low <= f + 1e-9 * fabs(f));
                    n_far += low < f - 0.1;
                    if (i == k && j == k && k % N_BILL == b)
                        assert_close(low, f, 1e-11, 0.0);
                }
        }
    }
    assert_true(n_far > 100); /* the bound is no equality by accident */
    choice_done(&c);
}

/* ---- the number of threads changes nothing; parts of a batch ---- */

static void threads_change_nothing(void **state)
{
    enum { N = 150 };
    struct world w = world_choice();
    const struct strategy_opts so = opts_of(300, 0.05);
    static struct strategy_result z[2][N];
    static double q[N][3];
    (void)state;
    memset(z, 0, sizeof z);
    w.qualification_USD = 3e5;
    for (int d = 0; d < N; d++) {
        q[d][ND] = 0.2 + 0.003 * ((37 * d) % N);
        q[d][DY] = d % 7 == 0 ? 0.0 : 0.01 + 0.0002 * ((11 * d) % N);
        q[d][CU] = 8;
    }
    for (int k = 0; k < 2; k++) {
        struct risk_opts o = opts_years(18);
        struct choice c;
        o.n_thread = k ? 3 : 1;
        choice_new(&c, &w, &o, &so);
        assert_ok(strategy_solve(c.s, NULL, N, &q[0][0], z[k], &c.g.e), &c.g.e);
        choice_done(&c);
    }
    for (int d = 0; d < N; d++) {
        assert_memory_equal(&z[0][d].objective_USD, &z[1][d].objective_USD, sizeof(double));
        assert_memory_equal(&z[0][d].bound_USD, &z[1][d].bound_USD, sizeof(double));
        assert_memory_equal(&z[0][d].risk.risk_cost, &z[1][d].risk.risk_cost, sizeof(struct risk_figure));
        assert_true(z[0][d].gap_USD <= so.gap_USD);
    }
}

/* ---- no strategy of a grid lies below the bound, and the best of the grid is not better than the result by more than the gap ---- */

static void grid(void **state)
{
    struct world w = world_choice();
    const struct risk_opts o = opts_years(24);
    struct strategy_opts so = opts_of(400, 0.002);
    const double q[3] = {0.45, 0.02, 8};
    const double months[2][6] = {{0, 0.3, 0.6, 1, 2, 4}, {0, 6, 12, 15, 16, 18}};
    struct choice c;
    (void)state;
    w.chain_extra = ", reserve: reserve";
    w.premium = 10;
    for (int charge = 0; charge < 3; charge++) {
        w.qualification_USD = charge * 3e5; /* 0, 1.5 and 3 USD per motor */
        choice_new(&c, &w, &o, &so);
        const struct strategy_result best = solve_one(&c, q);
        double least = HUGE_VAL;
        assert_true(best.gap_USD <= so.gap_USD);
        assert_true(best.kkt_rel < 1e-4);
        for (int i = 0; i <= 10; i++)
            for (int j = 0; i + j <= 10; j++)
                for (int k = 0; i + j + k <= 10 && k <= 4; k++)
                    for (int a = 0; a < 6; a++)
                        for (int b = 0; b < 6; b++) {
                            const double share[N_ROUTE] = {(10 - i - j - k) / 10.0, 1, 1, i / 10.0, j / 10.0, k / 10.0};
                            const double stock[3] = {months[0][a], months[1][b], 0};
                            double f;
                            assert_ok(strategy_eval(c.s, NULL, q, share, stock, &f, &c.g.e), &c.g.e);
                            if (f < best.bound_USD - 1e-9)
                                fail_msg("charge %d: %.6f at safe %d licence %d late %d stock %g %g, below the bound %.6f", charge, f, i, j,
                                         k, stock[0], stock[1], best.bound_USD);
                            least = f < least ? f : least;
                        }
        assert_true(best.objective_USD <= least + so.gap_USD);
        assert_true(least - best.objective_USD < 1.0); /* the grid is fine enough to come near */
        choice_done(&c);
    }
}

/* ---- one chain, one route: optimal months against the newsvendor with disruptions. Lost sales: a month more of cover pays while L beta
 * (1 - F(n)) > h, which is its condition with p + h = L beta. ---- */

static void stock_of_the_newsvendor(void **state)
{
    static const struct {
        double alpha, beta, h, L_beta;
    } row[] = {{.04, .25, .25, 3.25}, {.04, .25, .25, 1.3}, {.10, .5, .25, 4}, {.02, .15, .1, 2}};
    (void)state;
    for (int k = 0; k < ARRAY_LEN(row); k++) {
        struct world w = world_default();
        struct risk_opts o = opts_year(64);
        struct strategy_opts so = opts_of(20000, 1e-4);
        struct choice c;
        const struct analytic_newsvendor in = {row[k].h, row[k].L_beta - row[k].h, 1.0, row[k].alpha, row[k].beta};
        double S, g, q[3] = {0};
        int n;
        memset(w.sigma, 0, sizeof w.sigma);
        memset(w.jump, 0, sizeof w.jump);
        w.hazard = -12 * log(1 - row[k].alpha);
        w.recovery = -12 * log(1 - row[k].beta);
        w.down = 0;
        w.restock = 50;
        o.horizon_months = 120;
        assert_int_equal(date_read("2031-10-01", &o.production_days), ST_OK); /* the chain has forgotten its start */
        o.terms = (struct risk_terms){row[k].L_beta / row[k].beta, 1e5, 0.0};
        q[ND] = row[k].h * 12 / (0.2 * 69 * 1.1765);
        so.route_off[0] = 1u << SAFE;
        choice_new(&c, &w, &o, &so);
        analytic_solve_newsvendor(&in, &S, &g, &n);
        const struct strategy_result z = solve_one(&c, q);
        assert_close(z.sourcing.chain[0].stock_months, n, 0.0, 0.05);
        choice_done(&c);
    }
}

/* ---- Tomlin: at a given uptime sourcing gains on inventory as outages get rarer and longer ---- */

static void tomlin(void **state)
{
    enum { N = 6 };
    const double uptime = 0.9, q[3] = {0.45, 0, 0}, sourced[N_ROUTE] = {0, 1, 1, 1}, spot[N_ROUTE] = {1, 1, 1, 0}, none[3] = {0};
    double lead[N], before = -HUGE_VAL;
    (void)state;
    for (int k = 0; k < N; k++) {
        struct world w = world_default();
        struct risk_opts o = opts_year(64);
        struct strategy_opts so = opts_of(8000, 0.005);
        struct choice c;
        double source, accept;
        const double months = pow(2.0, k) / 1.0; /* mean length 1 .. 32 months */
        memset(w.sigma, 0, sizeof w.sigma);
        memset(w.jump, 0, sizeof w.jump);
        w.recovery = 12 / months;
        w.hazard = w.recovery * (1 - uptime) / uptime;
        w.down = 0;
        w.restock = 1;
        w.premium = 30;
        o.horizon_months = 180;
        assert_int_equal(date_read("2036-10-01", &o.production_days), ST_OK);
        o.terms = (struct risk_terms){300, 1e5, 0.0};
        choice_new(&c, &w, &o, &so);
        assert_ok(strategy_eval(c.s, NULL, q, sourced, none, &source, &c.g.e), &c.g.e);
        assert_ok(strategy_eval(c.s, NULL, q, spot, none, &accept, &c.g.e), &c.g.e);
        const struct strategy_result free_choice = solve_one(&c, q);
        choice_done(&c);
        so.route_off[0] = 1u << SAFE;
        choice_new(&c, &w, &o, &so);
        const struct strategy_result stock = solve_one(&c, q);
        choice_done(&c);
        lead[k] = stock.objective_USD - source; /* what sourcing saves against the best stock */
        assert_true(lead[k] > before);
        assert_true(accept > source); /* accepting every outage is no answer at this margin */
        assert_true(free_choice.objective_USD <= fmin(source, stock.objective_USD) + 0.005);
        before = lead[k];
    }
    assert_true(lead[0] < 0.0);     /* short outages: inventory */
    assert_true(lead[N - 1] > 0.0); /* long ones: the dearer supplier */
}

/* ---- nothing risky costs nothing; directions ---- */

static void no_risk_no_cost(void **state)
{
    struct world w = world_choice();
    const struct risk_opts o = opts_years(24);
    const struct strategy_opts so = opts_of(256, 1e-4);
    const double q[3] = {0.45, 0.02, 8};
    struct choice c;
    (void)state;
    memset(w.sigma, 0, sizeof w.sigma);
    w.hazard = 0;
    choice_new(&c, &w, &o, &so);
    const struct strategy_result z = solve_one(&c, q);
    assert_close(z.risk.risk_cost.value_USD, 0.0, 0.0, 1e-9);
    assert_close(z.objective_USD, z.risk.today_USD, 1e-12, 0.0);
    assert_int_equal(z.sourcing.chain[0].n_leg, 1);
    assert_int_equal(z.sourcing.chain[0].leg[0].route, SPOT_LIGHT);
    assert_close(z.sourcing.chain[0].stock_months, 0.0, 0.0, 0.0);
    choice_done(&c);
}

static double get_best(const struct world *w, const struct risk_opts *o, const struct strategy_opts *so)
{
    const double q[3] = {0.45, 0.02, 8};
    struct choice c;
    choice_new(&c, w, o, so);
    const struct strategy_result z = solve_one(&c, q);
    choice_done(&c);
    return z.objective_USD;
}

static void directions(void **state)
{
    struct risk_opts o = opts_years(24);
    const struct strategy_opts so = opts_of(1000, 0.005);
    double before = 0.0;
    (void)state;
    for (int k = 0; k < 5; k++) { /* hazard: a node that falls at z < threshold has fallen at any higher hazard too */
        struct world w = world_choice();
        w.hazard = 0.1 * pow(2, k);
        const double f = get_best(&w, &o, &so);
        assert_true(f >= before - so.gap_USD);
        before = f;
    }
    before = 0.0;
    for (int k = 0; k < 4; k++) { /* margin lost */
        struct world w = world_choice();
        o.terms.lost_margin_USD_per_motor = 200 * pow(3, k);
        const double f = get_best(&w, &o, &so);
        assert_true(f >= before - so.gap_USD);
        before = f;
    }
    o = opts_years(24);
    before = HUGE_VAL;
    for (int k = 0; k < 4; k++) { /* what is delivered while down */
        struct world w = world_choice();
        w.down = 0.3 * k;
        const double f = get_best(&w, &o, &so);
        assert_true(f <= before + so.gap_USD);
        before = f;
    }
    before = HUGE_VAL;
    for (int k = 0; k < 3; k++) { /* restocking, and public support of qualification */
        struct world w = world_choice();
        w.restock = 0.5 * k;
        w.qualification_USD = 1e6;
        o.support_pu = 0.4 * k;
        const double f = get_best(&w, &o, &so);
        assert_true(f <= before + so.gap_USD);
        before = f;
    }
}

/* ---- importance sampling: another sample of the same question ---- */

static void importance_sampling(void **state)
{
    struct world w = world_choice();
    struct risk_opts o = opts_years(24);
    const struct strategy_opts so = opts_of(6000, 0.02);
    const double q[3] = {0.45, 0.02, 8};
    struct choice c;
    (void)state;
    w.hazard = 0.2;
    choice_new(&c, &w, &o, &so);
    const struct strategy_result plain = solve_one(&c, q);
    choice_done(&c);
    o.sampling = RISK_SAMPLING_IMPORTANCE;
    choice_new(&c, &w, &o, &so);
    const struct strategy_result tilted = solve_one(&c, q);
    choice_done(&c);
    assert_close(tilted.objective_USD, plain.objective_USD, 0.0, 4 * hypot(plain.standard_error_USD, tilted.standard_error_USD));
    assert_true(tilted.gap_USD <= 0.02);
}

/* ---- a batch is its parts; capacities bind ---- */

static void batch_and_capacity(void **state)
{
    enum { N = 12 };
    struct world w = world_choice();
    const struct risk_opts o = opts_years(24);
    const struct strategy_opts so = opts_of(500, 0.01);
    double q[N][3];
    static struct strategy_result together[N];
    struct choice c;
    (void)state;
    w.capacity = 20; /* t per year of the safe route: less than the larger designs need */
    w.premium = 2;
    for (int d = 0; d < N; d++) {
        q[d][ND] = d % 4 == 3 ? 0.0 : 0.1 + 0.05 * d;
        q[d][DY] = d % 3 == 0 ? 0.0 : 0.02;
        q[d][CU] = 8;
    }
    choice_new(&c, &w, &o, &so);
    assert_ok(strategy_solve(c.s, NULL, N, &q[0][0], together, &c.g.e), &c.g.e);
    choice_done(&c);
    int n_bound = 0;
    for (int d = 0; d < N; d++) {
        choice_new(&c, &w, &o, &so);
        const struct strategy_result alone = solve_one(&c, q[d]);
        assert_close(together[d].objective_USD, alone.objective_USD, 0.0, so.gap_USD);
        assert_true(together[d].bound_USD <= alone.objective_USD + 1e-9 && alone.bound_USD <= together[d].objective_USD + 1e-9);
        n_bound += alone.capacity_bound_route == SAFE;
        if (q[d][ND] > 0)
            assert_true(!(alone.risk.capacity_use_pu > 1.0 + 1e-6));
        choice_done(&c);
    }
    assert_true(n_bound >= 2);
}

/* ---- refused ---- */

static void refusals(void **state)
{
    struct world w = world_choice();
    struct risk_opts o = opts_years(24);
    struct strategy_opts so = opts_of(200, 0.01);
    struct choice c;
    struct strategy_result z;
    const double q[3] = {0.45, 0.02, 8}, good[3] = {0}, negative[3] = {-1, 0, 0};
    const double whole[N_ROUTE] = {1, 1, 1}, part[N_ROUTE] = {0.9, 1, 1}, under[N_ROUTE] = {1, 1, 1, -0.2}, much[N_ROUTE] = {0, 1, 1, 1};
    double f;
    (void)state;
    w.capacity = 10;
    choice_new(&c, &w, &o, &so);
    assert_status(strategy_eval(c.s, NULL, q, whole, negative, &f, &c.g.e), ST_CONFIG, NULL);
    assert_non_null(strstr(c.g.e.message, "'light' holds -1 months"));
    assert_status(strategy_eval(c.s, NULL, q, part, good, &f, &c.g.e), ST_CONFIG, NULL);
    assert_non_null(strstr(c.g.e.message, "'light' sum to 0.9"));
    assert_status(strategy_eval(c.s, NULL, q, under, good, &f, &c.g.e), ST_CONFIG, NULL);
    assert_non_null(strstr(c.g.e.message, "'safe' has a share of -0.2"));
    assert_status(strategy_eval(c.s, NULL, q, much, good, &f, &c.g.e), ST_CONFIG, NULL);
    assert_non_null(strstr(c.g.e.message, "'safe' can carry 0.2222 of the need"));
    const struct risk_terms none = {(double)NAN, 1e5, 0.3}, no_volume = {1000, (double)NAN, 0.3};
    assert_status(strategy_solve(c.s, &none, 1, q, &z, &c.g.e), ST_CONFIG, NULL);
    assert_string_equal(c.g.e.where, "lost_margin_USD_per_motor");
    assert_status(strategy_solve(c.s, &no_volume, 1, q, &z, &c.g.e), ST_CONFIG, NULL);
    assert_string_equal(c.g.e.where, "volume_motors_per_year");
    choice_done(&c);
    so.route_off[0] = 1u << SPOT_LIGHT | 1u << LICENSED; /* the safe route and the late one are too small */
    choice_new(&c, &w, &o, &so);
    assert_status(strategy_solve(c.s, NULL, 1, q, &z, &c.g.e), ST_INFEASIBLE, NULL);
    assert_non_null(strstr(c.g.e.message, "'light'"));
    choice_done(&c);
    so.route_off[0] = 1u << SPOT_HEAVY;
    rig_market(&c.g, &w);
    assert_status(strategy_new(c.g.m, &c.g.m->scenario[0], &c.g.m->sourcing[0], &o, &so, &c.s, &c.g.e), ST_CONFIG, NULL);
    assert_non_null(strstr(c.g.e.message, "'heavy'"));
    so = opts_of(200, 0.0);
    assert_status(strategy_new(c.g.m, &c.g.m->scenario[0], &c.g.m->sourcing[0], &o, &so, &c.s, &c.g.e), ST_CONFIG, NULL);
    so = opts_of(200, 0.01);
    o.terms.lost_margin_USD_per_motor = (double)NAN;
    assert_status(strategy_new(c.g.m, &c.g.m->scenario[0], &c.g.m->sourcing[0], &o, &so, &c.s, &c.g.e), ST_CONFIG, NULL);
    assert_null(c.s);
    market_free(c.g.m);
    so.n_step_max = 3; /* too few to prove anything: said, with what was found */
    o = opts_years(24);
    choice_new(&c, &w, &o, &so);
    assert_status(strategy_solve(c.s, NULL, 1, q, &z, &c.g.e), ST_NO_CONVERGE, NULL);
    assert_true(z.gap_USD > 0.01 && z.objective_USD > z.bound_USD);
    choice_done(&c);
}

static enum status work(void *ctx, struct err *e)
{
    const struct choice *c = ctx;
    const struct risk_opts o = opts_years(12);
    const struct strategy_opts so = opts_of(64, 0.1);
    const double q[2][3] = {{0.45, 0.02, 8}, {0, 0, 8}};
    static struct strategy_result z[2];
    struct strategy *s;
    TRY(strategy_new(c->g.m, &c->g.m->scenario[0], &c->g.m->sourcing[0], &o, &so, &s, e));
    const enum status st = strategy_solve(s, NULL, 2, &q[0][0], z, e);
    strategy_free(s);
    return st;
}

static void out_of_memory(void **state)
{
    struct world w = world_choice();
    struct choice c;
    (void)state;
    rig_market(&c.g, &w);
    assert_true(fault_check(work, &c) > 40);
    market_free(c.g.m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objective_is_that_of_risk_eval),
        cmocka_unit_test(result_is_that_of_risk_eval),
        cmocka_unit_test(slopes_are_subgradients),
        cmocka_unit_test(planes_hold_for_all_designs),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(grid),
        cmocka_unit_test(stock_of_the_newsvendor),
        cmocka_unit_test(tomlin),
        cmocka_unit_test(no_risk_no_cost),
        cmocka_unit_test(directions),
        cmocka_unit_test(importance_sampling),
        cmocka_unit_test(batch_and_capacity),
        cmocka_unit_test(refusals),
        cmocka_unit_test(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
