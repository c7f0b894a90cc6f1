//! Reads `#[one(…)]` and `#[many(…)]` into a [`RelationKind`]. Own columns are looked up here; the paths of other
//! tables' columns are left to the compiler.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Meta, Path, Token, Type, parenthesized, parse_quote};

use super::{ColumnPath, OwnColumn, RelationKind, Table};
use crate::attributes::{self, Errors};
use crate::names;

const ONE_HELP: &str = "`#[one(…)]` names the columns of this struct that refer to the other's key: \
                        `#[one(album_id)]` or `#[one(album_id = Album::album_id)]`";

const MANY_HELP: &str = "`#[many(…)]` names the columns of the other table that refer to this one: \
                         `#[many(Track::album_id)]`, `#[many(code = Track::album_code)]` or \
                         `#[many(through(Join::own_id), to(Join::other_id))]`";

const RECURSIVE_HELP: &str = "a recursive relation names the columns of this struct that refer to its own key: \
                              `#[many(ancestors(parent_id))]` or `#[many(descendants(parent_id))]`";

const THROUGH_HELP: &str = "a relation through a join table names the columns that refer to this table and those \
                            that refer to the other: `#[many(through(Join::own_id), to(Join::other_id))]`";

/// Reads `#[one(album_id)]` or `#[one(album_id = Album::album_id)]` on a field of type `ty`.
pub fn one(table: &Table, ty: &Type, attribute: &Attribute, errors: &mut Errors) -> Option<RelationKind> {
    match arguments(attribute, ONE_HELP, errors)? {
        Arguments::Columns(own) => {
            Some(RelationKind::OneByKey { from: own_columns(table, &own, ONE_HELP, errors)? })
        }
        Arguments::Pairs(own, other) => {
            let from = own_columns(table, &own, ONE_HELP, errors);
            let to = column_paths(table, other, target(ty, "One"), errors);
            Some(RelationKind::One { from: from?, to: to? })
        }
        Arguments::Lists(_) => {
            errors.on(attribute, ONE_HELP);
            None
        }
    }
}

/// Reads `#[many(Track::album_id)]`, `#[many(code = Track::album_code)]`, `#[many(through(…), to(…))]`,
/// `#[many(ancestors(parent_id))]` or `#[many(descendants(parent_id))]` on a field of type `ty`.
pub fn many(table: &Table, ty: &Type, attribute: &Attribute, errors: &mut Errors) -> Option<RelationKind> {
    match arguments(attribute, MANY_HELP, errors)? {
        Arguments::Columns(other) => {
            let to = column_paths(table, other, target(ty, "Many"), errors)?;
            Some(RelationKind::Many { from: own_key(table, &to, errors)?, to })
        }
        Arguments::Pairs(own, other) => {
            let from = own_columns(table, &own, MANY_HELP, errors);
            let to = column_paths(table, other, target(ty, "Many"), errors);
            Some(RelationKind::Many { from: from?, to: to? })
        }
        Arguments::Lists(lists) if lists.iter().any(|(name, _)| is_recursive(name)) => {
            let [(name, columns)] = lists.as_slice() else {
                errors.on(attribute, RECURSIVE_HELP);
                return None;
            };
            recursive(table, name, columns, errors)
        }
        Arguments::Lists(lists) => {
            let list = |wanted: &str| lists.iter().find(|(name, paths)| name == wanted && !paths.is_empty());
            let (2, Some((_, own)), Some((_, other))) = (lists.len(), list("through"), list("to")) else {
                errors.on(attribute, THROUGH_HELP);
                return None;
            };
            let join_from = column_paths(table, own.clone(), "Join".to_owned(), errors);
            let join_to = column_paths(table, other.clone(), "Join".to_owned(), errors);
            let (join_from, join_to) = (join_from?, join_to?);
            Some(RelationKind::Through { from: own_key(table, &join_from, errors)?, join_from, join_to })
        }
    }
}

fn is_recursive(name: &Ident) -> bool {
    name == "ancestors" || name == "descendants"
}

/// Reads the columns of `ancestors(…)` or `descendants(…)`, which equal the own key one by one.
fn recursive(table: &Table, name: &Ident, columns: &[Path], errors: &mut Errors) -> Option<RelationKind> {
    if columns.is_empty() {
        errors.on(name, RECURSIVE_HELP);
        return None;
    }
    let parent = own_columns(table, columns, RECURSIVE_HELP, errors)?;
    let spans: Vec<_> = columns.iter().map(Spanned::span).collect();
    let key = key_of(table, &spans, quote!(#(#columns)*), errors)?;
    Some(match name == "ancestors" {
        true => RelationKind::Ancestors { parent, key },
        false => RelationKind::Descendants { parent, key },
    })
}

/// What stands between the parentheses; every item has the same form.
enum Arguments {
    /// `album_id` or `Album::artist_id`
    Columns(Vec<Path>),
    /// `album_id = Album::album_id`: the left sides and the right sides.
    Pairs(Vec<Path>, Vec<Path>),
    /// `through(…), to(…)`
    Lists(Vec<(Ident, Vec<Path>)>),
}

enum Item {
    Column(Path),
    Pair(Path, Path),
    List(Ident, Vec<Path>),
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(syn::Lit) {
            return Err(input.error("write a column without quotation marks"));
        }
        let path = Path::parse_mod_style(input)?;
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            return Ok(Self::Pair(path, Path::parse_mod_style(input)?));
        }
        if input.peek(syn::token::Paren) {
            let name = path.require_ident()?.clone();
            let content;
            parenthesized!(content in input);
            let paths = content.parse_terminated(Path::parse_mod_style, Token![,])?;
            return Ok(Self::List(name, paths.into_iter().collect()));
        }
        Ok(Self::Column(path))
    }
}

fn arguments(attribute: &Attribute, help: &str, errors: &mut Errors) -> Option<Arguments> {
    let items = match &attribute.meta {
        Meta::List(list) => Punctuated::<Item, Token![,]>::parse_terminated.parse2(list.tokens.clone()),
        meta => Err(syn::Error::new_spanned(meta, help)),
    };
    let items = match items {
        Ok(items) => items,
        Err(error) => {
            errors.push(error);
            return None;
        }
    };
    let count = items.len();
    let (mut columns, mut lefts, mut rights, mut lists) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for item in items {
        match item {
            Item::Column(path) => columns.push(path),
            Item::Pair(left, right) => {
                lefts.push(left);
                rights.push(right);
            }
            Item::List(name, paths) => lists.push((name, paths)),
        }
    }
    match count {
        0 => errors.on(attribute, help),
        _ if columns.len() == count => return Some(Arguments::Columns(columns)),
        _ if lefts.len() == count => return Some(Arguments::Pairs(lefts, rights)),
        _ if lists.len() == count => return Some(Arguments::Lists(lists)),
        _ => errors
            .on(attribute, "name the columns of both tables for each pair, or those of one table for all"),
    }
    None
}

/// Looks up the columns of the struct that an attribute names.
fn own_columns(table: &Table, paths: &[Path], help: &str, errors: &mut Errors) -> Option<Vec<OwnColumn>> {
    let mut columns: Vec<OwnColumn> = Vec::new();
    for path in paths {
        let Some(ident) = path.get_ident() else {
            errors.on(path, help);
            continue;
        };
        let Some(found) = table.own_column(ident, errors) else { continue };
        if columns.iter().any(|column| column.index == found.index) {
            errors.on(ident, format!("the column `{ident}` is named twice"));
            continue;
        }
        columns.push(found);
    }
    (columns.len() == paths.len()).then_some(columns)
}

/// The own key, which the columns `to` of the other table equal one by one.
fn own_key(table: &Table, to: &[ColumnPath], errors: &mut Errors) -> Option<Vec<OwnColumn>> {
    let spans: Vec<_> = to.iter().map(|column| column.path.span()).collect();
    let paths = to.iter().map(|column| &column.path);
    key_of(table, &spans, quote!(#(#paths)*), errors)
}

/// The own key, which columns at these places equal one by one.
fn key_of(
    table: &Table,
    places: &[Span],
    columns: TokenStream,
    errors: &mut Errors,
) -> Option<Vec<OwnColumn>> {
    let key: Vec<_> = table.columns.iter().enumerate().filter(|(_, column)| column.key).collect();
    // Without a key, that mistake is reported alone.
    if key.is_empty() {
        return None;
    }
    if key.len() != places.len() {
        let names: Vec<String> = key.iter().map(|(_, column)| column.ident.to_string()).collect();
        let word = if names.len() == 1 { "column" } else { "columns" };
        errors.on(
            columns,
            format!(
                "the key of `{}` has {} {word}, {}, and this names {}; name a column that refers to each, in this \
                 order",
                table.ident,
                names.len(),
                names::list(&names),
                places.len()
            ),
        );
        return None;
    }
    Some(key.iter().zip(places).map(|((index, _), span)| OwnColumn { index: *index, span: *span }).collect())
}

/// Divides paths like `Album::artist_id` into the struct and the column; `example` is a struct for the message.
fn column_paths(
    table: &Table,
    paths: Vec<Path>,
    example: String,
    errors: &mut Errors,
) -> Option<Vec<ColumnPath>> {
    let count = paths.len();
    let mut columns = Vec::with_capacity(count);
    for path in paths {
        let tokens = attributes::without_self(path.to_token_stream(), &table.ident);
        let path: Path = parse_quote!(#tokens);
        let mut table = path.clone();
        table.segments.pop();
        if table.segments.pop_punct().is_some() {
            columns.push(ColumnPath { table, path });
        } else {
            let column = path.to_token_stream();
            errors.on(&path, format!("write the column with its struct: `{example}::{column}`"));
        }
    }
    (columns.len() == count).then_some(columns)
}

/// How the struct is spelled that a relation leads to.
fn target(ty: &Type, wrapper: &str) -> String {
    let inner = attributes::inside(ty, "Option").unwrap_or(ty);
    attributes::inside(inner, wrapper).unwrap_or(inner).to_token_stream().to_string()
}
