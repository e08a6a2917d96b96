// What the files of this module share: the engine, checked calls, and one spelling for the memory
// descriptors of oneDNN 2.x (structs by value) and 3.x (handles).
#ifndef IMPASTO_ENGINE_H
#define IMPASTO_ENGINE_H

#include <oneapi/dnnl/dnnl.h>

#include "COneDNN.h"

#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t memory_layout;
typedef dnnl_memory_desc_t owned_layout;
#define LAYOUT(owned) (owned)
#else
typedef const dnnl_memory_desc_t *memory_layout;
typedef dnnl_memory_desc_t owned_layout;
#define LAYOUT(owned) (&(owned))
#endif

struct onednn_plan {
  dnnl_primitive_desc_t description;
  dnnl_primitive_t primitive;
  // Between the f32 OHWI filter and the plan's own layout; into it, or for a gradient out of it.
  dnnl_primitive_desc_t reorder_description;
  dnnl_primitive_t filter_reorder;
  owned_layout plain_filter;
  onednn_direction direction;
  bool is_filter_plain;  // The plan's own layout is f32 OHWI.
  int threads;
};

// From OpenMP, which clang ships without its header: the team size of the calling thread.
extern void omp_set_num_threads(int count);

dnnl_engine_t onednn_engine(void);
dnnl_stream_t onednn_stream(void);

/// Records a failure of `what`; returns whether `status` is a success.
bool onednn_succeeds(dnnl_status_t status, const char *what);

bool onednn_make_layout(
    owned_layout *layout, int rank, const dnnl_dims_t dims, dnnl_data_type_t type,
    dnnl_format_tag_t tag);
void onednn_destroy_layout(owned_layout *layout);

typedef struct {
  int argument;
  memory_layout layout;
  const void *data;
} onednn_argument;

/// Runs `primitive` over the arguments with `threads` threads.
bool onednn_execute(
    dnnl_primitive_t primitive, int threads, int count, const onednn_argument *arguments);

/// Attributes every plan is made with: the caller provides the scratch memory.
dnnl_primitive_attr_t onednn_attributes(void);

/// Creates the primitive of a finished description and takes the description over.
onednn_plan *onednn_plan_create(dnnl_primitive_desc_t description, int threads);

/// The layout that `plan` wants for one of its tensors.
memory_layout onednn_layout(const onednn_plan *plan, dnnl_query_t query);

#endif
