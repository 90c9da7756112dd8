/*
 * The report of a finding as text: what it is; where it is; how it came about;
 * how to see it again. A reader in a hurry stops after the first or second.
 */
#include "report/beside.h"
#include "report/callers.h"
#include "report/cycle.h"
#include "report/fault.h"
#include "report/head.h"
#include "report/label.h"
#include "report/lanes.h"
#include "report/order.h"
#include "report/paint.h"
#include "report/report.h"
#include "report/source.h"
#include "report/symbols.h"
#include "report/words.h"
#include "trace/records.h"
#include "trace/token.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void
print_heading(const struct hd_story *story, FILE *out, const char *text)
{
    hd_paint_begin(out, story->color, HD_PAINT_TITLE);
    fputs(text, out);
    hd_paint_end(out, story->color, HD_PAINT_TITLE);
    fputs("\n\n", out);
}

/* ---- where: conditions ---- */

/* Where the actor's step that ends before `end` ended, or 0: it returned. */
static uint64_t
place_before(const struct hd_log *log, uint32_t actor, uint64_t end,
             uint64_t *out_step)
{
    uint64_t place = 0;
    uint32_t stepping = 0;
    *out_step = end;
    for (uint64_t i = hd_record_first(log); i < end;
         i = hd_record_next(log, i)) {
        const struct hd_record *record = hd_record_at(log, i);
        if (record->kind == HD_LOG_STEP) {
            stepping = record->subject;
            if (stepping == actor) {
                *out_step = i;
                place = 0;
            }
        } else if (stepping == actor && hd_record_suspends(record)) {
            place = record->value;
        }
    }
    return place;
}

/* Where a step begins or ends: its place, or that of its function. */
static void
print_bound(const struct hd_story *story, const char *word, uint64_t place,
            const char *otherwise, FILE *out)
{
    const struct hd_names *names = story->names;
    const uint32_t actor = story->finding->actor;
    char text[HD_SYMBOL_BYTES];
    struct hd_symbol symbol = hd_symbol_place(place);
    if (place != 0) {
        fprintf(out, "  %s %s\n", word,
                hd_symbol_text(place, text, sizeof(text)));
    } else {
        fprintf(out, "  %s %s\n", word, otherwise);
        symbol = hd_symbol_function(
            actor < names->actor_count ? names->actors[actor].code : 0);
    }
    hd_source_quote(symbol.path, symbol.line, story, out);
}

/* Between which places was an invariant broken? */
static void
print_breaker(const struct hd_story *story, FILE *out)
{
    const struct hd_finding *finding = story->finding;
    char who[HD_WORDS_BYTES];
    uint64_t step, before;
    const uint64_t to =
        place_before(story->log, finding->actor, finding->record, &step);
    const uint64_t from =
        place_before(story->log, finding->actor, step, &before);
    hd_words_label(story->names, finding->actor, who, sizeof(who));
    fprintf(out, "  a step of %s has broken it\n", who);
    print_bound(story, "from", from, "its beginning", out);
    if (to != 0) {
        print_bound(story, "to", to, "", out);
    } else {
        fputs("  to its end\n", out);
    }
    fputs("\n  the invariant is declared here\n", out);
}

/* The place of a condition is told by the record that follows it. */
static bool
print_condition(const struct hd_story *story, FILE *out)
{
    const struct hd_log *log = story->log;
    const uint64_t index = story->finding->record;
    char file[HD_SYMBOL_BYTES];
    if (index < hd_record_first(log) || index >= log->count) {
        return false;
    }
    const uint8_t kind = hd_record_at(log, index)->kind;
    if (kind != HD_LOG_CHECK && kind != HD_LOG_ALWAYS &&
        kind != HD_LOG_SOMETIMES && kind != HD_LOG_DIFFERENT) {
        return false;
    }
    const uint64_t origin = hd_record_next(log, index);
    if (origin >= log->count ||
        hd_record_at(log, origin)->kind != HD_LOG_ORIGIN) {
        return false;
    }
    const int line = (int)hd_record_at(log, origin)->value;
    hd_record_text(log, origin, file, sizeof(file));
    struct hd_symbol_path path;
    hd_symbol_file(file, &path);
    print_heading(story, out, "Where");
    if (kind == HD_LOG_ALWAYS) {
        print_breaker(story, out);
    }
    fprintf(out, "  %s:%d\n", path.file, line);
    hd_source_quote(path.path, line, story, out);
    if (!story->of_search) {
        fputc('\n', out);
    }
    return true;
}

/* A crash's place is the instruction itself, the others' are calls'. */
static uint64_t
place_of(const struct hd_story *story)
{
    const struct hd_finding *finding = story->finding;
    const struct hd_log *log = story->log;
    const bool there =
        finding->record >= hd_record_first(log) && finding->record < log->count;
    const struct hd_record none = {.kind = HD_LOG_NONE};
    const struct hd_record *record =
        there ? hd_record_at(log, finding->record) : &none;
    const bool is_exact = record->kind == HD_LOG_CRASH ||
                          record->kind == HD_LOG_HANG ||
                          (record->kind == HD_LOG_BLOCKING && record->op != 0);
    return is_exact && finding->place != 0 ? finding->place + 1
                                           : finding->place;
}

/* Other places that it is about. */
static void
print_also(const struct hd_story *story, FILE *out)
{
    char text[HD_SYMBOL_BYTES];
    for (size_t i = 0; i < HD_FINDING_PLACES; i++) {
        const struct hd_finding_place *also = &story->finding->also[i];
        if (also->what != NULL) {
            const struct hd_symbol symbol = hd_symbol_place(also->place);
            fprintf(out, "  %s: %s\n", also->what,
                    hd_symbol_text(also->place, text, sizeof(text)));
            hd_source_quote(symbol.path, symbol.line, story, out);
            fputc('\n', out);
        }
    }
}

static void
print_where(const struct hd_story *story, FILE *out)
{
    const uint64_t place = place_of(story);
    char text[HD_SYMBOL_BYTES];
    if (print_condition(story, out) || place == 0) {
        return;
    }
    const struct hd_symbol symbol = hd_symbol_place(place);
    print_heading(story, out, "Where");
    fprintf(out, "  %s\n", hd_symbol_text(place, text, sizeof(text)));
    hd_source_quote(symbol.path, symbol.line, story, out);
    fputc('\n', out);
    hd_callers_print(story, story->finding->actor, place, out);
    print_also(story, out);
}

/* ---- how ---- */

static void
print_table(const struct hd_story *story, FILE *out)
{
    struct hd_scene scene;
    struct hd_rows rows;
    if (!hd_scene_init(&scene, story)) {
        return;
    }
    if (hd_rows_init(&rows, &scene)) {
        print_heading(story, out, "How it came about");
        hd_lanes_print(&scene, &rows, out);
        fputc('\n', out);
    }
    hd_rows_finish(&rows);
    hd_order_print(story, out);
    hd_beside_print(&scene, out);
    hd_scene_finish(&scene);
}

/* ---- again ---- */

static void
print_again(const struct hd_story *story, FILE *out)
{
    if (story->token == NULL) {
        return;
    }
    char *order = story->order != NULL ? hd_token_write(story->order) : NULL;
    fputs("  replay:  ", out);
    hd_paint_begin(out, story->color, HD_PAINT_TITLE);
    fprintf(out, "%s %s --replay=%s", story->program, story->test,
            story->token);
    hd_paint_end(out, story->color, HD_PAINT_TITLE);
    fputc('\n', out);
    if (order != NULL) {
        fprintf(out, "  order:   %s  (no more than it takes)\n", order);
    }
    hd_label_print_tokens(story, out);
    if (story->recipe != NULL) {
        fprintf(out, "  recipe:  %s  (how the search came to it)\n",
                story->recipe);
    }
    free(order);
    fputs("  (a replay is this run again, with what the program prints)\n",
          out);
}

/* What an injected cancellation hit is rarely where its harm shows. */
static void
print_cancelled(const struct hd_story *story, FILE *out)
{
    char text[HD_SYMBOL_BYTES];
    uint32_t actor;
    uint64_t place;
    if (!hd_fault_hit(story, &actor, &place)) {
        return;
    }
    const struct hd_symbol symbol = hd_symbol_place(place);
    print_heading(story, out, "Where it is cancelled");
    fprintf(out, "  %s\n", hd_symbol_text(place, text, sizeof(text)));
    hd_source_quote(symbol.path, symbol.line, story, out);
    fputc('\n', out);
    hd_callers_print(story, actor, place, out);
}

void
hd_report_text(const struct hd_story *story, FILE *out)
{
    hd_head_print(story, out);
    print_cancelled(story, out);
    if (strcmp(hd_finding_base(story->finding), "deadlock") == 0) {
        hd_cycle_print(story, out);
    } else {
        print_where(story, out);
    }
    if (!story->of_search) {
        print_table(story, out);
        print_again(story, out);
    }
}
