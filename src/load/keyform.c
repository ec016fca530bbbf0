// SPDX-License-Identifier: MIT
#include "load/keyform.h"

#include "base/rng.h"

#include <ctype.h>
#include <stdlib.h>

#define NUMBER_MAX 20 // digits
#define FILLER 'x'

static int wrong_format(const char *format, struct err *err)
{
    char quoted[64];
    return err_set(
        err, ERR_USAGE,
        "--key-format: expected text with one %%d in it, or digits with zeros in front as %%012d, got "
        "'%s'",
        slice_quote(slice_of(format), quoted, sizeof quoted));
}

int keyform_parse(const char *prefix, const char *format, struct keyform *out, struct err *err)
{
    size_t first = strlen(prefix), lead = strcspn(format, "%");
    const char *at = format + lead + (format[lead] == '%');
    *out = (struct keyform){0};
    if (first >= KEYFORM_PREFIX_MAX || strlen(format) >= KEYFORM_PREFIX_MAX)
        return err_set(err, ERR_USAGE, "%s: expected fewer than %d bytes",
                       first >= KEYFORM_PREFIX_MAX ? "--key-prefix" : "--key-format", KEYFORM_PREFIX_MAX);
    if (isdigit((unsigned char)*at)) {
        char *end;
        out->width = (uint32_t)strtoul(at, &end, 10);
        if (*at != '0' || out->width < 1 || out->width > NUMBER_MAX)
            return wrong_format(format, err);
        at = end;
    }
    if (format[lead] != '%' || *at != 'd' || strchr(at, '%'))
        return wrong_format(format, err);
    memcpy(out->before, prefix, first);
    memcpy(out->before + first, format, lead);
    out->before_len = (uint32_t)(first + lead);
    out->after_len = (uint32_t)strlen(at + 1);
    memcpy(out->after, at + 1, out->after_len);
    return 0;
}

static unsigned digits_of(uint64_t n)
{
    unsigned digits = 1;
    for (; n >= 10; n /= 10)
        digits++;
    return digits;
}

// Without what fills it up.
static size_t bare_len(const struct keyform *f, unsigned digits)
{
    return f->before_len + (digits > f->width ? digits : f->width) + f->after_len;
}

int keyform_pad(struct keyform *f, const char *text, uint64_t keys, struct err *err)
{
    if (sizes_parse("--key-size", text, &f->sizes, err) < 0)
        return -1;
    size_t bare = bare_len(f, digits_of(keys ? keys - 1 : 0));
    if (f->sizes.lo < bare)
        return err_set(err, ERR_USAGE,
                       "--key-size: expected at least the %zu bytes that the longest key has, got '%.60s'",
                       bare, text);
    f->padded = true;
    return 0;
}

bool keyform_fixed(const struct keyform *f)
{
    return f->width == KEYFORM_DIGITS && !f->padded;
}

size_t keyform_most(const struct keyform *f)
{
    size_t bare = bare_len(f, NUMBER_MAX);
    return f->padded && f->sizes.hi > bare ? f->sizes.hi : bare;
}

static char *write_number(char *dst, uint64_t n, unsigned width)
{
    unsigned digits = digits_of(n);
    digits = digits < width ? width : digits;
    for (unsigned i = digits; i-- > 0; n /= 10)
        dst[i] = (char)('0' + n % 10);
    return dst + digits;
}

char *keyform_write(const struct keyform *f, uint64_t n, char *dst)
{
    char *at = dst;
    memcpy(at, f->before, f->before_len);
    at = write_number(at + f->before_len, n, f->width);
    memcpy(at, f->after, f->after_len);
    at += f->after_len;
    if (!f->padded)
        return at;
    struct rng rng = rng_init(n, 0); // the size goes by the key, and not by the request
    size_t size = sizes_draw(&f->sizes, &rng), len = (size_t)(at - dst);
    if (size <= len)
        return at;
    // Behind a stroke, so that no filled name is another one's.
    memset(at, FILLER, size - len);
    *at = '|';
    return dst + size;
}
