//! What an interface and a union have in common, and `#[derive(Union)]` on an enum → the const data of a union.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Data, DeriveInput, Fields};

use crate::attributes::{self, Errors, Known, Options, option};
use crate::names::{self, Name};
use crate::plural::plural;
use crate::spanned;

/// An interface or a union.
pub struct AbstractType {
    /// The GraphQL type.
    name: Name,
    /// The root field.
    plural: Name,
    description: Option<String>,
    tables: Vec<TokenStream>,
}

impl AbstractType {
    /// What the item says besides its tables.
    pub fn new(ident: &Ident, attributes: &[Attribute], options: &Options, errors: &mut Errors) -> Self {
        let span = ident.span();
        let name = options.string("graphql", errors).unwrap_or_else(|| Name::new(names::plain(ident), span));
        let plural = options
            .string("plural", errors)
            .unwrap_or_else(|| Name::new(plural(&names::camel_case(&name.text)), span));
        names::check_graphql(&name, "graphql = \"…\"", errors);
        names::check_graphql(&plural, "plural = \"…\"", errors);
        Self { name, plural, description: attributes::description(attributes), tables: Vec::new() }
    }

    /// Adds a table, which is listed once.
    pub fn add(&mut self, table: impl ToTokens, errors: &mut Errors) {
        let table = table.into_token_stream();
        if self.tables.iter().any(|other| other.to_string() == table.to_string()) {
            errors.on(&table, format!("`{table}` is listed twice"));
        } else {
            self.tables.push(table);
        }
    }

    /// The structs of its tables.
    pub fn tables(&self) -> &[TokenStream] {
        &self.tables
    }

    /// The const data of `item`.
    pub fn expand(&self, item: &TokenStream, kind: &TokenStream) -> TokenStream {
        let [name, plural] = [&self.name, &self.plural].map(|name| &name.text);
        let description = option(self.description.as_ref());
        let tables = self.tables.iter().map(|table| spanned::projection(table, "Table", "NAME"));
        // Expands to:
        //
        //     impl AbstractType for dyn Person {
        //         const ABSTRACT_TYPE: &'static AbstractTypeDef = &AbstractTypeDef {
        //             name: "Person", tables: &[<Customer as Table>::NAME, …], …
        //         };
        //     }
        quote! {
            #[automatically_derived]
            impl ::onefold::schema::AbstractType for #item {
                const ABSTRACT_TYPE: &'static ::onefold::schema::AbstractTypeDef =
                    &::onefold::schema::AbstractTypeDef {
                        name: #name,
                        plural: #plural,
                        description: #description,
                        kind: ::onefold::schema::AbstractKind::#kind,
                        tables: &[#(#tables),*],
                    };
            }
        }
    }
}

/// Expands `#[derive(Union)]`.
pub fn union(input: DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let ident = &input.ident;
    let mut tokens = TokenStream::new();
    if let Data::Enum(data) = &input.data {
        if input.generics.params.is_empty() {
            tokens = expand_union(&input, data, &mut errors);
        } else {
            attributes::no_generics(&input.generics, "a union", &mut errors);
        }
    } else {
        let message =
            format!("a union is an enum with a variant for each table; write `enum {ident} {{ … }}`");
        errors.at(ident.span(), message);
    }
    tokens.extend(errors.into_tokens());
    tokens
}

fn expand_union(input: &DeriveInput, data: &syn::DataEnum, errors: &mut Errors) -> TokenStream {
    let ident = &input.ident;
    let known = Known { values: &["graphql", "plural"], flags: &[] };
    let options = Options::read(&input.attrs, "union", known, errors);
    let mut union = AbstractType::new(ident, &input.attrs, &options, errors);
    let mut variants = Vec::new();
    for variant in &data.variants {
        let name = &variant.ident;
        match &variant.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                union.add(&fields.unnamed[0].ty, errors);
                variants.push(name);
            }
            _ => errors.on(variant, format!("a variant of a union has one table; write `{name}({name})`")),
        }
    }
    if data.variants.is_empty() {
        errors.at(ident.span(), format!("the union `{ident}` has no tables; write a variant for each"));
    }
    if variants.len() < data.variants.len() || variants.is_empty() {
        return TokenStream::new();
    }
    let expanded = union.expand(&quote!(#ident), &quote!(Union));
    let tables = &union.tables;
    // Expands to:
    //
    //     impl AbstractType for Hit { … }
    //     const _: fn(Artist) -> Hit = Hit::Artist;
    //     …
    //     const _: fn(Hit) = |row| match row { Hit::Artist(_row) => {}, … };
    //
    // Nobody makes a value of the enum or reads one; these do, so that rustc finds no dead code.
    quote! {
        #expanded
        #(const _: fn(#tables) -> #ident = #ident::#variants;)*
        const _: fn(#ident) = |row| match row {
            #(#ident::#variants(_row) => {}),*
        };
    }
}
