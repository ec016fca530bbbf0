// SPDX-License-Identifier: MIT
#include "run/probe.h"

#include "../net/peer.h"

#include <pthread.h>

// --- what INFO says ---

static void reads(const char *text, const char *name, const char *version)
{
    struct probe p = {.name = "former", .version = "former"};
    probe_read_info(&p, text, strlen(text));
    assert_string_equal(p.name, name);
    assert_string_equal(p.version, version);
}

static void knows_servers_by_their_fields(void **state)
{
    (void)state;
    reads("# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n", "redis", "7.0.15");
    reads("# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1\r\n", "valkey",
          "8.0.1");
    reads("redis_version:7.2.4\nserver_name:other\n", "other", "7.2.4");
    reads("engine:hybridkv\r\nuptime:3\r\n", "hybridkv", "");
    reads("server_name:hkv-bench-embedded\r\nhkv_bench_version:0.1.0\r\n", "hkv-bench-embedded", "0.1.0");
}

static void knows_nothing_of_other_texts(void **state)
{
    (void)state;
    reads("", "", "");
    reads("-ERR unknown command 'INFO'\r\n", "", "");
    reads("my_redis_version:1.0\r\nnot at the start of a line redis_version:2.0\r\n", "", "");
    reads("redis_version", "", "");
}

// A field counts where its line begins, a value ends with its line or with the text, and is cut to its room.
static void reads_lines(void **state)
{
    (void)state;
    reads("x_redis_version:1.0\nredis_version:2.0\n", "redis", "2.0");
    reads("redis_version:3.0", "redis", "3.0");
    reads("redis_version:\r\n", "redis", "");
    struct probe p;
    char text[200] = "engine:";
    memset(text + 7, 'e', sizeof text - 7);
    probe_read_info(&p, text, sizeof text); // no NUL at its end
    assert_int_equal(strlen(p.name), sizeof p.name - 1);
    assert_int_equal(strspn(p.name, "e"), sizeof p.name - 1);
}

static int64_t calls_in(const char *text)
{
    static const char *const names[] = {"get", "config"};
    return probe_read_calls(text, strlen(text), &(struct probe_names){names, 2});
}

static void adds_up_calls_by_name(void **state)
{
    (void)state;
    assert_int_equal(
        calls_in("cmdstat_get:calls=7,usec=1,usec_per_call=0.14,rejected_calls=2,failed_calls=1\r\n"
                 "cmdstat_getex:calls=100,usec=1\r\ncmdstat_config|get:calls=3\r\n"
                 "cmdstat_config|set:calls=4,rejected_calls=0\r\ncmdstat_set:calls=9,usec=1\r\n"),
        16);
    assert_int_equal(calls_in("cmdstat_get:calls=0"), 0);
    assert_int_equal(calls_in("cmdstat_set:calls=9\r\n"), -1);
    assert_int_equal(calls_in(""), -1);
    assert_int_equal(calls_in("cmdstat_"), -1);
}

// --- a server that plays a part ---

struct part {
    const char *hears;  // bytes that it waits for
    const char *says;   // and what it says to them
    size_t piece_bytes; // so many at a time; 0: all at once
    bool leaves;        // closes right after that; else when the probe does
};

struct server {
    struct place place;
    struct part part;
    pthread_t thread;
    char heard[256];
};

static void listens(struct server *s, int fd)
{
    size_t n = 0, want = strlen(s->part.hears);
    while (n < want && peer_waits(fd, POLLIN)) {
        ssize_t got = recv(fd, s->heard + n, want - n, 0);
        if (got <= 0)
            return;
        n += (size_t)got;
    }
}

static void *plays(void *arg)
{
    struct server *s = arg;
    struct pollfd p = {.fd = s->place.fd, .events = POLLIN};
    int fd = poll(&p, 1, PEER_WAIT_MS) == 1 ? accept(s->place.fd, NULL, NULL) : -1;
    if (fd < 0)
        return NULL;
    listens(s, fd);
    size_t len = strlen(s->part.says);
    size_t piece = s->part.piece_bytes ? s->part.piece_bytes : len;
    for (size_t at = 0; at < len; at += piece)
        if (send(fd, s->part.says + at, len - at < piece ? len - at : piece, MSG_NOSIGNAL) < 0)
            break;
    if (!s->part.leaves)
        peer_is_left(fd);
    close(fd);
    return NULL;
}

// What a probe finds out about a server that plays the part; what the server heard is as the part says.
static struct probe meets(const struct run_conf *conf, const struct part *part, bool local)
{
    struct server s = {.part = *part};
    struct probe p;
    place_listen(&s.place, local, 16);
    assert_int_equal(pthread_create(&s.thread, NULL, plays, &s), 0);
    struct target target = {.addr = s.place.addr};
    probe_server(&p, conf, &target, -1);
    assert_int_equal(pthread_join(s.thread, NULL), 0);
    assert_string_equal(s.heard, part->hears);
    close(s.place.fd);
    return p;
}

#define INFO "*1\r\n$4\r\nINFO\r\n"
#define TEXT "$42\r\n# Server\r\nredis_version:7.0.15\r\nos:Linux\r\n"
#define REPLY TEXT "\r\n"

static const struct run_conf plain = {0};

static void finds_redis(const struct run_conf *conf, const struct part *part)
{
    for (int local = 0; local <= 1; local++) {
        struct probe p = meets(conf, part, local);
        assert_string_equal(p.name, "redis");
        assert_string_equal(p.version, "7.0.15");
    }
}

static void finds_nothing(const struct run_conf *conf, const struct part *part)
{
    struct probe p = meets(conf, part, false);
    assert_string_equal(p.name, "");
    assert_string_equal(p.version, "");
}

static void asks_info(void **state)
{
    (void)state;
    finds_redis(&plain, &(struct part){.hears = INFO, .says = REPLY});
    finds_redis(&plain, &(struct part){.hears = INFO, .says = REPLY, .piece_bytes = 1});
    finds_redis(&plain, &(struct part){.hears = INFO, .says = REPLY, .leaves = true});
    finds_redis(&plain, &(struct part){.hears = INFO, .says = ">1\r\n+news\r\n" REPLY, .piece_bytes = 3});
}

static void signs_in_first(void **state)
{
    (void)state;
    const struct run_conf password = {.password = "s3cret"};
    const struct run_conf both = {.user = "bob", .password = "s3cret"};
    const char *said = "*2\r\n$4\r\nAUTH\r\n$6\r\ns3cret\r\n" INFO;
    finds_redis(&password, &(struct part){.hears = said, .says = "+OK\r\n" REPLY});
    finds_redis(&password, &(struct part){.hears = said, .says = "+OK\r\n" REPLY, .piece_bytes = 1});
    finds_redis(&password, &(struct part){.hears = said, .says = "-ERR no password is set\r\n" REPLY});
    const char *twice = "$19\r\nredis_version:6.6.6\r\n" REPLY; // the first is no answer to INFO
    finds_redis(&password, &(struct part){.hears = said, .says = twice});
    said = "*3\r\n$4\r\nAUTH\r\n$3\r\nbob\r\n$6\r\ns3cret\r\n" INFO;
    finds_redis(&both, &(struct part){.hears = said, .says = "+OK\r\n" REPLY});
    finds_nothing(&both, &(struct part){.hears = said, .says = "-WRONGPASS\r\n-NOAUTH\r\n"});
}

static void takes_no_for_an_answer(void **state)
{
    (void)state;
    finds_nothing(&plain, &(struct part){.hears = INFO, .says = "-NOAUTH Authentication required.\r\n"});
    finds_nothing(&plain, &(struct part){.hears = INFO, .says = "-ERR unknown command 'INFO'\r\n"});
    finds_nothing(&plain, &(struct part){.hears = INFO, .says = "$-1\r\n"});
    const char *http =
        "HTTP/1.1 400 Bad Request\r\nredis_version:6.6.6\r\n\r\n"; // no RESP, no server of ours
    finds_nothing(&plain, &(struct part){.hears = INFO, .says = http});
}

static void survives_a_server_that_closes(void **state)
{
    (void)state;
    finds_nothing(&plain, &(struct part){.hears = "", .says = "", .leaves = true});
    finds_nothing(&plain, &(struct part){.hears = INFO, .says = "", .leaves = true});
    finds_nothing(&plain, &(struct part){.hears = INFO, .says = TEXT, .leaves = true}); // two bytes short
}

static void survives_a_mute_server(void **state)
{
    (void)state;
    finds_nothing(&plain, &(struct part){.hears = INFO, .says = ""});
    finds_nothing(&plain, &(struct part){.hears = INFO, .says = "$42\r\n# Server\r\nredis_version:7"});
}

static void survives_who_refuses(void **state)
{
    (void)state;
    for (int local = 0; local <= 1; local++) {
        struct place closed;
        struct probe p;
        place_bind(&closed, local);
        struct target target = {.addr = closed.addr};
        probe_server(&p, &plain, &target, -1);
        assert_string_equal(p.name, "");
        assert_string_equal(p.version, "");
        close(closed.fd);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_servers_by_their_fields),
        cmocka_unit_test(knows_nothing_of_other_texts),
        cmocka_unit_test(reads_lines),
        cmocka_unit_test(adds_up_calls_by_name),
        cmocka_unit_test(asks_info),
        cmocka_unit_test(signs_in_first),
        cmocka_unit_test(takes_no_for_an_answer),
        cmocka_unit_test(survives_a_server_that_closes),
        cmocka_unit_test(survives_a_mute_server),
        cmocka_unit_test(survives_who_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
