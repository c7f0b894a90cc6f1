//! Slots of random keys against those that Postgres computes: by the expression in SQL, and by partitioning.

use std::env;
use std::fmt::Debug;

use onefold::slots::{self, KeyType, SLOTS, Slot};
use onefold_tests::{TestDatabase, database};
use proptest::prelude::{Rng, RngExt};
use proptest::test_runner::{RngAlgorithm, TestRng};
use tokio_postgres::Client;
use tokio_postgres::types::ToSql;

/// How many keys of each type are compared. `ONEFOLD_TEST_SLOT_KEYS` may say another number.
const KEYS: usize = 1_000_000;

/// How many keys a statement compares.
const CHUNK: usize = 50_000;

/// Postgres as the oracle for keys of one type.
struct Oracle {
    client: Client,
    statement: String,
    _database: TestDatabase,
}

impl Oracle {
    /// For a key column of the type `column`, whose values are sent as `sent`.
    async fn new(kind: KeyType, column: &str, sent: &str) -> Oracle {
        let database = database().await;
        database.execute("CREATE DOMAIN of_bytes AS text COLLATE \"C\"").await;
        database.execute("CREATE DOMAIN of_a_language AS text COLLATE \"de-x-icu\"").await;
        database.execute(&format!("CREATE TABLE parted (key {column}) PARTITION BY HASH (key)")).await;
        let by_expression = format!("slot = {}", slots::sql("key", kind));
        let by_partition = format!("satisfies_hash_partition('parted'::regclass, {SLOTS}, slot, key)");
        let statement = format!(
            "SELECT count(*) FILTER (WHERE {by_expression}), count(*) FILTER (WHERE {by_partition}),
                 min(key::text) FILTER (WHERE NOT ({by_expression} AND {by_partition}))
             FROM unnest($1::{sent}[]::{column}[], $2::int4[]) AS pair(key, slot)"
        );
        Oracle { client: database.connect().await, statement, _database: database }
    }

    async fn check<K: ToSql + Sync + Debug>(&self, keys: &[K], slot: impl Fn(&K) -> Slot) {
        let slots: Vec<i32> = keys.iter().map(|key| slot(key).number().into()).collect();
        let row = self.client.query_one(&self.statement, &[&keys, &slots]).await;
        let row = row.unwrap_or_else(|error| panic!("{error:?} in {}", self.statement));
        let wrong: Option<String> = row.get(2);
        assert_eq!(wrong, None, "its slot is another one in Postgres");
        let count = i64::try_from(keys.len()).expect("there are few");
        assert_eq!((row.get(0), row.get(1)), (count, count));
    }

    /// Checks random keys, [`KEYS`] of them.
    async fn check_random<K: ToSql + Sync + Debug>(
        &self,
        random: impl Fn(&mut TestRng) -> K,
        slot: impl Fn(&K) -> Slot,
    ) {
        let keys = env::var("ONEFOLD_TEST_SLOT_KEYS").map_or(KEYS, |keys| keys.parse().expect("a number"));
        let mut rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        for first in (0..keys).step_by(CHUNK) {
            let chunk: Vec<K> = (first..keys.min(first + CHUNK)).map(|_| random(&mut rng)).collect();
            self.check(&chunk, &slot).await;
        }
    }
}

#[tokio::test]
async fn slots_of_integers_are_those_of_postgres() {
    let oracle = Oracle::new(KeyType::Int, "int8", "int8").await;
    oracle.check(&[0, 1, -1, i64::MIN, i64::MAX, 1 << 32, -1 << 32, (1 << 32) - 1], slot_of_int).await;
    // Of every size, of both signs.
    let random = |rng: &mut TestRng| rng.next_u64().cast_signed() >> rng.random_range(0..64);
    oracle.check_random(random, slot_of_int).await;
}

#[tokio::test]
async fn slots_of_narrow_integers_are_those_of_bigint() {
    let every: Vec<i16> = (i16::MIN..=i16::MAX).collect();
    let oracle = Oracle::new(KeyType::Int, "int2", "int2").await;
    oracle.check(&every, |key| Slot::of_int((*key).into())).await;

    let oracle = Oracle::new(KeyType::Int, "int4", "int4").await;
    oracle.check(&[0, i32::MIN, i32::MAX], |key| Slot::of_int((*key).into())).await;
    let random = |rng: &mut TestRng| rng.next_u32().cast_signed() >> rng.random_range(0..32);
    oracle.check_random(random, |key| Slot::of_int((*key).into())).await;
}

#[tokio::test]
async fn slots_of_texts_are_those_of_postgres() {
    let oracle = Oracle::new(KeyType::Text, "text", "text").await;
    oracle.check_random(|rng| text(rng, 64), |key| Slot::of_text(key)).await;
}

#[tokio::test]
async fn slots_of_texts_are_the_same_for_every_type_of_text() {
    for column in ["varchar", "varchar(64)", "char(64)", "of_bytes", "of_a_language"] {
        let oracle = Oracle::new(KeyType::Text, column, "text").await;
        let mut rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let keys: Vec<String> = (0..10_000).map(|_| text(&mut rng, 64)).collect();
        // `char` takes the spaces at the end for filling.
        let key = |text: &String| match column {
            "char(64)" => text.trim_end_matches(' ').to_owned(),
            _ => text.clone(),
        };
        oracle.check(&keys, |text| Slot::of_text(&key(text))).await;
    }
}

#[tokio::test]
async fn slots_of_uuids_are_those_of_postgres() {
    let oracle = Oracle::new(KeyType::Uuid, "uuid", "text").await;
    let random = |rng: &mut TestRng| format!("{:016x}{:016x}", rng.next_u64(), rng.next_u64());
    let slot = |key: &String| {
        let bits = u128::from_str_radix(key, 16).expect("it was printed as hexadecimal");
        Slot::of_uuid(&bits.to_be_bytes())
    };
    oracle.check_random(random, slot).await;
}

#[tokio::test]
async fn ids_carry_their_slots_in_sql_too() {
    let database = database().await;
    let client = database.connect().await;
    let mut rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let parts: Vec<(u64, u16, u16)> = (0..10_000)
        .map(|_| (rng.next_u64() >> 23, rng.random_range(0..8_192), rng.random_range(0..1_024)))
        .collect();
    let milliseconds: Vec<i64> = parts.iter().map(|part| part.0.cast_signed()).collect();
    let slots: Vec<i64> = parts.iter().map(|part| part.1.into()).collect();
    let sequences: Vec<i64> = parts.iter().map(|part| part.2.into()).collect();
    let statement = format!(
        "SELECT id, {}::int4
         FROM unnest($1::int8[], $2::int8[], $3::int8[]) AS part(milliseconds, slot, sequence)
         CROSS JOIN LATERAL (SELECT (milliseconds << 23) | (slot << 10) | sequence AS id) AS made",
        slots::carried_sql("id")
    );
    let rows = client.query(&statement, &[&milliseconds, &slots, &sequences]).await.expect("it is SQL");
    assert_eq!(rows.len(), parts.len());
    for (row, (milliseconds, slot, sequence)) in rows.iter().zip(parts) {
        let id: i64 = row.get(0);
        assert_eq!(id, slots::id(milliseconds, Slot::new(slot).expect("it is below 8,192"), sequence));
        assert_eq!(row.get::<_, i32>(1), i32::from(Slot::carried_by(id).number()));
    }
}

fn slot_of_int(key: &i64) -> Slot {
    Slot::of_int(*key)
}

/// A text of up to so many characters, of one to four bytes each.
fn text(rng: &mut TestRng, longest: usize) -> String {
    let length = rng.random_range(0..=longest);
    let ascii = rng.random_bool(0.5);
    let character = |_| loop {
        let random = rng.next_u32();
        let bits = if ascii { 7 } else { [7, 11, 16, 21][random as usize % 4] };
        // Neither halves of surrogates nor the byte that no text of Postgres has.
        match char::from_u32(random >> (32 - bits)) {
            Some(character) if character != '\0' => return character,
            _ => {}
        }
    };
    (0..length).map(character).collect()
}
