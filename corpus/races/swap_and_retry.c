/*
 * A list of releases whose head is only replaced by what was made from it: who
 * finds another head makes its entry anew.
 *
 * Near miss: the head is read, replaced by another task, and compared.
 */
#include <heddle/test.h>

#include <stdlib.h>

struct release {
    struct release *before;
    int number;
};

static struct release *newest;

static int
build(struct release *before, struct release **out_release)
{
    HD_TRY(hd_yield());
    struct release *release = calloc(1, sizeof(*release));
    if (release == NULL) {
        return HD_E_NO_MEMORY;
    }
    release->before = before;
    release->number = before != NULL ? before->number + 1 : 1;
    *out_release = release;
    return 0;
}

static int
publish(void *arg)
{
    (void)arg;
    for (;;) {
        struct release *before = newest;
        struct release *release = NULL;
        HD_TRY(build(before, &release));
        if (newest == before) {
            newest = release;
            return 0;
        }
        free(release);
    }
}

HD_TEST(swap_and_retry_near)
{
    struct hd_task *a = hd_task_spawn(publish, NULL);
    struct hd_task *b = hd_task_spawn(publish, NULL);

    HD_CHECK(hd_gather(a, b) == 0);
    while (newest != NULL) {
        struct release *release = newest;
        newest = release->before;
        free(release);
    }
}
