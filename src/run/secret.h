// SPDX-License-Identifier: MIT
// Keeps a password out of what a server is quoted with: some repeat in their errors what they were sent.
// Knows no connection and no report.
#pragma once

#include "base/slice.h"

#define SECRET_TEXT 512 // of a server's words, this much is looked at

// text with "***" for each place that repeats the secret, or begins as it does and breaks off (a server may
// cut what it repeats). The answer lies in dst or, where there is no secret (NULL or ""), is text itself.
struct slice secret_hide(struct slice text, const char *secret, char dst[SECRET_TEXT]);
