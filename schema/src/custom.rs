//! Scalars of the user's: a Rust type, a Postgres type and a GraphQL scalar, with the values of another scalar.

use crate::{ArrayDef, ArrayItem, ColumnType, ScalarType};

/// A scalar of the user's.
#[derive(Debug, PartialEq)]
pub struct CustomDef {
    /// The GraphQL scalar, `Email`; `None` when it is that of the base.
    pub name: Option<&'static str>,
    /// What the doc comment of the Rust type says.
    pub description: Option<&'static str>,
    /// Where the GraphQL scalar is specified.
    pub specified_by: Option<&'static str>,
    /// The type whose values it has, in Postgres' binary format and in JSON. It is no enum, no array and none of the user's.
    pub base: ScalarType,
    /// The Postgres type that values are compared as, when it is not that of the base: `citext`.
    pub sql: Option<TypeName>,
    /// The domain that columns are declared with, when it is one.
    pub domain: Option<TypeName>,
}

/// The name of a Postgres type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeName {
    /// Its schema, when the `search_path` does not find it.
    pub schema: Option<&'static str>,
    /// The name.
    pub name: &'static str,
}

/// `citext`: texts that are equal without regard to upper and lower case; GraphQL `String`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CiText(());

const CITEXT: &CustomDef = &CustomDef {
    name: None,
    description: None,
    specified_by: None,
    base: ScalarType::Text,
    sql: Some(TypeName { schema: None, name: "citext" }),
    domain: None,
};

impl ColumnType for CiText {
    const SCALAR: ScalarType = ScalarType::Custom(CITEXT);
    type Base = CiText;
}

impl ArrayItem for CiText {
    const ITEM: ArrayDef = ArrayDef { item: <CiText as ColumnType>::SCALAR, nullable_items: false };
}

impl ScalarType {
    /// The name of the GraphQL type that the user has given a type, or the items of an array.
    pub const fn own_name(self) -> Option<&'static str> {
        match self.item() {
            ScalarType::Enum(def) => Some(def.name),
            ScalarType::Custom(def) => def.name,
            _ => None,
        }
    }

    /// The type whose values a scalar of the user's has; any other type is its own.
    pub const fn base(self) -> ScalarType {
        match self {
            ScalarType::Custom(def) => def.base,
            scalar => scalar,
        }
    }

    /// The type as which values are compared, as far as it is one that is known: that of the base, unless a scalar of the user's
    /// has a Postgres type of its own.
    pub const fn compared(self) -> ScalarType {
        match self {
            ScalarType::Custom(CustomDef { base, sql: None, .. }) => *base,
            scalar => scalar,
        }
    }
}

/// Whether the values of a type can be those of a scalar of the user's.
pub const fn can_be_base(scalar: ScalarType) -> bool {
    !matches!(scalar, ScalarType::Enum(_) | ScalarType::Array(_) | ScalarType::Custom(_))
}
