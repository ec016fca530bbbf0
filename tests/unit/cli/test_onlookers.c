// SPDX-License-Identifier: MIT
// Who looks on, as the options ask for it; without a terminal.
#include "cli/onlookers.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static struct session session;
static struct onlookers o;
static struct options options;
static struct err err;
static char said[512];
static unsigned lines;

static void tell(void *ctx, const char *sentence)
{
    (void)ctx;
    snprintf(said, sizeof said, "%s", sentence);
}

static void line(void *ctx, const struct progress *p)
{
    assert_ptr_equal(ctx, &lines);
    (void)p;
    lines++;
}

static int begin(void **state)
{
    int null = open("/dev/null", O_WRONLY);
    (void)state;
    fflush(stderr);
    dup2(null, STDERR_FILENO); // which may be the terminal of whoever runs this
    close(null);
    session = (struct session){0};
    options = (struct options){0};
    err = (struct err){0};
    said[0] = 0;
    lines = 0;
    session_begin(&session, tell, NULL);
    session_start(&session);
    return 0;
}

static int open_them(void)
{
    struct show show = {.line = line, .ctx = &lines};
    return onlookers_open(&o, &options, &show, &session, &err);
}

static void nobody_costs_nothing(void **state)
{
    (void)state;
    assert_int_equal(open_them(), 0);
    assert_null(session.watch.tick);
    assert_null(session.watch.ended);
    assert_false(session.watch.closely);
    onlookers_close(&o, &session);
    onlookers_close(&o, &session); // once more does no harm
    assert_string_equal(said, "");
}

static void refused(const char *says)
{
    assert_int_equal(open_them(), -1);
    assert_int_equal(err.code, ERR_USAGE);
    assert_string_equal(err.text, says);
    onlookers_close(&o, &session);
}

static void an_address_that_is_none_is_refused(void **state)
{
    (void)state;
    options.statsd = "8125";
    refused("--statsd: expected a host with a port, such as 127.0.0.1:8125, got '8125'");
    options.statsd = "127.0.0.1:0";
    refused("--statsd: expected a host with a port, such as 127.0.0.1:8125, got '127.0.0.1:0'");
    options.statsd = NULL;
    options.scrape = "127.0.0.1:65536";
    refused("--prometheus: expected a port or an address with one, such as 9464 or 0.0.0.0:9464, got "
            "'127.0.0.1:65536'");
}

// --- statsd ---

static int receiver;
static char to[32];

static int open_receiver(void **state)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    receiver = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (bind(receiver, (struct sockaddr *)&at, len) < 0 ||
        getsockname(receiver, (struct sockaddr *)&at, &len) < 0)
        return -1;
    snprintf(to, sizeof to, "127.0.0.1:%u", ntohs(at.sin_port));
    return begin(state);
}

static int close_receiver(void **state)
{
    (void)state;
    close(receiver);
    return 0;
}

// All that came, or "".
static const char *received(void)
{
    static char text[8192];
    ssize_t n;
    size_t len = 0;
    while ((n = recv(receiver, text + len, sizeof text - 1 - len, 0)) > 0)
        len += (size_t)n;
    text[len] = 0;
    return text;
}

static void end_test(const char *test, uint64_t ok)
{
    struct summary s = {.wall_ns = NS_PER_S, .counts.ok = ok, .latency = hist_new(3)};
    snprintf(s.test, sizeof s.test, "%s", test);
    hist_record(s.latency, 1000, ok);
    session.watch.ended(session.watch.ctx, "127.0.0.1:1", &s);
    hist_free(s.latency);
}

static void what_ended_is_pushed_at_the_end(void **state)
{
    (void)state;
    options.statsd = to;
    assert_int_equal(open_them(), 0);
    assert_non_null(session.watch.tick);
    assert_true(session.watch.closely);
    end_test("get", 5);
    end_test("set", 7);
    assert_string_equal(received(), "");
    onlookers_close(&o, &session);
    const char *text = received();
    assert_non_null(strstr(text, "requests.ok:5|c"));
    assert_non_null(strstr(text, "requests.ok:7|c"));
    onlookers_close(&o, &session);
    assert_string_equal(received(), "");
}

// Each second, and not at each look; what is looked at from afar has nothing to push.
static void it_is_pushed_each_second(void **state)
{
    (void)state;
    struct glance glance = {.test = "get", .title = "GET", .target = "127.0.0.1:1", .phase = "measuring"};
    struct progress p = {.title = "GET", .phase = PHASE_MEASURE, .glance = &glance};
    options.statsd = to;
    assert_int_equal(open_them(), 0);
    end_test("get", 5);
    struct progress afar = {.title = "GET"};
    session.watch.tick(session.watch.ctx, &afar);
    assert_string_equal(received(), "");
    session.watch.tick(session.watch.ctx, &p);
    assert_non_null(strstr(received(), "requests.ok:5|c"));
    session.watch.tick(session.watch.ctx, &p);
    assert_string_equal(received(), "");
    o.pushed_ns -= NS_PER_S;
    session.watch.tick(session.watch.ctx, &p);
    assert_string_not_equal(received(), "");
    assert_int_equal(lines, 0); // there is no terminal
    onlookers_close(&o, &session);
}

// --- whoever scrapes ---

static void where_to_scrape_is_told(void **state)
{
    (void)state;
    unsigned port = 0;
    if (!endpoint_version()[0])
        skip(); // the build has none
    options.scrape = "0";
    assert_int_equal(open_them(), 0);
    assert_int_equal(sscanf(said, "metrics at http://127.0.0.1:%u/metrics", &port), 1);
    assert_true(port > 0 && session.watch.closely && session.watch.ended);
    uint64_t before_ns = clock_ns();
    options.linger_ns = 3600 * NS_PER_S;
    o.linger_ns = options.linger_ns;
    onlookers_close(&o, &session); // nobody ever scraped: nobody is waited for
    assert_true(clock_ns() - before_ns < 3600 * NS_PER_S);
}

#define TEST(f) cmocka_unit_test_setup(f, begin)
#define HEARD(f) cmocka_unit_test_setup_teardown(f, open_receiver, close_receiver)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nobody_costs_nothing),
        TEST(an_address_that_is_none_is_refused),
        HEARD(what_ended_is_pushed_at_the_end),
        HEARD(it_is_pushed_each_second),
        TEST(where_to_scrape_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
