//! Comparisons of every type against the same comparisons written in SQL.

use onefold::schema::{ColumnDef, ScalarType};
use onefold::surface::scalars::{has_equality, has_order, type_name};
use serde_json::{Map, Value, json};

use super::random::literal;
use super::schema::{self, TABLE, columns};
use super::{Fixture, check_random};

/// Asserts that a sample is found when each of its values is asked for, by variables and by literals.
///
/// # Panics
/// It is not; the message names the columns.
pub async fn finds_itself(fixture: &Fixture, sample: &Value) {
    let id = &sample["id"];
    let expected = json!({"data": {"samples": [{"id": id}]}});
    let conditions: Vec<Value> =
        columns().filter_map(|column| condition(column, &sample[column.name])).collect();
    let query = "query($where: SampleWhere) { samples(where: $where) { id } }";
    let find = async |conditions: Vec<&Value>| {
        let filter = json!({"id": {"eq": id}, "and": conditions});
        let found = fixture.query(query, json!({"where": filter})).await;
        let literals = conditions.into_iter().filter(|condition| is_literal(condition));
        let filter = json!({"id": {"eq": id}, "and": literals.collect::<Vec<_>>()});
        let by_literal = format!("{{ samples(where: {}) {{ id }} }}", literal_of(&filter, false));
        found == expected && fixture.query(&by_literal, json!({})).await == expected
    };
    if find(conditions.iter().collect()).await {
        return;
    }
    let mut lost = Vec::new();
    for condition in &conditions {
        if !find(vec![condition]).await {
            lost.push(condition.to_string());
        }
    }
    panic!("sample {id} is not found by {lost:#?}");
}

/// The filter that should find a value; none for the few that cannot be asked for.
fn condition(column: &ColumnDef, value: &Value) -> Option<Value> {
    let operator = match (column.scalar, value) {
        // `json` has no equality, and a JSON null in `jsonb` is answered as the null that it is not.
        (ScalarType::Json, _) | (ScalarType::Jsonb, Value::Null) => return None,
        (_, Value::Null) => json!({"isNull": true}),
        (_, value) if is_char(column) => json!({"eq": unpadded(value)}),
        (ScalarType::Date | ScalarType::Timestamp | ScalarType::Timestamptz, value)
            if !has_iso_year(value) =>
        {
            return None;
        }
        (_, value) => json!({"eq": value}),
    };
    Some(json!({column.name: operator}))
}

/// Whether a column is a `char(n)`. Its values are answered with their padding, as Postgres sends them, and compared as
/// `text`, without it.
fn is_char(column: &ColumnDef) -> bool {
    column.column.ends_with("char") && !column.column.ends_with("varchar")
}

fn unpadded(value: &Value) -> Value {
    value.as_str().expect("texts are strings").trim_end_matches(' ').into()
}

/// Whether a date has a year from 1 to 9999, the years that dates are read with.
fn has_iso_year(value: &Value) -> bool {
    let text = value.as_str().expect("dates are strings");
    text.find('-') == Some(4) && !text.ends_with("BC")
}

/// Whether a condition can be written as a literal: in those the keys of JSON objects are GraphQL names.
fn is_literal(condition: &Value) -> bool {
    let is_object = |name: &str| condition[name]["eq"].to_string().contains('{');
    !is_object("jsonb") && !is_object("maybeJsonb")
}

/// A value as a GraphQL literal. Strings below `mood` are values of the enum.
fn literal_of(value: &Value, is_enum: bool) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| literal_of(item, is_enum)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(fields) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|(name, value)| {
                    let is_enum = is_enum || ["mood", "maybeMood"].contains(&name.as_str());
                    format!("{name}: {}", literal_of(value, is_enum))
                })
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
        Value::String(name) if is_enum => name.clone(),
        value => value.to_string(),
    }
}

/// Each operator with each column, asked for values that the column has.
#[test]
fn every_operator_of_every_type() {
    check_random(4, async |fixture, rows| {
        let all = schema::comparable();
        let answer = fixture.query(&format!("{{ samples {all} }}"), json!({})).await;
        let samples = answer["data"]["samples"].as_array().expect("a list");
        assert_eq!(samples.len(), rows.len());
        for column in columns().filter(|column| has_equality(column.scalar)) {
            let pivots: Vec<&Value> = samples
                .iter()
                .filter(|sample| {
                    let value = &sample[column.name];
                    !value.is_null() && condition(column, value).is_some()
                })
                .collect();
            if let [first, ..] = pivots.as_slice() {
                compare(fixture, column, first, &pivots[..pivots.len().min(5)]).await;
            }
        }
    });
}

async fn compare(fixture: &Fixture, column: &ColumnDef, pivot: &Value, pivots: &[&Value]) {
    let operand = |sample: &Value| {
        let value = &sample[column.name];
        if is_char(column) { unpadded(value) } else { value.clone() }
    };
    let name = if is_char(column) { format!("{}::text", column.column) } else { column.column.to_owned() };
    let value = operand(pivot);
    let values: Value = pivots.iter().map(|sample| operand(sample)).collect();
    let ids: Vec<_> = pivots.iter().map(|sample| sample["id"].to_string()).collect();
    let one = format!("(SELECT {name} FROM sample WHERE id = {})", pivot["id"]);
    let many = format!("(SELECT {name} FROM sample WHERE id IN ({}))", ids.join(", "));

    let mut operators = vec![
        ("eq", format!("{name} = {one}")),
        ("ne", format!("{name} <> {one}")),
        ("in", format!("{name} IN {many}")),
        ("notIn", format!("{name} NOT IN {many}")),
    ];
    if has_order(column.scalar) {
        for (operator, sql) in [("lt", "<"), ("lte", "<="), ("gt", ">"), ("gte", ">=")] {
            operators.push((operator, format!("{name} {sql} {one}")));
        }
    }
    let of = |operator: &str| if operator.ends_with('n') { "$values" } else { "$value" };
    let field = |operator: &str, operand: &str| {
        format!("{operator}: samples(where: {{{}: {{{operator}: {operand}}}}}) {{ id }}", column.name)
    };
    let by_variable: Vec<_> = operators.iter().map(|(operator, _)| field(operator, of(operator))).collect();
    let ty = type_name(column.scalar);
    let by_variable = format!("query($value: {ty}!, $values: [{ty}!]!) {{ {} }}", by_variable.join(" "));
    let is_enum = matches!(column.scalar, ScalarType::Enum(_));
    let literals = [&value, &values].map(|value| literal_of(value, is_enum));
    let by_literal: Vec<_> = operators
        .iter()
        .map(|(operator, _)| field(operator, &literals[usize::from(of(operator) == "$values")]))
        .collect();
    let by_literal = format!("{{ {} }}", by_literal.join(" "));

    let expected = expected(fixture, &operators).await;
    let found = fixture.query(&by_variable, json!({"value": value, "values": values})).await;
    assert_eq!(found, expected, "{by_variable} with {value} and {values}");
    // The names of an object's fields are names of GraphQL there.
    if column.scalar != ScalarType::Jsonb || !values.to_string().contains('{') {
        assert_eq!(fixture.query(&by_literal, json!({})).await, expected, "{by_literal}");
    }
}

/// The response with the rows for which the SQL of each alias holds.
async fn expected(fixture: &Fixture, conditions: &[(&str, String)]) -> Value {
    let mut data = Map::new();
    for (alias, condition) in conditions {
        let sql = format!(
            "SELECT coalesce(json_agg(json_build_object('id', id) ORDER BY id), '[]') FROM sample WHERE {condition}"
        );
        data.insert((*alias).into(), serde_json::from_str(&fixture.ask(&sql).await).expect("JSON"));
    }
    json!({"data": data})
}

/// Parts of the texts that are there, and what patterns are made of.
#[test]
fn operators_of_text() {
    check_random(4, async |fixture, rows| {
        let texts = fixture
            .query("{ samples { text varchar char maybeText maybeVarchar maybeChar } }", json!({}))
            .await;
        for (i, column) in columns().filter(|column| column.scalar == ScalarType::Text).enumerate() {
            let text =
                texts["data"]["samples"][i % rows.len()][column.name].as_str().unwrap_or("_").to_owned();
            let begin: String = text.chars().take(2).collect();
            let end: String = text.chars().skip(text.chars().count().saturating_sub(2)).collect();
            let middle: String = text.chars().skip(1).take(2).collect();
            let upper = text.to_uppercase();
            for part in [begin.as_str(), &end, &middle, &upper, "%", "_", "\\", "", "a", "É", "'\""] {
                compare_text(fixture, column, part).await;
            }
        }
    });
}

async fn compare_text(fixture: &Fixture, column: &ColumnDef, part: &str) {
    // The operators of `text`, for which Postgres strips the padding of `char`, and those of `char`.
    let (name, part_sql) = (column.column, literal(part));
    let escaped = literal(&part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    let pattern = |before: &str, after: &str| format!("'{before}' || {escaped} || '{after}'");
    let mut operators = vec![
        ("startsWith", format!("{name} LIKE {}", pattern("", "%"))),
        ("iStartsWith", format!("{name} ILIKE {}", pattern("", "%"))),
        ("endsWith", format!("{name} LIKE {}", pattern("%", ""))),
        ("iEndsWith", format!("{name} ILIKE {}", pattern("%", ""))),
        ("contains", format!("{name} LIKE {}", pattern("%", "%"))),
        ("iContains", format!("{name} ILIKE {}", pattern("%", "%"))),
    ];
    if !part.ends_with('\\') {
        operators.push(("like", format!("{name} LIKE {part_sql}")));
        operators.push(("ilike", format!("{name} ILIKE {part_sql}")));
    }
    let query = |operand: &str| {
        let fields = operators.iter().map(|(operator, _)| {
            format!("{operator}: samples(where: {{{}: {{{operator}: {operand}}}}}) {{ id }}", column.name)
        });
        fields.collect::<Vec<_>>().join(" ")
    };
    let expected = expected(fixture, &operators).await;
    let by_variable = format!("query($part: String!) {{ {} }}", query("$part"));
    let found = fixture.query(&by_variable, json!({"part": part})).await;
    assert_eq!(found, expected, "{} with {part:?}", column.name);
    let by_literal = format!("{{ {} }}", query(&json!(part).to_string()));
    assert_eq!(fixture.query(&by_literal, json!({})).await, expected, "{} with {part:?}", column.name);
}

#[test]
fn whether_a_value_is_null() {
    check_random(2, async |fixture, _| {
        for column in TABLE.columns {
            let [is, is_not] = ["IS NULL", "IS NOT NULL"].map(|test| format!("{} {test}", column.column));
            let expected =
                expected(fixture, &[("is", is.clone()), ("isNot", is_not.clone()), ("a", is), ("b", is_not)])
                    .await;
            let field = |alias: &str, operand: &str| {
                format!("{alias}: samples(where: {{{}: {{isNull: {operand}}}}}) {{ id }}", column.name)
            };
            let query = format!(
                "query($yes: Boolean!, $no: Boolean = false) {{ {} {} {} {} }}",
                field("is", "true"),
                field("isNot", "false"),
                field("a", "$yes"),
                field("b", "$no")
            );
            assert_eq!(fixture.query(&query, json!({"yes": true})).await, expected, "{}", column.name);
        }
    });
}
