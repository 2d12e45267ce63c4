/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "mage"

#include "config.h"

#include "ui/mage-loss-term.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* How the numbers of a training are shown: in plain words, with the paper's symbol and a colour of their own. */

typedef struct
{
  const char *name;
  const char *label;
  const char *symbol;
  const char *light;
  const char *dark;
} Term;

static const Term terms[] = {
  { "L", N_("Total"), "L", "#1c71d8", "#78aeed" },
  { "L_sub", N_("Subject"), "L<sub>sub</sub>", "#813d9c", "#cf9be6" },
  { "L_reg", N_("Prior"), "L<sub>reg</sub>", "#c64600", "#ffa348" },
  { "L_mot", N_("Motion"), "L<sub>mot</sub>", "#26733e", "#7fd19a" },
  { "L_debiased", N_("Debiased"), "L", "#3b5aa8", "#93aef0" },
  { "L_plain", N_("Plain"), "L", "#a51d2d", "#f6909a" },
  { "L_fusion", N_("Fusion"), "L<sub>fusion</sub>", "#c64182", "#f08cba" },
  { "L_vae", N_("Pictures"), "L<sub>vae</sub>", "#1c71d8", "#78aeed" },
  { "L_unet", N_("Noise"), "L<sub>unet</sub>", "#1c71d8", "#78aeed" },
  { "check_pictures", N_("Unseen pictures"), "", "#813d9c", "#cf9be6" },
  { "check_clips", N_("Unseen clips"), "", "#c64600", "#ffa348" },
  { "L_attn", N_("Attention"), "L<sub>attn</sub>", "#986a1f", "#e6b566" },
  { "L_val", N_("Validation"), "L<sub>val</sub>", "#0e7c86", "#5bc8d0" },
};

static const Term *
find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (terms); i++)
    if (g_str_equal (terms[i].name, name))
      return &terms[i];
  return NULL;
}

/** mage_loss_term_get_label: the term in words. */
const char *
mage_loss_term_get_label (const char *name)
{
  const Term *term = find (name);

  return term != NULL ? _(term->label) : name;
}

/** mage_loss_term_get_symbol: the paper's symbol, as Pango markup. */
const char *
mage_loss_term_get_symbol (const char *name)
{
  const Term *term = find (name);

  return term != NULL ? term->symbol : "";
}

/** mage_loss_term_is_main: whether it is what the training lowers, when there are several. */
gboolean
mage_loss_term_is_main (const char *name)
{
  return g_str_equal (name, "L");
}

/** mage_loss_term_is_loss: whether it belongs on the chart of losses. */
gboolean
mage_loss_term_is_loss (const char *name)
{
  return find (name) != NULL;
}

/** mage_loss_term_is_sparse: whether only some steps have it. */
gboolean
mage_loss_term_is_sparse (const char *name)
{
  return g_str_equal (name, "L_val") || g_str_has_prefix (name, "check_");
}

/** mage_loss_term_is_number: whether it tells of a loss at which timestep it was drawn, or whose share it is. */
gboolean
mage_loss_term_is_number (const char *name)
{
  return g_str_equal (name, "t") || g_str_has_prefix (name, "t_") || g_str_has_prefix (name, "L_fusion_");
}

/** mage_loss_term_get_colour: @main: it is the curve that matters, and has the accent's colour. */
void
mage_loss_term_get_colour (const char *name, gboolean main, gboolean dark, GdkRGBA *colour)
{
  const Term *term = find (name);

  if (main || term == NULL)
    {
      g_autoptr (GdkRGBA) accent = adw_style_manager_get_accent_color_rgba (adw_style_manager_get_default ());

      adw_rgba_to_standalone (accent, dark, colour);
      return;
    }
  gdk_rgba_parse (colour, dark ? term->dark : term->light);
}
