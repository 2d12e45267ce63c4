/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diffusion/scs.h"

#include <math.h>

#include "diffusion/attention-maps.h"

/* Weights from which on two graphs at once are not worth their memory. */
#define LARGE_NETWORK ((gsize) 1 << 30)

/**
 * scs_alpha:
 * @line: the shares of α on the way
 *
 * With SCS_LINE α_t = α·(1 − ½·i/(n−1)), bit for bit: half of α at the last step (METHOD §5). A bent line goes
 * straight from α to its middle and from there to its end. α where n = 1; never less than 0.
 * mage_alpha_line_at () says the same to whoever has no engine.
 */
double
scs_alpha (double alpha, const ScsLine *line, guint index, guint n_steps)
{
  double at = CLAMP (line->bend_at, SCS_LINE_EDGE, 1 - SCS_LINE_EDGE);
  double middle = 1 - (1 - line->end) * at + line->bend;
  double p = n_steps > 1 ? (double) index / (n_steps - 1) : 0;
  double share = p < at ? 1 + (middle - 1) * p / at : middle + (line->end - middle) * (p - at) / (1 - at);

  return alpha * MAX (share, 0);
}

/** scs_start: x_T = √β·ε_m + √(1−β)·ε: the inverted clip mixed with fresh noise. */
Tensor *
scs_start (Tensor *inverted, Tensor *eps, double beta)
{
  T_SCOPE ();

  return t_keep (t_add_scaled (t_mul_scalar (inverted, sqrt (beta)), eps, sqrt (1 - beta)));
}

/**
 * scs_look:
 * @probe: asked for cross-attention over the picture and for attention over time
 *
 * The conditional pass of a branch, as far as its last map; recorded where @x wants a gradient.
 */
gboolean
scs_look (UNet *unet, const ScsBranch *branch, Tensor *x, gint64 t, AttentionProbe *probe, GError **error)
{
  T_SCOPE_GRAD ();
  UNetCall call = { .probe = probe };
  Tensor *timestep = t_full ((double) t, T_F32, T_CPU, T_SHAPE (1));

  if (!unet_set_loras (unet, branch->loras, branch->n_loras, error))
    return FALSE;
  attention_probe_stop_after (probe, unet_count_attentions (unet, SCS_MAPS));
  unet_forward (unet, &call, x, timestep, t_narrow (branch->text, 0, t_size (branch->text, 0) - 1, 1));
  return t_check (error);
}

/* The LoRAs of both branches, each on its half of the batch. */
static gboolean
attach_both (ScsStrategy *self, GError **error)
{
  const ScsBranch *branches[] = { &self->subject, &self->motion };
  g_autoptr (GArray) uses = g_array_new (FALSE, FALSE, sizeof (LoraUse));

  for (guint part = 0; part < G_N_ELEMENTS (branches); part++)
    for (guint i = 0; i < branches[part]->n_loras; i++)
      {
        LoraUse use = branches[part]->loras[i];
        use.part = part;
        use.n_parts = G_N_ELEMENTS (branches);
        g_array_append_val (uses, use);
      }
  return unet_set_loras (self->unet, (const LoraUse *) (gconstpointer) uses->data, uses->len, error);
}

/* The answers of one branch: all of a probe's, or its half of them where both branches ran in one batch. */
typedef struct
{
  AttentionProbe *probe;
  const ScsBranch *branch;
  guint part;
  guint n_parts;
} BranchMaps;

static Tensor *
map_of (const BranchMaps *maps, guint i)
{
  Tensor *all = attention_probe_get (maps->probe, i);
  gint64 length = t_size (all, 0) / maps->n_parts;

  return maps->n_parts == 1 ? all : t_narrow (all, 0, maps->part * length, length);
}

static Tensor *
over_heads (ScsStrategy *self, Tensor *maps)
{
  return self->head_mean ? t_mean_dims (maps, T_DIMS (1), TRUE) : maps;
}

/* The layers' differences of one kind; the other branch's maps are constants. [layers] */
static Tensor *
compare (ScsStrategy *self, const BranchMaps *own, const BranchMaps *other, AttentionKind kind)
{
  T_SCOPE_GRAD ();
  g_autoptr (GPtrArray) losses = g_ptr_array_new ();

  for (guint i = 0; i < attention_probe_n (own->probe); i++)
    {
      Tensor *mine, *theirs;
      if (attention_probe_kind (own->probe, i) != kind)
        continue;
      mine = map_of (own, i);
      theirs = t_detach (map_of (other, i));
      if (kind == ATTENTION_SPATIAL_CROSS)
        {
          mine = word_maps (mine, own->branch->words);
          theirs = word_maps (theirs, other->branch->words);
        }
      g_ptr_array_add (losses, t_mse (over_heads (self, mine), over_heads (self, theirs)));
    }
  return t_keep (t_stack ((Tensor *const *) losses->pdata, losses->len, 0));
}

static gboolean
per_cent (Tensor *move, double factor, Tensor *x, double *value, GError **error)
{
  double norm, of;

  if (!t_item (t_norm (move), &norm, error) || !t_item (t_norm (x), &of, error))
    return FALSE;
  if (!isfinite (norm))
    {
      g_set_error (error, T_ERROR, T_ERROR_FAILED,
                   "The guidance by attention gives no numbers in this precision: sample with precision float32");
      return FALSE;
    }
  *value = of > 0 ? 100 * factor * norm / of : 0;
  return TRUE;
}

/* One branch's loss against the other, by layer and in the mean, and its gradient by the branch's own x. */
static gboolean
derive (ScsStrategy *self, const BranchMaps *own, const BranchMaps *other, AttentionKind kind, Tensor *x,
        Tensor **losses, double *loss, Tensor **grad, GError **error)
{
  T_SCOPE_GRAD ();
  Tensor *by_layer = compare (self, own, other, kind);
  Tensor *mean = t_mean (by_layer);
  double scale = maps_gradient_scale (own->probe, kind);

  if (!t_gradients (t_mul_scalar (mean, scale), &x, 1, grad, error) || !t_item (mean, loss, error))
    return FALSE;
  *grad = t_keep (t_mul_scalar (*grad, 1 / scale));
  *losses = t_keep (t_detach (by_layer));
  return TRUE;
}

static gboolean
guide_apart (ScsStrategy *self, Tensor *x_t, gint64 t, ScsGuidance *result, GError **error)
{
  g_autoptr (AttentionProbe) subject = attention_probe_new (SCS_MAPS);
  g_autoptr (AttentionProbe) motion = attention_probe_new (SCS_MAPS);
  BranchMaps subject_maps = { subject, &self->subject, 0, 1 }, motion_maps = { motion, &self->motion, 0, 1 };
  Tensor *x_sub = t_requires_grad (x_t), *x_mot = t_requires_grad (x_t);

  if (!scs_look (self->unet, &self->subject, x_sub, t, subject, error)
      || !scs_look (self->unet, &self->motion, self->one_graph ? x_t : x_mot, t, motion, error)
      || !derive (self, &subject_maps, &motion_maps, ATTENTION_TEMPORAL, x_sub, &result->losses_m_to_s,
                  &result->loss_m_to_s, &result->grad_sub, error))
    return FALSE;
  attention_probe_detach (subject);
  if (self->one_graph)
    {
      attention_probe_clear (motion);
      if (!scs_look (self->unet, &self->motion, x_mot, t, motion, error))
        return FALSE;
    }
  return derive (self, &motion_maps, &subject_maps, ATTENTION_SPATIAL_CROSS, x_mot, &result->losses_s_to_m,
                 &result->loss_s_to_m, &result->grad_mot, error);
}

/* The prompts' states without the negative prompt's, of both branches: [2, tokens, width]. */
static Tensor *
both_prompts (ScsStrategy *self)
{
  T_SCOPE ();
  Tensor *texts[] = { self->subject.text, self->motion.text };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    texts[i] = t_narrow (texts[i], 0, t_size (texts[i], 0) - 1, 1);
  return t_keep (t_cat (texts, G_N_ELEMENTS (texts), 0));
}

/* Both branches in one pass. Either loss depends on its own branch's x alone, since the other's maps are
 * constants to it, so the gradient of their sum holds both gradients side by side. */
static gboolean
guide_together (ScsStrategy *self, Tensor *x_t, gint64 t, ScsGuidance *result, GError **error)
{
  T_SCOPE_GRAD ();
  g_autoptr (AttentionProbe) probe = attention_probe_new (SCS_MAPS);
  BranchMaps subject = { probe, &self->subject, 0, 2 }, motion = { probe, &self->motion, 1, 2 };
  Tensor *twice[] = { x_t, x_t };
  Tensor *x = t_requires_grad (t_cat (twice, 2, 0)), *m_to_s, *s_to_m, *grad;
  UNetCall call = { .probe = probe };
  double scale, words_scale;

  if (!attach_both (self, error))
    return FALSE;
  attention_probe_stop_after (probe, unet_count_attentions (self->unet, SCS_MAPS));
  unet_forward (self->unet, &call, x, t_full ((double) t, T_F32, T_CPU, T_SHAPE (1)), both_prompts (self));
  m_to_s = compare (self, &subject, &motion, ATTENTION_TEMPORAL);
  s_to_m = compare (self, &motion, &subject, ATTENTION_SPATIAL_CROSS);
  scale = maps_gradient_scale (probe, ATTENTION_TEMPORAL);
  words_scale = maps_gradient_scale (probe, ATTENTION_SPATIAL_CROSS);
  if (!t_gradients (t_add (t_mul_scalar (t_mean (m_to_s), scale), t_mul_scalar (t_mean (s_to_m), words_scale)), &x, 1,
                    &grad, error)
      || !t_item (t_mean (m_to_s), &result->loss_m_to_s, error)
      || !t_item (t_mean (s_to_m), &result->loss_s_to_m, error))
    return FALSE;
  result->losses_m_to_s = t_keep (t_detach (m_to_s));
  result->losses_s_to_m = t_keep (t_detach (s_to_m));
  result->grad_sub = t_keep (t_mul_scalar (t_narrow (grad, 0, 0, 1), 1 / scale));
  result->grad_mot = t_keep (t_mul_scalar (t_narrow (grad, 0, 1, 1), 1 / words_scale));
  return TRUE;
}

/**
 * scs_guide:
 * @x_t: [1, C, F, h, w]
 * @result: (out caller-allocates): losses and gradients, handles of the innermost scope
 *
 * Both branches look at @x_t; L_m→s compares temporal maps and moves x_sub, L_s→m the words' spatial
 * maps and moves x_mot.
 *
 * Returns: FALSE with an error
 */
gboolean
scs_guide (ScsStrategy *self, Tensor *x_t, gint64 t, ScsGuidance *result, GError **error)
{
  gboolean ok = self->one_batch ? guide_together (self, x_t, t, result, error)
                                : guide_apart (self, x_t, t, result, error);

  return ok && per_cent (result->grad_sub, 1, x_t, &result->moved_sub, error)
         && per_cent (result->grad_mot, 1, x_t, &result->moved_mot, error);
}

static void
observe (ScsStrategy *self, const SamplerStep *step, const char *name, Tensor *value)
{
  if (self->observe != NULL && value != NULL)
    self->observe (self->observe_data, step, name, value);
}

/* u + g·(c − u) of a branch's predictions [u, c], told to whoever observes. */
static Tensor *
guided (ScsStrategy *self, Tensor *both, const SamplerStep *step, const char *name)
{
  T_SCOPE ();
  Tensor *u = t_narrow (both, 0, 0, 1), *c = t_narrow (both, 0, 1, 1);
  g_autofree char *cond = g_strconcat (name, "_cond", NULL);
  g_autofree char *uncond = g_strconcat (name, "_uncond", NULL);

  observe (self, step, cond, c);
  observe (self, step, uncond, u);
  return t_keep (t_add_scaled (u, t_sub (c, u), self->guidance));
}

/* ε of a branch after its own guidance, both passes at the branch's own x (golden/README §8.9). */
static gboolean
branch_eps (ScsStrategy *self, const ScsBranch *branch, Tensor *x, const SamplerStep *step, const char *name,
            Tensor **result, GError **error)
{
  T_SCOPE ();
  UNetCall call = { 0 };
  gint64 n = t_size (branch->text, 0);
  Tensor *t = t_full ((double) step->t, T_F32, T_CPU, T_SHAPE (1));
  Tensor *both[] = { x, x };
  Tensor *eps;

  if (!unet_set_loras (self->unet, branch->loras, branch->n_loras, error))
    return FALSE;
  eps = unet_forward (self->unet, &call, n == 2 ? t_cat (both, 2, 0) : x, t, branch->text);
  *result = t_keep (n == 2 ? guided (self, eps, step, name) : eps);
  return TRUE;
}

static gboolean
eps_apart (ScsStrategy *self, Tensor *x_sub, Tensor *x_mot, const SamplerStep *step, Tensor **eps_sub,
           Tensor **eps_mot, GError **error)
{
  return branch_eps (self, &self->subject, x_sub, step, "eps_sub", eps_sub, error)
         && branch_eps (self, &self->motion, x_mot, step, "eps_mot", eps_mot, error);
}

/* ε of both branches from one pass over all that either needs. */
static gboolean
eps_together (ScsStrategy *self, Tensor *x_sub, Tensor *x_mot, const SamplerStep *step, Tensor **eps_sub,
              Tensor **eps_mot, GError **error)
{
  T_SCOPE ();
  UNetCall call = { 0 };
  gint64 n = t_size (self->subject.text, 0);
  Tensor *t = t_full ((double) step->t, T_F32, T_CPU, T_SHAPE (1));
  Tensor *xs[] = { x_sub, x_sub, x_mot, x_mot }, *ends[] = { x_sub, x_mot };
  Tensor *texts[] = { self->subject.text, self->motion.text };
  Tensor *eps;

  if (!attach_both (self, error))
    return FALSE;
  eps = unet_forward (self->unet, &call, n == 2 ? t_cat (xs, 4, 0) : t_cat (ends, 2, 0), t, t_cat (texts, 2, 0));
  *eps_sub = t_narrow (eps, 0, 0, n);
  *eps_mot = t_narrow (eps, 0, n, n);
  if (n == 2)
    {
      *eps_sub = guided (self, *eps_sub, step, "eps_sub");
      *eps_mot = guided (self, *eps_mot, step, "eps_mot");
    }
  *eps_sub = t_keep (*eps_sub);
  *eps_mot = t_keep (*eps_mot);
  return TRUE;
}

/* The guided steps' part: moves both branches and reports. */
static gboolean
move_branches (ScsStrategy *self, Tensor *x_t, const SamplerStep *step, Tensor **x_sub, Tensor **x_mot,
               SamplerTerm *terms, guint *n_terms, GError **error)
{
  T_SCOPE ();
  ScsGuidance guidance = { 0 };
  double alpha_t = scs_alpha (self->alpha, &self->line, step->index, step->n_steps);

  if (!scs_guide (self, x_t, step->t, &guidance, error))
    return FALSE;
  observe (self, step, "L_m_to_s_layers", guidance.losses_m_to_s);
  observe (self, step, "L_s_to_m_layers", guidance.losses_s_to_m);
  observe (self, step, "grad_x_sub", guidance.grad_sub);
  observe (self, step, "grad_x_mot", guidance.grad_mot);
  *x_sub = t_keep (t_add_scaled (x_t, guidance.grad_sub, -alpha_t));
  *x_mot = t_keep (t_add_scaled (x_t, guidance.grad_mot, -alpha_t));
  terms[0] = (SamplerTerm){ "L_m_to_s", guidance.loss_m_to_s };
  terms[1] = (SamplerTerm){ "L_s_to_m", guidance.loss_s_to_m };
  terms[2] = (SamplerTerm){ "alpha_t", alpha_t };
  terms[3] = (SamplerTerm){ "moved_sub", alpha_t * guidance.moved_sub };
  terms[4] = (SamplerTerm){ "moved_mot", alpha_t * guidance.moved_mot };
  *n_terms = 5;
  return TRUE;
}

static Tensor *
scs_predict (SamplerStrategy *strategy, Tensor *x_t, const SamplerStep *step, SamplerTerm *terms, guint *n_terms)
{
  T_SCOPE ();
  ScsStrategy *self = (ScsStrategy *) strategy;
  g_autoptr (GError) error = NULL;
  Tensor *x_sub = x_t, *x_mot = x_t, *eps_sub, *eps_mot, *eps;

  *n_terms = 0;
  if ((step->index < self->tau && !move_branches (self, x_t, step, &x_sub, &x_mot, terms, n_terms, &error))
      || !(self->one_batch ? eps_together : eps_apart) (self, x_sub, x_mot, step, &eps_sub, &eps_mot, &error))
    {
      t_take_error (g_steal_pointer (&error));
      return NULL;
    }
  observe (self, step, "x_t", x_t);
  observe (self, step, "x_sub", x_sub);
  observe (self, step, "x_mot", x_mot);
  eps = t_add_scaled (t_mul_scalar (eps_sub, self->beta_s), eps_mot, self->beta_m);
  observe (self, step, "eps_sub", eps_sub);
  observe (self, step, "eps_mot", eps_mot);
  observe (self, step, "eps_t", eps);
  return t_keep (eps);
}

/** scs_strategy_init: METHOD's values; branches, guidance, tau and alpha are the caller's to fill in. */
void
scs_strategy_init (ScsStrategy *self, UNet *unet)
{
  *self = (ScsStrategy){
    .parent.predict = scs_predict, .unet = unet, .guidance = 9, .tau = 15, .alpha = 1e4, .line = SCS_LINE, .beta_s = 0.5, .beta_m = 0.5,
    .one_graph = unet_weight_bytes (unet) >= LARGE_NETWORK && unet_device (unet) == T_CPU,
    .one_batch = unet_device (unet) == T_CUDA,
  };
}
