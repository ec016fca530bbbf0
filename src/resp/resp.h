// SPDX-License-Identifier: MIT
// What both parsers of the protocol answer when they do not answer a count of bytes, and the limits they
// keep.
#pragma once

#include <stdint.h>

#define RESP_BAD (-1)  // not the protocol: give up on this connection
#define RESP_MORE (-2) // so far so good: come again with more bytes

#define RESP_LINE_MAX (64 * 1024)         // a header, simple string, error or inline command
#define RESP_BULK_MAX (INT64_C(4) << 30)  // a bulk string in a reply
#define RESP_COUNT_MAX (INT64_C(1) << 31) // elements of an aggregate in a reply
