#include "bare.h"

#include "base/assert.h"
#include "base/random.h"
#include "context/stack.h"

#define TASKS_MAX 1024u
#define CHOICES_MAX (1u << 20)

struct task {
    struct hd_stack *stack;
    bare_fn *fn;
    void *arg;
    unsigned next, joiners; /* in a line; who joins it */
    bool done;
};

static struct {
    struct task tasks[TASKS_MAX];
    unsigned ready[TASKS_MAX];
    unsigned count, ready_count, now;
    uint64_t steps, choices_made;
    uint32_t choices[CHOICES_MAX];
    struct hd_random random;
    struct hd_context outside;
    struct hd_stack *stacks; /* a pool of our own: they live another life */
} bare;

static void
post(unsigned task)
{
    bare.ready[bare.ready_count++] = task;
}

static unsigned
pick(void)
{
    unsigned at = 0;
    if (bare.ready_count > 1) {
        at = (unsigned)hd_random_below(&bare.random, bare.ready_count);
        bare.choices[bare.choices_made++ % CHOICES_MAX] = at;
    }
    const unsigned task = bare.ready[at];
    bare.ready[at] = bare.ready[--bare.ready_count];
    bare.steps++;
    return task;
}

static void life(void *arg);

static struct hd_stack *
take_stack(void)
{
    struct hd_stack *stack = bare.stacks;
    if (stack == NULL) {
        stack = hd_stack_create(life);
        HD_ASSERT(stack != NULL);
        return stack;
    }
    bare.stacks = stack->next;
    return stack;
}

static void
give_stack(struct hd_stack *stack)
{
    stack->next = bare.stacks;
    bare.stacks = stack;
}

static struct hd_context *
enter(unsigned task)
{
    bare.now = task;
    if (bare.tasks[task].stack == NULL) {
        bare.tasks[task].stack = take_stack();
    }
    return &bare.tasks[task].stack->context;
}

static void
life(void *arg)
{
    struct hd_stack *stack = arg;
    for (;;) {
        struct task *task = &bare.tasks[bare.now];
        task->fn(task->arg);
        task->done = true;
        task->stack = NULL;
        while (task->joiners != 0) {
            bare_unpark(&task->joiners);
        }
        if (bare.ready_count == 0) {
            give_stack(stack);
            hd_context_switch(&stack->context, &bare.outside);
            continue;
        }
        const unsigned next = pick();
        bare.now = next;
        if (bare.tasks[next].stack == NULL) {
            bare.tasks[next].stack = stack;
            continue;
        }
        give_stack(stack);
        hd_context_switch(&stack->context, &bare.tasks[next].stack->context);
    }
}

static void
suspend(void)
{
    struct hd_stack *stack = bare.tasks[bare.now].stack;
    const unsigned self = bare.now;
    if (bare.ready_count == 0) {
        hd_context_switch(&stack->context, &bare.outside);
    }
    const unsigned next = pick();
    if (next != self) {
        hd_context_switch(&stack->context, enter(next));
    }
}

unsigned
bare_spawn(bare_fn *fn, void *arg)
{
    HD_ASSERT(bare.count + 1 < TASKS_MAX);
    const unsigned task = ++bare.count;
    bare.tasks[task] = (struct task){.fn = fn, .arg = arg};
    post(task);
    return task;
}

void
bare_yield(void)
{
    post(bare.now);
    suspend();
}

void
bare_point(void)
{
    if (bare.ready_count > 0) {
        bare_yield();
    }
}

void
bare_park(unsigned *line)
{
    bare.tasks[bare.now].next = 0;
    while (*line != 0) {
        line = &bare.tasks[*line].next;
    }
    *line = bare.now;
    suspend();
}

void
bare_unpark(unsigned *line)
{
    const unsigned task = *line;
    *line = bare.tasks[task].next;
    post(task);
}

void
bare_join(unsigned task)
{
    bare_point();
    if (!bare.tasks[task].done) {
        bare_park(&bare.tasks[task].joiners);
    }
}

void
bare_acquire(struct bare_lock *lock)
{
    bare_point();
    while (lock->held != 0) {
        bare_park(&lock->first);
    }
    lock->held = bare.now;
}

void
bare_release(struct bare_lock *lock)
{
    lock->held = 0;
    if (lock->first != 0) {
        bare_unpark(&lock->first);
    }
}

uint64_t
bare_run(bare_fn *main_fn, void *arg, uint64_t seed)
{
    bare.count = bare.ready_count = 0;
    bare.steps = 0;
    bare.random.state = seed;
    bare_spawn(main_fn, arg);
    hd_context_switch(&bare.outside, enter(pick()));
    for (unsigned i = 1; i <= bare.count; i++) {
        if (bare.tasks[i].stack != NULL && !bare.tasks[i].done) {
            hd_stack_revive(bare.tasks[i].stack); /* it deadlocked */
            give_stack(bare.tasks[i].stack);
        }
    }
    return bare.steps;
}
