//! Field errors → the `errors` of a response.

use super::error::ValueFault;
use super::output::Output;
use super::text;

/// Where a field is in the response. A path is a chain of borrowed steps on the stack of whoever walks the
/// response; nothing is allocated unless there is an error.
#[derive(Debug, Clone, Copy)]
pub(super) struct Path<'a>(Option<Step<'a>>);

#[derive(Debug, Clone, Copy)]
struct Step<'a> {
    parent: &'a Path<'a>,
    part: Part<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Part<'a> {
    Key(&'a str),
    Index(usize),
}

impl<'a> Path<'a> {
    /// The path of `data` itself.
    pub(super) const ROOT: Path<'static> = Path(None);

    /// The path of a field of this object.
    pub(super) fn key(&'a self, key: &'a str) -> Path<'a> {
        Path(Some(Step { parent: self, part: Part::Key(key) }))
    }

    /// The path of an item of this list.
    pub(super) fn index(&'a self, index: usize) -> Path<'a> {
        Path(Some(Step { parent: self, part: Part::Index(index) }))
    }

    /// The keys with dots between them.
    pub(super) fn dotted(&self) -> String {
        let keys = self.parts().into_iter().filter_map(|part| match part {
            Part::Key(key) => Some(key),
            Part::Index(_) => None,
        });
        keys.collect::<Vec<_>>().join(".")
    }

    fn parts(&self) -> Vec<Part<'a>> {
        let steps = std::iter::successors(self.0, |step| step.parent.0);
        let mut parts: Vec<_> = steps.map(|step| step.part).collect();
        parts.reverse();
        parts
    }
}

/// How long the entries may get before further ones are only counted. They are held in memory until the end, also of a
/// list whose rows are sent as they come in.
const MAX_BYTES: usize = 1 << 20;

/// The entries of `errors`, as JSON with commas between them.
#[derive(Debug)]
pub(super) struct Errors {
    entries: Output,
    left_out: usize,
}

impl Errors {
    pub(super) fn new() -> Self {
        Errors { entries: Output::with_capacity(0), left_out: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.len() == 0
    }

    /// The entries, to be written between brackets.
    pub(super) fn entries(&self) -> &[u8] {
        self.entries.written()
    }

    /// Adds, as the last entry, how many there would be more.
    pub(super) fn close(&mut self) {
        if self.left_out > 0 {
            let entry = format!(
                r#",{{"message":"{} more errors","extensions":{{"code":"MORE_ERRORS"}}}}"#,
                self.left_out
            );
            self.entries.push(entry.as_bytes());
        }
    }

    /// Adds the error of a field.
    pub(super) fn add(&mut self, fault: &ValueFault, path: Path<'_>) {
        if self.entries.len() > MAX_BYTES {
            self.left_out += 1;
            return;
        }
        let output = &mut self.entries;
        output.push(if output.len() == 0 { b"{\"message\":".as_slice() } else { b",{\"message\":" });
        string(output, &fault.to_string());
        output.push(b",\"path\":[");
        for (place, part) in path.parts().into_iter().enumerate() {
            if place > 0 {
                output.push(b",");
            }
            match part {
                Part::Key(key) => string(output, key),
                Part::Index(index) => output.push(index.to_string().as_bytes()),
            }
        }
        output.push(b"],\"extensions\":{\"code\":");
        string(output, fault.code());
        if let ValueFault::Unavailable { shards } = fault {
            output.push(b",\"shards\":[");
            for (place, shard) in shards.iter().enumerate() {
                if place > 0 {
                    output.push(b",");
                }
                string(output, shard);
            }
            output.push(b"]");
        }
        output.push(b"}}");
    }
}

fn string(output: &mut Output, value: &str) {
    text::write(output, value.as_bytes()).expect("a `str` is UTF-8");
}
