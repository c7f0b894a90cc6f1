//! The schema → the values of introspection fields, written as they are asked for.
//!
//! <https://spec.graphql.org/September2025/#sec-Schema-Introspection>

use apollo_compiler::Name;
use apollo_compiler::ast::{DirectiveList, Type};
use apollo_compiler::schema::{
    ComponentName, DirectiveDefinition, EnumValueDefinition, ExtendedType, FieldDefinition,
    InputValueDefinition,
};

use super::select::{Field, Meta};
use crate::surface::Surface;

/// Writes the value of a field at the root of an operation.
///
/// # Errors
/// None: texts can be written to memory.
pub(super) fn root(surface: &Surface, field: &Field<'_>, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    let value = match field.name {
        Meta::Schema => Value::Object(Object::Schema),
        _ => named(surface, field.of_name),
    };
    write(surface, &value, &field.fields, out)
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
    /// A name, in which nothing needs to be escaped.
    Name(&'a str),
    Names(Vec<&'static str>),
    Text(&'a str),
    /// A value in GraphQL's syntax.
    Literal(String),
    Object(Object<'a>),
    Objects(Vec<Object<'a>>),
}

fn write(
    surface: &Surface,
    value: &Value<'_>,
    fields: &[Field<'_>],
    out: &mut Vec<u8>,
) -> Result<(), serde_json::Error> {
    match value {
        Value::Null => out.extend(b"null"),
        Value::Boolean(true) => out.extend(b"true"),
        Value::Boolean(false) => out.extend(b"false"),
        Value::Name(name) => write_name(name, out),
        Value::Names(names) => write_list(out, names, |name, out| {
            write_name(name, out);
            Ok(())
        })?,
        Value::Text(text) => serde_json::to_writer(out, text)?,
        Value::Literal(literal) => serde_json::to_writer(out, literal)?,
        Value::Object(object) => write_object(surface, *object, fields, out)?,
        Value::Objects(objects) => {
            write_list(out, objects, |object, out| write_object(surface, *object, fields, out))?;
        }
    }
    Ok(())
}

fn write_object(
    surface: &Surface,
    object: Object<'_>,
    fields: &[Field<'_>],
    out: &mut Vec<u8>,
) -> Result<(), serde_json::Error> {
    out.push(b'{');
    for (position, field) in fields.iter().enumerate() {
        let head = field.head.as_bytes();
        out.extend(if position == 0 { &head[1..] } else { head });
        write(surface, &object.resolve(surface, field), &field.fields, out)?;
    }
    out.push(b'}');
    Ok(())
}

fn write_list<T>(
    out: &mut Vec<u8>,
    items: &[T],
    mut write: impl FnMut(&T, &mut Vec<u8>) -> Result<(), serde_json::Error>,
) -> Result<(), serde_json::Error> {
    out.push(b'[');
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        write(item, out)?;
    }
    out.push(b']');
    Ok(())
}

fn write_name(name: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend(name.as_bytes());
    out.push(b'"');
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
        if field.name == Meta::Typename {
            return Value::Name(self.type_name());
        }
        match self {
            Object::Schema => schema(surface, field),
            Object::Type(definition) => definition_of(surface, definition, field),
            Object::ListOf(item) => match field.name {
                Meta::Kind => Value::Name("LIST"),
                Meta::OfType => ty(surface, item),
                _ => Value::Null,
            },
            Object::NonNull(not_null) => match field.name {
                Meta::Kind => Value::Name("NON_NULL"),
                Meta::OfType => nullable(surface, not_null),
                _ => Value::Null,
            },
            Object::Field(definition) => match field.name {
                Meta::Name => Value::Name(&definition.name),
                Meta::Description => text(definition.description.as_deref()),
                Meta::Args => input_values(definition.arguments.iter().map(|it| &**it), field),
                Meta::Type => ty(surface, &definition.ty),
                _ => deprecation(surface, &definition.directives, field),
            },
            Object::InputValue(definition) => match field.name {
                Meta::Name => Value::Name(&definition.name),
                Meta::Description => text(definition.description.as_deref()),
                Meta::Type => ty(surface, &definition.ty),
                Meta::DefaultValue => match &definition.default_value {
                    Some(value) => Value::Literal(value.as_ref().serialize().no_indent().to_string()),
                    None => Value::Null,
                },
                _ => deprecation(surface, &definition.directives, field),
            },
            Object::EnumValue(definition) => match field.name {
                Meta::Name => Value::Name(&definition.value),
                Meta::Description => text(definition.description.as_deref()),
                _ => deprecation(surface, &definition.directives, field),
            },
            Object::Directive(definition) => match field.name {
                Meta::Name => Value::Name(&definition.name),
                Meta::Description => text(definition.description.as_deref()),
                Meta::Args => input_values(definition.arguments.iter().map(|it| &**it), field),
                Meta::Locations => Value::Names(definition.locations.iter().map(|it| it.name()).collect()),
                Meta::IsRepeatable => Value::Boolean(definition.repeatable),
                _ => Value::Null,
            },
        }
    }
}

fn schema<'a>(surface: &'a Surface, field: &Field<'_>) -> Value<'a> {
    let schema = &surface.schema;
    let root = |name: &Option<ComponentName>| named(surface, name.as_ref().map(|name| name.as_str()));
    match field.name {
        Meta::Description => text(schema.schema_definition.description.as_deref()),
        Meta::Types => Value::Objects(schema.types.values().map(Object::Type).collect()),
        Meta::Directives => {
            let directives = schema.directive_definitions.values();
            Value::Objects(directives.map(|directive| Object::Directive(directive)).collect())
        }
        Meta::QueryType => root(&schema.schema_definition.query),
        Meta::MutationType => root(&schema.schema_definition.mutation),
        Meta::SubscriptionType => root(&schema.schema_definition.subscription),
        _ => Value::Null,
    }
}

fn definition_of<'a>(surface: &'a Surface, ty: &'a ExtendedType, field: &Field<'_>) -> Value<'a> {
    match field.name {
        Meta::Kind => Value::Name(match ty {
            ExtendedType::Scalar(_) => "SCALAR",
            ExtendedType::Object(_) => "OBJECT",
            ExtendedType::Interface(_) => "INTERFACE",
            ExtendedType::Union(_) => "UNION",
            ExtendedType::Enum(_) => "ENUM",
            ExtendedType::InputObject(_) => "INPUT_OBJECT",
        }),
        Meta::Name => Value::Name(ty.name()),
        Meta::Description => text(ty.description().map(|description| description.as_str())),
        Meta::Fields => {
            let fields = match ty {
                ExtendedType::Object(ty) => &ty.fields,
                ExtendedType::Interface(ty) => &ty.fields,
                _ => return Value::Null,
            };
            let fields = fields.values().filter(|it| is_asked_for(&it.directives, field));
            Value::Objects(fields.map(|it| Object::Field(it)).collect())
        }
        Meta::Interfaces => match ty {
            ExtendedType::Object(ty) => types(surface, ty.implements_interfaces.iter().map(|it| &it.name)),
            ExtendedType::Interface(ty) => types(surface, ty.implements_interfaces.iter().map(|it| &it.name)),
            _ => Value::Null,
        },
        Meta::PossibleTypes => match ty {
            ExtendedType::Interface(ty) => {
                types(surface, surface.implementers.get(&ty.name).into_iter().flat_map(|it| &it.objects))
            }
            ExtendedType::Union(ty) => types(surface, ty.members.iter().map(|it| &it.name)),
            _ => Value::Null,
        },
        Meta::EnumValues => match ty {
            ExtendedType::Enum(ty) => {
                let values = ty.values.values().filter(|it| is_asked_for(&it.directives, field));
                Value::Objects(values.map(|it| Object::EnumValue(it)).collect())
            }
            _ => Value::Null,
        },
        Meta::InputFields => match ty {
            ExtendedType::InputObject(ty) => input_values(ty.fields.values().map(|it| &***it), field),
            _ => Value::Null,
        },
        Meta::SpecifiedByUrl => match ty {
            ExtendedType::Scalar(ty) => {
                let directive = ty.directives.get("specifiedBy");
                text(directive.and_then(|it| it.specified_argument_by_name("url")?.as_str()))
            }
            _ => Value::Null,
        },
        Meta::IsOneOf => match ty {
            ExtendedType::InputObject(ty) => Value::Boolean(ty.directives.has("oneOf")),
            _ => Value::Null,
        },
        _ => Value::Null,
    }
}

fn deprecation<'a>(surface: &'a Surface, directives: &'a DirectiveList, field: &Field<'_>) -> Value<'a> {
    let deprecated = directives.get("deprecated");
    match field.name {
        Meta::IsDeprecated => Value::Boolean(deprecated.is_some()),
        Meta::DeprecationReason => {
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
