// SPDX-License-Identifier: MIT
#include "run/stopper.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/restore.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
#define NUMBERS (sizeof numbers / sizeof *numbers)

static struct stopper *in_charge; // of the handler
static uint64_t first_ns;         // when the first signal came

static void tell(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        return; // there is nobody left to tell
}

static void take(int number)
{
    int saved = errno;
    uint64_t one = 1;
    if (!in_charge->signal) {
        first_ns = clock_ns();
        in_charge->signal = number;
        if (write(in_charge->fd, &one, sizeof one) < 0)
            BUG("an eventfd does not fill up");
    } else if (clock_ns() - first_ns > STOPPER_PATIENCE_S * NS_PER_S) {
        restore_run();
        tell("hkv-bench: ended by a second signal: results not yet written are lost\n");
        signal(number, SIG_DFL);
        raise(number); // it comes when the handler is left
    }
    errno = saved;
}

static void handle(void (*handler)(int))
{
    struct sigaction act = {.sa_handler = handler, .sa_flags = SA_RESTART};
    for (size_t i = 0; i < NUMBERS; i++)
        sigaddset(&act.sa_mask, numbers[i]);
    for (size_t i = 0; i < NUMBERS; i++) {
        struct sigaction was;
        bool ignored = sigaction(numbers[i], NULL, &was) == 0 && was.sa_handler == SIG_IGN;
        if (!ignored || numbers[i] != SIGHUP)
            sigaction(numbers[i], &act, NULL);
    }
}

int stopper_open(struct stopper *s)
{
    *s = (struct stopper){.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (s->fd < 0)
        return -errno;
    in_charge = s;
    handle(take);
    return 0;
}

int stopper_wait(const struct stopper *s, int other_fd, int timeout_ms)
{
    struct pollfd p[2] = {{.fd = s->fd, .events = POLLIN}, {.fd = other_fd, .events = POLLIN}};
    poll(p, 2, timeout_ms);
    return s->signal;
}

const char *stopper_name(int signal)
{
    return signal == SIGINT ? "SIGINT" : signal == SIGTERM ? "SIGTERM" : "SIGHUP";
}

void stopper_close(struct stopper *s)
{
    if (in_charge != s)
        return;
    handle(s->signal ? SIG_IGN
                     : SIG_DFL); // whoever obeys one already does not die of the next on its way out
    in_charge = NULL;
    close(s->fd);
    s->fd = -1;
}
