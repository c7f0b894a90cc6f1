//! The defaults of arguments, as the schema has them → those that are no values of their arguments.

use onefold_schema::ArgumentDef;

use crate::model::Model;
use crate::value;

/// The default of an argument is no value of it.
#[derive(Debug, thiserror::Error)]
#[error("the default of `{argument}` of `{place}`: {mistake}")]
pub struct WrongDefault {
    /// What has the argument, `Track.discounted`.
    pub place: String,
    /// The argument.
    pub argument: &'static str,
    /// What the value is not.
    pub mistake: String,
}

/// Every default that is none: of the fields of each table, of the functions of its rows, and of those at the root.
pub(super) fn wrong(model: &Model) -> Vec<WrongDefault> {
    let of_tables = model.tables().flat_map(|(_, table)| {
        let fields = table.def.columns.iter().map(|column| (column.name, column.arguments()));
        let functions = table.def.functions.iter().map(|function| (function.name, function.call.arguments));
        fields.chain(functions).map(|(field, arguments)| (table.def.name, field, arguments))
    });
    let at_root = model.schema.functions.iter();
    let at_root = at_root.map(|function| ("Query", function.name, function.call.arguments));
    of_tables
        .chain(at_root)
        .flat_map(|(parent, field, arguments)| of_field(parent, field, arguments))
        .collect()
}

fn of_field(
    parent: &'static str,
    field: &'static str,
    arguments: &'static [ArgumentDef],
) -> impl Iterator<Item = WrongDefault> {
    arguments.iter().filter_map(move |argument| {
        let mistake = value::default(argument).err()?.to_string();
        Some(WrongDefault { place: format!("{parent}.{field}"), argument: argument.name, mistake })
    })
}
