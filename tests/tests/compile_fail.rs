//! Mistakes in attributes: each file of `compile_fail/` must not compile, and for the reason beside it.

/// One folder for each rule. `TRYBUILD=overwrite` writes the reasons.
#[test]
fn mistakes_are_compile_errors() {
    trybuild::TestCases::new().compile_fail("compile_fail/*/*.rs");
}
