/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "checks.h"
#include "nn/lora-file.h"

/* The folder lora/: factors, forward passes with them, and the files of diffusers and peft. */

#define PEFT_FILE "pytorch_lora_weights.safetensors"

/* What the checks of one folder share. */
typedef struct
{
  Models *models;
  Golden *golden;
  Pipeline *tiny;
  GStrv names;         /* LoRAs of the folder */
  GoldenFile *forward; /* NULL: absent */
  GoldenFile *alpha;
  Lora *stacked; /* `fus` when no file holds it; made when first needed */
} LoraCheck;

/* Which LoRAs `fus` is made of: what method_attn or method_scs_* say, else all spatial ones. */
static GStrv
subject_names (LoraCheck *self)
{
  static const char *const files[] = { "method_attn.safetensors", "method_scs_step.safetensors" };
  static const char *const keys[] = { "lora", "subject_lora" };
  g_autoptr (GStrvBuilder) spatial = g_strv_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    if (golden_has (self->golden, files[i]))
      {
        GoldenFile *file = golden_file_open (self->golden, files[i]);
        g_auto (GStrv) found = NULL;
        if (file == NULL)
          continue;
        found = models_loras_in_text (golden_file_info (file, keys[i]));
        golden_file_ignore_rest (file);
        golden_file_close (file);
        if (g_strv_length (found) > 0)
          return g_steal_pointer (&found);
      }
  for (guint i = 0; self->names[i] != NULL; i++)
    {
      Lora *lora = models_lora (self->models, self->names[i], NULL);
      Linear *linear = lora != NULL ? unet_find_linear (self->tiny->unet, lora_factor (lora, 0)->path) : NULL;
      if (linear != NULL && linear->kind == LINEAR_SPATIAL)
        g_strv_builder_add (spatial, self->names[i]);
    }
  return g_strv_builder_end (spatial);
}

static Lora *
find_lora (LoraCheck *self, const char *name, GError **error)
{
  if (g_strv_contains ((const char *const *) self->names, name))
    return models_lora (self->models, name, error);
  if (!g_str_equal (name, "fus"))
    return NULL;
  if (self->stacked == NULL)
    {
      g_auto (GStrv) names = subject_names (self);
      self->stacked = models_stacked (self->models, names, error);
    }
  return self->stacked;
}

/* The longest LoRA's name that @text begins with, up to the end or a “_”. */
static char *
take_name (LoraCheck *self, const char **text)
{
  const char *best = NULL;

  for (guint i = 0; i <= g_strv_length (self->names); i++)
    {
      const char *name = self->names[i] != NULL ? self->names[i] : "fus";
      gsize length = strlen (name);
      if (g_str_has_prefix (*text, name) && ((*text)[length] == '\0' || (*text)[length] == '_')
          && (best == NULL || length > strlen (best)))
        best = name;
    }
  if (best == NULL)
    return NULL;
  *text += strlen (best);
  return g_strdup (best);
}

/* "_0.7", "_strength_0.6" or nothing. */
static double
take_strength (const char **text)
{
  const char *at = *text;
  char *end;
  double value;

  if (g_str_has_prefix (at, "_strength_"))
    at += strlen ("_strength_");
  else if (*at == '_')
    at++;
  else
    return 1;
  if (!g_ascii_isdigit (*at))
    return 1;
  value = g_ascii_strtod (at, &end);
  if (*end != '\0' && *end != '_')
    return 1; /* a name that begins with a digit */
  *text = end;
  return value;
}

/* "s1_0.7_mot_1.3" → the LoRAs and strengths; FALSE for a name that means nothing. */
static gboolean
parse_uses (LoraCheck *self, const char *text, GArray *uses)
{
  if (g_str_equal (text, "base"))
    return TRUE;
  while (*text != '\0')
    {
      g_autofree char *name = take_name (self, &text);
      g_autoptr (GError) error = NULL;
      LoraUse use = { NULL };
      if (name == NULL || (use.lora = find_lora (self, name, &error)) == NULL)
        return FALSE;
      use.strength = take_strength (&text);
      g_array_append_val (uses, use);
      if (*text == '_')
        text++;
      else if (*text != '\0')
        return FALSE;
    }
  return uses->len > 0;
}

static Tensor *
run_forward (LoraCheck *self, const LoraUse *uses, guint n)
{
  GoldenFile *file = self->forward;

  return models_forward (self->models, self->tiny->unet, uses, n, golden_file_input (file, "x"),
                         golden_file_input (file, "t"), golden_file_input (file, "text"));
}

static void
check_forward (LoraCheck *self)
{
  T_SCOPE_NO_GRAD ();
  g_auto (GStrv) names = golden_file_names (self->forward);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GArray) uses = g_array_new (FALSE, FALSE, sizeof (LoraUse));
      if (g_str_has_prefix (names[i], "out_") && parse_uses (self, names[i] + strlen ("out_"), uses))
        golden_file_compare (self->forward, names[i],
                             run_forward (self, (const LoraUse *) (gpointer) uses->data, uses->len), TOL_NETWORK);
    }
}

/* The same file without peft's metadata would have α = r; with them the strength is α / r. */
static void
check_alpha (LoraCheck *self, Lora *lora, const char *label)
{
  T_SCOPE_NO_GRAD ();
  LoraUse use = { lora, 1 };

  golden_file_compare_as (self->alpha, "out", label, run_forward (self, &use, 1), TOL_NETWORK);
}

static gboolean
same_tensor (Tensor *a, Tensor *b)
{
  T_SCOPE_NO_GRAD ();
  double worst = 1;

  return t_same_shape (a, b) && t_item (t_amax (t_abs (t_sub (a, b))), &worst, NULL) && worst == 0;
}

static gboolean
same_lora (Lora *a, Lora *b)
{
  if (lora_n_factors (a) != lora_n_factors (b))
    return FALSE;
  for (guint i = 0; i < lora_n_factors (a); i++)
    {
      LoraFactor *mine = lora_factor (a, i), *other = lora_find (b, mine->path);
      if (other == NULL || mine->scale != other->scale || !same_tensor (mine->down, other->down)
          || !same_tensor (mine->up, other->up))
        return FALSE;
    }
  return TRUE;
}

static char *
temporary_file (GError **error)
{
  g_autofree char *path = NULL;
  int file = g_file_open_tmp ("golden-XXXXXX.safetensors", &path, error);

  if (file < 0)
    return NULL;
  g_close (file, NULL);
  return g_steal_pointer (&path);
}

/* What we save and read again is the same LoRA, bit for bit. */
static void
check_round_trip (LoraCheck *self, const char *file, Lora *lora)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = temporary_file (&error);
  g_autoptr (Lora) again = NULL;

  if (path != NULL && lora_save (lora, path, &error))
    again = lora_load (path, self->golden->device, &error);
  if (again == NULL)
    golden_fail (self->golden, file, "saved and read again", "%s", error->message);
  else
    golden_check (self->golden, file, "saved and read again", same_lora (lora, again));
  if (path != NULL)
    g_unlink (path);
}

/* NAME.safetensors with nothing but factors: every layer is the network's, and it survives saving. */
static void
check_factors (LoraCheck *self, const char *lora_name)
{
  NAME (file, "lora/%s.safetensors", lora_name);
  g_autoptr (GError) error = NULL;
  Lora *lora = models_lora (self->models, lora_name, &error);
  LoraUse use = { lora, 1 };

  if (lora == NULL || !unet_set_loras (self->tiny->unet, &use, 1, &error))
    {
      golden_fail (self->golden, file, "layers", "%s", error->message);
      return;
    }
  unet_set_loras (self->tiny->unet, NULL, 0, NULL);
  golden_check (self->golden, file, "layers", TRUE);
  check_round_trip (self, file, lora);
}

/* learned_embeds_*.safetensors: { "<token>": [width] }, the row of that token. */
static void
check_learned (LoraCheck *self, const char *name)
{
  T_SCOPE_NO_GRAD ();
  GoldenFile *file = golden_file_open (self->golden, name);
  g_auto (GStrv) tokens = file != NULL ? golden_file_names (file) : NULL;

  for (guint i = 0; tokens != NULL && tokens[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = golden_path (self->golden, name), *copy = temporary_file (&error);
      Tensor *known = models_row (self->models, tokens[i]), *again = NULL;
      gint64 width = clip_text_width (conditioner_text (self->tiny->conditioner));
      Tensor *row = learned_embedding_load (path, tokens[i], width, &error);
      if (row != NULL && copy != NULL && learned_embedding_save (copy, tokens[i], row, &error))
        again = learned_embedding_load (copy, tokens[i], width, &error);
      if (copy != NULL)
        g_unlink (copy);
      if (known != NULL)
        golden_file_compare (file, tokens[i], known, TOL_EXACT);
      else
        golden_file_input (file, tokens[i]); /* no tokens.safetensors says what it must be */
      if (again == NULL)
        golden_fail (self->golden, name, tokens[i], "%s", error != NULL ? error->message : "it cannot be read");
      else
        golden_check (self->golden, name, "saved and read again", same_tensor (row, again));
    }
  golden_file_close (file);
}

/* "diffusers_s1" or "pipeline_s1_alpha" → which output its LoRA must give. */
static void
check_peft_folder (LoraCheck *self, const char *folder)
{
  T_SCOPE_NO_GRAD ();
  NAME (name, "lora/%s/" PEFT_FILE, folder);
  const char *lora_name = strchr (folder, '_') + 1;
  NAME (tensor, "out_%s", lora_name);
  NAME (label, "%s (%s)", tensor, folder);
  g_autofree char *path = golden_path (self->golden, name);
  g_autoptr (GError) error = NULL;
  g_autoptr (Lora) lora = lora_load (path, self->golden->device, &error);
  LoraUse use = { lora, 1 };

  if (lora == NULL)
    {
      golden_fail (self->golden, name, "", "%s", error->message);
      return;
    }
  if (self->forward != NULL && golden_file_has (self->forward, tensor))
    golden_file_compare_as (self->forward, tensor, label, run_forward (self, &use, 1), TOL_NETWORK);
  else if (self->alpha != NULL && self->forward != NULL && g_str_has_suffix (folder, "_alpha"))
    {
      NAME (alpha_label, "out (%s)", folder);
      check_alpha (self, lora, alpha_label);
    }
  check_round_trip (self, name, lora);
  unet_set_loras (self->tiny->unet, NULL, 0, NULL);
}

static void
check_entry (LoraCheck *self, const char *entry)
{
  NAME (name, "lora/%s", entry);
  g_autofree char *path = golden_path (self->golden, name);
  g_autofree char *stem = g_strndup (entry, strlen (entry) - MIN (strlen (entry), strlen (".safetensors")));
  NAME (peft, "lora/%s/" PEFT_FILE, entry);

  if (g_str_equal (entry, "forward.safetensors") || g_str_equal (entry, "forward_alpha.safetensors"))
    return;
  if (g_file_test (path, G_FILE_TEST_IS_DIR) && strchr (entry, '_') != NULL && golden_has (self->golden, peft))
    check_peft_folder (self, entry);
  else if (g_str_has_prefix (entry, "learned_embeds_") && g_str_has_suffix (entry, ".safetensors"))
    check_learned (self, name);
  else if (g_str_has_suffix (entry, ".safetensors") && g_strv_contains ((const char *const *) self->names, stem))
    check_factors (self, stem);
  else
    golden_fail (self->golden, name, "", "this file is not known");
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
list_folder (const char *dir)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) listing = g_dir_open (dir, 0, NULL);
  const char *entry;

  while (listing != NULL && (entry = g_dir_read_name (listing)) != NULL)
    g_ptr_array_add (entries, g_strdup (entry));
  g_ptr_array_sort (entries, compare_names);
  return entries;
}

/** check_lora_folder: everything in lora/. */
void
check_lora_folder (Models *models, const char *name)
{
  g_autofree char *dir = golden_path (models->golden, name);
  g_autoptr (GPtrArray) entries = list_folder (dir);
  LoraCheck it = { .models = models, .golden = models->golden };

  if (!golden_has (models->golden, name))
    {
      golden_absent (models->golden, name);
      return;
    }
  if ((it.tiny = models_pipeline (models, "tiny", name)) == NULL)
    return;
  it.names = models_lora_names (models);
  it.forward = golden_file_open (models->golden, "lora/forward.safetensors");
  it.alpha = golden_file_open (models->golden, "lora/forward_alpha.safetensors");
  if (it.forward != NULL)
    check_forward (&it);
  for (guint i = 0; i < entries->len; i++)
    check_entry (&it, g_ptr_array_index (entries, i));
  unet_set_loras (it.tiny->unet, NULL, 0, NULL);
  golden_file_close (it.forward);
  golden_file_close (it.alpha);
  g_clear_pointer (&it.stacked, lora_free);
  g_strfreev (it.names);
}
