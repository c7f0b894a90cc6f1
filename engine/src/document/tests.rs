//! Documents and what is said of them. One case for each kind of diagnostic that `errors` or `suggestion` tell apart,
//! so that another version of `apollo-compiler` cannot change codes or hints unseen.

use std::fmt::Write;

use apollo_compiler::Schema;

use super::*;

const SCHEMA: &str = r#"
    directive @oneOf on INPUT_OBJECT
    directive @tag(where: TrackWhere, required: Int!) on FIELD | QUERY
    type Query {
        track(trackId: Int!): Track
        tracks(where: TrackWhere, orderBy: [TrackOrderBy!], limit: Int = 100, offset: Int): [Track!]!
        first(limit: Int! = 1): Track
    }
    type Track { name: String album: Album }
    type Album { title: String tracks(where: TrackWhere): [Track!]! }
    input TrackWhere { and: [TrackWhere!] not: TrackWhere name: StringFilter trackId: IntFilter album: AlbumWhere meta: JSON }
    input AlbumWhere { title: StringFilter, required: Int! = 3 }
    input StringFilter { eq: String in: [String!] like: String }
    input IntFilter { eq: Int in: [Int!] isNull: Boolean }
    input TrackOrderBy @oneOf { name: OrderDirection album: AlbumOrderBy }
    input AlbumOrderBy @oneOf { title: OrderDirection }
    enum OrderDirection { ASC DESC }
    scalar JSON
"#;

fn mistakes_within(text: &str, limits: &Limits) -> Vec<GraphQLError> {
    let schema = Schema::parse_and_validate(SCHEMA, "schema.graphql").unwrap();
    let surface = Surface { sdl: String::new(), implementers: schema.implementers_map(), schema };
    parse(&surface, text, limits).err().unwrap_or_default()
}

/// Checks the errors of a document: one a line, each `line:column: message`.
#[track_caller]
fn check(text: &str, expected: &str) {
    let mut found = String::new();
    for error in mistakes_within(text, &Limits::default()) {
        assert_eq!(error.extensions.code, Code::GraphqlValidationFailed, "{error}");
        writeln!(found, "{error}").unwrap();
    }
    let expected: String = expected.lines().map(|line| format!("{}\n", line.trim())).collect();
    assert_eq!(found.trim(), expected.trim(), "{text}");
}

#[track_caller]
fn check_codes(text: &str, limits: &Limits, expected: &[(Code, &str)]) {
    let found = mistakes_within(text, limits);
    let found: Vec<_> = found.iter().map(|error| (error.extensions.code, error.message.as_str())).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn limits() {
    let limits = Limits { max_tokens: 5, ..Limits::default() };
    let message = "the document has more than 5 tokens (setting `limits.max_tokens`)";
    check_codes("{ tracks { name } }", &limits, &[(Code::LimitExceeded, message)]);

    let message = "the document is nested too deep to be read (setting `limits.max_depth`)";
    let fields = format!("{}name{}", "{ album { tracks ".repeat(200), "} }".repeat(200));
    check_codes(&fields, &Limits::default(), &[(Code::LimitExceeded, message)]);
    let values = format!("{{ tracks(where: {}1{}) {{ name }} }}", "[".repeat(300), "]".repeat(300));
    check_codes(&values, &Limits::default(), &[(Code::LimitExceeded, message)]);

    let mut fragments = "{ tracks { ...F0 } } ".to_owned();
    for i in 0..200 {
        write!(fragments, "fragment F{i} on Track {{ name ...F{} }} ", i + 1).unwrap();
    }
    fragments.push_str("fragment F200 on Track { name }");
    let message = "`F0` contains too much nesting (setting `limits.max_depth`)";
    check_codes(&fragments, &Limits::default(), &[(Code::LimitExceeded, message)]);

    let mut deep = "{ tracks { ...F0 } } ".to_owned();
    for i in 0..8 {
        let (open, close) = ("album { tracks { ".repeat(10), "} }".repeat(10));
        write!(deep, "fragment F{i} on Track {{ {open} ...F{} {close} }} ", i + 1).unwrap();
    }
    deep.push_str("fragment F8 on Track { name }");
    let message = "too much recursion (setting `limits.max_depth`)";
    check_codes(&deep, &Limits::default(), &[(Code::LimitExceeded, message)]);

    let limits = Limits { max_document_bytes: 3, ..Limits::default() };
    let message = "the document has 14 bytes, above the limit of 3 (setting `limits.max_document_bytes`)";
    check_codes("{ __typename }", &limits, &[(Code::LimitExceeded, message)]);
}

#[test]
fn what_cannot_be_read_has_syntax_errors_alone() {
    for text in ["{ a", "", "{ tracks { } }", "{ a(b: ) { nope } }", "query ($x: Nope) { a"] {
        let errors = mistakes_within(text, &Limits::default());
        assert!(!errors.is_empty(), "{text}");
        for error in errors {
            assert_eq!(error.extensions.code, Code::GraphqlParseFailed, "{text}: {error}");
            assert!(error.message.starts_with("syntax error: "), "{text}: {error}");
        }
    }
}

#[test]
fn unknown_names() {
    check("{ tracs { name } }", "1:3: type `Query` does not have a field `tracs`; did you mean `tracks`?");
    check("{ tracks { nmae } }", "1:12: type `Track` does not have a field `nmae`; did you mean `name`?");
    check("{ tracks { year } }", "1:12: type `Track` does not have a field `year`; it has `name`, `album`");
    check(
        "{ tracks(first: 1, limt: 2) { name } }",
        "1:10: the argument `first` is not supported by `Query.tracks`; it takes `where`, `orderBy`, `limit`, `offset`
         1:20: the argument `limt` is not supported by `Query.tracks`; did you mean `limit`?",
    );
    check(
        "{ tracks { album(id: 1) { title } } }",
        "1:18: the argument `id` is not supported by `Track.album`; it takes none",
    );
    check(
        "{ tracks(where: {name: {_eq: \"x\", matches: 1, lik: \"y\"}}) { name } }",
        "1:30: field `_eq` does not exist on `StringFilter`; did you mean `eq`?
         1:44: field `matches` does not exist on `StringFilter`; it has `eq`, `in`, `like`
         1:52: field `lik` does not exist on `StringFilter`; did you mean `like`?",
    );
    check(
        "{ tracks(orderBy: {name: ASCENDING}) { name } }",
        "1:26: value `ASCENDING` does not exist on `OrderDirection`; did you mean `ASC`?",
    );
    check(
        "{ tracks(orderBy: {name: UP}) { name } }",
        "1:26: value `UP` does not exist on `OrderDirection`; it has `ASC`, `DESC`",
    );
    check(
        "query ($w: TrackWher) { tracks(where: $w) { name } }",
        "1:8: cannot find type `TrackWher` in this document; did you mean `TrackWhere`?
         1:32: variable `$w` of type `TrackWher` cannot be used for argument `where` of type `TrackWhere`",
    );
    check(
        "{ tracks { name @skp(if: true) } }",
        "1:17: cannot find directive `@skp` in this document; did you mean `@skip`?",
    );
    check(
        "{ tracks { name @skip(unless: true, if: false) } }",
        "1:23: the argument `unless` is not supported by `@skip`; it takes `if`",
    );
    check(
        "{ tracks { ... on Trak { name } } }",
        "1:19: type condition `Trak` of inline fragment is not a type defined in the schema; did you mean `Track`?",
    );
    check(
        "{ tracks { ...F } } fragment F on Trak { name }",
        "1:35: type condition `Trak` of fragment `F` is not a type defined in the schema; did you mean `Track`?",
    );
}

#[test]
fn what_cannot_be_built_hides_nothing_else() {
    check(
        "{ tracks { year } nope { name } track { name } }",
        "1:12: type `Track` does not have a field `year`; it has `name`, `album`
         1:19: type `Query` does not have a field `nope`; it has `track`, `tracks`, `first`
         1:33: the required argument `Query.track(trackId:)` is not provided",
    );
    check(
        "query ($id: Int!, $unused: Int) { nope(id: $id) { ...F } } fragment F on Track { name }",
        "1:19: unused variable: `$unused`
         1:35: type `Query` does not have a field `nope`; it has `track`, `tracks`, `first`",
    );
    check(
        "{ __typename } fragment A on Query { __typename } fragment B on Nope { __typename }",
        "1:16: fragment `A` must be used in an operation
         1:51: fragment `B` must be used in an operation
         1:65: type condition `Nope` of fragment `B` is not a type defined in the schema",
    );
    check(
        "{ tracks { ...B ...C } } fragment B on Nope { name }",
        "1:17: cannot find fragment `C` in this document
         1:40: type condition `Nope` of fragment `B` is not a type defined in the schema",
    );
    check(
        "{ tracks { album } track(trackId: 1) { year } }",
        "1:12: interface, union and object types must have a subselection set
         1:40: type `Track` does not have a field `year`; it has `name`, `album`",
    );
    check(
        "{ tracks(where: {name: {eq: 1}, trackId: {eq: 1, eq: 2}}) { year } }",
        "1:29: expected value of type String, found an integer
         1:50: the input field `eq` is given more than once
         1:61: type `Track` does not have a field `year`; it has `name`, `album`",
    );
    check(
        "{ tracks { ...F } } query B { tracks { ...G } } fragment F on Track { name } fragment G on Track { name }",
        "1:1: anonymous operation cannot be selected when the document contains other operations",
    );
}

#[test]
fn variables_within_values_are_of_their_types() {
    // Allowed.
    check("query ($f: StringFilter) { tracks(where: {name: $f}) { name } }", "");
    check("query ($f: StringFilter!) { tracks(where: {and: [{name: $f}]}) { name } }", "");
    check("query ($w: TrackWhere!) { tracks(where: {and: [$w]}) { name } }", "");
    check("query ($w: [TrackWhere!]!) { tracks(where: {and: $w, not: {and: $w}}) { name } }", "");
    check("query ($w: TrackWhere = {}) { tracks(where: {and: [$w]}) { name } }", "");
    check("query ($n: Int) { tracks(where: {album: {required: $n}}) { name } }", "");
    check("query ($n: Int) { first(limit: $n) { name } }", "");
    check(
        "query ($o: [TrackOrderBy!], $d: OrderDirection!) { a: tracks(orderBy: $o) { name } b: tracks(orderBy: {album: {title: $d}}) { name } }",
        "",
    );
    // Refused.
    check(
        "query ($f: [StringFilter!]) { tracks(where: {name: $f}) { name } }",
        "1:52: variable `$f` of type `[StringFilter!]` cannot be used for input field `name` of type `StringFilter`",
    );
    check(
        "query ($w: [AlbumWhere!]) { tracks(where: {album: $w}) { name } }",
        "1:51: variable `$w` of type `[AlbumWhere!]` cannot be used for input field `album` of type `AlbumWhere`",
    );
    check(
        "query ($w: [TrackWhere!]!) { tracks(where: {and: [$w]}) { name } }",
        "1:51: variable `$w` of type `[TrackWhere!]!` cannot be used for a list item of type `TrackWhere!`",
    );
    check(
        "query ($w: TrackWhere!) { tracks(where: {and: $w}) { name } }",
        "1:47: variable `$w` of type `TrackWhere!` cannot be used for input field `and` of type `[TrackWhere!]`",
    );
    check(
        "query ($w: TrackWhere) { tracks(where: {and: [$w]}) { name } }",
        "1:47: variable `$w` of type `TrackWhere` cannot be used for a list item of type `TrackWhere!`",
    );
    check(
        "query ($w: TrackWhere = null) { tracks(where: {and: [$w]}) { name } }",
        "1:54: variable `$w` of type `TrackWhere` cannot be used for a list item of type `TrackWhere!`",
    );
    check(
        "query ($x: Int, $y: [Int]) { tracks(where: {trackId: {in: $x}, and: {trackId: {in: $y}}}) { name } }",
        "1:59: variable `$x` of type `Int` cannot be used for input field `in` of type `[Int!]`
         1:84: variable `$y` of type `[Int]` cannot be used for input field `in` of type `[Int!]`",
    );
    check(
        "query ($x: [Int!]) { tracks(where: {trackId: {eq: $x}}) { name } }",
        "1:51: variable `$x` of type `[Int!]` cannot be used for input field `eq` of type `Int`",
    );
    check(
        "query ($x: String) { tracks(where: {trackId: {eq: $x}}) { name } }",
        "1:51: variable `$x` of type `String` cannot be used for input field `eq` of type `Int`",
    );
    check(
        "query ($d: [OrderDirection!]) { tracks(orderBy: [{name: $d}]) { name } }",
        "1:57: variable `$d` of type `[OrderDirection!]` cannot be used for input field `name` of type `OrderDirection`",
    );
    check(
        "query ($o: TrackOrderBy) { tracks(orderBy: [$o]) { name } }",
        "1:45: variable `$o` of type `TrackOrderBy` cannot be used for a list item of type `TrackOrderBy!`",
    );
    check(
        "query ($id: Int = null) { track(trackId: $id) { name } }",
        "1:33: variable `$id` of type `Int` cannot be used for argument `trackId` of type `Int!`",
    );
    check(
        "query ($id: String) { track(trackId: $id) { name } }",
        "1:29: variable `$id` of type `String` cannot be used for argument `trackId` of type `Int!`",
    );
    check(
        "query ($f: [StringFilter!]) @tag(required: 1, where: {name: $f}) { __typename }",
        "1:61: variable `$f` of type `[StringFilter!]` cannot be used for input field `name` of type `StringFilter`",
    );
    check(
        "query ($f: [StringFilter!]) { __typename @tag(required: 1, where: {name: $f}) }",
        "1:74: variable `$f` of type `[StringFilter!]` cannot be used for input field `name` of type `StringFilter`",
    );
}

#[test]
fn variables_in_fragments_are_those_of_each_operation() {
    check(
        "query A($x: Int) { ...F } query B($x: [Int!]) { ...E } query C($x: Int!) { ...E ...F }
         fragment E on Query { ...F } fragment F on Query { tracks(where: {trackId: {eq: $x}}) { name } }",
        "2:90: variable `$x` of type `[Int!]` cannot be used for input field `eq` of type `Int`",
    );
}

#[test]
fn input_fields_are_unique() {
    check(
        "{ tracks(where: {name: {eq: \"a\"}, name: {eq: \"b\", eq: \"c\"}}) { name } }",
        "1:35: the input field `name` is given more than once
         1:51: the input field `eq` is given more than once",
    );
    check(
        "query ($w: TrackWhere = {and: [{}, {not: {}, not: {}}]}) { tracks(where: $w) { name } }",
        "1:46: the input field `not` is given more than once",
    );
    check(
        "{ tracks(where: {meta: [{a: {b: 1, b: 2}}]}) { name } }",
        "1:36: the input field `b` is given more than once",
    );
    check(
        "{ __typename } fragment F on Query { tracks(where: {and: [], and: []}) { name } }",
        "1:16: fragment `F` must be used in an operation
         1:62: the input field `and` is given more than once",
    );
}

#[test]
fn one_of_has_one_field_that_is_not_null() {
    check("{ tracks(orderBy: [{name: ASC}, {album: {title: DESC}}]) { name } }", "");
    check(
        "{ tracks(orderBy: {name: ASC, album: {title: ASC}}) { name } }",
        "1:19: `TrackOrderBy` takes exactly one field, not 2; give a list for several",
    );
    check(
        "{ tracks(orderBy: [{}, {album: {}}]) { name } }",
        "1:20: `TrackOrderBy` takes exactly one field, not 0
         1:32: `AlbumOrderBy` takes exactly one field, not 0",
    );
    check("{ tracks(orderBy: {name: null}) { name } }", "1:26: `name` in `TrackOrderBy` cannot be null");
    check(
        "query ($d: OrderDirection) { tracks(orderBy: {name: $d}) { name } }",
        "1:53: variable `$d` must be `OrderDirection!`, not `OrderDirection`: a field of `TrackOrderBy` cannot be null",
    );
    check(
        "query ($d: OrderDirection = ASC) { tracks(orderBy: [{album: {title: $d}}]) { name } }",
        "1:69: variable `$d` must be `OrderDirection!`, not `OrderDirection`: a field of `AlbumOrderBy` cannot be null",
    );
    check(
        "query ($o: [TrackOrderBy!] = [{name: null}]) { tracks(orderBy: $o) { name } }",
        "1:38: `name` in `TrackOrderBy` cannot be null",
    );
}

#[test]
fn variables_within_scalars_are_defined() {
    check(
        "query ($a: JSON) { tracks(where: {meta: {a: [$a, {b: $b}]}}) { ...F } } fragment F on Track { name @tag(required: $c) }",
        "1:54: variable `$b` is not defined
         1:115: variable `$c` is not defined",
    );
    check("query ($a: JSON) { tracks(where: {meta: {a: [$a, {b: $a}]}}) { name } }", "");
}

#[test]
fn names_have_values() {
    let check = |text: &str, expected: &str| {
        check_codes(text, &Limits::default(), &[(Code::GraphqlParseFailed, expected)]);
    };
    let message = "syntax error: expected a value for `false`";
    check("{ tracks { name @skip(if: false false) } }", message);
    check("{ tracks { name @skip(if if: true) } }", "syntax error: expected a value for `if`");
    check(
        "query ($w: JSON = {a: 1, b}) { tracks(where: {meta: $w}) { name } }",
        "syntax error: expected a value for `b`",
    );
    check("{ tracks(where: {meta: [{a: [RED, {b}]}]}) { name } }", "syntax error: expected a value for `b`");
    let right =
        "query Q($a: Int! = 1, $m: JSON = {a: [x y {b: c, d: {}}] e: $f}, $t: TrackWhere) @tag(required: 1) {
            first(limit: $a) { name } tracks(where: {meta: $m, and: [$t, {trackId: {in: [1, 2]}}]}) { name }
        }";
    let unread: Vec<_> = syntax::check(right).iter().map(ToString::to_string).collect();
    assert_eq!(unread, [""; 0]);
}

#[test]
fn merged_fields_have_the_same_lists() {
    let message = "operation must not provide conflicting field arguments for the same name `tracks`";
    check(
        "{ tracks(orderBy: []) { name } tracks(orderBy: [{name: ASC}]) { name } }",
        &format!("1:32: {message}"),
    );
    check(
        "{ track(trackId: 1) { album { ...A } ... { album { tracks(where: {name: {in: [\"a\"]}}) { name } } } } }
         fragment A on Album { tracks(where: {name: {in: [\"a\", \"b\"]}}) { name } }",
        &format!("2:32: {message}"),
    );
    check("{ tracks(orderBy: [{name: ASC}]) { name } ... { tracks(orderBy: [{name: ASC}]) { name } } }", "");
    check("{ tracks(orderBy: []) { name } x: tracks(orderBy: [{name: ASC}]) { name } }", "");
    // An operation with more fields than are looked at hides none of the others.
    let fields = "name ".repeat(Limits::default().max_fields + 1);
    check(
        &format!(
            "query A {{ tracks {{ {fields} }} }}\nquery B {{ tracks(orderBy: []) {{ name }} tracks(orderBy: [{{name: ASC}}]) {{ name }} }}"
        ),
        &format!("2:40: {message}"),
    );
}
