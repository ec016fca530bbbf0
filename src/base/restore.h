// SPDX-License-Identifier: MIT
// What must be put right before this process dies, whatever it dies of: a terminal, say. One thing at a time.
#pragma once

// fn is called once at most, and only does what a signal handler may. NULL: nothing is to be put right any
// more.
void restore_set(void (*fn)(void));

// Calls it. In a signal handler too.
void restore_run(void);
