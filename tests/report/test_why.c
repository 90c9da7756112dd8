/*
 * Why a wait will not end, sentence by sentence.
 */
#include "report/why.h"

#include "detect/detect.h"
#include "sim.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char told[2048];

/* The sentences of the finding's own wait, one per line; * has a place. */
static void
tell_why(hd_fn *program)
{
    static struct hd_findings found;
    const struct hd_rules rules = HD_RULES_DEFAULT;
    struct hd_names names;
    struct hd_waits waits;
    struct hd_why why;
    sim_explore(program, NULL, &rules, NULL, NULL);
    const struct hd_log *log = sim_world()->log;
    assert_true(hd_names_init(&names, log));
    assert_int_equal(hd_detect(log, &names, 0, &found), 1);
    assert_string_equal(found.items[0].kind, "deadlock");
    assert_true(hd_waits_init(&waits, &names));
    hd_waits_read_to(&waits, log, found.items[0].record);
    const struct hd_wait *wait = hd_waits_of(&waits, found.items[0].actor);
    assert_non_null(wait);
    const struct hd_story story = {
        .finding = &found.items[0], .log = log, .names = &names};

    hd_why_find(&why, &story, &waits, wait);

    told[0] = '\0';
    for (size_t i = 0; i < why.count; i++) {
        const size_t at = strlen(told);
        snprintf(told + at, sizeof(told) - at, "%s%s\n",
                 why.lines[i].place != 0 ? "* " : "", why.lines[i].text);
    }
    hd_waits_finish(&waits);
    hd_names_finish(&names);
}

static struct hd_lock lock;
static struct hd_condition condition;
static struct hd_event event;
static struct hd_queue queue;
static struct hd_barrier barrier;

/* ---- lost wake-ups ---- */

static int
notify(void *arg)
{
    (void)arg;
    HD_TRY(hd_condition_acquire(&condition));
    HD_TRY(hd_condition_notify(&condition, 1));
    return hd_condition_release(&condition);
}

static int
wait_unasked(void *arg)
{
    (void)arg;
    HD_TRY(hd_condition_acquire(&condition));
    HD_TRY(hd_condition_wait(&condition));
    return hd_condition_release(&condition);
}

static int
wait_always(void *arg)
{
    (void)arg;
    HD_TRY(hd_condition_acquire(&condition));
    for (;;) {
        HD_TRY(hd_condition_wait(&condition));
    }
}

static int
notify_too_early(void *arg)
{
    hd_condition_init(&condition, NULL);
    HD_TRY(hd_await(hd_task_spawn(notify, arg)));
    return hd_await(hd_task_spawn(wait_unasked, arg));
}

static int
notify_another(void *arg)
{
    hd_condition_init(&condition, NULL);
    struct hd_task *first = hd_task_spawn(wait_always, arg);
    struct hd_task *second = hd_task_spawn(wait_unasked, arg);
    HD_TRY(hd_sleep(HD_MS(1)));
    HD_TRY(hd_await(hd_task_spawn(notify, arg)));
    HD_TRY(hd_await(first));
    return hd_await(second);
}

static int
wait_and_sleep(void *arg)
{
    HD_TRY(hd_condition_acquire(&condition));
    int status = hd_condition_wait(&condition);
    status = status < 0 ? status : hd_sleep(HD_MS(10));
    (void)arg;
    (void)hd_condition_release(&condition);
    return status;
}

static int
cancel_the_notified(void *arg)
{
    hd_condition_init(&condition, NULL);
    struct hd_task *first = hd_task_spawn(wait_and_sleep, arg);
    struct hd_task *second = hd_task_spawn(wait_unasked, arg);
    HD_TRY(hd_sleep(HD_MS(1)));
    HD_TRY(hd_await(hd_task_spawn(notify, arg)));
    HD_TRY(hd_sleep(HD_MS(1)));
    (void)hd_task_cancel(first);
    (void)hd_await(first);
    return hd_await(second);
}

static int
pulse_too_early(void *arg)
{
    (void)arg;
    hd_event_init(&event);
    hd_event_set(&event);
    hd_event_clear(&event);
    return hd_event_wait(&event);
}

static void
a_wake_up_that_came_too_early(void **state)
{
    (void)state;
    tell_why(notify_too_early);
    assert_string_equal(
        told, "* 0.1 notified it at step 2, when nobody waited\n"
              "0.2 waits since step 4, too late: the wake-up was lost\n");
    tell_why(pulse_too_early);
    assert_string_equal(
        told, "* the test set it at step 1\n"
              "* the test cleared it at step 1\n"
              "the test waits since step 1, too late: the wake-up was lost\n");
}

static void
a_wake_up_that_went_to_another(void **state)
{
    (void)state;
    tell_why(notify_another);
    assert_string_equal(
        told, "* 0.3 notified it at step 6, waking 0.1\n"
              "0.1 waits again: if it was meant for 0.2, it was lost\n");
    tell_why(cancel_the_notified);
    assert_string_equal(told,
                        "* 0.3 notified it at step 6, waking 0.1\n"
                        "0.1 was cancelled meanwhile: the wake-up was lost\n");
}

/* ---- who keeps it, who took it ---- */

static int
take(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&lock));
    return hd_sleep(HD_MS(10));
}

static int
cancel_the_holder(void *arg)
{
    hd_lock_init(&lock);
    struct hd_task *holder = hd_task_spawn(take, arg);
    HD_TRY(hd_sleep(HD_MS(1)));
    (void)hd_task_cancel(holder);
    (void)hd_await(holder);
    return hd_lock_acquire(&lock);
}

static void
a_lock_that_is_kept(void **state)
{
    (void)state;
    tell_why(cancel_the_holder);
    assert_string_equal(told,
                        "* which 0.1 took\n"
                        "0.1 was cancelled, and ended without releasing it\n");
}

static struct hd_semaphore places;

static int
take_and_forget(void *arg)
{
    (void)arg;
    HD_TRY(hd_semaphore_acquire(&places));
    return hd_yield();
}

static int
three_want_two_places(void *arg)
{
    hd_semaphore_init(&places, 2);
    struct hd_task *first = hd_task_spawn(take_and_forget, arg);
    struct hd_task *second = hd_task_spawn(take_and_forget, arg);
    HD_TRY(hd_gather(first, second));
    return hd_semaphore_acquire(&places);
}

static void
all_who_have_units_of_a_semaphore(void **state)
{
    (void)state;
    tell_why(three_want_two_places);
    assert_non_null(strstr(told, " took one, too, and has ended\n"));
    assert_non_null(strstr(told, "2 units are taken, none is left\n"));
}

static int
put_two(void *arg)
{
    HD_TRY(hd_queue_put(&queue, arg));
    return hd_queue_put(&queue, arg);
}

static int
get_three(void *arg)
{
    void *item;
    hd_queue_init(&queue, 0);
    (void)hd_await(hd_task_spawn(put_two, arg));
    for (int i = 0; i < 3; i++) {
        HD_TRY(hd_queue_get(&queue, &item));
    }
    return HD_OK;
}

static int
get_two(void *arg)
{
    void *item;
    (void)arg;
    HD_TRY(hd_queue_get(&queue, &item));
    return hd_queue_get(&queue, &item);
}

static int
join_undone(void *arg)
{
    hd_queue_init(&queue, 0);
    HD_TRY(put_two(arg));
    HD_TRY(hd_await(hd_task_spawn(get_two, arg)));
    return hd_queue_join(&queue);
}

static int
put_into_a_full_one(void *arg)
{
    hd_queue_init(&queue, 1);
    return put_two(arg);
}

static void
a_queue_that_stands_still(void **state)
{
    (void)state;
    tell_why(get_three);
    assert_string_equal(told, "* 0.1 put into it last at step 2\n"
                              "0.1 has ended\n"
                              "* the test got from it last at step 3\n"
                              "2 items put in so far, 2 taken out\n");
    tell_why(join_undone);
    assert_string_equal(told, "* 0.1 got from it last at step 2\n"
                              "0.1 has ended\n"
                              "for 2 items nobody called hd_queue_task_done\n");
    tell_why(put_into_a_full_one);
    assert_string_equal(told, "nobody has ever got anything out of it\n");
}

/* ---- who is missing ---- */

static int
come_once(void *arg)
{
    (void)arg;
    const int place = hd_barrier_wait(&barrier);
    return place < 0 ? place : HD_OK;
}

static int
come_twice(void *arg)
{
    HD_TRY(come_once(arg));
    return come_once(arg);
}

static int
miss_a_round(void *arg)
{
    hd_barrier_init(&barrier, 2);
    struct hd_task *once = hd_task_spawn(come_once, arg);
    HD_TRY(hd_await(hd_task_spawn(come_twice, arg)));
    return hd_await(once);
}

static int
drop_the_future(void *arg)
{
    struct hd_future *future = hd_future_create();
    (void)arg;
    struct hd_future *shield = hd_shield(future);
    hd_future_release(future);
    return hd_await(shield);
}

static void
those_who_do_not_come(void **state)
{
    (void)state;
    tell_why(miss_a_round);
    assert_string_equal(told, "1 of 2 have come\n"
                              "* 0.1 came before, and has ended\n");
    tell_why(drop_the_future);
    assert_string_equal(told, "* the test created it\n"
                              "* the test released its last handle\n"
                              "nobody can set it any more\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wake_up_that_came_too_early),
        cmocka_unit_test(a_wake_up_that_went_to_another),
        cmocka_unit_test(a_lock_that_is_kept),
        cmocka_unit_test(all_who_have_units_of_a_semaphore),
        cmocka_unit_test(a_queue_that_stands_still),
        cmocka_unit_test(those_who_do_not_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
