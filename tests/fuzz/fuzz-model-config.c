/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "nn/model-config.h"

/* The config.json of a model's part. */

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const char *const names[] = { "config.json" };
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (fuzz_folder (), names[0], NULL);
  g_autoptr (ModelConfig) config = NULL;
  gint64 whole;
  double number;
  gboolean yes;

  fuzz_write_parts (data, size, names, G_N_ELEMENTS (names));
  config = model_config_load (path, &error);
  g_assert_true ((config == NULL) == (error != NULL));
  if (config != NULL)
    {
      model_config_int (config, "in_channels", 4, 1, 4096, &whole, NULL);
      model_config_double (config, "scaling_factor", 1, &number, NULL);
      model_config_bool (config, "use_linear_projection", FALSE, &yes, NULL);
    }
  return 0;
}
