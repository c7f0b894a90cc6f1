//! The schema of the store. The build script has it too, and compiles `operations/*.graphql` for it.

pub mod catalog;
pub mod sales;
pub mod staff;

use onefold::prelude::*;

use catalog::{Album, Artist, Genre, Hit, MediaType, Playlist, PlaylistTrack, Track};
use sales::{Customer, Invoice, InvoiceLine};
use staff::{Employee, Person};

/// A store that sells music track by track.
#[derive(Schema)]
#[schema(
    tables(
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
    ),
    interfaces(Person),
    unions(Hit)
)]
pub struct Music;
