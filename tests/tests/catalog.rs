//! A schema's tables as SQL, and a schema against databases that fit it well and badly.

use onefold::catalog::{check, ddl};
use onefold::pool::{Pool, Settings};
use onefold::schema::Schema;
use onefold::sql::identifier;
use onefold_tests::{TestDatabase, database};

/// A schema with an enum, a reserved word, a key of two columns, cycles, a join table and a table to itself.
mod shop {
    use onefold::prelude::*;

    #[derive(Enum)]
    #[pg(schema = "shop")]
    pub enum OrderState {
        Open,
        #[value(label = "in transit")]
        InTransit,
    }

    #[derive(Table)]
    struct Customer {
        #[key]
        customer_id: i32,
        #[column(name = "Full Name")]
        name: String,
        /// Who brought the customer.
        patron_id: Option<i32>,
        last_order_year: Option<i16>,
        last_order_number: Option<i32>,
        #[one(patron_id)]
        patron: Option<One<Customer>>,
        #[one(last_order_year, last_order_number)]
        last_order: Option<One<Order>>,
        #[many(Order::customer_id)]
        orders: Many<Order>,
        #[one(customer_id)]
        profile: Option<One<Profile>>,
    }

    /// At most one for each customer.
    #[derive(Table)]
    struct Profile {
        #[key]
        customer_id: i32,
        notes: Option<Jsonb>,
        #[one(customer_id)]
        customer: One<Customer>,
    }

    #[derive(Table)]
    #[table(schema = "shop")]
    struct Order {
        #[key]
        year: i16,
        #[key]
        number: i32,
        customer_id: i32,
        state: OrderState,
        total: Decimal,
        placed_at: Timestamptz,
        #[one(customer_id)]
        customer: One<Customer>,
        #[many(through(OrderTag::year, OrderTag::number), to(OrderTag::tag))]
        tags: Many<Tag>,
    }

    #[derive(Table)]
    struct OrderTag {
        #[key]
        year: i16,
        #[key]
        number: i32,
        #[key]
        tag: String,
        #[one(year, number)]
        order: One<Order>,
        #[one(tag)]
        #[relation(graphql = "label")]
        tag_row: One<Tag>,
    }

    #[derive(Table)]
    struct Tag {
        #[key]
        tag: String,
        #[many(through(OrderTag::tag), to(OrderTag::year, OrderTag::number))]
        orders: Many<Order>,
    }

    #[derive(Schema)]
    #[schema(tables(Customer, Profile, Order, OrderTag, Tag))]
    pub struct Shop;
}

const SHOP: &onefold::schema::SchemaDef = shop::Shop::SCHEMA;

const SHOP_DDL: &str = r#"CREATE SCHEMA IF NOT EXISTS shop;

CREATE TYPE shop.order_state AS ENUM ('open', 'in transit');

CREATE TABLE customer (
    customer_id integer NOT NULL,
    "Full Name" text NOT NULL,
    patron_id integer,
    last_order_year smallint,
    last_order_number integer,
    PRIMARY KEY (customer_id)
);

CREATE TABLE profile (
    customer_id integer NOT NULL,
    notes jsonb,
    PRIMARY KEY (customer_id)
);

CREATE TABLE shop."order" (
    year smallint NOT NULL,
    number integer NOT NULL,
    customer_id integer NOT NULL,
    state shop.order_state NOT NULL,
    total numeric NOT NULL,
    placed_at timestamptz NOT NULL,
    PRIMARY KEY (year, number)
);

CREATE TABLE order_tag (
    year smallint NOT NULL,
    number integer NOT NULL,
    tag text NOT NULL,
    PRIMARY KEY (year, number, tag)
);

CREATE TABLE tag (
    tag text NOT NULL,
    PRIMARY KEY (tag)
);

ALTER TABLE customer ADD FOREIGN KEY (patron_id) REFERENCES customer (customer_id);
ALTER TABLE customer ADD FOREIGN KEY (last_order_year, last_order_number) REFERENCES shop."order" (year, number);
ALTER TABLE profile ADD FOREIGN KEY (customer_id) REFERENCES customer (customer_id);
ALTER TABLE shop."order" ADD FOREIGN KEY (customer_id) REFERENCES customer (customer_id);
ALTER TABLE order_tag ADD FOREIGN KEY (year, number) REFERENCES shop."order" (year, number);
ALTER TABLE order_tag ADD FOREIGN KEY (tag) REFERENCES tag (tag);

CREATE INDEX ON customer (patron_id);
CREATE INDEX ON customer (last_order_year, last_order_number);
CREATE INDEX ON shop."order" (customer_id);
CREATE INDEX ON order_tag (tag);
"#;

/// What `check` says of the database, one line for each problem.
async fn problems(database: &TestDatabase) -> Vec<String> {
    let pool = Pool::new(&Settings::new(&database.url)).unwrap();
    check(SHOP, &pool).await.unwrap().iter().map(ToString::to_string).collect()
}

#[test]
fn ddl_is_readable_and_always_the_same() {
    assert_eq!(ddl(SHOP), SHOP_DDL);
}

#[tokio::test]
async fn what_ddl_creates_fits() {
    let database = database().await;
    database.execute(&ddl(SHOP)).await;
    assert_eq!(problems(&database).await, [""; 0]);
}

#[tokio::test]
async fn an_empty_database_lacks_everything() {
    let database = database().await;
    assert_eq!(
        problems(&database).await,
        [
            "error: table `customer`: is not in the database, in no schema of the `search_path`",
            "error: table `profile`: is not in the database, in no schema of the `search_path`",
            "error: table `shop.order`: is not in the database",
            "error: table `order_tag`: is not in the database, in no schema of the `search_path`",
            "error: table `tag`: is not in the database, in no schema of the `search_path`",
            "error: enum `shop.order_state`: is not in the database",
        ]
    );
}

#[tokio::test]
async fn every_mistake_is_reported_at_once() {
    let database = database().await;
    database
        .execute(
            r#"
            CREATE SCHEMA shop;
            CREATE TYPE shop.order_state AS ENUM ('open', 'lost');
            CREATE TYPE mood AS ENUM ('good');
            CREATE TABLE customer (
                customer_id bigint PRIMARY KEY,
                full_name text NOT NULL,
                patron_id integer NOT NULL,
                last_order_year point,
                last_order_number integer
            );
            CREATE TABLE profile (customer_id integer NOT NULL, notes json);
            CREATE UNIQUE INDEX ON profile (customer_id) WHERE notes IS NOT NULL;
            CREATE TABLE shop."order" (
                year smallint, number integer,
                customer_id integer,
                state mood NOT NULL,
                total shop.order_state NOT NULL,
                placed_at timestamp(3) NOT NULL,
                UNIQUE (number)
            );
            CREATE TABLE order_tag (year smallint, number integer, tag varchar(20), PRIMARY KEY (tag, year, number));
            CREATE TABLE tag (tag text NOT NULL);
            CREATE UNIQUE INDEX ON tag (tag, lower(tag));
            "#,
        )
        .await;
    assert_eq!(
        problems(&database).await,
        [
            "error: table `customer`: column `customer_id` is `bigint` in the database but `i32` (integer) in the \
             schema; write `i64`",
            "error: table `customer`: column `Full Name` is not in the database; `full_name` is: write \
             `#[column(name = \"full_name\")]`",
            "error: table `customer`: column `last_order_year` is `point` in the database but `i16` (smallint) in \
             the schema; no column type stands for it, unless it is an enum: then write one with `#[derive(Enum)]`",
            "error: table `profile`: column `notes` is `json` in the database but `Jsonb` (jsonb) in the schema; \
             write `Json`",
            "error: table `profile`: the key (customer_id) is neither the primary key nor unique in the database; \
             `CREATE UNIQUE INDEX ON profile (customer_id)`",
            "error: table `shop.order`: column `year` may be null in the database but not in the schema; write \
             `Option<i16>`, or `ALTER TABLE shop.\"order\" ALTER COLUMN year SET NOT NULL`",
            "error: table `shop.order`: column `number` may be null in the database but not in the schema; write \
             `Option<i32>`, or `ALTER TABLE shop.\"order\" ALTER COLUMN number SET NOT NULL`",
            "error: table `shop.order`: column `customer_id` may be null in the database but not in the schema; \
             write `Option<i32>`, or `ALTER TABLE shop.\"order\" ALTER COLUMN customer_id SET NOT NULL`",
            "error: table `shop.order`: column `state` is `mood` in the database but `OrderState` \
             (shop.order_state) in the schema; no column type stands for it, unless it is an enum: then write one \
             with `#[derive(Enum)]`",
            "error: table `shop.order`: column `total` is `shop.order_state` in the database but `Decimal` \
             (numeric) in the schema; write `OrderState`",
            "error: table `shop.order`: column `placed_at` is `timestamp(3) without time zone` in the database but \
             `Timestamptz` (timestamptz) in the schema; write `Timestamp`",
            "error: table `tag`: the key (tag) is neither the primary key nor unique in the database; \
             `CREATE UNIQUE INDEX ON tag (tag)`",
            "error: enum `shop.order_state`: label `in transit` is not in the database; \
             `ALTER TYPE shop.order_state ADD VALUE 'in transit'`",
            "error: enum `shop.order_state`: label `lost` is not in the schema; add a variant to `OrderState`",
            "warning: table `customer`: column `patron_id` is never null in the database; write `i32`, not \
             `Option<i32>`",
            "warning: table `shop.order`: `Customer.orders` is read by (customer_id), which has no index; \
             `CREATE INDEX ON shop.\"order\" (customer_id)`, or declare the relation `#[relation(unindexed)]`",
            "warning: table `order_tag`: `Order.tags` is read by (year, number), which has no index; \
             `CREATE INDEX ON order_tag (year, number)`, or declare the relation `#[relation(unindexed)]`",
        ]
    );
}

/// Relations that are declared to have no index.
mod archive {
    use onefold::prelude::*;

    #[derive(Table)]
    struct Folder {
        #[key]
        folder_id: i32,
        #[many(Letter::folder_id)]
        #[relation(unindexed)]
        letters: Many<Letter>,
        #[many(through(Mark::folder_id), to(Mark::stamp_id))]
        #[relation(unindexed)]
        stamps: Many<Stamp>,
    }

    #[derive(Table)]
    struct Letter {
        #[key]
        letter_id: i32,
        folder_id: i32,
        #[one(folder_id)]
        folder: One<Folder>,
    }

    #[derive(Table)]
    struct Stamp {
        #[key]
        stamp_id: i32,
    }

    #[derive(Table)]
    struct Mark {
        #[key]
        stamp_id: i32,
        #[key]
        folder_id: i32,
    }

    #[derive(Schema)]
    #[schema(tables(Folder, Letter, Stamp, Mark))]
    pub struct Archive;
}

#[tokio::test]
async fn an_index_that_is_declared_missing_is_not_missed_and_noted_when_it_is_there() {
    let schema = archive::Archive::SCHEMA;
    assert!(!ddl(schema).contains("CREATE INDEX"), "{}", ddl(schema));
    let database = database().await;
    database.execute(&ddl(schema)).await;
    let pool = Pool::new(&Settings::new(&database.url)).unwrap();
    let problems = async || -> Vec<String> {
        check(schema, &pool).await.unwrap().iter().map(ToString::to_string).collect()
    };
    assert_eq!(problems().await, [""; 0]);

    database.execute("CREATE INDEX ON letter (folder_id); CREATE INDEX ON mark (folder_id, stamp_id);").await;
    let advice =
        "which has an index; remove `unindexed` from the relation, as its lists are quicker by the index";
    assert_eq!(
        problems().await,
        [
            format!("note: table `letter`: `Folder.letters` is read by (folder_id), {advice}"),
            format!("note: table `mark`: `Folder.stamps` is read by (folder_id), {advice}"),
        ]
    );
}

#[tokio::test]
async fn domains_views_and_the_search_path_are_seen_through() {
    let database = database().await;
    database
        .execute(
            r#"
            CREATE SCHEMA shop;
            CREATE SCHEMA people;
            CREATE TYPE shop.order_state AS ENUM ('in transit', 'open');
            CREATE DOMAIN shop.state AS shop.order_state;
            CREATE DOMAIN id AS integer NOT NULL;
            CREATE DOMAIN customer_id AS id CHECK (VALUE > 0);
            CREATE TABLE people.customer (
                customer_id customer_id PRIMARY KEY,
                "Full Name" varchar(200) NOT NULL,
                patron_id integer,
                last_order_year smallint,
                last_order_number integer,
                unknown_to_the_schema point
            );
            CREATE VIEW profile AS SELECT customer_id::integer, NULL::jsonb AS notes FROM people.customer;
            CREATE TABLE shop."order" (
                year smallint, number integer,
                customer_id id,
                state shop.state NOT NULL,
                total numeric(10, 2) NOT NULL,
                placed_at timestamptz NOT NULL,
                PRIMARY KEY (number, year)
            ) PARTITION BY LIST (year);
            CREATE INDEX ON shop."order" (customer_id, placed_at);
            CREATE TABLE order_tag (year smallint, number integer, tag name, PRIMARY KEY (number, year, tag));
            CREATE INDEX ON order_tag (tag, lower(tag::text));
            CREATE TABLE tag (tag char(20) PRIMARY KEY);
            "#,
        )
        .await;
    let more = if database.url.contains('?') { '&' } else { '?' };
    let url = format!("{}{more}options=-c%20search_path%3Dpublic,people", database.url);
    let pool = Pool::new(&Settings::new(url)).unwrap();
    let problems: Vec<String> = check(SHOP, &pool).await.unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(problems, [""; 0]);
}

/// A keyword may name a table, a column and an enum, so Postgres says which ones must be quoted.
#[tokio::test]
async fn every_keyword_can_be_a_name() {
    let database = database().await;
    let client = database.connect().await;
    let keywords = client.query("SELECT word, catcode::text FROM pg_get_keywords()", &[]).await.unwrap();
    // The types of Postgres itself, such as `text`, must not be found in place of those that are made here.
    let mut script = "SET search_path = public, pg_catalog;\n".to_owned();
    for keyword in keywords {
        let (word, category): (String, String) = (keyword.get(0), keyword.get(1));
        let name = identifier(&word);
        assert_eq!(name.starts_with('"'), category != "U", "{word} is of category {category}");
        script += &format!(
            "CREATE TYPE {name} AS ENUM ();
             CREATE TABLE \"table {word}\" ({name} integer);
             SELECT {name}.{name}, NULL::pg_catalog.text::{name} FROM \"table {word}\" AS {name} ORDER BY {name}.{name};\n"
        );
    }
    database.execute(&script).await;
}

#[tokio::test]
async fn an_unreachable_database_is_an_error() {
    let pool = Pool::new(&Settings::new("postgres://me@localhost/shop?host=/nowhere")).unwrap();
    let error = check(SHOP, &pool).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the database is not available: error connecting to server: No such file or directory (os error 2)"
    );
}
