/*
 * Two clients share one request. The impatient one waits with a time-out,
 * which cancels what it waits for, and so the other one's request.
 *
 * Shows: assertion. Fixed: a shield around what is shared. Near miss: the
 * time-out cancels a task that only waits, and what is shared is an event.
 */
#include <heddle/test.h>

struct server {
    struct hd_task *request;
    struct hd_event answered;
};

static int
answer(void *arg)
{
    struct server *server = arg;

    HD_TRY(hd_sleep(HD_MS(5)));
    hd_event_set(&server->answered);
    return 0;
}

static int
wait_impatiently(void *arg)
{
    struct server *server = arg;

    return hd_wait_for(server->request, HD_MS(2));
}

static int
wait_behind_a_shield(void *arg)
{
    struct server *server = arg;
    struct hd_future *shielded = hd_shield(server->request);
    const int status = hd_wait_for(shielded, HD_MS(2));

    hd_future_release(shielded);
    return status;
}

static int
wait_for_the_event(void *arg)
{
    struct server *server = arg;

    return hd_event_wait_for(&server->answered, HD_MS(2));
}

static int
wait_patiently(void *arg)
{
    struct server *server = arg;

    return hd_await(server->request);
}

static void
share(hd_fn *waiting)
{
    struct server server = {0};

    server.request = hd_task_spawn(answer, &server);
    struct hd_task *hasty = hd_task_spawn(waiting, &server);
    struct hd_task *patient = hd_task_spawn(wait_patiently, &server);
    const int status = hd_await(hasty);
    HD_CHECK(status == 0 || status == HD_E_TIMEDOUT);
    HD_CHECK(hd_await(patient) == 0);
}

HD_TEST(shared_timeout_bad)
{
    share(wait_impatiently);
}

HD_TEST(shared_timeout_fixed)
{
    share(wait_behind_a_shield);
}

HD_TEST(shared_timeout_near)
{
    share(wait_for_the_event);
}
