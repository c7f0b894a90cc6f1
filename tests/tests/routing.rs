//! What operations over sharded tables become: their parts, where each is sent to, and its statement. Each document in
//! `routing` has beside it what was made of it, or why it cannot be routed.

use std::fs;
use std::path::Path;

use insta::{Settings, assert_snapshot};
use onefold::config::Config;
use onefold::engine::{Engine, Request};
use onefold::schema::Schema;
use onefold_tests::shop::Shop;

#[test]
fn statements() {
    let engine = Engine::new(Shop::SCHEMA, Config::default()).expect("the schema is right");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/routing");
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(&folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let mut documents: Vec<_> = fs::read_dir(&folder)
        .expect("there is a folder of documents")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "graphql"))
        .collect();
    documents.sort();
    assert!(documents.len() > 10, "there are documents");
    for path in documents {
        let query = fs::read_to_string(&path).expect("a document can be read");
        let statements = match engine.sql(&Request { query, ..Request::default() }) {
            Ok(statements) => statements,
            Err(error) => format!("refused: {error}"),
        };
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        settings.bind(|| assert_snapshot!(name, statements));
    }
}
