//! Documents that are known before a request comes: compiled all at once, found by their ids and by their texts, and never
//! forgotten.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use ahash::RandomState;
use apollo_compiler::Node;
use apollo_compiler::executable::Operation;

use super::{Compiled, Compiler, Found, Key, Known};
use crate::error::{Code, GraphQLError, Location};
use crate::known;
use crate::operation::variables::{Given, likely_structures};

/// The known documents.
#[derive(Debug, Default)]
pub(super) struct Index {
    documents: Vec<Arc<Known>>,
    by_text: HashMap<&'static str, Arc<Known>, RandomState>,
    by_id: HashMap<String, Arc<Known>, RandomState>,
}

/// An operation, compiled before a request came.
#[derive(Debug)]
pub struct KnownOperation {
    /// Its name.
    pub name: Option<String>,
    /// Where its name is in the document, or else where it begins.
    pub place: Option<Location>,
    /// What it is compiled to, for each of the variables that are likely. The first one is that of
    /// [`statements`](Compiler::statements).
    pub compiled: Vec<Arc<Compiled>>,
}

/// A known document that the compiler refuses.
#[derive(Debug)]
pub struct Refused {
    /// The document.
    pub document: known::Document,
    /// Every mistake in it.
    pub errors: Vec<GraphQLError>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.errors.iter().enumerate() {
            let end = if index > 0 { "\n" } else { "" };
            write!(f, "{end}`{}.graphql`: {error}", self.document.name)?;
        }
        Ok(())
    }
}

impl Known {
    /// The operations that were compiled before a request came, each with how many others there are of it that are likelier.
    fn ranked(&self) -> impl Iterator<Item = (usize, &Arc<Compiled>)> {
        let operation = |index: usize| &self.ready[index].0.operation;
        self.ready.iter().enumerate().map(move |(index, (key, compiled))| {
            ((0..index).filter(|before| *operation(*before) == key.operation).count(), compiled)
        })
    }
}

impl Index {
    /// The document with this text, but for white space around it.
    pub(super) fn by_text(&self, text: &str) -> Option<&Arc<Known>> {
        if self.documents.is_empty() { None } else { self.by_text.get(text.trim()) }
    }

    fn add(&mut self, document: known::Document, known: Known) {
        let known = Arc::new(known);
        let trimmed = document.text.trim();
        self.by_text.insert(trimmed, Arc::clone(&known));
        // Who takes a document out of a file may leave the end of its last line there.
        self.by_id.insert(known::id(trimmed), Arc::clone(&known));
        self.by_id.insert(document.id.to_owned(), Arc::clone(&known));
        self.documents.push(known);
    }
}

impl Compiler {
    /// Compiles documents that are known from now on, each operation for the variables that it is [likely](likely_structures)
    /// to get. No request parses, validates or plans them then, and no other document takes their place.
    ///
    /// # Errors
    /// The documents that are refused, with these settings perhaps.
    pub fn learn(&mut self, documents: &[known::Document]) -> Result<(), Vec<Refused>> {
        let mut refused = Vec::new();
        for document in documents {
            match self.compile_document(document.text) {
                Ok(known) => self.known.add(*document, known),
                Err(errors) => refused.push(Refused { document: *document, errors }),
            }
        }
        if refused.is_empty() { Ok(()) } else { Err(refused) }
    }

    /// The operations of the known documents: first each for the variables that are the most likely, in the order of the
    /// documents.
    pub fn known(&self) -> impl Iterator<Item = &Arc<Compiled>> {
        let ready = || self.known.documents.iter().flat_map(|known| known.ranked());
        let ranks = ready().map(|(rank, _)| rank + 1).max().unwrap_or(0);
        (0..ranks)
            .flat_map(move |wanted| ready().filter_map(move |(rank, it)| (rank == wanted).then_some(it)))
    }

    /// Finds the operation of a request for a known document, and gives its variables their values.
    ///
    /// # Errors
    /// There is no such document, or as for [`prepare`](Compiler::prepare).
    pub fn prepare_known(
        &self,
        id: &str,
        operation: Option<&str>,
        given: &Given,
    ) -> Result<Found, Vec<GraphQLError>> {
        let known = self.known.by_id.get(id).ok_or_else(|| {
            let message = format!("there is no document `{id}`");
            vec![GraphQLError::new(Code::PersistedQueryNotFound, message)]
        })?;
        self.prepare_document(known, operation, given)
    }

    /// Every operation of a document as it is compiled for the variables that are [likely](likely_structures).
    ///
    /// # Errors
    /// Every mistake of the document, also one that is only in some of its operations.
    pub fn compile_all(&self, text: &str) -> Result<Vec<KnownOperation>, Vec<GraphQLError>> {
        let known = self.compile_document(text)?;
        let operation = |definition: &Node<Operation>| {
            let name = definition.name.as_ref().map(ToString::to_string);
            let span = definition.name.as_ref().map_or(definition.location(), |name| name.location());
            let ready = known.ready.iter().filter(|(key, _)| key.operation == name);
            let compiled = ready.map(|(_, compiled)| Arc::clone(compiled)).collect();
            KnownOperation { place: known.document.location(span), name, compiled }
        };
        Ok(known.document.executable().operations.iter().map(operation).collect())
    }

    fn compile_document(&self, text: &str) -> Result<Known, Vec<GraphQLError>> {
        let mut known = self.parse(text)?;
        let mut errors = Vec::new();
        if known.document.executable().operations.is_empty() {
            let message = "the document has no operation";
            errors.push(GraphQLError::new(Code::OperationResolutionFailure, message));
        }
        for definition in known.document.executable().operations.iter() {
            let name = definition.name.as_ref().map(ToString::to_string);
            for (index, structure) in
                likely_structures(&self.surface.schema, definition).into_iter().enumerate()
            {
                let key = Key { document: known.id, operation: name.clone(), structure };
                match self.compile_operation(&known, definition, &key.structure) {
                    Ok(compiled) => known.ready.push((key, Arc::new(compiled))),
                    Err(mistakes) if index == 0 => errors.extend(mistakes),
                    // It may be one that nobody sends; who does is told.
                    Err(_) => {}
                }
            }
        }
        let place = |error: &GraphQLError| error.locations.first().map(|place| (place.line, place.column));
        errors.sort_by_key(place);
        errors.dedup();
        if errors.is_empty() { Ok(known) } else { Err(errors) }
    }
}
