/*
 * Words: what names, objects, waits and acts are called in a report.
 */
#ifndef HD_REPORT_WORDS_H
#define HD_REPORT_WORDS_H

#include "trace/names.h"

#define HD_WORDS_BYTES 320u /* enough for every phrase */

/* All of these write into text, cut it to bytes and return it. */

/* "0.2", "the test", "a timer of 0.2": an actor in a sentence. */
const char *hd_words_actor(const struct hd_names *names, uint32_t actor,
                           char *text, size_t bytes);

/* "0.2 deposit", "0.2 'anna'", "0 test": an actor in a heading. */
const char *hd_words_label(const struct hd_names *names, uint32_t actor,
                           char *text, size_t bytes);

/*
 * "lock 'left'" where it is a variable, "lock 'left' of 0.2" where it is on the
 * stack of another task than the main one, else "lock A", the first lock that
 * the execution used; "0.3".
 */
const char *hd_words_object(const struct hd_names *names, uint32_t object,
                            char *text, size_t bytes);

/*
 * A finding's message with the objects in it ("queue 1 of 0.2") called as they
 * are everywhere else in a report.
 */
const char *hd_words_message(const struct hd_names *names, const char *message,
                             char *text, size_t bytes);

/* "waits for lock 'left'", "awaits 0.2", "sleeps": op is a hd_op_kind. */
const char *hd_words_wait(const struct hd_names *names, uint8_t op,
                          uint32_t object, char *text, size_t bytes);

/* "releases lock 'left'": act is a hd_act. */
const char *hd_words_act(const struct hd_names *names, uint8_t act,
                         uint32_t object, char *text, size_t bytes);

/* "3 s", "1.5 ms". */
const char *hd_words_time(uint64_t ns, char *text, size_t bytes);

/* "bank.c:12", with the file's last name only; "" if place is 0. */
const char *hd_words_place(uint64_t place, char *text, size_t bytes);

/* True if the actor is a task, or the code outside of all tasks. */
bool hd_words_is_task(const struct hd_names *names, uint32_t actor);

#endif
