/*
 * Errors by name and sentence, from uv.h's own table; and versions.
 */
#include <errno.h>
#include <stdio.h>
#include <uv.h>

#define UNKNOWN_BYTES 48u

/*
 * Of codes that nobody knows; overwritten by the thread's next one. libuv
 * allocates each, and leaks it.
 */
static _Thread_local char unknown_name[UNKNOWN_BYTES];
static _Thread_local char unknown_sentence[UNKNOWN_BYTES];

static const char *
say_unknown(char *text, int err)
{
    snprintf(text, UNKNOWN_BYTES, "Unknown system error %d", err);
    return text;
}

static const char *
name_of(int err)
{
    switch (err) {
#define NAME(name, sentence)                                                   \
    case UV_##name:                                                            \
        return #name;
        UV_ERRNO_MAP(NAME)
#undef NAME
    default:
        return NULL;
    }
}

static const char *
sentence_of(int err)
{
    switch (err) {
#define SENTENCE(name, sentence)                                               \
    case UV_##name:                                                            \
        return sentence;
        UV_ERRNO_MAP(SENTENCE)
#undef SENTENCE
    default:
        return NULL;
    }
}

const char *
uv_err_name(int err)
{
    const char *name = name_of(err);
    return name != NULL ? name : say_unknown(unknown_name, err);
}

const char *
uv_strerror(int err)
{
    const char *sentence = sentence_of(err);
    return sentence != NULL ? sentence : say_unknown(unknown_sentence, err);
}

static char *
put(char *buffer, size_t bytes, const char *text, int err)
{
    if (text != NULL) {
        snprintf(buffer, bytes, "%s", text);
    } else {
        snprintf(buffer, bytes, "Unknown system error %d", err);
    }
    return buffer;
}

char *
uv_err_name_r(int err, char *buf, size_t buflen)
{
    return put(buf, buflen, name_of(err), err);
}

char *
uv_strerror_r(int err, char *buf, size_t buflen)
{
    return put(buf, buflen, sentence_of(err), err);
}

int
uv_translate_sys_error(int sys_errno)
{
    return sys_errno <= 0 ? sys_errno : -sys_errno;
}

/* ---- versions: those of the uv.h whose ABI this is ---- */

unsigned int
uv_version(void)
{
    return UV_VERSION_HEX;
}

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

const char *
uv_version_string(void)
{
    return TEXT(UV_VERSION_MAJOR) "." TEXT(UV_VERSION_MINOR) "." TEXT(
        UV_VERSION_PATCH) UV_VERSION_SUFFIX;
}
