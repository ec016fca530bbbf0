// SPDX-License-Identifier: MIT
#include "run/scan.h"

void scan_part(struct scan *s, struct slice bytes)
{
    size_t room = SCAN_HEAD - s->n, n = bytes.len < room ? bytes.len : room;
    memcpy(s->head + s->n, bytes.at, n);
    s->n = (uint8_t)(s->n + n);
}

// "*2\r\n$2\r\n17\r\n": 17; what is none begins again at 0.
static uint64_t cursor_of(struct slice head)
{
    uint64_t cursor = 0;
    const char *count = slice_starts(head, "*2\r\n$") ? slice_find(head, "$") : NULL;
    const char *at =
        count ? slice_find((struct slice){count, head.len - (size_t)(count - head.at)}, "\r\n") : NULL;
    if (!at)
        return 0;
    for (at += 2; at < head.at + head.len && *at >= '0' && *at <= '9'; at++)
        cursor = cursor * 10 + (uint64_t)(*at - '0');
    return cursor;
}

void scan_reply(struct scan *s, struct slice bytes, bool scans)
{
    scan_part(s, bytes);
    if (scans)
        s->cursor = cursor_of((struct slice){s->head, s->n});
    s->n = 0;
}
