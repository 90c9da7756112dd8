#include "cli/live.h"

#include "base/assert.h"
#include "base/sanitize.h"
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define REDRAW_MS 250u
#define COLUMNS 79
#define ERASE "\r\033[K"

static HD_GLOBAL struct {
    bool drawn;
    uint64_t drawn_ms; /* of the search's time; the next one begins anew */
} line;

bool
hd_live_is_wanted(const struct hd_settings *settings)
{
    return settings->verbosity >= 0 && !settings->pass_output &&
           isatty(STDERR_FILENO) == 1;
}

/* Append to the text of a line. */
static void add(char *text, size_t bytes, size_t *at, const char *format, ...)
    HD_PRINTF(4, 5);

static void
add(char *text, size_t bytes, size_t *at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int count = vsnprintf(text + *at, bytes - *at, format, args);
    va_end(args);
    *at += count > 0 ? (size_t)count : 0;
    *at = *at < bytes ? *at : bytes - 1;
}

void
hd_live_draw(const struct hd_live *live)
{
    char text[200];
    size_t at = 0;
    if (live->elapsed_ms < line.drawn_ms) {
        line.drawn_ms = 0;
    }
    if (live->elapsed_ms < line.drawn_ms + REDRAW_MS) {
        return;
    }
    line.drawn_ms = live->elapsed_ms;
    line.drawn = true;
    add(text, sizeof(text), &at, "%s: %llu schedules, %llu/s", live->test,
        (unsigned long long)live->executions,
        (unsigned long long)(live->executions * 1000 / live->elapsed_ms));
    if (live->distinct > 0) {
        add(text, sizeof(text), &at, ", %llu different",
            (unsigned long long)live->distinct);
    }
    if (live->explored > 0) {
        add(text, sizeof(text), &at, ", %.3g %% of all", live->explored * 100);
    }
    if (live->findings > 0) {
        add(text, sizeof(text), &at, ", %u found", live->findings);
    }
    fprintf(stderr, ERASE "%.*s", COLUMNS, text);
    fflush(stderr);
}

void
hd_live_erase(void)
{
    if (line.drawn) {
        fputs(ERASE, stderr);
        fflush(stderr);
        line.drawn = false;
    }
}
