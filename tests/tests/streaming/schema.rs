//! A schema with values that are field errors: some that stay where they are, and some that make `data` null.

use onefold::prelude::*;

/// What a sensor has read.
#[derive(Table)]
pub struct Reading {
    /// Which reading.
    #[key]
    pub id: i32,
    /// What was written beside it.
    pub label: Option<String>,
    /// What was read; `NaN` is a field error.
    pub value: Option<f64>,
    /// Where it was read; null is an error that reaches the root.
    pub place: String,
    /// What was noted of it.
    #[many(Note::reading_id)]
    pub notes: Many<Note>,
}

/// What was noted of a reading.
#[derive(Table)]
pub struct Note {
    /// Which note.
    #[key]
    pub id: i32,
    /// Of which reading.
    pub reading_id: i32,
    /// What it says.
    pub text: Option<String>,
}

/// Sensors.
#[derive(Schema)]
#[schema(tables(Reading, Note))]
pub struct Sensors;
