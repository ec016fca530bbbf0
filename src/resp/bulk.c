// SPDX-License-Identifier: MIT
#include "resp/bulk.h"

#include "resp/number.h"

bool bulk_next(struct slice *reply, struct slice *out)
{
    while (reply->len) {
        const char *end = memchr(reply->at, '\n', reply->len);
        size_t line = end ? (size_t)(end - reply->at) + 1 : reply->len;
        struct slice head = {reply->at, line};
        *reply = (struct slice){reply->at + line, reply->len - line};
        int64_t n;
        if (head.at[0] != '$' || line < 4 || !number_read((struct slice){head.at + 1, line - 3}, &n) || n < 0)
            continue;
        if (reply->len < (size_t)n + 2) // it has not wholly come
            return false;
        *out = (struct slice){reply->at, (size_t)n};
        *reply = (struct slice){reply->at + n + 2, reply->len - (size_t)n - 2};
        return true;
    }
    return false;
}
