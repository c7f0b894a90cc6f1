//! The defaults of arguments, as the schema has them → those that are no values of their arguments.

use crate::model::{Error, Model};
use crate::value;

/// Every default that is none.
pub(super) fn wrong(model: &Model) -> Vec<Error> {
    let columns = model.tables().flat_map(|(_, table)| table.def.columns.iter().map(move |it| (table, it)));
    let arguments = columns.flat_map(|(table, column)| {
        let place = move || format!("{}.{}", table.def.name, column.name);
        column.arguments().iter().map(move |argument| (place(), argument))
    });
    let wrong = arguments.filter_map(|(place, argument)| {
        let mistake = value::default(argument).err()?;
        Some(Error::Default { place, argument: argument.name, mistake: mistake.to_string() })
    });
    wrong.collect()
}
