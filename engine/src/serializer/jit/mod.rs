//! Program → machine code of this machine, by Cranelift, and the call of it for a row.
#![allow(unsafe_code)]

mod cell;
mod cursor;
mod lower;
mod record;
mod variant;

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock};

use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{ModuleError, default_libcall_names};

use super::abi::{self, Context, WriteRow};
use super::code_memory::{CodeMemory, Share};
use super::output::Output;
use super::program::Program;
use super::{Inputs, Needs};
use lower::{Kept, Lowered};

/// The memory of code is mapped in pages, at least of this size, and each module has its own.
const PAGE: usize = 4096;

/// The machine code of one program. It owns its memory.
pub(super) struct Compiled {
    row: WriteRow,
    /// How many cells `row` reads from.
    cells: usize,
    needs: Needs,
    /// What the code refers to by its address.
    kept: Kept,
    /// Holds the memory of the code until it is dropped; nothing is asked of it any more. It is `Send` but not
    /// `Sync`, hence the mutex, which is never locked.
    module: Mutex<Option<JITModule>>,
    /// The memory of the code, which is given back after it is freed.
    _share: Share,
}

/// Why there is no machine code.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// Cranelift has no backend for this machine.
    #[error("no code generator for this machine: {0}")]
    Unsupported(String),
    /// Cranelift does not accept the code.
    #[error("cannot generate machine code")]
    Module(#[from] Box<ModuleError>),
    /// All code together may not take more memory.
    #[error("no memory left for machine code")]
    NoMemory,
}

impl From<ModuleError> for Error {
    fn from(error: ModuleError) -> Self {
        Error::Module(Box::new(error))
    }
}

impl Compiled {
    /// Compiles the code for the rows of a program.
    pub(super) fn new(program: &Program, needs: Needs, memory: &Arc<CodeMemory>) -> Result<Compiled, Error> {
        if memory.is_full() {
            return Err(Error::NoMemory);
        }
        let isa = target().map_err(Error::Unsupported)?;
        if isa.pointer_bits() != 64 || !abi::cells_are_as_expected() {
            return Err(Error::Unsupported("its words or references are other than expected".into()));
        }
        let mut module = JITModule::new(JITBuilder::with_isa(isa, default_libcall_names()));
        let compiled = lower::program(&mut module, program).and_then(|lowered| {
            let share = memory.take(lowered.bytes.next_multiple_of(PAGE)).ok_or(Error::NoMemory)?;
            module.finalize_definitions()?;
            Ok((lowered, share))
        });
        let (Lowered { row, kept, .. }, share) = match compiled {
            Ok(compiled) => compiled,
            Err(error) => {
                // SAFETY: nothing of the module was ever called.
                unsafe { module.free_memory() };
                return Err(error);
            }
        };
        let row = module.get_finalized_function(row);
        // SAFETY: `lower::program` gives its function the signature of `WriteRow`, with the C calling convention of
        // this machine.
        let row = unsafe { std::mem::transmute::<*const u8, WriteRow>(row) };
        let cells = program.row.types.len();
        Ok(Compiled { row, cells, needs, kept, module: Mutex::new(Some(module)), _share: share })
    }

    /// Writes a row, behind a comma if it is not the first; false when that needs the interpreter. The output has not grown
    /// then.
    ///
    /// # Panics
    /// When there are not as many cells and inputs as the program reads.
    #[inline]
    pub(super) fn row(
        &self,
        inputs: Inputs<'_>,
        output: &mut Output,
        cells: &[Option<&[u8]>],
        comma: bool,
    ) -> bool {
        assert_eq!(cells.len(), self.cells, "a row has as many cells as its program reads");
        assert!(self.needs.are_met_by(inputs), "a request has the inputs that its program reads");
        let written = output.len();
        let mut context = Context::new(inputs, output);
        let start = context.start(comma);
        // SAFETY: the code is alive as long as `self`. It was made for this number of cells and inputs, which was just
        // checked, and for cells that are laid out as these are; `context` and `cells` live until it returns; and nothing
        // else uses the output meanwhile.
        let position = unsafe { (self.row)(&mut context, cells.as_ptr().cast(), start) };
        if position.is_null() {
            output.truncate(written);
            return false;
        }
        output.advance(context.written(position));
        true
    }
}

impl fmt::Debug for Compiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compiled")
            .field("row", &self.row)
            .field("cells", &self.cells)
            .field("kept", &self.kept)
            .finish_non_exhaustive()
    }
}

impl Drop for Compiled {
    fn drop(&mut self) {
        let module = self.module.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(module) = module.take() {
            // SAFETY: the code is only called through a borrow of `self`, and none is left.
            unsafe { module.free_memory() };
        }
    }
}

/// This machine, as Cranelift compiles for it; found out once.
fn target() -> Result<OwnedTargetIsa, String> {
    static TARGET: OnceLock<Result<OwnedTargetIsa, String>> = OnceLock::new();
    let target = TARGET.get_or_init(|| {
        let mut flags = settings::builder();
        let verify = if cfg!(debug_assertions) { "true" } else { "false" };
        for (name, value) in [
            ("opt_level", "speed"),
            ("enable_verifier", verify),
            // The code calls Rust by absolute addresses, and its frames may be larger than the guard page of a stack.
            ("is_pic", "false"),
            ("use_colocated_libcalls", "false"),
            ("enable_probestack", "true"),
            ("probestack_strategy", "inline"),
            // No panic passes through the code: the functions that it calls abort instead.
            ("unwind_info", "false"),
        ] {
            flags.set(name, value).map_err(|error| error.to_string())?;
        }
        let isa = cranelift_native::builder()?;
        isa.finish(settings::Flags::new(flags)).map_err(|error| error.to_string())
    });
    target.as_ref().map(Arc::clone).map_err(String::clone)
}
