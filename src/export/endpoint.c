// SPDX-License-Identifier: MIT
#include "export/endpoint.h"

#include "export/native.h"

#include <dlfcn.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_CLIENTS 16u

static const char text_type[] = "text/plain; version=0.0.4; charset=utf-8";
static const char native_type[] =
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

struct endpoint {
    struct metrics *metrics;
    struct MHD_Daemon *daemon;
    atomic_bool settled;
    atomic_uint scrapes, finals;
};

static char is_final; // a request that was answered with the final figures points here

// --- the library ---

#define LIBRARY "libmicrohttpd.so.12" // what the headers of 0.9.71 and later describe

// libmicrohttpd is loaded when it is needed: it brings GnuTLS and nine more, which take as long to load as
// all else that a run needs, and every short run would pay for it.
#define EACH_FUNCTION(DO)                                                                                    \
    DO(get_version)                                                                                          \
    DO(start_daemon)                                                                                         \
    DO(stop_daemon)                                                                                          \
    DO(get_daemon_info)                                                                                      \
    DO(create_response_from_buffer)                                                                          \
    DO(add_response_header)                                                                                  \
    DO(queue_response)                                                                                       \
    DO(destroy_response)                                                                                     \
    DO(lookup_connection_value)

#define POINTER(NAME) __typeof__ (&MHD_##NAME)(NAME);
static struct {
    EACH_FUNCTION(POINTER)
} mhd;

// False: it is not installed. In POSIX a function's address fits a pointer to an object, in C it need not.
static bool load(void)
{
    if (mhd.get_version)
        return true;
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL), *at;
    bool whole = library;
#define FIND(NAME)                                                                                           \
    at = whole ? dlsym(library, "MHD_" #NAME) : NULL;                                                        \
    whole = at;                                                                                              \
    memcpy(&mhd.NAME, &at, sizeof at);
    EACH_FUNCTION(FIND)
    if (!whole)
        mhd.get_version = NULL;
    return whole;
}

const char *endpoint_version(void)
{
    return load() ? mhd.get_version() : "";
}

// --- what is answered ---

struct body {
    char *at;
    size_t len;
};

static struct body text_body(struct metrics *m)
{
    struct body b = {0};
    FILE *out = open_memstream(&b.at, &b.len);
    if (!out)
        return b;
    metrics_text(m, out);
    if (fclose(out) == 0)
        return b;
    free(b.at);
    return (struct body){0};
}

struct packing {
    struct buf bytes;
    int rc;
};

static void pack(void *ctx, const struct prometheus_test *tests, size_t n)
{
    struct packing *p = ctx;
    p->rc = native_write(&p->bytes, tests, n);
}

static struct body native_body(struct metrics *m)
{
    struct packing p = {.rc = -ENOMEM};
    metrics_see(m, pack, &p);
    if (p.rc < 0)
        buf_free(&p.bytes);
    return (struct body){p.bytes.at, p.bytes.len};
}

// The body changes hands.
static enum MHD_Result answer(struct MHD_Connection *to, unsigned status, const char *type, struct body b)
{
    struct MHD_Response *r = mhd.create_response_from_buffer(b.len, b.at, MHD_RESPMEM_MUST_FREE);
    if (!r) {
        free(b.at);
        return MHD_NO;
    }
    mhd.add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    enum MHD_Result rc = mhd.queue_response(to, status, r);
    mhd.destroy_response(r);
    return rc;
}

static enum MHD_Result answer_metrics(struct endpoint *e, struct MHD_Connection *to)
{
    const char *accept = mhd.lookup_connection_value(to, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT);
    bool native = accept && strstr(accept, "application/vnd.google.protobuf");
    struct body b = native ? native_body(e->metrics) : text_body(e->metrics);
    if (!b.at)
        return answer(to, MHD_HTTP_SERVICE_UNAVAILABLE, "text/plain", b);
    return answer(to, MHD_HTTP_OK, native ? native_type : text_type, b);
}

// NOLINTBEGIN(readability-function-size,readability-non-const-parameter): as libmicrohttpd calls it
static enum MHD_Result take(void *ctx, struct MHD_Connection *from, const char *url, const char *method,
                            const char *version, const char *upload, size_t *upload_len, void **request)
{
    struct endpoint *e = ctx;
    (void)version, (void)upload;
    bool gets = strcmp(method, MHD_HTTP_METHOD_GET) == 0 || strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
    if (*upload_len)
        return MHD_NO;
    if (gets && strcmp(url, "/metrics") == 0) {
        atomic_fetch_add(&e->scrapes, 1);
        *request = atomic_load(&e->settled) ? &is_final : NULL;
        return answer_metrics(e, from);
    }
    static const char hint[] = "hkv-bench: the metrics are at /metrics\n";
    return answer(from, gets ? MHD_HTTP_NOT_FOUND : MHD_HTTP_METHOD_NOT_ALLOWED, "text/plain",
                  (struct body){strdup(hint), sizeof hint - 1});
}

// NOLINTEND(readability-function-size,readability-non-const-parameter)

// All of it has been sent.
static void sent(void *ctx, struct MHD_Connection *to, void **request, enum MHD_RequestTerminationCode how)
{
    struct endpoint *e = ctx;
    (void)to;
    if (*request == &is_final && how == MHD_REQUEST_TERMINATED_COMPLETED_OK)
        atomic_fetch_add(&e->finals, 1);
}

// --- the thread ---

// Its thread never sees a signal that is sent to the process: those are the main thread's.
static struct MHD_Daemon *start(struct endpoint *e, const struct where *at)
{
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL;
    sigset_t all, was;
    if (at->to.ss_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &was);
    struct MHD_Daemon *d = mhd.start_daemon(
        flags, 0, NULL, NULL, take, e, MHD_OPTION_SOCK_ADDR, &at->to, MHD_OPTION_NOTIFY_COMPLETED, sent, e,
        MHD_OPTION_CONNECTION_LIMIT, LIMIT_CLIENTS, MHD_OPTION_CONNECTION_TIMEOUT, 30u, MHD_OPTION_END);
    pthread_sigmask(SIG_SETMASK, &was, NULL);
    return d;
}

static void know_port(const struct endpoint *e, struct where *at)
{
    const union MHD_DaemonInfo *info = mhd.get_daemon_info(e->daemon, MHD_DAEMON_INFO_LISTEN_FD);
    if (info)
        getsockname(info->listen_fd, (struct sockaddr *)&at->to, &at->len);
}

int endpoint_open(struct endpoint **e, struct metrics *m, struct where *at, struct err *err)
{
    char text[WHERE_TEXT];
    *e = NULL;
    if (!load())
        return err_set(err, ERR_USAGE,
                       "--prometheus: " LIBRARY
                       " cannot be loaded: install it (Debian: libmicrohttpd12), or use "
                       "--prometheus-file");
    *e = calloc(1, sizeof **e);
    if (!*e)
        return err_set(err, ERR_RUN, "not enough memory for --prometheus");
    (*e)->metrics = m;
    errno = 0;
    (*e)->daemon = start(*e, at);
    if ((*e)->daemon) {
        know_port(*e, at);
        return 0;
    }
    free(*e);
    *e = NULL;
    return err_set(err, ERR_USAGE, "--prometheus: cannot listen on %s: %s", where_text(at, text),
                   errno ? strerror(errno) : "libmicrohttpd does not say why");
}

void endpoint_close(struct endpoint *e)
{
    if (e)
        mhd.stop_daemon(e->daemon);
    free(e);
}

unsigned endpoint_scrapes(const struct endpoint *e)
{
    return atomic_load(&e->scrapes);
}

void endpoint_settle(struct endpoint *e)
{
    atomic_store(&e->settled, true);
}

unsigned endpoint_finals(const struct endpoint *e)
{
    return atomic_load(&e->finals);
}
