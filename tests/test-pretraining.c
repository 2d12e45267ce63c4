/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/sandbox.h"
#include "tests/ui-picture.h"
#include "ui/mage-pretraining-window.h"

#include <string.h>

/* A pretraining is watched from outside: what is there already, and what comes. */

typedef struct
{
  MagePretrainingWindow *window;
  guint length;
  guint n_sheets;
} Wanted;

static gboolean
has_all (gpointer data)
{
  Wanted *self = data;

  return mage_pretraining_window_get_length (self->window) == self->length
         && mage_pretraining_window_get_n_sheets (self->window) == self->n_sheets;
}

static void
write_sheet (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, "run", "samples", name, NULL);
  const guint32 pixels[4] = { 0xff0000ff, 0xff00ff00, 0xffff0000, 0xffffffff };
  g_autoptr (GBytes) bytes = g_bytes_new (pixels, sizeof pixels);
  g_autoptr (GdkTexture) texture = gdk_memory_texture_new (2, 2, GDK_MEMORY_R8G8B8A8, bytes, 8);

  g_assert_true (gdk_texture_save_to_png (texture, path));
}

static void
test_watch (void)
{
  g_autoptr (Sandbox) folder = sandbox_new ();
  g_autofree char *samples = g_build_filename (folder, "run", "samples", NULL);
  g_autofree char *losses = NULL;
  g_autofree char *longer = NULL;
  g_autoptr (GError) error = NULL;
  Wanted wanted = { NULL, 2, 1 };
  GtkWidget *window;

  g_assert_cmpint (g_mkdir_with_parents (samples, 0755), ==, 0);
  sandbox_write (folder, "run/losses.jsonl", "{\"step\":25,\"L_unet\":0.2}\n{\"step\":50,\"L_unet\":0.19,\"check_clips\":0.1}\n");
  sandbox_write (folder, "run/progress.json", "{\"stage\":\"unet\",\"step\":50,\"n_steps\":3000}\n");
  write_sheet (folder, "step-50.png");
  window = mage_pretraining_window_new (folder, &error);
  g_assert_no_error (error);
  gtk_window_present (GTK_WINDOW (window));
  wanted.window = MAGE_PRETRAINING_WINDOW (window);
  ui_wait_until (has_all, &wanted);
  ui_settle ();
  g_assert_cmpstr (mage_pretraining_window_get_state (wanted.window), ==, "UNet and text encoder, step 50 of 3000");

  losses = sandbox_read (folder, "run/losses.jsonl");
  longer = g_strconcat (losses, "{\"step\":75,\"L_unet\":0.18}\n", NULL);
  write_sheet (folder, "step-75.png");
  sandbox_write (folder, "run/losses.jsonl", longer);
  wanted.length = 3;
  wanted.n_sheets = 2;
  ui_wait_until (has_all, &wanted);
  ui_settle ();
  g_assert_cmpstr (mage_pretraining_window_get_state (wanted.window), ==, "UNet and text encoder, step 75 of 3000");
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Another folder is told apart, in a sentence. */
static void
test_refuse (void)
{
  g_autoptr (Sandbox) folder = sandbox_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (mage_pretraining_window_new (folder, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "videomage-cli pretrain"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ui_start ();
  g_test_add_func ("/window/pretraining/watch", test_watch);
  g_test_add_func ("/window/pretraining/refuse", test_refuse);
  return g_test_run ();
}
