// SPDX-License-Identifier: MIT
// What this binary was built from and with.
#pragma once

struct build {
    const char *version;   // "0.1.0"
    const char *released;  // the day of that version, "2026-11-27"
    const char *git;       // short commit, "-dirty" after it where the tree was; "" outside a checkout
    const char *compiler;  // "GNU 12.2.0"
    const char *type;      // "Release"
    const char *flags;     // compiler flags of that type
    const char *sanitize;  // "" or the sanitizers
    const char *histogram; // where HdrHistogram_c came from
    const char *liburing;  // its version, or "" where the build has no io_uring engine
    const char *openssl;   // its version, or "" where the build has no TLS
};

extern const struct build build;
