// SPDX-License-Identifier: MIT
#include "view/screen.h"

const char *screen_version(void)
{
    return "";
}

int screen_open(bool colour, struct err *err)
{
    (void)colour;
    return err_set(err, ERR_USAGE,
                   "--live: this build has no full-screen view: it was made without ncurses "
                   "(libncurses-dev)");
}

void screen_close(void)
{
}

void screen_suspend(void)
{
}

void screen_size(unsigned *rows, unsigned *columns)
{
    *rows = *columns = 0;
}

void screen_show(const struct canvas *c)
{
    (void)c;
}

int screen_key(void)
{
    return 0;
}
