#include "trace/race.h"

#include "base/assert.h"
#include "trace/records.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct hd_race
hd_race_read(const struct hd_log *log, uint64_t index)
{
    struct hd_race race = {.access_count = 0};
    const uint64_t parts = hd_record_parts(hd_record_at(log, index));
    HD_ASSERT(hd_record_at(log, index)->kind == HD_LOG_RACE);
    for (uint64_t i = 0; i < parts; i++) {
        const size_t at = i * sizeof(struct hd_record);
        const size_t left = at < sizeof(race) ? sizeof(race) - at : 0;
        const struct hd_record *raw = hd_record_at(log, index + 1 + i);
        memcpy((char *)&race + at, raw,
               left < sizeof(*raw) ? left : sizeof(*raw));
    }
    HD_ASSERT(race.access_count > 0 && race.access_count <= HD_RACE_ACCESSES);
    return race;
}

uint64_t
hd_race_step(const struct hd_log *log, const struct hd_race_access *access)
{
    uint64_t step = hd_record_first(log);
    for (uint64_t i = step; i < access->at && i < log->count;
         i = hd_record_next(log, i)) {
        if (hd_record_at(log, i)->kind == HD_LOG_STEP) {
            step = i;
        }
    }
    return step;
}

/* As a signed number of its width, unless that is too large to be one. */
#define NUMBER_MAX (INT64_C(1) << 40)

const char *
hd_race_value(const struct hd_race *race, uint32_t access, char *text,
              size_t bytes)
{
    const struct hd_race_memory *memory =
        race->access[access].of_other ? &race->other : &race->memory;
    const unsigned bits = memory->bytes > 0 ? memory->bytes * 8u : 64;
    const unsigned unused = 64 - bits;
    const uint64_t value = race->access[access].value;
    const int64_t number = (int64_t)(value << unused) >> unused;
    if (number > NUMBER_MAX || number < -NUMBER_MAX) {
        snprintf(text, bytes, "0x%" PRIx64, value);
    } else {
        snprintf(text, bytes, "%" PRId64, number);
    }
    return text;
}
