//! What the schema's author writes in SQL → lists of functions with their targets resolved, and the words of expressions that
//! read rows themselves.

use std::collections::{HashMap, HashSet};

use onefold_schema::{ComputedDef, FunctionDef, SchemaDef, SqlPart, TableDef};

use super::{CONNECTION, Error, TableId, has_visible_key, resolve};

/// A list that a function answers, with its target resolved.
#[derive(Debug)]
pub struct Function {
    /// The const data.
    pub def: &'static FunctionDef,
    /// The table whose struct its rows are.
    pub target: TableId,
    /// Whether it has a connection beside its list: clients may see the key of its rows, and no other field has the name.
    pub has_connection: bool,
}

/// The functions of `owner`, which has other fields besides.
pub(super) fn functions(
    schema: &'static SchemaDef,
    owner: &'static str,
    functions: &'static [FunctionDef],
    ids: &HashMap<&str, TableId>,
    is_taken: impl Fn(&str) -> bool,
    errors: &mut Vec<Error>,
) -> Vec<Function> {
    let function = |def: &'static FunctionDef| {
        let target = resolve(schema, owner, def.name, def.target, ids, errors);
        let has_connection =
            has_visible_key(schema.tables[target.0]) && !is_taken(&format!("{}{CONNECTION}", def.name));
        Function { def, target, has_connection }
    };
    functions.iter().map(function).collect()
}

/// Whether an expression has a subquery.
pub fn has_subquery(computed: &ComputedDef) -> bool {
    words_of(computed)
        .any(|word| ["select", "values", "table"].iter().any(|it| word.eq_ignore_ascii_case(it)))
}

/// What is written in letters in an expression, but for columns and arguments.
fn words_of(computed: &ComputedDef) -> impl Iterator<Item = &'static str> + use<> {
    let texts = computed.parts.iter().filter_map(|part| match *part {
        SqlPart::Text(text) => Some(text),
        SqlPart::Column(_) | SqlPart::Argument(_) => None,
    });
    let texts: Vec<&'static str> = texts.collect();
    let is_between = |character: char| !character.is_alphanumeric() && character != '_';
    texts.into_iter().flat_map(move |text| text.split(is_between)).filter(|word| !word.is_empty())
}

/// The words of computed fields that have a subquery, as they are written and in lower case, as Postgres takes those without
/// quotes.
pub(super) fn words(def: &'static TableDef) -> HashSet<String> {
    let calls = def.functions.iter().map(|function| &function.call);
    let computed = def.columns.iter().filter_map(|column| column.computed).chain(calls);
    let words = computed.filter(|computed| has_subquery(computed)).flat_map(words_of);
    words.flat_map(|word| [word.to_owned(), word.to_lowercase()]).collect()
}
