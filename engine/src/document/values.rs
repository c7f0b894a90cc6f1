//! A document and its schema → the mistakes in its values that `apollo-compiler` does not look for: variables of
//! another type within lists and input objects, or not defined within values of scalars, input fields given twice, and what
//! `@oneOf` asks for. Passes over what has another mistake, so the document need not be valid.

use std::collections::{HashMap, HashSet};

use apollo_compiler::ast::{Argument, DirectiveList, InputValueDefinition, Type, Value, VariableDefinition};
use apollo_compiler::collections::IndexSet;
use apollo_compiler::executable::{Fragment, Operation, Selection, SelectionSet};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use apollo_compiler::{ExecutableDocument, Name, Node, Schema};

use super::location;
use super::suggestion;
use crate::error::{Code, GraphQLError};

/// Checks the arguments of all fields and directives, and the defaults of variables.
pub(super) fn check(schema: &Schema, document: &ExecutableDocument) -> Vec<GraphQLError> {
    let mut check = Check {
        schema,
        document,
        variables: HashMap::new(),
        are_defined: false,
        spread: IndexSet::default(),
        errors: Vec::new(),
    };
    let mut reached = HashSet::new();
    for operation in document.operations.iter() {
        check.operation(operation);
        reached.extend(check.spread.drain(..));
    }
    // Without an operation nothing is known of the variables, but something of the rest.
    check.variables.clear();
    check.are_defined = false;
    for (name, fragment) in &document.fragments {
        if !reached.contains(name) {
            check.fragment(fragment);
        }
    }
    check.errors
}

struct Check<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    /// The variables that may be used, by name: those of the operation that is checked.
    variables: HashMap<&'a Name, &'a VariableDefinition>,
    /// Whether there are no variables but these.
    are_defined: bool,
    /// The fragments that the operation has come to.
    spread: IndexSet<&'a Name>,
    errors: Vec<GraphQLError>,
}

/// Where a value stands, and what is expected of it there.
#[derive(Clone, Copy)]
struct Position<'a> {
    place: Place<'a>,
    ty: &'a Type,
    /// Whether the place has a value of its own when none is given.
    has_default: bool,
}

#[derive(Clone, Copy)]
enum Place<'a> {
    Argument(&'a Node<Argument>),
    Default,
    Item,
    Field(&'a Name),
    /// The only field of an input object of a `@oneOf` type.
    OneOf(&'a Name, &'a InputObjectType),
}

impl<'a> Check<'a> {
    fn operation(&mut self, operation: &'a Operation) {
        // What belongs to the definition of a variable cannot use any.
        self.variables.clear();
        self.are_defined = false;
        for variable in &operation.variables {
            self.directives(&variable.directives);
            if let Some(value) = &variable.default_value {
                let position = Position { place: Place::Default, ty: &variable.ty, has_default: false };
                self.value(value, Some(position));
            }
        }
        self.variables = operation.variables.iter().map(|variable| (&variable.name, &**variable)).collect();
        self.are_defined = true;
        self.directives(&operation.directives);
        self.selections(&operation.selection_set);
        // Fragments are taken one after the other, since a chain of them may be far longer than selections are deep.
        let mut next = 0;
        while let Some(name) = self.spread.get_index(next) {
            if let Some(fragment) = self.document.fragments.get(*name) {
                self.fragment(fragment);
            }
            next += 1;
        }
    }

    fn fragment(&mut self, fragment: &'a Fragment) {
        self.directives(&fragment.directives);
        self.selections(&fragment.selection_set);
    }

    fn selections(&mut self, set: &'a SelectionSet) {
        for selection in &set.selections {
            self.directives(selection.directives());
            match selection {
                Selection::Field(field) => {
                    self.arguments(&field.arguments, &field.definition.arguments);
                    self.selections(&field.selection_set);
                }
                Selection::InlineFragment(fragment) => self.selections(&fragment.selection_set),
                Selection::FragmentSpread(spread) => {
                    self.spread.insert(&spread.fragment_name);
                }
            }
        }
    }

    fn directives(&mut self, directives: &'a DirectiveList) {
        for directive in directives.iter() {
            let definition = self.schema.directive_definitions.get(&directive.name);
            self.arguments(&directive.arguments, definition.map_or(&[], |definition| &definition.arguments));
        }
    }

    fn arguments(&mut self, arguments: &'a [Node<Argument>], definitions: &'a [Node<InputValueDefinition>]) {
        for argument in arguments {
            let definition = definitions.iter().find(|definition| definition.name == argument.name);
            let position = definition.map(|definition| Position::new(Place::Argument(argument), definition));
            self.value(&argument.value, position);
        }
    }

    /// Checks a value, as far as it is known what is expected at its position.
    fn value(&mut self, value: &'a Node<Value>, position: Option<Position<'a>>) {
        match &**value {
            Value::Variable(name) => {
                if let Some(position) = position
                    && let Some(variable) = self.variables.get(name)
                {
                    self.usage(variable, position, value.location());
                } else if self.are_defined && !self.variables.contains_key(name) {
                    // In the words of `apollo-compiler`, which does not look into objects that are values of scalars.
                    self.error(value.location(), format!("variable `${name}` is not defined"));
                }
            }
            Value::List(items) => {
                let list = position.filter(|position| position.ty.is_list());
                let position = list.map(|position| Position {
                    place: Place::Item,
                    ty: position.ty.item_type(),
                    has_default: false,
                });
                items.iter().for_each(|item| self.value(item, position));
            }
            Value::Object(fields) => {
                self.unique_fields(fields);
                // A single value is a list of one: https://spec.graphql.org/draft/#sec-List.Input-Coercion
                let ty = position.and_then(|position| self.schema.types.get(position.ty.inner_named_type()));
                let ty = ty.and_then(ExtendedType::as_input_object);
                if let (Some(position), Some(ty)) = (position, ty) {
                    self.known_fields(ty, fields);
                    if is_one_of(ty) {
                        self.one_of(ty, fields, position, value.location());
                    }
                }
                for (name, value) in fields {
                    let field = ty.and_then(|ty| Some((ty, ty.fields.get(name)?)));
                    let position = field.map(|(ty, field)| {
                        let place = if is_one_of(ty) { Place::OneOf(name, ty) } else { Place::Field(name) };
                        Position::new(place, field)
                    });
                    self.value(value, position);
                }
            }
            _ => {}
        }
    }

    /// <https://spec.graphql.org/draft/#sec-All-Variable-Usages-Are-Allowed>
    fn usage(&mut self, variable: &VariableDefinition, position: Position<'a>, span: Option<SourceSpan>) {
        let VariableDefinition { name, ty, .. } = variable;
        let expected = position.ty;
        if !position.allows(variable) {
            let (place, span) = match position.place {
                // In the words and at the place of `apollo-compiler`, which looks for most of these.
                Place::Argument(argument) => (format!("argument `{}`", argument.name), argument.location()),
                Place::Field(name) | Place::OneOf(name, _) => (format!("input field `{name}`"), span),
                Place::Item => ("a list item".into(), span),
                Place::Default => ("a default".into(), span),
            };
            self.error(
                span,
                format!("variable `${name}` of type `{ty}` cannot be used for {place} of type `{expected}`"),
            );
        } else if let Place::OneOf(_, parent) = position.place
            && !ty.is_non_null()
        {
            let parent = &parent.name;
            self.error(
                span,
                format!(
                    "variable `${name}` must be `{ty}!`, not `{ty}`: a field of `{parent}` cannot be null"
                ),
            );
        }
    }

    /// <https://spec.graphql.org/draft/#sec-Input-Object-Field-Uniqueness>
    fn unique_fields(&mut self, fields: &[(Name, Node<Value>)]) {
        let mut seen = HashSet::new();
        for (name, _) in fields {
            if !seen.insert(name) {
                self.error(name.location(), format!("the input field `{name}` is given more than once"));
            }
        }
    }

    /// `apollo-compiler` reports the first unknown field of an object, and this the others.
    fn known_fields(&mut self, ty: &InputObjectType, fields: &[(Name, Node<Value>)]) {
        let unknown = fields.iter().filter(|(name, _)| !ty.fields.contains_key(name));
        for (name, value) in unknown.skip(1) {
            let hint = suggestion::member(self.schema, &ty.name, name);
            self.error(value.location(), format!("field `{name}` does not exist on `{}`{hint}", ty.name));
        }
    }

    /// <https://spec.graphql.org/draft/#sec-OneOf-Input-Objects>
    fn one_of(
        &mut self,
        ty: &InputObjectType,
        fields: &[(Name, Node<Value>)],
        position: Position<'a>,
        span: Option<SourceSpan>,
    ) {
        let parent = &ty.name;
        if fields.len() != 1 {
            let several = position.ty.is_list() || matches!(position.place, Place::Item);
            let hint = if several && !fields.is_empty() { "; give a list for several" } else { "" };
            let found = fields.len();
            self.error(span, format!("`{parent}` takes exactly one field, not {found}{hint}"));
        }
        for (name, value) in fields {
            if value.is_null() {
                self.error(value.location(), format!("`{name}` in `{parent}` cannot be null"));
            }
        }
    }

    fn error(&mut self, span: Option<SourceSpan>, message: String) {
        let place = location(span, &self.document.sources);
        self.errors.push(GraphQLError::new(Code::GraphqlValidationFailed, message).at(place));
    }
}

impl<'a> Position<'a> {
    fn new(place: Place<'a>, definition: &'a InputValueDefinition) -> Position<'a> {
        Position { place, ty: &definition.ty, has_default: definition.default_value.is_some() }
    }

    /// <https://spec.graphql.org/draft/#IsVariableUsageAllowed()>
    fn allows(&self, variable: &VariableDefinition) -> bool {
        if !self.ty.is_non_null() || variable.ty.is_non_null() {
            return variable.ty.is_assignable_to(self.ty);
        }
        let default = variable.default_value.as_ref();
        let has_default = default.is_some_and(|value| !value.is_null()) || self.has_default;
        has_default && variable.ty.is_assignable_to(&self.ty.clone().nullable())
    }
}

fn is_one_of(ty: &InputObjectType) -> bool {
    ty.directives.has("oneOf")
}
