/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TDtype:
 *
 * The element types that tensors and weight files know.
 */
typedef enum
{
  T_F32,
  T_F64,
  T_F16,
  T_BF16,
  T_I64,
  T_I32,
  T_U8,
  T_BOOL,
  T_N_DTYPES
} TDtype;

/** t_dtype_name: the name messages use ("float32"); a static string. */
const char *t_dtype_name (TDtype dtype);

/** t_dtype_size: bytes of one element. */
gsize t_dtype_size (TDtype dtype);

#define T_ERROR (t_error_quark ())
GQuark t_error_quark (void);

/**
 * TErrorCode:
 * @T_ERROR_FAILED: an operation failed (shapes, values); the message names it
 * @T_ERROR_OUT_OF_MEMORY: the device's memory did not suffice; everything else is intact
 * @T_ERROR_DEVICE: the device is not there or does not answer
 * @T_ERROR_FILE: a weights file is damaged, lies or lacks what was asked for
 * @T_ERROR_NOT_FINITE: something became NaN or infinite; the message says what, and where it can be told, in which parameter
 */
typedef enum
{
  T_ERROR_FAILED,
  T_ERROR_OUT_OF_MEMORY,
  T_ERROR_DEVICE,
  T_ERROR_FILE,
  T_ERROR_NOT_FINITE
} TErrorCode;

G_END_DECLS
