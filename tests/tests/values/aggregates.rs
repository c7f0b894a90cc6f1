//! What is computed of random values, and how they are grouped: as Postgres' own functions do it.

use onefold::schema::{ColumnDef, ScalarType};
use onefold::surface::functions::Function;
use serde_json::{Map, Value};

use super::check_random;
use super::schema::{columns, json};
use super::tokens::assert_same;

#[test]
fn random_values_are_computed_as_postgres_does() {
    let (mut fields, mut pairs, mut computed) = (Vec::new(), Vec::new(), 0);
    for column in columns().filter(|column| is_single(column.scalar)) {
        let name = column.name;
        let functions: Vec<_> =
            Function::ALL.into_iter().filter(|function| is_within(*function, column.scalar)).collect();
        computed += functions.len();
        let names: Vec<_> = functions.iter().map(|function| function.name()).collect();
        fields.push(format!("{name} {{ {} }}", names.join(" ")));
        let values: Vec<_> = functions
            .iter()
            .map(|function| format!("'{}', {}", function.name(), call(*function, column)))
            .collect();
        pairs.push(format!("'{name}', json_build_object({})", values.join(", ")));
    }
    assert_eq!(computed, 174, "pairs of columns and functions that take them");
    // More than a hundred arguments are more than a function takes, so the objects are two.
    let query = format!("{{ samplesAggregate {{ {} }} }}", fields.join(" "));
    let (left, right) = pairs.split_at(pairs.len() / 2);
    let objects = [left, right].map(|pairs| format!("json_build_object({})::text", pairs.join(", ")));
    let text = format!("(rtrim({}, '}}') || '}}, ' || ltrim({}, '{{'))::json", objects[0], objects[1]);
    check_random(24, async |fixture, _| {
        let found = fixture.body(&query, Value::Object(Map::new())).await;
        let data =
            format!("json_build_object('samplesAggregate', (SELECT json_build_array({text}) FROM sample))");
        let expected = fixture.ask(&format!("json_build_object('data', {data})")).await;
        assert_same(&found, &expected);
    });
}

#[test]
fn random_values_are_grouped_as_postgres_does() {
    use ScalarType::{Bool, Date, Enum, Int2, Int4, Int8, Text, Time, Timestamp, Timestamptz, Uuid};
    let mut checks = Vec::new();
    for column in columns() {
        // Of numbers that are equal and not the same, either is the key.
        if !matches!(
            column.scalar,
            Bool | Date | Enum(_) | Int2 | Int4 | Int8 | Text | Time | Timestamp | Timestamptz | Uuid
        ) {
            continue;
        }
        let (name, value) = (column.name, format!("sample.{}", column.column));
        let query =
            format!("{{ samplesAggregate(groupBy: [{{{name}: VALUE}}]) {{ key {{ {name} }} count }} }}");
        let key = json(column.scalar, "value");
        let sql = format!(
            "json_build_object('samplesAggregate', (SELECT json_agg(json_build_object('key', json_build_object('{name}', {key}), \
             'count', number) ORDER BY value) FROM (SELECT {value} AS value, count(*) AS number FROM sample GROUP BY 1) AS groups))"
        );
        checks.push((query, sql));
    }
    assert!(checks.len() > 20, "there are columns of these types");
    check_random(8, async |fixture, _| {
        for (query, sql) in &checks {
            let found = fixture.body(query, Value::Object(Map::new())).await;
            let expected = fixture.ask(&format!("json_build_object('data', {sql})")).await;
            assert_same(&found, &expected);
        }
    });
}

/// Whether something is computed of values of a type.
fn is_single(scalar: ScalarType) -> bool {
    !matches!(scalar.base(), ScalarType::Array(_) | ScalarType::Range(_))
}

/// Whether a function takes values of a type, and what it gives is within its range whatever they are.
fn is_within(function: Function, scalar: ScalarType) -> bool {
    use ScalarType::{Float4, Float8, Interval, Numeric};
    let is_sum = matches!(function, Function::Sum | Function::Avg | Function::Stddev);
    let is_wide = matches!(scalar.base(), Float4 | Float8 | Interval)
        || (function != Function::Sum && scalar.base() == Numeric)
        || (function == Function::Stddev && scalar.base() == ScalarType::Int8);
    function.of(scalar).is_some() && !(is_sum && is_wide)
}

/// A call of a function, as JSON.
fn call(function: Function, column: &ColumnDef) -> String {
    let value = format!("sample.{}", column.column);
    let call = match function {
        Function::Count => format!("count({value})"),
        Function::CountDistinct => format!("count(DISTINCT {value})"),
        Function::Sum => format!("sum({value})"),
        Function::Avg => format!("avg({value})"),
        Function::Min => format!("min({value})"),
        Function::Max => format!("max({value})"),
        Function::Stddev => format!("stddev({value})"),
        Function::BoolAnd => format!("bool_and({value})"),
        Function::BoolOr => format!("bool_or({value})"),
    };
    match given(function, column.scalar) {
        ScalarType::Float8 => format!("({call})::float8"),
        scalar => json(scalar, &format!("({call})")),
    }
}

/// What a function that takes values of a type gives: what Postgres does, but for the means of small integers, which are floats.
fn given(function: Function, scalar: ScalarType) -> ScalarType {
    use ScalarType::{Bool, Float4, Float8, Int2, Int4, Int8, Numeric};
    match (function, scalar.base()) {
        (Function::Count | Function::CountDistinct, _) => Int4,
        (Function::Sum, Int2 | Int4) => Int8,
        (Function::Sum | Function::Avg | Function::Stddev, Int8 | Numeric) => Numeric,
        (Function::Avg | Function::Stddev, Int2 | Int4 | Float4 | Float8) => Float8,
        (Function::BoolAnd | Function::BoolOr, _) => Bool,
        (Function::Sum | Function::Avg | Function::Stddev | Function::Min | Function::Max, _) => scalar,
    }
}
