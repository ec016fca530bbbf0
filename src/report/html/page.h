// SPDX-License-Identifier: MIT
// The page that results are put into: web/, made into a source by cmake/page.cmake. Texts that end in a NUL.
#pragma once

extern const unsigned char page_before[]; // up to the results
extern const unsigned char page_after[];  // behind them
