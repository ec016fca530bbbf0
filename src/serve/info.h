// SPDX-License-Identifier: MIT
// The embedded server about itself, in the form of the real servers' INFO.
#pragma once

#include "serve/service.h"

void info_write(struct buf *out, const struct service *s);
