//! Makes up what the store sells: artists, albums, tracks and playlists.

use std::collections::{BTreeSet, HashSet};

use made_up::people::full_name;
use made_up::{COUNTRIES, Cents, Random, Rows};

use super::words::{
    ADJECTIVES, COMPOSERS, GERUNDS, KEYS, MOVEMENTS, NOUNS, PLACES, PLAYLISTS, PLURALS, TIMES, VENUES, WORKS,
};

const ARTISTS: i32 = 1_000;
const ALBUMS_PER_ARTIST: (i32, i32) = (1, 6);
const TRACKS_PER_ALBUM: (i32, i32) = (7, 14);
const TRACKS_PER_PLAYLIST: (usize, usize) = (20, 1_500);

const SONG: Cents = Cents(99);
const VIDEO: Cents = Cents(199);

/// A genre, what an ensemble of it is called, and how many seconds its tracks last.
struct Genre {
    name: &'static str,
    ensemble: &'static str,
    seconds: (i32, i32),
}

const fn genre(name: &'static str, ensemble: &'static str, shortest: i32, longest: i32) -> Genre {
    Genre { name, ensemble, seconds: (shortest, longest) }
}

const GENRES: [Genre; 18] = [
    genre("Rock", "Rock Collective", 150, 380),
    genre("Jazz", "Jazz Quartet", 200, 620),
    genre("Metal", "Iron Works", 180, 480),
    genre("Alternative & Punk", "Noise Club", 95, 260),
    genre("Blues", "Blues Band", 170, 420),
    genre("Latin", "Orquesta", 160, 330),
    genre("Reggae", "Sound System", 190, 340),
    genre("Pop", "Pop Ensemble", 140, 260),
    genre("Soundtrack", "Film Orchestra", 60, 330),
    genre("Bossa Nova", "Bossa Trio", 130, 280),
    genre("R&B/Soul", "Soul Revue", 170, 320),
    genre("Electronica/Dance", "Modular", 220, 540),
    genre("World", "Folk Ensemble", 150, 400),
    genre("Hip Hop/Rap", "Cypher", 130, 290),
    genre("Folk", "String Band", 120, 300),
    genre("Country", "Ramblers", 140, 270),
    genre(CLASSICAL, "Chamber Orchestra", 180, 900),
    genre("Opera", "Opera Company", 160, 560),
];

const CLASSICAL: &str = "Classical";

/// How many bytes of a file play for a second.
struct MediaType {
    name: &'static str,
    bytes_per_millisecond: i32,
    /// Of a hundred albums, as many come in it.
    share: usize,
    price: Cents,
}

const MEDIA_TYPES: [MediaType; 5] = [
    MediaType { name: "MPEG audio file", bytes_per_millisecond: 32, share: 78, price: SONG },
    MediaType { name: "Protected AAC audio file", bytes_per_millisecond: 16, share: 7, price: SONG },
    MediaType { name: "Protected MPEG-4 video file", bytes_per_millisecond: 180, share: 5, price: VIDEO },
    MediaType { name: "Purchased AAC audio file", bytes_per_millisecond: 20, share: 6, price: SONG },
    MediaType { name: "AAC audio file", bytes_per_millisecond: 24, share: 4, price: SONG },
];

/// What the store sells.
pub(super) struct Goods {
    pub rows: Vec<Rows>,
    /// The price of each track; the first has the key 1.
    pub prices: Vec<Cents>,
}

/// An artist whose albums are being made up.
struct Artist {
    name: String,
    genre: usize,
    /// Those who write the songs; nobody knows who wrote some.
    composer: Option<String>,
}

pub(super) fn generate(random: &mut Random) -> Goods {
    let mut artists = Rows::new("artist");
    let mut albums = Rows::new("album");
    let mut tracks = Rows::new("track");
    let mut prices = Vec::new();
    let mut names = HashSet::new();
    let mut album_id = 0;
    for artist_id in 1..=ARTISTS {
        let artist = loop {
            let artist = artist(random);
            if names.insert(artist.name.clone()) {
                break artist;
            }
        };
        artists.push(&[&artist_id, &artist.name]);
        let mut titles = HashSet::new();
        for _ in 0..random.between(ALBUMS_PER_ARTIST.0, ALBUMS_PER_ARTIST.1) {
            album_id += 1;
            let album = album(random, &artist, &mut titles);
            albums.push(&[&album_id, &album.title, &artist_id]);
            push_tracks(&mut tracks, &mut prices, random, album_id, &artist, &album);
        }
    }
    let mut genres = Rows::new("genre");
    for (id, genre) in (1..).zip(&GENRES) {
        genres.push(&[&id, &genre.name]);
    }
    let mut media_types = Rows::new("media_type");
    for (id, media_type) in (1..).zip(&MEDIA_TYPES) {
        media_types.push(&[&id, &media_type.name]);
    }
    let [playlists, playlist_tracks] = playlists(random, prices.len());
    let rows = vec![artists, albums, genres, media_types, tracks, playlists, playlist_tracks];
    Goods { rows, prices }
}

fn artist(random: &mut Random) -> Artist {
    let genre = random.below(GENRES.len());
    let place = random.pick(PLACES);
    let adjective = random.pick(ADJECTIVES);
    let noun = random.pick(NOUNS);
    let plural = random.pick(PLURALS);
    let person = person(random);
    let other = self::person(random);
    let is_orchestra = GENRES[genre].name == CLASSICAL;
    let (name, composer) = match random.below(10) {
        _ if is_orchestra => {
            (format!("{place} {} No. {}", GENRES[genre].ensemble, random.between(1, 9)), None)
        }
        0..4 => (person.clone(), Some(person)),
        4..6 => (format!("The {adjective} {plural}"), Some(format!("{person}, {other}"))),
        6 => (format!("{adjective} {noun}"), Some(format!("{person}, {other}"))),
        7 => (format!("{noun} & the {plural}"), None),
        8 => (format!("{person} and the {plural}"), Some(person)),
        _ => (format!("{place} {}", GENRES[genre].ensemble), None),
    };
    Artist { name, genre, composer }
}

/// The name of somebody.
fn person(random: &mut Random) -> String {
    let country = &COUNTRIES[random.below(COUNTRIES.len())];
    let first = random.pick(country.first_names);
    let last = random.pick(country.last_names);
    full_name(country, first, last)
}

/// An album whose tracks are being made up.
struct Album {
    title: String,
    media_type: usize,
    composer: Option<String>,
    /// Whether its tracks are the movements of one work.
    is_work: bool,
}

fn album(random: &mut Random, artist: &Artist, titles: &mut HashSet<String>) -> Album {
    let is_work = GENRES[artist.genre].name == CLASSICAL;
    let composer = if is_work { Some(random.pick(COMPOSERS).to_owned()) } else { artist.composer.clone() };
    let title = loop {
        let noun = random.pick(NOUNS);
        let title = match random.below(8) {
            _ if is_work => {
                let composer =
                    composer.as_deref().and_then(|name| name.split(' ').next_back()).unwrap_or_default();
                format!(
                    "{composer}: {} No. {} in {}",
                    random.pick(WORKS),
                    random.between(1, 9),
                    random.pick(KEYS)
                )
            }
            0..2 => format!("{} {noun}", random.pick(ADJECTIVES)),
            2 => format!("Live at {}", random.pick(VENUES)),
            3 => format!("{} the {noun}", random.pick(GERUNDS)),
            4 => format!("Songs from {}", random.pick(PLACES)),
            5 => format!("The {noun} Sessions"),
            6 => format!("{noun} {}", random.pick(TIMES)),
            _ => artist.name.clone(),
        };
        if titles.insert(title.clone()) {
            break title;
        }
    };
    let mut share = random.below(100);
    let media_type = MEDIA_TYPES.iter().position(|media_type| {
        let chosen = share < media_type.share;
        share = share.saturating_sub(media_type.share);
        chosen
    });
    Album { title, media_type: media_type.expect("the shares add up to a hundred"), composer, is_work }
}

fn push_tracks(
    tracks: &mut Rows,
    prices: &mut Vec<Cents>,
    random: &mut Random,
    album_id: i32,
    artist: &Artist,
    album: &Album,
) {
    const NUMERALS: [&str; 4] = ["I", "II", "III", "IV"];
    let media_type = &MEDIA_TYPES[album.media_type];
    let genre_id = artist.genre as i32 + 1;
    let count = match album.is_work {
        true => NUMERALS.len(),
        false => random.between(TRACKS_PER_ALBUM.0, TRACKS_PER_ALBUM.1) as usize,
    };
    let mut names = HashSet::new();
    for numeral in NUMERALS.iter().cycle().take(count) {
        let name = loop {
            let name = match album.is_work {
                true => format!("{}: {numeral}. {}", album.title, random.pick(MOVEMENTS)),
                false => song(random),
            };
            if names.insert(name.clone()) {
                break name;
            }
        };
        let (shortest, longest) = GENRES[artist.genre].seconds;
        let milliseconds = random.between(shortest * 1_000, longest * 1_000);
        // Now and then nobody knows the genre, or how large the file is.
        let genre_id = (!random.percent(1)).then_some(genre_id);
        let bytes = (!random.percent(2)).then_some(milliseconds * media_type.bytes_per_millisecond);
        prices.push(media_type.price);
        tracks.push(&[
            &(prices.len() as i32),
            &name,
            &album_id,
            &(album.media_type as i32 + 1),
            &genre_id,
            &album.composer,
            &milliseconds,
            &bytes,
            &media_type.price,
        ]);
    }
}

/// The title of a song.
fn song(random: &mut Random) -> String {
    let adjective = random.pick(ADJECTIVES);
    let noun = random.pick(NOUNS);
    let other = random.pick(NOUNS);
    let gerund = random.pick(GERUNDS);
    let time = random.pick(TIMES);
    match random.below(11) {
        0 => format!("{adjective} {noun}"),
        1 => format!("{gerund} the {noun}"),
        2 => format!("{noun} {time}"),
        3 => format!("The {noun} and the {other}"),
        4 => format!("{} in {adjective} {noun}", random.pick(PLACES)),
        5 => format!("Don’t Wake the {noun}"),
        6 => format!("{adjective} {} ({time})", random.pick(PLURALS)),
        7 => format!("{noun} of {}", random.pick(PLACES)),
        8 => format!("My {adjective} {noun}"),
        9 => format!("{gerund} {adjective} {}", random.pick(PLURALS)),
        _ => format!("{noun}, {noun}"),
    }
}

fn playlists(random: &mut Random, tracks: usize) -> [Rows; 2] {
    let mut playlists = Rows::new("playlist");
    let mut playlist_tracks = Rows::new("playlist_track");
    for (playlist_id, name) in (1..).zip(PLAYLISTS) {
        playlists.push(&[&playlist_id, name]);
        let (fewest, most) = TRACKS_PER_PLAYLIST;
        let count = fewest + random.below(most - fewest);
        let mut members = BTreeSet::new();
        while members.len() < count {
            members.insert(random.below(tracks) as i32 + 1);
        }
        for track_id in members {
            playlist_tracks.push(&[&playlist_id, &track_id]);
        }
    }
    [playlists, playlist_tracks]
}
