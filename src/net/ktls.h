// SPDX-License-Identifier: MIT
// Whether the kernel's TLS can be had: what has to be there before any connection is. Encrypts nothing.
#pragma once

#include "base/err.h"

// 0, or -1 with err (ERR_USAGE): a sentence on which of kernel and library has none, and what to do.
int ktls_check(struct err *err);
