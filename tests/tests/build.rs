//! Documents in files: what a build says of wrong ones, and of a database that they do not fit, and what a test says of
//! statements that are not those of the documents.

use std::fs;
use std::path::Path;

use onefold::build::{Error, Update, check_database, check_statements, compile};
use onefold::known;
use onefold_tests::OPERATIONS;
use onefold_tests::store::Store;
use tempfile::TempDir;

/// A folder `operations` with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("the folder is ours");
        fs::write(path, text).expect("the folder is ours");
    }
    folder
}

/// The error as text, with the folder left out.
fn message(folder: &TempDir, error: &Error) -> String {
    error.to_string().replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn every_mistake_is_shown_at_its_line() {
    let folder = folder(&[
        (
            "album.graphql",
            "query Album($id: Int!) {\n  album(albumId: $id) {\n    titel\n    artist { name: naem }\n  }\n}\n\n\
             query Albums($where: AlbumWhre) {\n  albums(where: $where, limit: \"ten\") { title }\n}\n",
        ),
        ("fine.graphql", "{ artists { name } }\n"),
        ("mobile/broken.graphql", "# Something is missing here.\n{ artists { name }\n"),
        ("mobile/empty.graphql", "fragment Name on Artist { name }\n"),
        (
            "mobile/unicode.graphql",
            "{ artists(where: {name: {eq: \"\u{e9}\u{1F3B5}\"}}, limit: 100000) { name } }\n",
        ),
    ]);
    let error = compile::<Store>(folder.path()).expect_err("they are wrong");
    insta::assert_snapshot!(message(&folder, &error));
    let Error::Documents(mistakes) = error else { panic!("{error}") };
    assert!(mistakes.count() > 5);
}

#[test]
fn documents_are_found_in_the_order_of_their_names() {
    let files = [("b.graphql", "{ __typename }"), ("a/c.graphql", "{ a: __typename }"), ("a/c.json", "{}")];
    let folder = folder(&files);
    let documents = compile::<Store>(folder.path()).expect("they are right");
    let found: Vec<_> = documents.iter().map(|it| (&*it.name, &*it.text)).collect();
    assert_eq!(found, [("a/c", "{ a: __typename }"), ("b", "{ __typename }")]);

    let nothing = self::folder(&[("a.txt", "")]);
    let error = compile::<Store>(nothing.path()).expect_err("there is none");
    assert!(matches!(error, Error::NoDocuments { .. }), "{error}");
    let error = compile::<Store>(Path::new("nowhere")).expect_err("there is none");
    assert_eq!(error.to_string(), "cannot read `nowhere`");
}

#[test]
fn the_program_has_what_the_files_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("operations");
    let documents = compile::<Store>(&folder).expect("they are right");
    assert_eq!(documents.len(), OPERATIONS.len());
    for (document, known) in documents.iter().zip(OPERATIONS) {
        assert_eq!((&*document.name, &*document.text), (known.name, known.text));
        assert_eq!(known.id, known::id(&document.text));
    }
}

#[test]
fn statements_that_are_not_those_of_the_documents_are_told_with_the_difference() {
    let document =
        "query Name($id: Int!) { artist(artistId: $id) { name } }\nquery All { artists { name } }\n";
    let folder = folder(&[("artists.graphql", document), ("type.graphql", "{ __typename }")]);
    let check = |update| check_statements::<Store>(folder.path(), update);
    let sql = folder.path().join("artists.sql");
    check(Update::Never).expect_err("there are no statements");
    check(Update::Always).expect("they are written");
    check(Update::Never).expect("they are there");
    let written = fs::read_to_string(&sql).expect("it is there");
    insta::assert_snapshot!(written);
    assert_eq!(fs::read_to_string(folder.path().join("type.sql")).expect("it is there"), "");

    fs::write(&sql, written.replace("LIMIT 100", "LIMIT 10")).expect("the folder is ours");
    fs::write(folder.path().join("old.sql"), "SELECT 1\n").expect("the folder is ours");
    let error = check(Update::Never).expect_err("a limit is another one");
    insta::assert_snapshot!(message(&folder, &error));
    check(Update::Always).expect("it is written");
    assert_eq!(fs::read_to_string(&sql).expect("it is there"), written);
    assert!(!folder.path().join("old.sql").exists());

    fs::write(folder.path().join("type.graphql"), "{ __typenam }").expect("the folder is ours");
    let error = check(Update::Always).expect_err("a document is wrong");
    assert!(matches!(error, Error::Documents(_)), "{error}");
}

#[test]
fn a_database_that_does_not_fit_is_told_in_its_words() {
    let document = "query Artist($id: Int!, $name: String) {\n  artist(artistId: $id) { name }\n  \
                    artists(where: {name: {eq: $name}}) { artistId }\n}\n\nquery Albums {\n  albums { title }\n}\n";
    let folder = folder(&[("artists.graphql", document), ("type.graphql", "{ __typename }")]);
    let documents = compile::<Store>(folder.path()).expect("they are right");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    let database = runtime.block_on(onefold_tests::database());

    runtime.block_on(database.execute(&onefold::catalog::ddl(<Store as onefold::prelude::Schema>::SCHEMA)));
    check_database::<Store>(&documents, &database.url).expect("the database fits");

    runtime.block_on(database.execute(
        "ALTER TABLE artist RENAME COLUMN name TO called; ALTER TABLE album ALTER COLUMN title TYPE bigint USING 1",
    ));
    let error = check_database::<Store>(&documents, &database.url).expect_err("it does not");
    insta::assert_snapshot!(message(&folder, &error));

    let away = "postgres://nobody@127.0.0.1:1/none";
    let error = check_database::<Store>(&documents, away).expect_err("nobody listens");
    assert_eq!(error.to_string(), "cannot ask the database of `ONEFOLD_DATABASE_URL`");
}
