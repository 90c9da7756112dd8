/*
 * A log in memory. A writer looks where the text ends, waits for the time of
 * day, and writes there; by then another one may have done the same.
 *
 * Shows: lost-update of the text's end, held as a length across an await.
 * Fixed: the end is looked for after the await.
 */
#include <heddle/test.h>

#include <stdio.h>
#include <string.h>

#define LOG_BYTES 64

static char text[LOG_BYTES];

static int
time_of_day(int *out_hour)
{
    HD_TRY(hd_yield());
    *out_hour = 12;
    return 0;
}

static int
append(void *arg)
{
    const char *entry = arg;
    const size_t end = strlen(text);
    int hour = 0;

    HD_TRY(time_of_day(&hour));
    strcpy(text + end, entry);
    return 0;
}

static int
append_at_the_end(void *arg)
{
    const char *entry = arg;
    int hour = 0;

    HD_TRY(time_of_day(&hour));
    strcat(text, entry);
    return 0;
}

static void
two_entries(hd_fn *how)
{
    char first[] = "started.";
    char second[] = "listening.";

    strcpy(text, "boot.");
    struct hd_task *a = hd_task_spawn(how, first);
    struct hd_task *b = hd_task_spawn(how, second);
    HD_CHECK(hd_gather(a, b) == 0);
    puts(text);
}

HD_TEST(log_tail_bad)
{
    two_entries(append);
}

HD_TEST(log_tail_fixed)
{
    two_entries(append_at_the_end);
}
