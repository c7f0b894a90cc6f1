//! Arrays: what their items are.

use crate::{EnumDef, ScalarType};

/// An array of one dimension.
#[derive(Debug, PartialEq)]
pub struct ArrayDef {
    /// What an item is; never an array.
    pub item: ScalarType,
    /// Whether an item may be null: the Rust type is `Vec<Option<T>>`.
    pub nullable_items: bool,
}

/// A Rust type that an array can have as its items: `Vec<String>`, `Vec<Option<String>>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an item of an array",
    label = "not an item of an array",
    note = "an array is a `Vec` of a column type or of an `Option` of it, and has one dimension"
)]
pub trait ArrayItem {
    /// An array of such items.
    const ITEM: ArrayDef;
}

impl<T: ArrayItem> ArrayItem for Option<T> {
    const ITEM: ArrayDef = ArrayDef { item: T::ITEM.item, nullable_items: true };
}

impl ScalarType {
    /// The type of the items of an array; any other type is its own.
    pub const fn item(self) -> ScalarType {
        match self {
            ScalarType::Array(def) => def.item,
            scalar => scalar,
        }
    }

    /// The enum that a value is of, or an item of it.
    pub const fn enumeration(self) -> Option<&'static EnumDef> {
        match self.item() {
            ScalarType::Enum(def) => Some(def),
            _ => None,
        }
    }
}
