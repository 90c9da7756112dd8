/*
 * Production's choices: loops are on libuv, and each stands alone.
 */
#include "task/host.h"

const struct hd_host *
hd_host_default(void)
{
    return hd_host_libuv();
}

const struct hd_home *
hd_host_home(void)
{
    return NULL;
}

void
hd_host_quiet(void *uv_loop, bool quiet)
{
    (void)uv_loop;
    (void)quiet;
}
