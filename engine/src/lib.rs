//! Onefold: a compile-time SQL-compiling GraphQL engine for Postgres.
#![deny(unsafe_code)]

// The derive macros name `::onefold`, in this crate too.
#[allow(unused_extern_crates)]
extern crate self as onefold;

pub mod build;
pub mod catalog;
pub mod citus;
pub mod cli;
pub mod cluster;
pub mod compile;
pub mod config;
pub mod cursor;
pub mod document;
pub mod engine;
pub mod error;
pub mod explain;
pub mod fold;
pub mod gather;
pub mod introspection;
pub mod known;
pub mod model;
pub mod operation;
pub mod plan;
pub mod pool;
pub mod private_postgres;
pub mod reload;
pub mod report;
pub mod route;
pub mod scatter;
pub mod serializer;
pub mod server;
pub mod slot_table;
pub mod slots;
pub mod snapshot;
pub mod sql;
pub mod surface;
pub mod value;
pub mod wire;

/// ```
/// # use onefold::prelude::*;
/// #[derive(Enum)]
/// #[pg(name = "order_state", schema = "shop", graphql = "OrderState")]
/// pub enum OrderState {
///     Open,
///     #[value(label = "in_transit", graphql = "IN_TRANSIT")]
///     InTransit,
/// }
/// ```
pub use onefold_macros::Enum;
/// ```
/// # use onefold::prelude::*;
/// /// An address of electronic mail.
/// #[derive(Scalar)]
/// #[scalar(graphql = "Email", specified_by = "https://www.rfc-editor.org/rfc/rfc5321", sql = "citext")]
/// pub struct Email(String);
///
/// #[derive(Scalar)]
/// #[scalar(domain = "share", schema = "shop", plain)]
/// pub struct Share(Decimal);
///
/// #[derive(Table)]
/// pub struct Customer {
///     #[key]
///     pub email: Email,
///     pub discount: Option<Share>,
///     pub other_emails: Vec<Email>,
/// }
/// ```
pub use onefold_macros::Scalar;
/// ```
/// # use onefold::prelude::*;
/// # #[derive(Table)]
/// # pub struct Artist {
/// #     #[key]
/// #     pub artist_id: i32,
/// # }
/// # #[derive(Table)]
/// # pub struct Album {
/// #     #[key]
/// #     pub album_id: i32,
/// # }
/// # #[derive(Table)]
/// # pub struct Track {
/// #     #[key]
/// #     pub track_id: i32,
/// # }
/// #[derive(Schema)]
/// #[schema(tables(Artist, Album, Track))]
/// pub struct Music;
/// ```
pub use onefold_macros::Schema;
/// ```
/// # use onefold::prelude::*;
/// /// A track of an album.
/// #[derive(Table)]
/// #[table(name = "track", schema = "public", default_limit = 50, max_limit = 500)]
/// pub struct Track {
///     #[key]
///     pub track_id: i32,
///     #[column(graphql = "title")]
///     pub name: String,
///     pub album_id: Option<i32>,
///     #[one(album_id)]
///     pub album: Option<One<Album>>,
///     #[many(InvoiceLine::track_id)]
///     pub invoice_lines: Many<InvoiceLine>,
///     #[many(through(PlaylistTrack::track_id), to(PlaylistTrack::playlist_id))]
///     pub playlists: Many<Playlist>,
/// }
/// # #[derive(Table)]
/// # pub struct Album {
/// #     #[key]
/// #     pub album_id: i32,
/// # }
/// # #[derive(Table)]
/// # pub struct InvoiceLine {
/// #     #[key]
/// #     pub invoice_line_id: i32,
/// #     pub track_id: i32,
/// # }
/// # #[derive(Table)]
/// # pub struct Playlist {
/// #     #[key]
/// #     pub playlist_id: i32,
/// # }
/// # #[derive(Table)]
/// # pub struct PlaylistTrack {
/// #     #[key]
/// #     pub playlist_id: i32,
/// #     #[key]
/// #     pub track_id: i32,
/// # }
/// ```
///
/// Where the rows of a table are when there are several shards (the repository's `docs/sharding.md` explains it):
/// ```
/// # use onefold::prelude::*;
/// #[derive(Table)]
/// #[table(shard_by = customer_id)]
/// pub struct Customer {
///     #[key]
///     pub customer_id: i64,
///     #[many(Order::customer_id)]
///     pub orders: Many<Order>,
/// }
///
/// #[derive(Table)]
/// #[table(shard_by = customer_id, slot_in = order_id, scatter)]
/// pub struct Order {
///     #[key]
///     pub order_id: i64,
///     pub customer_id: i64,
///     pub product_id: i32,
///     pub supplier_id: Uuid,
///     #[one(customer_id)]
///     pub customer: One<Customer>,
///     #[one(product_id)]
///     pub product: One<Product>,
///     #[one(supplier_id)]
///     #[relation(cross_shard)]
///     pub supplier: One<Supplier>,
/// }
///
/// #[derive(Table)]
/// #[table(reference)]
/// pub struct Product {
///     #[key]
///     pub product_id: i32,
/// }
///
/// #[derive(Table)]
/// #[table(shard_by = supplier_id)]
/// pub struct Supplier {
///     #[key]
///     pub supplier_id: Uuid,
/// }
///
/// #[derive(Schema)]
/// #[schema(tables(Customer, Order, Product, Supplier))]
/// pub struct Shop;
/// ```
pub use onefold_macros::Table;
/// ```
/// # use onefold::prelude::*;
/// # #[derive(Table)]
/// # pub struct Artist {
/// #     #[key]
/// #     pub artist_id: i32,
/// #     pub name: Option<String>,
/// # }
/// # #[derive(Table)]
/// # pub struct Track {
/// #     #[key]
/// #     pub track_id: i32,
/// #     pub name: String,
/// # }
/// /// What a search by a name finds.
/// #[derive(Union)]
/// #[union(graphql = "SearchResult", plural = "found")]
/// pub enum Hit {
///     Artist(Artist),
///     Track(Track),
/// }
///
/// #[derive(Schema)]
/// #[schema(tables(Artist, Track), unions(Hit))]
/// pub struct Music;
/// ```
pub use onefold_macros::Union;
/// ```
/// # use onefold::prelude::*;
/// # #[derive(Table)]
/// # pub struct Customer {
/// #     #[key]
/// #     pub customer_id: i32,
/// #     pub last_name: String,
/// #     pub email: String,
/// # }
/// # #[derive(Table)]
/// # pub struct Employee {
/// #     #[key]
/// #     pub employee_id: i32,
/// #     pub last_name: String,
/// #     pub email: Option<String>,
/// # }
/// /// Somebody whom the store knows.
/// #[interface(tables(Customer, Employee))]
/// pub trait Person {
///     /// The family name.
///     fn last_name(&self) -> String;
///     /// Where to write to.
///     #[column(graphql = "email")]
///     fn address(&self) -> Option<String>;
/// }
///
/// #[derive(Schema)]
/// #[schema(tables(Customer, Employee), interfaces(Person))]
/// pub struct Music;
/// ```
pub use onefold_macros::interface;
pub use onefold_schema as schema;
pub use snapshot::Sql;

/// What a file with tables in it needs: `use onefold::prelude::*;`.
pub mod prelude {
    pub use crate::Sql;
    pub use onefold_macros::{Enum, Scalar, Schema, Table, Union, interface};
    pub use onefold_schema::{
        Bytea, CiText, Date, Decimal, Inet, Interval, Json, Jsonb, Many, One, Range, Schema, Table, Time,
        Timestamp, Timestamptz, TsVector, Uuid, Vector,
    };
}
