//! The schema → the values of introspection fields, written as they are asked for.
//!
//! <https://spec.graphql.org/September2025/#sec-Schema-Introspection>

use apollo_compiler::Name;
use apollo_compiler::ast::{DirectiveList, Type};
use apollo_compiler::schema::{
    ComponentName, DirectiveDefinition, EnumValueDefinition, ExtendedType, FieldDefinition,
    InputValueDefinition,
};
use serde::{Serialize, Serializer};

use super::select::Field;
use crate::surface::Surface;

/// The value of a field at the root of an operation.
pub(super) fn root<'a>(surface: &'a Surface, field: &'a Field<'a>) -> impl Serialize {
    let value = match field.name {
        "__schema" => Value::Object(Object::Schema),
        _ => named(surface, field.of_name),
    };
    Selected { surface, value, fields: &field.fields }
}

/// What introspection shows.
#[derive(Clone, Copy)]
enum Object<'a> {
    Schema,
    Type(&'a ExtendedType),
    /// The type of a list of these.
    ListOf(&'a Type),
    /// A type that is not null.
    NonNull(&'a Type),
    Field(&'a FieldDefinition),
    InputValue(&'a InputValueDefinition),
    EnumValue(&'a EnumValueDefinition),
    Directive(&'a DirectiveDefinition),
}

enum Value<'a> {
    Null,
    Boolean(bool),
    Text(&'a str),
    Texts(Vec<&'static str>),
    /// A value in GraphQL's syntax.
    Literal(String),
    Object(Object<'a>),
    Objects(Vec<Object<'a>>),
}

/// A value and what is selected of it.
struct Selected<'a> {
    surface: &'a Surface,
    value: Value<'a>,
    fields: &'a [Field<'a>],
}

impl Serialize for Selected<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Selected { surface, fields, .. } = *self;
        match &self.value {
            Value::Null => serializer.serialize_none(),
            Value::Boolean(value) => serializer.serialize_bool(*value),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Texts(texts) => texts.serialize(serializer),
            Value::Literal(literal) => serializer.serialize_str(literal),
            Value::Object(object) => serializer.collect_map(fields.iter().map(|field| {
                let value = object.resolve(surface, field);
                (field.key, Selected { surface, value, fields: &field.fields })
            })),
            Value::Objects(objects) => serializer.collect_seq(objects.iter().map(|object| {
                let value = Value::Object(*object);
                Selected { surface, value, fields }
            })),
        }
    }
}

impl<'a> Object<'a> {
    fn type_name(self) -> &'static str {
        match self {
            Object::Schema => "__Schema",
            Object::Type(_) | Object::ListOf(_) | Object::NonNull(_) => "__Type",
            Object::Field(_) => "__Field",
            Object::InputValue(_) => "__InputValue",
            Object::EnumValue(_) => "__EnumValue",
            Object::Directive(_) => "__Directive",
        }
    }

    /// The value of a field. What something does not have is null: the fields of an enum, for instance.
    fn resolve(self, surface: &'a Surface, field: &Field<'_>) -> Value<'a> {
        if field.name == "__typename" {
            return Value::Text(self.type_name());
        }
        match self {
            Object::Schema => schema(surface, field),
            Object::Type(definition) => definition_of(surface, definition, field),
            Object::ListOf(item) => match field.name {
                "kind" => Value::Text("LIST"),
                "ofType" => ty(surface, item),
                _ => Value::Null,
            },
            Object::NonNull(not_null) => match field.name {
                "kind" => Value::Text("NON_NULL"),
                "ofType" => nullable(surface, not_null),
                _ => Value::Null,
            },
            Object::Field(definition) => match field.name {
                "name" => Value::Text(&definition.name),
                "description" => text(definition.description.as_deref()),
                "args" => input_values(definition.arguments.iter().map(|it| &**it), field),
                "type" => ty(surface, &definition.ty),
                _ => deprecation(surface, &definition.directives, field),
            },
            Object::InputValue(definition) => match field.name {
                "name" => Value::Text(&definition.name),
                "description" => text(definition.description.as_deref()),
                "type" => ty(surface, &definition.ty),
                "defaultValue" => match &definition.default_value {
                    Some(value) => Value::Literal(value.as_ref().serialize().no_indent().to_string()),
                    None => Value::Null,
                },
                _ => deprecation(surface, &definition.directives, field),
            },
            Object::EnumValue(definition) => match field.name {
                "name" => Value::Text(&definition.value),
                "description" => text(definition.description.as_deref()),
                _ => deprecation(surface, &definition.directives, field),
            },
            Object::Directive(definition) => match field.name {
                "name" => Value::Text(&definition.name),
                "description" => text(definition.description.as_deref()),
                "args" => input_values(definition.arguments.iter().map(|it| &**it), field),
                "locations" => Value::Texts(definition.locations.iter().map(|it| it.name()).collect()),
                "isRepeatable" => Value::Boolean(definition.repeatable),
                _ => Value::Null,
            },
        }
    }
}

fn schema<'a>(surface: &'a Surface, field: &Field<'_>) -> Value<'a> {
    let schema = &surface.schema;
    let root = |name: &Option<ComponentName>| named(surface, name.as_ref().map(|name| name.as_str()));
    match field.name {
        "description" => text(schema.schema_definition.description.as_deref()),
        "types" => Value::Objects(schema.types.values().map(Object::Type).collect()),
        "directives" => {
            let directives = schema.directive_definitions.values();
            Value::Objects(directives.map(|directive| Object::Directive(directive)).collect())
        }
        "queryType" => root(&schema.schema_definition.query),
        "mutationType" => root(&schema.schema_definition.mutation),
        "subscriptionType" => root(&schema.schema_definition.subscription),
        _ => Value::Null,
    }
}

fn definition_of<'a>(surface: &'a Surface, ty: &'a ExtendedType, field: &Field<'_>) -> Value<'a> {
    match field.name {
        "kind" => Value::Text(match ty {
            ExtendedType::Scalar(_) => "SCALAR",
            ExtendedType::Object(_) => "OBJECT",
            ExtendedType::Interface(_) => "INTERFACE",
            ExtendedType::Union(_) => "UNION",
            ExtendedType::Enum(_) => "ENUM",
            ExtendedType::InputObject(_) => "INPUT_OBJECT",
        }),
        "name" => Value::Text(ty.name()),
        "description" => text(ty.description().map(|description| description.as_str())),
        "fields" => {
            let fields = match ty {
                ExtendedType::Object(ty) => &ty.fields,
                ExtendedType::Interface(ty) => &ty.fields,
                _ => return Value::Null,
            };
            let fields = fields.values().filter(|it| is_asked_for(&it.directives, field));
            Value::Objects(fields.map(|it| Object::Field(it)).collect())
        }
        "interfaces" => match ty {
            ExtendedType::Object(ty) => types(surface, ty.implements_interfaces.iter().map(|it| &it.name)),
            ExtendedType::Interface(ty) => types(surface, ty.implements_interfaces.iter().map(|it| &it.name)),
            _ => Value::Null,
        },
        "possibleTypes" => match ty {
            ExtendedType::Interface(ty) => {
                types(surface, surface.implementers.get(&ty.name).into_iter().flat_map(|it| &it.objects))
            }
            ExtendedType::Union(ty) => types(surface, ty.members.iter().map(|it| &it.name)),
            _ => Value::Null,
        },
        "enumValues" => match ty {
            ExtendedType::Enum(ty) => {
                let values = ty.values.values().filter(|it| is_asked_for(&it.directives, field));
                Value::Objects(values.map(|it| Object::EnumValue(it)).collect())
            }
            _ => Value::Null,
        },
        "inputFields" => match ty {
            ExtendedType::InputObject(ty) => input_values(ty.fields.values().map(|it| &***it), field),
            _ => Value::Null,
        },
        "specifiedByURL" => match ty {
            ExtendedType::Scalar(ty) => {
                let directive = ty.directives.get("specifiedBy");
                text(directive.and_then(|it| it.specified_argument_by_name("url")?.as_str()))
            }
            _ => Value::Null,
        },
        "isOneOf" => match ty {
            ExtendedType::InputObject(ty) => Value::Boolean(ty.directives.has("oneOf")),
            _ => Value::Null,
        },
        _ => Value::Null,
    }
}

fn deprecation<'a>(surface: &'a Surface, directives: &'a DirectiveList, field: &Field<'_>) -> Value<'a> {
    let deprecated = directives.get("deprecated");
    match field.name {
        "isDeprecated" => Value::Boolean(deprecated.is_some()),
        "deprecationReason" => {
            text(deprecated.and_then(|it| it.argument_by_name("reason", &surface.schema).ok()?.as_str()))
        }
        _ => Value::Null,
    }
}

fn is_asked_for(directives: &DirectiveList, field: &Field<'_>) -> bool {
    field.include_deprecated || !directives.has("deprecated")
}

fn input_values<'a>(
    definitions: impl Iterator<Item = &'a InputValueDefinition>,
    field: &Field<'_>,
) -> Value<'a> {
    let definitions = definitions.filter(|definition| is_asked_for(&definition.directives, field));
    Value::Objects(definitions.map(Object::InputValue).collect())
}

fn text(text: Option<&str>) -> Value<'_> {
    text.map_or(Value::Null, Value::Text)
}

fn ty<'a>(surface: &'a Surface, ty: &'a Type) -> Value<'a> {
    match ty.is_non_null() {
        true => Value::Object(Object::NonNull(ty)),
        false => nullable(surface, ty),
    }
}

/// A type, without that it is not null.
fn nullable<'a>(surface: &'a Surface, ty: &'a Type) -> Value<'a> {
    match ty {
        Type::Named(name) | Type::NonNullNamed(name) => named(surface, Some(name)),
        Type::List(item) | Type::NonNullList(item) => Value::Object(Object::ListOf(item)),
    }
}

fn named<'a>(surface: &'a Surface, name: Option<&str>) -> Value<'a> {
    let definition = name.and_then(|name| surface.schema.types.get(name));
    definition.map_or(Value::Null, |definition| Value::Object(Object::Type(definition)))
}

fn types<'a>(surface: &'a Surface, names: impl Iterator<Item = &'a Name>) -> Value<'a> {
    Value::Objects(names.filter_map(|name| surface.schema.types.get(name)).map(Object::Type).collect())
}
