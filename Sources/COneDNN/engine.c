#include "engine.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static _Thread_local char last_error[256] = "";
static dnnl_engine_t engine;
static dnnl_stream_t stream;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start(void) {
  if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success ||
      dnnl_stream_create(&stream, engine, dnnl_stream_default_flags) != dnnl_success)
    abort();  // Only out of memory at start-up gets here.
}

dnnl_engine_t onednn_engine(void) {
  pthread_once(&once, start);
  return engine;
}

dnnl_stream_t onednn_stream(void) {
  pthread_once(&once, start);
  return stream;
}

bool onednn_use_instructions(onednn_instructions instructions) {
#if defined(__x86_64__)
  static const dnnl_cpu_isa_t sets[] = {
      [onednn_baseline] = dnnl_cpu_isa_sse41, [onednn_avx2] = dnnl_cpu_isa_avx2,
      [onednn_avx512] = dnnl_cpu_isa_avx512_core,
      [onednn_avx512_bf16] = dnnl_cpu_isa_avx512_core_bf16,
      [onednn_amx] = dnnl_cpu_isa_avx512_core_amx};
  return onednn_succeeds(dnnl_set_max_cpu_isa(sets[instructions]), "choice of instructions");
#else
  (void)instructions;
  return true;
#endif
}

const char *onednn_version(void) {
  static char text[32];
  const dnnl_version_t *version = dnnl_version();
  snprintf(text, sizeof text, "%d.%d.%d", version->major, version->minor, version->patch);
  return text;
}

const char *onednn_last_error(void) { return last_error; }

bool onednn_succeeds(dnnl_status_t status, const char *what) {
  if (status == dnnl_success) return true;
  const char *reason = status == dnnl_out_of_memory        ? "out of memory"
                       : status == dnnl_invalid_arguments  ? "invalid arguments"
                       : status == dnnl_unimplemented      ? "not implemented on this processor"
                                                           : "run-time error";
  snprintf(last_error, sizeof last_error, "oneDNN %s: %s", what, reason);
  return false;
}

bool onednn_make_layout(
    owned_layout *layout, int rank, const dnnl_dims_t dims, dnnl_data_type_t type,
    dnnl_format_tag_t tag) {
#if DNNL_VERSION_MAJOR >= 3
  return onednn_succeeds(
      dnnl_memory_desc_create_with_tag(layout, rank, dims, type, tag), "layout");
#else
  return onednn_succeeds(dnnl_memory_desc_init_by_tag(layout, rank, dims, type, tag), "layout");
#endif
}

void onednn_destroy_layout(owned_layout *layout) {
#if DNNL_VERSION_MAJOR >= 3
  if (*layout) dnnl_memory_desc_destroy(*layout);
  *layout = NULL;
#else
  (void)layout;
#endif
}

bool onednn_execute(
    dnnl_primitive_t primitive, int threads, int count, const onednn_argument *arguments) {
  enum { most = 8 };
  dnnl_exec_arg_t bound[most];
  int made = 0;
  bool succeeds = count <= most;
  for (; succeeds && made < count; ++made) {
    // oneDNN's memory objects are never const; inputs are not written.
    succeeds = onednn_succeeds(
        dnnl_memory_create(
            &bound[made].memory, arguments[made].layout, onednn_engine(),
            (void *)arguments[made].data),
        "memory");
    if (!succeeds) break;
    bound[made].arg = arguments[made].argument;
  }
  if (succeeds) {
    // The OpenMP team size belongs to the calling thread, which need not be the planning one.
    omp_set_num_threads(threads);
    succeeds = onednn_succeeds(
        dnnl_primitive_execute(primitive, onednn_stream(), count, bound), "execution");
  }
  for (int i = 0; i < made; ++i) dnnl_memory_destroy(bound[i].memory);
  return succeeds;
}

dnnl_primitive_attr_t onednn_attributes(void) {
  dnnl_primitive_attr_t attributes;
  if (!onednn_succeeds(dnnl_primitive_attr_create(&attributes), "attributes")) return NULL;
  if (onednn_succeeds(
          dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user),
          "attributes"))
    return attributes;
  dnnl_primitive_attr_destroy(attributes);
  return NULL;
}

onednn_plan *onednn_plan_create(dnnl_primitive_desc_t description, int threads) {
  onednn_plan *plan = calloc(1, sizeof *plan);
  if (!plan) {
    onednn_succeeds(dnnl_out_of_memory, "plan");
    dnnl_primitive_desc_destroy(description);
    return NULL;
  }
  plan->description = description;
  plan->threads = threads;
  if (!onednn_succeeds(dnnl_primitive_create(&plan->primitive, description), "primitive")) {
    onednn_plan_destroy(plan);
    return NULL;
  }
  return plan;
}

void onednn_plan_destroy(onednn_plan *plan) {
  if (plan->filter_reorder) dnnl_primitive_destroy(plan->filter_reorder);
  if (plan->reorder_description) dnnl_primitive_desc_destroy(plan->reorder_description);
  if (plan->primitive) dnnl_primitive_destroy(plan->primitive);
  dnnl_primitive_desc_destroy(plan->description);
  onednn_destroy_layout(&plan->plain_filter);
  free(plan);
}

memory_layout onednn_layout(const onednn_plan *plan, dnnl_query_t query) {
  return dnnl_primitive_desc_query_md(plan->description, query, 0);
}

const char *onednn_plan_implementation(const onednn_plan *plan) {
  const char *name = "";
  dnnl_primitive_desc_query(plan->description, dnnl_query_impl_info_str, 0, &name);
  return name;
}
