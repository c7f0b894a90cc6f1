//! What the store has to sell: artists, their albums, the tracks on them, and playlists.

use onefold::prelude::*;

use super::sales::InvoiceLine;

/// Who made an album: a person, a band or an orchestra.
#[derive(Table)]
pub struct Artist {
    /// Identifies the artist.
    #[key]
    pub artist_id: i32,
    /// The name that is printed on the albums.
    pub name: Option<String>,
    /// The artist's albums.
    #[many(Album::artist_id)]
    pub albums: Many<Album>,
}

/// A collection of tracks that is released as one.
#[derive(Table)]
pub struct Album {
    /// Identifies the album.
    #[key]
    pub album_id: i32,
    /// The title.
    pub title: String,
    /// Which artist made it.
    pub artist_id: i32,
    /// Who made it.
    #[one(artist_id)]
    pub artist: One<Artist>,
    /// What is on it.
    #[many(Track::album_id)]
    pub tracks: Many<Track>,
}

/// A song, a movement or an episode: what customers buy.
#[derive(Table)]
pub struct Track {
    /// Identifies the track.
    #[key]
    pub track_id: i32,
    /// The title.
    pub name: String,
    /// Which album it is on.
    pub album_id: Option<i32>,
    /// Which kind of file it is.
    pub media_type_id: i32,
    /// Which genre it belongs to.
    pub genre_id: Option<i32>,
    /// Who wrote it.
    pub composer: Option<String>,
    /// How long it plays, in milliseconds.
    pub milliseconds: i32,
    /// The size of the file, in bytes.
    pub bytes: Option<i32>,
    /// What it costs, in US dollars.
    pub unit_price: Decimal,
    /// The album that it is on.
    #[one(album_id)]
    pub album: Option<One<Album>>,
    /// The genre that it belongs to.
    #[one(genre_id)]
    pub genre: Option<One<Genre>>,
    /// The kind of file that it is.
    #[one(media_type_id)]
    pub media_type: One<MediaType>,
    /// The playlists that have it.
    #[many(through(PlaylistTrack::track_id), to(PlaylistTrack::playlist_id))]
    pub playlists: Many<Playlist>,
    /// Its sales.
    #[many(InvoiceLine::track_id)]
    pub invoice_lines: Many<InvoiceLine>,
}

/// A style of music or of video.
#[derive(Table)]
pub struct Genre {
    /// Identifies the genre.
    #[key]
    pub genre_id: i32,
    /// What it is called.
    pub name: Option<String>,
    /// The tracks that belong to it.
    #[many(Track::genre_id)]
    pub tracks: Many<Track>,
}

/// A kind of file.
#[derive(Table)]
pub struct MediaType {
    /// Identifies the kind.
    #[key]
    pub media_type_id: i32,
    /// What it is called.
    pub name: Option<String>,
    /// The tracks that come in it.
    #[many(Track::media_type_id)]
    pub tracks: Many<Track>,
}

/// A selection of tracks.
#[derive(Table)]
pub struct Playlist {
    /// Identifies the playlist.
    #[key]
    pub playlist_id: i32,
    /// What it is called.
    pub name: Option<String>,
    /// What is in it.
    #[many(through(PlaylistTrack::playlist_id), to(PlaylistTrack::track_id))]
    pub tracks: Many<Track>,
}

/// That a track is in a playlist.
#[derive(Table)]
pub struct PlaylistTrack {
    /// Which playlist.
    #[key]
    pub playlist_id: i32,
    /// Which track.
    #[key]
    pub track_id: i32,
    /// The playlist.
    #[one(playlist_id)]
    pub playlist: One<Playlist>,
    /// The track.
    #[one(track_id)]
    pub track: One<Track>,
}

/// What a search by a name finds.
#[derive(Union)]
pub enum Hit {
    /// Who made it.
    Artist(Artist),
    /// What it is.
    Track(Track),
    /// What it is in.
    Playlist(Playlist),
}
