/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/tensor-private.hpp"

#include <ATen/core/grad_mode.h>

/*
 * Convolutions. On the CPU they are oneDNN's, which compiles a kernel for every shape, unless it cannot be trusted with that: on one
 * kind of processor (AMD's Zen 5, with oneDNN 3.7.2) some kernels leave the last block of channels unfilled and sum up whatever
 * lies there; results were wrong by a third of their largest value, in float32 and in bfloat16, forwards and backwards. So shapes of that kind
 * are tried once in a process, and where one is wrong all convolutions go ATen's own way: with those of full blocks left to
 * oneDNN, attention maps still differed from run to run.
 */

using videomage::dims;
using videomage::guard;
using videomage::optional;

namespace
{

struct Trial
{
  int64_t n_in, n_out, stride;
  at::ScalarType type;
  at::MemoryFormat format;
};

constexpr Trial trials[] = {
  { 24, 20, 1, at::kFloat, at::MemoryFormat::Contiguous },     { 24, 20, 1, at::kFloat, at::MemoryFormat::ChannelsLast },
  { 4, 24, 1, at::kFloat, at::MemoryFormat::Contiguous },      { 4, 24, 1, at::kFloat, at::MemoryFormat::ChannelsLast },
  { 40, 4, 1, at::kFloat, at::MemoryFormat::Contiguous },      { 40, 4, 1, at::kFloat, at::MemoryFormat::ChannelsLast },
  { 48, 16, 2, at::kFloat, at::MemoryFormat::Contiguous },     { 48, 16, 2, at::kFloat, at::MemoryFormat::ChannelsLast },
  { 16, 4, 1, at::kBFloat16, at::MemoryFormat::Contiguous },   { 24, 16, 1, at::kBFloat16, at::MemoryFormat::ChannelsLast },
  { 24, 20, 1, at::kBFloat16, at::MemoryFormat::Contiguous },
};

/* Numbers between −1 and 1 that every type has exactly. */
at::Tensor
fill (int64_t step, at::IntArrayRef shape)
{
  int64_t n = c10::multiply_integers (shape);

  return at::arange (n, at::kDouble).mul (step).remainder (61).sub (30).div (32).reshape (shape);
}

/* What is taken from the heap next is not empty. */
void
litter ()
{
  std::vector<at::Tensor> pieces;

  for (int i = 0; i < 32; i++)
    pieces.push_back (at::full ({ 1024 << (i % 8) }, 1e3, at::kFloat));
}

bool
differs (const at::Tensor &found, const at::Tensor &wanted, double limit)
{
  return !((found.to (at::kDouble) - wanted).abs ().max ().item<double> () < limit * wanted.abs ().max ().item<double> ());
}

/* In float64, which oneDNN does not do, and as @trial says; forwards, and backwards to picture and weights. */
bool
is_wrong (const Trial &trial)
{
  double limit = trial.type == at::kFloat ? 1e-4 : 0.05;
  at::Tensor x = fill (7, { 3, trial.n_in, 8, 12 }), weight = fill (11, { trial.n_out, trial.n_in, 3, 3 });
  at::Tensor y = at::conv2d (x, weight, {}, trial.stride, 1);
  at::Tensor gradient = fill (13, y.sizes ());
  auto backward = [&] (const at::Tensor &g, const at::Tensor &input, const at::Tensor &w) {
    return at::convolution_backward (g, input, w, std::nullopt, { trial.stride, trial.stride }, { 1, 1 }, { 1, 1 }, false, { 0, 0 }, 1,
                                     { true, true, false });
  };
  auto as_tried = [&] (const at::Tensor &t) { return t.to (trial.type).contiguous (trial.format); };
  auto [x_wanted, weight_wanted, none] = backward (gradient, x, weight);
  litter ();
  at::Tensor found = at::conv2d (as_tried (x), weight.to (trial.type), {}, trial.stride, 1);
  litter ();
  auto [x_found, weight_found, nothing] = backward (as_tried (gradient), as_tried (x), weight.to (trial.type));

  return differs (found, y, limit) || differs (x_found, x_wanted, limit) || differs (weight_found, weight_wanted, limit);
}

bool
find_out ()
{
  c10::NoGradGuard no_grad;

  for (const Trial &trial : trials)
    if (is_wrong (trial))
      return false;
  return true;
}

/* Whose convolutions are asked for, so that tests see both ways on every processor; without a word what is right. */
bool
is_onednn_chosen ()
{
  const char *chosen = g_getenv ("VIDEOMAGE_CONVOLUTIONS");

  return g_strcmp0 (chosen, "aten") != 0 && (g_strcmp0 (chosen, "onednn") == 0 || find_out ());
}

bool
is_onednn_right ()
{
  static const bool right = is_onednn_chosen ();

  return right;
}

/* One filter a channel: the picture as each of its taps sees it, times the tap, summed up. */
at::Tensor
convolve_channels (const at::Tensor &x, const at::Tensor &weight, const std::optional<at::Tensor> &bias, at::IntArrayRef stride,
                   at::IntArrayRef padding, at::IntArrayRef dilation)
{
  at::IntArrayRef kernel = weight.sizes ().slice (2);
  int64_t c = x.size (1);
  at::Tensor padded = at::constant_pad_nd (x, { padding[1], padding[1], padding[0], padding[0] });
  auto seen = [&] (const at::Tensor &t, int64_t dim, int64_t tap) {
    int64_t begin = tap * dilation[dim - 2], reach = dilation[dim - 2] * (kernel[dim - 2] - 1);

    return t.slice (dim, begin, begin + padded.size (dim) - reach, stride[dim - 2]);
  };
  at::Tensor y;

  for (int64_t row = 0; row < kernel[0]; row++)
    for (int64_t column = 0; column < kernel[1]; column++)
      {
        at::Tensor under = seen (seen (padded, 2, row), 3, column);
        at::Tensor tap = weight.select (3, column).select (2, row).reshape ({ 1, c, 1, 1 });

        y = y.defined () ? y.addcmul_ (under, tap) : under.mul (tap);
      }
  return bias ? y.add (bias->reshape ({ 1, c, 1, 1 })) : y;
}

/* ATen's own: a matrix product for every picture. */
at::Tensor
convolve_pictures (const at::Tensor &x, const at::Tensor &weight, const std::optional<at::Tensor> &bias, at::IntArrayRef stride,
                   at::IntArrayRef padding, at::IntArrayRef dilation)
{
  at::IntArrayRef kernel = weight.sizes ().slice (2);

  if (dilation[0] != 1)
    return at::slow_conv_dilated2d (x, weight, kernel, bias, stride, padding, dilation);
  /* Gradients of weights are only found with channels one after the other. */
  if (weight.requires_grad ())
    return at::thnn_conv2d (x.contiguous (), weight.contiguous (), kernel, bias, stride, padding);
  return at::thnn_conv2d (x, weight, kernel, bias, stride, padding);
}

/* The same in bands of rows, since what the matrix product is of takes kh · kw times the picture; without gradients. */
at::Tensor
convolve_bands (const at::Tensor &x, const at::Tensor &weight, const std::optional<at::Tensor> &bias, at::IntArrayRef stride,
                at::IntArrayRef padding, at::IntArrayRef dilation)
{
  constexpr int64_t numbers = 1 << 20;
  at::Tensor padded = at::constant_pad_nd (x, { padding[1], padding[1], padding[0], padding[0] });
  int64_t reach = dilation[0] * (weight.size (2) - 1) + 1;
  int64_t n_rows = (padded.size (2) - reach) / stride[0] + 1;
  int64_t band = std::max<int64_t> (1, numbers / (weight[0].numel () * padded.size (3)));
  std::vector<at::Tensor> bands;

  if (n_rows <= band)
    return convolve_pictures (x, weight, bias, stride, padding, dilation);
  for (int64_t row = 0; row < n_rows; row += band)
    {
      int64_t last = std::min (row + band, n_rows) - 1;

      bands.push_back (convolve_pictures (padded.slice (2, row * stride[0], last * stride[0] + reach).contiguous (), weight, bias, stride,
                                          { 0, 0 }, dilation));
    }
  return at::cat (bands, 2);
}

at::Tensor
convolve_natively (const at::Tensor &x, const at::Tensor &weight, const std::optional<at::Tensor> &bias, at::IntArrayRef stride,
                   at::IntArrayRef padding, at::IntArrayRef dilation, int64_t groups)
{
  bool learns = at::GradMode::is_enabled () && (x.requires_grad () || weight.requires_grad ());

  if (groups == 1)
    return (learns ? convolve_pictures : convolve_bands) (x, weight, bias, stride, padding, dilation);
  if (groups == x.size (1) && groups == weight.size (0))
    return convolve_channels (x, weight, bias, stride, padding, dilation);
  std::vector<at::Tensor> xs = x.chunk (groups, 1), weights = weight.chunk (groups, 0), ys;
  for (int64_t i = 0; i < groups; i++)
    ys.push_back (convolve_natively (xs[i], weights[i], bias ? std::optional<at::Tensor> (bias->chunk (groups)[i]) : std::nullopt,
                                     stride, padding, dilation, 1));
  return at::cat (ys, 1);
}

bool
is_onednns (const at::Tensor &x)
{
  return x.is_cpu () && (x.scalar_type () == at::kFloat || x.scalar_type () == at::kBFloat16);
}

std::optional<at::Tensor>
widened (Tensor *bias)
{
  return bias != nullptr ? std::optional<at::Tensor> (bias->value.to (at::kFloat)) : std::nullopt;
}

at::Tensor
convolve (Tensor *x, Tensor *weight, Tensor *bias, at::IntArrayRef stride, at::IntArrayRef padding, at::IntArrayRef dilation,
          int64_t groups)
{
  if (!is_onednns (x->value) || is_onednn_right ())
    return at::conv2d (x->value, weight->value, optional (bias), stride, padding, dilation, groups);
  return convolve_natively (x->value.to (at::kFloat), weight->value.to (at::kFloat), widened (bias), stride, padding, dilation, groups)
      .to (x->value.scalar_type ());
}

} // namespace

/** t_convolutions_warning: (transfer none) (nullable): that they are slow here, and why; for people. The first call computes a moment. */
const char *
t_convolutions_warning (void)
{
  return is_onednn_right () ? nullptr
                            : "oneDNN's convolutions are wrong on this processor, so PyTorch's own compute, which are slower; "
                              "a newer version of libdnnl may help";
}

/** t_conv2d: @x [N, C, H, W], @weight [out, C / groups, kh, kw], @bias (nullable). */
Tensor *
t_conv2d (Tensor *x, Tensor *weight, Tensor *bias, int stride, int padding, int groups)
{
  return guard ("conv2d", { x, weight }, [&] {
    return convolve (x, weight, bias, { stride, stride }, { padding, padding }, { 1, 1 }, groups);
  });
}

/** t_conv2d_padded: t_conv2d () with stride 1 and zero padding of two sizes, of rows and of columns. */
Tensor *
t_conv2d_padded (Tensor *x, Tensor *weight, Tensor *bias, const gint64 *padding, gsize n)
{
  return guard ("conv2d", { x, weight }, [&] {
    return convolve (x, weight, bias, { 1, 1 }, dims (padding, n), { 1, 1 }, 1);
  });
}

/** t_conv2d_dilated: t_conv2d () with stride 1, whose taps lie @dilation pixels apart. */
Tensor *
t_conv2d_dilated (Tensor *x, Tensor *weight, Tensor *bias, int padding, int dilation)
{
  return guard ("conv2d", { x, weight }, [&] {
    return convolve (x, weight, bias, { 1, 1 }, { padding, padding }, { dilation, dilation }, 1);
  });
}

/** t_conv_transpose2d: @x [N, C, H, W], @weight [C, out, kh, kw], no padding, @bias (nullable). */
Tensor *
t_conv_transpose2d (Tensor *x, Tensor *weight, Tensor *bias, int stride)
{
  return guard ("conv_transpose2d", { x, weight }, [&] {
    if (!is_onednns (x->value) || is_onednn_right ())
      return at::conv_transpose2d (x->value, weight->value, optional (bias), { stride, stride });
    return at::slow_conv_transpose2d (x->value.to (at::kFloat), weight->value.to (at::kFloat), weight->value.sizes ().slice (2),
                                      widened (bias), { stride, stride }, { 0, 0 }, { 0, 0 }, { 1, 1 })
        .to (x->value.scalar_type ());
  });
}
