//! Column types → the Postgres types whose binary format they have; and lists of cells in it.

use onefold_schema::{RangeType, ScalarType};
use tokio_postgres::types::Type;

/// The flags of a range in binary format, of `utils/rangetypes.h`.
pub(crate) mod range {
    /// It has no values.
    pub(crate) const EMPTY: u8 = 0x01;
    /// The lower bound is one of its values.
    pub(crate) const LOWER_INCLUSIVE: u8 = 0x02;
    /// The upper bound is one of its values.
    pub(crate) const UPPER_INCLUSIVE: u8 = 0x04;
    /// There is no lower bound.
    pub(crate) const LOWER_INFINITE: u8 = 0x08;
    /// There is no upper bound.
    pub(crate) const UPPER_INFINITE: u8 = 0x10;
}

/// The first number of a type that is not Postgres' own: `FirstNormalObjectId` of `access/transam.h`.
pub(crate) const FIRST_USER_TYPE: u32 = 16_384;

/// What a column of a result, or a cell of a record, may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CellType {
    /// A value of a column.
    Scalar(ScalarType),
    /// Records, or one record: `bytea`.
    Records,
}

impl CellType {
    /// Whether values of a Postgres type, told by its number, can be read as this.
    ///
    /// A domain, or a type of an extension such as `citext`, has a number of its own in each database; it is left to
    /// the lengths and the encoding of the values to tell.
    pub fn accepts(self, oid: u32) -> bool {
        Oids::of(self).accept(oid)
    }

    /// The types; the first of them is the usual one.
    pub fn types(self) -> &'static [Type] {
        let CellType::Scalar(scalar) = self else { return &[Type::BYTEA] };
        match scalar {
            ScalarType::Bool => &[Type::BOOL],
            ScalarType::Int2 => &[Type::INT2],
            ScalarType::Int4 => &[Type::INT4],
            ScalarType::Int8 => &[Type::INT8],
            ScalarType::Float4 => &[Type::FLOAT4],
            ScalarType::Float8 => &[Type::FLOAT8],
            ScalarType::Text => &[Type::TEXT, Type::VARCHAR, Type::BPCHAR, Type::NAME],
            // Labels are cast in the statement.
            ScalarType::Enum(_) => &[Type::TEXT],
            ScalarType::Numeric => &[Type::NUMERIC],
            ScalarType::Uuid => &[Type::UUID],
            ScalarType::Date => &[Type::DATE],
            ScalarType::Timestamp => &[Type::TIMESTAMP],
            ScalarType::Timestamptz => &[Type::TIMESTAMPTZ],
            ScalarType::Time => &[Type::TIME],
            ScalarType::Interval => &[Type::INTERVAL],
            ScalarType::Bytea => &[Type::BYTEA],
            ScalarType::Inet => &[Type::INET, Type::CIDR],
            ScalarType::Json => &[Type::JSON],
            ScalarType::Jsonb => &[Type::JSONB],
            ScalarType::Array(def) => array_types(def.item),
            ScalarType::Range(range) => match range {
                RangeType::Int4 => &[Type::INT4_RANGE],
                RangeType::Int8 => &[Type::INT8_RANGE],
                RangeType::Numeric => &[Type::NUM_RANGE],
                RangeType::Timestamp => &[Type::TS_RANGE],
                RangeType::Timestamptz => &[Type::TSTZ_RANGE],
                RangeType::Date => &[Type::DATE_RANGE],
            },
            // One of a database's own is taken as well.
            ScalarType::Custom(def) => CellType::Scalar(def.base).types(),
        }
    }
}

/// The types of arrays of a type.
fn array_types(item: ScalarType) -> &'static [Type] {
    match item {
        ScalarType::Bool => &[Type::BOOL_ARRAY],
        ScalarType::Int2 => &[Type::INT2_ARRAY],
        ScalarType::Int4 => &[Type::INT4_ARRAY],
        ScalarType::Int8 => &[Type::INT8_ARRAY],
        ScalarType::Float4 => &[Type::FLOAT4_ARRAY],
        ScalarType::Float8 => &[Type::FLOAT8_ARRAY],
        ScalarType::Text => &[Type::TEXT_ARRAY, Type::VARCHAR_ARRAY, Type::BPCHAR_ARRAY, Type::NAME_ARRAY],
        // Labels are cast in the statement. There is no array of arrays.
        ScalarType::Enum(_) | ScalarType::Array(_) => &[Type::TEXT_ARRAY],
        ScalarType::Numeric => &[Type::NUMERIC_ARRAY],
        ScalarType::Uuid => &[Type::UUID_ARRAY],
        ScalarType::Date => &[Type::DATE_ARRAY],
        ScalarType::Timestamp => &[Type::TIMESTAMP_ARRAY],
        ScalarType::Timestamptz => &[Type::TIMESTAMPTZ_ARRAY],
        ScalarType::Time => &[Type::TIME_ARRAY],
        ScalarType::Interval => &[Type::INTERVAL_ARRAY],
        ScalarType::Bytea => &[Type::BYTEA_ARRAY],
        ScalarType::Inet => &[Type::INET_ARRAY, Type::CIDR_ARRAY],
        ScalarType::Json => &[Type::JSON_ARRAY],
        ScalarType::Jsonb => &[Type::JSONB_ARRAY],
        ScalarType::Range(range) => match range {
            RangeType::Int4 => &[Type::INT4_RANGE_ARRAY],
            RangeType::Int8 => &[Type::INT8_RANGE_ARRAY],
            RangeType::Numeric => &[Type::NUM_RANGE_ARRAY],
            RangeType::Timestamp => &[Type::TS_RANGE_ARRAY],
            RangeType::Timestamptz => &[Type::TSTZ_RANGE_ARRAY],
            RangeType::Date => &[Type::DATE_RANGE_ARRAY],
        },
        ScalarType::Custom(def) => array_types(def.base),
    }
}

/// The numbers of the types of a cell, for comparing them often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Oids {
    /// The usual one; 0 when any will do.
    first: u32,
    others: [u32; 3],
}

impl Oids {
    /// Those of a cell that nobody reads: any.
    pub const ANY: Oids = Oids { first: 0, others: [0; 3] };

    /// Those of a cell.
    pub fn of(cell: CellType) -> Oids {
        let mut oids = cell.types().iter().map(Type::oid);
        let mut next = || oids.next().unwrap_or_default();
        Oids { first: next(), others: [next(), next(), next()] }
    }

    /// The usual one, if there is one.
    pub fn usual(&self) -> Option<u32> {
        (self.first != 0).then_some(self.first)
    }

    /// Whether a type is among them, or one of a database's own.
    pub fn accept(&self, oid: u32) -> bool {
        oid == self.first
            || self.first == 0
            || oid >= FIRST_USER_TYPE
            || (oid != 0 && self.others.contains(&oid))
    }
}

/// The list without its cells, ready for cells that live for another time. It keeps its memory: the standard library
/// collects a vector's own iterator in place.
pub(crate) fn emptied<'b>(mut cells: Vec<Option<&[u8]>>) -> Vec<Option<&'b [u8]>> {
    cells.clear();
    cells.into_iter().map(|_| None).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_by_their_numbers() {
        let text = CellType::Scalar(ScalarType::Text);
        assert!(text.accepts(Type::BPCHAR.oid()) && text.accepts(FIRST_USER_TYPE));
        assert!(!text.accepts(Type::INT4.oid()) && !text.accepts(Type::BOOL.oid()));
        assert!(Oids::ANY.accept(Type::INT4.oid()));
        // No list of types is longer than there is room for.
        for scalar in [ScalarType::Text, ScalarType::Jsonb, ScalarType::Numeric] {
            assert!(CellType::Scalar(scalar).types().len() <= 4);
        }
    }
}
