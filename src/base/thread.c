// SPDX-License-Identifier: MIT
#include "base/thread.h"

#include <signal.h>

int thread_start(pthread_t *thread, void *(*main)(void *arg), void *arg)
{
    static const int sent[] = {SIGINT, SIGTERM, SIGHUP};
    sigset_t block, was; // not those that a thread brings about itself, such as SIGSEGV
    sigemptyset(&block);
    for (size_t i = 0; i < sizeof sent / sizeof *sent; i++)
        sigaddset(&block, sent[i]);
    pthread_sigmask(SIG_BLOCK, &block, &was);
    int rc = pthread_create(thread, NULL, main, arg);
    pthread_sigmask(SIG_SETMASK, &was, NULL);
    return -rc;
}
