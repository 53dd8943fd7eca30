#include "solver/archive.h"
#include "materials/base/mem.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include "materials/base/banned.h"

struct archive {
    int own;              /* descriptor that holds the file's lock; -1: none */
    sqlite3 *db;
    sqlite3_stmt *get, *set;
    int open_group;
    pthread_mutex_t lock; /* the prepared statements serve one call at a time */
};

static const char SCHEMA[] =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
    "CREATE TABLE IF NOT EXISTS design (key INTEGER PRIMARY KEY, label TEXT NOT NULL, n INTEGER NOT NULL, value BLOB NOT NULL);";

static enum status fail(struct archive *a, const char *what, struct err *e)
{
    return err_set(e, ST_IO, "study.db", "%s: %s", what, a->db ? sqlite3_errmsg(a->db) : "no memory");
}

/* Two runs in one folder would drop each other's designs. The lock ends with the process, however it ends; SQLite's own are of another kind
 * (fcntl). */
static enum status take(struct archive *a, const char *path, struct err *e)
{
    a->own = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (a->own < 0)
        return err_set(e, ST_IO, "study.db", "cannot open '%s': %s", path, strerror(errno));
    if (flock(a->own, LOCK_EX | LOCK_NB) == 0)
        return ST_OK;
    return err_set(e, ST_IO, "study.db", "'%s' is in use by another run: wait for its end, or give another folder with -o", path);
}

/* Also the logs of a run that was killed, which belong to the designs dropped. */
static enum status drop(const struct archive *a, const char *path, struct err *e)
{
    static const char *const LOG[] = {"-wal", "-shm"};
    char name[4096];
    if (ftruncate(a->own, 0) != 0)
        return err_set(e, ST_IO, "study.db", "cannot empty '%s': %s", path, strerror(errno));
    for (int k = 0; k < ARRAY_LEN(LOG); k++)
        if (snprintf(name, sizeof name, "%s%s", path, LOG[k]) < (int)sizeof name)
            unlink(name);
    return ST_OK;
}

static enum status open_file(struct archive *a, const char *path, struct err *e)
{
    if (sqlite3_open(path, &a->db) == SQLITE_OK && sqlite3_exec(a->db, SCHEMA, NULL, NULL, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(a->db, "SELECT n, value FROM design WHERE key = ?1", -1, &a->get, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(a->db, "INSERT OR REPLACE INTO design VALUES (?1, ?2, ?3, ?4)", -1, &a->set, NULL) == SQLITE_OK)
        return ST_OK;
    return fail(a, path, e);
}

enum status archive_new(const char *path, int keep, struct archive **out, struct err *e)
{
    *out = NULL;
    struct archive *a = mem_new(1, sizeof *a);
    if (!a)
        return err_set(e, ST_NO_MEMORY, "study.db", "%s", path);
    pthread_mutex_init(&a->lock, NULL);
    enum status st = take(a, path, e);
    if (st == ST_OK && !keep)
        st = drop(a, path, e);
    if (st == ST_OK)
        st = open_file(a, path, e);
    if (st != ST_OK) {
        archive_free(a);
        return st;
    }
    *out = a;
    return ST_OK;
}

void archive_free(struct archive *a)
{
    if (!a)
        return;
    if (a->open_group)
        sqlite3_exec(a->db, "COMMIT", NULL, NULL, NULL);
    sqlite3_finalize(a->get);
    sqlite3_finalize(a->set);
    sqlite3_close(a->db);
    if (a->own >= 0)
        close(a->own); /* last: closing any descriptor of the file ends SQLite's locks */
    pthread_mutex_destroy(&a->lock);
    mem_free(a);
}

static int get(struct archive *a, uint64_t key, int n, double *value)
{
    sqlite3_reset(a->get);
    sqlite3_bind_int64(a->get, 1, (sqlite3_int64)key);
    if (sqlite3_step(a->get) != SQLITE_ROW || sqlite3_column_int(a->get, 0) != n ||
        sqlite3_column_bytes(a->get, 1) != n * (int)sizeof(double)) {
        sqlite3_reset(a->get);
        return 0;
    }
    memcpy(value, sqlite3_column_blob(a->get, 1), (size_t)n * sizeof(double));
    sqlite3_reset(a->get);
    return 1;
}

static enum status set(struct archive *a, uint64_t key, const char *label, int n, const double *value, struct err *e)
{
    if (!a->open_group) {
        if (sqlite3_exec(a->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
            return fail(a, "begin", e);
        a->open_group = 1;
    }
    sqlite3_reset(a->set);
    sqlite3_bind_int64(a->set, 1, (sqlite3_int64)key);
    sqlite3_bind_text(a->set, 2, label, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int(a->set, 3, n);
    sqlite3_bind_blob(a->set, 4, value, n * (int)sizeof(double), SQLITE_TRANSIENT);
    if (sqlite3_step(a->set) != SQLITE_DONE)
        return fail(a, "insert", e);
    return ST_OK;
}

static enum status commit(struct archive *a, struct err *e)
{
    if (!a->open_group)
        return ST_OK;
    a->open_group = 0;
    if (sqlite3_exec(a->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        return fail(a, "commit", e);
    return ST_OK;
}

int archive_get(struct archive *a, uint64_t key, int n, double *value)
{
    pthread_mutex_lock(&a->lock);
    const int is_there = get(a, key, n, value);
    pthread_mutex_unlock(&a->lock);
    return is_there;
}

enum status archive_set(struct archive *a, uint64_t key, const char *label, int n, const double *value, struct err *e)
{
    pthread_mutex_lock(&a->lock);
    const enum status st = set(a, key, label, n, value, e);
    pthread_mutex_unlock(&a->lock);
    return st;
}

enum status archive_set_commit(struct archive *a, struct err *e)
{
    pthread_mutex_lock(&a->lock);
    const enum status st = commit(a, e);
    pthread_mutex_unlock(&a->lock);
    return st;
}

int archive_get_count(struct archive *a)
{
    sqlite3_stmt *s = NULL;
    int n = -1;
    if (sqlite3_prepare_v2(a->db, "SELECT COUNT(*) FROM design", -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
        n = sqlite3_column_int(s, 0);
    sqlite3_finalize(s);
    return n;
}
