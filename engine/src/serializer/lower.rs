//! Shape → program: lays out the constant text between values and settles where commas are.

use std::collections::HashSet;
use std::mem;
use std::sync::Arc;

use super::cursor::PageCursor;
use super::program::{Block, Op, Program, Rows};
use onefold_schema::ScalarType;

use crate::plan::shape::{ConditionId, Cursor, Field, Record, Shape, Value};
use crate::wire::{CellType, Oids};

/// The program that writes responses of a shape.
///
/// # Panics
/// When the shape breaks its own rules: it reads a cell that the record has not, or streams rows anywhere but in
/// one unconditional field of the root.
pub(super) fn lower(shape: &Shape) -> Program {
    let mut streamed =
        shape.fields.iter().filter(|field| matches!(field.value, Value::Rows { .. } | Value::Row(_)));
    let stream = streamed.next();
    assert!(streamed.next().is_none(), "a shape streams the rows of one field at most");

    let mut root = Text::default();
    root.push("{\"data\":{");
    let Some(stream) = stream else {
        root.fields(&shape.fields, shape.cells);
        root.push("}");
        let reads = shape.fields.iter().any(|field| reads_cell(&field.value));
        let rows = if reads { Rows::One } else { Rows::None };
        return Program {
            head: Vec::new(),
            rows,
            row: Block { types: types(&shape.fields, shape.cells), ops: root.finish() },
            tail: Vec::new(),
        };
    };

    assert!(stream.when.is_none(), "the field that streams rows has no condition");
    root.fields(&shape.fields, 0);
    root.push("}");
    // The stream's place is marked by the only record of the root; what is around it becomes head and tail.
    let mut head = root.finish();
    let at = head
        .iter()
        .position(|op| matches!(op, Op::Record { .. } | Op::List { .. }))
        .expect("the streamed field was lowered with the others");
    let tail = head.split_off(at + 1);
    let (rows, row) = match head.pop() {
        Some(Op::List { key, nullable, block, .. }) => (Rows::List { key, nullable }, block),
        Some(Op::Record { key, block, .. }) => (Rows::Object(key), block),
        _ => unreachable!("the streamed field is a record or a list"),
    };
    Program { head, rows, row, tail }
}

fn reads_cell(value: &Value) -> bool {
    !matches!(value, Value::Typename(_) | Value::Null | Value::EmptyList | Value::External(_))
}

/// Instructions with the constant text at their end still open, so that neighbouring texts become one.
#[derive(Default)]
struct Text {
    ops: Vec<Op>,
    open: String,
}

impl Text {
    fn push(&mut self, text: &str) {
        self.open.push_str(text);
    }

    fn op(&mut self, op: Op) {
        self.close();
        self.ops.push(op);
    }

    fn close(&mut self) {
        if !self.open.is_empty() {
            self.ops.push(Op::Text(mem::take(&mut self.open)));
        }
    }

    fn finish(mut self) -> Vec<Op> {
        self.close();
        self.ops
    }

    /// The fields of an object whose `{` is written.
    fn fields(&mut self, fields: &[Field], cells: usize) {
        // A comma is certain once a field is that is always there, or one under the same condition.
        let mut certain = false;
        let mut conditions = HashSet::<ConditionId>::new();
        let mut first = true;
        for group in fields.chunk_by(|left, right| left.when == right.when) {
            let when = group[0].when;
            let comma = match when {
                _ if first => Comma::Never,
                _ if certain => Comma::Always,
                Some(condition) if conditions.contains(&condition) => Comma::Always,
                _ => Comma::Unknown,
            };
            match when {
                None => {
                    self.group(group, comma, cells);
                    certain = true;
                }
                Some(condition) => {
                    let mut inner = Text::default();
                    inner.group(group, comma, cells);
                    self.op(Op::When { condition, ops: inner.finish() });
                    conditions.insert(condition);
                }
            }
            first = false;
        }
    }

    fn group(&mut self, fields: &[Field], mut comma: Comma, cells: usize) {
        for field in fields {
            match comma {
                Comma::Never => {}
                Comma::Always => self.push(","),
                Comma::Unknown => self.op(Op::Comma),
            }
            comma = Comma::Always;
            // GraphQL names need no escapes.
            self.push("\"");
            self.push(&field.key);
            self.push("\":");
            self.value(&field.key, &field.value, cells);
        }
    }

    fn value(&mut self, key: &str, value: &Value, cells: usize) {
        let key = key.to_owned();
        let within = |cell: usize| {
            assert!(cell < cells, "field `{key}` reads cell {cell} of a record of {cells} cells");
            cell
        };
        match value {
            Value::Typename(name) => {
                self.push("\"");
                self.push(name);
                self.push("\"");
            }
            Value::Null => self.push("null"),
            Value::EmptyList => self.push("[]"),
            Value::External(index) => self.op(Op::External(*index)),
            Value::Scalar { cell, scalar, nullable } => {
                let cell = within(*cell);
                self.op(Op::Value { key, cell, scalar: *scalar, nullable: *nullable });
            }
            Value::Inline { presence, nullable, fields } => {
                let presence = within(*presence);
                let ops = object(fields, cells);
                self.op(Op::Inline { key, presence, nullable: *nullable, ops });
            }
            Value::Object(fields) => {
                let ops = object(fields, cells);
                self.op(Op::Object { key, ops });
            }
            Value::Cursor(cursor) => {
                for (cell, _) in &cursor.cells {
                    within(*cell);
                }
                self.op(Op::Cursor { cursor: Arc::new(cursor.clone()) });
            }
            Value::PageCursor { cell, end, cells, cursor } => {
                let cell = within(*cell);
                let mut types = vec![Oids::ANY; *cells];
                add_cursor_types(cursor, &mut types);
                let page = PageCursor { end: *end, types: types.into(), cursor: cursor.clone() };
                self.op(Op::PageCursor { key, cell, page: Arc::new(page) });
            }
            Value::Record { cell, nullable, required, record } => {
                let cell = within(*cell);
                let (nullable, required) = (*nullable, *required);
                debug_assert!(nullable || required, "null is an error where it cannot be written");
                self.op(Op::Record { key, cell, nullable, required, block: block(record) });
            }
            Value::List { cell, nullable, record } => {
                let cell = within(*cell);
                self.list(Op::List { key, cell, nullable: *nullable, block: block(record) }, *nullable);
            }
            Value::Variants { cell, nullable, nullable_items, records } => {
                let cell = within(*cell);
                let (nullable, nullable_items) = (*nullable, *nullable_items);
                let blocks = records.iter().map(variant).collect();
                self.list(Op::Variants { key, cell, nullable, nullable_items, blocks }, nullable);
            }
            Value::Rows { nullable, record } => {
                self.list(Op::List { key, cell: 0, nullable: *nullable, block: block(record) }, *nullable);
            }
            Value::Row(record) => {
                self.op(Op::Record { key, cell: 0, nullable: true, required: false, block: block(record) });
            }
        }
    }
}

impl Text {
    /// The brackets of a list that may be null are written with it.
    fn list(&mut self, list: Op, nullable: bool) {
        if nullable {
            return self.op(list);
        }
        self.push("[");
        self.op(list);
        self.push("]");
    }
}

enum Comma {
    Never,
    Always,
    Unknown,
}

fn block(record: &Record) -> Block {
    Block { types: types(&record.fields, record.cells), ops: object(&record.fields, record.cells) }
}

/// A record whose first cell says which of several types it is of.
fn variant(record: &Record) -> Block {
    let mut types = types(&record.fields, record.cells).to_vec();
    types[0] = Oids::of(CellType::Scalar(ScalarType::Int4));
    Block { types: types.into(), ops: object(&record.fields, record.cells) }
}

/// The types of the cells that fields read. One that only tells whether an object is there may be of any.
fn types(fields: &[Field], cells: usize) -> Arc<[Oids]> {
    let mut types = vec![Oids::ANY; cells];
    add_types(fields, &mut types);
    types.into()
}

fn add_types(fields: &[Field], types: &mut [Oids]) {
    for field in fields {
        let (cell, ty) = match &field.value {
            Value::Scalar { cell, scalar, .. } => (*cell, CellType::Scalar(*scalar)),
            Value::Record { cell, .. }
            | Value::List { cell, .. }
            | Value::Variants { cell, .. }
            | Value::PageCursor { cell, .. } => (*cell, CellType::Records),
            Value::Inline { fields, .. } | Value::Object(fields) => {
                add_types(fields, types);
                continue;
            }
            Value::Cursor(cursor) => {
                add_cursor_types(cursor, types);
                continue;
            }
            Value::Typename(_)
            | Value::Null
            | Value::EmptyList
            | Value::External(_)
            | Value::Rows { .. }
            | Value::Row(_) => {
                continue;
            }
        };
        if let Some(oids) = types.get_mut(cell) {
            *oids = Oids::of(ty);
        }
    }
}

fn add_cursor_types(cursor: &Cursor, types: &mut [Oids]) {
    for (cell, scalar) in &cursor.cells {
        types[*cell] = Oids::of(CellType::Scalar(*scalar));
    }
}

fn object(fields: &[Field], cells: usize) -> Vec<Op> {
    let streamed = fields.iter().any(|field| matches!(field.value, Value::Rows { .. } | Value::Row(_)));
    assert!(!streamed, "only a field of the root streams rows");
    let mut text = Text::default();
    text.push("{");
    text.fields(fields, cells);
    text.push("}");
    text.finish()
}
