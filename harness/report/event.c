/*
 * Events: timers and callbacks do what somebody has asked for before. Mostly
 * that is to end a wait, and then that is what is told.
 */
#include "report/tell.h"

#include "report/words.h"
#include <heddle/scheduler.h>
#include <string.h>

/* What is over with that wait, whatever its task; NULL: it may be anything. */
static const char *
end_of_wait(uint8_t op)
{
    static const char *const ends[HD_OP_KINDS] = {
        [HD_OP_AWAIT] = "what it awaits is done",
        [HD_OP_GATHER] = "hd_gather is complete",
        [HD_OP_WAIT] = "hd_wait is complete",
        [HD_OP_WAIT_FOR] = "hd_wait_for is over",
        [HD_OP_SHIELD] = "hd_shield is over",
        [HD_OP_GROUP] = "the group is complete",
    };
    return op < HD_OP_KINDS ? ends[op] : NULL;
}

/* An event that does nothing but to end the wait of the task it belongs to. */
static bool
tell_end_of_wait(const struct hd_teller *teller)
{
    const struct hd_names *names = teller->scene->story->names;
    struct hd_page *page = teller->page;
    struct hd_item *item = &page->items[0];
    const struct hd_actor_name *event = &names->actors[page->actor];
    char who[HD_WORDS_BYTES];
    if (page->count != 1 || item->kind != HD_LOG_WAKE || item->from == 0 ||
        item->from != event->parent) {
        return false;
    }
    const uint8_t op = teller->ops[event->parent];
    hd_words_actor(names, event->parent, who, sizeof(who));
    if (event->kind == HD_ACTOR_TIMER) {
        snprintf(item->text, sizeof(item->text), "%.128s's %s is over", who,
                 op == HD_OP_SLEEP ? "sleep" : "time-out");
    } else if (event->kind == HD_ACTOR_CALLBACK && end_of_wait(op) != NULL) {
        snprintf(item->text, sizeof(item->text), "%s, waking %.128s",
                 end_of_wait(op), who);
    } else {
        return false;
    }
    item->is_note = true;
    return true;
}

/* What events do is told across all lanes. */
void
hd_tell_event(struct hd_teller *teller)
{
    const struct hd_names *names = teller->scene->story->names;
    struct hd_page *page = teller->page;
    char who[HD_WORDS_BYTES], text[HD_ITEM_BYTES];
    if (hd_words_is_task(names, page->actor) || tell_end_of_wait(teller)) {
        return;
    }
    const bool is_timer = names->actors[page->actor].kind == HD_ACTOR_TIMER;
    hd_words_actor(names, page->actor, who, sizeof(who));
    for (size_t i = 0; i < hd_page_kept(page); i++) {
        struct hd_item *item = &page->items[i];
        if (!item->is_note) {
            memcpy(text, item->text, sizeof(text));
            snprintf(item->text, sizeof(item->text), "%.64s %s%.160s", who,
                     is_timer && i == 0 ? "fires and " : "", text);
            item->is_note = true;
        }
    }
}
