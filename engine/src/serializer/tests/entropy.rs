//! Random bytes → random shapes and rows.
//!
//! All choices are taken from one string of bytes, and the simplest one when it is used up. So proptest can shrink a
//! failure by shrinking the string.

use onefold_schema::{ArrayDef, CustomDef, EnumDef, EnumValueDef, RangeType, ScalarType};
use serde_json::Value as Json;

use super::model::{Expected, Sample};
use crate::plan::shape::{ConditionId, Cursor, Field, PageEnd, Record, Shape, Value};
use crate::wire::CellType;

pub(super) const CONDITIONS: usize = 3;
pub(super) const EXTERNALS: usize = 2;

static STATE: EnumDef = EnumDef {
    name: "State",
    schema: None,
    type_name: "state",
    description: None,
    values: &[
        EnumValueDef { name: "OPEN", label: "open", description: None, deprecation: None },
        EnumValueDef { name: "IN_TRANSIT", label: "in \"transit\"", description: None, deprecation: None },
        EnumValueDef { name: "EMPTY", label: "", description: None, deprecation: None },
    ],
};

const SCALARS: [ScalarType; 24] = [
    ScalarType::Int4,
    ScalarType::Text,
    ScalarType::Bool,
    ScalarType::Int2,
    ScalarType::Int8,
    ScalarType::Float4,
    ScalarType::Float8,
    ScalarType::Numeric,
    ScalarType::Uuid,
    ScalarType::Date,
    ScalarType::Timestamp,
    ScalarType::Timestamptz,
    ScalarType::Time,
    ScalarType::Interval,
    ScalarType::Bytea,
    ScalarType::Inet,
    ScalarType::Json,
    ScalarType::Jsonb,
    ScalarType::Enum(&STATE),
    ScalarType::Array(&INTEGERS),
    ScalarType::Array(&STATES),
    ScalarType::Range(RangeType::Int4),
    ScalarType::Custom(&EMAIL),
    ScalarType::Vector(3),
];

const INTEGERS: ArrayDef = ArrayDef { item: ScalarType::Int4, nullable_items: true };

const STATES: ArrayDef = ArrayDef { item: ScalarType::Enum(&STATE), nullable_items: false };

const EMAIL: CustomDef = CustomDef {
    name: Some("Email"),
    description: None,
    specified_by: None,
    base: ScalarType::Text,
    sql: None,
    domain: None,
};

/// A source of choices.
pub(super) struct Entropy<'a>(pub(super) &'a [u8]);

impl Entropy<'_> {
    fn byte(&mut self) -> u8 {
        self.0.split_off_first().copied().unwrap_or(0)
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.byte())
    }

    /// A number below a limit.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        usize::from(self.byte()) % limit
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == chances - 1
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// A shape of any of the four kinds.
    pub(super) fn shape(&mut self) -> Shape {
        let mut fields = self.constants("a");
        let cells = match self.below(4) {
            0 => {
                let value = Value::Rows { nullable: self.one_in(2), record: self.record(3) };
                fields.push(Field { key: "rows".into(), when: None, value });
                0
            }
            1 => {
                let value = Value::Row(self.record(3));
                fields.push(Field { key: "row".into(), when: None, value });
                0
            }
            2 => {
                let mut cells = 0;
                for index in 0..=self.below(3) {
                    let record = self.record(2);
                    let cell = cells;
                    cells += 1;
                    let value = if self.one_in(2) {
                        self.object(cell, record)
                    } else {
                        Value::List { cell, nullable: self.one_in(2), record }
                    };
                    fields.push(Field { key: format!("root{index}"), when: self.when(), value });
                }
                cells
            }
            _ => 0,
        };
        fields.extend(self.constants("b"));
        Shape { cells, fields }
    }

    fn constants(&mut self, prefix: &str) -> Vec<Field> {
        let mut fields = Vec::new();
        for index in 0..self.below(3) {
            let value = match self.below(4) {
                0 => Value::EmptyList,
                1 => Value::Typename("Query".into()),
                _ => Value::External(self.below(EXTERNALS)),
            };
            fields.push(Field { key: format!("{prefix}{index}"), when: self.when(), value });
        }
        fields
    }

    fn when(&mut self) -> Option<ConditionId> {
        let condition = self.below(CONDITIONS * 3);
        (condition > CONDITIONS).then_some(ConditionId(condition % CONDITIONS))
    }

    fn record(&mut self, depth: usize) -> Record {
        let mut cells = 0;
        let mut fields = self.fields(depth, 2, &mut cells);
        // Some cells are read in another order, some not at all.
        if self.one_in(3) {
            mirror(&mut fields, cells);
        }
        cells += self.below(2);
        Record { cells, fields }
    }

    /// A record whose first cell says its variant.
    fn variant(&mut self, depth: usize) -> Record {
        let mut cells = 1;
        let fields = self.fields(depth, 1, &mut cells);
        Record { cells, fields }
    }

    fn fields(&mut self, depth: usize, inlines: usize, cells: &mut usize) -> Vec<Field> {
        let mut fields = Vec::new();
        for index in 0..=self.below(5) {
            let mut cell = || {
                *cells += 1;
                *cells - 1
            };
            let value = match self.below(13) {
                0..5 => {
                    let cell = cell();
                    Value::Scalar { cell, scalar: self.pick(&SCALARS), nullable: self.one_in(2) }
                }
                5 if depth > 0 => {
                    Value::List { cell: cell(), nullable: self.one_in(2), record: self.record(depth - 1) }
                }
                11 if depth > 0 => Value::Variants {
                    cell: cell(),
                    nullable: self.one_in(2),
                    nullable_items: self.one_in(2),
                    records: (0..=self.below(3)).map(|_| self.variant(depth - 1)).collect(),
                },
                6 if depth > 0 => {
                    let cell = cell();
                    let record = self.record(depth - 1);
                    self.object(cell, record)
                }
                7 if inlines > 0 => {
                    let presence = cell();
                    let nullable = self.one_in(2);
                    Value::Inline { presence, nullable, fields: self.fields(depth, inlines - 1, cells) }
                }
                8 if inlines > 0 => Value::Object(self.fields(depth, inlines - 1, cells)),
                9 => Value::Cursor(self.cursor(cells)),
                10 => {
                    let (cell, mut cells) = (cell(), 0);
                    let cursor = self.cursor(&mut cells);
                    let end = if self.one_in(2) { PageEnd::First } else { PageEnd::Last };
                    Value::PageCursor { cell, end, cells: cells + self.below(2), cursor }
                }
                _ => Value::Typename("Type".repeat(self.below(8))),
            };
            fields.push(Field { key: format!("field{index}"), when: self.when(), value });
        }
        fields
    }

    /// An object from a record in a cell. One that may not be null is there, or an error says why not.
    fn object(&mut self, cell: usize, record: Record) -> Value {
        let nullable = self.one_in(2);
        Value::Record { cell, nullable, required: !nullable || self.one_in(2), record }
    }

    /// A cursor of cells that are added to others.
    fn cursor(&mut self, cells: &mut usize) -> Cursor {
        let count = 1 + self.below(3);
        let first = *cells;
        *cells += count;
        let mut cells: Vec<_> = (first..*cells).map(|cell| (cell, self.pick(&SCALARS))).collect();
        if self.one_in(2) {
            cells.reverse();
        }
        Cursor { fingerprint: u32::from_be_bytes(self.bytes()), cells }
    }

    fn fill_cursor(&mut self, cursor: &Cursor, samples: &mut [Sample]) {
        for (cell, scalar) in &cursor.cells {
            samples[*cell] = if self.one_in(4) { Sample::Null } else { self.scalar(*scalar) };
        }
    }

    /// The cells of a row or record.
    pub(super) fn samples(&mut self, record: &Record) -> Vec<Sample> {
        self.cells(record.cells, &record.fields)
    }

    /// The cells of the one row of a shape.
    pub(super) fn cells(&mut self, cells: usize, fields: &[Field]) -> Vec<Sample> {
        let mut samples = vec![Sample::Null; cells];
        self.fill(fields, &mut samples);
        samples
    }

    fn fill(&mut self, fields: &[Field], samples: &mut [Sample]) {
        for field in fields {
            match &field.value {
                Value::Typename(_)
                | Value::Null
                | Value::EmptyList
                | Value::External(_)
                | Value::Rows { .. }
                | Value::Row(_) => {}
                Value::Scalar { cell, scalar, nullable } => {
                    let null = self.one_in(if *nullable { 4 } else { 60 });
                    samples[*cell] = if null { Sample::Null } else { self.scalar(*scalar) };
                }
                Value::Inline { presence, nullable, fields } => {
                    if !self.one_in(if *nullable { 4 } else { 60 }) {
                        samples[*presence] = self.scalar(ScalarType::Int4);
                    }
                    self.fill(fields, samples);
                }
                Value::Object(fields) => self.fill(fields, samples),
                Value::Cursor(cursor) => self.fill_cursor(cursor, samples),
                Value::PageCursor { cell, cells, cursor, .. } => {
                    if !self.one_in(4) {
                        let mut records = vec![vec![Sample::Null; *cells]; self.below(4)];
                        records.iter_mut().for_each(|record| self.fill_cursor(cursor, record));
                        samples[*cell] = Sample::List(records);
                    }
                }
                Value::Record { cell, record, .. } => {
                    if self.one_in(12) {
                        samples[*cell] = Sample::Unavailable;
                    } else if !self.one_in(4) {
                        samples[*cell] = Sample::Record(self.samples(record));
                    }
                }
                Value::Variants { cell, nullable, nullable_items, records } => {
                    if *nullable && self.one_in(12) {
                        samples[*cell] = Sample::Unavailable;
                    } else if !self.one_in(4) {
                        let length = self.below(5);
                        let items = (0..length).map(|_| self.variant_samples(*nullable_items, records));
                        samples[*cell] = Sample::List(items.collect());
                    }
                }
                Value::List { cell, nullable, record } => {
                    if *nullable && self.one_in(12) {
                        samples[*cell] = Sample::Unavailable;
                    } else if !self.one_in(4) {
                        let length = self.below(4);
                        samples[*cell] = Sample::List((0..length).map(|_| self.samples(record)).collect());
                    }
                }
            }
        }
    }

    /// An array of items that have no errors of their own, or one that is none of one dimension.
    fn array(&mut self, def: &ArrayDef) -> (Vec<u8>, Expected) {
        let (mut bytes, mut values) = (Vec::new(), Vec::new());
        for _ in 0..self.below(4) {
            let (item, value) = match def.item {
                ScalarType::Enum(_) => (Some(b"open".to_vec()), "OPEN".into()),
                _ if self.one_in(4) => (None, Json::Null),
                _ => {
                    let number = i32::from_be_bytes(self.bytes());
                    (Some(number.to_be_bytes().to_vec()), number.into())
                }
            };
            let length = item.as_ref().map_or(-1, |item| item.len() as i32);
            bytes.extend(length.to_be_bytes());
            bytes.extend(item.unwrap_or_default());
            values.push(value);
        }
        let oid = CellType::Scalar(def.item).types()[0].oid();
        let header = |dimensions: i32| [&dimensions.to_be_bytes()[..], &[0; 4], &oid.to_be_bytes()].concat();
        if values.is_empty() {
            return (header(0), Expected::json(values));
        }
        let (dimensions, lower) = match self.below(10) {
            0 => (2, 1_i32),
            1 => (1, 0),
            _ => (1, 1),
        };
        let size = (values.len() as i32).to_be_bytes();
        let expected = if (dimensions, lower) == (1, 1) { Expected::json(values) } else { Expected::Error };
        ([&header(dimensions)[..], &size, &lower.to_be_bytes(), &bytes].concat(), expected)
    }

    /// A record of one of several variants, or a null.
    fn variant_samples(&mut self, nullable: bool, records: &[Record]) -> Vec<Sample> {
        let cell = |variant: i32| Sample::Scalar {
            scalar: ScalarType::Int4,
            bytes: variant.to_be_bytes().to_vec(),
            expected: Expected::json(variant),
        };
        if nullable && self.one_in(4) {
            return vec![cell(-1)];
        }
        let variant = self.below(records.len());
        let mut samples = self.samples(&records[variant]);
        samples[0] = cell(i32::try_from(variant).expect("there are few"));
        samples
    }

    fn scalar(&mut self, scalar: ScalarType) -> Sample {
        let (bytes, expected) = match scalar {
            ScalarType::Bool => {
                let value = self.one_in(2);
                (vec![value.into()], Expected::json(value))
            }
            ScalarType::Int2 => {
                let value = i16::from_be_bytes(self.bytes());
                (value.to_be_bytes().to_vec(), Expected::json(value))
            }
            ScalarType::Int4 => {
                let value = self.pick(&[0, i32::MIN, i32::MAX, -1]);
                let value = value ^ i32::from_be_bytes(self.bytes());
                (value.to_be_bytes().to_vec(), Expected::json(value))
            }
            ScalarType::Int8 => {
                let value = self.pick(&[0, i64::MIN, i64::MAX, -1]) ^ i64::from_be_bytes(self.bytes());
                (value.to_be_bytes().to_vec(), Expected::json(value.to_string()))
            }
            ScalarType::Float4 => {
                let random = f32::from_be_bytes(self.bytes());
                let value = self.pick(&[1.0, random, random, -0.0, f32::MIN_POSITIVE, 1e6, f32::INFINITY]);
                (value.to_be_bytes().to_vec(), Expected::float(value.into(), &format!("{value:?}")))
            }
            ScalarType::Float8 => {
                let random = f64::from_be_bytes(self.bytes());
                let value = self.pick(&[1.0, random, random, f64::MAX, 5e-324, 1e15, f64::NAN]);
                (value.to_be_bytes().to_vec(), Expected::float(value, &format!("{value:?}")))
            }
            ScalarType::Text => {
                let text = self.text();
                (text.clone().into_bytes(), Expected::json(text))
            }
            ScalarType::Numeric => self.numeric(),
            ScalarType::Uuid => {
                let bytes = self.bytes::<16>();
                let figures: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| figures[part].to_owned());
                (bytes.to_vec(), Expected::json(parts.join("-")))
            }
            // As in the tests of `datetime`, which Postgres wrote.
            ScalarType::Date => self
                .pick(&[
                    (0xcf6_i32, "2009-01-31"),
                    (-2_451_545, "4714-11-24 BC"),
                    (2_145_031_948, "5874897-12-31"),
                    (i32::MAX, ""),
                ])
                .encode(i32::to_be_bytes),
            ScalarType::Timestamp => self
                .pick(&[
                    (0x0001_04c6_1643_3690_i64, "2009-01-31T13:30:00.25"),
                    (-1, "1999-12-31T23:59:59.999999"),
                    (9_223_371_331_199_999_999, "294276-12-31T23:59:59.999999"),
                    (i64::MIN, ""),
                ])
                .encode(i64::to_be_bytes),
            ScalarType::Timestamptz => self
                .pick(&[
                    (0x0001_04c6_163f_6600_i64, "2009-01-31T13:30:00+00:00"),
                    (-211_813_488_000_000_000, "4714-11-24T00:00:00+00:00 BC"),
                    (i64::MAX, ""),
                ])
                .encode(i64::to_be_bytes),
            ScalarType::Time => self
                .pick(&[(48_600_250_000_i64, "13:30:00.25"), (0, "00:00:00"), (86_400_000_000, "24:00:00")])
                .encode(i64::to_be_bytes),
            ScalarType::Interval => self
                .pick(&[
                    (0_i128, "PT0S"),
                    (14_706_500_000 << 64 | 3 << 32 | 14, "P1Y2M3DT4H5M6.5S"),
                    (-1 << 64, "PT-0.000001S"),
                    ((i64::MAX as i128) << 64 | (i32::MAX as i128) << 32 | i32::MAX as i128, ""),
                ])
                .encode(i128::to_be_bytes),
            ScalarType::Bytea => {
                let (bytes, text) =
                    self.pick(&[("", ""), ("f", "Zg=="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")]);
                let times = if self.one_in(30) { 300 } else { 1 };
                // Only what fills its last four characters can be repeated.
                let times = if bytes.len() % 3 == 0 { times } else { 1 };
                (bytes.repeat(times).into_bytes(), Expected::json(text.repeat(times)))
            }
            ScalarType::Inet => {
                let (bytes, text): (&[u8], _) = self.pick(&[
                    (&[2, 32, 0, 4, 192, 168, 0, 1], "192.168.0.1"),
                    (&[2, 24, 1, 4, 192, 168, 0, 0], "192.168.0.0/24"),
                    (&[3, 128, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], "::1"),
                ]);
                (bytes.to_vec(), Expected::json(text))
            }
            ScalarType::Json => {
                let json = self.pick(&["null", " {\"a\" : [1, \"é\"]} ", "\"\\u0000\"", "true"]);
                (json.as_bytes().to_vec(), Expected::parse(json))
            }
            ScalarType::Jsonb => {
                let json = self.pick(&["[]", "{\"a\": {\"b\": null}}", "-12"]);
                ([&[1], json.as_bytes()].concat(), Expected::parse(json))
            }
            ScalarType::Enum(def) => {
                let label = self.pick(&["open", "open", "in \"transit\"", "", "closed"]);
                let value = def.values.iter().find(|value| value.label == label);
                (label.as_bytes().to_vec(), value.map_or(Expected::Error, |value| Expected::json(value.name)))
            }
            ScalarType::Array(def) => self.array(def),
            ScalarType::Range(range) => {
                let number = i32::from_be_bytes(self.bytes());
                let bound = [&4_i32.to_be_bytes()[..], &number.to_be_bytes()].concat();
                let (flags, bounds, text) = match self.below(4) {
                    0 => (0x01, vec![], "empty".into()),
                    1 => (0x12, bound, format!("[{number},)")),
                    2 => (0x08, bound, format!("(,{number})")),
                    _ => (0x06, [&bound[..], &bound].concat(), format!("[{number},{number}]")),
                };
                assert_eq!(range, RangeType::Int4, "the only one of the list");
                ([&[flags], &bounds[..]].concat(), Expected::json(text))
            }
            ScalarType::Vector(_) => {
                let numbers: Vec<i8> = (0..self.below(4)).map(|_| i8::from_be_bytes(self.bytes())).collect();
                let data = numbers.iter().flat_map(|number| f32::from(*number).to_be_bytes());
                let header = [0, numbers.len() as u8, 0, 0];
                (header.into_iter().chain(data).collect(), Expected::json(numbers))
            }
            ScalarType::TsVector(_) => unreachable!("GraphQL has no field for it"),
            ScalarType::Custom(def) => {
                let Sample::Scalar { bytes, expected, .. } = self.scalar(def.base) else {
                    unreachable!("a scalar has a value")
                };
                (bytes, expected)
            }
        };
        Sample::Scalar { scalar, bytes, expected }
    }

    fn text(&mut self) -> String {
        const PARTS: [&str; 12] = [
            "a",
            "plain text of some words ",
            "\"",
            "\\",
            "\n",
            "\u{1f}",
            "é",
            "日本",
            "😀",
            "\u{7f}",
            "/",
            "0123456789",
        ];
        let parts = self.below(8);
        let text: String = (0..parts).map(|_| self.pick(&PARTS)).collect();
        // Long enough to outgrow any reservation.
        if self.one_in(30) { text.repeat(300) } else { text }
    }

    fn numeric(&mut self) -> (Vec<u8>, Expected) {
        let sign = self.pick(&[0_u16, 0x4000, 0x4000, 0xC000]);
        if sign == 0xC000 {
            return (vec![0, 0, 0, 0, 0xC0, 0, 0, 0], Expected::Error);
        }
        let whole: Vec<u16> =
            (0..=self.below(4)).map(|_| u16::from_be_bytes(self.bytes()) % 10_000).collect();
        let fraction: Vec<u16> =
            (0..self.below(4)).map(|_| u16::from_be_bytes(self.bytes()) % 10_000).collect();
        let mut scale = fraction.len() * 4;
        let figures = |digits: &[u16]| digits.iter().map(|digit| format!("{digit:04}")).collect::<String>();
        let mut text = figures(&whole).trim_start_matches('0').to_owned();
        // Postgres never sends leading zeros.
        let leading = whole.iter().take_while(|digit| **digit == 0).count();
        if text.is_empty() {
            text.push('0');
        }
        if scale > 0 {
            scale -= self.below(4);
            text.push('.');
            text.push_str(&figures(&fraction)[..scale]);
        }
        if sign == 0x4000 {
            text.insert(0, '-');
        }
        let digits = [&whole[leading..], &fraction].concat();
        let weight = (whole.len() - leading) as i16 - 1;
        let header = [digits.len() as u16, weight as u16, sign, scale as u16];
        let bytes = header.iter().chain(&digits).flat_map(|part| part.to_be_bytes()).collect();
        (bytes, Expected::json(text))
    }
}

/// A value and the text of it, which is empty when there is none in GraphQL.
trait Encode<T> {
    fn encode<const N: usize>(self, bytes: fn(T) -> [u8; N]) -> (Vec<u8>, Expected);
}

impl<T> Encode<T> for (T, &str) {
    fn encode<const N: usize>(self, bytes: fn(T) -> [u8; N]) -> (Vec<u8>, Expected) {
        let expected = if self.1.is_empty() { Expected::Error } else { Expected::json(self.1) };
        (bytes(self.0).to_vec(), expected)
    }
}

/// Reverses the order of the cells that fields read.
fn mirror(fields: &mut [Field], cells: usize) {
    for field in fields {
        match &mut field.value {
            Value::Typename(_)
            | Value::Null
            | Value::EmptyList
            | Value::External(_)
            | Value::Rows { .. }
            | Value::Row(_) => {}
            Value::Scalar { cell, .. }
            | Value::Record { cell, .. }
            | Value::List { cell, .. }
            | Value::Variants { cell, .. }
            | Value::PageCursor { cell, .. } => *cell = cells - 1 - *cell,
            Value::Object(fields) => mirror(fields, cells),
            Value::Cursor(cursor) => {
                cursor.cells.iter_mut().for_each(|(cell, _)| *cell = cells - 1 - *cell);
            }
            Value::Inline { presence, fields, .. } => {
                *presence = cells - 1 - *presence;
                mirror(fields, cells);
            }
        }
    }
}
