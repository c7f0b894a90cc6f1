//! Global ids → SDL.
//!
//! <https://relay.dev/graphql/objectidentification.htm>; the field of the interface is not `id`, as many tables have a column
//! of that name.

use super::sdl::Sdl;
use crate::model::{NODE, NODE_ID, NODE_INTERFACE};

impl Sdl {
    /// The field of `Query`.
    pub(super) fn node_field(&mut self) {
        self.description(1, Some("The row with this global id, or null."));
        self.line(1, &format!("{NODE}("));
        self.description(2, Some("What a row says as `nodeId`."));
        self.line(2, "id: ID!");
        self.line(1, &format!("): {NODE_INTERFACE}"));
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
