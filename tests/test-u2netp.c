/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * U²-Net-p: that it finds the sample's characters, gives maps of the picture's size, and takes files whose batch norms
 * are folded or not, but no others.
 */

#include "sample-iou.h"
#include "media/mask.h"
#include "media/picture.h"
#include "nn/u2netp.h"
#include "weights-variant.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define N_PICTURES 5

/* From this value on a pixel counts as the subject. */
#define THRESHOLD 0.5f

/* Measured over the sample's twenty pictures: 0.859. */
#define LOWEST_MEAN_IOU 0.8

static char *
weights_path (void)
{
  return g_test_build_filename (G_TEST_DIST, "..", "data", "segmentation", "u2netp.safetensors", NULL);
}

static U2Netp *
open_network (const char *path, GError **error)
{
  g_autoptr (Weights) weights = weights_open_file (path, T_CPU, T_F32, error);

  return weights != NULL ? u2netp_new (weights, error) : NULL;
}

static U2Netp *
open_ours (void)
{
  g_autofree char *path = weights_path ();
  g_autoptr (GError) error = NULL;
  U2Netp *self = open_network (path, &error);

  g_assert_no_error (error);
  return self;
}

static void
assert_clean (void)
{
  g_assert_false (t_failed ());
  g_assert_cmpint (t_live_count (), ==, 0);
}

/* The map's values, checked for shape and range. */
static float *
find (U2Netp *network, const guint8 *rgb, guint width, guint height)
{
  T_SCOPE ();
  g_autoptr (GError) error = NULL;
  Tensor *map = u2netp_find (network, &(PictureInput){ rgb, width, height });
  gsize n = 0;
  float *values = t_dup_data (map, T_F32, &n, &error);

  g_assert_no_error (error);
  g_assert_true (t_has_shape (map, T_SHAPE (height, width)));
  g_assert_cmpuint (n, ==, (gsize) width * height);
  for (gsize i = 0; i < n; i++)
    g_assert_true (values[i] >= 0 && values[i] <= 1);
  return values;
}

static double
iou (const float *map, const Mask *mask)
{
  const guint8 *truth = mask_get_pixels (mask);
  gsize both = 0, either = 0;

  for (gsize i = 0; i < (gsize) mask->width * mask->height; i++)
    {
      gboolean found = map[i] >= THRESHOLD, wanted = truth[i] >= MASK_THRESHOLD;
      both += found && wanted;
      either += found || wanted;
    }
  return either > 0 ? (double) both / (double) either : 1;
}

static double
iou_of_sample (gpointer network, const char *subject, guint index)
{
  g_autofree char *name = g_strdup_printf ("%u.png", index);
  g_autofree char *mask_name = g_strdup_printf ("mask%u.png", index);
  g_autofree char *dir = g_test_build_filename (G_TEST_DIST, "..", "data", "sample", "subjects", subject, NULL);
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autofree char *mask_path = g_build_filename (dir, mask_name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (Frames) picture = picture_load (path, NULL, &error);
  g_autoptr (Mask) mask = NULL;
  g_autofree float *map = NULL;

  g_assert_no_error (error);
  mask = mask_load (mask_path, NULL, &error);
  g_assert_no_error (error);
  map = find (network, frames_get_frame (picture, 0), picture->width, picture->height);
  return iou (map, mask);
}

static void
test_sample (void)
{
  g_autoptr (U2Netp) network = open_ours ();
  double mean = sample_mean_iou (network, iou_of_sample, N_PICTURES);

  g_assert_cmpfloat (mean, >, LOWEST_MEAN_IOU);
  g_clear_pointer (&network, u2netp_free);
  assert_clean ();
}

/* A bright disc on a dark ground. */
static guint8 *
paint_disc (guint width, guint height)
{
  guint8 *rgb = g_malloc (3 * (gsize) width * height);
  double radius = MIN (width, height) / 3.0;

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        gboolean inside = hypot (x - width / 2.0, y - height / 2.0) < radius;
        memcpy (rgb + 3 * ((gsize) y * width + x), inside ? "\xf0\x80\x20" : "\x20\x30\x38", 3);
      }
  return rgb;
}

static void
test_shapes (void)
{
  static const guint sizes[][2] = { { 1, 1 }, { 17, 93 }, { 320, 320 }, { 701, 433 } };
  g_autoptr (U2Netp) network = open_ours ();

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      guint width = sizes[i][0], height = sizes[i][1];
      g_autofree guint8 *rgb = paint_disc (width, height);
      g_autofree float *once = find (network, rgb, width, height);
      g_autofree float *again = find (network, rgb, width, height);

      g_assert_cmpmem (once, width * height * sizeof (float), again, width * height * sizeof (float));
      if (width < 320)
        continue;
      g_assert_cmpfloat (once[(gsize) (height / 2) * width + width / 2], >, 0.9f);
      g_assert_cmpfloat (once[0], <, 0.1f);
    }
  g_clear_pointer (&network, u2netp_free);
  assert_clean ();
}

/* In a black picture is no subject, and a picture of no pixels is refused. */
static void
test_nothing (void)
{
  g_autoptr (U2Netp) network = open_ours ();
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *black = g_malloc0 (3 * 64 * 48);
  g_autofree float *map = find (network, black, 64, 48);

  for (gsize i = 0; i < 64 * 48; i++)
    g_assert_cmpfloat (map[i], <, 0.2f);
  {
    T_SCOPE ();
    u2netp_find (network, &(PictureInput){ black, 0, 48 });
    g_assert_false (t_check (&error));
    g_assert_error (error, T_ERROR, T_ERROR_FAILED);
  }
  g_clear_pointer (&network, u2netp_free);
  assert_clean ();
}

/* Files --------------------------------------------------------------------------------------- */

static gboolean
is_folded (const WeightsEntry *entry)
{
  return strstr (entry->name, ".rebnconv") != NULL && g_str_has_suffix (entry->name, ".weight");
}

/* Our file as the original has it. */
static void
test_apart (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp ("u2netp-XXXXXX", &error);
  g_autofree char *path = g_build_filename (dir, "u2netp.safetensors", NULL), *source = weights_path ();
  WeightsVariant variant = { is_folded, "conv_s1", "bn_s1", TRUE, NULL };
  g_autofree guint8 *rgb = paint_disc (320, 240);
  g_autofree float *wanted = NULL, *found = NULL;
  g_autoptr (U2Netp) ours = open_ours (), theirs = NULL;

  weights_variant_part (source, path, &variant);
  theirs = open_network (path, &error);
  g_assert_no_error (error);
  wanted = find (ours, rgb, 320, 240);
  found = find (theirs, rgb, 320, 240);
  for (gsize i = 0; i < 320 * 240; i++)
    g_assert_cmpfloat_with_epsilon (found[i], wanted[i], 1e-3f);
  g_unlink (path);
  g_rmdir (dir);
  g_clear_pointer (&ours, u2netp_free);
  g_clear_pointer (&theirs, u2netp_free);
  assert_clean ();
}

/* Our file with one tensor left out, or (@stretched) with another shape. */
static void
assert_refused (const char *tensor, gboolean stretched, const char *sentence)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp ("u2netp-XXXXXX", &error);
  g_autofree char *path = g_build_filename (dir, "other.safetensors", NULL);
  g_autofree char *source = weights_path ();
  g_autofree char *message = g_strdup_printf ("%s: the tensor “%s” %s", path, tensor, sentence);

  if (stretched)
    weights_variant_flatten (source, path, tensor);
  else
    weights_variant_omit (source, path, tensor);
  g_assert_null (open_network (path, &error));
  g_assert_error (error, T_ERROR, T_ERROR_FILE);
  g_assert_cmpstr (error->message, ==, message);
  g_unlink (path);
  g_rmdir (dir);
  assert_clean ();
}

static void
test_refused (void)
{
  assert_refused ("stage3.rebnconv2.weight", FALSE, "is missing");
  assert_refused ("outconv.bias", FALSE, "is missing");
  assert_refused ("side1.weight", TRUE, "is 576, but the network asks for 1x64x3x3");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/u2netp/sample", test_sample);
  g_test_add_func ("/u2netp/shapes", test_shapes);
  g_test_add_func ("/u2netp/nothing", test_nothing);
  g_test_add_func ("/u2netp/apart", test_apart);
  g_test_add_func ("/u2netp/refused", test_refused);
  return g_test_run ();
}
