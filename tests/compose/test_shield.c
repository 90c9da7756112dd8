#include "memory.h"
#include "story.h"

/* Await a shield of inner; the shield is released in any case. */
static int
await_shielded(void *inner)
{
    void *value = NULL;
    struct hd_future *outer = hd_shield_future(inner);
    const int status = hd_await_value(outer, &value);
    if (status == HD_OK) {
        tell("%s", ((struct worker *)value)->name);
    }
    hd_future_release(outer);
    return tell_status("shield", status);
}

/* ---- following the inner one ---- */

static int
shield_a_worker(void *worker)
{
    return await_shielded(start(worker));
}

static void
the_shield_gives_the_result(void **state)
{
    (void)state;

    const int status = sim_run(shield_a_worker, WORKER("a", 1));

    assert_int_equal(status, HD_OK);
    assert_string_equal(story, "a a shield:ok");
}

static void
the_shield_gives_the_error(void **state)
{
    (void)state;

    const int status = sim_run(shield_a_worker, FAILER("a", 1, BROKEN));

    assert_int_equal(status, BROKEN);
    assert_string_equal(story, "a shield:USER-1");
    assert_int_equal(unretrieved(), 0);
}

static int
cancel_the_inner_one(void *arg)
{
    (void)arg;
    struct hd_future *inner = start(WORKER("a", 9));
    struct hd_future *outer = hd_shield(inner);
    (void)hd_yield();
    hd_future_cancel(inner);
    tell_status("shield", hd_await(outer));
    tell("%d", hd_future_is_cancelled(outer));
    hd_future_release(outer);
    return HD_OK;
}

static void
a_cancelled_inner_one_cancels_the_shield(void **state)
{
    (void)state;

    sim_run(cancel_the_inner_one, NULL);

    assert_string_equal(story, "a:CANCELLED shield:CANCELLED 1");
}

static int
shield_what_is_done(void *arg)
{
    (void)arg;
    struct hd_future *inner = hd_future_create();
    hd_future_set(inner, WORKER("a", 0));
    struct hd_future *outer = hd_shield(inner);
    tell("%d", outer == inner);
    hd_future_release(inner);
    const int status = await_shielded(outer);
    hd_future_release(outer);
    return status;
}

static void
a_done_one_is_its_own_shield(void **state)
{
    (void)state;

    sim_run(shield_what_is_done, NULL);

    assert_string_equal(story, "1 a shield:ok");
    assert_int_equal(misuses(), 0);
}

/* ---- cancellation ---- */

static int
cancel_who_waits(void *arg)
{
    struct hd_future *inner = start(arg);
    struct hd_task *task = hd_task_spawn(await_shielded, inner);
    (void)hd_sleep(HD_MS(1));
    hd_task_cancel(task);
    (void)hd_await(task);
    tell_time();
    return tell_status("inner", hd_await(inner));
}

static void
cancelling_who_waits_leaves_the_inner_one_alone(void **state)
{
    (void)state;

    sim_run(cancel_who_waits, WORKER("a", 3));

    assert_string_equal(story, "shield:CANCELLED 1ms a inner:ok");
}

static int
cancel_and_forget(void *arg)
{
    (void)arg;
    struct hd_future *inner = start(FAILER("a", 1, BROKEN));
    struct hd_future *outer = hd_shield(inner);
    hd_future_cancel(outer);
    hd_future_release(outer);
    return hd_sleep(HD_MS(2));
}

/* The shield no longer listens, so it has not looked. */
static void
an_error_behind_a_cancelled_shield_is_said(void **state)
{
    (void)state;

    sim_run(cancel_and_forget, NULL);

    assert_int_equal(unretrieved(), 1);
}

static int
cancel_as_it_fails(void *arg)
{
    (void)arg;
    struct hd_future *inner = hd_future_create();
    struct hd_future *outer = hd_shield(inner);
    hd_future_fail(inner, BROKEN, "late");
    hd_future_cancel(outer);
    tell_status("shield", hd_await(outer));
    (void)hd_yield();
    hd_future_release(outer);
    hd_future_release(inner);
    return HD_OK;
}

/* As one moment later; in 3.11 the shield's callback still looks at it. */
static void
an_error_at_the_moment_of_cancellation_is_not_lost(void **state)
{
    (void)state;

    sim_run(cancel_as_it_fails, NULL);

    assert_string_equal(story, "shield:CANCELLED");
    assert_int_equal(unretrieved(), 1);
}

/* ---- misuse ---- */

static int
misuse_shield(void *arg)
{
    (void)arg;
    tell("%d", hd_shield(stale()) == NULL);
    struct hd_loop *other = hd_loop_create();
    tell("%d", hd_shield(hd_loop_future(other)) == NULL);
    hd_loop_destroy(other);
    return HD_OK;
}

static void
misuses_are_defined_errors(void **state)
{
    (void)state;

    sim_run(misuse_shield, NULL);

    assert_string_equal(story, "1 1");
    assert_int_equal(misuses(), 2);
}

/* ---- memory ---- */

static int
shield_and_end(void *arg)
{
    const bool *cancels = arg;
    struct hd_future *inner = hd_future_create();
    struct hd_future *outer = hd_shield(inner);
    if (*cancels) {
        hd_future_cancel(outer);
    } else {
        hd_future_set(inner, NULL);
    }
    (void)hd_yield();
    (void)hd_yield();
    hd_future_release(outer);
    hd_future_release(inner);
    return HD_OK;
}

static size_t held_before, held_after;

static int
shield_again_and_again(void *arg)
{
    HD_TRY(shield_and_end(arg));
    held_before = memory_held();
    HD_TRY(shield_and_end(arg));
    held_after = memory_held();
    return HD_OK;
}

static void
shield_gives_its_memory_back(void **state)
{
    (void)state;
    bool cancels = false;

    sim_run(shield_again_and_again, &cancels);

    assert_int_equal(held_after, held_before);
}

static void
a_cancelled_shield_gives_its_memory_back(void **state)
{
    (void)state;
    bool cancels = true;

    sim_run(shield_again_and_again, &cancels);

    assert_int_equal(held_after, held_before);
}

static int
shield_without_memory(void *arg)
{
    (void)arg;
    struct hd_future *inner = hd_future_create();
    struct hd_future *outer;
    size_t nth = 0;
    do {
        memory_fail_at(++nth);
        outer = hd_shield(inner);
        tell("%s", outer != NULL ? "shield" : "none");
    } while (memory_has_failed());
    memory_fail_at(0);
    hd_future_release(outer);
    hd_future_release(inner);
    return HD_OK;
}

static void
shield_survives_each_lack_of_memory(void **state)
{
    (void)state;

    sim_run(shield_without_memory, NULL);

    assert_string_equal(story, "none none shield");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_shield_gives_the_result),
        TEST(the_shield_gives_the_error),
        TEST(a_cancelled_inner_one_cancels_the_shield),
        TEST(a_done_one_is_its_own_shield),
        TEST(cancelling_who_waits_leaves_the_inner_one_alone),
        TEST(an_error_behind_a_cancelled_shield_is_said),
        TEST(an_error_at_the_moment_of_cancellation_is_not_lost),
        TEST(misuses_are_defined_errors),
        TEST(shield_gives_its_memory_back),
        TEST(a_cancelled_shield_gives_its_memory_back),
        TEST(shield_survives_each_lack_of_memory),
    };
    return cmocka_run_group_tests_name("shield", tests, NULL, NULL);
}
