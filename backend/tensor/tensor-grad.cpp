/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/tensor-private.hpp"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <vector>

/* Gradients, and the optimizer's step, which nothing records. */

using videomage::guard;
using videomage::guard_reading;

/** t_requires_grad: @x detached, as a leaf whose gradient is wanted. */
Tensor *
t_requires_grad (Tensor *x)
{
  return guard ("requires_grad", { x }, [&] { return x->value.detach ().requires_grad_ (true); });
}

/** t_needs_grad: whether @x is recorded for gradients. */
gboolean
t_needs_grad (Tensor *x)
{
  return x != nullptr && x->value.requires_grad ();
}

/** t_detach: @x without its history. */
Tensor *
t_detach (Tensor *x)
{
  return guard ("detach", { x }, [&] { return x->value.detach (); });
}

/**
 * t_backward:
 * @loss: a scalar
 *
 * Adds the gradient of @loss to every leaf that it depends on; see t_grad ().
 *
 * Returns: FALSE with an error
 */
gboolean
t_backward (Tensor *loss, GError **error)
{
  return guard_reading ("backward", { loss }, error,
                        [&] { torch::autograd::backward ({ loss->value }, {}); });
}

/** t_grad: the gradient that a leaf has gathered; zeros where there is none. */
Tensor *
t_grad (Tensor *x)
{
  return guard ("grad", { x }, [&] {
    const at::Tensor &grad = x->value.grad ();
    return grad.defined () ? grad : at::zeros_like (x->value.detach ());
  });
}

/** t_zero_grad: forgets the gradient of a leaf. */
void
t_zero_grad (Tensor *x)
{
  if (x != nullptr)
    x->value.mutable_grad () = at::Tensor ();
}

/**
 * t_gradients:
 * @loss: a scalar
 * @inputs: (array length=n): what it is derived by
 * @grads: (array length=n) (out caller-allocates): handles of the innermost scope; zeros where @loss
 *   does not depend on an input
 *
 * The gradients alone; no leaf gathers anything.
 *
 * Returns: FALSE with an error
 */
gboolean
t_gradients (Tensor *loss, Tensor *const *inputs, gsize n, Tensor **grads, GError **error)
{
  return guard_reading ("gradients", { loss }, error, [&] {
    std::vector<at::Tensor> values;
    for (gsize i = 0; i < n; i++)
      {
        TORCH_CHECK (inputs[i] != nullptr, "input ", i, " is missing");
        values.push_back (inputs[i]->value);
      }
    auto result = torch::autograd::grad ({ loss->value }, values, {}, std::nullopt, false, true);
    for (gsize i = 0; i < n; i++)
      grads[i] = videomage::wrap (result[i].defined () ? result[i] : at::zeros_like (values[i].detach ()));
  });
}

/** t_copy_into: writes @source into @target's storage. */
void
t_copy_into (Tensor *target, Tensor *source)
{
  at::NoGradGuard no_grad;
  guard ("copy", { target, source }, [&] { return target->value.copy_ (source->value); });
}

/** t_scale_grads: multiplies what leaves have gathered; those without a gradient are left alone. */
gboolean
t_scale_grads (Tensor *const *parameters, gsize n, double factor, GError **error)
{
  return guard_reading ("scale_grads", {}, error, [&] {
    at::NoGradGuard no_grad;
    for (gsize i = 0; i < n; i++)
      if (parameters[i]->value.grad ().defined ())
        parameters[i]->value.mutable_grad ().mul_ (factor);
  });
}

/**
 * t_add_grads:
 * @targets: (array length=n): leaves
 * @sources: (array length=n): leaves of the same shapes; their gradients are forgotten
 *
 * Adds what @sources have gathered to what @targets have, for networks that share their parameters and run on
 * threads of their own.
 */
gboolean
t_add_grads (Tensor *const *targets, Tensor *const *sources, gsize n, GError **error)
{
  return guard_reading ("add_grads", {}, error, [&] {
    at::NoGradGuard no_grad;
    for (gsize i = 0; i < n; i++)
      {
        at::Tensor given = sources[i]->value.grad ();
        if (!given.defined ())
          continue;
        at::Tensor &sum = targets[i]->value.mutable_grad ();
        if (sum.defined ())
          sum.add_ (given);
        else
          sum = given;
        sources[i]->value.mutable_grad () = at::Tensor ();
      }
  });
}

/**
 * t_average:
 * @averages: (array length=n): changed in place
 * @values: (array length=n): of the same shapes
 * @decay: how much of an average stays
 *
 * One step of running averages: a ← decay·a + (1 − decay)·v.
 */
gboolean
t_average (Tensor *const *averages, Tensor *const *values, gsize n, double decay, GError **error)
{
  return guard_reading ("average", {}, error, [&] {
    at::NoGradGuard no_grad;
    std::vector<at::Tensor> to, from;
    for (gsize i = 0; i < n; i++)
      {
        to.push_back (averages[i]->value);
        from.push_back (values[i]->value.detach ());
      }
    if (n > 0)
      at::_foreach_lerp_ (to, from, 1 - decay);
  });
}

/** t_exchange: exchanges the contents of tensors of the same shapes. */
gboolean
t_exchange (Tensor *const *a, Tensor *const *b, gsize n, GError **error)
{
  return guard_reading ("exchange", {}, error, [&] {
    at::NoGradGuard no_grad;
    for (gsize i = 0; i < n; i++)
      {
        at::Tensor kept = a[i]->value.detach ().clone ();
        a[i]->value.copy_ (b[i]->value.detach ());
        b[i]->value.copy_ (kept);
      }
  });
}

/**
 * t_clip_grad_norm:
 * @parameters: (array length=n): leaves; those without a gradient count as zero
 * @max_norm: the largest norm allowed, 0 for no limit
 * @norm: (out): the norm of all gradients together, before clipping
 *
 * torch.nn.utils.clip_grad_norm_: scales all gradients by min (1, max_norm / (norm + 1e-6)).
 */
gboolean
t_clip_grad_norm (Tensor *const *parameters, gsize n, double max_norm, double *norm, GError **error)
{
  return guard_reading ("clip_grad_norm", {}, error, [&] {
    at::NoGradGuard no_grad;
    std::vector<at::Tensor> grads;
    for (gsize i = 0; i < n; i++)
      if (parameters[i]->value.grad ().defined ())
        grads.push_back (parameters[i]->value.mutable_grad ());
    *norm = 0;
    if (grads.empty ())
      return;
    at::Tensor total = at::norm (at::stack (at::_foreach_norm (grads)));
    *norm = total.item<double> ();
    if (max_norm > 0)
      at::_foreach_mul_ (grads, at::clamp_max (max_norm / (total + 1e-6), 1.0));
  });
}

/**
 * t_adamw_step:
 * @group: parameters, their moments and step counters; all are changed in place
 *
 * One step of AdamW (decoupled weight decay, Loshchilov and Hutter 2019) with PyTorch's formulas.
 */
gboolean
t_adamw_step (const TAdamW *group, GError **error)
{
  return guard_reading ("adamw", {}, error, [&] {
    at::NoGradGuard no_grad;
    std::vector<at::Tensor> parameters, grads, moments1, moments2, steps;
    for (gsize i = 0; i < group->n; i++)
      {
        const at::Tensor &grad = group->parameters[i]->value.grad ();
        if (!grad.defined ())
          continue;
        parameters.push_back (group->parameters[i]->value);
        grads.push_back (grad.contiguous ());
        moments1.push_back (group->moments1[i]->value);
        moments2.push_back (group->moments2[i]->value);
        steps.push_back (group->steps[i]->value);
      }
    if (parameters.empty ())
      return;
    at::_foreach_add_ (steps, 1);
    at::_fused_adamw_ (parameters, grads, moments1, moments2, {}, steps, group->rate, group->beta1,
                       group->beta2, group->weight_decay, group->eps, false, false);
  });
}
