//! Shapes, and rows for them in Postgres' binary format.

use onefold::plan::shape::{Field, Record, Shape, Value};
use onefold::schema::ScalarType::{
    self, Bool, Date, Float4, Float8, Int4, Int8, Numeric, Text, Timestamptz, Uuid,
};
use onefold::wire::CellType;

/// A cell of a row.
pub type Cell = Option<Vec<u8>>;

/// What is written.
pub struct Workload {
    /// What it is called in the results.
    pub name: &'static str,
    /// The response.
    pub shape: Shape,
    /// What it is written from.
    pub rows: Vec<Vec<Cell>>,
}

/// 1,000 rows of 7 columns.
pub fn flat() -> Workload {
    let columns = [
        ("id", Int4),
        ("uuid", Uuid),
        ("title", Text),
        ("content", Text),
        ("published", Bool),
        ("views", Int4),
        ("createdAt", Timestamptz),
    ];
    let mut random = Random(1);
    let row = |id: i32| {
        vec![
            int4(id),
            Some([random.next().to_be_bytes(), random.next().to_be_bytes()].concat()),
            text(&mut random, 50),
            text(&mut random, 250),
            Some(vec![(random.next() % 2) as u8]),
            int4((random.next() % 100_000) as i32),
            instant(&mut random),
        ]
    };
    Workload { name: "flat", shape: list("posts", record(&columns)), rows: (1..=1_000).map(row).collect() }
}

/// 50 users with 10 posts each, with 5 comments each, with their author.
pub fn nested() -> Workload {
    let author = vec![scalar("id", 2, Int4), scalar("name", 3, Text)];
    let author = Value::Inline { presence: 2, nullable: false, fields: author };
    let comment = Record {
        cells: 4,
        fields: vec![scalar("id", 0, Int4), scalar("body", 1, Text), field("author", author)],
    };
    let comments = Value::List { cell: 2, nullable: false, record: comment };
    let post = Record {
        cells: 3,
        fields: vec![scalar("id", 0, Int4), scalar("title", 1, Text), field("comments", comments)],
    };
    let list_of_posts = Value::List { cell: 2, nullable: false, record: post };
    let shape = Record {
        cells: 3,
        fields: vec![scalar("id", 0, Int4), scalar("name", 1, Text), field("posts", list_of_posts)],
    };

    let mut random = Random(2);
    let mut row = || vec![id(&mut random), text(&mut random, 12), posts(&mut random)];
    let rows = (0..50).map(|_| row()).collect();
    Workload { name: "nested", shape: list("users", shape), rows }
}

fn posts(random: &mut Random) -> Cell {
    let mut post = || {
        let cells = [id(random), text(random, 40), comments(random)];
        send([CellType::Scalar(Int4), CellType::Scalar(Text), CellType::Records], cells)
    };
    Some((0..10).flat_map(|_| post()).collect())
}

fn comments(random: &mut Random) -> Cell {
    let mut comment = || {
        let cells = [id(random), text(random, 60), id(random), text(random, 12)];
        send([Int4, Text, Int4, Text].map(CellType::Scalar), cells)
    };
    Some((0..5).flat_map(|_| comment()).collect())
}

/// 1,000 rows of 7 columns of numbers and dates.
pub fn mixed() -> Workload {
    let columns = [
        ("id", Int8),
        ("price", Numeric),
        ("total", Numeric),
        ("latitude", Float8),
        ("score", Float4),
        ("day", Date),
        ("createdAt", Timestamptz),
    ];
    let mut random = Random(3);
    let row = |id: i64| {
        vec![
            Some((id + 5_000_000_000).to_be_bytes().to_vec()),
            // 10 to 9,999.99
            numeric(&[10 + random.below(9_990), random.below(100) * 100], 0, 2),
            // 1,000,000 to 99,999,999.9999
            numeric(&[100 + random.below(9_900), random.below(10_000), random.below(10_000)], 1, 4),
            Some((random.below(10_000) as f64 / 7.3 + 0.01).to_be_bytes().to_vec()),
            Some((random.below(1_000) as f32 / 3.1 + 0.01).to_be_bytes().to_vec()),
            int4(random.below(12_000).into()),
            instant(&mut random),
        ]
    };
    Workload { name: "numbers", shape: list("sales", record(&columns)), rows: (1..=1_000).map(row).collect() }
}

fn field(key: &str, value: Value) -> Field {
    Field { key: key.to_owned(), when: None, value }
}

fn scalar(key: &str, cell: usize, scalar: ScalarType) -> Field {
    field(key, Value::Scalar { cell, scalar, nullable: false })
}

/// An object with a field for each cell.
fn record(columns: &[(&str, ScalarType)]) -> Record {
    let fields = columns.iter().enumerate().map(|(cell, (key, ty))| scalar(key, cell, *ty));
    Record { cells: columns.len(), fields: fields.collect() }
}

fn list(key: &str, record: Record) -> Shape {
    Shape { cells: 0, fields: vec![field(key, Value::Rows { nullable: false, record })] }
}

/// As `record_send` does.
fn send<const CELLS: usize>(types: [CellType; CELLS], cells: [Cell; CELLS]) -> Vec<u8> {
    let mut bytes = (CELLS as i32).to_be_bytes().to_vec();
    for (ty, cell) in types.iter().zip(cells) {
        let data = cell.expect("the cell is not null");
        bytes.extend(ty.types()[0].oid().to_be_bytes());
        bytes.extend((data.len() as i32).to_be_bytes());
        bytes.extend(data);
    }
    bytes
}

fn int4(value: i32) -> Cell {
    Some(value.to_be_bytes().to_vec())
}

fn id(random: &mut Random) -> Cell {
    int4((random.next() % 500_000) as i32)
}

/// Words of about so many bytes together.
fn text(random: &mut Random, length: usize) -> Cell {
    const WORDS: [&str; 12] =
        ["the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "while", "it", "rains,"];
    let length = length * 3 / 4 + random.next() as usize % (length / 2);
    let mut text = String::new();
    while text.len() < length {
        text.push_str(WORDS[random.next() as usize % WORDS.len()]);
        text.push(' ');
    }
    Some(text.trim_end().as_bytes().to_vec())
}

/// A time of the last 20 years, to the microsecond.
fn instant(random: &mut Random) -> Cell {
    Some(((random.next() % (20 * 365 * 86_400_000_000)) as i64).to_be_bytes().to_vec())
}

/// A positive number by its digits in base 10,000.
fn numeric(digits: &[u16], weight: u16, scale: u16) -> Cell {
    let header = [digits.len() as u16, weight, 0, scale];
    Some(header.iter().chain(digits).flat_map(|part| part.to_be_bytes()).collect())
}

/// Numbers that are the same in each run: `xorshift64`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: u16) -> u16 {
        (self.next() % u64::from(limit)) as u16
    }
}
