/* Memory for packed panels, one piece of which each level keeps from call to call: what is so large, the allocator gives
 * back to the system when it is freed, and the page faults of the next call took 0.34 ms of the 1.2 of a product of
 * 256x256x256 at x86-64-v3. Threads exchange the piece; who finds it taken allocates another. */
#ifndef ONEDOT_WORKSPACE_H
#define ONEDOT_WORKSPACE_H

#include <stdlib.h>

#include "atomic.h"

#define MOST_KEPT ((size_t)1 << 22) /* bytes: the panels of all but products of several blocks */
#define BEFORE 64                   /* bytes before a workspace, of which the first say how large it is */

static void *kept_piece;

/* So many bytes, of any contents and on no boundary in particular; NULL if there is no memory. */
static void *take_workspace(size_t bytes) {
    char *piece = (char *)ATOMIC_EXCHANGE(&kept_piece, NULL);
    if (piece != NULL && *(size_t *)piece < bytes) {
        free(piece);
        piece = NULL;
    }
    if (piece == NULL) {
        piece = (char *)malloc(BEFORE + bytes);
        if (piece == NULL) return NULL;
        *(size_t *)piece = bytes;
    }
    return piece + BEFORE;
}

static void leave_workspace(void *workspace) {
    void *piece = (char *)workspace - BEFORE;
    if (*(size_t *)piece <= MOST_KEPT) piece = ATOMIC_EXCHANGE(&kept_piece, piece);
    free(piece);
}

#endif
