/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Gives every file of a corpus to a fuzz target, then nothing, then each file cut off at every 37th byte; speaks TAP.
 *   fuzz-NAME CORPUS [N [SEED]]    then N inputs more, made up from the corpus: for where there is no libFuzzer
 */

#define CUT 37
/* Of an input: so many changes at once, at most. */
#define CHANGES 6
#define LONGEST (1u << 20)

static void
give (const guint8 *bytes, gsize size)
{
  /* A copy without anything behind it, so that a reader that goes too far is seen. */
  g_autofree guint8 *data = g_memdup2 (bytes, MAX (size, 1));

  LLVMFuzzerTestOneInput (data, size);
}

static guint
replay (GByteArray *input)
{
  guint n = 0;

  if (input->len == 0)
    return 0;
  for (gsize cut = input->len;; cut -= CUT)
    {
      give (input->data, cut);
      n++;
      if (cut < CUT)
        return n;
    }
}

/* --- made up --- */

static guint8
draw_byte (GRand *rand)
{
  static const guint8 telling[] = { 0, 1, 0x7f, 0x80, 0xff, ' ', '"', '-', '0', '9', '[', '{', '}' };

  return g_rand_boolean (rand) ? telling[g_rand_int_range (rand, 0, G_N_ELEMENTS (telling))] : (guint8) g_rand_int (rand);
}

static guint
draw_place (GRand *rand, const GByteArray *bytes)
{
  return bytes->len > 0 ? (guint) g_rand_int_range (rand, 0, (gint32) bytes->len) : 0;
}

static void
insert (GByteArray *bytes, guint at, const guint8 *data, guint n)
{
  g_autofree guint8 *rest = g_memdup2 (bytes->data + at, MAX (bytes->len - at, 1));
  guint n_rest = bytes->len - at;

  g_byte_array_set_size (bytes, at);
  g_byte_array_append (bytes, data, n);
  g_byte_array_append (bytes, rest, n_rest);
}

static void
change (GByteArray *bytes, GPtrArray *corpus, GRand *rand)
{
  GByteArray *other = g_ptr_array_index (corpus, g_rand_int_range (rand, 0, (gint32) corpus->len));
  guint at = draw_place (rand, bytes), from = draw_place (rand, other);
  guint most = (guint) g_rand_int_range (rand, 1, 17), n = MIN (most, other->len - from);
  guint8 byte = draw_byte (rand);

  switch (bytes->len > 0 ? g_rand_int_range (rand, 0, 5) : 3)
    {
    case 0:
      bytes->data[at] ^= (guint8) (1u << g_rand_int_range (rand, 0, 8));
      break;
    case 1:
      bytes->data[at] = byte;
      break;
    case 2:
      g_byte_array_remove_range (bytes, at, MIN (n, bytes->len - at));
      break;
    case 3:
      insert (bytes, at, other->data + from, n);
      break;
    default:
      insert (bytes, at, &byte, 1);
    }
}

static void
make_up (GPtrArray *corpus, guint n, guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  for (guint i = 0; i < n; i++)
    {
      GByteArray *from = g_ptr_array_index (corpus, g_rand_int_range (rand, 0, (gint32) corpus->len));
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      g_byte_array_append (bytes, from->data, MIN (from->len, LONGEST));
      for (gint32 k = g_rand_int_range (rand, 1, CHANGES + 1); k > 0; k--)
        change (bytes, corpus, rand);
      give (bytes->data, bytes->len);
    }
  printf ("# %u inputs made up, seed %u\n", n, seed);
}

int
main (int argc, char **argv)
{
  g_autoptr (GDir) dir = g_dir_open (argc > 1 ? argv[1] : ".", 0, NULL);
  g_autoptr (GPtrArray) corpus = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
  const char *name;

  LLVMFuzzerTestOneInput ((const guint8 *) "", 0);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (argv[1], name, NULL);
      char *text = NULL;
      gsize size = 0;
      GByteArray *input;
      guint n_inputs;

      g_file_get_contents (path, &text, &size, NULL);
      input = g_byte_array_new_take ((guint8 *) text, size);
      g_ptr_array_add (corpus, input);
      n_inputs = replay (input);
      printf ("%sok %u %s, %u inputs\n", n_inputs > 0 ? "" : "not ", corpus->len, name, n_inputs);
      fflush (stdout);
    }
  if (argc > 2 && corpus->len > 0)
    make_up (corpus, (guint) strtoul (argv[2], NULL, 10), argc > 3 ? (guint32) strtoul (argv[3], NULL, 10) : 1);
  printf ("1..%u\n", corpus->len);
  return corpus->len > 0 ? 0 : 1;
}
