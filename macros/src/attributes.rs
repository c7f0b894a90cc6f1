//! Reads attributes: `#[name(key = value, flag, …)]` as options, doc comments as descriptions, `#[deprecated]`.
//! Knows which form an attribute has, and nothing of what it means.

use std::fmt::Display;

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Generics, Lit, Meta, Token, Type};

use crate::names::{self, Name};

/// The mistakes of one item, all of them.
#[derive(Default)]
pub struct Errors(Option<syn::Error>);

impl Errors {
    /// Reports a mistake at `span`.
    pub fn at(&mut self, span: Span, message: impl Display) {
        self.push(syn::Error::new(span, message));
    }

    /// Reports a mistake under the whole of `tokens`.
    pub fn on(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    /// Reports what a parser of syn found.
    pub fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// The mistakes as calls of `compile_error!`; nothing when there are none.
    pub fn into_tokens(self) -> TokenStream {
        self.0.map(|error| error.into_compile_error()).unwrap_or_default()
    }
}

/// The one attribute called `name`; reports the others.
pub fn only<'a>(attributes: &'a [Attribute], name: &str, errors: &mut Errors) -> Option<&'a Attribute> {
    let mut all = attributes.iter().filter(|attribute| attribute.path().is_ident(name));
    let first = all.next();
    for again in all {
        errors.on(again, format!("`#[{name}]` stands here twice; keep one"));
    }
    first
}

/// Reports attributes that belong elsewhere: `#[table(…)]` on a field.
pub fn misplaced(attributes: &[Attribute], names: &[&str], place: &str, errors: &mut Errors) {
    for attribute in attributes {
        if let Some(name) = names.iter().find(|name| attribute.path().is_ident(name)) {
            errors.on(attribute, format!("`#[{name}]` belongs on {place}"));
        }
    }
}

/// Which options an attribute has.
pub struct Known<'a> {
    /// `key = value`; not empty.
    pub values: &'a [&'a str],
    /// `key` alone.
    pub flags: &'a [&'a str],
}

/// The options of one attribute: `#[table(name = "track", max_limit = 500, reference)]`.
pub struct Options {
    attribute: &'static str,
    /// Each key once, in the order of the source; a flag has no value.
    entries: Vec<(Ident, Option<Expr>)>,
}

impl Options {
    /// Reads the attribute called `attribute`, which has no options but `known`.
    pub fn read(
        attributes: &[Attribute],
        attribute: &'static str,
        known: Known<'_>,
        errors: &mut Errors,
    ) -> Self {
        let nothing = Self { attribute, entries: Vec::new() };
        let Some(found) = only(attributes, attribute, errors) else { return nothing };
        let Meta::List(_) = &found.meta else {
            errors.on(found, format!("write `#[{attribute}({} = …)]`", known.values[0]));
            return nothing;
        };
        match found.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated) {
            Ok(entries) => Self::of(entries, attribute, &known, errors),
            Err(error) => {
                errors.push(error);
                nothing
            }
        }
    }

    /// The options that stand between the parentheses of an attribute.
    pub fn of(
        entries: impl IntoIterator<Item = Meta>,
        attribute: &'static str,
        known: &Known<'_>,
        errors: &mut Errors,
    ) -> Self {
        let mut options = Self { attribute, entries: Vec::new() };
        entries.into_iter().for_each(|entry| options.add(entry, known, errors));
        options
    }

    fn add(&mut self, entry: Meta, known: &Known<'_>, errors: &mut Errors) {
        let attribute = self.attribute;
        let path = entry.path();
        let has = |list: &[&str], key: &Ident| list.contains(&names::plain(key).as_str());
        let key = path.get_ident().filter(|key| has(known.values, key) || has(known.flags, key)).cloned();
        let Some(key) = key else {
            let wrong = path.to_token_stream().to_string();
            let choices: Vec<String> =
                known.values.iter().chain(known.flags).map(|key| (*key).to_owned()).collect();
            let suggestion = names::suggestion(&wrong, &choices);
            return errors.on(path, format!("`#[{attribute}(…)]` has no option `{wrong}`{suggestion}"));
        };
        if self.key(&key.to_string()).is_some() {
            return errors.on(&entry, format!("`{key}` is set twice"));
        }
        let value = match entry {
            Meta::Path(_) if has(known.flags, &key) => None,
            _ if has(known.flags, &key) => {
                return errors.on(&entry, format!("`{key}` has no value: `#[{attribute}({key})]`"));
            }
            Meta::NameValue(pair) => Some(pair.value),
            _ => return errors.on(&entry, format!("give `{key}` a value: `#[{attribute}({key} = …)]`")),
        };
        self.entries.push((key, value));
    }

    /// The option where it is set, for the span of a mistake.
    pub fn key(&self, key: &str) -> Option<&Ident> {
        self.entries.iter().map(|(set, _)| set).find(|set| *set == key)
    }

    /// The options of `keys` that are set, in the order of the source.
    pub fn keys(&self, keys: &[&str]) -> Vec<&Ident> {
        self.entries.iter().map(|(set, _)| set).filter(|set| keys.iter().any(|key| set == key)).collect()
    }

    fn value(&self, key: &str) -> Option<&Expr> {
        self.entries.iter().find(|(set, _)| set == key)?.1.as_ref()
    }

    /// The literal that an option is set to.
    fn literal(&self, key: &str) -> Option<(&Expr, Option<&Lit>)> {
        let value = self.value(key)?;
        match value {
            Expr::Lit(literal) => Some((value, Some(&literal.lit))),
            _ => Some((value, None)),
        }
    }

    /// The value of an option that is a string.
    pub fn string(&self, key: &str, errors: &mut Errors) -> Option<Name> {
        match self.literal(key)? {
            (_, Some(Lit::Str(text))) => Some(Name::new(text.value(), text.span())),
            (value, _) => {
                errors.on(value, format!("`{key}` is a string: `{key} = \"…\"`"));
                None
            }
        }
    }

    /// The value of an option that names a column of the struct.
    pub fn column(&self, key: &str, errors: &mut Errors) -> Option<&Ident> {
        let value = self.value(key)?;
        match value {
            Expr::Path(path) if path.path.get_ident().is_some() => path.path.get_ident(),
            Expr::Lit(literal) if matches!(literal.lit, Lit::Str(_)) => {
                errors.on(value, "write the column without quotation marks");
                None
            }
            _ => {
                errors.on(value, format!("`{key}` names a column of this struct: `{key} = order_id`"));
                None
            }
        }
    }

    /// The value of an option that is a number from 1.
    pub fn number(&self, key: &str, errors: &mut Errors) -> Option<(u32, Span)> {
        let (value, literal) = self.literal(key)?;
        let number = match literal {
            Some(Lit::Int(digits)) => digits.base10_parse::<u32>().ok().filter(|number| *number > 0),
            _ => None,
        };
        if number.is_none() {
            errors.on(value, format!("`{key}` is a whole number from 1 to {}: `{key} = 50`", u32::MAX));
        }
        Some((number?, value.span()))
    }
}

/// What the doc comment says, without the space before each line; the description in GraphQL.
pub fn description(attributes: &[Attribute]) -> Option<String> {
    let mut lines: Vec<String> = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        if let Some(text) = string_value(&attribute.meta) {
            lines.extend(text.lines().map(|line| line.trim_end().to_owned()));
            // An empty `///` line is a paragraph's end.
            if text.is_empty() {
                lines.push(String::new());
            }
        }
    }
    let indent = lines
        .iter()
        .filter(|line| !line.is_empty())
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min()?;
    let lines: Vec<&str> = lines.iter().map(|line| line.get(indent..).unwrap_or("")).collect();
    let text = lines.join("\n").trim_matches('\n').to_owned();
    (!text.is_empty()).then_some(text)
}

/// `#[deprecated]`, with its note.
pub struct Deprecation {
    reason: Option<String>,
}

/// Reads `#[deprecated]`, `#[deprecated = "…"]` or `#[deprecated(note = "…")]`, which rustc checks.
pub fn deprecation(attributes: &[Attribute]) -> Option<Deprecation> {
    let attribute = attributes.iter().find(|attribute| attribute.path().is_ident("deprecated"))?;
    let reason = match &attribute.meta {
        Meta::List(_) => {
            attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok().and_then(
                |entries| entries.iter().find(|entry| entry.path().is_ident("note")).and_then(string_value),
            )
        }
        meta => string_value(meta),
    };
    Some(Deprecation { reason })
}

fn string_value(meta: &Meta) -> Option<String> {
    match meta {
        Meta::NameValue(pair) => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// Reports generic parameters: an item stands for one thing of the database.
pub fn no_generics(generics: &Generics, what: &str, errors: &mut Errors) {
    if !generics.params.is_empty() {
        errors.on(generics, format!("{what} has no generic parameters; remove them"));
    }
}

/// `Some(value)` or `None`, by their full paths.
pub fn option(value: Option<impl ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

impl ToTokens for Deprecation {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let reason = option(self.reason.as_ref());
        tokens.extend(quote!(::onefold::schema::Deprecation { reason: #reason }));
    }
}

/// The type inside of `Wrapper<…>`, as far as its spelling tells: an alias is only known to the compiler.
pub fn inside<'a>(ty: &'a Type, wrapper: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        syn::GenericArgument::Type(inner) if last.ident == wrapper => Some(inner),
        _ => None,
    }
}

/// Replaces `Self` by the name of the struct, because checks stand outside of its `impl`s.
pub fn without_self(tokens: TokenStream, ident: &Ident) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(word) if word == "Self" => {
                let mut name = ident.clone();
                name.set_span(word.span());
                TokenTree::from(name)
            }
            TokenTree::Group(group) => {
                let mut replaced = Group::new(group.delimiter(), without_self(group.stream(), ident));
                replaced.set_span(group.span());
                TokenTree::from(replaced)
            }
            other => other,
        })
        .collect()
}
