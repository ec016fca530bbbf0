// SPDX-License-Identifier: MIT
// A build without OpenSSL.
#include "net/filter_tls.h"

int filter_tls_open(struct filter **out, const struct tls_conf *conf, struct err *err)
{
    (void)conf;
    *out = NULL;
    return err_set(err, ERR_USAGE,
                   "--tls: this build has no TLS: install libssl-dev and build again, or leave out --tls");
}

void filter_tls_forget(struct filter *f)
{
    (void)f;
}

void filter_tls_close(struct filter *f)
{
    (void)f;
}
