/*
 * Errors on their way: message and origin, hops, names of statuses.
 */
#include "outside.h"

static int
set_up(void **state)
{
    (void)state;
    story_begin();
    return 0;
}

static int line_of_failure;

static int
fail_deep(void *arg)
{
    (void)arg;
    line_of_failure = __LINE__ + 1;
    return hd_fail(HD_E_USER, "tracker %s is down", "seven");
}

static int
pass_on(void *arg)
{
    (void)arg;
    return hd_await(hd_task_spawn(fail_deep, NULL));
}

static int
pass_on_twice(void *arg)
{
    (void)arg;
    return hd_await(hd_task_spawn(pass_on, NULL));
}

/* ---- travelling ---- */

static const char *
base_name(const char *file)
{
    const char *slash = file != NULL ? strrchr(file, '/') : NULL;
    return slash != NULL ? slash + 1 : file != NULL ? file : "nowhere";
}

static int
look_at_the_end(void *arg)
{
    (void)arg;
    struct hd_task *task = start(pass_on_twice, NULL);
    settle();
    const struct hd_error *error = hd_task_error(task);
    tell("%d %s %s:%d", error->code, error->message, base_name(error->file),
         error->line - line_of_failure);
    tell("%u", error->hops);
    return HD_OK;
}

static void
message_and_origin_travel_with_the_status(void **state)
{
    (void)state;

    sim_run(look_at_the_end, NULL);

    assert_string_equal(story,
                        "-10000 tracker seven is down test_failure.c:0 2");
}

static int
look_at_current(void *arg)
{
    (void)arg;
    tell("%s", hd_error_current() == NULL ? "none" : "some");
    const int status = hd_await(hd_task_spawn(pass_on, NULL));
    const struct hd_error *error = hd_error_current();
    tell("%d%s %u", error->code == status, error->message, error->hops);
    return HD_OK;
}

static void
an_await_that_fails_sets_the_current_error(void **state)
{
    (void)state;

    sim_run(look_at_current, NULL);

    assert_string_equal(story, "none 1tracker seven is down 2");
}

static int
fail_otherwise(void *arg)
{
    (void)arg;
    if (hd_await(hd_task_spawn(fail_deep, NULL)) < 0) {
        return HD_E_USER - 1; /* another status, made here */
    }
    return HD_OK;
}

static int
look_at_another(void *arg)
{
    (void)arg;
    struct hd_task *task = start(fail_otherwise, NULL);
    settle();
    const struct hd_error *error = hd_task_error(task);
    tell("%d <%s> %s", error->code, error->message, base_name(error->file));
    return HD_OK;
}

static void
an_error_that_was_dealt_with_does_not_stick(void **state)
{
    (void)state;

    sim_run(look_at_another, NULL);

    assert_string_equal(story, "-10001 <> nowhere");
}

static int
look_at_a_plain_failure(void *arg)
{
    (void)arg;
    struct hd_task *task = start(fail_plainly, NULL);
    const struct hd_error *error = hd_task_error(task);
    tell("%d <%s> %s %u", error->code, error->message, base_name(error->file),
         error->hops);
    return HD_OK;
}

static void
a_plain_status_is_an_error_without_message_or_origin(void **state)
{
    (void)state;

    sim_run(look_at_a_plain_failure, NULL);

    assert_string_equal(story, "-10000 <> nowhere 0");
}

static int
look_at_success(void *arg)
{
    (void)arg;
    struct hd_task *task = start(succeed, NULL);
    tell("%s", hd_task_error(task) == NULL ? "none" : "some");
    return HD_OK;
}

static void
a_task_that_succeeded_has_no_error(void **state)
{
    (void)state;

    sim_run(look_at_success, NULL);

    assert_string_equal(story, "none");
    assert_int_equal(sim_count(HD_LOG_MISUSE), 0);
}

static int
look_too_early(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(succeed, NULL);
    tell("%s", hd_task_error(task) == NULL ? "none" : "some");
    return hd_await(task);
}

static void
a_pending_task_has_no_error_yet(void **state)
{
    (void)state;

    sim_run(look_too_early, NULL);

    assert_string_equal(story, "none");
}

static int
fail_twice(void *arg)
{
    (void)arg;
    hd_fail(HD_E_USER, "first");
    return hd_fail(HD_E_USER, "second");
}

static int
look_at_the_last(void *arg)
{
    (void)arg;
    struct hd_task *task = start(fail_twice, NULL);
    tell("%s", hd_task_error(task)->message);
    return HD_OK;
}

static void
the_last_failure_is_the_one_that_counts(void **state)
{
    (void)state;

    sim_run(look_at_the_last, NULL);

    assert_string_equal(story, "second");
}

static int
fail_at_length(void *arg)
{
    char text[2000];
    (void)arg;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    return hd_fail(HD_E_USER, "%s", text);
}

static int
measure_the_message(void *arg)
{
    (void)arg;
    struct hd_task *task = start(fail_at_length, NULL);
    tell("%zu", strlen(hd_task_error(task)->message));
    return HD_OK;
}

static void
a_message_is_cut_at_1023_bytes(void **state)
{
    (void)state;

    sim_run(measure_the_message, NULL);

    assert_string_equal(story, "1023");
}

static int
fail_a_future(void *arg)
{
    (void)arg;
    struct hd_future *future = hd_future_create();
    HD_TRY(hd_future_fail(future, HD_E_USER - 9, "no luck"));
    const int status = hd_await(future);
    tell("%d %s %u", status, hd_future_error(future)->message,
         hd_future_error(future)->hops);
    tell("%s", hd_error_current()->message);
    return HD_OK;
}

static void
the_message_of_a_failed_future_travels_too(void **state)
{
    (void)state;

    sim_run(fail_a_future, NULL);

    assert_string_equal(story, "-10009 no luck 1 no luck");
}

static int
fail_a_future_mutely(void *arg)
{
    (void)arg;
    struct hd_future *future = hd_future_create();
    HD_TRY(hd_future_fail(future, HD_E_USER, NULL));
    tell("<%s>", hd_future_error(future)->message);
    return HD_OK;
}

static void
a_message_is_never_null(void **state)
{
    (void)state;

    sim_run(fail_a_future_mutely, NULL);

    assert_string_equal(story, "<>");
}

/* ---- where no task runs ---- */

static void
fail_outside(void *arg)
{
    (void)arg;
    tell("%d", hd_fail(HD_E_USER - 2, "nobody keeps this"));
    tell("%s", hd_error_current() == NULL ? "none" : "some");
}

static void
failing_outside_of_tasks_gives_the_code_and_keeps_nothing(void **state)
{
    (void)state;

    run_outside(fail_outside, NULL);

    assert_string_equal(story, "-10002 none");
}

static int
main_fails(void *arg)
{
    (void)arg;
    return hd_fail(HD_E_USER - 5, "all is lost");
}

static void
the_status_of_main_is_the_status_of_the_run(void **state)
{
    (void)state;

    const int status = sim_run(main_fails, NULL);

    assert_int_equal(status, HD_E_USER - 5);
    assert_int_equal(sim_count(HD_LOG_UNRETRIEVED), 0);
}

/* ---- names of statuses ---- */

static void
every_status_has_a_name_and_a_sentence(void **state)
{
    (void)state;

#define CHECK(code, name, sentence)                                            \
    assert_string_equal(hd_status_name(code), #name);                          \
    assert_string_equal(hd_status_text(code), sentence);
    HD_STATUS_MAP(CHECK)
#undef CHECK
    assert_string_equal(hd_status_name(HD_OK), "HD_OK");
    assert_string_equal(hd_status_text(HD_OK), "success");
}

static void
a_programs_own_codes_are_counted_from_user(void **state)
{
    (void)state;

    assert_string_equal(hd_status_name(HD_E_USER), "HD_E_USER");
    assert_string_equal(hd_status_name(HD_E_USER - 3), "HD_E_USER-3");
    assert_string_equal(hd_status_text(HD_E_USER - 3),
                        "an error of the program");
}

static void
an_unknown_code_is_named_by_its_number(void **state)
{
    (void)state;

    assert_string_equal(hd_status_name(-9999), "-9999");
    assert_non_null(hd_status_text(-9999));
    assert_non_null(hd_status_text(-13));
}

static int
come_to_a_status(void *arg)
{
    return *(int *)arg;
}

static void
await_after_an_error(int status)
{
    (void)hd_fail(HD_E_USER, "the older one");
    (void)hd_await(hd_task_spawn(come_to_a_status, &status));
    const struct hd_error *error = hd_error_current();
    tell("<%s>", error != NULL ? error->message : "none");
}

static int
await_after_errors(void *arg)
{
    (void)arg;
    await_after_an_error(HD_E_USER);
    await_after_an_error(HD_E_CANCELLED);
    await_after_an_error(HD_OK);
    return HD_OK;
}

/* Else a failure would be told with the message of another one. */
static void
a_failed_await_puts_an_older_message_away(void **state)
{
    (void)state;

    sim_run(await_after_errors, NULL);

    assert_string_equal(story, "<none> <the older one> <the older one>");
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(message_and_origin_travel_with_the_status),
        TEST(an_await_that_fails_sets_the_current_error),
        TEST(an_error_that_was_dealt_with_does_not_stick),
        TEST(a_plain_status_is_an_error_without_message_or_origin),
        TEST(a_task_that_succeeded_has_no_error),
        TEST(a_pending_task_has_no_error_yet),
        TEST(the_last_failure_is_the_one_that_counts),
        TEST(a_message_is_cut_at_1023_bytes),
        TEST(a_failed_await_puts_an_older_message_away),
        TEST(the_message_of_a_failed_future_travels_too),
        TEST(a_message_is_never_null),
        TEST(failing_outside_of_tasks_gives_the_code_and_keeps_nothing),
        TEST(the_status_of_main_is_the_status_of_the_run),
        TEST(every_status_has_a_name_and_a_sentence),
        TEST(a_programs_own_codes_are_counted_from_user),
        TEST(an_unknown_code_is_named_by_its_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
