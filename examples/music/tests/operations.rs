//! What the store's clients ask, and the SQL that is checked in beside it.

use music::Music;

#[test]
fn statements_are_as_checked_in() {
    onefold::build::assert_statements::<Music>("operations");
}
