// SPDX-License-Identifier: MIT
// A comparison as text for people. Never measures.
#pragma once

#include "report/compare/compare_reporter.h"

extern const struct compare_reporter compare_text;
