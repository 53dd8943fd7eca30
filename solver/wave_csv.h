/* wave_csv.h - waveforms.csv and efficiency_map.csv of one evaluated design.
 * waveforms.csv: one electrical period in steps of 2 degrees; the no-load quantities and, where the peak point is reached, torque and
 * linkages of the peak point. harmonics.csv: amplitudes by order. efficiency_map.csv: every cell of the map that can be reached, with its
 * currents and the split of its losses. Lines that start with # say temperatures, speeds and conventions; units in the names. */
#ifndef SOLVER_WAVE_CSV_H
#define SOLVER_WAVE_CSV_H
#include "models/evaluate.h"

#define WAVE_CSV_STEP_DEG 2
#define WAVE_CSV_MAX_HARMONIC 49

/* wave_csv_write - the three files in `dir`; files of quantities that were not reached hold their heading only. */
enum status wave_csv_write(const struct machine *m, const struct eval_detail *d, const char *dir, struct err *e) MUST_CHECK;

#endif
