//! An unknown name → the one that was probably meant, or the choices that there are.

use apollo_compiler::Schema;
use apollo_compiler::schema::ExtendedType;

/// The most choices that are listed when none of them is near.
const MOST_CHOICES: usize = 12;

/// What to add to the message of a mistake that names something unknown; empty for other mistakes.
///
/// `mistake` is the name that `apollo-compiler` has for it. The diagnostics carry their names in backticks and do not
/// give them out otherwise.
pub(super) fn hint(schema: &Schema, mistake: Option<&str>, message: &str) -> String {
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    hint_of_names(schema, mistake, &names).unwrap_or_default()
}

fn hint_of_names(schema: &Schema, mistake: Option<&str>, names: &[&str]) -> Option<String> {
    let types = || schema.types.keys().map(|name| name.as_str());
    match (mistake?, names) {
        ("UndefinedArgument", [argument, coordinate]) => {
            Some(choices(argument, &arguments(schema, coordinate)?, "takes"))
        }
        ("UndefinedField", [parent, field]) => Some(member(schema, parent, field)),
        ("UndefinedInputValue" | "UndefinedEnumValue", [value, parent]) => {
            Some(member(schema, parent, value))
        }
        (
            "UndefinedDefinition"
            | "UndefinedTypeInNamedFragmentTypeCondition"
            | "UndefinedTypeInInlineFragmentTypeCondition",
            [name, ..],
        ) => nearest(name, types()).map(|name| did_you_mean(&name)),
        ("UndefinedDirective", [name]) => {
            let directives = schema.directive_definitions.keys().map(|name| name.as_str());
            nearest(name.trim_start_matches('@'), directives).map(|name| did_you_mean(&format!("@{name}")))
        }
        _ => None,
    }
}

/// What to add when a type has no such field, input field or value.
pub(super) fn member(schema: &Schema, parent: &str, wrong: &str) -> String {
    let members = match schema.types.get(parent) {
        Some(ExtendedType::Object(ty)) => ty.fields.keys().map(|name| name.as_str()).collect(),
        Some(ExtendedType::InputObject(ty)) => ty.fields.keys().map(|name| name.as_str()).collect(),
        Some(ExtendedType::Enum(ty)) => ty.values.keys().map(|name| name.as_str()).collect(),
        _ => Vec::new(),
    };
    choices(wrong, &members, "has")
}

/// The arguments of `Type.field` or `@directive`.
fn arguments<'a>(schema: &'a Schema, coordinate: &str) -> Option<Vec<&'a str>> {
    let arguments = if let Some(directive) = coordinate.strip_prefix('@') {
        &schema.directive_definitions.get(directive)?.arguments
    } else {
        let (parent, field) = coordinate.split_once('.')?;
        &schema.type_field(parent, field).ok()?.arguments
    };
    Some(arguments.iter().map(|argument| argument.name.as_str()).collect())
}

/// The choice that is near, or all of them if they are few.
fn choices(wrong: &str, all: &[&str], verb: &str) -> String {
    if let Some(name) = nearest(wrong, all.iter().copied()) {
        return did_you_mean(&name);
    }
    match all.len() {
        0 => format!("; it {verb} none"),
        1..=MOST_CHOICES => {
            let listed: Vec<_> = all.iter().map(|name| format!("`{name}`")).collect();
            format!("; it {verb} {}", listed.join(", "))
        }
        _ => String::new(),
    }
}

fn did_you_mean(name: &str) -> String {
    format!("; did you mean `{name}`?")
}

/// The name that is most like `wrong`, unless none is.
pub(crate) fn nearest<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    // Other servers have `_eq` where there is `eq` here.
    let wrong = wrong.trim_start_matches('_').to_lowercase();
    names
        .filter(|name| !name.starts_with("__"))
        .map(|name| (strsim::jaro_winkler(&wrong, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, name)| name.to_owned())
}
