//! When machine code is generated, by whom, and what becomes of its memory.

use onefold_schema::ScalarType::{Int4, Text};

use super::super::CodeMemory;
use super::*;

/// `{ artists { artistId name } }`
fn artists() -> Shape {
    let fields = vec![field("artistId", required(0, Int4)), field("name", required(1, Text))];
    Shape {
        cells: 0,
        fields: vec![field("artists", Value::Rows { nullable: false, record: Record { cells: 2, fields } })],
    }
}

fn has_code_generator() -> bool {
    cranelift_native::builder().is_ok()
}

#[test]
fn the_memory_of_code_is_given_back_with_its_serializer() {
    if !has_code_generator() {
        return;
    }
    let memory = CodeMemory::new(1 << 20);
    let first = Serializer::interpreted(&artists());
    assert_eq!(memory.used(), 0);
    first.generate(&memory);
    let one = memory.used();
    assert!(first.is_generated() && one > 0);
    first.generate(&memory);
    assert_eq!(memory.used(), one, "code is generated once");
    let second = Serializer::interpreted(&artists());
    second.generate(&memory);
    assert_eq!(memory.used(), 2 * one);
    drop(first);
    assert_eq!(memory.used(), one);
    drop(second);
    assert_eq!(memory.used(), 0);
}

#[test]
fn without_memory_rows_are_interpreted() {
    let memory = CodeMemory::new(1);
    let serializer = Serializer::interpreted(&artists());
    serializer.generate(&memory);
    assert!(!serializer.is_generated());
    assert_eq!(memory.used(), 0);
    let response = respond_with(&serializer, Inputs::default(), &[vec![int4(1), text("AC/DC")]]);
    assert_eq!(response.as_deref(), Ok(r#"{"data":{"artists":[{"artistId":1,"name":"AC/DC"}]}}"#));
}

#[test]
fn threads_may_generate_and_write_at_once() {
    let memory = CodeMemory::unlimited();
    let serializer = Serializer::interpreted(&artists());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                serializer.generate(&memory);
                let response = respond_with(&serializer, Inputs::default(), &[vec![int4(1), text("AC/DC")]]);
                assert_eq!(
                    response.as_deref(),
                    Ok(r#"{"data":{"artists":[{"artistId":1,"name":"AC/DC"}]}}"#)
                );
            });
        }
    });
    let alone = CodeMemory::unlimited();
    let other = Serializer::interpreted(&artists());
    other.generate(&alone);
    assert_eq!(memory.used(), alone.used(), "one of the threads has won");
}

#[test]
fn a_response_that_began_interpreted_goes_on_with_machine_code() {
    let serializer = Serializer::interpreted(&artists());
    let mut writer = serializer.writer(Inputs::default());
    let (id, names) = (1_i32.to_be_bytes(), [&b"AC/DC"[..], b"\"Accept\""]);
    writer.row(&[Some(&id), Some(names[0])]).expect("the row is right");
    serializer.generate(&CodeMemory::unlimited());
    writer.row(&[Some(&id), Some(names[1])]).expect("the row is right");
    let response = writer.finish().expect("there is a response");
    let items = r#"{"artistId":1,"name":"AC/DC"},{"artistId":1,"name":"\"Accept\""}"#;
    assert_eq!(response, format!(r#"{{"data":{{"artists":[{items}]}}}}"#));
}
