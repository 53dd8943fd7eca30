/* gmsh.c - runs the program gmsh on a plan: a .geo file of points and lines with one element each, in a directory of its own; the result is
 * its MSH 2.2 text. HOME points to that directory, so that no options of the user change the mesh. */
#include "models/mesh/free_impl.h"
#include "materials/base/mem.h"
#include "materials/base/numtext.h"
#include "materials/base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "materials/base/banned.h"

#define PROGRAM "gmsh"
#define PATH_SIZE 256
#define PATH_MAX_SIZE 8192
#define NODE_TOL_MM 1e-6
#define TRIANGLE 2           /* element type of MSH */

struct files { char dir[PATH_SIZE - 16], geo[PATH_SIZE], msh[PATH_SIZE], log[PATH_SIZE]; };

static enum status files_init(struct files *f, struct err *e)
{
    const char *tmp = getenv("TMPDIR");
    int n = snprintf(f->dir, sizeof f->dir, "%s/motrade-mesh-XXXXXX", tmp && tmp[0] ? tmp : "/tmp");
    if (n >= (int)sizeof f->dir || !mkdtemp(f->dir))
        return err_set(e, ST_IO, "mesher", "no directory for the mesher's files in %s: %s", tmp && tmp[0] ? tmp : "/tmp", strerror(errno));
    snprintf(f->geo, sizeof f->geo, "%s/pole.geo", f->dir);
    snprintf(f->msh, sizeof f->msh, "%s/pole.msh", f->dir);
    snprintf(f->log, sizeof f->log, "%s/log", f->dir);
    return ST_OK;
}

static void files_done(const struct files *f)
{
    unlink(f->geo);
    unlink(f->msh);
    unlink(f->log);
    rmdir(f->dir);
}

static enum status write_geo(const struct free_plan *p, const char *path, struct err *e)
{
    struct text t = {0};
    text_add(&t, "Mesh.Algorithm = 6;\nMesh.MeshSizeFromPoints = 0;\nMesh.MeshSizeExtendFromBoundary = 1;\nMesh.Smoothing = 5;\n"
                 "Mesh.RandomFactor = 1e-9;\nGeneral.NumThreads = 1;\nGeometry.AutoCoherence = 0;\nMesh.SaveAll = 1;\n");
    for (int k = 0; k < p->n_node; k++)
        text_add(&t, "Point(%d) = {%.12g, %.12g, 0};\n", k + 1, 1e3 * p->x_m[k], 1e3 * p->y_m[k]);
    for (int k = 0; k < p->n_loop; k++)
        text_add(&t, "Line(%d) = {%d, %d};\n", k + 1, p->loop[k] + 1, p->loop[(k + 1) % p->n_loop] + 1);
    for (int k = 0; k < p->n_segment; k++)
        text_add(&t, "Line(%d) = {%d, %d};\n", p->n_loop + k + 1, p->segment[2 * k] + 1, p->segment[2 * k + 1] + 1);
    text_add(&t, "Transfinite Curve{1:%d} = 2;\nCurve Loop(1) = {1:%d};\nPlane Surface(1) = {1};\n", p->n_loop + p->n_segment, p->n_loop);
    if (p->n_segment > 0)
        text_add(&t, "Curve{%d:%d} In Surface{1};\n", p->n_loop + 1, p->n_loop + p->n_segment);
    enum status st = t.failed ? err_set(e, ST_NO_MEMORY, "mesher", "no memory for the mesher's input") : text_write_file(path, t.s, t.n, e);
    text_done(&t);
    return st;
}

static enum status fail_missing(int code, struct err *e)
{
    return err_set(e, ST_INFEASIBLE, "mesher",
                   "rotors given as contours are meshed by the program '%s', which could not be started (%s); install it "
                   "(Debian: apt-get install gmsh)", PROGRAM, strerror(code));
}

/* Ends when gmsh does; *code its exit status. */
static enum status run(const struct files *f, int *code, struct err *e)
{
    const char *const word[] = {PROGRAM, "-2", f->geo, "-o", f->msh, "-format", "msh2", "-nt", "1", "-v", "2"};
    char *argv[ARRAY_LEN(word) + 1] = {NULL}, home[PATH_SIZE + 8], search[PATH_MAX_SIZE];
    char locale[] = "LC_ALL=C", *env[] = {home, search, locale, NULL}; /* nothing of the user's that could change the mesh */
    const char *path = getenv("PATH");
    int wait_status = 0;
    pid_t pid;
    for (int k = 0; k < ARRAY_LEN(word); k++)
        argv[k] = (char *)word[k]; /* posix_spawn does not write them */
    snprintf(home, sizeof home, "HOME=%s", f->dir);
    if (snprintf(search, sizeof search, "PATH=%s", path ? path : "") >= (int)sizeof search)
        return err_set(e, ST_IO, "mesher", "PATH is longer than %d characters", PATH_MAX_SIZE);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, f->log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    int failed = posix_spawnp(&pid, PROGRAM, &actions, NULL, argv, env);
    posix_spawn_file_actions_destroy(&actions);
    if (failed)
        return fail_missing(failed, e);
    while (waitpid(pid, &wait_status, 0) < 0)
        if (errno != EINTR)
            return err_set(e, ST_IO, "mesher", "%s was lost: %s", PROGRAM, strerror(errno));
    *code = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : -1;
    return *code == 127 ? fail_missing(ENOENT, e) : ST_OK;
}

static enum status fail_mesh(const struct files *f, const char *why, int number, struct err *e)
{
    struct text log = {0};
    char said[300] = "";
    if (text_read_file(f->log, &log, NULL) == ST_OK && log.s) {
        const char *from = log.n > sizeof said - 1 ? log.s + log.n - (sizeof said - 1) : log.s;
        snprintf(said, sizeof said, "%s", from);
        for (char *c = said; *c; c++)
            *c = *c == '\n' ? ' ' : *c;
    }
    text_done(&log);
    return err_set(e, ST_INFEASIBLE, "mesher", "%s did not mesh the contours: %s (%d); it said: %s", PROGRAM, why, number, said);
}

/* Next blank-separated word; NULL at the end. Words are cut in place. */
static char *next_word(char **at)
{
    char *word = *at + strspn(*at, " \n\r\t");
    if (!*word)
        return NULL;
    *at = word + strcspn(word, " \n\r\t");
    if (**at)
        *(*at)++ = '\0';
    return word;
}

static int next_int(char **at, int *out)
{
    char *word = next_word(at);
    return word && numtext_read_int(word, out) == ST_OK;
}

static int next_real(char **at, double *out)
{
    char *word = next_word(at);
    return word && numtext_read_real(word, out) == ST_OK;
}

static int find_section(char **at, const char *name)
{
    char *found = strstr(*at, name);
    *at = found ? found + strlen(name) : *at;
    return found != NULL;
}

/* Nodes are numbered 1, 2, ..: the points of the plan first. */
static int read_nodes(char **at, struct gmsh_result *out)
{
    if (!find_section(at, "$Nodes") || !next_int(at, &out->n_node) || out->n_node < 1)
        return 0;
    out->x_m = mem_new((size_t)out->n_node, sizeof *out->x_m);
    out->y_m = mem_new((size_t)out->n_node, sizeof *out->y_m);
    for (int k = 0; out->x_m && out->y_m && k < out->n_node; k++) {
        int id;
        double z;
        if (!next_int(at, &id) || id != k + 1 || !next_real(at, &out->x_m[k]) || !next_real(at, &out->y_m[k]) || !next_real(at, &z))
            return 0;
        out->x_m[k] *= 1e-3;
        out->y_m[k] *= 1e-3;
    }
    return out->x_m && out->y_m;
}

static int read_triangles(char **at, struct gmsh_result *out)
{
    static const int N_NODE[] = {0, 2, 3, 4};
    int n_element, id, type, n_tag, tag;
    if (!find_section(at, "$Elements") || !next_int(at, &n_element) || n_element < 1)
        return 0;
    out->tri = mem_new(3 * (size_t)n_element, sizeof *out->tri);
    for (int k = 0; out->tri && k < n_element; k++) {
        int node[4] = {0}, n;
        if (!next_int(at, &id) || !next_int(at, &type) || !next_int(at, &n_tag))
            return 0;
        for (int i = 0; i < n_tag; i++)
            if (!next_int(at, &tag))
                return 0;
        n = type == 15 ? 1 : type > 0 && type < 4 ? N_NODE[type] : 0; /* 15: a point */
        for (int i = 0; i < n; i++)
            if (!next_int(at, &node[i]) || node[i] < 1 || node[i] > out->n_node)
                return 0;
        for (int i = 0; type == TRIANGLE && i < 3; i++)
            out->tri[3 * out->n_tri + i] = node[i] - 1;
        out->n_tri += type == TRIANGLE;
    }
    return out->tri != NULL;
}

static double area_get(const struct gmsh_result *r, const int *t)
{
    double ux = r->x_m[t[1]] - r->x_m[t[0]], uy = r->y_m[t[1]] - r->y_m[t[0]];
    return 0.5 * (ux * (r->y_m[t[2]] - r->y_m[t[0]]) - uy * (r->x_m[t[2]] - r->x_m[t[0]]));
}

/* The given nodes are there and in order, the elements fill the outline, none is turned over. */
static int is_whole(const struct free_plan *p, struct gmsh_result *r)
{
    double outline = 0.0, sum = 0.0;
    if (r->n_node < p->n_node)
        return 0;
    for (int k = 0; k < p->n_node; k++) {
        if (hypot(r->x_m[k] - p->x_m[k], r->y_m[k] - p->y_m[k]) > 1e-3 * NODE_TOL_MM)
            return 0;
        r->x_m[k] = p->x_m[k];
        r->y_m[k] = p->y_m[k];
    }
    for (int k = 0; k < p->n_loop; k++) {
        int a = p->loop[k], b = p->loop[(k + 1) % p->n_loop];
        outline += 0.5 * (p->x_m[a] * p->y_m[b] - p->x_m[b] * p->y_m[a]);
    }
    for (int k = 0; k < r->n_tri; k++) {
        int *t = r->tri + 3 * k;
        double area = area_get(r, t);
        if (area < 0.0) { /* gmsh may orient the surface either way */
            int spare = t[1];
            t[1] = t[2];
            t[2] = spare;
        }
        sum += fabs(area);
    }
    return fabs(sum - outline) <= 1e-9 * outline;
}

static enum status read_msh(const struct free_plan *p, const struct files *f, struct gmsh_result *out, struct err *e)
{
    struct text t = {0};
    enum status st = text_read_file(f->msh, &t, e);
    char *at = t.s;
    if (st != ST_OK || !at || !read_nodes(&at, out) || !read_triangles(&at, out))
        st = fail_mesh(f, "its file cannot be read, element", out->n_tri, e);
    else if (!is_whole(p, out))
        st = fail_mesh(f, "its elements do not fill the pole, elements", out->n_tri, e);
    text_done(&t);
    return st;
}

enum status gmsh_run(const struct free_plan *p, struct gmsh_result *out, struct err *e)
{
    struct files f;
    int code = 0;
    *out = (struct gmsh_result){0};
    TRY(files_init(&f, e));
    enum status st = write_geo(p, f.geo, e);
    if (st == ST_OK)
        st = run(&f, &code, e);
    if (st == ST_OK && code != 0)
        st = fail_mesh(&f, "exit status", code, e);
    if (st == ST_OK)
        st = read_msh(p, &f, out, e);
    files_done(&f);
    if (st != ST_OK) {
        mem_free(out->x_m);
        mem_free(out->y_m);
        mem_free(out->tri);
        *out = (struct gmsh_result){0};
    }
    return st;
}
