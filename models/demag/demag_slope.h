/* demag_slope.h - the flux lost in an event as a smooth function of field, temperature and dimensions, with its derivatives.
 *
 * Which figure. The margin of an estimate (demag.h) is the temperature at which
 *     loss = calibration sum_i w_i a_i (Br - left_i) / (Br sum_i w_i a_i)
 * reaches the limit; left_i is the remanence that closes element i on its own load line at its field H_i. Two things in it have no
 * derivative: the load lines (an element takes over the mean when less than 1 % of it is touched) and the weights w_i (cut off at 0); the
 * confirmed margin ends its iteration at a tolerance. So the design's load lines, weights and calibration are held, element by element, and
 * what remains,
 *     lost(T, H, a, HcJ) = sum_i w_i a_i (1 - left_i/Br) / sum_i w_i a_i    against    limit / calibration,
 * is a sum of smooth functions; its root in T is the estimated margin itself. How far the held parts matter is measured in
 * tests/unit/models/test_sens_demag.c. H_i is the field of undamaged magnets, the worst of the event's positions and mirror images: where
 * two positions are equally bad, the derivative is that of one; measured demagnetisation curves are straight pieces, and so is left_i.
 *
 * Closure: Br_i = left(T, HcJ_i, H) at H = H_i - r_i (Br_i - Br); with l_H, l_HcJ, l_T the slopes of left
 *     dBr_i (1 + r_i l_H) = l_H (dH_i + r_i dBr) + l_HcJ dHcJ_i + l_T dT. */
#ifndef MODELS_DEMAG_DEMAG_SLOPE_H
#define MODELS_DEMAG_DEMAG_SLOPE_H
#include "models/demag/demag.h"

struct demag_slope;
/* demag_slope_new - for the magnets of ws. Status: ST_NO_MEMORY. */
enum status demag_slope_new(const struct demag_ws *ws, struct demag_slope **out, struct err *e) MUST_CHECK;
void demag_slope_free(struct demag_slope *s);
/* demag_slope_hold - load lines, weights and calibration of the last demag_eval_margins of ws, for one of its events.
 * Status: ST_RANGE when there was none, or not so many events. */
enum status demag_slope_hold(struct demag_slope *s, const struct demag_ws *ws, int event, const struct demag_opts *opts,
                             struct err *e) MUST_CHECK;

/* demag_slope_eval - share of the weighted remanence that is lost at magnet temperature T_K, H_A_per_m[n_position][n] the field of
 * undamaged magnets at each position, with ws set to the machine (demag_set_machine); forgets the damage of earlier events. Derivatives by
 * the queries below. Allocates nothing. */
void demag_slope_eval(struct demag_slope *s, struct demag_ws *ws, double T_K, int n_position, const double *H_A_per_m, int with_mirror);

/* Queries. Arrays [n] belong to s. */
double demag_slope_get_lost_pu(const struct demag_slope *s);       /* of the last evaluation */
double demag_slope_get_limit_pu(const struct demag_slope *s);      /* what counts as demagnetised: limit / calibration */
double demag_slope_get_by_T_per_K(const struct demag_slope *s);    /* fields held */
const double *demag_slope_get_by_H(const struct demag_slope *s, int position); /* per A/m of the field at that position */
const double *demag_slope_get_by_area(const struct demag_slope *s);            /* per m2 */
const double *demag_slope_get_by_HcJ20(const struct demag_slope *s);           /* per A/m of the local coercivity at 20 degC */

#endif
