//! A connection page by page to its end, forward and backward: every row once, in one order.

use fastrand::Rng;
use serde_json::{Value, json};

use super::answer::Answer;
use super::execute::execute;
use super::rig::Rig;
use super::tokens::Tokens;
use super::{Case, check};
use crate::random::document::{Field, Input, Operation, Selection};
use crate::random::mode::Mode;
use crate::random::operation;
use crate::random::schema::World;
use crate::random::values::chance;

/// More rows than any table has.
const ALL: i32 = 1_000;

/// Pages through a random connection of a root field or of a row whose id was seen.
///
/// # Errors
/// The operation of a page that is answered otherwise than the rows in hand say.
///
/// # Panics
/// The pages together are not all rows.
pub async fn walk(rng: &mut Rng, rig: &Rig, world: &World, tokens: &mut Tokens) -> Result<usize, Box<Case>> {
    let ids: Vec<_> = tokens.seen_ids.iter().map(|id| (tokens.id_of[id].0, id.as_str())).collect();
    let connection = operation::connection(rng, world, &ids);
    let of_page = |page: Vec<(String, Input)>| {
        let mut operation = connection.clone();
        innermost(&mut operation).arguments.extend(page);
        operation
    };
    let all = rows(rig, tokens, &of_page(vec![argument("first", ALL)]));
    let mode = if chance(rng, 10) { Mode::Compiled } else { Mode::Interpreted };
    for backward in [false, true] {
        let (size, from, more, end) = match backward {
            false => ("first", "after", "hasNextPage", "endCursor"),
            true => ("last", "before", "hasPreviousPage", "startCursor"),
        };
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let mut page = vec![argument(size, rng.i32(1..8))];
            page.extend(cursor.map(|cursor: Value| (from.to_owned(), Input::Json(cursor))));
            let operation = of_page(page);
            let case = Case { operation, mode };
            let response = rig.answer(&case.request(), mode).await;
            if check(rig, &case, &response, tokens).is_err() {
                return Err(Box::new(case));
            }
            let of_page = rows(rig, tokens, &case.operation);
            match backward {
                false => seen.extend(of_page),
                true => drop(seen.splice(0..0, of_page)),
            }
            let response: Value = serde_json::from_str(&response).expect("it was read before");
            let info = page_info(&response["data"]).unwrap_or(&Value::Null);
            if info[more] != json!(true) {
                break;
            }
            assert!(seen.len() <= all.len(), "paging {} does not end", case.operation.text());
            cursor = Some(info[end].clone());
        }
        let text = connection.text();
        assert_eq!(seen, all, "the pages of {text} are not its rows, backward: {backward}");
    }
    Ok(all.len())
}

fn argument(name: &str, number: i32) -> (String, Input) {
    (name.to_owned(), Input::Json(number.into()))
}

/// The field at the end of the only path: the connection, below which nothing has arguments.
fn innermost(operation: &mut Operation) -> &mut Field {
    fn of(selection: &mut Selection) -> &mut Field {
        match selection {
            Selection::Field(field) => match field.name.as_str() {
                "node" => of(&mut field.selections[0]),
                _ => field,
            },
            Selection::Fragment(fragment) => of(&mut fragment.selections[0]),
        }
    }
    of(&mut operation.roots[0])
}

/// The positions of the rows that an operation finds.
fn rows(rig: &Rig, tokens: &Tokens, operation: &Operation) -> Vec<usize> {
    fn collect(answer: &Answer, rows: &mut Vec<usize>) {
        match answer {
            Answer::Id(_, row) => rows.push(*row),
            Answer::List(items) => items.iter().for_each(|item| collect(item, rows)),
            Answer::Object(fields) => fields.iter().for_each(|(_, field)| collect(field, rows)),
            _ => {}
        }
    }
    let expected = execute(rig.store(), tokens, &operation.text(), &operation.values());
    let mut found = Vec::new();
    collect(&expected.expect("its cursors are known").data, &mut found);
    found
}

fn page_info(value: &Value) -> Option<&Value> {
    let fields = value.as_object()?;
    fields.get("pageInfo").or_else(|| fields.values().find_map(page_info))
}
