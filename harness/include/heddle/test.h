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
 * The body is the main task of a fresh loop and is run under many schedules.
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

/* A condition that must hold; if not, the execution ends as `assertion`. */
#define HD_CHECK(expr)                                                         \
    ((expr) ? (void)0 : hd_check_failed(__FILE__, __LINE__, #expr))
HD_API HD_NORETURN void hd_check_failed(const char *file, int line,
                                        const char *expr);

/*
 * The program's result, to be the same in every schedule; a number, and any
 * number of times: all of them in order are the result.
 */
#define HD_RESULT(value)                                                       \
    hd_result_add(__FILE__, __LINE__, #value, (int64_t)(value))
HD_API void hd_result_add(const char *file, int line, const char *name,
                          int64_t value);

#endif
