/*
 * Programs of the tables as coroutines, with no marks: built with `heddle cc`,
 * dpor executes as many of their schedules as their model versions have traces.
 * A test is called like the program, and its number.
 *
 * Each operation of the model is a step of its own: BETWEEN is where one ends.
 * The main task starts all and joins them at once, which adds no trace.
 */
#ifndef TESTS_MODEL_COROUTINES_H
#define TESTS_MODEL_COROUTINES_H

#include <heddle/test.h>

#include <stdint.h>

#define TASKS_MAX 8
#define BETWEEN HD_TRY(hd_yield())

/* A value is wanted, so the compiler has to read it. */
static inline int
see(int value)
{
    __asm__ volatile("" : : "r"(value));
    return value;
}

struct cast {
    struct hd_future *tasks[TASKS_MAX];
    size_t count;
};

static inline void
spawn(struct cast *cast, hd_fn *body, int number)
{
    struct hd_task *task = hd_task_spawn(body, (void *)(intptr_t)number);
    cast->tasks[cast->count++] = hd_future_of_task(task);
}

/* As many of them, called 1 to n. */
static inline void
spawn_all(struct cast *cast, hd_fn *body, int n)
{
    for (int i = 1; i <= n; i++) {
        spawn(cast, body, i);
    }
}

static inline int
number_of(const void *arg)
{
    return (int)(intptr_t)arg;
}

#define PROGRAM(name, ...)                                                     \
    HD_TEST(name)                                                              \
    {                                                                          \
        struct cast cast = {.count = 0};                                       \
        __VA_ARGS__(void) hd_gather_array(cast.tasks, cast.count, 0);          \
    }

#endif
