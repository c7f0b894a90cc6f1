//! The slot of a key as SQL.

use super::{KeyType, SEQUENCE_BITS, SLOTS, hash};

/// The slot of a key as an expression in parentheses: a `bigint`, null for null, equal to that of
/// [`Slot`](super::Slot). `column` is the key as SQL has it, quoted where needed: `customer.customer_id`.
///
/// All functions in it are immutable and Postgres' own, so it may stand in an index and in the `WHERE` of a publication.
pub fn sql(column: &str, kind: KeyType) -> String {
    let function = match kind {
        KeyType::Int => "hashint8extended",
        KeyType::Text => "hashtextextended",
        KeyType::Uuid => "uuid_hash_extended",
    };
    let (seed, shift, mask) = (hash::SEED, hash::SHIFT, SLOTS - 1);
    // The hash is cut down first: the sum of any two `bigint` would be out of range at times.
    format!("((({function}({column}, {seed}) & {mask}) + {shift}) & {mask})")
}

/// The slot that an id carries, as [`Slot::carried_by`](super::Slot::carried_by) reads it: a `bigint`, in parentheses.
pub fn carried_sql(column: &str) -> String {
    format!("(({column} >> {SEQUENCE_BITS}) & {})", SLOTS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_as_it_is_documented() {
        assert_eq!(
            sql("customer.customer_id", KeyType::Int),
            "(((hashint8extended(customer.customer_id, 8816678312871386365) & 8191) + 2275) & 8191)"
        );
        assert_eq!(carried_sql("orders.order_id"), "((orders.order_id >> 10) & 8191)");
    }
}
