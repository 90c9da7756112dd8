#include "base/log.h"

#include "base/assert.h"
#include <heddle/scheduler.h>
#include <stdio.h>
#include <string.h>

#define TEXT_BYTES_MAX 240u

static_assert(sizeof(struct hd_record) == 16, "one record, one 16-byte store");
static_assert(HD_LOG_KINDS <= 64, "seen has a bit for each");

void
hd_log_incident(struct hd_log *log, struct hd_record record)
{
    HD_ASSERT(record.kind >= HD_LOG_INCIDENTS);
    log->seen |= UINT64_C(1) << record.kind;
    log->records[log->count++ & log->mask] = record;
}

void
hd_log_bytes(struct hd_log *log, struct hd_record record, const void *bytes,
             size_t length)
{
    const size_t parts = (length + sizeof(record) - 1) / sizeof(record);
    record.aux = (uint16_t)parts;
    if (record.kind >= HD_LOG_INCIDENTS) {
        hd_log_incident(log, record);
    } else {
        log->records[log->count++ & log->mask] = record;
    }
    for (size_t part = 0; part < parts; part++) {
        struct hd_record raw = {0};
        const size_t at = part * sizeof(raw);
        const size_t left = length - at;
        memcpy(&raw, (const char *)bytes + at,
               left < sizeof(raw) ? left : sizeof(raw));
        log->records[log->count++ & log->mask] = raw;
    }
}

void
hd_log_text(struct hd_log *log, struct hd_record record, const char *text)
{
    const size_t length = text != NULL ? strlen(text) : 0;
    hd_log_bytes(log, record, text,
                 length > TEXT_BYTES_MAX ? TEXT_BYTES_MAX : length);
}

/* The birth record of an actor, or NULL if the ring has lost it. */
static const struct hd_record *
birth_of(const struct hd_log *log, uint32_t id)
{
    const uint64_t kept = log->count > log->mask ? log->mask + 1 : log->count;
    for (uint64_t i = log->count; i-- > log->count - kept;) {
        const struct hd_record *record = &log->records[i & log->mask];
        if (record->kind == HD_LOG_BORN && record->subject == id) {
            return record;
        }
    }
    return NULL;
}

static const char *
event_word(uint8_t kind)
{
    switch (kind) {
    case HD_ACTOR_TIMER:
        return "/timer";
    case HD_ACTOR_EXIT:
        return "/exit";
    case HD_ACTOR_IO:
        return "/io";
    default:
        return "/call";
    }
}

bool
hd_log_path(const struct hd_log *log, uint32_t id, char *text, size_t bytes)
{
    uint32_t ordinals[HD_LOG_DEPTH_MAX];
    const char *words[HD_LOG_DEPTH_MAX];
    size_t depth = 0;
    while (id != 0 && depth < HD_LOG_DEPTH_MAX) {
        const struct hd_record *birth = birth_of(log, id);
        if (birth == NULL) {
            return false;
        }
        if (birth->op == HD_ACTOR_CLOCK) {
            snprintf(text, bytes, "clock");
            return true;
        }
        if ((uint32_t)birth->value == 0) {
            break; /* the main task, called like the root */
        }
        ordinals[depth] = (uint32_t)birth->value;
        words[depth++] =
            birth->op == HD_ACTOR_TASK ? "." : event_word(birth->op);
        id = (uint32_t)(birth->value >> 32);
    }
    size_t at = (size_t)snprintf(text, bytes, "0");
    while (depth-- > 0 && at < bytes) {
        at += (size_t)snprintf(text + at, bytes - at, "%s%u", words[depth],
                               ordinals[depth]);
    }
    return true;
}
