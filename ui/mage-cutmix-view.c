/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-cutmix-view.h"

#include "ui/mage-heat-map.h"
#include "ui/mage-identity.h"
#include "ui/mage-look-tile.h"

#include <glib/gi18n.h>

/*
 * What a fusion looks at (METHOD §4): the CutMix clip of a step, where each of its two subjects was
 * pasted, and where the attention of the subject's word goes. All play in step. What was seen last
 * stays when the fusion ends.
 */

#define TILE 124
#define N_PASTED 2
#define SPACING 10

struct _MageCutmixView
{
  AdwBin parent_instance;

  MageSession *session;
  MageJob *job;
  GStrv tokens;             /* of the subjects as they are fused: "mask 1" is the first one's */
  GPtrArray *masks;         /* of GBytes: each subject's mask that was seen last */
  int pasted[N_PASTED];     /* who is in the clip, the latest first; −1: not known yet */
  MageLookTile *clip;
  MageLookTile *mask_tiles[N_PASTED];
  MageLookTile *map_tiles[N_PASTED];
};

G_DEFINE_FINAL_TYPE (MageCutmixView, mage_cutmix_view, ADW_TYPE_BIN)

enum
{
  PROP_EMPTY = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

/* --- what the job shows --- */

static Frames *
get_look (MageCutmixView *self, const char *name)
{
  MageParams *params = mage_project_get_params (mage_session_get_project (self->session));
  guint n_frames;
  guint width;
  guint height;
  GBytes *rgb = mage_job_get_look (self->job, name, &n_frames, &width, &height);

  return rgb != NULL ? frames_new (n_frames, width, height, mage_params_get_double (params, "rate"), rgb) : NULL;
}

static GBytes *
get_mask (MageCutmixView *self, guint subject)
{
  g_autofree char *name = g_strdup_printf ("mask %u", subject + 1);
  guint ignored;

  return mage_job_get_look (self->job, name, &ignored, &ignored, &ignored);
}

static void
put_first (MageCutmixView *self, int subject)
{
  if (self->pasted[0] == subject)
    return;
  self->pasted[1] = self->pasted[0];
  self->pasted[0] = subject;
}

/* The two whose masks came last are in the clip; of more subjects, older masks stay with the job. */
static void
find_pasted (MageCutmixView *self)
{
  for (guint i = 0; i < self->masks->len; i++)
    {
      GBytes *mask = get_mask (self, i);

      if (mask == NULL || mask == g_ptr_array_index (self->masks, i))
        continue;
      g_clear_pointer (&g_ptr_array_index (self->masks, i), g_bytes_unref);
      g_ptr_array_index (self->masks, i) = g_bytes_ref (mask);
      put_first (self, (int) i);
    }
}

/* While a step is being told, the clip may be newer than its maps. */
static gboolean
fits (Frames *picture, Frames *map)
{
  return picture != NULL && map != NULL && picture->n_frames == map->n_frames;
}

static void
show_subject (MageCutmixView *self, guint position, int subject, Frames *picture)
{
  g_autofree char *mask_name = g_strdup_printf ("mask %d", subject + 1);
  g_autofree char *map_name = g_strdup_printf ("map %d", subject + 1);
  g_autoptr (Frames) mask = get_look (self, mask_name);
  g_autoptr (Frames) map = get_look (self, map_name);
  g_autoptr (Frames) tinted = NULL;
  g_autoptr (Frames) heat = NULL;
  MageProject *project = mage_session_get_project (self->session);
  MageTrainable *item = mage_project_find (project, self->tokens[subject]);
  GdkRGBA colour = { 1, 1, 1, 1 };
  GdkRGBA dot = colour;

  if (!fits (picture, mask) || !fits (picture, map))
    return;
  if (item != NULL)
    {
      mage_identity_get_colour (item, FALSE, &colour);
      mage_identity_get_colour (item, adw_style_manager_get_dark (adw_style_manager_get_default ()), &dot);
    }
  tinted = mage_heat_map_new_mask (picture, mask, &colour);
  heat = mage_heat_map_new (picture, map);
  mage_look_tile_set_words (self->mask_tiles[position], self->tokens[subject], _("Pasted here"));
  mage_look_tile_set_words (self->map_tiles[position], self->tokens[subject], _("Attention <i>M<sub>SCA</sub></i>"));
  mage_look_tile_set_dot (self->mask_tiles[position], &dot);
  mage_look_tile_set_dot (self->map_tiles[position], &dot);
  mage_look_tile_set_frames (self->mask_tiles[position], tinted);
  mage_look_tile_set_frames (self->map_tiles[position], heat);
  gtk_widget_set_visible (GTK_WIDGET (self->mask_tiles[position]), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->map_tiles[position]), TRUE);
}

/* The subjects keep the order of the project, whichever was pasted first. */
static void
show_looks (MageCutmixView *self)
{
  g_autoptr (Frames) picture = self->job != NULL && self->tokens != NULL ? get_look (self, "cutmix") : NULL;
  g_autofree char *detail = NULL;
  gboolean empty = mage_cutmix_view_is_empty (self);

  if (picture == NULL)
    return;
  find_pasted (self);
  detail = g_strdup_printf (_("Step %u"), mage_job_get_step (self->job));
  mage_look_tile_set_words (self->clip, _("CutMix clip"), detail);
  mage_look_tile_set_frames (self->clip, picture);
  if (self->pasted[1] >= 0)
    {
      show_subject (self, 0, MIN (self->pasted[0], self->pasted[1]), picture);
      show_subject (self, 1, MAX (self->pasted[0], self->pasted[1]), picture);
    }
  if (empty)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_EMPTY]);
}

/* --- the object --- */

static void
mage_cutmix_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_EMPTY:
      g_value_set_boolean (value, mage_cutmix_view_is_empty (MAGE_CUTMIX_VIEW (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_cutmix_view_dispose (GObject *object)
{
  MageCutmixView *self = MAGE_CUTMIX_VIEW (object);

  mage_cutmix_view_set_job (self, NULL);
  g_clear_object (&self->session);
  self->clip = NULL;
  G_OBJECT_CLASS (mage_cutmix_view_parent_class)->dispose (object);
}

static void
mage_cutmix_view_finalize (GObject *object)
{
  MageCutmixView *self = MAGE_CUTMIX_VIEW (object);

  g_strfreev (self->tokens);
  g_ptr_array_unref (self->masks);
  G_OBJECT_CLASS (mage_cutmix_view_parent_class)->finalize (object);
}

static void
mage_cutmix_view_class_init (MageCutmixViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = mage_cutmix_view_get_property;
  object_class->dispose = mage_cutmix_view_dispose;
  object_class->finalize = mage_cutmix_view_finalize;
  /** MageCutmixView:empty: whether nothing was seen yet. */
  props[PROP_EMPTY] = g_param_spec_boolean ("empty", NULL, NULL, TRUE,
                                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static MageLookTile *
add_tile (AdwWrapBox *box)
{
  GtkWidget *tile = mage_look_tile_new (TILE);

  adw_wrap_box_append (box, tile);
  return MAGE_LOOK_TILE (tile);
}

static void
mage_cutmix_view_init (MageCutmixView *self)
{
  GtkWidget *box = adw_wrap_box_new ();

  self->masks = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->pasted[0] = self->pasted[1] = -1;
  adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (box), SPACING);
  adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (box), SPACING);
  adw_bin_set_child (ADW_BIN (self), box);
  self->clip = add_tile (ADW_WRAP_BOX (box));
  for (guint i = 0; i < N_PASTED; i++)
    {
      self->mask_tiles[i] = add_tile (ADW_WRAP_BOX (box));
      self->map_tiles[i] = add_tile (ADW_WRAP_BOX (box));
      mage_look_tile_lead (self->clip, self->mask_tiles[i]);
      mage_look_tile_lead (self->clip, self->map_tiles[i]);
      gtk_widget_set_visible (GTK_WIDGET (self->mask_tiles[i]), FALSE);
      gtk_widget_set_visible (GTK_WIDGET (self->map_tiles[i]), FALSE);
    }
}

GtkWidget *
mage_cutmix_view_new (MageSession *session)
{
  MageCutmixView *self = g_object_new (MAGE_TYPE_CUTMIX_VIEW, NULL);

  mage_cutmix_view_set_session (self, session);
  return GTK_WIDGET (self);
}

/** mage_cutmix_view_set_session: once, before a job is set. */
void
mage_cutmix_view_set_session (MageCutmixView *self, MageSession *session)
{
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
}

/* Who is fused stands in the run's file, which is written before its job begins; the fusion's own object
   takes it over at the end. */
static void
take_tokens (MageCutmixView *self)
{
  MageFusion *fusion = mage_project_get_fusion (mage_session_get_project (self->session));
  MageRun *known = mage_trainable_get_run (MAGE_TRAINABLE (fusion));
  g_autoptr (MageRun) run = known != NULL ? mage_run_load (mage_run_get_dir (known), NULL) : NULL;
  const char *text = run != NULL ? mage_run_get_text (run, MAGE_RUN_TOKENS) : NULL;

  g_strfreev (self->tokens);
  self->tokens = g_strsplit (text != NULL ? text : "", " ", -1);
  g_ptr_array_set_size (self->masks, 0);
  g_ptr_array_set_size (self->masks, (int) g_strv_length (self->tokens));
  self->pasted[0] = self->pasted[1] = -1;
}

/** mage_cutmix_view_set_job: @job: (nullable): a fusion; what the last one showed stays. */
void
mage_cutmix_view_set_job (MageCutmixView *self, MageJob *job)
{
  if (self->job == job)
    return;
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_set_object (&self->job, job);
  if (job == NULL)
    return;
  take_tokens (self);
  g_signal_connect_swapped (job, "notify::looks", G_CALLBACK (show_looks), self);
  show_looks (self);
}

/** mage_cutmix_view_is_empty: whether nothing was seen yet. */
gboolean
mage_cutmix_view_is_empty (MageCutmixView *self)
{
  return self->clip == NULL || !mage_look_tile_is_filled (self->clip);
}

/** mage_cutmix_view_get_token: Returns: (nullable): the word of the subject at @position, 0 or 1, of those that the clip holds */
const char *
mage_cutmix_view_get_token (MageCutmixView *self, guint position)
{
  int low = MIN (self->pasted[0], self->pasted[1]);
  int high = MAX (self->pasted[0], self->pasted[1]);

  g_return_val_if_fail (position < N_PASTED, NULL);

  return low >= 0 ? self->tokens[position == 0 ? low : high] : NULL;
}
