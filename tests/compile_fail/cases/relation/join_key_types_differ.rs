use onefold::prelude::*;

#[derive(Table)]
pub struct Playlist {
    #[key]
    pub playlist_id: i32,
    #[many(through(PlaylistTrack::playlist_id), to(PlaylistTrack::track_id))]
    pub tracks: Many<Track>,
}

#[derive(Table)]
pub struct PlaylistTrack {
    #[key]
    pub playlist_id: i64,
    #[key]
    pub track_id: i64,
}

#[derive(Table)]
pub struct Track {
    #[key]
    pub track_id: i32,
}

fn main() {}
