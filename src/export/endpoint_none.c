// SPDX-License-Identifier: MIT
#include "export/endpoint.h"

const char *endpoint_version(void)
{
    return "";
}

int endpoint_open(struct endpoint **e, struct metrics *m, struct where *at, struct err *err)
{
    (void)m, (void)at;
    *e = NULL;
    return err_set(err, ERR_USAGE,
                   "--prometheus: this build cannot be scraped: it was made without libmicrohttpd "
                   "(libmicrohttpd-dev); --prometheus-file writes the metrics at the end");
}

void endpoint_close(struct endpoint *e)
{
    (void)e;
}

unsigned endpoint_scrapes(const struct endpoint *e)
{
    (void)e;
    return 0;
}

void endpoint_settle(struct endpoint *e)
{
    (void)e;
}

unsigned endpoint_finals(const struct endpoint *e)
{
    (void)e;
    return 0;
}
