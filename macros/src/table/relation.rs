//! Reads `#[one(…)]` and `#[many(…)]` into a [`RelationKind`]. Own columns are looked up here; the paths of other
//! tables' columns are left to the compiler.

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Meta, Path, Token, parenthesized};

use super::{ColumnPath, OwnColumn, RelationKind, Table};
use crate::attributes::{self, Errors};
use crate::names;

/// One item between the parentheses.
enum Item {
    /// `album_id` or `Album::artist_id`
    Path(Path),
    /// `album_id = Album::album_id`
    Pair(Path, Path),
    /// `through(…)` or `to(…)`
    List(Ident, Punctuated<Path, Token![,]>),
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
            return Ok(Self::List(name, content.parse_terminated(Path::parse_mod_style, Token![,])?));
        }
        Ok(Self::Path(path))
    }
}

/// Reads `#[one(album_id)]` or `#[one(album_id = Album::album_id)]`.
pub fn one(table: &Table, attribute: &Attribute, errors: &mut Errors) -> Option<RelationKind> {
    const HELP: &str = "`#[one(…)]` names the columns of this struct that refer to the other's key: \
                        `#[one(album_id)]` or `#[one(album_id = Album::album_id)]`";
    let mut from = Vec::new();
    let mut to = Vec::new();
    let mut by_key = false;
    let mut complete = true;
    for item in items(attribute, HELP, errors)? {
        let own = match item {
            Item::Path(path) => {
                by_key = true;
                path
            }
            Item::Pair(own, other) => {
                to.push(column_path(table, other, errors));
                own
            }
            Item::List(name, _) => {
                errors.on(name, HELP);
                return None;
            }
        };
        match own.get_ident() {
            Some(ident) => match own_column(table, ident, &from, errors) {
                Some(column) => from.push(column),
                None => complete = false,
            },
            None => {
                errors.on(&own, HELP);
                complete = false;
            }
        }
    }
    if by_key && !to.is_empty() {
        errors.on(attribute, "name the column of the other table for each column, or for none");
        return None;
    }
    let to: Vec<_> = to.into_iter().collect::<Option<_>>()?;
    match (complete, by_key) {
        (false, _) => None,
        (true, true) => Some(RelationKind::OneByKey { from }),
        (true, false) => Some(RelationKind::One { from, to }),
    }
}

/// Reads `#[many(Track::album_id)]`, `#[many(code = Track::album_code)]` or `#[many(through(…), to(…))]`.
pub fn many(table: &Table, attribute: &Attribute, errors: &mut Errors) -> Option<RelationKind> {
    const HELP: &str = "`#[many(…)]` names the columns of the other table that refer to this one: \
                        `#[many(Track::album_id)]`, `#[many(code = Track::album_code)]` or \
                        `#[many(through(Join::own_id), to(Join::other_id))]`";
    let mut own = Vec::new();
    let mut to = Vec::new();
    let mut through: Option<Vec<_>> = None;
    let mut through_to: Option<Vec<_>> = None;
    let mut by_key = false;
    let mut complete = true;
    for item in items(attribute, HELP, errors)? {
        match item {
            Item::Path(path) => {
                by_key = true;
                to.push(column_path(table, path, errors));
            }
            Item::Pair(name, other) => {
                to.push(column_path(table, other, errors));
                match name.get_ident() {
                    Some(ident) => match own_column(table, ident, &own, errors) {
                        Some(column) => own.push(column),
                        None => complete = false,
                    },
                    None => {
                        errors.on(&name, HELP);
                        complete = false;
                    }
                }
            }
            Item::List(name, paths) => {
                let paths: Vec<_> = paths.into_iter().map(|path| column_path(table, path, errors)).collect();
                let list = match name.to_string().as_str() {
                    "through" => &mut through,
                    "to" => &mut through_to,
                    _ => {
                        errors.on(name, HELP);
                        return None;
                    }
                };
                if paths.is_empty() || list.is_some() {
                    errors.on(name, HELP);
                    return None;
                }
                *list = Some(paths);
            }
        }
    }
    match (through, through_to) {
        (None, None) => {
            if by_key && !own.is_empty() {
                errors.on(attribute, "name the own column for each column, or for none");
                return None;
            }
            let to: Vec<ColumnPath> = to.into_iter().collect::<Option<_>>()?;
            if !complete {
                return None;
            }
            let from = if by_key { own_key(table, &to, errors)? } else { own };
            Some(RelationKind::Many { from, to })
        }
        (Some(join_from), Some(join_to)) if to.is_empty() => {
            let join_from: Vec<ColumnPath> = join_from.into_iter().collect::<Option<_>>()?;
            let join_to: Vec<ColumnPath> = join_to.into_iter().collect::<Option<_>>()?;
            let from = own_key(table, &join_from, errors)?;
            Some(RelationKind::Through { from, join_from, join_to })
        }
        _ => {
            errors.on(
                attribute,
                "a relation through a join table names the columns that refer to this table and those that \
                 refer to the other: `#[many(through(Join::own_id), to(Join::other_id))]`",
            );
            None
        }
    }
}

fn items(attribute: &Attribute, help: &str, errors: &mut Errors) -> Option<Vec<Item>> {
    let items = match &attribute.meta {
        Meta::List(list) => Punctuated::<Item, Token![,]>::parse_terminated.parse2(list.tokens.clone()),
        meta => Err(syn::Error::new_spanned(meta, help)),
    };
    match items {
        Ok(items) if items.is_empty() => errors.on(attribute, help),
        Ok(items) => return Some(items.into_iter().collect()),
        Err(error) => errors.push(error),
    }
    None
}

/// Looks up a column of the struct that an attribute names.
fn own_column(table: &Table, ident: &Ident, named: &[OwnColumn], errors: &mut Errors) -> Option<OwnColumn> {
    let Some(index) = table.columns.iter().position(|column| column.ident == *ident) else {
        let struct_name = &table.ident;
        if table.fields.contains(ident) {
            errors.on(ident, format!("`{ident}` is a relation of `{struct_name}`, and this needs a column"));
        } else {
            let choices: Vec<String> = table.columns.iter().map(|column| column.ident.to_string()).collect();
            let suggestion = names::suggestion(&ident.to_string(), &choices);
            errors.on(ident, format!("`{struct_name}` has no column `{ident}`{suggestion}"));
        }
        return None;
    };
    if named.iter().any(|column| column.index == index) {
        errors.on(ident, format!("the column `{ident}` is named twice"));
        return None;
    }
    Some(OwnColumn { index, span: ident.span() })
}

/// The own key, which the columns `to` equal one by one.
fn own_key(table: &Table, to: &[ColumnPath], errors: &mut Errors) -> Option<Vec<OwnColumn>> {
    let key: Vec<_> = table.columns.iter().enumerate().filter(|(_, column)| column.key).collect();
    // Without a key, that mistake is reported alone.
    if key.is_empty() {
        return None;
    }
    if key.len() != to.len() {
        let names: Vec<String> = key.iter().map(|(_, column)| column.ident.to_string()).collect();
        let columns = if names.len() == 1 { "column" } else { "columns" };
        errors.at(
            span_of(to),
            format!(
                "the key of `{}` has {} {columns}, {}, and this names {}; name a column of the other table for \
                 each, in this order",
                table.ident,
                names.len(),
                names::list(&names),
                to.len()
            ),
        );
        return None;
    }
    Some(
        key.iter()
            .zip(to)
            .map(|((index, _), to)| OwnColumn { index: *index, span: to.path.span() })
            .collect(),
    )
}

fn span_of(paths: &[ColumnPath]) -> Span {
    let tokens = paths.iter().map(|column| column.path.to_token_stream());
    tokens
        .reduce(|mut all, path| {
            all.extend(path);
            all
        })
        .map_or_else(Span::call_site, |all| all.span())
}

/// Divides `Album::artist_id` into the struct and the column.
fn column_path(table: &Table, path: Path, errors: &mut Errors) -> Option<ColumnPath> {
    let path: Path = {
        let tokens = attributes::without_self(path.to_token_stream(), &table.ident);
        syn::parse_quote!(#tokens)
    };
    if path.segments.len() < 2 {
        errors.on(
            &path,
            format!(
                "write the column of the other table with its struct, like `Album::{}`",
                path.to_token_stream()
            ),
        );
        return None;
    }
    let mut table = path.clone();
    table.segments.pop();
    table.segments.pop_punct();
    Some(ColumnPath { table, path })
}
