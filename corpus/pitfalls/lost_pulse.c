/*
 * A start signal as a pulse: the event is set and cleared at once, for it
 * wakes whoever waits. Who comes a moment later waits for the next one.
 *
 * Shows: deadlock. Fixed: the event stays set. Near miss: a pulse, but only
 * when all are known to wait; they are woken for good, set or clear.
 */
#include <heddle/test.h>

#define RUNNERS 2

struct race {
    struct hd_event start;
    int at_the_line, started;
};

static int
run(void *arg)
{
    struct race *race = arg;

    race->at_the_line++;
    HD_TRY(hd_event_wait(&race->start));
    race->started++;
    return 0;
}

static void
line_up(struct race *race, struct hd_task **runners)
{
    for (int i = 0; i < RUNNERS; i++) {
        runners[i] = hd_task_spawn(run, race);
    }
}

static void
see_them_off(struct race *race, struct hd_task **runners)
{
    HD_CHECK(hd_gather(runners[0], runners[1]) == 0);
    HD_CHECK(race->started == RUNNERS);
}

HD_TEST(lost_pulse_bad)
{
    struct race race = {0};
    struct hd_task *runners[RUNNERS];

    line_up(&race, runners);
    HD_CHECK(hd_yield() == 0);
    hd_event_set(&race.start);
    hd_event_clear(&race.start);
    see_them_off(&race, runners);
}

HD_TEST(lost_pulse_fixed)
{
    struct race race = {0};
    struct hd_task *runners[RUNNERS];

    line_up(&race, runners);
    HD_CHECK(hd_yield() == 0);
    hd_event_set(&race.start);
    see_them_off(&race, runners);
}

HD_TEST(lost_pulse_near)
{
    struct race race = {0};
    struct hd_task *runners[RUNNERS];

    line_up(&race, runners);
    while (race.at_the_line < RUNNERS) {
        HD_CHECK(hd_sleep(HD_MS(1)) == 0);
    }
    hd_event_set(&race.start);
    hd_event_clear(&race.start);
    see_them_off(&race, runners);
}
