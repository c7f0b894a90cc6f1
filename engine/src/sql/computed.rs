//! Columns and computed fields → text.
//!
//! What is computed of a row alone is read with its table, `employee.first_name || ' ' || employee.last_name AS full_name`,
//! and is a column of the page for everything around. What has arguments is computed for the rows of the page, of its columns.

use onefold_schema::{ComputedDef, ScalarType, SqlPart};

use super::bind::Bind;
use super::identifier::identifier;
use super::join::Aliased;
use super::select::{Form, Lowering};
use crate::operation::{Call, Operand};
use crate::plan::{Cell, Select, TableRef};

impl Lowering<'_> {
    /// `album.title`, or an expression in parentheses, to stand anywhere.
    pub(super) fn column(&self, table: &Aliased, column: usize) -> String {
        match self.computed(table, column) {
            Some(computed) => enclosed(self.expression(table, computed, &[])),
            None => self.plain_column(table, column),
        }
    }

    /// A column as it is answered: labels of enums travel as text.
    pub(super) fn output(&self, table: &Aliased, column: usize) -> String {
        let labels = label_cast(self.model.table(table.table).column(column).scalar);
        match self.computed(table, column) {
            _ if !labels.is_empty() => format!("{}{labels}", self.column(table, column)),
            Some(computed) => self.expression(table, computed, &[]),
            None => self.plain_column(table, column),
        }
    }

    /// A column under its name.
    pub(super) fn named_column(&self, table: &Aliased, column: usize) -> String {
        match self.computed(table, column) {
            Some(computed) => {
                let name = identifier(self.model.table(table.table).column(column).column);
                format!("{} AS {name}", self.expression(table, computed, &[]))
            }
            None => self.plain_column(table, column),
        }
    }

    /// A column as a cell of a record: in rows, what is computed has its name.
    pub(super) fn column_cell(&self, table: &Aliased, column: usize, form: Form) -> String {
        let output = self.output(table, column);
        match (form, self.computed(table, column)) {
            (Form::Rows, Some(_)) => {
                format!("{output} AS {}", identifier(self.model.table(table.table).column(column).column))
            }
            _ => output,
        }
    }

    /// A computed field with its arguments, as a cell of a record.
    pub(super) fn computed_cell(
        &mut self,
        table: &Aliased,
        column: usize,
        arguments: &[Operand],
        form: Form,
    ) -> String {
        let definition = self.model.table(table.table).column(column);
        let Some(computed) = definition.computed else { return self.output(table, column) };
        let values = self.arguments(arguments);
        let mut text = self.expression(table, computed, &values);
        let labels = label_cast(definition.scalar);
        if !labels.is_empty() {
            text = format!("{}{labels}", enclosed(text));
        }
        match form {
            Form::Rows => format!("{text} AS {}", identifier(definition.column)),
            Form::Value => text,
        }
    }

    /// The call of a function, of the columns of a table that encloses it.
    pub(super) fn call(&mut self, parent: Option<&Aliased>, call: &Call) -> String {
        let values = self.arguments(&call.arguments);
        let column = |column| parent.map(|parent| self.plain_column(parent, column)).unwrap_or_default();
        expression(&call.function.call, column, &values)
    }

    fn arguments(&mut self, arguments: &[Operand]) -> Vec<String> {
        arguments.iter().map(|operand| self.bind(Bind::operand(operand.clone()))).collect()
    }

    /// The columns of a selection's own table that its cells need: themselves, and those that they are computed of.
    pub(super) fn cell_columns(&self, select: &Select) -> Vec<usize> {
        let mut columns = Vec::new();
        let mut need = |column: usize| {
            if !columns.contains(&column) {
                columns.push(column);
            }
        };
        for cell in &select.cells {
            match cell {
                Cell::Column { of: TableRef::Own, column } => need(*column),
                Cell::Computed { of: TableRef::Own, column, .. } => {
                    let computed = self.model.table(select.table).column(*column).computed;
                    computed.into_iter().flat_map(ComputedDef::columns).for_each(&mut need);
                }
                _ => {}
            }
        }
        columns
    }

    /// What a field is computed by, unless the table gives it as a column.
    fn computed(&self, table: &Aliased, column: usize) -> Option<&'static ComputedDef> {
        self.model.table(table.table).column(column).computed.filter(|_| !table.is_page)
    }

    fn plain_column(&self, table: &Aliased, column: usize) -> String {
        let name = self.model.table(table.table).column(column).column;
        format!("{}.{}", identifier(&table.alias), identifier(name))
    }

    fn expression(&self, table: &Aliased, computed: &ComputedDef, arguments: &[String]) -> String {
        expression(computed, |column| self.plain_column(table, column), arguments)
    }
}

/// The cast of labels of an enum, which travel as text, and of lists of them; nothing for other types.
fn label_cast(scalar: ScalarType) -> &'static str {
    match scalar {
        ScalarType::Enum(_) => "::text",
        ScalarType::Array(_) if scalar.enumeration().is_some() => "::text[]",
        _ => "",
    }
}

/// The text of an expression, of the texts of its columns and arguments.
pub fn expression(computed: &ComputedDef, column: impl Fn(usize) -> String, arguments: &[String]) -> String {
    let part = |part: &SqlPart| match *part {
        SqlPart::Text(text) => text.to_owned(),
        SqlPart::Column(index) => column(index),
        SqlPart::Argument(argument) => arguments[argument].clone(),
    };
    computed.parts.iter().map(part).collect()
}

/// An expression in parentheses, unless it is a call or stands in some already; a cast binds as tightly.
fn enclosed(text: String) -> String {
    let is_word = |text: &str| {
        text.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '.'))
    };
    // `NOT (…)` looks like a call, and binds less than what may stand around it.
    let is_call = |name: &str| is_word(name) && !name.eq_ignore_ascii_case("not");
    let start = text.find('(').filter(|start| is_call(&text[..*start]));
    let is_whole = start.and_then(|start| text.get(start + closing(&text[start..])?..)).is_some_and(|rest| {
        rest.is_empty() || rest.strip_prefix("::").is_some_and(|ty| !ty.is_empty() && is_word(ty))
    });
    if is_whole { text } else { format!("({text})") }
}

/// Where the parenthesis that a text begins with is closed: the place behind it. A quotation may have any in it.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0, None);
    for (at, character) in text.char_indices() {
        match (character, quote) {
            // With a backslash a quotation may not end where it seems to.
            ('\\', _) => return None,
            (character, Some(mark)) if character == mark => quote = None,
            (_, Some(_)) => {}
            ('\'' | '"', None) => quote = Some(character),
            ('(', None) => depth += 1,
            (')', None) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parentheses_stand_where_the_text_is_not_whole() {
        for text in [
            "lower(a.b)",
            "(a + b)::int4",
            "f(a)::shop.mood",
            "(a + b)",
            "coalesce(lower(a), b)",
            "pg_catalog.abs(a)",
            "f(')')",
            "(\n SELECT 1\n)",
        ] {
            assert_eq!(enclosed(text.into()), text);
        }
        for text in [
            "a || b",
            "(a) + (b)",
            "lower(a) || lower(b)",
            "f(E'\\')')",
            "f(')') || g(a)",
            "count(a) FILTER (b)",
            "NOT (a)",
        ] {
            assert_eq!(enclosed(text.into()), format!("({text})"));
        }
    }
}
