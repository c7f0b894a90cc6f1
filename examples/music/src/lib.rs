//! The Chinook music store: its eleven tables as Rust structs, and a demo of it that needs no database.
#![forbid(unsafe_code)]

pub mod catalog;
pub mod demo;
pub mod sales;
pub mod staff;

use onefold::prelude::*;

use catalog::{Album, Artist, Genre, MediaType, Playlist, PlaylistTrack, Track};
use sales::{Customer, Invoice, InvoiceLine};
use staff::Employee;

/// A store that sells music track by track.
#[derive(Schema)]
#[schema(tables(
    Artist,
    Album,
    Track,
    Genre,
    MediaType,
    Playlist,
    PlaylistTrack,
    Employee,
    Customer,
    Invoice,
    InvoiceLine
))]
pub struct Music;
