//! The Rust types of columns and relations that have no counterpart in the standard library.
//!
//! They only say what a column is. A struct with `#[derive(Table)]` is a description and is never filled with
//! rows, so none of these holds a value.

use core::marker::PhantomData;

macro_rules! markers {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name(());
    )*};
}

markers! {
    /// `numeric`: exact decimals of any length; GraphQL `Decimal`, a JSON string.
    Decimal,
    /// `uuid`; GraphQL `UUID`.
    Uuid,
    /// `date`; GraphQL `Date`.
    Date,
    /// `timestamp without time zone`, in microseconds; GraphQL `LocalDateTime`.
    Timestamp,
    /// `timestamp with time zone`, in microseconds; GraphQL `DateTime`, RFC 3339 in UTC.
    Timestamptz,
    /// `time without time zone`, in microseconds; GraphQL `LocalTime`.
    Time,
    /// `interval`; GraphQL `Duration`, ISO 8601.
    Interval,
    /// `bytea`; GraphQL `Bytes`, base64.
    Bytea,
    /// `inet` or `cidr`; GraphQL `IPAddress`.
    Inet,
    /// `json`; GraphQL `JSON`.
    Json,
    /// `jsonb`; GraphQL `JSON`.
    Jsonb,
}

/// A relation to one row of `T`: `#[one(album_id)] album: One<Album>`.
///
/// `Option<One<T>>` where there may be none, which is whenever a column of the key may be null.
#[derive(Debug)]
pub struct One<T>(PhantomData<fn() -> T>);

/// A relation to many rows of `T`: `#[many(Track::album_id)] tracks: Many<Track>`.
#[derive(Debug)]
pub struct Many<T>(PhantomData<fn() -> T>);
