// SPDX-License-Identifier: MIT
// Why a TLS connection came to nothing: one sentence that names cause and cure. Decides nothing.
#pragma once

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>

// What is known of the connection beside what OpenSSL knows.
struct tls_story {
    const char *name;  // that was verified, or asked for
    bool agreed;       // the handshake was over
    bool asked;        // it wanted a client certificate, and we have none
    bool renegotiates; // it wanted another handshake, and we refused
};

// From the first error in OpenSSL's queue, which is empty afterwards. Answers why.
const char *tls_why(const struct tls_story *story, char *why, size_t cap);

// The chain was not accepted: as the verify callback of OpenSSL finds it.
const char *tls_why_verdict(X509_STORE_CTX *chain, const struct tls_story *story, char *why, size_t cap);

// The connection ended below TLS: error is 0 for its end, or -errno.
const char *tls_why_cut(const struct tls_story *story, int error, char *why, size_t cap);
