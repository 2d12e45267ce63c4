/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "tensor/dtype.h"
#include "tensor/weights-file.h"

G_BEGIN_DECLS

/*
 * Tensors that read like maths.
 *
 * An operation returns a handle that belongs to the innermost open scope of this thread and dies
 * with it; storage lives as long as autograd or another handle needs it. Operations never report:
 * after the first failure they return NULL and the error waits until a reading (t_item, t_check,
 * t_backward, …) takes it. So a NULL argument where a tensor is needed is no new error then.
 *
 *   Tensor *
 *   lora_linear_forward (LoraLinear *self, Tensor *x)
 *   {
 *     T_SCOPE ();
 *     Tensor *y = t_linear (x, self->weight, self->bias);
 *     Tensor *d = t_linear (t_linear (x, self->down, NULL), self->up, NULL);
 *     return t_keep (t_add (y, t_mul_scalar (d, self->scale)));
 *   }
 *
 * Names and the order of arguments are PyTorch's; so is broadcasting. All state is the thread's.
 */

typedef struct _Tensor Tensor;

/** TDevice: where a tensor lies. T_CUDA is the first card. */
typedef enum
{
  T_CPU,
  T_CUDA
} TDevice;

/** T_SHAPE: a shape as two arguments: T_SHAPE (2, 3) is { 2, 3 }, 2. -1 where t_reshape infers. */
#define T_SHAPE(...)                                                                               \
  ((const gint64[]){ __VA_ARGS__ }), (sizeof ((const gint64[]){ __VA_ARGS__ }) / sizeof (gint64))
/** T_DIMS: like T_SHAPE, for lists of dimensions. */
#define T_DIMS(...) T_SHAPE (__VA_ARGS__)

/* Scopes ----------------------------------------------------------------------------------- */

typedef struct _TScope
{
  const char *name;
  struct _TScope *parent;
  Tensor *first;
  gboolean grad_was;
} TScope;

/** TScopeGrad: whether operations of a scope are recorded for gradients. */
typedef enum
{
  T_GRAD_AS_BEFORE,
  T_GRAD_OFF,
  T_GRAD_ON
} TScopeGrad;

void t_scope_enter (TScope *self, const char *name, TScopeGrad grad);
void t_scope_leave (TScope *self);

/** T_SCOPE: opens a scope that ends with the enclosing brace. */
#define T_SCOPE()                                                                                  \
  __attribute__ ((cleanup (t_scope_leave))) TScope t_scope_here_;                                  \
  t_scope_enter (&t_scope_here_, __func__, T_GRAD_AS_BEFORE)
/** T_SCOPE_NO_GRAD: a scope in which nothing is recorded for gradients. */
#define T_SCOPE_NO_GRAD()                                                                          \
  __attribute__ ((cleanup (t_scope_leave))) TScope t_scope_here_;                                  \
  t_scope_enter (&t_scope_here_, __func__, T_GRAD_OFF)
/** T_SCOPE_GRAD: a scope in which everything is recorded, also within one where nothing is. */
#define T_SCOPE_GRAD()                                                                             \
  __attribute__ ((cleanup (t_scope_leave))) TScope t_scope_here_;                                  \
  t_scope_enter (&t_scope_here_, __func__, T_GRAD_ON)

Tensor *t_keep (Tensor *x);
Tensor *t_steal (Tensor *x);
void t_assign (Tensor **slot, Tensor *x);
void t_drop (Tensor **slot);
gint t_live_count (void);

/* Errors and interruption ------------------------------------------------------------------ */

/** TInterruptFunc: may block; FALSE with @error set ends what is being computed. */
typedef gboolean (*TInterruptFunc) (gpointer data, GError **error);

gboolean t_check (GError **error);
gboolean t_failed (void);
void t_fail (int code, const char *format, ...) G_GNUC_PRINTF (2, 3);
void t_take_error (GError *error);
void t_set_interrupt (TInterruptFunc func, gpointer data);
void t_poll (void);

/* Devices ---------------------------------------------------------------------------------- */

gboolean t_cuda_available (void);
void t_set_threads (guint n_threads);
void t_share_threads (void);
void t_keep_memory (void);
void t_trim (void);
void t_autocast (TDevice device, gboolean on);
guint t_get_threads (void);
void t_set_deterministic (gboolean deterministic);
char *t_dup_device_name (TDevice device);
const char *t_blas_warning (void);
const char *t_convolutions_warning (void);
const char *t_torch_version (void);

/* Making ----------------------------------------------------------------------------------- */

typedef struct _TGenerator TGenerator;

TGenerator *t_generator_new (guint64 seed);
void t_generator_free (TGenerator *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TGenerator, t_generator_free)
guint64 t_seed_mix (guint64 seed, guint64 stream, guint64 step);

Tensor *t_zeros (TDtype dtype, TDevice device, const gint64 *shape, gsize n);
Tensor *t_full (double value, TDtype dtype, TDevice device, const gint64 *shape, gsize n);
Tensor *t_arange (gint64 end, TDtype dtype, TDevice device);
Tensor *t_linspace (double start, double end, gint64 steps, TDtype dtype);
Tensor *t_from_data (gconstpointer data, TDtype dtype, const gint64 *shape, gsize n);
Tensor *t_from_entry (WeightsFile *file, const WeightsEntry *entry);
Tensor *t_randn (TGenerator *generator, const gint64 *shape, gsize n);
Tensor *t_rand (TGenerator *generator, const gint64 *shape, gsize n);
gint64 t_rand_int (TGenerator *generator, gint64 end);
Tensor *t_to (Tensor *x, TDevice device, TDtype dtype);
Tensor *t_to_dtype (Tensor *x, TDtype dtype);
Tensor *t_like (Tensor *x, Tensor *model);
Tensor *t_clone (Tensor *x);
Tensor *t_alias (Tensor *x);
Tensor *t_contiguous (Tensor *x);
Tensor *t_channels_last (Tensor *x);

/* Looking (no error but a missing tensor) ---------------------------------------------------- */

gsize t_n_dims (Tensor *x);
gint64 t_size (Tensor *x, int dim);
gint64 t_numel (Tensor *x);
gboolean t_is_channels_last (Tensor *x);
TDtype t_dtype (Tensor *x);
TDevice t_device (Tensor *x);
gboolean t_same_shape (Tensor *a, Tensor *b);
gboolean t_has_shape (Tensor *x, const gint64 *shape, gsize n);
char *t_dup_shape (Tensor *x);

/* Reading ---------------------------------------------------------------------------------- */

gboolean t_item (Tensor *x, double *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gpointer t_dup_data (Tensor *x, TDtype dtype, gsize *n_elements, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean t_save (const char *path, const char *const *names, Tensor *const *tensors, gsize n,
                 GHashTable *metadata, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Shape ------------------------------------------------------------------------------------ */

Tensor *t_reshape (Tensor *x, const gint64 *shape, gsize n);
Tensor *t_permute (Tensor *x, const gint64 *dims, gsize n);
Tensor *t_transpose (Tensor *x, int dim0, int dim1);
Tensor *t_unsqueeze (Tensor *x, int dim);
Tensor *t_squeeze (Tensor *x, int dim);
Tensor *t_expand (Tensor *x, const gint64 *shape, gsize n);
Tensor *t_repeat_interleave (Tensor *x, gint64 repeats, int dim);
Tensor *t_cat (Tensor *const *tensors, gsize n, int dim);
Tensor *t_stack (Tensor *const *tensors, gsize n, int dim);
Tensor *t_narrow (Tensor *x, int dim, gint64 start, gint64 length);
Tensor *t_select (Tensor *x, int dim, gint64 index);
Tensor *t_index_select (Tensor *x, int dim, Tensor *index);
Tensor *t_pad (Tensor *x, const gint64 *pad, gsize n, double value);

/* Pointwise -------------------------------------------------------------------------------- */

Tensor *t_add (Tensor *a, Tensor *b);
Tensor *t_sub (Tensor *a, Tensor *b);
Tensor *t_mul (Tensor *a, Tensor *b);
Tensor *t_div (Tensor *a, Tensor *b);
Tensor *t_add_scaled (Tensor *a, Tensor *b, double scale);
Tensor *t_add_scalar (Tensor *x, double value);
Tensor *t_mul_scalar (Tensor *x, double value);
Tensor *t_pow_scalar (Tensor *x, double exponent);
Tensor *t_lerp (Tensor *a, Tensor *b, double weight);
Tensor *t_maximum (Tensor *a, Tensor *b);
Tensor *t_minimum (Tensor *a, Tensor *b);
Tensor *t_where (Tensor *condition, Tensor *a, Tensor *b);
Tensor *t_lt_scalar (Tensor *x, double value);
Tensor *t_neg (Tensor *x);
Tensor *t_abs (Tensor *x);
Tensor *t_exp (Tensor *x);
Tensor *t_log (Tensor *x);
Tensor *t_sqrt (Tensor *x);
Tensor *t_square (Tensor *x);
Tensor *t_sin (Tensor *x);
Tensor *t_cos (Tensor *x);
Tensor *t_tanh (Tensor *x);
Tensor *t_sigmoid (Tensor *x);
Tensor *t_relu (Tensor *x);
Tensor *t_silu (Tensor *x);
Tensor *t_gelu (Tensor *x);
Tensor *t_gelu_tanh (Tensor *x);
Tensor *t_quick_gelu (Tensor *x);
Tensor *t_mish (Tensor *x);
Tensor *t_round (Tensor *x);
Tensor *t_clamp (Tensor *x, double low, double high);

/* Reductions ------------------------------------------------------------------------------- */

Tensor *t_sum (Tensor *x);
Tensor *t_mean (Tensor *x);
Tensor *t_sum_dims (Tensor *x, const gint64 *dims, gsize n, gboolean keepdim);
Tensor *t_mean_dims (Tensor *x, const gint64 *dims, gsize n, gboolean keepdim);
Tensor *t_amax_dims (Tensor *x, const gint64 *dims, gsize n, gboolean keepdim);
Tensor *t_amax (Tensor *x);
Tensor *t_norm (Tensor *x);
Tensor *t_softmax (Tensor *x, int dim);
Tensor *t_cumprod (Tensor *x, int dim);
Tensor *t_mse (Tensor *a, Tensor *b);

/* Networks --------------------------------------------------------------------------------- */

Tensor *t_matmul (Tensor *a, Tensor *b);
Tensor *t_linear (Tensor *x, Tensor *weight, Tensor *bias);
Tensor *t_conv2d (Tensor *x, Tensor *weight, Tensor *bias, int stride, int padding, int groups);
Tensor *t_conv2d_padded (Tensor *x, Tensor *weight, Tensor *bias, const gint64 *padding, gsize n);
Tensor *t_conv2d_dilated (Tensor *x, Tensor *weight, Tensor *bias, int padding, int dilation);
Tensor *t_conv_transpose2d (Tensor *x, Tensor *weight, Tensor *bias, int stride);
Tensor *t_group_norm (Tensor *x, gint64 groups, Tensor *weight, Tensor *bias, double eps);
Tensor *t_layer_norm (Tensor *x, Tensor *weight, Tensor *bias, double eps);
Tensor *t_embedding (Tensor *weight, Tensor *ids);
Tensor *t_attention (Tensor *q, Tensor *k, Tensor *v, gboolean causal, double scale);
Tensor *t_nearest2d (Tensor *x, gint64 height, gint64 width);
Tensor *t_bilinear2d (Tensor *x, gint64 height, gint64 width);
Tensor *t_bilinear2d_antialias (Tensor *x, gint64 height, gint64 width);
Tensor *t_area2d (Tensor *x, gint64 height, gint64 width);
Tensor *t_max_pool2d (Tensor *x, int kernel, int stride, gboolean ceil_mode);

/* Gradients -------------------------------------------------------------------------------- */

Tensor *t_requires_grad (Tensor *x);
gboolean t_needs_grad (Tensor *x);
Tensor *t_detach (Tensor *x);
gboolean t_backward (Tensor *loss, GError **error) G_GNUC_WARN_UNUSED_RESULT;
Tensor *t_grad (Tensor *x);

/** TRecomputeFunc: see t_recompute (); a handle of the innermost scope, NULL once an error waits. */
typedef Tensor *(*TRecomputeFunc) (gconstpointer data, Tensor *const *inputs, gsize n);

gboolean t_grad_enabled (void);
Tensor *t_recompute (TRecomputeFunc func, gconstpointer data, gsize size, Tensor *const *inputs, gsize n);
void t_zero_grad (Tensor *x);
gboolean t_gradients (Tensor *loss, Tensor *const *inputs, gsize n, Tensor **grads,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* In place, nothing recorded ------------------------------------------------------------------ */

void t_copy_into (Tensor *target, Tensor *source);
gboolean t_scale_grads (Tensor *const *parameters, gsize n, double factor, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean t_add_grads (Tensor *const *targets, Tensor *const *sources, gsize n, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean t_average (Tensor *const *averages, Tensor *const *values, gsize n, double decay,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean t_exchange (Tensor *const *a, Tensor *const *b, gsize n, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean t_clip_grad_norm (Tensor *const *parameters, gsize n, double max_norm, double *norm,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * TAdamW: one group of parameters of AdamW (Loshchilov and Hutter; PyTorch's formulas).
 * All arrays have @n tensors; @steps are float32 scalars that count.
 */
typedef struct
{
  Tensor *const *parameters;
  Tensor *const *moments1;
  Tensor *const *moments2;
  Tensor *const *steps;
  gsize n;
  double rate;
  double beta1;
  double beta2;
  double eps;
  double weight_decay;
} TAdamW;

gboolean t_adamw_step (const TAdamW *group, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
