/*
 * A settings object is filled in by a run of its own at the start of a program,
 * and awaited in the run that does the work. Each run has a loop of its own.
 *
 * Shows: foreign-loop. Fixed: the future is made on the loop that awaits it.
 * Near miss: a lock that both runs use, one after the other.
 */
#include <heddle/test.h>

static char settings[] = "verbose";

struct service {
    struct hd_loop *early;
    struct hd_future *settings;
    struct hd_lock lock;
};

static int
load_settings(void *arg)
{
    struct service *service = arg;

    HD_TRY(hd_lock_acquire(&service->lock));
    HD_TRY(hd_sleep(HD_MS(3)));
    HD_TRY(hd_lock_release(&service->lock));
    return hd_future_set(service->settings, settings);
}

static int
work(void *arg)
{
    struct service *service = arg;

    return hd_await(service->settings);
}

HD_TEST(foreign_loop_bad, .loop = HD_LOOP_NONE)
{
    struct service service = {.early = hd_loop_create()};

    service.settings = hd_loop_future(service.early);
    HD_CHECK(hd_loop_run_fn(service.early, load_settings, &service) == 0);
    HD_CHECK(hd_run(work, &service) == HD_E_FOREIGN_LOOP);
    hd_loop_destroy(service.early);
}

static int
load_and_work(void *arg)
{
    struct service *service = arg;

    service->settings = hd_future_create();
    HD_TRY(load_settings(service));
    return work(service);
}

HD_TEST(foreign_loop_fixed, .loop = HD_LOOP_NONE)
{
    struct service service = {.early = NULL};

    HD_CHECK(hd_run(load_and_work, &service) == 0);
}

static int
take_turns(void *arg)
{
    struct service *service = arg;

    HD_TRY(hd_lock_acquire(&service->lock));
    HD_TRY(hd_yield());
    return hd_lock_release(&service->lock);
}

HD_TEST(foreign_loop_near, .loop = HD_LOOP_NONE)
{
    struct service service = {.early = NULL};

    HD_CHECK(hd_run(take_turns, &service) == 0);
    HD_CHECK(hd_run(take_turns, &service) == 0);
}
