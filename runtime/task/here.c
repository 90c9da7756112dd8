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
