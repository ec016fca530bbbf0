// SPDX-License-Identifier: MIT
// In what the circumstances of a kept result differ from those of now. Knows the names that the JSON gives to
// them; never measures.
#pragma once

#include "base/host.h"

#include <stddef.h>

#define FINGERPRINT_MAX 24

struct fingerprint {
    unsigned n;
    struct fingerprint_difference {
        char name[48], was[96], is[96]; // cut where they are longer
    } list[FINGERPRINT_MAX];
};

// Adds it where the two differ.
void fingerprint_note(struct fingerprint *f, const char *name, const char *was, const char *is);

// Adds what differs between the machine of a document (docs/json.md) and this one, but for what changes by
// itself.
void fingerprint_machine(struct fingerprint *f, const char *document, const struct host *now);

// "cpu was "AMD EPYC" then and is "Intel Xeon" now": dst.
#define FINGERPRINT_WORDS 320
const char *fingerprint_words(const struct fingerprint_difference *d, char dst[FINGERPRINT_WORDS]);
