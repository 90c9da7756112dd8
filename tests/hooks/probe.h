/*
 * What the compilers are asked: each probe accesses the memory at its argument
 * in one way, and expects, in the bytes from there on, what is said beside it.
 */
#ifndef TESTS_HOOKS_PROBE_H
#define TESTS_HOOKS_PROBE_H

/*
 * name, what it reads, what it writes: first byte and last, "" for nothing.
 * fronts: 't' -fsanitize=thread, 'c' coverage.
 */
struct probe {
    const char *name;
    void (*fn)(void *at);
    const char *reads, *writes, *fronts;
    int is_atomic;
};

extern const struct probe probes[];
extern const unsigned probe_count;

#endif
