//! A schema and a slot map against the databases of several shards that fit them well and badly.

use onefold::catalog::{ServerPool, ShardPools, check_shards, ddl};
use onefold::pool::{Pool, Settings};
use onefold::prelude::*;
use onefold::private_postgres::PrivatePostgres;
use onefold::schema::{Placement, SchemaDef, ShardKey, TableDef};
use onefold::slots::{self, ShardId, Slot, SlotMap};
use onefold_tests::{TestDatabase, connect, database};

#[derive(Table)]
struct Customer {
    #[key]
    customer_id: i64,
    name: Option<String>,
}

/// What a customer has bought; its id carries the slot.
#[derive(Table)]
struct Purchase {
    #[key]
    purchase_id: i64,
    customer_id: i64,
}

/// By a text.
#[derive(Table)]
struct Coupon {
    #[key]
    code: String,
}

#[derive(Table)]
struct Product {
    #[key]
    product_id: i32,
    title: String,
    since: Timestamptz,
}

#[derive(Enum)]
enum Terms {
    Prepaid,
    OnAccount,
}

#[derive(Table)]
struct Supplier {
    #[key]
    supplier_id: i32,
    terms: Terms,
}

const fn by(column: usize, slot_in: Option<usize>) -> Placement {
    Placement::Sharded(ShardKey { column, slot_in, scatter: false })
}

static CUSTOMER: TableDef = TableDef { placement: by(0, None), ..*Customer::TABLE };
static PURCHASE: TableDef = TableDef { placement: by(1, Some(0)), ..*Purchase::TABLE };
static COUPON: TableDef = TableDef { placement: by(0, None), ..*Coupon::TABLE };
static SUPPLIER: TableDef = TableDef { placement: Placement::Shard("two"), ..*Supplier::TABLE };
static SHOP: SchemaDef = SchemaDef {
    name: "Shop",
    description: None,
    tables: &[&CUSTOMER, &PURCHASE, &COUPON, Product::TABLE, &SUPPLIER],
    abstract_types: &[],
    functions: &[],
};

const NAMES: [&str; 4] = ["one", "two", "three", "four"];

/// Four databases that are shards with the slots of every fourth number.
struct Shards {
    databases: Vec<TestDatabase>,
    map: SlotMap,
}

impl Shards {
    /// Tables without rows, the suppliers only where they are.
    async fn empty() -> Shards {
        let mut databases = Vec::new();
        for name in NAMES {
            let database = database().await;
            database.execute(&ddl(&SHOP)).await;
            if name != "two" {
                database.execute("DROP TABLE supplier; DROP TYPE terms").await;
            }
            databases.push(database);
        }
        let map = SlotMap::new(1, NAMES, |slot| ShardId(usize::from(slot.number()) % 4));
        Shards { databases, map }
    }

    /// With rows, all of them where they belong.
    async fn filled() -> Shards {
        let shards = Shards::empty().await;
        let mut scripts = [(); NAMES.len()].map(|()| String::new());
        for customer in 1..=200_u32 {
            let slot = Slot::of_int(customer.into());
            let purchase = slots::id(customer.into(), slot, 7);
            scripts[shards.map.shard(slot).0] += &format!(
                "INSERT INTO customer VALUES ({customer}, 'someone');
                 INSERT INTO purchase VALUES ({purchase}, {customer});"
            );
            let code = format!("Grüße {customer}");
            scripts[shards.map.shard(Slot::of_text(&code)).0] +=
                &format!("INSERT INTO coupon VALUES ('{code}');");
        }
        for (position, (database, script)) in shards.databases.iter().zip(&scripts).enumerate() {
            // In another order on each.
            let products = format!(
                "INSERT INTO product
                 SELECT id, 'thing ' || id, '2020-01-01T00:00:00Z' FROM generate_series(1, 9) AS id
                 ORDER BY (id * 7 + {position}) % 5"
            );
            database.execute(&format!("{script} {products}")).await;
        }
        shards
    }

    fn database(&self, slot: Slot) -> &TestDatabase {
        &self.databases[self.map.shard(slot).0]
    }

    fn pools(&self) -> Vec<ShardPools> {
        let shards = NAMES.iter().zip(&self.databases);
        shards.map(|(name, database)| shard(name, &database.url, &[])).collect()
    }

    /// What does not fit, one line for each problem.
    async fn problems(&self) -> Vec<String> {
        problems(&self.map, &self.pools()).await
    }
}

/// A shard whose servers are called as it is.
fn shard(name: &str, primary: &str, replicas: &[&str]) -> ShardPools {
    let server = |server: String, url: &str| {
        let settings = Settings { max_connections: 1, ..Settings::new(url) };
        ServerPool { server, pool: Pool::new(&settings).unwrap() }
    };
    let replicas = replicas.iter().enumerate();
    ShardPools {
        name: name.into(),
        primary: server(format!("{name}-primary"), primary),
        replicas: replicas.map(|(i, url)| server(format!("{name}-replica-{}", i + 1), url)).collect(),
    }
}

async fn problems(map: &SlotMap, shards: &[ShardPools]) -> Vec<String> {
    check_shards(&SHOP, map, shards).await.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn shards_that_fit_have_no_problems() {
    assert_eq!(Shards::empty().await.problems().await, [""; 0]);
    assert_eq!(Shards::filled().await.problems().await, [""; 0]);
}

#[tokio::test]
async fn the_schema_is_compared_with_every_shard() {
    let shards = Shards::filled().await;
    for (position, database) in shards.databases.iter().enumerate() {
        database.execute("ALTER TABLE customer DROP COLUMN name").await;
        if position % 2 == 1 {
            database.execute("ALTER TABLE coupon RENAME TO voucher").await;
        }
    }
    shards.databases[1].execute("ALTER TYPE terms RENAME VALUE 'prepaid' TO 'advance'").await;
    shards.databases[2].execute("ALTER TABLE product ALTER title DROP NOT NULL").await;
    assert_eq!(
        shards.problems().await,
        [
            "error: every shard: table `customer`: column `name` is not in the database",
            "error: shards `two`, `four`: table `coupon`: is not in the database, in no schema of the `search_path`",
            "error: shard `two`: enum `terms`: label `prepaid` is not in the database; \
             `ALTER TYPE terms ADD VALUE 'prepaid'`",
            "error: shard `two`: enum `terms`: label `advance` is not in the schema; add a variant to `Terms`",
            "error: shard `three`: table `product`: column `title` may be null in the database but not in the \
             schema; write `Option<String>`, or `ALTER TABLE product ALTER COLUMN title SET NOT NULL`",
        ]
    );
}

#[tokio::test]
async fn rows_on_a_wrong_shard_are_found() {
    let shards = Shards::filled().await;
    // Slots of other shards, which all have the same number when they are divided by four.
    let of_shard = |shard: usize| {
        (201..).map(|id| (id, Slot::of_int(id))).find(|(_, slot)| shards.map.shard(*slot).0 == shard).unwrap()
    };
    let [(two, slot_of_two), (three, slot_of_three)] = [of_shard(1), of_shard(2)];
    let wrong = format!("INSERT INTO customer VALUES ({two}), ({three})");
    shards.databases[0].execute(&wrong).await;

    // Two rows whose id has the slot of another customer, on the shard that their own customer is on.
    for sequence in 0..2 {
        let id = slots::id(9_000, slot_of_three, sequence);
        let statement = format!("INSERT INTO purchase VALUES ({id}, {two})");
        shards.database(slot_of_two).execute(&statement).await;
    }
    let code =
        (0..).map(|i| format!("ß{i}")).find(|code| shards.map.shard(Slot::of_text(code)).0 == 0).unwrap();
    shards.databases[3].execute(&format!("INSERT INTO coupon VALUES ('{code}')")).await;
    assert_eq!(
        shards.problems().await,
        [
            format!(
                "error: shard `one`: table `customer`: has rows of slots that are on other shards: 1 row of slot \
                 {slot_of_two} on `two`, 1 row of slot {slot_of_three} on `three`"
            ),
            "error: shard `two`: table `purchase`: has 2 rows in which `purchase_id` carries another slot than that \
             of `customer_id`"
                .to_owned(),
            format!(
                "error: shard `four`: table `coupon`: has rows of slots that are on other shards: 1 row of slot {} \
                 on `one`",
                Slot::of_text(&code)
            ),
        ]
    );

    // When slots move, all that is not moved with them is where it does not belong.
    let shards = Shards::filled().await;
    let moved = SlotMap::new(2, NAMES, |slot| {
        ShardId(if slot == Slot::of_int(1) { 3 } else { usize::from(slot.number()) % 4 })
    });
    let own = &NAMES[shards.map.shard(Slot::of_int(1)).0];
    assert_ne!(*own, "four");
    let there = |table: &str| {
        let slot = Slot::of_int(1);
        format!(
            "error: shard `{own}`: table `{table}`: has rows of slots that are on other shards: 1 row of slot {slot} \
             on `four`"
        )
    };
    assert_eq!(problems(&moved, &shards.pools()).await, [there("customer"), there("purchase")]);
}

#[tokio::test]
async fn reference_tables_are_the_same_everywhere() {
    let shards = Shards::filled().await;
    shards.databases[2].execute("UPDATE product SET title = 'Thing 7' WHERE product_id = 7").await;
    shards.databases[3].execute("DELETE FROM product WHERE product_id = 7").await;
    assert_eq!(
        shards.problems().await,
        [
            "error: table `product`: is not the same on all shards: 9 rows on `one`, `two`, 9 rows with other values \
             on `three`, 8 rows on `four`"
        ]
    );
    shards.databases[2].execute("UPDATE product SET title = 'thing 7' WHERE product_id = 7").await;
    let all = "INSERT INTO product VALUES (7, 'thing 7', '2020-01-01T02:00:00+02:00')";
    shards.databases[3].execute(all).await;
    // Columns that the schema does not know, their order, and the session's time zone are no matter.
    let reordered = "ALTER TABLE product ADD note text DEFAULT 'three', DROP COLUMN title;
                     ALTER TABLE product ADD title text;
                     UPDATE product SET title = 'thing ' || product_id;
                     ALTER TABLE product ALTER title SET NOT NULL";
    shards.databases[2].execute(reordered).await;
    let zone = format!("ALTER DATABASE {} SET timezone = 'Asia/Kolkata'", shards.databases[1].name);
    shards.databases[1].execute(&zone).await;
    assert_eq!(shards.problems().await, [""; 0]);

    shards.databases[0].execute("TRUNCATE product").await;
    assert_eq!(
        shards.problems().await,
        [
            "error: table `product`: is not the same on all shards: 0 rows on `one`, 9 rows on `two`, `three`, `four`"
        ]
    );
}

#[tokio::test]
async fn shard_keys_of_text_need_a_deterministic_collation() {
    let shards = Shards::filled().await;
    let collation =
        "CREATE COLLATION whatever_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
                     ALTER TABLE coupon ALTER code TYPE varchar(50) COLLATE whatever_case";
    shards.databases[1].execute(collation).await;
    // What `citext` is to the catalog, which not every Postgres has.
    let citext = "CREATE TYPE citext;
                  CREATE FUNCTION citext_in(cstring) RETURNS citext LANGUAGE internal IMMUTABLE STRICT AS 'textin';
                  CREATE FUNCTION citext_out(citext) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
                  CREATE TYPE citext (INPUT = citext_in, OUTPUT = citext_out, COLLATABLE = true);
                  DROP TABLE coupon;
                  CREATE TABLE coupon (code citext NOT NULL)";
    shards.databases[3].execute(citext).await;
    // Any that is deterministic is as good as another.
    shards.databases[2].execute("ALTER TABLE coupon ALTER code TYPE text COLLATE \"de-x-icu\"").await;
    let mut problems = shards.problems().await;
    // Such a type has no index either.
    problems.retain(|problem| problem.contains("shard key `code`"));
    assert_eq!(
        problems,
        [
            "error: shard `two`: table `coupon`: shard key `code` has the collation `whatever_case`, which is not \
             deterministic: texts of other bytes are equal under it, and not of one slot; `ALTER TABLE coupon ALTER \
             COLUMN code TYPE character varying(50) COLLATE \"C\"`",
            "error: shard `four`: table `coupon`: shard key `code` is `citext`, under which texts of other letters \
             are equal, and not of one slot; `ALTER TABLE coupon ALTER COLUMN code TYPE text COLLATE \"C\"`",
        ]
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_told_and_the_rest_is_checked() {
    let shards = Shards::filled().await;
    let mut pools = shards.pools();
    pools[1] = shard("two", "postgres://nobody@localhost/shop?host=/nowhere", &[]);
    pools[2] = shard("three", &shards.databases[3].url, &["postgres://nobody@localhost/shop?host=/nowhere"]);
    shards.databases[0].execute("DELETE FROM product WHERE product_id = 7").await;
    let away = "cannot be read: the database is not available: error connecting to server: No such file or \
                directory (os error 2)";
    let found = problems(&shards.map, &pools).await;
    assert_eq!(found[0], format!("error: shard `two`: server `two-primary`: {away}"));
    // All rows of the fourth are on the third now.
    assert!(
        found[1].starts_with("error: shard `three`: table `customer`: has rows of slots that are on "),
        "{found:?}"
    );
    assert_eq!(
        found[found.len() - 3..],
        [
            "error: shard `three`: is the same database as that of shard `four`".to_owned(),
            "error: table `product`: is not the same on all shards: 8 rows on `one`, 9 rows on `three`, `four`".to_owned(),
            format!("warning: shard `three`: server `three-replica-1`: {away}"),
        ]
    );
}

#[tokio::test]
async fn primaries_and_replicas_are_what_they_are_called() {
    let start = |builder: onefold::private_postgres::Builder| builder.start().unwrap();
    let primary = start(PrivatePostgres::builder().replicated());
    let standby = start(PrivatePostgres::builder().follows(&primary));
    primary.create_database("shop").await.unwrap();
    let (url, standby_url) = (primary.url("shop"), standby.url("shop"));
    connect(&url).await.batch_execute(&ddl(&SHOP)).await.unwrap();
    let map = SlotMap::single("two");
    // What was written is there when it was replayed.
    let behind = "SELECT pg_last_wal_replay_lsn() < $1::text::pg_lsn";
    let written: String =
        connect(&url).await.query_one("SELECT pg_current_wal_lsn()::text", &[]).await.unwrap().get(0);
    let observer = connect(&standby.url("postgres")).await;
    let is_there = async || !observer.query_one(behind, &[&written]).await.unwrap().get::<_, bool>(0);
    crate::pool::eventually("the standby has replayed all", is_there).await;
    assert_eq!(problems(&map, &[shard("two", &url, &[&standby_url])]).await, [""; 0]);

    let other = database().await;
    other.execute(&ddl(&SHOP)).await;
    assert_eq!(
        problems(&map, &[shard("two", &standby_url, &[&url])]).await,
        [
            "error: shard `two`: server `two-primary`: is a primary in the settings and follows another server; set \
             that one as `primary`",
            "error: shard `two`: server `two-replica-1`: is a replica in the settings and follows no server",
        ]
    );
    assert_eq!(
        problems(&map, &[shard("two", &other.url, &[&standby_url])]).await,
        [
            "error: shard `two`: server `two-replica-1`: is a replica in the settings and follows another server \
             than the primary of the shard"
        ]
    );
}
