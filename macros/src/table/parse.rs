//! Reads a struct and its attributes into a [`Table`]; knows no rule that involves two fields.

use proc_macro2::Ident;
use syn::{Attribute, Data, DeriveInput, Field, Fields, Type, parse_quote};

use super::placement::{self, Placement};
use super::{Column, Kind, Relation, RelationKind, Table, function, relation};
use crate::attributes::{self, Errors, Known, Options};
use crate::names::{self, Name};
use crate::plural::plural;
use crate::sql::{self, Computed, Form};

/// Reads the struct; `None` when it is not one with named fields.
pub fn table(input: DeriveInput, errors: &mut Errors) -> Option<Table> {
    let ident = input.ident;
    let fields = match input.data {
        Data::Struct(data) => match data.fields {
            Fields::Named(fields) => fields.named,
            Fields::Unnamed(_) | Fields::Unit => {
                errors.at(
                    ident.span(),
                    format!(
                        "a table has named columns; write `struct {ident} {{ … }}` with a field for each"
                    ),
                );
                return None;
            }
        },
        Data::Enum(_) => {
            errors.at(ident.span(), "a table is a struct; for a Postgres enum write `#[derive(Enum)]`");
            return None;
        }
        Data::Union(_) => {
            errors.at(ident.span(), "a table is a struct");
            return None;
        }
    };
    if !input.generics.params.is_empty() {
        attributes::no_generics(&input.generics, "a table", errors);
        return None;
    }
    attributes::misplaced(
        &input.attrs,
        &["key", "column", "sql", "one", "many", "relation"],
        "a field",
        errors,
    );

    let options = table_options(&input.attrs, errors);
    let mut table = head(ident, &input.attrs, &options, errors);
    let (mut relations, mut computed, mut functions) = (Vec::new(), Vec::new(), Vec::new());
    for field in fields {
        let Some(ident) = field.ident.clone() else { continue };
        table.fields.push(ident.clone());
        attributes::misplaced(&field.attrs, &["table"], "the struct", errors);
        let ty = field.ty;
        let field = Field { ty: parse_type(&ty, &table.ident), ..field };
        if is_relation(&field.attrs) {
            relations.push((ident, field));
        } else {
            let attribute = attributes::only(&field.attrs, "sql", errors).cloned();
            match (relation_type(&field.ty), attribute) {
                (Some("Many"), Some(attribute)) => functions.push((ident, field, attribute)),
                (Some(_), Some(_)) => errors.on(&ty, "the rows of a function are a list: write `Many<…>`"),
                (Some(wrapper), None) => errors.on(&ty, missing_attribute(wrapper)),
                (None, attribute) => {
                    computed.extend(attribute.map(|attribute| (table.columns.len(), attribute)));
                    table.columns.push(column(ident, field, errors));
                }
            }
        }
    }
    // Expressions, the shard key and relations name columns, so they are read when all columns are known.
    for (index, attribute) in computed {
        let read =
            sql::read(&attribute, Form::Expression, |ident, errors| table.column(ident, errors), errors);
        table.columns[index].computed = Some(read.unwrap_or_else(Computed::unread));
    }
    for (ident, field, attribute) in functions {
        let column = |ident: &Ident, errors: &mut Errors| table.column(ident, errors);
        let read = function::read(&ident, &field, &attribute, column, errors);
        table.functions.extend(read);
    }
    table.placement = placement::read(&table, &options, errors);
    for (ident, field) in relations {
        if let Some(relation) = relation(&table, &ident, &field, errors) {
            table.relations.push(relation);
        }
    }
    Some(table)
}

fn table_options(attributes: &[Attribute], errors: &mut Errors) -> Options {
    let own = ["name", "schema", "graphql", "singular", "plural", "default_limit", "max_limit"];
    let values = [&own[..], &placement::VALUES].concat();
    let flags = [&placement::FLAGS[..], &KINDS].concat();
    Options::read(attributes, "table", Known { values: &values, flags: &flags }, errors)
}

/// The flags that say what the rows come from.
const KINDS: [&str; 2] = ["view", "function"];

fn kind(options: &Options, errors: &mut Errors) -> Kind {
    if let [first, second] = options.keys(&KINDS)[..] {
        errors.on(second, format!("`{first}` and `{second}` exclude one another; keep one of them"));
    }
    if options.key("function").is_none() {
        return if options.key("view").is_some() { Kind::View } else { Kind::Table };
    }
    let others =
        ["name", "schema", "singular", "plural", "shard_by", "slot_in", "shard", "scatter", "reference"];
    for option in options.keys(&others) {
        errors.on(
            option,
            format!(
                "`{option}` is for a table, and the rows of this struct come from functions alone; remove it"
            ),
        );
    }
    Kind::Function
}

/// The struct's own names and options.
fn head(ident: Ident, attributes: &[Attribute], options: &Options, errors: &mut Errors) -> Table {
    let span = ident.span();
    let name = options.string("graphql", errors).unwrap_or_else(|| Name::new(names::plain(&ident), span));
    let singular =
        options.string("singular", errors).unwrap_or_else(|| Name::new(names::camel_case(&name.text), span));
    let plural = options.string("plural", errors).unwrap_or_else(|| Name::new(plural(&singular.text), span));
    Table {
        kind: kind(options, errors),
        singular,
        plural,
        schema: options.string("schema", errors),
        table: options
            .string("name", errors)
            .unwrap_or_else(|| Name::new(names::snake_case(&names::plain(&ident)), span)),
        description: attributes::description(attributes),
        default_limit: options.number("default_limit", errors),
        max_limit: options.number("max_limit", errors),
        placement: Placement::Reference,
        fields: Vec::new(),
        columns: Vec::new(),
        relations: Vec::new(),
        functions: Vec::new(),
        name,
        ident,
    }
}

fn column(ident: Ident, field: Field, errors: &mut Errors) -> Column {
    let attributes = &field.attrs;
    attributes::misplaced(attributes, &["relation"], "a relation; a column has `#[column(…)]`", errors);
    let known = Known { values: &["name", "graphql"], flags: &["hidden"] };
    let options = Options::read(attributes, "column", known, errors);
    let is_computed = attributes.iter().any(|attribute| attribute.path().is_ident("sql"));
    for option in options.keys(&["name", "hidden"]).into_iter().filter(|_| is_computed) {
        errors.on(
            option,
            format!(
                "a computed field is a field of GraphQL and no column of the database; remove `{option}`"
            ),
        );
    }
    let hidden = options.key("hidden").is_some();
    if hidden && let Some(key) = options.key("graphql") {
        errors.at(
            key.span(),
            "a hidden column has no field in GraphQL to be renamed; remove `graphql` or `hidden`",
        );
    }
    let key = attributes::only(attributes, "key", errors);
    if let Some(key) = key
        && key.meta.require_path_only().is_err()
    {
        errors.on(key, "`#[key]` has no options; mark each column of the key with it");
    }
    if let (Some(key), true) = (key, is_computed) {
        errors.on(key, "a computed field is no column, so it is not part of the key; remove `#[key]`");
    }
    let plain = names::plain(&ident);
    Column {
        name: options
            .string("graphql", errors)
            .unwrap_or_else(|| Name::new(names::camel_case(&plain), ident.span())),
        column: options.string("name", errors).unwrap_or_else(|| Name::new(plain, ident.span())),
        key: key.is_some() && !is_computed,
        computed: is_computed.then(Computed::unread),
        hidden: hidden && !is_computed,
        description: attributes::description(attributes),
        deprecation: attributes::deprecation(attributes),
        ty: field.ty,
        ident,
    }
}

fn relation(table: &Table, ident: &Ident, field: &Field, errors: &mut Errors) -> Option<Relation> {
    let attributes = &field.attrs;
    attributes::misplaced(
        attributes,
        &["key"],
        "a column, for example on the one that a relation uses",
        errors,
    );
    attributes::misplaced(attributes, &["column"], "a column; a relation has `#[relation(…)]`", errors);
    attributes::misplaced(attributes, &["sql"], "a field with a value, and this is a relation", errors);
    let known = Known { values: &["graphql"], flags: &["cross_shard", "unindexed"] };
    let options = Options::read(attributes, "relation", known, errors);
    let name = options
        .string("graphql", errors)
        .unwrap_or_else(|| Name::new(names::camel_case(&names::plain(ident)), ident.span()));
    let one = attributes::only(attributes, "one", errors);
    let many = attributes::only(attributes, "many", errors);
    let kind = match (one, many) {
        (Some(_), Some(many)) => {
            errors.on(many, "a relation is either `#[one(…)]` or `#[many(…)]`; keep one of them");
            return None;
        }
        (Some(one), None) => relation::one(table, &field.ty, one, errors)?,
        (None, Some(many)) => relation::many(table, &field.ty, many, errors)?,
        (None, None) => return None,
    };
    let unindexed = options.key("unindexed");
    if let (Some(unindexed), Some(_)) = (unindexed, one) {
        errors.on(
            unindexed,
            "a relation to one is found by the key of the other table, which has an index; remove `unindexed`",
        );
    }
    let is_recursive = matches!(kind, RelationKind::Ancestors { .. } | RelationKind::Descendants { .. });
    if let (Some(unindexed), true) = (unindexed, is_recursive) {
        errors.on(
            unindexed,
            "a recursive relation looks for rows at each step, which needs an index; remove `unindexed`",
        );
    }
    Some(Relation {
        ident: ident.clone(),
        name,
        kind,
        ty: field.ty.clone(),
        cross_shard: options.key("cross_shard").is_some(),
        unindexed: unindexed.is_some(),
        description: attributes::description(attributes),
        deprecation: attributes::deprecation(attributes),
    })
}

fn is_relation(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("one") || attribute.path().is_ident("many"))
}

/// `One` or `Many` when the type is spelled so.
fn relation_type(ty: &Type) -> Option<&'static str> {
    let ty = attributes::inside(ty, "Option").unwrap_or(ty);
    ["One", "Many"].into_iter().find(|wrapper| attributes::inside(ty, wrapper).is_some())
}

fn missing_attribute(wrapper: &str) -> &'static str {
    match wrapper {
        "One" => {
            "a relation says which columns join the tables; write `#[one(…)]` with the columns of this struct \
             that refer to the other's key"
        }
        _ => {
            "a relation says which columns join the tables; write `#[many(…)]` with the columns of the other \
             table that refer to this one's key"
        }
    }
}

/// The type without `Self`.
fn parse_type(ty: &Type, ident: &Ident) -> Type {
    let tokens = attributes::without_self(quote::quote!(#ty), ident);
    parse_quote!(#tokens)
}
