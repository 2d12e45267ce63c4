/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-model-status.h"

#include "ui/mage-projects.h"

#include "jobs/mage-report-job.h"
#include "project/mage-json.h"

#include <glib/gi18n.h>
#include <string.h>

/* Which model and device are in use, in words; the worker finds out after the window is shown. */

struct _MageModelStatus
{
  GObject parent_instance;

  MageWorker *worker;
  GSettings *settings;
  char *builtin_model;
  char *folder;   /* asked about */
  MageJob *job;
  char *text;
  char *problem;
};

G_DEFINE_FINAL_TYPE (MageModelStatus, mage_model_status, G_TYPE_OBJECT)

enum
{
  PROP_TEXT = 1,
  PROP_PROBLEM,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static void
set_outcome (MageModelStatus *self, const char *text, const char *problem)
{
  if (g_set_str (&self->text, text))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TEXT]);
  if (g_set_str (&self->problem, problem))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROBLEM]);
}

/* A model in Hugging Face's cache lies in models--owner--name/snapshots/HASH. */
static char *
find_cached_name (const char *folder)
{
  g_auto (GStrv) parts = g_strsplit (folder, G_DIR_SEPARATOR_S, -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (g_str_has_prefix (parts[i], "models--"))
      {
        const char *last = g_strrstr (parts[i], "--");

        return g_strdup (last + 2);
      }
  return NULL;
}

/** mage_model_dup_name: @folder: of a model. Returns: (transfer full): its own name, else the folder's */
char *
mage_model_dup_name (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "videomage.json", NULL);
  g_autoptr (JsonNode) node = g_file_test (path, G_FILE_TEST_EXISTS) ? mage_json_read (path, NULL) : NULL;
  const char *name = node != NULL ? mage_json_get_string (json_node_get_object (node), "name", NULL) : NULL;
  char *cached = find_cached_name (folder);

  if (name != NULL)
    {
      g_free (cached);
      return g_strdup (name);
    }
  return cached != NULL ? cached : g_path_get_basename (folder);
}

/* "Built-in mini model · CPU, 1 thread" */
static char *
describe (MageModelStatus *self, const char *report)
{
  g_autoptr (JsonNode) node = json_from_string (report, NULL);
  JsonObject *object = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  g_autofree char *name = mage_model_dup_name (self->folder);
  const char *device;
  guint threads;
  g_autofree char *words = NULL;

  if (object == NULL)
    return g_steal_pointer (&name);
  device = mage_json_get_string (object, "device", "CPU");
  threads = (guint) mage_json_get_int (object, "threads", 1);
  if (g_ascii_strncasecmp (device, "cpu", 3) != 0)
    return g_strdup_printf ("%s · %s", name, device);
  words = g_strdup_printf (g_dngettext (NULL, "CPU, %u thread", "CPU, %u threads", threads), threads);
  return g_strdup_printf ("%s · %s", name, words);
}

static void
finished_cb (MageModelStatus *self, MageJob *job)
{
  if (job != self->job)
    return;
  if (mage_job_get_state (job) == MAGE_JOB_DONE)
    {
      g_autofree char *text = describe (self, mage_report_job_get_report (MAGE_REPORT_JOB (job)));

      set_outcome (self, text, NULL);
    }
  else if (mage_job_get_state (job) == MAGE_JOB_FAILED)
    set_outcome (self, _("The model cannot be used"), mage_job_get_error (job)->message);
  g_clear_object (&self->job);
}

/** mage_model_status_check: asks the worker about the model that the settings say. */
void
mage_model_status_check (MageModelStatus *self)
{
  g_autoptr (MageParams) params = mage_params_new ();
  g_autofree char *folder = g_settings_get_string (self->settings, "model-folder");
  g_autofree char *name = NULL;

  g_set_str (&self->folder, *folder != '\0' ? folder : self->builtin_model);
  name = mage_model_dup_name (self->folder);
  set_outcome (self, name, NULL);
  mage_projects_apply_machine (self->settings, params);
  if (self->job != NULL)
    mage_worker_cancel (self->worker, self->job);
  g_clear_object (&self->job);
  self->job = MAGE_JOB (mage_report_job_new_describe (self->folder, params));
  g_signal_connect_object (self->job, "finished", G_CALLBACK (finished_cb), self, G_CONNECT_SWAPPED);
  mage_worker_push (self->worker, self->job);
}

static void
mage_model_status_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MageModelStatus *self = MAGE_MODEL_STATUS (object);

  switch (id)
    {
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_model_status_finalize (GObject *object)
{
  MageModelStatus *self = MAGE_MODEL_STATUS (object);

  g_clear_object (&self->job);
  g_clear_object (&self->worker);
  g_clear_object (&self->settings);
  g_free (self->builtin_model);
  g_free (self->folder);
  g_free (self->text);
  g_free (self->problem);
  G_OBJECT_CLASS (mage_model_status_parent_class)->finalize (object);
}

static void
mage_model_status_class_init (MageModelStatusClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = mage_model_status_get_property;
  object_class->finalize = mage_model_status_finalize;
  /** MageModelStatus:text: the model, and the device once it is known. */
  props[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  /** MageModelStatus:problem: (nullable): why the model cannot be used. */
  props[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mage_model_status_init (MageModelStatus *self)
{
}

MageModelStatus *
mage_model_status_new (MageWorker *worker, GSettings *settings, const char *builtin_model)
{
  MageModelStatus *self = g_object_new (MAGE_TYPE_MODEL_STATUS, NULL);

  self->worker = g_object_ref (worker);
  self->settings = g_object_ref (settings);
  self->builtin_model = g_strdup (builtin_model);
  self->text = mage_model_dup_name (builtin_model);
  return self;
}

const char *
mage_model_status_get_text (MageModelStatus *self)
{
  return self->text;
}

/** mage_model_status_get_problem: Returns: (nullable) */
const char *
mage_model_status_get_problem (MageModelStatus *self)
{
  return self->problem;
}
