/*
 * Reports as they are printed, compared with files beside this one.
 *
 *     test-text FOLDER            compare with the files there
 *     test-text FOLDER --update   write them anew: read the difference!
 */
#include "programs.h"
#include "report/symbols.h"
#include "story.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *folder = ".";
static bool updates;

/* ---- golden files ---- */

static void
file_name(const char *name, char *path, size_t bytes)
{
    snprintf(path, bytes, "%s/%s.txt", folder, name);
}

static void
write_golden(const char *name, const char *text)
{
    char path[512];
    file_name(name, path, sizeof(path));
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void
assert_golden(const char *name, const char *text)
{
    static char expected[TOLD_BYTES];
    char path[512];
    if (updates) {
        write_golden(name, text);
        return;
    }
    file_name(name, path, sizeof(path));
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    expected[fread(expected, 1, sizeof(expected) - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(text, expected);
}

static void
assert_told(const struct telling *telling)
{
    static char text[TOLD_BYTES];
    tell(telling, text);
    assert_golden(telling->test, text);
}

/* Without debug information there are no lines to compare. */
static int
need_symbols(void **state)
{
    (void)state;
    const struct hd_symbol here =
        hd_symbol_function((uint64_t)(uintptr_t)two_locks);
    return here.file != NULL ? 0 : 77;
}

/* ---- deadlocks ---- */

static const struct telling crosswise = {
    .test = "two_locks",
    .main = two_locks,
    .kind = "deadlock",
    .order = "1",
};

static void
a_ring_of_two_is_drawn(void **state)
{
    (void)state;
    assert_told(&crosswise);
}

static void
a_run_that_passes_stands_beside(void **state)
{
    static char text[TOLD_BYTES];
    struct telling compared = crosswise;
    (void)state;
    compared.passing = "";
    compared.before = "hd1:any,exact,suspend:000000:0.2@1-0.1@1";

    tell(&compared, text);

    assert_golden("beside", text);
}

static void
colours_say_nothing_new(void **state)
{
    static char plain[TOLD_BYTES], text[TOLD_BYTES];
    struct telling coloured = crosswise;
    (void)state;
    coloured.color = true;
    tell(&crosswise, plain);

    tell(&coloured, text);

    assert_non_null(strstr(text, "\033[1;31m"));
    assert_null(strstr(text, "\n\033[0m"));
    char *out = text;
    for (const char *in = text; *in != '\0'; in++) {
        if (*in == '\033') {
            in = strchr(in, 'm');
        } else {
            *out++ = *in;
        }
    }
    *out = '\0';
    assert_string_equal(text, plain);
}

static const struct telling table_of_five = {
    .test = "philosophers",
    .main = philosophers,
    .kind = "deadlock",
    .order = "",
};

static void
five_tasks_stand_under_each_other(void **state)
{
    (void)state;
    assert_told(&table_of_five);
}

static void
names_do_not_depend_on_the_schedule(void **state)
{
    static char fifo[TOLD_BYTES], other[TOLD_BYTES];
    struct telling shuffled = table_of_five;
    (void)state;
    shuffled.order = "2";
    tell(&table_of_five, fifo);

    tell(&shuffled, other);

    const char *ring = strstr(fifo, "Who waits for whom");
    const char *other_ring = strstr(other, "Who waits for whom");
    const char *end = strstr(ring, "How it came about");
    assert_memory_equal(ring, other_ring, (size_t)(end - ring));
    assert_string_not_equal(end, strstr(other, "How it came about"));
}

static void
who_ended_with_a_lock_is_named(void **state)
{
    (void)state;
    assert_told(&(struct telling){
        .test = "kept_lock",
        .main = kept_lock,
        .kind = "deadlock",
        .order = "",
    });
}

static void
a_task_may_wait_for_itself(void **state)
{
    (void)state;
    assert_told(&(struct telling){
        .test = "itself",
        .main = itself,
        .kind = "deadlock",
        .order = "",
    });
}

static void
a_wakeup_that_came_too_early_is_shown(void **state)
{
    (void)state;
    assert_told(&(struct telling){
        .test = "lost_wakeup",
        .main = lost_wakeup,
        .kind = "deadlock",
        .order = "",
    });
}

/* ---- the others ---- */

static void
a_failed_check_ends_the_table(void **state)
{
    (void)state;
    assert_told(&(struct telling){
        .test = "lost_update",
        .main = lost_update,
        .kind = "assertion",
        .message = "balance == 2 does not hold",
        .shows_in = HD_LOG_CHECK,
        .order = "",
    });
}

static void
a_forgotten_coroutine_is_shown_where_it_was_made(void **state)
{
    (void)state;
    assert_told(&(struct telling){
        .test = "forgotten",
        .main = forgotten,
        .kind = "never-awaited",
        .message = "a coroutine made by 0 was never awaited",
        .shows_in = HD_LOG_NEVER_AWAITED,
        .actor = "0",
        .order = "",
    });
}

static void
an_unheard_error_is_shown_where_its_task_was_born(void **state)
{
    (void)state;
    assert_told(&(struct telling){
        .test = "unheard",
        .main = unheard,
        .kind = "unretrieved-error",
        .message = "task 0.1 failed with HD_E_USER, and nobody looked",
        .shows_in = HD_LOG_UNRETRIEVED,
        .actor = "0.1",
        .order = "",
    });
}

static void
given_names_and_times_are_shown(void **state)
{
    (void)state;
    assert_told(&(struct telling){
        .test = "napping",
        .main = napping,
        .kind = "left-early",
        .message = "the test ended while task 0.1 'napper' was still running",
        .shows_in = HD_LOG_LEFT,
        .actor = "0.1",
        .order = "",
    });
}

static void
rounds_are_told_once(void **state)
{
    (void)state;
    assert_told(&(struct telling){
        .test = "spinning",
        .main = spinning,
        .kind = "livelock",
        .message = "1001 turns in which no waiting task was woken",
        .shows_in = HD_LOG_LIVELOCK,
        .order = "",
    });
}

static void
a_crowd_is_cut_in_the_middle(void **state)
{
    (void)state;
    assert_told(&(struct telling){
        .test = "sleepy_crowd",
        .main = sleepy_crowd,
        .kind = "assertion",
        .message = "hd_await(tasks[i]) == HD_OK || i < 20 does not hold",
        .shows_in = HD_LOG_CHECK,
        .order = "",
    });
}

/* The log of a process that died in the middle of a step. */
static void
a_step_may_be_unfinished(void **state)
{
    static char text[TOLD_BYTES];
    const struct telling telling = {
        .test = "crash",
        .kind = "crash",
        .message = "killed by SIGSEGV",
        .shows_in = HD_LOG_CRASH,
        .actor = "0.1",
    };
    (void)state;
    struct hd_log *log = sim_world()->log;
    sim_run(napping, NULL);
    uint64_t count = 0;
    for (int steps = 0; steps < 2; count++) {
        steps += log->records[count].kind == HD_LOG_STEP;
    }
    log->count = count;
    const struct hd_record crash = {.kind = HD_LOG_CRASH,
                                    .subject = 11,
                                    .value = (uint64_t)(uintptr_t)napping};
    hd_log_incident(log, crash);

    tell_log(log, &telling, text);

    assert_golden("crash", text);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring_of_two_is_drawn),
        cmocka_unit_test(a_run_that_passes_stands_beside),
        cmocka_unit_test(colours_say_nothing_new),
        cmocka_unit_test(five_tasks_stand_under_each_other),
        cmocka_unit_test(names_do_not_depend_on_the_schedule),
        cmocka_unit_test(who_ended_with_a_lock_is_named),
        cmocka_unit_test(a_task_may_wait_for_itself),
        cmocka_unit_test(a_wakeup_that_came_too_early_is_shown),
        cmocka_unit_test(a_failed_check_ends_the_table),
        cmocka_unit_test(a_forgotten_coroutine_is_shown_where_it_was_made),
        cmocka_unit_test(an_unheard_error_is_shown_where_its_task_was_born),
        cmocka_unit_test(given_names_and_times_are_shown),
        cmocka_unit_test(rounds_are_told_once),
        cmocka_unit_test(a_crowd_is_cut_in_the_middle),
        cmocka_unit_test(a_step_may_be_unfinished),
    };
    folder = argc > 1 ? argv[1] : ".";
    updates = argc > 2 && strcmp(argv[2], "--update") == 0;
    const int skipped = need_symbols(NULL);
    return skipped != 0 ? skipped : cmocka_run_group_tests(tests, NULL, NULL);
}
