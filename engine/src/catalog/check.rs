//! A schema and what the database has → everything that does not fit.

use std::collections::HashMap;

use onefold_schema::{ColumnDef, EnumDef, RelationKind, ScalarType, SchemaDef, TableDef};

use crate::pool::Pool;
use crate::sql::{identifier, literal};

use super::database::{Column, Database, Enum, Index, Kind, Table};
use super::name::{self, Qualified};
use super::{Error, Object, Place, Problem, Severity, ddl, scalar};
use super::{computed, function};

/// Compares the schema with a live database and returns all that does not fit, errors first, otherwise in the order
/// of the schema.
///
/// Tables and types are looked up as queries do: by the schema that the definition names, else by the `search_path`.
///
/// # Errors
/// The catalog could not be read, because the database is away for instance.
pub async fn check(schema: &SchemaDef, pool: &Pool) -> Result<Vec<Problem>, Error> {
    let mut problems = compare(schema, pool).await?;
    problems.sort_by_key(|problem| problem.severity);
    Ok(problems)
}

/// The same in the order of the schema.
pub(super) async fn compare(schema: &SchemaDef, pool: &Pool) -> Result<Vec<Problem>, Error> {
    let enums = ddl::enums(schema);
    let tables: Vec<String> =
        ddl::selected(schema).map(|table| Qualified::table(table).to_string()).collect();
    let types: Vec<String> =
        enums.iter().map(|definition| Qualified::enumeration(definition).to_string()).collect();
    let database = Database::read(pool, &tables, &types).await?;

    let mut comparison = Comparison {
        schema,
        tables: ddl::selected(schema).map(|table| table.name).zip(&database.tables).collect(),
        enums: enums.iter().copied().zip(&database.enums).collect(),
        search_configs: &database.search_configs,
        problems: Vec::new(),
    };
    for table in ddl::selected(schema) {
        comparison.table(table);
    }
    for definition in enums {
        comparison.enumeration(definition);
    }
    comparison.indexes();
    let mut problems = comparison.problems;
    // What a table lacks would be told of its computed fields again.
    let is_right = |table: &TableDef| {
        let object = table_object(table);
        !problems.iter().any(|problem| problem.severity == Severity::Error && problem.object == object)
    };
    let computed = computed::check(schema, pool, &is_right).await?;
    let functions = function::check(schema, pool, &is_right).await?;
    problems.extend(computed.into_iter().chain(functions));
    Ok(problems)
}

struct Comparison<'a> {
    schema: &'a SchemaDef,
    /// By [`TableDef::name`]; `None` when the database does not have it.
    tables: HashMap<&'static str, &'a Option<Table>>,
    enums: Vec<(&'static EnumDef, &'a Option<Enum>)>,
    search_configs: &'a [String],
    problems: Vec<Problem>,
}

impl Comparison<'_> {
    fn table(&mut self, definition: &TableDef) {
        let Some(table) = self.tables[definition.name] else {
            let reason = match definition.schema {
                Some(_) => "is not in the database",
                None => "is not in the database, in no schema of the `search_path`",
            };
            return self.report(Severity::Error, table_object(definition), None, reason.into());
        };
        if !table.readable {
            let message = format!(
                "may not be read by the role of the connection; `GRANT SELECT ON {} TO …`",
                Qualified::table(definition)
            );
            self.report(Severity::Error, table_object(definition), None, message);
        }
        for column in definition.columns.iter().filter(|column| column.computed.is_none()) {
            match table.columns.iter().find(|other| other.name == column.column) {
                Some(found) => self.column(definition, table, column, found),
                None => self.missing_column(definition, table, column),
            }
        }
        self.key(definition, table);
        if let Some(key) = definition.placement.shard_key() {
            self.shard_key(definition, table, &definition.columns[key.column]);
        }
    }

    fn missing_column(&mut self, definition: &TableDef, table: &Table, column: &ColumnDef) {
        let plain = |name: &str| -> String {
            name.chars()
                .filter(|character| character.is_alphanumeric())
                .flat_map(char::to_lowercase)
                .collect()
        };
        let alike = table.columns.iter().find(|other| plain(&other.name) == plain(column.column));
        let mut message = format!("column `{}` is not in the database", column.column);
        if let Some(alike) = alike {
            message += &format!("; `{}` is: write `#[column(name = {:?})]`", alike.name, alike.name);
        }
        self.report(Severity::Error, table_object(definition), Some(column.column), message);
    }

    fn column(&mut self, definition: &TableDef, table: &Table, column: &ColumnDef, found: &Column) {
        let name = column.column;
        if !self.same_type(column.scalar, found) {
            let message = format!(
                "column `{name}` is `{}` in the database but `{}` ({}) in the schema; {}",
                found.declared,
                scalar::rust(column.scalar),
                scalar::sql(column.scalar),
                self.instead(found),
            );
            return self.report(Severity::Error, table_object(definition), Some(name), message);
        }
        if let ScalarType::TsVector(Some(config)) = column.scalar
            && !self.search_configs.iter().any(|known| known == config)
        {
            let message = format!(
                "column `{name}` is searched with the configuration `{config}`, which is not in the database; it has {}",
                self.search_configs.iter().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", "),
            );
            self.report(Severity::Error, table_object(definition), Some(name), message);
        }
        // Of the columns of views Postgres does not know whether they can be null.
        let knows_null = table.kind != Kind::Other || found.not_null;
        match (column.nullable, found.not_null) {
            (false, false) if knows_null => {
                let message = format!(
                    "column `{name}` may be null in the database but not in the schema; write `Option<{}>`, or \
                     `ALTER TABLE {} ALTER COLUMN {} SET NOT NULL`",
                    scalar::rust(column.scalar),
                    Qualified::table(definition),
                    identifier(name),
                );
                self.report(Severity::Error, table_object(definition), Some(name), message);
            }
            (true, true) => {
                let rust = scalar::rust(column.scalar);
                let message = format!(
                    "column `{name}` is never null in the database; write `{rust}`, not `Option<{rust}>`"
                );
                self.report(Severity::Warning, table_object(definition), Some(name), message);
            }
            _ => {}
        }
    }

    fn same_type(&self, scalar: ScalarType, found: &Column) -> bool {
        // Postgres does not say whether items of arrays are null.
        if found.is_array != matches!(scalar, ScalarType::Array(_)) {
            return false;
        }
        match scalar.item() {
            ScalarType::Enum(definition) => self.enums.iter().any(|(other, in_database)| {
                *other == definition
                    && in_database.as_ref().is_some_and(|found_enum| found_enum.oid == found.type_oid)
            }),
            ScalarType::Custom(definition) => {
                let is_domain = definition
                    .domain
                    .is_none_or(|domain| found.domain.as_deref().is_some_and(|name| name == domain.name));
                let is_type = match definition.sql {
                    Some(sql) => found.type_name == sql.name,
                    None => catalog_scalar(found) == Some(definition.base),
                };
                is_domain && is_type
            }
            ScalarType::TsVector(_) => catalog_scalar(found) == Some(ScalarType::TsVector(None)),
            ScalarType::Vector(_) => {
                found.type_name == "vector" && found.declared.ends_with(&scalar::sql(scalar))
            }
            item => catalog_scalar(found) == Some(item),
        }
    }

    /// What the schema should say of a column.
    fn instead(&self, found: &Column) -> String {
        let rust = |name: String| if found.is_array { format!("Vec<{name}>") } else { name };
        if let Some(scalar) = catalog_scalar(found) {
            return format!("write `{}`", rust(scalar::rust(scalar)));
        }
        if found.type_name == "vector" && !found.is_array {
            let numbers = found.declared.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
            return match numbers {
                Some(numbers) => format!("write `Vector<{numbers}>`"),
                None => "give it a number of dimensions in the database, `vector(3)`, and write `Vector<3>`"
                    .into(),
            };
        }
        let of_schema = self.enums.iter().find(|(_, in_database)| {
            in_database.as_ref().is_some_and(|found_enum| found_enum.oid == found.type_oid)
        });
        match of_schema {
            Some((definition, _)) => format!("write `{}`", rust(definition.name.into())),
            None => {
                "no column type stands for it, unless it is an enum: then write one with `#[derive(Enum)]`"
                    .into()
            }
        }
    }

    /// Rows are told apart by their key, so it has to be unique.
    fn key(&mut self, definition: &TableDef, table: &Table) {
        let key = columns(definition, definition.key);
        let is_unique = |index: &Index| {
            index.unique
                && index.complete
                && index.columns.iter().all(|column| key.contains(&column.as_str()))
        };
        if table.kind == Kind::Other || table.indexes.iter().any(is_unique) {
            return;
        }
        let message = format!(
            "the key ({}) is neither the primary key nor unique in the database; `CREATE UNIQUE INDEX ON {} ({})`",
            key.join(", "),
            Qualified::table(definition),
            name::columns(definition, definition.key),
        );
        self.report(Severity::Error, table_object(definition), None, message);
    }

    /// Equal texts have one slot only where equal means of the same bytes.
    fn shard_key(&mut self, definition: &TableDef, table: &Table, column: &ColumnDef) {
        let Some(found) = table.columns.iter().find(|other| other.name == column.column) else { return };
        let (message, ty) = if found.type_name == "citext" {
            ("is `citext`, under which texts of other letters are equal".to_owned(), "text")
        } else if !found.deterministic {
            let collation = found.collation.as_deref().unwrap_or_default();
            let why = "which is not deterministic: texts of other bytes are equal under it";
            (format!("has the collation `{collation}`, {why}"), found.declared.as_str())
        } else {
            return;
        };
        let message = format!(
            "shard key `{}` {message}, and not of one slot; `ALTER TABLE {} ALTER COLUMN {} TYPE {ty} COLLATE \"C\"`",
            column.column,
            Qualified::table(definition),
            identifier(column.column),
        );
        self.report(Severity::Error, table_object(definition), Some(column.column), message);
    }

    fn enumeration(&mut self, definition: &'static EnumDef) {
        let object = || Object::Enum(Qualified::enumeration(definition).plain());
        let found =
            self.enums.iter().find(|(other, _)| *other == definition).and_then(|(_, found)| found.as_ref());
        let Some(found) = found else {
            return self.report(Severity::Error, object(), None, "is not in the database".into());
        };
        let known: Vec<&str> = definition.values.iter().map(|value| value.label).collect();
        for label in known.iter().filter(|label| !found.labels.iter().any(|other| other == **label)) {
            let message = format!(
                "label `{label}` is not in the database; `ALTER TYPE {} ADD VALUE {}`",
                Qualified::enumeration(definition),
                literal(label),
            );
            self.report(Severity::Error, object(), None, message);
        }
        for label in found.labels.iter().filter(|label| !known.contains(&label.as_str())) {
            let message =
                format!("label `{label}` is not in the schema; add a variant to `{}`", definition.name);
            self.report(Severity::Error, object(), None, message);
        }
    }

    /// A list of each of many rows is read by the columns of its relation, and lists of a sharded table by its shard key:
    /// without an index, by reading everything.
    fn indexes(&mut self) {
        let mut reported: Vec<(&str, Vec<usize>)> = Vec::new();
        for table in self.schema.tables {
            for relation in table.relations {
                let (read, by) = match relation.kind {
                    RelationKind::One { .. } => continue,
                    RelationKind::Many { to, .. } | RelationKind::Recursive { to, .. } => {
                        (ddl::find(self.schema, relation.target), to)
                    }
                    RelationKind::Through { join, join_from, .. } => {
                        (ddl::find(self.schema, join), join_from)
                    }
                };
                let index = ddl::shard_key_first(read, by);
                let what = format!("`{}.{}` is read by", table.name, relation.name);
                if relation.unindexed {
                    self.unindexed(read, &what, by);
                    continue;
                }
                if self.has_index(read, by) || reported.contains(&(read.name, index.clone())) {
                    continue;
                }
                let or = match relation.kind {
                    RelationKind::Recursive { .. } => "",
                    _ => ", or declare the relation `#[relation(unindexed)]`",
                };
                self.report_index(read, &what, by, &index, or);
                reported.push((read.name, index));
            }
        }
        for table in self.schema.tables {
            let Some(key) = table.placement.shard_key() else { continue };
            // An index that was missed already, and begins with the shard key, is enough.
            let is_enough =
                |(name, index): &(&str, Vec<usize>)| *name == table.name && index[0] == key.column;
            if !self.has_index(table, &[key.column]) && !reported.iter().any(is_enough) {
                let what = format!("`{}` is read by its shard key", table.name);
                self.report_index(table, &what, &[key.column], &[key.column], "");
            }
        }
    }

    /// Whether rows of a table are found by the columns; also where that cannot be told, and where a problem that was
    /// reported has to be solved first.
    fn has_index(&self, read: &TableDef, by: &[usize]) -> bool {
        let Some(found) = self.tables[read.name] else { return true };
        let has_column = |name: &&str| found.columns.iter().any(|column| column.name == *name);
        let is_there = columns(read, by).iter().all(has_column);
        found.kind == Kind::Other || !is_there || self.index_is_there(read, by)
    }

    /// Whether an index is there, for certain, by which rows of a table are found by the columns.
    fn index_is_there(&self, read: &TableDef, by: &[usize]) -> bool {
        let wanted = columns(read, by);
        let serves = |index: &Index| {
            let names: Vec<&str> = index.columns.iter().map(String::as_str).collect();
            ddl::leads(&names, &wanted)
        };
        self.tables[read.name].as_ref().is_some_and(|found| found.indexes.iter().any(serves))
    }

    /// A relation that is declared to have no index, and has one after all.
    fn unindexed(&mut self, read: &TableDef, what: &str, by: &[usize]) {
        if !self.index_is_there(read, by) {
            return;
        }
        let message = format!(
            "{what} ({}), which has an index; remove `unindexed` from the relation, as its lists are quicker by the index",
            columns(read, by).join(", "),
        );
        self.report(Severity::Note, table_object(read), None, message);
    }

    fn report_index(&mut self, read: &TableDef, what: &str, by: &[usize], index: &[usize], or: &str) {
        let message = format!(
            "{what} ({}), which has no index; `{}`{or}",
            columns(read, by).join(", "),
            ddl::create_index(read, index),
        );
        self.report(Severity::Warning, table_object(read), None, message);
    }

    fn report(&mut self, severity: Severity, object: Object, column: Option<&'static str>, message: String) {
        self.problems.push(Problem { severity, place: Place::Database, object, column, message });
    }
}

fn table_object(definition: &TableDef) -> Object {
    Object::Table(Qualified::table(definition).plain())
}

fn columns(table: &TableDef, positions: &[usize]) -> Vec<&'static str> {
    name::columns_at(table, positions).map(|column| column.column).collect()
}

fn catalog_scalar(column: &Column) -> Option<ScalarType> {
    // `citext` is an extension's.
    (column.built_in || column.type_name == "citext").then(|| scalar::of_catalog(&column.type_name)).flatten()
}
