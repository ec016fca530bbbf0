// SPDX-License-Identifier: MIT
#include "net/resolve.h"

// cmocka wants these four before it
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <semaphore.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static sem_t answer; // what "slow" waits for

// In the place of libc's: an answer that must be waited for, one at once, and numbers as usual.
// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): libc's names are reserved
int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
    (void)service;
    *out = NULL;
    if (hints->ai_flags & AI_NUMERICHOST)
        return strcmp(host, "127.0.0.1") == 0 ? 0 : EAI_NONAME;
    if (strcmp(host, "slow") == 0)
        sem_wait(&answer);
    return strcmp(host, "unknown") == 0 ? EAI_NONAME : 0;
}

static void a_stop_ends_a_look_up_that_does_not_answer(void **state)
{
    (void)state;
    struct addrinfo *list;
    int stop = eventfd(1, EFD_CLOEXEC);
    sem_init(&answer, 0, 0);
    assert_int_equal(resolve(&list, "slow", 6379, stop), EAI_INTR);
    sem_post(&answer);
    close(stop);
}

static void an_answer_and_an_error_come_through(void **state)
{
    (void)state;
    struct addrinfo *list;
    int stop = eventfd(0, EFD_CLOEXEC);
    assert_int_equal(resolve(&list, "known", 6379, stop), 0);
    assert_int_equal(resolve(&list, "known", 6379, -1), 0);
    assert_int_equal(resolve(&list, "unknown", 6379, stop), EAI_NONAME);
    close(stop);
}

static void a_number_needs_nobody(void **state)
{
    (void)state;
    struct addrinfo *list;
    int stop = eventfd(1, EFD_CLOEXEC);
    assert_int_equal(resolve(&list, "127.0.0.1", 6379, stop), 0);
    close(stop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stop_ends_a_look_up_that_does_not_answer),
        cmocka_unit_test(an_answer_and_an_error_come_through),
        cmocka_unit_test(a_number_needs_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
