#include "task/host.h"

const struct hd_host *
hd_host_default(void)
{
    return hd_host_libuv();
}
