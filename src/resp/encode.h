// SPDX-License-Identifier: MIT
// A command as the bytes of a RESP request: an array of bulk strings. Writes into the caller's memory.
#pragma once

#include "base/slice.h"

// Bytes that encode_command will write.
size_t encode_size(const struct slice *argv, size_t argc);

// Writes the request at dst and answers its end.
char *encode_command(char *dst, const struct slice *argv, size_t argc);

// The same by parts, for a caller that fills arguments in itself: "*argc\r\n", then for each "$len\r\n", its
// bytes, "\r\n". RESP_HEAD_MAX bytes are enough for one header.
#define RESP_HEAD_MAX 24
char *encode_head(char *dst, char type, size_t n);
