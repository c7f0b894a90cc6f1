//! Mistakes in attributes: each file of `cases/` must not compile, and for the reason beside it.

/// One folder for each rule. `TRYBUILD=overwrite` writes the reasons.
#[test]
fn mistakes_are_compile_errors() {
    trybuild::TestCases::new().compile_fail("cases/*/*.rs");
}
