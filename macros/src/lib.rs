//! `#[derive(Table)]`, `#[derive(Enum)]`, `#[derive(Scalar)]`, `#[derive(Union)]`, `#[interface]` and `#[derive(Schema)]`: turn
//! Rust items into the const data of `onefold-schema`. They emit data and compile-time checks, no behaviour, and know nothing
//! of SQL or of the engine.
//!
//! Each derive first reads its attributes, then checks what one item can tell, then expands. All mistakes of an
//! item are reported together. What only several items can tell is left to the Rust compiler: relations expand to
//! typed paths (`Album::artist_id`), and the schema to const evaluation of `onefold_schema::check_table`.
#![forbid(unsafe_code)]

mod abstract_type;
mod attributes;
mod enums;
mod interface;
mod names;
mod plural;
mod scalars;
mod schema;
mod spanned;
mod sql;
mod table;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Describes a Postgres table by a struct: a field for each column and each relation.
///
/// The crate `onefold` has an example.
///
/// # The struct
/// `#[table(…)]`, all optional: `name` and `schema` of the Postgres table (the struct's name in `snake_case`,
/// found by the `search_path`); `graphql`, the type (the struct's name); `singular` and `plural`, the root fields
/// (the type in `camelCase`, and its English plural); `default_limit` and `max_limit` of its lists; `view`, for a view or a
/// materialized view, which `ddl` does not create.
///
/// Where its rows are when there are several shards, one of:
/// - `reference`, and where nothing is said: the whole table is on every shard.
/// - `shard_by = customer_id`: each row is on the shard of this column's value, an `i16`, `i32`, `i64`, `String` or
///   `Uuid`. With `slot_in = order_id` an `i64` column carries the slot of the row in its bits 10 to 22, so that it finds
///   the row too. With `scatter` the table may be read without either, which asks every shard.
/// - `shard = "archive"`: the whole table is on the shard with this name.
///
/// # Columns
/// `#[key]` marks the columns of the primary key, in its order. `#[column(name = "…", graphql = "…")]` renames.
/// `#[column(hidden)]` gives it no field in GraphQL, no condition and no order: it is there for keys and relations. A table
/// whose key has such a column has no root field that reads one row. An `Option` is a column that may be null.
/// `#[column(search = "english")]` on a `TsVector` names the configuration of text search that the column was made with.
///
/// # Computed fields
/// `#[sql("{first_name} || ' ' || {last_name}")]` makes a field of an expression: columns of the row stand in braces. It
/// is selected, compared and ordered by as a column is, and is part of no key and no relation. An expression with arguments,
/// `#[sql("{price} * $rate", args(rate: Decimal = "1.19"))]`, is selected only. The type of the field is the one that the
/// expression has in Postgres; the command `check` compares them.
///
/// # Functions
/// `#[sql("similar_tracks({track_id}, $most)", args(most: i32 = 10))]` on `Many<T>` is a list of the rows that a function of
/// Postgres returns for the row. It has the arguments of every list besides its own. `T` is the struct of a table whose columns
/// the rows have, or a struct of their own with `#[table(function)]`, for which there is no table: it has no root fields, and
/// its `#[key]` tells the rows of a call apart. `#[derive(Schema)]` takes the same attribute for lists at the root.
///
/// # Relations
/// - `#[one(album_id)]` on `One<T>` or `Option<One<T>>`: own columns that equal the key of `T`, in its order;
///   `#[one(code = Album::code)]` names the columns of the key as well, in any order.
/// - `#[many(Track::album_id)]` on `Many<T>`: columns of `T` that equal the own key, in its order;
///   `#[many(code = Track::album_code)]` names own columns as well.
/// - `#[many(through(Join::own_id), to(Join::other_id))]` on `Many<T>`: columns of a join table that equal the
///   own key, and those that equal the key of `T`.
/// - `#[many(ancestors(parent_id))]` on `Many<Self>`: own columns that refer to the own key, in its order. It leads to the row
///   that they refer to, to the one that this row refers to, and so on; `#[many(descendants(parent_id))]` leads to the rows that
///   refer to this one, to those that refer to them, and so on.
/// - `#[relation(graphql = "…")]` renames. `#[relation(cross_shard)]` says that the rows may be on another shard, which
///   costs statements of their own; `#[derive(Schema)]` tells where it is needed. `#[relation(unindexed)]` on `Many<T>` says
///   that no index has the columns that refer to this table, so that the lists of many rows are read in one scan; the command
///   `check` compares it with the database.
///
/// Doc comments become descriptions; `#[deprecated(note = "…")]` deprecates the GraphQL field.
#[proc_macro_derive(Table, attributes(table, key, column, sql, one, many, relation))]
pub fn derive_table(input: TokenStream) -> TokenStream {
    table::derive(parse_macro_input!(input as DeriveInput)).into()
}

/// Describes a Postgres enum, and the GraphQL enum that it becomes, by a Rust enum without data.
///
/// The crate `onefold` has an example.
///
/// All attributes are optional; the names above are the defaults, but for `schema`, which is the `search_path`'s.
#[proc_macro_derive(Enum, attributes(pg, value))]
pub fn derive_enum(input: TokenStream) -> TokenStream {
    enums::derive(parse_macro_input!(input as DeriveInput)).into()
}

/// Describes a GraphQL interface by a trait: the fields that several tables share.
///
/// The crate `onefold` has an example.
///
/// `#[interface(tables(Customer, Employee))]` names the tables; `graphql` and `plural` rename the type and the root field that
/// lists its rows. Each function, `fn first_name(&self) -> String;`, stands for a column that every table has: of the same
/// name in GraphQL, which `#[column(graphql = "…")]` can say, and of the same type. An `Option` is a field that may be null.
///
/// The trait is left without functions, and the tables implement it.
#[proc_macro_attribute]
pub fn interface(attribute: TokenStream, item: TokenStream) -> TokenStream {
    interface::expand(&attribute.into(), &item.into()).into()
}

/// Describes a GraphQL union by an enum with a variant for each of several tables.
///
/// The crate `onefold` has an example.
///
/// `#[union(graphql = "…", plural = "…")]` renames the type and the root field that lists its rows.
#[proc_macro_derive(Union, attributes(union))]
pub fn derive_union(input: TokenStream) -> TokenStream {
    abstract_type::union(parse_macro_input!(input as DeriveInput)).into()
}

/// Describes a scalar of one's own by a struct around another column type: `struct Email(String);`. Its values are those of the
/// other type, in Postgres and in JSON.
///
/// The crate `onefold` has an example.
///
/// `#[scalar(…)]`, all optional: `graphql`, the GraphQL scalar (the struct's name), and `specified_by`, the URL of its
/// specification; or `plain`, when it is that of the other type. `sql`, the Postgres type as which values are compared, such as
/// `citext`; `domain`, the domain that columns are declared with; `schema`, that of the domain, or else of the type.
#[proc_macro_derive(Scalar, attributes(scalar))]
pub fn derive_scalar(input: TokenStream) -> TokenStream {
    scalars::derive(parse_macro_input!(input as DeriveInput)).into()
}

/// Lists the tables of a GraphQL schema, and the interfaces and unions over them:
/// `#[schema(tables(Customer, Employee), interfaces(Person), unions(Hit))]`.
///
/// The crate `onefold` has an example.
///
/// A field of the struct, a `Many<T>` with `#[sql("search_tracks($text)", args(text: String))]`, is a list at the root: the rows
/// of a function of Postgres. `#[relation(graphql = "…")]` renames it.
#[proc_macro_derive(Schema, attributes(schema, sql, relation))]
pub fn derive_schema(input: TokenStream) -> TokenStream {
    schema::derive(parse_macro_input!(input as DeriveInput)).into()
}
