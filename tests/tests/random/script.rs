//! A random schema with its rows → the SQL that puts them into a database.

use fastrand::Rng;
use onefold::catalog::ddl;
use onefold::sql::{identifier, qualified};

use super::schema::World;
use super::values::chance;

/// What empties a database and fills it with those rows that are there.
pub fn script(rng: &mut Rng, world: &World, is_here: impl Fn(usize, usize) -> bool) -> String {
    let mut script = String::from(
        "DROP SCHEMA IF EXISTS public, other CASCADE;\nCREATE SCHEMA public;\nALTER DATABASE DATABASE_NAME RESET ALL;\n",
    );
    // Rows come in the order of the list from any plan.
    for way in ["hashjoin", "mergejoin", "nestloop", "seqscan", "indexscan", "sort", "memoize"] {
        if chance(rng, 15) {
            script += &format!("ALTER DATABASE DATABASE_NAME SET enable_{way} = off;\n");
        }
    }
    // References may lead nowhere, as they may where no constraint sees the row.
    let tables = ddl(world.whole);
    let without_constraints = tables.lines().filter(|line| !line.contains(" ADD FOREIGN KEY "));
    script += &without_constraints.map(|line| format!("{line}\n")).collect::<String>();
    (0..world.schema.tables.len()).for_each(|table| script += &rows(world, table, |row| is_here(table, row)));
    if chance(rng, 50) {
        script += "ANALYZE;\n";
    }
    script
}

/// What fills a table with those of its rows that are there.
fn rows(world: &World, table: usize, is_here: impl Fn(usize) -> bool) -> String {
    insert(world, table, is_here, |_| true)
}

/// `INSERT INTO "order" (c0, c1) VALUES (1, NULL), (2, 'a');` with some of the rows and columns; nothing without rows.
pub fn insert(
    world: &World,
    table: usize,
    is_here: impl Fn(usize) -> bool,
    is_shown: impl Fn(usize) -> bool,
) -> String {
    let definition = world.schema.tables[table];
    let columns: Vec<usize> = (0..definition.columns.len()).filter(|column| is_shown(*column)).collect();
    let names: Vec<_> = columns.iter().map(|column| identifier(definition.columns[*column].column)).collect();
    let of_row = |row: usize| {
        let value = |column: &usize| match world.rows[table][row].values[*column] {
            Some(value) => world.domain(table, *column).values[value].sql.clone(),
            None => "NULL".to_owned(),
        };
        format!("({})", columns.iter().map(value).collect::<Vec<_>>().join(", "))
    };
    let here = (0..world.rows[table].len()).filter(|row| is_here(*row));
    let rows: Vec<String> = here.map(of_row).collect();
    if rows.is_empty() {
        return String::new();
    }
    let name = qualified(definition.schema, definition.table);
    format!("INSERT INTO {name} ({}) VALUES\n{};\n", names.join(", "), rows.join(",\n"))
}
