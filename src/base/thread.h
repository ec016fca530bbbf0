// SPDX-License-Identifier: MIT
// Starts threads that never see a signal that is sent to the process: those are the main thread's.
#pragma once

#include <pthread.h>

// As pthread_create with default attributes. 0 or -errno.
int thread_start(pthread_t *thread, void *(*main)(void *arg), void *arg);
