//! Random selections over a graph that is small enough to be walked: their GraphQL, and what they must give.

use std::cmp::Ordering;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Nodes 1 to this one; a third of a node's number is that of its parent.
pub const NODES: i32 = 40;

/// Response keys that a statement may want for itself, and names that Postgres would cut to the same 63 bytes.
pub const KEYS: [&str; 21] = [
    "select",
    "order",
    "record",
    "order_1",
    "node",
    "nodes",
    "parent",
    "children",
    "peers",
    "edge",
    "node_2",
    "A",
    "a",
    "_",
    "id",
    "string_agg",
    "record_send",
    "key_1",
    "row",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx1",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx2",
];

/// The script that fills the tables.
pub fn rows() -> String {
    let nodes = (1..=NODES).map(|id| match parent(id) {
        Some(parent) => format!("({id}, {parent}, '{}')", text(id)),
        None => format!("({id}, NULL, '{}')", text(id)),
    });
    let edges = edges().enumerate().map(|(i, (from, to))| format!("({i}, {from}, {to})"));
    format!(
        "INSERT INTO node VALUES {}; INSERT INTO edge VALUES {};
         INSERT INTO pair SELECT DISTINCT to_id, from_id FROM edge;",
        nodes.collect::<Vec<_>>().join(", "),
        edges.collect::<Vec<_>>().join(", ")
    )
}

fn parent(id: i32) -> Option<i32> {
    Some(id / 3).filter(|parent| *parent > 0)
}

fn text(id: i32) -> String {
    (id % 4).to_string()
}

fn edges() -> impl Iterator<Item = (i32, i32)> {
    // Every pair of even nodes twice.
    (1..=NODES).flat_map(|from| {
        let to = from * 7 % NODES + 1;
        [(from, to), (from, from % 5 + 1), (from, if from % 2 == 0 { to } else { from })]
    })
}

/// One field of a selection set.
#[derive(Debug, Clone)]
pub struct Field {
    /// A place in [`KEYS`], moved on while the key is taken.
    key: usize,
    /// `@include` or `@skip` by one of the variables.
    condition: Option<(bool, usize)>,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    Id,
    Text,
    Typename,
    Parent(Vec<Field>),
    List(Relation, Page, Vec<Field>),
}

#[derive(Debug, Clone, Copy)]
enum Relation {
    Children,
    Peers,
    /// The same as children, read at once for all rows around them.
    Offspring,
    /// The same as peers, read so.
    Friends,
}

impl Relation {
    fn name(self) -> &'static str {
        match self {
            Relation::Children => "children",
            Relation::Peers => "peers",
            Relation::Offspring => "offspring",
            Relation::Friends => "friends",
        }
    }

    fn ids(self, id: i32) -> Vec<i32> {
        match self {
            Relation::Children | Relation::Offspring => children(id),
            Relation::Peers | Relation::Friends => peers(id),
        }
    }
}

/// The arguments of a list: choices of where and order, then limit and offset.
#[derive(Debug, Clone)]
struct Page {
    filter: usize,
    order: usize,
    limit: Option<usize>,
    offset: Option<usize>,
}

const FILTERS: [&str; 5] = [
    "",
    "where: {id: {gt: 10}}, ",
    "where: {parent: {id: {lt: 5}}}, ",
    "where: {children: {some: {order1: {ne: \"1\"}}}}, ",
    "where: {not: {peers: {every: {id: {gte: 10}}}}}, ",
];

const ORDERS: [&str; 4] = [
    "",
    "orderBy: {order1: DESC}, ",
    "orderBy: [{parent: {order1: ASC}}, {id: DESC}], ",
    "orderBy: [{parent: {parent: {order1: DESC_NULLS_LAST}}}, {parent: {id: ASC_NULLS_FIRST}}, {order1: ASC}], ",
];

/// The fields of `Query`: lists of nodes, and nodes by their keys.
#[derive(Debug, Clone)]
pub struct Root {
    key: usize,
    condition: Option<(bool, usize)>,
    /// One node, or a page of them.
    of: Result<i32, Page>,
    fields: Vec<Field>,
}

/// Random root fields.
pub fn roots() -> impl Strategy<Value = Vec<Root>> {
    let of = prop_oneof![2 => page().prop_map(Err), 1 => (1..=NODES + 2).prop_map(Ok)];
    let root = (0..KEYS.len(), condition(), of, fields());
    vec(root.prop_map(|(key, condition, of, fields)| Root { key, condition, of, fields }), 1..4)
}

fn condition() -> impl Strategy<Value = Option<(bool, usize)>> {
    option::weighted(0.25, (any::<bool>(), 0..VARIABLES))
}

/// `$v0`, `$v1`, …: all are Booleans.
pub const VARIABLES: usize = 3;

fn page() -> impl Strategy<Value = Page> {
    let page = (0..FILTERS.len(), 0..ORDERS.len(), option::of(0..6usize), option::weighted(0.3, 0..3usize));
    page.prop_map(|(filter, order, limit, offset)| Page { filter, order, limit, offset })
}

fn fields() -> impl Strategy<Value = Vec<Field>> {
    let field = |what: BoxedStrategy<What>| {
        (0..KEYS.len(), condition(), what).prop_map(|(key, condition, what)| Field { key, condition, what })
    };
    let leaf = field(prop_oneof![Just(What::Id), Just(What::Text), Just(What::Typename)].boxed());
    let tree = leaf.prop_recursive(5, 20, 3, move |inner| {
        let inner = vec(inner, 1..4);
        let relation = prop_oneof![
            1 => Just(Relation::Children),
            1 => Just(Relation::Peers),
            2 => Just(Relation::Offspring),
            2 => Just(Relation::Friends),
        ];
        let list = (relation, page(), inner.clone())
            .prop_map(|(relation, page, fields)| What::List(relation, page, fields));
        field(prop_oneof![1 => inner.prop_map(What::Parent), 2 => list].boxed())
    });
    vec(tree, 1..4)
}

/// The document, with the variables that its conditions need.
pub fn document(roots: &[Root]) -> String {
    let mut text = String::new();
    for (root, key) in roots.iter().zip(keys(roots.iter().map(|root| root.key))) {
        let field = match &root.of {
            Ok(id) => format!("node(id: {id})"),
            Err(page) => format!("nodes{}", arguments(page)),
        };
        text += &format!("{key}: {field}{} {}\n", directive(root.condition), set(&root.fields));
    }
    let used = (0..VARIABLES).map(|i| format!("$v{i}")).filter(|name| text.contains(name));
    let declared: Vec<_> = used.map(|name| format!("{name}: Boolean!")).collect();
    let variables = if declared.is_empty() { String::new() } else { format!("({})", declared.join(", ")) };
    format!("query{variables} {{\n{text}}}")
}

fn set(fields: &[Field]) -> String {
    let fields = fields.iter().zip(keys(fields.iter().map(|field| field.key))).map(|(field, key)| {
        let condition = directive(field.condition);
        match &field.what {
            What::Id => format!("{key}: id{condition}"),
            What::Text => format!("{key}: order1{condition}"),
            What::Typename => format!("{key}: __typename{condition}"),
            What::Parent(fields) => format!("{key}: parent{condition} {}", set(fields)),
            What::List(relation, page, fields) => {
                format!("{key}: {}{}{condition} {}", relation.name(), arguments(page), set(fields))
            }
        }
    });
    format!("{{ {} }}", fields.collect::<Vec<_>>().join(" "))
}

fn arguments(page: &Page) -> String {
    let mut text = format!("{}{}", FILTERS[page.filter], ORDERS[page.order]);
    text += &page.limit.map(|limit| format!("limit: {limit}, ")).unwrap_or_default();
    text += &page.offset.map(|offset| format!("offset: {offset}, ")).unwrap_or_default();
    if text.is_empty() { text } else { format!("({})", text.trim_end_matches(", ")) }
}

fn directive(condition: Option<(bool, usize)>) -> String {
    match condition {
        None => String::new(),
        Some((true, variable)) => format!(" @include(if: $v{variable})"),
        Some((false, variable)) => format!(" @skip(if: $v{variable})"),
    }
}

/// A different key for each field.
fn keys(wishes: impl Iterator<Item = usize>) -> Vec<&'static str> {
    let mut taken = Vec::new();
    for mut wish in wishes {
        while taken.contains(&wish) {
            wish = (wish + 1) % KEYS.len();
        }
        taken.push(wish);
    }
    taken.into_iter().map(|key| KEYS[key]).collect()
}

/// The `data` of the response.
pub fn data(roots: &[Root], variables: [bool; VARIABLES]) -> Value {
    let mut data = Map::new();
    for (root, key) in roots.iter().zip(keys(roots.iter().map(|root| root.key))) {
        if !holds(root.condition, variables) {
            continue;
        }
        let value = match &root.of {
            Ok(id) if (1..=NODES).contains(id) => object(&root.fields, *id, variables),
            Ok(_) => Value::Null,
            Err(page) => list((1..=NODES).collect(), page, &root.fields, variables),
        };
        data.insert(key.into(), value);
    }
    data.into()
}

fn object(fields: &[Field], id: i32, variables: [bool; VARIABLES]) -> Value {
    let mut object = Map::new();
    for (field, key) in fields.iter().zip(keys(fields.iter().map(|field| field.key))) {
        if !holds(field.condition, variables) {
            continue;
        }
        let value = match &field.what {
            What::Id => json!(id),
            What::Text => json!(text(id)),
            What::Typename => json!("Node"),
            What::Parent(fields) => {
                parent(id).map_or(Value::Null, |parent| self::object(fields, parent, variables))
            }
            What::List(relation, page, fields) => list(relation.ids(id), page, fields, variables),
        };
        object.insert(key.into(), value);
    }
    object.into()
}

fn holds(condition: Option<(bool, usize)>, variables: [bool; VARIABLES]) -> bool {
    condition.is_none_or(|(include, variable)| variables[variable] == include)
}

fn children(id: i32) -> Vec<i32> {
    (1..=NODES).filter(|child| parent(*child) == Some(id)).collect()
}

fn peers(id: i32) -> Vec<i32> {
    (1..=NODES).filter(|peer| edges().any(|edge| edge == (id, *peer))).collect()
}

fn list(mut ids: Vec<i32>, page: &Page, fields: &[Field], variables: [bool; VARIABLES]) -> Value {
    ids.retain(|&id| match page.filter {
        0 => true,
        1 => id > 10,
        2 => parent(id).is_some_and(|parent| parent < 5),
        3 => children(id).into_iter().any(|child| text(child) != "1"),
        _ => peers(id).into_iter().any(|peer| peer < 10),
    });
    ids.sort_by(|&a, &b| compare(page.order, a, b).then(a.cmp(&b)));
    let page = ids.into_iter().skip(page.offset.unwrap_or(0)).take(page.limit.unwrap_or(100));
    page.map(|id| object(fields, id, variables)).collect()
}

fn compare(order: usize, a: i32, b: i32) -> Ordering {
    // `None` is less than `Some`: that is nulls first when ascending.
    let grand = |id: i32| parent(id).and_then(parent).map(text);
    match order {
        0 => Ordering::Equal,
        1 => text(b).cmp(&text(a)),
        2 => {
            let key = |id: i32| (parent(id).is_none(), parent(id).map(text));
            key(a).cmp(&key(b)).then(b.cmp(&a))
        }
        _ => grand(b).cmp(&grand(a)).then(parent(a).cmp(&parent(b))).then(text(a).cmp(&text(b))),
    }
}
