//! The store as a typed client sees it: `cynic` checks these queries against `schema.graphql` when they are compiled,
//! and reads the answers into their structs.

mod queries;

use cynic::{GraphQlResponse, Operation, QueryBuilder};
use music::Music;
use onefold::catalog::ddl;
use onefold::config::Config;
use onefold::engine::{Engine, Request};
use onefold::schema::Schema;
use onefold_tests::{TestDatabase, database};
use serde::Serialize;
use serde::de::DeserializeOwned;

use queries::{
    Album, AlbumOrderBy, AlbumWhere, AlbumsQuery, AlbumsVariables, Amount, Artist, ArtistOrderBy, Customer,
    Decimal, DecimalFilter, Different, Direction, Employee, EmployeeQuery, EmployeeVariables, Genre,
    IntFilter, Invoice, InvoiceGroupBy, InvoiceLine, Sales, SalesKey, SalesQuery, SalesVariables,
    StringFilter, Timestamp, Track, TrackListWhere, TrackWhere, Unit,
};

const ROWS: &str = r#"
    INSERT INTO artist VALUES (1, 'AC/DC'), (2, 'Accept'), (3, NULL);
    INSERT INTO album VALUES (1, 'For Those About To Rock', 1), (2, 'Balls to the Wall', 2), (4, 'Let There Be Rock', 1),
        (5, 'Untitled', 3);
    INSERT INTO media_type VALUES (1, 'MPEG audio file');
    INSERT INTO genre VALUES (1, 'Rock');
    INSERT INTO track VALUES
        (1, 'For Those About To Rock', 1, 1, 1, 'Angus Young', 343719, 11170334, 0.99),
        (2, 'Balls to the Wall', 2, 1, 1, NULL, 342562, 5510424, 0.99),
        (15, 'Go Down', 4, 1, 1, 'AC/DC', 331180, 10847611, 0.99),
        (16, 'Dog Eat "Dog"', 4, 1, NULL, 'AC/DC', 215196, NULL, 1.990),
        (17, 'Nowhere', NULL, 1, 1, NULL, 1, 1, 12345678901234567890.99);
    INSERT INTO employee (employee_id, last_name, first_name, title, reports_to, hire_date) VALUES
        (1, 'Adams', 'Andrew', 'General Manager', NULL, '2002-08-14'),
        (2, 'Edwards', 'Nancy', 'Sales Manager', 1, '2002-05-01 09:00:00.25'),
        (3, 'Peacock', 'Jane', NULL, 2, NULL);
    INSERT INTO customer (customer_id, first_name, last_name, email, support_rep_id) VALUES
        (1, 'Luís', 'Gonçalves', 'luisg@example.com', 3), (2, 'Leonie', 'Köhler', 'leonie@example.com', NULL);
    INSERT INTO invoice (invoice_id, customer_id, invoice_date, total) VALUES
        (98, 1, '2010-03-11', 3.98), (121, 1, '2010-06-13 12:30:00', 0.99), (12, 2, '2009-02-11', 13.86);
    INSERT INTO invoice_line VALUES (1, 98, 1, 0.99, 1), (2, 98, 16, 1.99, 1), (3, 121, 2, 0.99, 1);
"#;

/// The store's server with some rows in it.
struct Server {
    engine: Engine,
    _database: TestDatabase,
}

impl Server {
    async fn start() -> Server {
        let database = database().await;
        database.execute(&ddl(Music::SCHEMA)).await;
        database.execute(ROWS).await;
        let mut config = Config::default();
        config.database.url = Some(database.url.clone());
        Server {
            engine: Engine::new(Music::SCHEMA, config).expect("the schema is right"),
            _database: database,
        }
    }

    /// Sends an operation as the JSON that a client sends, and reads the answer as one reads it.
    async fn send<Data, Variables>(&self, operation: Operation<Data, Variables>) -> Data
    where
        Data: DeserializeOwned,
        Variables: Serialize,
    {
        let sent = serde_json::to_value(&operation).expect("an operation is JSON");
        let request = Request {
            query: operation.query,
            operation_name: operation.operation_name.map(Into::into),
            variables: sent["variables"].as_object().cloned().unwrap_or_default().into(),
            ..Request::default()
        };
        let response = self.engine.execute(&request).await.body.whole().await;
        let response = response.expect("the rows fit the schema");
        let response: GraphQlResponse<Data> =
            serde_json::from_slice(&response).expect("a response of this type");
        assert_eq!(response.errors.unwrap_or_default(), [], "{}", request.query);
        response.data.expect("there are no errors")
    }
}

#[test]
fn the_schema_is_the_one_that_the_program_prints() {
    let checked_in = include_str!("../../schema.graphql");
    let engine = Engine::new(Music::SCHEMA, Config::default()).expect("the schema is right");
    assert_eq!(checked_in, engine.sdl(), "run `cargo run -p music sdl > examples/music/schema.graphql`");
}

#[tokio::test]
async fn lists_with_filters_and_orders() {
    let server = Server::start().await;
    // What is not asked for is not there to be waited for.
    let all = AlbumsVariables { filter: None, order: None, limit: Some(2), tracks: None };
    let albums = server.send(AlbumsQuery::build(all)).await.albums;
    let titles: Vec<_> = albums.iter().map(|album| album.title.as_str()).collect();
    assert_eq!(titles, ["For Those About To Rock", "Balls to the Wall"]);

    let composed = |by: &str| TrackWhere {
        composer: Some(StringFilter { i_contains: Some(by.into()), ..StringFilter::default() }),
        ..TrackWhere::default()
    };
    let unknown = TrackWhere {
        composer: Some(StringFilter { is_null: Some(true), ..StringFilter::default() }),
        ..TrackWhere::default()
    };
    let known_price = TrackWhere {
        unit_price: Some(DecimalFilter { eq: Some(Decimal("1.99".into())) }),
        ..TrackWhere::default()
    };
    let variables = AlbumsVariables {
        filter: Some(AlbumWhere {
            album_id: Some(IntFilter { one_of: Some(vec![1, 2, 4, 77]), ..IntFilter::default() }),
            tracks: Some(TrackListWhere {
                some: Some(TrackWhere {
                    or: Some(vec![composed("ac/dc"), unknown]),
                    ..TrackWhere::default()
                }),
            }),
        }),
        order: Some(vec![
            AlbumOrderBy {
                artist: Some(ArtistOrderBy { name: Some(Direction::DescNullsLast) }),
                title: None,
            },
            AlbumOrderBy { title: Some(Direction::Asc), artist: None },
        ]),
        limit: None,
        tracks: Some(TrackWhere {
            or: Some(vec![
                TrackWhere {
                    milliseconds: Some(IntFilter { gt: Some(300_000), ..IntFilter::default() }),
                    ..TrackWhere::default()
                },
                known_price,
            ]),
            ..TrackWhere::default()
        }),
    };
    let track = |title: &str, price: &str, genre: Option<i32>| Track {
        title: title.into(),
        unit_price: Decimal(price.into()),
        genre: genre.map(|genre_id| Genre { genre_id }),
    };
    let expected = [
        Album {
            title: "Balls to the Wall".into(),
            artist: Artist { name: Some("Accept".into()) },
            tracks: vec![track("Balls to the Wall", "0.99", Some(1))],
        },
        Album {
            title: "Let There Be Rock".into(),
            artist: Artist { name: Some("AC/DC".into()) },
            tracks: vec![track("Dog Eat \"Dog\"", "1.990", None), track("Go Down", "0.99", Some(1))],
        },
    ];
    assert_eq!(server.send(AlbumsQuery::build(variables)).await.albums, expected);
}

#[tokio::test]
async fn objects_that_may_be_missing() {
    let server = Server::start().await;
    let variables = |id: i32, with_customers: bool| EmployeeVariables {
        id,
        since: Timestamp("2010-04-01".into()),
        with_customers,
    };
    let nobody = server.send(EmployeeQuery::build(variables(99, true))).await;
    assert_eq!(nobody.employee, None);

    let employee = |name: &str, hired: Option<&str>| Employee {
        first_name: name.into(),
        hire_date: hired.map(|moment| Timestamp(moment.into())),
        manager: None,
        customers: None,
    };
    let mut nancy = employee("Nancy", Some("2002-05-01T09:00:00.25"));
    nancy.manager = Some(Box::new(employee("Andrew", Some("2002-08-14T00:00:00"))));
    let mut jane = employee("Jane", None);
    jane.manager = Some(Box::new(nancy));
    let found = server.send(EmployeeQuery::build(variables(3, false))).await;
    assert_eq!(found.employee.as_ref(), Some(&jane));

    let found = server.send(EmployeeQuery::build(variables(3, true))).await.employee.expect("she is there");
    let invoice = Invoice {
        invoice_date: Timestamp("2010-06-13T12:30:00".into()),
        total: Decimal("0.99".into()),
        invoice_lines: vec![InvoiceLine { quantity: 1 }],
    };
    assert_eq!(
        found.customers,
        Some(vec![Customer { last_name: "Gonçalves".into(), invoices: vec![invoice] }])
    );
    assert_eq!(found.manager.and_then(|manager| manager.customers), Some(vec![]));
}

#[tokio::test]
async fn groups_and_what_is_computed_of_them() {
    let server = Server::start().await;
    let sold = async |unit: Unit| {
        let variables = SalesVariables { groups: Some(vec![InvoiceGroupBy { invoice_date: Some(unit) }]) };
        server.send(SalesQuery::build(variables)).await.invoices_aggregate
    };
    let sales = |moment: &str, count: i32, sum: &str| Sales {
        key: SalesKey { invoice_date: Some(Timestamp(moment.into())) },
        count,
        total: Amount { sum: Some(Decimal(sum.into())) },
        customer_id: Different { count_distinct: 1 },
    };
    let years = [sales("2009-01-01T00:00:00", 1, "13.86"), sales("2010-01-01T00:00:00", 2, "4.97")];
    assert_eq!(sold(Unit::Year).await, years);
    let months = [
        sales("2009-02-01T00:00:00", 1, "13.86"),
        sales("2010-03-01T00:00:00", 1, "3.98"),
        sales("2010-06-01T00:00:00", 1, "0.99"),
    ];
    assert_eq!(sold(Unit::Month).await, months);
}
