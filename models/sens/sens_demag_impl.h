/* sens_demag_impl.h - workspace of the gradient of an event's limit. Elements: order of field_get_magnets; touched: those that have lost
 * anything, by number in the list. */
#ifndef MODELS_SENS_SENS_DEMAG_IMPL_H
#define MODELS_SENS_SENS_DEMAG_IMPL_H
#include "models/demag/demag_slope.h"
#include "models/sens/sens_demag.h"
#include "models/sens/sens_impl.h"

enum sens_demag_array {
    SD_KEPT /* k */, SD_BR /* T */, SD_B_AXIS /* T */, SD_TO_KEPT /* dlost/dk */, SD_GAP /* k - left, touched */,
    SD_BY_T /* of left, with H_T, touched */, SD_MU /* touched */, SD_HCJ_BELOW, SD_HCJ_ABOVE, SD_ARRAY_COUNT
};

struct sens_demag_ws {
    int n, n_tri;
    double *a[SD_ARRAY_COUNT];       /* [n] each */
    double *H_A_per_m;               /* by position [n] */
    double *B_by_Br;                 /* by position [n + 1][n]: B of an element by touched remanences, and by all of them (last) */
    double *by_H;                    /* by position [n]: weights of the adjoint */
    double *matrix;                  /* [n n] J */
    int *pivot, *touched, *is_touched; /* [n] each */
    double *weight;                  /* [2 n_tri] of the functional */
    struct demag_kept *kept;         /* [n] */
    struct field_magnet_elem *side;  /* [n] */
    struct field_gradient whole, damaged, event;
};

/* What is asked for, and the model in hand. */
struct sens_demag_task {
    struct sens_demag_ws *d;
    struct sens_ws *ws;
    struct field_ws *fw;
    struct demag_ws *demag;
    const struct demag_event *ev;
    double limit_pu;
    long n_solve;
};

/* One temperature: where the trial stands and how its loss answers. */
struct sens_demag_trial {
    double T_K, Br_T, dlnBr_per_K;
    double lambda_whole_Wb, lambda_damaged_Wb, lost_pu;
    double lost_by_T_per_K;          /* shares held */
    double total_by_T_per_K;         /* shares following */
    double gap_pu;                   /* largest k - left */
    int n_touched;
};

/* sens_demag_state.c - event and no load at t->T_K with the shares of SD_KEPT, and their linearisation: mu, SD_GAP, SD_BY_T, and with
 * is_fresh touched elements and J, otherwise those of the last fresh trial. */
enum status sens_demag_set_trial(struct sens_demag_task *s, int is_fresh, struct sens_demag_trial *t, struct err *e) MUST_CHECK;
/* A step of Newton's method from there: temperature and shares. Returns the change of temperature. */
double sens_demag_step(struct sens_demag_task *s, struct sens_demag_trial *t);
/* fw at position k of the event with the shares of SD_KEPT, solved. */
enum status sens_demag_solve_position(struct sens_demag_task *s, const struct sens_demag_trial *t, int k, struct err *e) MUST_CHECK;

#endif
