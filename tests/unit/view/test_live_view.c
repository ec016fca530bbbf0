// SPDX-License-Identifier: MIT
// The full screen on a terminal of its own (view/screen.c too): its keys, and that the terminal is given back
// as it was, however it ends.
#include "view/live_view.h"

#include "view/screen.h"

#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#define PATIENCE_MS 20000
#define TAKES "\x1b[?1049h" // the terminal of xterm is taken,
#define GIVES "\x1b[?1049l" // and given back

// --- a terminal, and who sits before it ---

// In the child; the other ends of the same pipes are the parent's.
static int asks_fd, told_fd;

// Has a key pressed, and waits until it has come.
static void press(char key)
{
    struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
    char go;
    if (write(asks_fd, &key, 1) != 1 || read(told_fd, &go, 1) != 1 || poll(&p, 1, PATIENCE_MS) != 1)
        _exit(99);
}

// What was written to the terminal while the child ran, to be freed; how it ended goes to *status.
static char *watched(int (*child)(void), int *status)
{
    const struct winsize size = {.ws_row = 24, .ws_col = 80};
    int asks[2], tells[2], terminal;
    char *screen = calloc(1, 1 << 20);
    size_t len = 0;
    assert_non_null(screen);
    assert_int_equal(pipe(asks), 0);
    assert_int_equal(pipe(tells), 0);
    pid_t pid = forkpty(&terminal, NULL, NULL, &size);
    assert_true(pid >= 0);
    if (pid == 0) {
        asks_fd = asks[1];
        told_fd = tells[0];
        setenv("TERM", "xterm", 1);
        unsetenv("NO_COLOR");
        _exit(child());
    }
    close(asks[1]);
    for (struct pollfd all[] = {{.fd = terminal, .events = POLLIN}, {.fd = asks[0], .events = POLLIN}};;) {
        assert_true(poll(all, 2, PATIENCE_MS) > 0);
        char key;
        if (all[1].revents & POLLIN && read(asks[0], &key, 1) == 1) {
            assert_int_equal(write(terminal, &key, 1), 1);
            assert_int_equal(write(tells[1], "", 1), 1);
        }
        ssize_t n = all[0].revents ? read(terminal, screen + len, (1 << 20) - 1 - len) : 1;
        if (n <= 0) // the child, and with it the other side, is gone
            break;
        len += all[0].revents ? (size_t)n : 0;
        all[1].fd = all[1].revents & POLLHUP ? -1 : all[1].fd;
    }
    assert_int_equal(waitpid(pid, status, 0), pid);
    close(terminal);
    close(asks[0]);
    close(tells[0]);
    close(tells[1]);
    return screen;
}

static unsigned count(const char *text, const char *part)
{
    unsigned n = 0;
    for (; (text = strstr(text, part)); text++)
        n++;
    return n;
}

// --- what goes on in there ---

#define MUST(what)                                                                                           \
    do {                                                                                                     \
        if (!(what))                                                                                         \
            return __LINE__ % 90 + 1;                                                                        \
    } while (0)

static unsigned drawn, interrupts;
static bool log_scale;

static void draw(void *ctx, struct panel *p, const struct glance *g)
{
    (void)ctx;
    drawn++;
    log_scale = p->log;
    canvas_put(p->canvas, 0, 0, INK_PLAIN, g->title);
    canvas_put(p->canvas, p->canvas->rows - 1, 0, INK_GOOD, "the-last-row");
}

static void count_interrupt(int number)
{
    (void)number;
    interrupts++;
}

static bool same_modes(const struct termios *a, const struct termios *b)
{
    return a->c_lflag == b->c_lflag && a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag &&
           memcmp(a->c_cc, b->c_cc, sizeof a->c_cc) == 0;
}

static const struct glance glance = {.title = "A TEST", .phase = "measuring"};
static const struct progress shown = {.glance = &glance};

static int uses_keys(void)
{
    struct live_view v = {.draw = draw};
    struct err err = {0};
    signal(SIGINT, count_interrupt);
    MUST(live_view_open(&v, &err) == 0 && v.on);
    live_view_tick(&v, &shown, false);
    MUST(drawn == 1 && !log_scale);
    press('l');
    live_view_tick(&v, &shown, false);
    MUST(drawn == 2 && v.log && log_scale);
    press('x'); // means nothing
    press('l');
    live_view_tick(&v, &shown, false);
    MUST(drawn == 3 && !v.log && !log_scale);
    press(' ');
    live_view_tick(&v, &shown, false);
    MUST(drawn == 4 && v.frozen); // once more, to say so
    live_view_tick(&v, &shown, false);
    MUST(drawn == 4);
    press(' ');
    live_view_tick(&v, &shown, false);
    MUST(drawn == 5 && !v.frozen);
    live_view_tick(&v, &(struct progress){0}, false); // of which nothing is known: what was shown stays
    MUST(drawn == 5 && v.canvas.cells && interrupts == 0);
    press('q');
    live_view_tick(&v, &shown, false);
    MUST(interrupts == 1); // it ends as by Ctrl-C
    live_view_tick(&v, &shown, true);
    MUST(!v.on && !v.canvas.cells);
    return 0;
}

static void keys_do_what_the_last_line_says(void **state)
{
    (void)state;
    int status;
    if (!*screen_version())
        skip();
    char *screen = watched(uses_keys, &status);
    if (!WIFEXITED(status) || WEXITSTATUS(status))
        fail_msg("it ended with %#x", (unsigned)status);
    assert_non_null(strstr(screen, "A TEST"));
    assert_non_null(strstr(screen, "the-last-row"));
    assert_int_equal(count(screen, TAKES), 1);
    assert_int_equal(count(screen, GIVES), 1);
    free(screen);
}

// Two runs one after the other, each with a view of its own; what stands between is written to a terminal
// that is as it was.
static int opens_twice(void)
{
    struct termios before, meanwhile, after;
    struct err err = {0};
    tcgetattr(STDIN_FILENO, &before);
    for (int i = 0; i < 2; i++) {
        struct live_view v = {.draw = draw};
        MUST(live_view_open(&v, &err) == 0);
        tcgetattr(STDIN_FILENO, &meanwhile);
        MUST(!same_modes(&before, &meanwhile));
        live_view_tick(&v, &shown, false);
        screen_suspend(); // for a line of others
        screen_suspend();
        tcgetattr(STDIN_FILENO, &after);
        MUST(same_modes(&before, &after) && screen_key() == 0);
        live_view_tick(&v, &shown, false); // it comes back
        tcgetattr(STDIN_FILENO, &after);
        MUST(!same_modes(&before, &after));
        live_view_close(&v);
        live_view_close(&v); // a second time there is nothing to give back
        tcgetattr(STDIN_FILENO, &after);
        MUST(same_modes(&before, &after));
    }
    MUST(drawn == 4);
    return 0;
}

static void a_second_view_follows_the_first(void **state)
{
    (void)state;
    int status;
    if (!*screen_version())
        skip();
    char *screen = watched(opens_twice, &status);
    if (!WIFEXITED(status) || WEXITSTATUS(status))
        fail_msg("it ended with %#x", (unsigned)status);
    assert_int_equal(count(screen, TAKES), 4);
    assert_int_equal(count(screen, GIVES), 4);
    free(screen);
}

static int dies(void)
{
    struct live_view v = {.draw = draw};
    struct err err = {0};
    setrlimit(RLIMIT_CORE, &(struct rlimit){0});
    MUST(live_view_open(&v, &err) == 0);
    live_view_tick(&v, &shown, false);
    abort();
}

static void a_program_that_dies_gives_the_terminal_back(void **state)
{
    (void)state;
    int status;
    if (!*screen_version())
        skip();
    char *screen = watched(dies, &status);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT); // as it would without the view
    assert_int_equal(count(screen, TAKES), 1);
    assert_int_equal(count(screen, GIVES), 1);
    free(screen);
}

static int changes_size(void)
{
    struct err err = {0};
    struct canvas c;
    unsigned rows, columns;
    screen_size(&rows, &columns); // of none
    MUST(rows == 24 && columns == 80);
    MUST(screen_open(false, &err) == 0);
    ioctl(STDIN_FILENO, TIOCSWINSZ, &(struct winsize){.ws_row = 50, .ws_col = 200});
    screen_size(&rows, &columns);
    MUST(rows == 50 && columns == 200);
    MUST(canvas_init(&c, rows, columns, false) == 0);
    canvas_put(&c, 49, 180, INK_BAD, "at-the-end");
    screen_show(&c);
    canvas_free(&c);
    ioctl(STDIN_FILENO, TIOCSWINSZ, &(struct winsize){0}); // one that does not say
    screen_size(&rows, &columns);
    MUST(rows == 24 && columns == 80);
    screen_close();
    return 0;
}

static void the_size_is_what_it_is_now(void **state)
{
    (void)state;
    int status;
    if (!*screen_version())
        skip();
    char *screen = watched(changes_size, &status);
    if (!WIFEXITED(status) || WEXITSTATUS(status))
        fail_msg("it ended with %#x", (unsigned)status);
    assert_non_null(strstr(screen, "at-the-end"));
    assert_null(strstr(screen, "\x1b[31m")); // without colour there is none
    free(screen);
}

// --- where there is none ---

static int cannot_show(void)
{
    struct err err = {0};
    setenv("TERM", "nosuch", 1);
    MUST(screen_open(true, &err) == -1 && err.code == ERR_USAGE);
    MUST(strcmp(err.text, "--live: this terminal cannot show a full screen: TERM is 'nosuch'") == 0);
    screen_show(&(struct canvas){0}); // nothing is open, and nothing happens
    screen_suspend();
    screen_close();
    return 0;
}

// In a session of its own, which has none.
static void a_session_without_a_terminal_is_told(void **state)
{
    static const char says[] = "--live: expected a terminal, but there is none: ";
    struct err err = {0};
    int status;
    (void)state;
    if (!*screen_version())
        skip();
    pid_t pid = fork();
    if (pid == 0) {
        bool told = setsid() > 0 && screen_open(true, &err) == -1 && err.code == ERR_USAGE &&
                    strncmp(err.text, says, sizeof says - 1) == 0;
        _exit(!told);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void a_terminal_that_will_not_do_is_told(void **state)
{
    (void)state;
    int status;
    if (!*screen_version())
        skip();
    char *screen = watched(cannot_show, &status);
    if (!WIFEXITED(status) || WEXITSTATUS(status))
        fail_msg("it ended with %#x", (unsigned)status);
    assert_null(strstr(screen, TAKES));
    free(screen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_do_what_the_last_line_says),
        cmocka_unit_test(a_second_view_follows_the_first),
        cmocka_unit_test(a_program_that_dies_gives_the_terminal_back),
        cmocka_unit_test(the_size_is_what_it_is_now),
        cmocka_unit_test(a_terminal_that_will_not_do_is_told),
        cmocka_unit_test(a_session_without_a_terminal_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
