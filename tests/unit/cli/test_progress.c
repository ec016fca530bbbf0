// SPDX-License-Identifier: MIT
// The live line, on a terminal that is the test's own.
#include "cli/progress.h"

#include "experiment/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static int was, master;
static char seen[4096];

static void widen(unsigned columns)
{
    struct winsize size = {.ws_row = 24, .ws_col = (unsigned short)columns};
    assert_int_equal(ioctl(master, TIOCSWINSZ, &size), 0);
}

static int open_terminal(void **state)
{
    int slave;
    struct termios raw;
    (void)state;
    setenv("TERM", "xterm", 1);
    setenv("NO_COLOR", "1", 1);
    if (openpty(&master, &slave, NULL, NULL, NULL) < 0 || tcgetattr(slave, &raw) < 0)
        return -1;
    cfmakeraw(&raw); // bytes come as they are sent
    tcsetattr(slave, TCSANOW, &raw);
    fflush(stderr);
    was = dup(STDERR_FILENO);
    dup2(slave, STDERR_FILENO);
    close(slave);
    widen(40);
    return 0;
}

static int close_terminal(void **state)
{
    (void)state;
    progress_clear();
    fflush(stderr);
    dup2(was, STDERR_FILENO);
    close(was);
    close(master);
    unsetenv("NO_COLOR");
    return 0;
}

#define END '\x04' // of what is looked at: the kernel hands it on when it likes

// What the terminal got since the last look.
static const char *look(void)
{
    size_t len = 0;
    fputc(END, stderr);
    fflush(stderr);
    while (len == 0 || seen[len - 1] != END) {
        struct pollfd p = {.fd = master, .events = POLLIN};
        assert_int_equal(poll(&p, 1, 20000), 1);
        ssize_t n = read(master, seen + len, sizeof seen - len);
        assert_true(n > 0);
        len += (size_t)n;
    }
    seen[len - 1] = 0;
    return seen;
}

static void tick(void *ctx, const struct progress *p)
{
    (void)ctx;
    (void)p;
}

// --- who looks ---

static void without_a_terminal_nobody_looks(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    fflush(stderr);
    was = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    struct watcher w = progress_watcher(tick, &ends);
    progress_clear(); // of nothing
    fflush(stderr);
    dup2(was, STDERR_FILENO);
    close(was);
    close(ends[1]);
    assert_null(w.tick);
    assert_null(w.ready);
    assert_null(w.joined);
    char byte;
    assert_int_equal(read(ends[0], &byte, 1), 0);
    close(ends[0]);
}

static void on_a_terminal_the_line_is_shown(void **state)
{
    (void)state;
    struct watcher w = progress_watcher(tick, &seen);
    assert_ptr_equal(w.tick, tick);
    assert_ptr_equal(w.ctx, &seen);
    assert_null(w.joined); // there is one process
    assert_int_equal(progress_columns(), 40);
    assert_string_equal(look(), "");
}

// --- the line ---

static void a_line_stands_in_its_place(void **state)
{
    (void)state;
    progress_show("GET: 5 req/s");
    assert_string_equal(look(), "\rGET: 5 req/s\x1b[K");
    progress_show("GET: 6");
    assert_string_equal(look(), "\rGET: 6\x1b[K"); // and what was behind it is gone
    progress_clear();
    assert_string_equal(look(), "\r\x1b[K");
    progress_clear();
    assert_string_equal(look(), ""); // nothing stands there
}

static void its_title_is_bold_where_there_are_colours(void **state)
{
    (void)state;
    unsetenv("NO_COLOR");
    progress_show("GET: 5 req/s");
    assert_string_equal(look(), "\r\x1b[1mGET\x1b[0m: 5 req/s\x1b[K");
    progress_show("no title");
    assert_string_equal(look(), "\rno title\x1b[K");
    setenv("TERM", "dumb", 1);
    progress_show("GET: 5");
    assert_string_equal(look(), "\rGET: 5\x1b[K");
}

// The last column stays free: in it some terminals begin a new line.
static void it_is_cut_to_the_terminal(void **state)
{
    (void)state;
    widen(10);
    progress_show("0123456789abcdef");
    assert_string_equal(look(), "\r012345678\x1b[K");
    widen(40);
    progress_show("0123456789abcdef");
    assert_string_equal(look(), "\r0123456789abcdef\x1b[K");
}

// A terminal that has become narrower has broken the line into several, and all of them go.
static void a_line_that_was_broken_goes_whole(void **state)
{
    (void)state;
    progress_show("0123456789012345678901234567890123456789");
    look();
    widen(20);
    progress_show("x");
    assert_string_equal(look(), "\x1b[1A\r\x1b[Jx\x1b[K");
    widen(40);
    progress_show("0123456789012345678901234567890123456789");
    look();
    widen(13); // 39 columns are three lines of 13
    progress_clear();
    assert_string_equal(look(), "\x1b[2A\r\x1b[J\x1b[K");
}

// Titles are the user's, and what a server said may be in them.
static void nothing_in_it_is_a_command_to_the_terminal(void **state)
{
    (void)state;
    progress_show("GET \x1b[2J\n\r\x07x");
    assert_string_equal(look(), "\rGET \\x1b[2J\\n\\r\\x07x\x1b[K");
}

// --- of a run and of experiments ---

static struct progress measuring(void)
{
    return (struct progress){.title = "GET",
                             .phase = PHASE_MEASURE,
                             .answered = 50,
                             .requests = 100,
                             .rps = 1234,
                             .mean_rps = 1200,
                             .elapsed_ns = UINT64_C(2000000000)};
}

static void of_a_run_it_tells_what_there_is_room_for(void **state)
{
    (void)state;
    struct progress p = measuring();
    widen(120);
    progress_plain(NULL, &p);
    assert_string_equal(look(), "\rGET: measuring, 1,234 req/s (mean 1,200), 50%, 2s left\x1b[K");
    widen(30);
    progress_plain(NULL, &p);
    look();
    assert_string_equal(seen, "\x1b[1A\r\x1b[JGET: 1,234 req/s, 2s left\x1b[K"); // and two lines before it
}

static void of_many_trials_it_tells_which(void **state)
{
    (void)state;
    struct progress p = measuring();
    struct session session = {.label = "trial 3 (long), 500 req/s"};
    widen(120);
    progress_trial(&session, &p);
    assert_string_equal(look(),
                        "\rGET trial 3 (long), 500 req/s: measuring, 1,234 req/s (mean 1,200), 50%, 2s "
                        "left\x1b[K");
    p.title = NULL; // nothing is asked yet
    progress_trial(&session, &p);
    assert_non_null(strstr(look(), "trial 3 (long), 500 req/s: measuring"));
    assert_null(strstr(seen, "null"));
}

// A window that is closed takes the terminal with it: the run goes on, or ends in good order.
static void a_terminal_that_is_gone_is_left_alone(void **state)
{
    (void)state;
    struct progress p = measuring();
    struct session session = {.label = "trial 1"};
    progress_plain(NULL, &p);
    look();
    close(master);
    master = -1;
    progress_plain(NULL, &p);
    progress_trial(&session, &p);
    progress_show("GET: 5");
    assert_int_equal(progress_columns(), 0);
    progress_clear();
    progress_clear();
}

#define SHOWN(f) cmocka_unit_test_setup_teardown(f, open_terminal, close_terminal)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_terminal_nobody_looks),
        SHOWN(on_a_terminal_the_line_is_shown),
        SHOWN(a_line_stands_in_its_place),
        SHOWN(its_title_is_bold_where_there_are_colours),
        SHOWN(it_is_cut_to_the_terminal),
        SHOWN(a_line_that_was_broken_goes_whole),
        SHOWN(nothing_in_it_is_a_command_to_the_terminal),
        SHOWN(of_a_run_it_tells_what_there_is_room_for),
        SHOWN(of_many_trials_it_tells_which),
        SHOWN(a_terminal_that_is_gone_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
