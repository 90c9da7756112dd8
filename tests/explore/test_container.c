/*
 * Files of a search: what is read is what was written, or nothing.
 */
#include "explore/container.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "container-XXXXXX";
static char path[64], error[HD_CONTAINER_ERROR_BYTES];

static int
make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    snprintf(path, sizeof(path), "%s/file", folder);
    return 0;
}

static int
remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static struct hd_container
example(void)
{
    const uint64_t numbers[] = {1, 2, 3};
    struct hd_container container = {0};
    hd_container_set(&container, "program", "%s", "bank of\nEngland\\");
    hd_container_set(&container, "seed", "%d", 42);
    hd_container_set(&container, "nothing", "%s", "");
    hd_container_add(&container, "deposits/search", numbers, sizeof(numbers));
    hd_container_add(&container, "deposits/empty", NULL, 0);
    hd_container_add(&container, "deposits/text", "\nend 0\n\0x", 9);
    return container;
}

static void
write_example(void)
{
    struct hd_container container = example();
    assert_true(hd_container_write(&container, path, error));
    hd_container_finish(&container);
}

static size_t
read_bytes(char *bytes, size_t room)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    const size_t count = fread(bytes, 1, room, file);
    fclose(file);
    assert_true(count < room);
    return count;
}

static void
write_bytes(const char *bytes, size_t count)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    fclose(file);
}

static void
assert_refused(const char *says)
{
    struct hd_container container;
    assert_int_equal(hd_container_read(&container, path, error),
                     HD_CONTAINER_REFUSED);
    assert_int_equal(strncmp(error, path, strlen(path)), 0);
    if (strstr(error, says) == NULL) {
        fail_msg("'%s' does not say '%s'", error, says);
    }
}

/* ---- tests ---- */

static void
what_is_read_is_what_was_written(void **state)
{
    struct hd_container container;
    (void)state;

    write_example();
    assert_int_equal(hd_container_read(&container, path, error),
                     HD_CONTAINER_READ);

    assert_string_equal(hd_container_get(&container, "program"),
                        "bank of\nEngland\\");
    assert_string_equal(hd_container_get(&container, "seed"), "42");
    assert_string_equal(hd_container_get(&container, "nothing"), "");
    assert_null(hd_container_get(&container, "absent"));
    const struct hd_section *section =
        hd_container_find(&container, "deposits/search");
    assert_int_equal(section->count, 24);
    assert_int_equal(section->bytes[8], 2);
    assert_int_equal(hd_container_find(&container, "deposits/empty")->count, 0);
    section = hd_container_find(&container, "deposits/text");
    assert_memory_equal(section->bytes, "\nend 0\n\0x", 9);
    assert_null(hd_container_find(&container, "deposits"));
    hd_container_finish(&container);
}

static void
each_flipped_bit_is_noticed(void **state)
{
    static char bytes[4096];
    struct hd_container container;
    (void)state;
    write_example();
    const size_t count = read_bytes(bytes, sizeof(bytes));

    for (size_t i = 0; i < 8 * count; i++) {
        bytes[i / 8] = (char)(bytes[i / 8] ^ 1 << i % 8);
        write_bytes(bytes, count);
        assert_int_equal(hd_container_read(&container, path, error),
                         HD_CONTAINER_REFUSED);
        bytes[i / 8] = (char)(bytes[i / 8] ^ 1 << i % 8);
    }
}

static void
each_cut_is_noticed(void **state)
{
    static char bytes[4096];
    struct hd_container container;
    (void)state;
    write_example();
    const size_t count = read_bytes(bytes, sizeof(bytes));

    for (size_t i = 0; i < count; i++) {
        write_bytes(bytes, i);
        assert_int_equal(hd_container_read(&container, path, error),
                         HD_CONTAINER_REFUSED);
    }
}

static void
a_refusal_says_what_is_wrong_and_where(void **state)
{
    static char bytes[4096];
    (void)state;
    write_example();
    const size_t count = read_bytes(bytes, sizeof(bytes));
    const size_t payload = count - 24 - 9;

    write_bytes(bytes, 0);
    assert_refused("is empty");
    write_bytes("hello, world\n", 13);
    assert_refused("is no result file");
    write_bytes("heddle-search 2\n", 16);
    assert_refused("has format '2', and this Heddle reads 1");
    write_bytes(bytes, 40);
    assert_refused("ends within its header");
    write_bytes(bytes, payload + 10);
    assert_refused("section deposits/search 10 of 24 bytes are there");
    memcpy(bytes + count, "more", 4);
    write_bytes(bytes, count + 4);
    assert_refused("4 bytes too many");
    bytes[payload + 25]++;
    write_bytes(bytes, count);
    assert_refused("section deposits/text (bytes");
    bytes[20]++;
    write_bytes(bytes, count);
    assert_refused("its header (bytes 0 to");
}

static void
what_cannot_be_written_leaves_the_old_file(void **state)
{
    static char bytes[4096], after[4096];
    struct hd_container container = example();
    (void)state;
    write_example();
    const size_t count = read_bytes(bytes, sizeof(bytes));

    container.failed = true;
    assert_false(hd_container_write(&container, path, error));
    assert_non_null(strstr(error, "cannot write container-"));

    assert_int_equal(read_bytes(after, sizeof(after)), count);
    assert_memory_equal(bytes, after, count);
    container.failed = false;
    assert_false(hd_container_write(&container, "no/such/file", error));
    assert_non_null(strstr(error, "no/such/file: No such file"));
    hd_container_finish(&container);
}

static void
what_is_not_there_is_not_refused(void **state)
{
    struct hd_container container;
    (void)state;

    assert_int_equal(hd_container_read(&container, "no/such/file", error),
                     HD_CONTAINER_ABSENT);
    assert_int_equal(hd_container_read(&container, folder, error),
                     HD_CONTAINER_REFUSED);

    assert_non_null(strstr(error, "Is a directory"));
}

static void
a_link_stays_a_link(void **state)
{
    char link[80];
    struct stat status;
    struct hd_container container = example();
    (void)state;
    write_example();
    snprintf(link, sizeof(link), "%s/link", folder);
    assert_int_equal(symlink("file", link), 0);

    assert_true(hd_container_write(&container, link, error));

    assert_int_equal(lstat(link, &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    unlink(link);
    hd_container_finish(&container);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_is_what_was_written),
        cmocka_unit_test(each_flipped_bit_is_noticed),
        cmocka_unit_test(each_cut_is_noticed),
        cmocka_unit_test(a_refusal_says_what_is_wrong_and_where),
        cmocka_unit_test(what_cannot_be_written_leaves_the_old_file),
        cmocka_unit_test(what_is_not_there_is_not_refused),
        cmocka_unit_test(a_link_stays_a_link),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
