// SPDX-License-Identifier: MIT
// What is asked of TLS, as plain values. Loads nothing.
#pragma once

#include <stdbool.h>

enum tls_version { TLS_ANY, TLS_1_2, TLS_1_3 };

// Paths and lists are NULL where nothing was given.
struct tls_conf {
    bool on;
    bool insecure;      // nothing is verified
    bool any_name;      // the chain is verified and the host name is not, as other tools have it
    bool ktls;          // the kernel encrypts what is sent
    bool resumes;       // a new connection offers the session of one that has ended
    const char *sni;    // the name to ask for and to verify; NULL: the host, unless that is an address
    const char *cacert; // PEM files
    const char *cacertdir;
    const char *cert; // with its chain
    const char *key;
    const char *trusted; // PEM text: trusted in place of files
    const char *ciphers, *ciphersuites;
    enum tls_version min, max;
    // The password of an encrypted key, into text: its length, or -1. Called where there is such a key.
    int (*password)(const char *path, char *text, int cap);
};
