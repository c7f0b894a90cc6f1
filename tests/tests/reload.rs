//! Settings that change while a server runs: taken over as a whole, or not at all.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use onefold::config::{self, Config, Sources};
use onefold::reload::{Error, Reloaded, Reloader};
use onefold::schema::Schema;
use onefold::server;
use onefold::slot_table::{self, DDL};
use onefold::slots::{Slot, SlotMap};
use onefold_tests::database;
use onefold_tests::store::Store;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::http::client::{Request, Server, get};

/// Settings that are in a file, and what uses them.
struct Fixture {
    directory: TempDir,
    reloader: Arc<Reloader>,
    /// The epochs of the settings that were to be used.
    put: Arc<Mutex<Vec<u64>>>,
}

impl Fixture {
    async fn new(file: &str) -> Fixture {
        let directory = tempfile::tempdir().unwrap();
        let sources = Sources { directory: directory.path().to_owned(), ..Sources::default() };
        write(&directory, file);
        let read = move || config::load(Store::SCHEMA, &sources);
        let mut config = read().unwrap();
        slot_table::fill(&mut config).await.unwrap();
        let put = Arc::new(Mutex::new(Vec::new()));
        let used = Arc::clone(&put);
        let reloader = Reloader::new(config, read, move |config| {
            if config.servers.contains_key("refused") {
                return Err("no such server".into());
            }
            used.lock().unwrap().push(config.sharding.epoch);
            Ok(())
        });
        Fixture { directory, reloader: Arc::new(reloader.unwrap()), put }
    }

    async fn reload(&self, file: &str) -> Result<Reloaded, Error> {
        write(&self.directory, file);
        self.reloader.reload().await
    }

    /// What is said when this is not taken over.
    async fn refused(&self, file: &str) -> String {
        let before = self.reloader.current();
        let error = self.reload(file).await.unwrap_err();
        let after = self.reloader.current();
        assert!(Arc::ptr_eq(&before, &after));
        error.messages().join("\n").replace(&format!("{}/", self.directory.path().display()), "")
    }

    fn owner(&self, slot: u16) -> String {
        let current = self.reloader.current();
        owner(&current.map, slot).to_owned()
    }
}

fn write(directory: &TempDir, file: &str) {
    fs::write(directory.path().join(config::FILE_NAME), file).unwrap();
}

fn owner(map: &SlotMap, slot: u16) -> &str {
    map.name(map.shard(Slot::new(slot).unwrap()))
}

/// Settings with two shards, of which the first has the slots below `border`.
fn settings(epoch: u64, border: u16) -> String {
    format!(
        "[servers.north]\nurl = 'postgres://nobody@127.0.0.1:1/north'\n\
         [servers.south]\nurl = 'postgres://nobody@127.0.0.1:1/south'\n\
         [shards.one]\nprimary = 'north'\nslots = ['0-{}']\n\
         [shards.two]\nprimary = 'south'\nslots = ['{border}-8191']\n\
         [sharding]\nepoch = {epoch}\n",
        border - 1
    )
}

#[tokio::test]
async fn a_later_map_takes_the_place_of_an_earlier_one() {
    let fixture = Fixture::new(&settings(1, 100)).await;
    assert_eq!(fixture.owner(100), "two");
    let reloaded = fixture.reload(&settings(2, 200)).await.unwrap();
    assert_eq!(
        reloaded.moved.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["slots 100-199 from `two` to `one`"]
    );
    assert_eq!((reloaded.epoch, reloaded.ignored.len()), (2, 0));
    assert_eq!(fixture.owner(100), "one");

    // Other servers and the same map need no other epoch.
    let same = settings(2, 200).replace("/south", "/elsewhere");
    assert!(fixture.reload(&same).await.unwrap().moved.is_empty());
    assert!(fixture.reloader.current().config.servers["south"].url.ends_with("/elsewhere"));
    assert_eq!(*fixture.put.lock().unwrap(), [2, 2]);
}

#[tokio::test]
async fn what_is_wrong_is_told_and_nothing_changes() {
    let fixture = Fixture::new(&settings(5, 100)).await;
    assert_eq!(
        fixture.refused(&settings(5, 200)).await,
        "the slot map has the epoch 5 and differs from the one in use; a later map needs an epoch above 5"
    );
    assert_eq!(
        fixture.refused(&settings(4, 100)).await,
        "the slot map has the epoch 4 and the one in use a later one; a later map needs an epoch above 5"
    );
    assert_eq!(
        fixture.refused(&settings(6, 200).replace("200-8191", "200-8190").replace("'south'", "'soth'")).await,
        "`shards.two.primary` is `soth`, which is none of `[servers]`; did you mean `south`?\n\
         slot 8191 is on no shard; each has to be in the `slots` of one of `[shards]`"
    );
    assert!(
        fixture.refused("[servers").await.starts_with("the settings are wrong: `onefold.toml` is not TOML: ")
    );
    assert_eq!(
        fixture.refused(&settings(6, 200).replace("north", "refused")).await,
        "the settings cannot be used: no such server"
    );
    assert_eq!(
        fixture.refused("").await,
        "the server was started with shards; for anything else it needs a new start"
    );
    assert_eq!(*fixture.put.lock().unwrap(), [0; 0]);

    let single = Fixture::new("").await;
    assert_eq!(
        single.refused(&settings(1, 100)).await,
        "the server was started with one database; for anything else it needs a new start"
    );
}

#[tokio::test]
async fn other_sections_need_a_new_start() {
    let fixture = Fixture::new(&settings(1, 100)).await;
    let file = settings(1, 100) + "[limits]\nmax_depth = 3\n[server]\ngraphiql = false\n";
    assert_eq!(fixture.reload(&file).await.unwrap().ignored, ["server", "limits"]);
    assert_eq!(fixture.reloader.current().config.limits, Config::default().limits);
    // It is still so when it is asked again.
    assert_eq!(fixture.reload(&file).await.unwrap().ignored, ["server", "limits"]);
}

#[tokio::test]
async fn the_slot_table_is_read_again() {
    let database = database().await;
    database.execute(DDL).await;
    database
        .execute("INSERT INTO onefold.slots SELECT slot, 'one' FROM generate_series(0, 8191) AS slot")
        .await;
    let file = format!(
        "[servers.north]\nurl = '{}'\n[servers.south]\nurl = 'postgres://nobody@127.0.0.1:1/south'\n\
         [shards.one]\nprimary = 'north'\n[shards.two]\nprimary = 'south'\n\
         [sharding]\nslot_table = 'onefold.slots'\nslot_table_server = 'north'\n",
        database.url
    );
    let fixture = Fixture::new(&file).await;
    assert_eq!(fixture.owner(7), "one");
    assert!(fixture.reload(&file).await.unwrap().moved.is_empty());
    database.execute("UPDATE onefold.slots SET shard = 'two' WHERE slot IN (7, 9)").await;
    let moved = fixture.reload(&file).await.unwrap().moved;
    assert_eq!(moved.iter().map(ToString::to_string).collect::<Vec<_>>(), ["slots 7, 9 from `one` to `two`"]);
    assert_eq!((fixture.owner(7), fixture.owner(8)), ("two".to_owned(), "one".to_owned()));

    database.execute("DELETE FROM onefold.slots WHERE slot = 8").await;
    assert_eq!(
        fixture.refused(&file).await,
        "the slot table `onefold.slots` is no map: slot 8 is on no shard"
    );
}

/// Whoever looks sees the settings of one epoch, however often they change.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_map_is_swapped_as_a_whole() {
    let fixture = Fixture::new(&settings(1, 1_000)).await;
    let done = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let (reloader, done) = (Arc::clone(&fixture.reloader), Arc::clone(&done));
            tokio::task::spawn_blocking(move || {
                let (mut last, mut seen) = (0, 0);
                while !done.load(Ordering::Relaxed) {
                    let current = reloader.current();
                    let epoch = current.map.epoch();
                    assert!(epoch >= last, "{epoch} after {last}");
                    seen += u64::from(epoch > last);
                    last = epoch;
                    assert_eq!(current.config.sharding.epoch, epoch);
                    let expected = if epoch % 2 == 1 { "two" } else { "one" };
                    assert_eq!(owner(&current.map, 1_000), expected);
                    assert_eq!(owner(&current.map, 1_999), expected);
                }
                seen
            })
        })
        .collect();
    for epoch in 2..=60 {
        let border = if epoch % 2 == 1 { 1_000 } else { 2_000 };
        fixture.reload(&settings(epoch, border)).await.unwrap();
    }
    done.store(true, Ordering::Relaxed);
    for reader in readers {
        assert!(reader.await.unwrap() > 1, "it saw no change");
    }
}

/// A server of a fixture with this token.
fn serve(fixture: &Fixture, token: Option<&str>) -> Server {
    let mut config = Config::default();
    config.server.admin_token = token.map(str::to_owned);
    let admin = server::admin(Arc::clone(&fixture.reloader), |server| Some(server == "north"), &config);
    Server::with(Store::SCHEMA, config, admin)
}

fn with_token(request: Request) -> Request {
    request.header("authorization", "Bearer of-bad-news")
}

fn reload() -> Request {
    Request::new("POST", "/admin/reload")
}

fn fixture(file: &str) -> Fixture {
    tokio::runtime::Runtime::new().unwrap().block_on(Fixture::new(file))
}

#[test]
fn only_those_with_the_token_may_ask() {
    let fixture = fixture(&settings(1, 100));
    let server = serve(&fixture, Some("of-bad-news"));
    for request in [reload(), get("/admin/shards"), get("/admin/reload")] {
        for authorization in [
            None,
            Some("Bearer"),
            Some("Bearer "),
            Some("Bearer of-bad-new"),
            Some("Bearer of-bad-newt"),
            Some("Bearer of-bad-newsy"),
            Some("Basic of-bad-news"),
            Some("of-bad-news"),
        ] {
            let request = match authorization {
                Some(authorization) => request.clone().header("authorization", authorization),
                None => request.clone(),
            };
            let response = server.send(&request);
            assert_eq!(
                (response.status, response.code()),
                (401, "UNAUTHORIZED".to_owned()),
                "{authorization:?}"
            );
            assert_eq!(response.header("www-authenticate"), Some("Bearer"));
        }
    }
    assert_eq!(server.send(&get("/admin/shards").header("authorization", "bearer of-bad-news")).status, 200);
    assert_eq!(server.send(&with_token(get("/admin/reload"))).status, 405);
    assert_eq!(server.send(&with_token(get("/admin/nothing"))).status, 404);

    let server = serve(&fixture, None);
    for request in [with_token(reload()), with_token(get("/admin/shards"))] {
        let response = server.send(&request);
        assert_eq!((response.status, response.code()), (404, "NOT_FOUND".to_owned()));
    }
}

#[test]
fn whoever_asks_is_told_what_has_come_of_it() {
    let fixture = fixture(&settings(1, 100));
    let server = serve(&fixture, Some("of-bad-news"));
    let send = |request: Request| {
        let response = server.send(&with_token(request));
        assert_eq!(response.header("content-type"), Some("application/json"));
        (response.status, serde_json::from_str::<Value>(&response.text()).unwrap())
    };
    let shards = |epoch: u64, border: u16| {
        json!({"epoch": epoch, "shards": [
            {"name": "one", "primary": "north", "replicas": [], "slotCount": border,
             "slots": [format!("0-{}", border - 1)]},
            {"name": "two", "primary": "south", "replicas": [], "slotCount": 8192 - border,
             "slots": [format!("{border}-8191")]},
        ], "servers": {"north": {"readable": true}, "south": {"readable": false}}})
    };
    assert_eq!(send(get("/admin/shards")), (200, shards(1, 100)));

    write(&fixture.directory, &(settings(2, 110) + "[log]\nformat = 'json'"));
    let moved = json!([{"from": "two", "slots": ["100-109"], "to": "one"}]);
    assert_eq!(send(reload()), (200, json!({"epoch": 2, "moved": moved, "ignored": ["log"]})));
    assert_eq!(send(get("/admin/shards")), (200, shards(2, 110)));

    let refused = |messages: &[&str], code: &str| {
        let errors = messages.iter().map(|message| json!({"message": message, "extensions": {"code": code}}));
        json!({"errors": errors.collect::<Vec<_>>()})
    };
    write(&fixture.directory, &settings(2, 120));
    let message =
        "the slot map has the epoch 2 and differs from the one in use; a later map needs an epoch above 2";
    assert_eq!(send(reload()), (409, refused(&[message], "EPOCH_NOT_HIGHER")));
    write(&fixture.directory, &(settings(3, 120).replace("8191", "8192") + "shard_timeout = '40s'\n"));
    let messages = [
        "`shards.two.slots` has `120-8192`; slots are numbered from 0 to 8191",
        "`sharding.shard_timeout` is 40s, which is not below `limits.request_timeout`, 30s",
    ];
    assert_eq!(send(reload()), (422, refused(&messages, "SETTINGS_WRONG")));
    assert_eq!(send(get("/admin/shards")), (200, shards(2, 110)));
}
