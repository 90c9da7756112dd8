/*
 * Two mirrors are asked for a file. The coroutine objects are made at once, as
 * if that started them, and awaited one after the other.
 *
 * Shows: sequential-await. Fixed: as tasks they wait together. Near misses: the
 * second object is made when the first one is done; and an object that was
 * there early but does not wait.
 */
#include <heddle/test.h>

static int
ask_mirror(void *arg)
{
    const uint64_t *delay_ns = arg;

    return hd_sleep(*delay_ns);
}

HD_TEST(sequential_await_bad)
{
    uint64_t near_ns = HD_MS(10), far_ns = HD_MS(80);
    struct hd_coro *near = hd_coro_create(ask_mirror, &near_ns);
    struct hd_coro *far = hd_coro_create(ask_mirror, &far_ns);

    HD_CHECK(hd_await(near) == 0);
    HD_CHECK(hd_await(far) == 0);
    HD_CHECK(hd_loop_now(hd_loop_running()) == HD_MS(90));
}

HD_TEST(sequential_await_fixed)
{
    uint64_t near_ns = HD_MS(10), far_ns = HD_MS(80);
    struct hd_coro *near = hd_coro_create(ask_mirror, &near_ns);
    struct hd_coro *far = hd_coro_create(ask_mirror, &far_ns);
    struct hd_task *a = hd_task_from_coro(near);
    struct hd_task *b = hd_task_from_coro(far);

    HD_CHECK(hd_gather(a, b) == 0);
}

static int
say_done(void *arg)
{
    (void)arg;
    return hd_yield();
}

HD_TEST(sequential_await_near)
{
    uint64_t near_ns = HD_MS(10), far_ns = HD_MS(80);
    struct hd_coro *last = hd_coro_create(say_done, NULL);

    HD_CHECK(hd_await(hd_coro_create(ask_mirror, &near_ns)) == 0);
    HD_CHECK(hd_await(hd_coro_create(ask_mirror, &far_ns)) == 0);
    HD_CHECK(hd_await(last) == 0);
}
