//! Program + cells of a row → JSON, in safe Rust.
//!
//! It is the oracle that machine code is tested against, and it alone knows field errors: machine code leaves a
//! row with anything unusual in it to this module.

use onefold_schema::{ArrayDef, ScalarType};

use super::Inputs;
use super::error::{Error, Fault, Malformed, ValueFault};
use super::errors::{Errors, Path};
use super::output::Output;
use super::program::{Block, Op};
use super::{array, cursor, record, scalar};
use crate::plan::shape::{UNAVAILABLE, Variant};
use crate::wire::Oids;

/// Why a value was not written.
#[derive(Debug)]
pub(super) enum Stop {
    /// A field error, already recorded: the nearest nullable parent becomes null.
    Null,
    /// The row is malformed: there is no response.
    Failed(Error),
}

/// Writes rows of a request.
pub(super) struct Interpreter<'a> {
    pub(super) inputs: Inputs<'a>,
    pub(super) output: &'a mut Output,
    pub(super) errors: &'a mut Errors,
}

impl Interpreter<'_> {
    /// Runs instructions on the cells of a record whose number was checked.
    pub(super) fn run(&mut self, ops: &[Op], cells: &[Option<&[u8]>], path: Path<'_>) -> Result<(), Stop> {
        for op in ops {
            match op {
                Op::Text(text) => self.output.push(text.as_bytes()),
                Op::Comma => {
                    if self.output.written().last() != Some(&b'{') {
                        self.output.push(b",");
                    }
                }
                Op::Value { key, cell, scalar: ScalarType::Array(def), nullable }
                    if let Some(data) = cells[*cell] =>
                {
                    let start = self.output.len();
                    if let Err(stop) = self.array(data, def, path.key(key)) {
                        self.null_if(*nullable, start, stop)?;
                    }
                }
                Op::Value { key, cell, scalar, nullable } => {
                    let start = self.output.len();
                    let written = match cells[*cell] {
                        Some(data) => scalar::write(self.output, *scalar, data),
                        None if *nullable => {
                            self.output.push(b"null");
                            Ok(())
                        }
                        None => Err(ValueFault::Null.into()),
                    };
                    if let Err(fault) = written {
                        let stop = self.fault(fault, path.key(key));
                        self.null_if(*nullable, start, stop)?;
                    }
                }
                Op::External(index) => self.output.push(&self.inputs.externals[*index]),
                Op::When { condition, ops } => {
                    if self.inputs.conditions[condition.0] {
                        self.run(ops, cells, path)?;
                    }
                }
                Op::Inline { key, presence, nullable, ops } => {
                    let start = self.output.len();
                    let written = match cells[*presence] {
                        Some(_) => self.run(ops, cells, path.key(key)),
                        None if *nullable => Err(Stop::Null),
                        None => Err(self.fault(ValueFault::Absent.into(), path.key(key))),
                    };
                    if let Err(stop) = written {
                        self.null_if(*nullable, start, stop)?;
                    }
                }
                Op::Object { key, ops } => self.run(ops, cells, path.key(key))?,
                Op::Cursor { cursor } => {
                    let cells = cursor.cells.iter().map(|(cell, _)| cells[*cell]);
                    cursor::write(self.output, cursor.fingerprint, cells);
                }
                Op::PageCursor { key, cell, page } => {
                    let records = cells[*cell].unwrap_or_default();
                    cursor::write_page(self.output, page, records)
                        .map_err(|fault| self.fault(fault, path.key(key)))?;
                }
                Op::Record { key, cell, nullable, required, block } => {
                    let start = self.output.len();
                    let path = path.key(key);
                    let written = match cells[*cell] {
                        Some(data) => match data.strip_prefix(&UNAVAILABLE) {
                            Some(shards) => Err(self.unavailable(shards, path)),
                            None => self.record(data, block, path),
                        },
                        None if *required => Err(self.fault(ValueFault::Absent.into(), path)),
                        None => Err(Stop::Null),
                    };
                    if let Err(stop) = written {
                        self.null_if(*nullable, start, stop)?;
                    }
                }
                Op::List { key, cell, nullable, block } => {
                    let data = cells[*cell].unwrap_or_default();
                    self.whole_list(data, *nullable, path.key(key), |this, data, path| {
                        this.list(data, block, path)
                    })?;
                }
                Op::Variants { key, cell, nullable, nullable_items, blocks } => {
                    let data = cells[*cell].unwrap_or_default();
                    self.whole_list(data, *nullable, path.key(key), |this, data, path| {
                        this.variants(data, *nullable_items, blocks, path)
                    })?;
                }
            }
        }
        Ok(())
    }

    /// An array, of which single items can be wrong.
    fn array(&mut self, data: &[u8], def: &ArrayDef, path: Path<'_>) -> Result<(), Stop> {
        let mut items = array::items(data, def).map_err(|fault| self.fault(fault, path))?;
        self.output.push(b"[");
        for index in 0.. {
            let path = path.index(index);
            let item = match items.next() {
                Ok(Some(item)) => item,
                Ok(None) => break,
                Err(malformed) => return Err(self.fault(malformed.into(), path)),
            };
            if index > 0 {
                self.output.push(b",");
            }
            let start = self.output.len();
            let written = match item {
                Some(data) => scalar::write(self.output, def.item, data),
                None if def.nullable_items => {
                    self.output.push(b"null");
                    Ok(())
                }
                None => Err(ValueFault::Null.into()),
            };
            if let Err(fault) = written {
                let stop = self.fault(fault, path);
                self.null_if(def.nullable_items, start, stop)?;
            }
        }
        self.output.push(b"]");
        Ok(())
    }

    fn record(&mut self, data: &[u8], block: &Block, path: Path<'_>) -> Result<(), Stop> {
        let mut cells = vec![None; block.types.len()];
        match record::split(data, &block.types, |cell, value| cells[cell] = value) {
            Ok([]) => self.run(&block.ops, &cells, path),
            Ok(rest) => Err(self.fault(Malformed::Trailing(rest.len()).into(), path)),
            Err(malformed) => Err(self.fault(malformed.into(), path)),
        }
    }

    /// The items of a list, and its brackets where it may be null, as they are not in the texts then.
    fn whole_list(
        &mut self,
        data: &[u8],
        nullable: bool,
        path: Path<'_>,
        items: impl FnOnce(&mut Self, &[u8], Path<'_>) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        if !nullable {
            return items(self, data, path);
        }
        let start = self.output.len();
        self.output.push(b"[");
        let written = match data.strip_prefix(&UNAVAILABLE) {
            Some(shards) => Err(self.unavailable(shards, path)),
            None => items(self, data, path),
        };
        match written {
            Ok(()) => {
                self.output.push(b"]");
                Ok(())
            }
            Err(stop) => self.null_if(true, start, stop),
        }
    }

    /// Objects of several types, each by the block that its first cell says.
    fn variants(
        &mut self,
        mut data: &[u8],
        nullable_items: bool,
        blocks: &[Block],
        path: Path<'_>,
    ) -> Result<(), Stop> {
        let mut index = 0;
        while !data.is_empty() {
            if index > 0 {
                self.output.push(b",");
            }
            let path = path.index(index);
            index += 1;
            let Variant(variant) = record::variant(data).map_err(|fault| self.fault(fault.into(), path))?;
            let Some(block) = usize::try_from(variant).ok().and_then(|variant| blocks.get(variant)) else {
                if Variant(variant) != Variant::NULL || !nullable_items {
                    return Err(self.fault(Malformed::Variant(variant).into(), path));
                }
                data = record::split(data, &[Oids::ANY], |_, _| {})
                    .map_err(|fault| self.fault(fault.into(), path))?;
                self.output.push(b"null");
                continue;
            };
            let mut cells = vec![None; block.types.len()];
            data = record::split(data, &block.types, |cell, value| cells[cell] = value)
                .map_err(|fault| self.fault(fault.into(), path))?;
            let start = self.output.len();
            if let Err(stop) = self.run(&block.ops, &cells, path) {
                self.null_if(nullable_items, start, stop)?;
            }
        }
        Ok(())
    }

    fn list(&mut self, mut data: &[u8], block: &Block, path: Path<'_>) -> Result<(), Stop> {
        let mut cells = vec![None; block.types.len()];
        let mut index = 0;
        while !data.is_empty() {
            if index > 0 {
                self.output.push(b",");
            }
            let path = path.index(index);
            match record::split(data, &block.types, |cell, value| cells[cell] = value) {
                Ok(rest) => data = rest,
                Err(malformed) => return Err(self.fault(malformed.into(), path)),
            }
            self.run(&block.ops, &cells, path)?;
            index += 1;
        }
        Ok(())
    }

    /// Reports a field of which shards that are away have a part.
    pub(super) fn unavailable(&mut self, shards: &[u8], path: Path<'_>) -> Stop {
        let shards = String::from_utf8_lossy(shards).split(',').map(ToOwned::to_owned).collect();
        self.fault(ValueFault::Unavailable { shards }.into(), path)
    }

    /// A nullable field takes the null; another one hands it to its parent
    /// (<https://spec.graphql.org/October2021/#sec-Handling-Field-Errors>).
    fn null_if(&mut self, nullable: bool, start: usize, stop: Stop) -> Result<(), Stop> {
        match stop {
            Stop::Null if nullable => {
                self.output.truncate(start);
                self.output.push(b"null");
                Ok(())
            }
            stop => Err(stop),
        }
    }

    fn fault(&mut self, fault: Fault, path: Path<'_>) -> Stop {
        match fault {
            Fault::Malformed(fault) => Stop::Failed(Error::Malformed { path: path.dotted(), fault }),
            Fault::Value(fault) => {
                self.errors.add(&fault, path);
                Stop::Null
            }
        }
    }
}
