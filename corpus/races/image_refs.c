/*
 * A texture with a reference count. A release reads the count, writes the
 * picture back to disk, and stores one less; of two releases one is lost, and
 * the texture is never freed.
 *
 * Shows: lost-update of a reference count. Fixed: counted down in one step, and
 * whoever comes to zero writes back.
 */
#include <heddle/test.h>

#include <stdlib.h>

struct image {
    int refs;
    int pixels[4];
};

static int
write_back(const struct image *image)
{
    HD_TRY(hd_yield());
    return image->pixels[0] < 0 ? HD_E_USER : 0;
}

static int
let_go(void *arg)
{
    struct image *image = arg;
    const int left = image->refs - 1;

    HD_TRY(write_back(image));
    image->refs = left;
    if (left == 0) {
        free(image);
    }
    return 0;
}

static int
let_go_at_once(void *arg)
{
    struct image *image = arg;

    if (--image->refs > 0) {
        return 0;
    }
    HD_TRY(write_back(image));
    free(image);
    return 0;
}

static void
two_owners(hd_fn *how)
{
    struct image *image = calloc(1, sizeof(*image));

    HD_CHECK(image != NULL);
    image->refs = 2;
    struct hd_task *a = hd_task_spawn(how, image);
    struct hd_task *b = hd_task_spawn(how, image);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(image_refs_bad)
{
    two_owners(let_go);
}

HD_TEST(image_refs_fixed)
{
    two_owners(let_go_at_once);
}
