#include "trace/frame.h"

#include "trace/records.h"

enum {
    SP_AND_SIZE,
    BP,
    BX,
};

void
hd_frame_log(struct hd_log *log, const struct hd_frame *frame)
{
    const uint64_t size = frame->end > frame->sp ? frame->end - frame->sp : 0;
    hd_log_put(log, HD_LOG_FRAME, SP_AND_SIZE,
               size <= UINT32_MAX ? (uint32_t)size : 0, frame->sp);
    hd_log_put(log, HD_LOG_FRAME, BP, 0, frame->bp);
    hd_log_put(log, HD_LOG_FRAME, BX, 0, frame->bx);
}

struct hd_frame
hd_frame_read(const struct hd_log *log, uint64_t index)
{
    const struct hd_record *record = hd_record_at(log, index);
    struct hd_frame frame = {.place = record->value, .actor = record->subject};
    while (++index < log->count &&
           hd_record_at(log, index)->kind == HD_LOG_FRAME) {
        record = hd_record_at(log, index);
        if (record->op == SP_AND_SIZE) {
            frame.sp = record->value;
            frame.end = record->subject != 0 ? frame.sp + record->subject : 0;
        } else if (record->op == BP) {
            frame.bp = record->value;
        } else {
            frame.bx = record->value;
        }
    }
    return frame;
}

bool
hd_frame_find(const struct hd_log *log, uint64_t address, uint64_t near,
              struct hd_frame *out_frame)
{
    bool found = false;
    for (uint64_t i = hd_record_first(log); i < log->count;
         i = hd_record_next(log, i)) {
        if (found && i > near) {
            break;
        }
        if (hd_record_at(log, i)->kind != HD_LOG_CALLER) {
            continue;
        }
        const struct hd_frame frame = hd_frame_read(log, i);
        if (address - frame.sp < frame.end - frame.sp && frame.end != 0) {
            *out_frame = frame;
            found = true;
        }
    }
    return found;
}
