/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/tensor-private.hpp"

#include <ATen/Parallel.h>
#include <cmath>
#include <torch/csrc/autograd/custom_function.h>
#include <vector>

/*
 * Group norm where channels lie side by side in memory. PyTorch's own takes 3.5 times as long there as with planes
 * (18.5 against 5.0 ms for 16×16×64×64, forward and backward), while convolutions take a third (7.7 against
 * 20.4 ms); with this one both are fast. Formulas and sums as PyTorch's, float32 only.
 */

/* Products and sums are rounded apart: which places of an array are done in vectors depends on its address, and a
 * multiply-add that only some of them get would make the result depend on it, too. */
#if defined (__x86_64__) && defined (__GNUC__) && !defined (__clang__) && defined (__GLIBC__)
#define KERNEL                                                                                     \
  __attribute__ ((optimize ("O3", "-ffp-contract=off"), target_clones ("avx512f", "avx2", "default")))
#else
#define KERNEL
#endif

/* Pixels whose float32 sums are added before they go into float64 ones. */
#define PIXELS_AT_ONCE 64

/* Sums over all pixels of a sample, a channel each: Σ a and Σ a·b. */
KERNEL static void
sum_channels (const float *a, const float *b, int64_t n_pixels, int64_t c, double *sums, double *products)
{
  std::vector<float> s (c), p (c);
  float *sp = s.data (), *pp = p.data ();

  for (int64_t i = 0; i < c; i++)
    sums[i] = products[i] = 0;
  for (int64_t from = 0; from < n_pixels; from += PIXELS_AT_ONCE)
    {
      int64_t to = std::min (from + PIXELS_AT_ONCE, n_pixels);
      for (int64_t i = 0; i < c; i++)
        sp[i] = pp[i] = 0;
      for (int64_t pixel = from; pixel < to; pixel++)
        {
          const float *x = a + pixel * c, *y = b + pixel * c;
          for (int64_t i = 0; i < c; i++)
            {
              sp[i] += x[i];
              pp[i] += x[i] * y[i];
            }
        }
      for (int64_t i = 0; i < c; i++)
        {
          sums[i] += sp[i];
          products[i] += pp[i];
        }
    }
}

/* out = a·scale + offset, a scale and an offset for each channel. */
KERNEL static void
scale_channels (const float *a, int64_t n_pixels, int64_t c, const float *scale, const float *offset, float *out)
{
  for (int64_t pixel = 0; pixel < n_pixels; pixel++)
    for (int64_t i = 0; i < c; i++)
      out[pixel * c + i] = a[pixel * c + i] * scale[i] + offset[i];
}

/* out = a·p + b·q + r. */
KERNEL static void
combine_channels (const float *a, const float *b, int64_t n_pixels, int64_t c, const float *p, const float *q,
                  const float *r, float *out)
{
  for (int64_t pixel = 0; pixel < n_pixels; pixel++)
    for (int64_t i = 0; i < c; i++)
      out[pixel * c + i] = a[pixel * c + i] * p[i] + b[pixel * c + i] * q[i] + r[i];
}

/* One sample: y, and its groups' means and inverse deviations. */
static void
forward_sample (const float *x, const float *weight, const float *bias, int64_t n_pixels, int64_t c, int64_t groups,
                double eps, float *y, float *means, float *rstds)
{
  int64_t width = c / groups;
  std::vector<double> sums (c), squares (c);
  std::vector<float> scale (c), offset (c);

  sum_channels (x, x, n_pixels, c, sums.data (), squares.data ());
  for (int64_t g = 0; g < groups; g++)
    {
      double sum = 0, square = 0, n = (double) (width * n_pixels);
      for (int64_t i = g * width; i < (g + 1) * width; i++)
        {
          sum += sums[i];
          square += squares[i];
        }
      double mean = sum / n, rstd = 1 / std::sqrt (std::max (square / n - mean * mean, 0.0) + eps);
      means[g] = (float) mean;
      rstds[g] = (float) rstd;
      for (int64_t i = g * width; i < (g + 1) * width; i++)
        {
          scale[i] = (float) (rstd * weight[i]);
          offset[i] = (float) (bias[i] - mean * rstd * weight[i]);
        }
    }
  scale_channels (x, n_pixels, c, scale.data (), offset.data (), y);
}

/* One sample's gradients; those of weight and bias are added. */
static void
backward_sample (const float *x, const float *dy, const float *weight, const float *means, const float *rstds,
                 int64_t n_pixels, int64_t c, int64_t groups, float *dx, double *dweight, double *dbias)
{
  int64_t width = c / groups;
  std::vector<double> sums (c), products (c);
  std::vector<float> p (c), q (c), r (c);

  sum_channels (dy, x, n_pixels, c, sums.data (), products.data ());
  for (int64_t g = 0; g < groups; g++)
    {
      double mean = means[g], rstd = rstds[g], ds = 0, db = 0, n = (double) (width * n_pixels);
      for (int64_t i = g * width; i < (g + 1) * width; i++)
        {
          dweight[i] += (products[i] - mean * sums[i]) * rstd;
          dbias[i] += sums[i];
          ds += products[i] * weight[i];
          db += sums[i] * weight[i];
        }
      double along = (db * mean - ds) * rstd * rstd * rstd / n, rest = -along * mean - db * rstd / n;
      for (int64_t i = g * width; i < (g + 1) * width; i++)
        {
          p[i] = (float) (rstd * weight[i]);
          q[i] = (float) along;
          r[i] = (float) rest;
        }
    }
  combine_channels (dy, x, n_pixels, c, p.data (), q.data (), r.data (), dx);
}

namespace
{

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct ChannelsLastGroupNorm : torch::autograd::Function<ChannelsLastGroupNorm>
{
  static at::Tensor
  forward (AutogradContext *context, const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias,
           int64_t groups, double eps)
  {
    int64_t n = x.size (0), c = x.size (1), pixels = x.size (2) * x.size (3);
    at::Tensor y = at::empty_like (x), means = at::empty ({ n, groups }, weight.options ()), rstds = at::empty_like (means);
    const float *from = x.const_data_ptr<float> (), *w = weight.const_data_ptr<float> (), *b = bias.const_data_ptr<float> ();
    float *to = y.data_ptr<float> (), *m = means.data_ptr<float> (), *s = rstds.data_ptr<float> ();

    at::parallel_for (0, n, 1, [&] (int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++)
        forward_sample (from + i * pixels * c, w, b, pixels, c, groups, eps, to + i * pixels * c, m + i * groups,
                        s + i * groups);
    });
    context->save_for_backward ({ x, weight, means, rstds });
    context->saved_data["groups"] = groups;
    return y;
  }

  static variable_list
  backward (AutogradContext *context, variable_list gradients)
  {
    variable_list saved = context->get_saved_variables ();
    const at::Tensor &x = saved[0], &weight = saved[1];
    int64_t groups = context->saved_data["groups"].toInt ();
    int64_t n = x.size (0), c = x.size (1), pixels = x.size (2) * x.size (3);
    at::Tensor dy = gradients[0].contiguous (at::MemoryFormat::ChannelsLast), dx = at::empty_like (x);
    const float *from = x.const_data_ptr<float> (), *above = dy.const_data_ptr<float> ();
    const float *w = weight.const_data_ptr<float> ();
    const float *m = saved[2].const_data_ptr<float> (), *s = saved[3].const_data_ptr<float> ();
    float *to = dx.data_ptr<float> ();
    std::vector<double> dweights (n * c), dbiases (n * c); /* a row a sample, so that threads do not meet */

    at::parallel_for (0, n, 1, [&] (int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++)
        backward_sample (from + i * pixels * c, above + i * pixels * c, w, m + i * groups, s + i * groups, pixels, c,
                         groups, to + i * pixels * c, &dweights[i * c], &dbiases[i * c]);
    });
    at::Tensor dweight = at::from_blob (dweights.data (), { n, c }, at::kDouble).sum (0).to (at::kFloat);
    at::Tensor dbias = at::from_blob (dbiases.data (), { n, c }, at::kDouble).sum (0).to (at::kFloat);
    return { dx, dweight, dbias, at::Tensor (), at::Tensor () };
  }
};

} // namespace

namespace videomage
{

bool
suits_channels_last_norm (const at::Tensor &x, const Tensor *weight, const Tensor *bias)
{
  return weight != nullptr && bias != nullptr && x.device ().is_cpu () && x.dim () == 4
         && x.scalar_type () == at::kFloat && weight->value.scalar_type () == at::kFloat && !x.is_contiguous ()
         && x.is_contiguous (at::MemoryFormat::ChannelsLast) && weight->value.is_contiguous ()
         && bias->value.is_contiguous ();
}

at::Tensor
channels_last_group_norm (const at::Tensor &x, int64_t groups, const at::Tensor &weight, const at::Tensor &bias, double eps)
{
  TORCH_CHECK (x.size (1) % groups == 0, "the channels cannot be divided into ", groups, " groups");
  return ChannelsLastGroupNorm::apply (x, weight, bias, groups, eps);
}

} // namespace videomage
