// SPDX-License-Identifier: MIT
// Where UTF-8 characters end (RFC 3629), what is none, and which of them could act on a terminal. No tables.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// Length of the character that starts at text, which ends in NUL; 0 where the bytes are not UTF-8.
size_t utf8_len(const char *text);

// A copy in which every byte that is not UTF-8 stands as the four characters \\xNN, to be freed; NULL without
// memory.
char *utf8_clean(const char *text);

// Whether the character of len bytes (as utf8_len says) is one to look at: not a control character, of C0 or
// C1, and not one that turns or breaks the line around it.
bool utf8_shows(const char *text, size_t len);
