//! Reads and expands lists that functions answer: `#[sql("similar_tracks({track_id})")]` on a `Many<Track>`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Field, Type};

use crate::attributes::{self, Deprecation, Errors, Known, Options, option};
use crate::names::{self, Name};
use crate::spanned;
use crate::sql::{self, Computed, Form};

/// A list of the rows that a function returns: `#[sql("…")]` on a `Many<T>`, of a row or at the root.
pub struct Function {
    /// The GraphQL field.
    pub name: Name,
    ty: Type,
    call: Computed,
    description: Option<String>,
    deprecation: Option<Deprecation>,
}

impl Function {
    /// Its Rust type.
    pub fn ty(&self) -> &Type {
        &self.ty
    }
}

/// Reads a field; `column` finds the position of a column of the row that the function is called for.
pub fn read(
    ident: &Ident,
    field: &Field,
    attribute: &Attribute,
    column: impl Fn(&Ident, &mut Errors) -> Option<usize>,
    errors: &mut Errors,
) -> Option<Function> {
    let attributes = &field.attrs;
    attributes::misplaced(attributes, &["key"], "a column, and this is a list", errors);
    attributes::misplaced(attributes, &["column"], "a column; a list has `#[relation(…)]`", errors);
    let options = Options::read(attributes, "relation", Known { values: &["graphql"], flags: &[] }, errors);
    let name = options
        .string("graphql", errors)
        .unwrap_or_else(|| Name::new(names::camel_case(&names::plain(ident)), ident.span()));
    Some(Function {
        name,
        ty: field.ty.clone(),
        call: sql::read(attribute, Form::Call, column, errors)?,
        description: attributes::description(attributes),
        deprecation: attributes::deprecation(attributes),
    })
}

impl ToTokens for Function {
    // Expands to:
    //
    //     FunctionDef {
    //         name: "similarTracks",
    //         target: <<Many<Track> as ToMany>::Target as Table>::NAME,
    //         call: ComputedDef { … },
    //         …
    //     }
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Function { name, ty, call, .. } = self;
        let name = &name.text;
        let target = spanned::projection(ty, "ToMany", "Target");
        let target = spanned::projection(&target, "Table", "NAME");
        let description = option(self.description.as_ref());
        let deprecation = option(self.deprecation.as_ref());
        tokens.extend(quote! {
            ::onefold::schema::FunctionDef {
                name: #name,
                target: #target,
                call: #call,
                description: #description,
                deprecation: #deprecation,
            }
        });
    }
}
