/* cli.c - dispatch, help, progress, and the commands that only print. compare and evaluate live in cli_run.c. */
#include "solver/cli_impl.h"
#include "models/num/dense.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "materials/base/banned.h"

static enum status show_help(const struct cli_options *o, struct err *e);

static const struct cli_command COMMANDS[] = {
    {"compare", "STUDY.yaml", "design the best motor of every technology; decide", cli_solve_compare, 1},
    {"evaluate", "DESIGN.yaml", "one given motor: maps, heat, margins, bill, risk", cli_solve_evaluate, 1},
    {"calibrate", "PRICES.csv", "price dynamics from own series, for market.yaml", cli_solve_calibrate, 1},
    {"risk", "RISK.yaml", "supply risk of given motors, scenario by strategy", cli_solve_risk, 1},
    {"materials", "[NAME]", "what is known of a material, with its sources", cli_show_materials, 0},
    {"schema", "[study|design|risk|figures]", "JSON Schema of the files: unit, range, meaning", cli_show_schema, 0},
    {"help", "", "this page", show_help, 0},
};

void cli_print(const char *s)
{
    fputs(s, stdout);
}

static enum status show_help(const struct cli_options *o, struct err *e)
{
    (void)o;
    (void)e;
    printf("motrade %s: which rotor technology, at what torque, temperature and supply risk\n\n", MOTRADE_VERSION);
    for (int k = 0; k < ARRAY_LEN(COMMANDS); k++)
        printf("  motrade %-9s %-28s %s\n", COMMANDS[k].name, COMMANDS[k].argument, COMMANDS[k].doc);
    printf("\noptions\n"
           "  -o DIR             folder of the outputs (default: out/ and the file's name); calibrate: the file\n"
           "  --set PATH=VALUE   override a key, e.g. --set requirement.peak_torque_Nm=300 (may be repeated)\n"
           "  --jobs N           parallel workers (default: all processors); the result does not depend on it\n"
           "  --seed N           seed of every random stream (default: the study's)\n"
           "  --resume           reuse the designs of an earlier, interrupted run in the same folder\n"
           "\nexit status\n"
           "  0  done; evaluate: the motor meets its requirement\n"
           "  2  wrong usage or configuration: file, line, column, what was expected, the nearest valid key\n"
           "  3  the requirement cannot be met. compare: by no technology, with what binds; evaluate: by this\n"
           "     motor, with what it misses, after all its outputs are written\n"
           "  4  numerical failure\n"
           "  5  input or output, interruption\n");
    return ST_OK;
}

/* Progress overwrites one line on a terminal and is silent in a pipe; warnings always go to stderr. */
static void show_log(void *ctx, enum log_level level, const char *text)
{
    int *is_terminal = ctx;
    if (level == LOG_WARN)
        fprintf(stderr, "%s%s\n", *is_terminal ? "\r\033[K" : "", text);
    else if (*is_terminal && level == LOG_PROGRESS)
        fprintf(stderr, "\r\033[K%.110s", text);
    fflush(stderr);
}

struct log_sink cli_get_log(void)
{
    static int is_terminal;
    is_terminal = isatty(STDERR_FILENO);
    return (struct log_sink){show_log, &is_terminal};
}

void cli_end_progress(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

static int show_error(enum status st, const struct err *e)
{
    cli_end_progress();
    if (e->file[0])
        fprintf(stderr, "%s:%d:%d: ", e->file, e->line, e->column);
    else
        fprintf(stderr, "motrade: ");
    fprintf(stderr, "%s: %s%s%s\n", status_get_text(st), e->where[0] ? e->where : "", e->where[0] ? ": " : "", e->message);
    return status_get_exit_code(st);
}

static const struct cli_command *get_command(const char *name)
{
    for (int k = 0; k < ARRAY_LEN(COMMANDS); k++)
        if (strcmp(COMMANDS[k].name, name) == 0)
            return &COMMANDS[k];
    return NULL;
}

static enum status fail_command(const char *name, struct err *e)
{
    const char *names[ARRAY_LEN(COMMANDS)];
    for (int k = 0; k < ARRAY_LEN(COMMANDS); k++)
        names[k] = COMMANDS[k].name;
    const char *nearest = yaml_get_nearest(name, names, ARRAY_LEN(COMMANDS));
    return err_set(e, ST_USAGE, "command", "unknown command '%s'%s%s; `motrade help` lists them", name, nearest ? "; nearest: " : "",
                   nearest ? nearest : "");
}

static enum status run(const struct cli_options *o, struct err *e)
{
    if (o->command && strcmp(o->command, "version") == 0) {
        printf("motrade %s\n", MOTRADE_VERSION);
        return ST_OK;
    }
    if (o->help)
        return show_help(o, e);
    if (!o->command) {
        TRY(show_help(o, e));
        return err_set(e, ST_USAGE, "command", "none given");
    }
    const struct cli_command *c = get_command(o->command);
    if (!c)
        return fail_command(o->command, e);
    if (c->needs_file && !o->file)
        return err_set(e, ST_USAGE, c->name, "expected a file: motrade %s %s", c->name, c->argument);
    return c->run(o, e);
}

int cli_solve(int argc, char **argv)
{
    struct cli_options o;
    struct err e = {0};
    /* one BLAS thread: parallel over designs, and results that do not depend on the number of processors */
    dense_set_one_thread();
    enum status st = cli_read_options(argc, argv, &o, &e);
    if (st == ST_OK)
        st = run(&o, &e);
    /* a full disk is seen at the end; what was wrong before is told first */
    if ((fflush(stdout) != 0 || ferror(stdout)) && (st == ST_OK || st == ST_INFEASIBLE))
        st = err_set(&e, ST_IO, "standard output", "cannot be written: %s", strerror(errno));
    return st == ST_OK ? 0 : show_error(st, &e);
}
