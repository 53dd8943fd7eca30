/* cli.h - the command line: `motrade COMMAND FILE [options]`. One table of commands drives dispatch and help.
 * Exit status from status.h: 0 done, 2 usage or configuration, 3 infeasible, 4 numerical, 5 input/output. */
#ifndef SOLVER_CLI_H
#define SOLVER_CLI_H
#include "materials/base/status.h"
#include <stddef.h>

#define MOTRADE_VERSION "0.1.0"
#define CLI_MAX_SET 64

struct cli_options {
    const char *command, *file, *other; /* positional; other: the second file of diff */
    const char *out_dir;                /* -o; NULL = "out/<file stem>" */
    int n_set;
    const char *set[CLI_MAX_SET];       /* --set path=value */
    int jobs;                           /* 0 = all cores */
    int seed;                           /* -1 = the study's */
    int resume, help;
    unsigned given;                     /* enum cli_option bits that the line holds */
};
enum cli_option { CLI_OUT = 1, CLI_SET = 2, CLI_JOBS = 4, CLI_SEED = 8, CLI_RESUME = 16 };

/* cli_read_options - ST_USAGE with the option at fault and the nearest valid one. */
enum status cli_read_options(int argc, char **argv, struct cli_options *out, struct err *e) MUST_CHECK;
/* cli_options_get_name - "--seed" of CLI_SEED. */
const char *cli_options_get_name(enum cli_option o);
/* cli_get_data_dir - folder of the material data: MOTRADE_DATA, else materials/data beside the source tree of the executable, else
 * ./materials/data. */
enum status cli_get_data_dir(char *out, size_t n, struct err *e) MUST_CHECK;
int cli_solve(int argc, char **argv);

#endif
