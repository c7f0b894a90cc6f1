//! `#[derive(Scalar)]`: a Rust struct around a column type → the const data of a scalar of the user's.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Data, DeriveInput, Fields, Type};

use crate::attributes::{self, Errors, Known, Options, option};
use crate::names::{self, Name};
use crate::spanned;

struct Scalar {
    ident: Ident,
    /// The type whose values it has.
    base: Type,
    /// The GraphQL scalar; `None` when it is that of the base.
    name: Option<Name>,
    specified_by: Option<Name>,
    schema: Option<Name>,
    sql: Option<Name>,
    domain: Option<Name>,
    description: Option<String>,
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

fn parse(input: DeriveInput, errors: &mut Errors) -> Option<Scalar> {
    let ident = input.ident;
    let base = match input.data {
        Data::Struct(data) => match data.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => fields.unnamed.into_iter().next(),
            _ => None,
        },
        _ => None,
    };
    let Some(base) = base else {
        errors.at(
            ident.span(),
            format!("a scalar has the values of another type; write `struct {ident}(String);`"),
        );
        return None;
    };
    if !input.generics.params.is_empty() {
        attributes::no_generics(&input.generics, "a scalar", errors);
        return None;
    }
    let known = Known { values: &["graphql", "specified_by", "schema", "sql", "domain"], flags: &["plain"] };
    let options = Options::read(&input.attrs, "scalar", known, errors);
    let is_plain = options.key("plain").is_some();
    for key in options.keys(&["graphql", "specified_by"]).into_iter().filter(|_| is_plain) {
        errors.at(
            key.span(),
            format!("a plain scalar has no GraphQL type of its own; remove `{key}` or `plain`"),
        );
    }
    let own = || Name::new(names::plain(&ident), ident.span());
    let scalar = Scalar {
        base: base.ty,
        name: (!is_plain).then(|| options.string("graphql", errors).unwrap_or_else(own)),
        specified_by: options.string("specified_by", errors),
        schema: options.string("schema", errors),
        sql: options.string("sql", errors),
        domain: options.string("domain", errors),
        description: attributes::description(&input.attrs),
        ident,
    };
    if let (Some(schema), None, None) = (&scalar.schema, &scalar.sql, &scalar.domain) {
        errors.at(schema.span, "`schema` is that of a Postgres type; name it by `sql` or `domain`");
    }
    Some(scalar)
}

fn check(item: &Scalar, errors: &mut Errors) {
    if let Some(name) = &item.name {
        names::check_graphql(name, "#[scalar(graphql = \"…\")]", errors);
    }
    for name in [&item.schema, &item.sql, &item.domain].into_iter().flatten() {
        names::check_postgres(name, errors);
    }
}

fn expand(item: &Scalar) -> TokenStream {
    let (ident, base) = (&item.ident, &item.base);
    let name = option(item.name.as_ref().map(|name| &name.text));
    let specified_by = option(item.specified_by.as_ref().map(|name| &name.text));
    let description = option(item.description.as_ref());
    let schema = |is_of: bool| option(item.schema.as_ref().filter(|_| is_of).map(|name| &name.text));
    let type_name = |name: &Option<Name>, schema: TokenStream| {
        let name = name.as_ref().map(|name| &name.text);
        option(name.map(|name| quote!(::onefold::schema::TypeName { schema: #schema, name: #name })))
    };
    // The domain is what stands in a schema; the type underneath is found as all types are.
    let sql = type_name(&item.sql, schema(item.domain.is_none()));
    let domain = type_name(&item.domain, schema(true));
    let scalar = spanned::projection(base, "ColumnType", "SCALAR");
    let unfit = format!(
        "`{ident}` has the values of a scalar that Postgres has itself, never of an enum, an array, a `TsVector`, a \
         `Vector`, a `CiText` or another scalar with `#[derive(Scalar)]`"
    );
    let can_be_base = quote!(::onefold::schema::can_be_base(#scalar));
    let check = spanned::call(base, quote!(::core::assert!), quote!(#can_be_base, #unfit));
    // Expands to:
    //
    //     impl ColumnType for Email {
    //         const SCALAR: ScalarType =
    //             ScalarType::Custom(&CustomDef { name: Some("Email"), base: <String as ColumnType>::SCALAR, … });
    //         type Base = Email;
    //     }
    //     impl ArrayItem for Email { … }
    //     const _: () = assert!(can_be_base(<String as ColumnType>::SCALAR), "…");
    //     const _: fn(String) -> Email = Email;
    //     const _: fn(Email) -> String = |value| value.0;
    //
    // Nobody holds a value of the struct; the last constants make and read one, so that rustc finds no dead code.
    quote! {
        #[automatically_derived]
        impl ::onefold::schema::ColumnType for #ident {
            const SCALAR: ::onefold::schema::ScalarType =
                ::onefold::schema::ScalarType::Custom(&::onefold::schema::CustomDef {
                    name: #name,
                    description: #description,
                    specified_by: #specified_by,
                    base: #scalar,
                    sql: #sql,
                    domain: #domain,
                });
            type Base = #ident;
        }
        #[automatically_derived]
        impl ::onefold::schema::ArrayItem for #ident {
            const ITEM: ::onefold::schema::ArrayDef = ::onefold::schema::ArrayDef {
                item: <#ident as ::onefold::schema::ColumnType>::SCALAR,
                nullable_items: false,
            };
        }
        const _: () = #check;
        #[allow(dead_code)]
        const _: fn(#base) -> #ident = #ident;
        #[allow(dead_code)]
        const _: fn(#ident) -> #base = |value| value.0;
    }
}
