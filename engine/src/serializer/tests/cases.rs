//! Responses written by hand.

use onefold_schema::ScalarType::{Float8, Int4, Text};
use tokio_postgres::types::Type;

use super::super::output::Output;
use super::super::{Malformed, Writer};
use super::*;

/// `{ tracks { trackId name bytes @include(if: …) album { title } } }`
fn tracks() -> Shape {
    let fields = vec![
        field("trackId", required(0, Int4)),
        field("name", required(1, Text)),
        field_when("bytes", 0, nullable(2, Int4)),
        field(
            "album",
            Value::Inline {
                presence: 3,
                nullable: true,
                fields: vec![
                    field("__typename", Value::Typename("Album".into())),
                    field("title", required(4, Text)),
                ],
            },
        ),
    ];
    let rows = Value::Rows { nullable: false, record: Record { cells: 5, fields } };
    Shape {
        cells: 0,
        fields: vec![field("tracks", rows), field("__typename", Value::Typename("Query".into()))],
    }
}

/// `{ artist { name albums { title tracks { length } } } artists: genre { name } }` in one row.
fn nested() -> Shape {
    let tracks = Record { cells: 1, fields: vec![field("length", required(0, Float8))] };
    let albums = Record {
        cells: 2,
        fields: vec![
            field("title", required(0, Text)),
            field("tracks", Value::List { cell: 1, nullable: false, record: tracks }),
        ],
    };
    let artist = Record {
        cells: 2,
        fields: vec![
            field("name", nullable(0, Text)),
            field("albums", Value::List { cell: 1, nullable: false, record: albums }),
        ],
    };
    let genre = Record { cells: 1, fields: vec![field("name", required(0, Text))] };
    Shape {
        cells: 2,
        fields: vec![
            field("artist", Value::Record { cell: 0, nullable: true, required: false, record: artist }),
            field("genres", Value::List { cell: 1, nullable: false, record: genre }),
        ],
    }
}

fn nested_row(lengths: &[f64]) -> Vec<Cell> {
    let tracks: Vec<u8> =
        lengths.iter().flat_map(|length| record(&[Some(length.to_be_bytes().to_vec())])).collect();
    let albums = [record(&[text("Ride"), None]), record(&[text("Let There Be"), Some(tracks)])].concat();
    vec![Some(record(&[text("AC/DC"), Some(albums)])), Some(record(&[text("Rock")]))]
}

#[test]
fn the_program_prints() {
    let program = Serializer::interpreted(&tracks()).program().to_string();
    assert_eq!(
        program,
        r#"text "{\"data\":{\"tracks\":["
list `tracks` from rows of 5 cells
    text "{\"trackId\":"
    value cell 0 int4
    text ",\"name\":"
    value cell 1 text
    when condition 0
        text ",\"bytes\":"
        value cell 2 int4 nullable
    text ",\"album\":"
    object unless cell 3 is null nullable
        text "{\"__typename\":\"Album\",\"title\":"
        value cell 4 text
        text "}"
    text "}"
text "],\"__typename\":\"Query\"}"
"#
    );
}

/// The other tests would pass with the interpreter alone.
#[test]
fn machine_code_writes_rows_by_itself() {
    if cranelift_native::builder().is_err() {
        return;
    }
    let compiled = Serializer::compile(&nested())
        .compiled
        .into_inner()
        .expect("there is a code generator for this machine");
    let row = nested_row(&[1.0, 2.5]);
    let row: Vec<_> = row.iter().map(Option::as_deref).collect();
    let mut output = Output::with_capacity(0);
    assert!(compiled.row(Inputs::default(), &mut output, &row, false));
    assert!(output.written().ends_with(br#""genres":[{"name":"Rock"}]}"#));
    // It leaves errors to the interpreter, and nothing of the row behind.
    output.truncate(3);
    assert!(!compiled.row(Inputs::default(), &mut output, &[row[0], Some(b"broken")], false));
    assert_eq!(output.len(), 3);
}

#[test]
fn serializers_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Serializer>();
    fn sent<T: Send>() {}
    sent::<Writer<'_>>();
}

#[test]
fn rows_become_items() {
    let rows = [
        vec![int4(1), text("Restless \"and\" Wild"), int4(3), int4(7), text("Balls")],
        vec![int4(-2), text(""), None, None, None],
    ];
    let with = Inputs { conditions: &[true], externals: &[] };
    assert_eq!(
        respond(&tracks(), with, &rows).as_deref(),
        Ok(concat!(
            r#"{"data":{"tracks":[{"trackId":1,"name":"Restless \"and\" Wild","bytes":3,"#,
            r#""album":{"__typename":"Album","title":"Balls"}},"#,
            r#"{"trackId":-2,"name":"","bytes":null,"album":null}],"__typename":"Query"}}"#
        ))
    );
    let without = Inputs { conditions: &[false], externals: &[] };
    assert_eq!(
        respond(&tracks(), without, &rows[1..]).as_deref(),
        Ok(r#"{"data":{"tracks":[{"trackId":-2,"name":"","album":null}],"__typename":"Query"}}"#)
    );
    assert_eq!(
        respond(&tracks(), without, &[]).as_deref(),
        Ok(r#"{"data":{"tracks":[],"__typename":"Query"}}"#)
    );
}

#[test]
fn lists_nest() {
    assert_eq!(
        respond(&nested(), Inputs::default(), &[nested_row(&[1.0, 2.5])]).as_deref(),
        Ok(concat!(
            r#"{"data":{"artist":{"name":"AC/DC","albums":[{"title":"Ride","tracks":[]},"#,
            r#"{"title":"Let There Be","tracks":[{"length":1},{"length":2.5}]}]},"genres":[{"name":"Rock"}]}}"#
        ))
    );
    assert_eq!(
        respond(&nested(), Inputs::default(), &[vec![None, None]]).as_deref(),
        Ok(r#"{"data":{"artist":null,"genres":[]}}"#)
    );
}

#[test]
fn an_error_in_a_list_nulls_the_nearest_nullable_parent() {
    assert_eq!(
        respond(&nested(), Inputs::default(), &[nested_row(&[1.0, f64::NAN])]).as_deref(),
        Ok(concat!(
            r#"{"data":{"artist":null,"genres":[{"name":"Rock"}]},"errors":[{"message":"#,
            r#""the value `NaN` of type `float8` has no representation in GraphQL","#,
            r#""path":["artist","albums",1,"tracks",1,"length"],"extensions":{"code":"NOT_FINITE"}}]}"#
        ))
    );
}

#[test]
fn an_error_without_a_nullable_parent_nulls_data() {
    let inputs = Inputs { conditions: &[true], externals: &[] };
    let good = vec![int4(1), text("a"), None, None, None];
    let bad = vec![int4(1), None, None, None, None];
    assert_eq!(
        respond(&tracks(), inputs, &[good.clone(), bad, good]).as_deref(),
        Ok(concat!(
            r#"{"data":null,"errors":[{"message":"null in a field that is not nullable","#,
            r#""path":["tracks",1,"name"],"extensions":{"code":"UNEXPECTED_NULL"}}]}"#
        ))
    );
}

#[test]
fn one_object_is_null_without_a_row() {
    let record = Record { cells: 1, fields: vec![field("id", required(0, Int4))] };
    let shape = Shape { cells: 0, fields: vec![field("artist", Value::Row(record))] };
    let one = |rows: &[Vec<Cell>]| respond(&shape, Inputs::default(), rows);
    assert_eq!(one(&[]).as_deref(), Ok(r#"{"data":{"artist":null}}"#));
    assert_eq!(one(&[vec![int4(5)]]).as_deref(), Ok(r#"{"data":{"artist":{"id":5}}}"#));
    assert_eq!(one(&[vec![int4(5)], vec![int4(6)]]), Err(Error::TooManyRows { expected: 1 }));
    assert_eq!(
        one(&[vec![None]]).as_deref(),
        Ok(concat!(
            r#"{"data":{"artist":null},"errors":[{"message":"null in a field that is not nullable","#,
            r#""path":["artist","id"],"extensions":{"code":"UNEXPECTED_NULL"}}]}"#
        ))
    );
}

#[test]
fn introspection_needs_no_row() {
    let shape = Shape {
        cells: 0,
        fields: vec![
            field_when("__typename", 0, Value::Typename("Query".into())),
            field_when("__schema", 1, Value::External(0)),
            field("__type", Value::External(1)),
        ],
    };
    let externals = [external("{\"types\":[]}"), external("null")];
    let respond = |conditions| respond(&shape, Inputs { conditions, externals: &externals }, &[]);
    assert_eq!(respond(&[false, false]).as_deref(), Ok(r#"{"data":{"__type":null}}"#));
    assert_eq!(respond(&[false, true]).as_deref(), Ok(r#"{"data":{"__schema":{"types":[]},"__type":null}}"#));
    assert_eq!(
        respond(&[true, true]).as_deref(),
        Ok(r#"{"data":{"__typename":"Query","__schema":{"types":[]},"__type":null}}"#)
    );
}

#[test]
fn a_row_is_not_needed_when_conditions_leave_out_its_fields() {
    let genre = Record { cells: 1, fields: vec![field("name", required(0, Text))] };
    let shape = Shape {
        cells: 1,
        fields: vec![field_when("genres", 0, Value::List { cell: 0, nullable: false, record: genre })],
    };
    let respond = |conditions| respond(&shape, Inputs { conditions, externals: &[] }, &[]);
    assert_eq!(respond(&[false]).as_deref(), Ok(r#"{"data":{}}"#));
    assert_eq!(respond(&[true]), Err(Error::MissingRow));
}

#[test]
fn malformed_rows_are_named() {
    let inputs = Inputs { conditions: &[true], externals: &[] };
    let message = |shape: &Shape, row: Vec<Cell>| {
        respond(shape, inputs, &[row]).expect_err("the row is malformed").to_string()
    };
    assert_eq!(
        message(&tracks(), vec![int4(1), text("a"), Some(vec![0; 3]), None, None]),
        "malformed cell for `tracks.bytes`: 3 bytes, expected 4 of type `int4`"
    );
    assert_eq!(message(&tracks(), vec![int4(1)]), "row of 1 cells, expected 5");
    let artist = |data: &[u8]| vec![Some(data.to_vec()), None];
    let good = record(&[text("AC/DC"), None]);
    assert_eq!(
        message(&nested(), artist(&good[..good.len() - 1])),
        "malformed cell for `artist`: record with 7 bytes left, expected 8 more"
    );
    assert_eq!(
        message(&nested(), artist(&[good, vec![0]].concat())),
        "malformed cell for `artist`: 1 bytes behind the end of the record, expected none"
    );
    assert_eq!(
        message(&nested(), artist(&record(&[None]))),
        "malformed cell for `artist`: record of 1 cells, expected 2"
    );
    let albums = record(&[text("AC/DC"), Some(record(&[Some(vec![0xff]), None]))]);
    let expected = "malformed cell for `artist.albums.title`: text is not UTF-8: ";
    assert!(message(&nested(), artist(&albums)).starts_with(expected));
    let mut lengths = record(&[text("AC/DC"), None]);
    lengths[8..12].copy_from_slice(&(-2_i32).to_be_bytes());
    assert_eq!(
        message(&nested(), artist(&lengths)),
        "malformed cell for `artist`: cell of length -2, expected -1 or more"
    );
}

/// A cell of the same length, or a text of any, could otherwise be read as what it is not.
#[test]
fn cells_of_another_type_are_malformed() {
    let first_cell = |oid: u32| {
        let mut artist = record(&[text("AC/DC"), None]);
        artist[4..8].copy_from_slice(&oid.to_be_bytes());
        respond(&nested(), Inputs::default(), &[vec![Some(artist), None]])
    };
    let int4 = Type::INT4.oid();
    let fault = Malformed::Type { cell: 0, oid: int4 };
    assert_eq!(first_cell(int4), Err(Error::Malformed { path: "artist".into(), fault }));
    let expected = r#"{"data":{"artist":{"name":"AC/DC","albums":[]},"genres":[]}}"#;
    for oid in [Type::TEXT.oid(), Type::VARCHAR.oid(), FIRST_USER_TYPE, u32::MAX] {
        assert_eq!(first_cell(oid).as_deref(), Ok(expected), "type {oid}");
    }
    let last_of_postgres = FIRST_USER_TYPE - 1;
    let fault = Malformed::Type { cell: 0, oid: last_of_postgres };
    assert_eq!(first_cell(last_of_postgres), Err(Error::Malformed { path: "artist".into(), fault }));
}

/// Lists are read by code of their own.
#[test]
fn cells_of_another_type_are_malformed_in_lists() {
    let second_genre = |oid: u32| {
        let mut genre = record(&[text("Jazz")]);
        genre[4..8].copy_from_slice(&oid.to_be_bytes());
        let genres = [record(&[text("Rock")]), genre].concat();
        respond(&nested(), Inputs::default(), &[vec![None, Some(genres)]])
    };
    let fault = Malformed::Type { cell: 0, oid: Type::INT4.oid() };
    assert_eq!(second_genre(Type::INT4.oid()), Err(Error::Malformed { path: "genres".into(), fault }));
    let expected = r#"{"data":{"artist":null,"genres":[{"name":"Rock"},{"name":"Jazz"}]}}"#;
    assert_eq!(second_genre(FIRST_USER_TYPE).as_deref(), Ok(expected));
}
