//! What a statement binds, and its values for one request.

use onefold_schema::{RangeType, ScalarType};
use serde_json::Value;
use tokio_postgres::types::{Kind, Type};

use super::identifier::qualified;
use crate::operation::input::Path;
use crate::operation::variables::Variables;
use crate::operation::{Operand, OperandKind, Source};
use crate::plan::shape::ConditionId;
use crate::value::{self, Mistake, SqlValue};

/// One bound value: `$1` is the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Bind {
    /// Where its value comes from.
    pub source: BindSource,
    /// Its Postgres type.
    pub ty: Type,
}

/// Where the value of a bind comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum BindSource {
    /// An argument.
    Operand(Operand),
    /// Whether a condition of `@skip` and `@include` holds.
    Condition(ConditionId),
    /// The values of a column of many rows, by which others are related to them.
    Related(usize, ScalarType),
}

impl Bind {
    pub(super) fn operand(operand: Operand) -> Bind {
        let ty = match &operand.kind {
            OperandKind::Scalar(scalar) => parameter_type(*scalar),
            OperandKind::List(scalar) | OperandKind::Keys(scalar) => array_type(&parameter_type(*scalar)),
            OperandKind::Pattern(_) => Type::TEXT,
            OperandKind::JsonPath => Type::JSONPATH,
            OperandKind::Rows { .. } | OperandKind::Steps { .. } => Type::INT8,
            OperandKind::Boolean => Type::BOOL,
            OperandKind::Cursor(part) | OperandKind::NodeId(part) => parameter_type(part.term().scalar),
            OperandKind::NodeIds(part) => array_type(&parameter_type(part.term().scalar)),
            OperandKind::NodePlaces { .. } => Type::INT4_ARRAY,
        };
        Bind { source: BindSource::Operand(operand), ty }
    }

    pub(super) fn condition(condition: ConditionId) -> Bind {
        Bind { source: BindSource::Condition(condition), ty: Type::BOOL }
    }

    /// The values of a column of many rows.
    pub(super) fn related(column: usize, scalar: ScalarType) -> Bind {
        Bind { source: BindSource::Related(column, scalar), ty: array_type(&parameter_type(scalar)) }
    }

    /// Whether it is a path into JSON, which Postgres alone can say is right.
    pub fn is_json_path(&self) -> bool {
        matches!(&self.source, BindSource::Operand(Operand { kind: OperandKind::JsonPath, .. }))
    }

    /// Whether its value can be another one in each request.
    pub fn varies(&self) -> bool {
        match &self.source {
            BindSource::Condition(_) | BindSource::Related(..) => true,
            BindSource::Operand(operand) => operand.source.varies(),
        }
    }

    /// The type of an array of its values; `None` when they are lists themselves, as Postgres has no arrays of
    /// lists of different lengths.
    pub fn array_type(&self) -> Option<Type> {
        let Kind::Array(_) = self.ty.kind() else { return Some(array_type(&self.ty)) };
        None
    }

    /// Its type in the statement of many requests: an array if it varies between them.
    pub fn batch_type(&self) -> Type {
        let array = self.varies().then(|| self.array_type()).flatten();
        array.unwrap_or_else(|| self.ty.clone())
    }

    /// The type of the column that its one value is compared with.
    fn scalar(&self) -> Option<ScalarType> {
        match &self.source {
            BindSource::Operand(Operand { kind: OperandKind::Scalar(scalar), .. }) => Some(*scalar),
            BindSource::Operand(Operand {
                kind: OperandKind::Cursor(part) | OperandKind::NodeId(part),
                ..
            }) => Some(part.term().scalar),
            _ => None,
        }
    }

    /// `::mood` for an enum, whose values come as text, and for any type with another number in each database; nothing for a value
    /// that has its type.
    pub(super) fn own_cast(&self) -> String {
        self.scalar().and_then(own_type).map(|ty| format!("::{ty}")).unwrap_or_default()
    }

    /// `::int4`, or `::text::mood` for an enum, whose type has another number in each database.
    pub(super) fn cast(&self) -> String {
        let (scalar, list) = match &self.source {
            BindSource::Operand(Operand { kind: OperandKind::List(scalar), .. })
            | BindSource::Operand(Operand { kind: OperandKind::Keys(scalar), .. }) => (Some(*scalar), "[]"),
            BindSource::Related(_, scalar) => (Some(*scalar), "[]"),
            BindSource::Operand(Operand { kind: OperandKind::NodeIds(part), .. }) => {
                (Some(part.term().scalar), "[]")
            }
            BindSource::Operand(Operand { kind: OperandKind::NodePlaces { .. }, .. }) => {
                (Some(ScalarType::Int4), "[]")
            }
            _ => (self.scalar(), ""),
        };
        let Some(scalar) = scalar else { return format!("::{}", self.ty.name()) };
        let own = own_type(scalar).map(|ty| format!("::{ty}{list}")).unwrap_or_default();
        format!("::{}{list}{own}", parameter_type(scalar).name())
    }
}

/// The type as which values are compared, when they are not bound as it because its number is another one in each database.
fn own_type(scalar: ScalarType) -> Option<String> {
    match scalar {
        ScalarType::Enum(def) => Some(qualified(def.schema, def.type_name)),
        ScalarType::Custom(def) => def.sql.map(|sql| qualified(sql.schema, sql.name)),
        ScalarType::Vector(_) => Some("vector".into()),
        _ => None,
    }
}

/// The type as which values are compared.
pub(super) fn compared_type(scalar: ScalarType) -> String {
    own_type(scalar).unwrap_or_else(|| parameter_type(scalar).name().to_owned())
}

/// The type of a parameter.
fn parameter_type(scalar: ScalarType) -> Type {
    match scalar {
        ScalarType::Bool => Type::BOOL,
        ScalarType::Int2 => Type::INT2,
        ScalarType::Int4 => Type::INT4,
        ScalarType::Int8 => Type::INT8,
        ScalarType::Float4 => Type::FLOAT4,
        ScalarType::Float8 => Type::FLOAT8,
        ScalarType::Text | ScalarType::Enum(_) | ScalarType::TsVector(_) | ScalarType::Vector(_) => {
            Type::TEXT
        }
        ScalarType::Numeric => Type::NUMERIC,
        ScalarType::Uuid => Type::UUID,
        ScalarType::Date => Type::DATE,
        ScalarType::Timestamp => Type::TIMESTAMP,
        ScalarType::Timestamptz => Type::TIMESTAMPTZ,
        ScalarType::Time => Type::TIME,
        ScalarType::Interval => Type::INTERVAL,
        ScalarType::Bytea => Type::BYTEA,
        ScalarType::Inet => Type::INET,
        ScalarType::Json | ScalarType::Jsonb => Type::JSONB,
        ScalarType::Array(def) => array_type(&parameter_type(def.item)),
        ScalarType::Range(range) => match range {
            RangeType::Int4 => Type::INT4_RANGE,
            RangeType::Int8 => Type::INT8_RANGE,
            RangeType::Numeric => Type::NUM_RANGE,
            RangeType::Timestamp => Type::TS_RANGE,
            RangeType::Timestamptz => Type::TSTZ_RANGE,
            RangeType::Date => Type::DATE_RANGE,
        },
        ScalarType::Custom(def) => parameter_type(def.base),
    }
}

/// The type of an array of values of a parameter's type.
fn array_type(ty: &Type) -> Type {
    let types = [
        (Type::BOOL, Type::BOOL_ARRAY),
        (Type::INT2, Type::INT2_ARRAY),
        (Type::INT4, Type::INT4_ARRAY),
        (Type::INT8, Type::INT8_ARRAY),
        (Type::FLOAT4, Type::FLOAT4_ARRAY),
        (Type::FLOAT8, Type::FLOAT8_ARRAY),
        (Type::NUMERIC, Type::NUMERIC_ARRAY),
        (Type::UUID, Type::UUID_ARRAY),
        (Type::DATE, Type::DATE_ARRAY),
        (Type::TIMESTAMP, Type::TIMESTAMP_ARRAY),
        (Type::TIMESTAMPTZ, Type::TIMESTAMPTZ_ARRAY),
        (Type::TIME, Type::TIME_ARRAY),
        (Type::INTERVAL, Type::INTERVAL_ARRAY),
        (Type::BYTEA, Type::BYTEA_ARRAY),
        (Type::INET, Type::INET_ARRAY),
        (Type::JSONB, Type::JSONB_ARRAY),
        (Type::JSONPATH, Type::JSONPATH_ARRAY),
        (Type::INT4_RANGE, Type::INT4_RANGE_ARRAY),
        (Type::INT8_RANGE, Type::INT8_RANGE_ARRAY),
        (Type::NUM_RANGE, Type::NUM_RANGE_ARRAY),
        (Type::TS_RANGE, Type::TS_RANGE_ARRAY),
        (Type::TSTZ_RANGE, Type::TSTZ_RANGE_ARRAY),
        (Type::DATE_RANGE, Type::DATE_RANGE_ARRAY),
    ];
    let known = types.into_iter().find(|(item, _)| item == ty);
    known.map_or(Type::TEXT_ARRAY, |(_, array)| array)
}

/// A variable's value does not fit where it is used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("variable `{path}`: {mistake}")]
pub struct Error {
    /// The variable, or the part of it.
    pub path: Path,
    /// What is wrong with it.
    pub mistake: Mistake,
}

/// The values of a statement for one request; `conditions` are those of the plan.
///
/// # Errors
/// Every variable whose value does not fit where it is used.
pub fn bind(binds: &[Bind], variables: &Variables, conditions: &[bool]) -> Result<Vec<SqlValue>, Vec<Error>> {
    let mut errors = Vec::new();
    let values = binds
        .iter()
        .map(|bind| match &bind.source {
            BindSource::Condition(condition) => SqlValue::Bool(conditions[condition.0]),
            // It is not the request that has them.
            BindSource::Related(..) => SqlValue::Null,
            BindSource::Operand(operand) => operand_value(operand, variables, &mut errors),
        })
        .collect();
    if errors.is_empty() { Ok(values) } else { Err(errors) }
}

/// The value of an argument for one request, as it is bound.
///
/// # Errors
/// As for [`bind`].
pub fn value(operand: &Operand, variables: &Variables) -> Result<SqlValue, Vec<Error>> {
    let mut errors = Vec::new();
    let value = operand_value(operand, variables, &mut errors);
    if errors.is_empty() { Ok(value) } else { Err(errors) }
}

fn operand_value(operand: &Operand, variables: &Variables, errors: &mut Vec<Error>) -> SqlValue {
    match (&operand.source, &operand.kind) {
        (Source::List(items), OperandKind::NodeIds(_) | OperandKind::NodePlaces { .. }) => {
            ids_value(items, &operand.kind, variables, errors)
        }
        (Source::List(items), _) => {
            let kind = operand.kind.item();
            SqlValue::List(items.iter().map(|item| source_value(item, &kind, variables, errors)).collect())
        }
        (source, _) => source_value(source, &operand.kind, variables, errors),
    }
}

/// What is bound of global ids of which some are variables.
fn ids_value(
    items: &[Source],
    kind: &OperandKind,
    variables: &Variables,
    errors: &mut Vec<Error>,
) -> SqlValue {
    let id = |item: &Source| match item {
        Source::Constant(SqlValue::Text(id)) => Value::String(id.clone()),
        Source::Variable(path) => variables.at(path).cloned().unwrap_or_default(),
        Source::Constant(_) | Source::List(_) => Value::Null,
    };
    value::parse(kind, &items.iter().map(id).collect()).unwrap_or_else(|mistake| {
        // What is wrong with all of them is said of the first variable.
        let path = items.iter().find_map(|item| match item {
            Source::Variable(path) => Some(path.clone()),
            _ => None,
        });
        errors.extend(path.map(|path| Error { path, mistake }).filter(|error| !errors.contains(error)));
        SqlValue::Null
    })
}

fn source_value(
    source: &Source,
    kind: &OperandKind,
    variables: &Variables,
    errors: &mut Vec<Error>,
) -> SqlValue {
    let (path, parsed) = match source {
        Source::Constant(value) => return value.clone(),
        // `operation::validate` nests lists no further than one level.
        Source::List(_) => return SqlValue::Null,
        Source::Variable(path) => {
            let parsed = match variables.at(path) {
                Some(value) => value::parse(kind, value),
                None => Err(Mistake::Null(kind.describe())),
            };
            (path, parsed)
        }
    };
    parsed.unwrap_or_else(|mistake| {
        let error = Error { path: path.clone(), mistake };
        // One variable may be bound in several places.
        if !errors.contains(&error) {
            errors.push(error);
        }
        SqlValue::Null
    })
}
