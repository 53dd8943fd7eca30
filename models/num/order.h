/* order.h - orderings of the unknowns of a sparse symmetric matrix that make it narrow-banded: reverse Cuthill-McKee
 * (E. Cuthill, J. McKee, Proc. 24th ACM Nat. Conf. (1969) 157-172; reversed: A. George, Stanford STAN-CS-71-208), from a given set of roots
 * or from a pseudo-peripheral node (N. Gibbs, W. Poole, P. Stockmeyer, SIAM J. Numer. Anal. 13 (1976) 236-250). A graph is start[n + 1],
 * next[start[n]]: the neighbours of i are next[start[i]] .. next[start[i+1] - 1]; an edge stands at both its ends; repeated edges are
 * allowed. An ordering is rank[old] = new. Nothing is allocated here. */
#ifndef MODELS_NUM_ORDER_H
#define MODELS_NUM_ORDER_H

struct order_graph { int n; const int *start, *next; };

/* order_set_rcm - Given: root[n_root] nodes that form level 0 (n_root = 0: a pseudo-peripheral node is looked for), work[3n].
 * Returned: rank[n]. Separate components follow each other. */
void order_set_rcm(const struct order_graph *g, int n_root, const int *root, int *rank, int *work);
/* order_eval_half_band - largest |rank[i] - rank[j]| over the edges. */
int order_eval_half_band(const struct order_graph *g, const int *rank);

#endif
