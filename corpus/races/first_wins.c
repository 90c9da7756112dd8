/*
 * An answer comes from a server or, when that is slow, from a timer. The first
 * one counts.
 *
 * Near miss: a task and a timer write the same result, in no order; each looks
 * first.
 */
#include <heddle/test.h>

struct query {
    bool is_done;
    int result;
    struct hd_event done;
};

static void
give(struct query *query, int result)
{
    if (!query->is_done) {
        query->is_done = true;
        query->result = result;
        hd_event_set(&query->done);
    }
}

static void
time_out(void *arg)
{
    give(arg, -1);
}

static int
ask_server(void *arg)
{
    HD_TRY(hd_sleep(HD_MS(10)));
    give(arg, 200);
    return 0;
}

HD_TEST(first_wins_near)
{
    struct query query = {.is_done = false};

    hd_event_init(&query.done);
    hd_loop_call_later(hd_loop_running(), HD_MS(10), time_out, &query);
    struct hd_task *asking = hd_task_spawn(ask_server, &query);
    HD_CHECK(hd_event_wait(&query.done) == 0);
    HD_CHECK(hd_await(asking) == 0);
    HD_CHECK(hd_sleep(HD_MS(1)) == 0);
}
