//! Chinook again, with what the author of a schema writes in SQL: computed fields, functions that return rows, and views.
//! `tests/tests/cases/extended.sql` makes what they need in the database.

use onefold::prelude::*;

/// How long a track is.
#[derive(Enum)]
pub enum Length {
    /// Less than three minutes.
    Short,
    /// Up to five minutes.
    Medium,
    /// Longer.
    Long,
}

/// A record.
#[derive(Table)]
pub struct Album {
    /// Which album.
    #[key]
    pub album_id: i32,
    /// What it is called.
    pub title: String,
    /// Its tracks.
    #[many(Track::album_id)]
    pub tracks: Many<Track>,
    /// What has been sold of it, if anything has.
    #[one(album_id = AlbumSales::album_id)]
    pub sales: Option<One<AlbumSales>>,
    /// The records that are in stock.
    #[many(Copy::album_id)]
    pub copies: Many<Copy>,
    /// How many tracks it has.
    #[sql("(SELECT count(*) FROM track WHERE track.album_id = {album_id})")]
    pub track_count: i64,
}

/// What has been sold of an album: a view, whose key its struct declares.
#[derive(Table)]
#[table(view, singular = "albumSale", plural = "albumSales")]
pub struct AlbumSales {
    /// Of which album.
    #[key]
    pub album_id: i32,
    /// How many of its tracks.
    pub sold: i64,
    /// For how much.
    pub revenue: Decimal,
    /// Of which album.
    #[one(album_id)]
    pub album: One<Album>,
    /// For how much each.
    #[sql("round({revenue} / {sold}, 2)")]
    pub average: Decimal,
}

/// A record in stock: a table in another schema, whose key clients do not see.
#[derive(Table)]
#[table(schema = "stock", plural = "copies")]
pub struct Copy {
    /// Which record.
    #[key]
    #[column(hidden)]
    pub copy_id: i32,
    /// Of which album.
    #[column(hidden)]
    pub album_id: i32,
    /// On which shelf it is.
    pub shelf: String,
    /// Of which album.
    #[one(album_id)]
    pub album: One<Album>,
}

/// A piece of music.
#[derive(Table)]
pub struct Track {
    /// Which track.
    #[key]
    pub track_id: i32,
    /// What it is called.
    pub name: String,
    /// On which album it is.
    pub album_id: Option<i32>,
    /// Who wrote it.
    pub composer: Option<String>,
    /// How long it is.
    pub milliseconds: i32,
    /// What it costs.
    pub unit_price: Decimal,
    /// On which album it is.
    #[one(album_id)]
    pub album: Option<One<Album>>,
    /// Those by the same composer, of about the same length.
    #[sql(
        "similar_tracks({track_id}, $most)",
        args(
            /// How many at most.
            most: i32 = 3,
        )
    )]
    pub similar_tracks: Many<Track>,
    /// How long it is, roughly.
    #[sql(
        "(CASE WHEN {milliseconds} < 180000 THEN 'short'
               WHEN {milliseconds} <= 300000 THEN 'medium'
               ELSE 'long' END)::length"
    )]
    pub length: Length,
    /// How long it is, in seconds.
    #[sql("{milliseconds} / 1000.0::float8")]
    pub seconds: f64,
    /// The first word of who wrote it.
    #[sql("split_part({composer}, ' ', 1)")]
    pub first_composer: Option<String>,
    /// How many tracks of the same album are longer.
    #[sql(
        "(SELECT count(*) FROM track
          WHERE track.album_id = {album_id} AND track.milliseconds > {milliseconds})"
    )]
    pub longer_tracks: i64,
    /// What it costs with a tax.
    #[sql("round({unit_price} * $rate, $digits)", args(rate: Decimal, digits: i32 = 2))]
    pub price_with: Decimal,
    /// Its name between two texts.
    #[sql(
        "$before || {name} || coalesce($after, '.')",
        args(
            /// What stands before it.
            before: String = "\"",
            /// What stands behind it; a full stop if that is null.
            after: Option<String>,
        )
    )]
    pub label: String,
    /// Whether it is as long as that.
    #[sql(
        "$length = (CASE WHEN {milliseconds} < 180000 THEN 'short'
                         WHEN {milliseconds} <= 300000 THEN 'medium'
                         ELSE 'long' END)::length",
        args(length: Length = "SHORT")
    )]
    pub has_length: bool,
}

/// Who sells music.
#[derive(Table)]
pub struct Employee {
    /// Which employee.
    #[key]
    pub employee_id: i32,
    /// The given name; GraphQL does not have it.
    #[column(hidden)]
    pub first_name: String,
    /// The family name; GraphQL does not have it.
    #[column(hidden)]
    pub last_name: String,
    /// What the employee does.
    pub title: Option<String>,
    /// Who the employee's manager is.
    #[column(hidden)]
    pub reports_to: Option<i32>,
    /// Who the employee's manager is.
    #[one(reports_to)]
    pub manager: Option<One<Employee>>,
    /// Those who do the same.
    #[many(title = Employee::title)]
    #[relation(unindexed)]
    pub colleagues: Many<Employee>,
    /// The customers that the employee looks after.
    #[many(Customer::support_rep_id)]
    pub customers: Many<Customer>,
    /// What the employee is called.
    #[sql("{first_name} || ' ' || {last_name}")]
    pub full_name: String,
}

/// Who buys music.
#[derive(Table)]
pub struct Customer {
    /// Which customer.
    #[key]
    pub customer_id: i32,
    /// The given name.
    pub first_name: String,
    /// The family name.
    pub last_name: String,
    /// Where the customer lives.
    pub country: Option<String>,
    /// Who looks after the customer.
    pub support_rep_id: Option<i32>,
    /// Who looks after the customer.
    #[one(support_rep_id)]
    pub support_rep: Option<One<Employee>>,
    /// What the customer has bought.
    #[many(Invoice::customer_id)]
    pub invoices: Many<Invoice>,
    /// What the customer has bought each year.
    #[sql("yearly_sales({customer_id}, $since)", args(since: Option<i32>))]
    #[relation(graphql = "years")]
    pub yearly_sales: Many<YearlySales>,
    /// What the customer is called.
    #[sql("{first_name} || ' ' || {last_name}")]
    #[column(graphql = "calledBy")]
    pub full_name: String,
}

/// What was bought at once.
#[derive(Table)]
pub struct Invoice {
    /// Which invoice.
    #[key]
    pub invoice_id: i32,
    /// Who bought.
    pub customer_id: i32,
    /// When.
    pub invoice_date: Timestamp,
    /// For how much.
    pub total: Decimal,
    /// Who bought.
    #[one(customer_id)]
    pub customer: One<Customer>,
    /// In which year.
    #[sql("extract(year FROM {invoice_date})::int4")]
    pub year: i32,
}

/// Where customers live: a materialized view in another schema.
#[derive(Table)]
#[table(view, schema = "reports", name = "country_sales", plural = "countries")]
pub struct Country {
    /// What it is called.
    #[key]
    #[column(name = "country")]
    pub name: String,
    /// What customers there have bought for.
    pub total: Decimal,
    /// Who has bought most; GraphQL has the customer, and not this.
    #[column(hidden)]
    pub best_customer_id: i32,
    /// Who has bought most.
    #[one(best_customer_id)]
    pub best_customer: One<Customer>,
    /// Who lives there.
    #[many(Customer::country)]
    pub customers: Many<Customer>,
}

/// What was sold in a year: rows of functions, and of no table.
#[derive(Table)]
#[table(function, default_limit = 3)]
pub struct YearlySales {
    /// Which year.
    #[key]
    pub year: i32,
    /// How many invoices there are of it.
    pub invoices: i64,
    /// What they come to.
    pub total: Decimal,
    /// The largest of them.
    #[column(hidden)]
    pub largest_id: i32,
    /// The largest of them, or the first one of those.
    #[one(largest_id)]
    pub largest: One<Invoice>,
    /// What an invoice comes to.
    #[sql("round({total} / {invoices}, 2)")]
    pub average: Decimal,
}

/// Chinook, extended.
#[derive(Schema)]
#[schema(tables(Album, AlbumSales, Copy, Track, Employee, Customer, Country, Invoice, YearlySales))]
pub struct Extended {
    /// Tracks that have a text in their name.
    #[sql(
        "search_tracks($text, $length)",
        args(
            /// What is looked for, whether in large letters or small ones.
            text: String,
            /// How long they are; any length, if that is null.
            length: Option<Length>,
        )
    )]
    pub search_tracks: Many<Track>,
    /// What was sold each year.
    #[sql("yearly_sales(NULL, $since)", args(since: i32 = 2021))]
    pub yearly_sales: Many<YearlySales>,
}
