#include "report/debug.h"

#include <dwarf.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

#define MODULES_MAX 64u

static struct {
    struct hd_debug_module items[MODULES_MAX];
    size_t count;
} modules;

/* ---- modules ---- */

struct search {
    uint64_t address, base;
    const char *file;
    bool found;
};

static int
look_at_module(struct dl_phdr_info *info, size_t size, void *arg)
{
    struct search *search = arg;
    (void)size;
    for (size_t i = 0; i < info->dlpi_phnum && !search->found; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        const uint64_t low = info->dlpi_addr + header->p_vaddr;
        if (header->p_type == PT_LOAD &&
            search->address - low < header->p_memsz) {
            *search = (struct search){.base = info->dlpi_addr,
                                      .file = info->dlpi_name,
                                      .found = true};
        }
    }
    return search->found;
}

/* The program itself has no name for the loader. */
static Dwarf *
open_file(const char *name)
{
    int file = -1;
    if (name[0] == '\0') {
        file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
        name = (const char *)(uintptr_t)getauxval(AT_EXECFN);
    }
    if (file < 0 && name != NULL) {
        file = open(name, O_RDONLY | O_CLOEXEC);
    }
    return file >= 0 ? dwarf_begin(file, DWARF_C_READ) : NULL;
}

struct hd_debug_module *
hd_debug_module(uint64_t address)
{
    struct search search = {.address = address};
    dl_iterate_phdr(look_at_module, &search);
    if (!search.found) {
        return NULL;
    }
    for (size_t i = 0; i < modules.count; i++) {
        if (modules.items[i].base == search.base) {
            return &modules.items[i];
        }
    }
    if (modules.count == MODULES_MAX) {
        return NULL;
    }
    struct hd_debug_module *module = &modules.items[modules.count++];
    module->base = search.base;
    module->dwarf = open_file(search.file);
    return module;
}

bool
hd_debug_next_unit(const struct hd_debug_module *module, Dwarf_CU **cursor,
                   Dwarf_Die *out_unit)
{
    Dwarf_Die unit, split;
    uint8_t kind;
    while (module->dwarf != NULL &&
           dwarf_get_units(module->dwarf, *cursor, cursor, NULL, &kind, &unit,
                           &split) == 0) {
        if (kind == DW_UT_skeleton && split.addr != NULL) {
            unit = split;
        }
        if (dwarf_tag(&unit) == DW_TAG_compile_unit) {
            *out_unit = unit;
            return true;
        }
    }
    return false;
}

/* ---- scopes ---- */

bool
hd_debug_first_child(Dwarf_Die *parent, Dwarf_Die *out_child)
{
    return dwarf_child(parent, out_child) == 0;
}

bool
hd_debug_is_function(Dwarf_Die *scope)
{
    const int tag = dwarf_tag(scope);
    return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
}

static bool
has_code(Dwarf_Die *die)
{
    const int tag = dwarf_tag(die);
    return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine ||
           tag == DW_TAG_lexical_block;
}

/* The scope right below this one that holds the code. */
static bool
go_inwards(Dwarf_Die *parent, uint64_t pc, Dwarf_Die *out_scope)
{
    Dwarf_Die child;
    bool more = hd_debug_first_child(parent, &child);
    while (more) {
        if (has_code(&child) && dwarf_haspc(&child, pc) == 1) {
            *out_scope = child;
            return true;
        }
        more = dwarf_siblingof(&child, &child) == 0;
    }
    return false;
}

bool
hd_debug_scopes(uint64_t address, struct hd_debug_scopes *out_scopes)
{
    const struct hd_debug_module *module = hd_debug_module(address);
    Dwarf_CU *cursor = NULL;
    Dwarf_Die at;
    out_scopes->count = 0;
    if (module == NULL) {
        return false;
    }
    out_scopes->base = module->base;
    out_scopes->pc = address - module->base;
    while (out_scopes->count == 0 && hd_debug_next_unit(module, &cursor, &at)) {
        if (dwarf_haspc(&at, out_scopes->pc) != 1) {
            continue;
        }
        while (out_scopes->count < HD_DEBUG_SCOPES_MAX &&
               go_inwards(&at, out_scopes->pc, &at)) {
            out_scopes->items[out_scopes->count++] = at;
        }
    }
    return out_scopes->count > 0;
}

/* ---- attributes ---- */

bool
hd_debug_type(Dwarf_Die *die, Dwarf_Die *out_type)
{
    Dwarf_Attribute attribute;
    return dwarf_attr_integrate(die, DW_AT_type, &attribute) != NULL &&
           dwarf_formref_die(&attribute, out_type) != NULL;
}

bool
hd_debug_plain_type(Dwarf_Die *die, Dwarf_Die *out_type)
{
    Dwarf_Die type;
    return hd_debug_type(die, &type) && dwarf_peel_type(&type, out_type) == 0;
}

uint64_t
hd_debug_size(Dwarf_Die *type)
{
    Dwarf_Word size = 0;
    return dwarf_aggregate_size(type, &size) == 0 ? size : 0;
}

bool
hd_debug_number(Dwarf_Die *die, unsigned attribute, uint64_t *out_number)
{
    Dwarf_Attribute found;
    Dwarf_Word number;
    if (dwarf_attr_integrate(die, attribute, &found) == NULL ||
        dwarf_formudata(&found, &number) != 0) {
        return false;
    }
    *out_number = number;
    return true;
}
