//! Documents over small schemas, and the SQL that they become.

mod prelude {
    // These tests pass through all stages, as no stage itself does.
    pub use onefold::compile::Compiler;
    pub use onefold::config::Config;
    pub use onefold::prelude::*;
}

use prelude::*;
use serde_json::Map;

/// Tables whose names and columns come near to those that statements give.
mod shop {
    use super::prelude::*;

    #[derive(Enum)]
    #[pg(name = "position")]
    pub enum Position {
        Front,
    }

    #[derive(Table)]
    struct Item {
        #[key]
        item_id: i32,
        order_1: i32,
        position: Position,
        maker_id: Option<i32>,
        #[one(maker_id)]
        maker: Option<One<Maker>>,
        #[many(through(ItemLabel::item_id), to(ItemLabel::label_id))]
        labels: Many<Label>,
        #[many(through(ItemShelf::item_id), to(ItemShelf::shelf_id))]
        shelves: Many<Shelf>,
        #[many(LongNamed::item_id)]
        long: Many<LongNamed>,
    }

    #[derive(Table)]
    struct Maker {
        #[key]
        maker_id: i32,
        name: String,
        #[many(Item::maker_id)]
        items: Many<Item>,
        #[many(Part::maker_id)]
        #[relation(unindexed)]
        parts: Many<Part>,
    }

    /// Nothing has an index but the key.
    #[derive(Table)]
    struct Part {
        #[key]
        part_id: i32,
        maker_id: i32,
        number: String,
        #[one(maker_id)]
        maker: One<Maker>,
        #[many(number = Part::number)]
        #[relation(unindexed)]
        alike: Many<Part>,
    }

    #[derive(Table)]
    struct Label {
        #[key]
        label_id: i32,
    }

    #[derive(Table)]
    struct Shelf {
        #[key]
        shelf_id: i32,
    }

    /// A pair of an item and a label stands here once.
    #[derive(Table)]
    struct ItemLabel {
        #[key]
        item_id: i32,
        #[key]
        label_id: i32,
    }

    /// The key is of its own, so a pair may stand here several times.
    #[derive(Table)]
    struct ItemShelf {
        #[key]
        item_shelf_id: i32,
        item_id: i32,
        shelf_id: i32,
    }

    #[derive(Table)]
    #[table(name = "a_table_whose_name_is_as_long_as_postgres_lets_the_names_of_one")]
    struct LongNamed {
        #[key]
        long_id: i32,
        item_id: i32,
        before_id: Option<i32>,
        #[one(before_id)]
        before: Option<One<LongNamed>>,
    }

    #[derive(Schema)]
    #[schema(tables(Item, Maker, Label, Shelf, ItemLabel, ItemShelf, LongNamed, Part))]
    pub struct Shop;
}

/// Checks the SQL of a document; `expected` is indented by twelve columns.
fn check(document: &str, expected: &str) {
    let compiler = Compiler::new(shop::Shop::SCHEMA, Config::default()).unwrap();
    let statement = compiler.statements(document, None, &Map::new()).unwrap();
    let expected = expected.lines().map(|line| line.get(12..).unwrap_or_default()).collect::<Vec<_>>();
    let expected = expected.join("\n").trim().to_owned();
    assert!(statement == expected, "{document} becomes\n{statement}\nnot\n{expected}");
}

#[test]
fn aliases_hide_nothing() {
    check(
        "{ makers { name items { itemId } } }",
        r"
            SELECT
              makers.name,
              (
                SELECT string_agg(record_send(ROW(items.item_id)), ''::bytea)
                FROM (
                  SELECT item.item_id
                  FROM item
                  WHERE item.maker_id = makers.maker_id
                  ORDER BY item.item_id
                  LIMIT 100
                ) AS items
              ) AS items
            FROM (
              SELECT maker.maker_id, maker.name
              FROM maker
              ORDER BY maker.maker_id
              LIMIT 100
            ) AS makers
            ORDER BY makers.maker_id
        ",
    );
    check(
        r#"{ items(where: {maker: {items: {some: {maker: {name: {eq: "x"}}}}}}) { itemId } }"#,
        r"
            SELECT item.item_id
            FROM item
            WHERE EXISTS (
              SELECT 1
              FROM maker
              WHERE maker.maker_id = item.maker_id
                AND EXISTS (
                  SELECT 1
                  FROM item AS item_2
                  WHERE item_2.maker_id = maker.maker_id
                    AND EXISTS (
                      SELECT 1
                      FROM maker AS maker_2
                      WHERE maker_2.maker_id = item_2.maker_id
                        AND maker_2.name = $1::text
                    )
                )
            )
            ORDER BY item.item_id
            LIMIT 100
        ",
    );
}

#[test]
fn long_aliases_are_cut_before_they_are_numbered() {
    check(
        "{ longNameds(where: {before: {longId: {eq: 1}}}) { longId before { longId } } }",
        r"
            SELECT long_nameds.long_id, before.long_id
            FROM (
              SELECT
                a_table_whose_name_is_as_long_as_postgres_lets_the.long_id,
                a_table_whose_name_is_as_long_as_postgres_lets_the.before_id
              FROM a_table_whose_name_is_as_long_as_postgres_lets_the_names_of_one AS a_table_whose_name_is_as_long_as_postgres_lets_the
              WHERE EXISTS (
                SELECT 1
                FROM a_table_whose_name_is_as_long_as_postgres_lets_the_names_of_one AS a_table_whose_name_is_as_long_as_postgres_lets_the_2
                WHERE a_table_whose_name_is_as_long_as_postgres_lets_the_2.long_id = a_table_whose_name_is_as_long_as_postgres_lets_the.before_id
                  AND a_table_whose_name_is_as_long_as_postgres_lets_the_2.long_id = $1::int4
              )
              ORDER BY a_table_whose_name_is_as_long_as_postgres_lets_the.long_id
              LIMIT 100
            ) AS long_nameds
            LEFT JOIN a_table_whose_name_is_as_long_as_postgres_lets_the_names_of_one AS before
              ON before.long_id = long_nameds.before_id
            ORDER BY long_nameds.long_id
        ",
    );
}

#[test]
fn names_of_an_order_are_no_columns() {
    check(
        "{ items(orderBy: [{maker: {name: DESC}}, {order1: ASC}]) { maker { name } } }",
        r"
            SELECT maker.maker_id, maker.name
            FROM (
              SELECT item.item_id, item.order_1, item.maker_id, maker.name AS order_1_
              FROM item
              LEFT JOIN maker ON maker.maker_id = item.maker_id
              ORDER BY maker.name DESC, item.order_1, item.item_id
              LIMIT 100
            ) AS items
            LEFT JOIN maker ON maker.maker_id = items.maker_id
            ORDER BY items.order_1_ DESC, items.order_1, items.item_id
        ",
    );
}

#[test]
fn a_join_table_gives_each_row_once() {
    check(
        "{ items { labels { labelId } } }",
        r"
            SELECT
              (
                SELECT string_agg(record_send(ROW(labels.label_id)), ''::bytea)
                FROM (
                  SELECT label.label_id
                  FROM label
                  JOIN item_label ON item_label.label_id = label.label_id
                  WHERE item_label.item_id = items.item_id
                  ORDER BY label.label_id
                  LIMIT 100
                ) AS labels
              ) AS labels
            FROM (
              SELECT item.item_id
              FROM item
              ORDER BY item.item_id
              LIMIT 100
            ) AS items
            ORDER BY items.item_id
        ",
    );
    check(
        "{ items { shelves { shelfId } } }",
        r"
            SELECT
              (
                SELECT string_agg(record_send(ROW(shelves.shelf_id)), ''::bytea)
                FROM (
                  SELECT shelf.shelf_id
                  FROM shelf
                  WHERE EXISTS (
                    SELECT 1
                    FROM item_shelf
                    WHERE item_shelf.item_id = items.item_id
                      AND item_shelf.shelf_id = shelf.shelf_id
                  )
                  ORDER BY shelf.shelf_id
                  LIMIT 100
                ) AS shelves
              ) AS shelves
            FROM (
              SELECT item.item_id
              FROM item
              ORDER BY item.item_id
              LIMIT 100
            ) AS items
            ORDER BY items.item_id
        ",
    );
    check(
        "{ items(where: {labels: {some: {}}, shelves: {some: {}}}) { itemId } }",
        r"
            SELECT item.item_id
            FROM item
            WHERE EXISTS (
              SELECT 1
              FROM label
              JOIN item_label ON item_label.label_id = label.label_id
              WHERE item_label.item_id = item.item_id
            )
              AND EXISTS (
                SELECT 1
                FROM shelf
                WHERE EXISTS (
                  SELECT 1
                  FROM item_shelf
                  WHERE item_shelf.item_id = item.item_id
                    AND item_shelf.shelf_id = shelf.shelf_id
                )
              )
            ORDER BY item.item_id
            LIMIT 100
        ",
    );
}

#[test]
fn names_that_are_syntax_are_quoted() {
    check(
        "{ items(where: {position: {in: [FRONT]}}) { position } }",
        r#"
            SELECT item."position"::text
            FROM item
            WHERE item."position" = ANY ($1::text[]::"position"[])
            ORDER BY item.item_id
            LIMIT 100
        "#,
    );
}

#[test]
fn a_list_without_an_index_is_read_once_for_all_rows() {
    check(
        "{ makers { name parts(limit: 3, offset: 1) { number } } }",
        r"
            WITH makers AS (
              SELECT maker.maker_id, maker.name
              FROM maker
              ORDER BY maker.maker_id
              LIMIT 100
            )
            SELECT makers.name, parts.records AS parts
            FROM makers
            LEFT JOIN (
              SELECT
                parts.key_1,
                string_agg(record_send(ROW(parts.number)), ''::bytea ORDER BY parts.number_) AS records
              FROM (
                SELECT
                  part.number,
                  makers_2.maker_id AS key_1,
                  row_number() OVER (PARTITION BY makers_2.maker_id ORDER BY part.part_id) AS number_
                FROM part
                JOIN makers AS makers_2 ON part.maker_id = makers_2.maker_id
              ) AS parts
              WHERE parts.number_ > 1
                AND parts.number_ <= 4
              GROUP BY parts.key_1
            ) AS parts
              ON parts.key_1 = makers.maker_id
            ORDER BY makers.maker_id
        ",
    );
}

#[test]
fn a_single_row_reads_its_list_by_itself() {
    check(
        "{ makers(limit: 1) { parts { partId } } }",
        r"
            SELECT
              (
                SELECT string_agg(record_send(ROW(parts.part_id)), ''::bytea)
                FROM (
                  SELECT part.part_id
                  FROM part
                  WHERE part.maker_id = makers.maker_id
                  ORDER BY part.part_id
                  LIMIT 100
                ) AS parts
              ) AS parts
            FROM (
              SELECT maker.maker_id
              FROM maker
              ORDER BY maker.maker_id
              LIMIT 1
            ) AS makers
            ORDER BY makers.maker_id
        ",
    );
}

/// A page is read by its name, which would hide a table that is called so.
#[test]
fn a_page_that_is_named_hides_no_table() {
    check(
        "{ part: makers { parts { number } } }",
        r"
            WITH part_page AS (
              SELECT maker.maker_id
              FROM maker
              ORDER BY maker.maker_id
              LIMIT 100
            )
            SELECT parts.records AS parts
            FROM part_page
            LEFT JOIN (
              SELECT
                parts.key_1,
                string_agg(record_send(ROW(parts.number)), ''::bytea ORDER BY parts.number_) AS records
              FROM (
                SELECT
                  part.number,
                  part_page_2.maker_id AS key_1,
                  row_number() OVER (PARTITION BY part_page_2.maker_id ORDER BY part.part_id) AS number_
                FROM part
                JOIN part_page AS part_page_2 ON part.maker_id = part_page_2.maker_id
              ) AS parts
              WHERE parts.number_ <= 100
              GROUP BY parts.key_1
            ) AS parts
              ON parts.key_1 = part_page.maker_id
            ORDER BY part_page.maker_id
        ",
    );
}
