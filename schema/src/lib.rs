//! What the tables look like in Postgres and in GraphQL, as const data: no I/O, no SQL, no behaviour
//! beyond the const checks.
//!
//! The derive macros of `onefold-macros` write these values; the engine reads them through
//! [`Schema::SCHEMA`]. Nothing here allocates, so a whole schema is a constant in the binary.
#![forbid(unsafe_code)]

mod abstract_type;
mod array;
mod check;
mod column;
mod computed;
mod custom;
mod marker;
mod placement;
mod range;
mod relation;
mod search;
mod table;
mod vector;

pub use abstract_type::{AbstractKind, AbstractType, AbstractTypeDef, SharedFieldDef};
pub use array::{ArrayDef, ArrayItem};
pub use check::{
    ABSTRACT_TYPES, COMMON_TYPES, ENUM_TYPES, TABLE_TYPES, TableNames, can_be_key, can_be_shard_key,
    can_carry_slot, check_abstract_type, check_function, check_table, is_key, table_names,
};
pub use column::{Column, ColumnDef, ColumnType, EnumDef, EnumType, EnumValueDef, ScalarType};
pub use computed::{ArgumentDef, ComputedDef, FunctionDef, SqlPart};
pub use custom::{CiText, CustomDef, TypeName, can_be_base};
pub use marker::{
    Bytea, Date, Decimal, Inet, Interval, Json, Jsonb, Many, One, Time, Timestamp, Timestamptz, Uuid,
};
pub use placement::{Locality, Placement, ShardKey, locality};
pub use range::{Range, RangeBound, RangeType};
pub use relation::{
    ColumnList, RelationDef, RelationKind, SameKey, SameTable, ToMany, ToOne, joins, joins_key,
};
pub use search::{TsVector, searched};
pub use table::{Deprecation, Schema, SchemaDef, Table, TableDef, TableKind};
pub use vector::Vector;
