/*
 * Marks for plain memory: what a step reads and writes without asking Heddle.
 *
 * A search that proves something has to know which steps depend on each other.
 * It knows what they do to locks, queues and tasks; of a variable that two
 * tasks share it knows if it is marked:
 *
 *     HD_READ(&account->balance);
 *     const int balance = account->balance;
 *     HD_TRY(hd_yield());
 *     HD_WRITE(&account->balance);
 *     account->balance = balance + 1;
 *
 * Code that is built by `heddle cc` needs no marks, but for what is not seen
 * there (docs/guide/memory.md). They do no harm.
 *
 * A mark belongs to the step that makes it, so it stands in the same stretch
 * between two suspensions as the access, before or after it. It reads nothing
 * and writes nothing. Where nobody wants to know, in production above all, it
 * is one branch that is predicted.
 *
 * What is read in one step and written in a later one may be old by then: the
 * finding `lost-update`. A step that reads what it writes (`balance += 1`) says
 * both, or it is taken to overwrite what it has not looked at.
 *
 * Memory is told apart in pieces of 4 bytes, so that neighbours in one piece
 * count as one variable; a range of more than 8 KiB counts as all memory that
 * is marked. Variables of the program and on the stacks of its tasks have the
 * same names in all executions. Memory of malloc is named by its first use in
 * an execution, so what is given back and used again for something else counts
 * as the same. Either way steps may count as dependent that are not, which
 * costs executions, and never the other way round.
 */
#ifndef HEDDLE_ACCESS_H
#define HEDDLE_ACCESS_H

#include <heddle/scheduler.h>

/* Does anybody want to know on this thread? Heddle's to write. */
extern HD_API _Thread_local bool hd_access_probed;

/* A mark may come before the first value does. */
#if defined(__has_attribute)
#if __has_attribute(access)
#define HD_ACCESS_IS_NONE __attribute__((access(none, 1)))
#endif
#endif
#ifndef HD_ACCESS_IS_NONE
#define HD_ACCESS_IS_NONE
#endif

/* For the marks below: note an access of the present step. */
HD_API HD_ACCESS_IS_NONE void hd_access_note(const volatile void *memory,
                                             size_t bytes,
                                             enum hd_access_mode mode);

static inline __attribute__((always_inline)) void
hd_access(const volatile void *memory, size_t bytes, enum hd_access_mode mode)
{
    if (__builtin_expect(hd_access_probed, 0)) {
        hd_access_note(memory, bytes, mode);
    }
}

/*
 * The step reads, or writes, what the pointer points to; or it accesses so many
 * bytes from there on. The memory may be anywhere, and 0 bytes are none.
 * Outside of loops nothing is noted: that code runs before or after all steps.
 *
 * mode      HD_READS; HD_WRITES, which covers reading; HD_ADDS for what may be
 *           done in any order without anybody being able to tell, such as
 *           counting: two that add do not depend on each other, one that reads
 *           depends on both.
 * suspends  no.
 */
#define HD_READ(pointer) hd_access((pointer), sizeof(*(pointer)), HD_READS)
#define HD_WRITE(pointer) hd_access((pointer), sizeof(*(pointer)), HD_WRITES)
#define HD_ACCESS(memory, bytes, mode) hd_access((memory), (bytes), (mode))

#endif
