/*
 * A file that several tasks append to: each reserves a range, fetches what goes
 * there, and fills it.
 *
 * Near miss: where whose text lies depends on the order, and two tasks write
 * the same words of the buffer, but never the same byte.
 */
#include <heddle/test.h>

#include <stdio.h>
#include <string.h>

static struct {
    size_t end;
    char bytes[32];
} file;

static int
append(const char *text)
{
    const size_t length = strlen(text);
    const size_t at = file.end;

    file.end += length;
    HD_TRY(hd_yield());
    memcpy(file.bytes + at, text, length);
    return 0;
}

static int
write_two(void *arg)
{
    const char *text = arg;

    HD_TRY(append(text));
    return append(text + 1);
}

HD_TEST(reserved_ranges_near)
{
    char abc[] = "abc";
    char vwxyz[] = "vwxyz";

    struct hd_task *a = hd_task_spawn(write_two, abc);
    struct hd_task *b = hd_task_spawn(write_two, vwxyz);
    HD_CHECK(hd_gather(a, b) == 0);
    puts(file.bytes);
}
