/*
 * A record as it goes over the wire: packed, so that its number lies at an odd
 * address, with a union whose meaning the tag says.
 *
 * Shows: lost-update of a misaligned field and of a union's member. Fixed: a
 * marker says who changes the record; others wait until it is gone.
 */
#include <heddle/test.h>

#include <stdlib.h>

struct __attribute__((packed)) record {
    uint8_t tag;
    union {
        uint32_t count;
        float ratio;
    } value;
    uint16_t checksum;
    uint8_t is_busy;
};

static int
sign(uint32_t count, uint16_t *out_checksum)
{
    HD_TRY(hd_yield());
    *out_checksum = (uint16_t)(count * 31);
    return 0;
}

static int
update(void *arg)
{
    struct record *record = arg;
    const uint32_t count = record->value.count + 1;
    uint16_t checksum = 0;

    HD_TRY(sign(count, &checksum));
    record->value.count = count;
    record->checksum = checksum;
    return 0;
}

static int
update_alone(void *arg)
{
    struct record *record = arg;

    while (record->is_busy != 0) {
        HD_TRY(hd_sleep(HD_MS(1)));
    }
    record->is_busy = 1;
    const int status = update(arg);
    record->is_busy = 0;
    return status;
}

static void
two_updates(hd_fn *how)
{
    struct record *record = calloc(1, sizeof(*record));

    HD_CHECK(record != NULL);
    record->tag = 'c';
    struct hd_task *a = hd_task_spawn(how, record);
    struct hd_task *b = hd_task_spawn(how, record);
    HD_CHECK(hd_gather(a, b) == 0);
    free(record);
}

HD_TEST(wire_record_bad)
{
    two_updates(update);
}

HD_TEST(wire_record_fixed)
{
    two_updates(update_alone);
}
