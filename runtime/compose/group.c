/*
 * Task groups.
 *
 * A member is a task of the group with a callback on it; it leaves when that
 * callback has run, in the order in which tasks end. The first that fails
 * aborts the group: the others are cancelled, and so is the parent, in case it
 * waits for something else inside the scope. That request is the group's own:
 * the end takes it back. If another one is outstanding then and the group's
 * errors are what is returned, that one is delivered again: else the code
 * after the group would run as if nobody had asked it to end.
 *
 * Members that failed are kept for hd_group_errors(), with the state, until
 * the loop ends: the storage of a group may hold anything when it begins again,
 * so what was behind it cannot be found. A group without errors keeps nothing.
 */
#include <heddle/group.h>

#include "base/assert.h"
#include "compose/retire.h"
#include "task/touch.h"
#include <stdio.h>
#include <string.h>

#define ERRORS_FEW 4u
#define MESSAGE_BYTES 512u

/* An error and what holds its message (NULL: nothing need). */
struct kept {
    struct hd_error error;
    struct hd_failure *failure;
};

struct member {
    struct hd_callback ended;
    struct hd_group_state *state;
    struct hd_task *task; /* retained */
    struct member *next, *prev;
    struct kept kept; /* if it failed */
};

/* There is always room for the error of each member, and of the scope. */
struct hd_group_state {
    struct hd_loop *loop;
    struct hd_task *parent;      /* retained */
    struct hd_future *all_ended; /* while the end waits for it */
    struct member *first, *last; /* whose callback has not run */
    size_t member_count;
    const struct hd_error **errors; /* in order of completion */
    size_t error_count, errors_max;
    const struct hd_error *few[ERRORS_FEW];
    struct kept scope;
    uint32_t object;
    bool exiting, aborting, finished;
    bool parent_cancelled;  /* by the group */
    uint32_t cancels_known; /* outstanding requests that came before it */
};

/*
 * Members come and go in any order as long as nobody ends the group or fails.
 */
static void
touch(const struct hd_group_state *state, enum hd_access_mode mode)
{
    hd_touch_object(state->loop, state->object,
                    (struct hd_touch){.kind = HD_IS_COUNT, .mode = mode});
}

/* ---- members ---- */

static void
join(struct hd_group_state *state, struct member *member)
{
    member->next = NULL;
    member->prev = state->last;
    if (state->last != NULL) {
        state->last->next = member;
    } else {
        state->first = member;
    }
    state->last = member;
    state->member_count++;
}

static void
leave(struct hd_group_state *state, struct member *member)
{
    if (member->prev != NULL) {
        member->prev->next = member->next;
    } else {
        state->first = member->next;
    }
    if (member->next != NULL) {
        member->next->prev = member->prev;
    } else {
        state->last = member->prev;
    }
    state->member_count--;
}

/* In the order of their start. */
static void
abort_members(struct hd_group_state *state)
{
    state->aborting = true;
    for (struct member *member = state->first; member != NULL;
         member = member->next) {
        hd_task_do_cancel(member->task, 0);
    }
}

/* ---- errors ---- */

static void
keep(struct hd_group_state *state, struct kept *kept, int status,
     struct hd_failure *failure)
{
    HD_ASSERT(state->error_count < state->errors_max);
    kept->failure = hd_failure_retain(failure);
    kept->error = failure != NULL
                      ? failure->error
                      : (struct hd_error){.code = status, .message = ""};
    state->errors[state->error_count++] = &kept->error;
}

/* Make room for one more member's error. */
static bool
reserve(struct hd_group_state *state, uint64_t place)
{
    const size_t need = state->error_count + state->member_count + 2;
    if (need <= state->errors_max) {
        return true;
    }
    struct hd_arena *arena = state->loop->arena;
    const size_t bytes = state->errors_max * sizeof(*state->errors);
    const struct hd_error **errors =
        hd_loop_take(state->loop, 2 * bytes, place);
    if (errors == NULL) {
        return false;
    }
    memcpy(errors, state->errors, state->error_count * sizeof(*errors));
    if (state->errors != state->few) {
        hd_arena_give(arena, state->errors, bytes);
    }
    state->errors = errors;
    state->errors_max *= 2;
    return true;
}

/*
 * A member has failed. If the parent has left without ending the group there
 * is nobody to tell: the error stays unlooked at, which is then said.
 */
static bool
take_failure(struct hd_group_state *state, struct member *member)
{
    struct hd_future *future = &member->task->future;
    touch(state, HD_WRITES);
    hd_touch_outcome(&state->parent->future);
    if (hd_future_done(&state->parent->future)) {
        return false;
    }
    future->retrieved = true;
    keep(state, &member->kept, future->status, future->failure);
    if (!state->aborting && !state->parent_cancelled) {
        abort_members(state);
        state->parent_cancelled = true;
        hd_task_do_cancel(state->parent, 0);
    }
    return true;
}

static void
member_ended(struct hd_callback *callback)
{
    struct member *member = callback->owner;
    struct hd_group_state *state = member->state;
    struct hd_arena *arena = state->loop->arena;
    struct hd_future *future = &member->task->future;
    leave(state, member);
    touch(state, HD_ADDS);
    if (state->all_ended != NULL) {
        hd_future_count_down(state->all_ended);
    }
    if (state->all_ended != NULL && state->first == NULL) {
        hd_future_resolve_counted(state->all_ended, HD_OK);
    }
    const bool failed = future->state == HD_FUTURE_DONE && future->status < 0;
    const bool is_kept = failed && take_failure(state, member);
    hd_future_unref(future);
    hd_callback_retire(callback);
    if (!is_kept) {
        hd_arena_give(arena, member, sizeof(*member));
    }
}

/* ---- begin and spawn ---- */

int
hd_group_begin(struct hd_group *group)
{
    const uint64_t place = HD_PLACE();
    struct hd_task *parent = hd_here.task;
    group->state = NULL;
    if (parent == NULL) {
        return hd_misuse(HD_E_NO_TASK, place);
    }
    struct hd_loop *loop = hd_here.loop;
    struct hd_group_state *state = hd_loop_take(loop, sizeof(*state), place);
    if (state == NULL) {
        return HD_E_NO_MEMORY;
    }
    *state = (struct hd_group_state){
        .loop = loop,
        .parent = parent,
        .cancels_known = hd_task_cancels_known(parent),
        .errors = state->few,
        .errors_max = ERRORS_FEW,
        .object = hd_object_born(HD_OBJECT_GROUP, NULL, place),
    };
    hd_future_retain(&parent->future);
    group->state = state;
    return HD_OK;
}

static bool
takes_members(const struct hd_group_state *state)
{
    return state != NULL && !state->finished && !state->aborting &&
           !(state->exiting && state->first == NULL);
}

static struct hd_task *
start_member(struct hd_group_state *state, struct member *member,
             struct hd_task *task)
{
    *member = (struct member){.state = state, .task = task};
    hd_future_retain(&task->future);
    hd_callback_init(&member->ended, state->loop, HD_ACTOR_CALLBACK, true,
                     member_ended, member);
    member->ended.actor.hint =
        (struct hd_op){.object = task->future.object, .kind = HD_OP_AWAIT};
    hd_log_put(state->loop->home->log, HD_LOG_CHILD, 0, state->object,
               task->future.object);
    hd_callback_when_done(&member->ended, &task->future);
    join(state, member);
    return hd_task_handle(task);
}

struct hd_task *
hd_group_spawn(struct hd_group *group, hd_fn *fn, void *arg)
{
    const uint64_t place = HD_PLACE();
    struct hd_group_state *state = group->state;
    if (state != NULL) {
        touch(state, state->exiting ? HD_WRITES : HD_ADDS);
    }
    if (!takes_members(state)) {
        hd_misuse(HD_E_INVALID, place);
        return NULL;
    }
    if (!hd_loop_usable(state->loop, place) || !reserve(state, place)) {
        return NULL;
    }
    struct hd_arena *arena = state->loop->arena;
    struct member *member = hd_loop_take(state->loop, sizeof(*member), place);
    if (member == NULL) {
        return NULL;
    }
    struct hd_task *task = hd_task_start(state->loop, fn, arg, place);
    if (task == NULL) {
        hd_arena_give(arena, member, sizeof(*member));
        return NULL;
    }
    return start_member(state, member, task);
}

/* ---- end ---- */

/*
 * Wait until there are no members. True if the caller was cancelled meanwhile
 * and nothing had aborted the group before; it may be cancelled many times.
 */
static bool
wait_for_members(struct hd_group_state *state, uint64_t place)
{
    const struct hd_op op = {
        .object = state->object, .kind = HD_OP_GROUP, .place = place};
    bool cancelled = false;
    while (state->first != NULL) {
        struct hd_future all_ended;
        hd_future_init(&all_ended, state->loop, HD_FUTURE_INNER);
        state->all_ended = &all_ended;
        const int status = hd_future_wait(&all_ended, op);
        hd_touch_counted(&all_ended);
        touch(state, HD_WRITES);
        state->all_ended = NULL;
        if (status < 0 && !state->aborting) {
            cancelled = true;
            abort_members(state);
        }
    }
    return cancelled;
}

/* Take back the group's own request; whoever else asks is not forgotten. */
static void
settle_requests(const struct hd_group_state *state, int status)
{
    const bool failed = status < 0 && status != HD_E_CANCELLED;
    struct hd_task *parent = state->parent;
    if (state->parent_cancelled) {
        hd_task_take_back(parent, state->cancels_known);
    }
    if ((failed || state->error_count > 0) &&
        parent->cancels > state->cancels_known && parent->cancels_left == 0) {
        hd_task_cancel_again(parent);
    }
}

/* The failure, if any, with which the running task came to status. */
static struct hd_failure *
current_failure(int status)
{
    struct hd_failure *failure = hd_here.task->error;
    return failure != NULL && failure->error.code == status ? failure : NULL;
}

static int
fail_group(struct hd_group_state *state, int status, uint64_t place)
{
    if (status < 0 && status != HD_E_CANCELLED) {
        keep(state, &state->scope, status, current_failure(status));
    }
    const struct hd_error *first = state->errors[0];
    char message[MESSAGE_BYTES];
    snprintf(message, sizeof(message), "%zu tasks of the group failed: %s",
             state->error_count,
             first->message[0] != '\0' ? first->message
                                       : hd_status_text(first->code));
    struct hd_error error = *first;
    error.code = HD_E_GROUP;
    error.message = message;
    struct hd_failure *failure = hd_failure_create(state->loop, &error, place);
    hd_task_set_error(hd_here.task, failure);
    hd_failure_release(state->loop, failure);
    return HD_E_GROUP;
}

static int
conclude(struct hd_group *group, int status, bool cancelled, uint64_t place)
{
    struct hd_group_state *state = group->state;
    HD_ASSERT(state->first == NULL);
    settle_requests(state, status);
    state->finished = true;
    hd_future_unref(&state->parent->future);
    state->parent = NULL;
    if (state->error_count > 0) {
        hd_here.task->delivered = 0; /* it has become another error */
        return fail_group(state, status, place);
    }
    if (state->errors != state->few) {
        hd_arena_give(state->loop->arena, state->errors,
                      state->errors_max * sizeof(*state->errors));
    }
    hd_arena_give(state->loop->arena, state, sizeof(*state));
    group->state = NULL;
    if (status < 0) {
        return status;
    }
    return cancelled ? HD_E_CANCELLED : HD_OK;
}

int
hd_group_end(struct hd_group *group, int status)
{
    const uint64_t place = HD_PLACE();
    struct hd_group_state *state = group->state;
    if (hd_here.task == NULL) {
        return hd_misuse(HD_E_NO_TASK, place);
    }
    if (state == NULL || state->exiting) {
        return hd_misuse(HD_E_INVALID, place);
    }
    if (state->loop != hd_here.loop) {
        return hd_misuse_foreign(state->loop->number, hd_here.loop->number,
                                 place);
    }
    hd_task_point(HD_OP_GROUP, state->object, place);
    touch(state, HD_WRITES);
    state->exiting = true;
    if (status < 0 && !state->aborting) {
        abort_members(state);
    }
    const bool cancelled = wait_for_members(state, place);
    status = conclude(group, status, cancelled, place);
    hd_task_note_passing(status, place);
    return status;
}

size_t
hd_group_errors(const struct hd_group *group,
                const struct hd_error *const **out_errors)
{
    const struct hd_group_state *state = group->state;
    if (state == NULL) {
        return 0;
    }
    touch(state, HD_READS);
    if (!state->finished) {
        return 0;
    }
    *out_errors = state->errors;
    return state->error_count;
}
