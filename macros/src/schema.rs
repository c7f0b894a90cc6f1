//! `#[derive(Schema)]`: a struct that lists tables, and interfaces and unions over them, and has a field for each function at
//! the root → the const data of a schema, and the checks that involve several tables, made by the compiler.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Fields, Meta, Path, Token};

use crate::attributes::{self, Errors, option};
use crate::table::{self, Function};
use crate::{names, spanned};

/// What a schema lists.
#[derive(Default)]
struct Listed {
    tables: Vec<Path>,
    interfaces: Vec<Path>,
    unions: Vec<Path>,
}

const HELP: &str = "write `#[schema(tables(Artist, Album))]`";

/// Expands the derive.
pub fn derive(input: DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let listed = listed(&input, &mut errors);
    let functions = functions(&input, &mut errors);
    attributes::no_generics(&input.generics, "a schema", &mut errors);
    let mut tokens = TokenStream::new();
    if let Some(functions) = functions
        && input.generics.params.is_empty()
    {
        tokens = expand(&input, &listed, &functions);
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

/// Reads `#[schema(tables(Artist, Album), interfaces(Person), unions(Hit))]`.
fn listed(input: &DeriveInput, errors: &mut Errors) -> Listed {
    let listed = match attributes::only(&input.attrs, "schema", errors) {
        Some(attribute) => parse(attribute),
        None => Err(syn::Error::new(
            input.ident.span(),
            "list the tables above: `#[schema(tables(Artist, Album))]`",
        )),
    };
    let mut listed = listed.unwrap_or_else(|error| {
        errors.push(error);
        Listed::default()
    });
    for paths in [&mut listed.tables, &mut listed.interfaces, &mut listed.unions] {
        *paths = distinct(std::mem::take(paths), errors);
    }
    listed
}

/// Reports what is listed twice.
fn distinct(paths: Vec<Path>, errors: &mut Errors) -> Vec<Path> {
    let mut names: Vec<String> = Vec::new();
    let mut distinct = Vec::new();
    for path in paths {
        let name = path.to_token_stream().to_string();
        if names.contains(&name) {
            errors.on(&path, format!("`{name}` is listed twice"));
        } else {
            names.push(name);
            distinct.push(path);
        }
    }
    distinct
}

fn parse(attribute: &Attribute) -> syn::Result<Listed> {
    let Meta::List(_) = &attribute.meta else { return Err(syn::Error::new_spanned(attribute, HELP)) };
    let options = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)?;
    let (mut tables, mut interfaces, mut unions) = (None, None, None);
    for option in options {
        let known = [("tables", &mut tables), ("interfaces", &mut interfaces), ("unions", &mut unions)];
        let known = known.into_iter().find(|(name, _)| option.path().is_ident(name));
        match (&option, known) {
            (Meta::List(list), Some((_, paths @ None))) => {
                let parsed = list.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)?;
                *paths = Some(parsed.into_iter().collect::<Vec<_>>());
            }
            (_, Some(("tables", _))) => return Err(syn::Error::new_spanned(option, HELP)),
            (_, Some((name, _))) => {
                let message = format!("write `{name}(…)` once, with the names of all");
                return Err(syn::Error::new_spanned(option, message));
            }
            (_, None) => {
                let wrong = option.path().to_token_stream().to_string();
                let choices = ["tables", "interfaces", "unions"].map(str::to_owned);
                let suggestion = names::suggestion(&wrong, &choices);
                let message = format!("`#[schema(…)]` has no option `{wrong}`{suggestion}");
                return Err(syn::Error::new_spanned(option, message));
            }
        }
    }
    match tables {
        Some(tables) if !tables.is_empty() => Ok(Listed {
            tables,
            interfaces: interfaces.unwrap_or_default(),
            unions: unions.unwrap_or_default(),
        }),
        _ => Err(syn::Error::new_spanned(attribute, format!("a schema has at least one table; {HELP}"))),
    }
}

fn expand(
    input: &DeriveInput,
    Listed { tables, interfaces, unions }: &Listed,
    functions: &[Function],
) -> TokenStream {
    let ident = &input.ident;
    let name = names::plain(ident);
    let description = option(attributes::description(&input.attrs));
    let defs = tables.iter().map(|table| spanned::projection(table, "Table", "TABLE"));
    // A check is spanned at its table, where rustc then shows the mistake.
    let checks = tables.iter().enumerate().map(|(index, table)| {
        spanned::call(table, quote!(::onefold::schema::check_table), quote!(SCHEMA, &NAMES, #index))
    });
    // An interface is a trait, which has its constant as a type.
    let interfaces = interfaces.iter().map(|path| (path, quote_spanned!(path.span()=> dyn #path)));
    let unions = unions.iter().map(|path| (path, quote!(#path)));
    let (paths, types): (Vec<_>, Vec<_>) = interfaces.chain(unions).unzip();
    let abstract_types = paths.iter().zip(&types).map(|(path, ty)| {
        spanned::under(path, quote!(<#ty as ::onefold::schema::AbstractType>::ABSTRACT_TYPE))
    });
    let abstract_checks = paths.iter().enumerate().map(|(index, path)| {
        spanned::call(path, quote!(::onefold::schema::check_abstract_type), quote!(SCHEMA, #index))
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
                abstract_types: &[#(#abstract_types),*],
                functions: &[#(#functions),*],
            };
        }
        #value
        const _: () = {
            const SCHEMA: &::onefold::schema::SchemaDef = <#ident as ::onefold::schema::Schema>::SCHEMA;
            const NAMES: [::onefold::schema::TableNames; #count] = ::onefold::schema::table_names(SCHEMA);
            #(const _: () = #checks;)*
            #(const _: () = #abstract_checks;)*
            #(const _: () = #function_checks;)*
        };
    }
}
