//! Selection sets of introspection → fields by their response keys, once for all objects that they are selected of: each level
//! has one type, and no condition but the variables of the request.
//!
//! <https://spec.graphql.org/draft/#CollectFields()>

use std::collections::HashSet;

use apollo_compiler::ast::{DirectiveList, Value};
use apollo_compiler::collections::IndexMap;
use apollo_compiler::executable::{self, Selection, SelectionSet};

use crate::document::Document;
use crate::operation::variables::Variables;

/// A field that is selected, and what is selected of it.
#[derive(Debug)]
pub(super) struct Field<'a> {
    pub(super) key: &'a str,
    /// What stands before its value: `,"key":`.
    pub(super) head: String,
    pub(super) name: Meta,
    /// The argument `name` of `__type`.
    pub(super) of_name: Option<&'a str>,
    /// Whether that is asked for which is deprecated.
    pub(super) include_deprecated: bool,
    pub(super) fields: Vec<Field<'a>>,
}

/// The fields that introspection has, of whichever type. They are told apart once and not for each object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meta {
    /// `__schema`
    Schema,
    /// `__type`
    TypeNamed,
    Typename,
    Kind,
    OfType,
    Name,
    Description,
    Args,
    Type,
    DefaultValue,
    Locations,
    IsRepeatable,
    Types,
    Directives,
    QueryType,
    MutationType,
    SubscriptionType,
    Fields,
    Interfaces,
    PossibleTypes,
    EnumValues,
    InputFields,
    SpecifiedByUrl,
    IsOneOf,
    IsDeprecated,
    DeprecationReason,
}

impl Meta {
    /// The field of a name. Validation has made sure that it is one.
    fn named(name: &str) -> Option<Meta> {
        Some(match name {
            "__schema" => Meta::Schema,
            "__type" => Meta::TypeNamed,
            "__typename" => Meta::Typename,
            "kind" => Meta::Kind,
            "ofType" => Meta::OfType,
            "name" => Meta::Name,
            "description" => Meta::Description,
            "args" => Meta::Args,
            "type" => Meta::Type,
            "defaultValue" => Meta::DefaultValue,
            "locations" => Meta::Locations,
            "isRepeatable" => Meta::IsRepeatable,
            "types" => Meta::Types,
            "directives" => Meta::Directives,
            "queryType" => Meta::QueryType,
            "mutationType" => Meta::MutationType,
            "subscriptionType" => Meta::SubscriptionType,
            "fields" => Meta::Fields,
            "interfaces" => Meta::Interfaces,
            "possibleTypes" => Meta::PossibleTypes,
            "enumValues" => Meta::EnumValues,
            "inputFields" => Meta::InputFields,
            "specifiedByURL" => Meta::SpecifiedByUrl,
            "isOneOf" => Meta::IsOneOf,
            "isDeprecated" => Meta::IsDeprecated,
            "deprecationReason" => Meta::DeprecationReason,
            _ => return None,
        })
    }
}

/// Collects the fields of a request. Errors are the names of variables that `@skip` or `@include` take and that are null.
pub(super) struct Selecting<'a> {
    pub(super) document: &'a Document,
    pub(super) variables: &'a Variables,
}

/// Fields of the same response key.
type Merged<'a> = IndexMap<&'a str, Vec<&'a executable::Field>>;

impl<'a> Selecting<'a> {
    /// The introspection fields of an operation.
    pub(super) fn root(&self, set: &'a SelectionSet) -> Result<Vec<Field<'a>>, &'a str> {
        let mut merged = self.merge(&[set])?;
        merged.retain(|_, alike| matches!(Meta::named(&alike[0].name), Some(Meta::Schema | Meta::TypeNamed)));
        self.fields(merged)
    }

    fn fields(&self, merged: Merged<'a>) -> Result<Vec<Field<'a>>, &'a str> {
        let mut fields = Vec::with_capacity(merged.len());
        for (key, alike) in merged {
            // All of a key are the same field, with the same arguments.
            let Some(name) = Meta::named(&alike[0].name) else { continue };
            let argument = |name: &str| alike[0].specified_argument_by_name(name);
            let sets: Vec<_> = alike.iter().map(|field| &field.selection_set).collect();
            fields.push(Field {
                key,
                head: format!(",\"{key}\":"),
                name,
                of_name: argument("name").and_then(|value| self.text(value)),
                include_deprecated: argument("includeDeprecated")
                    .is_some_and(|value| self.boolean(value) == Ok(true)),
                fields: self.fields(self.merge(&sets)?)?,
            });
        }
        Ok(fields)
    }

    fn merge(&self, sets: &[&'a SelectionSet]) -> Result<Merged<'a>, &'a str> {
        let (mut spread, mut merged) = (HashSet::new(), Merged::default());
        for set in sets {
            self.collect(set, &mut spread, &mut merged)?;
        }
        Ok(merged)
    }

    fn collect(
        &self,
        set: &'a SelectionSet,
        spread: &mut HashSet<&'a str>,
        merged: &mut Merged<'a>,
    ) -> Result<(), &'a str> {
        for selection in &set.selections {
            if !self.is_there(selection.directives())? {
                continue;
            }
            match selection {
                Selection::Field(field) => {
                    merged.entry(field.response_key().as_str()).or_default().push(field);
                }
                Selection::InlineFragment(fragment) => {
                    self.collect(&fragment.selection_set, spread, merged)?;
                }
                Selection::FragmentSpread(reference) => {
                    let fragment = self.document.executable().fragments.get(&reference.fragment_name);
                    if let Some(fragment) = fragment
                        && spread.insert(&reference.fragment_name)
                    {
                        self.collect(&fragment.selection_set, spread, merged)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether `@skip` and `@include` let a selection be.
    fn is_there(&self, directives: &'a DirectiveList) -> Result<bool, &'a str> {
        let mut is_there = true;
        for (name, wanted) in [("skip", false), ("include", true)] {
            if let Some(condition) = directives.get(name).and_then(|it| it.specified_argument_by_name("if")) {
                is_there &= self.boolean(condition)? == wanted;
            }
        }
        Ok(is_there)
    }

    /// The value of a Boolean; the name of the variable when that is null.
    fn boolean(&self, value: &'a Value) -> Result<bool, &'a str> {
        match value {
            Value::Variable(name) => self.variables.boolean(name).ok_or(name),
            value => Ok(*value == Value::Boolean(true)),
        }
    }

    fn text(&self, value: &'a Value) -> Option<&'a str> {
        match value {
            Value::Variable(name) => self.variables.values().get(name.as_str())?.as_str(),
            value => value.as_str(),
        }
    }
}
