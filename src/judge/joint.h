// SPDX-License-Identifier: MIT
// Several promises about one server, each with a search of its own (judge/saturation.h), and trials that all
// of them hear. Says whose turn it is: that of the promise that is known to hold at the highest load, until
// it is decided. What breaks that one breaks the others too, so that its trials say something to all; a trial
// that breaks a narrower promise ends early and says nothing to the wider ones.
#pragma once

#include "judge/saturation.h"

#define JOINT_MOST 4 // promises
#define JOINT_NONE JOINT_MOST

struct joint {
    unsigned n;
    struct saturation *search[JOINT_MOST]; // the caller's; all from the same hint
    unsigned asking;
};

// Which load to try now; answers the place of the search that asks. JOINT_NONE once all have ended.
unsigned joint_next(struct joint *j, double *rate);

// What became of that load: one reply for each promise. Void says nothing about that promise.
void joint_answer(struct joint *j, const struct saturation_reply *replies);
