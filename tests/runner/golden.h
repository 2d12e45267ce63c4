/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "tensor/tensor.h"

G_BEGIN_DECLS

/* Tolerances of the reference set (its README, section 9), relative to the largest value of a tensor. */
#define TOL_EXACT 0.0
#define TOL_FORMULA 2e-6  /* scheduler, adamw */
#define TOL_NETWORK 2e-5  /* text, vae, unet, lora, attention probabilities */
#define TOL_PIPELINE 1e-4 /* five guided steps */
#define TOL_LOSS 5e-5
#define TOL_GRADIENT 1e-4
#define TOL_SCS_RUN 2e-4      /* guidance and several steps amplify */
#define TOL_TRAINED_LOSS 1e-4 /* losses after optimizer steps */
/* Trained values: AdamW divides by the gradient's own size. In parts of rate · steps. */
#define TOL_TRAINED_WORST 0.05
#define TOL_TRAINED_MEAN 1e-3

/**
 * Golden: one run over a folder of reference numbers: what is compared, and the count of it.
 * @manifest: (nullable): manifest.json
 */
typedef struct
{
  char *dir;
  TDevice device;
  double tolerance_factor;
  JsonObject *manifest;
  JsonParser *manifest_parser;
  guint n_ok;
  guint n_failed;
  guint n_absent;
  guint n_later;
} Golden;

gboolean golden_init (Golden *self, const char *dir, TDevice device, double tolerance_factor, GError **error);
void golden_clear (Golden *self);

char *golden_path (Golden *self, const char *name);
gboolean golden_has (Golden *self, const char *name);

void golden_say (Golden *self, const char *status, const char *file, const char *what);
void golden_absent (Golden *self, const char *file);
void golden_fail (Golden *self, const char *file, const char *what, const char *format, ...) G_GNUC_PRINTF (4, 5);
gboolean golden_check (Golden *self, const char *file, const char *what, gboolean holds);
gboolean golden_no_error (Golden *self, const char *file, const char *what);
void golden_numbers (Golden *self, const char *file, const char *what, Tensor *ours, Tensor *reference,
                     double tolerance);

/**
 * GoldenFile: one safetensors file of the folder. Each of its tensors is an input or is compared;
 * what is neither when the file is closed is a failure.
 * @info: (nullable): the JSON under `info` of its metadata
 */
typedef struct
{
  Golden *golden;
  char *name;
  WeightsFile *weights;
  JsonObject *info;
  JsonParser *info_parser;
  GHashTable *known;
} GoldenFile;

GoldenFile *golden_file_open (Golden *golden, const char *name);
void golden_file_close (GoldenFile *self);

gboolean golden_file_has (GoldenFile *self, const char *tensor);
GStrv golden_file_names (GoldenFile *self);
const char *golden_file_info (GoldenFile *self, const char *key);
double golden_file_info_number (GoldenFile *self, const char *key, double fallback);
void golden_file_ignore_rest (GoldenFile *self);
Tensor *golden_file_peek (GoldenFile *self, const char *tensor);
Tensor *golden_file_input (GoldenFile *self, const char *tensor);
gboolean golden_file_input_ints (GoldenFile *self, const char *tensor, GArray **values);
void golden_file_compare (GoldenFile *self, const char *tensor, Tensor *ours, double tolerance);
void golden_file_compare_as (GoldenFile *self, const char *tensor, const char *label, Tensor *ours, double tolerance);
void golden_file_compare_ints (GoldenFile *self, const char *tensor, GArray *ours);
void golden_file_compare_trained (GoldenFile *self, const char *tensor, Tensor *ours, double path);

/** NAME: a tensor's name put together, freed at the end of the block. */
#define NAME(variable, ...) g_autofree char *variable = g_strdup_printf (__VA_ARGS__)

G_END_DECLS
