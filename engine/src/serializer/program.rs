//! The program of a response: a tree of instructions that write JSON from the cells of a row.
//!
//! It prints as indented text, one instruction a line, for snapshots. It knows nothing of GraphQL types or of
//! tables; the keys are there for error paths only, their JSON stands in the texts.

use std::fmt;
use std::sync::Arc;

use onefold_schema::ScalarType;

use super::cursor::PageCursor;
use crate::plan::shape::{ConditionId, Cursor, PageEnd};
use crate::wire::Oids;

/// How a whole response is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Program {
    /// What stands before the rows.
    pub head: Vec<Op>,
    /// Which rows are expected and what they are in the response.
    pub rows: Rows,
    /// What is written from each row.
    pub row: Block,
    /// What stands behind the rows.
    pub tail: Vec<Op>,
}

/// Which rows a statement returns, and what they are in the response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rows {
    /// None: no field reads a cell.
    None,
    /// Exactly one, from whose cells the fields of `data` are written.
    One,
    /// At most one: the object with this response key, or null.
    Object(String),
    /// Any number: the items of a list.
    List {
        /// Its response key.
        key: String,
        /// Whether it may be null; its brackets are then not in the texts.
        nullable: bool,
    },
}

/// Instructions that read the cells of one record or row.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// The types of the record's cells. No instruction reads a cell beyond them.
    pub types: Arc<[Oids]>,
    /// The instructions.
    pub ops: Vec<Op>,
}

/// An instruction.
#[derive(Debug, Clone, PartialEq)]
pub enum Op {
    /// Constant bytes.
    Text(String),
    /// A comma, unless the last byte written opens an object.
    Comma,
    /// The value of a cell.
    Value {
        /// The response key.
        key: String,
        /// Where the value is.
        cell: usize,
        /// Its type.
        scalar: ScalarType,
        /// Whether a null is written as such; else it is a field error.
        nullable: bool,
    },
    /// JSON that is handed in for each request: its position there.
    External(usize),
    /// Instructions that are left out unless a condition of the request holds.
    When {
        /// The condition.
        condition: ConditionId,
        /// What it decides on.
        ops: Vec<Op>,
    },
    /// An object that reads cells of the same record.
    Inline {
        /// The response key.
        key: String,
        /// The cell that is null when there is no object.
        presence: usize,
        /// Whether null is written then; else it is a field error.
        nullable: bool,
        /// Writes the object.
        ops: Vec<Op>,
    },
    /// An object that reads cells of the same record and is always there.
    Object {
        /// The response key.
        key: String,
        /// Writes the object.
        ops: Vec<Op>,
    },
    /// The cursor of the record.
    Cursor {
        /// What is written of it.
        cursor: Arc<Cursor>,
    },
    /// The cursor of the first or the last record in a cell.
    PageCursor {
        /// The response key.
        key: String,
        /// Where the records are.
        cell: usize,
        /// Of which of them.
        page: Arc<PageCursor>,
    },
    /// An object from a cell that is a binary record; null when the cell is.
    Record {
        /// The response key.
        key: String,
        /// Where the record is.
        cell: usize,
        /// Whether null is written when there is none, or something in it is wrong.
        nullable: bool,
        /// Whether it is a field error when there is none.
        required: bool,
        /// Writes the object.
        block: Block,
    },
    /// Objects, with commas between them, from a cell that is a concatenation of binary records.
    List {
        /// The response key.
        key: String,
        /// Where the records are.
        cell: usize,
        /// Whether it may be null; its brackets are then not in the texts.
        nullable: bool,
        /// Writes an object.
        block: Block,
    },
    /// Objects of several types, with commas between them, from a cell that is a concatenation of binary records. The first
    /// cell of each says which block writes it.
    Variants {
        /// The response key.
        key: String,
        /// Where the records are.
        cell: usize,
        /// Whether the list may be null; its brackets are then not in the texts.
        nullable: bool,
        /// Whether an object may be null.
        nullable_items: bool,
        /// Each writes an object of one type.
        blocks: Vec<Block>,
    },
}

/// The name of a type in programs and messages: that of Postgres, without a schema.
pub(super) fn scalar_name(scalar: ScalarType) -> &'static str {
    match scalar {
        ScalarType::Bool => "bool",
        ScalarType::Int2 => "int2",
        ScalarType::Int4 => "int4",
        ScalarType::Int8 => "int8",
        ScalarType::Float4 => "float4",
        ScalarType::Float8 => "float8",
        ScalarType::Text => "text",
        ScalarType::Numeric => "numeric",
        ScalarType::Uuid => "uuid",
        ScalarType::Date => "date",
        ScalarType::Timestamp => "timestamp",
        ScalarType::Timestamptz => "timestamptz",
        ScalarType::Time => "time",
        ScalarType::Interval => "interval",
        ScalarType::Bytea => "bytea",
        ScalarType::Inet => "inet",
        ScalarType::Json => "json",
        ScalarType::Jsonb => "jsonb",
        ScalarType::Enum(def) => def.type_name,
        ScalarType::Array(def) => scalar_name(def.item),
        ScalarType::Range(range) => range.type_name(),
        ScalarType::Custom(def) => scalar_name(def.base),
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print(f, &self.head, 0)?;
        match &self.rows {
            Rows::None => {}
            Rows::One => writeln!(f, "one row of {}", Cells(self.row.types.len()))?,
            Rows::Object(key) => {
                writeln!(f, "object `{key}` from at most one row of {}", Cells(self.row.types.len()))?
            }
            Rows::List { key, nullable } => {
                let cells = Cells(self.row.types.len());
                writeln!(f, "list `{key}` from rows of {cells}{}", Nullable(*nullable))?;
            }
        }
        print(f, &self.row.ops, 1)?;
        print(f, &self.tail, 0)
    }
}

fn print(f: &mut fmt::Formatter<'_>, ops: &[Op], depth: usize) -> fmt::Result {
    for op in ops {
        write!(f, "{:1$}", "", depth * 4)?;
        match op {
            Op::Text(text) => writeln!(f, "text {text:?}")?,
            Op::Comma => writeln!(f, "comma unless first")?,
            Op::Value { key: _, cell, scalar, nullable } => {
                let kind = if scalar.enumeration().is_some() { "enum " } else { "" };
                let list = match scalar {
                    ScalarType::Array(def) if def.nullable_items => "list of nullable ",
                    ScalarType::Array(_) => "list of ",
                    _ => "",
                };
                writeln!(f, "value cell {cell} {list}{kind}{}{}", scalar_name(*scalar), Nullable(*nullable))?;
            }
            Op::External(index) => writeln!(f, "external {index}")?,
            Op::When { condition, ops } => {
                writeln!(f, "when condition {}", condition.0)?;
                print(f, ops, depth + 1)?;
            }
            Op::Inline { key: _, presence, nullable, ops } => {
                writeln!(f, "object unless cell {presence} is null{}", Nullable(*nullable))?;
                print(f, ops, depth + 1)?;
            }
            Op::Object { key: _, ops } => {
                writeln!(f, "object")?;
                print(f, ops, depth + 1)?;
            }
            Op::Cursor { cursor } => writeln!(f, "cursor of {}", cells_text(cursor))?,
            Op::PageCursor { key: _, cell, page } => {
                let end = match page.end {
                    PageEnd::First => "first",
                    PageEnd::Last => "last",
                };
                let cells = cells_text(&page.cursor);
                writeln!(f, "cursor of {cells} in the {end} record of cell {cell}")?;
            }
            Op::Record { key: _, cell, nullable, required, block } => {
                // Nearly all may be null.
                let required = match (nullable, required) {
                    (false, _) => " not nullable",
                    (true, true) => " required",
                    (true, false) => "",
                };
                writeln!(f, "record cell {cell} of {}{required}", Cells(block.types.len()))?;
                print(f, &block.ops, depth + 1)?;
            }
            Op::List { key: _, cell, nullable, block } => {
                let cells = Cells(block.types.len());
                writeln!(f, "list cell {cell} record of {cells}{}", Nullable(*nullable))?;
                print(f, &block.ops, depth + 1)?;
            }
            Op::Variants { key: _, cell, nullable, nullable_items, blocks } => {
                let items = if *nullable_items { " of records or nulls" } else { " of records" };
                writeln!(f, "variants cell {cell}{items}{}", Nullable(*nullable))?;
                for (variant, block) in blocks.iter().enumerate() {
                    let indent = (depth + 1) * 4;
                    writeln!(f, "{:indent$}variant {variant} of {}", "", Cells(block.types.len()))?;
                    print(f, &block.ops, depth + 2)?;
                }
            }
        }
    }
    Ok(())
}

/// `cells 3 text, 0 int4`
fn cells_text(cursor: &Cursor) -> String {
    let cells = cursor.cells.iter().map(|(cell, scalar)| format!("{cell} {}", scalar_name(*scalar)));
    let word = if cursor.cells.len() == 1 { "cell" } else { "cells" };
    format!("{word} {}", cells.collect::<Vec<_>>().join(", "))
}

struct Nullable(bool);

impl fmt::Display for Nullable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0 { " nullable" } else { "" })
    }
}

struct Cells(usize);

impl fmt::Display for Cells {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cell{}", self.0, if self.0 == 1 { "" } else { "s" })
    }
}
