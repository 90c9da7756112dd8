/*
 * What libuv promises, and what it merely does: phases, orders, counts. Real
 * time passes in one of the two builds, so nothing prints a time, and no
 * outcome hangs on how long something took.
 */
#include "uv_scenarios.h"

#include <stdio.h>
#include <string.h>
#include <uv.h>

static uv_loop_t loop;
static int calls;

static void
say(const char *what, const void *whose)
{
    const uv_handle_t *handle = whose;
    printf("  %s %s\n", (const char *)handle->data, what);
}

static void
name(void *whose, const char *text)
{
    uv_handle_t *handle = whose;
    handle->data = (void *)(uintptr_t)text;
}

static void
on_close(uv_handle_t *handle)
{
    say("closed", handle);
}

static void
close_all(uv_handle_t *handle, void *arg)
{
    (void)arg;
    if (!uv_is_closing(handle)) {
        uv_close(handle, NULL);
    }
}

static void
begin(void)
{
    calls = 0;
    printf("  init %d\n", uv_loop_init(&loop));
}

static void
end(void)
{
    uv_walk(&loop, close_all, NULL);
    printf("  run %d\n", uv_run(&loop, UV_RUN_DEFAULT));
    printf("  close %d\n", uv_loop_close(&loop));
}

static void
on_timer(uv_timer_t *timer)
{
    say("timer", timer);
}

static void
timer_named(uv_timer_t *timer, const char *text, uint64_t timeout)
{
    uv_timer_init(&loop, timer);
    name(timer, text);
    printf("  start %d\n", uv_timer_start(timer, on_timer, timeout, 0));
}

/* ---- timers ---- */

static void
timers_in_order(void)
{
    uv_timer_t a, b, c, d;
    begin();
    timer_named(&a, "a", 2);
    timer_named(&b, "b", 1);
    timer_named(&c, "c", 2);
    timer_named(&d, "d", 0);
    printf("  run %d\n", uv_run(&loop, UV_RUN_DEFAULT));
    printf("  due %d\n", (int)uv_timer_get_due_in(&a));
    end();
}

static void
on_repeat(uv_timer_t *timer)
{
    printf("  again %d of %d, active %d\n", ++calls,
           (int)uv_timer_get_repeat(timer), uv_is_active((uv_handle_t *)timer));
    if (calls == 3) {
        uv_timer_set_repeat(timer, 2);
    }
    if (calls == 5) {
        uv_timer_stop(timer);
        uv_timer_stop(timer);
    }
}

static void
repeating_timer(void)
{
    uv_timer_t timer;
    begin();
    uv_timer_init(&loop, &timer);
    printf("  again %d\n", uv_timer_again(&timer));
    printf("  null %d\n", uv_timer_start(&timer, NULL, 1, 1));
    uv_timer_start(&timer, on_repeat, 0, 1);
    printf("  run %d\n", uv_run(&loop, UV_RUN_DEFAULT));
    printf("  again %d\n", uv_timer_again(&timer));
    uv_timer_set_repeat(&timer, 0);
    printf("  again %d, active %d\n", uv_timer_again(&timer),
           uv_is_active((uv_handle_t *)&timer));
    uv_close((uv_handle_t *)&timer, NULL);
    printf("  closing %d\n", uv_timer_start(&timer, on_repeat, 1, 1));
    end();
}

static uv_timer_t victim;

static void
stop_victim(uv_timer_t *timer)
{
    say("stops another", timer);
    uv_timer_stop(&victim);
}

static void
timer_stops_timer(void)
{
    uv_timer_t timer;
    begin();
    uv_timer_init(&loop, &timer);
    name(&timer, "first");
    uv_timer_start(&timer, stop_victim, 1, 0);
    timer_named(&victim, "victim", 1);
    printf("  run %d\n", uv_run(&loop, UV_RUN_DEFAULT));
    end();
}

static void
restart(uv_timer_t *timer)
{
    printf("  restarted %d\n", ++calls);
    if (calls < 4) {
        uv_timer_start(timer, restart, 0, 0);
    }
}

static void
zero_timer_in_its_callback(void)
{
    uv_timer_t timer;
    begin();
    uv_timer_init(&loop, &timer);
    uv_timer_start(&timer, restart, 0, 0);
    printf("  run %d\n", uv_run(&loop, UV_RUN_NOWAIT));
    printf("  calls %d\n", calls);
    end();
}

/* ---- phases ---- */

struct phases {
    uv_idle_t idle[2];
    uv_prepare_t prepare[2];
    uv_check_t check[2];
    uv_timer_t timer;
    uv_async_t async;
    int turns;
};
static struct phases phases;

static void
on_idle(uv_idle_t *idle)
{
    say("idle", idle);
}

static void
on_prepare(uv_prepare_t *prepare)
{
    say("prepare", prepare);
}

static void
on_check(uv_check_t *check)
{
    say("check", check);
    if (check == &phases.check[0] && ++phases.turns == 3) {
        uv_stop(&loop);
    }
}

static void
on_async(uv_async_t *async)
{
    say("async", async);
}

static void
start_phases(void)
{
    static char names[2][2] = {"0", "1"};
    memset(&phases, 0, sizeof(phases));
    for (int i = 0; i < 2; i++) {
        uv_idle_init(&loop, &phases.idle[i]);
        uv_prepare_init(&loop, &phases.prepare[i]);
        uv_check_init(&loop, &phases.check[i]);
        phases.idle[i].data = names[i];
        phases.prepare[i].data = names[i];
        phases.check[i].data = names[i];
        uv_idle_start(&phases.idle[i], on_idle);
        uv_prepare_start(&phases.prepare[i], on_prepare);
        uv_check_start(&phases.check[i], on_check);
    }
    uv_async_init(&loop, &phases.async, on_async);
    name(&phases.async, "x");
    timer_named(&phases.timer, "t", 0);
}

static void
phases_in_order(void)
{
    begin();
    start_phases();
    uv_async_send(&phases.async);
    uv_async_send(&phases.async);
    uv_close((uv_handle_t *)&phases.timer, on_close);
    timer_named(&victim, "v", 0);
    printf("  run %d\n", uv_run(&loop, UV_RUN_DEFAULT));
    printf("  turns %d\n", phases.turns);
    end();
}

static void
run_modes(void)
{
    begin();
    start_phases();
    printf("  nowait %d\n", uv_run(&loop, UV_RUN_NOWAIT));
    printf("  once %d\n", uv_run(&loop, UV_RUN_ONCE));
    uv_idle_stop(&phases.idle[0]);
    uv_idle_stop(&phases.idle[1]);
    for (int i = 0; i < 2; i++) {
        uv_prepare_stop(&phases.prepare[i]);
        uv_check_stop(&phases.check[i]);
    }
    uv_unref((uv_handle_t *)&phases.async);
    uv_update_time(&loop);
    uv_timer_start(&phases.timer, on_timer, 1, 0);
    printf("  timeout %d\n", uv_backend_timeout(&loop));
    printf("  once %d\n", uv_run(&loop, UV_RUN_ONCE));
    uv_stop(&loop);
    printf("  stopped %d\n", uv_run(&loop, UV_RUN_ONCE));
    end();
}

static uv_idle_t late;

static void
start_late(uv_idle_t *idle)
{
    say("idle", idle);
    if (!uv_is_active((uv_handle_t *)&late)) {
        uv_idle_start(&late, on_idle);
        uv_idle_stop(&phases.idle[0]);
    }
    if (++calls == 3) {
        uv_stop(&loop);
    }
}

static void
idle_starts_and_stops_idle(void)
{
    begin();
    start_phases();
    uv_idle_init(&loop, &late);
    name(&late, "late");
    uv_idle_stop(&phases.idle[1]);
    printf("  null %d\n", uv_idle_start(&phases.idle[1], NULL));
    uv_idle_start(&phases.idle[1], start_late);
    uv_idle_start(&phases.idle[1], NULL);
    printf("  run %d\n", uv_run(&loop, UV_RUN_DEFAULT));
    end();
}

/* ---- async ---- */

static uv_async_t asyncs[3];

static void
send_others(uv_async_t *async)
{
    say("async", async);
    if (++calls == 1) {
        uv_async_send(&asyncs[2]);
        uv_async_send(&asyncs[0]);
        uv_async_send(async);
    }
    if (calls == 4) {
        for (int i = 0; i < 3; i++) {
            uv_close((uv_handle_t *)&asyncs[i], on_close);
        }
    }
}

static void
sends_coalesce(void)
{
    static char names[3][2] = {"0", "1", "2"};
    begin();
    for (int i = 0; i < 3; i++) {
        uv_async_init(&loop, &asyncs[i], send_others);
        asyncs[i].data = names[i];
    }
    uv_async_send(&asyncs[1]);
    uv_async_send(&asyncs[1]);
    printf("  run %d\n", uv_run(&loop, UV_RUN_DEFAULT));
    end();
}

/* ---- life ---- */

static void
references(void)
{
    uv_timer_t timer;
    uv_handle_t *handle = (uv_handle_t *)&timer;
    begin();
    uv_timer_init(&loop, &timer);
    printf("  alive %d, ref %d\n", uv_loop_alive(&loop), uv_has_ref(handle));
    uv_timer_start(&timer, on_timer, 1000, 0);
    printf("  alive %d, handles %u\n", uv_loop_alive(&loop),
           loop.active_handles);
    uv_unref(handle);
    uv_unref(handle);
    printf("  alive %d, handles %u\n", uv_loop_alive(&loop),
           loop.active_handles);
    printf("  run %d\n", uv_run(&loop, UV_RUN_DEFAULT));
    uv_ref(handle);
    uv_ref(handle);
    printf("  alive %d, handles %u\n", uv_loop_alive(&loop),
           loop.active_handles);
    printf("  busy %d\n", uv_loop_close(&loop));
    end();
}

static void
close_again_later(uv_handle_t *handle)
{
    say("closed", handle);
    uv_close((uv_handle_t *)&phases.timer, on_close);
}

static void
closing_is_last_in_first_out(void)
{
    begin();
    start_phases();
    uv_close((uv_handle_t *)&phases.idle[0], on_close);
    uv_close((uv_handle_t *)&phases.idle[1], close_again_later);
    uv_close((uv_handle_t *)&phases.check[0], on_close);
    printf("  closing %d, active %d\n",
           uv_is_closing((uv_handle_t *)&phases.check[0]),
           uv_is_active((uv_handle_t *)&phases.check[0]));
    printf("  run %d\n", uv_run(&loop, UV_RUN_NOWAIT));
    end();
}

static void
print_type(uv_handle_t *handle, void *arg)
{
    int *count = arg;
    printf("  %d %s\n", ++*count, uv_handle_type_name(handle->type));
}

static void
walking(void)
{
    begin();
    start_phases();
    uv_walk(&loop, print_type, &calls);
    uv_loop_set_data(&loop, &phases);
    printf("  data %d\n", uv_loop_get_data(&loop) == &phases);
    end();
}

static void
default_loops(void)
{
    uv_loop_t *first = uv_default_loop();
    printf("  same %d\n", first == uv_default_loop());
    printf("  run %d\n", uv_run(first, UV_RUN_DEFAULT));
    printf("  close %d\n", uv_loop_close(first));
    uv_loop_t *own = uv_loop_new();
    printf("  another %d\n", own != uv_default_loop());
    uv_loop_delete(own);
    printf("  close %d\n", uv_loop_close(uv_default_loop()));
}

static void
time_passes(void)
{
    begin();
    const uint64_t before_ns = uv_hrtime();
    const uint64_t before_ms = uv_now(&loop);
    timer_named(&victim, "t", 2);
    printf("  run %d\n", uv_run(&loop, UV_RUN_DEFAULT));
    printf("  passed %d %d\n", uv_hrtime() - before_ns >= 1000000,
           uv_now(&loop) - before_ms >= 2);
    while (uv_now(&loop) < before_ms + 4) {
        uv_run(&loop, UV_RUN_NOWAIT);
    }
    printf("  polled\n");
    end();
}

/* ---- tables ---- */

static void
tables(void)
{
    char text[40];
    for (int type = 0; type <= UV_HANDLE_TYPE_MAX; type++) {
        const char *word = uv_handle_type_name((uv_handle_type)type);
        printf("  %d %s %zd\n", type, word != NULL ? word : "-",
               (ssize_t)uv_handle_size((uv_handle_type)type));
    }
    for (int type = 0; type <= UV_REQ_TYPE_MAX; type++) {
        const char *word = uv_req_type_name((uv_req_type)type);
        printf("  %d %s %zd\n", type, word != NULL ? word : "-",
               (ssize_t)uv_req_size((uv_req_type)type));
    }
    /* Of unknown codes libuv leaks the text, but for the _r forms. */
#define ERROR(name, sentence)                                                  \
    printf("  %d %s %s\n", UV_##name, uv_err_name(UV_##name),                  \
           uv_strerror(UV_##name));
    UV_ERRNO_MAP(ERROR)
#undef ERROR
    printf("  %s", uv_strerror_r(-5000, text, sizeof(text)));
    printf("  %s", uv_strerror_r(UV_EBUSY, text, 9));
    printf("  %s\n", uv_err_name_r(UV_EBUSY, text, sizeof(text)));
    printf("  %d %d %d\n", uv_translate_sys_error(5),
           uv_translate_sys_error(-5), uv_translate_sys_error(0));
    printf("  %x %s %zu\n", uv_version(), uv_version_string(), uv_loop_size());
}

#define ROW(scenario)                                                          \
    {                                                                          \
#scenario, scenario                                                    \
    }

const struct uv_scenario uv_scenarios[] = {
    ROW(timers_in_order),
    ROW(repeating_timer),
    ROW(timer_stops_timer),
    ROW(zero_timer_in_its_callback),
    ROW(phases_in_order),
    ROW(run_modes),
    ROW(idle_starts_and_stops_idle),
    ROW(sends_coalesce),
    ROW(references),
    ROW(closing_is_last_in_first_out),
    ROW(walking),
    ROW(default_loops),
    ROW(time_passes),
    ROW(tables),
};
const size_t uv_scenario_count = sizeof(uv_scenarios) / sizeof(uv_scenarios[0]);
