//! Schema data → SDL: the text that a client's tools read and `apollo-compiler` validates against.

use std::collections::BTreeSet;
use std::fmt::Write;

use onefold_schema::{
    ArgumentDef, ColumnDef, CustomDef, Deprecation, EnumDef, Locality, RelationKind, ScalarType,
};

use super::aggregate::results;
use super::scalars::{CUSTOM_SCALARS, filter_name, has_order, order_name, output_type, type_name};
use crate::model::{AGGREGATE, COLUMN, DEPTH, Function, Model, Relation, Table, TableField, TableId};

/// Prints the whole schema.
pub fn print(model: &Model) -> String {
    let mut out = Sdl::default();
    out.description(0, model.schema.description);
    if model.schema.description.is_some() {
        out.line(0, "schema {\n  query: Query\n}\n");
    }
    if model.schema.is_sharded() {
        out.description(0, Some("Allows an operation to ask every shard where no argument says which one."));
        out.line(0, "directive @scatter on QUERY\n");
    }
    out.query(model);
    for (id, table) in model.tables() {
        out.object(model, id, table);
    }
    out.connections(model);
    out.aggregates(model);
    if model.has_node_ids() {
        out.node_interface();
    }
    out.abstract_types(model);
    for (_, table) in model.tables() {
        out.filter(model, table);
        out.order(model, table);
        out.columns(table);
    }
    out.shared_arguments(model);
    out.list_filters(model);
    out.scalars(model);
    out.text
}

#[derive(Default)]
pub(super) struct Sdl {
    text: String,
}

impl Sdl {
    pub(super) fn line(&mut self, indent: usize, line: &str) {
        for _ in 0..indent {
            self.text.push_str("  ");
        }
        self.text.push_str(line);
        self.text.push('\n');
    }

    pub(super) fn description(&mut self, indent: usize, description: Option<&str>) {
        let Some(description) = description else { return };
        let escaped = description.replace("\"\"\"", "\\\"\"\"");
        // As `graphql-js` prints them: a quote or a backslash at the end would run into the closing quotes.
        if !escaped.contains('\n') && escaped.len() < 70 && !escaped.ends_with(['"', '\\']) {
            self.line(indent, &format!("\"\"\"{escaped}\"\"\""));
            return;
        }
        self.line(indent, "\"\"\"");
        for line in escaped.lines() {
            if line.is_empty() { self.text.push('\n') } else { self.line(indent, line) }
        }
        self.line(indent, "\"\"\"");
    }

    fn query(&mut self, model: &Model) {
        self.description(0, Some("What can be read."));
        self.line(0, "type Query {");
        for (id, table) in model.tables().filter(|(_, table)| table.has_roots()) {
            let def = table.def;
            if table.has_visible_key() {
                let key = def
                    .key
                    .iter()
                    .map(|&i| format!("{}: {}!", def.columns[i].name, type_name(def.columns[i].scalar)))
                    .collect::<Vec<_>>()
                    .join(", ");
                self.description(1, Some(&format!("The `{}` with this key, or null.", def.name)));
                self.line(1, &format!("{}({key}): {}", def.singular, def.name));
            }
            self.description(
                1,
                Some(&format!("Rows of `{}`, in the order of the key unless told otherwise.", def.name)),
            );
            self.list(def.plural, &[], table, None, !model.schema.is_sharded(), None);
            if model.has_connection(id) {
                self.description(1, Some(&format!("Rows of `{}` in the same order, by the page.", def.name)));
                self.connection_field(def.plural, &[], table, !model.schema.is_sharded(), None);
            }
            if model.has_aggregate(id) {
                self.description(1, Some(&format!("What is computed of rows of `{}`.", def.name)));
                self.aggregate_field(def.plural, table, !model.schema.is_sharded(), None);
            }
        }
        for of in model.abstract_types() {
            self.members_field(of, !model.schema.is_sharded());
        }
        for index in 0..model.schema.functions.len() {
            self.function(model, model.function(index), !model.schema.is_sharded());
        }
        if model.has_node_ids() {
            self.node_field();
        }
        if model.has_nodes() {
            self.nodes_field(!model.schema.is_sharded());
        }
        self.line(0, "}\n");
    }

    /// A list with its arguments; one that is not certain may be null, because a shard that has a part of it is away.
    fn list(
        &mut self,
        field: &str,
        arguments: &[ArgumentDef],
        table: &Table,
        max_recursion: Option<u32>,
        is_certain: bool,
        deprecation: Option<Deprecation>,
    ) {
        let name = table.def.name;
        self.line(1, &format!("{field}("));
        self.arguments(arguments);
        if let Some(max) = max_recursion {
            let steps = format!(
                "How many steps to go, from row to row; {max} unless told, and at most. The nearest rows come first, unless `orderBy` is given."
            );
            self.description(2, Some(&steps));
            self.line(2, "maxDepth: Int");
        }
        self.which_rows(name);
        self.page(table.default_limit, table.max_limit);
        if distinguishing(table).next().is_some() {
            self.description(
                2,
                Some("One row for each combination of values in these columns: the first. The order begins with them."),
            );
            self.line(2, &format!("distinctOn: [{name}{COLUMN}!]"));
        }
        let bang = if is_certain { "!" } else { "" };
        self.line(1, &format!("): [{name}!]{bang}{}", deprecated(deprecation)));
    }

    /// The rows that a function returns, as a list and as a connection.
    fn function(&mut self, model: &Model, function: &Function, is_certain: bool) {
        let Function { def, target, has_connection } = function;
        let target = model.table(*target);
        self.description(1, def.description);
        self.list(def.name, def.call.arguments, target, None, is_certain, def.deprecation);
        if *has_connection {
            self.description(1, Some(&format!("The rows of `{}`, by the page.", def.name)));
            self.connection_field(def.name, def.call.arguments, target, is_certain, def.deprecation);
        }
    }

    /// The arguments that the schema's author has declared, each on a line of its own.
    pub(super) fn arguments(&mut self, arguments: &[ArgumentDef]) {
        for argument in arguments {
            self.description(2, argument.description);
            self.line(2, &argument_text(argument));
        }
    }

    /// The arguments that lists and connections have.
    pub(super) fn which_rows(&mut self, name: &str) {
        self.description(2, Some("Which rows."));
        self.line(2, &format!("where: {name}Where"));
        self.description(2, Some("In which order; the key breaks ties."));
        self.line(2, &format!("orderBy: [{name}OrderBy!]"));
    }

    fn object(&mut self, model: &Model, id: TableId, table: &Table) {
        self.description(0, table.def.description);
        self.line(0, &format!("type {}{} {{", table.def.name, Sdl::implements(model, id)));
        if model.has_node_id(id) {
            self.node_id();
        }
        if table.field(DEPTH) == Some(TableField::Depth) {
            let text = "How many steps of a recursive relation lead to the row; null where it stands in no such list.";
            self.description(1, Some(text));
            self.line(1, &format!("{DEPTH}: Int"));
        }
        for column in visible(table).filter(|column| column.scalar.is_answered()) {
            self.description(1, column.description);
            let bang = if column.nullable { "" } else { "!" };
            let deprecation = deprecated(column.deprecation);
            self.field(
                column.name,
                column.arguments(),
                &format!("{}{bang}{deprecation}", output_type(column.scalar)),
            );
        }
        for relation in &table.relations {
            self.description(1, relation.def.description);
            let target = model.table(relation.target);
            match relation.def.kind {
                RelationKind::One { nullable, .. } => {
                    // The shard that has it may be away.
                    let is_certain = !nullable && relation.locality == Locality::Local;
                    let bang = if is_certain { "!" } else { "" };
                    let deprecation = deprecated(relation.def.deprecation);
                    self.line(1, &format!("{}: {}{bang}{deprecation}", relation.def.name, target.def.name));
                }
                RelationKind::Many { .. } | RelationKind::Through { .. } | RelationKind::Recursive { .. } => {
                    let is_certain = relation.locality == Locality::Local;
                    let is_recursive = matches!(relation.def.kind, RelationKind::Recursive { .. });
                    let max_recursion = is_recursive.then_some(model.max_recursion);
                    let deprecation = relation.def.deprecation;
                    self.list(relation.def.name, &[], target, max_recursion, is_certain, deprecation);
                    if relation.has_connection {
                        self.description(1, relation.def.description);
                        self.connection_field(relation.def.name, &[], target, true, relation.def.deprecation);
                    }
                    if relation.has_aggregate {
                        self.description(1, relation.def.description);
                        self.aggregate_field(relation.def.name, target, true, relation.def.deprecation);
                    }
                }
            }
        }
        for function in &table.functions {
            self.function(model, function, true);
        }
        self.line(0, "}\n");
    }

    /// A field with the arguments that the schema's author has declared.
    fn field(&mut self, name: &str, arguments: &[ArgumentDef], ty: &str) {
        if arguments.is_empty() {
            return self.line(1, &format!("{name}: {ty}"));
        }
        if arguments.iter().all(|argument| argument.description.is_none()) {
            let arguments: Vec<_> = arguments.iter().map(argument_text).collect();
            return self.line(1, &format!("{name}({}): {ty}", arguments.join(", ")));
        }
        self.line(1, &format!("{name}("));
        self.arguments(arguments);
        self.line(1, &format!("): {ty}"));
    }

    fn filter(&mut self, model: &Model, table: &Table) {
        self.filter_head(table.def.name);
        for column in comparable(table) {
            self.line(1, &format!("{}: {}", column.name, filter_name(column.scalar)));
        }
        // Rows that are on other shards cannot be looked at by the statement that is filtered, and a row for which a recursive
        // relation would be followed is looked at anew.
        let is_asked = |relation: &&Relation| {
            let is_recursive = matches!(relation.def.kind, RelationKind::Recursive { .. });
            relation.locality == Locality::Local && !is_recursive
        };
        for relation in table.relations.iter().filter(is_asked) {
            let target = model.table(relation.target).def.name;
            let suffix = match relation.def.kind {
                RelationKind::One { .. } => "Where",
                _ => "ListWhere",
            };
            self.line(1, &format!("{}: {target}{suffix}", relation.def.name));
        }
        self.line(0, "}\n");
    }

    fn order(&mut self, model: &Model, table: &Table) {
        self.order_head(table.def.name);
        for column in comparable(table) {
            if let Some(order) = order_name(column.scalar) {
                self.line(1, &format!("{}: {order}", column.name));
            }
        }
        for relation in table.relations.iter().filter(|relation| relation.locality == Locality::Local) {
            let target = model.table(relation.target).def.name;
            if let RelationKind::One { .. } = relation.def.kind {
                self.line(1, &format!("{}: {target}OrderBy", relation.def.name));
            }
            if relation.has_aggregate {
                self.line(1, &format!("{}{AGGREGATE}: {target}ListOrderBy", relation.def.name));
            }
        }
        self.line(0, "}\n");
    }

    /// The columns that a list can have distinct values of.
    fn columns(&mut self, table: &Table) {
        if distinguishing(table).next().is_none() {
            return;
        }
        let name = table.def.name;
        self.description(0, Some(&format!("The columns of `{name}`.")));
        self.line(0, &format!("enum {name}{COLUMN} {{"));
        for column in distinguishing(table) {
            self.description(1, column.description);
            self.line(1, &format!("{}{}", column.name, deprecated(column.deprecation)));
        }
        self.line(0, "}\n");
    }

    /// `TrackListWhere` for the tables that some relation lists.
    fn list_filters(&mut self, model: &Model) {
        let listed: BTreeSet<_> = model
            .tables()
            .flat_map(|(_, table)| &table.relations)
            .filter(|relation| relation.locality == Locality::Local)
            .filter(|relation| {
                matches!(relation.def.kind, RelationKind::Many { .. } | RelationKind::Through { .. })
            })
            .map(|relation| relation.target)
            .collect();
        for id in listed {
            let name = model.table(id).def.name;
            self.description(0, Some(&format!("Which related rows of `{name}` there are.")));
            self.line(0, &format!("input {name}ListWhere {{"));
            self.description(1, Some("At least one row is like this."));
            self.line(1, &format!("some: {name}Where"));
            self.description(1, Some("No row is unlike this."));
            self.line(1, &format!("every: {name}Where"));
            self.description(1, Some("No row is like this."));
            self.line(1, &format!("none: {name}Where"));
            self.line(0, "}\n");
        }
    }

    fn scalars(&mut self, model: &Model) {
        let roots = || model.schema.functions.iter().flat_map(|function| function.call.arguments);
        let scalars = || {
            let of_tables = model.tables().flat_map(|(_, table)| scalars(table)).chain(results(model));
            of_tables.chain(roots().map(|argument| argument.scalar))
        };
        let mut names: BTreeSet<&str> = scalars().map(type_name).collect();
        // Ranges are compared with values of their bounds.
        names.extend(scalars().filter_map(|scalar| match scalar.base() {
            ScalarType::Range(range) => Some(type_name(range.bound())),
            _ => None,
        }));
        let mut filters = BTreeSet::new();
        let compared = model.tables().flat_map(|(_, table)| comparable(table));
        for scalar in compared.map(|column| column.scalar).chain(results(model)) {
            if filters.insert(filter_name(scalar)) {
                self.operators(scalar);
            }
        }
        self.description(0, Some("In which direction to order, and where nulls go: by default last when ascending, first when descending."));
        self.line(0, "enum OrderDirection {");
        for direction in
            ["ASC", "DESC", "ASC_NULLS_FIRST", "ASC_NULLS_LAST", "DESC_NULLS_FIRST", "DESC_NULLS_LAST"]
        {
            self.line(1, direction);
        }
        self.line(0, "}\n");
        if scalars().any(|scalar| matches!(scalar, ScalarType::TsVector(_))) {
            self.search_order();
        }
        if scalars().any(|scalar| matches!(scalar, ScalarType::Vector(_))) {
            self.vector_order();
        }
        let mut enums = BTreeSet::new();
        for scalar in scalars() {
            if let Some(def) = scalar.enumeration()
                && enums.insert(def.name)
            {
                self.enumeration(def);
            }
        }
        let mut own = BTreeSet::new();
        for scalar in scalars() {
            if let ScalarType::Custom(CustomDef { name: Some(name), description, specified_by, .. }) =
                scalar.item()
                && own.insert(*name)
            {
                self.scalar(name, *description, *specified_by);
            }
        }
        for scalar in CUSTOM_SCALARS.iter().filter(|scalar| names.contains(scalar.name)) {
            self.scalar(scalar.name, Some(scalar.description), scalar.specified_by);
        }
        let end = self.text.trim_end().len();
        self.text.truncate(end);
        self.text.push('\n');
    }

    fn scalar(&mut self, name: &str, description: Option<&str>, specified_by: Option<&str>) {
        self.description(0, description);
        let specified = specified_by.map(|url| format!(" @specifiedBy(url: {})", string(url)));
        self.line(0, &format!("scalar {name}{}\n", specified.unwrap_or_default()));
    }

    fn enumeration(&mut self, def: &EnumDef) {
        self.description(0, def.description);
        self.line(0, &format!("enum {} {{", def.name));
        for value in def.values {
            self.description(1, value.description);
            self.line(1, &format!("{}{}", value.name, deprecated(value.deprecation)));
        }
        self.line(0, "}\n");
    }
}

/// `rate: Decimal! = "1.19"`
fn argument_text(argument: &ArgumentDef) -> String {
    let bang = if argument.nullable { "" } else { "!" };
    let default = argument.default.map(|json| match argument.scalar {
        ScalarType::Enum(_) => format!(" = {}", json.trim_matches('"')),
        _ => format!(" = {json}"),
    });
    format!("{}: {}{bang}{}", argument.name, output_type(argument.scalar), default.unwrap_or_default())
}

/// The columns that clients see.
fn visible(table: &Table) -> impl Iterator<Item = &'static ColumnDef> + use<> {
    table.def.columns.iter().filter(|column| !column.hidden)
}

/// The columns by which rows can be told apart.
fn distinguishing(table: &Table) -> impl Iterator<Item = &'static ColumnDef> + use<> {
    comparable(table).filter(|column| has_order(column.scalar))
}

/// The columns that rows are found and ordered by.
pub(super) fn comparable(table: &Table) -> impl Iterator<Item = &'static ColumnDef> + use<> {
    visible(table).filter(|column| column.is_plain())
}

/// What the columns that clients see are, and the arguments of those that are computed and of functions.
fn scalars(table: &Table) -> impl Iterator<Item = ScalarType> + use<> {
    let arguments = table.def.functions.iter().flat_map(|function| function.call.arguments);
    visible(table).flat_map(ColumnDef::scalars).chain(arguments.map(|argument| argument.scalar))
}

/// ` @deprecated(reason: "…")`, or nothing.
pub(super) fn deprecated(deprecation: Option<Deprecation>) -> String {
    match deprecation {
        None => String::new(),
        Some(Deprecation { reason: None }) => " @deprecated".into(),
        Some(Deprecation { reason: Some(reason) }) => format!(" @deprecated(reason: {})", string(reason)),
    }
}

/// A string of GraphQL.
fn string(value: &str) -> String {
    let mut text = String::from("\"");
    for character in value.chars() {
        match character {
            '"' | '\\' => {
                text.push('\\');
                text.push(character);
            }
            character if character.is_control() => {
                // Writing to a string does not fail.
                let _ = write!(text, "\\u{:04x}", u32::from(character));
            }
            character => text.push(character),
        }
    }
    text + "\""
}
