//! Global ids → SDL.
//!
//! <https://relay.dev/graphql/objectidentification.htm>; the field of the interface is not `id`, as many tables have a column
//! of that name.

use super::sdl::Sdl;
use crate::model::{NODE, NODE_ID, NODE_INTERFACE, NODES};

impl Sdl {
    /// The field of `Query`.
    pub(super) fn node_field(&mut self) {
        self.description(1, Some("The row with this global id, or null."));
        self.line(1, &format!("{NODE}("));
        self.description(2, Some("What a row says as `nodeId`."));
        self.line(2, "id: ID!");
        self.line(1, &format!("): {NODE_INTERFACE}"));
    }

    /// The field of `Query` for several ids; a list that is not certain may be null, because the shard that has it is away.
    pub(super) fn nodes_field(&mut self, is_certain: bool) {
        self.description(
            1,
            Some("The rows with these global ids, in their order; null for each that there is not."),
        );
        self.line(1, &format!("{NODES}("));
        self.description(2, Some("What rows say as `nodeId`."));
        self.line(2, "ids: [ID!]!");
        let bang = if is_certain { "!" } else { "" };
        self.line(1, &format!("): [{NODE_INTERFACE}]{bang}"));
    }

    /// The interface of all tables.
    pub(super) fn node_interface(&mut self) {
        self.description(0, Some("A row of any table."));
        self.line(0, &format!("interface {NODE_INTERFACE} {{"));
        self.node_id();
        self.line(0, "}\n");
    }

    /// The field with the global id.
    pub(super) fn node_id(&mut self) {
        self.description(1, Some("Identifies the row among those of all tables: what `node` takes."));
        self.line(1, &format!("{NODE_ID}: ID!"));
    }
}
