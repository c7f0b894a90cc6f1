//! Values in every form that they can be given in, and those that are refused.

use serde_json::{Value, json};

use super::Fixture;
use super::schema::columns;

/// Two samples: the first has these values, the second others.
async fn fixture() -> Fixture {
    let row = |values: fn(&str) -> &'static str| -> Vec<String> {
        columns()
            .map(|column| {
                let name = column.column.trim_start_matches("maybe_");
                format!("'{}'::{}", values(name), super::schema::postgres_type(column))
            })
            .collect()
    };
    let first = row(|name| match name {
        "boolean" => "true",
        "int2" => "-32768",
        "int4" => "2147483647",
        "int8" => "-9223372036854775808",
        "float4" => "0.1",
        "float8" => "100000000000000000000",
        "numeric" => "12345678901234567890.1234567890",
        "uuid" => "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        "date" => "9999-12-31",
        "timestamp" => "9999-12-30 21:59:59.999999",
        "timestamptz" => "2009-01-31 13:30:00.25+00",
        "time" => "23:59:59.999999",
        "interval" => "-1 year 3 days -04:05:06.5",
        "bytea" => "\\x00fffb",
        "inet" => "2001:db8::1/64",
        "cidr" => "192.168.0.0/16",
        "json" | "jsonb" => "{\"a\": [1, true, null, \"x\", {\"b\": -1.5e3}]}",
        "mood" => "it''s \"fine\" \\ great",
        _ => "1",
    });
    let second = row(|name| match name {
        "boolean" => "false",
        "uuid" => "00000000-0000-0000-0000-000000000000",
        "date" | "timestamp" | "timestamptz" => "2000-01-01",
        "mood" => "so so",
        "time" => "00:00",
        "inet" | "cidr" => "::",
        _ => "0",
    });
    let fixture = Fixture::new().await;
    fixture.fill(&[first, second]).await;
    fixture
}

fn block_on(check: impl Future<Output = ()>) {
    tokio::runtime::Runtime::new().expect("a runtime can be made").block_on(check);
}

#[test]
fn forms_of_the_same_value() {
    block_on(async {
        let fixture = fixture().await;
        let mut lost = Vec::new();
        for (column, ty, literal, value) in [
            ("bool", "Boolean", "true", json!(true)),
            ("int2", "Int", "-32768", json!(-32768)),
            ("int4", "Int", "2147483647", json!(2_147_483_647)),
            ("int8", "BigInt", "-9223372036854775808", json!(i64::MIN)),
            ("int8", "BigInt", "\"-9223372036854775808\"", json!("-9223372036854775808")),
            ("float4", "Float", "0.1", json!(0.1)),
            ("float4", "Float", "1.00e-1", json!(0.1)),
            ("float8", "Float", "1e20", json!(1e20)),
            ("numeric", "Decimal", "12345678901234567890.123456789", json!("12345678901234567890.123456789")),
            (
                "numeric",
                "Decimal",
                "\"12345678901234567890.12345678900\"",
                json!("+0012345678901234567890.1234567890"),
            ),
            (
                "numeric",
                "Decimal",
                "1.2345678901234567890123456789e19",
                json!("1234567890123456789012345678.90E-8"),
            ),
            (
                "uuid",
                "UUID",
                "\"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11\"",
                json!("a0eebc999c0b4ef8bb6d6bb9bd380a11"),
            ),
            ("date", "Date", "\"9999-12-31\"", json!("9999-12-31")),
            (
                "timestamp",
                "LocalDateTime",
                "\"9999-12-30T21:59:59.999999\"",
                json!("9999-12-30 21:59:59.999999"),
            ),
            (
                "timestamptz",
                "DateTime",
                "\"2009-01-31T15:30:00.25+02:00\"",
                json!("2009-01-31T05:30:00.250000-08:00"),
            ),
            ("timestamptz", "DateTime", "\"2009-01-31T13:30:00.25Z\"", json!("2009-01-31t13:30:00.25z")),
            (
                "timestamptz",
                "DateTime",
                "\"2009-02-01T00:00:00.25+10:30\"",
                json!("2009-01-31 13:30:00.25+00:00"),
            ),
            ("time", "LocalTime", "\"23:59:59.999999\"", json!("23:59:59.999999")),
            ("interval", "Duration", "\"P-1Y3DT-4H-5M-6.5S\"", json!("P-12M3DT-14706.500000S")),
            ("bytea", "Bytes", "\"AP/7\"", json!("AP/7")),
            ("inet", "IPAddress", "\"2001:db8::1/64\"", json!("2001:0DB8:0::1/64")),
            ("cidr", "IPAddress", "\"192.168.0.0/16\"", json!("192.168.0.0/16")),
            (
                "jsonb",
                "JSON",
                "{a: [1.0, true, null, \"x\", {b: -1.5E3}]}",
                json!({"a": [1.0, true, null, "x", {"b": -1500}]}),
            ),
            (
                "jsonb",
                "JSON",
                "{a: [1, true, null, \"x\", {b: -1500}]}",
                json!({"a": [1, true, null, "x", {"b": -1.5e3}]}),
            ),
            ("mood", "Mood", "fine", json!("fine")),
        ] {
            let expected = json!({"data": {"samples": [{"id": 1}]}});
            let maybe = format!("maybe{}{}", column[..1].to_uppercase(), &column[1..]);
            for column in [column, &maybe] {
                let list = |declared: &str, filter: &str| {
                    format!("query{declared} {{ samples(where: {filter}) {{ id }} }}")
                };
                let one = json!({"value": value});
                for (query, variables) in [
                    (list("", &format!("{{{column}: {{eq: {literal}}}}}")), json!({})),
                    (list(&format!("($value: {ty})"), &format!("{{{column}: {{eq: $value}}}}")), one.clone()),
                    // A single value is a list of one, here as everywhere.
                    (
                        list(&format!("($value: [{ty}!]!)"), &format!("{{{column}: {{in: $value}}}}")),
                        one.clone(),
                    ),
                    (
                        list(&format!("($value: {ty}!)"), &format!("{{{column}: {{in: [$value]}}}}")),
                        one.clone(),
                    ),
                    (
                        list("($where: SampleWhere)", "$where"),
                        json!({"where": {column: {"eq": value, "isNull": false}}}),
                    ),
                ] {
                    let answer = fixture.query(&query, variables.clone()).await;
                    if answer != expected {
                        lost.push(format!("{query} with {variables}: {answer}"));
                    }
                }
            }
        }
        assert!(lost.is_empty(), "{}", lost.join("\n"));
    });
}

#[test]
fn values_of_another_type() {
    block_on(async {
        let fixture = fixture().await;
        for (column, ty, values) in [
            ("bool", "Boolean", json!([0, "true"])),
            ("int2", "Int", json!([32768, 1.5, "1"])),
            ("int4", "Int", json!([2_147_483_648_u32, -2_147_483_649_i64])),
            ("int8", "BigInt", json!(["9223372036854775808", 1.5, "", "1 ", "0x1", true, u64::MAX])),
            ("float4", "Float", json!(["1", 1e39, "NaN"])),
            ("float8", "Float", json!(["Infinity", true])),
            ("numeric", "Decimal", json!(["NaN", "Infinity", "1,5", "", "1 000", true, []])),
            (
                "uuid",
                "UUID",
                json!([
                    "a0eebc99",
                    "g0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a111",
                    1
                ]),
            ),
            (
                "date",
                "Date",
                json!(["2001-02-29", "31.01.2009", "infinity", "", "10000-01-01", "0044-03-15 BC", 5]),
            ),
            ("timestamp", "LocalDateTime", json!(["2009-01-31T13:30:00Z", "2009-01-31T25:00:00", "now", 5])),
            ("timestamptz", "DateTime", json!(["2009-01-31T13:30:00", "2009-01-31", "infinity", 5])),
            ("text", "String", json!(["a\u{0}b", 5, true])),
            ("jsonb", "JSON", json!(["a\u{0}b", {"a\u{0}": [1]}])),
            ("mood", "Mood", json!(["FINE", "sad", "so so", 1])),
        ] {
            for value in values.as_array().expect("a list") {
                let query = format!(
                    "query($value: {ty}) {{ samples(where: {{{column}: {{eq: $value}}}}) {{ id }} }}"
                );
                refused(&fixture, &query, json!({"value": value})).await;
                let query = format!(
                    "query($value: [{ty}!]) {{ samples(where: {{{column}: {{notIn: $value}}}}) {{ id }} }}"
                );
                refused(&fixture, &query, json!({"value": [value]})).await;
            }
            // Null is not a value to compare with.
            let query =
                format!("query($value: {ty}) {{ samples(where: {{{column}: {{eq: $value}}}}) {{ id }} }}");
            refused(&fixture, &query, json!({"value": null})).await;
        }
        for literal in [
            "int2: {eq: 32768}",
            "int4: {eq: 2147483648}",
            "int8: {eq: 9223372036854775808}",
            "float4: {lt: 1e39}",
            "float8: {eq: 1e400}",
            "text: {eq: \"a\\u0000b\"}",
            "date: {eq: \"2009-02-30\"}",
            "mood: {eq: \"fine\"}",
            "mood: {in: [fine, fein]}",
            "uuid: {ne: \"\"}",
            "jsonb: {eq: null}",
            "json: {eq: 1}",
            "jsonb: {lt: 1}",
            "text: {isNull: null}",
            "numeric: {in: [1, \"x\"]}",
        ] {
            refused(&fixture, &format!("{{ samples(where: {{{literal}}}) {{ id }} }}"), json!({})).await;
        }
    });
}

/// Asserts that a request is the caller's fault, with one error that has a message.
async fn refused(fixture: &Fixture, query: &str, variables: Value) {
    let answer = fixture.query(query, variables.clone()).await;
    let code = &answer["errors"][0]["extensions"]["code"];
    assert!(
        answer.get("data").is_none() && (code == "BAD_USER_INPUT" || code == "GRAPHQL_VALIDATION_FAILED"),
        "{answer} for {query} with {variables}"
    );
}

#[test]
fn long_lists_of_values() {
    block_on(async {
        let fixture = fixture().await;
        let count = 20_000;
        for (column, ty, value) in [
            ("int4", "Int", (|i| json!(i)) as fn(u32) -> Value),
            ("int8", "BigInt", |i| json!(i.to_string())),
            ("text", "String", |i| json!(i.to_string())),
            ("numeric", "Decimal", |i| json!(format!("{i}.0"))),
            ("uuid", "UUID", |i| json!(format!("{i:032x}"))),
            ("date", "Date", |i| json!(format!("{:04}-01-01", 2000 + i % 8000))),
            ("jsonb", "JSON", |i| json!(i)),
            ("float8", "Float", |i| json!(f64::from(i))),
        ] {
            let values: Value = (0..count).map(value).collect();
            let query = format!(
                "query($values: [{ty}!]!) {{
                   a: samples(where: {{{column}: {{in: $values}}}}) {{ id }} b: samples(where: {{{column}: {{notIn: $values}}}}) {{ id }} }}"
            );
            let answer = fixture.query(&query, json!({"values": values})).await;
            let expected = match column {
                // Both samples have a number for their text.
                "text" => json!({"data": {"a": [{"id": 1}, {"id": 2}], "b": []}}),
                _ => json!({"data": {"a": [{"id": 2}], "b": [{"id": 1}]}}),
            };
            assert_eq!(answer, expected, "{column}");
        }
        let none = fixture.query(
            "{ a: samples(where: {mood: {in: []}}) { id } b: samples(where: {mood: {notIn: []}}) { id } }",
            json!({}),
        );
        assert_eq!(none.await, json!({"data": {"a": [], "b": [{"id": 1}, {"id": 2}]}}));
        let moods = "{ a: samples(where: {mood: {in: [SO_SO, SAD]}}) { id } b: samples(where: {maybeMood: {notIn: SO_SO}}) { mood } }";
        assert_eq!(
            fixture.query(moods, json!({})).await,
            json!({"data": {"a": [{"id": 2}], "b": [{"mood": "fine"}]}})
        );
    });
}

/// Values at the ends of what numbers and moments of other languages hold.
#[test]
fn values_without_loss() {
    block_on(async {
        let fixture = fixture().await;
        let found = json!({"data": {"samples": [{"id": 1}]}});
        let digits: Value = serde_json::from_str("0.123456789012345678901234567890").expect("a number");
        let large: Value = serde_json::from_str("123456789012345678901234567890").expect("a number");
        for (column, stored, declared, operand, value) in [
            ("float8", "1e20", "", "100000000000000000000", json!(null)),
            (
                "float8",
                "1e20",
                "($value: Float)",
                "$value",
                serde_json::from_str("100000000000000000000").expect("a number"),
            ),
            ("jsonb", "18446744073709551616", "", "18446744073709551616", json!(null)),
            ("jsonb", "1e400", "", "1e400", json!(null)),
            ("jsonb", "0.123456789012345678901234567890", "($value: JSON)", "$value", digits.clone()),
            ("numeric", "0.12345678901234567890123456789", "($value: Decimal)", "$value", digits),
            ("numeric", "123456789012345678901234567890", "($value: Decimal)", "$value", large),
            (
                "timestamptz",
                "1969-12-31 23:59:59.999999+00",
                "($value: DateTime)",
                "$value",
                json!("1970-01-01T05:29:59.999999+05:30"),
            ),
            // A backslash before `u0000` makes it six plain characters.
            ("jsonb", r#""\\u0000""#, "($value: JSON)", "$value", json!("\\u0000")),
        ] {
            fixture.run(&format!("UPDATE sample SET {column} = '{stored}' WHERE id = 1")).await;
            let query =
                format!("query{declared} {{ samples(where: {{{column}: {{eq: {operand}}}}}) {{ id }} }}");
            let variables = if declared.is_empty() { json!({}) } else { json!({"value": value}) };
            assert_eq!(fixture.query(&query, variables).await, found, "{query} for {stored}");
        }
    });
}

#[test]
fn moments_and_numbers_at_the_end() {
    block_on(async {
        let fixture = fixture().await;
        fixture.run("UPDATE sample SET timestamp = '9999-12-31 23:59:59.999999' WHERE id = 1").await;
        fixture.run("UPDATE sample SET timestamptz = '9999-12-31 23:59:59.999999+00' WHERE id = 1").await;
        for filter in [
            "timestamp: {eq: \"9999-12-31T23:59:59.999999\"}",
            "timestamptz: {eq: \"9999-12-31T23:59:59.999999Z\"}",
            "timestamptz: {eq: \"9999-12-31T18:29:59.999999-05:30\"}",
        ] {
            let query = format!("{{ samples(where: {{{filter}}}) {{ id }} }}");
            assert_eq!(
                fixture.query(&query, json!({})).await,
                json!({"data": {"samples": [{"id": 1}]}}),
                "{query}"
            );
        }
        // What `numeric` cannot hold is the caller's fault.
        for number in ["1e131073", "[{a: -1e-99999999999}]"] {
            refused(
                &fixture,
                &format!("{{ samples(where: {{jsonb: {{eq: {number}}}}}) {{ id }} }}"),
                json!({}),
            )
            .await;
        }
    });
}
