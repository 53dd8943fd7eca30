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

/* Options that take the next argument; *used tells whether it was taken. */
static enum status read_valued(const char *name, const char *value, struct cli_options *o, int *used, struct err *e)
{
    *used = 1;
    if (strcmp(name, "--jobs") == 0)
        return read_count(name, value, 1, POOL_MAX_WORKER, &o->jobs, e);
    if (strcmp(name, "--seed") == 0)
        return read_count(name, value, 0, INT_MAX, &o->seed, e);
    if (strcmp(name, "-o") == 0) {
        if (!value)
            return err_set(e, ST_USAGE, name, "-o needs a folder");
        o->out_dir = value;
        return ST_OK;
    }
    if (strcmp(name, "--set") == 0) {
        if (!value || !strchr(value, '='))
            return err_set(e, ST_USAGE, name, "--set needs path=value, e.g. --set requirement.peak_torque_Nm=300");
        if (o->n_set == CLI_MAX_SET)
            return err_set(e, ST_USAGE, name, "more than %d overrides", CLI_MAX_SET);
        o->set[o->n_set++] = value;
        return ST_OK;
    }
    *used = 0;
    const char *nearest = yaml_get_nearest(name, OPTION_NAMES, ARRAY_LEN(OPTION_NAMES));
    return err_set(e, ST_USAGE, name, "unknown option '%s'%s%s", name, nearest ? "; nearest: " : "", nearest ? nearest : "");
}

enum status cli_read_options(int argc, char **argv, struct cli_options *out, struct err *e)
{
    *out = (struct cli_options){.seed = -1};
    for (int k = 1; k < argc; k++) {
        const char *a = argv[k];
        if (a[0] != '-') {
            const char **slot = !out->command ? &out->command : &out->file;
            if (*slot)
                return err_set(e, ST_USAGE, "arguments", "one argument too many: '%s'", a);
            *slot = a;
        } else if (strcmp(a, "--help") == 0 || strcmp(a, "-h") == 0) {
            out->help = 1;
        } else if (strcmp(a, "--version") == 0) {
            out->command = "version";
        } else if (strcmp(a, "--resume") == 0) {
            out->resume = 1;
        } else {
            int used = 0;
            TRY(read_valued(a, k + 1 < argc ? argv[k + 1] : NULL, out, &used, e));
            k += used;
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
