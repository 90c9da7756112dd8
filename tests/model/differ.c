#include "differ.h"

#include <stdio.h>
#include <string.h>

/* A strategy that has not ended by then never will. */
#define RUNS_PER_INTERLEAVING 4u
#define LINES_MAX 128u

const char *const model_verdict_names[] = {
    "agrees",
    "skipped",
    "nonsense",
    "misses",
    "repeats",
    "diverges",
    "disagrees-with-itself",
};

static enum model_verdict
judge(const struct model_counts *truth, const struct model_counts *found)
{
    if (truth->inconsistent) {
        return MODEL_DISAGREES_WITH_ITSELF;
    }
    if (found->cut || found->diverged) {
        return MODEL_DIVERGES;
    }
    if (!model_counts_equal(truth, found)) {
        return MODEL_MISSES;
    }
    return found->repeated > 0 ? MODEL_REPEATS : MODEL_AGREES;
}

struct model_difference
model_differ(const char *text, const struct model_search *search)
{
    static struct model model;
    char error[MODEL_ERROR_BYTES];
    struct model_difference difference = {.verdict = MODEL_NONSENSE};
    struct model_search bounded = *search;
    if (!model_compile(&model, text, 0, error)) {
        return difference;
    }
    model_brute(&model, MODEL_DIFFER_MAX, &difference.truth);
    difference.verdict =
        difference.truth.invalid ? MODEL_NONSENSE : MODEL_SKIPPED;
    if (!difference.truth.cut && !difference.truth.invalid) {
        bounded.runs_max = difference.truth.runs * RUNS_PER_INTERLEAVING + 100;
        model_explore(&model, &bounded, &difference.found);
        difference.verdict = judge(&difference.truth, &difference.found);
    }
    model_counts_finish(&difference.truth);
    model_counts_finish(&difference.found);
    return difference;
}

/* ---- shrinking ---- */

struct lines {
    unsigned count;
    struct {
        const char *at;
        unsigned length, indent;
    } of[LINES_MAX];
};

static void
split(const char *text, struct lines *lines)
{
    lines->count = 0;
    while (*text != '\0' && lines->count < LINES_MAX) {
        const unsigned length = (unsigned)strcspn(text, "\n");
        unsigned indent = 0;
        while (text[indent] == ' ') {
            indent++;
        }
        lines->of[lines->count].at = text;
        lines->of[lines->count].length = length;
        lines->of[lines->count++].indent = indent;
        text += length + (text[length] == '\n');
    }
}

/* The line after `first` and what is indented under it. */
static unsigned
end_of_block(const struct lines *lines, unsigned first)
{
    unsigned end = first + 1;
    while (end < lines->count &&
           lines->of[end].indent > lines->of[first].indent) {
        end++;
    }
    return end;
}

/*
 * The text without lines from..to; those from there up to `dedent_to` lose two
 * blanks, if they have them.
 */
static void
without(const struct lines *lines, unsigned from, unsigned to,
        unsigned dedent_to, char out[MODEL_TEXT_BYTES])
{
    size_t length = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < lines->count; i++) {
        if (i >= from && i < to) {
            continue;
        }
        const unsigned drop = i >= to && i < dedent_to ? 2 : 0;
        length += (size_t)snprintf(out + length, MODEL_TEXT_BYTES - length,
                                   "%.*s\n", (int)(lines->of[i].length - drop),
                                   lines->of[i].at + drop);
    }
}

static bool
stays(const char *text, const struct model_search *search,
      enum model_verdict verdict)
{
    return model_differ(text, search).verdict == verdict;
}

/* Try without each block, and without each head of a block. */
static bool
shrink_once(char text[MODEL_TEXT_BYTES], const struct model_search *search,
            enum model_verdict verdict)
{
    static char shorter[MODEL_TEXT_BYTES];
    static struct lines lines;
    split(text, &lines);
    for (unsigned i = 1; i < lines.count; i++) {
        const unsigned end = end_of_block(&lines, i);
        without(&lines, i, end, end, shorter);
        if (stays(shorter, search, verdict)) {
            memcpy(text, shorter, MODEL_TEXT_BYTES);
            return true;
        }
        if (lines.of[i].indent > 0 && end > i + 1) {
            without(&lines, i, i + 1, end, shorter);
            if (stays(shorter, search, verdict)) {
                memcpy(text, shorter, MODEL_TEXT_BYTES);
                return true;
            }
        }
    }
    /* Two lines that belong together, as LOCK and UNLOCK. */
    for (unsigned i = 1; i < lines.count; i++) {
        for (unsigned j = i + 1; j < lines.count; j++) {
            static char one[MODEL_TEXT_BYTES];
            static struct lines rest;
            if (end_of_block(&lines, i) > i + 1 ||
                end_of_block(&lines, j) > j + 1) {
                continue;
            }
            without(&lines, j, j + 1, j + 1, one);
            split(one, &rest);
            without(&rest, i, i + 1, i + 1, shorter);
            if (stays(shorter, search, verdict)) {
                memcpy(text, shorter, MODEL_TEXT_BYTES);
                return true;
            }
        }
    }
    return false;
}

void
model_shrink(char text[MODEL_TEXT_BYTES], const struct model_search *search,
             enum model_verdict verdict)
{
    while (shrink_once(text, search, verdict)) {
    }
}
