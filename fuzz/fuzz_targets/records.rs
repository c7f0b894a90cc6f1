//! Rows of any bytes: the interpreter and the machine code write the same response or find the same mistake.
#![no_main]

use std::sync::{Arc, OnceLock};

use libfuzzer_sys::fuzz_target;
use onefold::compile::Compiled;
use onefold::operation::variables::Given;
use onefold::serializer::{Block, Inputs, Op, Rows, Serializer};
use onefold::wire::Oids;
use onefold_fuzz::bytes::Bytes;
use onefold_fuzz::compiler;

/// Operations whose rows are of all forms.
const OPERATIONS: [&str; 9] = [
    "{ tracks { trackId name composer milliseconds bytes unitPrice } }",
    "{ invoices { invoiceDate total customer { firstName } invoiceLines { unitPrice quantity track { name } } } }",
    "{ album(albumId: 1) { title artist { name albums { title } } } }",
    "{ a: artists { name } b: track(trackId: 1) { name unitPrice } }",
    "query ($a: Boolean!) { artists { name albums @include(if: $a) { title tracks { name } } } }",
    "{ tracksConnection { edges { cursor node { name } } nodes { name } pageInfo { hasNextPage startCursor endCursor } totalCount } }",
    "{ albums { nodeId tracksConnection(orderBy: {name: ASC}) { edges { cursor node { nodeId } } pageInfo { endCursor } } } }",
    "{ employees { lastName hireDate birthDate reportsTo manager { lastName } } }",
    "{ playlists { name tracks { name } } }",
];

fn operations() -> &'static [Arc<Compiled>] {
    static COMPILED: OnceLock<Vec<Arc<Compiled>>> = OnceLock::new();
    COMPILED.get_or_init(|| {
        let compiled = OPERATIONS.iter().map(|document| {
            let variables = serde_json::from_str(r#"{"a": true}"#).expect("it is JSON");
            let found = compiler().prepare(document, None, &Given::Values(variables));
            let operation = found.unwrap_or_else(|errors| panic!("{document}: {errors:?}")).operation;
            operation.generate();
            assert!(operation.serializer.is_generated(), "there is machine code for {document}");
            operation
        });
        compiled.collect()
    })
}

/// The cells of a row or record, in part as they should be.
fn cells(bytes: &mut Bytes<'_>, block: &Block) -> Vec<Option<Vec<u8>>> {
    let mut cells: Vec<Option<Vec<u8>>> =
        block.types.iter().map(|_| bytes.cell().map(<[u8]>::to_vec)).collect();
    nested(bytes, &block.ops, &mut cells);
    cells
}

/// Puts records where some are read.
fn nested(bytes: &mut Bytes<'_>, ops: &[Op], row: &mut [Option<Vec<u8>>]) {
    for op in ops {
        match op {
            Op::When { ops, .. } | Op::Inline { ops, .. } | Op::Object { ops, .. } => nested(bytes, ops, row),
            Op::Record { cell, block, .. } if bytes.byte() > 20 => row[*cell] = Some(record(bytes, block)),
            Op::List { cell, block, .. } if bytes.byte() > 20 => {
                let records = (0..bytes.byte() % 4).map(|_| record(bytes, block));
                row[*cell] = Some(records.flatten().collect());
            }
            _ => {}
        }
    }
}

fn record(bytes: &mut Bytes<'_>, block: &Block) -> Vec<u8> {
    let cells = cells(bytes, block);
    let mut out = (cells.len() as u32).to_be_bytes().to_vec();
    for (cell, oids) in cells.iter().zip(&*block.types) {
        let damage = bytes.byte();
        let oid = if damage == 255 { u32::from(bytes.byte()) } else { Oids::usual(oids).unwrap_or(25) };
        out.extend(oid.to_be_bytes());
        let length = cell.as_ref().map_or(u32::MAX, |data| data.len() as u32);
        let length = if damage == 254 { length.wrapping_add(u32::from(bytes.byte())) } else { length };
        out.extend(length.to_be_bytes());
        out.extend(cell.iter().flatten());
    }
    out
}

fn respond(
    serializer: &Serializer,
    inputs: Inputs<'_>,
    rows: &[Vec<Option<Vec<u8>>>],
) -> Result<Vec<u8>, String> {
    let mut writer = serializer.writer(inputs);
    for row in rows {
        let cells: Vec<Option<&[u8]>> = row.iter().map(Option::as_deref).collect();
        writer.row(&cells).map_err(|error| format!("{error:?}"))?;
    }
    writer.finish().map(|body| body.to_vec()).map_err(|error| format!("{error:?}"))
}

fuzz_target!(|data: &[u8]| {
    let mut bytes = Bytes(data);
    let operation = &operations()[usize::from(bytes.byte()) % operations().len()];
    let conditions = [bytes.byte() % 2 == 0; 4];
    let inputs = Inputs { conditions: &conditions, externals: &[] };
    let program = operation.serializer.program();
    let count = match program.rows {
        Rows::List { .. } => bytes.byte() % 4,
        _ => 1,
    };
    let rows: Vec<_> = (0..count).map(|_| cells(&mut bytes, &program.row)).collect();
    let interpreted = respond(operation.interpreted(), inputs, &rows);
    assert_eq!(respond(&operation.serializer, inputs, &rows), interpreted, "for {rows:?}");
    if let Ok(body) = interpreted {
        serde_json::from_slice::<serde::de::IgnoredAny>(&body).expect("a response is JSON");
    }
});
