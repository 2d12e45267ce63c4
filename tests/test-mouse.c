/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/fake-engine.h"
#include "tests/ui-mouse.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"

#include "jobs/mage-waiting-job.h"
#include "ui/mage-compose-page.h"
#include "ui/mage-inspector.h"
#include "ui/mage-job-bar.h"
#include "ui/mage-job-row.h"
#include "ui/mage-training-page.h"

#include <math.h>

/* Losses and the queue under a real pointer: read out, zoomed, panned, dragged. */

typedef UiSession Fixture;

#define STEPS 200
#define WIDTH 900
#define HEIGHT 700

typedef struct
{
  GtkWindow *window;
  MageLossChart *chart;
  GtkWidget *widget;
} Sight;

/* A hand makes many small moves. */
#define MOVES 8

static void
move_to (GtkWidget *widget, double x, double y)
{
  ui_mouse_move (widget, x / gtk_widget_get_width (widget), y / gtk_widget_get_height (widget));
  ui_settle ();
}

static void
click_at (GtkWidget *widget, double x, double y)
{
  ui_mouse_click (widget, x / gtk_widget_get_width (widget), y / gtk_widget_get_height (widget));
}

static void
drag_from (GtkWidget *widget, double x, double y, double to_x, double to_y)
{
  double width = gtk_widget_get_width (widget);
  double height = gtk_widget_get_height (widget);

  ui_mouse_press (widget, x / width, y / height);
  for (guint i = 1; i <= MOVES; i++)
    ui_mouse_move (widget, (x + (to_x - x) * i / MOVES) / width, (y + (to_y - y) * i / MOVES) / height);
  ui_settle ();
  ui_mouse_release ();
}

/* A page with the losses of a training that is over. */
static Sight
open_page (Fixture *self)
{
  MageTrainable *subject = MAGE_TRAINABLE (ui_session_add_subject (self, "bear"));
  MageTrainingPage *page;
  Sight sight;

  mage_params_set_int (mage_project_get_params (self->project), "iterations", STEPS, NULL);
  mage_session_train (self->session, subject);
  ui_session_wait (self);
  page = MAGE_TRAINING_PAGE (mage_training_page_new (self->session, subject));
  sight.window = GTK_WINDOW (gtk_window_new ());
  gtk_window_set_decorated (sight.window, FALSE);
  gtk_window_set_default_size (sight.window, WIDTH, HEIGHT);
  gtk_window_set_child (sight.window, GTK_WIDGET (page));
  gtk_window_present (sight.window);
  ui_settle ();
  sight.chart = mage_training_view_get_chart (mage_training_page_get_training (page));
  sight.widget = GTK_WIDGET (sight.chart);
  g_assert_cmpuint (mage_loss_chart_get_last_step (sight.chart), ==, STEPS);
  return sight;
}

static double
get_middle (Sight *self)
{
  return gtk_widget_get_height (self->widget) / 2.0;
}

static void
get_view (Sight *self, double *from, double *to)
{
  mage_loss_view_get (mage_loss_chart_get_view (self->chart), from, to);
}

/* The step under the pointer is read out, wherever it is; none where it is not. */
static void
test_read (Fixture *self, gconstpointer data)
{
  Sight sight = open_page (self);
  double middle = get_middle (&sight);
  guint step;

  for (double x = 100; x < gtk_widget_get_width (sight.widget) - 20; x += 150)
    {
      move_to (sight.widget, x, middle);
      g_assert_true (mage_loss_chart_get_cursor (sight.chart, &step));
      g_assert_cmpfloat (fabs (step - mage_loss_chart_get_step_at (sight.chart, x)), <=, 1);
    }
  /* A press keeps it, and the page shows that step. */
  click_at (sight.widget, 300, middle);
  g_assert_true (mage_loss_chart_get_cursor (sight.chart, &step));
  g_assert_cmpuint (mage_loss_chart_get_step (sight.chart), ==, step);
  move_to (sight.widget, 300, -40);
  g_assert_cmpuint (mage_loss_chart_get_step (sight.chart), ==, step);
  gtk_window_destroy (sight.window);
}

/* With Control, or once the chart was pressed, the wheel zooms to where the pointer is; before that it moves the page. */
static void
test_wheel (Fixture *self, gconstpointer data)
{
  Sight sight = open_page (self);
  double middle = get_middle (&sight), from, to, at, further_from, further_to;

  move_to (sight.widget, 400, middle);
  ui_mouse_tell ("click 4");
  get_view (&sight, &from, &to);
  g_assert_cmpfloat (from, ==, 0);
  g_assert_false (mage_loss_chart_get_view (sight.chart)->zoomed);

  at = mage_loss_chart_get_step_at (sight.chart, 400);
  ui_mouse_tell ("keydown ctrl click 4 click 4 click 4 keyup ctrl");
  g_assert_true (mage_loss_chart_get_view (sight.chart)->zoomed);
  g_assert_cmpfloat (fabs (mage_loss_chart_get_step_at (sight.chart, 400) - at), <=, 1.5);
  get_view (&sight, &from, &to);
  g_assert_cmpfloat (to - from, <, 0.7 * STEPS);

  click_at (sight.widget, 400, middle);
  ui_mouse_tell ("click 4 click 4");
  get_view (&sight, &further_from, &further_to);
  g_assert_cmpfloat (further_to - further_from, <, 0.8 * (to - from));
  ui_mouse_tell ("click 5 click 5");
  get_view (&sight, &further_from, &further_to);
  g_assert_cmpfloat_with_epsilon (further_to - further_from, to - from, 1);
  ui_mouse_tell ("keydown ctrl click --repeat 20 --delay 10 5 keyup ctrl");
  g_assert_false (mage_loss_chart_get_view (sight.chart)->zoomed);
  gtk_window_destroy (sight.window);
}

/* The hand takes the losses along, pixel by pixel, and not beyond their ends; so does the wheel with Shift, and the one across. */
static void
test_pan (Fixture *self, gconstpointer data)
{
  Sight sight = open_page (self);
  double middle = get_middle (&sight), from, to, before, under;

  mage_loss_view_set (mage_loss_chart_get_view (sight.chart), 80, 120);
  ui_settle ();
  under = mage_loss_chart_get_step_at (sight.chart, 500);
  drag_from (sight.widget, 500, middle, 350, middle + 5);
  get_view (&sight, &from, &to);
  g_assert_cmpfloat_with_epsilon (to - from, 40, 1e-6);
  /* The numbers beside the axis may become a little wider or narrower. */
  g_assert_cmpfloat_with_epsilon (mage_loss_chart_get_step_at (sight.chart, 350), under, mage_loss_chart_get_steps_per_pixel (sight.chart) * 8);
  /* A drag chooses no step. */
  g_assert_cmpuint (mage_loss_chart_get_step (sight.chart), ==, 0);

  before = from;
  ui_mouse_tell ("keydown shift click 5 keyup shift");
  get_view (&sight, &from, &to);
  g_assert_cmpfloat (from, >, before);
  before = from;
  ui_mouse_tell ("click 6");
  get_view (&sight, &from, &to);
  g_assert_cmpfloat (from, <, before);

  drag_from (sight.widget, 100, middle, 800, middle);
  drag_from (sight.widget, 100, middle, 800, middle);
  drag_from (sight.widget, 100, middle, 800, middle);
  drag_from (sight.widget, 100, middle, 800, middle);
  get_view (&sight, &from, &to);
  g_assert_cmpfloat (from, ==, 0);
  g_assert_cmpfloat_with_epsilon (to, 40, 1e-6);
  gtk_window_destroy (sight.window);
}

/* Of a display without fingers only what a pinch tells is tried: twice as wide shows half as much. */
static void
test_pinch (Fixture *self, gconstpointer data)
{
  Sight sight = open_page (self);
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (sight.widget);
  double from, to;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (!GTK_IS_GESTURE_ZOOM (controller))
        continue;
      g_signal_emit_by_name (controller, "begin", NULL);
      g_signal_emit_by_name (controller, "scale-changed", 2.0);
    }
  get_view (&sight, &from, &to);
  g_assert_cmpfloat_with_epsilon (to - from, STEPS / 2.0, 1);
  gtk_window_destroy (sight.window);
}

/* --- the queue --- */

static GtkWidget *
find_type (GtkWidget *widget, GType type)
{
  GtkWidget *found = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_type (child, type);
  return found;
}

static const char *
get_title (Fixture *self, guint i)
{
  g_autoptr (MageJob) job = g_list_model_get_item (mage_worker_get_jobs (self->worker), i);

  return mage_job_get_title (job);
}

static gboolean
is_running (gpointer job)
{
  return mage_job_get_state (job) == MAGE_JOB_RUNNING;
}

/* The window with the queue open: a training that runs, three that wait, and a fusion that needs them all. */
static GtkListBox *
open_queue (Fixture *self, GtkWindow **window, MageJobBar **bar)
{
  static const char *const names[] = { "ant", "bee", "cat", "dog" };
  GtkWidget *button;
  MageWaitingJob *fusion = NULL;

  fake_engine_hold (1);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      MageTrainable *subject = MAGE_TRAINABLE (ui_session_add_subject (self, names[i]));

      mage_session_train (self->session, subject);
    }
  mage_session_fuse (self->session);
  fusion = mage_session_find_order (self->session, MAGE_TRAINABLE (mage_project_get_fusion (self->project)));
  for (guint i = 1; i < G_N_ELEMENTS (names); i++)
    mage_waiting_job_add_need (fusion, mage_session_find_order (self->session, mage_project_find (self->project, names[i])));
  *bar = g_object_new (MAGE_TYPE_JOB_BAR, NULL);
  mage_job_bar_set_session (*bar, self->session);
  *window = GTK_WINDOW (adw_window_new ());
  gtk_window_set_decorated (*window, FALSE);
  gtk_window_set_default_size (*window, WIDTH, HEIGHT);
  gtk_widget_set_valign (GTK_WIDGET (*bar), GTK_ALIGN_END);
  adw_window_set_content (ADW_WINDOW (*window), GTK_WIDGET (*bar));
  gtk_window_present (*window);
  ui_settle ();
  {
    g_autoptr (MageJob) first = g_list_model_get_item (mage_worker_get_jobs (self->worker), 0);

    ui_wait_until (is_running, first);
  }
  button = find_type (GTK_WIDGET (*bar), GTK_TYPE_MENU_BUTTON);
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  ui_settle ();
  return GTK_LIST_BOX (find_type (GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button))), GTK_TYPE_LIST_BOX));
}

static double
row_middle (GtkListBox *list, int i)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (GTK_WIDGET (gtk_list_box_get_row_at_index (list, i)), GTK_WIDGET (list), &bounds));
  return bounds.origin.y + bounds.size.height / 2;
}

/* Rows of the queue go where the hand puts them, but not before what they need, nor before what runs. */
static void
test_queue (Fixture *self, gconstpointer data)
{
  GtkWindow *window;
  MageJobBar *bar;
  GtkListBox *list = open_queue (self, &window, &bar);

  g_assert_cmpstr (get_title (self, 3), ==, "Training <dog>");
  drag_from (GTK_WIDGET (list), 100, row_middle (list, 3), 100, row_middle (list, 1) - 10);
  g_assert_cmpstr (get_title (self, 0), ==, "Training <ant>");
  g_assert_cmpstr (get_title (self, 1), ==, "Training <dog>");
  g_assert_cmpstr (get_title (self, 2), ==, "Training <bee>");
  g_assert_cmpstr (mage_job_bar_get_refusal (bar), ==, "");

  /* The fusion waits for all of them. */
  g_assert_cmpstr (get_title (self, 4), ==, "Fusing the subjects");
  drag_from (GTK_WIDGET (list), 100, row_middle (list, 4), 100, row_middle (list, 1) - 10);
  g_assert_cmpstr (get_title (self, 4), ==, "Fusing the subjects");
  g_assert_cmpstr (mage_job_bar_get_refusal (bar), ==, "“Fusing the subjects” needs “Training <cat>” and stays behind it");
  /* And none of them goes behind it. */
  drag_from (GTK_WIDGET (list), 100, row_middle (list, 2), 100, row_middle (list, 4) + 10);
  g_assert_cmpstr (get_title (self, 3), ==, "Training <bee>");
  g_assert_cmpstr (get_title (self, 4), ==, "Fusing the subjects");
  g_assert_cmpstr (mage_job_bar_get_refusal (bar), ==, "“Training <bee>” is needed by “Fusing the subjects” and stays before it");
  /* What runs stays the first. */
  drag_from (GTK_WIDGET (list), 100, row_middle (list, 1), 100, row_middle (list, 0) - 15);
  g_assert_cmpstr (get_title (self, 0), ==, "Training <ant>");
  g_assert_cmpstr (get_title (self, 1), ==, "Training <dog>");
  g_assert_true (g_str_has_prefix (mage_job_bar_get_refusal (bar), "“Training <ant>” runs"));
  fake_engine_hold (0);
  gtk_window_destroy (window);
  ui_session_wait (self);
}

/* The settings of what waits are opened from the queue, which goes: the keys are theirs. */
static void
test_settings (Fixture *self, gconstpointer data)
{
  GtkWindow *window;
  MageJobBar *bar;
  GtkListBox *list = open_queue (self, &window, &bar);
  GtkWidget *row = GTK_WIDGET (gtk_list_box_get_row_at_index (list, 3));
  MageParamLayer *layer = mage_waiting_job_get_layer (MAGE_WAITING_JOB (mage_job_row_get_job (row)));
  GtkWidget *text;

  ui_keyboard_take (window);
  gtk_widget_activate_action (row, "row.settings", NULL);
  ui_settle ();
  text = find_type (GTK_WIDGET (adw_window_get_visible_dialog (ADW_WINDOW (window))), GTK_TYPE_TEXT);
  gtk_widget_grab_focus (text);
  ui_keyboard_press ("ctrl+a");
  ui_keyboard_type ("7");
  ui_keyboard_press ("Return");
  ui_settle ();
  g_assert_cmpuint (mage_param_layer_count_changed (layer, MAGE_USE_TRAIN), ==, 1);
  adw_dialog_force_close (adw_window_get_visible_dialog (ADW_WINDOW (window)));
  fake_engine_hold (0);
  gtk_window_destroy (window);
  ui_session_wait (self);
}

/* Where what has the focus goes, the focus goes on, and the settings stay where they were. */
static void
test_inspector (Fixture *self, gconstpointer data)
{
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *button = gtk_button_new_with_label ("Create");
  MageInspector *inspector = g_object_new (MAGE_TYPE_INSPECTOR, NULL);
  GtkWidget *page = g_object_ref_sink (mage_compose_page_new (self->session));
  GtkAdjustment *place;

  mage_inspector_set_page (inspector, MAGE_PAGE (page));
  gtk_widget_set_vexpand (GTK_WIDGET (inspector), TRUE);
  gtk_box_append (GTK_BOX (box), button);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (inspector));
  gtk_window_set_decorated (window, FALSE);
  gtk_window_set_default_size (window, 360, 300);
  gtk_window_set_child (window, box);
  gtk_window_present (window);
  ui_settle ();
  place = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (find_type (GTK_WIDGET (inspector), GTK_TYPE_SCROLLED_WINDOW)));
  ui_keyboard_take (window);
  ui_mouse_click (button, 0.5, 0.5);
  ui_settle ();
  gtk_adjustment_set_value (place, 300);
  ui_settle ();
  g_assert_cmpfloat (gtk_adjustment_get_value (place), ==, 300);
  gtk_widget_set_visible (button, FALSE);
  ui_settle ();
  g_assert_cmpfloat (gtk_adjustment_get_value (place), ==, 300);
  mage_inspector_set_page (inspector, NULL);
  gtk_window_destroy (window);
  g_object_unref (page);
}

int
main (int argc, char *argv[])
{
  g_autoptr (AdwApplication) application = NULL;

  g_test_init (&argc, &argv, NULL);
  application = ui_start ();
  g_test_add ("/mouse/chart/read", Fixture, NULL, ui_session_set_up, test_read, ui_session_tear_down);
  g_test_add ("/mouse/chart/wheel", Fixture, NULL, ui_session_set_up, test_wheel, ui_session_tear_down);
  g_test_add ("/mouse/chart/pan", Fixture, NULL, ui_session_set_up, test_pan, ui_session_tear_down);
  g_test_add ("/mouse/chart/pinch", Fixture, NULL, ui_session_set_up, test_pinch, ui_session_tear_down);
  g_test_add ("/mouse/queue", Fixture, NULL, ui_session_set_up, test_queue, ui_session_tear_down);
  g_test_add ("/mouse/settings", Fixture, NULL, ui_session_set_up, test_settings, ui_session_tear_down);
  g_test_add ("/mouse/inspector", Fixture, NULL, ui_session_set_up, test_inspector, ui_session_tear_down);
  return g_test_run ();
}
