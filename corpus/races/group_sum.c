/*
 * The words of a text are counted by a group, a task for each chapter. Each
 * adds to the sum that it saw when it began.
 *
 * Shows: lost-update among the tasks of a group. Fixed: each writes a number of
 * its own, and the parent adds them up when the group has ended.
 */
#include <heddle/test.h>

#define CHAPTERS 3

struct chapter {
    int *sum;
    int words, counted;
};

static int
read_chapter(const struct chapter *chapter)
{
    HD_TRY(hd_yield());
    return chapter->words < 0 ? HD_E_USER : 0;
}

static int
count(void *arg)
{
    const struct chapter *chapter = arg;
    const int before = *chapter->sum;

    HD_TRY(read_chapter(chapter));
    *chapter->sum = before + chapter->words;
    return 0;
}

static int
count_own(void *arg)
{
    struct chapter *chapter = arg;

    HD_TRY(read_chapter(chapter));
    chapter->counted = chapter->words;
    return 0;
}

static void
count_all(hd_fn *how)
{
    int sum = 0;
    struct chapter chapters[CHAPTERS] = {
        {&sum, 900, 0}, {&sum, 40, 0}, {&sum, 5, 0}};
    struct hd_group group;

    HD_CHECK(hd_group_begin(&group) == 0);
    for (int i = 0; i < CHAPTERS; i++) {
        hd_group_spawn(&group, how, &chapters[i]);
    }
    HD_CHECK(hd_group_end(&group, 0) == 0);
    for (int i = 0; i < CHAPTERS; i++) {
        sum += chapters[i].counted;
    }
}

HD_TEST(group_sum_bad)
{
    count_all(count);
}

HD_TEST(group_sum_fixed)
{
    count_all(count_own);
}
