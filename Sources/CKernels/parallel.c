#include "parallel.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

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

static void run_team(void (*member)(void *), void *data, int64_t pieces, int threads) {
  if (threads <= 1 || pieces <= 1)
    member(data);
  else
    GOMP_parallel(member, data, (unsigned)(pieces < threads ? pieces : threads), 0);
}

void kernels_parallel(int64_t pieces, int threads, kernels_body body, const void *context) {
  assert(pieces >= 0 && threads > 0);
  team_work work = {.body = body, .context = context, .pieces = pieces, .next = 0};
  run_team(work_on, &work, pieces, threads);
}

typedef struct {
  kernels_scratch_body body;
  team_work work;
  int64_t scratch_size;
} scratch_team_work;

static void work_with_scratch(void *data) {
  scratch_team_work *team = data;
  void *scratch = NULL;
  for (;;) {
    int64_t piece = atomic_fetch_add_explicit(&team->work.next, 1, memory_order_relaxed);
    if (piece >= team->work.pieces) break;
    if (!scratch) scratch = aligned_alloc(scratch_alignment, team->scratch_size);
    if (!scratch) abort();
    team->body(team->work.context, piece, scratch);
  }
  free(scratch);
}

void kernels_parallel_with_scratch(
    int64_t pieces, int threads, int64_t scratch_size, kernels_scratch_body body,
    const void *context) {
  assert(pieces >= 0 && threads > 0 && scratch_size >= 0);
  scratch_team_work team = {
      .body = body, .work = {.context = context, .pieces = pieces, .next = 0},
      .scratch_size = pieces_of(scratch_size, scratch_alignment) * scratch_alignment};
  run_team(work_with_scratch, &team, pieces, threads);
}

int kernels_available_processors(void) { return omp_get_num_procs(); }
