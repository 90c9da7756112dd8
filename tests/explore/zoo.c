/*
 * Forty small programs with bugs, grown from their numbers: tasks with random
 * scripts over locks, an event, a shared variable and the clock. What
 * a schedule of them shows must be shown again by its token, in every build.
 *
 * Whatever is random here comes from the number, never from the C library.
 */
#include <heddle/test.h>

#define TASKS_MAX 5u
#define ACTS_MAX 6u

struct zoo {
    struct hd_lock locks[2];
    struct hd_event event;
    int64_t shared;
};

struct animal {
    struct zoo *zoo;
    uint32_t dice;
};

static uint32_t
roll(uint32_t *dice, uint32_t sides)
{
    *dice = *dice * 1664525u + 1013904223u;
    return (*dice >> 16) % sides;
}

static int
lose_update(struct zoo *zoo)
{
    const int64_t seen = zoo->shared;
    HD_TRY(hd_yield());
    zoo->shared = seen * 3 + 1;
    return 0;
}

static int
take_both(struct zoo *zoo, uint32_t first)
{
    HD_TRY(hd_lock_acquire(&zoo->locks[first]));
    HD_TRY(hd_yield());
    HD_TRY(hd_lock_acquire(&zoo->locks[1 - first]));
    zoo->shared++;
    hd_lock_release(&zoo->locks[1 - first]);
    hd_lock_release(&zoo->locks[first]);
    return 0;
}

static int
fail_late(void *arg)
{
    (void)arg;
    HD_TRY(hd_sleep(HD_MS(2)));
    return hd_fail(HD_E_USER, "a cage is open");
}

static int
act(struct animal *animal)
{
    struct zoo *zoo = animal->zoo;
    switch (roll(&animal->dice, 9)) {
    case 0:
        return hd_yield();
    case 1:
        return hd_sleep(HD_MS(1 + roll(&animal->dice, 3)));
    case 2:
    case 3:
        return lose_update(zoo);
    case 4:
        return take_both(zoo, roll(&animal->dice, 2));
    case 5:
        hd_event_set(&zoo->event);
        return 0;
    case 6:
        hd_event_clear(&zoo->event);
        return 0;
    case 7:
        if (zoo->shared % 5 == 2) {
            (void)hd_task_spawn(fail_late, NULL);
        }
        return 0;
    default:
        HD_CHECK(zoo->shared % 7 != 6);
        return 0;
    }
}

static int
live(void *arg)
{
    struct animal *animal = arg;
    const uint32_t acts = 2 + roll(&animal->dice, ACTS_MAX - 1);
    for (uint32_t i = 0; i < acts; i++) {
        HD_TRY(act(animal));
    }
    return 0;
}

static int
wait_for_event(void *arg)
{
    struct zoo *zoo = arg;
    return hd_event_wait(&zoo->event);
}

static void
visit(uint32_t number)
{
    struct zoo zoo = {0};
    struct animal animals[TASKS_MAX];
    struct hd_task *tasks[TASKS_MAX];
    uint32_t dice = number * 2654435761u + 1;
    const uint32_t count = 2 + roll(&dice, TASKS_MAX - 1);
    for (uint32_t i = 0; i < count; i++) {
        animals[i] = (struct animal){.zoo = &zoo, .dice = dice ^ (i << 20)};
        tasks[i] = hd_task_spawn(live, &animals[i]);
    }
    if (number % 4 == 0) {
        struct hd_task *waiter = hd_task_spawn(wait_for_event, &zoo);
        hd_event_set(&zoo.event);
        (void)hd_await(waiter);
    }
    for (uint32_t i = 0; i < count; i++) {
        HD_CHECK(hd_await(tasks[i]) == 0);
    }
    HD_RESULT(zoo.shared);
}

#define ANIMAL(number)                                                         \
    HD_TEST(animal_##number)                                                   \
    {                                                                          \
        visit(number);                                                         \
    }

ANIMAL(0)
ANIMAL(1)
ANIMAL(2)
ANIMAL(3)
ANIMAL(4)
ANIMAL(5)
ANIMAL(6)
ANIMAL(7)
ANIMAL(8)
ANIMAL(9)
ANIMAL(10)
ANIMAL(11)
ANIMAL(12)
ANIMAL(13)
ANIMAL(14)
ANIMAL(15)
ANIMAL(16)
ANIMAL(17)
ANIMAL(18)
ANIMAL(19)
ANIMAL(20)
ANIMAL(21)
ANIMAL(22)
ANIMAL(23)
ANIMAL(24)
ANIMAL(25)
ANIMAL(26)
ANIMAL(27)
ANIMAL(28)
ANIMAL(29)
ANIMAL(30)
ANIMAL(31)
ANIMAL(32)
ANIMAL(33)
ANIMAL(34)
ANIMAL(35)
ANIMAL(36)
ANIMAL(37)
ANIMAL(38)
ANIMAL(39)
