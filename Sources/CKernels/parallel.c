#include "parallel.h"

#include <stdatomic.h>

// libgomp's own entry points: clang emits calls to another runtime for `#pragma omp`, and two
// teams would fight over the processors that oneDNN's team (libgomp) already holds.
extern void GOMP_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
extern int omp_get_num_procs(void);

typedef struct {
  kernels_body body;
  const void *context;
  int64_t pieces;
  _Atomic int64_t next;
} team_work;

// Threads take pieces as they get to them: one that the system suspends holds up its piece only.
static void work_on(void *data) {
  team_work *work = data;
  for (;;) {
    int64_t piece = atomic_fetch_add_explicit(&work->next, 1, memory_order_relaxed);
    if (piece >= work->pieces) return;
    work->body(work->context, piece);
  }
}

void kernels_parallel(int64_t pieces, int threads, kernels_body body, const void *context) {
  team_work work = {.body = body, .context = context, .pieces = pieces, .next = 0};
  if (threads <= 1 || pieces <= 1) {
    work_on(&work);
    return;
  }
  GOMP_parallel(work_on, &work, (unsigned)(pieces < threads ? pieces : threads), 0);
}

int kernels_available_processors(void) { return omp_get_num_procs(); }
