//! A schema with a column of every type, each also nullable, and tables from which it is reached in every way.

use onefold::prelude::*;
use onefold::schema::{ColumnDef, ScalarType, SchemaDef, TableDef};
use onefold::surface::scalars::has_equality;

/// An enum of which nothing is called in Postgres what it is called in Rust.
#[derive(Enum)]
#[pg(name = "Mood of day", schema = "every \"type\"", graphql = "Mood")]
pub enum Temper {
    /// Neither this nor that.
    #[value(label = "so so", graphql = "SO_SO")]
    Middling,
    #[value(label = "it's \"fine\" \\ great", graphql = "fine")]
    Fine,
    #[value(label = "été ☀", graphql = "SUMMER")]
    Summery,
    Sad,
}

/// A column of every type.
#[derive(Table)]
#[table(max_limit = 1000, default_limit = 1000)]
pub struct Sample {
    #[key]
    id: i32,
    sheet_id: i32,
    #[column(name = "boolean")]
    bool: bool,
    int2: i16,
    int4: i32,
    int8: i64,
    float4: f32,
    float8: f64,
    text: String,
    varchar: String,
    char: String,
    numeric: Decimal,
    uuid: Uuid,
    date: Date,
    timestamp: Timestamp,
    timestamptz: Timestamptz,
    time: Time,
    interval: Interval,
    bytea: Bytea,
    inet: Inet,
    cidr: Inet,
    json: Json,
    jsonb: Jsonb,
    mood: Temper,
    maybe_bool: Option<bool>,
    maybe_int2: Option<i16>,
    maybe_int4: Option<i32>,
    maybe_int8: Option<i64>,
    maybe_float4: Option<f32>,
    maybe_float8: Option<f64>,
    maybe_text: Option<String>,
    maybe_varchar: Option<String>,
    maybe_char: Option<String>,
    maybe_numeric: Option<Decimal>,
    maybe_uuid: Option<Uuid>,
    maybe_date: Option<Date>,
    maybe_timestamp: Option<Timestamp>,
    maybe_timestamptz: Option<Timestamptz>,
    maybe_time: Option<Time>,
    maybe_interval: Option<Interval>,
    maybe_bytea: Option<Bytea>,
    maybe_inet: Option<Inet>,
    maybe_cidr: Option<Inet>,
    maybe_json: Option<Json>,
    maybe_jsonb: Option<Jsonb>,
    maybe_mood: Option<Temper>,
    #[one(sheet_id)]
    sheet: One<Sheet>,
}

/// What samples stand on.
#[derive(Table)]
pub struct Sheet {
    #[key]
    id: i32,
    #[many(Sample::sheet_id)]
    samples: Many<Sample>,
}

/// What refers to samples.
#[derive(Table)]
pub struct Note {
    #[key]
    id: i32,
    sample_id: i32,
    maybe_sample_id: Option<i32>,
    #[one(sample_id)]
    sample: One<Sample>,
    #[one(maybe_sample_id)]
    maybe_sample: Option<One<Sample>>,
}

#[derive(Schema)]
#[schema(tables(Sample, Sheet, Note))]
pub struct Samples;

/// The schema's data.
pub const SCHEMA: &SchemaDef = Samples::SCHEMA;

/// The data of the table with the columns.
pub const TABLE: &TableDef = Sample::TABLE;

/// What `ddl` makes of the Rust types, which do not say how long a text is, or that an address is a network's.
pub const LENGTHS: &str = "ALTER TABLE sample
    ALTER varchar TYPE varchar(40), ALTER maybe_varchar TYPE varchar,
    ALTER char TYPE char(7), ALTER maybe_char TYPE char(3),
    ALTER cidr TYPE cidr USING cidr::cidr, ALTER maybe_cidr TYPE cidr USING maybe_cidr::cidr";

/// The columns of values, the nullable ones after the others.
pub fn columns() -> impl Iterator<Item = &'static ColumnDef> {
    TABLE.columns.iter().filter(|column| !["id", "sheet_id"].contains(&column.column))
}

/// The Postgres type of a column's values, for a cast.
pub fn postgres_type(column: &ColumnDef) -> String {
    match (column.scalar, column.column) {
        (ScalarType::Enum(_), _) => "\"every \"\"type\"\"\".\"Mood of day\"".into(),
        (_, "varchar") => "varchar(40)".into(),
        (_, "char") => "char(7)".into(),
        (_, "maybe_char") => "char(3)".into(),
        (_, "boolean") => "boolean".into(),
        (_, name) => name.trim_start_matches("maybe_").into(),
    }
}

/// A selection set of all columns.
pub fn selection() -> String {
    let names = TABLE.columns.iter().map(|column| column.name);
    format!("{{ {} }}", names.collect::<Vec<_>>().join(" "))
}

/// A selection set of the columns that can be compared: those of `json` cannot.
pub fn comparable() -> String {
    let columns = TABLE.columns.iter().filter(|column| has_equality(column.scalar));
    format!("{{ {} }}", columns.map(|column| column.name).collect::<Vec<_>>().join(" "))
}

/// An SQL expression of the JSON object that the selection of all columns of `sample` gives.
pub fn object() -> String {
    let pairs = TABLE.columns.iter().map(|column| {
        let value = json(column.scalar, &format!("sample.{}", column.column));
        format!("'{}', {value}", column.name)
    });
    format!("json_build_object({})", pairs.collect::<Vec<_>>().join(", "))
}

/// An SQL expression of what a value is in JSON.
pub fn json(scalar: ScalarType, value: &str) -> String {
    match scalar {
        ScalarType::Int8 | ScalarType::Numeric => format!("{value}::text"),
        ScalarType::Bytea => format!("replace(encode({value}, 'base64'), E'\\n', '')"),
        ScalarType::Enum(definition) => {
            let cases = definition.values.iter();
            let cases = cases
                .map(|value| format!("WHEN '{}' THEN '{}'", value.label.replace('\'', "''"), value.name));
            format!("CASE {value}::text {} END", cases.collect::<Vec<_>>().join(" "))
        }
        _ => value.to_owned(),
    }
}
