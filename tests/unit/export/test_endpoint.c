// SPDX-License-Identifier: MIT
// The endpoint over HTTP as a scraper sees it, on a free port of this machine.
#include "export/endpoint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

struct rig {
    struct metrics metrics;
    struct endpoint *endpoint;
    struct where at;
};

static int open_rig(void **state)
{
    static struct rig r;
    struct err err = {0};
    struct summary s = {.test = "get", .wall_ns = 1000000000, .counts = {.sent = 9, .ok = 7, .errors = 2}};
    s.latency = hist_new(3);
    hist_record(s.latency, 80000, 7);
    assert_int_equal(metrics_init(&r.metrics), 0);
    metrics_ended(&r.metrics, "a:1", &s);
    hist_free(s.latency);
    assert_int_equal(where_parse(&r.at, "--prometheus", "0", "127.0.0.1", &err), 0);
    r.endpoint = NULL;
    *state = &r;
    if (*endpoint_version())
        assert_int_equal(endpoint_open(&r.endpoint, &r.metrics, &r.at, &err), 0);
    return 0;
}

static int close_rig(void **state)
{
    struct rig *r = *state;
    endpoint_close(r->endpoint);
    metrics_free(&r->metrics);
    return 0;
}

// A build without libmicrohttpd has nothing to test here but its refusal.
static struct rig *rig_of(void **state)
{
    struct rig *r = *state;
    if (!r->endpoint)
        skip();
    return r;
}

// One request on a connection of its own; all that came, NUL-terminated.
static const char *ask(const struct rig *r, const char *line, const char *headers)
{
    static char text[65536];
    char request[512];
    size_t len = 0;
    int fd = socket(r->at.to.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_sec = 20}, sizeof(struct timeval));
    assert_int_equal(connect(fd, (const struct sockaddr *)&r->at.to, r->at.len), 0);
    int n = snprintf(request, sizeof request, "%s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n%s\r\n", line,
                     headers);
    assert_int_equal(send(fd, request, (size_t)n, MSG_NOSIGNAL), n);
    for (ssize_t got; (got = recv(fd, text + len, sizeof text - 1 - len, 0)) > 0;)
        len += (size_t)got;
    text[len] = 0;
    close(fd);
    return text;
}

static const char *body_of(const char *reply)
{
    const char *end = strstr(reply, "\r\n\r\n");
    assert_non_null(end);
    return end + 4;
}

static void a_free_port_is_told(void **state)
{
    struct rig *r = rig_of(state);
    char text[WHERE_TEXT];
    assert_string_not_equal(where_text(&r->at, text), "127.0.0.1:0");
}

static void metrics_are_text(void **state)
{
    struct rig *r = rig_of(state);
    const char *reply = ask(r, "GET /metrics", "");
    assert_int_equal(strncmp(reply, "HTTP/1.1 200 ", 13), 0);
    assert_non_null(strstr(reply, "text/plain; version=0.0.4; charset=utf-8\r\n"));
    const char *body = body_of(reply);
    assert_non_null(strstr(body, "hkv_bench_requests_total{test=\"get\",target=\"a:1\",result=\"ok\"} 7\n"));
    assert_non_null(
        strstr(body, "hkv_bench_requests_total{test=\"get\",target=\"a:1\",result=\"error\"} 2\n"));
}

static void whoever_accepts_protobuf_gets_that(void **state)
{
    struct rig *r = rig_of(state);
    const char *reply = ask(r, "GET /metrics",
                            "Accept: application/vnd.google.protobuf;proto=io.prometheus.client."
                            "MetricFamily;encoding=delimited;q=0.6,text/plain;q=0.5\r\n");
    assert_non_null(
        strstr(reply, "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily"));
    const unsigned char *body = (const unsigned char *)body_of(reply);
    assert_int_equal(body[0] & 0x80 ? body[2] : body[1], 0x0a); // its length, then field 1: the name
    assert_null(strstr((const char *)body, "# HELP"));
}

static void head_has_no_body(void **state)
{
    struct rig *r = rig_of(state);
    const char *reply = ask(r, "HEAD /metrics", "");
    assert_int_equal(strncmp(reply, "HTTP/1.1 200 ", 13), 0);
    assert_string_equal(body_of(reply), "");
}

static void the_rest_is_told_where_the_metrics_are(void **state)
{
    struct rig *r = rig_of(state);
    static const struct {
        const char *line, *status;
    } cases[] = {
        {"GET /", "HTTP/1.1 404 "}, {"GET /metrics/", "HTTP/1.1 404 "}, {"DELETE /metrics", "HTTP/1.1 405 "}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *reply = ask(r, cases[i].line, "");
        assert_int_equal(strncmp(reply, cases[i].status, 13), 0);
        assert_string_equal(body_of(reply), "hkv-bench: the metrics are at /metrics\n");
    }
    assert_int_equal(endpoint_scrapes(r->endpoint), 0);
}

// Only what was asked once the figures were final counts as their reading.
static void scrapes_are_counted_and_final_ones_apart(void **state)
{
    struct rig *r = rig_of(state);
    ask(r, "GET /metrics", "");
    ask(r, "GET /metrics", "");
    assert_int_equal(endpoint_scrapes(r->endpoint), 2);
    assert_int_equal(endpoint_finals(r->endpoint), 0);
    endpoint_settle(r->endpoint);
    ask(r, "GET /nothing", "");
    ask(r, "GET /metrics", "");
    assert_int_equal(endpoint_scrapes(r->endpoint), 3);
    for (int i = 0; i < 2000 && !endpoint_finals(r->endpoint); i++) // its thread counts behind the last byte
        usleep(10000);
    assert_int_equal(endpoint_finals(r->endpoint), 1);
}

static void a_port_that_is_taken_is_refused(void **state)
{
    struct rig *r = rig_of(state);
    struct endpoint *second = NULL;
    struct where at = r->at;
    struct err err = {0};
    char text[WHERE_TEXT], sentence[160];
    assert_int_equal(endpoint_open(&second, &r->metrics, &at, &err), -1);
    assert_null(second);
    assert_int_equal(err.code, ERR_USAGE);
    snprintf(sentence, sizeof sentence, "--prometheus: cannot listen on %s: ", where_text(&r->at, text));
    assert_int_equal(strncmp(err.text, sentence, strlen(sentence)), 0);
    endpoint_close(second); // nothing
}

#define with_rig(test) cmocka_unit_test_setup_teardown(test, open_rig, close_rig)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_rig(a_free_port_is_told),
        with_rig(metrics_are_text),
        with_rig(whoever_accepts_protobuf_gets_that),
        with_rig(head_has_no_body),
        with_rig(the_rest_is_told_where_the_metrics_are),
        with_rig(scrapes_are_counted_and_final_ones_apart),
        with_rig(a_port_that_is_taken_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
