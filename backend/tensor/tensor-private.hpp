/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <ATen/ATen.h>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "tensor/tensor.h"

/* A handle: the tensor and its place in the list of the scope that owns it (NULL: owned by hand). */
struct _Tensor
{
  at::Tensor value;
  TScope *scope = nullptr;
  Tensor *previous = nullptr;
  Tensor *next = nullptr;
};

namespace videomage
{

/* Puts a value into a handle of the innermost scope; without one this is a programming error. */
Tensor *wrap (at::Tensor value);

/* TRUE while an error waits. */
bool failed ();

/* An error that is on its way through autograd, perhaps from a thread of its own. */
struct Carried : std::exception
{
  std::shared_ptr<GError> error;

  explicit Carried (GError *taken) : error (taken, g_error_free) {}
  const char *what () const noexcept override { return error->message; }
};

/* Turns the exception that is being handled into the waiting error, or into *error when given. */
void take_exception (const char *op, std::initializer_list<Tensor *> inputs, GError **error);

/* Whether a group norm of @x is done by channels_last_group_norm (), tensor-norm.cpp. */
bool suits_channels_last_norm (const at::Tensor &x, const Tensor *weight, const Tensor *bias);
at::Tensor channels_last_group_norm (const at::Tensor &x, int64_t groups, const at::Tensor &weight,
                                     const at::Tensor &bias, double eps);

at::ScalarType scalar_type (TDtype dtype);
at::Device torch_device (TDevice device);
at::IntArrayRef dims (const gint64 *values, gsize n);

inline std::optional<at::Tensor>
optional (Tensor *x)
{
  return x != nullptr ? std::optional<at::Tensor> (x->value) : std::nullopt;
}

/* Every operation goes through here: nothing happens while an error waits, a missing input is an
 * error, and no exception leaves. */
template <typename Function>
Tensor *
guard (const char *op, std::initializer_list<Tensor *> inputs, Function &&function)
{
  if (failed ())
    return nullptr;
  for (Tensor *input : inputs)
    if (input == nullptr)
      {
        t_fail (T_ERROR_FAILED, "%s: a tensor is missing", op);
        return nullptr;
      }
  try
    {
      return wrap (function ());
    }
  catch (...)
    {
      take_exception (op, inputs, nullptr);
      return nullptr;
    }
}

/* The same for readings: the waiting error goes to @error first. */
template <typename Function>
bool
guard_reading (const char *op, std::initializer_list<Tensor *> inputs, GError **error,
               Function &&function)
{
  if (!t_check (error))
    return false;
  for (Tensor *input : inputs)
    if (input == nullptr)
      {
        g_set_error (error, T_ERROR, T_ERROR_FAILED, "%s: a tensor is missing", op);
        return false;
      }
  try
    {
      function ();
      return true;
    }
  catch (...)
    {
      take_exception (op, inputs, error);
      return false;
    }
}

} // namespace videomage
