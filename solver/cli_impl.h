/* cli_impl.h - the commands behind the table of cli.c. */
#ifndef SOLVER_CLI_IMPL_H
#define SOLVER_CLI_IMPL_H
#include "materials/base/log.h"
#include "solver/cli.h"
#include "solver/matview.h"
#include "solver/study.h"

struct cli_command {
    const char *name, *argument, *doc;
    enum status (*run)(const struct cli_options *o, struct err *e);
    int needs_file;
    unsigned takes; /* enum cli_option bits; --jobs goes everywhere, because no result depends on it */
};

/* cli_help.c */
const char *cli_help_get_command(const char *name); /* what it reads and writes, with an example; NULL: no page of its own */
const char *cli_help_get_options(void);             /* options, environment and exit status, for all commands */

enum status cli_solve_compare(const struct cli_options *o, struct err *e);
enum status cli_solve_evaluate(const struct cli_options *o, struct err *e);
enum status cli_solve_calibrate(const struct cli_options *o, struct err *e);
enum status cli_solve_risk(const struct cli_options *o, struct err *e);
enum status cli_show_materials(const struct cli_options *o, struct err *e);
enum status cli_show_schema(const struct cli_options *o, struct err *e);

struct text;
void cli_add_element(struct text *t, const struct market *m, int element); /* the page of an element */
void cli_add_material(struct text *t, const struct matlib *l, enum matview_class c, const struct material *m); /* and of a material */
void cli_add_wrapped(struct text *t, const char *s, int column, int indent); /* words from `column` on, later lines behind `indent` */
void cli_add_heading(struct text *t, const char *s);                         /* capitals, an empty line before */
enum status cli_print_text(struct text *t, enum status st, struct err *e);   /* when st is ST_OK; frees t */
void cli_print(const char *s);               /* to standard output */
struct log_sink cli_get_log(void);
void cli_end_progress(void);

/* cli_run.c: what the commands that solve have in common. */
struct cli_library { struct matlib *lib; struct market *market; };
enum status cli_read_library(struct cli_library *l, struct err *e);
void cli_free_library(struct cli_library *l);
enum status cli_make_folder(const char *path, struct err *e);
void cli_set_out_dir(const struct cli_options *o, char *out, size_t n); /* -o, else out/<file name without ending> */

#endif
