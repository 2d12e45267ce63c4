/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/tensor-private.hpp"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/autocast_mode.h>
#include <atomic>
#include <dlfcn.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#if __has_include(<torch/headeronly/version.h>)
#include <torch/headeronly/version.h>
#else
#include <torch/csrc/api/include/torch/version.h>
#endif

/* The devices: which there are, how many threads, what limits them. */

/* What t_set_threads () was last told; 0: nothing yet. */
static std::atomic<int> chosen_threads{ 0 };

/** t_cuda_available: whether this libtorch sees an NVIDIA card. */
gboolean
t_cuda_available (void)
{
  try
    {
      return at::hasCUDA ();
    }
  catch (...)
    {
      return FALSE;
    }
}

/**
 * t_set_threads:
 * @n_threads: threads for one operation on the CPU, at least 1
 *
 * Also switches off TF32, so that float32 on CUDA means float32.
 */
void
t_set_threads (guint n_threads)
{
  /* A thread takes over libtorch's number when it first computes: let it be now, or what another thread chooses
   * meanwhile would replace this. */
  at::get_num_threads ();
  at::set_num_threads ((int) MAX (n_threads, 1));
  chosen_threads = (int) MAX (n_threads, 1);
  at::globalContext ().setAllowTF32CuBLAS (false);
  at::globalContext ().setAllowTF32CuDNN (false);
}

/**
 * t_share_threads:
 *
 * For a thread that computes beside another: it uses as many threads as were last chosen, or one less than the machine
 * has. OpenBLAS keeps one number for the whole process, and were it changed under a training, its sums might come out
 * in another order. Cheap when nothing changed, so it may stand wherever t_poll () does.
 */
void
t_share_threads (void)
{
  int chosen = chosen_threads;
  int n = chosen > 0 ? chosen : (int) MAX (g_get_num_processors (), 2) - 1;

  if (at::get_num_threads () != n)
    at::set_num_threads (n);
}

/**
 * t_keep_memory:
 *
 * What is freed stays with the process. A training takes and frees the same megabytes at every step; handing them
 * back to the system, which clears them again, took a tenth of the time where that was measured.
 */
void
t_keep_memory (void)
{
#ifdef __GLIBC__
  mallopt (M_MMAP_THRESHOLD, 32 << 20); /* the largest that glibc takes */
  mallopt (M_TRIM_THRESHOLD, G_MAXINT);
  mallopt (M_TOP_PAD, 64 << 20);
#endif
}

/** t_trim: what was freed and is only kept in store by the heap goes back to the system. */
void
t_trim (void)
{
#ifdef __GLIBC__
  malloc_trim (0);
#endif
}

/**
 * t_autocast:
 * @device: nothing happens on the CPU
 * @on: FALSE ends it
 *
 * Mixed precision on this thread: products and convolutions in bfloat16 while parameters, norms and sums stay
 * float32. bfloat16 has float32's exponents, so losses need no scaling.
 */
void
t_autocast (TDevice device, gboolean on)
{
  if (device != T_CUDA)
    return;
  at::autocast::set_autocast_enabled (at::kCUDA, on);
  at::autocast::set_autocast_dtype (at::kCUDA, at::kBFloat16);
  if (!on)
    at::autocast::clear_cache ();
}

/** t_get_threads: threads that one operation uses. */
guint
t_get_threads (void)
{
  return (guint) at::get_num_threads ();
}

/**
 * t_set_deterministic:
 * @deterministic: whether operations must give the same bits every time (costs time on CUDA; on the
 *   CPU they do at one thread count)
 */
void
t_set_deterministic (gboolean deterministic)
{
  at::globalContext ().setDeterministicAlgorithms (deterministic, /* warn_only */ true);
  at::globalContext ().setDeterministicCuDNN (deterministic);
}

/** t_dup_device_name: (transfer full): "CPU, 2 threads" or "NVIDIA card (CUDA)", for people. */
char *
t_dup_device_name (TDevice device)
{
  if (device == T_CUDA)
    return g_strdup ("NVIDIA card (CUDA)");
  guint n = t_get_threads ();
  return g_strdup_printf (n == 1 ? "CPU, %u thread" : "CPU, %u threads", n);
}

/**
 * t_blas_warning:
 *
 * Debian's libtorch takes any BLAS, and the reference one is 25 to 46 times slower than OpenBLAS.
 *
 * Returns: (nullable): a sentence when matrix products are slow on this machine for that reason
 */
const char *
t_blas_warning (void)
{
  void *blas = dlopen ("libblas.so.3", RTLD_NOLOAD | RTLD_LAZY);

  if (blas == nullptr)
    return nullptr; /* a libtorch that brings its own */
  bool fast = dlsym (blas, "openblas_get_config") != nullptr || dlsym (blas, "MKL_Get_Version") != nullptr
              || dlsym (blas, "bli_init") != nullptr;
  dlclose (blas);
  return fast ? nullptr
              : "Matrix products use the slow reference BLAS: install libopenblas0-openmp to be 25 "
                "to 46 times faster.";
}

/** t_torch_version: libtorch's version, a static string. */
const char *
t_torch_version (void)
{
  return TORCH_VERSION;
}
