//! A typed client in Rust: `cynic` checks these structs against the SDL when they are compiled, and reads the
//! server's answer into them.

use cynic::QueryBuilder;
use music::{Music, demo};
use onefold::config::Config;
use onefold::engine::{Engine, Request};
use onefold::schema::Schema;

mod schema {
    cynic::use_schema!("schema.graphql");
}

#[derive(cynic::QueryVariables)]
struct Variables {
    title: String,
    tracks: i32,
}

#[derive(cynic::QueryFragment)]
#[cynic(schema_path = "schema.graphql", graphql_type = "Query", variables = "Variables")]
struct LongTracks {
    #[arguments(where: {title: {startsWith: $title}}, orderBy: [{artist: {name: "DESC"}}, {title: "ASC"}], limit: 5)]
    albums: Vec<Album>,
}

#[derive(cynic::QueryFragment)]
#[cynic(schema_path = "schema.graphql", variables = "Variables")]
struct Album {
    title: String,
    artist: Artist,
    #[arguments(where: {milliseconds: {gt: 200000}}, limit: $tracks)]
    tracks: Vec<Track>,
}

#[derive(cynic::QueryFragment)]
#[cynic(schema_path = "schema.graphql")]
struct Artist {
    name: Option<String>,
}

#[derive(cynic::QueryFragment)]
#[cynic(schema_path = "schema.graphql")]
struct Track {
    milliseconds: i32,
    unit_price: Decimal,
    genre: Option<Genre>,
}

#[derive(cynic::QueryFragment)]
#[cynic(schema_path = "schema.graphql")]
struct Genre {
    name: Option<String>,
}

#[derive(cynic::Scalar)]
struct Decimal(String);

#[tokio::test(flavor = "multi_thread")]
async fn answers_fit_the_types_of_the_client() {
    let (url, _postgres) = demo::start().await.unwrap();
    let mut config = Config::default();
    config.database.url = Some(url);
    let engine = Engine::new(Music::SCHEMA, config).unwrap();

    let operation = LongTracks::build(Variables { title: "The ".to_owned(), tracks: 2 });
    let request = Request {
        query: operation.query,
        variables: serde_json::from_value(serde_json::to_value(operation.variables).unwrap()).unwrap(),
        ..Request::default()
    };
    let response = engine.execute(&request).await;
    let answer: cynic::GraphQlResponse<LongTracks> = serde_json::from_slice(&response.body).unwrap();
    assert!(answer.errors.is_none(), "{:?}", answer.errors);

    let albums = answer.data.unwrap().albums;
    assert_eq!(albums.len(), 5);
    assert!(albums.iter().all(|album| album.title.starts_with("The ")));
    assert!(albums.is_sorted_by(|album, next| album.artist.name >= next.artist.name));
    let mut tracks = albums.iter().flat_map(|album| &album.tracks);
    assert!(tracks.clone().count() > 0);
    assert!(tracks.all(|track| {
        let genre = track.genre.as_ref().and_then(|genre| genre.name.as_deref());
        track.milliseconds > 200_000 && ["0.99", "1.99"].contains(&&*track.unit_price.0) && genre != Some("")
    }));
}

/// Made by `cargo run --package music -- sdl > examples/music/schema.graphql`.
#[test]
fn the_sdl_of_the_client_is_that_of_the_server() {
    let engine = Engine::new(Music::SCHEMA, Config::default()).unwrap();
    let sdl = include_str!("../schema.graphql");
    assert!(
        sdl.trim() == engine.sdl().trim(),
        "run `cargo run --package music -- sdl > examples/music/schema.graphql`"
    );
}
