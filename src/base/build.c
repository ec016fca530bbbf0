// SPDX-License-Identifier: MIT
#include "base/build.h"

#include "build_gen.h"

const struct build build = {
    .version = BUILD_VERSION,
    .released = BUILD_RELEASED,
    .git = BUILD_GIT,
    .compiler = BUILD_COMPILER,
    .type = BUILD_TYPE,
    .flags = BUILD_FLAGS,
    .sanitize = BUILD_SANITIZE,
    .histogram = BUILD_HDR,
    .liburing = BUILD_URING,
    .openssl = BUILD_OPENSSL,
};
