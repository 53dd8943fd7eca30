/* report_motor.h - one self-contained HTML page of one given motor, as `motrade evaluate` leaves it beside result.json.
 * Of a judged design: headline figures and requirements, field pictures, envelope, efficiency and loss maps, waveforms, flux maps,
 * temperatures, demagnetisation, bill and risk, assumptions with range and source, inputs. Of a field case: what was solved, and a list of
 * what is absent with the reason. Charts as in report.h; pictures are solved on the coarse mesh. */
#ifndef SOLVER_REPORT_MOTOR_H
#define SOLVER_REPORT_MOTOR_H
#include "solver/design.h"

struct report_data { const struct matlib *lib; const struct market *market; };

/* Both write to `path` by temporary name and rename. Status: ST_IO (also when the packaged chart library is not installed), ST_NO_MEMORY.
 * map: NULL when none was solved. */
enum status report_write_motor(const struct design *d, const struct report_data *data, const struct flux_map *map, const struct result *r,
                               const struct eval_detail *detail, const char *path, struct err *e) MUST_CHECK;
enum status report_write_field_case(const struct design *d, const struct report_data *data, const struct flux_map *map,
                                    const struct field_case_result *r, const char *path, struct err *e) MUST_CHECK;

#endif
