//! Interfaces and unions of a schema → SDL: the types themselves, and the arguments of their lists.

use onefold_schema::{AbstractKind, ColumnDef};

use super::scalars::{filter_name, has_order, output_type};
use super::sdl::{Sdl, deprecated};
use crate::model::{AbstractType, Model, NODE_INTERFACE, TableId};

impl Sdl {
    /// The root field that lists the rows of all tables; one that is not certain may be null, because a shard is away.
    pub(super) fn members_field(&mut self, of: &AbstractType, is_certain: bool) {
        let name = of.def.name;
        let text = format!(
            "Rows of `{name}`: of each table in turn, in the order of its key, unless told otherwise."
        );
        self.description(1, Some(&text));
        self.line(1, &format!("{}(", of.def.plural));
        if !of.shared.is_empty() {
            self.description(2, Some("Which rows."));
            self.line(2, &format!("where: {name}Where"));
        }
        if ordering(of).next().is_some() {
            self.description(2, Some("In which order; the table and its key break ties."));
            self.line(2, &format!("orderBy: [{name}OrderBy!]"));
        }
        self.page(of.default_limit, of.max_limit);
        let bang = if is_certain { "!" } else { "" };
        self.line(1, &format!("): [{name}!]{bang}"));
    }

    /// The interfaces and unions of a schema.
    pub(super) fn abstract_types(&mut self, model: &Model) {
        for of in model.abstract_types() {
            self.description(0, of.def.description);
            match of.def.kind {
                AbstractKind::Interface(fields) => {
                    let has_node_id = of.tables.iter().all(|&table| model.has_node_id(table));
                    let implements =
                        if has_node_id { format!(" implements {NODE_INTERFACE}") } else { String::new() };
                    self.line(0, &format!("interface {}{implements} {{", of.def.name));
                    if has_node_id {
                        self.node_id();
                    }
                    for field in fields {
                        self.description(1, field.description);
                        let bang = if field.nullable { "" } else { "!" };
                        let deprecation = deprecated(field.deprecation);
                        let ty = output_type(field.scalar);
                        self.line(1, &format!("{}: {ty}{bang}{deprecation}", field.name));
                    }
                    self.line(0, "}\n");
                }
                AbstractKind::Union => {
                    let names: Vec<_> = of.tables.iter().map(|&table| model.table(table).def.name).collect();
                    self.line(0, &format!("union {} = {}\n", of.def.name, names.join(" | ")));
                }
            }
        }
    }

    /// The arguments of their lists.
    pub(super) fn shared_arguments(&mut self, model: &Model) {
        for of in model.abstract_types() {
            let name = of.def.name;
            if !of.shared.is_empty() {
                self.filter_head(name);
                for column in &of.shared {
                    self.line(1, &format!("{}: {}", column.name, filter_name(column.scalar)));
                }
                self.line(0, "}\n");
            }
            if ordering(of).next().is_some() {
                self.order_head(name);
                for column in ordering(of) {
                    self.line(1, &format!("{}: OrderDirection", column.name));
                }
                self.line(0, "}\n");
            }
        }
    }

    /// ` implements Node & Person`, or nothing.
    pub(super) fn implements(model: &Model, table: TableId) -> String {
        let node = model.has_node_id(table).then_some(NODE_INTERFACE);
        let is_interface = |of: &&AbstractType| {
            matches!(of.def.kind, AbstractKind::Interface(_)) && of.tables.contains(&table)
        };
        let interfaces = model.abstract_types().filter(is_interface).map(|of| of.def.name);
        let names: Vec<_> = node.into_iter().chain(interfaces).collect();
        if names.is_empty() { String::new() } else { format!(" implements {}", names.join(" & ")) }
    }
}

/// The columns by which rows of all tables can be ordered.
fn ordering(of: &AbstractType) -> impl Iterator<Item = &'static ColumnDef> + '_ {
    of.shared.iter().copied().filter(|column| has_order(column.scalar))
}
