//! The same responses by `serde_json`: cells are decoded into structs that borrow from them, and those are serialized
//! into a vector that is used again.

use std::fmt::Write;

use serde::{Serialize, Serializer};

use super::Row;

#[derive(Serialize)]
struct Post<'a> {
    id: i32,
    uuid: Uuid<'a>,
    title: &'a str,
    content: &'a str,
    published: bool,
    views: i32,
    #[serde(rename = "createdAt")]
    created_at: Instant,
}

pub fn flat(rows: &[Row<'_>], out: &mut Vec<u8>) {
    list("posts", rows, out, |row| Post {
        id: int4(cell(row, 0)),
        uuid: Uuid(cell(row, 1)),
        title: text(cell(row, 2)),
        content: text(cell(row, 3)),
        published: cell(row, 4) != [0],
        views: int4(cell(row, 5)),
        created_at: Instant(int8(cell(row, 6))),
    });
}

#[derive(Serialize)]
struct User<'a> {
    id: i32,
    name: &'a str,
    posts: Vec<UsersPost<'a>>,
}

#[derive(Serialize)]
struct UsersPost<'a> {
    id: i32,
    title: &'a str,
    comments: Vec<Comment<'a>>,
}

#[derive(Serialize)]
struct Comment<'a> {
    id: i32,
    body: &'a str,
    author: Author<'a>,
}

#[derive(Serialize)]
struct Author<'a> {
    id: i32,
    name: &'a str,
}

fn post<'a>(cells: [&'a [u8]; 3]) -> UsersPost<'a> {
    UsersPost { id: int4(cells[0]), title: text(cells[1]), comments: records(cells[2], comment) }
}

fn comment<'a>(cells: [&'a [u8]; 4]) -> Comment<'a> {
    let author = Author { id: int4(cells[2]), name: text(cells[3]) };
    Comment { id: int4(cells[0]), body: text(cells[1]), author }
}

pub fn nested(rows: &[Row<'_>], out: &mut Vec<u8>) {
    list("users", rows, out, |row| User {
        id: int4(cell(row, 0)),
        name: text(cell(row, 1)),
        posts: records(cell(row, 2), post),
    });
}

#[derive(Serialize)]
struct Sale {
    id: Quoted,
    price: String,
    total: String,
    latitude: f64,
    score: f32,
    day: Day,
    #[serde(rename = "createdAt")]
    created_at: Instant,
}

pub fn mixed(rows: &[Row<'_>], out: &mut Vec<u8>) {
    list("sales", rows, out, |row| Sale {
        id: Quoted(int8(cell(row, 0))),
        price: numeric(cell(row, 1)),
        total: numeric(cell(row, 2)),
        latitude: f64::from_bits(int8(cell(row, 3)) as u64),
        score: f32::from_bits(int4(cell(row, 4)) as u32),
        day: Day(int4(cell(row, 5))),
        created_at: Instant(int8(cell(row, 6))),
    });
}

fn list<'a, T: Serialize>(
    key: &str,
    rows: &'a [Row<'_>],
    out: &mut Vec<u8>,
    decode: impl Fn(&'a Row<'_>) -> T,
) {
    out.extend_from_slice(b"{\"data\":{\"");
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(b"\":[");
    for (index, row) in rows.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        serde_json::to_writer(&mut *out, &decode(row)).expect("a vector takes all bytes");
    }
    out.extend_from_slice(b"]}}");
}

fn cell<'a>(row: &'a Row<'_>, index: usize) -> &'a [u8] {
    row[index].expect("the cell is not null")
}

fn int4(data: &[u8]) -> i32 {
    i32::from_be_bytes(data.try_into().expect("four bytes"))
}

fn int8(data: &[u8]) -> i64 {
    i64::from_be_bytes(data.try_into().expect("eight bytes"))
}

fn text(data: &[u8]) -> &str {
    str::from_utf8(data).expect("text is UTF-8")
}

/// Decodes the records of a list.
fn records<'a, T, const CELLS: usize>(mut data: &'a [u8], decode: impl Fn([&'a [u8]; CELLS]) -> T) -> Vec<T> {
    let mut records = Vec::new();
    while !data.is_empty() {
        let mut rest = &data[4..];
        let cells = std::array::from_fn(|_| {
            let length = int4(&rest[4..8]) as usize;
            let (cell, after) = rest[8..].split_at(length);
            rest = after;
            cell
        });
        records.push(decode(cells));
        data = rest;
    }
    records
}

/// A small positive number: as many decimals as its scale says.
fn numeric(data: &[u8]) -> String {
    let part = |at: usize| u16::from_be_bytes([data[at], data[at + 1]]);
    let (weight, scale) = (usize::from(part(2)), usize::from(part(6)));
    let digit = |place: usize| if 8 + place * 2 < data.len() { part(8 + place * 2) } else { 0 };
    let mut text = String::with_capacity(32);
    let _ = write!(text, "{}", digit(0));
    for place in 1..=weight {
        let _ = write!(text, "{:04}", digit(place));
    }
    text.push('.');
    let point = text.len();
    for place in 0..scale.div_ceil(4) {
        let _ = write!(text, "{:04}", digit(weight + 1 + place));
    }
    text.truncate(point + scale);
    text
}

struct Quoted(i64);

impl Serialize for Quoted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

struct Uuid<'a>(&'a [u8]);

impl Serialize for Uuid<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = [b'-'; 36];
        let places = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
        for (byte, place) in self.0.iter().zip(places) {
            out[place] = b"0123456789abcdef"[usize::from(byte >> 4)];
            out[place + 1] = b"0123456789abcdef"[usize::from(byte & 0xf)];
        }
        serializer.serialize_str(str::from_utf8(&out).expect("figures are UTF-8"))
    }
}

struct Day(i32);

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(str::from_utf8(&date(self.0.into())).expect("figures are UTF-8"))
    }
}

/// Microseconds since 2000-01-01, to be written with all six figures of the fraction but the zeros at its end.
struct Instant(i64);

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (days, time) = (self.0.div_euclid(86_400_000_000), self.0.rem_euclid(86_400_000_000));
        let mut out = *b"2000-01-01T00:00:00.000000+00:00";
        out[..10].copy_from_slice(&date(days));
        let seconds = (time / 1_000_000) as u32;
        pair(&mut out, 11, seconds / 3600);
        pair(&mut out, 14, seconds / 60 % 60);
        pair(&mut out, 17, seconds % 60);
        let fraction = (time % 1_000_000) as u32;
        pair(&mut out, 20, fraction / 10_000);
        pair(&mut out, 22, fraction / 100 % 100);
        pair(&mut out, 24, fraction % 100);
        let mut end = 26;
        while out[end - 1] == b'0' {
            end -= 1;
        }
        if out[end - 1] == b'.' {
            end -= 1;
        }
        out.copy_within(26..32, end);
        serializer.serialize_str(str::from_utf8(&out[..end + 6]).expect("figures are UTF-8"))
    }
}

/// `civil_from_days` of <https://howardhinnant.github.io/date_algorithms.html>, for days since 2000-01-01.
fn date(days: i64) -> [u8; 10] {
    let days = days + 730_425;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097) as u32;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era as u32 * 400 + year_of_era + u32::from(month <= 2);
    let mut out = *b"0000-00-00";
    pair(&mut out, 0, year / 100);
    pair(&mut out, 2, year % 100);
    pair(&mut out, 5, month);
    pair(&mut out, 8, day_of_year - (153 * from_march + 2) / 5 + 1);
    out
}

fn pair(out: &mut [u8], at: usize, value: u32) {
    out[at] = b'0' + (value / 10) as u8;
    out[at + 1] = b'0' + (value % 10) as u8;
}
