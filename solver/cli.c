/* cli.c - dispatch, help, progress, and the commands that only print. compare and evaluate live in cli_run.c. */
#include "solver/cli_impl.h"
#include "solver/result_diff.h"
#include "materials/base/text.h"
#include "models/num/dense.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "materials/base/banned.h"

static enum status show_help(const struct cli_options *o, struct err *e);
static enum status show_diff(const struct cli_options *o, struct err *e);

static const struct cli_command COMMANDS[] = {
    {"compare", "STUDY.yaml", "design the best motor of every technology; decide", cli_solve_compare, 1,
     CLI_OUT | CLI_SET | CLI_SEED | CLI_RESUME},
    {"evaluate", "DESIGN.yaml", "one given motor: maps, heat, margins, bill, risk", cli_solve_evaluate, 1, CLI_OUT | CLI_SET},
    {"calibrate", "PRICES.csv", "price dynamics from own series, for market.yaml", cli_solve_calibrate, 1, CLI_OUT},
    {"risk", "RISK.yaml", "supply risk of given motors, scenario by strategy", cli_solve_risk, 1, CLI_OUT | CLI_SET | CLI_SEED},
    {"diff", "BEFORE.json AFTER.json", "two results of evaluate or compare: what changed", show_diff, 1, 0},
    {"materials", "[NAME]", "what is known of a material, with its sources", cli_show_materials, 0, 0},
    {"schema", "[study|design|risk|figures]", "JSON Schema of the files: unit, range, meaning", cli_show_schema, 0, 0},
    {"help", "[COMMAND]", "this page; of a command: what it reads and writes", show_help, 0, 0},
};

void cli_print(const char *s)
{
    fputs(s, stdout);
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

static enum status show_command_help(const struct cli_command *c)
{
    printf("motrade %s %s\n  %s\n\n%s", c->name, c->argument, c->doc, cli_help_get_command(c->name));
    printf("\noptions:");
    for (unsigned bit = 1; bit <= CLI_RESUME; bit <<= 1)
        if ((c->takes | CLI_JOBS) & bit)
            printf(" %s", cli_options_get_name((enum cli_option)bit));
    printf("; `motrade help` says what they do\n");
    return ST_OK;
}

/* `motrade help`, `motrade help COMMAND`, `motrade COMMAND --help`. */
static enum status show_help(const struct cli_options *o, struct err *e)
{
    const int is_help = o->command && strcmp(o->command, "help") == 0;
    const char *name = is_help ? o->file : o->command;
    const struct cli_command *c = name ? get_command(name) : NULL;
    if (name && !c)
        return fail_command(name, e);
    if (c && cli_help_get_command(c->name))
        return show_command_help(c);
    printf("motrade %s: which rotor technology, at what torque, temperature and supply risk\n\n", MOTRADE_VERSION);
    for (int k = 0; k < ARRAY_LEN(COMMANDS); k++)
        printf("  motrade %-9s %-28s %s\n", COMMANDS[k].name, COMMANDS[k].argument, COMMANDS[k].doc);
    printf("\n%s", cli_help_get_options());
    return ST_OK;
}

static enum status show_diff(const struct cli_options *o, struct err *e)
{
    struct text t = {0};
    if (!o->other)
        return err_set(e, ST_USAGE, "diff", "expected two files: motrade diff BEFORE.json AFTER.json");
    return cli_print_text(&t, result_diff_add(&t, o->file, o->other, e), e);
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

/* An option that a command does not know would change nothing: said, not swallowed. */
static enum status check_options(const struct cli_command *c, const struct cli_options *o, struct err *e)
{
    const unsigned idle = o->given & ~(c->takes | CLI_JOBS);
    for (unsigned bit = 1; bit <= CLI_RESUME; bit <<= 1)
        if (idle & bit)
            return err_set(e, ST_USAGE, c->name, "takes no %s; `motrade help %s` lists its options",
                           cli_options_get_name((enum cli_option)bit), c->name);
    return ST_OK;
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
    TRY(check_options(c, o, e));
    if (o->other && c->run != show_diff)
        return err_set(e, ST_USAGE, "arguments", "one argument too many: '%s'", o->other);
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
