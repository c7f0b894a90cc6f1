//! Cells of a row → a key, whose bytes compare as Postgres orders the rows. Knows the binary format of each type.
//!
//! A key is the terms of the order one after the other: a byte that says whether the value is null, then bytes of the
//! value that compare by `memcmp` as Postgres compares the values, all of them inverted where the order descends. The
//! bytes of a value say themselves where they end, so no key is the beginning of another one that differs from it.

use std::sync::Arc;

use onefold_schema::ScalarType;

use super::Malformed;
use crate::operation::Direction;

/// How the values of a column compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `boolean`
    Bool,
    /// `smallint`
    Int2,
    /// `integer`; also `date`, whose infinities are the ends of its range, and the position of a value in its enum,
    /// which is what a statement must select to order by it.
    Int4,
    /// `bigint`; also `timestamp` with and without time zone, whose infinities are the ends of its range.
    Int8,
    /// `real`: all NaN are equal and above everything else, and -0 equals 0.
    Float4,
    /// `double precision`, like [`Float4`](Comparison::Float4).
    Float8,
    /// `numeric`, by value and whatever the scale.
    Numeric,
    /// `text` by its bytes, as under `COLLATE "C"` in a database whose encoding is `UTF8`. Values of `char(n)` and of
    /// types of extensions compare so only when the statement has cast them to `text`.
    Text,
    /// `uuid`
    Uuid,
}

/// One term of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The position of the value in the row.
    pub cell: usize,
    /// How values compare.
    pub comparison: Comparison,
    /// Which way, and where nulls go.
    pub direction: Direction,
}

/// The order of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order(Arc<[Term]>);

impl Comparison {
    /// How values of a type compare; `None` for those that cannot be merged: `json` has no order, and that of `jsonb` is
    /// the order of a form in which it is not sent.
    pub fn of(scalar: ScalarType) -> Option<Comparison> {
        Some(match scalar.compared() {
            ScalarType::Bool => Comparison::Bool,
            ScalarType::Int2 => Comparison::Int2,
            ScalarType::Int4 | ScalarType::Date | ScalarType::Enum(_) => Comparison::Int4,
            ScalarType::Int8 | ScalarType::Timestamp | ScalarType::Timestamptz | ScalarType::Time => {
                Comparison::Int8
            }
            ScalarType::Float4 => Comparison::Float4,
            ScalarType::Float8 => Comparison::Float8,
            ScalarType::Numeric => Comparison::Numeric,
            ScalarType::Text => Comparison::Text,
            ScalarType::Uuid => Comparison::Uuid,
            ScalarType::Json | ScalarType::Jsonb => return None,
            ScalarType::Interval | ScalarType::Bytea | ScalarType::Inet => return None,
            ScalarType::Custom(_) | ScalarType::Range(_) | ScalarType::Array(_) => return None,
            ScalarType::TsVector(_) | ScalarType::Vector(_) => return None,
        })
    }

    /// Appends the bytes of a value, for the ascending order.
    fn encode(self, data: &[u8], key: &mut Vec<u8>) -> Result<(), Malformed> {
        match self {
            // Any byte but zero is true, as for Postgres (`boolrecv`).
            Comparison::Bool => key.push((array("bool", data)? != [0]).into()),
            Comparison::Int2 => key.extend(integer::<2>("int2", data)?),
            Comparison::Int4 => key.extend(integer::<4>("int4", data)?),
            Comparison::Int8 => key.extend(integer::<8>("int8", data)?),
            Comparison::Float4 => key.extend(float(f32::from_be_bytes(array("float4", data)?).into())),
            Comparison::Float8 => key.extend(float(f64::from_be_bytes(array("float8", data)?))),
            Comparison::Numeric => numeric(data, key)?,
            Comparison::Text if data.contains(&0) => return Err(Malformed::NullCharacter),
            Comparison::Text => {
                key.extend_from_slice(data);
                key.push(0);
            }
            Comparison::Uuid => key.extend(array::<16>("uuid", data)?),
        }
        Ok(())
    }
}

impl Order {
    /// The order by these terms, the first of them before the others.
    pub fn new(terms: impl IntoIterator<Item = Term>) -> Order {
        Order(terms.into_iter().collect())
    }

    /// Appends the key of a row with these cells in Postgres' binary format.
    ///
    /// # Errors
    /// When a cell is not a value of its type, or not there at all.
    #[inline]
    pub fn key(&self, cells: &[Option<&[u8]>], key: &mut Vec<u8>) -> Result<(), Malformed> {
        for Term { cell, comparison, direction } in self.0.iter() {
            let Some(value) = cells.get(*cell) else {
                return Err(Malformed::Cells { expected: cell + 1, actual: cells.len() });
            };
            let Some(value) = value else {
                key.push(if direction.has_nulls_first() { NULL_FIRST } else { NULL_LAST });
                continue;
            };
            key.push(NOT_NULL);
            let start = key.len();
            comparison.encode(value, key)?;
            if direction.is_descending() {
                key[start..].iter_mut().for_each(|byte| *byte = !*byte);
            }
        }
        Ok(())
    }
}

const NULL_FIRST: u8 = 0;
const NOT_NULL: u8 = 1;
const NULL_LAST: u8 = 2;

/// The bytes of a type of known length.
#[inline]
fn array<const N: usize>(ty: &'static str, data: &[u8]) -> Result<[u8; N], Malformed> {
    data.try_into().map_err(|_| Malformed::Length { ty, expected: N, actual: data.len() })
}

/// A big-endian integer, with its sign bit turned over so that negative ones are below the others.
#[inline]
fn integer<const N: usize>(ty: &'static str, data: &[u8]) -> Result<[u8; N], Malformed> {
    let mut bytes: [u8; N] = array(ty, data)?;
    bytes[0] ^= 0x80;
    Ok(bytes)
}

/// The bits of positive numbers are in their order, those of negative ones in the opposite one (`float8_cmp_internal`
/// in Postgres' `float.h`).
fn float(value: f64) -> [u8; 8] {
    const SIGN: u64 = 1 << 63;
    let bits = value.to_bits();
    let ordered = if value.is_nan() {
        u64::MAX
    } else if value == 0.0 {
        SIGN
    } else if value.is_sign_negative() {
        !bits
    } else {
        bits | SIGN
    };
    ordered.to_be_bytes()
}

/// Appends what kind of number it is, and for a finite one but zero the power of 10,000 of its first digit, its digits
/// to the base of 10,000, each one more than it is, and a zero as the end. All of these are inverted in a negative one.
///
/// The format is `int16 digits, int16 weight, uint16 sign, uint16 scale`, then the digits; the first has the value
/// `digit * 10000^weight` (`numeric_send` in Postgres' `numeric.c`).
fn numeric(data: &[u8], key: &mut Vec<u8>) -> Result<(), Malformed> {
    let Some((header, digits)) = data.split_first_chunk::<8>() else {
        return Err(Malformed::Length { ty: "numeric", expected: 8, actual: data.len() });
    };
    let part = |at: usize| u16::from_be_bytes([header[at], header[at + 1]]);
    let (count, weight, sign) = (part(0), part(2) as i16, part(4));
    if digits.len() != usize::from(count) * 2 {
        let expected = 8 + usize::from(count) * 2;
        return Err(Malformed::Length { ty: "numeric", expected, actual: data.len() });
    }
    let mut digits = digits.as_chunks::<2>().0;
    if let Some(value) = digits.iter().map(|digit| u16::from_be_bytes(*digit)).find(|digit| *digit > 9999) {
        return Err(Malformed::Numeric { part: "digit", value });
    }
    // Postgres sends no zeros at either end.
    let mut weight = i32::from(weight);
    while let [[0, 0], rest @ ..] = digits {
        digits = rest;
        weight -= 1;
    }
    while let [rest @ .., [0, 0]] = digits {
        digits = rest;
    }
    let kind = match sign {
        0xF000 => NumericKind::NegativeInfinity,
        0x0000 | 0x4000 if digits.is_empty() => NumericKind::Zero,
        0x4000 => NumericKind::Negative,
        0x0000 => NumericKind::Positive,
        0xD000 => NumericKind::Infinity,
        0xC000 => NumericKind::NotANumber,
        value => return Err(Malformed::Numeric { part: "sign", value }),
    };
    key.push(kind as u8);
    if !matches!(kind, NumericKind::Negative | NumericKind::Positive) {
        return Ok(());
    }
    let start = key.len();
    key.extend((weight as u32 ^ 1 << 31).to_be_bytes());
    for digit in digits {
        key.extend((u16::from_be_bytes(*digit) + 1).to_be_bytes());
    }
    key.extend([0, 0]);
    if kind == NumericKind::Negative {
        key[start..].iter_mut().for_each(|byte| *byte = !*byte);
    }
    Ok(())
}

/// The kinds of `numeric`, in their order.
#[derive(Debug, Clone, Copy, PartialEq)]
enum NumericKind {
    NegativeInfinity,
    Negative,
    Zero,
    Positive,
    Infinity,
    NotANumber,
}

#[cfg(test)]
mod tests {
    use super::*;

    type Cell = Option<Vec<u8>>;

    fn key(comparison: Comparison, direction: Direction, value: &Cell) -> Result<Vec<u8>, Malformed> {
        let mut key = Vec::new();
        let order = Order::new([Term { cell: 0, comparison, direction }]);
        order.key(&[value.as_deref()], &mut key).map(|()| key)
    }

    /// Asserts that values are in their ascending order in groups of equal ones.
    fn check<const N: usize>(comparison: Comparison, groups: [Vec<Vec<u8>>; N]) {
        let keys = |direction, cells: &[Vec<u8>]| -> Vec<Vec<u8>> {
            let keys = cells.iter().map(|cell| key(comparison, direction, &Some(cell.clone())));
            let keys: Vec<_> = keys.collect::<Result<_, _>>().expect("the values are right");
            assert!(keys.iter().all(|key| *key == keys[0]), "{comparison:?}: {cells:x?} are equal");
            keys
        };
        for pair in groups.windows(2) {
            let [left, right] = pair else { unreachable!("windows are of two") };
            let less = |direction| keys(direction, left)[0] < keys(direction, right)[0];
            assert!(less(Direction::Asc), "{comparison:?}: {left:x?} is before {right:x?}");
            assert!(!less(Direction::Desc), "{comparison:?}: {left:x?} is behind {right:x?}");
        }
    }

    fn numeric(weight: i16, sign: u16, digits: &[u16], scale: u16) -> Vec<u8> {
        let header = [digits.len() as u16, weight as u16, sign, scale];
        header.iter().chain(digits).flat_map(|part| part.to_be_bytes()).collect()
    }

    #[test]
    fn integers_and_booleans() {
        check(Comparison::Bool, [vec![vec![0]], vec![vec![1], vec![2]]]);
        check(Comparison::Int2, [i16::MIN, -1, 0, 1, i16::MAX].map(|value| vec![value.to_be_bytes().into()]));
        check(
            Comparison::Int4,
            [i32::MIN, -256, -1, 0, 255, 256].map(|value| vec![value.to_be_bytes().into()]),
        );
        check(Comparison::Int8, [i64::MIN, -1, 0, 1, i64::MAX].map(|value| vec![value.to_be_bytes().into()]));
    }

    #[test]
    fn floats() {
        let groups: [Vec<f64>; 9] = [
            vec![f64::NEG_INFINITY],
            vec![f64::MIN],
            vec![-1.5],
            vec![-f64::from_bits(1)],
            vec![-0.0, 0.0],
            vec![f64::from_bits(1)],
            vec![f64::MAX],
            vec![f64::INFINITY],
            vec![f64::NAN, -f64::NAN, f64::from_bits(0x7ff0_0000_0000_0001)],
        ];
        check(
            Comparison::Float8,
            groups.map(|group| group.into_iter().map(|value| value.to_be_bytes().into()).collect()),
        );
        let groups: [Vec<f32>; 5] = [
            vec![f32::NEG_INFINITY],
            vec![-f32::from_bits(1)],
            vec![-0.0, 0.0],
            vec![1.0],
            vec![f32::NAN, -f32::NAN],
        ];
        check(
            Comparison::Float4,
            groups.map(|group| group.into_iter().map(|value| value.to_be_bytes().into()).collect()),
        );
    }

    #[test]
    fn numerics_of_all_scales() {
        let groups = [
            vec![numeric(0, 0xF000, &[], 0)],
            vec![numeric(1, 0x4000, &[1, 1], 0)],
            vec![numeric(1, 0x4000, &[1], 0), numeric(1, 0x4000, &[1, 0], 4)],
            vec![numeric(0, 0x4000, &[9999, 1], 4)],
            vec![numeric(0, 0x4000, &[1], 0)],
            vec![numeric(-1, 0x4000, &[1], 4)],
            vec![
                numeric(0, 0, &[], 0),
                numeric(0, 0, &[], 9),
                numeric(3, 0, &[0, 0], 2),
                numeric(0, 0x4000, &[], 0),
            ],
            vec![numeric(-2, 0, &[9999], 8)],
            vec![numeric(-1, 0, &[1], 4)],
            vec![numeric(-1, 0, &[1, 1], 8)],
            vec![numeric(-1, 0, &[9999, 9999], 8)],
            vec![numeric(0, 0, &[1], 0), numeric(0, 0, &[1], 7), numeric(1, 0, &[0, 1, 0], 7)],
            vec![numeric(0, 0, &[1, 1], 4)],
            vec![numeric(0, 0, &[256], 4)],
            vec![numeric(1, 0, &[1], 0)],
            vec![numeric(i16::MAX, 0, &[9999], 0)],
            vec![numeric(0, 0xD000, &[], 0)],
            vec![numeric(0, 0xC000, &[], 0)],
        ];
        check(Comparison::Numeric, groups);
    }

    #[test]
    fn texts_by_their_bytes() {
        let texts =
            ["", "\u{1}", " ", "A", "AB", "B", "a", "a\u{1}", "a ", "aa", "z", "ä", "€", "\u{10ffff}"];
        check(Comparison::Text, texts.map(|text| vec![text.into()]));
        check(Comparison::Uuid, [[0; 16], [1; 16], [0x80; 16], [0xff; 16]].map(|uuid| vec![uuid.into()]));
    }

    #[test]
    fn nulls_are_where_the_direction_says() {
        let (less, more) = (Some(vec![0, 1]), Some(vec![0, 2]));
        for (direction, expected) in [
            (Direction::Asc, [&less, &more, &None]),
            (Direction::AscNullsLast, [&less, &more, &None]),
            (Direction::AscNullsFirst, [&None, &less, &more]),
            (Direction::Desc, [&None, &more, &less]),
            (Direction::DescNullsFirst, [&None, &more, &less]),
            (Direction::DescNullsLast, [&more, &less, &None]),
        ] {
            let mut sorted = [&more, &None, &less];
            sorted.sort_by_key(|cell| key(Comparison::Int2, direction, cell).expect("the cell is right"));
            assert_eq!(sorted, expected, "{direction:?}");
        }
    }

    /// The text of one row is the beginning of the other's, and what follows it must not matter.
    #[test]
    fn the_first_term_decides_before_the_second() {
        let key = |text: &str, number: i16, directions: [Direction; 2]| {
            let term = |cell, comparison| Term { cell, comparison, direction: directions[cell] };
            let order = Order::new([term(0, Comparison::Text), term(1, Comparison::Int2)]);
            let mut key = Vec::new();
            let cells = [Some(text.as_bytes()), Some(&number.to_be_bytes()[..])];
            order.key(&cells, &mut key).map(|()| key).expect("the cells are right")
        };
        for second in [Direction::Asc, Direction::Desc] {
            for (left, right) in [(i16::MIN, i16::MAX), (i16::MAX, i16::MIN)] {
                assert!(
                    key("a", left, [Direction::Asc, second]) < key("a\u{1}", right, [Direction::Asc, second])
                );
                assert!(
                    key("a", left, [Direction::Desc, second])
                        > key("a\u{1}", right, [Direction::Desc, second])
                );
            }
        }
        assert!(
            key("a", 1, [Direction::Desc, Direction::Asc]) < key("a", 2, [Direction::Desc, Direction::Asc])
        );
        assert!(
            key("a", 1, [Direction::Asc, Direction::Desc]) > key("a", 2, [Direction::Asc, Direction::Desc])
        );
    }

    #[test]
    fn json_is_not_merged() {
        assert_eq!(Comparison::of(ScalarType::Json), None);
        assert_eq!(Comparison::of(ScalarType::Jsonb), None);
        assert_eq!(Comparison::of(ScalarType::Timestamptz), Some(Comparison::Int8));
    }

    #[test]
    fn malformed_cells_are_told() {
        let error = |comparison, data: &[u8]| {
            let result = key(comparison, Direction::Desc, &Some(data.to_vec()));
            result.expect_err("the cell is malformed")
        };
        for (comparison, ty, expected) in [
            (Comparison::Bool, "bool", 1),
            (Comparison::Int2, "int2", 2),
            (Comparison::Int4, "int4", 4),
            (Comparison::Int8, "int8", 8),
            (Comparison::Float4, "float4", 4),
            (Comparison::Float8, "float8", 8),
            (Comparison::Uuid, "uuid", 16),
            (Comparison::Numeric, "numeric", 8),
        ] {
            for actual in [0, 3, 17] {
                let length = Malformed::Length { ty, expected, actual };
                assert_eq!(error(comparison, &vec![0; actual]), length);
            }
        }
        assert_eq!(error(Comparison::Text, b"a\0b"), Malformed::NullCharacter);
        let sign = Malformed::Numeric { part: "sign", value: 0x8000 };
        assert_eq!(error(Comparison::Numeric, &numeric(0, 0x8000, &[1], 0)), sign);
        let digit = Malformed::Numeric { part: "digit", value: 10_000 };
        assert_eq!(error(Comparison::Numeric, &numeric(0, 0, &[10_000], 0)), digit);

        let order = Order::new([Term { cell: 2, comparison: Comparison::Bool, direction: Direction::Asc }]);
        let missing = Malformed::Cells { expected: 3, actual: 1 };
        assert_eq!(order.key(&[None], &mut Vec::new()), Err(missing));
    }
}
