// SPDX-License-Identifier: MIT
#include "net/ktls.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef OPENSSL_NO_KTLS
static const bool in_library = false;
#else
static const bool in_library = true;
#endif

// Asked of a socket without a connection: -ENOTCONN comes from TLS itself, which is there then.
static int kernel_has_it(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    int rc = setsockopt(fd, IPPROTO_TCP, TCP_ULP, "tls", sizeof "tls") < 0 ? -errno : 0;
    close(fd);
    return rc == -ENOTCONN ? 0 : rc;
}

int ktls_check(struct err *err)
{
    if (!in_library)
        return err_set(
            err, ERR_USAGE,
            "--ktls: the OpenSSL of this build was made without the kernel's TLS (no-ktls): build with "
            "one that has it, or leave out --ktls");
    int rc = kernel_has_it();
    if (rc < 0)
        return err_set(
            err, ERR_USAGE,
            "--ktls: the kernel has no TLS here (%s): load its module with modprobe tls, or leave out "
            "--ktls",
            strerror(-rc));
    return 0;
}
