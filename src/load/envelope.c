// SPDX-License-Identifier: MIT
#include "load/envelope.h"

static const char magic[] = "hkvmsg:";

#define MAGIC (sizeof magic - 1)
#define RUN 8 // hexadecimal digits of each
#define WORKER 4
#define SEQ 12
#define DUE 16

_Static_assert(MAGIC + RUN + 1 + WORKER + SEQ + DUE == ENVELOPE_BYTES, "message.h says how long it is");

static char *write_hex(char *dst, uint64_t n, int digits)
{
    for (int i = digits - 1; i >= 0; i--, n >>= 4)
        dst[i] = "0123456789abcdef"[n & 15];
    return dst + digits;
}

static bool read_hex(const char **at, int digits, uint64_t *out)
{
    *out = 0;
    for (int i = 0; i < digits; i++, (*at)++) {
        char c = **at;
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
        *out = *out << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return true;
}

char *envelope_write(const struct envelope *m, char *dst)
{
    memcpy(dst, magic, MAGIC);
    dst = write_hex(dst + MAGIC, m->run, RUN);
    *dst++ = m->measured ? 'm' : 'w';
    dst = write_hex(dst, m->worker, WORKER);
    dst = write_hex(dst, m->seq, SEQ);
    return write_hex(dst, m->due_ns, DUE);
}

static bool read_envelope(const char *at, uint32_t run, struct envelope *out)
{
    uint64_t number, worker;
    at += MAGIC;
    if (!read_hex(&at, RUN, &number) || number != run || (*at != 'm' && *at != 'w'))
        return false;
    *out = (struct envelope){.run = run, .measured = *at++ == 'm'};
    if (!read_hex(&at, WORKER, &worker) || !read_hex(&at, SEQ, &out->seq) ||
        !read_hex(&at, DUE, &out->due_ns))
        return false;
    out->worker = (uint16_t)worker;
    return true;
}

size_t envelope_find(struct slice bytes, uint32_t run, struct envelope *out)
{
    const char *at = bytes.at, *end = bytes.at + bytes.len;
    while ((at = memmem(at, (size_t)(end - at), magic, MAGIC)) && end - at >= ENVELOPE_BYTES) {
        if (read_envelope(at, run, out))
            return (size_t)(at - bytes.at) + ENVELOPE_BYTES;
        at += MAGIC;
    }
    return 0;
}
