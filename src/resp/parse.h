// SPDX-License-Identifier: MIT
// Replies of a RESP2 or RESP3 server, taken from a stream of bytes. Skips payloads by their length, keeps no
// copy of them and allocates nothing; knows no socket.
#pragma once

#include "base/slice.h"
#include "resp/resp.h"

#include <sys/types.h>

#define RESP_DEPTH_MAX 16 // nested aggregates
#define RESP_TEXT_MAX 128 // of a line or an error's text that came in pieces, this much is kept

// One whole reply.
struct resp_reply {
    char type;         // its first byte: + - : $ * _ # , ( ! = % ~ >
    bool null;         // $-1, *-1 or _
    bool push;         // RESP3 out-of-band message: answers no request
    bool invalidation; // a push that tells of keys that changed: their number is in number, 0 where it is all
    uint32_t nulls;    // nulls anywhere inside an aggregate
    int64_t
        number; // of ':' its value; of $ ! = the payload's bytes; of aggregates their elements (a pair is 2)
    struct slice text; // of line types the line without type and CRLF; of '!' the error's text; else empty
};

// Where a reply that has not wholly come stands. A zeroed struct is at the start of one.
struct resp_parser {
    uint64_t skip;                 // payload bytes still to pass, CRLF included
    uint32_t line_len;             // bytes of an unfinished line so far; line keeps the first of them
    uint16_t attributes;           // bit d: the aggregate at depth d is an attribute
    uint8_t depth;                 // aggregates open
    bool midway;                   // a reply has begun
    bool whole;                    // the reply is complete
    bool keep;                     // the payload is a text that matters: keep it in line
    char keeps;                    // such a payload is of this type
    bool cr;                       // the unfinished line ends in CR so far
    uint32_t attributed;           // attributes passed over so far
    uint64_t payload;              // bytes of the one that is kept
    struct resp_reply reply;       // of the outermost value
    uint64_t left[RESP_DEPTH_MAX]; // elements still to come, per depth
    char line[RESP_TEXT_MAX];
};

static inline bool parse_is_error(const struct resp_reply *r)
{
    return r->type == '-' || r->type == '!';
}

// Whether an answer is under way of which more was announced, payload or elements: no push, no attribute, no
// line.
static inline bool parse_announced(const struct resp_parser *p)
{
    return (p->skip || p->depth) && !p->reply.push && !p->attributes;
}

// How many of the bytes to come may be left out, and parse_skip told of instead: they are of a value that
// nobody looks at.
static inline size_t parse_skippable(const struct resp_parser *p)
{
    return p->skip > 2 && !p->keep ? (size_t)p->skip - 2 : 0;
}

// n bytes were left out, at most parse_skippable.
static inline void parse_skip(struct resp_parser *p, size_t n)
{
    p->skip -= n;
}

// As parse_reply, by the long way.
ssize_t parse_any(struct resp_parser *p, const char *data, size_t len, struct resp_reply *out);

// A bulk string that lies in data whole, and all its bytes; 0 where it must be looked at more closely.
static inline size_t parse_whole_bulk(const char *at, size_t len, struct resp_reply *out)
{
    size_t n = 0, i = 1;
    for (unsigned d; i < len && i < 9 && (d = (unsigned char)at[i] - '0') <= 9; i++)
        n = n * 10 + d;
    size_t end = i + n + 4;
    if (i == 1 || len < end || memcmp(at + i, "\r\n", 2) != 0 || memcmp(at + end - 2, "\r\n", 2) != 0)
        return 0;
    *out = (struct resp_reply){.type = '$', .number = (int64_t)n};
    return end;
}

// Takes bytes up to the end of the next reply. Answers how many (> 0) and fills out; or RESP_MORE: all of
// data was taken, and the reply goes on in the bytes that follow; or RESP_BAD: out->text is the offending
// place. out->text is good until data goes or the next call. Attributes are passed over with the value they
// precede. What most replies of most runs are, a value or OK that came whole, takes a short way.
static inline ssize_t parse_reply(struct resp_parser *p, const char *data, size_t len, struct resp_reply *out)
{
    if (!p->midway && len >= 5) {
        size_t n = data[0] == '$' ? parse_whole_bulk(data, len, out) : 0;
        if (n)
            return (ssize_t)n;
        if (memcmp(data, "+OK\r\n", 5) == 0) {
            *out = (struct resp_reply){.type = '+', .text = {data + 1, 2}};
            return 5;
        }
    }
    return parse_any(p, data, len, out);
}
