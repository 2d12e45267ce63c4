/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "project/mage-param-layer.h"

/* Every line of the table makes sense by itself, so that whoever adds one is told what is wrong. */
static void
test_table (void)
{
  g_autoptr (GHashTable) keys = g_hash_table_new (g_str_hash, g_str_equal);
  guint n;
  const MageParamInfo *table = mage_param_table (&n);

  for (guint i = 0; i < n; i++)
    {
      const MageParamInfo *info = &table[i];
      g_autoptr (MageParams) params = mage_params_new ();
      g_autofree char *text = mage_params_dup_text (params, info->key);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", info->key);
      g_assert_true (g_hash_table_add (keys, (gpointer) info->key));
      g_assert_true (g_str_has_suffix (info->help, "."));
      g_assert_true (g_str_equal (info->source, "paper") || g_str_equal (info->source, "VideoMage"));
      g_assert_cmpint (info->use, !=, 0);
      g_assert_true ((info->type == MAGE_PARAM_CHOICE) == (info->choices != NULL));
      /* The default lies in its own range, and reads back as itself. */
      mage_params_set_text (params, info->key, text, &error);
      g_assert_no_error (error);
      g_assert_true (mage_params_is_default (params, info->key));
    }
}

typedef struct
{
  const char *key;
  const char *value;
} Expected;

static void
test_defaults (void)
{
  static const Expected expected[] = {
    { "frames", "24" }, { "width", "576" }, { "height", "320" }, { "rate", "8" }, { "steps", "50" },
    { "guidance", "9" }, { "negative", "" }, { "iterations", "300" }, { "lora_rate", "0.0001" },
    { "token_rate", "0.001" }, { "rank", "4" }, { "lambda1", "0.25" }, { "omega", "0.5" }, { "clip_norm", "1" },
    { "weight_decay", "0.01" }, { "masked_loss", "false" }, { "motion_loss", "appearance-free" },
    { "static_template", "A static video of {things}." }, { "device", "auto" }, { "subject_strength", "1" },
  };
  g_autoptr (MageParams) params = mage_params_new ();

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autofree char *text = mage_params_dup_text (params, expected[i].key);

      g_assert_cmpstr (text, ==, expected[i].value);
    }
}

typedef struct
{
  const char *key;
  const char *text;
  const char *sentence; /* NULL: it is taken */
} Attempt;

static void
test_set_text (void)
{
  static const Attempt attempts[] = {
    { "lambda1", "0", NULL },
    { "lambda1", "10", NULL },
    { "lambda1", "10.5", "Prior weight (lambda1) must lie between 0 and 10, not 10.5" },
    { "lambda1", "-1e-9", "*must lie between*" },
    { "lambda1", "nan", "*is a number, not “nan”" },
    { "lambda1", "1x", "*is a number, not “1x”" },
    { "lambda1", "", "*is a number*" },
    { "steps", "0", "Steps (steps) must lie between 1 and 1000, not 0" },
    { "steps", "1.5", "*is a whole number, not “1.5”" },
    { "steps", "99999999999999999999", "*is a whole number*" },
    { "seed", "9007199254740991", NULL },
    { "seed", "9007199254740993", "*must lie between*" },
    { "seed", "-1", "*must lie between*" },
    { "masked_loss", "yes", NULL },
    { "masked_loss", "2", "*is true or false*" },
    { "device", "cuda", NULL },
    { "device", "tpu", "Device (device) is one of auto, cpu, cuda, not “tpu”" },
    { "negative", "blurred, “ugly”", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (attempts); i++)
    {
      g_autoptr (MageParams) params = mage_params_new ();
      g_autofree char *before = mage_params_dup_text (params, attempts[i].key);
      g_autofree char *after = NULL;
      g_autoptr (GError) error = NULL;
      gboolean set = mage_params_set_text (params, attempts[i].key, attempts[i].text, &error);

      g_test_message ("%s = %s", attempts[i].key, attempts[i].text);
      g_assert_true (set == (attempts[i].sentence == NULL));
      after = mage_params_dup_text (params, attempts[i].key);
      if (set)
        {
          g_assert_no_error (error);
          continue;
        }
      g_assert_true (g_pattern_match_simple (attempts[i].sentence, error->message));
      g_assert_cmpstr (before, ==, after);
    }
}

static void
count_cb (MageParams *params, const char *key, guint *count)
{
  g_assert_cmpstr (key, ==, "omega");
  (*count)++;
}

static void
test_notify (void)
{
  g_autoptr (MageParams) params = mage_params_new ();
  guint count = 0;

  g_signal_connect (params, "changed::omega", G_CALLBACK (count_cb), &count);
  g_assert_true (mage_params_set_double (params, "omega", 0.7, NULL));
  g_assert_true (mage_params_set_double (params, "omega", 0.7, NULL));
  g_assert_true (mage_params_set_double (params, "lambda1", 0.1, NULL));
  g_assert_cmpuint (count, ==, 1);
  mage_params_reset (params, "omega");
  mage_params_reset (params, "omega");
  g_assert_cmpuint (count, ==, 2);
  g_assert_true (mage_params_is_default (params, "omega"));
}

static JsonObject *
parse (const char *text, JsonNode **node)
{
  *node = json_from_string (text, NULL);
  g_assert_nonnull (*node);
  return json_node_get_object (*node);
}

static void
test_model_defaults (void)
{
  g_autoptr (MageParams) params = mage_params_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (JsonNode) bad = NULL;
  g_autoptr (JsonNode) wrong = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (mage_params_set_int (params, "steps", 20, NULL));
  g_assert_true (mage_params_set_model_defaults (params, parse ("{\"name\":\"Mini\",\"frames\":8,\"guidance\":3,\"steps\":30}", &node), &error));
  g_assert_no_error (error);
  g_assert_cmpint (mage_params_get_int (params, "frames"), ==, 8);
  g_assert_cmpfloat (mage_params_get_double (params, "guidance"), ==, 3);
  g_assert_cmpstr (mage_params_get_default_source (params, "frames"), ==, "this model");
  g_assert_cmpstr (mage_params_get_default_source (params, "omega"), ==, "paper");
  g_assert_true (mage_params_is_default (params, "frames"));
  /* What somebody set stays, and goes back to the model's default. */
  g_assert_cmpint (mage_params_get_int (params, "steps"), ==, 20);
  g_assert_false (mage_params_is_default (params, "steps"));
  mage_params_reset (params, "steps");
  g_assert_cmpint (mage_params_get_int (params, "steps"), ==, 30);

  /* A model that does not fit changes nothing. */
  g_assert_false (mage_params_set_model_defaults (params, parse ("{\"guidance\":4,\"frames\":0}", &bad), &error));
  g_assert_true (g_pattern_match_simple ("Frames (frames) must lie*", error->message));
  g_clear_error (&error);
  g_assert_false (mage_params_set_model_defaults (params, parse ("{\"frames\":\"many\"}", &wrong), &error));
  g_assert_true (g_pattern_match_simple ("Frames (frames) is a whole number*", error->message));
  g_assert_cmpint (mage_params_get_int (params, "frames"), ==, 8);
  g_assert_cmpfloat (mage_params_get_double (params, "guidance"), ==, 3);

  g_assert_true (mage_params_set_model_defaults (params, NULL, NULL));
  g_assert_cmpint (mage_params_get_int (params, "frames"), ==, 24);
}

static void
test_json (void)
{
  g_autoptr (MageParams) params = mage_params_new ();
  g_autoptr (MageParams) again = mage_params_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (JsonObject) written = NULL;
  g_autoptr (JsonObject) whole = NULL;
  g_autoptr (GError) error = NULL;
  guint n;

  /* Unknown keys are kept, missing ones are the default, whole numbers are numbers. */
  g_assert_true (mage_params_set_int (params, "rank", 8, NULL));
  g_assert_true (mage_params_load_json (params, parse ("{\"omega\":1,\"seed\":9007199254740991,\"negative\":\"x\",\"tomorrow\":[1]}", &node), &error));
  g_assert_no_error (error);
  g_assert_cmpint (mage_params_get_int (params, "rank"), ==, 4);
  g_assert_cmpfloat (mage_params_get_double (params, "omega"), ==, 1);

  written = mage_params_to_json (params, FALSE);
  g_assert_cmpuint (json_object_get_size (written), ==, 4);
  g_assert_true (json_object_has_member (written, "tomorrow"));
  g_assert_true (mage_params_load_json (again, written, &error));
  g_assert_no_error (error);
  g_assert_cmpint (mage_params_get_int (again, "seed"), ==, 9007199254740991);
  g_assert_cmpstr (mage_params_get_string (again, "negative"), ==, "x");

  whole = mage_params_to_json (again, TRUE);
  mage_param_table (&n);
  g_assert_cmpuint (json_object_get_size (whole), ==, n + 1);
}

static void
test_dict_and_freeze (void)
{
  g_autoptr (MageParams) params = mage_params_new ();
  g_autoptr (MageParams) frozen = NULL;
  g_autoptr (GVariantDict) dict = NULL;
  gint32 steps = 0;
  gint64 seed = 0;
  double guidance = 0;

  g_assert_true (mage_params_set_int (params, "seed", 7, NULL));
  frozen = mage_params_freeze (params);
  g_assert_true (mage_params_set_int (params, "seed", 8, NULL));
  g_assert_true (mage_params_is_frozen (frozen));
  g_assert_cmpint (mage_params_get_int (frozen, "seed"), ==, 7);

  dict = mage_params_to_dict (frozen, MAGE_USE_SAMPLE);
  g_assert_true (g_variant_dict_lookup (dict, "steps", "i", &steps));
  g_assert_true (g_variant_dict_lookup (dict, "guidance", "d", &guidance));
  g_assert_true (g_variant_dict_lookup (dict, "seed", "x", &seed));
  g_assert_false (g_variant_dict_contains (dict, "lambda1"));
  g_assert_cmpint (steps, ==, 50);
  g_assert_cmpint (seed, ==, 7);
}

static char *
hash (MageParams *params, MageStale what)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  mage_params_hash (params, what, checksum);
  return g_strdup (g_checksum_get_string (checksum));
}

static void
test_stale (void)
{
  g_autoptr (MageParams) params = mage_params_new ();
  g_autofree char *subject = hash (params, MAGE_STALE_SUBJECT);
  g_autofree char *motion = hash (params, MAGE_STALE_MOTION);
  g_autofree char *subject_after = NULL;
  g_autofree char *motion_after = NULL;

  g_assert_true (mage_params_set_double (params, "omega", 0.1, NULL));
  g_assert_true (mage_params_set_int (params, "steps", 10, NULL));
  subject_after = hash (params, MAGE_STALE_SUBJECT);
  motion_after = hash (params, MAGE_STALE_MOTION);
  g_assert_cmpstr (subject, ==, subject_after);
  g_assert_cmpstr (motion, !=, motion_after);
}

/* Prior clips and backgrounds are read at this rate. */
static void
test_rate_is_stale (void)
{
  static const MageStale learned[] = { MAGE_STALE_SUBJECT, MAGE_STALE_MOTION, MAGE_STALE_FUSION };
  g_autoptr (MageParams) params = mage_params_new ();
  g_autoptr (MageParams) other = mage_params_new ();

  g_assert_true (mage_params_set_double (other, "rate", 16, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (learned); i++)
    {
      g_autofree char *before = hash (params, learned[i]);
      g_autofree char *after = hash (other, learned[i]);

      g_assert_cmpstr (before, !=, after);
    }
}

/* What is changed above stays when what lies below changes; all else follows; what is set to the value below follows again. */
static void
test_layer (void)
{
  g_autoptr (MageParams) base = mage_params_new ();
  g_autoptr (MageParamLayer) layer = mage_param_layer_new (base, NULL);
  MageParams *own = mage_param_layer_get_params (layer);
  guint n_told = 0;

  g_signal_connect (layer, "changed::omega", G_CALLBACK (count_cb), &n_told);
  mage_params_set_int (base, "iterations", 40, NULL);
  g_assert_cmpint (mage_params_get_int (own, "iterations"), ==, 40);
  g_assert_cmpuint (mage_param_layer_count_changed (layer, MAGE_USE_TRAIN), ==, 0);

  mage_params_set_double (own, "omega", 0.1, NULL);
  g_assert_cmpuint (n_told, ==, 1);
  g_assert_true (mage_param_layer_is_changed (layer, "omega"));
  g_assert_cmpuint (mage_param_layer_count_changed (layer, MAGE_USE_TRAIN), ==, 1);
  g_assert_cmpuint (mage_param_layer_count_changed (layer, MAGE_USE_SAMPLE), ==, 0);
  mage_params_set_double (base, "omega", 0.9, NULL);
  g_assert_cmpfloat (mage_params_get_double (own, "omega"), ==, 0.1);
  g_assert_cmpuint (n_told, ==, 2);
  /* The same by chance is still its own. */
  mage_params_set_double (base, "omega", 0.1, NULL);
  g_assert_false (mage_param_layer_is_changed (layer, "omega"));
  mage_params_set_double (base, "omega", 0.9, NULL);
  g_assert_cmpfloat (mage_params_get_double (own, "omega"), ==, 0.1);

  mage_param_layer_reset (layer, "omega");
  g_assert_cmpfloat (mage_params_get_double (own, "omega"), ==, 0.9);
  mage_params_reset (base, "omega");
  g_assert_cmpfloat (mage_params_get_double (own, "omega"), ==, 0.5);
  g_assert_true (mage_params_is_default (own, "omega"));

  mage_params_set_double (own, "omega", 0.2, NULL);
  mage_params_set_double (own, "omega", 0.5, NULL);
  mage_params_set_double (base, "omega", 0.7, NULL);
  g_assert_cmpfloat (mage_params_get_double (own, "omega"), ==, 0.7);
}

/* A layer of fixed values follows nothing until one of them is given back. */
static void
test_fixed_layer (void)
{
  g_autoptr (MageParams) base = mage_params_new ();
  g_autoptr (MageParams) fixed = mage_params_copy (base);
  g_autoptr (MageParamLayer) layer = NULL;

  mage_params_set_int (fixed, "tau", 30, NULL);
  layer = mage_param_layer_new (base, fixed);
  mage_params_set_int (base, "steps", 20, NULL);
  g_assert_cmpint (mage_params_get_int (mage_param_layer_get_params (layer), "steps"), ==, 50);
  g_assert_cmpuint (mage_param_layer_count_changed (layer, MAGE_USE_SAMPLE), ==, 2);
  mage_param_layer_reset (layer, "steps");
  g_assert_cmpint (mage_params_get_int (mage_param_layer_get_params (layer), "steps"), ==, 20);
  g_assert_cmpint (mage_params_get_int (mage_param_layer_get_params (layer), "tau"), ==, 30);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/params/table", test_table);
  g_test_add_func ("/params/defaults", test_defaults);
  g_test_add_func ("/params/set-text", test_set_text);
  g_test_add_func ("/params/notify", test_notify);
  g_test_add_func ("/params/model-defaults", test_model_defaults);
  g_test_add_func ("/params/json", test_json);
  g_test_add_func ("/params/dict-and-freeze", test_dict_and_freeze);
  g_test_add_func ("/params/stale", test_stale);
  g_test_add_func ("/params/rate-is-stale", test_rate_is_stale);
  g_test_add_func ("/params/layer", test_layer);
  g_test_add_func ("/params/fixed-layer", test_fixed_layer);
  return g_test_run ();
}
