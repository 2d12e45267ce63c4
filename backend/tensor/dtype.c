/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tensor/dtype.h"

static const struct
{
  const char *name;
  gsize size;
} dtypes[T_N_DTYPES] = {
  [T_F32] = { "float32", 4 }, [T_F64] = { "float64", 8 }, [T_F16] = { "float16", 2 },
  [T_BF16] = { "bfloat16", 2 }, [T_I64] = { "int64", 8 }, [T_I32] = { "int32", 4 },
  [T_U8] = { "uint8", 1 }, [T_BOOL] = { "bool", 1 },
};

G_DEFINE_QUARK (videomage-tensor-error-quark, t_error)

const char *
t_dtype_name (TDtype dtype)
{
  g_return_val_if_fail (dtype < T_N_DTYPES, "?");
  return dtypes[dtype].name;
}

gsize
t_dtype_size (TDtype dtype)
{
  g_return_val_if_fail (dtype < T_N_DTYPES, 0);
  return dtypes[dtype].size;
}
