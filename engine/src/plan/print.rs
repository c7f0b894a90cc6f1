//! Plan → text, for people and snapshots.

use std::fmt::Write;

use jiff::{Span, civil};
use onefold_schema::ScalarType;

use super::{
    Aggregate, AggregateCell, Cell, ConditionId, Connection, ConnectionCell, Nested, Plan, Root, Select,
    Source, TableRef,
};
use crate::model::{Model, TableId};
use crate::operation::{
    Condition, Direction, Filter, GroupOrder, GroupTerm, Grouping, Having, Limit, Measure, Operand,
    OperandKind, Operator, Order, OrderBy, Pattern, Quantifier, Source as ValueSource, Test,
};
use crate::value::{Interval, Network, SqlValue};

/// From where Postgres counts dates and timestamps.
const EPOCH: civil::DateTime = civil::datetime(2000, 1, 1, 0, 0, 0, 0);

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
        None => printer.line(0, "nothing"),
        Some(Root::Rows(select)) => printer.select(0, "rows", select),
        Some(Root::Row(select)) => printer.select(0, "row", select),
        Some(Root::Cells(cells)) => {
            printer.line(0, "cells");
            for (i, nested) in cells.iter().enumerate() {
                printer.nested(1, i, "", nested);
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
            Source::Ids { places, .. } => format!(" by ids {}", operand_text(places)),
            Source::Relation { table, relation, .. } | Source::Request { table, relation } => {
                format!(" by {}.{}", self.name(*table), self.relation(*table, *relation))
            }
            Source::Function { of, call } => {
                let values: Vec<_> = call.arguments.iter().map(operand_text).collect();
                let of = of.map(of_text).unwrap_or_default();
                format!(" by {of}{}({})", call.function.name, values.join(", "))
            }
        };
        if !select.variants.is_empty() {
            self.line(indent, &format!("{what} `{}` of several tables", select.key));
            self.which(indent + 1, select);
            self.offset(indent + 1, select);
            for (i, variant) in select.variants.iter().enumerate() {
                self.select(indent + 1, &format!("variant {i}:"), variant);
            }
            return;
        }
        self.line(indent, &format!("{what} `{}` of {name}{source}", select.key));
        if !select.filter.is_true() {
            let filter = self.filter(select.table, &select.filter);
            self.line(indent + 1, &format!("where {filter}"));
        }
        self.which(indent + 1, select);
        if let Some(recursion) = &select.recursion {
            let nearest_first = if recursion.nearest_first { ", nearest first" } else { "" };
            let depth = operand_text(&recursion.max_depth);
            self.line(indent + 1, &format!("recursive to depth {depth}{nearest_first}"));
        }
        if select.merged {
            self.line(indent + 1, "merged");
        }
        if select.limit_last {
            self.line(indent + 1, "limit last");
        }
        if select.grouped {
            self.line(indent + 1, "grouped");
        }
        if let Some(connection) = &select.connection {
            self.connection(indent + 1, connection);
        }
        if let Some(aggregate) = &select.aggregate {
            self.aggregate(indent + 1, select, aggregate);
        }
        self.offset(indent + 1, select);
        for (i, join) in select.joins.iter().enumerate() {
            let relation = self.relation(join.parent, join.relation);
            let (of, when) = (of_text(join.of), when_text(join.when));
            self.line(indent + 1, &format!("join {i}: {of}{relation} → {}{when}", self.name(join.table)));
        }
        for (i, cell) in select.cells.iter().enumerate() {
            match cell {
                Cell::Column { of, column } => {
                    let name = self.column(select.table_of(*of), *column);
                    self.line(indent + 1, &format!("cell {i}: {}{name}", of_text(*of)));
                }
                Cell::Computed { of, column, arguments } => {
                    let name = self.column(select.table_of(*of), *column);
                    let values: Vec<_> = arguments.iter().map(operand_text).collect();
                    let text = format!("{}{name}({})", of_text(*of), values.join(", "));
                    self.line(indent + 1, &format!("cell {i}: {text}"));
                }
                Cell::Nested(nested) => self.nested(indent + 1, i, "", nested),
                Cell::Remote(nested) => self.nested(indent + 1, i, "remote ", nested),
                Cell::Variant(variant) => self.line(indent + 1, &format!("cell {i}: variant {}", variant.0)),
                Cell::Depth => self.line(indent + 1, &format!("cell {i}: depth")),
                Cell::Order(term) => self.line(indent + 1, &format!("cell {i}: order {}", term + 1)),
                Cell::EnumPlace(term) => {
                    self.line(indent + 1, &format!("cell {i}: place in the enum of order {}", term + 1));
                }
            }
        }
    }

    /// In which order rows are, and which of them are read.
    fn which(&mut self, indent: usize, select: &Select) {
        if !select.order.is_empty() {
            let terms: Vec<_> = select.order.iter().map(|term| self.order(select.table, term)).collect();
            self.line(indent, &format!("order {}", terms.join(", ")));
        }
        if !select.distinct_on.is_empty() {
            let columns = select.distinct_on.iter().map(|&column| self.column(select.table, column));
            self.line(indent, &format!("distinct on {}", columns.collect::<Vec<_>>().join(", ")));
        }
        match &select.limit {
            None => {}
            Some(Limit::Default(rows)) => self.line(indent, &format!("limit {rows} (default)")),
            Some(Limit::Given(operand)) => self.line(indent, &format!("limit {}", operand_text(operand))),
        }
    }

    fn offset(&mut self, indent: usize, select: &Select) {
        if let Some(offset) = &select.offset {
            self.line(indent, &format!("offset {}", operand_text(offset)));
        }
    }

    fn connection(&mut self, indent: usize, connection: &Connection) {
        if connection.backward {
            self.line(indent, "backward");
        }
        for (word, place) in [("after", &connection.after), ("before", &connection.before)] {
            if let Some(place) = place {
                self.line(indent, &format!("{word} {}", place_text(place)));
            }
        }
        for (i, cell) in connection.cells.iter().enumerate() {
            let (what, when) = match cell {
                ConnectionCell::Records => ("records", None),
                ConnectionCell::HasNext(when) => ("has next", *when),
                ConnectionCell::HasPrevious(when) => ("has previous", *when),
                ConnectionCell::TotalCount(when) => ("total count", *when),
            };
            self.line(indent, &format!("around {i}: {what}{}", when_text(when)));
        }
    }

    fn aggregate(&mut self, indent: usize, select: &Select, aggregate: &Aggregate) {
        let key = |key: usize| {
            let Grouping { path, column, unit } = &aggregate.groups[key];
            let unit = unit.map(|unit| format!(" by {}", unit.name())).unwrap_or_default();
            let (path, end) = self.path(select.table, path);
            format!("{path}{}{unit}", self.column(end, *column))
        };
        let measure = |measure: &Measure| self.measure(select.table, measure);
        let mut lines: Vec<String> = Vec::new();
        if !aggregate.groups.is_empty() {
            let keys: Vec<_> = (0..aggregate.groups.len()).map(key).collect();
            lines.push(format!("group {}", keys.join(", ")));
        }
        if !aggregate.having.is_true() {
            lines.push(format!("having {}", self.having(select.table, &aggregate.having)));
        }
        if !aggregate.order.is_empty() {
            let terms = aggregate.order.iter().map(|GroupOrder { by, direction }| {
                let by = match by {
                    GroupTerm::Key(position) => key(*position),
                    GroupTerm::Measure(it) => measure(it),
                };
                format!("{by} {}", direction_text(*direction))
            });
            lines.push(format!("order {}", terms.collect::<Vec<_>>().join(", ")));
        }
        for (i, cell) in aggregate.cells.iter().enumerate() {
            lines.push(match cell {
                AggregateCell::Key(position) => format!("cell {i}: key {}", key(*position)),
                AggregateCell::Measure(it, when) => format!("cell {i}: {}{}", measure(it), when_text(*when)),
            });
        }
        for line in lines {
            self.line(indent, &line);
        }
    }

    fn measure(&self, table: TableId, measure: &Measure) -> String {
        match measure {
            Measure::Rows => "count".into(),
            Measure::RowsUpTo(limit) => format!("count up to {}", operand_text(limit)),
            Measure::Of(function, column) => format!("{} {}", function.name(), self.column(table, *column)),
        }
    }

    fn having(&self, table: TableId, having: &Having) -> String {
        let all = |terms: &[Having], word: &str, empty: &str| {
            let terms: Vec<_> = terms.iter().map(|term| self.having(table, term)).collect();
            match terms.as_slice() {
                [] => empty.to_owned(),
                [term] => term.clone(),
                terms => format!("({})", terms.join(word)),
            }
        };
        match having {
            Having::And(terms) => all(terms, " and ", "true"),
            Having::Or(terms) => all(terms, " or ", "false"),
            Having::Not(term) => format!("not {}", self.having(table, term)),
            Having::Is(measure, test) => test_text(&self.measure(table, measure), test),
        }
    }

    fn nested(&mut self, indent: usize, i: usize, remote: &str, Nested { select, when }: &Nested) {
        // Only what leads to one row has no limit.
        let form = match (&select.connection, &select.aggregate, &select.limit) {
            (Some(_), _, _) => "connection",
            (None, Some(_), _) => "aggregate",
            (None, None, _) if !select.variants.is_empty() => "variants",
            (None, None, Some(_)) => "list",
            (None, None, None) => "record",
        };
        self.select(indent, &format!("cell {i}: {remote}{form}{}", when_text(*when)), select);
    }

    fn order(&self, table: TableId, order: &Order) -> String {
        let (path, end) = self.path(table, &order.path);
        let by = match &order.by {
            OrderBy::Column(column) => self.column(end, *column).to_owned(),
            OrderBy::Aggregate { relation, measure } => {
                let target = self.model.table(end).relations[*relation].target;
                format!("{} of {}", self.measure(target, measure), self.relation(end, *relation))
            }
            OrderBy::Rank(column, operand) => {
                format!("rank of {} for {}", self.column(end, *column), operand_text(operand))
            }
            OrderBy::Distance(column, distance, operand) => {
                format!("{} {} {}", self.column(end, *column), distance.operator(), operand_text(operand))
            }
        };
        format!("{path}{by} {}", direction_text(order.direction))
    }

    /// Relations to one, and the table that they lead to.
    fn path(&self, mut table: TableId, path: &[usize]) -> (String, TableId) {
        let mut text = String::new();
        for &relation in path {
            text += &format!("{}.", self.relation(table, relation));
            table = self.model.table(table).relations[relation].target;
        }
        (text, table)
    }

    fn filter(&self, table: TableId, filter: &Filter) -> String {
        let all = |filters: &[Filter], word: &str| {
            let terms: Vec<_> = filters.iter().map(|filter| self.filter(table, filter)).collect();
            if let [term] = terms.as_slice() { term.clone() } else { format!("({})", terms.join(word)) }
        };
        match filter {
            Filter::And(filters) if filters.is_empty() => "true".into(),
            Filter::Or(filters) if filters.is_empty() => "false".into(),
            Filter::And(filters) => all(filters, " and "),
            Filter::Or(filters) => all(filters, " or "),
            Filter::Not(filter) => format!("not {}", self.filter(table, filter)),
            Filter::Compare { column, operator, operand } => {
                compare_text(self.column(table, *column), *operator, operand)
            }
            Filter::IsNull { column, operand } => is_null_text(self.column(table, *column), operand),
            Filter::Related { relation, quantifier, filter } => {
                let quantifier = match quantifier {
                    Quantifier::Some => "some",
                    Quantifier::Every => "every",
                    Quantifier::None => "none",
                };
                let target = self.model.table(table).relations[*relation].target;
                let several = matches!(&**filter, Filter::And(terms) | Filter::Or(terms) if terms.len() > 1);
                let filter = self.filter(target, filter);
                let filter = if several { filter } else { format!("({filter})") };
                format!("{quantifier} {} {filter}", self.relation(table, *relation))
            }
        }
    }
}

fn test_text(value: &str, test: &Test) -> String {
    match test {
        Test::Compare(operator, operand) => compare_text(value, *operator, operand),
        Test::IsNull(operand) => is_null_text(value, operand),
    }
}

fn is_null_text(value: &str, operand: &Operand) -> String {
    format!("{value} is null = {}", operand_text(operand))
}

fn compare_text(value: &str, operator: Operator, operand: &Operand) -> String {
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
        Operator::Contains => "contains",
        Operator::ContainedBy => "contained by",
        Operator::Overlaps => "overlaps",
        Operator::Adjacent => "adjacent to",
        Operator::HasKey => "has key",
        Operator::HasAnyKeys => "has any of the keys",
        Operator::HasAllKeys => "has all keys of",
        Operator::Path => "matches path",
        Operator::PathExists => "has path",
        Operator::Search => "matches",
    };
    format!("{value} {operator} {}", operand_text(operand))
}

fn direction_text(direction: Direction) -> &'static str {
    match direction {
        Direction::Asc => "asc",
        Direction::Desc => "desc",
        Direction::AscNullsFirst => "asc nulls first",
        Direction::AscNullsLast => "asc nulls last",
        Direction::DescNullsFirst => "desc nulls first",
        Direction::DescNullsLast => "desc nulls last",
    }
}

/// `join 1.`, before a column or relation of a joined table.
fn of_text(of: TableRef) -> String {
    match of {
        TableRef::Own => String::new(),
        TableRef::Join(join) => format!("join {join}."),
    }
}

/// A place in an order: `$after`, or the values that stand in the document.
fn place_text(place: &[Operand]) -> String {
    match place {
        [Operand { source: ValueSource::Variable(path), .. }, ..] => path.to_string(),
        values => values.iter().map(operand_text).collect::<Vec<_>>().join(", "),
    }
}

fn when_text(when: Option<ConditionId>) -> String {
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

pub(crate) fn operand_text(operand: &Operand) -> String {
    let source = source_text(&operand.source, &operand.kind);
    match (&operand.source, &operand.kind) {
        // Constants are patterns already.
        (ValueSource::Constant(_), _) => source,
        (_, OperandKind::Pattern(Pattern::Prefix)) => format!("prefix {source}"),
        (_, OperandKind::Pattern(Pattern::Suffix)) => format!("suffix {source}"),
        (_, OperandKind::Pattern(Pattern::Infix)) => format!("infix {source}"),
        _ => source,
    }
}

fn source_text(source: &ValueSource, kind: &OperandKind) -> String {
    match source {
        ValueSource::Constant(value) => value_text(value, kind),
        ValueSource::Variable(path) => path.to_string(),
        ValueSource::List(items) => {
            let kind = kind.item();
            format!("[{}]", items.iter().map(|item| source_text(item, &kind)).collect::<Vec<_>>().join(", "))
        }
    }
}

/// `0.99`, `'text'`, `2009-01-31T13:30:00Z`: a constant as a reader of SQL expects it.
fn value_text(value: &SqlValue, kind: &OperandKind) -> String {
    match value {
        SqlValue::Null => "null".into(),
        SqlValue::Bool(value) => value.to_string(),
        SqlValue::Int2(value) => value.to_string(),
        SqlValue::Int4(value) => value.to_string(),
        SqlValue::Int8(value) => value.to_string(),
        SqlValue::Float4(value) => value.to_string(),
        SqlValue::Float8(value) => value.to_string(),
        SqlValue::Text(text) | SqlValue::Jsonb(text) | SqlValue::JsonPath(text) => {
            format!("'{}'", text.replace('\'', "''"))
        }
        SqlValue::Numeric(value) => value.to_string(),
        SqlValue::Uuid(bytes) => {
            let mut text = String::with_capacity(36);
            for (i, byte) in bytes.iter().enumerate() {
                if matches!(i, 4 | 6 | 8 | 10) {
                    text.push('-');
                }
                // Writing to a string does not fail.
                let _ = write!(text, "{byte:02x}");
            }
            text
        }
        // `value::parse` makes both from dates that the calendar has.
        SqlValue::Time(microseconds) => {
            let time = EPOCH + Span::new().microseconds(*microseconds);
            if *microseconds == 86_400_000_000 { "24:00:00".into() } else { time.time().to_string() }
        }
        SqlValue::Interval(Interval { months, days, microseconds }) => {
            format!("{months} months {days} days {microseconds} microseconds")
        }
        SqlValue::Bytes(bytes) | SqlValue::Binary(bytes) => {
            bytes.iter().fold("\\x".into(), |text, byte| format!("{text}{byte:02x}"))
        }
        SqlValue::Range(range) => {
            range.print(|bound| value_text(bound, &OperandKind::Scalar(range.ty.bound())))
        }
        SqlValue::Network(Network { address, bits }) => format!("{address}/{bits}"),
        SqlValue::Date(days) => (EPOCH.date() + Span::new().days(*days)).to_string(),
        SqlValue::Timestamp(microseconds) => {
            let zone =
                if matches!(kind.item(), OperandKind::Scalar(ScalarType::Timestamptz)) { "Z" } else { "" };
            format!("{}{zone}", EPOCH + Span::new().microseconds(*microseconds))
        }
        SqlValue::List(items) => {
            format!("[{}]", items.iter().map(|item| value_text(item, kind)).collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::value::parse;

    fn constant(scalar: ScalarType, value: Value) -> String {
        let kind = OperandKind::Scalar(scalar);
        value_text(&parse(&kind, &value).unwrap(), &kind)
    }

    #[test]
    fn constants_are_printed_as_they_are_written() {
        for (scalar, value) in [
            (ScalarType::Bool, json!(true)),
            (ScalarType::Int2, json!(-1)),
            (ScalarType::Int4, json!(1)),
            (ScalarType::Float8, json!(0.5)),
            (ScalarType::Jsonb, json!(1)),
        ] {
            assert_eq!(constant(scalar, value.clone()).trim_matches('\''), value.to_string());
        }
        for (scalar, text) in [
            (ScalarType::Int8, "9007199254740993"),
            (ScalarType::Uuid, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
            (ScalarType::Date, "2009-01-31"),
            (ScalarType::Date, "1969-07-20"),
            (ScalarType::Timestamp, "2009-01-31T13:30:00.25"),
            (ScalarType::Timestamp, "0001-01-01T00:00:00"),
            (ScalarType::Timestamptz, "2009-01-31T13:30:00Z"),
        ] {
            assert_eq!(constant(scalar, text.into()), text);
        }
        for number in
            ["0", "0.00", "0.99", "-12.5", "10000", "-12345.6780", "0.000015", "100000000.00010", "7"]
        {
            assert_eq!(constant(ScalarType::Numeric, number.into()), number);
        }
        assert_eq!(constant(ScalarType::Text, "O'Brien".into()), "'O''Brien'");
    }

    #[test]
    fn lists_are_printed_item_by_item() {
        let kind = OperandKind::List(ScalarType::Timestamptz);
        let value = parse(&kind, &json!(["2009-01-31T13:30:00Z", "2009-02-01T00:00:00+01:00"])).unwrap();
        assert_eq!(value_text(&value, &kind), "[2009-01-31T13:30:00Z, 2009-01-31T23:00:00Z]");
    }
}
