// SPDX-License-Identifier: MIT
// A comparison as text for people. Never measures.
#pragma once

#include "report/compare/compare_facts.h"

extern const struct compare_reporter compare_text;
