//! What a read must at least have seen: positions in the write-ahead logs of shards, as a client sends them.

use std::str::FromStr;

use tokio_postgres::types::PgLsn;

/// What a read must at least have seen of each shard; by default nothing in particular.
///
/// In text it is a position for each shard, `one=0/16B3748, two=2/1F`, or one for all shards, `0/16B3748`, which is of use
/// where there is one. Shards that are not named may be read anywhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Consistency(
    /// Absent where nothing is asked for, which costs a request nothing.
    Option<Box<Positions>>,
);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Positions {
    of_all: Option<PgLsn>,
    of_shards: Vec<(String, PgLsn)>,
}

/// A text is no [`Consistency`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no position; write `0/16B3748`, or `shard=0/16B3748` for each shard with commas between them"
)]
pub struct ConsistencyError {
    /// The part that is not understood.
    text: String,
}

impl Consistency {
    /// Whether a read may be of any replica that is not too far behind.
    pub fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// What a read of this shard must have seen.
    pub fn of(&self, shard: &str) -> Option<PgLsn> {
        let positions = self.0.as_ref()?;
        let named = positions.of_shards.iter().filter(|(name, _)| name == shard).map(|(_, lsn)| *lsn);
        named.chain(positions.of_all).max()
    }

    /// The shards that are named.
    pub fn shards(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|positions| &positions.of_shards).map(|(name, _)| name.as_str())
    }
}

impl FromStr for Consistency {
    type Err = ConsistencyError;

    fn from_str(text: &str) -> Result<Consistency, ConsistencyError> {
        let mut positions = Positions::default();
        // Proxies that put two headers together may leave nothing between the commas.
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let wrong = || ConsistencyError { text: part.to_owned() };
            match part.split_once('=') {
                None => positions.of_all = positions.of_all.max(Some(position(part).ok_or_else(wrong)?)),
                Some((shard, lsn)) if !shard.trim().is_empty() => {
                    let lsn = position(lsn.trim()).ok_or_else(wrong)?;
                    positions.of_shards.push((shard.trim().to_owned(), lsn));
                }
                Some(_) => return Err(wrong()),
            }
        }
        let is_none = positions == Positions::default();
        Ok(Consistency((!is_none).then(|| Box::new(positions))))
    }
}

/// What `pg_current_wal_lsn()` gives; the driver's own parser takes more than that.
fn position(text: &str) -> Option<PgLsn> {
    let half = |text: &str| {
        let is_hex = (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hex.then(|| u64::from_str_radix(text, 16).ok()).flatten()
    };
    let (high, low) = text.split_once('/')?;
    Some(PgLsn::from(half(high)? << 32 | half(low)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_read_as_postgres_writes_them() {
        for text in ["0/0", "0/16B3748", "16/B374D848", "FFFFFFFF/FFFFFFFF"] {
            assert_eq!(position(text).unwrap().to_string(), text);
        }
        assert_eq!(position("0/16b3748"), Some(PgLsn::from(0x16B_3748)));
        for text in ["", "0", "/", "0/", "/0", "0/x", "0/0/0", "+1/0", "100000000/0", "0/ 0", "-1/0"] {
            assert_eq!(position(text), None, "{text}");
        }
    }

    #[test]
    fn each_shard_has_its_position() {
        let both: Consistency = " one = 0/A ,two=1/0,one=0/9,".parse().unwrap();
        assert_eq!(both.of("one"), Some(PgLsn::from(10)));
        assert_eq!(both.of("two"), Some(PgLsn::from(1 << 32)));
        assert_eq!(both.of("three"), None);
        assert_eq!(both.shards().collect::<Vec<_>>(), ["one", "two", "one"]);
        let all: Consistency = "0/A, one=0/9".parse().unwrap();
        assert_eq!((all.of("one"), all.of("three")), (Some(PgLsn::from(10)), Some(PgLsn::from(10))));
        assert!(" , ".parse::<Consistency>().unwrap().is_none());
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (text, part) in [("now", "now"), ("one=0/1, two=2", "two=2"), ("=0/1", "=0/1"), ("one=", "one=")]
        {
            let message = text.parse::<Consistency>().unwrap_err().to_string();
            assert!(message.starts_with(&format!("`{part}` is no position; write `0/16B3748`")), "{message}");
        }
    }
}
