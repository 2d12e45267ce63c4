/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/tensor-private.hpp"

#include <ATen/core/grad_mode.h>
#include <cstring>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <vector>

/*
 * Gradient checkpointing (Chen et al., “Training deep nets with sublinear memory cost”, 2016): of a part of a network only
 * the inputs stay in memory; the backward pass computes it once more, this time recorded.
 */

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using videomage::Carried;
using videomage::guard;

namespace
{

struct Part : torch::CustomClassHolder
{
  TRecomputeFunc func;
  std::vector<char> data;

  Part (TRecomputeFunc part_func, gconstpointer bytes, gsize size)
      : func (part_func), data (static_cast<const char *> (bytes), static_cast<const char *> (bytes) + size)
  {
  }

  /* In a scope of its own, which may be on a thread of autograd's; its error is thrown, since that thread's is asked by nobody. */
  at::Tensor
  run (at::TensorList inputs)
  {
    TScope scope;
    at::Tensor result;
    GError *error = nullptr;

    t_scope_enter (&scope, "recompute", T_GRAD_AS_BEFORE);
    std::vector<Tensor *> handles;
    for (const at::Tensor &input : inputs)
      handles.push_back (videomage::wrap (input));
    Tensor *output = func (data.data (), handles.data (), handles.size ());
    if (output != nullptr)
      result = output->value;
    else if (t_check (&error))
      error = g_error_new (T_ERROR, T_ERROR_FAILED, "recompute: a part of the network gave nothing");
    t_scope_leave (&scope);
    if (error != nullptr)
      throw Carried (error);
    return result;
  }
};

struct Recompute : torch::autograd::Function<Recompute>
{
  /* Not recorded: autograd has switched that off. The second input only makes sure that there is something to derive by. */
  static at::Tensor
  forward (AutogradContext *context, c10::intrusive_ptr<Part> part, at::Tensor leaf, at::TensorList inputs)
  {
    context->save_for_backward (inputs.vec ());
    context->saved_data["part"] = c10::IValue::make_capsule (part);
    return part->run (inputs);
  }

  static variable_list
  backward (AutogradContext *context, variable_list gradients)
  {
    auto part = c10::static_intrusive_pointer_cast<Part> (context->saved_data["part"].toCapsule ());
    variable_list inputs, result (2);
    at::Tensor output;

    for (const at::Tensor &saved : context->get_saved_variables ())
      inputs.push_back (saved.detach ().requires_grad_ (saved.requires_grad ()));
    {
      at::AutoGradMode recorded (true);
      output = part->run (inputs);
    }
    if (output.requires_grad ())
      torch::autograd::backward ({ output }, { gradients[0] });
    for (const at::Tensor &input : inputs)
      result.push_back (input.grad ());
    return result;
  }
};

} // namespace

/** t_grad_enabled: whether operations of this thread are recorded for gradients. */
gboolean
t_grad_enabled (void)
{
  return at::GradMode::is_enabled ();
}

/**
 * t_recompute:
 * @func: computes a tensor from @inputs and from leaves of its own; it is called now and once more in t_backward (), so
 *   that it must give the same both times
 * @data: (array length=size): what @func gets; copied
 * @inputs: (array length=n): what else it depends on
 *
 * The result of @func, of which the inputs alone stay in memory until the backward pass. Leaves inside gather their
 * gradients in t_backward (); t_gradients () would have them gather, too.
 */
Tensor *
t_recompute (TRecomputeFunc func, gconstpointer data, gsize size, Tensor *const *inputs, gsize n)
{
  return guard ("recompute", {}, [&] {
    std::vector<at::Tensor> values;
    for (gsize i = 0; i < n; i++)
      {
        TORCH_CHECK (inputs[i] != nullptr, "input ", i, " is missing");
        values.push_back (inputs[i]->value);
      }
    auto part = c10::make_intrusive<Part> (func, data, size);
    if (!at::GradMode::is_enabled ())
      return part->run (values);
    return Recompute::apply (part, at::zeros ({}).requires_grad_ (true), at::TensorList (values));
  });
}
