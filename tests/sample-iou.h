/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** SampleIouFunc: how well a network finds a subject of the sample in its picture @k: intersection over union */
typedef double (*SampleIouFunc) (gpointer network, const char *subject, guint k);

/** sample_mean_iou: prints the mean of each sample subject over @n_pictures. Returns: that of all */
static inline double
sample_mean_iou (gpointer network, SampleIouFunc iou, guint n_pictures)
{
  static const char *const subjects[] = { "orange_cat", "pink_bear", "teal_robot", "violet_dog" };
  double sum = 0;

  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
    {
      double of_subject = 0;

      for (guint k = 0; k < n_pictures; k++)
        of_subject += iou (network, subjects[i], k);
      g_test_message ("%s: mean IoU %.4f", subjects[i], of_subject / n_pictures);
      sum += of_subject;
    }
  sum /= n_pictures * G_N_ELEMENTS (subjects);
  g_test_message ("all: mean IoU %.4f", sum);
  return sum;
}
