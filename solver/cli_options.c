/* cli_options.c - arguments to struct cli_options, and where the material data are. */
#define _GNU_SOURCE
#include "materials/base/numtext.h"
#include "materials/base/yaml.h"
#include "solver/cli.h"
#include "solver/pool.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "materials/base/banned.h"

static const char *const OPTION_NAMES[] = {"-o", "--set", "--jobs", "--seed", "--resume", "--help", "--version"};

static enum status read_count(const char *name, const char *value, int low, int high, int *out, struct err *e)
{
    if (!value || numtext_read_int(value, out) != ST_OK || *out < low || *out > high)
        return err_set(e, ST_USAGE, name, "expected a whole number from %d to %d, got '%s'", low, high, value ? value : "nothing");
    return ST_OK;
}

static enum status fail_option(const char *name, struct err *e)
{
    const char *nearest = yaml_get_nearest(name, OPTION_NAMES, ARRAY_LEN(OPTION_NAMES));
    return err_set(e, ST_USAGE, name, "unknown option '%s'%s%s; `motrade help` lists them", name, nearest ? "; nearest: " : "",
                   nearest ? nearest : "");
}

/* Options with a value: NULL when the line ends before it. */
static enum status read_valued(const char *name, const char *value, struct cli_options *o, struct err *e)
{
    if (strcmp(name, "--jobs") == 0) {
        o->given |= CLI_JOBS;
        return read_count(name, value, 1, POOL_MAX_WORKER, &o->jobs, e);
    }
    if (strcmp(name, "--seed") == 0) {
        o->given |= CLI_SEED;
        return read_count(name, value, 0, INT_MAX, &o->seed, e);
    }
    if (strcmp(name, "-o") == 0) {
        if (!value)
            return err_set(e, ST_USAGE, name, "-o needs a folder");
        o->given |= CLI_OUT;
        o->out_dir = value;
        return ST_OK;
    }
    if (strcmp(name, "--set") == 0) {
        o->given |= CLI_SET;
        if (!value || !strchr(value, '='))
            return err_set(e, ST_USAGE, name, "--set needs path=value, e.g. --set requirement.peak_torque_Nm=300");
        if (o->n_set == CLI_MAX_SET)
            return err_set(e, ST_USAGE, name, "more than %d overrides", CLI_MAX_SET);
        o->set[o->n_set++] = value;
        return ST_OK;
    }
    return fail_option(name, e);
}

/* The value of "--name=value", name into `out`; NULL for an option without one, and `out` is the whole. */
static const char *split_option(const char *option, char *out, size_t n)
{
    const char *equals = strncmp(option, "--", 2) == 0 ? strchr(option, '=') : NULL;
    snprintf(out, n, "%.*s", equals ? (int)(equals - option) : (int)strlen(option), option);
    return equals ? equals + 1 : NULL;
}

const char *cli_options_get_name(enum cli_option o)
{
    static const char *const NAME[] = {"-o", "--set", "--jobs", "--seed", "--resume"};
    int k = 0;
    while (!((unsigned)o >> k & 1u))
        k++;
    return NAME[k];
}

enum status cli_read_options(int argc, char **argv, struct cli_options *out, struct err *e)
{
    *out = (struct cli_options){.seed = -1};
    for (int k = 1; k < argc; k++) {
        const char *a = argv[k];
        if (a[0] != '-') {
            const char **slot = !out->command ? &out->command : !out->file ? &out->file : &out->other;
            if (*slot)
                return err_set(e, ST_USAGE, "arguments", "one argument too many: '%s'", a);
            *slot = a;
        } else if (strcmp(a, "--help") == 0 || strcmp(a, "-h") == 0) {
            out->help = 1;
        } else if (strcmp(a, "--version") == 0) {
            out->command = "version";
        } else if (strcmp(a, "--resume") == 0) {
            out->resume = 1;
            out->given |= CLI_RESUME;
        } else {
            char name[64];
            const char *value = split_option(a, name, sizeof name);
            if (!value)
                value = k + 1 < argc ? argv[++k] : NULL;
            TRY(read_valued(name, value, out, e));
        }
    }
    return ST_OK;
}

static int is_dir(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

enum status cli_get_data_dir(char *out, size_t n, struct err *e)
{
    const char *env = getenv("MOTRADE_DATA");
    if (env) {
        snprintf(out, n, "%s", env);
        if (is_dir(out))
            return ST_OK;
        return err_set(e, ST_IO, "MOTRADE_DATA", "no folder at '%s'", env);
    }
    char exe[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (len > 0) {
        exe[len] = '\0';
        /* the executable is <tree>/build/<variant>/motrade */
        for (int up = 0; up < 3; up++) {
            char *slash = strrchr(exe, '/');
            if (slash)
                *slash = '\0';
        }
        snprintf(out, n, "%s/materials/data", exe);
        if (is_dir(out))
            return ST_OK;
    }
    snprintf(out, n, "materials/data");
    if (is_dir(out))
        return ST_OK;
    return err_set(e, ST_IO, "materials/data", "material data not found beside the program; set MOTRADE_DATA to the folder materials/data");
}
