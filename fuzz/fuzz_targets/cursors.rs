//! Cursors and global ids: any text, those that were changed in one place, which are always refused, and those made by hand
//! with a right check, whose values Postgres takes if they are taken here.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onefold::compile::Found;
use onefold::cursor;
use onefold::operation::OperandKind;
use onefold::operation::variables::Given;
use onefold::sql::BindSource;
use onefold_fuzz::bytes::Bytes;
use onefold_fuzz::{compiler, postgres};
use serde_json::json;

/// Lists in orders by columns of several types, each with a cursor in `$at`.
const CONNECTIONS: [&str; 7] = [
    "query ($at: String!) { tracksConnection(after: $at) { nodes { name } } }",
    "query ($at: String!) { tracksConnection(before: $at, orderBy: {name: DESC}) { nodes { name } pageInfo { hasNextPage } } }",
    "query ($at: String!) { tracksConnection(after: $at, orderBy: [{composer: ASC_NULLS_FIRST}, {unitPrice: DESC}]) { edges { cursor } } }",
    "query ($at: String!) { tracksConnection(after: $at, orderBy: {album: {title: DESC_NULLS_LAST}}) { nodes { name } } }",
    "query ($at: String!) { invoicesConnection(after: $at, orderBy: [{invoiceDate: DESC}, {total: ASC}]) { nodes { total } } }",
    "query ($at: String!) { artistsConnection(after: $at, before: $at, orderBy: {name: ASC}) { nodes { name } totalCount } }",
    "query ($at: String!) { albums { tracksConnection(after: $at, orderBy: {bytes: DESC}) { nodes { name } } } }",
];

/// Fingerprints of global ids.
const IDS: [&str; 4] = [
    "Track with trackId",
    "Artist with artistId",
    "PlaylistTrack with playlistId, trackId",
    "Album with albumId",
];

fn prepare(document: &str, at: &str) -> Option<Found> {
    let variables = json!({ "at": at }).as_object().cloned().unwrap_or_default();
    compiler().prepare(document, None, &Given::Values(variables)).ok()
}

/// Binds what an operation takes, and has Postgres take it too; whether it is taken.
fn is_taken(mut found: Found) -> bool {
    let operation = found.operation.clone();
    let Some(statement) = &operation.statement else { return true };
    let conditions = found.conditions().expect("it has no conditions");
    match found.bind(&statement.binds, &conditions) {
        Ok(values) => {
            postgres::run(statement, &values);
            true
        }
        Err(errors) => {
            assert!(!errors.is_empty());
            false
        }
    }
}

/// The fingerprint of an operation's cursors.
fn fingerprint(found: &Found) -> Option<u32> {
    found.operation.statement.as_ref()?.binds.iter().find_map(|bind| match &bind.source {
        BindSource::Operand(operand) => match &operand.kind {
            OperandKind::Cursor(part) => Some(part.cursors.fingerprint),
            _ => None,
        },
        _ => None,
    })
}

fn written(fingerprint: u32, cells: &[Option<&[u8]>]) -> String {
    let room = cursor::room(cells.iter().copied());
    let mut out = vec![0; room.all()];
    cursor::write(&mut out, room, fingerprint, cells.iter().copied());
    out.truncate(room.text);
    String::from_utf8(out).expect("base64 is text")
}

fuzz_target!(|data: &[u8]| {
    let mut bytes = Bytes(data);
    let (kind, which) = (bytes.byte() % 4, usize::from(bytes.byte()));
    let is_id = kind == 3;
    let document = match is_id {
        true => "query ($at: ID!) { node(id: $at) { nodeId ... on Track { name } ... on Artist { name } } }",
        false => CONNECTIONS[which % CONNECTIONS.len()],
    };
    if kind == 0 {
        let Ok(text) = str::from_utf8(bytes.0) else { return };
        cursor::belongs_to(text);
        let _ = cursor::read(text, u32::from_be_bytes([1; 4]), 1);
        // Nobody guesses a fingerprint and a check.
        prepare(document, text).map(is_taken);
        return;
    }
    let fingerprint = match is_id {
        true => cursor::fingerprint(IDS[which % IDS.len()]),
        false => {
            let found = prepare(document, "x").unwrap_or_else(|| panic!("{document} is not compiled"));
            fingerprint(&found).unwrap_or_else(|| panic!("{document} takes no cursor"))
        }
    };
    let place = usize::from(bytes.byte());
    let mut cells = Vec::new();
    while !bytes.0.is_empty() && cells.len() < 8 {
        cells.push(bytes.cell());
    }
    let text = written(fingerprint, &cells);
    let read = cursor::read(&text, fingerprint, cells.len()).expect("it was written just now");
    assert!(read.iter().map(Option::as_deref).eq(cells.iter().copied()), "{cells:?} is read as {read:?}");
    let taken = prepare(document, &text).map(is_taken);
    if kind == 2 || taken == Some(true) {
        // One character is another.
        let place = place % text.len();
        for other in ["A", "_", "9", "=", "é"] {
            let mut changed = text.clone();
            changed.replace_range(place..=place, other);
            if changed != text {
                assert!(cursor::read(&changed, fingerprint, cells.len()).is_err(), "{text} and {changed}");
                assert_ne!(prepare(document, &changed).map(is_taken), Some(true), "{text} and {changed}");
            }
        }
    }
});
