/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/engine-private.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/*
 * What is taken of the device's memory, measured: on the CPU the process' resident memory and its highest value, from
 * the system; on a card what is not free of it. libtorch keeps what it once took of a card, so what is taken after a
 * step is the most that the step took.
 */

static guint64
read_kib (const char *path, const char *key)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL) || (line = strstr (text, key)) == NULL)
    return 0;
  return g_ascii_strtoull (line + strlen (key), NULL, 10) * 1024;
}

static gboolean
write_text (const char *path, const char *text)
{
  int file = g_open (path, O_WRONLY | O_CLOEXEC, 0);
  gboolean ok = file >= 0 && write (file, text, strlen (text)) >= 0;

  if (file >= 0)
    close (file);
  return ok;
}

static void
read_cpu (gboolean reset, EngineMemory *memory)
{
  memory->used = read_kib ("/proc/self/status", "VmRSS:");
  memory->peak = MAX (read_kib ("/proc/self/status", "VmHWM:"), memory->used);
  memory->total = read_kib ("/proc/meminfo", "MemTotal:");
  memory->available = read_kib ("/proc/meminfo", "MemAvailable:");
  /* "5" sets the highest value back to what is resident now; a system that refuses leaves it too high, never too low. */
  if (reset && !write_text ("/proc/self/clear_refs", "5"))
    g_info ("The highest use of memory cannot be set back");
}

/* The driver's own question, from the library that libtorch has loaded. */
static void
read_card (EngineMemory *memory)
{
  typedef int (*MemGetInfo) (gsize *free_bytes, gsize *total_bytes);
  void *driver = dlopen ("libcuda.so.1", RTLD_NOLOAD | RTLD_LAZY);
  MemGetInfo get_info = driver != NULL ? (MemGetInfo) dlsym (driver, "cuMemGetInfo_v2") : NULL;
  gsize free_bytes = 0, total = 0;

  if (get_info != NULL && get_info (&free_bytes, &total) == 0)
    *memory = (EngineMemory){ total - free_bytes, total - free_bytes, free_bytes, total };
  if (driver != NULL)
    dlclose (driver);
}

/** engine_memory: see EngineTable.memory. */
void
engine_memory (Engine *self, gboolean reset, EngineMemory *memory)
{
  *memory = (EngineMemory){ 0 };
  if (self->pipeline->device == T_CUDA)
    read_card (memory);
  else
    read_cpu (reset, memory);
}
