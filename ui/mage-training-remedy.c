/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-training-remedy.h"

#include <glib/gi18n.h>

/* What a diagnosis advises, done on one click: stop and keep, or train again with another learning rate. */

/* Optimisers bear being wrong by less than this; the advice of mage-diagnosis.c names it, too. */
#define RATE_FACTOR 3.0

typedef struct
{
  MageSession *session;
  MageTrainable *item;
} Patient;

static void
patient_free (gpointer data)
{
  Patient *self = data;

  g_object_unref (self->session);
  g_object_unref (self->item);
  g_free (self);
}

static void
stop (Patient *self)
{
  MageJob *job = mage_session_find_job (self->session, self->item);

  if (job != NULL)
    mage_session_cancel (self->session, job);
}

/* What has run away is not gone on with: another rate makes another run. */
static void
train_at (Patient *self, double factor)
{
  static const char *const keys[] = { "lora_rate", "token_rate" };
  MageParams *params = mage_project_get_params (mage_session_get_project (self->session));
  g_autofree char *rate = NULL;
  g_autofree char *text = NULL;

  stop (self);
  mage_session_record (self->session, _("Change Learning Rate"));
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    mage_params_set_double (params, keys[i], MIN (1, mage_params_get_double (params, keys[i]) * factor), NULL);
  rate = mage_params_dup_text (params, "lora_rate");
  /* Translators: %s is a number such as 0.0005 */
  text = g_strdup_printf (_("The learning rate of this project is %s now"), rate);
  mage_session_train (self->session, self->item);
  mage_session_toast_undo (self->session, text);
}

static void
keep_activated (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  stop (data);
}

static void
slower_activated (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  train_at (data, 1 / RATE_FACTOR);
}

static void
faster_activated (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  train_at (data, RATE_FACTOR);
}

/** mage_training_remedy_new_group: Returns: (transfer full): the actions that mage_training_remedy_find() names, for @item's training */
GSimpleActionGroup *
mage_training_remedy_new_group (MageSession *session, MageTrainable *item)
{
  static const GActionEntry entries[] = {
    { .name = "keep", .activate = keep_activated },
    { .name = "slower", .activate = slower_activated },
    { .name = "faster", .activate = faster_activated },
  };
  GSimpleActionGroup *group = g_simple_action_group_new ();
  Patient *patient = g_new0 (Patient, 1);

  patient->session = g_object_ref (session);
  patient->item = g_object_ref (item);
  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), patient);
  g_object_set_data_full (G_OBJECT (group), "mage-patient", patient, patient_free);
  return group;
}

/**
 * mage_training_remedy_find:
 * @running: whether the training is under way
 * @label: (out) (transfer none): of a button, translated
 * @action: (out) (transfer none): what it does
 *
 * Returns: FALSE where no click helps
 */
gboolean
mage_training_remedy_find (MageAilment ailment, gboolean running, const char **label, const char **action)
{
  switch (ailment)
    {
    case MAGE_AILMENT_NOT_FINITE:
    case MAGE_AILMENT_EXPLODING:
    case MAGE_AILMENT_RATE_TOO_LARGE:
      *label = _("Train _Slower");
      *action = MAGE_REMEDY_PREFIX ".slower";
      return TRUE;
    case MAGE_AILMENT_RATE_TOO_SMALL:
      *label = _("Train _Faster");
      *action = MAGE_REMEDY_PREFIX ".faster";
      return TRUE;
    case MAGE_AILMENT_OVER_TRAINED:
    case MAGE_AILMENT_VANISHING:
      *label = _("Stop and _Keep");
      *action = MAGE_REMEDY_PREFIX ".keep";
      return running;
    default:
      return FALSE;
    }
}
