/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "app/cli-ablation.h"

#include "jobs/mage-locate-job.h"
#include "jobs/mage-material.h"
#include "jobs/mage-measure.h"
#include "media/clip-reader.h"
#include "media/picture.h"
#include "project/mage-name.h"

/*
 * One variant of a comparison: what it lacks is trained in a trial of the project, so that the project
 * stays as it is; then it is sampled with every seed and measured. A video that is there is not made
 * again.
 */

void
cli_ablation_clear (CliAblation *self)
{
  g_free (self->motion);
  g_free (self->folder);
  g_strfreev (self->tokens);
  g_clear_pointer (&self->clip, frames_unref);
  g_clear_pointer (&self->colours, g_ptr_array_unref);
  g_clear_pointer (&self->sheet, cli_sheet_free);
  g_clear_pointer (&self->rows, json_array_unref);
}

/* --- what is compared with --- */

/* The subject's pictures on the sheet, and their colours inside the masks. */
static gboolean
read_subject (CliAblation *self, MageSubject *subject, const MageShape *shape, GError **error)
{
  GListModel *pictures = G_LIST_MODEL (mage_subject_get_pictures (subject));
  MageColours *colours = mage_colours_new ();
  guint n = g_list_model_get_n_items (pictures);
  g_autoptr (GByteArray) rgb = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (Frames) strip = NULL;

  g_ptr_array_add (self->colours, colours);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MageMedia) media = g_list_model_get_item (pictures, i);
      g_autofree char *path = mage_media_dup_path (media);
      g_autofree char *mask_path = mage_media_get_mask (media) != NULL ? mage_media_dup_path (mage_media_get_mask (media)) : NULL;
      g_autoptr (Frames) picture = picture_load (path, NULL, error);
      g_autoptr (Frames) fitted = NULL;
      g_autoptr (Mask) mask = NULL;

      if (picture == NULL || (mask_path != NULL && (mask = mask_load (mask_path, NULL, error)) == NULL))
        return FALSE;
      mage_colours_add (colours, picture, mask);
      fitted = picture_fit (picture, shape->width, shape->height);
      g_byte_array_append (rgb, frames_get_frame (fitted, 0), (guint) frames_get_frame_size (fitted));
    }
  if (n == 0)
    return TRUE;
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&rgb));
  strip = frames_new (n, shape->width, shape->height, 0, bytes);
  cli_sheet_add (self->sheet, mage_trainable_get_token (MAGE_TRAINABLE (subject)), "its pictures", strip);
  return TRUE;
}

static gboolean
read_motion (CliAblation *self, const MageShape *shape, GError **error)
{
  MageMotion *motion = MAGE_MOTION (mage_project_find (self->project, self->motion));
  g_autofree char *path = mage_media_dup_path (mage_motion_get_clip (motion));
  const MageCrop *crop = mage_motion_get_crop (motion);
  ClipRead want = { .start_s = mage_motion_get_start (motion), .length_s = mage_motion_get_length (motion),
                    .n_frames = shape->n_frames, .rate = shape->rate, .width = shape->width, .height = shape->height,
                    .crop = { crop->x, crop->y, crop->width, crop->height } };

  self->clip = clip_read (path, &want, NULL, error);
  if (self->clip == NULL)
    return FALSE;
  cli_sheet_add (self->sheet, self->motion, "the motion's clip", self->clip);
  return TRUE;
}

/** cli_ablation_prepare: looks for the subjects of the prompt and reads what the videos are compared with. */
gboolean
cli_ablation_prepare (CliAblation *self, GError **error)
{
  g_autoptr (MageParams) params = mage_params_copy (mage_project_get_params (self->project));
  MageShape shape;

  if (!cli_apply_params (self->cli, params, error))
    return FALSE;
  shape = mage_shape_from_params (params);
  self->tokens = mage_token_find_all (self->prompt);
  self->colours = g_ptr_array_new_with_free_func ((GDestroyNotify) mage_colours_free);
  self->sheet = cli_sheet_new (self->prompt);
  self->rows = json_array_new ();
  for (guint i = 0; self->tokens[i] != NULL; i++)
    {
      MageTrainable *subject = mage_project_find (self->project, self->tokens[i]);

      if (subject == NULL)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "The prompt names “%s”, which the project does not have",
                       self->tokens[i]);
          return FALSE;
        }
      if (!read_subject (self, MAGE_SUBJECT (subject), &shape, error))
        return FALSE;
    }
  return self->motion == NULL || read_motion (self, &shape, error);
}

/* --- a variant --- */

/* The video of this very request that an earlier comparison left in @folder. */
static MageResult *
find_result (const char *folder, const char *request)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *record = g_build_filename (path, "result.json", NULL);
      g_autoptr (MageResult) result = g_file_test (record, G_FILE_TEST_EXISTS) ? mage_result_load (path, NULL) : NULL;

      if (result != NULL && g_strcmp0 (mage_result_get_request (result), request) == 0)
        return g_steal_pointer (&result);
    }
  return NULL;
}

static MageResult *
sample (CliAblation *self, MageProject *trial, const char *folder, MageParams *params, GError **error)
{
  MageMotion *motion = self->motion != NULL ? MAGE_MOTION (mage_project_find (trial, self->motion)) : NULL;
  g_autoptr (MageSampleJob) job = mage_sample_job_new (trial, self->prompt, motion, params, error);
  g_autofree char *request = job != NULL ? mage_sample_job_dup_request (job) : NULL;
  MageResult *result;

  if (job == NULL)
    return NULL;
  result = find_result (folder, request);
  if (result != NULL)
    return result;
  mage_sample_job_set_results_dir (job, folder);
  if (!cli_run_job (self->cli, MAGE_JOB (job), error))
    return NULL;
  return g_object_ref (mage_sample_job_get_result (job));
}

/** cli_ablation_read_frames: the frames without loss, as the measures want them. */
Frames *
cli_ablation_read_frames (MageResult *result, GError **error)
{
  g_autofree char *folder = mage_result_dup_path (result, MAGE_RESULT_FRAMES);
  g_autoptr (GByteArray) rgb = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  MageShape shape = mage_shape_from_params (mage_result_get_params (result));

  for (guint i = 0; i < shape.n_frames; i++)
    {
      g_autofree char *name = g_strdup_printf ("%04u.png", i + 1);
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (Frames) frame = picture_load (path, NULL, error);

      if (frame == NULL)
        return NULL;
      g_byte_array_append (rgb, frames_get_frame (frame, 0), (guint) frames_get_frame_size (frame));
    }
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&rgb));
  return frames_new (shape.n_frames, shape.width, shape.height, shape.rate, bytes);
}

/* The colours of each subject where the base model sees it, and in the mean how much more they are its own than
 * the other subjects'. */
static JsonObject *
measure_identities (CliAblation *self, MageLocateJob *found, Frames *frames, double *mean, double *margin)
{
  JsonObject *identity = json_object_new ();
  guint n = self->colours->len;

  *mean = *margin = 0;
  for (guint i = 0; i < n; i++)
    {
      GBytes *masks = mage_locate_job_get_masks (found, self->tokens[i]);
      double own = masks != NULL ? mage_measure_identity (frames, masks, g_ptr_array_index (self->colours, i)) : 0;

      json_object_set_double_member (identity, self->tokens[i], own);
      *mean += own / n;
      for (guint j = 0; j < n && masks != NULL; j++)
        if (j != i)
          *margin += (own - mage_measure_identity (frames, masks, g_ptr_array_index (self->colours, j))) / (n * (n - 1));
    }
  return identity;
}

/* The measures of one video, into the table and onto the sheet. */
static void
add_row (CliAblation *self, const MageVariant *variant, MageResult *result, MageLocateJob *found, Frames *frames)
{
  JsonObject *row = json_object_new ();
  double sum, margin;
  JsonObject *identity = measure_identities (self, found, frames, &sum, &margin);
  gint64 seed = mage_params_get_int (mage_result_get_params (result), "seed");
  double change = mage_measure_change (frames);
  double motion = self->clip != NULL ? mage_measure_motion (frames, self->clip) : 0;
  g_autofree char *video = mage_result_dup_path (result, MAGE_RESULT_VIDEO);
  g_autofree char *label = g_strdup_printf ("%s (%" G_GINT64_FORMAT ")", variant->label, seed);
  g_autofree char *note = NULL;

  json_object_set_string_member (row, "variant", variant->name);
  json_object_set_string_member (row, "label", variant->label);
  json_object_set_int_member (row, "seed", seed);
  json_object_set_string_member (row, "video", video);
  json_object_set_double_member (row, "frame_difference", change);
  json_object_set_object_member (row, "identity", identity);
  json_object_set_double_member (row, "identity_mean", sum);
  if (self->colours->len > 1)
    json_object_set_double_member (row, "binding", margin);
  if (self->clip != NULL)
    json_object_set_double_member (row, "motion_agreement", motion);
  if (self->measured != NULL)
    self->measured (self->measured_data, variant, frames, row);
  json_array_add_object_element (self->rows, row);
  note = g_strdup_printf ("colours %.2f, own %+.2f, motion %.2f", sum, margin, motion);
  cli_sheet_add (self->sheet, label, note, frames);
}

static MageProject *
open_trial (CliAblation *self, const MageVariant *variant, GError **error)
{
  g_autoptr (MageProject) trial = mage_project_new_trial (self->project, error);
  MageParams *params;

  if (trial == NULL)
    return NULL;
  params = mage_project_get_params (trial);
  if (!mage_variant_apply (variant, params, error))
    return NULL;
  return cli_apply_params (self->cli, params, error) ? g_steal_pointer (&trial) : NULL;
}

/** cli_ablation_run: trains, samples and measures @variant. */
gboolean
cli_ablation_run (CliAblation *self, const MageVariant *variant, GError **error)
{
  g_autoptr (MageProject) trial = open_trial (self, variant, error);
  g_autofree char *folder = g_build_filename (self->folder, variant->name, NULL);
  gint64 first;

  if (trial == NULL)
    return FALSE;
  cli_note ("%s", variant->label);
  if (!cli_train_needed (self->cli, trial, self->prompt, self->motion, error))
    return FALSE;
  first = mage_params_get_int (mage_project_get_params (trial), "seed");
  for (guint i = 0; i < self->n_seeds; i++)
    {
      g_autoptr (MageParams) params = mage_params_copy (mage_project_get_params (trial));
      g_autoptr (MageResult) result = NULL;
      g_autoptr (Frames) frames = NULL;
      g_autoptr (MageLocateJob) found = NULL;

      if (!mage_params_set_int (params, "seed", first + i, error))
        return FALSE;
      result = sample (self, trial, folder, params, error);
      frames = result != NULL ? cli_ablation_read_frames (result, error) : NULL;
      if (frames == NULL)
        return FALSE;
      found = mage_locate_job_new (trial, frames, self->prompt);
      if (!cli_run_job (self->cli, MAGE_JOB (found), error))
        return FALSE;
      add_row (self, variant, result, found, frames);
    }
  return TRUE;
}
