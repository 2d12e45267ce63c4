/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/engine-pretrain-private.h"

#include <json-glib/json-glib.h>
#include <math.h>

#include "train/model-folder.h"

/*
 * A request to pretrain, turned into an objective and run by the one training loop. The plan, how many steps there
 * are, is made once and kept: the learning rate's cosine runs over it, and a run that was stopped goes on with it.
 */

#define PLAN_FILE "plan.json"

/* Where the plan is made by minutes: steps that are thrown away, the share of the time that is measured after them,
 * and its limits in seconds. */
#define MEASURE_WARM_UP 3
#define MEASURE_SHARE 0.02
#define MEASURE_LEAST 0.2
#define MEASURE_MOST 30

static void
pretraining_clear (Pretraining *self)
{
  g_clear_pointer (&self->objective, objective_free);
  g_clear_pointer (&self->run_dir, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pretraining, pretraining_clear)

static void
tell (Pretraining *self, const char *phase, guint step, guint n_steps, const EngineTerm *terms, guint n_terms)
{
  if (self->listener != NULL && self->listener->progress != NULL)
    self->listener->progress (self->listener->data, phase, step, n_steps, terms, n_terms);
}

/** pretrain_show: a picture for the listener, if it looks. */
void
pretrain_show (Pretraining *self, guint step, const char *what, GBytes *rgb, guint width, guint height)
{
  g_autoptr (EngineClip) clip = NULL;

  if (self->listener == NULL || self->listener->look == NULL || rgb == NULL)
    return;
  clip = engine_clip_new (rgb, NULL, NULL, 1, width, height);
  self->listener->look (self->listener->data, step, what, clip);
}

/* Scenes of the request, as objectives want them. */
static gboolean
render (gpointer data, guint64 seed, guint n_frames, guint width, guint height, Scene *scene, GError **error)
{
  const EnginePretrainRequest *request = data;
  g_autoptr (EngineClip) clip = request->scene (request->scene_data, seed, n_frames, width, height);

  if (clip == NULL || clip->mask == NULL || clip->caption == NULL)
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED,
                   "Scene %" G_GUINT64_FORMAT " cannot be drawn with %u×%u pixels, a mask and a caption", seed, width,
                   height);
      return FALSE;
    }
  scene->rgb = g_steal_pointer (&clip->rgb);
  scene->mask = g_steal_pointer (&clip->mask);
  scene->caption = g_steal_pointer (&clip->caption);
  return TRUE;
}

/* --- the plan --- */

/* How long a step takes: steps whose gradients are thrown away. */
static gboolean
measure (Pretraining *self, double minutes, double *seconds, GError **error)
{
  double enough = CLAMP (minutes * 60 * MEASURE_SHARE, MEASURE_LEAST, MEASURE_MOST);
  g_autoptr (Optimizer) optimizer = optimizer_new (0, 0);
  g_autoptr (GTimer) timer = g_timer_new ();
  ObjectiveTerm terms[OBJECTIVE_MAX_TERMS + 1];
  guint n_terms, n = 0;

  self->objective->add_parameters (self->objective, optimizer);
  tell (self, "Measuring", 0, 0, NULL, 0);
  for (; n < MEASURE_WARM_UP + 1 || g_timer_elapsed (timer, NULL) < enough; n++)
    {
      T_SCOPE ();
      if (n == MEASURE_WARM_UP)
        g_timer_start (timer);
      if (!self->objective->step (self->objective, self->request->seed, n, terms, &n_terms, error))
        return FALSE;
      optimizer_zero_grad (optimizer);
    }
  *seconds = g_timer_elapsed (timer, NULL) / (n - MEASURE_WARM_UP);
  return TRUE;
}

static guint
read_plan (const char *path)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonNode *root;

  if (!json_parser_load_from_file (parser, path, NULL))
    return 0;
  root = json_parser_get_root (parser);
  if (!JSON_NODE_HOLDS_OBJECT (root))
    return 0;
  return (guint) CLAMP (json_object_get_int_member_with_default (json_node_get_object (root), "n_steps", 0), 0, G_MAXINT);
}

/* How many steps there are: those that were asked for, those of an earlier call, or as many as fit the minutes. */
static gboolean
make_plan (Pretraining *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->run_dir, PLAN_FILE, NULL);
  g_autofree char *text = NULL;
  double minutes = engine_param_double (self->request->params, "minutes", 0);
  double seconds = 0;

  self->pace.n_steps = (guint) MAX (engine_param_int (self->request->params, "steps", 0), 0);
  if (self->pace.n_steps > 0 || (self->pace.n_steps = read_plan (path)) > 0)
    return TRUE;
  if (!(minutes > 0))
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED, "Say how long to train: a number of steps, or minutes");
      return FALSE;
    }
  if ((self->objective = self->stage->make (self, error)) == NULL || !measure (self, minutes, &seconds, error))
    return FALSE;
  g_clear_pointer (&self->objective, objective_free);
  self->pace.n_steps = (guint) MAX (minutes * 60 / seconds, 1);
  text = g_strdup_printf ("{ \"n_steps\": %u, \"minutes\": %g, \"seconds_a_step\": %g }\n", self->pace.n_steps, minutes,
                          seconds);
  return g_file_set_contents (path, text, -1, error);
}

/* --- the run --- */

/* What every step depends on. */
static char *
identity_of (Pretraining *self)
{
  static const char *const keys[] = { "rate", "warm_up", "decay", "width", "height", "frames", "weight_decay", "clip_norm" };
  const EnginePretrainRequest *request = self->request;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *head = g_strdup_printf ("pretrain %d %d %u %u %" G_GUINT64_FORMAT, (int) request->stage, request->fresh,
                                           self->pace.n_steps, self->n_threads, request->seed);

  engine_digest_text (checksum, head);
  engine_digest_params (checksum, request->params, keys, G_N_ELEMENTS (keys));
  engine_digest_params (checksum, request->params, self->stage->keys, g_strv_length ((char **) self->stage->keys));
  engine_digest_parts (checksum, request->config.model_dir);
  return g_strdup (g_checksum_get_string (checksum));
}

/* Looks at the averaged weights, tells of it, and puts them into the model folder. */
static gboolean
look_back (Pretraining *self, guint step, EngineTerm *terms, guint *n_terms, GError **error)
{
  T_SCOPE ();
  EngineTerm found[PRETRAIN_MAX_TERMS];
  guint n_found = 0;

  if (!self->stage->check (self, step, found, &n_found, error))
    return FALSE;
  for (guint i = 0; i < n_found; i++)
    terms[(*n_terms)++] = found[i];
  return step == 0 || self->stage->export (self, error);
}

/* Hears of every step: tells the listener, and looks back now and then, at the end and when time is over. */
static gboolean
stepped (gpointer data, guint step, guint n_steps, const ObjectiveTerm *terms, guint n_terms, GError **error)
{
  Pretraining *self = data;
  EngineTerm copies[OBJECTIVE_MAX_TERMS + 1 + PRETRAIN_MAX_TERMS];
  gboolean over = self->deadline > 0 && g_get_monotonic_time () > self->deadline && step < n_steps;

  for (guint i = 0; i < n_terms; i++)
    copies[i] = (EngineTerm){ terms[i].name, terms[i].value };
  if ((step % self->check_every == 0 || step == n_steps || over)
      && !look_back (self, step, copies, &n_terms, error))
    return FALSE;
  tell (self, "Training", step, n_steps, copies, n_terms);
  /* Only what could be looked at and written may end without an error. */
  self->out_of_time = over;
  if (over)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The time is over");
  return !over;
}

/* What the weights are worth that it starts from. */
static gboolean
look_before (Pretraining *self, GError **error)
{
  g_autofree char *checkpoint = g_build_filename (self->run_dir, TRAINER_CHECKPOINT, NULL);
  EngineTerm terms[PRETRAIN_MAX_TERMS];
  guint n_terms = 0;

  if (g_file_test (checkpoint, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!look_back (self, 0, terms, &n_terms, error))
    return FALSE;
  tell (self, "Training", 0, self->pace.n_steps, terms, n_terms);
  return TRUE;
}

static gboolean
run (Pretraining *self, GError **error)
{
  GVariant *params = self->request->params;
  double minutes = engine_param_double (params, "minutes", 0);
  g_autofree char *identity = NULL;
  g_autoptr (GError) failure = NULL;
  TrainerSettings settings;

  if (!model_folder_copy (self->request->config.model_dir, self->request->out_dir, error) || !make_plan (self, error))
    return FALSE;
  identity = identity_of (self);
  settings = engine_trainer_settings (params, self->request->seed, self->run_dir, identity);
  settings.n_steps = self->pace.n_steps;
  if (minutes > 0 && engine_param_int (params, "steps", 0) > 0)
    self->deadline = g_get_monotonic_time () + (gint64) (minutes * 60 * G_USEC_PER_SEC);
  if ((self->objective = self->stage->make (self, error)) == NULL || !look_before (self, error))
    return FALSE;
  if (trainer_run (self->objective, &settings, stepped, self, &failure) || self->out_of_time)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Everything that the request says, with defaults; FALSE with an error where it makes no sense. */
static gboolean
prepare (Pretraining *self, GError **error)
{
  const EnginePretrainRequest *request = self->request;
  guint threads = request->config.threads > 0 ? request->config.threads : g_get_num_processors ();

  if (!engine_choose_device (request->config.device, &self->device, error))
    return FALSE;
  /* A thread with its own share of the batch is worth more than a second thread within operations. */
  self->n_threads = self->device == T_CPU ? threads : 1;
  t_set_threads (1);
  t_keep_memory ();
  self->pace = (PretrainPace){
    .rate = engine_param_double (request->params, "rate", 1e-3),
    .warm_up = (guint) MAX (engine_param_int (request->params, "warm_up", 100), 0),
    .decay = engine_param_double (request->params, "decay", 0.999),
  };
  self->scenes = (SceneSource){
    .render = render,
    .data = (gpointer) request,
    .seed = request->seed,
    .width = (guint) MAX (engine_param_int (request->params, "width", 64), 1),
    .height = (guint) MAX (engine_param_int (request->params, "height", 64), 1),
  };
  self->check_every = (guint) MAX (engine_param_int (request->params, "check_every", 1000), 1);
  self->run_dir = g_build_filename (request->out_dir, "run", NULL);
  if (g_mkdir_with_parents (self->run_dir, 0777) == 0)
    return TRUE;
  g_set_error (error, T_ERROR, T_ERROR_FILE, "The folder “%s” cannot be made", self->run_dir);
  return FALSE;
}

static gboolean
ask (gpointer data, GError **error)
{
  const EngineListener *listener = data;

  return listener->interrupted (listener->data, error);
}

/** engine_pretrain: see EngineTable.pretrain. */
gboolean
engine_pretrain (const EnginePretrainRequest *request, const EngineListener *listener, GError **error)
{
  T_SCOPE ();
  const PretrainStage *stage = request->stage == ENGINE_PRETRAIN_UNET ? &pretrain_unet_stage : &pretrain_vae_stage;
  g_auto (Pretraining) self = { .request = request, .listener = listener, .stage = stage };
  gboolean ok;

  if (listener != NULL && listener->interrupted != NULL)
    t_set_interrupt (ask, (gpointer) listener);
  ok = prepare (&self, error) && run (&self, error);
  t_set_interrupt (NULL, NULL);
  t_check (NULL); /* whatever waits was reported, or came after what was */
  return ok;
}
