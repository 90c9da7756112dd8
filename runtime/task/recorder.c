/*
 * The flight recorder: one ring of records per thread, made at the first need,
 * so that the last steps can be told after a crash. Dumping uses write() and
 * the stack only.
 */
#include <heddle/recorder.h>

#include "base/assert.h"
#include "task/here.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define RECORDS ((uint64_t)65536)

static _Thread_local struct hd_log ring;

struct hd_log *
hd_here_log(void)
{
    if (hd_here.log == NULL) {
        ring.records = calloc(RECORDS, sizeof(*ring.records));
        HD_ASSERT(ring.records != NULL);
        ring.mask = RECORDS - 1;
        hd_here.log = &ring;
    }
    return hd_here.log;
}

static const char *const words[HD_LOG_KINDS] = {
    [HD_LOG_STEP] = "step",
    [HD_LOG_DEVIATE] = "deviate",
    [HD_LOG_CHOOSE] = "choose",
    [HD_LOG_BORN] = "born",
    [HD_LOG_PLACE] = "place",
    [HD_LOG_CODE] = "code",
    [HD_LOG_NAME] = "name",
    [HD_LOG_OBJECT] = "object",
    [HD_LOG_AT] = "at",
    [HD_LOG_SUSPEND] = "suspend",
    [HD_LOG_YIELD] = "yield",
    [HD_LOG_POINT] = "point",
    [HD_LOG_DONE] = "done",
    [HD_LOG_WAKE] = "wake",
    [HD_LOG_CANCEL] = "cancel",
    [HD_LOG_ACT] = "act",
    [HD_LOG_ADVANCE] = "advance",
    [HD_LOG_RESULT] = "result",
    [HD_LOG_CLOSE] = "close",
    [HD_LOG_OUTSIDE] = "outside",
    [HD_LOG_CORO] = "coroutine",
    [HD_LOG_LOOP] = "loop",
    [HD_LOG_SUBTEST] = "subtest",
    [HD_LOG_DELIVERED] = "delivered",
    [HD_LOG_BEFORE] = "before",
    [HD_LOG_CHILD] = "child",
    [HD_LOG_STOP] = "stop",
    [HD_LOG_CALLER] = "caller",
    [HD_LOG_FRAME] = "frame",
    [HD_LOG_ORIGIN] = "origin",
    [HD_LOG_UNRETRIEVED] = "unretrieved-error",
    [HD_LOG_NEVER_AWAITED] = "never-awaited",
    [HD_LOG_LEFT] = "left-early",
    [HD_LOG_PENDING] = "pending-at-close",
    [HD_LOG_NO_LOOP] = "no-loop",
    [HD_LOG_CLOSED] = "loop-closed",
    [HD_LOG_FOREIGN] = "foreign-loop",
    [HD_LOG_STALE] = "stale-handle",
    [HD_LOG_UNCLOSED] = "loop-never-closed",
    [HD_LOG_REUSED] = "loop-reused",
    [HD_LOG_SEQUENTIAL] = "sequential-await",
    [HD_LOG_SWALLOWED] = "swallowed-cancel",
    [HD_LOG_MISUSE] = "invalid-call",
    [HD_LOG_CHECK] = "check",
    [HD_LOG_DEADLOCK] = "deadlock",
    [HD_LOG_LIVELOCK] = "livelock",
    [HD_LOG_CRASH] = "crash",
    [HD_LOG_QUIT] = "quit",
    [HD_LOG_FAULT] = "fault",
    [HD_LOG_HANG] = "hang",
    [HD_LOG_POSITIVE] = "positive-return",
    [HD_LOG_DIFFERENT] = "different-result",
    [HD_LOG_UNCONTROLLED] = "uncontrolled",
    [HD_LOG_BLOCKING] = "blocking-call",
    [HD_LOG_ALWAYS] = "always",
    [HD_LOG_STARVED] = "starvation",
    [HD_LOG_SOMETIMES] = "sometimes",
    [HD_LOG_RACE] = "race",
};

static size_t
put_text(char *line, size_t at, const char *text)
{
    while (*text != '\0') {
        line[at++] = *text++;
    }
    return at;
}

static size_t
put_number(char *line, size_t at, uint64_t number)
{
    char digits[20];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (count > 0) {
        line[at++] = digits[--count];
    }
    return at;
}

static bool
write_record(int fd, uint64_t index, const struct hd_record *record)
{
    char line[128];
    const char *word = record->kind < HD_LOG_KINDS ? words[record->kind] : NULL;
    size_t at = put_number(line, 0, index);
    at = put_text(line, at, " ");
    at = put_text(line, at, word != NULL ? word : "other");
    at = put_text(line, at, " ");
    at = put_number(line, at, record->subject);
    at = put_text(line, at, " ");
    at = put_number(line, at, record->op);
    at = put_text(line, at, " ");
    at = put_number(line, at, record->value);
    line[at++] = '\n';
    return write(fd, line, at) == (ssize_t)at;
}

int
hd_recorder_dump(int fd)
{
    const struct hd_log *log = hd_here.log;
    if (log == NULL) {
        return 0;
    }
    const uint64_t kept = log->count > log->mask ? log->mask + 1 : log->count;
    uint64_t index = log->count - kept;
    int written = 0;
    while (index < log->count) {
        const struct hd_record *record = &log->records[index & log->mask];
        if (!write_record(fd, index, record)) {
            return -errno;
        }
        index += 1 + hd_record_parts(record);
        written++;
    }
    return written;
}
