/* program.c - see program.h. */
#define _XOPEN_SOURCE 700
#include "tests/support/program.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "materials/base/banned.h"

void program_set_folder(char *path, int size)
{
    snprintf(path, (size_t)size, "/tmp/motrade-test-XXXXXX");
    if (!mkdtemp(path))
        path[0] = '\0';
}

void program_remove_folder(const char *path)
{
    DIR *d = opendir(path);
    struct dirent *entry;
    while (d && (entry = readdir(d)) != NULL) {
        char inner[1024];
        struct stat s;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (lstat(inner, &s) == 0 && S_ISDIR(s.st_mode))
            program_remove_folder(inner);
        else
            unlink(inner);
    }
    if (d)
        closedir(d);
    rmdir(path);
}

static void set_stream(const char *folder, const char *name, int stream)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (fd < 0 || dup2(fd, stream) < 0)
        _exit(126);
    close(fd);
}

pid_t program_start(const char *folder, const char *const *args)
{
    const char *build = getenv("MOTRADE_BUILD");
    char path[1024], *argv[PROGRAM_MAX_ARG + 2];
    snprintf(path, sizeof path, "%s/motrade", build ? build : "build/release");
    int n = 0;
    argv[n++] = path;
    for (; args[n - 1] && n <= PROGRAM_MAX_ARG; n++)
        argv[n] = (char *)(size_t)args[n - 1];
    argv[n] = NULL;
    fflush(NULL);
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    set_stream(folder, "stdout", STDOUT_FILENO);
    set_stream(folder, "stderr", STDERR_FILENO);
    setenv("MOTRADE_DATA", "materials/data", 1);
    execv(path, argv);
    _exit(127);
}

static void read_stream(const char *folder, const char *name, char *out, size_t size)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "rb");
    size_t n = f ? fread(out, 1, size - 1, f) : 0;
    out[n] = '\0';
    if (f)
        fclose(f);
}

void program_wait(const char *folder, pid_t pid, struct program_run *out)
{
    int state = 0;
    out->exit_code = -1;
    if (waitpid(pid, &state, 0) == pid && WIFEXITED(state))
        out->exit_code = WEXITSTATUS(state);
    read_stream(folder, "stdout", out->out, sizeof out->out);
    read_stream(folder, "stderr", out->err, sizeof out->err);
}

void program_run(const char *folder, const char *const *args, struct program_run *out)
{
    program_wait(folder, program_start(folder, args), out);
}

int program_set_up(void **state)
{
    struct program_fixture *f = calloc(1, sizeof *f);
    if (!f)
        return 1;
    program_set_folder(f->folder, sizeof f->folder);
    snprintf(f->file, sizeof f->file, "%s/edited.yaml", f->folder);
    snprintf(f->out, sizeof f->out, "%s/out", f->folder);
    *state = f;
    return f->folder[0] ? 0 : 1;
}

int program_tear_down(void **state)
{
    struct program_fixture *f = *state;
    program_remove_folder(f->folder);
    free(f);
    return 0;
}

char *program_read_file(const char *path, long *n)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    long size = fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
    char *text = size >= 0 ? malloc((size_t)size + 1) : NULL;
    rewind(f);
    if (text && fread(text, 1, (size_t)size, f) == (size_t)size) {
        text[size] = '\0';
        if (n)
            *n = size;
    } else {
        free(text);
        text = NULL;
    }
    fclose(f);
    return text;
}

int program_edit_file(const char *from, const char *old, const char *new_text, const char *to, int *line, int *column)
{
    char *text = program_read_file(from, NULL), *at = text ? strstr(text, old) : NULL;
    FILE *f = at ? fopen(to, "wb") : NULL;
    int ok = 0;
    if (f) {
        int at_line = 1, at_column = 1;
        for (const char *p = text; p < at; p++) {
            at_column = *p == '\n' ? 1 : at_column + 1;
            at_line += *p == '\n';
        }
        if (line)
            *line = at_line;
        if (column)
            *column = at_column;
        ok = fwrite(text, 1, (size_t)(at - text), f) == (size_t)(at - text) && fputs(new_text, f) >= 0 && fputs(at + strlen(old), f) >= 0;
        ok = fclose(f) == 0 && ok;
    }
    free(text);
    return ok;
}
