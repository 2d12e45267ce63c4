/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tests/fake-engine.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"
#include "ui/mage-figures-button.h"
#include "ui/mage-job-notices.h"
#include "ui/mage-job-row.h"
#include "ui/mage-memory-ways.h"
#include "ui/mage-preset-row.h"
#include "ui/mage-training-page.h"

/* What stands beside a training: presets, the paper's figures, how it does, and what the desktop hears of it. */

typedef UiSession Fixture;

static const char *
get_preset (GtkWidget *row)
{
  return adw_action_row_get_subtitle (ADW_ACTION_ROW (row));
}

static void
test_presets (Fixture *self, gconstpointer data)
{
  MageParams *params = mage_project_get_params (self->project);
  g_autofree char *folder = g_build_filename (self->folder, "presets", NULL);
  GtkWidget *row = NULL;

  mage_params_reset (params, "iterations");
  mage_params_reset (params, "token_iterations");
  mage_params_reset (params, "fuse_iterations");
  mage_params_reset (params, "lambda1");
  ui_settle ();
  row = g_object_ref_sink (mage_preset_row_new (self->session, folder));
  g_assert_cmpstr (get_preset (row), ==, "Paper");
  gtk_widget_activate_action (row, "preset.use", "s", "quick");
  g_assert_cmpstr (get_preset (row), ==, "Quick Look");
  g_assert_false (mage_params_is_default (params, "iterations"));
  ui_settle ();
  mage_history_undo (mage_session_get_history (self->session));
  g_assert_cmpstr (get_preset (row), ==, "Paper");

  mage_params_set_double (params, "omega", 0.7, NULL);
  g_assert_cmpstr (get_preset (row), ==, "None: values of your own");
  mage_preset_row_save (MAGE_PRESET_ROW (row), "Strong");
  g_assert_cmpstr (get_preset (row), ==, "Strong");
  mage_preset_row_rename (MAGE_PRESET_ROW (row), "Stronger");
  g_assert_cmpstr (get_preset (row), ==, "Stronger");
  gtk_widget_activate_action (row, "preset.use", "s", "paper");
  gtk_widget_activate_action (row, "preset.use-own", "s", "Stronger");
  g_assert_cmpfloat (mage_params_get_double (params, "omega"), ==, 0.7);
  gtk_widget_activate_action (row, "preset.delete", NULL);
  g_assert_cmpstr (get_preset (row), ==, "None: values of your own");
  g_object_unref (row);
}

/* The first descendant of that role. */
static GtkWidget *
find_role (GtkWidget *widget, GtkAccessibleRole role)
{
  if (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (widget)) == role)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_role (child, role);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* What was not measured of the static prompt has no column. */
static void
check_prompts (void)
{
  GtkWidget *button = g_object_ref_sink (mage_figures_button_new (mage_param_table_find ("static_template")));
  GtkWidget *popover = GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button)));
  GtkWidget *row = gtk_widget_get_first_child (find_role (popover, GTK_ACCESSIBLE_ROLE_TABLE));
  guint n = 0;

  for (GtkWidget *cell = gtk_widget_get_first_child (row); cell != NULL; cell = gtk_widget_get_next_sibling (cell))
    n++;
  g_assert_cmpuint (n, ==, 3);
  row = gtk_widget_get_next_sibling (row);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (gtk_widget_get_first_child (row))), ==, "“A static video of <sub1> and <sub2>.”, chosen");
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (gtk_widget_get_last_child (row))), ==, "0.407");
  g_object_unref (button);
}

/* The figures are a table for those who hear it, too. */
static void
test_figures (void)
{
  GtkWidget *button = g_object_ref_sink (mage_figures_button_new (mage_param_table_find ("omega")));
  GtkWidget *popover = GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button)));
  GtkWidget *table = find_role (popover, GTK_ACCESSIBLE_ROLE_TABLE);
  GtkWidget *row;
  guint n_rows = 0;

  g_assert_nonnull (table);
  gtk_test_accessible_assert_property (table, GTK_ACCESSIBLE_PROPERTY_LABEL, "What the paper measured");
  for (row = gtk_widget_get_first_child (table); row != NULL; row = gtk_widget_get_next_sibling (row))
    {
      g_assert_cmpint (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (row)), ==, GTK_ACCESSIBLE_ROLE_ROW);
      n_rows++;
    }
  g_assert_cmpuint (n_rows, ==, 4);
  row = gtk_widget_get_next_sibling (gtk_widget_get_next_sibling (gtk_widget_get_first_child (table)));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (gtk_widget_get_first_child (row))), ==, "0.5, chosen");
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (gtk_widget_get_last_child (row))), ==, "0.983");
  g_assert_null (mage_figures_button_new (mage_param_table_find ("rank")));
  g_object_unref (button);
  check_prompts ();
}

/* A training that fails says so on its page at once, and when the page is opened later. */
static void
test_failed (Fixture *self, gconstpointer data)
{
  MageTrainable *subject = MAGE_TRAINABLE (ui_session_add_subject (self, "bear"));
  AdwNavigationPage *page = g_object_ref_sink (mage_training_page_new (self->session, subject));
  MageHealthCard *card = mage_training_page_get_health (MAGE_TRAINING_PAGE (page));

  g_assert_cmpint (mage_health_card_get_kind (card), ==, MAGE_HEALTH_HIDDEN);
  fake_engine_fail (3);
  mage_session_train (self->session, subject);
  ui_session_wait (self);
  g_assert_cmpint (mage_health_card_get_kind (card), ==, MAGE_HEALTH_BAD);
  g_assert_cmpstr (mage_health_card_get_heading (card), ==, "Stopped: numbers ran away");
  g_assert_cmpstr (mage_health_card_get_sentence (card), ==, "the loss is not a number at step 3");
  g_object_unref (page);

  page = g_object_ref_sink (mage_training_page_new (self->session, subject));
  card = mage_training_page_get_health (MAGE_TRAINING_PAGE (page));
  g_assert_cmpstr (mage_health_card_get_heading (card), ==, "Stopped: numbers ran away");
  g_assert_cmpstr (mage_health_card_get_sentence (card), ==, "the loss is not a number at step 3");
  fake_engine_fail (0);
  mage_session_train (self->session, subject);
  ui_session_wait (self);
  ui_settle ();
  g_assert_cmpint (mage_health_card_get_kind (card), !=, MAGE_HEALTH_BAD);
  g_object_unref (page);
}

static gboolean
is_running (gpointer job)
{
  return mage_job_get_n_steps (job) > 1;
}

static void
toasted_cb (MageSession *session, const char *text, gboolean undo, char **kept)
{
  g_set_str (kept, text);
}

static gboolean
has_job (gpointer worker)
{
  return g_list_model_get_n_items (mage_worker_get_jobs (worker)) > 0;
}

static gboolean
has_words (gpointer card)
{
  return *mage_memory_card_get_words (card) != '\0';
}

static gboolean
is_tried (gpointer button)
{
  return !g_str_equal (mage_memory_way_button_get_cost (button), "Measuring…");
}

static gboolean
has_no_way (gpointer card)
{
  return mage_memory_card_count_ways (card) == 0;
}

/* Before a training two steps are measured, of which nothing is left; what does not fit is offered to be made smaller. */
static void
test_memory (Fixture *self, gconstpointer data)
{
  MageTrainable *subject = MAGE_TRAINABLE (ui_session_add_subject (self, "bear"));
  MageParams *params = mage_project_get_params (self->project);
  g_autofree char *runs = mage_project_dup_path (self->project, "runs");
  GtkWidget *window = gtk_window_new ();
  MageTrainingPage *page = MAGE_TRAINING_PAGE (mage_training_page_new (self->session, subject));
  MageMemoryCard *card = mage_training_page_get_memory (page);
  GtkWidget *button;

  mage_params_set_int (params, "frames", 16, NULL);
  fake_engine_limit (10 << 20);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (page));
  gtk_window_present (GTK_WINDOW (window));
  ui_wait_until (has_words, card);
  g_assert_cmpint (fake_engine_get_last ()->frames, ==, 16);
  g_assert_nonnull (strstr (mage_memory_card_get_words (card), "does not suffice: 16.8"));
  g_assert_null (mage_trainable_get_run (subject));
  g_assert_false (g_file_test (runs, G_FILE_TEST_EXISTS));
  /* The sides are as small as they get; every other way is tried, and says what it gives. */
  g_assert_cmpuint (mage_memory_card_count_ways (card), ==, 4);
  g_assert_null (mage_memory_card_get_way (card, MAGE_MEMORY_WAY_SIZE));
  button = mage_memory_card_get_way (card, MAGE_MEMORY_WAY_FRAMES);
  ui_wait_until (is_tried, button);
  g_assert_true (g_str_has_prefix (mage_memory_way_button_get_cost (button), "8.4 MB, "));
  g_assert_true (g_str_has_prefix (mage_memory_way_button_get_cost (mage_memory_card_get_way (card, MAGE_MEMORY_WAY_OFFLOAD)), "16.8 MB, "));
  g_assert_cmpint (mage_params_get_int (params, "frames"), ==, 16);
  g_signal_emit_by_name (button, "clicked");
  g_assert_false (mage_params_get_boolean (params, "gradient_checkpointing"));
  g_assert_cmpint (mage_params_get_int (params, "frames"), ==, 8);
  ui_wait_until (has_no_way, card);
  g_assert_cmpstr (mage_memory_card_get_words (card), ==, "Memory: 8.4 MB of 10.5 MB");

  /* Whoever trains does not wait for a measurement. */
  fake_engine_hold (1);
  mage_params_set_int (params, "frames", 6, NULL);
  ui_wait_until (has_job, self->worker);
  g_assert_nonnull (mage_session_train (self->session, subject));
  fake_engine_hold (0);
  ui_session_wait (self);
  g_assert_cmpint (mage_trainable_get_state (subject), ==, MAGE_TRAINED);
  fake_engine_limit (G_GUINT64_CONSTANT (1) << 40);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A fusion is measured before any clip of it is made. */
static void
test_fusion_memory (Fixture *self, gconstpointer data)
{
  MageTrainable *fusion = MAGE_TRAINABLE (mage_project_get_fusion (self->project));
  MageParams *params = mage_project_get_params (self->project);
  g_autofree char *cache = mage_project_dup_path (self->project, "cache");
  GtkWidget *window = gtk_window_new ();
  MageTrainingPage *page;

  ui_session_add_subject (self, "bear");
  ui_session_add_subject (self, "robot");
  mage_params_set_int (params, "frames", 6, NULL);
  ui_session_train_all (self);
  page = MAGE_TRAINING_PAGE (mage_training_page_new (self->session, fusion));
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (page));
  gtk_window_present (GTK_WINDOW (window));
  ui_wait_until (has_words, mage_training_page_get_memory (page));
  g_assert_true (g_str_has_prefix (mage_memory_card_get_words (mage_training_page_get_memory (page)), "Memory: 6.3 MB of"));
  g_assert_cmpint (fake_engine_get_last ()->n_fuse_subjects, ==, 2);
  g_assert_null (mage_trainable_get_run (fusion));
  g_assert_false (g_file_test (cache, G_FILE_TEST_EXISTS));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* What is advised is a click away: a rate at which numbers ran away becomes a third of it, and it is trained again. */
static void
test_remedy (Fixture *self, gconstpointer data)
{
  MageTrainable *subject = MAGE_TRAINABLE (ui_session_add_subject (self, "bear"));
  AdwNavigationPage *page = g_object_ref_sink (mage_training_page_new (self->session, subject));
  MageHealthCard *card = mage_training_page_get_health (MAGE_TRAINING_PAGE (page));
  MageParams *params = mage_project_get_params (self->project);
  double rate = mage_params_get_double (params, "lora_rate");

  fake_engine_fail (3);
  mage_session_train (self->session, subject);
  ui_session_wait (self);
  fake_engine_fail (0);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (card), "remedy.slower", NULL));
  g_assert_cmpfloat_with_epsilon (mage_params_get_double (params, "lora_rate"), rate / 3, 1e-12);
  ui_session_wait (self);
  g_assert_cmpint (mage_trainable_get_state (subject), ==, MAGE_TRAINED);
  g_assert_cmpint (mage_health_card_get_kind (card), !=, MAGE_HEALTH_BAD);
  g_assert_true (mage_history_undo (mage_session_get_history (self->session)));
  g_assert_cmpfloat (mage_params_get_double (params, "lora_rate"), ==, rate);

  /* One that learns by heart is stopped, and keeps what it has. */
  fake_engine_hold (3);
  mage_session_train (self->session, subject);
  ui_wait_until (is_running, mage_session_find_job (self->session, subject));
  gtk_widget_activate_action (GTK_WIDGET (card), "remedy.keep", NULL);
  fake_engine_hold (0);
  ui_session_wait (self);
  g_assert_nonnull (mage_trainable_get_run (subject));
  g_assert_cmpint (mage_trainable_get_state (subject), !=, MAGE_TRAINED);
  g_object_unref (page);
}

/* A fusion that is asked for while its subjects are trained comes after them. */
static void
test_fusion_waits (Fixture *self, gconstpointer data)
{
  MageTrainable *fusion = MAGE_TRAINABLE (mage_project_get_fusion (self->project));
  MageTrainable *bear = MAGE_TRAINABLE (ui_session_add_subject (self, "bear"));
  MageTrainable *robot = MAGE_TRAINABLE (ui_session_add_subject (self, "robot"));

  g_assert_nonnull (mage_session_train (self->session, bear));
  g_assert_nonnull (mage_session_train (self->session, robot));
  g_assert_nonnull (mage_session_fuse (self->session));
  ui_session_wait (self);
  g_assert_cmpint (mage_trainable_get_state (robot), ==, MAGE_TRAINED);
  g_assert_cmpint (mage_trainable_get_state (fusion), ==, MAGE_TRAINED);
}

/* What a toast says of a want of memory is no operation's name. */
static void
test_memory_toast (Fixture *self, gconstpointer data)
{
  MageTrainable *subject = MAGE_TRAINABLE (ui_session_add_subject (self, "bear"));
  g_autofree char *text = NULL;

  g_signal_connect (self->session, "toast", G_CALLBACK (toasted_cb), &text);
  mage_session_show (self->session, MAGE_PLACE_COMPOSE);
  fake_engine_fail_memory (TRUE);
  fake_engine_fail (3);
  g_assert_nonnull (mage_session_train (self->session, subject));
  ui_session_wait (self);
  fake_engine_fail (0);
  fake_engine_fail_memory (FALSE);
  g_assert_nonnull (text);
  g_assert_nonnull (strstr (text, "more memory than there is"));
  g_assert_null (strstr (text, "conv2d"));
}

typedef struct
{
  guint n;
  char *title;
  char *body;
} Heard;

static void
notified_cb (Heard *self, const char *title, const char *body)
{
  self->n++;
  g_set_str (&self->title, title);
  g_set_str (&self->body, body);
}

/*
 * Nobody looks at the window, which is not shown: the desktop hears of the end, and of failures at once. There is no
 * desktop here, so the window belongs to no application.
 */
static void
test_notices (Fixture *self, gconstpointer data)
{
  GtkWidget *window = gtk_window_new ();
  g_autoptr (MageJobNotices) notices = mage_job_notices_new (self->session, GTK_WINDOW (window));
  MageTrainable *bear = MAGE_TRAINABLE (ui_session_add_subject (self, "bear"));
  MageTrainable *robot = MAGE_TRAINABLE (ui_session_add_subject (self, "robot"));
  Heard heard = { 0 };
  MageJob *job;

  g_signal_connect_swapped (notices, "notified", G_CALLBACK (notified_cb), &heard);
  g_assert_false (mage_job_notices_is_inhibiting (notices));
  fake_engine_hold (2);
  job = mage_session_train (self->session, bear);
  mage_session_train (self->session, robot);
  ui_wait_until (is_running, job);
  g_assert_true (mage_job_notices_is_inhibiting (notices));
  fake_engine_hold (0);
  ui_session_wait (self);
  g_assert_false (mage_job_notices_is_inhibiting (notices));
  g_assert_cmpuint (heard.n, ==, 1);
  g_assert_cmpstr (heard.title, ==, "Done");
  g_assert_cmpstr (heard.body, ==, "2 pieces of work, the last: Training <robot>");

  fake_engine_fail (2);
  g_assert_nonnull (mage_session_fuse (self->session));
  ui_session_wait (self);
  fake_engine_fail (0);
  g_assert_cmpuint (heard.n, ==, 2);
  g_assert_cmpstr (heard.title, ==, "“Fusing the subjects” failed");
  g_assert_false (mage_job_notices_is_inhibiting (notices));
  g_clear_object (&notices);
  gtk_window_destroy (GTK_WINDOW (window));
  g_free (heard.title);
  g_free (heard.body);
}

int
main (int argc, char *argv[])
{
  g_autoptr (AdwApplication) application = NULL;

  g_test_init (&argc, &argv, NULL);
  application = ui_start ();
  g_test_add ("/beside-training/presets", Fixture, NULL, ui_session_set_up, test_presets, ui_session_tear_down);
  g_test_add_func ("/beside-training/figures", test_figures);
  g_test_add ("/beside-training/failed", Fixture, NULL, ui_session_set_up, test_failed, ui_session_tear_down);
  g_test_add ("/beside-training/memory", Fixture, NULL, ui_session_set_up, test_memory, ui_session_tear_down);
  g_test_add ("/beside-training/fusion-memory", Fixture, NULL, ui_session_set_up, test_fusion_memory, ui_session_tear_down);
  g_test_add ("/beside-training/remedy", Fixture, NULL, ui_session_set_up, test_remedy, ui_session_tear_down);
  g_test_add ("/beside-training/fusion-waits", Fixture, NULL, ui_session_set_up, test_fusion_waits, ui_session_tear_down);
  g_test_add ("/beside-training/memory-toast", Fixture, NULL, ui_session_set_up, test_memory_toast, ui_session_tear_down);
  g_test_add ("/beside-training/notices", Fixture, NULL, ui_session_set_up, test_notices, ui_session_tear_down);
  return g_test_run ();
}
