#include "memory.h"
#include "story.h"

#include <heddle/group.h>

static void
tell_errors(const struct hd_group *group)
{
    const struct hd_error *const *errors = NULL;
    const size_t count = hd_group_errors(group, &errors);
    for (size_t i = 0; i < count; i++) {
        tell("[%s:%s]", hd_status_name(errors[i]->code) + strlen("HD_E_"),
             errors[i]->message);
    }
}

/* ---- success ---- */

static int
run_two(void *arg)
{
    (void)arg;
    struct hd_group group;
    HD_TRY(hd_group_begin(&group));
    struct hd_task *a = hd_group_spawn(&group, work, WORKER("a", 2));
    hd_group_spawn(&group, work, WORKER("b", 1));
    tell_status("group", hd_group_end(&group, HD_OK));
    tell_errors(&group);
    tell_status("a", hd_task_result(a, NULL));
    return HD_OK;
}

static void
the_group_ends_when_all_have(void **state)
{
    (void)state;

    sim_run(run_two, NULL);

    assert_string_equal(story, "b a group:ok a:ok");
}

static int
run_none(void *arg)
{
    (void)arg;
    struct hd_group group;
    hd_task_spawn(speak, say("other"));
    HD_TRY(hd_group_begin(&group));
    tell_status("group", hd_group_end(&group, HD_OK));
    return hd_yield();
}

static void
an_empty_group_ends_at_once(void **state)
{
    (void)state;

    sim_run(run_none, NULL);

    assert_string_equal(story, "group:ok other");
}

static struct hd_group shared;

static int
spawn_another(void *arg)
{
    (void)hd_yield();
    tell("%d", hd_group_spawn(&shared, work, arg) != NULL);
    return HD_OK;
}

static int
run_nested(void *arg)
{
    (void)arg;
    HD_TRY(hd_group_begin(&shared));
    hd_group_spawn(&shared, spawn_another, WORKER("a", 1));
    return tell_status("group", hd_group_end(&shared, HD_OK));
}

static void
members_may_spawn_while_the_group_ends(void **state)
{
    (void)state;

    sim_run(run_nested, NULL);

    assert_string_equal(story, "1 a group:ok");
}

/* ---- failure ---- */

static int
run_a_failure(void *arg)
{
    (void)arg;
    struct hd_group group;
    HD_TRY(hd_group_begin(&group));
    hd_group_spawn(&group, work, WORKER("a", 9));
    hd_group_spawn(&group, work, FAILER("b", 1, BROKEN));
    hd_group_spawn(&group, work_stubbornly, FAILER("c", 9, WORSE));
    const int status = tell_status("group", hd_group_end(&group, HD_OK));
    tell_errors(&group);
    tell("(%s)", hd_error_current()->message);
    tell_time();
    return status;
}

static void
the_first_failure_cancels_the_others(void **state)
{
    (void)state;

    const int status = sim_run(run_a_failure, NULL);

    assert_int_equal(status, HD_E_GROUP);
    assert_string_equal(story, "b a:CANCELLED c:stays c group:GROUP "
                               "[USER-1:b broke] [USER-2:c broke] "
                               "(2 tasks of the group failed: b broke) 6ms");
    assert_int_equal(unretrieved(), 0);
}

static int
sleep_in_the_scope(void *arg)
{
    (void)arg;
    struct hd_group group;
    HD_TRY(hd_group_begin(&group));
    hd_group_spawn(&group, work, FAILER("a", 1, BROKEN));
    int status = tell_status("scope", hd_sleep(HD_MS(9)));
    status = tell_status("group", hd_group_end(&group, status));
    tell_errors(&group);
    tell("%u", hd_task_cancelling(hd_task_current()));
    tell_status("sleep", hd_sleep(HD_MS(1)));
    return status;
}

static void
a_failure_cancels_what_the_scope_waits_for(void **state)
{
    (void)state;

    sim_run(sleep_in_the_scope, NULL);

    assert_string_equal(story, "a scope:CANCELLED group:GROUP "
                               "[USER-1:a broke] 0 sleep:ok");
}

static int
fail_in_the_scope(void *arg)
{
    struct hd_group group;
    HD_TRY(hd_group_begin(&group));
    hd_group_spawn(&group, work_stubbornly, arg);
    (void)hd_yield();
    int status = hd_fail(WORSE, "the scope broke");
    status = tell_status("group", hd_group_end(&group, status));
    tell_errors(&group);
    tell("(%s)", hd_error_current()->message);
    return status;
}

static void
a_failing_scope_cancels_the_tasks_and_keeps_its_status(void **state)
{
    (void)state;

    const int status = sim_run(fail_in_the_scope, WORKER("a", 9));

    assert_int_equal(status, WORSE);
    assert_string_equal(story, "a:stays a group:USER-2 (the scope broke)");
}

static void
a_failing_scope_is_one_error_among_others(void **state)
{
    (void)state;

    const int status = sim_run(fail_in_the_scope, FAILER("a", 9, BROKEN));

    assert_int_equal(status, HD_E_GROUP);
    assert_string_equal(story, "a:stays a group:GROUP [USER-1:a broke] "
                               "[USER-2:the scope broke] "
                               "(2 tasks of the group failed: a broke)");
}

static int
fail_without_words(void *arg)
{
    (void)arg;
    return WORSE;
}

static int
run_many_failures(void *arg)
{
    (void)arg;
    struct hd_group group;
    HD_TRY(hd_group_begin(&group));
    for (int i = 0; i < 9; i++) {
        hd_group_spawn(&group, fail_without_words, NULL);
    }
    const int status = hd_group_end(&group, HD_OK);
    const struct hd_error *const *errors = NULL;
    tell("%zu", hd_group_errors(&group, &errors));
    tell("%s", errors[8]->message);
    tell("(%s)", hd_error_current()->message);
    return status;
}

static void
all_that_fail_in_one_turn_are_errors(void **state)
{
    (void)state;

    sim_run(run_many_failures, NULL);

    assert_string_equal(
        story, "9  (9 tasks of the group failed: an error of the program)");
}

/* ---- cancellation ---- */

static int
wait_in_a_group(void *arg)
{
    struct hd_group group;
    HD_TRY(hd_group_begin(&group));
    hd_group_spawn(&group, work_stubbornly, arg);
    const int status = tell_status("group", hd_group_end(&group, HD_OK));
    tell("%u", hd_task_cancelling(hd_task_current()));
    return status;
}

static int
cancel_the_parent(void *arg)
{
    struct hd_task *task = hd_task_spawn(wait_in_a_group, arg);
    hd_task_spawn(cancel_later, CANCELLER(task, 1));
    hd_task_spawn(cancel_later, CANCELLER(task, 2));
    tell_status("await", hd_await(task));
    tell_time();
    return HD_OK;
}

static void
cancelling_the_parent_cancels_the_members_and_waits(void **state)
{
    (void)state;

    sim_run(cancel_the_parent, WORKER("a", 9));

    assert_string_equal(story, "cancel a:stays cancel a group:CANCELLED 2 "
                               "await:CANCELLED 6ms");
}

static void
errors_win_over_cancellation(void **state)
{
    (void)state;

    sim_run(cancel_the_parent, FAILER("a", 9, BROKEN));

    assert_string_equal(story, "cancel a:stays cancel a group:GROUP 2 "
                               "await:GROUP 6ms");
}

static int
cancel_a_member(void *arg)
{
    (void)arg;
    struct hd_group group;
    HD_TRY(hd_group_begin(&group));
    struct hd_task *a = hd_group_spawn(&group, work, WORKER("a", 9));
    hd_group_spawn(&group, work, WORKER("b", 2));
    hd_group_spawn(&group, cancel_later, CANCELLER(a, 1));
    return tell_status("group", hd_group_end(&group, HD_OK));
}

static void
a_cancelled_member_is_no_failure(void **state)
{
    (void)state;

    sim_run(cancel_a_member, NULL);

    assert_string_equal(story, "cancel a:CANCELLED b group:ok");
}

/* ---- misuse ---- */

static void
use_from_callback(void *arg)
{
    struct hd_group group;
    tell_status("begin", hd_group_begin(&group));
    tell_status("end", hd_group_end(arg, HD_OK));
}

static int
misuse_groups(void *arg)
{
    (void)arg;
    struct hd_group group = {0};
    tell("%d", hd_group_spawn(&group, speak, say("never")) != NULL);
    tell_status("early", hd_group_end(&group, HD_OK));
    HD_TRY(hd_group_begin(&group));
    hd_loop_call_soon(hd_loop_running(), use_from_callback, &group);
    (void)hd_yield();
    tell_status("end", hd_group_end(&group, HD_OK));
    tell("%d", hd_group_spawn(&group, speak, say("never")) != NULL);
    tell_status("again", hd_group_end(&group, HD_OK));
    return HD_OK;
}

static void
misuses_are_defined_errors(void **state)
{
    (void)state;

    sim_run(misuse_groups, NULL);

    assert_string_equal(story, "0 early:INVALID begin:NO_TASK end:NO_TASK "
                               "end:ok 0 again:INVALID");
    assert_int_equal(misuses(), 6);
}

static int
spawn_while_it_shuts_down(void *arg)
{
    (void)arg;
    struct hd_group group;
    HD_TRY(hd_group_begin(&group));
    hd_group_spawn(&group, fail_without_words, NULL);
    const int status = hd_sleep(HD_MS(1));
    tell("%d", hd_group_spawn(&group, speak, say("never")) != NULL);
    return tell_status("group", hd_group_end(&group, status));
}

static void
a_group_that_shuts_down_takes_no_more(void **state)
{
    (void)state;

    sim_run(spawn_while_it_shuts_down, NULL);

    assert_string_equal(story, "0 group:GROUP");
}

static int
leave_the_group_open(void *arg)
{
    HD_TRY(hd_group_begin(&shared));
    hd_group_spawn(&shared, work, arg);
    return HD_OK;
}

static int
outlive_an_open_group(void *arg)
{
    (void)hd_wait_for_call(leave_the_group_open, arg, HD_FOREVER);
    return hd_sleep(HD_MS(2));
}

static void
a_failure_in_a_group_that_was_never_ended_is_said(void **state)
{
    (void)state;

    sim_run(outlive_an_open_group, FAILER("a", 1, BROKEN));

    assert_string_equal(story, "a");
    assert_int_equal(unretrieved(), 1);
}

/* ---- memory ---- */

static int
run_a_group(void *arg)
{
    (void)arg;
    struct hd_group group;
    HD_TRY(hd_group_begin(&group));
    for (int i = 0; i < 9; i++) {
        hd_task_detach(hd_group_spawn(&group, speak, say(".")));
    }
    return hd_group_end(&group, HD_OK);
}

static size_t held_before, held_after;

static int
run_groups(void *arg)
{
    HD_TRY(run_a_group(arg));
    held_before = memory_held();
    HD_TRY(run_a_group(arg));
    held_after = memory_held();
    return HD_OK;
}

static void
a_group_without_errors_gives_all_back(void **state)
{
    (void)state;

    const int status = sim_run(run_groups, NULL);

    assert_int_equal(status, HD_OK);
    assert_int_equal(held_after, held_before);
}

/* 1: begin; 2 and 3: a member and its task. */
static int
run_without_memory(void *arg)
{
    (void)arg;
    struct hd_group group;
    memory_fail_at(1);
    tell_status("begin", hd_group_begin(&group));
    HD_TRY(hd_group_begin(&group));
    for (size_t nth = 1; nth <= 3; nth++) {
        memory_fail_at(nth);
        tell("%d", hd_group_spawn(&group, speak, say("a")) != NULL);
    }
    memory_fail_at(0);
    return tell_status("group", hd_group_end(&group, HD_OK));
}

static void
a_group_survives_each_lack_of_memory(void **state)
{
    (void)state;

    sim_run(run_without_memory, NULL);

    assert_string_equal(story, "begin:NO_MEMORY 0 0 1 a group:ok");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_group_ends_when_all_have),
        TEST(an_empty_group_ends_at_once),
        TEST(members_may_spawn_while_the_group_ends),
        TEST(the_first_failure_cancels_the_others),
        TEST(a_failure_cancels_what_the_scope_waits_for),
        TEST(a_failing_scope_cancels_the_tasks_and_keeps_its_status),
        TEST(a_failing_scope_is_one_error_among_others),
        TEST(all_that_fail_in_one_turn_are_errors),
        TEST(cancelling_the_parent_cancels_the_members_and_waits),
        TEST(errors_win_over_cancellation),
        TEST(a_cancelled_member_is_no_failure),
        TEST(misuses_are_defined_errors),
        TEST(a_group_that_shuts_down_takes_no_more),
        TEST(a_failure_in_a_group_that_was_never_ended_is_said),
        TEST(a_group_without_errors_gives_all_back),
        TEST(a_group_survives_each_lack_of_memory),
    };
    return cmocka_run_group_tests_name("group", tests, NULL, NULL);
}
