/*
 * A reader asks "can this happen to me?": on a FIFO loop; where tasks switch
 * only in calls that wait; where no step is slow.
 */
#include "report/label.h"

#include "explore/label.h"
#include "report/words.h"
#include "trace/records.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define YIELDS_MAX 3u

/* "not reached ... in 1000 schedules", "impossible ...". */
static void
print_denied(const struct hd_label *label, const char *where, FILE *out)
{
    if (label->verdict == HD_LABEL_IMPOSSIBLE) {
        fprintf(out, "impossible %s", where);
    } else {
        fprintf(out, "not reached %s in %" PRIu64 " schedule%s", where,
                label->schedules, label->schedules == 1 ? "" : "s");
    }
}

/* ---- on a FIFO loop ---- */

static bool
has_order(const struct hd_schedule *schedule)
{
    size_t i = 0;
    while (i < schedule->count && schedule->items[i].is_value) {
        i++;
    }
    return i < schedule->count;
}

/* What it takes there, besides such a loop. */
static const char *
what_it_takes(const struct hd_story *story, const struct hd_label *label)
{
    if (has_order(&label->token.schedule)) {
        return ", when what comes from outside comes in another order";
    }
    if (story->finding->fault != 0) {
        return story->finding->base != NULL
                   ? ", in its plain order, with that cancel"
                   : ", in its plain order, with that failure";
    }
    if (label->token.schedule.count == 0) {
        return ", in its plain order: so on a real loop, too";
    }
    return strcmp(label->token.schedule.items[0].at_name, "clock") == 0
               ? ", in its plain order, with a jump of the clock"
               : ", in its plain order, with other values chosen";
}

static void
print_order(const struct hd_story *story, const struct hd_label *label,
            FILE *out)
{
    static const char where[] = "on a FIFO loop";
    fputs("  ", out);
    if (label->verdict == HD_LABEL_HAPPENS) {
        fprintf(out, "happens %s%s\n", where, what_it_takes(story, label));
        return;
    }
    print_denied(label, where, out);
    fprintf(out, "%s\n",
            label->verdict == HD_LABEL_IMPOSSIBLE
                ? ": it needs another order than that loop's"
                : "");
}

/* ---- who has to yield ---- */

struct yields {
    uint64_t points[YIELDS_MAX]; /* records */
    uint32_t actors[YIELDS_MAX];
    size_t count;
};

static void
add_yield(struct yields *yields, const struct hd_log *log, uint32_t actor,
          uint64_t point)
{
    const struct hd_record *record = hd_record_at(log, point);
    for (size_t i = 0; i < yields->count; i++) {
        const struct hd_record *known = hd_record_at(log, yields->points[i]);
        if (yields->actors[i] == actor && known->value == record->value) {
            return;
        }
    }
    if (yields->count < YIELDS_MAX) {
        yields->points[yields->count] = point;
        yields->actors[yields->count++] = actor;
    }
}

/* Those that were switched at a call that would not have made them wait. */
static void
find_yields(const struct hd_story *story, struct yields *yields)
{
    const struct hd_log *log = story->log;
    const uint32_t actors = story->names->actor_count;
    uint64_t *points = calloc(actors, sizeof(*points)); /* 1 + record */
    uint32_t stepping = 0;
    for (uint64_t i = hd_record_first(log); points != NULL && i < log->count;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_STEP) {
            stepping = record->subject < actors ? record->subject : 0;
            points[stepping] = 0;
        } else if (record->kind == HD_LOG_POINT) {
            points[stepping] = i + 1;
        } else if (record->kind == HD_LOG_DEVIATE && record->subject < actors &&
                   points[record->subject] != 0) {
            add_yield(yields, log, record->subject,
                      points[record->subject] - 1);
        }
    }
    free(points);
}

/* "0.1 to yield before it uses lock 'left' (bank.c:12)". */
static void
print_yield(const struct hd_story *story, uint32_t actor, uint64_t point,
            FILE *out)
{
    const struct hd_record *record = hd_record_at(story->log, point);
    char who[HD_WORDS_BYTES], what[HD_WORDS_BYTES], place[HD_WORDS_BYTES];
    fprintf(out, "%s to yield",
            hd_words_actor(story->names, actor, who, sizeof(who)));
    if (record->subject != 0) {
        fprintf(
            out, " before it uses %s",
            hd_words_object(story->names, record->subject, what, sizeof(what)));
    }
    fprintf(out, " (%s)", hd_words_place(record->value, place, sizeof(place)));
}

static void
print_points(const struct hd_story *story, const struct hd_label *label,
             FILE *out)
{
    struct yields yields = {.count = 0};
    if (label->verdict == HD_LABEL_HAPPENS) {
        fputs("  happens also where only calls that wait switch tasks\n", out);
        return;
    }
    find_yields(story, &yields);
    fputs("  needs ", out);
    for (size_t i = 0; i < yields.count; i++) {
        fputs(i > 0 ? "\n    and " : "", out);
        print_yield(story, yields.actors[i], yields.points[i], out);
    }
    fputs(yields.count == 0 ? "a task to yield in a call that does not wait"
                            : "",
          out);
    fputs(":\n    ", out);
    print_denied(label, "where only calls that wait switch tasks", out);
    fputc('\n', out);
}

static void
print_clock(const struct hd_label *label, FILE *out)
{
    if (label->verdict == HD_LABEL_HAPPENS) {
        fputs("  happens also without a slow step\n", out);
        return;
    }
    fputs("  needs a slow step: ", out);
    print_denied(label, "while steps take no time", out);
    fputc('\n', out);
}

void
hd_label_print(const struct hd_story *story, FILE *out)
{
    for (uint32_t kind = 0; story->labels != NULL && kind < HD_LABEL_KINDS;
         kind++) {
        const struct hd_label *label = &story->labels->items[kind];
        if (label->verdict == HD_LABEL_NONE) {
            continue;
        }
        if (kind == HD_LABEL_ORDER) {
            print_order(story, label, out);
        } else if (kind == HD_LABEL_POINTS) {
            print_points(story, label, out);
        } else {
            print_clock(label, out);
        }
    }
}

bool
hd_label_has_order(const struct hd_story *story)
{
    return story->labels != NULL &&
           story->labels->items[HD_LABEL_ORDER].verdict != HD_LABEL_NONE;
}

void
hd_label_print_tokens(const struct hd_story *story, FILE *out)
{
    static const char *const where[] = {
        [HD_LABEL_ORDER] = "on a FIFO loop",
        [HD_LABEL_POINTS] = "where only calls that wait switch tasks",
        [HD_LABEL_CLOCK] = "without a slow step",
    };
    for (uint32_t kind = 0; story->labels != NULL && kind < HD_LABEL_KINDS;
         kind++) {
        const struct hd_label *label = &story->labels->items[kind];
        char *token = label->verdict == HD_LABEL_HAPPENS &&
                              label->token.schedule.count > 0
                          ? hd_token_write(&label->token)
                          : NULL;
        if (token != NULL) {
            fprintf(out, "  also:    %s  (the same %s)\n", token, where[kind]);
        }
        free(token);
    }
}
