/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RTLD_NEXT */
#define _GNU_SOURCE

#include "config.h"

#include "tests/fake-engine.h"
#include "tests/ui-picture.h"
#include "tests/ui-session.h"
#include "ui/mage-project-card.h"
#include "ui/mage-session.h"

#include <dlfcn.h>

/*
 * Things that go away while a thread works for them end in the main thread nevertheless: a widget
 * that ends in another one leaves the accessibility bus, and the heap, in disorder.
 */

#define N_TRIES 20

static GThread *main_thread;

/*
 * In the place of GObject's own: a thread that lets go of its task, or of its job, does so last, as
 * it may at any time.
 */
void
g_object_unref (gpointer object)
{
  static gsize real = 0;

  if (g_once_init_enter (&real))
    g_once_init_leave (&real, (gsize) dlsym (RTLD_NEXT, "g_object_unref"));
  if (main_thread != NULL && g_thread_self () != main_thread && (G_IS_TASK (object) || MAGE_IS_JOB (object)))
    while (g_atomic_int_get (&G_OBJECT (object)->ref_count) > 1)
      g_thread_yield ();
  ((void (*) (gpointer)) real) (object);
}

typedef struct
{
  int n_ended;     /* atomic */
  int n_elsewhere; /* atomic */
} Ends;

static void
ended_cb (gpointer data, GObject *gone)
{
  Ends *self = data;

  if (g_thread_self () != main_thread)
    g_atomic_int_inc (&self->n_elsewhere);
  g_atomic_int_inc (&self->n_ended);
}

static gboolean
have_ended (gpointer data)
{
  return g_atomic_int_get (&((Ends *) data)->n_ended) == N_TRIES;
}

/* The welcome page makes its cards anew whenever a project is opened. */
static void
test_cards (void)
{
  Ends ends = { 0 };

  for (guint i = 0; i < N_TRIES; i++)
    {
      GtkWidget *card = g_object_ref_sink (mage_project_card_new ("/nowhere", "/nowhere"));

      g_object_weak_ref (G_OBJECT (card), ended_cb, &ends);
      g_object_unref (card);
      g_main_context_iteration (NULL, FALSE);
    }
  ui_wait_until (have_ended, &ends);
  g_assert_cmpint (ends.n_elsewhere, ==, 0);
}

/* A project is closed while its files are still being copied. */
static void
test_imports (UiSession *self, gconstpointer data)
{
  Ends ends = { 0 };
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere.png");

  g_list_store_append (files, file);
  for (guint i = 0; i < N_TRIES; i++)
    {
      MageSession *session = mage_session_new (self->worker, self->project);

      g_object_weak_ref (G_OBJECT (session), ended_cb, &ends);
      mage_session_import (session, G_LIST_MODEL (files), NULL);
      g_object_unref (session);
      g_main_context_iteration (NULL, FALSE);
    }
  ui_wait_until (have_ended, &ends);
  g_assert_cmpint (ends.n_elsewhere, ==, 0);
}

/* A job holds what it works on. */
static void
test_jobs (UiSession *self, gconstpointer data)
{
  Ends ends = { 0 };
  MageSubject *subject = ui_session_add_subject (self, "toy");

  for (guint i = 0; i < N_TRIES; i++)
    {
      g_autoptr (GError) error = NULL;
      MageJob *job = (MageJob *) mage_train_job_new (self->project, MAGE_TRAINABLE (subject), &error);

      g_assert_no_error (error);
      g_object_weak_ref (G_OBJECT (job), ended_cb, &ends);
      mage_worker_push (self->worker, job);
      g_object_unref (job);
      ui_session_wait (self);
    }
  ui_wait_until (have_ended, &ends);
  g_assert_cmpint (ends.n_elsewhere, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_autoptr (AdwApplication) application = NULL;

  g_test_init (&argc, &argv, NULL);
  application = ui_start ();
  main_thread = g_thread_self ();
  g_test_add_func ("/ends/cards", test_cards);
  g_test_add ("/ends/imports", UiSession, NULL, ui_session_set_up, test_imports, ui_session_tear_down);
  g_test_add ("/ends/jobs", UiSession, NULL, ui_session_set_up, test_jobs, ui_session_tear_down);
  return g_test_run ();
}
