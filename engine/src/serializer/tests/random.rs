//! Random shapes, rows and damages: interpreter, machine code and model agree.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value as Json;

use super::super::scalar::tests::fixed;
use super::super::{datetime, scalar};
use super::entropy::{CONDITIONS, EXTERNALS, Entropy};
use super::model::{Model, Sample, same};
use super::*;

/// A request with its rows.
#[derive(Debug)]
struct Case {
    shape: Shape,
    conditions: [bool; CONDITIONS],
    rows: Vec<Vec<Sample>>,
}

impl Case {
    fn new(entropy: &mut Entropy<'_>, conditions: [bool; CONDITIONS]) -> Self {
        let shape = entropy.shape();
        let streamed = shape.fields.iter().find_map(|field| match &field.value {
            Value::Rows { record, .. } => Some((record, entropy.below(5))),
            Value::Row(record) => Some((record, entropy.below(2))),
            _ => None,
        });
        let rows = match streamed {
            Some((record, rows)) => (0..rows).map(|_| entropy.samples(record)).collect(),
            None if shape.cells > 0 => vec![entropy.cells(shape.cells, &shape.fields)],
            None => Vec::new(),
        };
        Case { shape, conditions, rows }
    }

    fn encode(&self) -> Vec<Vec<Cell>> {
        self.rows.iter().map(|row| row.iter().map(Sample::encode).collect()).collect()
    }

    fn respond(&self, rows: &[Vec<Cell>]) -> Result<String, Error> {
        let externals: [_; EXTERNALS] = [external(r#"{"types":[]}"#), external("null")];
        respond(&self.shape, Inputs { conditions: &self.conditions, externals: &externals }, rows)
    }

    /// The response by the model: `data`, and the paths of `errors`.
    fn expected(&self) -> (Json, Vec<Vec<Json>>) {
        let externals = [serde_json::json!({"types": []}), Json::Null];
        let mut model = Model { conditions: &self.conditions, externals: &externals, errors: Vec::new() };
        let one = self.rows.first().map_or(&[][..], Vec::as_slice);
        let data = model.object(&self.shape.fields, one, &self.rows, &[]).unwrap_or(Json::Null);
        (data, model.errors)
    }
}

fn entropy() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..600)
}

proptest! {
    #[test]
    fn responses_are_as_the_model_says(bytes in entropy(), conditions: [bool; CONDITIONS]) {
        let case = Case::new(&mut Entropy(&bytes), conditions);
        let response = case.respond(&case.encode()).expect("the rows are well-formed");
        let response: Json = serde_json::from_str(&response).expect("a response is JSON");
        let (data, errors) = case.expected();
        prop_assert!(same(&response["data"], &data), "{response:#} is not {data:#}");
        let paths = response.get("errors").and_then(Json::as_array).into_iter().flatten();
        let paths: Vec<_> = paths.map(|error| error["path"].as_array().cloned().unwrap_or_default()).collect();
        prop_assert_eq!(paths, errors);
    }

    /// `respond` compares interpreter and machine code, errors included.
    #[test]
    fn damaged_rows_are_never_read_out_of_bounds(
        bytes in entropy(),
        conditions: [bool; CONDITIONS],
        damages in vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), damage()), 1..4),
    ) {
        let case = Case::new(&mut Entropy(&bytes), conditions);
        let mut rows = case.encode();
        for (cell, place, damage) in damages {
            let mut cells: Vec<_> = rows.iter_mut().flatten().flatten().collect();
            if cells.is_empty() {
                break;
            }
            let chosen = cell.index(cells.len());
            damage.apply(cells[chosen], place);
        }
        // A fresh allocation for each cell of exactly its size, so that tools see every byte read beyond it.
        for cell in rows.iter_mut().flatten().flatten() {
            *cell = cell.clone().into_boxed_slice().into_vec();
        }
        let _ = case.respond(&rows);
    }

    #[test]
    fn doubles_are_read_back_exactly(bits: u64) {
        let value = f64::from_bits(bits);
        if let Ok(text) = fixed(scalar::float8, &value.to_be_bytes()) {
            prop_assert_eq!(text.parse::<f64>().map(f64::to_bits), Ok(bits));
        } else {
            prop_assert!(!value.is_finite());
        }
    }

    #[test]
    fn singles_are_read_back_exactly(bits: u32) {
        let value = f32::from_bits(bits);
        if let Ok(text) = fixed(scalar::float4, &value.to_be_bytes()) {
            prop_assert_eq!(text.parse::<f32>().map(f32::to_bits), Ok(bits));
        } else {
            prop_assert!(!value.is_finite());
        }
    }

    /// The next day is the next one in the calendar too.
    #[test]
    fn dates_follow_each_other(days in -2_451_545..2_145_031_948) {
        let date = |days: i32| fixed(datetime::date, &days.to_be_bytes()).expect("a date of Postgres");
        let split = |date: String| {
            let date = date.trim_matches('"');
            let (date, sign) = date.strip_suffix(" BC").map_or((date, 1), |date| (date, -1));
            let parts: Vec<i64> = date.split('-').map(|part| part.parse().expect("a number")).collect();
            // 1 BC is the year 0.
            (if sign < 0 { 1 - parts[0] } else { parts[0] }, parts[1], parts[2])
        };
        let (year, month, day) = split(date(days));
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            2 => 28 + i64::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let next = if day < length {
            (year, month, day + 1)
        } else if month < 12 {
            (year, month + 1, 1)
        } else {
            (year + 1, 1, 1)
        };
        prop_assert_eq!(split(date(days + 1)), next);
    }
}

/// What happens to the bytes of a cell.
#[derive(Debug, Clone)]
enum Damage {
    Flip(u8),
    Set(u8),
    Truncate,
    Insert(u8),
}

impl Damage {
    fn apply(&self, data: &mut Vec<u8>, place: prop::sample::Index) {
        let at = place.index(data.len().max(1));
        match *self {
            Damage::Insert(byte) => data.insert(at.min(data.len()), byte),
            _ if data.is_empty() => {}
            Damage::Flip(bits) => data[at] ^= bits,
            Damage::Set(byte) => data[at] = byte,
            Damage::Truncate => data.truncate(at),
        }
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (1..=u8::MAX).prop_map(Damage::Flip),
        prop_oneof![Just(0), Just(0x7f), Just(0xff)].prop_map(Damage::Set),
        Just(Damage::Truncate),
        any::<u8>().prop_map(Damage::Insert),
    ]
}
