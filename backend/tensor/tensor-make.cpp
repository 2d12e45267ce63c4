/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/tensor-private.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <cstring>

/* Making tensors, moving them between types and devices, and looking at them. */

using videomage::dims;
using videomage::guard;
using videomage::guard_reading;
using videomage::scalar_type;
using videomage::torch_device;

struct _TGenerator
{
  at::Generator generator;
};

static const at::ScalarType scalar_types[T_N_DTYPES] = {
  at::kFloat, at::kDouble, at::kHalf, at::kBFloat16, at::kLong, at::kInt, at::kByte, at::kBool,
};

namespace videomage
{

at::ScalarType
scalar_type (TDtype dtype)
{
  TORCH_CHECK (dtype < T_N_DTYPES, "unknown element type");
  return scalar_types[dtype];
}

at::Device
torch_device (TDevice device)
{
  return device == T_CUDA ? at::Device (at::kCUDA, 0) : at::Device (at::kCPU);
}

} // namespace videomage

static at::TensorOptions
options (TDtype dtype, TDevice device)
{
  return at::TensorOptions ().dtype (scalar_type (dtype)).device (torch_device (device));
}

/* Randomness: always drawn on the CPU, so that a seed means the same picture on every device. */

/** t_generator_new: (transfer full): a generator of random numbers that starts from @seed. */
TGenerator *
t_generator_new (guint64 seed)
{
  auto *self = new TGenerator;
  self->generator = at::detail::createCPUGenerator (seed);
  return self;
}

void
t_generator_free (TGenerator *self)
{
  delete self;
}

/**
 * t_seed_mix:
 * @seed: of a run
 * @stream: what is drawn
 * @step: when
 *
 * Returns: a seed for these three (splitmix64), so that a step's draws do not depend on the steps
 *   before it and a run can be continued without the generator's state
 */
guint64
t_seed_mix (guint64 seed, guint64 stream, guint64 step)
{
  guint64 z = seed;
  for (guint64 part : { stream, step })
    {
      z += 0x9e3779b97f4a7c15u + part * 0xd1342543de82ef95u;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
      z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
      z ^= z >> 31;
    }
  return z;
}

/** t_randn: normal float32 numbers on the CPU. */
Tensor *
t_randn (TGenerator *generator, const gint64 *shape, gsize n)
{
  return guard ("randn", {}, [&] {
    return at::randn (dims (shape, n), generator->generator, options (T_F32, T_CPU));
  });
}

/** t_rand: uniform float32 numbers in [0, 1) on the CPU. */
Tensor *
t_rand (TGenerator *generator, const gint64 *shape, gsize n)
{
  return guard ("rand", {}, [&] {
    return at::rand (dims (shape, n), generator->generator, options (T_F32, T_CPU));
  });
}

/** t_rand_int: a uniform integer in [0, end); 0 once an error waits. */
gint64
t_rand_int (TGenerator *generator, gint64 end)
{
  if (videomage::failed () || end <= 1)
    return 0;
  try
    {
      return at::randint (end, { 1 }, generator->generator, options (T_I64, T_CPU)).item<int64_t> ();
    }
  catch (...)
    {
      videomage::take_exception ("randint", {}, nullptr);
      return 0;
    }
}

/* Making ------------------------------------------------------------------------------------ */

/** t_zeros: zeros. */
Tensor *
t_zeros (TDtype dtype, TDevice device, const gint64 *shape, gsize n)
{
  return guard ("zeros", {}, [&] { return at::zeros (dims (shape, n), options (dtype, device)); });
}

/** t_full: @value everywhere. */
Tensor *
t_full (double value, TDtype dtype, TDevice device, const gint64 *shape, gsize n)
{
  return guard ("full", {}, [&] { return at::full (dims (shape, n), value, options (dtype, device)); });
}

/** t_arange: 0, 1, … end − 1. */
Tensor *
t_arange (gint64 end, TDtype dtype, TDevice device)
{
  return guard ("arange", {}, [&] { return at::arange (end, options (dtype, device)); });
}

/** t_linspace: @steps numbers from @start to @end, on the CPU. */
Tensor *
t_linspace (double start, double end, gint64 steps, TDtype dtype)
{
  return guard ("linspace", {}, [&] { return at::linspace (start, end, steps, options (dtype, T_CPU)); });
}

/** t_from_data: a copy of @data, row by row, on the CPU. */
Tensor *
t_from_data (gconstpointer data, TDtype dtype, const gint64 *shape, gsize n)
{
  return guard ("from_data", {}, [&] {
    at::Tensor x = at::empty (dims (shape, n), options (dtype, T_CPU));
    if (x.nbytes () > 0)
      memcpy (x.data_ptr (), data, x.nbytes ());
    return x;
  });
}

/**
 * t_from_entry:
 * @file: the open file; kept while the tensor lives
 * @entry: one of its entries
 *
 * The tensor lies in the mapped file: no copy is made unless the file misaligns it. It must not be
 * written to.
 */
Tensor *
t_from_entry (WeightsFile *file, const WeightsEntry *entry)
{
  return guard ("from_entry", {}, [&] {
    at::IntArrayRef shape = dims (entry->shape, entry->n_dims);
    at::IntArrayRef strides = dims (entry->strides, entry->n_dims);
    at::TensorOptions how = options (entry->dtype, T_CPU);
    auto *bytes = const_cast<guint8 *> (entry->data);
    gsize alignment = t_dtype_size (entry->dtype);

    if (entry->n_bytes == 0)
      return at::empty (shape, how);
    if (reinterpret_cast<guintptr> (bytes) % alignment != 0)
      {
        at::Tensor raw = at::empty ({ (int64_t) (entry->n_bytes / alignment) }, how);
        memcpy (raw.data_ptr (), bytes, raw.nbytes ());
        return raw.as_strided (shape, strides);
      }
    WeightsFile *reference = weights_file_ref (file);
    return at::from_blob (bytes, shape, strides,
                          [reference] (void *) { weights_file_unref (reference); }, how);
  });
}

/** t_to: @x on @device as @dtype; @x itself where both fit. */
Tensor *
t_to (Tensor *x, TDevice device, TDtype dtype)
{
  return guard ("to", { x }, [&] { return x->value.to (torch_device (device), scalar_type (dtype)); });
}

/** t_to_dtype: @x as @dtype; @x itself where it fits. */
Tensor *
t_to_dtype (Tensor *x, TDtype dtype)
{
  return guard ("to", { x }, [&] { return x->value.to (scalar_type (dtype)); });
}

/** t_like: @x on the device and with the type of @model. */
Tensor *
t_like (Tensor *x, Tensor *model)
{
  return guard ("to", { x, model }, [&] { return x->value.to (model->value.options ()); });
}

/** t_clone: a copy of its own. */
Tensor *
t_clone (Tensor *x)
{
  return guard ("clone", { x }, [&] { return x->value.clone (); });
}

/** t_alias: a second handle, of the innermost scope, to the same tensor (a field lent to a caller). */
Tensor *
t_alias (Tensor *x)
{
  return guard ("alias", { x }, [&] { return x->value; });
}

/** t_contiguous: @x row by row in memory. */
Tensor *
t_contiguous (Tensor *x)
{
  return guard ("contiguous", { x }, [&] { return x->value.contiguous (); });
}

/** t_channels_last: @x [N, C, H, W] with its channels side by side in memory, which suits some networks. */
Tensor *
t_channels_last (Tensor *x)
{
  return guard ("channels_last", { x }, [&] { return x->value.contiguous (at::MemoryFormat::ChannelsLast); });
}

/* Looking ----------------------------------------------------------------------------------- */

/** t_n_dims: number of dimensions; 0 for a missing tensor. */
gsize
t_n_dims (Tensor *x)
{
  return x != nullptr ? (gsize) x->value.dim () : 0;
}

/** t_size: size of dimension @dim (negative: from the end); 0 for a missing tensor or dimension. */
gint64
t_size (Tensor *x, int dim)
{
  if (x == nullptr)
    return 0;
  int n = (int) x->value.dim ();
  int at = dim < 0 ? dim + n : dim;
  return at >= 0 && at < n ? x->value.size (at) : 0;
}

/** t_is_channels_last: whether the channels of @x [N, C, H, W] lie side by side in memory, and only that way. */
gboolean
t_is_channels_last (Tensor *x)
{
  return x != nullptr && x->value.dim () == 4 && !x->value.is_contiguous ()
         && x->value.is_contiguous (at::MemoryFormat::ChannelsLast);
}

/** t_numel: number of elements; 0 for a missing tensor. */
gint64
t_numel (Tensor *x)
{
  return x != nullptr ? x->value.numel () : 0;
}

/** t_dtype: the element type; float32 for a missing tensor. */
TDtype
t_dtype (Tensor *x)
{
  if (x != nullptr)
    for (int i = 0; i < T_N_DTYPES; i++)
      if (x->value.scalar_type () == scalar_types[i])
        return (TDtype) i;
  return T_F32;
}

/** t_device: where it lies; the CPU for a missing tensor. */
TDevice
t_device (Tensor *x)
{
  return x != nullptr && x->value.is_cuda () ? T_CUDA : T_CPU;
}

/** t_same_shape: whether both exist and have one shape. */
gboolean
t_same_shape (Tensor *a, Tensor *b)
{
  return a != nullptr && b != nullptr && a->value.sizes () == b->value.sizes ();
}

/** t_has_shape: whether @x exists and has this shape; -1 fits every size. */
gboolean
t_has_shape (Tensor *x, const gint64 *shape, gsize n)
{
  if (x == nullptr || (gsize) x->value.dim () != n)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (shape[i] != -1 && shape[i] != x->value.size ((int64_t) i))
      return FALSE;
  return TRUE;
}

/** t_dup_shape: (transfer full): "1x4x8x12"; "scalar" without dimensions. */
char *
t_dup_shape (Tensor *x)
{
  GString *text = g_string_new (nullptr);
  for (gsize i = 0; i < t_n_dims (x); i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT, i > 0 ? "x" : "", t_size (x, (int) i));
  if (text->len == 0)
    g_string_append (text, x != nullptr ? "scalar" : "nothing");
  return g_string_free (text, FALSE);
}

/* Reading ----------------------------------------------------------------------------------- */

/**
 * t_item:
 * @x: a tensor with one element
 * @value: (out): its value
 *
 * Returns: FALSE with an error when an operation before failed
 */
gboolean
t_item (Tensor *x, double *value, GError **error)
{
  return guard_reading ("item", { x }, error,
                        [&] { *value = x->value.detach ().to (at::kDouble).item<double> (); });
}

/**
 * t_dup_data:
 * @x: a tensor
 * @dtype: what its elements are read as
 * @n_elements: (out) (optional): how many
 *
 * Returns: (transfer full): the elements, row by row; g_free (). NULL with an error
 */
gpointer
t_dup_data (Tensor *x, TDtype dtype, gsize *n_elements, GError **error)
{
  gpointer data = nullptr;

  bool ok = guard_reading ("read", { x }, error, [&] {
    at::Tensor plain = x->value.detach ().to (at::Device (at::kCPU), scalar_type (dtype)).contiguous ();
    data = g_try_malloc (MAX (plain.nbytes (), (size_t) 1));
    TORCH_CHECK (data != nullptr, "can't allocate memory");
    memcpy (data, plain.data_ptr (), plain.nbytes ());
    if (n_elements != nullptr)
      *n_elements = (gsize) plain.numel ();
  });
  return ok ? data : nullptr;
}

/**
 * t_save:
 * @path: a safetensors file, written beside and renamed
 * @names: (array length=n): names of the tensors
 * @tensors: (array length=n): saved with the types that they have
 * @metadata: (nullable) (element-type utf8 utf8): texts for the header
 *
 * Returns: FALSE with an error that names the file
 */
gboolean
t_save (const char *path, const char *const *names, Tensor *const *tensors, gsize n,
        GHashTable *metadata, GError **error)
{
  g_autofree WeightsEntry *entries = g_new0 (WeightsEntry, n);
  std::vector<at::Tensor> held;

  for (gsize i = 0; i < n; i++)
    {
      bool ok = guard_reading ("save", { tensors[i] }, error, [&] {
        held.push_back (tensors[i]->value.detach ().to (at::kCPU).contiguous ());
      });
      if (!ok)
        return FALSE;
      const at::Tensor &x = held.back ();
      entries[i].name = names[i];
      entries[i].dtype = t_dtype (tensors[i]);
      entries[i].n_dims = (guint) x.dim ();
      entries[i].shape = reinterpret_cast<const gint64 *> (x.sizes ().data ());
      entries[i].strides = reinterpret_cast<const gint64 *> (x.strides ().data ());
      entries[i].data = static_cast<const guint8 *> (x.data_ptr ());
      entries[i].n_bytes = x.nbytes ();
    }
  return weights_file_save_safetensors (path, entries, n, metadata, error);
}
