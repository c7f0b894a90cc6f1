//! The rules of GraphQL over HTTP, of health checks and of the GraphiQL page, against a server whose database is away:
//! none of these need one.

pub mod client;

use std::io::{Read, Write};
use std::net::TcpStream;

use onefold::config::Config;

use client::{Request, Response, Server, get, post};

const GRAPHQL_RESPONSE: &str = "application/graphql-response+json; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";

fn send(request: Request) -> Response {
    Server::start(Config::default()).send(&request)
}

#[test]
fn the_client_chooses_the_media_type() {
    let server = Server::start(Config::default());
    for (accept, expected) in [
        (None, JSON),
        (Some("*/*"), JSON),
        (Some("application/json"), JSON),
        (Some("application/graphql-response+json"), GRAPHQL_RESPONSE),
        (Some("application/graphql-response+json, application/json;q=0.9"), GRAPHQL_RESPONSE),
        (Some("application/graphql-response+json;q=0.1, application/json"), JSON),
    ] {
        for mut request in [post("{ __typename }"), get("/graphql?query=%7B__typename%7D")] {
            if let Some(accept) = accept {
                request = request.header("accept", accept);
            }
            let response = server.send(&request);
            assert_eq!(
                (response.status, response.header("content-type")),
                (200, Some(expected)),
                "{accept:?}"
            );
            assert!(response.header("vary").is_some_and(|vary| vary.contains("accept")));
        }
    }
    let response = server.send(&post("{ __typename }").header("accept", "text/html, image/*"));
    assert_eq!((response.status, response.code()), (406, "NOT_ACCEPTABLE".to_owned()));
}

#[test]
fn only_requests_in_json_are_read() {
    let server = Server::start(Config::default());
    for content_type in
        ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\""]
    {
        let response = server.send(&post("{ __typename }").header("content-type", content_type));
        assert_eq!(response.status, 200, "{content_type}");
    }
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=utf-16",
        "",
    ] {
        let response = server.send(&post("{ __typename }").header("content-type", content_type));
        assert_eq!(
            (response.status, response.code()),
            (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()),
            "{content_type}"
        );
    }
    let response = server.send(&post("{ __typename }").without("content-type"));
    assert_eq!(response.status, 415);
}

#[test]
fn other_methods_are_told_which_are_allowed() {
    let server = Server::start(Config::default());
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
        let response = server.send(&Request::new(method, "/graphql"));
        assert_eq!((response.status, response.header("allow")), (405, Some("GET, HEAD, POST")), "{method}");
        assert_eq!(response.code(), "METHOD_NOT_ALLOWED");
    }
}

#[test]
fn malformed_requests_get_400_in_both_media_types() {
    let server = Server::start(Config::default());
    let bodies: [&[u8]; 12] = [
        b"",
        b"  ",
        b"{",
        b"{\"query\": \"\xff\"}",
        b"[{\"query\": \"{ __typename }\"}]",
        b"[]",
        b"3",
        b"{}",
        b"{\"query\": 3}",
        b"{\"query\": \"{ __typename }\", \"variables\": []}",
        b"{\"query\": \"{ __typename }\", \"operationName\": {}}",
        b"{\"query\": \"{ __typename }\", \"extensions\": \"x\"}",
    ];
    for body in bodies {
        for accept in ["application/json", "application/graphql-response+json"] {
            let request = post("").body(body).header("accept", accept);
            let response = server.send(&request);
            let shown = String::from_utf8_lossy(body);
            assert_eq!((response.status, response.code()), (400, "BAD_REQUEST".to_owned()), "{shown}");
            assert!(response.header("content-type").is_some_and(|kind| kind.starts_with(accept)), "{shown}");
        }
    }
    for target in [
        "/graphql",
        "/graphql?query",
        "/graphql?query=%7B__typename%7D&variables=3",
        "/graphql?query=%7B__typename%7D&variables=%7B",
        "/graphql?query=%7B__typename%7D&query=x",
        "/graphql?query=%FF",
        "/graphql?query=%4",
    ] {
        let response = server.send(&get(target));
        // A `query` without a value is an empty document, which is the engine's to refuse.
        let expected = if target.ends_with("?query") { 200 } else { 400 };
        assert_eq!(response.status, expected, "{target}: {}", response.text());
    }
}

#[test]
fn bodies_over_the_limit_are_refused_however_they_are_sent() {
    let mut config = Config::default();
    config.server.max_body_bytes = 100_000;
    let server = Server::start(config);
    let padded = |length: usize| {
        let mut body = b"{\"query\": \"{ __typename }\"".to_vec();
        body.resize(length - 1, b' ');
        body.push(b'}');
        body
    };
    assert_eq!(server.send(&post("").body(&padded(100_000))).status, 200);
    for request in [
        post("").body(&padded(100_001)),
        post("").body(&padded(3_000_000)),
        post("").body(&padded(100_001)).chunked(),
        post("").body(&padded(3_000_000)).chunked(),
    ] {
        let response = server.send(&request);
        assert_eq!((response.status, response.code()), (413, "REQUEST_TOO_LARGE".to_owned()));
        assert!(response.text().contains("`server.max_body_bytes`"), "{}", response.text());
    }
}

#[test]
fn an_unknown_path_says_where_graphql_is() {
    let response = send(get("/api"));
    assert_eq!((response.status, response.code()), (404, "NOT_FOUND".to_owned()));
    assert!(response.text().contains("`/graphql`"));
}

#[test]
fn pages_of_other_origins_need_leave() {
    let preflight = |origin: &str| {
        Request::new("OPTIONS", "/graphql")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type,authorization")
    };
    let allowed = |response: &Response| response.header("access-control-allow-origin").map(str::to_owned);

    let server = Server::start(Config::default());
    assert_eq!(allowed(&server.send(&preflight("https://app.example"))), None);
    let request = post("{ __typename }").header("origin", "https://app.example");
    assert_eq!(allowed(&server.send(&request)), None);

    let mut config = Config::default();
    config.server.cors = vec!["https://app.example".to_owned()];
    let server = Server::start(config.clone());
    let response = server.send(&preflight("https://app.example"));
    assert_eq!(response.status, 200);
    assert_eq!(allowed(&response).as_deref(), Some("https://app.example"));
    assert_eq!(response.header("access-control-allow-headers"), Some("content-type,authorization"));
    assert_eq!(allowed(&server.send(&preflight("https://other.example"))), None);
    assert_eq!(allowed(&server.send(&request)).as_deref(), Some("https://app.example"));

    config.server.cors = vec!["*".to_owned()];
    let server = Server::start(config);
    assert_eq!(allowed(&server.send(&preflight("https://other.example"))).as_deref(), Some("*"));
}

#[test]
fn long_responses_are_compressed_for_those_who_ask() {
    let server = Server::start(Config::default());
    let script = get("/graphiql/graphiql.min.js");
    let plain = server.send(&script);
    assert_eq!(plain.header("content-encoding"), None);
    for encoding in ["gzip", "br"] {
        let response = server.send(&script.clone().header("accept-encoding", encoding));
        assert_eq!(response.header("content-encoding"), Some(encoding));
        assert!(response.body.len() < plain.body.len() / 2);
    }
    let short = server.send(&post("{ __typename }").header("accept-encoding", "gzip"));
    assert_eq!(short.header("content-encoding"), None);

    let mut config = Config::default();
    config.server.compression = false;
    let server = Server::start(config);
    assert_eq!(server.send(&script.header("accept-encoding", "gzip")).header("content-encoding"), None);
}

#[test]
fn the_process_is_live_while_the_database_is_away() {
    let response = send(get("/health/live"));
    assert_eq!((response.status, response.text().as_str()), (200, r#"{"status":"live"}"#));
}

#[test]
fn graphiql_comes_from_the_server_alone() {
    let mut config = Config::default();
    config.server.default_query = Some("{ a(b: \"<&\") }".to_owned());
    let server = Server::start(config.clone());
    let page = server.send(&get("/"));
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(
        page.header("content-security-policy").is_some_and(|policy| policy.starts_with("default-src 'none'"))
    );
    let html = page.text();
    assert!(html.contains("data-default-query=\"{ a(b: &quot;&lt;&amp;&quot;) }\""), "{html}");
    assert!(!html.contains("http://") && !html.contains("https://"), "{html}");

    let files: Vec<&str> =
        html.split('"').filter(|text| text.ends_with(".js") || text.ends_with(".css")).collect();
    assert_eq!(files.len(), 6);
    for file in files {
        let request = get(&format!("/{file}"));
        let response = server.send(&request);
        assert_eq!(response.status, 200, "{file}");
        let tag = response.header("etag").expect("files have tags").to_owned();
        let again = server.send(&request.header("if-none-match", &tag));
        assert_eq!((again.status, again.body.len()), (304, 0), "{file}");
    }

    config.server.graphiql = false;
    let server = Server::start(config);
    assert_eq!(server.send(&get("/")).status, 404);
    assert_eq!(server.send(&get("/graphiql/page.js")).status, 404);
}

#[test]
fn requests_have_ids() {
    let server = Server::start(Config::default());
    let id = |request: &Request| server.send(request).header("x-request-id").map(str::to_owned);
    let request = post("{ __typename }");
    assert!(id(&request).is_some());
    assert_ne!(id(&request), id(&request));
    assert_eq!(id(&request.clone().header("x-request-id", "abc-1")).as_deref(), Some("abc-1"));
    assert_ne!(id(&request.header("x-request-id", "a b")).as_deref(), Some("a b"));
}

#[test]
fn one_connection_serves_many_requests_bad_ones_among_them() {
    let server = Server::start(Config::default());
    let mut stream = TcpStream::connect(server.address()).expect("the server listens");
    for (body, status) in [("{ __typename }", 200), ("{", 200), ("", 200), ("{ __typename }", 200)] {
        stream.write_all(&post(body).keep_alive().bytes()).expect("the connection is open");
        assert_eq!(Response::read(&mut stream).status, status);
    }
    stream.write_all(&post("").body(b"nonsense").keep_alive().bytes()).expect("the connection is open");
    assert_eq!(Response::read(&mut stream).status, 400);
    stream.write_all(&post("{ __typename }").keep_alive().bytes()).expect("the connection is open");
    assert_eq!(Response::read(&mut stream).status, 200);
}

#[test]
fn a_server_that_stops_finishes_what_runs() {
    let server = Server::start(Config::default());
    let address = server.address();
    // An idle connection does not hold up the end.
    let mut idle = TcpStream::connect(address).expect("the server listens");
    idle.write_all(&post("{ __typename }").keep_alive().bytes()).expect("the connection is open");
    assert_eq!(Response::read(&mut idle).status, 200);

    // A request runs from its first byte. The server has it for certain once it asks for the body.
    let mut running = TcpStream::connect(address).expect("the server listens");
    let bytes = post("{ __typename }").header("expect", "100-continue").bytes();
    let head = bytes.windows(4).position(|end| end == b"\r\n\r\n").expect("a request has a head") + 4;
    running.write_all(&bytes[..head]).expect("the connection is open");
    let mut asked = [0; 25];
    running.read_exact(&mut asked).expect("the server asks for the body");
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");

    let stopping = server.stop();
    assert_eq!(idle.read(&mut [0]).expect("the connection is closed in order"), 0);
    running.write_all(&bytes[head..]).expect("the connection is open");
    assert_eq!(Response::read(&mut running).status, 200);
    stopping.join();
    assert!(TcpStream::connect(address).is_err());
}
