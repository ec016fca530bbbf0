// SPDX-License-Identifier: MIT
// What all TLS connections to a server share: certificates, keys, versions, ciphers. Knows no connection.
#pragma once

#include "base/err.h"
#include "net/tls_conf.h"

#include <openssl/ssl.h>

// NULL with err (ERR_USAGE), which names the option that is wrong.
SSL_CTX *tls_context(const struct tls_conf *conf, struct err *err);
