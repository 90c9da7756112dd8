#include "task/here.h"

#include "base/assert.h"
#include <heddle/recorder.h>
#include <heddle/status.h>

_Thread_local struct hd_here hd_here;

int
hd_misuse(int status, uint64_t place)
{
    hd_log_incident(hd_here_log(),
                    (struct hd_record){.kind = HD_LOG_MISUSE,
                                       .aux = (uint16_t)(-9000 - status),
                                       .value = place});
    return status;
}

int
hd_misuse_foreign(uint32_t made_on, uint32_t met, uint64_t place)
{
    hd_log_incident(hd_here_log(), (struct hd_record){.kind = HD_LOG_FOREIGN,
                                                      .aux = (uint16_t)met,
                                                      .subject = made_on,
                                                      .value = place});
    return HD_E_FOREIGN_LOOP;
}

int
hd_misuse_stale(int status, uint8_t kind, uint32_t what, uint64_t place)
{
    hd_log_incident(hd_here_log(),
                    (struct hd_record){.kind = HD_LOG_STALE,
                                       .op = kind,
                                       .aux = (uint16_t)(-9000 - status),
                                       .subject = what,
                                       .value = place});
    return status;
}
