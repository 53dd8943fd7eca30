/* demag.h - irreversible loss of flux: working point of every magnet element against its own knee at temperature, recoil after the event.
 *
 * An event is a temperature, terminal currents and one or more rotor positions (every element keeps the worst field of all of them; three
 * phases repeat after 60 deg el). The demagnetised state is self-consistent: each element's working point lies on its intrinsic curve
 * (materials/magnet.h) AND on the load line that the field model gives with the reduced remanences of all elements, because H and M
 * collapse together. Afterwards elements recoil on Br_eq <= Br; a no-load field with Br_eq gives the flux that is left. Events may follow
 * each other: what an element has lost it lacks for good (the same fraction of Br(T) at any temperature), so remanences only fall and a
 * repeated event changes nothing. Local coercivity of diffused magnets: distances of the element centroid to the diffused faces of its
 * block (machine.gbd_face). The block is the leg rectangle of rotor_v (a flat bar, CENTRE_NONE, has no inner end face) or the annulus of
 * rotor_surface (outer end = both ends). H < 0 demagnetises; HcJ > 0. Losses are fractions (_pu) of the no-load d-axis flux linkage with
 * undamaged magnets at the same temperature.
 *
 * Two qualities of margin, never mixed: `_estimated` serves all events of a design by at most six field solutions (undamaged magnets at
 * rest, in the strongest event, at another current and at another temperature; two with the remanences lost), interpolates H per element in
 * temperature and current and closes the load line per element; `_confirmed` repeats the self-consistent event with the field model at each
 * trial temperature or current. A field that was not asked for, or does not exist, is NAN.
 * Accuracy (V rotor, -150 to -350 A, plain and diffused): estimated against confirmed margin within 1 K and 4 % of the current factor. The
 * events of the same rotor converge in 2 to 7 field solutions near the loss limit, up to 20 when most of the flux is lost. */
#ifndef MODELS_DEMAG_DEMAG_H
#define MODELS_DEMAG_DEMAG_H
#include "models/field/field.h"

#define DEMAG_MAX_POSITION 6
#define DEMAG_MAX_EVENT 8

struct demag_event {
    double T_K;                     /* magnet temperature */
    int toward_cold;                /* 1: the margin is looked for below T_K, as for a cold start; 0: above it */
    double i_d_A, i_q_A, i_f_A;     /* terminal, peak */
    int n_position;
    double theta_el_rad[DEMAG_MAX_POSITION];
    int with_mirror;                /* 1: the angles -theta too, without further field solutions: with i_q = 0 the field there is the mirror
                                       image about the d axis. Not looked at with i_q, or on a mesh whose magnets are no mirror image */
};

struct demag_opts {
    int max_iter;                /* self-consistent iterations, 40 */
    double tol_pu;               /* area mean of the change of Br / Br at which they stop, 1e-4 */
    double loss_limit_pu;        /* flux loss that counts as demagnetised, 0.01 */
    double current_factor_max;   /* end of the current search, 2 */
    int confirm;                 /* 1: also the _confirmed margins */
    double tol_T_K;              /* confirmed margin is found to this, 1 K */
    double tol_factor;           /* and the current factor to this, 0.01 */
};
struct demag_opts demag_opts_default(void);

struct demag_stats {             /* of the linear magnet at the event, worst position: what a knee is compared with */
    double area_beyond_knee_pu;  /* share of magnet area whose |H| exceeds the local 1 % knee */
    double B_mean_T, B_min_T, B_p1_T, B_p5_T, B_p50_T; /* along the axis; percentiles by area; the minimum depends on the mesh at corners */
    double H_p1_A_per_m, H_p5_A_per_m;
    int worst;                   /* element with the largest |H| - knee, index of field_get_magnets; -1 without magnets */
    double worst_H_A_per_m, worst_knee_A_per_m, worst_x_m, worst_y_m;
};

struct demag_result {
    double lambda_d_undamaged_Wb, lambda_d_damaged_Wb; /* no load at event.T_K, position 0 */
    double flux_lost_pu;
    double Br_lost_pu;           /* area mean of (Br - Br_eq)/Br */
    struct demag_stats stats;
    int n_iter, converged;
    double change_pu;            /* of the last iteration */
    long n_solve;                /* field solutions spent */
};

enum demag_limit {
    DEMAG_LIMIT_KNEE,
    DEMAG_LIMIT_MATERIAL /* T_limit_K of the magnet */,
    DEMAG_LIMIT_RANGE /* no crossing up to the end of the search */
};
const char *demag_get_limit_text(enum demag_limit l);

struct demag_margin {
    double flux_lost_estimated_pu;           /* at the event */
    double T_margin_estimated_K;             /* up to loss_limit_pu, or to T_limit_K if that is nearer (T_max_K of the data where no
                                                limit is known); negative: already lost, distance to the nearest temperature that
                                                survives (colder, but hotter where HcJ grows with T), at most down to T_min_K.
                                                toward_cold: down to loss_limit_pu, or to T_min_K of the data (DEMAG_LIMIT_RANGE) */
    double T_margin_low_estimated_K, T_margin_high_estimated_K; /* with the coercivity at the ends of its data, magnet_set_band */
    enum demag_limit T_limit_by;
    double current_factor_estimated;         /* times i_d and i_q, i_f constant, at event.T_K; current_factor_max and
                                                DEMAG_LIMIT_RANGE when nothing is lost up to there */
    enum demag_limit current_limit_by;
    double flux_lost_confirmed_pu, T_margin_confirmed_K, current_factor_confirmed;
    enum demag_limit T_limit_by_confirmed, current_limit_by_confirmed;
    double flux_lost_at_rest_estimated_pu;   /* no current, 20 degC */
    int is_lost_at_rest;                     /* that exceeds loss_limit_pu: such a magnet cannot be assembled and stored magnetised */
    struct demag_stats stats;                /* of the linear magnet at the event, as in demag_result */
    long n_solve;                            /* of demag_eval_margin: estimate and confirmation */
    long n_solve_estimate;                   /* of the estimate, for all its events together */
};

struct demag_ws;
/* demag_new - workspace for the magnets of `fw` (field_get_magnets) and the coercivities of m. All memory is allocated here. */
enum status demag_new(const struct field_ws *fw, const struct machine *m, struct demag_ws **out, struct err *e) MUST_CHECK;
void demag_free(struct demag_ws *ws);
/* demag_set_machine - after field_set_machine: new element positions, depths, coercivities. Reallocates only when the number of elements
 * changed. */
enum status demag_set_machine(struct demag_ws *ws, const struct field_ws *fw, const struct machine *m, struct err *e) MUST_CHECK;

/* demag_solve_event - one event, self-consistent; starts from undamaged magnets and a cold field, so the result does not depend on history.
 * Returned: out; remanences by demag_get_Br_T until the next call. fw is left at event.T_K with undamaged remanence.
 * Status:   ST_OK; ST_NO_CONVERGE: the field or the iteration (best state kept, converged = 0, change_pu says how far);
 *           ST_INFEASIBLE: the machine has no magnets. Allocates nothing. */
enum status demag_solve_event(struct demag_ws *ws, struct field_ws *fw, const struct demag_event *ev, const struct demag_opts *opts,
                              struct demag_result *out, struct err *e) MUST_CHECK;
/* demag_solve_next_event - the same, from the magnets as the last event left them (demag_solve_event or this). Losses count from undamaged
 * magnets. */
enum status demag_solve_next_event(struct demag_ws *ws, struct field_ws *fw, const struct demag_event *ev, const struct demag_opts *opts,
                                   struct demag_result *out, struct err *e) MUST_CHECK;
/* demag_eval_margins - estimates of n_event events (1 to DEMAG_MAX_EVENT) from one set of field solutions: at most 6 times the positions
 * of the strongest event (4 when nothing comes near its knee). The strongest event is sampled with its own currents and positions; the
 * others are taken at their current's magnitude along the same current angle, a bound as long as that angle is the most demagnetising one.
 * opts->confirm is not looked at. Returned: out[n_event], confirmed figures NAN; in each, n_solve = n_solve_estimate of all. Status as
 * demag_solve_event; ST_RANGE: n_event, positions. */
enum status demag_eval_margins(struct demag_ws *ws, struct field_ws *fw, int n_event, const struct demag_event *ev,
                               const struct demag_opts *opts, struct demag_margin *out, struct err *e) MUST_CHECK;
/* demag_confirm_margin - the confirmed figures of one event into m, which holds its estimate. Adds to n_solve. */
enum status demag_confirm_margin(struct demag_ws *ws, struct field_ws *fw, const struct demag_event *ev, const struct demag_opts *opts,
                                 struct demag_margin *m, struct err *e) MUST_CHECK;
/* demag_eval_margin - one event: estimate, and confirmation with opts->confirm. */
enum status demag_eval_margin(struct demag_ws *ws, struct field_ws *fw, const struct demag_event *ev, const struct demag_opts *opts,
                              struct demag_margin *out, struct err *e) MUST_CHECK;
/* demag_eval_loss_curve - estimated flux loss of an event of the last demag_eval_margins (its index) over magnet temperature, without a
 * field solution. Status: ST_RANGE when there was none, or not so many events. */
enum status demag_eval_loss_curve(struct demag_ws *ws, int event, int n, const double *T_K, double *flux_lost_estimated_pu,
                                  struct err *e) MUST_CHECK;
/* demag_eval_torque_lost - torque left after the last demag_solve_event at another load: 1 - T(Br_eq)/T(Br), T by 3/2 p (ld iq - lq id).
 * Two solves. */
enum status demag_eval_torque_lost(struct demag_ws *ws, struct field_ws *fw, const struct demag_event *load, double *lost_pu,
                                   struct err *e) MUST_CHECK;

/* demag_eval_HcJ20 - local coercivity at 20 degC of n elements of a machine at their places; its magnet is dosed. */
void demag_eval_HcJ20(const struct machine *m, int n, const struct field_magnet_elem *elem, double *HcJ20_A_per_m);

/* Queries. Arrays belong to ws; n as field_get_magnets. */
int demag_get_Br_T(const struct demag_ws *ws, const double **Br_eq_T, const double **Br_T); /* after the last event, and undamaged */
const double *demag_get_kept_pu(const struct demag_ws *ws);        /* share of the remanence that the last event left */
const double *demag_get_HcJ20_A_per_m(const struct demag_ws *ws);  /* local, at 20 degC */

#endif
