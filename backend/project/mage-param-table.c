/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "project/mage-param-table.h"

#include <glib/gi18n.h>

/*
 * Every parameter, declared once. A line here gives the JSON key, the command line's flag with its
 * help, the inspector's row with its tooltip, the engine's vardict key and what becomes stale.
 */

#define PAPER "paper"
#define OURS "VideoMage"

#define SUBJECT MAGE_STALE_SUBJECT
#define TOKEN MAGE_STALE_TOKEN
#define MOTION MAGE_STALE_MOTION
#define RESULT MAGE_STALE_RESULT
#define FUSION MAGE_STALE_FUSION
#define LEARNED (SUBJECT | TOKEN | MOTION)

#define TRAIN MAGE_USE_TRAIN
#define SAMPLE MAGE_USE_SAMPLE
#define FUSE MAGE_USE_FUSE
#define BOTH (TRAIN | SAMPLE)
#define ALL (TRAIN | SAMPLE | FUSE)
#define FUSING (TRAIN | FUSE)

/* JSON readers elsewhere keep whole numbers exactly up to 2⁵³. */
#define SEED_MAX 9007199254740991.0

#define INT(key, symbol, label, min, max, step, def, source, unit, group, stale, use, help) \
  { key, symbol, label, help, MAGE_PARAM_INT, min, max, step, def, NULL, NULL, source, unit, group, stale, use }
#define DOUBLE(key, symbol, label, min, max, step, def, source, unit, group, stale, use, help) \
  { key, symbol, label, help, MAGE_PARAM_DOUBLE, min, max, step, def, NULL, NULL, source, unit, group, stale, use }
#define BOOL(key, label, def, source, group, stale, use, help) \
  { key, NULL, label, help, MAGE_PARAM_BOOL, 0, 1, 1, def, NULL, NULL, source, NULL, group, stale, use }
#define STRING(key, symbol, label, def, source, group, stale, use, help) \
  { key, symbol, label, help, MAGE_PARAM_STRING, 0, 0, 0, 0, def, NULL, source, NULL, group, stale, use }
#define CHOICE(key, symbol, label, choices, def, source, group, stale, use, help) \
  { key, symbol, label, help, MAGE_PARAM_CHOICE, 0, 0, 0, 0, def, choices, source, NULL, group, stale, use }

static const MageParamInfo table[] = {
  INT ("frames", "F", "Frames", 1, 256, 1, 24, PAPER, "frames", "Video", SUBJECT | MOTION | FUSION | RESULT, BOTH,
       N_("How many frames the model sees and makes.")),
  INT ("width", NULL, "Width", 8, 4096, 8, 576, PAPER, "pixels", "Video", LEARNED | FUSION | RESULT, BOTH,
       N_("Width of the model's frames; pictures and clips are cropped to the model's shape.")),
  INT ("height", NULL, "Height", 8, 4096, 8, 320, PAPER, "pixels", "Video", LEARNED | FUSION | RESULT, BOTH,
       N_("Height of the model's frames.")),
  DOUBLE ("rate", NULL, "Frame rate", 1, 60, 1, 8, PAPER, "frames per second", "Video", SUBJECT | MOTION | FUSION | RESULT, BOTH,
          N_("Frames per second of the video; a motion's default span is frames / rate seconds.")),

  INT ("steps", NULL, "Steps", 1, 1000, 1, 50, PAPER, "steps", "Sampling", RESULT, SAMPLE,
       N_("DDIM steps from noise to video.")),
  DOUBLE ("guidance", NULL, "Guidance", 0, 30, 0.5, 9, PAPER, NULL, "Sampling", RESULT, ALL,
          N_("How strongly the prompt is followed; 1 is no guidance.")),
  STRING ("negative", NULL, "Negative prompt", "", PAPER, "Sampling", RESULT, SAMPLE,
          N_("What the video is guided away from.")),
  INT ("seed", NULL, "Seed", 0, SEED_MAX, 1, 0, OURS, NULL, "Sampling", RESULT, SAMPLE,
       N_("The noise that the video starts from; the same seed and settings give the same video.")),
  DOUBLE ("subject_strength", "s", "Subject strength", 0, 2, 0.05, 1, PAPER, NULL, "Sampling", RESULT, SAMPLE,
          N_("Strength of the subjects' LoRAs.")),
  DOUBLE ("motion_strength", "s", "Motion strength", 0, 2, 0.05, 1, PAPER, NULL, "Sampling", RESULT, SAMPLE,
          N_("Strength of the motion's LoRA.")),
  CHOICE ("fusion", NULL, "Subjects together", "fused|average|none", "fused", PAPER, "Sampling", RESULT, SAMPLE,
          N_("How several subjects work together: fused as the paper does, their LoRAs' average, or all at full strength.")),
  INT ("preview_every", NULL, "Preview every", 0, 1000, 1, 0, OURS, "steps", "Sampling", MAGE_STALE_NOTHING, SAMPLE,
       N_("A preview after every so many steps; 0 for none.")),

  CHOICE ("sampling", NULL, "Sampling", "scs|one-branch", "scs", PAPER, "Collaboration", RESULT, SAMPLE,
          N_("scs lets a subject and a motion branch work together; one-branch puts all into one model, for comparison.")),
  INT ("tau", "τ", "Guided steps", 0, 1000, 1, 15, PAPER, "of 50 steps", "Collaboration", RESULT, SAMPLE,
       N_("How many of the first steps are guided, counted in a run of 50 steps: of n steps τ·n/50, rounded.")),
  DOUBLE ("alpha", "α<sub>t</sub>", "Guidance strength", 0, 1e9, 100, 1e4, PAPER, NULL, "Collaboration", RESULT, SAMPLE,
          N_("How far the branches move towards each other's attention at the first step; by the last one it falls to half.")),
  DOUBLE ("alpha_end", NULL, "Strength at the end", 0, 2, 0.05, 0.5, PAPER, "of the strength", "Collaboration", RESULT, SAMPLE,
          N_("The share of the guidance strength that is left at the last step; on the way there it follows a straight line.")),
  DOUBLE ("alpha_bend", NULL, "Bend of the strength", -2, 2, 0.05, 0, OURS, "of the strength", "Collaboration", RESULT, SAMPLE,
          N_("How far the middle of the guidance strength's line lies above the straight one; 0 is straight.")),
  DOUBLE ("alpha_bend_at", NULL, "Where it bends", 0.05, 0.95, 0.05, 0.5, OURS, "of the way", "Collaboration", RESULT, SAMPLE,
          N_("Where the middle of the guidance strength's line lies between the first step (0) and the last (1).")),
  DOUBLE ("beta", "β", "Inverted noise", 0, 1, 0.05, 0.3, PAPER, NULL, "Collaboration", RESULT, SAMPLE,
          N_("Share of the motion clip's inverted noise in the noise that the video starts from.")),
  DOUBLE ("beta_s", "β<sub>s</sub>", "Subject branch", 0, 1, 0.05, 0.5, PAPER, NULL, "Collaboration", RESULT, SAMPLE,
          N_("Weight of the subject branch's noise.")),
  DOUBLE ("beta_m", "β<sub>m</sub>", "Motion branch", 0, 1, 0.05, 0.5, PAPER, NULL, "Collaboration", RESULT, SAMPLE,
          N_("Weight of the motion branch's noise.")),

  INT ("iterations", NULL, "Iterations", 1, 100000, 10, 300, PAPER, "steps", "Training", SUBJECT | MOTION, TRAIN,
       N_("Training steps of a subject and of the motion.")),
  DOUBLE ("lora_rate", NULL, "LoRA learning rate", 0, 1, 1e-5, 1e-4, PAPER, NULL, "Training", SUBJECT | MOTION | FUSION, TRAIN,
          N_("AdamW's learning rate for the LoRAs.")),
  DOUBLE ("token_rate", NULL, "Token learning rate", 0, 1, 1e-4, 1e-3, PAPER, NULL, "Training", SUBJECT | TOKEN, TRAIN,
          N_("AdamW's learning rate for the learned words.")),
  INT ("rank", "r", "LoRA rank", 1, 256, 1, 4, PAPER, NULL, "Training", SUBJECT | MOTION, TRAIN,
       N_("Rank of the LoRAs; α equals it.")),
  DOUBLE ("lambda1", "λ<sub>1</sub>", "Prior weight", 0, 10, 0.05, 0.25, PAPER, NULL, "Training", SUBJECT, TRAIN,
          N_("Weight of L_reg, which keeps the model's movement while a subject is learned; 0 needs no prior clips.")),
  DOUBLE ("clip_norm", NULL, "Gradient clip", 0, 1000, 0.1, 1, PAPER, NULL, "Training", LEARNED | FUSION, TRAIN,
          N_("Longest gradient over all that is trained; 0 for no limit.")),
  DOUBLE ("weight_decay", NULL, "Weight decay", 0, 1, 0.01, 0.01, OURS, NULL, "Training", LEARNED | FUSION, TRAIN,
          N_("AdamW's weight decay (PyTorch's default).")),
  BOOL ("word_first", "Learn the word first", 0, OURS, "Training", SUBJECT, TRAIN,
        N_("Learns a subject's word by textual inversion alone, then the LoRA with the word as it is (DreamVideo-style).")),
  BOOL ("masked_loss", "Loss inside the mask only", 0, PAPER, "Training", SUBJECT, TRAIN,
        N_("Counts the loss of a subject inside its masks only; every picture needs a mask.")),
  INT ("train_seed", NULL, "Training seed", 0, SEED_MAX, 1, 0, OURS, NULL, "Training", LEARNED | FUSION, TRAIN,
       N_("What every draw of a training derives from.")),
  INT ("checkpoint_every", NULL, "Checkpoint every", 1, 100000, 10, 50, OURS, "steps", "Training", MAGE_STALE_NOTHING, FUSING,
       N_("A checkpoint after every so many steps; a stopped training writes one, too.")),
  INT ("validate_every", NULL, "Validate every", 0, 100000, 5, 50, OURS, "steps", "Training", MAGE_STALE_NOTHING, FUSING,
       N_("The loss at fixed noise and fixed timesteps after every so many steps, which shows what was learned more clearly than the steps' own losses; 0 for none.")),
  INT ("effect_every", NULL, "Effect every", 0, 100000, 5, 25, OURS, "steps", "Training", MAGE_STALE_NOTHING, FUSING,
       N_("After every so many training steps it is measured how much the training changes what the model makes; 0 for never.")),
  BOOL ("gradient_checkpointing", "Gradient checkpointing", 0, OURS, "Training", MAGE_STALE_NOTHING, FUSING,
        N_("Keeps less in memory while training and computes it again: the same but for rounding, a sixth to a half slower.")),
  INT ("maps_every", NULL, "Attention every", 0, 100000, 5, 20, OURS, "steps", "Training", MAGE_STALE_NOTHING, FUSING,
       N_("After every so many training steps it is kept where the model looks, while its page is open; 0 for never.")),
  INT ("sample_every", NULL, "Sample every", 0, 100000, 10, 100, OURS, "steps", "Training", MAGE_STALE_NOTHING, FUSING,
       N_("A small video after every so many training steps, always from the same noise, and one at the end; 0 for none.")),
  INT ("sample_steps", NULL, "Steps of samples", 1, 1000, 1, 25, OURS, "steps", "Training", MAGE_STALE_NOTHING, FUSING,
       N_("DDIM steps of the samples that are made while it trains.")),
  STRING ("sample_prompt", NULL, "Prompt of samples", "", OURS, "Training", MAGE_STALE_NOTHING, FUSING,
          N_("What the samples show; empty for the prompt that is trained with.")),

  DOUBLE ("omega", "ω", "Negative guidance", 0, 10, 0.05, 0.5, PAPER, NULL, "Motion", MOTION, TRAIN,
          N_("How far the motion's target is pushed away from what the clip looks like.")),
  CHOICE ("motion_loss", NULL, "Motion loss", "appearance-free|plain|debiased", "appearance-free", PAPER, "Motion", MOTION, TRAIN,
          N_("appearance-free is the paper's; for comparison, plain is the ordinary noise loss, debiased MotionDirector's.")),
  STRING ("static_template", "c<sub>ap</sub>", "Static prompt", "A static video of {things}.", PAPER, "Motion", MOTION, TRAIN,
          N_("The prompt of what the clip looks like; {things} stands for the things that move in it.")),
  INT ("token_iterations", NULL, "Token iterations", 1, 100000, 10, 300, OURS, "steps", "Motion", TOKEN, TRAIN,
       N_("Textual inversion steps for each thing that moves in the clip.")),

  INT ("fuse_iterations", NULL, "Iterations", 1, 100000, 10, 300, PAPER, "steps", "Fusion", FUSION, FUSING,
       N_("Training steps of the fusion of several subjects; the paper takes 250 to 450.")),
  DOUBLE ("lambda2", "λ<sub>2</sub>", "Attention weight", 0, 10, 0.05, 0.6, PAPER, NULL, "Fusion", FUSION, FUSING,
          N_("Weight of L_attn, which keeps the subjects apart; 0 needs no background.")),
  INT ("fuse_clips", NULL, "Clips a subject", 1, 100, 1, 4, OURS, "clips", "Fusion", FUSION, FUSING,
       N_("How many clips of each subject the fusion learns from; its own LoRA makes them.")),
  CHOICE ("clip_masks", NULL, "Masks of the clips", "outlined|attention", "outlined", OURS, "Fusion", FUSION, FUSING,
          N_("Whether the subjects' outlines in these clips are found, or only roughly told from where the model looks.")),
  INT ("clip_steps", NULL, "Steps of the clips", 1, 1000, 1, 50, OURS, "steps", "Fusion", FUSION, FUSING,
       N_("DDIM steps of the clips that the fusion learns from, and of the backgrounds.")),
  DOUBLE ("clip_guidance", NULL, "Guidance of the clips", 0, 30, 0.5, 9, PAPER, NULL, "Fusion", FUSION, FUSING,
          N_("How strongly these clips follow their prompts; 1 is no guidance.")),
  STRING ("background_prompts", NULL, "Background prompts",
          "An empty street | A green meadow | A sandy beach | An empty room", OURS, "Fusion", FUSION, FUSING,
          N_("Places without subjects on which the fusion puts them together, divided by |; a model may bring its own pictures of places.")),
  STRING ("backgrounds_dir", NULL, "Backgrounds", "", OURS, "Fusion", FUSION, FUSING,
          N_("A folder of own clips and pictures of places without subjects, instead of the prompts.")),

  CHOICE ("device", NULL, "Device", "auto|cpu|cuda", "auto", OURS, "Machine", MAGE_STALE_NOTHING, ALL,
          N_("What computes; auto takes CUDA where it is.")),
  CHOICE ("precision", NULL, "Precision", "auto|float32|half", "auto", OURS, "Machine", MAGE_STALE_NOTHING, ALL,
          N_("Of the frozen weights; auto is float32 on the CPU and half on CUDA.")),
  INT ("threads", NULL, "Threads", 0, 1024, 1, 0, OURS, "threads", "Machine", MAGE_STALE_NOTHING, ALL,
       N_("CPU threads; 0 leaves one of the machine's to others.")),
  BOOL ("offload", "Load encoders when needed", 0, OURS, "Machine", MAGE_STALE_NOTHING, ALL,
        N_("Text encoder and VAE are loaded when they are needed and take no memory while the UNet works. The results are the same.")),
  BOOL ("deterministic", "Same bits every time", 0, OURS, "Machine", MAGE_STALE_NOTHING, ALL,
        N_("On an NVIDIA card a run that was stopped goes on bit for bit only with this; it costs time. CPUs always do.")),
};

/**
 * mage_param_table:
 * @n: (out): how many lines
 *
 * Returns: (transfer none) (array length=n): every parameter, in the order in which it is shown
 */
const MageParamInfo *
mage_param_table (guint *n)
{
  g_return_val_if_fail (n != NULL, NULL);

  *n = G_N_ELEMENTS (table);
  return table;
}

/** mage_param_table_find: Returns: (transfer none) (nullable): the line of @key */
const MageParamInfo *
mage_param_table_find (const char *key)
{
  g_return_val_if_fail (key != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_str_equal (table[i].key, key))
      return &table[i];
  return NULL;
}
