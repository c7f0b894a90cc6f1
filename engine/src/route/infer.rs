//! Selections → routes: what arguments say of the shard.

use onefold_schema::{Locality, Placement, RelationKind};

use super::{Error, Route, SlotOf};
use crate::model::{Model, Relation, TableId};
use crate::operation::{Filter, Operand, OperandKind, Operator, Quantifier};
use crate::plan::{Select, Source};

/// The route of a root field.
pub(super) fn root(model: &Model, select: &Select, may_scatter: bool) -> Result<Route, Error> {
    if !select.variants.is_empty() {
        return variants(model, select);
    }
    let def = model.table(select.table).def;
    let shard_key = match def.placement {
        Placement::Reference => return Ok(Route::Any),
        Placement::Shard(name) => return Ok(Route::Shard(name)),
        Placement::Sharded(shard_key) => shard_key,
    };
    let slot_in = model.table(select.table).slot_in;
    let found = match &select.source {
        Source::Key(key) => {
            let operand = |wanted: usize| def.key.iter().zip(key).find(|(column, _)| **column == wanted);
            let by_key = operand(shard_key.column).map(|(_, operand)| (operand, SlotOf::Key));
            let by_id = || operand(slot_in?).map(|(_, operand)| (operand, SlotOf::Id));
            let found = by_key.or_else(by_id).map(|(operand, slot)| Route::Key(operand.clone(), slot));
            // A global id says the shard key besides.
            found.or_else(|| by_filter(model, select.table, &select.filter))
        }
        _ => by_filter(model, select.table, &select.filter),
    };
    let (field, table, column) = (select.key.clone(), def.name, def.columns[shard_key.column].name);
    if select.aggregate.is_some() && !found.as_ref().is_some_and(Route::is_single) {
        return Err(Error::Aggregate { field, column });
    }
    if let Some(route) = found {
        return Ok(route);
    }
    if may_scatter || shard_key.scatter {
        return Ok(Route::All);
    }
    Err(match select.source {
        Source::Key(_) => Error::KeyWithoutShard { field, table, column },
        _ => Error::NoKey { field, table, column },
    })
}

/// The route of a list of rows of several tables: the one that all of them have. They are put together by Postgres, so there is
/// none where they are on several shards.
fn variants(model: &Model, select: &Select) -> Result<Route, Error> {
    let mut common = Route::Any;
    for variant in &select.variants {
        let route = match variant.source {
            // Each id may be on another shard.
            Source::Ids { .. } if model.table(variant.table).def.placement.shard_key().is_some() => None,
            _ => root(model, variant, false).ok().filter(Route::is_single),
        };
        match route {
            Some(Route::Any) if !variant.has_remote() => {}
            Some(route) if !variant.has_remote() && (common == Route::Any || common == route) => {
                common = route
            }
            _ => {
                let table = model.table(variant.table).def.name;
                let by_ids = matches!(variant.source, Source::Ids { .. });
                return Err(Error::Variants { field: select.key.clone(), table, by_ids });
            }
        }
    }
    Ok(common)
}

/// What a filter on a sharded table says of the shard, the narrowest first.
fn by_filter(model: &Model, table: TableId, filter: &Filter) -> Option<Route> {
    let shard_key = model.table(table).def.placement.shard_key()?;
    by_column(model, table, filter, shard_key.column, SlotOf::Key)
        .or_else(|| by_column(model, table, filter, model.table(table).slot_in?, SlotOf::Id))
}

/// What a filter says that a column must equal: one value, or else one of several.
fn by_column(model: &Model, table: TableId, filter: &Filter, wanted: usize, slot: SlotOf) -> Option<Route> {
    match filter {
        Filter::And(filters) => {
            let mut routes = filters.iter().filter_map(|term| by_column(model, table, term, wanted, slot));
            let first = routes.next()?;
            if first.is_single() { Some(first) } else { Some(routes.find(Route::is_single).unwrap_or(first)) }
        }
        Filter::Compare { column, operator: Operator::Eq, operand } if *column == wanted => {
            Some(Route::Key(operand.clone(), slot))
        }
        Filter::Compare { column, operator: Operator::In, operand } if *column == wanted => {
            Some(Route::Keys(operand.clone(), slot))
        }
        // A relation to one with the same shard key: what holds for its key holds for this one.
        Filter::Related { relation, quantifier: Quantifier::Some, filter } if slot == SlotOf::Key => {
            let relation = &model.table(table).relations[*relation];
            let theirs = shared(relation, wanted)?;
            by_column(model, relation.target, filter, theirs, slot)
        }
        _ => None,
    }
}

/// Has each shard be sent its own of the keys that a route is by, where they are compared. Elsewhere in the statement the
/// same list stays whole, as there it is not compared with what says the shard.
pub(super) fn divide(model: &Model, select: &mut Select, route: Route) -> Route {
    let Route::Keys(operand, slot) = &route else { return route };
    let table = model.table(select.table);
    let column = match slot {
        SlotOf::Key => table.def.placement.shard_key().map(|key| key.column),
        SlotOf::Id => table.slot_in,
    };
    let (operand, slot) = (operand.clone(), *slot);
    let compared =
        column.and_then(|column| compared(model, select.table, &mut select.filter, column, slot, &operand));
    let (Some(compared), OperandKind::List(scalar)) = (compared, &operand.kind) else {
        unreachable!("a route by several keys is that of a list that is compared")
    };
    compared.kind = OperandKind::Keys(*scalar);
    Route::Keys(compared.clone(), slot)
}

/// The place where a filter compares a column with a list, as [`by_column`] finds it.
fn compared<'f>(
    model: &Model,
    table: TableId,
    filter: &'f mut Filter,
    wanted: usize,
    slot: SlotOf,
    list: &Operand,
) -> Option<&'f mut Operand> {
    match filter {
        Filter::And(filters) => {
            filters.iter_mut().find_map(|term| compared(model, table, term, wanted, slot, list))
        }
        Filter::Compare { column, operator: Operator::In, operand }
            if *column == wanted && operand == list =>
        {
            Some(operand)
        }
        Filter::Related { relation, quantifier: Quantifier::Some, filter } if slot == SlotOf::Key => {
            let relation = &model.table(table).relations[*relation];
            let theirs = shared(relation, wanted)?;
            compared(model, relation.target, filter, theirs, slot, list)
        }
        _ => None,
    }
}

/// The column of the target that equals one of a row's own, of a relation to one that stays on its shard.
fn shared(relation: &Relation, wanted: usize) -> Option<usize> {
    match relation.def.kind {
        RelationKind::One { from, to, .. } if relation.locality == Locality::Local => {
            from.iter().position(|column| *column == wanted).map(|position| to[position])
        }
        _ => None,
    }
}

/// The route of rows that are related to rows of other shards.
pub(super) fn related(model: &Model, table: TableId, relation: usize) -> Route {
    let relation = &model.table(table).relations[relation];
    // The table whose columns equal those of the rows, and these columns.
    let (near, columns) = match (&relation.def.kind, relation.join) {
        (RelationKind::Through { join_from, .. }, Some(join)) => (join, *join_from),
        (
            RelationKind::One { to, .. } | RelationKind::Many { to, .. } | RelationKind::Recursive { to, .. },
            _,
        ) => (relation.target, *to),
        (RelationKind::Through { .. }, None) => unreachable!("`Model::new` resolves join tables"),
    };
    match model.table(near).def.placement {
        Placement::Reference => Route::Any,
        Placement::Shard(name) => Route::Shard(name),
        Placement::Sharded(shard_key) => {
            let position = |wanted: usize| columns.iter().position(|column| *column == wanted);
            let by_key = position(shard_key.column).map(|position| Route::Related(position, SlotOf::Key));
            let by_id =
                || position(model.table(near).slot_in?).map(|position| Route::Related(position, SlotOf::Id));
            by_key.or_else(by_id).unwrap_or(Route::All)
        }
    }
}
