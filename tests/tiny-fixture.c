/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tiny-fixture.h"

#include "sandbox.h"

#include "engine/engine.h"

/* What differs is set by the test afterwards. */
void
tiny_fixture_set_up (Fixture *self)
{
  static const struct
  {
    const char *key;
    gint64 value;
  } numbers[] = { { "frames", 3 },           { "width", 64 },       { "height", 48 }, { "iterations", 2 },
                  { "token_iterations", 1 }, { "sample_every", 0 }, { "threads", 1 } };
  g_autoptr (GError) error = NULL;
  MageParams *params;

  self->folder = sandbox_new ();
  self->model = g_test_build_filename (G_TEST_DIST, "golden", "tiny", NULL);
  self->path = g_build_filename (self->folder, "P.mage", NULL);
  self->project = mage_project_create (self->path, NULL, self->model, &error);
  g_assert_no_error (error);
  self->worker = mage_worker_new (0, engine_table ());
  params = mage_project_get_params (self->project);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_assert_true (mage_params_set_int (params, numbers[i].key, numbers[i].value, NULL));
  g_assert_true (mage_params_set_double (params, "lambda1", 0, NULL));
}
