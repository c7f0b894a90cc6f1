//! A document and the rows → the response that is expected. It takes every row of every table in hand, one after the
//! other.

use apollo_compiler::ast::{Definition, Document, Field};
use onefold::schema::{ColumnDef, RelationKind};
use serde_json::{Map, Value};

use super::answer::{Answer, Expected, FieldError};
use super::connection::Range;
use super::fields::{Context, Selected, Set};
use super::input::{self, Input};
use super::plain::Plain;
use super::store::Store;
use super::tokens::Tokens;

/// That a field which cannot be null has no value.
pub struct Bubble;

/// Why a request has no answer: the code of its error.
pub type Refused = &'static str;

/// Answers one operation.
pub struct Execution<'a> {
    pub store: &'a Store,
    pub context: &'a Context,
    pub tokens: &'a Tokens,
    pub path: Vec<String>,
    pub errors: Vec<FieldError>,
}

/// What is expected of a request.
///
/// # Errors
/// It is to be refused.
///
/// # Panics
/// The document is not valid.
pub fn execute(
    store: &Store,
    tokens: &Tokens,
    text: &str,
    given: &Map<String, Value>,
) -> Result<Expected, Refused> {
    let document = Document::parse(text, "document.graphql").expect("the document can be parsed");
    let operation = document.definitions.iter().find_map(|definition| match definition {
        Definition::OperationDefinition(operation) => Some(operation),
        _ => None,
    });
    let operation = operation.expect("there is an operation");
    let context = Context::new(&document, input::variables(operation, given));
    let mut execution = Execution { store, context: &context, tokens, path: Vec::new(), errors: Vec::new() };
    if let Some(code) = execution.refused(&operation.selection_set) {
        return Err(code);
    }
    let fits = |name: &str| name == "Query";
    let data = execution
        .object(&[(&operation.selection_set, true)], &fits, &mut |this, selected| this.root(selected));
    Ok(Expected { data: data.unwrap_or(Answer::Null), errors: execution.errors })
}

impl Execution<'_> {
    /// An object whose fields something answers.
    pub fn object(
        &mut self,
        sets: &[Set<'_>],
        fits: &dyn Fn(&str) -> bool,
        answer: &mut dyn FnMut(&mut Self, &Selected<'_>) -> Result<Answer, Bubble>,
    ) -> Result<Answer, Bubble> {
        let context = self.context;
        let mut fields = Vec::new();
        for selected in context.fields(sets, fits) {
            self.path.push(selected.key.clone());
            let field = answer(self, &selected);
            self.path.pop();
            fields.push((selected.key, field?));
        }
        Ok(Answer::Object(fields))
    }

    /// A list of which each item is answered.
    pub fn list<T>(
        &mut self,
        items: &[T],
        mut answer: impl FnMut(&mut Self, &T) -> Result<Answer, Bubble>,
    ) -> Result<Answer, Bubble> {
        let mut found = Vec::new();
        for (number, item) in items.iter().enumerate() {
            self.path.push(number.to_string());
            let item = answer(self, item);
            self.path.pop();
            found.push(item?);
        }
        Ok(Answer::List(found))
    }

    /// The error of the field at hand.
    pub fn error(&mut self, code: &'static str) {
        self.errors.push(FieldError { path: self.path.join("."), code });
    }

    fn root(&mut self, selected: &Selected<'_>) -> Result<Answer, Bubble> {
        let name = selected.field.name.as_str();
        let tables = self.store.schema.tables;
        match name {
            "__typename" => return Ok(Answer::Text("Query".into())),
            "node" => return self.node(selected),
            _ => {}
        }
        if let Some(table) = tables.iter().position(|table| table.singular == name) {
            let found = self.by_key(table, selected.field);
            return found.map_or(Ok(Answer::Null), |row| self.nullable(table, row, &selected.sets));
        }
        let is_listed = |plural: &str| tables.iter().position(|table| table.plural == plural);
        if let Some(table) = is_listed(name) {
            return self.rows(table, self.store.rows(table), selected);
        }
        if let Some(table) = name.strip_suffix("Aggregate").and_then(is_listed) {
            return self.aggregate(table, self.store.rows(table), selected);
        }
        let table = name.strip_suffix("Connection").and_then(is_listed);
        let table = table.unwrap_or_else(|| panic!("`{name}` is a field of `Query`"));
        self.connection(table, self.store.rows(table), selected)
    }

    fn by_key(&self, table: usize, field: &Field) -> Option<usize> {
        let definition = self.store.definition(table);
        self.store.rows(table).into_iter().find(|row| {
            definition.key.iter().all(|&column| {
                let ColumnDef { scalar, name, .. } = definition.columns[column];
                let wanted = self.context.argument(&field.arguments, name).expect("keys are given");
                let value = self.store.value(table, *row, column);
                value.is_some_and(|value| value.equals(&Plain::of_input(scalar, &wanted)))
            })
        })
    }

    fn node(&mut self, selected: &Selected<'_>) -> Result<Answer, Bubble> {
        let id = self.context.argument(&selected.field.arguments, "id").expect("an id is given");
        let (table, row) = self.tokens.id_of[id.text()];
        if self.store.rows(table).contains(&row) {
            self.nullable(table, row, &selected.sets)
        } else {
            Ok(Answer::Null)
        }
    }

    /// A row in a place that may be null.
    fn nullable(&mut self, table: usize, row: usize, sets: &[Set<'_>]) -> Result<Answer, Bubble> {
        Ok(self.row(table, row, sets).unwrap_or(Answer::Null))
    }

    /// A list by its arguments.
    fn rows(&mut self, table: usize, rows: Vec<usize>, selected: &Selected<'_>) -> Result<Answer, Bubble> {
        let argument = |name: &str| self.context.argument(&selected.field.arguments, name);
        let order = match (argument("distinctOn"), argument("orderBy")) {
            (Some(columns), order) => Some(self.store.distinct_order(&columns, order.as_ref())),
            (None, order) => order,
        };
        let mut rows = self.in_order(table, rows, argument("where"), order);
        if let Some(columns) = argument("distinctOn") {
            rows = self.store.distinct(table, &columns, rows);
        }
        let limit = argument("limit").map_or(self.default_limit(table), |limit| limit.number());
        let offset = argument("offset").map_or(0, |offset| offset.number());
        let page: Vec<usize> = rows.into_iter().skip(offset).take(limit).collect();
        self.list(&page, |this, row| this.row(table, *row, &selected.sets))
    }

    pub fn default_limit(&self, table: usize) -> usize {
        let limit = self.store.definition(table).default_limit.unwrap_or(100);
        usize::try_from(limit).expect("limits are small")
    }

    /// The rows that a filter finds, in an order.
    pub fn in_order(
        &self,
        table: usize,
        mut rows: Vec<usize>,
        filter: Option<Input>,
        order: Option<Input>,
    ) -> Vec<usize> {
        if let Some(filter) = filter {
            rows.retain(|row| self.store.holds(table, *row, &filter) == Some(true));
        }
        let terms = self.store.terms(table, order.as_ref());
        rows.sort_by(|one, other| self.store.order(table, &terms, *one, *other));
        rows
    }

    /// The object of a row.
    pub fn row(&mut self, table: usize, row: usize, sets: &[Set<'_>]) -> Result<Answer, Bubble> {
        let name = self.store.definition(table).name;
        let fits = |other: &str| other == name || other == "Node";
        self.object(sets, &fits, &mut |this, selected| this.of_row(table, row, selected))
    }

    fn of_row(&mut self, table: usize, row: usize, selected: &Selected<'_>) -> Result<Answer, Bubble> {
        let definition = self.store.definition(table);
        let name = selected.field.name.as_str();
        match name {
            "__typename" => return Ok(Answer::Text(definition.name.to_owned())),
            "nodeId" => return Ok(Answer::Id(table, row)),
            _ => {}
        }
        if let Some(column) = definition.columns.iter().position(|column| column.name == name) {
            let Some(value) = self.store.value(table, row, column) else { return Ok(Answer::Null) };
            let definition = &definition.columns[column];
            return match value.answer(definition.scalar) {
                Ok(answer) => Ok(answer),
                Err(_) => {
                    self.error("NOT_FINITE");
                    if definition.nullable { Ok(Answer::Null) } else { Err(Bubble) }
                }
            };
        }
        let named = |name: &str| definition.relations.iter().position(|relation| relation.name == name);
        if let Some(relation) = name.strip_suffix("Aggregate").and_then(named) {
            let target = self.store.table(definition.relations[relation].target);
            return self.aggregate(target, self.store.related(table, row, relation), selected);
        }
        let relation = named(name).or_else(|| named(name.strip_suffix("Connection")?));
        let relation = relation.unwrap_or_else(|| panic!("`{name}` is a field of `{}`", definition.name));
        let target = self.store.table(definition.relations[relation].target);
        let related = self.store.related(table, row, relation);
        match definition.relations[relation].kind {
            RelationKind::One { nullable, .. } => match related.first() {
                Some(other) if nullable => self.nullable(target, *other, &selected.sets),
                Some(other) => self.row(target, *other, &selected.sets),
                None if nullable => Ok(Answer::Null),
                None => {
                    self.error("MISSING_OBJECT");
                    Err(Bubble)
                }
            },
            _ if definition.relations[relation].name == name => self.rows(target, related, selected),
            _ => self.connection(target, related, selected),
        }
    }

    /// A connection of some rows.
    fn connection(
        &mut self,
        table: usize,
        rows: Vec<usize>,
        selected: &Selected<'_>,
    ) -> Result<Answer, Bubble> {
        let range = Range::of(self, table, rows, selected.field);
        let name = format!("{}Connection", self.store.definition(table).name);
        self.object(&selected.sets, &|other| other == name, &mut |this, selected| {
            range.field(this, &name, selected)
        })
    }
}
