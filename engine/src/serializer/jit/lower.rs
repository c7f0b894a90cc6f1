//! Program → Cranelift's intermediate representation: one function, with a loop for each list in it.
//!
//! ```text
//! function(context, cells, position) {      // { trackId name albums { … } }
//!     position = reserve(…) if room < 96    // for all up to the first value of unknown length, so that none of
//!     store `{"trackId":` at position       // these checks for room
//!     if cells[0] is null or not of 4 bytes return null
//!     position = integer(position + 11, cells[0])
//!     store `,"name":` at position
//!     if cells[1] is null return null
//!     position = text(context, position + 8, cells[1], 64); if null return null
//!     …                                     // `text` has reserved 64 bytes for what follows it
//!     return position
//! }
//! ```
//!
//! See [`abi`] for the terms, `cell` for how cells are read, and `record` for how those of records are found.

use std::mem::{self, offset_of};
use std::sync::Arc;

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    self, AbiParam, ConstantData, Endianness, InstBuilder, MemFlagsData, Signature, UserFuncName, Value,
    types,
};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::JITModule;
use cranelift_module::{FuncId, Module};
use onefold_schema::ScalarType;

use super::super::abi::{self, Context, Function};
use super::super::cursor::PageCursor;
use super::super::program::{Block, Op, Program};
use super::super::scalar::{FIXED, UUID};
use super::Error;
use super::cell::{CellPlace, Cells};
use crate::plan::shape::Cursor;
use crate::wire::Oids;

/// Constant text is stored in whole blocks, the last of which may reach beyond it; and a comma may follow a record.
pub(super) const SLACK: usize = 16;

/// What code refers to by its address, so that it must live as long.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// The types of records.
    pub(super) types: Vec<Arc<[Oids]>>,
    /// What is written of rows.
    cursors: Vec<Arc<Cursor>>,
    /// What is written of the ends of pages.
    pages: Vec<Arc<PageCursor>>,
}

/// The function of a program, and what it refers to.
pub(super) struct Lowered {
    pub(super) row: FuncId,
    pub(super) kept: Kept,
    /// How many bytes the code has.
    pub(super) bytes: usize,
}

/// Defines the function that writes a row.
pub(super) fn program(module: &mut JITModule, program: &Program) -> Result<Lowered, Error> {
    let mut compilation = module.make_context();
    let mut builder = FunctionBuilderContext::new();
    let signature = signature(module, 3);
    let row = module.declare_anonymous_function(&signature)?;
    compilation.func.signature = signature;
    compilation.func.name = UserFuncName::user(0, row.as_u32());

    let mut builder = FunctionBuilder::new(&mut compilation.func, &mut builder);
    let entry = builder.create_block();
    let fail = builder.create_block();
    builder.append_block_params_for_function_params(entry);
    builder.switch_to_block(entry);
    let parameters = builder.block_params(entry);
    let (context, cells, position) = (parameters[0], parameters[1], parameters[2]);
    let mut body = Body {
        has_vectors: has_vectors(module),
        module,
        builder,
        context,
        cells: Cells::OfRow(cells),
        position,
        pending: 0,
        kept: Kept::default(),
        fail,
    };
    body.reserve(room(&program.row.ops));
    body.ops(&program.row.ops);
    let kept = body.finish();
    module.define_function(row, &mut compilation)?;
    let bytes = compilation.compiled_code().map_or(0, |code| code.code_buffer().len());
    Ok(Lowered { row, kept, bytes })
}

/// A signature of so many words that returns a word.
fn signature(module: &JITModule, parameters: usize) -> Signature {
    let mut signature = module.make_signature();
    signature.params.resize(parameters, AbiParam::new(types::I64));
    signature.returns.push(AbiParam::new(types::I64));
    signature
}

/// Whether there are registers of 16 bytes on all machines of the architecture.
fn has_vectors(module: &JITModule) -> bool {
    matches!(module.isa().name(), "x64" | "aarch64")
}

/// How many bytes an instruction writes at most, if that is known.
fn fixed_size(op: &Op) -> Option<usize> {
    match op {
        Op::Text(text) => Some(text.len()),
        Op::Comma => Some(1),
        Op::Value { scalar, .. } => abi::function(*scalar).bytes().map(|_| FIXED),
        Op::When { ops, .. } | Op::Object { ops, .. } => ops.iter().map(fixed_size).sum(),
        Op::Inline { ops, .. } => Some(NULL.len().max(ops.iter().map(fixed_size).sum::<Option<usize>>()?)),
        Op::External(_)
        | Op::Cursor { .. }
        | Op::PageCursor { .. }
        | Op::Record { .. }
        | Op::List { .. }
        | Op::Variants { .. } => None,
    }
}

/// The room that instructions need before there is another reservation: that of all up to the first whose size is
/// not known, which reserves for those behind it.
fn room(ops: &[Op]) -> usize {
    let fixed: usize = ops.iter().map_while(fixed_size).sum();
    // The instruction of unknown size may write a null by itself.
    fixed + NULL.len() + SLACK
}

/// How many of its record's cells an instruction needs to be read, but for those that the records in it have.
fn cells_read(op: &Op) -> usize {
    let most = |ops: &[Op]| ops.iter().map(cells_read).max().unwrap_or(0);
    match op {
        Op::Text(_) | Op::Comma | Op::External(_) => 0,
        Op::Value { cell, .. }
        | Op::Record { cell, .. }
        | Op::List { cell, .. }
        | Op::Variants { cell, .. }
        | Op::PageCursor { cell, .. } => cell + 1,
        Op::When { ops, .. } | Op::Object { ops, .. } => most(ops),
        Op::Cursor { cursor } => cursor.cells.iter().map(|(cell, _)| cell + 1).max().unwrap_or(0),
        Op::Inline { presence, ops, .. } => most(ops).max(presence + 1),
    }
}

pub(super) const NULL: &str = "null";

/// The function that is being written.
pub(super) struct Body<'a> {
    pub(super) module: &'a mut JITModule,
    pub(super) builder: FunctionBuilder<'a>,
    has_vectors: bool,
    pub(super) context: Value,
    /// The cells that instructions read.
    pub(super) cells: Cells,
    /// Where the output is at, but for the bytes that are `pending`.
    pub(super) position: Value,
    /// Bytes written behind the position, which is not yet moved.
    pending: i32,
    /// What the code refers to.
    kept: Kept,
    /// Returns null.
    pub(super) fail: ir::Block,
}

impl Body<'_> {
    /// Lowers instructions; the room for the first of them is reserved.
    fn ops(&mut self, ops: &[Op]) {
        for (index, op) in ops.iter().enumerate() {
            let rest = &ops[index + 1..];
            // What is read in a branch would not be known behind it.
            self.read_cells(cells_read(op));
            match op {
                Op::Text(text) => self.text(text.as_bytes()),
                Op::Comma => self.comma(),
                Op::Value { key: _, cell, scalar, nullable } => {
                    let reserve = room(rest);
                    if *nullable {
                        self.nullable_value(*cell, *scalar, reserve);
                    } else {
                        let cell = self.cell(*cell);
                        self.ensure_present(cell);
                        self.value(cell, *scalar, reserve);
                    }
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
                    let cell = self.cell(*presence);
                    let join = self.join();
                    if *nullable {
                        self.unless_null(cell, join, None);
                    } else {
                        self.ensure_present(cell);
                    }
                    self.branch(op, ops, join);
                    self.continue_in(join);
                }
                Op::Object { key: _, ops } => {
                    self.flush();
                    let join = self.join();
                    self.branch(op, ops, join);
                    self.continue_in(join);
                }
                Op::Cursor { cursor } => {
                    self.kept.cursors.push(Arc::clone(cursor));
                    self.cursor(cursor, room(rest));
                }
                Op::PageCursor { key: _, cell, page } => {
                    self.kept.pages.push(Arc::clone(page));
                    self.page_cursor(*cell, page, room(rest));
                }
                Op::Record { key: _, cell, nullable: _, required, block } => {
                    self.object(*cell, *required, block);
                }
                Op::List { key: _, cell, nullable, block } => {
                    self.whole_list(*cell, *nullable, |this, cursor, end| this.record(block, cursor, end));
                }
                Op::Variants { key: _, cell, nullable, nullable_items, blocks } => {
                    self.whole_list(*cell, *nullable, |this, cursor, end| {
                        this.variant(blocks, *nullable_items, cursor, end)
                    });
                }
            }
            // Which of its branches ran decides on what an instruction has reserved.
            let branches = matches!(
                op,
                Op::When { .. } | Op::Inline { .. } | Op::Object { .. } | Op::Record { .. } | Op::List { .. }
            ) || matches!(op, Op::Variants { .. });
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

    /// An object from the one record in a cell.
    fn object(&mut self, cell: usize, required: bool, block: &Block) {
        self.flush();
        let (cell, join) = (self.cell(cell), self.join());
        if required {
            self.ensure_present(cell);
        } else {
            self.unless_null(cell, join, None);
        }
        let (data, end) = self.bounds(cell);
        let rest = self.record(block, data, end);
        let whole = self.builder.ins().icmp(IntCC::Equal, rest, end);
        self.ensure(whole);
        self.flush();
        self.builder.ins().jump(join, &[self.position.into()]);
        self.continue_in(join);
    }

    /// A list, with its brackets where it may be null, as they are not in the texts then.
    fn whole_list(
        &mut self,
        cell: usize,
        nullable: bool,
        item: impl FnOnce(&mut Self, Value, Value) -> Value,
    ) {
        if !nullable {
            return self.list(cell, item);
        }
        // Both fit into the room that there is for a null, here and behind each record.
        self.text(b"[");
        self.list(cell, item);
        self.text(b"]");
        self.flush();
    }

    /// The records of a list, with commas between them. `item` writes the one at an address, and gives the address behind it.
    fn list(&mut self, cell: usize, item: impl FnOnce(&mut Self, Value, Value) -> Value) {
        self.flush();
        let (some, next, more, join) = (
            self.builder.create_block(),
            self.builder.create_block(),
            self.builder.create_block(),
            self.join(),
        );
        let cell = self.cell(cell);
        let position = self.position;
        let present = self.is_present(cell);
        self.builder.ins().brif(present, some, &[], join, &[position.into()]);
        self.builder.switch_to_block(some);
        let (data, end) = self.bounds(cell);
        self.builder.append_block_param(next, types::I64);
        self.builder.append_block_param(next, types::I64);
        // There may be no record in it.
        let empty = self.builder.ins().icmp(IntCC::Equal, data, end);
        self.builder.ins().brif(empty, join, &[position.into()], next, &[data.into(), position.into()]);

        self.builder.switch_to_block(next);
        let (cursor, position) = (self.builder.block_params(next)[0], self.builder.block_params(next)[1]);
        self.position = position;
        let rest = item(self, cursor, end);
        self.flush();
        let last = self.builder.ins().icmp(IntCC::Equal, rest, end);
        self.builder.ins().brif(last, join, &[self.position.into()], more, &[]);

        self.builder.switch_to_block(more);
        self.text(b",");
        self.flush();
        self.builder.ins().jump(next, &[rest.into(), self.position.into()]);
        self.continue_in(join);
    }

    /// The object of the record at an address, which ends where another one begins or at `end`; the address behind it.
    pub(super) fn record(&mut self, block: &Block, cursor: Value, end: Value) -> Value {
        self.kept.types.push(Arc::clone(&block.types));
        let record = self.begin_record(block, cursor, end);
        let outer = mem::replace(&mut self.cells, Cells::OfRecord(record));
        self.reserve(room(&block.ops));
        self.ops(&block.ops);
        self.read_cells(block.types.len());
        match mem::replace(&mut self.cells, outer) {
            Cells::OfRecord(record) => self.end_record(&record),
            Cells::OfRow(_) => {
                unreachable!("the cells of a record are in their place again behind those in it")
            }
        }
    }

    /// Goes on unless the cell is null, which is written and joins, with as much room behind it.
    pub(super) fn unless_null(&mut self, cell: CellPlace, join: ir::Block, reserve: Option<usize>) {
        let (some, none) = (self.builder.create_block(), self.builder.create_block());
        let present = self.is_present(cell);
        self.builder.ins().brif(present, some, &[], none, &[]);
        self.builder.switch_to_block(none);
        let before = self.position;
        self.text(NULL.as_bytes());
        match reserve {
            Some(bytes) => self.reserve(bytes),
            None => self.flush(),
        }
        self.builder.ins().jump(join, &[self.position.into()]);
        self.builder.switch_to_block(some);
        self.position = before;
    }

    fn nullable_value(&mut self, cell: usize, scalar: ScalarType, reserve: usize) {
        self.flush();
        let (cell, join) = (self.cell(cell), self.join());
        let is_fixed = abi::function(scalar).bytes().is_some();
        self.unless_null(cell, join, (!is_fixed).then_some(reserve));
        self.value(cell, scalar, reserve);
        self.flush();
        self.builder.ins().jump(join, &[self.position.into()]);
        self.continue_in(join);
    }

    /// Writes a cell that is not null.
    fn value(&mut self, cell: CellPlace, scalar: ScalarType, reserve: usize) {
        let function = abi::function(scalar);
        if let Some(bytes) = function.bytes() {
            self.ensure_length(cell, bytes);
        }
        match function {
            Function::Boolean => self.boolean(cell),
            Function::Integer { bytes, write } => {
                self.flush();
                let bits = self.bits(cell, bytes);
                self.position = self.call(write as *const (), &[self.position, bits]);
            }
            Function::Bits { bytes, write } => {
                self.flush();
                let bits = self.bits(cell, bytes);
                let position = self.call(write as *const (), &[self.position, bits]);
                self.go_on_at(position);
            }
            Function::Uuid(write) => {
                self.flush();
                let data = self.data(cell);
                self.call(write as *const (), &[self.position, data]);
                self.pending = offset(UUID);
            }
            Function::Any(write) => {
                let arguments = self.any(cell, reserve);
                let position = self.call(write as *const (), &arguments);
                self.go_on_at(position);
            }
            Function::Enum(write, def) => {
                let [context, position, data, length, reserve] = self.any(cell, reserve);
                // A reference to a static lives as long as any code.
                let def = self.word(std::ptr::from_ref(def).addr());
                let position =
                    self.call(write as *const (), &[context, position, data, length, reserve, def]);
                self.go_on_at(position);
            }
            Function::Array(write, def) => {
                let [context, position, data, length, reserve] = self.any(cell, reserve);
                // A reference to a static, as above.
                let def = self.word(std::ptr::from_ref(def).addr());
                let position =
                    self.call(write as *const (), &[context, position, data, length, reserve, def]);
                self.go_on_at(position);
            }
        }
    }

    /// The arguments of a function for data of any length.
    fn any(&mut self, cell: CellPlace, reserve: usize) -> [Value; 5] {
        self.flush();
        let length = self.length(cell);
        [self.context, self.position, self.data(cell), length, self.word(reserve)]
    }

    /// Both words are written in the same way, and one is shorter.
    fn boolean(&mut self, cell: CellPlace) {
        let byte = self.builder.ins().load(types::I8, plain(), cell.address, cell.offset);
        // Any byte but zero is true, as for Postgres (`boolrecv`).
        let truth = self.builder.ins().icmp_imm_s(IntCC::NotEqual, byte, 0);
        let words = [*b"true\0\0\0\0", *b"false\0\0\0"]
            .map(|word| self.builder.ins().iconst(types::I64, i64::from_le_bytes(word)));
        let word = self.builder.ins().select(truth, words[0], words[1]);
        self.builder.ins().store(text_flags(), word, self.position, self.pending);
        self.pending += offset("false".len());
        self.flush();
        let shorter = self.builder.ins().uextend(types::I64, truth);
        self.position = self.builder.ins().isub(self.position, shorter);
    }

    /// Stores constant text.
    pub(super) fn text(&mut self, mut text: &[u8]) {
        let mut at = self.pending;
        self.pending += offset(text.len());
        while !text.is_empty() {
            let mut bytes = [0; 16];
            let length = text.len().min(bytes.len());
            bytes[..length].copy_from_slice(&text[..length]);
            let word = u64::from_le_bytes([0, 1, 2, 3, 4, 5, 6, 7].map(|place| bytes[place]));
            let (value, stored) = if length > 8 && self.has_vectors {
                let constant = self.builder.func.dfg.constants.insert(ConstantData::from(&bytes[..]));
                (self.builder.ins().vconst(types::I8X16, constant), 16)
            } else if length > 4 {
                (self.builder.ins().iconst(types::I64, word as i64), 8)
            } else {
                (self.builder.ins().iconst(types::I32, i64::from(word as u32)), 4)
            };
            self.builder.ins().store(text_flags(), value, self.position, at);
            at += stored;
            text = text.get(stored as usize..).unwrap_or_default();
        }
    }

    /// A comma is stored in any case, and counts unless an object was just opened.
    fn comma(&mut self) {
        self.flush();
        let last = self.builder.ins().load(types::I8, plain(), self.position, -1);
        let comma = self.builder.ins().iconst(types::I8, i64::from(b','));
        self.builder.ins().store(plain(), comma, self.position, 0);
        let counts = self.builder.ins().icmp_imm_s(IntCC::NotEqual, last, i64::from(b'{'));
        let counts = self.builder.ins().uextend(types::I64, counts);
        self.position = self.builder.ins().iadd(self.position, counts);
    }

    /// Makes sure that there is room.
    pub(super) fn reserve(&mut self, bytes: usize) {
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
    fn finish(mut self) -> Kept {
        self.flush();
        self.builder.ins().return_(&[self.position]);
        self.builder.switch_to_block(self.fail);
        self.builder.set_cold_block(self.fail);
        let null = self.word(0);
        self.builder.ins().return_(&[null]);
        self.builder.seal_all_blocks();
        self.builder.finalize(self.module.target_config());
        self.kept
    }

    /// Moves the position behind the pending bytes.
    pub(super) fn flush(&mut self) {
        if self.pending > 0 {
            self.position = self.builder.ins().iadd_imm_s(self.position, i64::from(self.pending));
            self.pending = 0;
        }
    }

    /// A block that paths of different positions lead to.
    pub(super) fn join(&mut self) -> ir::Block {
        let join = self.builder.create_block();
        self.builder.append_block_param(join, types::I64);
        join
    }

    pub(super) fn continue_in(&mut self, join: ir::Block) {
        self.builder.switch_to_block(join);
        self.position = self.builder.block_params(join)[0];
        self.pending = 0;
    }

    /// Takes the position that a function returned, unless it is null.
    pub(super) fn go_on_at(&mut self, position: Value) {
        self.ensure(position);
        self.position = position;
    }

    /// Goes on if a condition holds, and else leaves the row to the interpreter.
    pub(super) fn ensure(&mut self, condition: Value) {
        let next = self.builder.create_block();
        self.builder.ins().brif(condition, next, &[], self.fail, &[]);
        self.builder.switch_to_block(next);
    }

    /// Calls a function of [`abi`] by its address.
    pub(super) fn call(&mut self, function: *const (), arguments: &[Value]) -> Value {
        let signature = signature(self.module, arguments.len());
        let signature = self.builder.import_signature(signature);
        let callee = self.word(function.addr());
        let call = self.builder.ins().call_indirect(signature, callee, arguments);
        self.builder.inst_results(call)[0]
    }

    pub(super) fn load(&mut self, base: Value, at: usize) -> Value {
        self.builder.ins().load(types::I64, plain(), base, offset(at))
    }

    pub(super) fn word(&mut self, value: usize) -> Value {
        // The bits are what counts.
        self.builder.ins().iconst(types::I64, value as i64)
    }
}

/// An access that does not trap.
pub(super) fn plain() -> MemFlagsData {
    MemFlagsData::new().with_notrap()
}

/// An access to text, whose first byte is the lowest of a word on every machine.
fn text_flags() -> MemFlagsData {
    plain().with_endianness(Endianness::Little)
}

pub(super) fn offset(bytes: usize) -> i32 {
    i32::try_from(bytes).expect("texts and records are far smaller than 2^31 bytes")
}
