/*
 * The flight recorder: the last steps as text, one record a line.
 */
#include <heddle/recorder.h>

#include "outside.h"
#include "task/here.h"
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* What a dump writes, in a file that has no name. */
static char *
dump(int *out_count)
{
    const int fd = memfd_create("dump", 0);
    assert_true(fd >= 0);
    *out_count = hd_recorder_dump(fd);
    const off_t bytes = lseek(fd, 0, SEEK_END);
    char *text = calloc((size_t)bytes + 1, 1);
    assert_int_equal(pread(fd, text, (size_t)bytes, 0), bytes);
    close(fd);
    return text;
}

static size_t
lines_of(const char *text)
{
    size_t lines = 0;
    for (; *text != '\0'; text++) {
        lines += *text == '\n';
    }
    return lines;
}

static char *dumped;
static int dumped_count;

static int
dump_inside(void *arg)
{
    (void)arg;
    struct hd_task *task = hd_task_spawn(succeed, NULL);
    hd_task_set_name(task, "a name that needs two parts");
    HD_TRY(hd_await(task));
    dumped = dump(&dumped_count);
    return HD_OK;
}

static void
a_dump_has_a_line_for_each_record_it_counts(void **state)
{
    (void)state;

    sim_run(dump_inside, NULL);

    assert_true(dumped_count > 5);
    assert_int_equal(lines_of(dumped), dumped_count);
    free(dumped);
}

static void
a_dump_tells_births_steps_and_ends_by_their_words(void **state)
{
    (void)state;

    sim_run(dump_inside, NULL);

    assert_non_null(strstr(dumped, " born 1 "));
    assert_non_null(strstr(dumped, " step 1 "));
    assert_non_null(strstr(dumped, " name 2 "));
    assert_non_null(strstr(dumped, " done 2 "));
    assert_null(strstr(dumped, "other"));
    free(dumped);
}

static void
every_kind_of_record_has_a_word(void **state)
{
    struct hd_log *log = sim_world()->log;
    (void)state;
    const struct hd_here outer = hd_here;
    hd_log_clear(log);
    hd_here.log = log;
    for (unsigned kind = HD_LOG_STEP; kind < HD_LOG_KINDS; kind++) {
        hd_log_put(log, (enum hd_record_kind)kind, 0, 0, 0);
    }

    dumped = dump(&dumped_count);
    hd_here = outer;

    assert_int_equal(dumped_count, HD_LOG_KINDS - 1);
    assert_null(strstr(dumped, "other"));
    free(dumped);
}

static void
a_dump_to_a_closed_file_is_an_error(void **state)
{
    struct hd_log *log = sim_world()->log;
    (void)state;
    const struct hd_here outer = hd_here;
    hd_log_clear(log);
    hd_log_put(log, HD_LOG_STEP, 0, 1, 0);
    hd_here.log = log;

    const int count = hd_recorder_dump(-1);
    hd_here = outer;

    assert_true(count < 0);
}

static void
without_a_recorder_nothing_is_dumped(void **state)
{
    (void)state;
    const struct hd_here outer = hd_here;
    hd_here.log = NULL;

    dumped = dump(&dumped_count);
    hd_here = outer;

    assert_int_equal(dumped_count, 0);
    assert_string_equal(dumped, "");
    free(dumped);
}

#define TEST(name) cmocka_unit_test(name)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_dump_has_a_line_for_each_record_it_counts),
        TEST(a_dump_tells_births_steps_and_ends_by_their_words),
        TEST(every_kind_of_record_has_a_word),
        TEST(a_dump_to_a_closed_file_is_an_error),
        TEST(without_a_recorder_nothing_is_dumped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
