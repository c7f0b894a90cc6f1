//! Hotels with a column of every type, and what is in their tables: the second database of the query cases.

// Columns say by their names what they are.
#![allow(missing_docs)]

use onefold::catalog::ddl;
use onefold::prelude::*;

/// What a window looks out on.
#[derive(Enum)]
pub enum View {
    Sea,
    Garden,
    Street,
}

/// A house with rooms.
#[derive(Table)]
pub struct Hotel {
    #[key]
    pub hotel_id: i32,
    pub name: String,
    pub languages: Vec<String>,
    /// Dishes of the days of the week; null where the kitchen is closed.
    pub menu: Option<Vec<Option<String>>>,
    pub facts: Jsonb,
    pub extras: Option<Jsonb>,
    #[many(Room::hotel_id)]
    pub rooms: Many<Room>,
    #[many(Review::hotel_id)]
    pub reviews: Many<Review>,
}

/// A room with lists of all kinds.
#[derive(Table)]
pub struct Room {
    #[key]
    pub room_id: i32,
    pub hotel_id: i32,
    pub tags: Vec<String>,
    pub views: Vec<View>,
    pub maybe_views: Option<Vec<Option<View>>>,
    pub switches: Vec<bool>,
    pub beds: Vec<i16>,
    pub doors: Vec<i32>,
    pub keys: Vec<i64>,
    pub widths: Vec<f32>,
    pub lengths: Vec<f64>,
    pub maybe_lengths: Option<Vec<Option<f64>>>,
    pub rates: Vec<Decimal>,
    pub locks: Vec<Uuid>,
    pub painted: Vec<Date>,
    pub cleaned: Vec<Timestamp>,
    pub visited: Vec<Timestamptz>,
    pub alarms: Vec<Time>,
    pub intervals: Vec<Interval>,
    pub codes: Vec<Bytea>,
    pub addresses: Vec<Inet>,
    pub labels: Vec<Json>,
    pub marks: Vec<Jsonb>,
    #[one(hotel_id)]
    pub hotel: One<Hotel>,
}

/// One value of every type.
#[derive(Table)]
pub struct Sample {
    #[key]
    pub sample_id: i32,
    pub flag: Option<bool>,
    pub short: Option<i16>,
    pub int: Option<i32>,
    pub long: Option<i64>,
    pub single: Option<f32>,
    pub double: Option<f64>,
    pub text: Option<String>,
    pub decimal: Option<Decimal>,
    pub uuid: Option<Uuid>,
    pub date: Option<Date>,
    pub local: Option<Timestamp>,
    pub moment: Option<Timestamptz>,
    pub time: Option<Time>,
    pub span: Option<Interval>,
    pub bytes: Option<Bytea>,
    pub address: Option<Inet>,
    pub json: Option<Json>,
    pub jsonb: Option<Jsonb>,
    pub view: Option<View>,
}

/// An address of electronic mail.
#[derive(Scalar)]
#[scalar(sql = "citext", specified_by = "https://www.rfc-editor.org/rfc/rfc5321")]
pub struct Email(String);

/// What letters are sorted by.
#[derive(Scalar)]
#[scalar(domain = "postal_code")]
pub struct PostalCode(String);

#[derive(Scalar)]
#[scalar(domain = "share", plain)]
pub struct Share(Decimal);

/// Who stays.
#[derive(Table)]
pub struct Guest {
    #[key]
    pub email: Email,
    pub nickname: CiText,
    pub aliases: Option<Vec<CiText>>,
    pub postal_code: Option<PostalCode>,
    pub former_codes: Vec<PostalCode>,
    pub discount: Share,
    pub former_discounts: Vec<Share>,
    #[many(Stay::guest_email)]
    pub stays: Many<Stay>,
}

/// From when to when, and what else has two ends.
#[derive(Table)]
pub struct Stay {
    #[key]
    pub stay_id: i32,
    pub guest_email: Email,
    pub nights: Range<Date>,
    pub floors: Range<i32>,
    pub numbers: Range<i64>,
    pub price: Option<Range<Decimal>>,
    pub breakfast: Range<Timestamp>,
    pub access: Range<Timestamptz>,
    pub trips: Vec<Range<Date>>,
    #[one(guest_email)]
    pub guest: One<Guest>,
}

/// What a guest says of a hotel, or of another review.
#[derive(Table)]
pub struct Review {
    #[key]
    pub review_id: i32,
    pub hotel_id: i32,
    pub reply_to_id: Option<i32>,
    pub body: String,
    /// The words of the body, in English.
    #[column(search = "english")]
    pub words: TsVector,
    /// Those of a title, as they are.
    pub title_words: Option<TsVector>,
    #[one(hotel_id)]
    pub hotel: One<Hotel>,
    #[one(reply_to_id)]
    pub reply_to: Option<One<Review>>,
}

#[derive(Schema)]
#[schema(tables(Hotel, Room, Sample, Guest, Stay, Review))]
pub struct Hotels;

/// What makes and fills the tables.
pub fn script() -> String {
    format!("{}\n{}", ddl(Hotels::SCHEMA), include_str!("types.sql"))
}
