//! The engine over a database, and the same rows in memory.

use fastrand::Rng;
use onefold::config::Config;
use onefold::engine::{Engine, Request};
use onefold_tests::{TestDatabase, database_in_byte_order};
use tokio_postgres::Client;

use super::store::Store;
use super::tokens::{By, Term, Tokens};
use crate::random::document::Input;
use crate::random::mode::Mode;
use crate::random::operation::Known;
use crate::random::schema::World;
use crate::random::script::script;
use crate::random::values::chance;

/// Both sides.
pub struct Rig {
    database: TestDatabase,
    client: Client,
    filled: Option<(Engine, Store)>,
}

impl Rig {
    pub async fn new() -> Rig {
        let database = database_in_byte_order().await;
        let client = database.connect().await;
        Rig { database, client, filled: None }
    }

    /// Puts a schema and those of its rows that are there in the place of what was before.
    pub async fn fill(&mut self, rng: &mut Rng, world: &World, is_there: impl Fn(usize, usize) -> bool) {
        self.filled = None;
        let script = script(rng, world, &is_there).replace("DATABASE_NAME", &self.database.name);
        let run = self.client.batch_execute(&script).await;
        run.unwrap_or_else(|error| panic!("{error:?} in {script}"));
        let mut config = Config::default();
        config.database.url = Some(self.database.url.clone());
        config.folding.enabled = chance(rng, 50);
        let engine = Engine::new(world.schema, config).expect("the schema is right");
        self.filled = Some((engine, Store::new(world, is_there)));
    }

    pub fn engine(&self) -> &Engine {
        &self.filled.as_ref().expect("it is filled").0
    }

    pub fn store(&self) -> &Store {
        &self.filled.as_ref().expect("it is filled").1
    }

    pub async fn answer(&self, request: &Request, mode: Mode) -> String {
        mode.answer(self.engine(), request).await
    }

    /// What of the cursors and ids that were seen can stand in an operation.
    pub fn known(&self, tokens: &Tokens) -> Known {
        let cursors = tokens.seen.iter().map(|(cursor, text)| {
            let terms = cursor.order.iter().map(|term| self.term(cursor.table, term)).collect();
            (cursor.table, Input::List(terms), text.clone())
        });
        Known { cursors: cursors.collect(), ids: tokens.seen_ids.clone() }
    }

    /// `{r1: {c0: DESC_NULLS_FIRST}}`
    fn term(&self, table: usize, term: &Term) -> Input {
        let mut definition = self.store().definition(table);
        let mut names = Vec::new();
        for relation in &term.path {
            let relation = &definition.relations[*relation];
            names.push(relation.name);
            definition = self.store().definition(self.store().table(relation.target));
        }
        let direction = match (term.descending, term.nulls_first) {
            (false, false) => "ASC",
            (false, true) => "ASC_NULLS_FIRST",
            (true, true) => "DESC",
            (true, false) => "DESC_NULLS_LAST",
        };
        let direction = Input::Name(direction.to_owned());
        let by = match term.by {
            By::Column(column) => Input::of(definition.columns[column].name, direction),
            By::Measure { relation, column, function } => {
                let relation = &definition.relations[relation];
                let target = self.store().definition(self.store().table(relation.target));
                let measure = match column {
                    Some(column) => {
                        Input::of(target.columns[column].name, Input::of(function.name(), direction))
                    }
                    None => Input::of("count", direction),
                };
                Input::of(&format!("{}Aggregate", relation.name), measure)
            }
        };
        names.into_iter().rev().fold(by, |inner, name| Input::of(name, inner))
    }
}
