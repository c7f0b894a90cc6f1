//! What a response should be, as plainly as it can be said: a tree of JSON values.

use onefold_schema::ScalarType;
use serde_json::{Map, Number, Value as Json};
use tokio_postgres::types::Type;

use super::{Cell, record_of};
use crate::cursor;
use crate::plan::shape::{Cursor, Field, PageEnd, Record, Value, unavailable};
use crate::wire::{CellType, FIRST_USER_TYPE};

/// A cell, known before it is encoded.
#[derive(Debug, Clone)]
pub(super) enum Sample {
    Null,
    Scalar {
        scalar: ScalarType,
        bytes: Vec<u8>,
        expected: Expected,
    },
    Record(Vec<Sample>),
    List(Vec<Vec<Sample>>),
    /// Records that shards which are away have.
    Unavailable,
}

/// What a value is in the response.
#[derive(Debug, Clone)]
pub(super) enum Expected {
    Json(Json),
    Error,
}

impl Expected {
    pub(super) fn json(value: impl Into<Json>) -> Self {
        Expected::Json(value.into())
    }

    pub(super) fn parse(json: &str) -> Self {
        Expected::Json(serde_json::from_str(json).expect("it is JSON"))
    }

    /// A float, with the shortest text that is read as the same value.
    pub(super) fn float(value: f64, shortest: &str) -> Self {
        if value.is_finite() { Self::parse(shortest) } else { Expected::Error }
    }
}

impl Sample {
    /// The cell in Postgres' binary format.
    pub(super) fn encode(&self) -> Cell {
        match self {
            Sample::Null => None,
            Sample::Scalar { bytes, .. } => Some(bytes.clone()),
            Sample::Record(cells) => Some(encode(cells)),
            Sample::List(records) => Some(records.iter().flat_map(|cells| encode(cells)).collect()),
            Sample::Unavailable => Some(unavailable(["north", "south"])),
        }
    }

    /// The number of a type of the cell in a record.
    fn oid(&self) -> u32 {
        match self {
            Sample::Null => FIRST_USER_TYPE,
            Sample::Scalar { scalar, .. } => {
                let types = CellType::Scalar(*scalar).types();
                types.last().map_or(FIRST_USER_TYPE, Type::oid)
            }
            Sample::Record(_) | Sample::List(_) | Sample::Unavailable => Type::BYTEA.oid(),
        }
    }
}

fn encode(cells: &[Sample]) -> Vec<u8> {
    let encoded: Vec<_> = cells.iter().map(|cell| (cell.oid(), cell.encode())).collect();
    record_of(encoded.iter().map(|(oid, cell)| (*oid, cell.as_ref())))
}

/// The response to a request.
pub(super) struct Model<'a> {
    pub(super) conditions: &'a [bool],
    pub(super) externals: &'a [Json],
    /// The paths of all errors.
    pub(super) errors: Vec<Vec<Json>>,
}

/// An error that makes the nearest nullable parent null.
pub(super) struct Nulled;

impl Model<'_> {
    /// An object from the cells of a record; `rows` are the rows of the statement where a field streams them.
    pub(super) fn object(
        &mut self,
        fields: &[Field],
        cells: &[Sample],
        rows: &[Vec<Sample>],
        path: &[Json],
    ) -> Result<Json, Nulled> {
        let mut object = Map::new();
        for field in fields.iter().filter(|field| field.when.is_none_or(|id| self.conditions[id.0])) {
            let path = [path, &[field.key.clone().into()]].concat();
            let value = match &field.value {
                Value::Typename(name) => name.clone().into(),
                Value::Null => Json::Null,
                Value::EmptyList => Json::Array(Vec::new()),
                Value::External(index) => self.externals[*index].clone(),
                Value::Scalar { cell, nullable, .. } => match &cells[*cell] {
                    Sample::Scalar { expected: Expected::Json(value), .. } => value.clone(),
                    Sample::Null if *nullable => Json::Null,
                    _ => self.error(&path, *nullable)?,
                },
                Value::Inline { presence, nullable, fields } => match &cells[*presence] {
                    Sample::Null if *nullable => Json::Null,
                    Sample::Null => self.error(&path, false)?,
                    _ => match self.object(fields, cells, &[], &path) {
                        Err(Nulled) if *nullable => Json::Null,
                        value => value?,
                    },
                },
                Value::Object(fields) => self.object(fields, cells, &[], &path)?,
                Value::Cursor(cursor) => cursor_text(cursor, cells).into(),
                Value::PageCursor { cell, end, cursor, .. } => match (&cells[*cell], end) {
                    (Sample::List(records), PageEnd::First) => records.first(),
                    (Sample::List(records), PageEnd::Last) => records.last(),
                    _ => None,
                }
                .map_or(Json::Null, |record| cursor_text(cursor, record).into()),
                Value::Record { cell, nullable, required, record } => match &cells[*cell] {
                    Sample::Record(cells) if *nullable => self.nullable(record, cells, &path),
                    Sample::Record(cells) => self.object(&record.fields, cells, &[], &path)?,
                    Sample::Unavailable => self.error(&path, *nullable)?,
                    _ if *required => self.error(&path, *nullable)?,
                    _ => Json::Null,
                },
                Value::List { cell, nullable, record } => match &cells[*cell] {
                    Sample::List(records) => match self.list(record, records, &path) {
                        Err(Nulled) if *nullable => Json::Null,
                        list => list?,
                    },
                    Sample::Unavailable => self.error(&path, true)?,
                    _ => Json::Array(Vec::new()),
                },
                Value::Variants { cell, nullable, nullable_items, records } => match &cells[*cell] {
                    Sample::List(items) => match self.variants(*nullable_items, records, items, &path) {
                        Err(Nulled) if *nullable => Json::Null,
                        list => list?,
                    },
                    Sample::Unavailable => self.error(&path, true)?,
                    _ => Json::Array(Vec::new()),
                },
                Value::Rows { nullable, record } => match self.list(record, rows, &path) {
                    Err(Nulled) if *nullable => Json::Null,
                    list => list?,
                },
                Value::Row(record) => {
                    rows.first().map_or(Json::Null, |row| self.nullable(record, row, &path))
                }
            };
            object.insert(field.key.clone(), value);
        }
        Ok(Json::Object(object))
    }

    fn nullable(&mut self, record: &Record, cells: &[Sample], path: &[Json]) -> Json {
        self.object(&record.fields, cells, &[], path).unwrap_or(Json::Null)
    }

    fn list(&mut self, record: &Record, records: &[Vec<Sample>], path: &[Json]) -> Result<Json, Nulled> {
        let item = |(index, cells): (usize, &Vec<Sample>)| {
            self.object(&record.fields, cells, &[], &[path, &[index.into()]].concat())
        };
        records.iter().enumerate().map(item).collect()
    }

    fn variants(
        &mut self,
        nullable: bool,
        records: &[Record],
        items: &[Vec<Sample>],
        path: &[Json],
    ) -> Result<Json, Nulled> {
        let item = |(index, cells): (usize, &Vec<Sample>)| {
            let Sample::Scalar { expected: Expected::Json(variant), .. } = &cells[0] else {
                panic!("the first cell of a variant is a number")
            };
            let Some(variant) = variant.as_u64() else { return Ok(Json::Null) };
            let record = &records[usize::try_from(variant).expect("there are few")];
            match self.object(&record.fields, cells, &[], &[path, &[index.into()]].concat()) {
                Err(Nulled) if nullable => Ok(Json::Null),
                object => object,
            }
        };
        items.iter().enumerate().map(item).collect()
    }

    fn error(&mut self, path: &[Json], nullable: bool) -> Result<Json, Nulled> {
        self.errors.push(path.to_vec());
        if nullable { Ok(Json::Null) } else { Err(Nulled) }
    }
}

fn cursor_text(of: &Cursor, cells: &[Sample]) -> String {
    let cells: Vec<_> = of.cells.iter().map(|(cell, _)| cells[*cell].encode()).collect();
    let cells = || cells.iter().map(Option::as_deref);
    let room = cursor::room(cells());
    let mut text = vec![0; room.all()];
    cursor::write(&mut text, room, of.fingerprint, cells());
    text.truncate(room.text);
    String::from_utf8(text).expect("base64 is ASCII")
}

/// Whether two values are the same; numbers may be written in another way.
pub(super) fn same(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => same_number(left, right),
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Json::Object(left), Json::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, left)| right.get(key).is_some_and(|right| same(left, right)))
        }
        _ => left == right,
    }
}

/// `serde_json` may read the last bit of a float differently from texts of the same value.
fn same_number(left: &Number, right: &Number) -> bool {
    match (left.as_f64(), right.as_f64()) {
        (Some(left), Some(right)) => left == right || ((left - right) / right).abs() < 1e-15,
        _ => left == right,
    }
}
