//! Servers, shards and slots in the settings, and what is said about wrong ones.

use super::*;

/// Two shards with a replica each, in which nothing is wrong.
const RIGHT: &str = "
    [servers.north]
    url = 'postgres://north/shop'
    [servers.north-replica]
    url = 'postgres://north-replica/shop'
    [servers.south]
    url = 'postgres://south/shop'
    [servers.south-replica]
    url = 'postgres://south-replica/shop'

    [shards.one]
    primary = 'north'
    replicas = ['north-replica']
    slots = ['0-4095']
    [shards.two]
    primary = 'south'
    replicas = ['south-replica']
    slots = ['4096-8191']
    ";

/// The mistakes in [`RIGHT`] with some of it replaced.
fn mistakes(replaced: &[(&str, &str)]) -> String {
    let mut file = RIGHT.to_owned();
    for (old, new) in replaced {
        assert!(file.contains(old), "{old}");
        file = file.replacen(old, new, 1);
    }
    given(&file, &[]).mistakes()
}

#[test]
fn servers_and_shards_are_read_from_the_file() {
    let config = given(RIGHT, &[]).load();
    assert_eq!(config.servers.len(), 4);
    assert_eq!(config.servers["south-replica"].url, "postgres://south-replica/shop");
    let one = Shard {
        primary: "north".to_owned(),
        replicas: vec!["north-replica".to_owned()],
        database: None,
        slots: vec!["0-4095".to_owned()],
    };
    assert_eq!(config.shards["one"], one);
    assert_eq!(config.sharding, Sharding::default());
}

#[test]
fn the_environment_has_the_settings_of_servers_and_shards() {
    let file = RIGHT.replace("[shards.two]", "[shards.Two]");
    let config = given(
        &file,
        &[
            ("ONEFOLD_SERVERS__NORTH__URL", "postgres://me:secret@north/shop"),
            ("ONEFOLD_SERVERS__NORTH__MAX_CONNECTIONS", "7"),
            // In no case of letters has the file a server of this name.
            ("ONEFOLD_SERVERS__WEST__URL", "postgres://west/shop"),
            ("ONEFOLD_SHARDS__TWO__REPLICAS", "south-replica, west"),
            ("ONEFOLD_SHARDS__TWO__SLOTS", "0-9,4096-8191"),
            ("ONEFOLD_SHARDS__ONE__SLOTS", "10-4095"),
            ("ONEFOLD_SHARDS__ONE__DATABASE", "shop_one"),
            ("ONEFOLD_SHARDING__EPOCH", "12"),
            ("ONEFOLD_SHARDING__MAX_REPLICA_LAG", "200ms"),
        ],
    )
    .load();
    assert_eq!(config.servers["north"].url, "postgres://me:secret@north/shop");
    assert_eq!(config.servers["north"].max_connections, Some(7));
    assert_eq!(config.servers["west"].url, "postgres://west/shop");
    assert_eq!(config.shards["Two"].replicas, ["south-replica", "west"]);
    assert_eq!(config.shards["Two"].slots, ["0-9", "4096-8191"]);
    assert_eq!(config.shards["one"].database.as_deref(), Some("shop_one"));
    assert_eq!(config.shards.len(), 2);
    assert_eq!(config.sharding.epoch, 12);
    assert_eq!(config.sharding.max_replica_lag, Duration::from_millis(200));
    assert!(!format!("{config:?}").contains("secret"));
}

#[test]
fn mistakes_in_names_say_what_was_meant() {
    let given = given(
        "[server.north]\nurl = 'x'\n[shard.one]\nprimary = 'north'\n[servers.south]\nurk = 'x'\n[sharding]\nepoc = 3",
        &[
            ("ONEFOLD_SERVER__NORTH__URL", "postgres://north"),
            ("ONEFOLD_SHARDS__ONE__SLOT", "0-8191"),
            ("ONEFOLD_SHARDS__ONE__PRIMARY__NAME", "north"),
            ("ONEFOLD_SERVERS__NORTH", "postgres://north"),
        ],
    );
    assert_eq!(
        given.mistakes(),
        "`onefold.toml`: there is no setting `server.north`; did you mean `servers.north`?\n\
         `onefold.toml`: there is no setting `servers.south.urk`; did you mean `servers.south.url`?\n\
         `onefold.toml`: there is no setting `shard`; did you mean `shards`?\n\
         `onefold.toml`: there is no setting `sharding.epoc`; did you mean `sharding.epoch`?\n\
         environment variable `ONEFOLD_SERVER__NORTH__URL`: there is no such setting; \
         did you mean `ONEFOLD_SERVERS__NORTH__URL`?\n\
         environment variable `ONEFOLD_SHARDS__ONE__SLOT`: there is no such setting; \
         did you mean `ONEFOLD_SHARDS__ONE__SLOTS`?\n\
         environment variable `ONEFOLD_SHARDS__ONE__PRIMARY__NAME`: there is no such setting\n\
         environment variable `ONEFOLD_SERVERS__NORTH`: there is no such setting"
    );
}

#[test]
fn values_must_be_of_their_kind() {
    for (file, mistake) in [
        ("[servers.north]\nurl = 5", "`onefold.toml`: `servers.north.url`: "),
        ("[servers.north]\nmax_connections = -1", "`onefold.toml`: `servers.north.max_connections`: "),
        ("[shards.one]\nslots = [5]", "`onefold.toml`: `shards.one.slots`: expected a list of texts"),
        ("[sharding]\nshard_timeout = '5'", "`onefold.toml`: `sharding.shard_timeout`: "),
        ("servers = 'north'", "`onefold.toml`: `servers`: "),
    ] {
        let mistakes = given(file, &[]).mistakes();
        assert!(mistakes.starts_with(mistake), "{file}: {mistakes}");
    }
}

#[test]
fn all_mistakes_are_told_together() {
    assert_eq!(
        mistakes(&[
            ("url = 'postgres://south-replica/shop'", "max_connections = 0"),
            ("primary = 'north'", "primary = 'nroth'"),
            (
                "replicas = ['north-replica']",
                "replicas = ['nroth', 'north-replica', 'north-replica', 'east']"
            ),
            ("slots = ['0-4095']", "slots = ['0-4000', '4096-4100']"),
            ("primary = 'south'\n", "database = ''\n"),
            (
                "[shards.one]",
                "[sharding]\nepoch = 0\nmax_connections = 0\nmax_concurrency = 0\nbreaker_failures = 0\n\
                 shard_timeout = '30s'\nmax_replica_lag = '0s'\nhealth_interval = '0s'\nbreaker_pause = '0s'\n\
                 slot_table_server = 'south'\n[shards.one]"
            ),
        ]),
        "`sharding.epoch` must be at least 1\n\
         `sharding.max_connections` must be at least 1\n\
         `sharding.max_concurrency` must be at least 1\n\
         `sharding.breaker_failures` must be at least 1\n\
         `sharding.max_replica_lag` must be more than 0\n\
         `sharding.health_interval` must be more than 0\n\
         `sharding.breaker_pause` must be more than 0\n\
         `servers.south-replica.url` is missing; write `postgres://user:password@host:5432/name`\n\
         `servers.south-replica.max_connections` must be at least 1\n\
         `shards.one.primary` is `nroth`, which is none of `[servers]`; did you mean `north`?\n\
         `shards.one.replicas` has `nroth`, which is its primary\n\
         `shards.one.replicas` has `north-replica` twice\n\
         `shards.one.replicas` has `east`, which is none of `[servers]`\n\
         `shards.two.primary` is missing; write which of `[servers]` it is: `north`, `north-replica`, `south`, \
         `south-replica`\n\
         `shards.two.database` is empty; leave it out for the database of the server's URL\n\
         `sharding.slot_table_server` is set without `sharding.slot_table`; write `slot_table = \"onefold.slots\"`, \
         or leave it out\n\
         slots 4096-4100 are on the shard `one` and on the shard `two`; leave each in the `slots` of one\n\
         slots 4001-4095 are on no shard; each has to be in the `slots` of one of `[shards]`\n\
         `sharding.shard_timeout` is 30s, which is not below `limits.request_timeout`, 30s"
    );
}

#[test]
fn the_sections_must_fit_together() {
    assert_eq!(
        given(RIGHT, &[("DATABASE_URL", "postgres://shared")]).mistakes(),
        "`database.url` (or `DATABASE_URL`, or `--database-url`) and `[servers]` are both set; leave out the URL, or \
         `[servers]` and `[shards]` if there is one database only"
    );
    assert_eq!(
        given("[shards.one]\nprimary = 'north'\nslots = ['0-8191']", &[]).mistakes(),
        "there are `[shards]` and no server; add `[servers.north]`, say, with its `url`"
    );
    assert_eq!(
        given("[servers.north]\nurl = 'postgres://north'", &[]).mistakes(),
        "there are `[servers]` and no shard; add `[shards.one]`, say, with `primary = \"north\"` and \
         `slots = [\"0-8191\"]`"
    );
    // With one database, a short request is no contradiction to a setting that nobody uses.
    given("[limits]\nrequest_timeout = '5s'", &[("DATABASE_URL", "postgres://shared")]).load();
}

#[test]
fn names_are_plain() {
    assert_eq!(
        mistakes(&[("[servers.south]", "[servers.'the south']"), ("'south'", "'the south'")]),
        "`[servers]` has the name \"the south\"; names are made of letters, digits, `_` and `-`"
    );
}

#[test]
fn a_server_is_a_primary_or_follows_one() {
    assert_eq!(
        mistakes(&[("replicas = ['south-replica']", "replicas = ['north-replica', 'north']")]),
        "`north-replica` is a replica of `north` in `shards.one` and of `south` in `shards.two`; \
         a server follows one\n\
         `north` is a replica in `shards.two` and the primary in `shards.one`; a server is one or the other"
    );
}

#[test]
fn shards_have_databases_of_their_own() {
    let same =
        mistakes(&[("primary = 'south'", "primary = 'north'"), ("'south-replica'", "'north-replica'")]);
    assert_eq!(
        same,
        "`shards.one` and `shards.two` are the same database `shop` of `north`; set `database` in one of them"
    );
    let apart = RIGHT
        .replace("primary = 'south'", "primary = 'north'\ndatabase = 'shop_two'")
        .replace("'south-replica'", "'north-replica'");
    given(&apart, &[]).load();
}

#[test]
fn a_slot_table_takes_the_place_of_slots() {
    let table = "[sharding]\nslot_table = 'onefold.slots'\nslot_table_server = 'north'\n[shards.one]";
    assert_eq!(
        mistakes(&[("[shards.one]", table)]),
        "`sharding.slot_table` says which slots a shard has; leave out `shards.one.slots`, `shards.two.slots`"
    );
    let none = [("slots = ['0-4095']", ""), ("slots = ['4096-8191']", "")];
    assert_eq!(
        mistakes(&[&none[..], &[("[shards.one]", &table.replace("'north'", "'nroth'\nepoch = 3"))]].concat()),
        "`sharding.slot_table_server` is `nroth`, which is none of `[servers]`; did you mean `north`?\n\
         `sharding.slot_table` has its own epoch; leave out `sharding.epoch`"
    );
    assert_eq!(
        mistakes(
            &[&none[..], &[("[shards.one]", "[sharding]\nslot_table = 'a.b.c'\n[shards.one]")]].concat()
        ),
        "`sharding.slot_table` is `a.b.c`, which is no table; write `onefold.slots`, or `slots`\n\
         `sharding.slot_table` is set without `sharding.slot_table_server`; write which of `[servers]` has the \
         table: `slot_table_server = \"north\"`"
    );
}

#[test]
fn the_shards_of_the_schema_must_be_there() {
    static SUPPLIER: TableDef = TableDef {
        name: "Supplier",
        placement: onefold_schema::Placement::Shard("purchasing"),
        singular: "supplier",
        plural: "suppliers",
        table: "supplier",
        ..TRACK
    };
    static SCHEMA: SchemaDef = SchemaDef {
        name: "Shop",
        description: None,
        tables: &[&SUPPLIER],
        functions: &[],
        abstract_types: &[],
    };
    let right = given(RIGHT, &[]);
    assert_eq!(
        load(&SCHEMA, &right.sources).unwrap_err().to_string(),
        "the table `Supplier` of the schema is on the shard `purchasing`, which is none of `[shards]`; add \
         `[shards.purchasing]`, which needs no `slots`"
    );
    load(&SCHEMA, &given("", &[]).sources).unwrap();
}
