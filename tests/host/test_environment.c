/*
 * What the environment asks of real loops. It is read once in a process, so
 * each case is a child of its own; the parent makes no loop.
 */
#include <heddle/heddle.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define TEXT_BYTES 4096

struct child {
    char text[TEXT_BYTES]; /* what it wrote on stdout and stderr */
    int status;            /* of waitpid */
};

static void
be_child(int out, const char *name, const char *value, hd_fn *fn)
{
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    setenv(name, value, 1);
    signal(SIGABRT, SIG_DFL);
    signal(SIGSEGV, SIG_DFL);
    const int status = hd_run(fn, NULL);
    fflush(stdout);
    _exit(status == HD_OK ? 0 : 1);
}

static struct child
run_child(const char *name, const char *value, hd_fn *fn)
{
    struct child child = {.status = -1};
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        be_child(ends[1], name, value, fn);
    }
    close(ends[1]);
    size_t length = 0;
    ssize_t got;
    while ((got = read(ends[0], child.text + length,
                       sizeof(child.text) - 1 - length)) > 0) {
        length += (size_t)got;
    }
    close(ends[0]);
    assert_int_equal(waitpid(pid, &child.status, 0), pid);
    return child;
}

/* ---- the scheduler ---- */

static int
prints(void *arg)
{
    for (int i = 0; i < 4; i++) {
        putchar(*(const char *)arg);
        HD_TRY(hd_yield());
    }
    return HD_OK;
}

static int
four_print(void *arg)
{
    static char names[] = "abcd";
    struct hd_task *tasks[4];
    (void)arg;
    for (int i = 0; i < 4; i++) {
        tasks[i] = hd_task_spawn(prints, &names[i]);
    }
    for (int i = 0; i < 4; i++) {
        HD_TRY(hd_await(tasks[i]));
    }
    return hd_sleep(HD_MS(1));
}

static void
random_shuffles_by_its_seed(void **state)
{
    (void)state;

    const struct child fifo = run_child("HEDDLE_SCHEDULER", "fifo", four_print);
    const struct child one =
        run_child("HEDDLE_SCHEDULER", "random:1", four_print);
    const struct child same =
        run_child("HEDDLE_SCHEDULER", "random:1", four_print);
    const struct child two =
        run_child("HEDDLE_SCHEDULER", "random:2", four_print);

    assert_int_equal(fifo.status | one.status | two.status, 0);
    assert_string_equal(fifo.text, "abcdabcdabcdabcd");
    assert_string_not_equal(one.text, fifo.text);
    assert_string_equal(one.text, same.text);
    assert_string_not_equal(one.text, two.text);
}

static void
an_unknown_scheduler_is_said_and_left(void **state)
{
    (void)state;

    const struct child child =
        run_child("HEDDLE_SCHEDULER", "random:x", four_print);

    assert_int_equal(child.status, 0);
    assert_non_null(strstr(child.text, "expected fifo or random:SEED"));
    assert_non_null(strstr(child.text, "abcdabcdabcdabcd"));
}

/* ---- debug mode ---- */

static int
holds(void *arg)
{
    struct hd_loop *loop = hd_loop_running();
    const uint64_t until_ns = hd_loop_now(loop) + HD_MS(2);
    (void)arg;
    while (hd_loop_now(loop) < until_ns) {
    }
    return HD_OK;
}

static int
holds_the_loop(void *arg)
{
    (void)arg;
    hd_loop_set_debug(hd_loop_running(), true);
    hd_loop_set_slow_callback(hd_loop_running(), HD_MS(1));
    HD_TRY(hd_yield());
    struct hd_task *task = hd_task_spawn(holds, NULL);
    return hd_await(task);
}

static void
debug_mode_tells_who_held_the_loop(void **state)
{
    (void)state;

    const struct child child = run_child("HEDDLE_UNUSED", "", holds_the_loop);

    assert_int_equal(child.status, 0);
    assert_non_null(strstr(child.text, "0.1.1 held the loop for "));
}

/* ---- the recorder ---- */

static char file[] = "heddle-recorder-XXXXXX";

static struct child
record(hd_fn *fn)
{
    return run_child("HEDDLE_RECORDER", file, fn);
}

/* Does the file have this word? */
static bool
recorded(const char *word)
{
    char text[TEXT_BYTES] = "";
    FILE *stream = fopen(file, "r");
    assert_non_null(stream);
    const size_t got = fread(text, 1, sizeof(text) - 1, stream);
    fclose(stream);
    assert_int_equal(truncate(file, 0), 0);
    text[got] = '\0';
    return strstr(text, word) != NULL;
}

static int
asks(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    return raise(SIGUSR2) == 0 ? HD_OK : HD_E_USER;
}

static int
aborts(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    abort();
}

static int
descend(uint64_t left, volatile char *above)
{
    volatile char frame[4096] = {0};
    frame[0] = above != NULL ? above[0] : 0;
    return left == 0 ? 0 : descend(left - 1, frame) + frame[1];
}

static int
overflows(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    return descend(UINT64_MAX, NULL);
}

static void
a_request_writes_the_last_steps(void **state)
{
    (void)state;

    const struct child child = record(asks);

    assert_int_equal(child.status, 0);
    assert_true(recorded("yield"));
}

static void
a_crash_writes_the_last_steps(void **state)
{
    (void)state;

    const struct child child = record(aborts);

    assert_true(WIFSIGNALED(child.status));
    assert_int_equal(WTERMSIG(child.status), SIGABRT);
    assert_true(recorded("yield"));
}

static void
a_stack_overflow_writes_the_last_steps(void **state)
{
    (void)state;

    const struct child child = record(overflows);

    assert_true(WIFSIGNALED(child.status));
    assert_int_equal(WTERMSIG(child.status), SIGSEGV);
    assert_true(recorded("yield"));
}

static int
make_file(void **state)
{
    (void)state;
    const int fd = mkstemp(file);
    return fd < 0 ? -1 : close(fd);
}

static int
remove_file(void **state)
{
    (void)state;
    return unlink(file);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_shuffles_by_its_seed),
        cmocka_unit_test(an_unknown_scheduler_is_said_and_left),
        cmocka_unit_test(debug_mode_tells_who_held_the_loop),
        cmocka_unit_test(a_request_writes_the_last_steps),
        cmocka_unit_test(a_crash_writes_the_last_steps),
        cmocka_unit_test(a_stack_overflow_writes_the_last_steps),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
