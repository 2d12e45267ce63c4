/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-prompt-entry.h"

#include "ui/mage-face-cache.h"
#include "ui/mage-identity.h"
#include "ui/mage-prompt-chip.h"
#include "ui/mage-prompt-layout.h"
#include "ui/mage-prompt-proposals.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

/*
 * A prompt as plain text in which the project's words stand as chips in their subject's colour, with
 * its face. The text stays text: it is typed, copied and undone like any other. After "<" the words
 * that fit are proposed.
 */

#define MIN_WIDTH 120
#define NATURAL_WIDTH 400
/* On which every prompt is one line, or nearly so. */
#define WIDEST 20000

struct _MagePromptEntry
{
  GtkTextView parent_instance;

  MageProject *project;
  GArray *chips;          /* MagePromptChip of known words */
  MageFaceCache *faces;
  char *placeholder;
  MagePromptProposals *proposals;
  MagePromptRoom room;    /* at the beginning of lines, as laid out */
  guint fragment;         /* where the word begins that is proposed for */
};

G_DEFINE_FINAL_TYPE (MagePromptEntry, mage_prompt_entry, GTK_TYPE_TEXT_VIEW)

enum
{
  PROP_TEXT = 1,
  N_PROPS
};

enum
{
  ACTIVATE,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static GtkTextBuffer *
get_buffer (MagePromptEntry *self)
{
  return gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
}

static gboolean
is_dark (void)
{
  return adw_style_manager_get_dark (adw_style_manager_get_default ());
}

/* --- chips --- */

static GtkTextTag *
get_tag (MagePromptEntry *self, const char *name)
{
  return gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (get_buffer (self)), name);
}

static void
apply (MagePromptEntry *self, GtkTextTag *tag, guint start, guint end)
{
  GtkTextIter a;
  GtkTextIter b;

  gtk_text_buffer_get_iter_at_offset (get_buffer (self), &a, (int) start);
  gtk_text_buffer_get_iter_at_offset (get_buffer (self), &b, (int) end);
  gtk_text_buffer_apply_tag (get_buffer (self), tag, &a, &b);
}

static GtkTextTag *
get_colour_tag (MagePromptEntry *self, MageTrainable *subject)
{
  g_autofree char *name = g_strdup_printf ("chip-%s", mage_trainable_get_token (subject));
  GtkTextTag *tag = get_tag (self, name);
  GdkRGBA colour;

  mage_identity_get_colour (subject, is_dark (), &colour);
  if (tag == NULL)
    tag = gtk_text_buffer_create_tag (get_buffer (self), name, "weight", PANGO_WEIGHT_BOLD, NULL);
  g_object_set (tag, "foreground-rgba", &colour, NULL);
  return tag;
}

/* Makes room for the face before the word and for the chip's end behind it; the later tag of one character wins. */
static void
pad (MagePromptEntry *self, const MagePromptChip *chip, guint length)
{
  const MagePromptChip *last = self->chips->len > 1 ? &g_array_index (self->chips, MagePromptChip, self->chips->len - 2) : NULL;
  gboolean between = last != NULL && last->end + 1 == chip->start;

  if (chip->start > 0)
    apply (self, get_tag (self, between ? "between" : "before"), chip->start - 1, chip->start);
  if (chip->end < length)
    apply (self, get_tag (self, "after"), chip->end, chip->end + 1);
}

static void
find_chips (MagePromptEntry *self)
{
  g_autofree char *text = mage_prompt_entry_dup_text (self);
  g_autoptr (GArray) found = mage_prompt_chip_find_all (text);
  guint length = (guint) g_utf8_strlen (text, -1);
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (get_buffer (self), &start, &end);
  gtk_text_buffer_remove_all_tags (get_buffer (self), &start, &end);
  g_array_set_size (self->chips, 0);
  gtk_text_buffer_apply_tag (get_buffer (self), get_tag (self, "room"), &start, &end);
  for (guint i = 0; i < found->len; i++)
    {
      MagePromptChip *chip = &g_array_index (found, MagePromptChip, i);
      MageTrainable *subject = self->project != NULL ? mage_project_find (self->project, chip->token) : NULL;
      MagePromptChip known = { chip->start, chip->end, NULL };

      if (!MAGE_IS_SUBJECT (subject))
        {
          apply (self, get_tag (self, "unknown"), chip->start, chip->end);
          continue;
        }
      known.token = g_strdup (chip->token);
      g_array_append_val (self->chips, known);
      apply (self, get_colour_tag (self, subject), chip->start, chip->end);
      pad (self, chip, length);
      mage_face_cache_load (self->faces, subject);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
draw_chip (MagePromptEntry *self, GtkSnapshot *snapshot, const MagePromptChip *chip)
{
  MageTrainable *subject = mage_project_find (self->project, chip->token);
  GdkRectangle from;
  GdkRectangle to;
  GtkTextIter iter;
  GdkRGBA colour;
  GdkRGBA tint;
  GskRoundedRect pill;
  double height;
  double left;
  gboolean faced;

  if (!MAGE_IS_SUBJECT (subject))
    return;
  gtk_text_buffer_get_iter_at_offset (get_buffer (self), &iter, (int) chip->start);
  gtk_text_view_get_iter_location (GTK_TEXT_VIEW (self), &iter, &from);
  gtk_text_buffer_get_iter_at_offset (get_buffer (self), &iter, (int) chip->end - 1);
  gtk_text_view_get_iter_location (GTK_TEXT_VIEW (self), &iter, &to);
  mage_identity_get_colour (subject, is_dark (), &colour);
  tint = colour;
  tint.alpha = is_dark () ? 0.24f : 0.16f;
  height = from.height + 6;
  /* A word after the break of one that is longer than a line may have no room for a face. */
  faced = from.x >= gtk_text_view_get_left_margin (GTK_TEXT_VIEW (self)) + MAGE_FACE_SIZE;
  left = from.x - (faced ? MAGE_FACE_SIZE + MAGE_PROMPT_END : MAGE_PROMPT_END);
  if (from.y != to.y) /* the word is broken over two lines: its first part is marked */
    to = (GdkRectangle) { from.x + from.width * 3, from.y, 0, 0 };
  gsk_rounded_rect_init_from_rect (&pill, &GRAPHENE_RECT_INIT ((float) left, (float) from.y - 3,
                                                               (float) (to.x + to.width + MAGE_PROMPT_END - left), (float) height),
                                   (float) height / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &pill);
  gtk_snapshot_append_color (snapshot, &tint, &pill.bounds);
  gtk_snapshot_pop (snapshot);
  if (faced)
    mage_face_cache_draw (self->faces, snapshot, chip->token, &colour, left + 4, from.y + from.height / 2.0);
}

static void
draw_placeholder (MagePromptEntry *self, GtkSnapshot *snapshot)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->placeholder);
  int left = gtk_text_view_get_left_margin (GTK_TEXT_VIEW (self));
  GdkRectangle at;
  GtkTextIter iter;
  GdkRGBA ink;

  gtk_text_buffer_get_start_iter (get_buffer (self), &iter);
  gtk_text_view_get_iter_location (GTK_TEXT_VIEW (self), &iter, &at);
  gtk_widget_get_color (GTK_WIDGET (self), &ink);
  ink.alpha *= 0.5f;
  pango_layout_set_width (layout, MAX (1, gtk_widget_get_width (GTK_WIDGET (self)) - 2 * left) * PANGO_SCALE);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) at.x, (float) at.y));
  gtk_snapshot_append_layout (snapshot, layout, &ink);
  gtk_snapshot_restore (snapshot);
}

static void
mage_prompt_entry_snapshot_layer (GtkTextView *view, GtkTextViewLayer layer, GtkSnapshot *snapshot)
{
  MagePromptEntry *self = MAGE_PROMPT_ENTRY (view);

  if (layer != GTK_TEXT_VIEW_LAYER_BELOW_TEXT)
    return;
  for (guint i = 0; i < self->chips->len; i++)
    draw_chip (self, snapshot, &g_array_index (self->chips, MagePromptChip, i));
  if (self->placeholder != NULL && gtk_text_buffer_get_char_count (get_buffer (self)) == 0)
    draw_placeholder (self, snapshot);
}

/* --- proposals --- */

static char *
dup_fragment (MagePromptEntry *self, guint *start)
{
  g_autofree char *text = mage_prompt_entry_dup_text (self);
  GtkTextIter cursor;

  gtk_text_buffer_get_iter_at_mark (get_buffer (self), &cursor, gtk_text_buffer_get_insert (get_buffer (self)));
  return mage_prompt_chip_dup_fragment (text, (guint) gtk_text_iter_get_offset (&cursor), start);
}

/** mage_prompt_entry_dup_proposals: Returns: (transfer full): the project's words that fit what is being typed at the cursor */
GStrv
mage_prompt_entry_dup_proposals (MagePromptEntry *self)
{
  guint start;
  g_autofree char *fragment = dup_fragment (self, &start);

  if (self->project == NULL || fragment == NULL)
    return g_new0 (char *, 1);
  self->fragment = start;
  return mage_prompt_proposals_dup_fitting (self->project, fragment);
}

static void
propose (MagePromptEntry *self)
{
  g_auto (GStrv) tokens = mage_prompt_entry_dup_proposals (self);
  GdkRectangle at;
  GtkTextIter iter;

  if (tokens[0] == NULL || !gtk_widget_has_focus (GTK_WIDGET (self)))
    {
      mage_prompt_proposals_hide (self->proposals);
      return;
    }
  gtk_text_buffer_get_iter_at_offset (get_buffer (self), &iter, (int) self->fragment);
  gtk_text_view_get_iter_location (GTK_TEXT_VIEW (self), &iter, &at);
  gtk_text_view_buffer_to_window_coords (GTK_TEXT_VIEW (self), GTK_TEXT_WINDOW_WIDGET, at.x, at.y, &at.x, &at.y);
  mage_prompt_proposals_offer (self->proposals, self->project, (const char *const *) tokens, &at);
}

static void
accepted_cb (MagePromptEntry *self, const char *token)
{
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_begin_user_action (get_buffer (self));
  gtk_text_buffer_get_iter_at_offset (get_buffer (self), &start, (int) self->fragment);
  gtk_text_buffer_get_iter_at_mark (get_buffer (self), &end, gtk_text_buffer_get_insert (get_buffer (self)));
  gtk_text_buffer_delete (get_buffer (self), &start, &end);
  gtk_text_buffer_insert (get_buffer (self), &start, token, -1);
  gtk_text_buffer_end_user_action (get_buffer (self));
  mage_prompt_proposals_hide (self->proposals);
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

static gboolean
key_pressed_cb (MagePromptEntry *self, guint key, guint code, GdkModifierType modifiers)
{
  gboolean enter = key == GDK_KEY_Return || key == GDK_KEY_KP_Enter;
  gboolean offered = mage_prompt_proposals_are_offered (self->proposals);

  if (key == GDK_KEY_space && modifiers & GDK_CONTROL_MASK)
    {
      propose (self);
      return GDK_EVENT_STOP;
    }
  if (offered && (enter || key == GDK_KEY_Tab))
    mage_prompt_proposals_accept (self->proposals);
  else if (offered && (key == GDK_KEY_Down || key == GDK_KEY_Up))
    mage_prompt_proposals_move (self->proposals, key == GDK_KEY_Down ? 1 : -1);
  else if (offered && key == GDK_KEY_Escape)
    mage_prompt_proposals_hide (self->proposals);
  else if (enter)
    g_signal_emit (self, signals[ACTIVATE], 0);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

/* --- the text --- */

static void
changed_cb (MagePromptEntry *self)
{
  find_chips (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
  if (gtk_widget_has_focus (GTK_WIDGET (self)))
    propose (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TEXT]);
}

/* A prompt is one line, however it was pasted. */
static void
insert_text_cb (GtkTextBuffer *buffer, GtkTextIter *at, const char *text, int length)
{
  g_autofree char *given = g_strndup (text, length);

  if (strpbrk (given, "\n\r") == NULL)
    return;
  g_strdelimit (given, "\n\r", ' ');
  g_signal_stop_emission_by_name (buffer, "insert-text");
  gtk_text_buffer_insert (buffer, at, given, -1);
}

static void
focus_left_cb (MagePromptEntry *self)
{
  if (self->proposals != NULL)
    mage_prompt_proposals_hide (self->proposals);
}

/* --- the object --- */

static void
mage_prompt_entry_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_TEXT:
      g_value_take_string (value, mage_prompt_entry_dup_text (MAGE_PROMPT_ENTRY (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mage_prompt_entry_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_TEXT:
      mage_prompt_entry_set_text (MAGE_PROMPT_ENTRY (object), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* What is left for lines of a view that is @width pixels wide. */
static int
get_inner_width (MagePromptEntry *self, int width)
{
  GtkTextView *view = GTK_TEXT_VIEW (self);

  return width - gtk_text_view_get_left_margin (view) - gtk_text_view_get_right_margin (view);
}

/* Whether a chip begins a line depends on the width, and with it where lines begin. */
static void
make_room (MagePromptEntry *self, int width)
{
  g_autofree char *text = mage_prompt_entry_dup_text (self);
  MagePromptRoom room = mage_prompt_layout_get_room (GTK_WIDGET (self), text, self->chips, get_inner_width (self, width));

  if (room.all == self->room.all && room.indent == self->room.indent)
    return;
  self->room = room;
  g_object_set (get_tag (self, "room"), "indent", room.indent,
                "left-margin", gtk_text_view_get_left_margin (GTK_TEXT_VIEW (self)) + room.all, NULL);
}

static GtkSizeRequestMode
mage_prompt_entry_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static int
get_height (MagePromptEntry *self, int width)
{
  GtkTextView *view = GTK_TEXT_VIEW (self);
  g_autofree char *text = mage_prompt_entry_dup_text (self);

  return mage_prompt_layout_get_height (GTK_WIDGET (self), text, self->chips, get_inner_width (self, width))
         + gtk_text_view_get_top_margin (view) + gtk_text_view_get_bottom_margin (view);
}

/* As high as its lines: the view alone knows its height only for the width that it had before. */
static void
mage_prompt_entry_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                           int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  MagePromptEntry *self = MAGE_PROMPT_ENTRY (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MIN_WIDTH;
      *natural = NATURAL_WIDTH;
      return;
    }
  *natural = get_height (self, for_size > 0 ? for_size : NATURAL_WIDTH);
  *minimum = for_size > 0 ? *natural : get_height (self, WIDEST);
}

static void
mage_prompt_entry_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  make_room (MAGE_PROMPT_ENTRY (widget), width);
  GTK_WIDGET_CLASS (mage_prompt_entry_parent_class)->size_allocate (widget, width, height, baseline);
  gtk_popover_present (GTK_POPOVER (MAGE_PROMPT_ENTRY (widget)->proposals));
}

static void
mage_prompt_entry_dispose (GObject *object)
{
  MagePromptEntry *self = MAGE_PROMPT_ENTRY (object);

  if (self->proposals != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->proposals));
  self->proposals = NULL;
  g_signal_handlers_disconnect_by_data (adw_style_manager_get_default (), self);
  if (self->project != NULL)
    g_signal_handlers_disconnect_by_data (mage_project_get_subjects (self->project), self);
  g_clear_object (&self->project);
  G_OBJECT_CLASS (mage_prompt_entry_parent_class)->dispose (object);
}

static void
mage_prompt_entry_finalize (GObject *object)
{
  MagePromptEntry *self = MAGE_PROMPT_ENTRY (object);

  g_clear_pointer (&self->chips, g_array_unref);
  g_clear_object (&self->faces);
  g_free (self->placeholder);
  G_OBJECT_CLASS (mage_prompt_entry_parent_class)->finalize (object);
}

static void
mage_prompt_entry_class_init (MagePromptEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = mage_prompt_entry_get_property;
  object_class->set_property = mage_prompt_entry_set_property;
  object_class->dispose = mage_prompt_entry_dispose;
  object_class->finalize = mage_prompt_entry_finalize;
  GTK_WIDGET_CLASS (klass)->size_allocate = mage_prompt_entry_size_allocate;
  GTK_WIDGET_CLASS (klass)->measure = mage_prompt_entry_measure;
  GTK_WIDGET_CLASS (klass)->get_request_mode = mage_prompt_entry_get_request_mode;
  GTK_TEXT_VIEW_CLASS (klass)->snapshot_layer = mage_prompt_entry_snapshot_layer;

  props[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  /** MagePromptEntry::activate: Enter was pressed. */
  signals[ACTIVATE] = g_signal_new ("activate", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
make_tags (MagePromptEntry *self)
{
  GtkTextBuffer *buffer = get_buffer (self);

  /* Half of the spacing goes before the character, half behind it. */
  gtk_text_buffer_create_tag (buffer, "before", "letter-spacing", MAGE_PROMPT_PAD_BEFORE * PANGO_SCALE, NULL);
  gtk_text_buffer_create_tag (buffer, "after", "letter-spacing", MAGE_PROMPT_PAD_AFTER * PANGO_SCALE, NULL);
  gtk_text_buffer_create_tag (buffer, "between", "letter-spacing", MAGE_PROMPT_PAD_BETWEEN * PANGO_SCALE, NULL);
  gtk_text_buffer_create_tag (buffer, "room", "indent", 0, "left-margin", MAGE_PROMPT_END, NULL);
  gtk_text_buffer_create_tag (buffer, "unknown", "underline", PANGO_UNDERLINE_ERROR, NULL);
}

static void
mage_prompt_entry_init (MagePromptEntry *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->chips = mage_prompt_chip_find_all ("");
  self->faces = mage_face_cache_new ();
  g_signal_connect_object (self->faces, "loaded", G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
  make_tags (self);
  self->proposals = MAGE_PROMPT_PROPOSALS (mage_prompt_proposals_new ());
  gtk_widget_set_parent (GTK_WIDGET (self->proposals), GTK_WIDGET (self));
  g_signal_connect_swapped (self->proposals, "accepted", G_CALLBACK (accepted_cb), self);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (self), FALSE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_pixels_inside_wrap (GTK_TEXT_VIEW (self), MAGE_PROMPT_WRAP_GAP);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (self), MAGE_PROMPT_END);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (self), 6);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (self), 6);
  gtk_widget_add_css_class (GTK_WIDGET (self), "prompt-entry");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Prompt"), -1);
  g_signal_connect_object (get_buffer (self), "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect (get_buffer (self), "insert-text", G_CALLBACK (insert_text_cb), NULL);
  g_signal_connect_swapped (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (find_chips), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (focus_left_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
}

GtkWidget *
mage_prompt_entry_new (void)
{
  return g_object_new (MAGE_TYPE_PROMPT_ENTRY, NULL);
}

/** mage_prompt_entry_set_project: @project: (nullable): whose words are known. */
void
mage_prompt_entry_set_project (MagePromptEntry *self, MageProject *project)
{
  if (self->project == project)
    return;
  if (self->project != NULL)
    g_signal_handlers_disconnect_by_data (mage_project_get_subjects (self->project), self);
  g_set_object (&self->project, project);
  if (project != NULL)
    g_signal_connect_swapped (mage_project_get_subjects (project), "items-changed", G_CALLBACK (find_chips), self);
  find_chips (self);
}

/** mage_prompt_entry_dup_text: Returns: (transfer full): the prompt */
char *
mage_prompt_entry_dup_text (MagePromptEntry *self)
{
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (get_buffer (self), &start, &end);
  return gtk_text_buffer_get_text (get_buffer (self), &start, &end, TRUE);
}

void
mage_prompt_entry_set_text (MagePromptEntry *self, const char *text)
{
  g_autofree char *now = mage_prompt_entry_dup_text (self);

  if (g_strcmp0 (now, text) != 0)
    gtk_text_buffer_set_text (get_buffer (self), text != NULL ? text : "", -1);
}

/** mage_prompt_entry_insert_token: puts @token in at the cursor, with a space where one is missing. */
void
mage_prompt_entry_insert_token (MagePromptEntry *self, const char *token)
{
  GtkTextBuffer *buffer = get_buffer (self);
  GtkTextIter at;
  GtkTextIter before;
  gboolean space_before;
  gboolean space_after;
  g_autofree char *text = NULL;

  gtk_text_buffer_delete_selection (buffer, TRUE, TRUE);
  gtk_text_buffer_get_iter_at_mark (buffer, &at, gtk_text_buffer_get_insert (buffer));
  before = at;
  space_before = gtk_text_iter_backward_char (&before) && !g_unichar_isspace (gtk_text_iter_get_char (&before));
  space_after = gtk_text_iter_is_end (&at) || !g_unichar_isspace (gtk_text_iter_get_char (&at));
  text = g_strconcat (space_before ? " " : "", token, space_after ? " " : "", NULL);
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_insert (buffer, &at, text, -1);
  gtk_text_buffer_end_user_action (buffer);
}

/** mage_prompt_entry_set_placeholder: shown while there is no text. */
void
mage_prompt_entry_set_placeholder (MagePromptEntry *self, const char *placeholder)
{
  if (!g_set_str (&self->placeholder, placeholder))
    return;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_PLACEHOLDER, placeholder, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/** mage_prompt_entry_get_n_chips: how many known words the prompt holds. */
guint
mage_prompt_entry_get_n_chips (MagePromptEntry *self)
{
  return self->chips->len;
}
