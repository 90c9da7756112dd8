#include "report/callers.h"

#include "report/source.h"
#include "report/symbols.h"
#include "trace/records.h"
#include <string.h>

/* The last suspension of the actor at this place: its index, or count. */
static uint64_t
find_suspension(const struct hd_story *story, uint32_t actor, uint64_t place)
{
    const struct hd_log *log = story->log;
    uint64_t found = log->count;
    for (uint64_t i = hd_record_first(log); i <= story->finding->record;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_CALLER && record->op == 0 &&
            record->subject == actor && record->value == place) {
            found = i;
        }
    }
    return found;
}

static bool
is_same(const struct hd_symbol *a, const struct hd_symbol *b)
{
    return a->line == b->line && a->file != NULL && b->file != NULL &&
           strcmp(a->file, b->file) == 0;
}

/* One more caller, if it is another line than the one before. */
static void
print_caller(struct hd_symbol *last, const struct hd_symbol *next, FILE *out)
{
    char text[HD_SYMBOL_BYTES];
    if (next->line > 0 && !is_same(last, next)) {
        fprintf(out, "  called from %s\n",
                hd_symbol_words(next, text, sizeof(text)));
        *last = *next;
    }
}

static bool
is_further_up(const struct hd_record *record)
{
    return record->kind == HD_LOG_FRAME ||
           (record->kind == HD_LOG_CALLER && record->op != 0);
}

void
hd_callers_print(const struct hd_story *story, uint32_t actor, uint64_t place,
                 FILE *out)
{
    const struct hd_log *log = story->log;
    const struct hd_symbol inner = hd_symbol_place(place);
    struct hd_symbol last = inner;
    struct hd_symbol next = hd_symbol_outer(place);
    print_caller(&last, &next, out);
    uint64_t i = find_suspension(story, actor, place);
    while (++i < log->count && is_further_up(hd_record_at(log, i))) {
        if (hd_record_at(log, i)->kind == HD_LOG_FRAME) {
            continue;
        }
        next = hd_symbol_place(hd_record_at(log, i)->value);
        print_caller(&last, &next, out);
        next = hd_symbol_outer(hd_record_at(log, i)->value);
        print_caller(&last, &next, out);
    }
    if (!is_same(&last, &inner)) {
        hd_source_quote(last.path, last.line, story, out);
        fputc('\n', out);
    }
}
