//! Random rows of the table with every column, as SQL expressions; common values and the ends of each range often.

use onefold::schema::{ColumnDef, ScalarType};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

use super::schema::{columns, postgres_type};

/// Some rows, each with an expression for every column of values.
pub fn rows() -> impl Strategy<Value = Vec<Vec<String>>> {
    let row: Vec<BoxedStrategy<String>> = columns().map(column).collect();
    vec(row, 1..40)
}

/// A value of a column.
fn column(column: &'static ColumnDef) -> BoxedStrategy<String> {
    let value = value(column);
    if column.nullable { prop_oneof![1 => Just("NULL".to_owned()), 3 => value].boxed() } else { value }
}

fn value(column: &ColumnDef) -> BoxedStrategy<String> {
    value_of(column.scalar, column.column, postgres_type(column))
}

/// An expression of a type.
fn value_of(scalar: ScalarType, name: &'static str, ty: String) -> BoxedStrategy<String> {
    let array = ty.clone();
    let cast = move |text: String| format!("{}::{ty}", literal(&text));
    match scalar {
        ScalarType::Array(definition) => {
            let item = value_of(definition.item, name, array.trim_end_matches("[]").to_owned());
            let null = u32::from(definition.nullable_items);
            let items = vec(prop_oneof![null => Just("NULL".to_owned()), 3 => item], 0..4);
            items.prop_map(move |items| format!("ARRAY[{}]::{array}", items.join(", "))).boxed()
        }
        ScalarType::Range(range) => {
            let bound = value_of(range.bound(), name, catalog_name(range.bound()).to_owned()).boxed();
            let bound = prop_oneof![1 => Just("NULL".to_owned()), 4 => bound];
            let ends = select(vec!["[)", "(]", "[]", "()"]);
            let between = (bound.clone(), bound, ends).prop_map(move |(left, right, ends)| {
                let [low, high] = ["least", "greatest"].map(|it| format!("{it}({left}, {right})"));
                match left == "NULL" || right == "NULL" {
                    // Both functions leave nulls out.
                    true => format!("{array}({left}, {right}, '{ends}')"),
                    false => format!("{array}({low}, {high}, '{ends}')"),
                }
            });
            between.boxed()
        }
        ScalarType::Custom(definition) => value_of(definition.base, name, array),
        ScalarType::Bool => any::<bool>().prop_map(|value| value.to_string()).boxed(),
        ScalarType::Int2 => integer(i16::MIN.into(), i16::MAX.into()).prop_map(cast).boxed(),
        ScalarType::Int4 => integer(i32::MIN.into(), i32::MAX.into()).prop_map(cast).boxed(),
        ScalarType::Int8 => integer(i64::MIN, i64::MAX).prop_map(cast).boxed(),
        ScalarType::Float4 => float4().prop_map(cast).boxed(),
        ScalarType::Float8 => float8().prop_map(cast).boxed(),
        ScalarType::Text => {
            let most = match name {
                "char" => 7,
                "maybe_char" => 3,
                "varchar" => 40,
                _ => 300,
            };
            text(most).prop_map(cast).boxed()
        }
        ScalarType::Numeric => numeric().prop_map(cast).boxed(),
        ScalarType::Uuid => any::<u128>().prop_map(move |bits| cast(format!("{bits:032x}"))).boxed(),
        ScalarType::Date => days().prop_map(|days| format!("(date '2000-01-01' + {days})")).boxed(),
        ScalarType::Timestamp => moment().boxed(),
        ScalarType::Timestamptz => {
            moment().prop_map(|moment| format!("({moment} AT TIME ZONE 'UTC')")).boxed()
        }
        ScalarType::Time => {
            let microseconds = prop_oneof![
                Just(0),
                Just(1),
                Just(86_399_999_999),
                Just(86_400_000_000),
                0..86_400_000_000_i64
            ];
            // A time and an interval would begin again at midnight.
            let time = microseconds.prop_map(|microseconds| match microseconds {
                86_400_000_000 => "time '24:00:00'".to_owned(),
                microseconds => format!("(time '00:00' + interval '{microseconds} microseconds')"),
            });
            time.boxed()
        }
        ScalarType::Interval => interval().boxed(),
        ScalarType::Bytea => vec(any::<u8>(), 0..100)
            .prop_map(move |bytes| {
                cast(bytes.iter().fold("\\x".to_owned(), |text, byte| format!("{text}{byte:02x}")))
            })
            .boxed(),
        ScalarType::Inet => {
            let is_network = name.ends_with("cidr");
            network()
                .prop_map(move |(address, bits)| match is_network {
                    // Only those are networks whose other bits are zero.
                    true => format!("network('{address}/{bits}'::inet)"),
                    false => format!("'{address}/{bits}'::inet"),
                })
                .boxed()
        }
        ScalarType::Json => json(true).prop_map(cast).boxed(),
        ScalarType::Jsonb => json(false).prop_map(cast).boxed(),
        ScalarType::Enum(definition) => {
            let labels: Vec<&str> = definition.values.iter().map(|value| value.label).collect();
            select(labels).prop_map(move |label| cast(label.to_owned())).boxed()
        }
    }
}

/// The name of the type of a range's bounds.
fn catalog_name(scalar: ScalarType) -> &'static str {
    match scalar {
        ScalarType::Int4 => "integer",
        ScalarType::Int8 => "bigint",
        ScalarType::Numeric => "numeric",
        ScalarType::Timestamp => "timestamp",
        ScalarType::Timestamptz => "timestamptz",
        _ => "date",
    }
}

/// `'it''s'`
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn one_of(texts: &[&str]) -> BoxedStrategy<String> {
    select(texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>()).boxed()
}

fn integer(least: i64, most: i64) -> impl Strategy<Value = String> {
    let ends = select(vec![least, least + 1, -1, 0, 1, most - 1, most]);
    let digits = (0..=63u32, any::<i64>()).prop_map(move |(bits, value)| (value >> bits).clamp(least, most));
    prop_oneof![ends, least..=most, digits].prop_map(|value| value.to_string())
}

fn float4() -> impl Strategy<Value = String> {
    let named =
        one_of(&["0", "-0", "1e-45", "-1.1754942e-38", "1.17549435e-38", "3.4028235e38", "0.1", "16777216"]);
    let bits = any::<u32>().prop_map(f32::from_bits).prop_filter("finite", |value| value.is_finite());
    let short = (-99_999..99_999i32).prop_map(|value| value as f32 / 100.0);
    prop_oneof![named, bits.prop_map(|value| format!("{value:e}")), short.prop_map(|value| value.to_string())]
}

fn float8() -> impl Strategy<Value = String> {
    let named = one_of(&[
        "0",
        "-0",
        "5e-324",
        "-2.225073858507201e-308",
        "2.2250738585072014e-308",
        "1e308",
        "-1.7976931348623157e308",
        "0.1",
        "1e15",
        "999999999999999",
        "1e16",
        "1e21",
        "1e22",
        "9007199254740993",
        "1e-4",
        "1e-5",
        "1e-7",
    ]);
    let bits = any::<u64>().prop_map(f64::from_bits).prop_filter("finite", |value| value.is_finite());
    let short = any::<i32>().prop_map(|value| f64::from(value) / 1000.0);
    prop_oneof![named, bits.prop_map(|value| format!("{value:e}")), short.prop_map(|value| value.to_string())]
}

/// Text of at most so many characters.
fn text(most: usize) -> impl Strategy<Value = String> {
    let special = select("\"'\\/\u{1}\u{8}\t\n\u{b}\u{c}\r\u{1f}\u{7f}\u{80}\u{2028}\u{feff}\u{fffd}\u{ffff}\u{10ffff}%_${}[]é€😀e\u{301} ".chars().collect::<Vec<_>>());
    let plane = (0..17u32, 0..0x10000u32)
        .prop_filter_map("a character", |(plane, low)| char::from_u32(plane << 16 | low));
    let character = prop_oneof![4 => proptest::char::range(' ', '~'), 2 => special, 1 => plane];
    let stored = character.prop_filter("Postgres stores no null character", |character| *character != '\0');
    let long = most.min(3000);
    Union::new_weighted(vec![(1, 0..=0usize), (4, 0..=most.min(40)), (1, 0..=long)])
        .prop_flat_map(move |length| vec(stored.clone(), length))
        .prop_map(|characters| characters.into_iter().collect())
}

fn numeric() -> impl Strategy<Value = String> {
    let named = one_of(&[
        "0",
        "0.000",
        "-0.0",
        "1",
        "-1",
        "10000",
        "9999",
        "99990000",
        "0.0001",
        "0.00001",
        "1.10",
        "100.00",
        "1e100",
        "1e-100",
        "-1e50",
        "12345678901234567890123456789012345678901234567890",
        "0.00000000000000000000000000000000000000000000000001",
        "123456789012345678901234567890.123456789012345678900",
    ]);
    let random = ("-?[0-9]{1,50}", "(\\.[0-9]{1,50})?").prop_map(|(whole, fraction)| whole + &fraction);
    let zeros = ("-?[0-9]{1,3}0{0,16}", "(\\.0{0,16}[0-9]{0,3}0{0,9})?")
        .prop_map(|(whole, fraction)| whole + &fraction);
    prop_oneof![1 => named, 2 => random, 2 => zeros]
}

/// Days since 2000-01-01 that `date` has.
fn days() -> impl Strategy<Value = i32> {
    const LEAST: i32 = -2_451_545;
    const MOST: i32 = 2_145_031_948;
    let named = select(vec![
        LEAST, MOST, -730_120, -730_119, -730_118, -10_958, -10_957, -1, 0, 59, 2_921_939, 2_921_940,
    ]);
    prop_oneof![2 => named, 4 => -40_000..40_000, 1 => LEAST..3_000_000, 1 => LEAST..=MOST]
}

/// An expression of a timestamp.
fn moment() -> impl Strategy<Value = String> {
    // 4714-11-24 BC and 294276-12-31.
    let days = prop_oneof![4 => -40_000..40_000, 2 => -2_451_545..3_000_000, 1 => -2_451_545..=106_751_982];
    let days = prop_oneof![1 => select(vec![-2_451_545, 106_751_982, -1, 0, -10_957, -10_958]), 4 => days];
    let microseconds =
        prop_oneof![Just(0), Just(1), Just(999_999), Just(500_000), Just(120_000), 0..1_000_000];
    (days, 0..86_400, microseconds).prop_map(|(days, seconds, microseconds)| {
        format!(
            "(timestamp '2000-01-01' + interval '{days} days' + interval '{seconds} seconds' \
             + interval '{microseconds} microseconds')"
        )
    })
}

/// An expression of an interval; what all of its parts are at their ends is infinite from version 17 on.
fn interval() -> impl Strategy<Value = String> {
    let months = prop_oneof![Just(0), Just(12), Just(-13), any::<i32>()];
    let days = prop_oneof![Just(0), Just(1), any::<i32>()];
    let microseconds =
        prop_oneof![Just(0), Just(-1), Just(60_000_000), -10_000_000_000..10_000_000_000_i64, any::<i64>()];
    (months, days, microseconds).prop_map(|(months, days, microseconds)| {
        format!(
            "(interval '{months} months' + interval '{days} days' + interval '{microseconds} microseconds')"
        )
    })
}

/// The address of a host or a network, and a number of bits.
fn network() -> impl Strategy<Value = (String, u8)> {
    let ipv4 = (any::<u32>(), prop_oneof![Just(32), 0..=32u8])
        .prop_map(|(address, bits)| (std::net::Ipv4Addr::from(address).to_string(), bits));
    let segment = || prop_oneof![2 => Just(0), 1 => any::<u16>()];
    let segments = [(); 8].map(|()| segment());
    let ipv6 = (segments, prop_oneof![Just(128), 0..=128u8])
        .prop_map(|(segments, bits)| (std::net::Ipv6Addr::from(segments).to_string(), bits));
    let mapped = any::<u32>()
        .prop_map(|address| (std::net::Ipv4Addr::from(address).to_ipv6_mapped().to_string(), 128));
    prop_oneof![ipv4, ipv6, mapped]
}

/// The text of some JSON. What `jsonb` does not store as it is, or is not read back, is only there when `verbatim`.
fn json(verbatim: bool) -> BoxedStrategy<String> {
    let string = text(20).prop_map(|text| serde_json::to_string(&text).expect("a string is JSON")).boxed();
    let mut scalars = vec![
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1e3",
        "1.50",
        "1e-7",
        "\"\"",
        "\"\\u00e9\\ud83d\\ude00\"",
        "{}",
        "[]",
        " [ 1 ,\n\t2 ] ",
    ];
    if verbatim {
        scalars.extend([
            "12345678901234567890123456789",
            "\"\\\\u0000\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "{\"a\":1,\"a\":2}",
            "1E+400",
        ]);
    }
    let leaf = prop_oneof![one_of(&scalars), string.clone(), float8()];
    let tree = leaf.prop_recursive(5, 24, 4, move |inner| {
        let list = vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(", ")));
        let members = vec((string.clone(), inner), 0..4).prop_map(|members| {
            let members = members.into_iter().map(|(key, value)| format!("{key}\n: {value}"));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        });
        prop_oneof![list, members]
    });
    // Literals of documents are read up to a depth (setting `limits.max_nesting`).
    let deepest: usize = if verbatim { 400 } else { 20 };
    let deep = (1..deepest).prop_map(|depth| "[".repeat(depth) + &"]".repeat(depth));
    prop_oneof![8 => tree, 1 => deep].boxed()
}
