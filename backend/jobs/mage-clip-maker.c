/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-clip-maker.h"

#include "jobs/mage-clip-folder.h"
#include "jobs/mage-clip-masks.h"
#include "jobs/mage-engine.h"
#include "media/clip-reader.h"
#include "media/picture.h"
#include "project/mage-name.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

/*
 * The clips that a fusion learns from (METHOD §4): of each subject, by its own LoRA, with masks; and
 * of places without subjects, by the base model or from the user's folder. Each is sampled once and
 * kept under the hash of all that made it; one that was stopped goes on.
 */

/* Seeds of one training seed must not meet those of the next ones. */
#define SEED_STRIDE 7919

/* What one clip is made from. */
typedef struct
{
  const char *prompt;
  const MageFuseSubject *subject; /* NULL: a background */
  guint64 seed;
  const char *label;
} Wish;

/* Masks are outlines; else what the attention says. */
static gboolean
wants_outlines (const MageClipMaker *self, const Wish *wish)
{
  return wish->subject != NULL && g_str_equal (mage_params_get_string (self->plan->params, "clip_masks"), "outlined");
}

static char *
hash_wish (const MageClipMaker *self, const Wish *wish)
{
  const MageFusePlan *plan = self->plan;
  const MageShape *shape = &plan->shape;
  g_autofree char *guidance = mage_params_dup_text (plan->params, "clip_guidance");
  g_autofree char *text = g_strdup_printf ("%s\n%s\n%s\n%" G_GUINT64_FORMAT "\n%u %u %u\n%d %s\n%s", plan->model_digest,
                                           wish->prompt, wish->subject != NULL ? wish->subject->hash : "", wish->seed,
                                           shape->n_frames, shape->width, shape->height,
                                           (int) mage_params_get_int (plan->params, "clip_steps"), guidance,
                                           wants_outlines (self, wish) ? "outlined\n" : "");

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

/* Plain guided sampling, in one branch. */
static GVariant *
make_params (const MageClipMaker *self)
{
  MageParams *params = self->plan->params;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "steps", "i", (gint32) mage_params_get_int (params, "clip_steps"));
  g_variant_dict_insert (&dict, "guidance", "d", mage_params_get_double (params, "clip_guidance"));
  g_variant_dict_insert (&dict, "frames", "i", (gint32) self->plan->shape.n_frames);
  g_variant_dict_insert (&dict, "width", "i", (gint32) self->plan->shape.width);
  g_variant_dict_insert (&dict, "height", "i", (gint32) self->plan->shape.height);
  g_variant_dict_insert (&dict, "sampling", "s", "one-branch");
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static EngineClip *
sample (const MageClipMaker *self, const Wish *wish, const char *run_dir, GError **error)
{
  const MageFuseSubject *subject = wish->subject;
  MageEngineCall call = { .job = self->job, .sampling = wish->label };
  EngineListener listener = mage_engine_call_listen (&call);
  g_autoptr (GVariant) params = make_params (self);
  EngineToken known = { 0 };
  EngineLora lora = { 0 };
  EngineSampleRequest request = { .prompt = wish->prompt, .negative = "", .params = params, .seed = wish->seed,
                                  .run_dir = run_dir };

  if (subject != NULL)
    {
      known = (EngineToken) { subject->token, subject->superclass, subject->embedding };
      lora = (EngineLora) { subject->lora, 1, ENGINE_BRANCH_SUBJECT };
      request.known = &known;
      request.n_known = 1;
      request.loras = &lora;
      request.n_loras = 1;
      request.mask_token = subject->token;
    }
  return self->table->sample (self->engine, &request, &listener, error);
}

/* The folder of the clip, made unless it is there; a folder without ".part" is complete. */
static char *
make_clip (const MageClipMaker *self, const Wish *wish, GError **error)
{
  g_autofree char *hash = hash_wish (self, wish);
  g_autofree char *name = g_strdup_printf ("%s-%.24s", wish->subject != NULL ? "clip" : "background", hash);
  g_autofree char *folder = g_build_filename (self->plan->cache_dir, name, NULL);
  g_autofree char *part = g_strconcat (folder, ".part", NULL);
  g_autoptr (EngineClip) sampled = NULL;
  g_autoptr (EngineClip) outlined = NULL;
  EngineClip *clip;

  if (mage_clip_folder_exists (folder))
    return g_steal_pointer (&folder);
  if (!mage_folder_make (part, error))
    return NULL;
  clip = sampled = sample (self, wish, part, error);
  if (clip != NULL && clip->mask != NULL && wants_outlines (self, wish))
    clip = outlined = mage_clip_masks_refine (self, sampled, error);
  if (clip == NULL || !mage_clip_folder_write (part, clip, error))
    return NULL;
  if (g_rename (part, folder) != 0)
    {
      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), _("“%s” could not be written: %s"),
                   folder, g_strerror (errno));
      return NULL;
    }
  return g_steal_pointer (&folder);
}

static gboolean
make_subject (const MageClipMaker *self, guint index, const char *folder, GError **error)
{
  MageFuseSubject *subject = g_ptr_array_index (self->plan->subjects, index);
  guint64 seed = (guint64) mage_params_get_int (self->plan->params, "train_seed") * SEED_STRIDE;
  guint n = (guint) mage_params_get_int (self->plan->params, "fuse_clips");
  g_autofree char *name = mage_name_to_file (subject->name);

  for (guint k = 0; k < n; k++)
    {
      g_autofree char *label = g_strdup_printf (_("Making clip %u of %u of %s"), k + 1, n, subject->token);
      g_autofree char *number = g_strdup_printf ("%u", k + 1);
      g_autofree char *own = g_build_filename (folder, name, number, NULL);
      Wish wish = { subject->prompt, subject, ((guint64) g_str_hash (subject->token) << 32) + seed + k + 1, label };
      g_autofree char *made = make_clip (self, &wish, error);
      EngineClip *clip;

      if (made == NULL || !mage_clip_folder_link (made, own, error))
        return FALSE;
      clip = mage_clip_folder_read (made, subject->prompt, self->job, self->cancellable, error);
      if (clip == NULL)
        return FALSE;
      g_ptr_array_add (subject->clips, clip);
    }
  return TRUE;
}

/** mage_clip_maker_make_subjects: gives every subject of the plan its clips; they also lie in @folder/<name>/<k>, to be looked at. */
gboolean
mage_clip_maker_make_subjects (const MageClipMaker *self, const char *folder, GError **error)
{
  for (guint i = 0; i < self->plan->subjects->len; i++)
    if (!make_subject (self, i, folder, error))
      return FALSE;
  return TRUE;
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static EngineClip *
read_own (const MageClipMaker *self, const char *path, GError **error)
{
  const MageShape *shape = &self->plan->shape;
  ClipRead want = { .n_frames = shape->n_frames, .rate = shape->rate, .width = shape->width, .height = shape->height };
  g_autoptr (Frames) picture = picture_load (path, self->cancellable, NULL);
  g_autoptr (Frames) frames = NULL;

  frames = picture != NULL ? picture_fit (picture, shape->width, shape->height)
                           : clip_read (path, &want, self->cancellable, error);
  return frames != NULL ? mage_material_from_frames (frames, NULL, NULL) : NULL;
}

/* The user's own places: every picture and clip of the folder, by name. */
static gboolean
read_folder (const MageClipMaker *self, const char *folder, GPtrArray *list, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (name[0] != '.' && g_file_test (path, G_FILE_TEST_IS_REGULAR))
        g_ptr_array_add (paths, g_steal_pointer (&path));
    }
  g_ptr_array_sort (paths, compare_paths);
  for (guint i = 0; i < paths->len; i++)
    {
      EngineClip *clip;

      if (!mage_job_check (self->job, error))
        return FALSE;
      mage_job_report (self->job, "Reading the backgrounds", i, paths->len, NULL, 0);
      clip = read_own (self, g_ptr_array_index (paths, i), error);
      if (clip == NULL)
        return FALSE;
      g_ptr_array_add (list, clip);
    }
  if (list->len == 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("The folder of backgrounds “%s” holds no picture and no clip"), folder);
  return list->len > 0;
}

static gboolean
sample_prompts (const MageClipMaker *self, GPtrArray *list, GError **error)
{
  g_auto (GStrv) prompts = g_strsplit (mage_params_get_string (self->plan->params, "background_prompts"), "|", -1);
  guint64 seed = (guint64) mage_params_get_int (self->plan->params, "train_seed");

  for (guint i = 0; prompts[i] != NULL; i++)
    {
      Wish wish = { g_strstrip (prompts[i]), NULL, seed * SEED_STRIDE + i + 1, _("Making the backgrounds") };
      g_autofree char *made = *wish.prompt != '\0' ? make_clip (self, &wish, error) : NULL;
      EngineClip *clip;

      if (*wish.prompt == '\0')
        continue;
      clip = made != NULL ? mage_clip_folder_read (made, wish.prompt, self->job, self->cancellable, error) : NULL;
      if (clip == NULL)
        return FALSE;
      g_ptr_array_add (list, clip);
    }
  if (list->len == 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                         _("There is no background to put the subjects on: name places in background_prompts, give a "
                         "folder in backgrounds_dir, or set λ₂ to 0"));
  return list->len > 0;
}

/** mage_clip_maker_make_backgrounds: Returns: (transfer full) (element-type EngineClip): empty where λ₂ is 0 */
GPtrArray *
mage_clip_maker_make_backgrounds (const MageClipMaker *self, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) engine_clip_free);
  const char *folder = self->plan->backgrounds_dir;
  gboolean done = TRUE;

  if (mage_params_get_double (self->plan->params, "lambda2") > 0)
    done = folder != NULL ? read_folder (self, folder, list, error) : sample_prompts (self, list, error);
  return done ? g_steal_pointer (&list) : NULL;
}
