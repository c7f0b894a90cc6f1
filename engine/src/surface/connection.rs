//! Connections → SDL, by the Relay specification.
//!
//! <https://relay.dev/graphql/connections.htm>

use onefold_schema::{ArgumentDef, Deprecation};

use super::sdl::{Sdl, deprecated};
use crate::model::{CONNECTION, Model, Table};

impl Sdl {
    /// A connection with its arguments; one that is not certain may be null, because the shard that has it is away.
    pub(super) fn connection_field(
        &mut self,
        list: &str,
        arguments: &[ArgumentDef],
        table: &Table,
        is_certain: bool,
        deprecation: Option<Deprecation>,
    ) {
        let name = table.def.name;
        self.line(1, &format!("{list}{CONNECTION}("));
        self.arguments(arguments);
        let sizes = format!("{} unless told, {} at most", table.default_limit, table.max_limit);
        self.description(2, Some(&format!("How many rows from the start: {sizes}.")));
        self.line(2, "first: Int");
        self.description(2, Some("Only rows behind the one with this cursor."));
        self.line(2, "after: String");
        self.description(2, Some(&format!("How many rows from the end, instead of `first`: {sizes}.")));
        self.line(2, "last: Int");
        self.description(2, Some("Only rows before the one with this cursor."));
        self.line(2, "before: String");
        self.which_rows(name);
        let bang = if is_certain { "!" } else { "" };
        self.line(1, &format!("): {name}{CONNECTION}{bang}{}", deprecated(deprecation)));
    }

    /// The types of all connections.
    pub(super) fn connections(&mut self, model: &Model) {
        for (_, table) in model.tables().filter(|(_, table)| table.has_visible_key()) {
            let name = table.def.name;
            self.description(0, Some(&format!("A page of rows of `{name}`.")));
            self.line(0, &format!("type {name}{CONNECTION} {{"));
            self.description(1, Some("The rows, each with its cursor."));
            self.line(1, &format!("edges: [{name}Edge!]!"));
            self.description(1, Some("The rows themselves."));
            self.line(1, &format!("nodes: [{name}!]!"));
            self.description(1, Some("Where the page is."));
            self.line(1, "pageInfo: PageInfo!");
            self.description(
                1,
                Some("How many rows there are on all pages; counted only when it is selected."),
            );
            self.line(1, "totalCount: Int!");
            self.line(0, "}\n");
            self.description(0, Some(&format!("A row of `{name}` on a page.")));
            self.line(0, &format!("type {name}Edge {{"));
            self.description(1, Some("The place of the row in the order: what `after` and `before` take."));
            self.line(1, "cursor: String!");
            self.description(1, Some("The row."));
            self.line(1, &format!("node: {name}!"));
            self.line(0, "}\n");
        }
        self.description(0, Some("Where a page is among the others."));
        self.line(0, "type PageInfo {");
        self.description(1, Some("Whether there are rows behind the page."));
        self.line(1, "hasNextPage: Boolean!");
        self.description(1, Some("Whether there are rows before the page."));
        self.line(1, "hasPreviousPage: Boolean!");
        self.description(1, Some("The cursor of the first row; null when there is none."));
        self.line(1, "startCursor: String");
        self.description(1, Some("The cursor of the last row; null when there is none."));
        self.line(1, "endCursor: String");
        self.line(0, "}\n");
    }
}
