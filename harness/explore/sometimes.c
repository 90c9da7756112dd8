/*
 * Each site is a static struct of the program, and a pointer to it lies in the
 * section hd_sometimes, of which the linker knows beginning and end: so those
 * that are never reached are known, too. One in an inline function is there
 * once per object file, and is counted as one.
 */
#include "explore/sometimes.h"

#include "base/assert.h"
#include "explore/shared.h"
#include <stdio.h>
#include <string.h>

/* Weak: a program without sites has no such section. */
extern struct hd_sometimes *const first_site[] __asm__("__start_hd_sometimes")
    __attribute__((weak, visibility("hidden")));
extern struct hd_sometimes *const last_site[] __asm__("__stop_hd_sometimes")
    __attribute__((weak, visibility("hidden")));

struct count {
    bool reached, met;
    bool ever; /* reached in an earlier exploration */
};

static HD_GLOBAL struct count *counts;
static HD_GLOBAL bool muted;

static uint32_t
site_count(void)
{
    return (uint32_t)(last_site - first_site);
}

/* By file and line: the section's order is the compiler's affair. */
static int
compare(const struct hd_sometimes *a, const struct hd_sometimes *b)
{
    const int files = strcmp(a->file, b->file);
    if (files != 0 || a->line != b->line) {
        return files != 0 ? files : a->line - b->line;
    }
    return strcmp(a->expr, b->expr);
}

static void
number_sites(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t number = 0;
        while (compare(first_site[number], first_site[i]) != 0) {
            number++;
        }
        first_site[i]->number = number;
    }
}

bool
hd_sometimes_begin(void)
{
    const uint32_t count = site_count();
    muted = false;
    if (count == 0) {
        return true;
    }
    if (counts == NULL) {
        counts = hd_shared_map(count * sizeof(*counts));
        number_sites(count);
    }
    for (uint32_t i = 0; counts != NULL && i < count; i++) {
        counts[i].reached = counts[i].met = false;
    }
    return counts != NULL;
}

void
hd_sometimes_end(void)
{
    const uint32_t count = counts != NULL ? site_count() : 0;
    for (uint32_t i = 0; i < count; i++) {
        counts[i].ever |= counts[i].reached;
    }
}

void
hd_sometimes_mute(void)
{
    muted = true;
}

void
hd_sometimes_note(const struct hd_sometimes *site, bool holds)
{
    if (counts == NULL || muted) {
        return;
    }
    struct count *count = &counts[site->number];
    count->reached = true;
    if (holds) {
        count->met = true;
    }
}

char *
hd_sometimes_write(void)
{
    const uint32_t count = counts != NULL ? site_count() : 0;
    char *text = NULL;
    size_t bytes;
    FILE *to = count > 0 ? open_memstream(&text, &bytes) : NULL;
    for (uint32_t i = 0; to != NULL && i < count; i++) {
        const struct hd_sometimes *site = first_site[i];
        if (site->number == i) {
            fprintf(to, "%d %d %d %s %s\n", counts[i].reached, counts[i].met,
                    site->line, site->file, site->expr);
        }
    }
    if (to != NULL) {
        fclose(to);
    }
    return text;
}

void
hd_sometimes_read(const char *text)
{
    const uint32_t count = counts != NULL ? site_count() : 0;
    char line[4096];
    while (*text != '\0') {
        for (uint32_t i = 0; i < count; i++) {
            const struct hd_sometimes *site = first_site[i];
            const int length = snprintf(line, sizeof(line), " %d %s %s\n",
                                        site->line, site->file, site->expr);
            if (site->number == i && length < (int)sizeof(line) &&
                strlen(text) > 3 &&
                strncmp(text + 3, line, (size_t)length) == 0) {
                counts[i].reached |= text[0] == '1';
                counts[i].met |= text[2] == '1';
            }
        }
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
}

static bool
is_unmet(const struct count *count)
{
    return count->reached && !count->met;
}

static bool
is_unreached(const struct count *count)
{
    return !count->ever;
}

/* The first that fits after `last`, or of all. */
static const struct hd_sometimes *
find_next(const struct hd_sometimes *last, bool (*fits)(const struct count *))
{
    const uint32_t count = counts != NULL ? site_count() : 0;
    const struct hd_sometimes *best = NULL;
    for (uint32_t i = 0; i < count; i++) {
        const struct hd_sometimes *site = first_site[i];
        if (site->number == i && fits(&counts[i]) &&
            (last == NULL || compare(site, last) > 0) &&
            (best == NULL || compare(site, best) < 0)) {
            best = site;
        }
    }
    return best;
}

const struct hd_sometimes *
hd_sometimes_unmet(const struct hd_sometimes *last)
{
    return find_next(last, is_unmet);
}

const struct hd_sometimes *
hd_sometimes_unreached(const struct hd_sometimes *last)
{
    return find_next(last, is_unreached);
}
