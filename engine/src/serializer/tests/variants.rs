//! Lists of objects of several types, by the interpreter and by machine code.

use onefold_schema::ScalarType::{Int4, Text};
use tokio_postgres::types::Type;

use super::*;
use crate::serializer::Malformed;
use crate::serializer::output::Output;

/// `{ nodes { …A { id } …B { name } } }`, in which items may be null or not.
fn shape(nullable_items: bool) -> Shape {
    let records = vec![
        Record { cells: 2, fields: vec![field("id", required(1, Int4))] },
        Record { cells: 2, fields: vec![field("name", required(1, Text))] },
    ];
    let nodes = Value::Variants { cell: 0, nullable: false, nullable_items, records };
    Shape { cells: 1, fields: vec![field("nodes", nodes)] }
}

/// A record of a variant.
fn item(variant: &Cell, further: &[Cell]) -> Vec<u8> {
    let first = (Type::INT4.oid(), variant.as_ref());
    let further = further.iter().map(|cell| (FIRST_USER_TYPE, cell.as_ref()));
    let cells: Vec<_> = [first].into_iter().chain(further).collect();
    record_of(cells.into_iter())
}

fn respond_to(nullable_items: bool, items: &[Vec<u8>]) -> Result<String, Error> {
    respond(&shape(nullable_items), Inputs::default(), &[vec![Some(items.concat())]])
}

#[test]
fn each_record_is_written_by_its_variant() {
    let items = [
        item(&int4(1), &[text("Rock")]),
        item(&int4(0), &[int4(7)]),
        item(&int4(-1), &[]),
        item(&int4(1), &[text("Jazz")]),
    ];
    let expected = r#"{"data":{"nodes":[{"name":"Rock"},{"id":7},null,{"name":"Jazz"}]}}"#;
    assert_eq!(respond_to(true, &items).unwrap(), expected);
    assert_eq!(respond_to(false, &[]).unwrap(), r#"{"data":{"nodes":[]}}"#);
}

#[test]
fn a_field_error_stays_within_an_item_that_may_be_null() {
    let items = [item(&int4(0), &[int4(7)]), item(&int4(0), &[None])];
    let within = respond_to(true, &items).unwrap();
    assert!(within.starts_with(r#"{"data":{"nodes":[{"id":7},null]},"errors":[{"#), "{within}");
    let beyond = respond_to(false, &items).unwrap();
    assert!(beyond.starts_with(r#"{"data":null,"errors":[{"#), "{beyond}");
}

#[test]
fn records_of_no_variant_are_malformed() {
    let malformed = |nullable_items, record: Vec<u8>| match respond_to(nullable_items, &[record]) {
        Err(Error::Malformed { fault, .. }) => fault,
        other => panic!("{other:?}"),
    };
    assert_eq!(malformed(true, item(&int4(2), &[int4(7)])), Malformed::Variant(2));
    assert_eq!(malformed(true, item(&int4(-2), &[])), Malformed::Variant(-2));
    assert_eq!(malformed(false, item(&int4(-1), &[])), Malformed::Variant(-1));
    assert_eq!(malformed(true, item(&text("ab"), &[])), Malformed::Truncated { expected: 16, actual: 14 });
    assert_eq!(malformed(true, item(&text("ab"), &[int4(7)])), Malformed::CellLength(2));
    let cells = Malformed::Cells { expected: 1, actual: 2 };
    assert_eq!(malformed(true, item(&int4(-1), &[int4(7)])), cells);
    let cells = Malformed::Cells { expected: 2, actual: 1 };
    assert_eq!(malformed(true, item(&int4(0), &[])), cells);
}

#[test]
fn machine_code_writes_variants_by_itself() {
    if cranelift_native::builder().is_err() {
        return;
    }
    let compiled =
        Serializer::compile(&shape(true)).compiled.into_inner().expect("there is a code generator");
    let items = [item(&int4(1), &[text("Rock")]), item(&int4(-1), &[]), item(&int4(0), &[int4(7)])].concat();
    let mut output = Output::with_capacity(0);
    assert!(compiled.row(Inputs::default(), &mut output, &[Some(&items)], false));
    assert!(output.written().ends_with(br#""nodes":[{"name":"Rock"},null,{"id":7}]}"#));
}
