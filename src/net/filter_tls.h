// SPDX-License-Identifier: MIT
// TLS as a filter: OpenSSL sees bytes in memory and never a socket. In a build without OpenSSL there is none,
// and opening it says so.
#pragma once

#include "base/err.h"
#include "net/filter.h"
#include "net/tls_conf.h"

// Loads certificates and keys, once for all connections of a target; conf and what it points to may go after
// that. 0, or -1 with err (ERR_USAGE): a sentence on the option and its file.
int filter_tls_open(struct filter **out, const struct tls_conf *conf, struct err *err);
void filter_tls_forget(struct filter *f); // the sessions that could be resumed; no connection is open
void filter_tls_close(struct filter *f);  // these two do nothing with NULL
