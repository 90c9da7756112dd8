/*
 * differ [-h] STRATEGY[:TEXT] KIND|all FIRST COUNT [DIRECTORY]
 * differ [-h] STRATEGY[:TEXT] FILE
 *
 * Compare a strategy with brute force over generated programs, and print those
 * where they differ, shrunk; with a directory, a file for each. Exit status 1
 * if any differs. With FILE in place of all that: compare for its program. -h
 * hides what the next step of an actor is.
 */
#include "differ.h"
#include "sleep.h"
#include "strategy/strategy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILES_MAX 40u

struct summary {
    unsigned compared, skipped, differ;
    uint64_t traces, blocked;
};

static const struct hd_strategy *
find(const char *name, size_t length)
{
    if (strncmp(name, "sleep", length) == 0) {
        return &model_strategy_sleep;
    }
    return hd_strategy_find(name, length);
}

static void
print_difference(FILE *file, const char *text,
                 const struct model_difference *difference)
{
    fprintf(file,
            "# %s: brute force %lu interleavings, %lu traces; the strategy %lu "
            "runs, %lu complete, %lu traces, %lu repeated\n%s",
            model_verdict_names[difference->verdict],
            (unsigned long)difference->truth.runs,
            (unsigned long)difference->truth.traces,
            (unsigned long)difference->found.runs,
            (unsigned long)difference->found.complete,
            (unsigned long)difference->found.traces,
            (unsigned long)difference->found.repeated, text);
}

static void
keep(const char *directory, const char *name, const char *text,
     const struct model_difference *difference)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/%s.txt", directory, name);
    FILE *file = fopen(path, "w");
    if (file != NULL) {
        print_difference(file, text, difference);
        fclose(file);
    }
}

static void
compare(struct summary *summary, const struct model_search *search, char *text,
        const char *directory)
{
    char name[64];
    struct model_difference difference = model_differ(text, search);
    snprintf(name, sizeof(name), "%s-%.*s", search->strategy->name,
             (int)strcspn(text + 3, "\n"), text + 3);
    summary->compared += difference.verdict != MODEL_SKIPPED;
    summary->skipped += difference.verdict == MODEL_SKIPPED;
    summary->traces += difference.truth.traces;
    summary->blocked += difference.found.pruned;
    if (difference.verdict <= MODEL_SKIPPED) {
        return;
    }
    summary->differ++;
    if (summary->differ > FILES_MAX) {
        return;
    }
    if (difference.verdict != MODEL_NONSENSE) {
        model_shrink(text, search, difference.verdict);
        difference = model_differ(text, search);
    }
    print_difference(stdout, text, &difference);
    if (directory != NULL) {
        keep(directory, name, text, &difference);
    }
}

static int
compare_kind(const struct model_search *search, enum model_kind kind,
             uint64_t first, uint64_t count, const char *directory)
{
    static char text[MODEL_TEXT_BYTES];
    struct summary summary = {0};
    for (uint64_t seed = first; seed < first + count; seed++) {
        model_generate(kind, seed, text);
        compare(&summary, search, text, directory);
    }
    printf("%-11s %5u compared, %4u skipped, %4u differ; %lu traces, %lu "
           "blocked\n",
           model_kind_names[kind], summary.compared, summary.skipped,
           summary.differ, (unsigned long)summary.traces,
           (unsigned long)summary.blocked);
    return summary.differ > 0;
}

/* One program of a file. */
static int
compare_file(const struct model_search *search, const char *path)
{
    static char text[MODEL_TEXT_BYTES];
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        fprintf(stderr, "cannot read %s\n", path);
        return 2;
    }
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    fclose(file);
    const struct model_difference difference = model_differ(text, search);
    print_difference(stdout, text, &difference);
    return difference.verdict > MODEL_SKIPPED;
}

int
main(int count, char **arguments)
{
    const bool hides_hints = count > 1 && strcmp(arguments[1], "-h") == 0;
    if (hides_hints) {
        arguments++;
        count--;
    }
    if (count < 3) {
        fprintf(stderr,
                "usage: differ [-h] STRATEGY KIND|all FIRST COUNT [DIR]\n"
                "       differ [-h] STRATEGY FILE\n");
        return 2;
    }
    const size_t length = strcspn(arguments[1], ":");
    const struct model_search search = {
        .strategy = find(arguments[1], length),
        .text = arguments[1][length] == ':' ? arguments[1] + length + 1 : "",
        .hides_hints = hides_hints,
    };
    if (search.strategy == NULL) {
        fprintf(stderr, "no strategy %s\n", arguments[1]);
        return 2;
    }
    if (count < 5) {
        return compare_file(&search, arguments[2]);
    }
    int status = 0;
    for (unsigned kind = 0; kind < MODEL_KINDS; kind++) {
        if (strcmp(arguments[2], "all") == 0 ||
            strcmp(arguments[2], model_kind_names[kind]) == 0) {
            status |= compare_kind(&search, (enum model_kind)kind,
                                   strtoull(arguments[3], NULL, 10),
                                   strtoull(arguments[4], NULL, 10),
                                   count > 5 ? arguments[5] : NULL);
        }
    }
    return status;
}
