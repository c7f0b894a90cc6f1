//! The names of all tables, prepared to be compared with each other: constants are evaluated slowly, so what is
//! asked for each pair of tables must take few steps.

use super::{COMMON_TYPES, Named, alike, equal, same, same_named};
use crate::{SchemaDef, TableDef};

/// What the checks compare of a table with all others.
#[derive(Debug, Clone, Copy)]
pub struct TableNames {
    pub(super) name: Prefix,
    pub(super) singular: Prefix,
    pub(super) plural: Prefix,
    /// A bit for each column with an enum or a scalar that has a name of its own and is of no column before it. The last bit is
    /// for all columns from that on.
    pub(super) firsts: u64,
    /// Whether a computed field or a function has arguments.
    pub(super) has_arguments: bool,
}

/// The beginning of a name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prefix {
    /// The first bytes, the first of them lowest.
    pub(super) bytes: u128,
    /// All bits of the bytes that the name has.
    pub(super) mask: u128,
}

/// How many bytes a prefix has at most.
const PREFIX: usize = 16;

/// The column that the last bit of a table is for.
const LAST: usize = 63;

/// The names of the first `N` tables of a schema, for [`check_table`](super::check_table) and
/// [`check_function`](super::check_function), which need those of all.
pub const fn table_names<const N: usize>(schema: &SchemaDef) -> [TableNames; N] {
    let mut names = [TableNames::NONE; N];
    let mut index = 0;
    while index < N && index < schema.tables.len() {
        names[index] = TableNames::new(schema, &names, index);
        index += 1;
    }
    names
}

impl TableNames {
    const NONE: TableNames = TableNames {
        name: Prefix::of(""),
        singular: Prefix::of(""),
        plural: Prefix::of(""),
        firsts: 0,
        has_arguments: false,
    };

    /// Those of the table at `index`; `earlier` has those of the tables before it.
    const fn new(schema: &SchemaDef, earlier: &[TableNames], index: usize) -> TableNames {
        let table = schema.tables[index];
        let mut names = TableNames {
            name: Prefix::of(table.name),
            singular: Prefix::of(table.singular),
            plural: Prefix::of(table.plural),
            firsts: 0,
            has_arguments: has_arguments(table),
        };
        let mut column = 0;
        while column < table.columns.len() {
            if let Some(named) = Named::of(table.columns[column].scalar)
                && !is_known(schema, earlier, index, named)
                && !names.knows(table, named)
            {
                names.firsts |= 1 << if column < LAST { column } else { LAST };
            }
            column += 1;
        }
        names
    }

    /// The first column from `column` on that brings a named type.
    pub(super) const fn first(&self, table: &TableDef, column: usize) -> Option<usize> {
        let mut column = column;
        while column < table.columns.len() {
            if self.firsts >> (if column < LAST { column } else { LAST }) & 1 == 1 {
                return Some(column);
            }
            column += 1;
        }
        None
    }

    /// Whether a column of the table has brought this type.
    const fn knows(&self, table: &TableDef, named: Named) -> bool {
        let mut column = 0;
        while let Some(first) = self.first(table, column) {
            if same_named(named.scalar, table.columns[first].scalar.item()) {
                return true;
            }
            column = first + 1;
        }
        false
    }
}

/// Whether a table before the one at `index` has a column with this type.
const fn is_known(schema: &SchemaDef, names: &[TableNames], index: usize, named: Named) -> bool {
    let mut table = 0;
    while table < index {
        if names[table].firsts != 0 && names[table].knows(schema.tables[table], named) {
            return true;
        }
        table += 1;
    }
    false
}

const fn has_arguments(table: &TableDef) -> bool {
    let mut column = 0;
    while column < table.columns.len() {
        if !table.columns[column].arguments().is_empty() {
            return true;
        }
        column += 1;
    }
    !table.functions.is_empty()
}

impl Prefix {
    pub(super) const fn of(name: &str) -> Prefix {
        let name = name.as_bytes();
        let mut prefix = Prefix { bytes: 0, mask: 0 };
        let mut index = 0;
        while index < name.len() && index < PREFIX {
            prefix.bytes |= (name[index] as u128) << (index * 8);
            prefix.mask |= 0xff << (index * 8);
            index += 1;
        }
        prefix
    }
}

/// Whether of two [`Prefix`]es the name of one can begin with that of the other. It is asked for each pair of tables, and a
/// call would take longer than all else of it.
macro_rules! can_be_alike {
    ($left:expr, $right:expr) => {
        ($left.bytes ^ $right.bytes) & $left.mask & $right.mask == 0
    };
}
pub(super) use can_be_alike;

/// Those of [`COMMON_TYPES`].
pub(super) const COMMON_PREFIXES: [Prefix; COMMON_TYPES.len()] = {
    let mut prefixes = [Prefix::of(""); COMMON_TYPES.len()];
    let mut index = 0;
    while index < COMMON_TYPES.len() {
        prefixes[index] = Prefix::of(COMMON_TYPES[index]);
        index += 1;
    }
    prefixes
};

/// What follows two names, one of `left_types` and one of `right_types`, where it makes one name of them; the first that does.
pub(super) const fn meeting(
    left: &str,
    left_types: &'static [&'static str],
    right: &str,
    right_types: &'static [&'static str],
) -> Option<(&'static str, &'static str)> {
    if !alike(left, right) {
        return None;
    }
    let mut one = 0;
    while one < left_types.len() {
        let mut other = 0;
        while other < right_types.len() {
            if same(&[left, left_types[one]], &[right, right_types[other]]) {
                return Some((left_types[one], right_types[other]));
            }
            other += 1;
        }
        one += 1;
    }
    None
}

/// The position of a table.
pub(super) const fn find(schema: &SchemaDef, names: &[TableNames], name: &str) -> Option<usize> {
    let prefix = Prefix::of(name);
    let mut index = 0;
    while index < names.len() {
        if names[index].name.bytes == prefix.bytes && equal(schema.tables[index].name, name) {
            return Some(index);
        }
        index += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_meet_by_what_follows_them() {
        let types = &["", "Where", "ListWhere"];
        assert_eq!(meeting("Track", types, "Track", types), Some(("", "")));
        assert_eq!(meeting("TrackList", types, "Track", types), Some(("Where", "ListWhere")));
        assert_eq!(meeting("Track", types, "TrackWhere", &[""]), Some(("Where", "")));
        assert_eq!(meeting("Track", types, "TrackOrderBy", &[""]), None);
        assert_eq!(meeting("Track", types, "Album", types), None);
    }

    #[test]
    fn prefixes_tell_names_apart() {
        let alike = |left, right| can_be_alike!(Prefix::of(left), Prefix::of(right));
        assert!(alike("Track", "Track"));
        assert!(alike("Track", "TrackWhere"));
        assert!(alike("a_name_of_more_than_16", "a_name_of_more_th"));
        assert!(!alike("Track", "Tracy"));
        assert!(!alike("Track", "track"));
    }
}
