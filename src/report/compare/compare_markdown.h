// SPDX-License-Identifier: MIT
// The comparison as Markdown, for a pull request.
#pragma once

#include "report/compare/compare_reporter.h"

extern const struct compare_reporter compare_markdown;
