#include "trace/users.h"

#include "trace/records.h"
#include <stdlib.h>

#define NOT_ASKED UINT32_MAX

bool
hd_users_init(struct hd_users *users, uint32_t object_count)
{
    *users = (struct hd_users){.object_count = object_count};
    users->first = calloc(object_count + 1, sizeof(*users->first));
    if (users->first == NULL) {
        return false;
    }
    for (uint32_t i = 0; i <= object_count; i++) {
        users->first[i] = NOT_ASKED;
    }
    return true;
}

void
hd_users_finish(struct hd_users *users)
{
    free(users->items);
    free(users->first);
    *users = (struct hd_users){.items = NULL};
}

void
hd_users_ask(struct hd_users *users, uint32_t object)
{
    if (object < users->object_count && users->first[object] == NOT_ASKED) {
        users->first[object] = 0;
    }
}

/* NULL when out of memory. */
static struct hd_user *
add(struct hd_users *users, uint32_t object, uint32_t actor)
{
    if (users->count + 1 >= users->capacity) {
        const size_t capacity = users->capacity * 2 + 16;
        void *more = realloc(users->items, capacity * sizeof(*users->items));
        if (more == NULL) {
            return NULL;
        }
        users->items = more;
        users->capacity = capacity;
    }
    struct hd_user *user = &users->items[++users->count];
    *user = (struct hd_user){
        .object = object, .actor = actor, .next = users->first[object]};
    users->first[object] = (uint32_t)users->count;
    return user;
}

static struct hd_user *
find(struct hd_users *users, uint32_t object, uint32_t actor)
{
    for (uint32_t i = users->first[object]; i != 0; i = users->items[i].next) {
        if (users->items[i].actor == actor) {
            return &users->items[i];
        }
    }
    return add(users, object, actor);
}

static void
note(struct hd_user *user, const struct hd_record *record)
{
    switch (record->op) {
    case HD_ACT_ACQUIRE:
        user->taken++;
        user->taken_at = record->value;
        break;
    case HD_ACT_RELEASE:
        user->taken--;
        break;
    case HD_ACT_PUT:
        user->put++;
        user->put_at = record->value;
        break;
    case HD_ACT_GET:
        user->got++;
        user->got_at = record->value;
        break;
    case HD_ACT_FINISH:
        user->finished++;
        break;
    default:
        break;
    }
}

void
hd_users_read(struct hd_users *users, const struct hd_log *log, uint64_t end)
{
    uint32_t steps = 0;
    for (uint64_t i = hd_record_first(log); i < end;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_STEP) {
            steps = record->subject;
        } else if (record->kind == HD_LOG_OUTSIDE) {
            steps = 0;
        } else if (record->kind == HD_LOG_ACT &&
                   record->subject < users->object_count &&
                   users->first[record->subject] != NOT_ASKED) {
            struct hd_user *user = find(users, record->subject, steps);
            if (user != NULL) {
                note(user, record);
            }
        }
    }
}

const struct hd_user *
hd_users_of(const struct hd_users *users, uint32_t object)
{
    const uint32_t first =
        object < users->object_count ? users->first[object] : NOT_ASKED;
    return first != 0 && first != NOT_ASKED ? &users->items[first] : NULL;
}

const struct hd_user *
hd_users_next(const struct hd_users *users, const struct hd_user *user)
{
    return user->next != 0 ? &users->items[user->next] : NULL;
}
