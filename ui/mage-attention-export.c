/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-attention-export.h"

#include "jobs/mage-attention-job.h"
#include "media/clip-writer.h"
#include "ui/mage-file-choice.h"

#include "project/mage-name.h"

#include <cairo.h>
#include <glib/gi18n.h>
#include <pango/pangocairo.h>

/*
 * Takes what the microscope shows away: the frame with its map, its scale and what it is, as a picture; all frames as a
 * video; or the engine's own float32 probabilities of the whole step.
 */

/* The larger side of what is saved, at least; it grows by whole factors. */
#define SIDE 512
#define FOOT 64
#define MARGIN 12

typedef struct
{
  MageSession *session;
  MageResult *result;
  MageAttentionLook look;
  Frames *ground;
  guint frame;
  char *words;
  MageAttentionSave how;
  GFile *file;
} Save;

static void
save_free (gpointer data)
{
  Save *self = data;

  mage_attention_look_clear (&self->look);
  g_clear_pointer (&self->ground, frames_unref);
  g_clear_object (&self->session);
  g_clear_object (&self->result);
  g_clear_object (&self->file);
  g_free (self->words);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Save, save_free)

static void
get_size (Save *self, guint *width, guint *height)
{
  guint larger = MAX (self->ground->width, self->ground->height), factor = MAX ((SIDE + larger - 1) / larger, 1);

  *width = self->ground->width * factor;
  *height = self->ground->height * factor;
}

/* --- a picture --- */

static cairo_status_t
append_cb (void *data, const unsigned char *bytes, unsigned int length)
{
  g_byte_array_append (data, bytes, length);
  return CAIRO_STATUS_SUCCESS;
}

static void
draw_map (Save *self, const MageAttentionMap *map, guint width, guint height, cairo_t *cr)
{
  g_autofree guint8 *rgb = g_malloc ((gsize) width * height * 3);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) width, (int) height);
  guint8 *pixels = cairo_image_surface_get_data (surface);
  int stride = cairo_image_surface_get_stride (surface);

  mage_attention_map_paint (map, self->ground, self->frame, map->most, width, height, NULL, rgb);
  cairo_surface_flush (surface);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        const guint8 *from = rgb + ((gsize) y * width + x) * 3;

        *(guint32 *) (gpointer) (pixels + (gsize) y * (gsize) stride + x * 4) = (guint32) from[0] << 16 | (guint32) from[1] << 8 | from[2];
      }
  cairo_surface_mark_dirty (surface);
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_paint (cr);
  cairo_surface_destroy (surface);
}

static void
draw_text (cairo_t *cr, const char *text, double x, double y, double align, int width)
{
  g_autoptr (PangoLayout) layout = pango_cairo_create_layout (cr);
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string ("Sans 9");
  int text_width, text_height;

  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, text, -1);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  if (width > 0)
    pango_layout_set_width (layout, width * PANGO_SCALE);
  pango_layout_get_pixel_size (layout, &text_width, &text_height);
  cairo_move_to (cr, x - align * text_width, y);
  pango_cairo_show_layout (cr, layout);
}

/* The scale and what is seen, under the picture. */
static void
draw_foot (Save *self, const MageAttentionMap *map, guint width, guint top, cairo_t *cr)
{
  gboolean heat = map->colours == MAGE_COLOUR_MAP_HEAT;
  double bar = width - 2 * MARGIN;
  g_autofree char *low = heat ? g_strdup ("0 %") : g_strdup_printf (_("motion +%.1f %%"), 100 * map->most);
  g_autofree char *high = g_strdup_printf (heat ? _("%.1f %%") : _("subjects +%.1f %%"), 100 * map->most);

  for (guint x = 0; x < bar; x++)
    {
      guint8 rgb[3];

      mage_colour_map_get (map->colours, x / MAX (bar - 1, 1), rgb);
      cairo_set_source_rgb (cr, rgb[0] / 255.0, rgb[1] / 255.0, rgb[2] / 255.0);
      cairo_rectangle (cr, MARGIN + x, top + 8, 1, 9);
      cairo_fill (cr);
    }
  cairo_set_source_rgb (cr, 0.15, 0.15, 0.15);
  draw_text (cr, low, MARGIN, top + 20, 0, 0);
  draw_text (cr, high, MARGIN + bar, top + 20, 1, 0);
  draw_text (cr, self->words, MARGIN, top + 40, 0, (int) bar);
}

static gboolean
save_picture (Save *self, const MageAttentionMap *map, GError **error)
{
  guint width, height;
  cairo_surface_t *surface;
  cairo_t *cr;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  get_size (self, &width, &height);
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) width, (int) (height + FOOT));
  cr = cairo_create (surface);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  draw_map (self, map, width, height, cr);
  draw_foot (self, map, width, height, cr);
  cairo_destroy (cr);
  cairo_surface_write_to_png_stream (surface, append_cb, bytes);
  cairo_surface_destroy (surface);
  return g_file_replace_contents (self->file, (const char *) bytes->data, bytes->len, NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL, error);
}

/* --- a video --- */

static gboolean
save_video (Save *self, const MageAttentionMap *map, GCancellable *cancellable, GError **error)
{
  guint width, height;
  gsize size;
  guint8 *rgb;
  g_autoptr (Frames) frames = NULL;
  g_autofree char *path = g_file_get_path (self->file);
  ClipWrite how = { .format = CLIP_MP4_H264, .quality = 95, .title = self->words };

  if (path == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _("A video can only be written into a folder of this machine: choose another place"));
      return FALSE;
    }
  get_size (self, &width, &height);
  size = (gsize) width * height * 3;
  rgb = g_malloc (size * map->n_frames);
  for (guint f = 0; f < map->n_frames; f++)
    mage_attention_map_paint (map, self->ground, f, map->most, width, height, NULL, rgb + f * size);
  frames = frames_new_take (map->n_frames, width, height, self->ground->rate, rgb);
  return clip_write (frames, path, &how, cancellable, error);
}

static void
write_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Save *self = data;
  g_autoptr (MageAttentionMap) map = mage_attention_look_make_map (&self->look);
  GError *error = NULL;
  gboolean ok = self->how == MAGE_ATTENTION_SAVE_PICTURE ? save_picture (self, map, &error)
                                                         : save_video (self, map, cancellable, &error);

  if (ok)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* --- telling --- */

static void
tell (MageSession *session, GFile *file, const GError *error)
{
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *text = g_strdup_printf (_("Saved as “%s”"), name);

  if (error == NULL)
    mage_session_toast (session, text);
  else
    mage_session_toast_error (session, error);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Save) self = data;
  g_autoptr (GError) error = NULL;

  g_task_propagate_boolean (G_TASK (result), &error);
  tell (self->session, self->file, error);
}

static void
computed_cb (MageJob *job, Save *self)
{
  if (mage_job_get_state (job) != MAGE_JOB_CANCELLED)
    tell (self->session, self->file, mage_job_get_error (job));
}

static void
save_closure_free (gpointer data, GClosure *closure)
{
  save_free (data);
}

/* The numbers are computed again, since what is at hand is rounded. */
static void
save_numbers (Save *self)
{
  g_autoptr (Save) kept = self;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_file_get_path (self->file);
  g_autoptr (MageAttentionJob) job = NULL;
  g_autoptr (MageSession) session = g_object_ref (self->session);

  if (path == NULL)
    {
      mage_session_toast (session, _("It can only be saved in a folder of this computer"));
      return;
    }
  job = mage_attention_job_new (mage_session_get_project (session), self->result, self->look.step, 0, &error);
  if (job == NULL)
    {
      mage_session_toast_error (session, error);
      return;
    }
  if (mage_attention_is_large (self->result))
    mage_attention_job_set_layers (job, (const char *const[]){ self->look.layer->name, NULL });
  mage_attention_job_set_raw_path (job, path);
  g_signal_connect_data (job, "finished", G_CALLBACK (computed_cb), g_steal_pointer (&kept), save_closure_free, 0);
  mage_worker_assist (mage_session_get_worker (session), MAGE_JOB (job));
}

static void
save (Save *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->how == MAGE_ATTENTION_SAVE_NUMBERS)
    {
      save_numbers (self);
      return;
    }
  /* The callback owns it: what a task owns may end in the thread, and the session must not. */
  task = g_task_new (NULL, NULL, written_cb, self);
  g_task_set_task_data (task, self, NULL);
  g_task_run_in_thread (task, write_thread);
}

static Save *
save_new (MageSession *session, MageResult *result, const MageAttentionLook *look, Frames *ground, guint frame, const char *words,
          MageAttentionSave how)
{
  Save *self = g_new0 (Save, 1);

  self->session = g_object_ref (session);
  self->result = g_object_ref (result);
  mage_attention_look_copy (look, &self->look);
  self->ground = frames_ref (ground);
  self->frame = frame;
  self->words = g_strdup (words);
  self->how = how;
  return self;
}

/** mage_attention_save_to: tells the session's user when it is done, or what hinders it. */
void
mage_attention_save_to (MageSession *session, MageResult *result, const MageAttentionLook *look, Frames *ground, guint frame,
                        const char *words, MageAttentionSave how, GFile *file)
{
  Save *self = save_new (session, result, look, ground, frame, words, how);

  self->file = g_object_ref (file);
  save (self);
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Save) self = data;
  g_autoptr (GError) error = NULL;

  self->file = mage_choose_export_finish (result, &error);
  if (self->file != NULL)
    save (g_steal_pointer (&self));
  else
    mage_session_toast_error (self->session, error);
}

/** mage_attention_save: asks for a file; @words: what is seen */
void
mage_attention_save (GtkWidget *parent, MageSession *session, MageResult *result, const MageAttentionLook *look, Frames *ground,
                     guint frame, const char *words, MageAttentionSave how)
{
  static const char *const endings[] = { ".png", ".mp4", ".safetensors" };
  g_autofree char *plain = mage_name_to_file (words);
  g_autofree char *name = g_strconcat (plain, endings[how], NULL);

  mage_choose_export (parent, _("Save the Attention"), name, NULL, chosen_cb,
                      save_new (session, result, look, ground, frame, words, how));
}
