#include "task/failure.h"

#include "task/loop.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MESSAGE_BYTES_MAX 1024

struct hd_failure *
hd_failure_create(struct hd_loop *loop, const struct hd_error *error,
                  uint64_t place)
{
    const char *text = error->message != NULL ? error->message : "";
    const size_t length = strlen(text);
    const size_t bytes = sizeof(struct hd_failure) + length + 1;
    struct hd_failure *failure = hd_loop_take(loop, bytes, place);
    if (failure == NULL) {
        return NULL;
    }
    failure->error = *error;
    failure->references = 1;
    failure->bytes = (uint32_t)bytes;
    memcpy(failure->message, text, length + 1);
    failure->error.message = failure->message;
    return failure;
}

struct hd_failure *
hd_failure_retain(struct hd_failure *failure)
{
    if (failure != NULL) {
        failure->references++;
    }
    return failure;
}

void
hd_failure_release(struct hd_loop *loop, struct hd_failure *failure)
{
    if (failure != NULL && --failure->references == 0) {
        hd_arena_give(loop->arena, failure, failure->bytes);
    }
}

int
hd_fail_at(const char *file, int line, int code, const char *format, ...)
{
    struct hd_task *task = hd_here.task;
    if (task == NULL || code >= 0) {
        return code;
    }
    char message[MESSAGE_BYTES_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    const struct hd_error error = {
        .code = code, .message = message, .file = file, .line = line};
    struct hd_failure *failure =
        hd_failure_create(task->future.loop, &error, HD_PLACE());
    hd_task_set_error(task, failure);
    hd_failure_release(task->future.loop, failure);
    return code;
}

const struct hd_error *
hd_error_current(void)
{
    const struct hd_task *task = hd_here.task;
    return task != NULL && task->error != NULL ? &task->error->error : NULL;
}

const char *
hd_status_name(int status)
{
    static _Thread_local char text[32];
    switch (status) {
    case HD_OK:
        return "HD_OK";
#define NAME(code, name, sentence)                                             \
    case code:                                                                 \
        return #name;
        HD_STATUS_MAP(NAME)
#undef NAME
    default:
        break;
    }
    if (status == HD_E_USER) {
        return "HD_E_USER";
    }
    if (status < HD_E_USER) {
        snprintf(text, sizeof(text), "HD_E_USER-%d", HD_E_USER - status);
        return text;
    }
    const char *system = status > -4096 ? strerrorname_np(-status) : NULL;
    if (system != NULL) {
        return system; /* libuv's codes on Unix are the system's */
    }
    snprintf(text, sizeof(text), "%d", status);
    return text;
}

const char *
hd_status_text(int status)
{
    switch (status) {
    case HD_OK:
        return "success";
#define TEXT(code, name, sentence)                                             \
    case code:                                                                 \
        return sentence;
        HD_STATUS_MAP(TEXT)
#undef TEXT
    default:
        return status <= HD_E_USER ? "an error of the program"
                                   : "an error of the system";
    }
}
