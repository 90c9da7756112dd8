/*
 * What the programs of the bug-finding benchmark share: variables that are
 * accessed one step at a time.
 *
 * Between two awaits a coroutine is alone, so a race needs a place to switch.
 * Before each access stands a call that awaits something which has long
 * happened: under --points=await the schedule may switch there, and where it
 * does not, the task goes on. Who only reads the event conflicts with nobody.
 *
 * The access is marked, for searches that ask what depends on what. Marks tell
 * 8 bytes from the next 8, so a shared variable is an int64_t.
 *
 * A program is an HD_TEST, and fails in some of its schedules only. Its header
 * says whose shape it is; the code is ours.
 */
#ifndef TESTS_BENCH_BUGS_SHARED_H
#define TESTS_BENCH_BUGS_SHARED_H

#include <heddle/access.h>
#include <heddle/test.h>

/* Set since the test began. */
static struct hd_event begun;

/* These begin and end each test. */
static inline void
begin(void)
{
    hd_event_init(&begun);
    hd_event_set(&begun);
}

static inline int64_t
load(int stood, const int64_t *variable)
{
    HD_CHECK(stood == HD_OK);
    HD_READ(variable);
    return *variable;
}

static inline void
store(int stood, int64_t *variable, int64_t value)
{
    HD_CHECK(stood == HD_OK);
    HD_WRITE(variable);
    *variable = value;
}

static inline int64_t
add(int stood, int64_t *variable, int64_t value)
{
    HD_CHECK(stood == HD_OK);
    HD_WRITE(variable);
    return *variable += value;
}

/* A value is taken before the place to switch, as a register would be. */
#define LOAD(variable) load(hd_event_wait(&begun), &(variable))
#define STORE(variable, value)                                                 \
    do {                                                                       \
        const int64_t stored_value = (value);                                  \
        store(hd_event_wait(&begun), &(variable), stored_value);               \
    } while (0)

/* Atomic: the sum is what the variable then is. */
#define ADD(variable, value) add(hd_event_wait(&begun), &(variable), (value))

#define LOCK(lock) HD_CHECK(hd_lock_acquire(lock) == HD_OK)
#define UNLOCK(lock) HD_CHECK(hd_lock_release(lock) == HD_OK)

#define TASKS_MAX 128

/* The tasks of a test: started in turn, waited for in turn. */
struct party {
    struct hd_task *tasks[TASKS_MAX];
    int count;
};

static inline void
start(struct party *party, hd_fn *fn, void *arg)
{
    HD_CHECK(party->count < TASKS_MAX);
    struct hd_task *task = hd_task_spawn(fn, arg);
    HD_CHECK(task != NULL);
    party->tasks[party->count++] = task;
}

static inline void
start_many(struct party *party, int count, hd_fn *fn, void *arg)
{
    for (int i = 0; i < count; i++) {
        start(party, fn, arg);
    }
}

static inline void
join(const struct party *party)
{
    for (int i = 0; i < party->count; i++) {
        HD_CHECK(hd_await(party->tasks[i]) == HD_OK);
    }
}

#endif
