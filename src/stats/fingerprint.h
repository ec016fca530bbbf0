// SPDX-License-Identifier: MIT
// In what the circumstances of a kept result differ from those of now. Measures and reads none of them.
#pragma once

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

// "cpu was "AMD EPYC" then and is "Intel Xeon" now": dst.
#define FINGERPRINT_WORDS 320
const char *fingerprint_words(const struct fingerprint_difference *d, char dst[FINGERPRINT_WORDS]);
