/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/tensor-private.hpp"

#include <ATen/core/grad_mode.h>
#include <atomic>
#include <cstring>
#include <new>
#include <sstream>
#include <string>

/*
 * Scopes, the waiting error and the point where a computation can be stopped.
 *
 * A scope is a list of handles on the caller's stack; leaving it deletes them. The waiting error is
 * the thread's, as cairo's status is the context's: one place is asked, at the readings.
 */

static std::atomic<int> live_handles{ 0 };

static thread_local TScope *innermost = nullptr;
static thread_local GError *waiting = nullptr;
static thread_local TInterruptFunc interrupt_func = nullptr;
static thread_local gpointer interrupt_data = nullptr;

static void
link_handle (Tensor *x, TScope *scope)
{
  x->scope = scope;
  x->previous = nullptr;
  x->next = scope->first;
  if (x->next != nullptr)
    x->next->previous = x;
  scope->first = x;
}

static void
unlink_handle (Tensor *x)
{
  if (x->scope == nullptr)
    return;
  if (x->previous != nullptr)
    x->previous->next = x->next;
  else
    x->scope->first = x->next;
  if (x->next != nullptr)
    x->next->previous = x->previous;
  x->scope = nullptr;
  x->previous = x->next = nullptr;
}

static void
free_handle (Tensor *x)
{
  unlink_handle (x);
  delete x;
  live_handles--;
}

namespace videomage
{

bool
failed ()
{
  return waiting != nullptr;
}

Tensor *
wrap (at::Tensor value)
{
  if (innermost == nullptr)
    {
      t_fail (T_ERROR_FAILED, "a tensor was made outside every scope");
      return nullptr;
    }
  auto *x = new Tensor;
  x->value = std::move (value);
  link_handle (x, innermost);
  live_handles++;
  return x;
}

/* "in linear_forward < block_forward", innermost first. */
static std::string
path_of_scopes ()
{
  std::string path;
  for (TScope *scope = innermost; scope != nullptr; scope = scope->parent)
    path += (path.empty () ? " (in " : " < ") + std::string (scope->name);
  return path.empty () ? path : path + ")";
}

static std::string
shapes_of (std::initializer_list<Tensor *> inputs)
{
  std::ostringstream text;
  bool first = true;
  for (Tensor *input : inputs)
    {
      if (input == nullptr)
        continue;
      g_autofree char *shape = t_dup_shape (input);
      text << (first ? "" : " by ") << shape;
      first = false;
    }
  return text.str ();
}

/* The allocator of the CPU throws a plain c10::Error; only its text tells it from others. */
static bool
says_out_of_memory (const std::string &what)
{
  return what.find ("can't allocate memory") != std::string::npos
         || what.find ("out of memory") != std::string::npos
         || what.find ("not enough memory") != std::string::npos
         || what.find ("CUBLAS_STATUS_ALLOC_FAILED") != std::string::npos;
}

static std::string
first_sentence (const std::string &what)
{
  std::string line = what.substr (0, what.find ('\n'));
  return line.substr (0, 400);
}

static void
put_error (GError *made, GError **error)
{
  if (error != nullptr || waiting != nullptr)
    g_propagate_error (error, made);
  else
    waiting = made;
}

void
take_exception (const char *op, std::initializer_list<Tensor *> inputs, GError **error)
{
  std::string what;
  int code = T_ERROR_FAILED;

  try
    {
      throw;
    }
  catch (const Carried &e)
    {
      put_error (g_error_copy (e.error.get ()), error);
      return;
    }
  catch (const c10::OutOfMemoryError &e)
    {
      what = e.what_without_backtrace ();
      code = T_ERROR_OUT_OF_MEMORY;
    }
  catch (const c10::Error &e)
    {
      what = e.what_without_backtrace ();
      if (says_out_of_memory (what))
        code = T_ERROR_OUT_OF_MEMORY;
    }
  catch (const std::bad_alloc &)
    {
      what = "no memory left";
      code = T_ERROR_OUT_OF_MEMORY;
    }
  catch (const std::exception &e)
    {
      what = e.what ();
      if (says_out_of_memory (what))
        code = T_ERROR_OUT_OF_MEMORY;
    }
  catch (...)
    {
      what = "an unknown exception";
    }

  std::string shapes = shapes_of (inputs);
  std::string message = std::string (op) + ": " + shapes + (shapes.empty () ? "" : ": ")
                        + (code == T_ERROR_OUT_OF_MEMORY ? "out of memory: " : "")
                        + first_sentence (what);
  put_error (g_error_new (T_ERROR, code, "%s%s", message.c_str (), path_of_scopes ().c_str ()), error);
}

} // namespace videomage

/**
 * t_scope_enter: (skip)
 *
 * What T_SCOPE () calls: makes @self the innermost scope of this thread. @name must be static.
 */
void
t_scope_enter (TScope *self, const char *name, TScopeGrad grad)
{
  self->name = name;
  self->parent = innermost;
  self->first = nullptr;
  self->grad_was = at::GradMode::is_enabled ();
  if (grad != T_GRAD_AS_BEFORE)
    at::GradMode::set_enabled (grad == T_GRAD_ON);
  innermost = self;
}

/**
 * t_scope_leave: (skip)
 *
 * What the end of the brace calls: frees the scope's handles.
 */
void
t_scope_leave (TScope *self)
{
  g_assert (innermost == self);
  while (self->first != nullptr)
    free_handle (self->first);
  innermost = self->parent;
  at::GradMode::set_enabled (self->grad_was);
}

/**
 * t_keep:
 * @x: (nullable): a handle of the innermost scope
 *
 * Hands @x to the scope around the innermost one; stands only in `return`.
 *
 * Returns: (transfer none) (nullable): @x
 */
Tensor *
t_keep (Tensor *x)
{
  if (x == nullptr)
    return nullptr;
  if (innermost == nullptr || innermost->parent == nullptr)
    {
      t_fail (T_ERROR_FAILED, "t_keep: there is no scope around this one");
      return nullptr;
    }
  if (x->scope != innermost)
    return x;
  unlink_handle (x);
  link_handle (x, innermost->parent);
  return x;
}

/**
 * t_steal:
 * @x: (nullable): a handle
 *
 * Takes @x out of its scope.
 *
 * Returns: (transfer full) (nullable): @x; give it back with t_drop ()
 */
Tensor *
t_steal (Tensor *x)
{
  if (x != nullptr)
    unlink_handle (x);
  return x;
}

/**
 * t_assign:
 * @slot: a field; what it held is freed
 * @x: (nullable) (transfer full): becomes the field's
 */
void
t_assign (Tensor **slot, Tensor *x)
{
  if (*slot == x)
    return;
  t_drop (slot);
  *slot = t_steal (x);
}

/**
 * t_drop:
 * @slot: a variable or field; set to NULL
 *
 * Frees a handle now instead of at the end of its scope.
 */
void
t_drop (Tensor **slot)
{
  if (*slot != nullptr)
    free_handle (*slot);
  *slot = nullptr;
}

/** t_live_count: handles that exist in the whole process; 0 at the end of every test. */
gint
t_live_count (void)
{
  return live_handles;
}

/**
 * t_check:
 * @error: takes the waiting error
 *
 * Returns: TRUE when no operation of this thread failed since the last reading
 */
gboolean
t_check (GError **error)
{
  if (waiting == nullptr)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&waiting));
  return FALSE;
}

/** t_failed: whether an error waits; leaves it waiting. */
gboolean
t_failed (void)
{
  return waiting != nullptr;
}

/**
 * t_fail:
 * @code: a #TErrorCode
 *
 * Makes an error wait, as a failing operation does; the first one stays.
 */
void
t_fail (int code, const char *format, ...)
{
  if (waiting != nullptr)
    return;
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  waiting = g_error_new (T_ERROR, code, "%s%s", message, videomage::path_of_scopes ().c_str ());
}

/**
 * t_take_error:
 * @error: (transfer full): becomes the waiting error unless one waits already
 */
void
t_take_error (GError *error)
{
  if (waiting == nullptr)
    waiting = error;
  else
    g_error_free (error);
}

/**
 * t_set_interrupt:
 * @func: (nullable): asked by t_poll () on this thread
 */
void
t_set_interrupt (TInterruptFunc func, gpointer data)
{
  interrupt_func = func;
  interrupt_data = data;
}

/**
 * t_poll:
 *
 * Stands before every block of a network: here a computation pauses or ends. When the interrupt
 * function says no, its error waits like any other and all further operations do nothing.
 */
void
t_poll (void)
{
  g_autoptr (GError) error = nullptr;

  if (waiting != nullptr || interrupt_func == nullptr)
    return;
  if (!interrupt_func (interrupt_data, &error))
    t_take_error (error != nullptr ? g_steal_pointer (&error)
                                   : g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Stopped"));
}
