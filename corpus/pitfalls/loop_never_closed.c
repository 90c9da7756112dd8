/*
 * A helper for callers without a loop runs one coroutine on a loop of its own,
 * and forgets the loop where the coroutine fails.
 *
 * Shows: loop-never-closed. Fixed: one way out, which closes. Near miss: the
 * default loop, also one that was lent, is nobody's to close.
 */
#include <heddle/test.h>

static int
look_up(void *arg)
{
    const bool *there = arg;

    HD_TRY(hd_sleep(HD_MS(1)));
    return *there ? 0 : HD_E_USER;
}

static int
look_up_now(bool there)
{
    struct hd_loop *loop = hd_loop_create();

    HD_TRY(hd_loop_run_fn(loop, look_up, &there));
    hd_loop_destroy(loop);
    return 0;
}

HD_TEST(loop_never_closed_bad, .loop = HD_LOOP_NONE)
{
    HD_CHECK(look_up_now(true) == 0);
    HD_CHECK(look_up_now(false) == HD_E_USER);
}

static int
look_up_and_close(bool there)
{
    struct hd_loop *loop = hd_loop_create();
    int status = hd_loop_run_fn(loop, look_up, &there);

    hd_loop_destroy(loop);
    return status;
}

HD_TEST(loop_never_closed_fixed, .loop = HD_LOOP_NONE)
{
    HD_CHECK(look_up_and_close(true) == 0);
    HD_CHECK(look_up_and_close(false) == HD_E_USER);
}

HD_TEST(loop_never_closed_near, .loop = HD_LOOP_NONE)
{
    bool there = true;

    HD_CHECK(hd_loop_run_fn(hd_loop_default(), look_up, &there) == 0);
    hd_loop_destroy(hd_loop_default());
    hd_loop_set_default(hd_loop_create());
    HD_CHECK(hd_loop_run_fn(hd_loop_default(), look_up, &there) == 0);
}
