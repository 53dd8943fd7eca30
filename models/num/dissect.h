/* dissect.h - nested dissection of a planar graph by two coordinates: A. George, SIAM J. Numer. Anal. 10 (1973) 345-363.
 * A piece is cut across that coordinate, at that place and on that side of the cut where the separator (nodes of one side with a neighbour
 * on the other) is small for the balance of the two parts. All cuts of a coordinate are weighed in one sweep: with the nodes in its order,
 * node k belongs to the separators of the cuts up to its farthest neighbour. The nodes of each half come before those of the separator.
 * A coordinate is given as an order of the nodes only, so that it may be an angle on a cylinder: the cut then falls twice by itself.
 * Nothing is allocated. The result depends on the inputs only. */
#ifndef MODELS_NUM_DISSECT_H
#define MODELS_NUM_DISSECT_H
#include "models/num/order.h"

#define DISSECT_WORK 11  /* ints of work per node, and DISSECT_WORK more */

struct dissect_tree {    /* blocks: leaves and separators, in the order of elimination */
    int n;
    int *first;          /* [n_max + 1] block k holds ranks first[k] .. first[k+1] - 1 */
    int n_max;
};

/* dissect_set - Given: by_x[n], by_y[n] the nodes sorted by each coordinate; n_leaf nodes at which a piece is no longer cut; work[(n + 1) *
 * DISSECT_WORK]. Returned: by_x is the order of elimination, by_y the same sets in another order; the blocks. A graph of n nodes has at
 * most n blocks: n_max = n is always enough. */
void dissect_set(const struct order_graph *g, int n_leaf, int *by_x, int *by_y, int *work, struct dissect_tree *tree);

#endif
