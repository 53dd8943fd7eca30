/* program.h - run the built program as a user does: its own process, its exit status, what it printed. The program is motrade in the folder
 * MOTRADE_BUILD (tests/run.sh is given it), else in build/release; the material data are those of this tree. */
#ifndef TESTS_SUPPORT_PROGRAM_H
#define TESTS_SUPPORT_PROGRAM_H
#include <sys/types.h>

#define PROGRAM_MAX_ARG 96

struct program_run {
    int exit_code; /* -1: ended by a signal */
    char out[65536], err[8192]; /* what fits of both streams */
};

/* program_set_folder - a new empty folder; program_remove_folder removes it and all in it. */
void program_set_folder(char *path, int size);
void program_remove_folder(const char *path);

/* program_start - arguments end with NULL; the streams go to files in `folder`. program_wait reads them back. */
pid_t program_start(const char *folder, const char *const *args);
void program_wait(const char *folder, pid_t pid, struct program_run *out);
void program_run(const char *folder, const char *const *args, struct program_run *out);

/* Fixture of a group of tests: a folder of its own, a file to edit and a place for outputs in it (neither made yet). */
struct program_fixture { char folder[64], file[96], out[96]; struct program_run run; };
int program_set_up(void **state);
int program_tear_down(void **state);

/* program_read_file - whole text, to be freed by free(); NULL when it cannot be read. *n (may be NULL) its length. */
char *program_read_file(const char *path, long *n);
/* program_edit_file - copy `from` to `to` with the first `old` replaced by `new_text`; line and column (may be NULL) of the place, 1-based.
 * Returns 0 when `old` is not there or a file fails. */
int program_edit_file(const char *from, const char *old, const char *new_text, const char *to, int *line, int *column);

#endif
