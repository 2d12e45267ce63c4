/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/mage-frame.h"
#include "ui/mage-job-notices.h"
#include "ui/mage-welcome-page.h"
#include "ui/mage-window.h"

G_BEGIN_DECLS

struct _MageWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwToast *undo_toast; /* (nullable): offers to take back the last edit */
  GtkStack *stack;
  AdwBin *welcome_bin;
  AdwBin *frame_bin;
  GtkWidget *drop_hint;

  MageWorker *worker;
  MageModelStatus *model;
  GSettings *settings;
  char *data_dir;
  char *builtin_model;
  MageWelcomePage *welcome;
  MageSession *session; /* NULL: the welcome is shown */
  MageJobNotices *notices; /* of the session */
  MageFrame *frame;
};

void mage_window_install_actions (GtkWidgetClass *widget_class);
void mage_window_update_actions (MageWindow *self);
void mage_window_add_drop_target (MageWindow *self);
void mage_window_import (MageWindow *self, GListModel *files);
void mage_window_toast (MageWindow *self, const char *text);

G_END_DECLS
