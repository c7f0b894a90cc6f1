//! Documents with their variables, behind a zero byte: no panic, every refusal says why, and Postgres takes each statement.
#![no_main]

use libfuzzer_sys::fuzz_target;
use onefold::operation::variables::Given;
use onefold_fuzz::{compiler, postgres};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else { return };
    let (document, variables) = text.split_once('\0').unwrap_or((text, "{}"));
    let Ok(variables) = serde_json::from_str(variables) else { return };
    let mut found = match compiler().prepare(document, None, &Given::Values(variables)) {
        Ok(found) => found,
        Err(errors) => {
            return assert!(errors.iter().all(|error| !error.message.is_empty()) && !errors.is_empty());
        }
    };
    let operation = found.operation.clone();
    for statement in operation.statements() {
        postgres::prepare(statement);
    }
    if let Some(batch) = operation.fold.as_ref().and_then(|fold| fold.batch.as_ref()) {
        postgres::prepare(batch);
    }
    let Ok(conditions) = found.conditions() else { return };
    if let Some(statement) = &operation.statement {
        match found.bind(&statement.binds, &conditions) {
            Ok(values) => assert_eq!(values.len(), statement.types.len()),
            Err(errors) => assert!(!errors.is_empty()),
        }
    }
});
