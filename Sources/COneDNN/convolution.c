#include <assert.h>
#include <string.h>

#include "engine.h"

static dnnl_primitive_desc_t describe(
    onednn_direction direction, const onednn_convolution *shape, owned_layout *input,
    owned_layout *filter, owned_layout *filter_gradient, owned_layout *bias,
    owned_layout *output) {
  const dnnl_dims_t strides = {shape->stride, shape->stride};
  const dnnl_dims_t dilation = {0, 0};
  const dnnl_dims_t padding = {shape->zero_padding, shape->zero_padding};
  memory_layout bias_layout = shape->has_bias ? LAYOUT(*bias) : NULL;
  dnnl_primitive_attr_t attributes = onednn_attributes();
  if (!attributes) return NULL;

  // A gradient's description asks for that of its forward pass as a hint.
  dnnl_primitive_desc_t forward = NULL, result = NULL;
  dnnl_prop_kind_t kind =
      direction == onednn_forward ? dnnl_forward_inference : dnnl_forward_training;
  const dnnl_alg_kind_t algorithm = dnnl_convolution_direct;
#if DNNL_VERSION_MAJOR >= 3
  bool succeeds = onednn_succeeds(
      dnnl_convolution_forward_primitive_desc_create(
          &forward, onednn_engine(), kind, algorithm, *input, *filter, bias_layout, *output,
          strides, dilation, padding, padding, attributes),
      "convolution");
  if (succeeds && direction == onednn_input_gradient)
    onednn_succeeds(
        dnnl_convolution_backward_data_primitive_desc_create(
            &result, onednn_engine(), algorithm, *input, *filter, *output, strides, dilation,
            padding, padding, forward, attributes),
        "input gradient");
  if (succeeds && direction == onednn_filter_gradient)
    onednn_succeeds(
        dnnl_convolution_backward_weights_primitive_desc_create(
            &result, onednn_engine(), algorithm, *input, *filter_gradient, NULL, *output, strides,
            dilation, padding, padding, forward, attributes),
        "filter gradient");
#else
  dnnl_convolution_desc_t operation;
  bool succeeds =
      onednn_succeeds(
          dnnl_dilated_convolution_forward_desc_init(
              &operation, kind, algorithm, input, filter, bias_layout, output, strides, dilation,
              padding, padding),
          "convolution") &&
      onednn_succeeds(
          dnnl_primitive_desc_create(&forward, &operation, attributes, onednn_engine(), NULL),
          "convolution");
  if (succeeds && direction == onednn_input_gradient)
    (void)(onednn_succeeds(
               dnnl_dilated_convolution_backward_data_desc_init(
                   &operation, algorithm, input, filter, output, strides, dilation, padding,
                   padding),
               "input gradient") &&
           onednn_succeeds(
               dnnl_primitive_desc_create(
                   &result, &operation, attributes, onednn_engine(), forward),
               "input gradient"));
  if (succeeds && direction == onednn_filter_gradient)
    (void)(onednn_succeeds(
               dnnl_dilated_convolution_backward_weights_desc_init(
                   &operation, algorithm, input, filter_gradient, NULL, output, strides, dilation,
                   padding, padding),
               "filter gradient") &&
           onednn_succeeds(
               dnnl_primitive_desc_create(
                   &result, &operation, attributes, onednn_engine(), forward),
               "filter gradient"));
#endif
  dnnl_primitive_attr_destroy(attributes);
  if (direction == onednn_forward) return forward;
  if (forward) dnnl_primitive_desc_destroy(forward);
  return result;
}

static memory_layout scratch_layout(const_dnnl_primitive_desc_t description) {
  return dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
}

/// Bytes that the plan's primitives work in, in whole cache lines.
static size_t working_size(const onednn_plan *plan) {
  const size_t own = dnnl_memory_desc_get_size(scratch_layout(plan->description));
  const size_t reorder =
      plan->reorder_description
          ? dnnl_memory_desc_get_size(scratch_layout(plan->reorder_description))
          : 0;
  return ((own > reorder ? own : reorder) + 63) / 64 * 64;
}

size_t onednn_plan_scratch_size(const onednn_plan *plan) {
  const bool keeps_result =
      plan->direction == onednn_filter_gradient && plan->filter_reorder && !plan->is_filter_plain;
  return working_size(plan) + (keeps_result ? onednn_plan_packed_filter_size(plan) : 0);
}

static bool plan_filter_reorder(onednn_plan *plan, const dnnl_dims_t dims) {
  const bool is_gradient = plan->direction == onednn_filter_gradient;
  memory_layout own =
      onednn_layout(plan, is_gradient ? dnnl_query_diff_weights_md : dnnl_query_weights_md);
  if (!onednn_make_layout(&plan->plain_filter, 4, dims, dnnl_f32, dnnl_ohwi)) return false;
  memory_layout plain = LAYOUT(plan->plain_filter);
  plan->is_filter_plain = dnnl_memory_desc_equal(plain, own);
  dnnl_primitive_attr_t attributes = onednn_attributes();
  if (!attributes) return false;
  bool succeeds = onednn_succeeds(
      dnnl_reorder_primitive_desc_create(
          &plan->reorder_description, is_gradient ? own : plain, onednn_engine(),
          is_gradient ? plain : own, onednn_engine(), attributes),
      "filter layout");
  dnnl_primitive_attr_destroy(attributes);
  return succeeds &&
         onednn_succeeds(
             dnnl_primitive_create(&plan->filter_reorder, plan->reorder_description),
             "filter layout");
}

onednn_plan *onednn_plan_convolution(
    onednn_direction direction, const onednn_convolution *shape, int threads) {
  omp_set_num_threads(threads);  // oneDNN plans for the team size of the calling thread.
  const int64_t reach = 2 * shape->zero_padding;
  const dnnl_dims_t input_dims = {
      shape->batch, shape->input_channels, shape->input_height, shape->input_width};
  const dnnl_dims_t filter_dims = {
      shape->output_channels, shape->input_channels, shape->kernel_height, shape->kernel_width};
  const dnnl_dims_t bias_dims = {shape->output_channels};
  const dnnl_dims_t output_dims = {
      shape->batch, shape->output_channels,
      (shape->input_height + reach - shape->kernel_height) / shape->stride + 1,
      (shape->input_width + reach - shape->kernel_width) / shape->stride + 1};
  const dnnl_data_type_t type = shape->is_bf16 ? dnnl_bf16 : dnnl_f32;

  owned_layout input, filter, filter_gradient, bias, output;
  memset(&input, 0, sizeof input);
  memset(&filter, 0, sizeof filter);
  memset(&filter_gradient, 0, sizeof filter_gradient);
  memset(&bias, 0, sizeof bias);
  memset(&output, 0, sizeof output);
  dnnl_primitive_desc_t description = NULL;
  if (onednn_make_layout(&input, 4, input_dims, type, dnnl_nhwc) &&
      onednn_make_layout(&filter, 4, filter_dims, type, dnnl_format_tag_any) &&
      onednn_make_layout(&filter_gradient, 4, filter_dims, dnnl_f32, dnnl_format_tag_any) &&
      onednn_make_layout(&bias, 1, bias_dims, dnnl_f32, dnnl_x) &&
      onednn_make_layout(&output, 4, output_dims, type, dnnl_nhwc))
    description = describe(direction, shape, &input, &filter, &filter_gradient, &bias, &output);
  onednn_destroy_layout(&input);
  onednn_destroy_layout(&filter);
  onednn_destroy_layout(&filter_gradient);
  onednn_destroy_layout(&bias);
  onednn_destroy_layout(&output);
  if (!description) return NULL;

  onednn_plan *plan = onednn_plan_create(description, threads);
  if (!plan) return NULL;
  plan->direction = direction;
  if (plan_filter_reorder(plan, filter_dims)) return plan;
  onednn_plan_destroy(plan);
  return NULL;
}

size_t onednn_plan_packed_filter_size(const onednn_plan *plan) {
  return dnnl_memory_desc_get_size(onednn_layout(
      plan, plan->direction == onednn_filter_gradient ? dnnl_query_diff_weights_md
                                                      : dnnl_query_weights_md));
}

bool onednn_plan_pack_filter(
    onednn_plan *plan, const void *filter, void *packed, void *scratch) {
  const onednn_argument arguments[] = {
      {DNNL_ARG_FROM, LAYOUT(plan->plain_filter), filter},
      {DNNL_ARG_TO, onednn_layout(plan, dnnl_query_weights_md), packed},
      {DNNL_ARG_SCRATCHPAD, scratch_layout(plan->reorder_description), scratch},
  };
  return onednn_execute(plan->filter_reorder, plan->threads, 3, arguments);
}

bool onednn_convolve(
    onednn_plan *plan, const void *source, const void *packed_filter, const void *bias,
    void *destination, void *scratch) {
  const bool is_gradient = plan->direction == onednn_input_gradient;
  assert(plan->direction != onednn_filter_gradient && (!is_gradient || !bias));
  const onednn_argument arguments[] = {
      {is_gradient ? DNNL_ARG_DIFF_DST : DNNL_ARG_SRC,
       onednn_layout(plan, is_gradient ? dnnl_query_diff_dst_md : dnnl_query_src_md), source},
      {DNNL_ARG_WEIGHTS, onednn_layout(plan, dnnl_query_weights_md), packed_filter},
      {is_gradient ? DNNL_ARG_DIFF_SRC : DNNL_ARG_DST,
       onednn_layout(plan, is_gradient ? dnnl_query_diff_src_md : dnnl_query_dst_md),
       destination},
      {DNNL_ARG_SCRATCHPAD, onednn_layout(plan, dnnl_query_scratchpad_md), scratch},
      {DNNL_ARG_BIAS,
       bias ? dnnl_primitive_desc_query_md(plan->description, dnnl_query_weights_md, 1) : NULL,
       bias},
  };
  return onednn_execute(plan->primitive, plan->threads, bias ? 5 : 4, arguments);
}

bool onednn_convolve_filter_gradient(
    onednn_plan *plan, const void *input, const void *output_gradient, void *filter_gradient,
    void *scratch) {
  assert(plan->direction == onednn_filter_gradient);
  // The scratch holds what the primitives need, then the result in the first one's own layout.
  void *own = plan->is_filter_plain ? filter_gradient : (char *)scratch + working_size(plan);
  const memory_layout own_layout = onednn_layout(plan, dnnl_query_diff_weights_md);
  const onednn_argument arguments[] = {
      {DNNL_ARG_SRC, onednn_layout(plan, dnnl_query_src_md), input},
      {DNNL_ARG_DIFF_DST, onednn_layout(plan, dnnl_query_diff_dst_md), output_gradient},
      {DNNL_ARG_DIFF_WEIGHTS, own_layout, own},
      {DNNL_ARG_SCRATCHPAD, onednn_layout(plan, dnnl_query_scratchpad_md), scratch},
  };
  const onednn_argument reorder[] = {
      {DNNL_ARG_FROM, own_layout, own},
      {DNNL_ARG_TO, LAYOUT(plan->plain_filter), filter_gradient},
      {DNNL_ARG_SCRATCHPAD, scratch_layout(plan->reorder_description), scratch},
  };
  return onednn_execute(plan->primitive, plan->threads, 4, arguments) &&
         (plan->is_filter_plain ||
          onednn_execute(plan->filter_reorder, plan->threads, 3, reorder));
}
