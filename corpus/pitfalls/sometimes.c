/*
 * A client tries three times, and its test says that the third time matters.
 * But its server is down only once, so nobody ever tries that often.
 *
 * Shows: sometimes. Fixed: a server that is down long enough. Near miss: a
 * third try that is needed only if the server is slow to come up.
 */
#include <heddle/test.h>

#define TRIES_MAX 3

struct server {
    int refusals_left;
    bool is_up;
};

static int
ask(struct server *server)
{
    HD_TRY(hd_sleep(HD_MS(10)));
    return !server->is_up || server->refusals_left-- > 0 ? HD_E_USER : 0;
}

static int
ask_patiently(void *arg)
{
    struct server *server = arg;
    int status = HD_E_USER;

    for (int try = 1; try <= TRIES_MAX && status == HD_E_USER; try++) {
        HD_SOMETIMES(try == TRIES_MAX);
        status = ask(server);
    }
    return status;
}

static int
start(void *arg)
{
    struct server *server = arg;

    HD_TRY(hd_sleep(HD_MS(20)));
    server->is_up = true;
    return 0;
}

HD_TEST(sometimes_bad)
{
    struct server server = {.refusals_left = 1, .is_up = true};
    HD_CHECK(hd_await(hd_task_spawn(ask_patiently, &server)) == 0);
}

HD_TEST(sometimes_fixed)
{
    struct server server = {.refusals_left = 2, .is_up = true};
    HD_CHECK(hd_await(hd_task_spawn(ask_patiently, &server)) == 0);
}

HD_TEST(sometimes_near)
{
    struct server server = {.is_up = false};
    struct hd_task *starting = hd_task_spawn(start, &server);
    struct hd_task *asking = hd_task_spawn(ask_patiently, &server);

    HD_CHECK(hd_gather(starting, asking) == 0);
}
