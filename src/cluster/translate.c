// SPDX-License-Identifier: MIT
#include "cluster/translate.h"

#include "resp/number.h"

#include <string.h>

static bool read_port(struct translate_place *p, struct slice digits)
{
    int64_t port;
    if (!number_read(digits, &port) || port < 1 || port > UINT16_MAX)
        return false;
    p->port = (uint16_t)port;
    return true;
}

// A host with several colons is one of IPv6, and has a port only behind brackets.
bool translate_place(struct translate_place *p, const char *text, size_t len)
{
    *p = (struct translate_place){0};
    struct slice host = {text, len}, rest = {"", 0};
    const char *colon = len ? memchr(text, ':', len) : NULL;
    const char *bracket = len && *text == '[' ? memchr(text, ']', len) : NULL;
    if (len && *text == '[' && !bracket)
        return false;
    if (bracket) {
        host = (struct slice){text + 1, (size_t)(bracket - text - 1)};
        rest = (struct slice){bracket + 1, len - host.len - 2};
    } else if (colon && !memchr(colon + 1, ':', len - (size_t)(colon + 1 - text))) {
        host.len = (size_t)(colon - text);
        rest = (struct slice){colon, len - host.len};
    }
    if (host.len == 0 || host.len >= sizeof p->host || memchr(host.at, 0, host.len))
        return false;
    memcpy(p->host, host.at, host.len);
    return rest.len == 0 || (*rest.at == ':' && read_port(p, (struct slice){rest.at + 1, rest.len - 1}));
}

const char *translate_parse(struct translate *t, const char *text)
{
    t->n = 0;
    do {
        size_t len = strcspn(text, ","), from = strcspn(text, "=");
        bool whole = from < len && t->n < TRANSLATE_MAX && translate_place(&t->from[t->n], text, from) &&
                     translate_place(&t->to[t->n], text + from + 1, len - from - 1);
        if (!whole || !t->from[t->n].port != !t->to[t->n].port)
            return text;
        t->n++;
        text += len + (text[len] == ',');
    } while (*text);
    return NULL;
}

void translate(const struct translate *t, char *host, uint16_t *port)
{
    for (unsigned i = 0; t && i < t->n; i++) {
        const struct translate_place *from = &t->from[i];
        if (strcmp(from->host, host) != 0 || (from->port && from->port != *port))
            continue;
        memcpy(host, t->to[i].host, sizeof t->to[i].host);
        *port = t->to[i].port ? t->to[i].port : *port;
        return;
    }
}
