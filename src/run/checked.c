// SPDX-License-Identifier: MIT
#include "run/checked.h"

void checked_settle(struct ask *asks, unsigned n, const struct names *names)
{
    for (unsigned i = 0; names->n && i < n; i++)
        if (asks[i].check != CHECK_EXEC && names->at[asks[i].name_at].spoilt)
            asks[i].check = CHECK_NONE;
}

int checked_any(const struct ask *asks, unsigned n, struct err *err)
{
    const struct ask *unknown = NULL; // the first that reads what says nothing of itself
    bool checks = false;
    for (unsigned i = 0; i < n; i++) {
        checks |= asks[i].check == CHECK_READ || asks[i].check == CHECK_READS;
        if (!unknown && asks[i].reply.reads != READS_NOTHING)
            unknown = &asks[i];
    }
    if (checks || !unknown)
        return 0;
    return err_set(err, ERR_USAGE,
                   "--verify checks what GET, GETEX, GETDEL and MGET read of keys that SET alone writes, and "
                   "nothing here reads so ('%s' does not): leave out --verify",
                   unknown->command);
}
