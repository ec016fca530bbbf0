// SPDX-License-Identifier: MIT
// P-values of several tests at once, adjusted so that one below a level is a finding at that level among all
// of them. Any dependence between the tests is allowed.
// Source: Holm 1979, step-down.
#pragma once

#define HOLM_MAX 32

// adjusted[i] belongs to p[i]; may be p itself. 0, or -EINVAL when m > HOLM_MAX or a p is not in [0, 1].
int holm_adjust(const double *p, unsigned m, double *adjusted);
