//! The slot map in a table of a real Postgres: read, changed, and not as it must be.

use onefold::config::{Config, DatabaseServer, Shard};
use onefold::slot_table::{self, DDL};
use onefold::slots::{Slot, SlotMap};
use onefold_tests::{TestDatabase, database};

use crate::pool::eventually;

/// Settings with two shards and the slot table of this database.
fn config(database: &TestDatabase) -> Config {
    let mut config = Config::default();
    let server = DatabaseServer { url: database.url.clone(), max_connections: None };
    config.servers.insert("north".to_owned(), server);
    for name in ["one", "two"] {
        let shard = Shard { primary: "north".to_owned(), ..Shard::default() };
        config.shards.insert(name.to_owned(), shard);
    }
    config.sharding.slot_table = Some("onefold.slots".to_owned());
    config.sharding.slot_table_server = Some("north".to_owned());
    config
}

async fn map(database: &TestDatabase) -> Result<SlotMap, String> {
    let mut config = config(database);
    slot_table::fill(&mut config).await.map_err(|error| error.to_string())?;
    Ok(SlotMap::of(&config).expect("every slot is on a shard"))
}

/// A database with a slot table whose even slots are on the shard `one`.
async fn filled() -> TestDatabase {
    let database = database().await;
    database.execute(DDL).await;
    database
        .execute(
            "INSERT INTO onefold.slots
             SELECT slot, CASE WHEN slot % 2 = 0 THEN 'one' ELSE 'two' END FROM generate_series(0, 8191) AS slot",
        )
        .await;
    database
}

#[tokio::test]
async fn each_change_is_a_new_epoch() {
    let database = filled().await;
    let first = map(&database).await.unwrap();
    for slot in Slot::all() {
        let shard = if slot.number() % 2 == 0 { "one" } else { "two" };
        assert_eq!(&**first.name(first.shard(slot)), shard);
    }

    database.execute("UPDATE onefold.slots SET shard = 'two' WHERE slot = 4").await;
    let second = map(&database).await.unwrap();
    assert!(second.epoch() > first.epoch());
    assert!(!second.agrees_with(&first));
    assert_eq!(&**second.name(second.shard(Slot::new(4).unwrap())), "two");
    database.execute("UPDATE onefold.slots SET shard = 'one' WHERE slot = 4").await;
    let third = map(&database).await.unwrap();
    assert!(third.epoch() > second.epoch());
    assert!(third.agrees_with(&first));
}

#[tokio::test]
async fn changes_at_the_same_time_have_different_epochs() {
    let database = filled().await;
    let (first, second) = (database.connect().await, database.connect().await);
    let epoch = "SELECT epoch FROM onefold.slots_epoch";
    first.batch_execute("BEGIN; UPDATE onefold.slots SET shard = 'two' WHERE slot = 0").await.unwrap();
    let change = "UPDATE onefold.slots SET shard = 'two' WHERE slot = 2";
    let waiting = tokio::spawn(async move {
        second.batch_execute(change).await.unwrap();
        second.query_one(epoch, &[]).await.unwrap().get::<_, i64>(0)
    });
    // Not before the second waits for the first.
    let observer = database.connect().await;
    let blocked = "SELECT count(*) > 0 FROM pg_stat_activity
                   WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'UPDATE onefold%'";
    let is_blocked = async || observer.query_one(blocked, &[]).await.unwrap().get::<_, bool>(0);
    eventually("the second change waits", is_blocked).await;
    let own: i64 = first.query_one(epoch, &[]).await.unwrap().get(0);
    first.batch_execute("COMMIT").await.unwrap();
    assert_eq!(waiting.await.unwrap(), own + 1);
    let map = map(&database).await.unwrap();
    assert_eq!(map.epoch().cast_signed(), own + 1);
    for slot in [0, 2] {
        assert_eq!(&**map.name(map.shard(Slot::new(slot).unwrap())), "two");
    }
}

#[tokio::test]
async fn what_is_wrong_is_told() {
    let database = database().await;
    assert_eq!(
        map(&database).await.unwrap_err(),
        "cannot read the slot table `onefold.slots`: Postgres refused the statement: relation \
         \"onefold.slots_epoch\" does not exist (SQLSTATE 42P01)"
    );
    database.execute(DDL).await;
    assert_eq!(
        map(&database).await.unwrap_err(),
        "the slot table `onefold.slots` is no map: slots 0-8191 are on no shard; its epoch is 0"
    );
    database
        .execute("INSERT INTO onefold.slots SELECT slot, 'three' FROM generate_series(0, 99) AS slot")
        .await;
    assert_eq!(
        map(&database).await.unwrap_err(),
        "the slot table `onefold.slots` is no map: it has the shard `three` (slots 0-99), which is none of `[shards]`"
    );
    database.execute("DELETE FROM onefold.slots_epoch").await;
    assert_eq!(
        map(&database).await.unwrap_err(),
        "the slot table `onefold.slots` is not as it must be: `onefold.slots_epoch` has 0 rows, not one"
    );

    let mut config = config(&database);
    config.servers.get_mut("north").unwrap().url = "postgres://north/shop?pool=3".to_owned();
    assert_eq!(
        slot_table::fill(&mut config).await.unwrap_err().to_string(),
        "cannot read the slot table `onefold.slots`: `servers.north`: setting `url` of the database: invalid \
         connection string: unknown option `pool`"
    );
}
