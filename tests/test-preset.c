/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "project/mage-paper-figures.h"
#include "project/mage-preset.h"
#include "tests/sandbox.h"

/* Presets of the program, over the paper's defaults and over a model's; those that a user saves; the paper's figures. */

static const MagePreset *
find (const char *id)
{
  guint n;
  const MagePreset *table = mage_preset_table (&n);

  for (guint i = 0; i < n; i++)
    if (g_str_equal (table[i].id, id))
      return &table[i];
  g_assert_not_reached ();
}

/* Every key is one of the table's, and what changes is among the keys. */
static void
test_table (void)
{
  guint n;
  const MagePreset *table = mage_preset_table (&n);

  for (guint i = 0; mage_preset_keys ()[i] != NULL; i++)
    g_assert_nonnull (mage_param_table_find (mage_preset_keys ()[i]));
  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < G_N_ELEMENTS (table[i].changes) && table[i].changes[k].key != NULL; k++)
      g_assert_true (g_strv_contains (mage_preset_keys (), table[i].changes[k].key));
}

static void
test_paper (void)
{
  g_autoptr (MageParams) params = mage_params_new ();

  g_assert_cmpstr (mage_preset_find_active (params)->id, ==, "paper");
  mage_preset_apply (find ("quick"), params);
  g_assert_cmpint (mage_params_get_int (params, "iterations"), ==, 60);
  g_assert_cmpint (mage_params_get_int (params, "steps"), ==, 25);
  g_assert_cmpint (mage_params_get_int (params, "fuse_clips"), ==, 2);
  g_assert_cmpstr (mage_preset_find_active (params)->id, ==, "quick");
  mage_preset_apply (find ("careful"), params);
  g_assert_cmpint (mage_params_get_int (params, "iterations"), ==, 600);
  g_assert_cmpfloat (mage_params_get_double (params, "lora_rate"), ==, 5e-5);
  g_assert_cmpint (mage_params_get_int (params, "steps"), ==, 50);
  g_assert_cmpstr (mage_preset_find_active (params)->id, ==, "careful");
  /* What a preset is not about stays as it is. */
  mage_params_set_int (params, "frames", 8, NULL);
  g_assert_cmpstr (mage_preset_find_active (params)->id, ==, "careful");
  mage_params_set_double (params, "omega", 0.7, NULL);
  g_assert_null (mage_preset_find_active (params));
  mage_preset_apply (find ("paper"), params);
  g_assert_true (mage_params_is_default (params, "omega"));
  g_assert_true (mage_params_is_default (params, "iterations"));
  g_assert_cmpint (mage_params_get_int (params, "frames"), ==, 8);
}

/* A small model's defaults are what its presets start from. */
static void
test_model (void)
{
  g_autoptr (MageParams) params = mage_params_new ();
  g_autoptr (JsonNode) model = json_from_string ("{\"iterations\": 7, \"fuse_clips\": 1, \"alpha\": 25}", NULL);

  g_assert_true (mage_params_set_model_defaults (params, json_node_get_object (model), NULL));
  mage_preset_apply (find ("quick"), params);
  g_assert_cmpint (mage_params_get_int (params, "iterations"), ==, 1);
  g_assert_cmpint (mage_params_get_int (params, "fuse_clips"), ==, 1);
  g_assert_cmpfloat (mage_params_get_double (params, "alpha"), ==, 25);
  mage_preset_apply (find ("paper"), params);
  g_assert_cmpint (mage_params_get_int (params, "iterations"), ==, 7);
}

static void
test_own (void)
{
  g_autoptr (Sandbox) dir = sandbox_new ();
  g_autofree char *folder = g_build_filename (dir, "presets", NULL);
  g_autofree char *damaged = g_build_filename (folder, "damaged.json", NULL);
  g_autoptr (MageParams) params = mage_params_new ();
  g_autoptr (MageParams) other = mage_params_new ();
  g_auto (GStrv) none = mage_preset_folder_list (folder);
  g_auto (GStrv) names = NULL;
  g_auto (GStrv) left = NULL;
  g_autofree char *active = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (none[0]);
  mage_params_set_double (params, "omega", 0.7, NULL);
  g_assert_true (mage_preset_folder_save (folder, "Räder / 50 %", params, &error));
  g_assert_no_error (error);
  g_assert_false (mage_preset_folder_save (folder, "Räder / 50 %", params, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_false (mage_preset_folder_save (folder, "  ", params, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  active = mage_preset_folder_find_active (folder, params);
  g_assert_cmpstr (active, ==, "Räder / 50 %");
  g_assert_null (mage_preset_folder_find_active (folder, other));
  mage_params_set_int (other, "frames", 9, NULL);
  g_assert_true (mage_preset_folder_apply (folder, "Räder / 50 %", other, &error));
  g_assert_cmpfloat (mage_params_get_double (other, "omega"), ==, 0.7);
  g_assert_true (mage_params_is_default (other, "iterations"));
  g_assert_cmpint (mage_params_get_int (other, "frames"), ==, 9);

  g_assert_true (mage_preset_folder_rename (folder, "Räder / 50 %", "../wheels", &error));
  names = mage_preset_folder_list (folder);
  g_assert_cmpuint (g_strv_length (names), ==, 1);
  g_assert_cmpstr (names[0], ==, "../wheels");
  g_assert_true (g_file_set_contents (damaged, "{\"omega\": \"much\", \"lambda1\": 3}", -1, NULL));
  g_assert_false (mage_preset_folder_apply (folder, "damaged", other, &error));
  g_assert_nonnull (strstr (error->message, "damaged.json"));
  g_assert_cmpfloat (mage_params_get_double (other, "omega"), ==, 0.7);
  g_assert_true (mage_params_is_default (other, "lambda1"));
  g_clear_error (&error);
  g_assert_true (mage_preset_folder_remove (folder, "../wheels", &error));
  left = mage_preset_folder_list (folder);
  g_assert_cmpuint (g_strv_length (left), ==, 1);
  g_assert_false (mage_preset_folder_remove (folder, "../wheels", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* The chosen rows are one and the same model, and its values are the defaults. */
static void
test_figures (void)
{
  static const char *const keys[] = { "omega", "lambda1", "lambda2", "alpha", "tau" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const MagePaperFigures *figures = mage_paper_figures_find (keys[i]);

      g_assert_cmpfloat (figures->rows[figures->chosen].clip_t, ==, 0.662);
      g_assert_cmpfloat (figures->rows[figures->chosen].clip_i, ==, 0.670);
      g_assert_cmpfloat (figures->rows[figures->chosen].dino_i, ==, 0.407);
      g_assert_cmpfloat (figures->rows[figures->chosen].consistency, ==, 0.983);
      g_assert_cmpstr (mage_param_table_find (keys[i])->source, ==, "paper");
      if (!g_str_equal (keys[i], "alpha")) /* written as a power of ten */
        g_assert_cmpfloat (g_ascii_strtod (figures->rows[figures->chosen].value, NULL), ==, mage_param_table_find (keys[i])->number);
    }
  {
    const MagePaperFigures *figures = mage_paper_figures_find ("static_template");

    /* Of the prompts two of the four were measured; the chosen one is the template's, with two things. */
    g_assert_cmpstr (figures->rows[figures->chosen].value, ==, "A static video of <sub1> and <sub2>.");
    g_assert_cmpstr (mage_param_table_find ("static_template")->text, ==, "A static video of {things}.");
    g_assert_cmpfloat (figures->rows[0].clip_i, ==, 0.670);
    g_assert_cmpfloat (figures->rows[1].dino_i, ==, 0.405);
    g_assert_cmpfloat (figures->rows[2].dino_i, ==, 0.395);
    g_assert_cmpfloat (figures->rows[0].clip_t + figures->rows[0].consistency, ==, 0);
  }
  g_assert_null (mage_paper_figures_find ("rank"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/preset/table", test_table);
  g_test_add_func ("/preset/paper", test_paper);
  g_test_add_func ("/preset/model", test_model);
  g_test_add_func ("/preset/own", test_own);
  g_test_add_func ("/preset/figures", test_figures);
  return g_test_run ();
}
