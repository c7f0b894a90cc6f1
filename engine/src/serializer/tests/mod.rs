//! Whole responses: by hand, from random shapes and rows, and from broken ones.

mod cases;
mod entropy;
mod generate;
mod model;
mod random;
mod text;
mod variants;

use bytes::Bytes;
use onefold_schema::ScalarType;
use serde_json::Value as Json;

use super::{Error, Inputs, Serializer};
use crate::plan::shape::{ConditionId, Field, Record, Shape, Value};
use crate::wire::FIRST_USER_TYPE;

/// A cell of a row, as it stands in memory.
type Cell = Option<Vec<u8>>;

/// Writes a response with the interpreter and with machine code, which have to agree.
fn respond(shape: &Shape, inputs: Inputs<'_>, rows: &[Vec<Cell>]) -> Result<String, Error> {
    let interpreted = respond_with(&Serializer::interpreted(shape), inputs, rows);
    let compiled = Serializer::compile(shape);
    // The first response has no more room than was asked for each time, the second one all that it needs from the start.
    for _ in 0..2 {
        let compiled = respond_with(&compiled, inputs, rows);
        assert_eq!(interpreted, compiled, "the interpreter is left, machine code right");
    }
    for serializer in [Serializer::interpreted(shape), compiled] {
        match respond_in_chunks(&serializer, inputs, rows) {
            Err(Error::NullTooLate { errors }) => {
                let whole = interpreted.as_deref().expect("the rows are well-formed");
                let data = &serde_json::from_str::<Json>(whole).expect("it is JSON")["data"];
                let mut streamed = shape.fields.iter().filter_map(|field| match field.value {
                    Value::Rows { nullable, .. } => Some(nullable && data[&field.key].is_null()),
                    _ => None,
                });
                let nulled = data.is_null() || streamed.next() == Some(true);
                assert!(nulled && whole.contains(&errors), "{whole}: {errors}");
            }
            chunks => assert_eq!(chunks, interpreted, "in chunks is left, whole right"),
        }
    }
    interpreted
}

fn respond_with(serializer: &Serializer, inputs: Inputs<'_>, rows: &[Vec<Cell>]) -> Result<String, Error> {
    let mut writer = serializer.writer(inputs);
    for row in rows {
        let cells: Vec<_> = row.iter().map(Option::as_deref).collect();
        writer.row(&cells)?;
    }
    Ok(String::from_utf8(writer.finish()?.to_vec()).expect("JSON is UTF-8"))
}

/// As [`respond_with`], but what is written is handed out after each row, and the writer suspended.
fn respond_in_chunks(
    serializer: &Serializer,
    inputs: Inputs<'_>,
    rows: &[Vec<Cell>],
) -> Result<String, Error> {
    let mut response = Vec::new();
    let mut writer = serializer.writer(inputs);
    for row in rows {
        let cells: Vec<_> = row.iter().map(Option::as_deref).collect();
        writer.row(&cells)?;
        response.extend(writer.hand_out(0).unwrap_or_default());
        writer = serializer.resume(inputs, writer.suspend());
    }
    response.extend(writer.finish()?);
    Ok(String::from_utf8(response).expect("JSON is UTF-8"))
}

/// A binary record as `record_send` writes it, of types that are not Postgres' own, which may be anything.
fn record(cells: &[Cell]) -> Vec<u8> {
    record_of(cells.iter().map(|cell| (FIRST_USER_TYPE, cell.as_ref())))
}

/// A binary record of cells with the numbers of their types.
fn record_of<'a>(cells: impl ExactSizeIterator<Item = (u32, Option<&'a Vec<u8>>)>) -> Vec<u8> {
    let mut bytes = (cells.len() as i32).to_be_bytes().to_vec();
    for (oid, cell) in cells {
        bytes.extend(oid.to_be_bytes());
        match cell {
            Some(data) => {
                bytes.extend((data.len() as i32).to_be_bytes());
                bytes.extend(data);
            }
            None => bytes.extend((-1_i32).to_be_bytes()),
        }
    }
    bytes
}

fn int4(value: i32) -> Cell {
    Some(value.to_be_bytes().to_vec())
}

fn text(value: &str) -> Cell {
    Some(value.as_bytes().to_vec())
}

fn field(key: &str, value: Value) -> Field {
    Field { key: key.to_owned(), when: None, value }
}

fn field_when(key: &str, condition: usize, value: Value) -> Field {
    Field { key: key.to_owned(), when: Some(ConditionId(condition)), value }
}

fn required(cell: usize, scalar: ScalarType) -> Value {
    Value::Scalar { cell, scalar, nullable: false }
}

fn nullable(cell: usize, scalar: ScalarType) -> Value {
    Value::Scalar { cell, scalar, nullable: true }
}

fn external(json: &'static str) -> Bytes {
    Bytes::from_static(json.as_bytes())
}
