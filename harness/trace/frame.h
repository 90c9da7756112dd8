/*
 * Frames: the calls that stood on a task's stack while it waited, and where
 * each had its variables. Logged as HD_LOG_CALLER and HD_LOG_FRAME, where that
 * is asked for.
 */
#ifndef HD_TRACE_FRAME_H
#define HD_TRACE_FRAME_H

#include "base/log.h"

/* By DWARF's numbers: stack pointer, frame pointer, what clang uses besides. */
#ifdef __aarch64__
#define HD_FRAME_SP 31u
#define HD_FRAME_BP 29u
#define HD_FRAME_BX 19u
#else
#define HD_FRAME_SP 7u
#define HD_FRAME_BP 6u
#define HD_FRAME_BX 3u
#endif

/*
 * place    return address of the call that the frame has made.
 * sp, bp, bx  its registers when that returns.
 * end      of the frame: the stack pointer of its caller; 0: unknown.
 */
struct hd_frame {
    uint64_t place;
    uint64_t sp, end, bp, bx;
    uint32_t actor; /* whose stack it is on */
};

/* Write what follows its HD_LOG_CALLER. */
void hd_frame_log(struct hd_log *log, const struct hd_frame *frame);

/* The frame of a record, which is HD_LOG_CALLER. */
struct hd_frame hd_frame_read(const struct hd_log *log, uint64_t index);

/*
 * In whose frame was this address? A stack is used by one task after the other,
 * so the last one before a record is meant; or else the first one after it.
 *
 * near     index of the record.
 */
bool hd_frame_find(const struct hd_log *log, uint64_t address, uint64_t near,
                   struct hd_frame *out_frame);

#endif
