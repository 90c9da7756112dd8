#include "task/complain.h"

#include "task/loop.h"
#include <stdio.h>

static void
print(const char *what, bool is_task, const struct hd_error *error)
{
    fprintf(stderr, "heddle: %s%s: %s", is_task ? "task " : "", what,
            hd_status_name(error->code));
    if (error->message != NULL && error->message[0] != '\0') {
        fprintf(stderr, ": %s", error->message);
    }
    if (error->file != NULL) {
        fprintf(stderr, " (%s:%d)", error->file, error->line);
    }
    fputs(", and nobody looked\n", stderr);
}

void
hd_complain(struct hd_loop *loop, struct hd_task *task, const char *what,
            const struct hd_error *error)
{
    if (loop->error_handler == NULL && loop->home != &loop->own) {
        return;
    }
    char path[HD_TASK_NAME_BYTES]; /* no memory is asked for here */
    if (task != NULL && task->name != NULL) {
        what = task->name;
    } else if (task != NULL) {
        hd_loop_path(loop, &task->actor, path, sizeof(path));
        what = path;
    }
    if (loop->error_handler != NULL) {
        loop->error_handler(loop, what, error, loop->error_context);
    } else {
        print(what, task != NULL, error);
    }
}
