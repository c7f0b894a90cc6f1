//! Aggregates → SDL: what is computed of many rows.
//!
//! A table has types of its own for what stands beside its columns; what is computed of a column is a type of its scalar, so
//! that many tables take few types.

use std::collections::BTreeSet;

use onefold_schema::{Deprecation, Locality, RelationKind, ScalarType};

use super::functions::{Function, Unit};
use super::scalars::{filter_name, has_order, type_name};
use super::sdl::{Sdl, comparable, deprecated};
use crate::model::{AGGREGATE, Model, Table};

impl Sdl {
    /// An aggregate with its arguments; one that is not certain may be null, because the shard that has it is away.
    pub(super) fn aggregate_field(
        &mut self,
        list: &str,
        table: &Table,
        is_certain: bool,
        deprecation: Option<Deprecation>,
    ) {
        let name = table.def.name;
        self.line(1, &format!("{list}{AGGREGATE}("));
        self.description(2, Some("Which rows."));
        self.line(2, &format!("where: {name}Where"));
        self.description(2, Some("By what to group them; all are one group unless told."));
        self.line(2, &format!("groupBy: [{name}GroupBy!]"));
        self.description(2, Some("Which groups."));
        self.line(2, &format!("having: {name}Having"));
        self.description(2, Some("In which order; what is grouped by breaks ties."));
        self.line(2, &format!("orderBy: [{name}AggregateOrderBy!]"));
        let limit =
            format!("How many groups; {} unless told, {} at most.", table.default_limit, table.max_limit);
        self.description(2, Some(&limit));
        self.line(2, "limit: Int");
        self.description(2, Some("How many groups to pass over first."));
        self.line(2, "offset: Int");
        let bang = if is_certain { "!" } else { "" };
        self.line(1, &format!("): [{name}{AGGREGATE}!]{bang}{}", deprecated(deprecation)));
    }

    /// The types of all aggregates.
    pub(super) fn aggregates(&mut self, model: &Model) {
        for (_, table) in model.tables().filter(|(_, table)| table.has_roots()) {
            self.aggregate(table);
            self.aggregate_key(model, table);
            self.group_by(model, table);
            self.having(table);
            self.aggregate_order(table);
        }
        self.list_orders(model);
        self.aggregated_scalars(model);
        self.description(0, Some("Rows with the same value are a group."));
        self.line(0, "enum GroupBy {\n  VALUE\n}\n");
        let types: BTreeSet<_> = model
            .tables()
            .flat_map(|(_, table)| comparable(table))
            .filter(|column| has_order(column.scalar))
            .map(|column| (grouping_name(column.scalar), column.scalar == ScalarType::Date))
            .collect();
        for (name, is_date) in types.into_iter().filter(|(name, _)| *name != "GroupBy") {
            self.description(
                0,
                Some("How far to cut off a date or time before rows are grouped by it, in UTC."),
            );
            self.line(0, &format!("enum {name} {{"));
            self.line(1, "VALUE");
            for unit in Unit::ALL.into_iter().filter(|unit| !is_date || unit.is_above_day()) {
                self.line(1, &unit.name().to_uppercase());
            }
            self.line(0, "}\n");
        }
    }

    fn aggregate(&mut self, table: &Table) {
        let name = table.def.name;
        self.description(0, Some(&format!("What is computed of rows of `{name}`.")));
        self.line(0, &format!("type {name}{AGGREGATE} {{"));
        self.description(1, Some("What the rows are grouped by; nothing else may be selected of it."));
        self.line(1, &format!("key: {name}AggregateKey!"));
        self.description(1, Some("How many rows there are."));
        self.line(1, "count: Int!");
        self.description(1, Some("How many rows there are, or `limit` when there are more."));
        self.line(1, "countUpTo(limit: Int!): Int!");
        for (column, scalar) in aggregated(table) {
            self.line(1, &format!("{column}: {}{AGGREGATE}!", type_name(scalar)));
        }
        self.line(0, "}\n");
    }

    fn aggregate_key(&mut self, model: &Model, table: &Table) {
        let name = table.def.name;
        self.description(0, Some(&format!("What rows of `{name}` are grouped by.")));
        self.line(0, &format!("type {name}AggregateKey {{"));
        for column in comparable(table).filter(|column| has_order(column.scalar)) {
            self.line(1, &format!("{}: {}", column.name, type_name(column.scalar)));
        }
        for (relation, target) in to_one(model, table) {
            self.line(1, &format!("{relation}: {target}AggregateKey!"));
        }
        self.line(0, "}\n");
    }

    fn group_by(&mut self, model: &Model, table: &Table) {
        let name = table.def.name;
        self.description(0, Some(&format!("By what to group rows of `{name}`: just one field.")));
        self.line(0, &format!("input {name}GroupBy @oneOf {{"));
        for column in comparable(table).filter(|column| has_order(column.scalar)) {
            self.line(1, &format!("{}: {}", column.name, grouping_name(column.scalar)));
        }
        for (relation, target) in to_one(model, table) {
            self.line(1, &format!("{relation}: {target}GroupBy"));
        }
        self.line(0, "}\n");
    }

    fn having(&mut self, table: &Table) {
        let name = table.def.name;
        self.description(
            0,
            Some(&format!("Which groups of rows of `{name}`: all conditions that are given must hold.")),
        );
        self.line(0, &format!("input {name}Having {{"));
        self.description(1, Some("All of these hold; true when the list is empty."));
        self.line(1, &format!("and: [{name}Having!]"));
        self.description(1, Some("One of these holds; false when the list is empty."));
        self.line(1, &format!("or: [{name}Having!]"));
        self.description(1, Some("This does not hold."));
        self.line(1, &format!("not: {name}Having"));
        self.line(1, "count: IntFilter");
        for (column, scalar) in aggregated(table) {
            self.line(1, &format!("{column}: {}Having", type_name(scalar)));
        }
        self.line(0, "}\n");
    }

    fn aggregate_order(&mut self, table: &Table) {
        let name = table.def.name;
        self.description(0, Some(&format!("By what to order groups of rows of `{name}`: just one field.")));
        self.line(0, &format!("input {name}AggregateOrderBy @oneOf {{"));
        self.description(1, Some("Something that they are grouped by."));
        self.line(1, &format!("key: {name}OrderBy"));
        self.measures(table);
    }

    /// `TrackListOrderBy` for the tables whose rows some relation has an aggregate of.
    fn list_orders(&mut self, model: &Model) {
        let relations = model.tables().flat_map(|(_, table)| &table.relations);
        let listed: BTreeSet<_> =
            relations.filter(|relation| relation.has_aggregate).map(|relation| relation.target).collect();
        for id in listed {
            let table = model.table(id);
            let name = table.def.name;
            self.description(
                0,
                Some(&format!(
                    "What is computed of related rows of `{name}`, to order by it: just one field."
                )),
            );
            self.line(0, &format!("input {name}ListOrderBy @oneOf {{"));
            self.measures(table);
        }
    }

    /// What is computed of rows, each with the direction to order by it, and the end of the type.
    fn measures(&mut self, table: &Table) {
        self.line(1, "count: OrderDirection");
        for (column, scalar) in aggregated(table) {
            self.line(1, &format!("{column}: {}AggregateOrderBy", type_name(scalar)));
        }
        self.line(0, "}\n");
    }

    /// What is computed of the values of each scalar.
    fn aggregated_scalars(&mut self, model: &Model) {
        let mut known = BTreeSet::new();
        let columns = model.tables().flat_map(|(_, table)| aggregated(table).collect::<Vec<_>>());
        for (_, scalar) in columns {
            let name = type_name(scalar);
            if !known.insert(name) {
                continue;
            }
            let functions =
                || Function::ALL.into_iter().filter_map(|function| Some((function, function.of(scalar)?)));
            self.description(0, Some(&format!("What is computed of many values of `{name}`.")));
            self.line(0, &format!("type {name}{AGGREGATE} {{"));
            for (function, result) in functions() {
                self.description(1, Some(function.description()));
                let bang = if function.is_nullable() { "" } else { "!" };
                self.line(1, &format!("{}: {}{bang}", function.name(), type_name(result)));
            }
            self.line(0, "}\n");
            self.description(
                0,
                Some(&format!("How to compare what is computed of many values of `{name}`.")),
            );
            self.line(0, &format!("input {name}Having {{"));
            for (function, result) in functions() {
                self.line(1, &format!("{}: {}", function.name(), filter_name(result)));
            }
            self.line(0, "}\n");
            self.description(
                0,
                Some(&format!(
                    "By what to order that is computed of many values of `{name}`: just one field."
                )),
            );
            self.line(0, &format!("input {name}AggregateOrderBy @oneOf {{"));
            for (function, _) in functions() {
                self.line(1, &format!("{}: OrderDirection", function.name()));
            }
            self.line(0, "}\n");
        }
    }
}

/// The types of everything that is computed, which no column may have.
pub(super) fn results(model: &Model) -> impl Iterator<Item = ScalarType> {
    let columns = model.tables().flat_map(|(_, table)| aggregated(table));
    let of = |scalar| Function::ALL.into_iter().filter_map(move |function| function.of(scalar));
    columns.flat_map(move |(_, scalar)| of(scalar)).chain([ScalarType::Int4])
}

/// The columns of which something is computed, under the names that they have there.
fn aggregated(table: &Table) -> impl Iterator<Item = (String, ScalarType)> {
    let columns = table.def.columns.iter().enumerate();
    let columns =
        columns.filter(|(_, column)| !column.hidden && column.is_plain() && is_single(column.scalar));
    columns.filter_map(|(i, column)| Some((table.aggregated_name(i)?.into_owned(), column.scalar)))
}

/// Whether values are single ones, of which something can be computed.
fn is_single(scalar: ScalarType) -> bool {
    use ScalarType::{Array, Range, TsVector, Vector};
    !matches!(scalar.base(), Array(_) | Range(_) | TsVector(_) | Vector(_))
}

/// The relations to one whose columns rows can be grouped by, with the tables that they lead to.
fn to_one<'a>(model: &'a Model, table: &'a Table) -> impl Iterator<Item = (&'a str, &'a str)> {
    let local = table.relations.iter().filter(|relation| relation.locality == Locality::Local);
    local
        .filter(|relation| matches!(relation.def.kind, RelationKind::One { .. }))
        .map(|relation| (relation.def.name, model.table(relation.target).def.name))
}

/// The enum with the ways to group by a column.
fn grouping_name(scalar: ScalarType) -> &'static str {
    match scalar {
        ScalarType::Date => "DateGroupBy",
        ScalarType::Timestamp | ScalarType::Timestamptz => "DateTimeGroupBy",
        _ => "GroupBy",
    }
}
