/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "jobs/mage-track-record.h"

#include "project/mage-json.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* Where a thing is in every frame, in a folder: the masks as pictures, and of each how sure it is. The list comes last, so
 * that a folder without one was never completed. */

#define LIST_FILE "track.json"
#define VERSION 1
/* A list with more frames than any clip that is learned was not written here. */
#define MOST_FRAMES 4096

static MageTrackRecord *
new_record (guint n_frames)
{
  MageTrackRecord *self = g_new0 (MageTrackRecord, 1);

  self->n_frames = n_frames;
  self->frames = g_new0 (MageTrackFrame, MAX (n_frames, 1));
  return self;
}

/** mage_track_record_new: @job: it is done. Returns: (transfer full) */
MageTrackRecord *
mage_track_record_new (MageTrackJob *job)
{
  MageTrackRecord *self = new_record (mage_track_job_get_n_frames (job));

  for (guint i = 0; i < self->n_frames; i++)
    {
      Mask *mask = mage_track_job_get_mask (job, i);

      self->frames[i].mask = mask != NULL ? mask_ref (mask) : NULL;
      self->frames[i].doubt = mage_track_job_get_doubt (job, i);
      self->frames[i].reason = g_strdup (mage_track_job_get_reason (job, i));
    }
  return self;
}

void
mage_track_record_free (MageTrackRecord *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_frames; i++)
    {
      g_clear_pointer (&self->frames[i].mask, mask_unref);
      g_free (self->frames[i].reason);
    }
  g_free (self->frames);
  g_free (self);
}

/** mage_track_record_dup_file: Returns: (transfer full): the name of a frame's mask in the folder */
char *
mage_track_record_dup_file (guint frame)
{
  return g_strdup_printf ("%05u.png", frame);
}

static JsonArray *
list_frames (const MageTrackRecord *self)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < self->n_frames; i++)
    {
      const MageTrackFrame *frame = &self->frames[i];
      JsonObject *object = json_object_new ();

      json_object_set_boolean_member (object, "mask", frame->mask != NULL);
      json_object_set_double_member (object, "doubt", frame->doubt);
      json_object_set_string_member (object, "reason", frame->reason != NULL ? frame->reason : "");
      json_array_add_object_element (array, object);
    }
  return array;
}

/** mage_track_record_save: @folder: made if it is not there. Blocks, for a thread. */
gboolean
mage_track_record_save (const MageTrackRecord *self, const char *folder, GError **error)
{
  g_autoptr (JsonObject) list = json_object_new ();
  g_autofree char *path = g_build_filename (folder, LIST_FILE, NULL);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      int code = errno;

      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), _("The folder “%s” cannot be made: %s"), folder,
                   g_strerror (code));
      return FALSE;
    }
  for (guint i = 0; i < self->n_frames; i++)
    {
      g_autofree char *name = mage_track_record_dup_file (i);
      g_autofree char *file = g_build_filename (folder, name, NULL);

      if (self->frames[i].mask != NULL && !mask_save_png (self->frames[i].mask, file, error))
        return FALSE;
    }
  json_object_set_int_member (list, "version", VERSION);
  json_object_set_array_member (list, "frames", list_frames (self));
  return mage_json_write_object (path, list, error);
}

static gboolean
load_frame (MageTrackFrame *frame, JsonObject *object, const char *folder, guint i, GError **error)
{
  g_autofree char *name = mage_track_record_dup_file (i);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  frame->doubt = 1;
  frame->reason = g_strdup (object != NULL ? mage_json_get_string (object, "reason", "") : "");
  if (object == NULL || !mage_json_get_boolean (object, "mask", FALSE))
    return TRUE;
  frame->doubt = CLAMP (mage_json_get_double (object, "doubt", 1), 0, 1);
  frame->mask = mask_load (path, NULL, error);
  return frame->mask != NULL;
}

/** mage_track_record_load: Returns: (transfer full) (nullable): what mage_track_record_save() wrote. Blocks, for a thread. */
MageTrackRecord *
mage_track_record_load (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, LIST_FILE, NULL);
  g_autoptr (JsonNode) node = mage_json_read (path, error);
  JsonObject *list = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonArray *frames = list != NULL ? mage_json_get_array (list, "frames") : NULL;
  g_autoptr (MageTrackRecord) self = NULL;

  if (node == NULL)
    return NULL;
  if (frames == NULL || json_array_get_length (frames) > MOST_FRAMES)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("“%s” does not say where a thing is in its frames. Follow it again."), path);
      return NULL;
    }
  self = new_record (json_array_get_length (frames));
  for (guint i = 0; i < self->n_frames; i++)
    if (!load_frame (&self->frames[i], mage_json_get_element (frames, i), folder, i, error))
      return NULL;
  return g_steal_pointer (&self);
}

/** mage_track_record_is_doubtful: whether a person should say where the thing is in @frame */
gboolean
mage_track_record_is_doubtful (const MageTrackRecord *self, guint frame)
{
  return self->frames[frame].mask == NULL || self->frames[frame].doubt >= MAGE_TRACK_STOP;
}

/** mage_track_record_is_stop: whether following stopped in @frame, which has a sure neighbour */
gboolean
mage_track_record_is_stop (const MageTrackRecord *self, guint frame)
{
  return mage_track_record_is_doubtful (self, frame)
         && ((frame > 0 && !mage_track_record_is_doubtful (self, frame - 1))
             || (frame + 1 < self->n_frames && !mage_track_record_is_doubtful (self, frame + 1)));
}

guint
mage_track_record_count_doubtful (const MageTrackRecord *self)
{
  guint n = 0;

  for (guint i = 0; i < self->n_frames; i++)
    n += mage_track_record_is_doubtful (self, i);
  return n;
}

/** mage_track_record_find_stop: Returns: the first frame where following stopped; n_frames where it went through */
guint
mage_track_record_find_stop (const MageTrackRecord *self)
{
  for (guint i = 0; i < self->n_frames; i++)
    if (mage_track_record_is_stop (self, i))
      return i;
  return self->n_frames;
}
