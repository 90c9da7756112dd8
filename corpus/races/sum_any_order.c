/*
 * A survey: answers come in any order, are put into the list as they come, and
 * counted; the largest and the sum are kept.
 *
 * Near miss: all tasks write all of it, in no order; each does it in one step.
 */
#include <heddle/test.h>

#define ANSWERS 3

struct survey {
    int answers[ANSWERS];
    int count, sum, largest;
};

struct person {
    struct survey *survey;
    int answer;
};

static int
answer(void *arg)
{
    const struct person *person = arg;
    struct survey *survey = person->survey;

    HD_TRY(hd_sleep(HD_MS(1)));
    survey->answers[survey->count++] = person->answer;
    survey->sum += person->answer;
    if (person->answer > survey->largest) {
        survey->largest = person->answer;
    }
    return 0;
}

HD_TEST(sum_any_order_near)
{
    struct survey survey = {.count = 0};
    struct person people[ANSWERS] = {{&survey, 4}, {&survey, 9}, {&survey, 2}};
    struct hd_task *tasks[ANSWERS];

    for (int i = 0; i < ANSWERS; i++) {
        tasks[i] = hd_task_spawn(answer, &people[i]);
    }
    HD_CHECK(hd_gather(tasks[0], tasks[1], tasks[2]) == 0);
}
