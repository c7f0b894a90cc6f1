//! A record of one of several types in machine code: the first cell says which, and each has code of its own.
//!
//! ```text
//! if end - cursor < 16 return null                       // the number of cells, and the first one
//! if int32 at cursor + 8 != 4 return null                // its length
//! if int32 at cursor + 12 == 0 …                          // writes an object of the first type
//! else if int32 at cursor + 12 == 1 …
//! else if int32 at cursor + 12 == -1 …                    // writes a null, where there may be any
//! else return null
//! ```

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types};

use super::super::program::Block;
use super::lower::{Body, NULL, SLACK};
use crate::plan::shape::Variant;

/// Where the first cell of a record says its length, and where its data are.
const LENGTH: i32 = 8;
const DATA: i32 = 12;

/// The bytes of a record of one `int4`.
const NULL_RECORD: i64 = 16;

impl Body<'_> {
    /// The object of the record at an address, which ends where another one begins or at `end`; the address behind it.
    pub(super) fn variant(&mut self, blocks: &[Block], nullable: bool, cursor: Value, end: Value) -> Value {
        self.flush();
        let left = self.builder.ins().isub(end, cursor);
        let enough = self.builder.ins().icmp_imm_s(IntCC::SignedGreaterThanOrEqual, left, NULL_RECORD);
        self.ensure(enough);
        self.ensure_number(cursor, LENGTH, size_of::<i32>());
        // What is behind the record, and where the output is at.
        let join = self.builder.create_block();
        self.builder.append_block_param(join, types::I64);
        self.builder.append_block_param(join, types::I64);
        let position = self.position;
        for (variant, block) in (0_u32..).zip(blocks) {
            let next = self.unless(cursor, variant);
            let rest = self.record(block, cursor, end);
            self.flush();
            self.builder.ins().jump(join, &[rest.into(), self.position.into()]);
            self.builder.switch_to_block(next);
            self.position = position;
        }
        if nullable {
            let next = self.unless(cursor, Variant::NULL.0 as u32);
            self.ensure_number(cursor, 0, 1);
            self.reserve(NULL.len() + SLACK);
            self.text(NULL.as_bytes());
            self.flush();
            let rest = self.builder.ins().iadd_imm_s(cursor, NULL_RECORD);
            self.builder.ins().jump(join, &[rest.into(), self.position.into()]);
            self.builder.switch_to_block(next);
            self.position = position;
        }
        self.builder.ins().jump(self.fail, &[]);
        self.builder.switch_to_block(join);
        self.position = self.builder.block_params(join)[1];
        self.builder.block_params(join)[0]
    }

    /// Goes on if a record is of a variant; else in the block that is returned.
    fn unless(&mut self, cursor: Value, variant: u32) -> cranelift_codegen::ir::Block {
        let (this, next) = (self.builder.create_block(), self.builder.create_block());
        let is_it = self.is_number(cursor, DATA, variant);
        self.builder.ins().brif(is_it, this, &[], next, &[]);
        self.builder.switch_to_block(this);
        next
    }
}
