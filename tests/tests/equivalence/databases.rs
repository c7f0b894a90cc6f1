//! The databases of all schemas, which they have one after the other, and engines over them.

use fastrand::Rng;
use futures_util::future::join_all;
use onefold::config::{Config, DatabaseServer, Shard};
use onefold::engine::Engine;
use onefold::schema::Placement;
use onefold::slots::{SLOTS, SlotMap};
use onefold_tests::{TestDatabase, database_in_byte_order};
use tokio_postgres::Client;

use crate::random::draft::NAMED;
use crate::random::schema::World;
use crate::random::script::script;
use crate::random::values::{chance, one_of};

/// How many shards there are.
const COUNTS: [usize; 4] = [1, 2, 4, 7];

/// A database and a connection to it.
struct Database {
    database: TestDatabase,
    client: Client,
}

/// One database, and those of the shards for each of the counts.
pub struct Databases {
    whole: Database,
    shards: Vec<Vec<Database>>,
}

/// Engines over the same rows.
pub struct Engines {
    /// Over one database.
    pub whole: Engine,
    pub sharded: Vec<Sharded>,
}

/// An engine over several shards.
pub struct Sharded {
    pub engine: Engine,
    pub map: SlotMap,
}

impl Databases {
    pub async fn new() -> Databases {
        let mut shards = Vec::new();
        for count in COUNTS {
            let mut of_count = Vec::new();
            for _ in 0..count {
                of_count.push(Database::new().await);
            }
            shards.push(of_count);
        }
        Databases { whole: Database::new().await, shards }
    }

    /// Puts a schema and its rows in the places of those before, with other slot maps.
    pub async fn fill(&self, rng: &mut Rng, world: &World) -> Engines {
        let mut scripts = vec![(&self.whole, script(rng, world, |_, _| true))];
        let mut sharded = Vec::new();
        for databases in &self.shards {
            let config = config(rng, databases);
            let map = SlotMap::of(&config).expect("every slot is on one shard");
            let database_of = |shard: &str| {
                let name = config.shards[shard].database.as_deref();
                databases.iter().position(|database| Some(database.database.name.as_str()) == name)
            };
            for (position, database) in databases.iter().enumerate() {
                let is_here = |table: usize, row: usize| match world.schema.tables[table].placement {
                    Placement::Reference => true,
                    Placement::Shard(name) => database_of(name) == Some(position),
                    Placement::Sharded(_) => {
                        let slot = world.rows[table][row].slot.expect("rows of sharded tables have a slot");
                        database_of(map.name(map.shard(slot))) == Some(position)
                    }
                };
                scripts.push((database, script(rng, world, is_here)));
            }
            let engine = Engine::new(world.schema, config).expect("the schema and the settings are right");
            sharded.push(Sharded { engine, map });
        }
        join_all(scripts.iter().map(|(database, script)| database.run(script))).await;
        let mut config = Config::default();
        config.database.url = Some(self.whole.database.url.clone());
        let whole = Engine::new(world.whole, config).expect("the schema is right");
        Engines { whole, sharded }
    }
}

impl Database {
    async fn new() -> Database {
        let database = database_in_byte_order().await;
        let client = database.connect().await;
        Database { database, client }
    }

    async fn run(&self, script: &str) {
        let name = &self.database.name;
        let run = self.client.batch_execute(&script.replace("DATABASE_NAME", name)).await;
        run.unwrap_or_else(|error| panic!("{error:?} in {script}"));
    }
}

/// Settings with shards of some databases. One of them can be without slots, and another name can be on any.
fn config(rng: &mut Rng, databases: &[Database]) -> Config {
    let count = databases.len();
    let empty = if count > 1 && chance(rng, 40) { Some(rng.usize(0..count)) } else { None };
    let owning: Vec<usize> = (0..count).filter(|shard| Some(*shard) != empty).collect();
    let mut slots = vec![Vec::new(); count];
    let width = *one_of(rng, &[64, 256, 1024]);
    for first in (0..SLOTS).step_by(width) {
        slots[*one_of(rng, &owning)].push(format!("{first}-{}", first + width - 1));
    }
    let mut config = Config::default();
    let server = DatabaseServer { url: databases[0].database.url.clone(), max_connections: Some(40) };
    config.servers.insert("test".into(), server);
    let mut add = |name: &str, database: usize, slots: Vec<String>| {
        let database = Some(databases[database].database.name.clone());
        let shard = Shard { primary: "test".into(), database, slots, ..Shard::default() };
        config.shards.insert(name.to_owned(), shard);
    };
    for (shard, slots) in slots.into_iter().enumerate() {
        add(&format!("s{shard}"), shard, slots);
    }
    add(NAMED[1], rng.usize(0..count), Vec::new());
    config.folding.enabled = chance(rng, 50);
    config.sharding.max_concurrency = rng.usize(1..9);
    config
}
