//! A valid document → one with something else in it, which is mostly not valid any more.

use fastrand::Rng;

use super::tokens::{Token, group, tokens};
use crate::random::values::{chance, one_of};

/// Values of all kinds, where one stands.
const VALUES: [&str; 22] = [
    "0",
    "-1",
    "7",
    "2147483647",
    "2147483648",
    "9223372036854775808",
    "1.5",
    "1e3",
    "\"\"",
    "\"a\"",
    "\"2020-01-01\"",
    "true",
    "false",
    "null",
    "ASC",
    "NOT_THERE",
    "[]",
    "[ 1 ]",
    "[ null ]",
    "[ [ true ] ]",
    "{ }",
    "{ eq : 1 }",
];

/// Directives, where one may stand or not.
const DIRECTIVES: [&str; 10] = [
    "@ skip ( if : true )",
    "@ include ( if : false )",
    "@ skip ( if : null )",
    "@ include ( if : \"yes\" )",
    "@ skip",
    "@ include ( unless : true )",
    "@ deprecated",
    "@ unknown ( a : 1 )",
    "@ specifiedBy ( url : \"x\" )",
    "@ oneOf",
];

/// Selections, where one stands.
const SELECTIONS: [&str; 16] = [
    "__typename",
    "x1 : __typename",
    "__schema { queryType { name } }",
    "__type ( name : \"T0\" ) { name fields { name } }",
    "__type { name }",
    "nodeId",
    "edges { cursor }",
    "pageInfo { hasNextPage }",
    "totalCount",
    "node ( id : 1 ) { nodeId }",
    "node { __typename }",
    "... { __typename }",
    "... on Node { nodeId }",
    "... on Query { __typename }",
    "... on String { __typename }",
    "... @ include ( if : true ) { __typename }",
];

/// Definitions, behind the others.
const DEFINITIONS: [&str; 12] = [
    "query Random { __typename }",
    "query Other { __typename }",
    "{ __typename }",
    "mutation { __typename }",
    "subscription { __typename }",
    "fragment Unused on Query { __typename }",
    "fragment F1 on Query { __typename }",
    "fragment Loop on Query { ... Loop }",
    "type T { a : Int }",
    "query Third ( $ unused : Int ) { __typename }",
    "query Fourth { ... F1 }",
    "query Fifth ( $ v1 : Int ) { ... F2 }",
];

/// Types, where that of a variable stands.
const TYPES: [&str; 14] = [
    "Int",
    "Int !",
    "[ Int ! ]",
    "String",
    "String !",
    "Boolean",
    "Boolean !",
    "ID",
    "Float",
    "BigInt",
    "T0",
    "T0Where",
    "[ T0OrderBy ! ]",
    "Nothing",
];

/// Changes a document in some places.
pub fn mutate(rng: &mut Rng, document: &str, names: &[String]) -> Vec<Token> {
    let mut document = tokens(document);
    for _ in 0..*one_of(rng, &[1, 1, 1, 2, 2, 3, 0]) {
        // What finds no place is another change.
        for _ in 0..10 {
            if change(rng, &mut document, names).is_some() {
                break;
            }
        }
    }
    document
}

/// Makes one change, if there is a place for it.
fn change(rng: &mut Rng, document: &mut Vec<Token>, names: &[String]) -> Option<()> {
    match rng.u8(0..24) {
        0..4 => rename(rng, document, names),
        4 | 5 => {
            // One name of the document in the place of another.
            let (one, other) = (
                place(rng, document, |it, at| it[at].is_name())?,
                place(rng, document, |it, at| it[at].is_name())?,
            );
            document[one] = document[other].clone();
            Some(())
        }
        6..9 => replace_value(rng, document),
        9 | 10 => change_type(rng, document),
        11 => {
            // A directive behind a name or a closing bracket.
            let at = place(rng, document, |it, at| it[at].is_name() || it[at].is(")"))? + 1;
            insert(document, at, one_of::<&str>(rng, &DIRECTIVES));
            Some(())
        }
        12 | 13 => {
            let at = place(rng, document, |it, at| it[at].is("{"))? + 1;
            insert(document, at, one_of::<&str>(rng, &SELECTIONS));
            Some(())
        }
        14 => {
            let at = document.len();
            insert(document, at, one_of::<&str>(rng, &DEFINITIONS));
            Some(())
        }
        15 | 16 => {
            // Something in brackets is left out, brackets and all.
            let start = place(rng, document, |it, at| is_opening(&it[at]))?;
            let end = group(document, start)?;
            document.drain(start..end);
            Some(())
        }
        17 => {
            // Something in brackets stands in the place of something else.
            let start = place(rng, document, |it, at| is_opening(&it[at]))?;
            let inner = document[start..group(document, start)?].to_vec();
            let bracket = inner[0].clone();
            let other = place(rng, document, |it, at| it[at] == bracket)?;
            let end = group(document, other)?;
            document.splice(other..end, inner);
            Some(())
        }
        18 => {
            // A selection is there again, sometimes with another name.
            let start = place(rng, document, |it, at| it[at].is("{"))?;
            let inner = document[start + 1..group(document, start)? - 1].to_vec();
            let other = place(rng, document, |it, at| it[at].is("{"))? + 1;
            document.splice(other..other, inner);
            Some(())
        }
        19 => collide(rng, document, names),
        20 => {
            // A fragment is spread where it may not be.
            let spread = place(rng, document, |it, at| {
                it[at].is("...") && it.get(at + 1).is_some_and(Token::is_name)
            })?;
            let name = document[spread + 1].clone();
            let at = place(rng, document, |it, at| it[at].is("{"))? + 1;
            document.splice(at..at, [Token("...".into()), name]);
            Some(())
        }
        21 => {
            let at = rng.usize(0..document.len());
            document.remove(at);
            Some(())
        }
        22 => {
            let at = rng.usize(0..document.len());
            let token = document[at].clone();
            document.insert(at, token);
            Some(())
        }
        _ => {
            // An argument more, or the same again.
            let at = place(rng, document, |it, at| it[at].is("("))? + 1;
            let name = if chance(rng, 50) { document[at].0.clone() } else { one_of(rng, names).clone() };
            insert(document, at, &format!("{name} : {}", one_of(rng, &VALUES)));
            Some(())
        }
    }
}

/// A name becomes another one of the schema.
fn rename(rng: &mut Rng, document: &mut [Token], names: &[String]) -> Option<()> {
    let at = place(rng, document, |it, at| it[at].is_name())?;
    document[at] = Token(one_of(rng, names).clone());
    Some(())
}

/// A value becomes another one, or a variable of the document.
fn replace_value(rng: &mut Rng, document: &mut Vec<Token>) -> Option<()> {
    let at = place(rng, document, |it, at| at > 0 && (it[at - 1].is(":") || it[at - 1].is("[")))?;
    let end = match document[at].0.as_str() {
        "{" | "[" => group(document, at)?,
        "$" => at + 2,
        _ if document[at].is_value() => at + 1,
        _ => return None,
    };
    let variable =
        place(rng, document, |it, at| it[at].is("$") && it.get(at + 1).is_some_and(Token::is_name));
    let value = match variable {
        Some(variable) if chance(rng, 40) => document[variable..variable + 2].to_vec(),
        _ if chance(rng, 10) => tokens("$ undefined"),
        _ => tokens(one_of::<&str>(rng, &VALUES)),
    };
    document.splice(at..end, value);
    Some(())
}

/// The type of a variable becomes another one.
fn change_type(rng: &mut Rng, document: &mut Vec<Token>) -> Option<()> {
    let at = place(rng, document, |it, at| at > 2 && it[at - 1].is(":") && it[at - 3].is("$"))?;
    let end = if document[at].is("[") { group(document, at)? } else { at + 1 };
    let is_required = document.get(end).is_some_and(|token| token.is("!"));
    match rng.u8(0..4) {
        0 if is_required => {
            document.remove(end);
        }
        0 => document.insert(end, Token("!".into())),
        1 => {
            document.insert(end, Token("]".into()));
            document.insert(at, Token("[".into()));
        }
        2 => {
            document.splice(at..end + usize::from(is_required), tokens(one_of::<&str>(rng, &TYPES)));
        }
        _ => insert(document, end, &format!("= {}", one_of(rng, &VALUES))),
    }
    Some(())
}

/// Two fields have one response key.
fn collide(rng: &mut Rng, document: &mut Vec<Token>, names: &[String]) -> Option<()> {
    let is_alias = |it: &[Token], at: usize| {
        at > 0 && it[at].is_name() && it.get(at + 1).is_some_and(|next| next.is(":")) && it[at - 1].is("{")
    };
    let at = place(rng, document, is_alias)?;
    let (alias, name) = (document[at].0.clone(), one_of(rng, names));
    insert(document, at, &format!("{alias} : {name}"));
    Some(())
}

fn is_opening(token: &Token) -> bool {
    ["{", "(", "["].iter().any(|bracket| token.is(bracket))
}

/// A place where something holds.
fn place(rng: &mut Rng, document: &[Token], is_it: impl Fn(&[Token], usize) -> bool) -> Option<usize> {
    let places: Vec<usize> = (0..document.len()).filter(|at| is_it(document, *at)).collect();
    rng.choice(places)
}

fn insert(document: &mut Vec<Token>, at: usize, text: &str) {
    document.splice(at..at, tokens(text));
}
