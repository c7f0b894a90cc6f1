//! Program → Cranelift's intermediate representation.
//!
//! Each record becomes a function (see [`abi`] for its terms):
//!
//! ```text
//! function(context, cells, position) {      // { trackId name albums { … } }
//!     position = reserve(…) if room < 96    // for all up to the first value of unknown length, so that none of
//!     store `{"trackId":` at position       // these checks for room
//!     position = int4(position + 11, cells[0]);            if null return null
//!     store `,"name":` at position
//!     position = text(context, position + 8, cells[1], 64); if null return null
//!     …                                     // `text` has reserved 64 bytes for what follows it
//!     return position
//! }
//! ```

use std::mem::offset_of;
use std::sync::Arc;

use cranelift_codegen::Context as Compilation;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    self, AbiParam, Endianness, InstBuilder, MemFlagsData, Signature, StackSlot, StackSlotData,
    StackSlotKind, Type, UserFuncName, Value, types,
};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::JITModule;
use cranelift_module::{FuncId, Module};
use onefold_schema::ScalarType;

use super::super::abi::{self, Cell, Context};
use super::super::program::{Block, Op, Program};
use super::super::scalar::FIXED;
use super::Error;
use crate::wire::Oids;

/// Constant text is stored in whole words, the last of which may reach beyond it; and a comma may follow a record.
const SLACK: usize = 16;

/// The function of a row, and what the code refers to by its address: the types of records.
pub(super) struct Lowered {
    pub(super) row: FuncId,
    pub(super) types: Vec<Arc<[Oids]>>,
}

/// Defines the function of a row, and those of the records in it.
pub(super) fn program(module: &mut JITModule, program: &Program) -> Result<Lowered, Error> {
    let compilation = module.make_context();
    let builder = FunctionBuilderContext::new();
    let mut lowering = Lowering { module, compilation, builder, types: Vec::new() };
    let row = lowering.block(&program.row)?;
    Ok(Lowered { row, types: lowering.types })
}

/// What the functions of a program have in common; kept from one to the next for its allocations.
struct Lowering<'a> {
    module: &'a mut JITModule,
    compilation: Compilation,
    builder: FunctionBuilderContext,
    types: Vec<Arc<[Oids]>>,
}

impl Lowering<'_> {
    /// Defines the function of a record, after those of the records in it.
    fn block(&mut self, block: &Block) -> Result<FuncId, Error> {
        let mut nested = Vec::new();
        nested_blocks(&block.ops, &mut nested);
        let slot_cells = nested.iter().map(|block| block.types.len()).max();
        let nested = nested.into_iter().map(|block| self.block(block)).collect::<Result<Vec<_>, _>>()?;

        let pointer = self.module.target_config().pointer_type();
        let signature = signature(self.module, pointer, 3);
        let id = self.module.declare_anonymous_function(&signature)?;
        self.compilation.func.signature = signature;
        self.compilation.func.name = UserFuncName::user(0, id.as_u32());

        let mut builder = FunctionBuilder::new(&mut self.compilation.func, &mut self.builder);
        let entry = builder.create_block();
        let fail = builder.create_block();
        builder.append_block_params_for_function_params(entry);
        builder.switch_to_block(entry);
        let parameters = builder.block_params(entry);
        let (context, cells, position) = (parameters[0], parameters[1], parameters[2]);
        let slot = slot_cells.map(|cells| {
            let bytes = u32::try_from(cells * size_of::<Cell>()).expect("a record has fewer cells than 2^28");
            builder.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, bytes, 3))
        });
        let mut body = Body {
            module: self.module,
            builder,
            nested: nested.into_iter(),
            pointer,
            context,
            cells,
            slot,
            position,
            pending: 0,
            fail,
        };
        body.reserve(room(&block.ops));
        body.ops(&block.ops);
        body.finish();
        self.module.define_function(id, &mut self.compilation)?;
        self.types.push(Arc::clone(&block.types));
        self.module.clear_context(&mut self.compilation);
        Ok(id)
    }
}

/// A signature of so many words that returns a word.
fn signature(module: &JITModule, pointer: Type, parameters: usize) -> Signature {
    let mut signature = module.make_signature();
    signature.params.resize(parameters, AbiParam::new(pointer));
    signature.returns.push(AbiParam::new(pointer));
    signature
}

/// The records that instructions read, in the order in which they are lowered.
fn nested_blocks<'p>(ops: &'p [Op], blocks: &mut Vec<&'p Block>) {
    for op in ops {
        match op {
            Op::Record { block, .. } | Op::List { block, .. } => blocks.push(block),
            Op::When { ops, .. } | Op::Inline { ops, .. } => nested_blocks(ops, blocks),
            Op::Text(_) | Op::Comma | Op::Value { .. } | Op::External(_) => {}
        }
    }
}

/// How many bytes an instruction writes at most, if that is known.
fn fixed_size(op: &Op) -> Option<usize> {
    match op {
        Op::Text(text) => Some(text.len()),
        Op::Comma => Some(1),
        Op::Value { scalar, .. } => abi::fixed_value(*scalar, false).map(|_| FIXED),
        Op::When { ops, .. } => ops.iter().map(fixed_size).sum(),
        Op::Inline { ops, .. } => Some(NULL.len().max(ops.iter().map(fixed_size).sum::<Option<usize>>()?)),
        Op::External(_) | Op::Record { .. } | Op::List { .. } => None,
    }
}

/// The room that instructions need before there is another reservation: that of all up to the first whose size is
/// not known, which reserves for those behind it.
fn room(ops: &[Op]) -> usize {
    let fixed: usize = ops.iter().map_while(fixed_size).sum();
    // The instruction of unknown size may write a null by itself.
    fixed + NULL.len() + SLACK
}

const NULL: &str = "null";

/// The function that is being written.
struct Body<'a> {
    module: &'a mut JITModule,
    builder: FunctionBuilder<'a>,
    /// The functions of the records in this one, in order.
    nested: std::vec::IntoIter<FuncId>,
    pointer: Type,
    context: Value,
    cells: Value,
    /// Room for the cells of one record in this one.
    slot: Option<StackSlot>,
    /// Where the output is at, but for the bytes that are `pending`.
    position: Value,
    /// Constant bytes stored behind the position, which is not yet moved.
    pending: i32,
    /// Returns null.
    fail: ir::Block,
}

impl Body<'_> {
    /// Lowers instructions; the room for the first of them is reserved.
    fn ops(&mut self, ops: &[Op]) {
        for (index, op) in ops.iter().enumerate() {
            let rest = &ops[index + 1..];
            match op {
                Op::Text(text) => self.text(text.as_bytes()),
                Op::Comma => self.comma(),
                Op::Value { key: _, cell, scalar, nullable } => {
                    self.value(*cell, *scalar, *nullable, room(rest))
                }
                Op::External(external) => {
                    self.flush();
                    let external = self.word(*external);
                    let reserve = self.word(room(rest));
                    let position = self
                        .call(abi::external as *const (), &[self.context, self.position, external, reserve]);
                    self.go_on_at(position);
                }
                Op::When { condition, ops } => {
                    self.flush();
                    let conditions = self.load(self.context, offset_of!(Context, conditions));
                    let place = offset(condition.0);
                    let holds = self.builder.ins().load(types::I8, plain(), conditions, place);
                    let (then, join) = (self.builder.create_block(), self.join());
                    self.builder.ins().brif(holds, then, &[], join, &[self.position.into()]);
                    self.builder.switch_to_block(then);
                    self.branch(op, ops, join);
                    self.continue_in(join);
                }
                Op::Inline { key: _, presence, nullable, ops } => {
                    self.flush();
                    let (present, join) = (self.builder.create_block(), self.join());
                    let length = self.length(*presence);
                    self.unless_null(length, *nullable, present, join);
                    self.branch(op, ops, join);
                    self.continue_in(join);
                }
                Op::Record { key: _, cell, block } => {
                    self.flush();
                    let (present, join) = (self.builder.create_block(), self.join());
                    let length = self.length(*cell);
                    self.unless_null(length, true, present, join);
                    let data = self.data(*cell);
                    let end = self.builder.ins().iadd(data, length);
                    let rest = self.record(data, end, block);
                    let whole = self.builder.ins().icmp(IntCC::Equal, rest, end);
                    let done = self.builder.create_block();
                    self.builder.ins().brif(whole, done, &[], self.fail, &[]);
                    self.builder.switch_to_block(done);
                    self.write_record();
                    self.builder.ins().jump(join, &[self.position.into()]);
                    self.continue_in(join);
                }
                Op::List { key: _, cell, block } => self.list(*cell, block),
            }
            // Which of its branches ran decides on what an instruction has reserved.
            let branches =
                matches!(op, Op::When { .. } | Op::Inline { .. } | Op::Record { .. } | Op::List { .. });
            if branches && fixed_size(op).is_none() {
                self.reserve(room(rest));
            }
        }
    }

    /// Lowers the instructions inside another one, and goes on at `join`.
    fn branch(&mut self, op: &Op, ops: &[Op], join: ir::Block) {
        if fixed_size(op).is_none() {
            self.reserve(room(ops));
        }
        self.ops(ops);
        self.flush();
        self.builder.ins().jump(join, &[self.position.into()]);
    }

    /// Goes on in `present` unless the length is that of a null, which is written and joins, or else fails.
    fn unless_null(&mut self, length: Value, nullable: bool, present: ir::Block, join: ir::Block) {
        let is_present = self.builder.ins().icmp_imm_s(IntCC::SignedGreaterThanOrEqual, length, 0);
        if nullable {
            let absent = self.builder.create_block();
            self.builder.ins().brif(is_present, present, &[], absent, &[]);
            self.builder.switch_to_block(absent);
            let null = self.builder.ins().iconst(types::I32, i64::from(u32::from_le_bytes(*b"null")));
            self.builder.ins().store(text_flags(), null, self.position, 0);
            let after = self.builder.ins().iadd_imm_s(self.position, NULL.len() as i64);
            self.builder.ins().jump(join, &[after.into()]);
        } else {
            self.builder.ins().brif(is_present, present, &[], self.fail, &[]);
        }
        self.builder.switch_to_block(present);
    }

    /// The records of a list, with commas between them.
    fn list(&mut self, cell: usize, block: &Block) {
        self.flush();
        let (some, next, more, join) = (
            self.builder.create_block(),
            self.builder.create_block(),
            self.builder.create_block(),
            self.join(),
        );
        let length = self.length(cell);
        // Null is -1, an empty list 0.
        let any = self.builder.ins().icmp_imm_s(IntCC::SignedGreaterThan, length, 0);
        self.builder.ins().brif(any, some, &[], join, &[self.position.into()]);

        self.builder.switch_to_block(some);
        let data = self.data(cell);
        let end = self.builder.ins().iadd(data, length);
        self.builder.append_block_param(next, self.pointer);
        self.builder.append_block_param(next, self.pointer);
        self.builder.ins().jump(next, &[data.into(), self.position.into()]);

        self.builder.switch_to_block(next);
        let (cursor, position) = (self.builder.block_params(next)[0], self.builder.block_params(next)[1]);
        self.position = position;
        let rest = self.record(cursor, end, block);
        self.write_record();
        let last = self.builder.ins().icmp(IntCC::Equal, rest, end);
        self.builder.ins().brif(last, join, &[self.position.into()], more, &[]);

        self.builder.switch_to_block(more);
        self.text(b",");
        self.flush();
        self.builder.ins().jump(next, &[rest.into(), self.position.into()]);
        self.continue_in(join);
    }

    /// Splits the record between two addresses into the slot's cells; the address behind it.
    fn record(&mut self, cursor: Value, end: Value, block: &Block) -> Value {
        let slot = self.slot_address();
        // `Compiled` keeps what the code refers to.
        let types = self.word(block.types.as_ptr().addr());
        let cells = self.word(block.types.len());
        let rest = self.call(abi::split as *const (), &[cursor, end, slot, types, cells]);
        self.unless_failed(rest);
        rest
    }

    /// Writes the next nested record from the slot's cells.
    fn write_record(&mut self) {
        let id = self.nested.next().expect("every nested record has a function");
        let function = self.module.declare_func_in_func(id, self.builder.func);
        let slot = self.slot_address();
        let call = self.builder.ins().call(function, &[self.context, slot, self.position]);
        let position = self.builder.inst_results(call)[0];
        self.go_on_at(position);
    }

    fn slot_address(&mut self) -> Value {
        let slot = self.slot.expect("a function with nested records has a slot for their cells");
        self.builder.ins().stack_addr(self.pointer, slot, 0)
    }

    fn value(&mut self, cell: usize, scalar: ScalarType, nullable: bool, reserve: usize) {
        self.flush();
        let (data, length) = (self.data(cell), self.length(cell));
        let position = if let Some(function) = abi::fixed_value(scalar, nullable) {
            self.call(function as *const (), &[self.position, data, length])
        } else {
            let reserve = self.word(reserve);
            let mut arguments = vec![self.context, self.position, data, length, reserve];
            let function = match (scalar, abi::any_value(scalar, nullable)) {
                (ScalarType::Enum(def), _) => {
                    // A reference to a static lives as long as any code.
                    arguments.push(self.word(std::ptr::from_ref(def).addr()));
                    abi::enum_value(nullable) as *const ()
                }
                (_, Some(function)) => function as *const (),
                (_, None) => unreachable!("a value that is not an enum is short or of any length"),
            };
            self.call(function, &arguments)
        };
        self.go_on_at(position);
    }

    /// Stores constant text in words of eight bytes.
    fn text(&mut self, text: &[u8]) {
        let mut at = self.pending;
        for chunk in text.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            let word = self.builder.ins().iconst(types::I64, i64::from_le_bytes(word));
            self.builder.ins().store(text_flags(), word, self.position, at);
            at += 8;
        }
        self.pending += offset(text.len());
    }

    /// A comma is stored in any case, and counts unless an object was just opened.
    fn comma(&mut self) {
        self.flush();
        let last = self.builder.ins().load(types::I8, plain(), self.position, -1);
        let comma = self.builder.ins().iconst(types::I8, i64::from(b','));
        self.builder.ins().store(plain(), comma, self.position, 0);
        let counts = self.builder.ins().icmp_imm_s(IntCC::NotEqual, last, i64::from(b'{'));
        let counts = self.builder.ins().uextend(self.pointer, counts);
        self.position = self.builder.ins().iadd(self.position, counts);
    }

    /// Makes sure that there is room.
    fn reserve(&mut self, bytes: usize) {
        self.flush();
        let (full, join) = (self.builder.create_block(), self.join());
        self.builder.set_cold_block(full);
        let end = self.load(self.context, offset_of!(Context, end));
        let room = self.builder.ins().isub(end, self.position);
        let bytes = self.word(bytes);
        let enough = self.builder.ins().icmp(IntCC::UnsignedGreaterThanOrEqual, room, bytes);
        self.builder.ins().brif(enough, join, &[self.position.into()], full, &[]);
        self.builder.switch_to_block(full);
        let position = self.call(abi::reserve as *const (), &[self.context, self.position, bytes]);
        self.builder.ins().jump(join, &[position.into()]);
        self.continue_in(join);
    }

    /// Returns from the function, and closes it.
    fn finish(mut self) {
        self.flush();
        self.builder.ins().return_(&[self.position]);
        self.builder.switch_to_block(self.fail);
        self.builder.set_cold_block(self.fail);
        let null = self.word(0);
        self.builder.ins().return_(&[null]);
        self.builder.seal_all_blocks();
        self.builder.finalize(self.module.target_config());
    }

    /// Moves the position behind the pending bytes.
    fn flush(&mut self) {
        if self.pending > 0 {
            self.position = self.builder.ins().iadd_imm_s(self.position, i64::from(self.pending));
            self.pending = 0;
        }
    }

    /// A block that paths of different positions lead to.
    fn join(&mut self) -> ir::Block {
        let join = self.builder.create_block();
        self.builder.append_block_param(join, self.pointer);
        join
    }

    fn continue_in(&mut self, join: ir::Block) {
        self.builder.switch_to_block(join);
        self.position = self.builder.block_params(join)[0];
        self.pending = 0;
    }

    /// Takes the position that a function returned, unless it is null.
    fn go_on_at(&mut self, position: Value) {
        self.unless_failed(position);
        self.position = position;
    }

    fn unless_failed(&mut self, result: Value) {
        let next = self.builder.create_block();
        self.builder.ins().brif(result, next, &[], self.fail, &[]);
        self.builder.switch_to_block(next);
    }

    /// Calls a function of [`abi`] by its address.
    fn call(&mut self, function: *const (), arguments: &[Value]) -> Value {
        let signature = signature(self.module, self.pointer, arguments.len());
        let signature = self.builder.import_signature(signature);
        let callee = self.word(function.addr());
        let call = self.builder.ins().call_indirect(signature, callee, arguments);
        self.builder.inst_results(call)[0]
    }

    fn data(&mut self, cell: usize) -> Value {
        self.load(self.cells, cell * size_of::<Cell>() + offset_of!(Cell, data))
    }

    fn length(&mut self, cell: usize) -> Value {
        self.load(self.cells, cell * size_of::<Cell>() + offset_of!(Cell, length))
    }

    fn load(&mut self, base: Value, at: usize) -> Value {
        self.builder.ins().load(self.pointer, plain(), base, offset(at))
    }

    fn word(&mut self, value: usize) -> Value {
        // The bits are what counts.
        self.builder.ins().iconst(self.pointer, value as i64)
    }
}

/// An access that does not trap.
fn plain() -> MemFlagsData {
    MemFlagsData::new().with_notrap()
}

/// An access to text, whose first byte is the lowest of a word on every machine.
fn text_flags() -> MemFlagsData {
    plain().with_endianness(Endianness::Little)
}

fn offset(bytes: usize) -> i32 {
    i32::try_from(bytes).expect("texts and records are far smaller than 2^31 bytes")
}
