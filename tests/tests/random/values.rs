//! Random values of every column type: few different ones, so that rows meet, with the ends of each range among them.

use fastrand::Rng;
use onefold::schema::ScalarType;
use onefold::slots::Slot;
use serde_json::{Number, Value, json};

use crate::values::random::literal;

/// A value of a column.
#[derive(Debug, Clone)]
pub struct Datum {
    /// An SQL literal, whose type is what the column has.
    pub sql: String,
    /// How a request writes it; nothing where it cannot.
    pub input: Option<Value>,
    /// Whether a response can have it: JSON has no `NaN`.
    pub is_finite: bool,
}

/// What values of some columns are taken from. Rows of two tables are related where they have taken the same.
#[derive(Debug)]
pub struct Domain {
    pub scalar: ScalarType,
    pub values: Vec<Datum>,
    /// Whether they are ids that carry the slot of their row.
    pub carries_slots: bool,
}

impl Datum {
    fn new(sql: String, input: Value) -> Datum {
        Datum { sql, input: Some(input), is_finite: true }
    }

    /// A value that is written in a request as the text that it is in SQL.
    fn text(text: String) -> Datum {
        Datum::new(literal(&text), Value::String(text))
    }

    /// An integer of 64 bits.
    pub fn int8(value: i64) -> Datum {
        Datum::text(value.to_string())
    }

    /// The slot of a shard key.
    pub fn slot(&self, scalar: ScalarType) -> Option<Slot> {
        Some(match (scalar, self.input.as_ref()?) {
            (ScalarType::Text, Value::String(text)) => Slot::of_text(text),
            (ScalarType::Uuid, Value::String(text)) => {
                Slot::of_uuid(&u128::from_str_radix(&text.replace('-', ""), 16).ok()?.to_be_bytes())
            }
            (ScalarType::Int2 | ScalarType::Int4 | ScalarType::Int8, _) => Slot::of_int(self.integer()?),
            _ => return None,
        })
    }

    /// The slot in an id.
    pub fn carried(&self) -> Option<Slot> {
        self.integer().map(Slot::carried_by)
    }

    fn integer(&self) -> Option<i64> {
        match self.input.as_ref()? {
            Value::Number(number) => number.as_i64(),
            Value::String(digits) => digits.parse().ok(),
            _ => None,
        }
    }
}

/// So many values, or all where there are not as many. Those of a key differ as Postgres compares them.
pub fn domain(rng: &mut Rng, scalar: ScalarType, count: usize, is_key: bool) -> Domain {
    let mut values: Vec<Datum> = Vec::new();
    for _ in 0..count * 4 {
        let value = if is_key { of_key(rng, scalar) } else { any(rng, scalar) };
        if values.len() < count && values.iter().all(|other| other.sql != value.sql) {
            values.push(value);
        }
    }
    Domain { scalar, values, carries_slots: false }
}

/// A value of which no other one is equal, whatever it is written like.
fn of_key(rng: &mut Rng, scalar: ScalarType) -> Datum {
    match scalar {
        ScalarType::Float4 | ScalarType::Float8 => {
            let quarters = f64::from(rng.i32(-20..20)) / 4.0;
            float(quarters)
        }
        ScalarType::Numeric => Datum::text(
            (*one_of(rng, &["0", "1", "-1", "1.5", "-2.25", "100000000000000000000", "0.0001"])).into(),
        ),
        // Other zones write the same moments.
        ScalarType::Timestamptz => Datum::text(format!("{}T{}Z", date(rng), time(rng))),
        scalar => loop {
            let value = any(rng, scalar);
            if value.is_finite {
                return value;
            }
        },
    }
}

fn any(rng: &mut Rng, scalar: ScalarType) -> Datum {
    match scalar {
        ScalarType::Bool => {
            let value = rng.bool();
            Datum::new(value.to_string(), value.into())
        }
        ScalarType::Int2 => integer(rng, i16::MIN.into(), i16::MAX.into()),
        ScalarType::Int4 => integer(rng, i32::MIN.into(), i32::MAX.into()),
        ScalarType::Int8 => {
            let value = whole(rng, i64::MIN, i64::MAX);
            Datum::int8(value)
        }
        ScalarType::Float4 => match rng.u8(0..8) {
            0 => not_finite(rng, &["NaN", "Infinity", "-Infinity"]),
            1 => Datum::new("'-0'".into(), json!(-0.0)),
            2 => Datum::new("'3.4028235e38'".into(), json!(3.402_823_5e38)),
            3 => Datum::new("'1e-45'".into(), json!(1e-45)),
            _ => float(f64::from(rng.i32(-8..8)) / 4.0),
        },
        ScalarType::Float8 => match rng.u8(0..8) {
            0 => not_finite(rng, &["NaN", "Infinity", "-Infinity"]),
            1 => Datum::new("'-0'".into(), json!(-0.0)),
            2 => Datum::new("'-1.7976931348623157e308'".into(), json!(f64::MIN)),
            3 => Datum::new("'5e-324'".into(), json!(5e-324)),
            _ => float(f64::from(rng.i32(-8..8)) / 10.0),
        },
        ScalarType::Text => Datum::text(text(rng)),
        ScalarType::Numeric => match rng.u8(0..8) {
            0 => not_finite(rng, &["NaN", "Infinity", "-Infinity"]),
            _ => {
                let known = ["0", "0.00", "1", "1.0", "1.10", "-1", "9999", "10000", "0.0001", "-0.00001"];
                let known = known.into_iter().chain(["123456789012345678901234567890.5", "-99990000"]);
                Datum::text((*one_of(rng, &known.collect::<Vec<_>>())).into())
            }
        },
        ScalarType::Uuid => Datum::text(uuid(rng)),
        ScalarType::Date => match rng.u8(0..12) {
            0 => not_finite(rng, &["infinity", "-infinity"]),
            _ => Datum::text(date(rng)),
        },
        ScalarType::Timestamp => match rng.u8(0..12) {
            0 => not_finite(rng, &["infinity", "-infinity"]),
            _ => Datum::text(format!("{}T{}", date(rng), time(rng))),
        },
        ScalarType::Timestamptz => match rng.u8(0..12) {
            0 => not_finite(rng, &["infinity", "-infinity"]),
            _ => {
                Datum::text(format!("{}T{}{}", date(rng), time(rng), one_of(rng, &["+00:00", "+02:00", "Z"])))
            }
        },
        ScalarType::Time => Datum::text(time(rng).into()),
        ScalarType::Interval => {
            Datum::text((*one_of(rng, &["PT0S", "P1D", "PT24H", "P1M", "P30D", "PT-0.5S"])).into())
        }
        ScalarType::Bytea => {
            let (sql, base64) = *one_of(rng, &[("\\x", ""), ("\\x00", "AA=="), ("\\xfffe", "//4=")]);
            Datum::new(literal(sql), base64.into())
        }
        ScalarType::Inet => {
            Datum::text((*one_of(rng, &["10.0.0.1", "10.0.0.1/8", "::1", "2001:db8::/32"])).into())
        }
        ScalarType::Json => {
            let text = one_of(rng, &["null", "{\"a\" : 1, \"a\":2}", "[1,  2.50]", "\"x\"", "1e2"]);
            Datum { sql: literal(text), input: None, is_finite: true }
        }
        ScalarType::Jsonb => {
            let value = one_of(rng, &["null", "{\"a\": {\"b\": [true]}}", "[1, 2.5]", "\"ä\"", "7", "{}"]);
            let input = serde_json::from_str(value).ok().filter(|value: &Value| !value.is_null());
            Datum { sql: literal(value), input, is_finite: true }
        }
        ScalarType::Enum(definition) => {
            let value = one_of(rng, definition.values);
            Datum::new(literal(value.label), value.name.into())
        }
        ScalarType::Custom(_) | ScalarType::Range(_) | ScalarType::Array(_) => {
            unreachable!("`draft` makes no columns of these")
        }
    }
}

/// A text that is written in many ways.
fn text(rng: &mut Rng) -> String {
    const WORDS: [&str; 24] = [
        "",
        "a",
        "A",
        "aa",
        "ab",
        "B",
        "b",
        "Z",
        "z",
        "ä",
        "a\u{308}",
        "é",
        "ß",
        " a",
        "a ",
        "10",
        "9",
        "%",
        "a_b",
        "\\",
        "'\"",
        "\n\t\u{1}",
        "\u{ffff}",
        "\u{1f600}",
    ];
    let first = one_of(rng, &WORDS);
    if rng.u8(0..4) == 0 { format!("{first}{}", one_of(rng, &WORDS)) } else { (*first).into() }
}

/// A text of which none is the beginning of a pattern that matches nothing.
pub fn pattern(rng: &mut Rng, text: &str) -> String {
    let mut pattern: String = text.chars().filter(|character| *character != '\\').take(3).collect();
    match rng.u8(0..3) {
        0 => pattern.push('%'),
        1 => pattern.insert(0, '_'),
        _ => pattern.insert(0, '%'),
    }
    pattern
}

fn uuid(rng: &mut Rng) -> String {
    // Few of the bits differ, so that their order depends on the last ones too.
    let bits = (u128::from(rng.u8(0..3)) << 120) | u128::from(rng.u16(..)) << 60 | u128::from(rng.u8(..));
    let digits = format!("{bits:032x}");
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

fn date(rng: &mut Rng) -> String {
    let year = *one_of(rng, &[1, 1969, 1999, 2000, 2001, 2026, 9998]);
    format!("{year:04}-{:02}-{:02}", rng.u8(1..=12), rng.u8(1..=28))
}

fn time(rng: &mut Rng) -> &'static str {
    one_of::<&str>(rng, &["00:00:00", "23:59:59.999999", "12:30:00", "12:30:00.000001", "07:00:00.5"])
}

fn integer(rng: &mut Rng, least: i64, most: i64) -> Datum {
    let value = whole(rng, least, most);
    Datum::new(format!("({value})"), value.into())
}

/// A small number, or one near an end of the range.
fn whole(rng: &mut Rng, least: i64, most: i64) -> i64 {
    match rng.u8(0..8) {
        0 => least + i64::from(rng.u8(0..2)),
        1 => most - i64::from(rng.u8(0..2)),
        _ => rng.i64(-4..12),
    }
}

fn float(value: f64) -> Datum {
    Datum { sql: format!("'{value}'"), input: Number::from_f64(value).map(Value::Number), is_finite: true }
}

fn not_finite(rng: &mut Rng, words: &[&str]) -> Datum {
    Datum { sql: literal(one_of::<&str>(rng, words)), input: None, is_finite: false }
}

/// One of some items.
///
/// # Panics
/// There is none.
pub fn one_of<'a, T>(rng: &mut Rng, items: &'a [T]) -> &'a T {
    &items[rng.usize(0..items.len())]
}

/// Whether something happens that happens so many times in a hundred.
pub fn chance(rng: &mut Rng, percent: u8) -> bool {
    rng.u8(0..100) < percent
}
