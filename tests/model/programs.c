/*
 * The published programs, by name.
 */
#include "base/assert.h"
#include "model.h"
#include <stdio.h>
#include <string.h>

const char *
model_program(const char *name)
{
    const size_t length = strlen(name);
    for (size_t i = 0; model_programs[i] != NULL; i++) {
        const char *title = model_programs[i] + strlen("== ");
        if (strncmp(title, name, length) == 0 &&
            (title[length] == ' ' || title[length] == '\n')) {
            return model_programs[i];
        }
    }
    return NULL;
}

void
model_load(struct model *model, const char *name, int32_t parameter)
{
    char error[MODEL_ERROR_BYTES];
    const char *text = model_program(name);
    if (text == NULL || !model_compile(model, text, parameter, error)) {
        fprintf(stderr, "%s: %s\n", name, text == NULL ? "unknown" : error);
        HD_ASSERT(!"a published program");
    }
}
