//! Expands a [`Table`] into const data: the paths of its columns, its `TableDef`, and the checks of its relations
//! that the compiler makes.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;

use super::placement::Placement;
use super::{Column, ColumnPath, Kind, OwnColumn, Relation, RelationKind, Table};
use crate::attributes::option;
use crate::spanned;

/// The whole expansion.
pub fn table(table: &Table) -> TokenStream {
    let paths = paths(table);
    let data = data(table);
    let key_checks = key_checks(table);
    let placement_checks = placement_checks(table);
    let relation_checks = table.relations.iter().map(|relation| relation_checks(table, relation));
    let ident = &table.ident;
    let fields = &table.fields;
    // Expands to:
    //
    //     impl Album { pub const album_id: … }
    //     impl Table for Album { … }
    //     const _: () = {
    //         fn fields(Album { album_id, title }: Album) -> Album { Album { album_id, title } }
    //         …the checks of the key, of the shard key and of the relations
    //     };
    //
    // Nobody fills or reads the struct; `fields` does both, so that rustc finds no dead code.
    quote! {
        #paths
        #data
        #[allow(dead_code, deprecated)]
        const _: () = {
            fn fields(#ident { #(#fields),* }: #ident) -> #ident {
                #ident { #(#fields),* }
            }
            #key_checks
            #placement_checks
            #(#relation_checks)*
        };
    }
}

/// The paths of the columns, by which other tables refer to them.
fn paths(table: &Table) -> TokenStream {
    let ident = &table.ident;
    // What is computed is no column that a relation could be by.
    let columns = table.columns.iter().enumerate().filter(|(_, column)| column.computed.is_none());
    let paths = columns.map(|(index, Column { ident: name, ty, .. })| {
        let doc = format!("The path of the column `{name}`.");
        let base = base(ty);
        let nullable = spanned::projection(ty, "ColumnType", "NULLABLE");
        // Expands to:
        //
        //     pub const artist_id: Column<Album, <i32 as ColumnType>::Base> =
        //         Column::new(2, <i32 as ColumnType>::NULLABLE);
        let column = spanned::under(ty, quote!(::onefold::schema::Column<#ident, #base>));
        let new = spanned::call(ty, quote!(::onefold::schema::Column::new), quote!(#index, #nullable));
        quote! {
            #[doc = #doc]
            pub const #name: #column = #new;
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(dead_code, deprecated, non_upper_case_globals, private_interfaces, unreachable_pub)]
        impl #ident {
            #(#paths)*
        }
    }
}

fn data(table: &Table) -> TokenStream {
    let ident = &table.ident;
    let [name, singular, plural] = [&table.name, &table.singular, &table.plural].map(|name| &name.text);
    let table_name = &table.table.text;
    let schema = option(table.schema.as_ref().map(|name| &name.text));
    let description = option(table.description.as_ref());
    let columns = table.columns.iter().map(column);
    let relations = table.relations.iter().map(relation);
    let functions = &table.functions;
    let kind = match table.kind {
        Kind::Table => quote!(Table),
        Kind::View => quote!(View),
        Kind::Function => quote!(Function),
    };
    let placement = placement(table);
    let default_limit = option(table.default_limit.map(|(limit, _)| limit));
    let max_limit = option(table.max_limit.map(|(limit, _)| limit));
    let key: Vec<usize> =
        table.columns.iter().enumerate().filter(|(_, column)| column.key).map(|(index, _)| index).collect();
    let key_types = key.iter().map(|index| base(&table.columns[*index].ty));
    // One type stays itself: `(T)` is `T`, and `(T, U)` a tuple.
    let key_type = quote!((#(#key_types),*));
    // Expands to:
    //
    //     impl Table for Album {
    //         const NAME: &'static str = "Album";
    //         type Key = <i32 as ColumnType>::Base;
    //         const KEY: &'static [usize] = &[0];
    //         const TABLE: &'static TableDef = &TableDef { name: "Album", columns: &[…], … };
    //     }
    quote! {
        #[automatically_derived]
        #[allow(deprecated, unused_parens)]
        impl ::onefold::schema::Table for #ident {
            const NAME: &'static str = #name;
            type Key = #key_type;
            const KEY: &'static [usize] = &[#(#key),*];
            const TABLE: &'static ::onefold::schema::TableDef = &::onefold::schema::TableDef {
                name: #name,
                kind: ::onefold::schema::TableKind::#kind,
                singular: #singular,
                plural: #plural,
                schema: #schema,
                table: #table_name,
                description: #description,
                columns: &[#(#columns),*],
                key: <#ident as ::onefold::schema::Table>::KEY,
                relations: &[#(#relations),*],
                functions: &[#(#functions),*],
                placement: #placement,
                default_limit: #default_limit,
                max_limit: #max_limit,
            };
        }
    }
}

fn placement(table: &Table) -> TokenStream {
    let placement = match &table.placement {
        Placement::Reference => quote!(Reference),
        Placement::Sharded { by, slot_in, scatter } => {
            let column = by.index;
            let slot_in = option(slot_in.as_ref().map(|own| own.index));
            quote! {
                Sharded(::onefold::schema::ShardKey { column: #column, slot_in: #slot_in, scatter: #scatter })
            }
        }
        Placement::Shard(name) => {
            let name = &name.text;
            quote!(Shard(#name))
        }
    };
    // Expands to:
    //
    //     Placement::Sharded(ShardKey { column: 1, slot_in: Some(0), scatter: false })
    quote!(::onefold::schema::Placement::#placement)
}

fn column(column: &Column) -> TokenStream {
    let [name, column_name] = [&column.name, &column.column].map(|name| &name.text);
    let ty = &column.ty;
    let scalar = spanned::projection(ty, "ColumnType", "SCALAR");
    let nullable = spanned::projection(ty, "ColumnType", "NULLABLE");
    let description = option(column.description.as_ref());
    let deprecation = option(column.deprecation.as_ref());
    let hidden = column.hidden;
    let computed = option(column.computed.as_ref().map(|computed| quote!(&#computed)));
    // Expands to:
    //
    //     ColumnDef { name: "artistId", column: "artist_id", scalar: <i32 as ColumnType>::SCALAR, … }
    quote! {
        ::onefold::schema::ColumnDef {
            name: #name,
            column: #column_name,
            scalar: #scalar,
            nullable: #nullable,
            description: #description,
            deprecation: #deprecation,
            hidden: #hidden,
            computed: #computed,
        }
    }
}

fn relation(relation: &Relation) -> TokenStream {
    let name = &relation.name.text;
    let Relation { cross_shard, unindexed, .. } = relation;
    let description = option(relation.description.as_ref());
    let deprecation = option(relation.deprecation.as_ref());
    let ty = &relation.ty;
    let target = target(relation);
    let key = spanned::projection(&target, "Table", "KEY");
    let kind = match &relation.kind {
        RelationKind::OneByKey { from } => {
            let from = own_indexes(from);
            let nullable = spanned::projection(ty, "ToOne", "NULLABLE");
            quote!(One { from: #from, to: #key, nullable: #nullable })
        }
        RelationKind::One { from, to } => {
            let (from, to) = (own_indexes(from), indexes(to));
            let nullable = spanned::projection(ty, "ToOne", "NULLABLE");
            quote!(One { from: #from, to: #to, nullable: #nullable })
        }
        RelationKind::Many { from, to } => {
            let (from, to) = (own_indexes(from), indexes(to));
            quote!(Many { from: #from, to: #to })
        }
        RelationKind::Ancestors { parent, key } => {
            let (from, to) = (own_indexes(parent), own_indexes(key));
            quote!(Recursive { from: #from, to: #to })
        }
        RelationKind::Descendants { parent, key } => {
            let (from, to) = (own_indexes(key), own_indexes(parent));
            quote!(Recursive { from: #from, to: #to })
        }
        RelationKind::Through { from, join_from, join_to } => {
            let join = join_from.first().map(|column| {
                let join = &column.table;
                spanned::projection(join, "Table", "NAME")
            });
            let (from, join_from, join_to) = (own_indexes(from), indexes(join_from), indexes(join_to));
            quote! {
                Through { join: #join, from: #from, join_from: #join_from, join_to: #join_to, to: #key }
            }
        }
    };
    let target = spanned::projection(&target, "Table", "NAME");
    // Expands to:
    //
    //     RelationDef {
    //         name: "tracks",
    //         target: <<Many<Track> as ToMany>::Target as Table>::NAME,
    //         kind: RelationKind::Many { from: &[0], to: &[Track::album_id.index] },
    //         …
    //     }
    //
    // A target is named, not included, so that two tables can refer to one another.
    quote! {
        ::onefold::schema::RelationDef {
            name: #name,
            target: #target,
            kind: ::onefold::schema::RelationKind::#kind,
            cross_shard: #cross_shard,
            unindexed: #unindexed,
            description: #description,
            deprecation: #deprecation,
        }
    }
}

/// Items that compile only when the columns of the relation fit; each is spanned where its mistake would be.
fn relation_checks(table: &Table, relation: &Relation) -> TokenStream {
    let target = target(relation);
    match &relation.kind {
        RelationKind::OneByKey { from } => {
            let joins = joins_key(&target, &table.ident, &own_paths(table, from));
            let nullable = nullable_check(table, relation, from);
            quote!(#joins #nullable)
        }
        RelationKind::One { from, to } => {
            let joins = joins(&target, &own_paths(table, from), &paths_of(to));
            let nullable = nullable_check(table, relation, from);
            let key = key_check(relation, &target, to);
            quote!(#joins #nullable #key)
        }
        RelationKind::Many { from, to } => joins(&target, &own_paths(table, from), &paths_of(to)),
        RelationKind::Ancestors { parent, key } | RelationKind::Descendants { parent, key } => {
            joins(&target, &own_paths(table, parent), &own_paths(table, key))
        }
        RelationKind::Through { from, join_from, join_to } => {
            let Some(ColumnPath { table: join, .. }) = join_from.first() else { return TokenStream::new() };
            let joins = joins(&quote!(#join), &own_paths(table, from), &paths_of(join_from));
            let joins_key = joins_key(&target, join, &paths_of(join_to));
            quote!(#joins #joins_key)
        }
    }
}

/// Compares each pair of columns.
fn joins(target: &TokenStream, from: &[TokenStream], to: &[TokenStream]) -> TokenStream {
    // Expands to:
    //
    //     const _: () = joins::<<Many<Track> as ToMany>::Target, _, _>(&Album::album_id, &Track::album_id);
    let pairs = from.iter().zip(to).map(|(from, to)| {
        let [left, right] = [from, to].map(spanned::reference);
        quote!(const _: () = ::onefold::schema::joins::<#target, _, _>(#left, #right);)
    });
    quote!(#(#pairs)*)
}

/// Compares columns of `owner` with the whole key of the target.
fn joins_key(target: &TokenStream, owner: impl ToTokens, from: &[TokenStream]) -> TokenStream {
    let key = spanned::projection(target, "Table", "Key");
    let columns = match from {
        [only] => spanned::reference(only),
        [first, ..] => spanned::under(first, quote!((#(&#from),*))),
        [] => return TokenStream::new(),
    };
    // Expands to:
    //
    //     const _: () = joins_key::<<Album as Table>::Key, Track, _>(&Track::album_id);
    quote!(const _: () = ::onefold::schema::joins_key::<#key, #owner, _>(#columns);)
}

/// Checks that columns which `#[one(…)]` names are the target's key.
fn key_check(relation: &Relation, target: &TokenStream, to: &[ColumnPath]) -> TokenStream {
    let message = format!(
        "the columns that `#[one(…)]` of `{}` names are not the key of the other table; name each column of the \
         key once, or write `#[many(…)]`",
        relation.ident
    );
    let key = spanned::projection(target, "Table", "KEY");
    let columns = indexes(to);
    let paths = paths_of(to);
    // Expands to:
    //
    //     const _: () = assert!(is_key(<Album as Table>::KEY, &[Album::album_id.index]), "…");
    let is_key = quote!(::onefold::schema::is_key(#key, #columns));
    let check = spanned::call(quote!(#(#paths)*), quote!(::core::assert!), quote!(#is_key, #message));
    quote!(const _: () = #check;)
}

/// Checks that a relation to one is an `Option` when a column of its key is.
fn nullable_check(table: &Table, relation: &Relation, from: &[OwnColumn]) -> TokenStream {
    let Relation { ident, ty, .. } = relation;
    let spelled = quote!(#ty).to_string().replace(' ', "");
    let nullable = spanned::projection(ty, "ToOne", "NULLABLE");
    let checks = from.iter().zip(own_paths(table, from)).map(|(own, path)| {
        let column = &table.columns[own.index].ident;
        let message = format!("`{ident}` is missing where `{column}` is null; write `Option<{spelled}>`");
        // Expands to:
        //
        //     const _: () = assert!(<One<Album> as ToOne>::NULLABLE || !Track::album_id.nullable, "…");
        spanned::call(ty, quote!(::core::assert!), quote!(#nullable || !#path.nullable, #message))
    });
    quote!(#(const _: () = #checks;)*)
}

/// Checks that the columns of the key have types for it.
fn key_checks(table: &Table) -> TokenStream {
    let checks = table.columns.iter().filter(|column| column.key).map(|column| {
        let Column { ident, ty, .. } = column;
        let nullable = spanned::projection(ty, "ColumnType", "NULLABLE");
        let scalar = spanned::projection(ty, "ColumnType", "SCALAR");
        let null =
            format!("`{ident}` is part of the key, which is never null; write its type without `Option`");
        let unordered = format!(
            "`{ident}` is part of the key, and JSON, arrays and ranges cannot be: nothing is ordered by them"
        );
        // Expands to:
        //
        //     const _: () = assert!(!<i32 as ColumnType>::NULLABLE, "…");
        //     const _: () = assert!(can_be_key(<i32 as ColumnType>::SCALAR), "…");
        let not_null = spanned::call(ty, quote!(::core::assert!), quote!(!#nullable, #null));
        let can_be_key = quote!(::onefold::schema::can_be_key(#scalar));
        let ordered = spanned::call(ty, quote!(::core::assert!), quote!(#can_be_key, #unordered));
        quote! {
            const _: () = #not_null;
            const _: () = #ordered;
        }
    });
    quote!(#(#checks)*)
}

/// Checks that rows have a slot, and that what carries it has room for it.
fn placement_checks(table: &Table) -> TokenStream {
    let Placement::Sharded { by, slot_in, .. } = &table.placement else { return TokenStream::new() };
    let Column { ident, ty, .. } = &table.columns[by.index];
    let null = format!("`{ident}` is the shard key, which is never null; write its type without `Option`");
    let no_slot = format!(
        "`{ident}` is the shard key, and only an `i16`, `i32`, `i64`, `String` or `Uuid` has a slot; shard by another \
         column"
    );
    let by_checks =
        column_checks(table, by, &null, quote!(::onefold::schema::can_be_shard_key), &no_slot, ty);
    let slot_in_checks = slot_in.as_ref().map(|own| {
        let Column { ident, ty, .. } = &table.columns[own.index];
        let null = format!(
            "`{ident}` carries the slot of its row, so it is never null; write its type without `Option`"
        );
        let no_room = format!("`{ident}` carries the slot of its row in bits 10 to 22, so it is an `i64`");
        column_checks(table, own, &null, quote!(::onefold::schema::can_carry_slot), &no_room, ty)
    });
    quote!(#by_checks #slot_in_checks)
}

/// Checks that a column which an attribute names is never null and of a type that `fits`.
fn column_checks(
    table: &Table,
    own: &OwnColumn,
    null: &str,
    fits: TokenStream,
    unfit: &str,
    ty: &Type,
) -> TokenStream {
    let scalar = spanned::projection(ty, "ColumnType", "SCALAR");
    let path = &own_paths(table, std::slice::from_ref(own))[0];
    // Expands to:
    //
    //     const _: () = assert!(!Order::customer_id.nullable, "…");
    //     const _: () = assert!(can_be_shard_key(<i64 as ColumnType>::SCALAR), "…");
    let not_null = spanned::call(path, quote!(::core::assert!), quote!(!#path.nullable, #null));
    let fitting = spanned::call(path, quote!(::core::assert!), quote!(#fits(#scalar), #unfit));
    quote! {
        const _: () = #not_null;
        const _: () = #fitting;
    }
}

/// The struct that a relation leads to.
fn target(relation: &Relation) -> TokenStream {
    let ty = &relation.ty;
    match relation.kind {
        RelationKind::OneByKey { .. } | RelationKind::One { .. } => {
            spanned::projection(ty, "ToOne", "Target")
        }
        RelationKind::Many { .. }
        | RelationKind::Through { .. }
        | RelationKind::Ancestors { .. }
        | RelationKind::Descendants { .. } => spanned::projection(ty, "ToMany", "Target"),
    }
}

/// The type without its `Option`.
fn base(ty: &Type) -> TokenStream {
    spanned::projection(ty, "ColumnType", "Base")
}

/// `Album::album_id` for own columns, spanned where the attribute names them.
fn own_paths(table: &Table, columns: &[OwnColumn]) -> Vec<TokenStream> {
    let paths = columns.iter().map(|own| {
        let mut owner = table.ident.clone();
        let mut column = table.columns[own.index].ident.clone();
        owner.set_span(own.span);
        column.set_span(own.span);
        quote_spanned!(own.span=> #owner::#column)
    });
    paths.collect()
}

fn paths_of(columns: &[ColumnPath]) -> Vec<TokenStream> {
    columns.iter().map(|column| column.path.to_token_stream()).collect()
}

/// `&[0, 1]`
fn own_indexes(columns: &[OwnColumn]) -> TokenStream {
    let indexes = columns.iter().map(|own| own.index);
    quote!(&[#(#indexes),*])
}

/// `&[Album::album_id.index]`
fn indexes(columns: &[ColumnPath]) -> TokenStream {
    let paths = columns.iter().map(|column| &column.path);
    quote!(&[#(#paths.index),*])
}
