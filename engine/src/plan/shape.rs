//! The form of a response: which JSON is written from which cell.
//!
//! A cell of records can be [unavailable](UNAVAILABLE): it says which shards could not be asked.
//!
//! This is all that `sql` and `serializer` share. `sql` selects the cells of every record in their order;
//! `serializer` reads them by position and knows nothing of tables.

use onefold_schema::ScalarType;

/// The whole response of an operation: the fields of `data`, in the order of the document.
///
/// The statement's result is one of three, told by the only value that reads it:
/// - [`Value::Rows`]: each row is a record of one list;
/// - [`Value::Row`]: at most one row, the record of one object;
/// - otherwise exactly one row, whose cells the top-level [`Value::Record`], [`Value::List`] and [`Value::Variants`] fields
///   read; none at all when no field reads a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// How many cells the one row has that the fields of the root read.
    pub cells: usize,
    /// The fields of `data`.
    pub fields: Vec<Field>,
}

/// One field of a JSON object.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The response key: the alias, or the field's name.
    pub key: String,
    /// The condition of `@skip` and `@include` under which the field is there at all.
    pub when: Option<ConditionId>,
    /// What stands behind the key.
    pub value: Value,
}

/// One of the operation's conditions; its value is known for each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ConditionId(pub usize);

/// What stands behind a response key. A `cell` is a position in the record (or row) that the field belongs to.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A constant string: `__typename`.
    Typename(String),
    /// `null`, whatever the record.
    Null,
    /// `[]`, whatever the record.
    EmptyList,
    /// JSON that is known only for the request and comes from elsewhere: introspection. A position in the list
    /// that is handed to the serializer.
    External(usize),
    /// A value of a column. A null where `nullable` is false is a field error.
    Scalar {
        /// Where the value stands.
        cell: usize,
        /// What it is.
        scalar: ScalarType,
        /// Whether null is a value.
        nullable: bool,
    },
    /// An object whose cells stand in the same record: a relation to one, joined. There is none when the cell
    /// `presence` is null.
    Inline {
        /// A cell that is null when the object is not there: a column of the joined table's key.
        presence: usize,
        /// Whether the object may be missing; otherwise that is a field error.
        nullable: bool,
        /// The fields of the object.
        fields: Vec<Field>,
    },
    /// An object whose fields read cells of the same record, and that is always there: what stands around rows.
    Object(Vec<Field>),
    /// The cursor of the record.
    Cursor(Cursor),
    /// The cursor of the first or the last record of a list; null when there is none.
    PageCursor {
        /// Where the records stand.
        cell: usize,
        /// Of which record.
        end: PageEnd,
        /// How many cells each record has.
        cells: usize,
        /// What is written of it.
        cursor: Cursor,
    },
    /// An object whose cell is one binary record, or null: a root field by key that is one of several or under a condition, a
    /// relation to one whose row another shard answers, or a connection.
    Record {
        /// Where the record stands.
        cell: usize,
        /// Whether the object may be null in JSON, because there is none or something in it is wrong.
        nullable: bool,
        /// Whether it is a field error when there is none; so it is for all that are not nullable.
        required: bool,
        /// What is in it.
        record: Record,
    },
    /// A list whose cell is a concatenation of binary records; null means an empty list.
    List {
        /// Where the records stand.
        cell: usize,
        /// Whether the list itself may be null in JSON: another shard answers it, which may be away.
        nullable: bool,
        /// What is in each.
        record: Record,
    },
    /// A list of objects of several types, whose cell is a concatenation of binary records; null means an empty list. The
    /// first cell of each record is its [variant](Variant).
    Variants {
        /// Where the records stand.
        cell: usize,
        /// Whether the list itself may be null in JSON.
        nullable: bool,
        /// Whether an item may be null, because there is none or something in it is wrong.
        nullable_items: bool,
        /// What is in each, by its variant.
        records: Vec<Record>,
    },
    /// A list of which each row of the statement is a record. Only in [`Shape::fields`], at most once and without
    /// a condition.
    Rows {
        /// Whether the list itself may be null in JSON: a shard that has a part of it may be away.
        nullable: bool,
        /// What is in each row.
        record: Record,
    },
    /// An object that is the statement's only row, or null when there is no row. Only in [`Shape::fields`], as
    /// for `Rows`.
    Row(Record),
}

/// What is written of a record as its cursor.
#[derive(Debug, Clone, PartialEq)]
pub struct Cursor {
    /// Tells its table and order from others.
    pub fingerprint: u32,
    /// The cells that the order compares, and their types.
    pub cells: Vec<(usize, ScalarType)>,
}

/// An end of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageEnd {
    /// Where it begins.
    First,
    /// Where it ends.
    Last,
}

/// The cells of one row or binary record, and the object that is written from them.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// How many cells there are; a record with another number is malformed.
    pub cells: usize,
    /// The fields of the object.
    pub fields: Vec<Field>,
}

/// The first cell of a record in a list of several types, an `int4`: which of the types it is of, from 0. A record of this cell
/// alone, with -1, is a null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variant(pub i32);

impl Variant {
    /// That of a null.
    pub const NULL: Variant = Variant(-1);
}

/// What a cell of records begins with when a shard that has some of them could not be asked: a number of fields that no
/// record has. The names of the shards follow, with commas between them.
pub const UNAVAILABLE: [u8; 4] = [0xff; 4];

/// A cell of records that these shards should have answered.
pub fn unavailable<'a>(shards: impl IntoIterator<Item = &'a str>) -> Vec<u8> {
    let mut cell = UNAVAILABLE.to_vec();
    for (place, shard) in shards.into_iter().enumerate() {
        if place > 0 {
            cell.push(b',');
        }
        cell.extend_from_slice(shard.as_bytes());
    }
    cell
}
