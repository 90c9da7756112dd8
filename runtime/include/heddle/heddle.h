/*
 * Heddle: asyncio's vocabulary for C. Everything the runtime offers.
 */
#ifndef HEDDLE_H
#define HEDDLE_H

#include <heddle/access.h>
#include <heddle/api.h>
#include <heddle/barrier.h>
#include <heddle/condition.h>
#include <heddle/event.h>
#include <heddle/future.h>
#include <heddle/gather.h>
#include <heddle/group.h>
#include <heddle/local.h>
#include <heddle/lock.h>
#include <heddle/loop.h>
#include <heddle/queue.h>
#include <heddle/recorder.h>
#include <heddle/semaphore.h>
#include <heddle/status.h>
#include <heddle/task.h>
#include <heddle/timeout.h>

#endif
