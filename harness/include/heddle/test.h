/*
 * Test programs. A file with one or more HD_TESTs, linked with heddle-test,
 * is a complete program: `PROGRAM --help` tells what it can do.
 *
 *     HD_TEST(both_deposits_count)
 *     {
 *         struct account account = {0};
 *         struct hd_task *a = hd_task_spawn(deposit, &account);
 *         struct hd_task *b = hd_task_spawn(deposit, &account);
 *
 *         HD_CHECK(hd_gather(a, b) == 0);
 *         HD_CHECK(account.balance == 2);
 *     }
 *
 * The body is the main task of a fresh loop. It is run thousands of times in
 * one process, in virtual time, each time under another schedule: writable
 * globals are put back before each run, files, thread-local variables and what
 * malloc gave are not. Until a replay, its stdout and stderr are not shown.
 */
#ifndef HEDDLE_TEST_H
#define HEDDLE_TEST_H

#include <heddle/heddle.h>

enum hd_loop_use {
    HD_LOOP_FRESH, /* the body is the main task of a fresh loop */
    HD_LOOP_NONE,  /* a bare body: no loop, no main task */
};

/*
 * One test.
 *
 * expect    kind of the finding that makes it pass, "" or NULL for none; more
 *           than one, separated by commas: exactly these.
 */
struct hd_test {
    const char *name;
    void (*body)(void);
    const char *expect;
    enum hd_loop_use loop;
    const char *file;
    int line;
    struct hd_test *next; /* ours */
};

HD_API void hd_test_register(struct hd_test *test);

/*
 * Run body() as a test case of its own inside a bare HD_TEST, as a suite of
 * some other framework runs its cases in one process. The cases share whatever
 * the process has: a loop that one of them made and another one uses, or one
 * that was left with its stop flag set, is the finding loop-reused. A loop made
 * outside of all cases, as a session's fixture, may be shared.
 *
 * begin and end are for the fixtures of such a framework: what happens between
 * them belongs to the case. Cases do not nest: a begin ends the one before.
 *
 * name   for reports; copied.
 */
HD_API void hd_subtest(const char *name, void (*body)(void));
HD_API void hd_subtest_begin(const char *name);
HD_API void hd_subtest_end(void);

/*
 * Offer a strategy of the program's own (heddle/scheduler.h) beside Heddle's:
 * --strategy=ITS-NAME. Call it before main(), in a constructor; the table is
 * borrowed for ever. Up to sixteen; a name that is taken already is an
 * assertion, and so is a table without pick or of another abi.
 */
struct hd_strategy;
HD_API void hd_strategy_register(const struct hd_strategy *strategy);

/* HD_TEST(name, .expect = "deadlock", .loop = HD_LOOP_NONE) { ... } */
#define HD_TEST(...) HD_TEST_(__VA_ARGS__, .next = NULL)
#define HD_TEST_(test, ...)                                                    \
    static void hd_test_body_##test(void);                                     \
    __attribute__((constructor)) static void hd_test_add_##test(void)          \
    {                                                                          \
        static struct hd_test entry = {.name = #test,                          \
                                       .body = hd_test_body_##test,            \
                                       .file = __FILE__,                       \
                                       .line = __LINE__,                       \
                                       __VA_ARGS__};                           \
        hd_test_register(&entry);                                              \
    }                                                                          \
    static void hd_test_body_##test(void)

/*
 * A condition that must hold. If not, the execution ends here and now as the
 * finding assertion: no task runs on, nothing is cleaned up.
 */
#define HD_CHECK(expr)                                                         \
    do {                                                                       \
        const uint32_t hd_check_told = hd_check_begin();                       \
        if (!(expr)) {                                                         \
            hd_check_failed(__FILE__, __LINE__, #expr, hd_check_told);         \
        }                                                                      \
    } while (0)
/* Of how many cancellations the caller has been told so far. */
HD_API uint32_t hd_check_begin(void);
HD_API HD_NORETURN void hd_check_failed(const char *file, int line,
                                        const char *expr, uint32_t told);

/*
 * An invariant of the whole program, at file scope: a condition over globals
 * and statics that holds after every step of every task, in each test. If not,
 * the execution ends there as the finding always, and the report names the step
 * that broke it. Between two scheduling points it may be false; before the
 * first step it is not looked at.
 *
 *     static int in_use, limit = 3;
 *     HD_ALWAYS(in_use <= limit);
 *
 * The condition is evaluated thousands of times, wherever a step ended: it must
 * not suspend, nor change anything. A task's handle in it may be stale.
 */
#define HD_ALWAYS(expr) HD_ALWAYS_AT(expr, #expr, __LINE__)
#define HD_ALWAYS_AT(expr, text, line) HD_ALWAYS_(expr, text, line)
#define HD_ALWAYS_(expr, text, number)                                         \
    static bool hd_always_holds_##number(void *arg)                            \
    {                                                                          \
        (void)arg;                                                             \
        return (expr);                                                         \
    }                                                                          \
    __attribute__((constructor)) static void hd_always_add_##number(void)      \
    {                                                                          \
        static struct hd_invariant entry = {.holds = hd_always_holds_##number, \
                                            .name = text,                      \
                                            .file = __FILE__,                  \
                                            .line = number};                   \
        hd_invariant_register(&entry);                                         \
    }                                                                          \
    struct hd_invariant

struct hd_invariant {
    bool (*holds)(void *arg);
    void *arg;
    const char *name, *file;
    int line;
    struct hd_invariant *next; /* ours */
};
HD_API void hd_invariant_register(struct hd_invariant *invariant);

/*
 * The same for one execution: holds(arg) is true after every step from here to
 * the end of the test's body.
 *
 * holds     called after each step; must not suspend, nor change anything.
 * arg       borrowed until the body has returned; a local of the body is fine.
 *
 * Up to 32 in one execution; more are an assertion. Outside of an execution
 * nothing happens.
 */
#define hd_always(holds, arg)                                                  \
    hd_always_at(holds, arg, #holds "(" #arg ")", __FILE__, __LINE__)
HD_API void hd_always_at(bool (*holds)(void *arg), void *arg, const char *name,
                         const char *file, int line);

/*
 * A condition that is true sometimes: in at least one schedule of each test
 * that comes here. If a search ends by itself and it was true in none, that is
 * the finding sometimes; it has no schedule. A site that none of the program's
 * tests has reached, when all were searched to their end, fails the program.
 *
 *     HD_SOMETIMES(hd_queue_is_full(&queue));
 *
 * Tells you that the tests still go where they once went.
 */
#define HD_SOMETIMES(condition)                                                \
    do {                                                                       \
        static struct hd_sometimes hd_site = {                                 \
            .expr = #condition, .file = __FILE__, .line = __LINE__};           \
        static struct hd_sometimes *const hd_site_listed                       \
            __attribute__((HD_SOMETIMES_LISTED)) = &hd_site;                   \
        hd_sometimes_note(&hd_site, (condition) ? true : false);               \
    } while (0)

/* Neither compiler nor linker may drop a site that seems to be unused. */
#if defined(__has_attribute) && __has_attribute(retain)
#define HD_SOMETIMES_LISTED section("hd_sometimes"), used, retain
#else
#define HD_SOMETIMES_LISTED section("hd_sometimes"), used
#endif

struct hd_sometimes {
    const char *expr, *file;
    int line;
    uint32_t number; /* ours */
};
HD_API void hd_sometimes_note(const struct hd_sometimes *site, bool holds);

/*
 * The program's result, to be the same in every schedule; a number, and any
 * number of times: all of them in order are the result. A schedule whose result
 * is not that of the fifo run, or is that of no serial order (main's tasks one
 * after the other, each to its end), is the finding nondeterministic-result.
 */
#define HD_RESULT(value)                                                       \
    hd_result_add(__FILE__, __LINE__, #value, (int64_t)(value))
HD_API void hd_result_add(const char *file, int line, const char *name,
                          int64_t value);

#endif
