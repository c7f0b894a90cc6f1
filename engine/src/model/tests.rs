//! Names that are taken by some field, and ids that would be alike.

use onefold_schema::ScalarType;

use super::*;

fn table(name: String) -> &'static TableDef {
    let name: &'static str = name.leak();
    let id = ColumnDef {
        name: "id",
        column: "id",
        scalar: ScalarType::Int4,
        nullable: false,
        description: None,
        deprecation: None,
        hidden: false,
        computed: None,
    };
    Box::leak(Box::new(TableDef {
        name,
        kind: TableKind::Table,
        singular: name,
        plural: format!("{name}s").leak(),
        schema: None,
        table: name,
        description: None,
        columns: Vec::leak(vec![id]),
        key: &[0],
        relations: &[],
        functions: &[],
        placement: Placement::Reference,
        default_limit: None,
        max_limit: None,
    }))
}

/// Names with one hash are looked for until there are two, which are some ten thousands.
#[test]
fn tables_with_the_same_ids_are_a_mistake() {
    let mut seen = HashMap::new();
    let (first, second) = (0..)
        .find_map(|second| {
            let fingerprint = cursor::fingerprint(&format!("T{second} with id"));
            seen.insert(fingerprint, second).map(|first: i32| (first, second))
        })
        .expect("there are more names than hashes");
    let tables = Vec::leak(vec![table(format!("T{first}")), table(format!("T{second}"))]);
    let schema = Box::leak(Box::new(SchemaDef {
        name: "Alike",
        description: None,
        tables,
        functions: &[],
        abstract_types: &[],
    }));
    let errors = Model::new(schema, &Config::default()).expect_err("their ids are the same");
    let expected = format!(
        "the tables `T{first}` and `T{second}` would have the same global ids; rename one by \
         `#[table(graphql = \"…\")]`"
    );
    assert_eq!(errors.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
}
