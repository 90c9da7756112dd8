#include "sim/world.h"

#include "base/assert.h"
#include "memory/memory.h"
#include "task/loop.h"
#include <heddle/access.h>
#include <string.h>

static _Thread_local struct hd_world *current;

struct hd_world *
hd_world_here(void)
{
    return current;
}

/* What the root stack does, for ever: one body, back to the explorer. */
static void
root_life(void *arg)
{
    struct hd_stack *stack = arg;
    for (;;) {
        struct hd_world *world = current;
        world->body(world->body_arg);
        world->outcome = HD_OUTCOME_OK;
        hd_context_switch(&stack->context, &world->explorer);
    }
}

bool
hd_world_init(struct hd_world *world, struct hd_log *log)
{
    memset(world, 0, sizeof(*world));
    hd_arena_init(&world->arena);
    world->log = log;
    world->root = hd_stack_create(root_life);
    return world->root != NULL;
}

void
hd_world_finish(struct hd_world *world)
{
    hd_arena_finish(&world->arena);
}

static bool
turn(struct hd_ready *ready)
{
    struct hd_world *world = HD_CONTAINER(ready, struct hd_world, ready);
    struct hd_loop *loop = hd_here.loop;
    if (loop == NULL || loop->ready != ready || loop->host->polls) {
        return false; /* a uv loop has turns of its own */
    }
    hd_clock_between_turns(world);
    return hd_loop_begin_turn(loop);
}

static void overrun(struct hd_ready *ready);

static void
begin(struct hd_world *world, const struct hd_execution *execution)
{
    const struct hd_rules *rules = execution->rules;
    struct hd_ready *ready = &world->ready;
    hd_arena_reset(&world->arena);
    hd_log_clear(world->log);
    hd_ready_init(ready, world->log, &world->arena, turn);
    ready->step_limit = rules->steps_max;
    ready->idle_turns_max = rules->idle_turns_max;
    ready->yield_turns_max = rules->yield_turns_max;
    hd_ready_use(ready, execution->strategy, execution->strategy_self,
                 rules->order == HD_ORDER_ANY);
    hd_ready_watch(ready, execution->watch);
    hd_ready_observe(ready, execution->observer);
    ready->made_max = rules->made_max;
    ready->overrun = overrun;
    ready->all_conflict = rules->memory == HD_MEMORY_ALL;
    ready->hooks = rules->memory != HD_MEMORY_OBJECTS;
    ready->points = rules->points == HD_POINTS_AWAIT;
    ready->main_is_root = execution->main_is_root;
    world->rules = *rules;
    world->loops = NULL;
    world->home = (struct hd_home){.ready = ready,
                                   .arena = &world->arena,
                                   .log = world->log,
                                   .loops = &world->loops};
    world->uv_default = world->uv_running = NULL;
    world->outcome = HD_OUTCOME_FAILED;
    hd_clock_begin(world);
    world->body = execution->body;
    world->body_arg = execution->arg;
    hd_random_seed(rules->data_seed);
}

void
hd_world_allow_faults(struct hd_world *world)
{
    struct hd_ready *ready = &world->ready;
    ready->cancels_left = world->rules.cancels_max;
    ready->allocs_left = world->rules.allocs_max;
    ready->cancels = ready->cancels_left > 0;
    ready->allocs = ready->allocs_left > 0;
}

/* Whatever is left is forgotten: stacks go back, no code of the user's runs. */
static void
forget(struct hd_world *world)
{
    for (struct hd_loop *loop = world->loops; loop != NULL;
         loop = loop->next_loop) {
        hd_loop_discard(loop);
    }
    hd_stack_revive(world->root);
}

enum hd_outcome
hd_world_execute(struct hd_world *world, const struct hd_execution *execution)
{
    const struct hd_here outer = hd_here;
    struct hd_world *outer_world = current;
    const bool outer_probed = hd_access_probed;
    begin(world, execution);
    current = world;
    if (world->ready.tells) {
        hd_memory_begin(&world->ready);
    }
    hd_access_probed = world->ready.tells;
    hd_here = (struct hd_here){.log = world->log};
    hd_context_switch(&world->explorer, &world->root->context);
    if (world->ready.tells) {
        hd_ready_tell(&world->ready);
    }
    hd_memory_end(&world->ready);
    if (world->outcome != HD_OUTCOME_OK) {
        forget(world);
    }
    hd_loop_set_default(NULL);
    current = outer_world;
    hd_access_probed = outer_probed;
    hd_here = outer;
    return world->outcome;
}

/* A loop that the program made and forgot; the default loop is nobody's. */
static void
note_unclosed(const struct hd_loop *loop)
{
    if (!loop->closed && loop->place != 0 && loop->kind == HD_LOOP_BY_CREATE &&
        !hd_loop_is_default(loop)) {
        hd_log_incident(loop->home->log,
                        (struct hd_record){.kind = HD_LOG_UNCLOSED,
                                           .subject = loop->number,
                                           .value = loop->place});
    }
}

void
hd_world_close_loops(struct hd_world *world)
{
    for (struct hd_loop *loop = world->loops; loop != NULL;
         loop = loop->next_loop) {
        note_unclosed(loop);
        hd_loop_close_at(loop, 0);
    }
}

void
hd_world_abandon(struct hd_world *world, enum hd_outcome outcome)
{
    world->outcome = outcome;
    hd_context_switch(hd_context_here, &world->explorer);
    __builtin_trap();
}

static void
end_with(struct hd_world *world, enum hd_record_kind kind, uint8_t op,
         uint32_t subject, enum hd_outcome outcome)
{
    hd_log_incident(world->log, (struct hd_record){.kind = (uint8_t)kind,
                                                   .op = op,
                                                   .subject = subject});
    hd_world_abandon(world, outcome);
}

/* A step makes coroutine objects without end. */
static void
overrun(struct hd_ready *ready)
{
    end_with(HD_CONTAINER(ready, struct hd_world, ready), HD_LOG_LIVELOCK, 2,
             ready->made, HD_OUTCOME_LIMIT);
}

/* Nobody can go on, or who can only yields: the next deadline comes. */
static bool
pass_time(struct hd_world *world)
{
    const uint64_t before_ns = world->now_ns;
    const bool passed = hd_clock_advance(world);
    world->ready.waited_ns += world->now_ns - before_ns;
    return passed;
}

static uint32_t
count_waiting(const struct hd_world *world)
{
    uint32_t count = 0;
    for (const struct hd_loop *loop = world->loops; loop != NULL;
         loop = loop->next_loop) {
        for (const struct hd_task *task = loop->live_first; task != NULL;
             task = task->live_next) {
            count++;
        }
    }
    return count;
}

/* pick wanted attention: a limit, or a strategy that gave up. */
static void
attend_limit(struct hd_world *world)
{
    struct hd_ready *ready = &world->ready;
    if (ready->view.step >= ready->step_limit) {
        end_with(world, HD_LOG_LIVELOCK, 1, (uint32_t)ready->view.step,
                 HD_OUTCOME_LIMIT);
    }
    if (ready->idle_turns > ready->idle_turns_max) {
        end_with(world, HD_LOG_LIVELOCK, 0, (uint32_t)ready->idle_turns,
                 HD_OUTCOME_LIMIT);
    }
    if (ready->yield_turns > ready->yield_turns_max) {
        ready->attention = false;
        ready->yield_turns = 0;
        pass_time(world);
        return;
    }
    hd_world_abandon(world, HD_OUTCOME_PRUNED);
}

void
hd_world_attend(struct hd_world *world)
{
    struct hd_ready *ready = &world->ready;
    if (ready->attention || ready->view.step >= ready->step_limit) {
        attend_limit(world);
        return;
    }
    if (!pass_time(world)) {
        end_with(world, HD_LOG_DEADLOCK, 0, count_waiting(world),
                 HD_OUTCOME_DEADLOCK);
    }
}
