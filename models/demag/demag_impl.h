/* demag_impl.h - internals of models/demag: the workspace, and where fields come from, so that the iteration can be tested on a circuit
 * whose load line is known in closed form. */
#ifndef MODELS_DEMAG_DEMAG_IMPL_H
#define MODELS_DEMAG_DEMAG_IMPL_H
#include "models/demag/demag.h"

#define DEMAG_MIX_DEPTH 8

enum demag_array {
    DEMAG_BR, DEMAG_BR_EQ, DEMAG_BR_NEXT, DEMAG_HCJ, DEMAG_H, DEMAG_H_ONE, DEMAG_Y, DEMAG_RESIDUAL,
    DEMAG_KEPT /* share of Br that earlier events left */, DEMAG_MIX_WEIGHT, DEMAG_B_AXIS,
    DEMAG_RELIEF /* load lines of the estimate */, DEMAG_WEIGHT /* of an element in the flux linkage */,
    DEMAG_H_REST, DEMAG_H_EVENT, DEMAG_H_CURRENT, DEMAG_H_TEMPERATURE, /* its samples: no current, the strongest event, that event at
                                                                          another current, and at another temperature */
    DEMAG_MIX_Y, DEMAG_MIX_F, DEMAG_MIX_DY, DEMAG_MIX_DF = DEMAG_MIX_DY + DEMAG_MIX_DEPTH,
    DEMAG_ARRAY_COUNT = DEMAG_MIX_DF + DEMAG_MIX_DEPTH
};

/* Samples behind the estimates; the fields themselves are in the workspace arrays. Currents count in units of the strongest event's. */
struct demag_estimate {
    int n_event;                       /* 0: none yet */
    double T_K, T_other_K;             /* of DEMAG_H_REST, _EVENT, _CURRENT; of DEMAG_H_TEMPERATURE */
    double current;                    /* of DEMAG_H_CURRENT */
    double lambda_rest_Wb;
    double calibration;                /* flux lost / weighted mean of the remanence lost */
    double event_current[DEMAG_MAX_EVENT];
    double T_floor_K, T_cap_K;
    enum demag_limit cap_by;
};

struct demag_ws {
    int n;
    const struct magnet *magnet;
    int p;
    int n_face;                      /* diffused faces */
    double *area_m2, *x_m, *y_m;     /* [n] */
    double *depth_m;                 /* [4 n]: distances to the diffused faces, first n_face of each four are used */
    double *HcJ20_A_per_m;
    int *mirror;                     /* [n] element at the mirror image about the d axis of the pole */
    int has_mirror;                  /* every element has one */
    double *a[DEMAG_ARRAY_COUNT];    /* [n] each */
    double area_total_m2;
    double last_T_K;                 /* of the last event */
    struct demag_estimate estimate;
    struct magnet band;              /* the grade at an end of its data, while a band is worked out */
};

/* One field state of a magnet circuit: H per element (easy axis) and the d, q flux linkages for remanences Br_T. */
struct demag_state { double T_K, i_d_A, i_q_A, i_f_A, theta_el_rad; };
struct demag_source {
    void *ctx;
    enum status (*solve)(void *ctx, const struct demag_state *s, const double *Br_T, double *H_A_per_m, double *lambda_d_Wb,
                         double *lambda_q_Wb, struct err *e);
    long n_solve;
};

/* Allocation for n elements; the caller fills area, position, depth and magnet. */
enum status demag_ws_new(int n, struct demag_ws **out, struct err *e) MUST_CHECK;
/* Sum of areas and HcJ at 20 degC from the depths. */
void demag_ws_set_coercivity(struct demag_ws *ws);
/* Br and local HcJ at T into DEMAG_BR, DEMAG_HCJ. */
void demag_set_temperature(struct demag_ws *ws, double T_K);

/* Remanence on the element's own load line H(Br) = H_ref - load_line (Br - Br_ref) that agrees with the curve: unique, in [0, kept Br(T)].
 */
double demag_eval_closure_T(const struct demag_ws *ws, int i, double T_K, double H_ref_A_per_m, double Br_ref_T,
                            double load_line_A_per_m_T);
/* Upper bound of -dH/dBr: a magnet whose flux density cannot change, 1/(mu0 mu_rec). */
double demag_eval_load_line_max(const struct demag_ws *ws);

/* Worst field of all positions of an event with remanences Br_T; lambda of position 0. */
enum status demag_solve_worst(struct demag_ws *ws, struct demag_source *src, const struct demag_event *ev, const double *Br_T,
                              double *H_A_per_m, double *lambda_d_Wb, struct err *e) MUST_CHECK;
enum status demag_solve_rest(struct demag_source *src, const struct demag_event *ev, const double *Br_T, double *H_A_per_m,
                             double *lambda_d_Wb, struct err *e) MUST_CHECK;
/* No element has lost anything yet. */
void demag_forget_damage(struct demag_ws *ws);
/* Starts from what DEMAG_KEPT holds and updates it. */
enum status demag_core_event(struct demag_ws *ws, struct demag_source *src, const struct demag_event *ev, const struct demag_opts *opts,
                             struct demag_result *out, struct err *e) MUST_CHECK;
enum status demag_core_margins(struct demag_ws *ws, struct demag_source *src, int n_event, const struct demag_event *ev,
                               const struct demag_opts *opts, struct demag_margin *out, struct err *e) MUST_CHECK;
enum status demag_core_confirm(struct demag_ws *ws, struct demag_source *src, const struct demag_event *ev, const struct demag_opts *opts,
                               struct demag_margin *m, struct err *e) MUST_CHECK;
enum status demag_core_margin(struct demag_ws *ws, struct demag_source *src, const struct demag_event *ev, const struct demag_opts *opts,
                              struct demag_margin *out, struct err *e) MUST_CHECK;

/* Step k = 0, 1, .. of the mixed iteration: y <- next y, given its residual f(y) (kept until the next step). */
void demag_mix_step(struct demag_ws *ws, int k, const double *weight, double *y, const double *f);

/* Share beyond the knee, percentiles and the worst element, of undamaged magnets at T with field H (DEMAG_BR and DEMAG_HCJ set for T). */
void demag_eval_stats(struct demag_ws *ws, double T_K, const double *H_A_per_m, struct demag_stats *out);

/* Where x -> loss(x) crosses the limit between x_safe and x_lost, by the Illinois rule on log(loss/limit), which is nearly straight in x.
 */
typedef enum status demag_loss_fn(void *ctx, double x, double *loss_pu, struct err *e);
struct demag_bracket { double x_a, loss_a_pu, x_b, loss_b_pu; }; /* losses on different sides of the limit */
enum status demag_solve_crossing(demag_loss_fn *fn, void *ctx, struct demag_bracket b, double limit_pu, double tol_x, int max_iter,
                                 double *x, struct err *e) MUST_CHECK;

#endif
