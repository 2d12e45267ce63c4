/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jobs/mage-attention-job.h"
#include "ui/mage-session.h"

G_BEGIN_DECLS

#define MAGE_TYPE_ATTENTION_FILM (mage_attention_film_get_type ())
G_DECLARE_FINAL_TYPE (MageAttentionFilm, mage_attention_film, MAGE, ATTENTION_FILM, GObject)

MageAttentionFilm *mage_attention_film_new (MageSession *session, MageResult *result);
MageResult *mage_attention_film_get_result (MageAttentionFilm *self);
guint mage_attention_film_get_n_steps (MageAttentionFilm *self);
gboolean mage_attention_film_is_kept (MageAttentionFilm *self, guint step);
MageAttention *mage_attention_film_get (MageAttentionFilm *self, guint step);
void mage_attention_film_want (MageAttentionFilm *self, guint step, const char *const *layers);
void mage_attention_film_set_ahead (MageAttentionFilm *self, gboolean ahead);
void mage_attention_film_see (MageAttentionFilm *self, guint step);
void mage_attention_film_cancel (MageAttentionFilm *self);
guint mage_attention_film_get_wanted (MageAttentionFilm *self);
MageJob *mage_attention_film_get_job (MageAttentionFilm *self);

G_END_DECLS
