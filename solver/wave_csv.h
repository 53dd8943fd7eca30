/* wave_csv.h - waveforms.csv, harmonics.csv and efficiency_map.csv of one motor.
 * waveforms.csv: one electrical period in steps of 2 degrees; the no-load quantities, then torque and linkages of each load: of an
 * evaluated design the peak point, where it is reached; of a field case its points, their columns numbered. harmonics.csv: amplitudes by
 * order. efficiency_map.csv: every cell of the map that can be reached, with its currents and the split of its losses. Lines that start
 * with # say temperatures, speeds and conventions; units in the names. */
#ifndef SOLVER_WAVE_CSV_H
#define SOLVER_WAVE_CSV_H
#include "models/evaluate.h"

#define WAVE_CSV_STEP_DEG 2
#define WAVE_CSV_MAX_HARMONIC 49
#define WAVE_CSV_MAX_LOAD 16

struct wave_set {
    const struct waveform_noload *noload; /* n_position = 0: none */
    double speed_rad_per_s;               /* mechanical, of the back-EMF; NAN: none */
    double noload_magnet_K;               /* NAN without magnets */
    int n_load, is_numbered;              /* numbered: columns "point1_torque_Nm", .. */
    const struct waveform_load *load[WAVE_CSV_MAX_LOAD];
    double load_magnet_K;
};

/* wave_csv_get_set - of an evaluated design: no load at its highest speed, and the peak point. Points into d. */
struct wave_set wave_csv_get_set(const struct eval_detail *d);
/* wave_csv_write_set - waveforms.csv and harmonics.csv in `dir`. */
enum status wave_csv_write_set(const struct machine *m, const struct wave_set *w, const char *dir, struct err *e) MUST_CHECK;
/* wave_csv_write - the three files in `dir`; files of quantities that were not reached hold their heading only. */
enum status wave_csv_write(const struct machine *m, const struct eval_detail *d, const char *dir, struct err *e) MUST_CHECK;

#endif
