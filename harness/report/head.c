/*
 * The head of a report: what went wrong; whether it can happen to the reader;
 * why it is bad and what is the usual cure.
 */
#include "report/head.h"

#include "detect/detect.h"
#include "report/beside.h"
#include "report/cell.h"
#include "report/fault.h"
#include "report/label.h"
#include "report/paint.h"
#include "report/race.h"
#include "report/words.h"
#include <inttypes.h>
#include <string.h>

/* ---- what ---- */

/* Its second half says what a fault has led to. */
static void
print_title(const struct hd_story *story, FILE *out)
{
    const struct hd_finding *finding = story->finding;
    char fault[HD_FAULT_BYTES], message[HD_FINDING_MESSAGE_BYTES];
    hd_race_message(story, message, sizeof(message));
    hd_fault_words(story, fault, sizeof(fault));
    hd_paint_begin(out, story->color, HD_PAINT_FATAL);
    fputs(finding->kind, out);
    hd_paint_end(out, story->color, HD_PAINT_FATAL);
    hd_paint_begin(out, story->color, HD_PAINT_TITLE);
    fprintf(out, " in test %s: ", story->test);
    if (fault[0] != '\0' && finding->base != NULL) {
        fprintf(out, "%s\n  and then: %s: %s", fault, finding->base, message);
    } else {
        fprintf(out, "%s%s", fault, message);
    }
    hd_paint_end(out, story->color, HD_PAINT_TITLE);
    fputc('\n', out);
}

/* ---- can it happen to me? ---- */

/* What is left of the choices after shrinking. */
static void
print_choices(const struct hd_story *story, FILE *out)
{
    const uint32_t found = story->deviations_found;
    const uint32_t left = story->deviations_left;
    if (left == 0) {
        fputs(hd_label_has_order(story) ? "" : "; plain fifo order shows it",
              out);
        return;
    }
    fprintf(out, "; %u choice%s of the schedule lead%s to it", left,
            left == 1 ? "" : "s", left == 1 ? "s" : "");
    if (left < found) {
        fprintf(out, " (%u when found)", found);
    }
    if (left > 1 && story->fewer > 0) {
        fprintf(out, ", none of the %" PRIu64 " schedules with fewer does",
                story->fewer);
    }
}

static void
print_counts(const struct hd_story *story, FILE *out)
{
    if (story->of_search) {
        fputs("  no schedule shows it\n", out);
    } else {
        hd_fault_print_origin(story, out);
        hd_label_print(story, out);
        hd_beside_print_none(story, out);
        fprintf(out, "  found in execution %" PRIu64, story->executions);
        if (story->replays > 0) {
            fprintf(out, "; reproduced %u/%u", story->reproduced,
                    story->replays);
        }
        print_choices(story, out);
        fputc('\n', out);
    }
    if (story->settings != NULL) {
        fprintf(out, "  settings: %s\n", story->settings);
    }
    fputc('\n', out);
}

/* ---- why, and what to do ---- */

static void
print_cure(const struct hd_story *story, FILE *out)
{
    const struct hd_detector *row = hd_detector_find(story->finding->kind);
    if (row == NULL) {
        return;
    }
    hd_cell_wrap("  why bad:    ", row->why, story, HD_PAINT_NONE, out);
    hd_cell_wrap("  usual cure: ", row->cure, story, HD_PAINT_NONE, out);
    fprintf(out, "  more:       docs/findings/%s.md\n\n", row->kind);
}

void
hd_head_print(const struct hd_story *story, FILE *out)
{
    print_title(story, out);
    print_counts(story, out);
    print_cure(story, out);
}
