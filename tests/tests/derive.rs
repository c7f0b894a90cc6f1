//! The const data that the derives write, for a schema with every feature.

/// Tables in a private module: nothing in it may be reported as unused.
mod library {
    use onefold::prelude::*;

    /// Where a book is.
    #[derive(Enum)]
    #[pg(name = "book_place", schema = "lib", graphql = "Place")]
    pub enum BookState {
        /// In the library.
        OnShelf,
        #[value(label = "with-reader", graphql = "LENT")]
        Lent,
        #[deprecated = "look for it"]
        Lost,
    }

    #[derive(Enum)]
    pub enum Mood {
        Gay,
        HalfHeartedlySad,
    }

    /// A book.
    ///
    /// Of which there may be many:
    ///   - copies
    #[derive(Table)]
    #[table(
        name = "books",
        schema = "lib",
        graphql = "Volume",
        plural = "library",
        default_limit = 5,
        max_limit = 20
    )]
    struct Book {
        #[key]
        country: String,
        /// The number within its country.
        #[key]
        #[column(name = "no", graphql = "number")]
        book_no: i32,
        state: BookState,
        mood: Option<Mood>,
        r#type: Option<String>,
        #[deprecated(note = "use `number`")]
        old_number: Option<i16>,
        #[deprecated]
        older_number: Option<i64>,
        author_id: Option<i32>,
        sequel_country: Option<String>,
        sequel_no: Option<i32>,
        /// Who wrote it.
        #[one(author_id)]
        author: Option<One<super::people::Author>>,
        #[one(sequel_country, sequel_no)]
        sequel: Option<One<Self>>,
        #[many(Self::sequel_country, Book::sequel_no)]
        prequels: Many<Book>,
        #[many(through(BookTag::country, BookTag::book_no), to(BookTag::tag))]
        #[relation(graphql = "labels")]
        #[deprecated(note = "nobody looks")]
        tags: Many<Tag>,
    }

    #[derive(Table)]
    struct BookTag {
        #[key]
        country: String,
        #[key]
        book_no: i32,
        #[key]
        tag: i16,
        // The columns of the key, named, in another order.
        #[one(book_no = Book::book_no, country = Book::country)]
        book: One<Book>,
    }

    #[derive(Table)]
    #[table(singular = "oneTag")]
    struct Tag {
        #[key]
        id: i16,
        text: String,
        #[many(through(BookTag::tag), to(BookTag::country, BookTag::book_no))]
        books: Many<Book>,
        #[many(text = Tag::text)]
        alike: Many<Self>,
    }

    #[derive(Table)]
    struct Everything {
        #[key]
        r#bool: bool,
        int2: i16,
        int4: i32,
        int8: i64,
        float4: f32,
        float8: f64,
        text: String,
        numeric: Decimal,
        uuid: Uuid,
        date: Date,
        timestamp: Timestamp,
        timestamptz: Timestamptz,
        json: Json,
        jsonb: Option<Jsonb>,
    }

    /// All books.
    #[derive(Schema)]
    #[schema(tables(Book, BookTag, Tag, Everything, super::people::Author))]
    pub struct Library;
}

mod people {
    use onefold::prelude::*;

    #[derive(Table)]
    pub struct Author {
        #[key]
        pub author_id: i32,
    }
}

/// Tables on several shards.
mod shop {
    use onefold::prelude::*;

    #[derive(Table)]
    #[table(shard_by = customer_id)]
    pub struct Customer {
        #[key]
        pub customer_id: i64,
        #[many(Order::customer_id)]
        pub orders: Many<Order>,
        #[many(Line::customer_id)]
        pub lines: Many<Line>,
    }

    #[derive(Table)]
    #[table(scatter, slot_in = order_id, shard_by = customer_id, default_limit = 5)]
    pub struct Order {
        #[key]
        pub order_id: i64,
        pub customer_id: i64,
        #[one(customer_id)]
        pub customer: One<Customer>,
        // Both columns, so that a line is on the shard of its order.
        #[many(customer_id = Line::customer_id, order_id = Line::order_id)]
        pub lines: Many<Line>,
        #[many(Line::order_id)]
        #[relation(cross_shard, graphql = "linesAnywhere")]
        pub lines_anywhere: Many<Line>,
    }

    #[derive(Table)]
    #[table(shard_by = customer_id)]
    pub struct Line {
        #[key]
        pub customer_id: i64,
        #[key]
        pub order_id: i64,
        #[key]
        pub number: i16,
        pub product_id: i32,
        pub supplier_code: String,
        #[one(product_id)]
        pub product: One<Product>,
        #[one(supplier_code)]
        #[relation(cross_shard)]
        pub supplier: One<Supplier>,
        #[many(through(LineTag::customer_id, LineTag::order_id, LineTag::number), to(LineTag::product_id))]
        pub tagged: Many<Product>,
    }

    #[derive(Table)]
    #[table(shard_by = customer_id)]
    pub struct LineTag {
        #[key]
        pub customer_id: i64,
        #[key]
        pub order_id: i64,
        #[key]
        pub number: i16,
        #[key]
        pub product_id: i32,
    }

    #[derive(Table)]
    #[table(reference)]
    pub struct Product {
        #[key]
        pub product_id: i32,
        pub supplier_code: String,
        #[one(supplier_code)]
        #[relation(cross_shard)]
        pub supplier: One<Supplier>,
    }

    #[derive(Table)]
    #[table(shard_by = code)]
    pub struct Supplier {
        #[key]
        pub code: String,
        #[many(Visit::supplier_code)]
        #[relation(cross_shard)]
        pub visits: Many<Visit>,
    }

    #[derive(Table)]
    #[table(shard = "archive")]
    pub struct Visit {
        #[key]
        pub visit_id: i64,
        pub supplier_code: String,
        #[many(supplier_code = Visit::supplier_code)]
        pub next: Many<Visit>,
    }

    #[derive(Schema)]
    #[schema(tables(Customer, Order, Line, LineTag, Product, Supplier, Visit))]
    pub struct Shop;
}

use library::Library;
use onefold::config::Config;
use onefold::model::Model;
use onefold::schema::{
    COMMON_TYPES, Deprecation, ENUM_TYPES, Locality, Placement, RelationDef, RelationKind, ScalarType,
    Schema, SchemaDef, ShardKey, TABLE_TYPES, TableDef, locality,
};
use onefold::surface::Surface;
use shop::Shop;

const LIBRARY: &SchemaDef = Library::SCHEMA;

fn table(name: &str) -> &'static TableDef {
    LIBRARY.tables.iter().find(|table| table.name == name).expect("a table of the schema")
}

fn relation(table_name: &str, name: &str) -> &'static RelationDef {
    table(table_name)
        .relations
        .iter()
        .find(|relation| relation.name == name)
        .expect("a relation of the table")
}

/// `(from, to, nullable)` of a relation to one.
fn one(relation: &RelationDef) -> (&[usize], &[usize], bool) {
    match relation.kind {
        RelationKind::One { from, to, nullable } => (from, to, nullable),
        _ => panic!("`{}` is not a relation to one", relation.name),
    }
}

/// `(from, to)` of a relation to many.
fn many(relation: &RelationDef) -> (&[usize], &[usize]) {
    match relation.kind {
        RelationKind::Many { from, to } => (from, to),
        _ => panic!("`{}` is not a relation to many", relation.name),
    }
}

#[test]
fn a_schema_lists_its_tables_in_order() {
    assert_eq!(LIBRARY.name, "Library");
    assert_eq!(LIBRARY.description, Some("All books."));
    let names: Vec<&str> = LIBRARY.tables.iter().map(|table| table.name).collect();
    assert_eq!(names, ["Volume", "BookTag", "Tag", "Everything", "Author"]);
}

#[test]
fn a_table_has_names_and_limits() {
    let book = table("Volume");
    assert_eq!((book.singular, book.plural), ("volume", "library"));
    assert_eq!((book.schema, book.table), (Some("lib"), "books"));
    assert_eq!((book.default_limit, book.max_limit), (Some(5), Some(20)));
    assert_eq!(book.description, Some("A book.\n\nOf which there may be many:\n  - copies"));
    assert_eq!(book.key, [0, 1]);

    let join = table("BookTag");
    assert_eq!((join.singular, join.plural), ("bookTag", "bookTags"));
    assert_eq!((join.schema, join.table), (None, "book_tag"));
    assert_eq!((join.default_limit, join.max_limit, join.description), (None, None, None));
    assert_eq!((table("Tag").singular, table("Tag").plural), ("oneTag", "oneTags"));
    assert_eq!((table("Everything").plural, table("Author").plural), ("everythings", "authors"));
}

#[test]
fn columns_are_renamed_described_and_deprecated() {
    let columns = table("Volume").columns;
    let names: Vec<(&str, &str)> = columns.iter().map(|column| (column.name, column.column)).collect();
    assert_eq!(
        names,
        [
            ("country", "country"),
            ("number", "no"),
            ("state", "state"),
            ("mood", "mood"),
            ("type", "type"),
            ("oldNumber", "old_number"),
            ("olderNumber", "older_number"),
            ("authorId", "author_id"),
            ("sequelCountry", "sequel_country"),
            ("sequelNo", "sequel_no"),
        ]
    );
    assert_eq!(columns[1].description, Some("The number within its country."));
    assert_eq!(columns[5].deprecation, Some(Deprecation { reason: Some("use `number`") }));
    assert_eq!(columns[6].deprecation, Some(Deprecation { reason: None }));
    assert_eq!(columns[0].deprecation, None);
}

#[test]
fn every_column_type() {
    let columns = table("Everything").columns;
    let scalars: Vec<ScalarType> = columns.iter().map(|column| column.scalar).collect();
    use ScalarType::*;
    assert_eq!(
        scalars,
        [
            Bool,
            Int2,
            Int4,
            Int8,
            Float4,
            Float8,
            Text,
            Numeric,
            Uuid,
            Date,
            Timestamp,
            Timestamptz,
            Json,
            Jsonb
        ]
    );
    let nullable: Vec<&str> =
        columns.iter().filter(|column| column.nullable).map(|column| column.name).collect();
    assert_eq!(nullable, ["jsonb"]);
}

#[test]
fn enums() {
    let columns = table("Volume").columns;
    let ScalarType::Enum(state) = columns[2].scalar else { panic!("`state` is an enum") };
    assert!(!columns[2].nullable);
    assert_eq!((state.name, state.schema, state.type_name), ("Place", Some("lib"), "book_place"));
    assert_eq!(state.description, Some("Where a book is."));
    let values: Vec<(&str, &str)> = state.values.iter().map(|value| (value.name, value.label)).collect();
    assert_eq!(values, [("ON_SHELF", "on_shelf"), ("LENT", "with-reader"), ("LOST", "lost")]);
    assert_eq!(state.values[0].description, Some("In the library."));
    assert_eq!(state.values[2].deprecation, Some(Deprecation { reason: Some("look for it") }));

    let ScalarType::Enum(mood) = columns[3].scalar else { panic!("`mood` is an enum") };
    assert!(columns[3].nullable);
    assert_eq!((mood.name, mood.schema, mood.type_name, mood.description), ("Mood", None, "mood", None));
    assert_eq!((mood.values[1].name, mood.values[1].label), ("HALF_HEARTEDLY_SAD", "half_heartedly_sad"));
}

#[test]
fn relations_to_one() {
    let author = relation("Volume", "author");
    assert_eq!((author.target, author.description), ("Author", Some("Who wrote it.")));
    assert_eq!(one(author), (&[7][..], &[0][..], true));

    // A composite key, to the table itself.
    let sequel = relation("Volume", "sequel");
    assert_eq!(sequel.target, "Volume");
    assert_eq!(one(sequel), (&[8, 9][..], &[0, 1][..], true));

    let book = relation("BookTag", "book");
    assert_eq!(book.target, "Volume");
    assert_eq!(one(book), (&[1, 0][..], &[1, 0][..], false));
}

#[test]
fn relations_to_many() {
    let prequels = relation("Volume", "prequels");
    assert_eq!(prequels.target, "Volume");
    assert_eq!(many(prequels), (&[0, 1][..], &[8, 9][..]));

    let alike = relation("Tag", "alike");
    assert_eq!((alike.target, many(alike)), ("Tag", (&[1][..], &[1][..])));
}

#[test]
fn relations_through_a_join_table() {
    let labels = relation("Volume", "labels");
    assert_eq!(labels.target, "Tag");
    assert_eq!(labels.deprecation, Some(Deprecation { reason: Some("nobody looks") }));
    let RelationKind::Through { join, from, join_from, join_to, to } = labels.kind else {
        panic!("`labels` goes through a join table")
    };
    assert_eq!(
        (join, from, join_from, join_to, to),
        ("BookTag", &[0, 1][..], &[0, 1][..], &[2][..], &[0][..])
    );

    let books = relation("Tag", "books");
    let RelationKind::Through { join, from, join_from, join_to, to } = books.kind else {
        panic!("`books` goes through a join table")
    };
    assert_eq!(
        (join, from, join_from, join_to, to),
        ("BookTag", &[0][..], &[2][..], &[0, 1][..], &[0, 1][..])
    );
}

#[test]
fn tables_name_their_shard_key() {
    assert!(Shop::SCHEMA.is_sharded() && !LIBRARY.is_sharded());
    assert!(LIBRARY.tables.iter().all(|table| table.placement == Placement::Reference));
    let placements: Vec<Placement> = Shop::SCHEMA.tables.iter().map(|table| table.placement).collect();
    let by = |column| Placement::Sharded(ShardKey { column, slot_in: None, scatter: false });
    assert_eq!(
        placements,
        [
            by(0),
            Placement::Sharded(ShardKey { column: 1, slot_in: Some(0), scatter: true }),
            by(0),
            by(0),
            Placement::Reference,
            by(0),
            Placement::Shard("archive"),
        ]
    );
}

#[test]
fn relations_say_where_they_leave_their_shard() {
    let find = |name: &str| Shop::SCHEMA.tables.iter().copied().find(|table| table.name == name);
    for table in Shop::SCHEMA.tables {
        for relation in table.relations {
            let target = find(relation.target).expect("a table of the schema");
            let join = match relation.kind {
                RelationKind::Through { join, .. } => find(join),
                _ => None,
            };
            let expected = if relation.cross_shard { Locality::Remote } else { Locality::Local };
            let found = locality(table, &relation.kind, target, join);
            assert_eq!(found, expected, "of `{}.{}`", table.name, relation.name);
        }
    }
    let remote = Shop::SCHEMA.tables.iter().flat_map(|table| table.relations);
    let remote: Vec<&str> =
        remote.filter(|relation| relation.cross_shard).map(|relation| relation.name).collect();
    assert_eq!(remote, ["linesAnywhere", "supplier", "supplier", "visits"]);
}

#[test]
fn the_checks_know_every_type_of_the_surface() {
    let model = Model::new(LIBRARY, &Config::default()).expect("a model of the schema");
    let sdl = Surface::new(&model).expect("a valid GraphQL schema").sdl;
    let types: Vec<&str> = sdl
        .lines()
        .filter_map(|line| {
            let (keyword, rest) = line.split_once(' ')?;
            let name = rest.split([' ', '(', '{', '@']).next()?;
            ["type", "input", "enum", "scalar"].contains(&keyword).then_some(name)
        })
        .collect();
    assert!(
        types.contains(&"VolumeListWhere") && types.contains(&"JSONBFilter"),
        "types of every kind: {types:?}"
    );
    for name in types {
        let of_a_table = LIBRARY
            .tables
            .iter()
            .any(|table| TABLE_TYPES.iter().any(|suffix| name.strip_suffix(suffix) == Some(table.name)));
        let of_an_enum = ENUM_TYPES
            .iter()
            .any(|suffix| ["Place", "Mood"].contains(&name.strip_suffix(suffix).unwrap_or("")));
        assert!(of_a_table || of_an_enum || COMMON_TYPES.contains(&name), "`{name}` could collide unnoticed");
    }
}
