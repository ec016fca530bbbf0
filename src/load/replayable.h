// SPDX-License-Identifier: MIT
// Which commands of a trace can be sent again, by whichever connection is free. Knows them by name.
#pragma once

#include "base/slice.h"

enum replayable {
    REPLAYABLE_YES,
    REPLAYABLE_STATE,    // it changes what its own connection does next
    REPLAYABLE_BLOCKING, // it may hold its connection for as long as it likes
    REPLAYABLE_ADMIN,    // it administers the server: deletes all, stops it, configures it
};

enum replayable replayable_of(const struct slice *argv, size_t argc);
