//! Plan → text, for people and snapshots.

use std::fmt::Write;

use super::{Cell, Plan, Root, Select, Source, TableRef};
use crate::model::{Model, TableId};
use crate::operation::{
    Condition, Filter, Limit, Operand, OperandKind, Operator, Order, Pattern, Quantifier,
    Source as ValueSource,
};

/// Prints a plan, indented.
pub fn print(model: &Model, plan: &Plan) -> String {
    let mut printer = Printer { model, text: String::new() };
    for (i, condition) in plan.conditions.iter().enumerate() {
        printer.line(0, &format!("condition {i}: {}", condition_text(condition)));
    }
    for (i, key) in plan.introspection.iter().enumerate() {
        printer.line(0, &format!("introspection {i}: {key}"));
    }
    match &plan.root {
        Root::Nothing => printer.line(0, "nothing"),
        Root::Rows(select) => printer.select(0, "rows", select),
        Root::Row(select) => printer.select(0, "row", select),
        Root::Cells(cells) => {
            printer.line(0, "cells");
            for (i, cell) in cells.iter().enumerate() {
                printer.cell(1, i, cell, None);
            }
        }
    }
    printer.text
}

struct Printer<'a> {
    model: &'a Model,
    text: String,
}

impl Printer<'_> {
    fn line(&mut self, indent: usize, line: &str) {
        // Writing to a string does not fail.
        let _ = writeln!(self.text, "{:indent$}{line}", "", indent = indent * 2);
    }

    fn name(&self, table: TableId) -> &'static str {
        self.model.table(table).def.name
    }

    fn column(&self, table: TableId, column: usize) -> &'static str {
        self.model.table(table).column(column).name
    }

    fn relation(&self, table: TableId, relation: usize) -> &'static str {
        self.model.table(table).relations[relation].def.name
    }

    fn select(&mut self, indent: usize, what: &str, select: &Select) {
        let name = self.name(select.table);
        let source = match &select.source {
            Source::Table => String::new(),
            Source::Key(key) => {
                let columns = self.model.table(select.table).def.key;
                let terms = columns.iter().zip(key).map(|(column, operand)| {
                    format!("{} = {}", self.column(select.table, *column), operand_text(operand))
                });
                format!(" by {}", terms.collect::<Vec<_>>().join(", "))
            }
            Source::Relation { table, relation, .. } => {
                format!(" by {}.{}", self.name(*table), self.relation(*table, *relation))
            }
        };
        self.line(indent, &format!("{what} `{}` of {name}{source}", select.key));
        if select.filter != Filter::And(Vec::new()) {
            let filter = self.filter(select.table, &select.filter);
            self.line(indent + 1, &format!("where {filter}"));
        }
        if !select.order.is_empty() {
            let terms: Vec<_> = select.order.iter().map(|term| self.order(select.table, term)).collect();
            self.line(indent + 1, &format!("order {}", terms.join(", ")));
        }
        match &select.limit {
            None => {}
            Some(Limit::Default(rows)) => self.line(indent + 1, &format!("limit {rows} (default)")),
            Some(Limit::Given(operand)) => self.line(indent + 1, &format!("limit {}", operand_text(operand))),
        }
        if let Some(offset) = &select.offset {
            self.line(indent + 1, &format!("offset {}", operand_text(offset)));
        }
        for (i, join) in select.joins.iter().enumerate() {
            let relation = self.relation(join.parent, join.relation);
            let of = match join.of {
                TableRef::Own => String::new(),
                TableRef::Join(join) => format!("join {join}."),
            };
            let when = when_text(join.when);
            self.line(indent + 1, &format!("join {i}: {of}{relation} → {}{when}", self.name(join.table)));
        }
        for (i, cell) in select.cells.iter().enumerate() {
            self.cell(indent + 1, i, cell, Some(select));
        }
    }

    fn cell(&mut self, indent: usize, i: usize, cell: &Cell, select: Option<&Select>) {
        match cell {
            Cell::Column { of, column } => {
                let Some(select) = select else { return };
                let join = match of {
                    TableRef::Own => String::new(),
                    TableRef::Join(join) => format!("join {join}."),
                };
                let name = self.column(select.table_of(*of), *column);
                self.line(indent, &format!("cell {i}: {join}{name}"));
            }
            Cell::List { select, when } => {
                let what = format!("cell {i}: list{}", when_text(*when));
                self.select(indent, &what, select);
            }
            Cell::Record { select, when } => {
                let what = format!("cell {i}: record{}", when_text(*when));
                self.select(indent, &what, select);
            }
        }
    }

    fn order(&self, table: TableId, order: &Order) -> String {
        let mut text = String::new();
        let mut table = table;
        for &relation in &order.path {
            text += &format!("{}.", self.relation(table, relation));
            table = self.model.table(table).relations[relation].target;
        }
        format!("{text}{} {:?}", self.column(table, order.column), order.direction)
    }

    fn filter(&self, table: TableId, filter: &Filter) -> String {
        let all = |filters: &[Filter], word: &str| {
            let terms: Vec<_> = filters.iter().map(|filter| self.filter(table, filter)).collect();
            format!("({})", terms.join(word))
        };
        match filter {
            Filter::And(filters) if filters.is_empty() => "true".into(),
            Filter::Or(filters) if filters.is_empty() => "false".into(),
            Filter::And(filters) => all(filters, " and "),
            Filter::Or(filters) => all(filters, " or "),
            Filter::Not(filter) => format!("not {}", self.filter(table, filter)),
            Filter::Compare { column, operator, operand } => {
                let operator = match operator {
                    Operator::Eq => "=",
                    Operator::Ne => "<>",
                    Operator::In => "in",
                    Operator::NotIn => "not in",
                    Operator::Lt => "<",
                    Operator::Lte => "<=",
                    Operator::Gt => ">",
                    Operator::Gte => ">=",
                    Operator::Like => "like",
                    Operator::Ilike => "ilike",
                };
                format!("{} {operator} {}", self.column(table, *column), operand_text(operand))
            }
            Filter::IsNull { column, operand } => {
                format!("{} is null = {}", self.column(table, *column), operand_text(operand))
            }
            Filter::Related { relation, quantifier, filter } => {
                let quantifier = match quantifier {
                    Quantifier::Some => "some",
                    Quantifier::Every => "every",
                    Quantifier::None => "none",
                };
                let target = self.model.table(table).relations[*relation].target;
                let filter = self.filter(target, filter);
                format!("{quantifier} {} ({filter})", self.relation(table, *relation))
            }
        }
    }
}

fn when_text(when: Option<super::ConditionId>) -> String {
    when.map(|when| format!(" when condition {}", when.0)).unwrap_or_default()
}

fn condition_text(condition: &Condition) -> String {
    let alternatives = condition.alternatives.iter().map(|guard| {
        let terms = guard
            .iter()
            .map(|(name, value)| if *value { format!("${name}") } else { format!("not ${name}") });
        terms.collect::<Vec<_>>().join(" and ")
    });
    alternatives.collect::<Vec<_>>().join(" or ")
}

fn operand_text(operand: &Operand) -> String {
    let source = source_text(&operand.source);
    match operand.kind {
        OperandKind::Pattern(Pattern::Prefix) => format!("prefix {source}"),
        OperandKind::Pattern(Pattern::Suffix) => format!("suffix {source}"),
        OperandKind::Pattern(Pattern::Infix) => format!("infix {source}"),
        _ => source,
    }
}

fn source_text(source: &ValueSource) -> String {
    match source {
        ValueSource::Constant(value) => format!("{value:?}"),
        ValueSource::Variable(path) => path.to_string(),
        ValueSource::List(items) => {
            format!("[{}]", items.iter().map(source_text).collect::<Vec<_>>().join(", "))
        }
    }
}
