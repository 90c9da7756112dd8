#include "explore/shared.h"

#include "base/assert.h"
#include <sys/mman.h>

void *
hd_shared_map(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory != MAP_FAILED ? memory : NULL;
}

void
hd_shared_unmap(void *memory, size_t bytes)
{
    if (memory != NULL) {
        munmap(memory, bytes);
    }
}

void
hd_shared_clear(void *memory, size_t bytes)
{
    if (memory != NULL) {
        void *same =
            mmap(memory, bytes, PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
        HD_ASSERT(same == memory);
    }
}

struct hd_shared *
hd_shared_create(void)
{
    struct hd_shared *shared = hd_shared_map(sizeof(*shared));
    if (shared == NULL) {
        return NULL;
    }
    shared->log.records =
        hd_shared_map(HD_LOG_RECORDS * sizeof(struct hd_record));
    shared->log.mask = HD_LOG_RECORDS - 1;
    if (shared->log.records == NULL) {
        hd_shared_unmap(shared, sizeof(*shared));
        return NULL;
    }
    shared->steps_max = UINT64_MAX;
    return shared;
}

void
hd_shared_destroy(struct hd_shared *shared)
{
    if (shared != NULL) {
        hd_shared_unmap(shared->log.records,
                        HD_LOG_RECORDS * sizeof(struct hd_record));
        hd_coverage_destroy(shared->coverage);
        hd_shared_unmap(shared, sizeof(*shared));
    }
}

void
hd_shared_copy_reference(struct hd_shared *to, const struct hd_shared *from)
{
    to->has_reference = from->has_reference;
    to->reference = from->reference;
    to->oracle = from->oracle;
    to->serials = from->serials;
    to->tracks_memory |= from->tracks_memory;
}

bool
hd_shared_is_known(const struct hd_shared *shared, uint64_t signature)
{
    for (uint32_t i = 0; i < shared->known_count; i++) {
        if (shared->known[i] == signature) {
            return true;
        }
    }
    return false;
}

bool
hd_shared_knows(const struct hd_shared *shared,
                const struct hd_finding *finding)
{
    return hd_shared_is_known(shared, finding->signature) ||
           (finding->base != NULL &&
            hd_shared_is_known(shared, finding->base_signature));
}

void
hd_shared_learn(struct hd_shared *shared, uint64_t signature)
{
    if (!hd_shared_is_known(shared, signature) &&
        shared->known_count < HD_KNOWN_MAX) {
        shared->known[shared->known_count++] = signature;
    }
}
