/* block.c - memory of a block. Contract: block_impl.h. */
#include "models/risk/block_impl.h"
#include "materials/base/mem.h"
#include "materials/base/banned.h"

int block_init(struct block *b, const struct sim *sim)
{
    const struct plan *p = &sim->r->plan;
    const size_t n = (size_t)p->n_element, n_set = (size_t)1 << p->n_short, n_month = (size_t)p->n_month;
    const struct { double **at; size_t n; } part[] = {
        {&b->y, n * WIDE},
        {&b->z, n * BLOCK},
        {&b->spot, n * WIDE},
        {&b->paid, n * WIDE},
        {&b->outside, n * WIDE},
        {&b->recorded, (size_t)(sim->r->record ? sim->r->record->n_slot : 1) * WIDE},
        {&b->z_all, sim->draws.n_axis ? n_month * n * BLOCK : 1},
        {&b->regime, (size_t)p->n_chain * WIDE},
        {&b->price, WIDE},
        {&b->factor, WIDE},
        {&b->common, BLOCK},
        {&b->own, 2 * BLOCK},
        {&b->mixed, BLOCK},
        {&b->down, (size_t)p->n_node * BLOCK},
        {&b->up, (size_t)p->n_node * BLOCK},
        {&b->spike, (size_t)p->n_chain * WIDE},
        {&b->available, (size_t)(p->n_short + 1) * WIDE},
        {&b->stock, (size_t)(p->n_short + 1) * WIDE},
        {&b->least, n_set * WIDE},
        {&b->unbuilt, n_set * WIDE},
        {&b->log_ratio, (size_t)(sim->outage.n_tilt + 1) * WIDE},
        {&b->weight, WIDE},
    };
    int ok = 1;
    for (int k = 0; k < ARRAY_LEN(part); k++) {
        *part[k].at = mem_new(part[k].n, sizeof(double));
        ok = ok && *part[k].at;
    }
    b->bits = mem_new((n_month + 1) * WIDE, sizeof *b->bits);
    b->happened = mem_new(WIDE, sizeof *b->happened);
    b->age = mem_new((size_t)p->n_node * WIDE, sizeof *b->age);
    return ok && b->bits && b->happened && b->age;
}

void block_done(struct block *b)
{
    double *const part[] = {b->y,     b->z,         b->spot,   b->paid,  b->outside,    b->z_all,     b->regime,   b->recorded,
                            b->price, b->factor,    b->common, b->own,   b->mixed,      b->down,      b->up,
                            b->spike, b->available, b->stock,  b->least, b->unbuilt,    b->log_ratio, b->weight};
    for (int k = 0; k < ARRAY_LEN(part); k++)
        mem_free(part[k]);
    mem_free(b->bits);
    mem_free(b->happened);
    mem_free(b->age);
}
