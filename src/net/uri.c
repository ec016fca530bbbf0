// SPDX-License-Identifier: MIT
#include "net/uri.h"

#include "base/slice.h"
#include "base/units.h"

#include <stdlib.h>
#include <string.h>

static const char *after_scheme(const char *text)
{
    const char *mark = strstr(text, "://");
    return mark ? mark + 3 : NULL;
}

// A raw / or @ in a password is common and harmless to allow: no host and no database number has an @.
static const char *userinfo_end(const char *rest)
{
    return strrchr(rest, '@');
}

static bool is_unix(struct slice scheme)
{
    return slice_is_nocase(scheme, "unix://") || slice_is_nocase(scheme, "redis+unix://") ||
           slice_is_nocase(scheme, "valkey+unix://");
}

static int take_scheme(struct uri *u, const char *text, const char *rest, struct err *err)
{
    struct slice scheme = {text, rest ? (size_t)(rest - text) : 0};
    u->tls = slice_is_nocase(scheme, "rediss://") || slice_is_nocase(scheme, "valkeys://");
    if (u->tls || is_unix(scheme) || slice_is_nocase(scheme, "redis://") ||
        slice_is_nocase(scheme, "valkey://"))
        return 0;
    return err_set(err, ERR_USAGE,
                   "-u: expected redis://[user:password@]host[:port][/db] or the same with valkey://, or "
                   "with rediss:// or valkeys:// for TLS, or unix://[user:password@]/path[?db=N]");
}

static int hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Decodes into *at, moves it past the NUL and answers the text; NULL when a % is not followed by the two hex
// digits of a byte, or by those of NUL.
static const char *decode(struct slice s, char **at)
{
    const char *out = *at;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        if (c == '%') {
            int high = i + 2 < s.len ? hex_of(s.at[i + 1]) : -1;
            int low = high >= 0 ? hex_of(s.at[i + 2]) : -1;
            if (low < 0 || high + low == 0)
                return NULL;
            c = (char)(high * 16 + low);
            i += 2;
        }
        *(*at)++ = c;
    }
    *(*at)++ = 0;
    return out;
}

static int take_userinfo(struct uri *u, struct slice info, char **at, struct err *err)
{
    const char *colon = memchr(info.at, ':', info.len);
    struct slice user = {info.at, colon ? (size_t)(colon - info.at) : info.len};
    if (user.len > 0)
        u->user = decode(user, at);
    if (colon)
        u->password = decode((struct slice){colon + 1, info.len - user.len - 1}, at);
    if ((user.len > 0 && !u->user) || (colon && !u->password))
        return err_set(err, ERR_USAGE,
                       "the user or the password of the -u URI has a %% without two hex digits after it: "
                       "write %%25 for a %%");
    return 0;
}

static int take_number(struct slice s, uint64_t lo, uint64_t hi, uint64_t *out)
{
    char text[16];
    if (s.len >= sizeof text || memchr(s.at, '.', s.len))
        return -1;
    memcpy(text, s.at, s.len);
    text[s.len] = 0;
    if (s.len > 0 && (text[s.len - 1] < '0' || text[s.len - 1] > '9')) // a suffix is no part of an address
        return -1;
    return units_parse_count(text, out) < 0 || *out < lo || *out > hi ? -1 : 0;
}

static int take_host(struct uri *u, struct slice host, char **at, struct err *err)
{
    if (host.len > 0 && host.at[0] == '[') {
        if (host.at[host.len - 1] != ']')
            return err_set(err, ERR_USAGE, "the host of the -u URI opens a [ that no ] closes");
        host = (struct slice){host.at + 1, host.len - 2};
    }
    if (host.len == 0)
        return 0;
    u->host = decode(host, at);
    if (!u->host)
        return err_set(err, ERR_USAGE, "the host of the -u URI has a %% without two hex digits after it");
    return 0;
}

static int take_port(struct uri *u, struct slice port, struct err *err)
{
    uint64_t n = 0;
    char quoted[64];
    if (take_number(port, 1, UINT16_MAX, &n) < 0)
        return err_set(
            err, ERR_USAGE,
            "the port of the -u URI is a number from 1 to 65535, got '%s' (put an IPv6 host in brackets)",
            slice_quote(port, quoted, sizeof quoted));
    u->port = (uint16_t)n;
    return 0;
}

static int take_db(struct uri *u, struct slice db, struct err *err)
{
    uint64_t n = 0;
    char quoted[64];
    if (db.len == 0)
        return 0;
    if (take_number(db, 0, URI_DBNUM_MAX, &n) < 0)
        return err_set(err, ERR_USAGE, "the last part of the -u URI is a database number, got '%s'",
                       slice_quote(db, quoted, sizeof quoted));
    u->dbnum = (unsigned)n;
    u->has_db = true;
    return 0;
}

// host[:port][/db]
static int take_address(struct uri *u, const char *address, char **at, struct err *err)
{
    const char *end = address + strcspn(address, "/");
    const char *bracket = *address == '[' ? memchr(address, ']', (size_t)(end - address)) : NULL;
    const char *from = bracket ? bracket : address;
    const char *colon = memchr(from, ':', (size_t)(end - from));
    if (*address == '[' && !bracket)
        colon = NULL; // take_host says what is wrong
    struct slice host = {address, (size_t)((colon ? colon : end) - address)};
    if (take_host(u, host, at, err) < 0)
        return -1;
    if (colon && take_port(u, (struct slice){colon + 1, (size_t)(end - colon - 1)}, err) < 0)
        return -1;
    return *end ? take_db(u, slice_of(end + 1), err) : 0;
}

// /path[?db=N]
static int take_path(struct uri *u, const char *path, char **at, struct err *err)
{
    size_t len = strcspn(path, "?");
    const char *query = path + len;
    bool db = strncmp(query, "?db=", 4) == 0;
    if (*path == '/')
        u->path = decode((struct slice){path, len}, at);
    if (!u->path || (*query && !db))
        return err_set(
            err, ERR_USAGE,
            "a -u URI of a unix socket has the form unix://[user:password@]/path[?db=N], the path from "
            "the root on");
    return db ? take_db(u, slice_of(query + 4), err) : 0;
}

int uri_parse(const char *text, struct uri *u, struct err *err)
{
    *u = (struct uri){0};
    const char *rest = after_scheme(text);
    if (take_scheme(u, text, rest, err) < 0)
        return -1;
    u->storage = malloc(strlen(text) + 1); // "://", at least, makes room for the three NULs
    if (!u->storage)
        return err_set(err, ERR_RUN, "out of memory");
    char *at = u->storage;
    const char *info_end = userinfo_end(rest);
    struct slice info = {rest, info_end ? (size_t)(info_end - rest) : 0};
    const char *where = info_end ? info_end + 1 : rest;
    bool path = is_unix((struct slice){text, (size_t)(rest - text)});
    if (take_userinfo(u, info, &at, err) < 0 ||
        (path ? take_path(u, where, &at, err) : take_address(u, where, &at, err)) < 0) {
        uri_free(u);
        return -1;
    }
    return 0;
}

void uri_free(struct uri *u)
{
    free(u->storage);
    *u = (struct uri){0};
}

void uri_hide(char *text)
{
    const char *rest = after_scheme(text);
    const char *end = rest ? userinfo_end(rest) : NULL;
    if (end)
        memset(text + (rest - text), 'x', (size_t)(end - rest));
}
