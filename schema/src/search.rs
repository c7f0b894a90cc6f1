//! Full-text search: columns that are searched and not answered.

use crate::{ColumnType, ScalarType};

/// `tsvector`: the words of a text, which GraphQL has no field for. Rows are found by it (`search`), and ordered by how well they
/// fit what is searched for.
///
/// `#[column(search = "english")]` names the configuration that reads what is searched for, which is the one that the column was
/// made with; without it, it is the database's `default_text_search_config`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TsVector(());

impl ColumnType for TsVector {
    const SCALAR: ScalarType = ScalarType::TsVector(None);
    type Base = TsVector;
}

impl ScalarType {
    /// Whether GraphQL has a field for a column of this type. Nobody wants to read what is searched.
    pub const fn is_answered(self) -> bool {
        !matches!(self, ScalarType::TsVector(_))
    }
}

/// The type of a column whose configuration is named; called by `#[derive(Table)]` in a constant.
///
/// # Panics
/// When it is not searched.
#[track_caller]
pub const fn searched(scalar: ScalarType, config: &'static str) -> ScalarType {
    match scalar {
        ScalarType::TsVector(_) => ScalarType::TsVector(Some(config)),
        _ => panic!(
            "`search` names the configuration of a column that is searched, whose type is `TsVector`; let \
             Postgres make one from the text: `words tsvector GENERATED ALWAYS AS (to_tsvector('english', name)) STORED`"
        ),
    }
}
