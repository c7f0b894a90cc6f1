//! Operations as trees: written as text, and made smaller.

use std::fmt::Write;

use serde_json::{Map, Value};

/// An operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// Whether it may ask every shard.
    pub scatter: bool,
    /// Those that are not used are not written.
    pub variables: Vec<Variable>,
    pub roots: Vec<Selection>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    pub name: String,
    /// As it is declared, `[BigInt!]!`.
    pub ty: String,
    /// Whether it can take the place of another one.
    pub meaning: String,
    pub default: Option<Input>,
    /// What it is given.
    pub value: Option<Input>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Selection {
    Field(Field),
    Fragment(Fragment),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub alias: Option<String>,
    pub name: String,
    pub arguments: Vec<(String, Input)>,
    pub directives: Vec<Directive>,
    /// Empty for a column.
    pub selections: Vec<Selection>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Fragment {
    /// Of one that stands by itself.
    pub name: Option<String>,
    /// The type.
    pub on: String,
    pub directives: Vec<Directive>,
    pub selections: Vec<Selection>,
}

/// `@skip(if: …)` or `@include(if: …)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Directive {
    pub name: &'static str,
    pub condition: Input,
}

/// A value of an argument, or part of one.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    Json(Value),
    /// A value of an enum.
    Name(String),
    /// The name of a variable.
    Variable(String),
    List(Vec<Input>),
    Object(Vec<(String, Input)>),
}

impl Operation {
    /// The document.
    pub fn text(&self) -> String {
        let writer = self.written();
        let declared: Vec<_> = self
            .variables
            .iter()
            .filter(|variable| writer.used.contains(&variable.name))
            .map(|Variable { name, ty, default, .. }| match default {
                Some(default) => format!("${name}: {ty} = {}", default.literal()),
                None => format!("${name}: {ty}"),
            })
            .collect();
        let declared = if declared.is_empty() { String::new() } else { format!("({})", declared.join(", ")) };
        let scatter = if self.scatter { " @scatter" } else { "" };
        format!("query Random{declared}{scatter} {}{}", writer.text, writer.fragments)
    }

    /// The values of its variables, as a request brings them along.
    pub fn values(&self) -> Map<String, Value> {
        let used = self.written().used;
        let given = self.variables.iter().filter(|variable| used.contains(&variable.name));
        given.filter_map(|variable| Some((variable.name.clone(), variable.value.as_ref()?.json()))).collect()
    }

    fn written(&self) -> Writer {
        let mut writer = Writer::default();
        writer.selections(&self.roots);
        writer
    }

    /// The operation with something left out, in each way that there is; the largest parts first.
    pub fn smaller(&self) -> Vec<Operation> {
        let roots = smaller_selections(&self.roots).into_iter();
        let mut smaller: Vec<Operation> = roots.map(|roots| Operation { roots, ..self.clone() }).collect();
        for variable in &self.variables {
            let value = variable.value.as_ref().or(variable.default.as_ref());
            let Some(value) = value else { continue };
            let mut constant = self.clone();
            for_each_input(&mut constant.roots, &mut |input| {
                if *input == Input::Variable(variable.name.clone()) {
                    *input = value.clone();
                }
            });
            if constant != *self {
                smaller.push(constant);
            }
        }
        smaller
    }
}

/// Does something with every input within the selections.
fn for_each_input(selections: &mut [Selection], on_input: &mut impl FnMut(&mut Input)) {
    for selection in selections {
        let (directives, inner) = match selection {
            Selection::Field(field) => {
                field.arguments.iter_mut().for_each(|(_, input)| for_each_within(input, on_input));
                (&mut field.directives, &mut field.selections)
            }
            Selection::Fragment(fragment) => (&mut fragment.directives, &mut fragment.selections),
        };
        directives.iter_mut().for_each(|directive| on_input(&mut directive.condition));
        for_each_input(inner, on_input);
    }
}

fn for_each_within(input: &mut Input, on_input: &mut impl FnMut(&mut Input)) {
    on_input(input);
    match input {
        Input::List(items) => items.iter_mut().for_each(|item| for_each_within(item, on_input)),
        Input::Object(fields) => fields.iter_mut().for_each(|(_, field)| for_each_within(field, on_input)),
        Input::Json(_) | Input::Name(_) | Input::Variable(_) => {}
    }
}

/// Lists with an item less, and with an item made smaller.
fn smaller_items<T: Clone>(items: &[T], least: usize, smaller: impl Fn(&T) -> Vec<T>) -> Vec<Vec<T>> {
    let mut found = Vec::new();
    if items.len() > least {
        for position in 0..items.len() {
            let mut without = items.to_vec();
            without.remove(position);
            found.push(without);
        }
    }
    for (position, item) in items.iter().enumerate() {
        for replaced in smaller(item) {
            let mut with = items.to_vec();
            with[position] = replaced;
            found.push(with);
        }
    }
    found
}

fn smaller_selections(selections: &[Selection]) -> Vec<Vec<Selection>> {
    let mut found = smaller_items(selections, 1, Selection::smaller);
    for (position, selection) in selections.iter().enumerate() {
        if let Selection::Fragment(fragment) = selection {
            let mut spread = selections.to_vec();
            spread.splice(position..=position, fragment.selections.iter().cloned());
            found.push(spread);
        }
    }
    found
}

impl Selection {
    fn smaller(&self) -> Vec<Selection> {
        match self {
            Selection::Field(field) => field.smaller().into_iter().map(Selection::Field).collect(),
            Selection::Fragment(fragment) => {
                let selections = smaller_selections(&fragment.selections).into_iter();
                let with = |selections| Selection::Fragment(Fragment { selections, ..fragment.clone() });
                selections.map(with).collect()
            }
        }
    }
}

impl Field {
    fn smaller(&self) -> Vec<Field> {
        let mut found = Vec::new();
        if !self.directives.is_empty() {
            found.push(Field { directives: Vec::new(), ..self.clone() });
        }
        let selections = smaller_selections(&self.selections).into_iter();
        found.extend(selections.map(|selections| Field { selections, ..self.clone() }));
        let arguments = smaller_items(&self.arguments, 0, |(name, input)| {
            input.smaller().into_iter().map(|input| (name.clone(), input)).collect()
        });
        found.extend(arguments.into_iter().map(|arguments| Field { arguments, ..self.clone() }));
        found
    }
}

impl Input {
    /// An object with one field.
    pub fn of(name: &str, value: Input) -> Input {
        Input::Object(vec![(name.to_owned(), value)])
    }

    /// Whether a variable stands in it.
    pub fn has_variable(&self) -> bool {
        match self {
            Input::Variable(_) => true,
            Input::List(items) => items.iter().any(Input::has_variable),
            Input::Object(fields) => fields.iter().any(|(_, field)| field.has_variable()),
            Input::Json(_) | Input::Name(_) => false,
        }
    }

    fn smaller(&self) -> Vec<Input> {
        match self {
            Input::List(items) => {
                smaller_items(items, 0, Input::smaller).into_iter().map(Input::List).collect()
            }
            Input::Object(fields) => {
                let with = |(name, input): &(String, Input)| {
                    input.smaller().into_iter().map(|input| (name.clone(), input)).collect()
                };
                smaller_items(fields, 0, with).into_iter().map(Input::Object).collect()
            }
            Input::Json(_) | Input::Name(_) | Input::Variable(_) => Vec::new(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Input::Json(value) => value.clone(),
            Input::Name(name) => name.clone().into(),
            Input::Variable(_) => unreachable!("no variable stands in the value of another"),
            Input::List(items) => items.iter().map(Input::json).collect(),
            Input::Object(fields) => {
                fields.iter().map(|(name, field)| (name.clone(), field.json())).collect()
            }
        }
    }

    fn literal(&self) -> String {
        match self {
            Input::Json(Value::Array(items)) => {
                let items: Vec<_> = items.iter().map(|item| Input::Json(item.clone()).literal()).collect();
                format!("[{}]", items.join(", "))
            }
            // The names are those of JSON values in columns, which are names of GraphQL too.
            Input::Json(Value::Object(fields)) => {
                let field = |(name, value): (&String, &Value)| {
                    format!("{name}: {}", Input::Json(value.clone()).literal())
                };
                format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
            }
            // Other values are written as in JSON.
            Input::Json(value) => value.to_string(),
            Input::Name(name) => name.clone(),
            Input::Variable(name) => format!("${name}"),
            Input::List(items) => {
                format!("[{}]", items.iter().map(Input::literal).collect::<Vec<_>>().join(", "))
            }
            Input::Object(fields) => {
                let fields: Vec<_> =
                    fields.iter().map(|(name, field)| format!("{name}: {}", field.literal())).collect();
                format!("{{{}}}", fields.join(", "))
            }
        }
    }
}

/// Writes selections, and keeps what else a document needs for them.
#[derive(Default)]
struct Writer {
    text: String,
    fragments: String,
    /// The names of the variables.
    used: Vec<String>,
    /// The names of the fragments.
    defined: Vec<String>,
}

impl Writer {
    fn selections(&mut self, selections: &[Selection]) {
        self.text.push('{');
        for selection in selections {
            self.text.push(' ');
            match selection {
                Selection::Field(field) => self.field(field),
                Selection::Fragment(fragment) => self.fragment(fragment),
            }
        }
        self.text.push_str(" }");
    }

    fn field(&mut self, field: &Field) {
        if let Some(alias) = &field.alias {
            let _ = write!(self.text, "{alias}: ");
        }
        self.text.push_str(&field.name);
        if !field.arguments.is_empty() {
            let arguments =
                field.arguments.iter().map(|(name, input)| format!("{name}: {}", self.input(input)));
            let arguments: Vec<_> = arguments.collect();
            let _ = write!(self.text, "({})", arguments.join(", "));
        }
        self.directives(&field.directives);
        if !field.selections.is_empty() {
            self.text.push(' ');
            self.selections(&field.selections);
        }
    }

    fn fragment(&mut self, fragment: &Fragment) {
        let Fragment { name, on, directives, selections } = fragment;
        let Some(name) = name else {
            let _ = write!(self.text, "... on {on}");
            self.directives(directives);
            self.text.push(' ');
            return self.selections(selections);
        };
        let _ = write!(self.text, "...{name}");
        self.directives(directives);
        if self.defined.contains(name) {
            return;
        }
        self.defined.push(name.clone());
        let outer = std::mem::take(&mut self.text);
        self.selections(selections);
        let content = std::mem::replace(&mut self.text, outer);
        let _ = write!(self.fragments, " fragment {name} on {on} {content}");
    }

    fn directives(&mut self, directives: &[Directive]) {
        for Directive { name, condition } in directives {
            let condition = self.input(condition);
            let _ = write!(self.text, " @{name}(if: {condition})");
        }
    }

    fn input(&mut self, input: &Input) -> String {
        let mut input = input.clone();
        for_each_within(&mut input, &mut |input| {
            if let Input::Variable(name) = input {
                self.used.push(name.clone());
            }
        });
        input.literal()
    }
}
