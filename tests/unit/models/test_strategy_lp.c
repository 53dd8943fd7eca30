/* test_strategy_lp.c - the best strategy against a public solver of linear programmes (GLPK, primal simplex): the whole programme written
 * out, stock paths and unbuilt shares of every month and scenario as variables, sharing nothing with the cutting planes but the sample.
 * With charges: the same as a mixed-integer programme, a switch for every route. */
#include <glpk.h>
#include "models/risk/strategy_impl.h"
#include "tests/support/proof.h"
#include "tests/unit/models/risk_world.h"
#include "materials/base/banned.h"

enum { S = 120, T = 15, N_SHARE = 3, SAFE = 3 };

struct rows { /* triplets of the matrix, 1-based as the solver has it */
    glp_prob *lp;
    int n, row[400000], column[400000];
    double value[400000];
};

static int add_column(struct rows *r, double low, double high, double cost)
{
    const int j = glp_add_cols(r->lp, 1);
    glp_set_col_bnds(r->lp, j, high < HUGE_VAL ? (low < high ? GLP_DB : GLP_FX) : (low > -HUGE_VAL ? GLP_LO : GLP_FR), low, high);
    glp_set_obj_coef(r->lp, j, cost);
    return j;
}

static int add_row(struct rows *r, double at_least)
{
    const int i = glp_add_rows(r->lp, 1);
    glp_set_row_bnds(r->lp, i, GLP_LO, at_least, 0.0);
    return i;
}

static void add(struct rows *r, int row, int column, double value)
{
    if (!(value > 0.0 || value < 0.0))
        return;
    r->n++;
    r->row[r->n] = row;
    r->column[r->n] = column;
    r->value[r->n] = value;
}

/* One chain in one scenario: 0 <= X_t - m_t + u_t and X_t+1 <= min(I, X_t - m_t + u_t + restock g_t). share: columns of its shares,
 * NULL: 1. */
static void add_chain(struct rows *r, const struct strategy *st, int chain, int s, const int *share, int own, const int *unbuilt)
{
    const struct strategy_chain *c = &st->chain[chain];
    const struct risk *risk = st->r;
    const int n_set = 1 << c->n_node;
    int stock = own; /* full at first */
    for (int t = 0; t < T; t++) {
        const unsigned down = risk->state[t * S + s];
        int set = 0;
        for (int k = 0; k < c->n_node; k++)
            set |= (int)(down >> c->node[k] & 1u) << k;
        const int next = add_column(r, 0.0, HUGE_VAL, 0.0);
        const int left = add_row(r, share ? 1.0 : 1.0 - c->available_pu[set]), kept = add_row(r, 0.0), full = add_row(r, 0.0);
        const double restock = risk->plan.stock_restock;
        add(r, left, stock, 1.0);
        add(r, left, unbuilt[t], 1.0);
        for (int k = 0; share && k < c->n_route; k++)
            add(r, left, share[k], c->available_pu[k * n_set + set]);
        add(r, kept, stock, 1.0); /* X - m + u + restock g - X' >= 0 */
        add(r, kept, unbuilt[t], 1.0);
        add(r, kept, next, -1.0);
        for (int k = 0; share && k < c->n_route; k++)
            add(r, kept, share[k], c->available_pu[k * n_set + set] + restock * c->whole_pu[k * n_set + set]);
        glp_set_row_bnds(r->lp, kept, GLP_LO, share ? 1.0 : 1.0 - c->available_pu[set] - restock * c->whole_pu[set], 0.0);
        add(r, full, own, 1.0);
        add(r, full, next, -1.0);
        stock = next;
    }
}

/* Columns: shares of light, two stocks, quantile; then scenario by scenario. */
static double solve_by_glpk(const struct strategy *st, const double *q, double once_USD)
{
    static struct rows r;
    const struct risk *risk = st->r;
    const struct market *m = risk->market;
    const struct risk_terms *t = &risk->opts.terms;
    const double tail = t->loading_pu / (1.0 - risk->opts.tail_pu) / S, mean = (1.0 - t->loading_pu) / S;
    int share[N_SHARE], own[2];
    r = (struct rows){.lp = glp_create_prob()};
    for (int k = 0; k < N_SHARE; k++)
        share[k] = add_column(&r, 0.0, 1.0, 0.0);
    for (int c = 0; c < 2; c++)
        own[c] = add_column(&r, 0.0, 18.0, 0.0);
    const int quantile = add_column(&r, -HUGE_VAL, HUGE_VAL, t->loading_pu), one = add_row(&r, 1.0);
    glp_set_row_bnds(r.lp, one, GLP_FX, 1.0, 1.0);
    for (int k = 0; k < N_SHARE; k++) {
        add(&r, one, share[k], 1.0);
        if (once_USD > 0.0 && st->record->route[st->chain[0].record[k]] == SAFE) { /* used or not */
            const int used = add_column(&r, 0.0, 1.0, once_USD), link = add_row(&r, 0.0);
            glp_set_col_kind(r.lp, used, GLP_BV);
            add(&r, link, used, 1.0);
            add(&r, link, share[k], -1.0);
        }
    }
    for (int s = 0; s < S; s++) {
        /* cost C free; excess e >= C - quantile; C - sum ... = fixed */
        const int cost = add_column(&r, -HUGE_VAL, HUGE_VAL, mean), excess = add_column(&r, 0.0, HUGE_VAL, tail);
        const int is = add_row(&r, 0.0), over = add_row(&r, 0.0);
        double fixed = 0.0;
        int unbuilt[T];
        add(&r, over, excess, 1.0);
        add(&r, over, quantile, 1.0);
        add(&r, over, cost, -1.0);
        add(&r, is, cost, 1.0);
        for (int c = 0; c < 3; c++)
            for (int k = 0; k < st->chain[c].n_route; k++) {
                double price = 0.0;
                const int rec = st->chain[c].record[k];
                for (int i = 0; i < m->n_element; i++)
                    if (m->element[i].chain == c)
                        price += q[i] * st->record->paid[st->record->slot[i][rec] * S + s];
                if (c == 0)
                    add(&r, is, share[k], -price);
                else
                    fixed += price;
            }
        for (int c = 0; c < 2; c++)
            add(&r, is, own[c], -risk->plan.holding_per_year * q[c] * m->price_USD_per_kg[c] / 12.0);
        for (int month = 0; month < T; month++) {
            unbuilt[month] = add_column(&r, 0.0, HUGE_VAL, 0.0);
            add(&r, is, unbuilt[month], -t->lost_margin_USD_per_motor * risk->plan.weight_pu[month]);
        }
        glp_set_row_bnds(r.lp, is, GLP_FX, fixed, fixed);
        add_chain(&r, st, 0, s, share, own[0], unbuilt);
        add_chain(&r, st, 1, s, NULL, own[1], unbuilt);
    }
    glp_load_matrix(r.lp, r.n, r.row, r.column, r.value);
    glp_smcp par;
    glp_init_smcp(&par);
    par.msg_lev = GLP_MSG_ERR;
    par.meth = GLP_DUALP;
    par.presolve = GLP_OFF;
    assert_int_equal(glp_simplex(r.lp, &par), 0);
    assert_int_equal(glp_get_status(r.lp), GLP_OPT);
    double value = glp_get_obj_val(r.lp);
    if (once_USD > 0.0) {
        glp_iocp io;
        glp_init_iocp(&io);
        io.msg_lev = GLP_MSG_ERR;
        assert_int_equal(glp_intopt(r.lp, &io), 0);
        assert_int_equal(glp_mip_status(r.lp), GLP_OPT);
        value = glp_mip_obj_val(r.lp);
    }
    glp_delete_prob(r.lp);
    return value;
}

static double get_share(const struct strategy_result *z, int route)
{
    double share = 0.0;
    for (int k = 0; k < z->sourcing.chain[0].n_leg; k++)
        share += z->sourcing.chain[0].leg[k].route == route ? z->sourcing.chain[0].leg[k].share_pu : 0.0;
    return share;
}

static void against_glpk(void **state)
{
    static const struct { double loading, margin, premium, qualification_USD; } row[] = {
        {0.3, 400, 20, 0}, {1.0, 1000, 25, 0}, {0.0, 300, 15, 0}, {0.3, 1500, 5, 1e5}, {0.5, 2500, 8, 4e5}, {0.5, 2500, 3, 4e5}};
    const double q[3] = {0.45, 0.05, 8};
    double worst = 0.0;
    (void)state;
    for (int k = 0; k < ARRAY_LEN(row); k++) {
        struct world w = world_default();
        struct risk_opts o = opts_year(S);
        struct strategy_opts so = strategy_opts_default();
        struct rig g;
        struct strategy *s;
        struct strategy_result z;
        w.hazard = 1.0;
        w.recovery = 3;
        w.down = 0.2;
        w.up = 0.97;
        w.restock = 0.25;
        w.premium = row[k].premium;
        w.qualification_USD = row[k].qualification_USD;
        w.capacity = 1000;
        w.more_routes =
            "  licensed: {doc: d, chain: light, nodes: [cn_light], from: 2000-01-01, basis: fob, premium_USD_per_kg: {value: 6" Q
            ", qualification_USD: {value: 0" Q ", licence_relief_pu: {value: 0.5" Q "}\n";
        o.horizon_months = T;
        o.discount_rate_per_year = 0.08;
        o.terms = (struct risk_terms){row[k].margin, 1e5, row[k].loading};
        so.n_scenario = S;
        so.gap_USD = 1e-6;
        so.n_step_max = 4000;
        rig_market(&g, &w);
        assert_ok(strategy_new(g.m, &g.m->scenario[0], &g.m->sourcing[0], &o, &so, &s, &g.e), &g.e);
        assert_ok(strategy_solve(s, NULL, 1, q, &z, &g.e), &g.e);
        const double lp = solve_by_glpk(s, q, row[k].qualification_USD / (1e5 * T / 12.0));
        printf("loading %g margin %g once %g: planes %.9g (bound %.9g, KKT %.2g), GLPK %.9g; safe %g licensed %g\n", row[k].loading,
               row[k].margin, row[k].qualification_USD, z.objective_USD, z.bound_USD, z.kkt_rel, lp, get_share(&z, SAFE),
               get_share(&z, SAFE + 1));
        worst = fmax(worst, fabs(z.objective_USD - lp) / lp);
        assert_true(z.bound_USD <= lp + 1e-6);
        strategy_free(s);
        market_free(g.m);
    }
    proof_check(&(struct proof){PROOF_CLOSED_FORM, "best sourcing strategy: objective against a public LP solver, worst case",
                                "6 cases, 120 scenarios x 15 months, with and without charges", .measured = worst, .wanted = 1e-7,
                                .unit = "", .source = "ROCKAFELLAR_URYASEV"});
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(against_glpk)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
