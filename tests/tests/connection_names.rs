//! Names of a schema that connections would take: they are left to the schema.

use onefold::config::Config;
use onefold::engine::Engine;
use onefold::prelude::*;
use onefold::schema::Schema;

/// With a field that the connection of its list would be called like.
#[derive(Table)]
struct Shelf {
    #[key]
    shelf_id: i32,
    books_connection: Option<String>,
    #[many(Book::shelf_id)]
    books: Many<Book>,
}

#[derive(Table)]
struct Book {
    #[key]
    book_id: i32,
    shelf_id: i32,
}

/// With root fields that the connection of another table would be called like.
#[derive(Table)]
#[table(singular = "booksConnection", plural = "notes")]
struct Note {
    #[key]
    note_id: i32,
}

#[derive(Schema)]
#[schema(tables(Shelf, Book, Note))]
struct Library;

#[test]
fn fields_of_the_schema_come_before_connections() {
    let engine = Engine::new(Library::SCHEMA, Config::default()).expect("no name is there twice");
    let sdl = engine.sdl();
    assert!(sdl.contains("\n  booksConnection: String\n"), "{sdl}");
    assert!(sdl.contains("\n  booksConnection(noteId: Int!): Note\n"), "{sdl}");
    // The arguments of a connection stand on lines of their own.
    assert!(!sdl.contains("booksConnection(\n"), "{sdl}");
    assert!(sdl.contains("\n  notesConnection(\n") && sdl.contains("\n  shelvesConnection(\n"), "{sdl}");
    let request = |query: &str| onefold::engine::Request { query: query.into(), ..Default::default() };
    let statement = engine.sql(&request("{ booksConnection(noteId: 1) { noteId } }")).expect("it is by key");
    assert!(statement.contains("FROM note"), "{statement}");
}
