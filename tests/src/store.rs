//! A small schema, for tests that look at a server and not at what it serves.

use onefold::prelude::*;

/// Who makes music.
#[derive(Table)]
pub struct Artist {
    /// Which artist.
    #[key]
    pub artist_id: i32,
    /// What the artist is called.
    pub name: Option<String>,
    /// What the artist has published.
    #[many(Album::artist_id)]
    pub albums: Many<Album>,
}

/// A record.
#[derive(Table)]
pub struct Album {
    /// Which album.
    #[key]
    pub album_id: i32,
    /// What it is called.
    pub title: String,
    /// Whose it is.
    pub artist_id: i32,
    /// Whose it is.
    #[one(artist_id)]
    pub artist: One<Artist>,
}

/// A store of music. The build script compiles `tests/operations` for it.
#[derive(Schema)]
#[schema(tables(Artist, Album))]
pub struct Store;
