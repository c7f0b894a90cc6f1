//! `#[interface(…)]` on a trait → the const data of an interface.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Generics, Meta, Path, Token, Type, Visibility, braced, parenthesized};

use crate::abstract_type::AbstractType;
use crate::attributes::{self, Deprecation, Errors, Known, Options, option};
use crate::names::{self, Name};
use crate::spanned;

const TABLES_HELP: &str = "an interface names its tables: `#[interface(tables(Customer, Employee))]`";

const FIELD_HELP: &str = "a shared field is a function without a body: `fn first_name(&self) -> String;`";

/// A trait as it was written.
struct Trait {
    attributes: Vec<Attribute>,
    visibility: Visibility,
    ident: Ident,
    generics: Generics,
    items: Vec<Item>,
}

/// Anything in a trait.
struct Item {
    attributes: Vec<Attribute>,
    /// Up to its semicolon or braces.
    tokens: TokenStream,
}

/// `fn first_name(&self) -> String;`
struct Function {
    ident: Ident,
    ty: Type,
}

/// A field of the interface.
struct Shared {
    /// The GraphQL field.
    name: Name,
    ty: Type,
    description: Option<String>,
    deprecation: Option<Deprecation>,
}

impl Parse for Trait {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        if !input.peek(Token![trait]) {
            return Err(
                input.error("an interface is a trait, whose functions are the fields that its tables share")
            );
        }
        input.parse::<Token![trait]>()?;
        let (ident, generics) = (input.parse()?, input.parse()?);
        if input.peek(Token![:]) {
            return Err(input.error("an interface has no supertraits; write its own fields"));
        }
        let content;
        braced!(content in input);
        let mut items = Vec::new();
        while !content.is_empty() {
            items.push(content.parse()?);
        }
        Ok(Self { attributes, visibility, ident, generics, items })
    }
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let mut tokens = TokenStream::new();
        while !input.is_empty() {
            let token: TokenTree = input.parse()?;
            let is_end = match &token {
                TokenTree::Punct(punct) => punct.as_char() == ';',
                TokenTree::Group(group) => group.delimiter() == proc_macro2::Delimiter::Brace,
                TokenTree::Ident(_) | TokenTree::Literal(_) => false,
            };
            tokens.extend([token]);
            if is_end {
                break;
            }
        }
        Ok(Self { attributes, tokens })
    }
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse::<Token![fn]>()?;
        let ident = input.parse()?;
        let content;
        parenthesized!(content in input);
        content.parse::<Token![&]>()?;
        content.parse::<Token![self]>()?;
        input.parse::<Token![->]>()?;
        let ty = input.parse()?;
        input.parse::<Token![;]>()?;
        Ok(Self { ident, ty })
    }
}

/// Expands the attribute.
pub fn expand(attribute: &TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut tokens = match syn::parse2::<Trait>(item.clone()) {
        Ok(found) if found.generics.params.is_empty() => interface(attribute, &found, &mut errors),
        Ok(found) => {
            attributes::no_generics(&found.generics, "an interface", &mut errors);
            TokenStream::new()
        }
        Err(error) => {
            errors.push(error);
            item.clone()
        }
    };
    tokens.extend(errors.into_tokens());
    tokens
}

fn interface(attribute: &TokenStream, found: &Trait, errors: &mut Errors) -> TokenStream {
    let Trait { attributes, visibility, ident, items, .. } = found;
    let (tables, rest) = tables(attribute, errors);
    let known = Known { values: &["graphql", "plural"], flags: &[] };
    let options = Options::of(rest, "interface", &known, errors);
    let mut interface = AbstractType::new(ident, attributes, &options, errors);
    tables.iter().for_each(|table| interface.add(table, errors));
    let fields: Vec<_> = items.iter().filter_map(|item| shared(item, errors)).collect();
    if items.is_empty() {
        errors.at(ident.span(), format!("`{ident}` shares no field; {FIELD_HELP}"));
    }
    let names = fields.iter().map(|field| &field.name);
    names::check_distinct(names, &format!("fields of `{ident}`"), "#[column(graphql = \"…\")]", errors);
    let fields = fields.iter().map(|Shared { name, ty, description, deprecation }| {
        let name = &name.text;
        let scalar = spanned::projection(ty, "ColumnType", "SCALAR");
        let nullable = spanned::projection(ty, "ColumnType", "NULLABLE");
        let (description, deprecation) = (option(description.as_ref()), option(deprecation.as_ref()));
        quote! {
            ::onefold::schema::SharedFieldDef {
                name: #name,
                scalar: #scalar,
                nullable: #nullable,
                description: #description,
                deprecation: #deprecation,
            }
        }
    });
    let data = interface.expand(&quote!(dyn #ident), &quote!(Interface(&[#(#fields),*])));
    let tables = interface.tables();
    // Expands to:
    //
    //     pub trait Person {}
    //     impl Person for Customer {}
    //     …
    //     impl AbstractType for dyn Person { … }
    //
    // Nobody has a row to call a function of, so the trait has none.
    quote! {
        #(#attributes)*
        #[allow(dead_code)]
        #visibility trait #ident {}
        #(#[automatically_derived] impl #ident for #tables {})*
        #data
    }
}

/// Divides `tables(Customer, Employee), plural = "people"` into the tables and the rest.
fn tables(attribute: &TokenStream, errors: &mut Errors) -> (Vec<Path>, Vec<Meta>) {
    let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
    let entries = parser.parse2(attribute.clone()).unwrap_or_else(|error| {
        errors.push(error);
        Punctuated::new()
    });
    let (lists, rest): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|entry| entry.path().is_ident("tables"));
    if let Some(again) = lists.get(1) {
        errors.on(again, "`tables` stands here twice; write all tables in one");
    }
    let tables = match lists.first() {
        Some(list) => listed(list),
        None => Err(syn::Error::new(Span::call_site(), TABLES_HELP)),
    };
    let tables = tables.unwrap_or_else(|error| {
        errors.push(error);
        Vec::new()
    });
    (tables, rest)
}

/// The tables of `tables(Customer, Employee)`.
fn listed(list: &Meta) -> syn::Result<Vec<Path>> {
    let help = || syn::Error::new_spanned(list, TABLES_HELP);
    let Meta::List(list) = list else { return Err(help()) };
    let tables = list.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)?;
    if tables.is_empty() { Err(help()) } else { Ok(tables.into_iter().collect()) }
}

/// Reads a function into the field that it stands for.
fn shared(Item { attributes, tokens }: &Item, errors: &mut Errors) -> Option<Shared> {
    let Ok(Function { ident, ty }) = syn::parse2::<Function>(tokens.clone()) else {
        errors.on(tokens, FIELD_HELP);
        return None;
    };
    let is_known = |path: &Path| ["doc", "column", "deprecated"].iter().any(|known| path.is_ident(known));
    for other in attributes.iter().filter(|attribute| !is_known(attribute.path())) {
        errors.on(
            other,
            "a shared field has no such attribute, only `#[column(graphql = \"…\")]` and `#[deprecated]`",
        );
    }
    let options = Options::read(attributes, "column", Known { values: &["graphql"], flags: &[] }, errors);
    let plain = names::plain(&ident);
    let name = options
        .string("graphql", errors)
        .unwrap_or_else(|| Name::new(names::camel_case(&plain), ident.span()));
    names::check_graphql(&name, "#[column(graphql = \"…\")]", errors);
    let (description, deprecation) =
        (attributes::description(attributes), attributes::deprecation(attributes));
    Some(Shared { name, ty, description, deprecation })
}
