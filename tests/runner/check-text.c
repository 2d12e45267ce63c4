/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "checks.h"

/* tokens.safetensors and text.safetensors: rows of learned words, and the text encoders. */

/** check_tokens: where learned rows start: the mean of their superclass's pieces. */
void
check_tokens (Models *models, const char *name)
{
  T_SCOPE_NO_GRAD ();
  Golden *golden = models->golden;
  GoldenFile *file = golden_file_open (golden, name);
  Pipeline *tiny = file != NULL ? models_pipeline (models, "tiny", name) : NULL;
  JsonObject *superclasses = NULL;
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  if (golden->manifest != NULL && json_object_has_member (golden->manifest, "tokens"))
    superclasses = json_object_get_object_member (golden->manifest, "tokens");
  for (guint i = 0; tiny != NULL && superclasses != NULL && models->order[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      const char *words = json_object_get_string_member_with_default (superclasses, models->order[i], "");
      Tensor *row = conditioner_mean_row (tiny->conditioner, words, &error);
      if (row == NULL)
        golden_fail (golden, name, models->order[i], "%s", error->message);
      else
        g_ptr_array_add (rows, row);
    }
  if (tiny != NULL && rows->len > 0)
    golden_file_compare (file, "rows_init_mean", t_stack ((Tensor *const *) rows->pdata, rows->len, 0), TOL_NETWORK);
  if (file != NULL)
    golden_file_input (file, "rows");
  golden_file_close (file);
}

typedef struct
{
  GoldenFile *file;
  const char *encoder; /* "" or "alt_" */
  const char *prefix;  /* "" or "added_" */
  const char *index;
} TextCase;

static void
compare_layer (gpointer data, guint layer, Tensor *states)
{
  TextCase *self = data;
  NAME (name, "%s%shidden_after_layer%u_%s", self->encoder, self->prefix, layer, self->index);

  golden_file_compare (self->file, name, states, TOL_NETWORK);
}

static void
compare_states (TextCase *self, ClipText *text, Tensor *ids, Tensor *rows)
{
  T_SCOPE_NO_GRAD ();
  NAME (name, "%s%slast_hidden_state_%s", self->encoder, self->prefix, self->index);
  Tensor *states;

  clip_text_set_observer (text, compare_layer, self);
  states = clip_text_forward (text, ids, rows);
  clip_text_set_observer (text, NULL, NULL);
  golden_file_compare (self->file, name, states, TOL_NETWORK);
  golden_no_error (self->file->golden, self->file->name, name);
}

static ClipText *
open_second (Models *models, const char *file)
{
  g_autofree char *dir = golden_path (models->golden, "text_encoder2");
  g_autofree char *config = g_build_filename (dir, "config.json", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (Weights) weights = NULL;
  ClipText *text;

  if (!golden_has (models->golden, "text_encoder2"))
    return NULL;
  weights = weights_open (dir, models->golden->device, T_F32, &error);
  text = weights != NULL ? clip_text_new (config, weights, &error) : NULL;
  if (text == NULL)
    golden_fail (models->golden, file, "text_encoder2", "%s", error->message);
  return text;
}

static Tensor *
all_rows (Models *models)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  for (guint i = 0; models->order[i] != NULL; i++)
    g_ptr_array_add (rows, models_row (models, models->order[i]));
  return rows->len > 0 ? t_stack ((Tensor *const *) rows->pdata, rows->len, 0) : NULL;
}

/** check_text: states for every `ids_i` and `added_ids_i`, by the pipeline's encoder and by the other one. */
void
check_text (Models *models, const char *name)
{
  T_SCOPE_NO_GRAD ();
  GoldenFile *file = golden_file_open (models->golden, name);
  Pipeline *tiny = file != NULL ? models_pipeline (models, "tiny", name) : NULL;
  g_autoptr (ClipText) second = tiny != NULL ? open_second (models, name) : NULL;
  g_auto (GStrv) names = tiny != NULL ? golden_file_names (file) : NULL;
  Tensor *rows = tiny != NULL ? all_rows (models) : NULL;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      gboolean added = g_str_has_prefix (names[i], "added_ids_");
      TextCase it = { file, "", added ? "added_" : "", names[i] + strlen (added ? "added_ids_" : "ids_") };
      Tensor *ids;
      if (!added && !g_str_has_prefix (names[i], "ids_"))
        continue;
      ids = golden_file_input (file, names[i]);
      compare_states (&it, conditioner_text (tiny->conditioner), ids, added ? rows : NULL);
      it.encoder = "alt_";
      if (second != NULL)
        compare_states (&it, second, ids, added ? rows : NULL);
    }
  golden_file_close (file);
}
