/* free_connect.c - poles of a free mesh side by side in a mesh: nodes, triangles, unknowns, ring. Neighbouring poles share the nodes of
 * their common edge. */
#include "models/mesh/mesh_impl.h"
#include "models/mesh/free.h"
#include "materials/base/units.h"
#include <math.h>
#include "materials/base/banned.h"

int free_connect_count(const struct free_mesh *f, int n_pole) { return n_pole * (f->n_node - f->n_edge) + f->n_edge; }

void free_connect_nodes(const struct free_mesh *f, int n_pole, int first, int *node)
{
    for (int j = 0, n = first; j < n_pole; j++) {
        int *own = node + j * f->n_node, *before = own - f->n_node;
        for (int k = 0; k < f->n_node; k++)
            own[k] = -1;
        for (int k = 0; j > 0 && k < f->n_edge; k++)
            own[f->edge_low[k]] = before[f->edge_high[k]];
        for (int k = 0; k < f->n_node; k++)
            own[k] = own[k] >= 0 ? own[k] : n++;
    }
}

void free_connect_triangles(const struct free_mesh *f, struct mesh *ms, int at)
{
    for (int j = 0; j < ms->n_pole; j++) {
        const int *node = ms->impl->node_rotor + j * f->n_node;
        for (int t = 0; t < f->n_tri; t++, at++) {
            for (int k = 0; k < 3; k++)
                ms->tri[3 * at + k] = node[f->tri[3 * t + k]];
            ms->region[at] = f->region[t];
            ms->part[at] = (short)(f->part[t] < 0 ? -1 : f->part[t] + ms->n_part_per_pole * j);
        }
    }
}

void free_connect_unknowns(const struct free_mesh *f, struct mesh *ms)
{
    const int *first = ms->impl->node_rotor, *last = first + (ms->n_pole - 1) * f->n_node;
    for (int k = 0; k < f->n_edge; k++)
        ms->sign[last[f->edge_high[k]]] = (signed char)ms->periodic_sign;
    for (int j = 0; j < ms->n_pole; j++) {
        const int *node = first + j * f->n_node;
        for (int k = 0; k < f->n_node; k++) {
            int n = node[k];
            if (f->is_bore[k]) {
                ms->dof[n] = -1;
                ms->sign[n] = 1;
            } else if (ms->sign[n] == 0) {
                ms->dof[n] = ms->n_dof++;
                ms->sign[n] = 1;
            }
        }
    }
    for (int k = 0; k < f->n_edge; k++)
        ms->dof[last[f->edge_high[k]]] = ms->dof[first[f->edge_low[k]]];
}

void free_connect_ring(const struct free_mesh *f, const struct mesh *ms, int *ring)
{
    int n = 0;
    for (int j = 0; j < ms->n_pole; j++)
        for (int k = j > 0; k < f->n_ring; k++)
            ring[n++] = ms->impl->node_rotor[j * f->n_node + f->ring[k]];
}

/* A node that two poles share gets the same place from both, to rounding: the first one counts. */
void free_connect_places(const struct free_mesh *f, struct mesh *ms)
{
    for (int j = ms->n_pole - 1; j >= 0; j--) {
        double angle = (j + 0.5) * ms->tau_rad, co = cos(angle), si = sin(angle);
        for (int k = 0; k < f->n_node; k++) {
            int n = ms->impl->node_rotor[j * f->n_node + k];
            ms->x_m[n] = co * f->x_m[k] - si * f->y_m[k];
            ms->y_m[n] = si * f->x_m[k] + co * f->y_m[k];
        }
    }
}
