/*
 * Statistics of a proxy. A request copies the struct, waits for the answer, and
 * assigns the changed copy.
 *
 * Shows: lost-update of a struct copied by assignment. Fixed: what is added
 * waits, not a copy of the sum.
 */
#include <heddle/test.h>

#include <stdlib.h>

struct stats {
    uint64_t requests, bytes_in, bytes_out;
    uint32_t errors, retries;
};

static int
ask_upstream(struct stats *delta)
{
    HD_TRY(hd_yield());
    delta->requests += 1;
    delta->bytes_in += 120;
    delta->bytes_out += 4096;
    return 0;
}

static int
forward(void *arg)
{
    struct stats *total = arg;
    struct stats now = *total;

    HD_TRY(ask_upstream(&now));
    *total = now;
    return 0;
}

static int
forward_adding(void *arg)
{
    struct stats *total = arg;
    struct stats delta = {0};

    HD_TRY(ask_upstream(&delta));
    total->requests += delta.requests;
    total->bytes_in += delta.bytes_in;
    total->bytes_out += delta.bytes_out;
    return 0;
}

static void
two_requests(hd_fn *how)
{
    struct stats *total = calloc(1, sizeof(*total));

    HD_CHECK(total != NULL);
    struct hd_task *a = hd_task_spawn(how, total);
    struct hd_task *b = hd_task_spawn(how, total);
    HD_CHECK(hd_gather(a, b) == 0);
    free(total);
}

HD_TEST(stats_snapshot_bad)
{
    two_requests(forward);
}

HD_TEST(stats_snapshot_fixed)
{
    two_requests(forward_adding);
}
