/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/fake-engine.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"
#include "ui/mage-cutmix-view.h"
#include "ui/mage-fusion-page.h"
#include "ui/mage-fusion-row.h"
#include "ui/mage-heat-map.h"
#include "ui/mage-training-view.h"

/* The steps of the method as the window offers them: the fusion, who plays which part, and what is left out. */

static AdwApplication *application;

static GtkWindow *
show (GtkWidget *widget)
{
  GtkWindow *window = GTK_WINDOW (gtk_application_window_new (GTK_APPLICATION (application)));

  gtk_window_set_default_size (window, 800, 700);
  gtk_window_set_child (window, widget);
  gtk_window_present (window);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return window;
}

/* The first widget of @type in or below @widget. */
static gpointer
find (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      gpointer found = find (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* --- maps --- */

static Frames *
make_grey (guint side, guint8 low, guint8 high)
{
  guint8 *rgb = g_malloc (side * side * 3);

  for (guint i = 0; i < side * side; i++)
    memset (rgb + i * 3, i % side < side / 2 ? low : high, 3);
  return frames_new_take (1, side, side, 8, rgb);
}

/* A map is brighter where it is high, and coarser than its picture; a mask has its colour inside and dims the rest. */
static void
test_heat (void)
{
  g_autoptr (Frames) picture = make_grey (8, 100, 100);
  g_autoptr (Frames) map = make_grey (2, 0, 255);
  GdkRGBA red = { 1, 0, 0, 1 };
  g_autoptr (Frames) heat = mage_heat_map_new (picture, map);
  g_autoptr (Frames) mask = mage_heat_map_new_mask (picture, map, &red);
  const guint8 *h = frames_get_frame (heat, 0);
  const guint8 *m = frames_get_frame (mask, 0);

  g_assert_cmpuint (heat->width, ==, 8);
  g_assert_cmpuint (h[0], <, 40);
  g_assert_cmpuint (h[7 * 3], >, 220);
  g_assert_cmpuint (m[0], ==, 60);
  g_assert_cmpuint (m[7 * 3], >, 150);
  g_assert_cmpuint (m[7 * 3 + 1], ==, 52);
}

/* --- the fusion --- */

static gboolean
is_looked_at (gpointer data)
{
  return !mage_cutmix_view_is_empty (data) && mage_cutmix_view_get_token (data, 1) != NULL;
}

/* One subject is too few; two have to be trained first; then they are fused while the page shows whose maps are whose. */
static void
test_fusion (UiSession *self, gconstpointer data)
{
  GtkWidget *page = mage_fusion_page_new (self->session);
  GtkWindow *window = show (page);
  MageTrainingView *training = find (page, MAGE_TYPE_TRAINING_VIEW);
  MageCutmixView *cutmix = find (page, MAGE_TYPE_CUTMIX_VIEW);
  MageTrainable *fusion = MAGE_TRAINABLE (mage_project_get_fusion (self->project));

  ui_session_add_subject (self, "bear");
  g_assert_cmpint (mage_page_get_inspects (MAGE_PAGE (page)), ==, MAGE_STALE_NOTHING);
  ui_session_add_subject (self, "robot");
  g_assert_cmpint (mage_page_get_inspects (MAGE_PAGE (page)), ==, MAGE_STALE_FUSION);
  g_assert_cmpstr (mage_training_view_get_state (training), ==, "Train first: <bear>, <robot>");
  ui_session_train_all (self);
  g_assert_cmpstr (mage_training_view_get_state (training), ==, "Not fused yet");
  g_assert_cmpstr (mage_training_view_get_action (training), ==, "_Fuse");

  g_assert_nonnull (mage_session_train (self->session, fusion));
  g_assert_null (mage_training_view_get_action (training));
  ui_wait_until (is_looked_at, cutmix);
  g_assert_cmpstr (mage_cutmix_view_get_token (cutmix, 0), ==, "<bear>");
  g_assert_cmpstr (mage_cutmix_view_get_token (cutmix, 1), ==, "<robot>");
  ui_session_wait (self);
  g_assert_cmpstr (mage_training_view_get_state (training), ==, "Fused, 6 steps");
  g_assert_false (mage_cutmix_view_is_empty (cutmix));
  mage_params_set_double (mage_project_get_params (self->project), "lambda2", 0.1, NULL);
  g_assert_cmpstr (mage_training_view_get_action (training), ==, "_Fuse Again");
  gtk_window_destroy (window);
}

#define ADD(path, test) g_test_add (path, UiSession, NULL, ui_session_set_up, test, ui_session_tear_down)

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  application = ui_start ();
  g_test_add_func ("/method/heat", test_heat);
  ADD ("/method/fusion", test_fusion);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
