//! Names of tables, columns and types → SQL identifiers, quoted only where Postgres would read them differently.

use std::fmt;

use onefold_schema::{ColumnDef, EnumDef, TableDef};

/// One identifier.
pub(super) struct Name<'a>(pub &'a str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if needs_quotes(self.0) {
            write!(f, "\"{}\"", self.0.replace('"', "\"\""))
        } else {
            f.write_str(self.0)
        }
    }
}

/// An identifier, perhaps with that of its Postgres schema before it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Qualified<'a> {
    pub schema: Option<&'a str>,
    pub name: &'a str,
}

impl<'a> Qualified<'a> {
    pub fn table(table: &'a TableDef) -> Qualified<'a> {
        Qualified { schema: table.schema, name: table.table }
    }

    pub fn enumeration(definition: &'a EnumDef) -> Qualified<'a> {
        Qualified { schema: definition.schema, name: definition.type_name }
    }

    /// With quotes everywhere, as `to_regclass` reads a name to the letter.
    pub fn quoted(self) -> String {
        let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        match self.schema {
            Some(schema) => format!("{}.{}", quoted(schema), quoted(self.name)),
            None => quoted(self.name),
        }
    }

    /// As it is spoken of in messages: without quotes.
    pub fn plain(self) -> String {
        match self.schema {
            Some(schema) => format!("{schema}.{}", self.name),
            None => self.name.to_owned(),
        }
    }
}

impl fmt::Display for Qualified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.schema {
            Some(schema) => write!(f, "{}.{}", Name(schema), Name(self.name)),
            None => Name(self.name).fmt(f),
        }
    }
}

/// The identifiers of some of a table's columns, with commas between them.
pub(super) fn columns(table: &TableDef, positions: &[usize]) -> String {
    let names = positions.iter().map(|position| Name(table.columns[*position].column).to_string());
    names.collect::<Vec<_>>().join(", ")
}

/// Some of a table's columns.
pub(super) fn columns_at<'a>(
    table: &'a TableDef,
    positions: &'a [usize],
) -> impl Iterator<Item = &'a ColumnDef> + 'a {
    positions.iter().map(|position| &table.columns[*position])
}

fn needs_quotes(name: &str) -> bool {
    let plain = |character: char| matches!(character, 'a'..='z' | '0'..='9' | '_');
    !name.chars().all(plain)
        || name.is_empty()
        || name.starts_with(|first: char| first.is_ascii_digit())
        || RESERVED.contains(&name)
}

/// The key words that no column or table can be named by without quotes, of all supported versions of Postgres:
/// `SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T')`.
#[rustfmt::skip]
const RESERVED: &[&str] = &[
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization",
    "binary", "both", "case", "cast", "check", "collate", "collation", "column", "concurrently",
    "constraint", "create", "cross", "current_catalog", "current_date", "current_role", "current_schema",
    "current_time", "current_timestamp", "current_user", "default", "deferrable", "desc", "distinct", "do",
    "else", "end", "except", "false", "fetch", "for", "foreign", "freeze", "from", "full", "grant", "group",
    "having", "ilike", "in", "initially", "inner", "intersect", "into", "is", "isnull", "join", "lateral",
    "leading", "left", "like", "limit", "localtime", "localtimestamp", "natural", "not", "notnull", "null",
    "offset", "on", "only", "or", "order", "outer", "overlaps", "placing", "primary", "references",
    "returning", "right", "select", "session_user", "similar", "some", "symmetric", "system_user", "table",
    "tablesample", "then", "to", "trailing", "true", "union", "unique", "user", "using", "variadic",
    "verbose", "when", "where", "window", "with",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_where_postgres_needs_them() {
        let quoted = |name| Name(name).to_string();
        assert_eq!(quoted("invoice_line2"), "invoice_line2");
        assert_eq!(quoted("order"), "\"order\"");
        assert_eq!(quoted("AlbumId"), "\"AlbumId\"");
        assert_eq!(quoted("2nd"), "\"2nd\"");
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
        assert_eq!(quoted("größe"), "\"größe\"");
        assert_eq!(Qualified { schema: Some("shop"), name: "user" }.to_string(), "shop.\"user\"");
    }
}
