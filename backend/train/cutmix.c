/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/cutmix.h"

/* Subjects cut out of their clips and laid over one another on a background (METHOD §4). */

static void
grow_box (CutMixClip *self, gint x, gint y)
{
  self->left = MIN (self->left, x);
  self->right = MAX (self->right, x + 1);
  self->top = MIN (self->top, y);
  self->bottom = MAX (self->bottom, y + 1);
}

/**
 * cutmix_clip_init:
 * @pixels: (transfer none): [F, 3, H, W]
 * @mask: (transfer none): [F, 1, H, W] in [0, 1]
 *
 * Keeps handles of its own and finds the mask's box.
 *
 * Returns: FALSE with an error, also when the mask is empty
 */
gboolean
cutmix_clip_init (CutMixClip *self, Tensor *pixels, Tensor *mask, GError **error)
{
  gint height = (gint) t_size (mask, 2), width = (gint) t_size (mask, 3);
  gsize n;
  g_autofree float *values = t_dup_data (mask, T_F32, &n, error);

  if (values == NULL)
    return FALSE;
  *self = (CutMixClip){ .left = width, .top = height };
  for (gsize i = 0; i < n; i++)
    if (values[i] >= 0.5f)
      grow_box (self, (gint) (i % (gsize) width), (gint) (i / (gsize) width % (gsize) height));
  if (self->right <= self->left)
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED, "The mask of a clip is empty: there is nothing to cut out");
      return FALSE;
    }
  self->pixels = t_steal (t_alias (pixels));
  self->mask = t_steal (t_alias (mask));
  return t_check (error);
}

void
cutmix_clip_clear (CutMixClip *self)
{
  t_drop (&self->pixels);
  t_drop (&self->mask);
}

/**
 * cutmix_visible:
 * @masks: (array length=n): [F, 1, H, W], the last lies on top
 *
 * Returns: [n, F, H, W]: each mask less what covers it
 */
Tensor *
cutmix_visible (Tensor *const *masks, guint n)
{
  T_SCOPE_NO_GRAD ();
  g_autofree Tensor **visible = g_new0 (Tensor *, n);

  for (guint i = 0; i < n; i++)
    {
      visible[i] = masks[i];
      for (guint above = i + 1; above < n; above++)
        visible[i] = t_mul (visible[i], t_add_scalar (t_neg (masks[above]), 1));
    }
  return t_keep (t_squeeze (t_stack (visible, n, 0), 2));
}

/* @x moved right by @dx and down by @dy; zeros come in. */
static Tensor *
shift (Tensor *x, gint64 dx, gint64 dy)
{
  return t_pad (x, T_SHAPE (dx, -dx, dy, -dy), 0);
}

/* Where the box may go so that it stays within the frame; a subject as large as the frame stays. */
static gint64
draw_shift (TGenerator *generator, gint low, gint high, gint64 size)
{
  return t_rand_int (generator, size - (high - low) + 1) - low;
}

/**
 * cutmix_compose:
 * @clips: (array length=n): one of each subject, the last lies on top
 * @background: [F, 3, H, W]
 * @generator: draws where each subject is put; overlap is allowed
 * @visible: (out): [n, F, H, W]: the pasted masks less what covers them, a handle of the scope around
 *
 * Returns: [F, 3, H, W]: the CutMix clip
 */
Tensor *
cutmix_compose (const CutMixClip *const *clips, guint n, Tensor *background, TGenerator *generator, Tensor **visible)
{
  T_SCOPE_NO_GRAD ();
  g_autofree Tensor **masks = g_new0 (Tensor *, n);
  gint64 height = t_size (background, 2), width = t_size (background, 3);
  Tensor *x = background;

  for (guint i = 0; i < n; i++)
    {
      gint64 dx = draw_shift (generator, clips[i]->left, clips[i]->right, width);
      gint64 dy = draw_shift (generator, clips[i]->top, clips[i]->bottom, height);
      masks[i] = shift (clips[i]->mask, dx, dy);
      x = t_add (x, t_mul (t_sub (shift (clips[i]->pixels, dx, dy), x), masks[i]));
    }
  *visible = t_keep (cutmix_visible (masks, n));
  return t_keep (x);
}
