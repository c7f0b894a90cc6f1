//! `#[derive(Schema)]`: a struct that lists tables, and has a field for each function at the root → the const data of a schema,
//! and the checks that involve several tables, made by the compiler.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Fields, Meta, Path, Token};

use crate::attributes::{self, Errors, option};
use crate::table::{self, Function};
use crate::{names, spanned};

/// Expands the derive.
pub fn derive(input: DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let tables = tables(&input, &mut errors);
    let functions = functions(&input, &mut errors);
    attributes::no_generics(&input.generics, "a schema", &mut errors);
    let mut tokens = TokenStream::new();
    if let Some(functions) = functions
        && input.generics.params.is_empty()
    {
        tokens = expand(&input, &tables, &functions);
    }
    tokens.extend(errors.into_tokens());
    tokens
}

/// Reads the fields: lists that functions answer. `None` when it is no struct for a schema.
fn functions(input: &DeriveInput, errors: &mut Errors) -> Option<Vec<Function>> {
    let ident = &input.ident;
    let fields = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Unit => return Some(Vec::new()),
            Fields::Named(fields) if !fields.named.is_empty() => &fields.named,
            Fields::Named(_) | Fields::Unnamed(_) => {
                errors.at(
                    ident.span(),
                    format!("a schema without functions has no fields; write `struct {ident};`"),
                );
                return None;
            }
        },
        Data::Enum(_) | Data::Union(_) => {
            errors.at(ident.span(), format!("a schema is a struct; write `struct {ident};`"));
            return None;
        }
    };
    let no_row = |column: &Ident, errors: &mut Errors| {
        errors.on(
            column,
            format!("`{{{column}}}` is a column of a row, and at the root there is none; give the function arguments"),
        );
        None
    };
    let mut functions = Vec::new();
    for field in fields {
        let Some(ident) = &field.ident else { continue };
        match attributes::only(&field.attrs, "sql", errors) {
            Some(attribute) => functions.extend(table::function(ident, field, attribute, no_row, errors)),
            None => errors.on(
                ident,
                "a field of a schema is a list that a function answers: write \
                 `#[sql(\"search_tracks($text)\", args(text: String))]` above a `Many<…>`",
            ),
        }
    }
    let names = functions.iter().map(|function| &function.name);
    names::check_distinct(names, "fields of `Query`", "#[relation(graphql = \"…\")]", errors);
    for function in &functions {
        names::check_graphql(&function.name, "#[relation(graphql = \"…\")]", errors);
    }
    Some(functions)
}

/// Reads `#[schema(tables(Artist, Album))]`.
fn tables(input: &DeriveInput, errors: &mut Errors) -> Vec<Path> {
    let tables = match attributes::only(&input.attrs, "schema", errors) {
        Some(attribute) => parse(attribute),
        None => Err(syn::Error::new(
            input.ident.span(),
            "list the tables above: `#[schema(tables(Artist, Album))]`",
        )),
    };
    let tables = tables.unwrap_or_else(|error| {
        errors.push(error);
        Vec::new()
    });
    let mut listed: Vec<String> = Vec::new();
    let mut distinct = Vec::new();
    for table in tables {
        let name = table.to_token_stream().to_string();
        if listed.contains(&name) {
            errors.on(&table, format!("`{name}` is listed twice"));
        } else {
            listed.push(name);
            distinct.push(table);
        }
    }
    distinct
}

fn parse(attribute: &Attribute) -> syn::Result<Vec<Path>> {
    const HELP: &str = "write `#[schema(tables(Artist, Album))]`";
    let Meta::List(_) = &attribute.meta else { return Err(syn::Error::new_spanned(attribute, HELP)) };
    let options = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)?;
    let mut tables = None;
    for option in options {
        match &option {
            Meta::List(list) if list.path.is_ident("tables") && tables.is_none() => {
                let paths = list.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)?;
                tables = Some(paths.into_iter().collect::<Vec<_>>());
            }
            _ => {
                let wrong = option.path().to_token_stream().to_string();
                let suggestion = names::suggestion(&wrong, &["tables".to_owned()]);
                let message = match option.path().is_ident("tables") {
                    true => HELP.to_owned(),
                    false => format!("`#[schema(…)]` has no option `{wrong}`{suggestion}"),
                };
                return Err(syn::Error::new_spanned(option, message));
            }
        }
    }
    match tables {
        Some(tables) if !tables.is_empty() => Ok(tables),
        _ => Err(syn::Error::new_spanned(attribute, format!("a schema has at least one table; {HELP}"))),
    }
}

fn expand(input: &DeriveInput, tables: &[Path], functions: &[Function]) -> TokenStream {
    let ident = &input.ident;
    let name = names::plain(ident);
    let description = option(attributes::description(&input.attrs));
    let defs = tables.iter().map(|table| spanned::projection(table, "Table", "TABLE"));
    // A check is spanned at its table, where rustc then shows the mistake.
    let checks = tables.iter().enumerate().map(|(index, table)| {
        spanned::call(table, quote!(::onefold::schema::check_table), quote!(SCHEMA, &NAMES, #index))
    });
    let function_checks = functions.iter().enumerate().map(|(index, function)| {
        spanned::call(
            function.ty(),
            quote!(::onefold::schema::check_function),
            quote!(SCHEMA, &NAMES, #index),
        )
    });
    // Expands to:
    //
    //     impl Schema for Music {
    //         const SCHEMA: &'static SchemaDef = &SchemaDef { name: "Music", tables: &[<Album as Table>::TABLE], … };
    //     }
    //     const _: fn() -> Music = || Music;
    //     const _: () = {
    //         const SCHEMA: &SchemaDef = <Music as Schema>::SCHEMA;
    //         const NAMES: [TableNames; 1] = table_names(SCHEMA);
    //         const _: () = check_table(SCHEMA, &NAMES, 0);
    //     };
    //
    // Nobody holds a value of the struct; the function gives one, so that rustc finds no dead code.
    let count = tables.len();
    let names: Vec<&Ident> = match &input.data {
        Data::Struct(data) => data.fields.iter().filter_map(|field| field.ident.as_ref()).collect(),
        Data::Enum(_) | Data::Union(_) => Vec::new(),
    };
    let value = match names.is_empty() {
        true => quote!(const _: fn() -> #ident = || #ident;),
        false => quote! {
            #[allow(deprecated)]
            const _: fn(#ident) -> #ident = |#ident { #(#names),* }| #ident { #(#names),* };
        },
    };
    quote! {
        #[automatically_derived]
        impl ::onefold::schema::Schema for #ident {
            const SCHEMA: &'static ::onefold::schema::SchemaDef = &::onefold::schema::SchemaDef {
                name: #name,
                description: #description,
                tables: &[#(#defs),*],
                functions: &[#(#functions),*],
            };
        }
        #value
        const _: () = {
            const SCHEMA: &::onefold::schema::SchemaDef = <#ident as ::onefold::schema::Schema>::SCHEMA;
            const NAMES: [::onefold::schema::TableNames; #count] = ::onefold::schema::table_names(SCHEMA);
            #(const _: () = #checks;)*
            #(const _: () = #function_checks;)*
        };
    }
}
