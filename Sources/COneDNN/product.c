#include <string.h>

#include "engine.h"

onednn_plan *onednn_plan_product(const onednn_product *shape, int threads) {
  omp_set_num_threads(threads);
  const dnnl_dims_t a_dims = {shape->batch, shape->m, shape->k};
  const dnnl_dims_t b_dims = {shape->batch, shape->k, shape->n};
  const dnnl_dims_t c_dims = {shape->batch, shape->m, shape->n};
  const dnnl_data_type_t type = shape->is_bf16 ? dnnl_bf16 : dnnl_f32;
  owned_layout a, b, c;
  memset(&a, 0, sizeof a);
  memset(&b, 0, sizeof b);
  memset(&c, 0, sizeof c);
  dnnl_primitive_desc_t description = NULL;
  dnnl_primitive_attr_t attributes = onednn_attributes();
  if (attributes &&
      onednn_make_layout(
          &a, 3, a_dims, type, shape->is_first_transposed ? dnnl_acb : dnnl_abc) &&
      onednn_make_layout(&b, 3, b_dims, type, dnnl_abc) &&
      onednn_make_layout(
          &c, 3, c_dims, shape->is_result_bf16 ? dnnl_bf16 : dnnl_f32, dnnl_abc)) {
#if DNNL_VERSION_MAJOR >= 3
    onednn_succeeds(
        dnnl_matmul_primitive_desc_create(
            &description, onednn_engine(), a, b, NULL, c, attributes),
        "matrix product");
#else
    dnnl_matmul_desc_t operation;
    (void)(onednn_succeeds(
               dnnl_matmul_desc_init(&operation, &a, &b, NULL, &c), "matrix product") &&
           onednn_succeeds(
               dnnl_primitive_desc_create(
                   &description, &operation, attributes, onednn_engine(), NULL),
               "matrix product"));
#endif
  }
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  onednn_destroy_layout(&a);
  onednn_destroy_layout(&b);
  onednn_destroy_layout(&c);
  return description ? onednn_plan_create(description, threads) : NULL;
}

bool onednn_multiply(onednn_plan *plan, const void *a, const void *b, void *c, void *scratch) {
  const onednn_argument arguments[] = {
      {DNNL_ARG_SRC, onednn_layout(plan, dnnl_query_src_md), a},
      {DNNL_ARG_WEIGHTS, onednn_layout(plan, dnnl_query_weights_md), b},
      {DNNL_ARG_DST, onednn_layout(plan, dnnl_query_dst_md), c},
      {DNNL_ARG_SCRATCHPAD, onednn_layout(plan, dnnl_query_scratchpad_md), scratch},
  };
  return onednn_execute(plan->primitive, plan->threads, 4, arguments);
}
