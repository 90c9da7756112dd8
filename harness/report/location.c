/*
 * A location is a small program for a stack machine. What it may compute from,
 * besides constants, are the registers of a frame that has been left by a call;
 * memory cannot be asked, as the frame was another process's.
 */
#include "report/location.h"

#include <dwarf.h>

#define STACK_MAX 16u

struct machine {
    Dwarf_Attribute *attribute;
    Dwarf_Die *function;          /* NULL: of a static variable */
    const struct hd_frame *frame; /* the same */
    uint64_t pc;
    uint64_t stack[STACK_MAX];
    size_t depth;
    bool in_memory;   /* what is on top is an address */
    bool is_register; /* the value of one is on top */
};

static bool
push(struct machine *machine, uint64_t value)
{
    if (machine->depth == STACK_MAX) {
        return false;
    }
    machine->stack[machine->depth++] = value;
    return true;
}

static bool
push_register(struct machine *machine, unsigned number, uint64_t offset)
{
    const struct hd_frame *frame = machine->frame;
    if (frame == NULL) {
        return false;
    }
    switch (number) {
    case HD_FRAME_SP:
        return push(machine, frame->sp + offset);
    case HD_FRAME_BP:
        return push(machine, frame->bp + offset);
    case HD_FRAME_BX:
        return push(machine, frame->bx + offset);
    default:
        return false;
    }
}

static bool run(struct machine *machine, const Dwarf_Op *ops, size_t count);

/* What the function's variables are counted from. */
static bool
push_frame_base(struct machine *machine, uint64_t offset)
{
    Dwarf_Attribute attribute;
    Dwarf_Op *ops;
    size_t count;
    struct machine base = {
        .attribute = &attribute, .frame = machine->frame, .pc = machine->pc};
    return machine->function != NULL &&
           dwarf_attr_integrate(machine->function, DW_AT_frame_base,
                                &attribute) != NULL &&
           dwarf_getlocation_addr(&attribute, machine->pc, &ops, &count, 1) ==
               1 &&
           run(&base, ops, count) && base.depth > 0 &&
           push(machine, base.stack[base.depth - 1] + offset);
}

static bool
push_constant(struct machine *machine, const Dwarf_Op *op)
{
    Dwarf_Attribute indirect;
    Dwarf_Addr address;
    switch (op->atom) {
    case DW_OP_addr:
        machine->in_memory = true;
        return push(machine, op->number);
    case DW_OP_addrx:
    case DW_OP_GNU_addr_index:
        machine->in_memory = true;
        return dwarf_getlocation_attr(machine->attribute, op, &indirect) == 0 &&
               dwarf_formaddr(&indirect, &address) == 0 &&
               push(machine, address);
    case DW_OP_call_frame_cfa:
        return machine->frame != NULL && machine->frame->end != 0 &&
               push(machine, machine->frame->end);
    case DW_OP_fbreg:
        machine->in_memory = true;
        return push_frame_base(machine, op->number);
    default:
        if (op->atom >= DW_OP_lit0 && op->atom <= DW_OP_lit31) {
            return push(machine, (uint64_t)op->atom - DW_OP_lit0);
        }
        return op->atom >= DW_OP_const1u && op->atom <= DW_OP_consts &&
               push(machine, op->number);
    }
}

static bool
calculate(struct machine *machine, const Dwarf_Op *op)
{
    uint64_t *top = &machine->stack[machine->depth - 1];
    if (op->atom == DW_OP_plus_uconst && machine->depth > 0) {
        *top += op->number;
        return true;
    }
    if (machine->depth < 2) {
        return false;
    }
    switch (op->atom) {
    case DW_OP_plus:
        top[-1] += top[0];
        break;
    case DW_OP_minus:
        top[-1] -= top[0];
        break;
    case DW_OP_and:
        top[-1] &= top[0];
        break;
    default:
        return false;
    }
    machine->depth--;
    return true;
}

static bool
step(struct machine *machine, const Dwarf_Op *op)
{
    if (op->atom >= DW_OP_breg0 && op->atom <= DW_OP_breg31) {
        machine->in_memory = true;
        return push_register(machine, op->atom - DW_OP_breg0, op->number);
    }
    if (op->atom >= DW_OP_reg0 && op->atom <= DW_OP_reg31) {
        machine->is_register = true;
        return push_register(machine, op->atom - DW_OP_reg0, 0);
    }
    if (op->atom == DW_OP_plus_uconst || op->atom == DW_OP_plus ||
        op->atom == DW_OP_minus || op->atom == DW_OP_and) {
        return calculate(machine, op);
    }
    return push_constant(machine, op);
}

static bool
run(struct machine *machine, const Dwarf_Op *ops, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!step(machine, &ops[i])) {
            return false;
        }
    }
    return true;
}

/* What one piece, or the whole, comes to. bytes 0: all of it. */
static void
add_piece(struct machine *machine, const Dwarf_Op *ops, size_t count,
          struct hd_location_piece piece, struct hd_location *location)
{
    machine->depth = 0;
    machine->in_memory = machine->is_register = false;
    if (location->count < HD_LOCATION_PIECES && run(machine, ops, count) &&
        machine->depth > 0 && machine->in_memory && !machine->is_register) {
        piece.low = machine->stack[machine->depth - 1];
        location->pieces[location->count++] = piece;
    }
}

static void
add_pieces(struct machine *machine, const Dwarf_Op *ops, size_t count,
           struct hd_location *location)
{
    struct hd_location_piece piece = {.offset = 0};
    size_t first = 0;
    for (size_t i = 0; i < count; i++) {
        if (ops[i].atom == DW_OP_piece) {
            piece.bytes = ops[i].number;
            add_piece(machine, &ops[first], i - first, piece, location);
            piece.offset += piece.bytes;
            first = i + 1;
        }
    }
    if (first == 0) {
        add_piece(machine, ops, count, piece, location);
    }
}

void
hd_location_static(Dwarf_Die *variable, struct hd_location *out_location)
{
    Dwarf_Attribute attribute;
    Dwarf_Op *ops;
    size_t count;
    out_location->count = 0;
    struct machine machine = {.attribute = &attribute};
    if (dwarf_attr(variable, DW_AT_location, &attribute) != NULL &&
        dwarf_getlocation(&attribute, &ops, &count) == 0) {
        add_pieces(&machine, ops, count, out_location);
    }
}

void
hd_location_local(Dwarf_Die *variable, Dwarf_Die *function, uint64_t pc,
                  const struct hd_frame *frame,
                  struct hd_location *out_location)
{
    Dwarf_Attribute attribute;
    Dwarf_Op *ops;
    size_t count;
    struct machine machine = {.attribute = &attribute,
                              .function = function,
                              .frame = frame,
                              .pc = pc};
    out_location->count = 0;
    if (dwarf_attr(variable, DW_AT_location, &attribute) != NULL &&
        dwarf_getlocation_addr(&attribute, pc, &ops, &count, 1) == 1) {
        add_pieces(&machine, ops, count, out_location);
    }
}

void
hd_location_ever(Dwarf_Die *variable, Dwarf_Die *function, uint64_t pc,
                 const struct hd_frame *frame, struct hd_location *out_location)
{
    Dwarf_Attribute attribute;
    Dwarf_Addr base, start, end;
    Dwarf_Op *ops;
    size_t count;
    ptrdiff_t at = 0;
    struct machine machine = {.attribute = &attribute,
                              .function = function,
                              .frame = frame,
                              .pc = pc};
    out_location->count = 0;
    if (dwarf_attr(variable, DW_AT_location, &attribute) == NULL) {
        return;
    }
    while ((at = dwarf_getlocations(&attribute, at, &base, &start, &end, &ops,
                                    &count)) > 0) {
        add_pieces(&machine, ops, count, out_location);
    }
}
