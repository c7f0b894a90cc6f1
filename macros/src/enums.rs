//! `#[derive(Enum)]`: a Rust enum without data → the const data of a Postgres enum and its GraphQL enum.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Data, DeriveInput, Fields, Variant};

use crate::attributes::{self, Deprecation, Errors, Known, Options, option};
use crate::names::{self, Name};

struct Enum {
    ident: Ident,
    /// The GraphQL type.
    name: Name,
    schema: Option<Name>,
    /// The Postgres type.
    type_name: Name,
    description: Option<String>,
    values: Vec<Value>,
}

struct Value {
    ident: Ident,
    /// The GraphQL value.
    name: Name,
    /// The Postgres label.
    label: Name,
    description: Option<String>,
    deprecation: Option<Deprecation>,
}

/// Expands the derive.
pub fn derive(input: DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let mut tokens = TokenStream::new();
    if let Some(item) = parse(input, &mut errors) {
        check(&item, &mut errors);
        tokens = expand(&item);
    }
    tokens.extend(errors.into_tokens());
    tokens
}

fn parse(input: DeriveInput, errors: &mut Errors) -> Option<Enum> {
    let ident = input.ident;
    let Data::Enum(data) = input.data else {
        errors.at(ident.span(), "a Postgres enum is a Rust enum; for a table write `#[derive(Table)]`");
        return None;
    };
    if !input.generics.params.is_empty() {
        attributes::no_generics(&input.generics, "a Postgres enum", errors);
        return None;
    }
    attributes::misplaced(&input.attrs, &["value"], "a variant; an enum has `#[pg(…)]`", errors);
    let options = Options::read(
        &input.attrs,
        "pg",
        Known { values: &["name", "schema", "graphql"], flags: &[] },
        errors,
    );
    let plain = names::plain(&ident);
    Some(Enum {
        name: options.string("graphql", errors).unwrap_or_else(|| Name::new(plain.clone(), ident.span())),
        schema: options.string("schema", errors),
        type_name: options
            .string("name", errors)
            .unwrap_or_else(|| Name::new(names::snake_case(&plain), ident.span())),
        description: attributes::description(&input.attrs),
        values: data.variants.into_iter().filter_map(|variant| value(variant, errors)).collect(),
        ident,
    })
}

fn value(variant: Variant, errors: &mut Errors) -> Option<Value> {
    attributes::misplaced(&variant.attrs, &["pg"], "the enum; a variant has `#[value(…)]`", errors);
    let options =
        Options::read(&variant.attrs, "value", Known { values: &["label", "graphql"], flags: &[] }, errors);
    let ident = variant.ident;
    if !matches!(variant.fields, Fields::Unit) {
        errors.on(&variant.fields, format!("a value of a Postgres enum has no data; write `{ident}` alone"));
        return None;
    }
    let plain = names::plain(&ident);
    Some(Value {
        name: options
            .string("graphql", errors)
            .unwrap_or_else(|| Name::new(names::screaming_snake_case(&plain), ident.span())),
        label: options
            .string("label", errors)
            .unwrap_or_else(|| Name::new(names::snake_case(&plain), ident.span())),
        description: attributes::description(&variant.attrs),
        deprecation: attributes::deprecation(&variant.attrs),
        ident,
    })
}

fn check(item: &Enum, errors: &mut Errors) {
    names::check_graphql(&item.name, "#[pg(graphql = \"…\")]", errors);
    for name in [Some(&item.type_name), item.schema.as_ref()].into_iter().flatten() {
        names::check_postgres(name, errors);
    }
    if item.values.is_empty() {
        errors.at(item.ident.span(), format!("the enum `{}` has no values", item.ident));
    }
    let rename = "#[value(graphql = \"…\")]";
    for value in &item.values {
        names::check_postgres(&value.label, errors);
        names::check_graphql(&value.name, rename, errors);
        // <https://spec.graphql.org/draft/#EnumValue>
        if ["true", "false", "null"].contains(&value.name.text.as_str()) {
            errors.at(
                value.name.span,
                format!(
                    "`{}` is a literal of GraphQL, not the value of an enum; write `{rename}`",
                    value.name.text
                ),
            );
        }
    }
    let what = format!("values of `{}`", item.name.text);
    names::check_distinct(item.values.iter().map(|value| &value.name), &what, rename, errors);
    let what = format!("labels of `{}`", item.type_name.text);
    names::check_distinct(
        item.values.iter().map(|value| &value.label),
        &what,
        "#[value(label = \"…\")]",
        errors,
    );
}

fn expand(item: &Enum) -> TokenStream {
    let ident = &item.ident;
    let name = &item.name.text;
    let schema = option(item.schema.as_ref().map(|name| &name.text));
    let type_name = &item.type_name.text;
    let description = option(item.description.as_ref());
    let values = item.values.iter().map(|value| {
        let [name, label] = [&value.name, &value.label].map(|name| &name.text);
        let description = option(value.description.as_ref());
        let deprecation = option(value.deprecation.as_ref());
        quote! {
            ::onefold::schema::EnumValueDef {
                name: #name,
                label: #label,
                description: #description,
                deprecation: #deprecation,
            }
        }
    });
    let variants = item.values.iter().map(|value| &value.ident);
    // Expands to:
    //
    //     impl EnumType for OrderState {
    //         const ENUM: &'static EnumDef = &EnumDef { name: "OrderState", values: &[…], … };
    //     }
    //     impl ColumnType for OrderState {
    //         const SCALAR: ScalarType = ScalarType::Enum(<OrderState as EnumType>::ENUM);
    //         type Base = OrderState;
    //     }
    //     impl ArrayItem for OrderState { … }
    //     const _: &[OrderState] = &[OrderState::Open, OrderState::InTransit];
    //
    // Nobody holds a value of the enum; the last constant does, so that rustc finds no dead code.
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl ::onefold::schema::EnumType for #ident {
            const ENUM: &'static ::onefold::schema::EnumDef = &::onefold::schema::EnumDef {
                name: #name,
                schema: #schema,
                type_name: #type_name,
                description: #description,
                values: &[#(#values),*],
            };
        }
        #[automatically_derived]
        #[allow(deprecated)]
        impl ::onefold::schema::ColumnType for #ident {
            const SCALAR: ::onefold::schema::ScalarType =
                ::onefold::schema::ScalarType::Enum(<#ident as ::onefold::schema::EnumType>::ENUM);
            type Base = #ident;
        }
        #[automatically_derived]
        #[allow(deprecated)]
        impl ::onefold::schema::ArrayItem for #ident {
            const ITEM: ::onefold::schema::ArrayDef = ::onefold::schema::ArrayDef {
                item: <#ident as ::onefold::schema::ColumnType>::SCALAR,
                nullable_items: false,
            };
        }
        #[allow(deprecated)]
        const _: &[#ident] = &[#(#ident::#variants),*];
    }
}
