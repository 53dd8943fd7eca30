/* report_motor_impl.h - what the two pages of one motor share. */
#ifndef SOLVER_REPORT_MOTOR_IMPL_H
#define SOLVER_REPORT_MOTOR_IMPL_H
#include "solver/report_impl.h"
#include "solver/report_motor.h"

#define REPORT_MOTOR_COLOR "#0072b2" /* of the motor in every chart and picture */
#define REPORT_MAX_MARK 16

/* What the page of a judged motor is made of. */
struct report_motor {
    const struct design *d;
    const struct report_data *data;
    const struct flux_map *map;             /* NULL: not solved */
    const struct result *r;
    const struct eval_detail *detail;
};

/* ---- report_motor_json.c ---- */
/* report_motor_get_data - data of every chart; null where nothing was solved. Status: ST_NO_MEMORY. */
enum status report_motor_get_data(const struct report_motor *x, json_t **out, struct err *e) MUST_CHECK;
int report_motor_has_plane(const struct report_motor *x); /* one map that holds all its points */

/* ---- report_motor_text.c ---- */
void report_add_title(struct text *t, const struct machine *m, const char *kind); /* heading, and the machine in a line */
void report_add_chip(struct text *t, const char *label, double v, int decimals, const char *unit); /* nothing for NaN */
void report_add_fact(struct text *t, const char *label, double v, int decimals, const char *unit); /* a table row; nothing for NaN */
/* Canvases of the cross-sections: caption of each, HTML. */
void report_add_pictures(struct text *t, const struct machine *m, int n, const char *const *caption);
void report_add_wave_charts(struct text *t, const struct waveform_noload *noload, int has_emf, int n_load, const char *load_title,
                            const char *load_note);
void report_add_flux_charts(struct text *t, const struct flux_map *map, int has_magnets);
void report_add_inputs(struct text *t, const struct yaml_node *root);  /* every key as read, folded */

/* ---- report_motor_data.c: data of charts; NULL when memory is short ---- */
/* No load over the electrical period; speed NAN: no back-EMF. */
json_t *report_get_noload(const struct machine *m, const struct waveform_noload *w, double speed_rad_per_s);
json_t *report_get_load(const struct waveform_load *w, const char *label);
struct report_mark { const char *label; double i_d_A, i_q_A; };
/* Linkages and torque on an even grid of the currents solved; at the highest field current. limit_A: circle; NAN: none. */
json_t *report_get_flux(const struct flux_map *map, double limit_A, int n_mark, const struct report_mark *mark);
/* report_plane.c: torque, voltage limits and the currents taken, over the grid of `flux` (report_get_flux); null without maps. */
json_t *report_get_plane(const struct eval_setup *u, const struct machine *m, const struct eval_detail *d, const json_t *flux);
/* report_working.c: curves of the magnet at the events' temperatures, and the working point of the lowest per cent in each. */
json_t *report_get_working(const struct machine *m, const struct eval_detail *d);
json_t *report_get_losses(int n, const struct operate_point *const *p, const char *const *label);
json_t *report_get_loss_maps(const struct eval_detail *d);
json_t *report_get_heat(const struct eval_detail *d);

extern const char *const report_script_motor[]; /* report_motor_script.c */

#endif
