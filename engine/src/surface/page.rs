//! What the lists of tables, and of interfaces and unions, have in common → SDL.

use super::sdl::Sdl;

impl Sdl {
    /// How many rows of a list.
    pub(super) fn page(&mut self, default: u32, max: u32) {
        self.description(2, Some(&format!("How many rows; {default} unless told, {max} at most.")));
        self.line(2, "limit: Int");
        self.description(2, Some("How many rows to pass over first."));
        self.line(2, "offset: Int");
    }

    /// How the input begins that says which rows.
    pub(super) fn filter_head(&mut self, name: &str) {
        self.description(
            0,
            Some(&format!("Which rows of `{name}`: all conditions that are given must hold.")),
        );
        self.line(0, &format!("input {name}Where {{"));
        self.description(1, Some("All of these hold; true when the list is empty."));
        self.line(1, &format!("and: [{name}Where!]"));
        self.description(1, Some("One of these holds; false when the list is empty."));
        self.line(1, &format!("or: [{name}Where!]"));
        self.description(1, Some("This does not hold."));
        self.line(1, &format!("not: {name}Where"));
    }

    /// How the input begins that says in which order.
    pub(super) fn order_head(&mut self, name: &str) {
        self.description(0, Some(&format!("By what to order rows of `{name}`: just one field.")));
        self.line(0, &format!("input {name}OrderBy @oneOf {{"));
    }
}
