/*
 * What every public header of Heddle needs: how a function is offered, and
 * the place from which it was called.
 */
#ifndef HEDDLE_API_H
#define HEDDLE_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HD_API __attribute__((visibility("default")))
#define HD_MUST_USE __attribute__((warn_unused_result))
#define HD_PRINTF(text, first) __attribute__((format(printf, text, first)))
#define HD_NORETURN __attribute__((noreturn))

/* Nanoseconds, the unit of every time and duration in Heddle. */
#define HD_US(n) ((uint64_t)(n)*1000u)
#define HD_MS(n) ((uint64_t)(n)*1000000u)
#define HD_S(n) ((uint64_t)(n)*1000000000u)

/* A duration or deadline that never comes. */
#define HD_FOREVER UINT64_MAX

#endif
