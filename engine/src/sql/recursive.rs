//! A recursive relation → the rows that it reaches, each with the number of steps that lead to it.
//!
//! It begins at the row that has the relation, reads that no more, and ends where it would come to a row again:
//!
//! ```sql
//! JOIN (
//!   WITH RECURSIVE team AS (
//!     SELECT employees.employee_id, 0 AS depth
//!     UNION ALL
//!     SELECT employee.employee_id, team.depth + 1
//!     FROM team
//!     JOIN employee ON employee.reports_to = team.employee_id
//!     WHERE team.depth < 32
//!   )
//!   CYCLE employee_id SET is_cycle USING path
//!   SELECT team.employee_id, team.depth
//!   FROM team
//!   WHERE team.depth > 0
//!     AND NOT team.is_cycle
//! ) AS reached ON reached.employee_id = employee.employee_id
//! ```

use onefold_schema::RelationKind;

use super::condition::Condition;
use super::identifier::identifier;
use super::join::Aliased;
use super::render;
use super::select::Lowering;
use crate::model::DEPTH;
use crate::plan::{Recursion, Select};

/// What the reached rows are called where they are joined to their table.
const REACHED: &str = "reached";

impl Lowering<'_> {
    /// A join that restricts `own` to the rows that a recursive relation reaches, and the column with the number of steps.
    pub(super) fn reached(
        &mut self,
        select: &Select,
        recursion: &Recursion,
        parent: &Aliased,
        relation: usize,
        own: &Aliased,
    ) -> (String, String) {
        let walk = self.scoped(|this| this.walk(select, recursion, parent, relation));
        let reached = self.alias(REACHED, select.table);
        let key = self.model.table(select.table).def.key;
        let same = self.equal(&reached, key, own, key);
        let source = format!("JOIN {} AS {}", render::subquery(&walk), identifier(&reached.alias));
        (same.join_clause(&source), format!("{}.{}", identifier(&reached.alias), self.depth(select)))
    }

    /// The column with the number of steps that lead to a row.
    pub(super) fn depth(&self, select: &Select) -> String {
        self.free_name(select.table, DEPTH)
    }

    /// The keys of the reached rows, and the steps.
    fn walk(&mut self, select: &Select, recursion: &Recursion, parent: &Aliased, relation: usize) -> String {
        let RelationKind::Recursive { from, to } =
            self.model.table(parent.table).relations[relation].def.kind
        else {
            unreachable!("`plan::lower` follows recursive relations only")
        };
        let def = self.model.table(select.table).def;
        let mut columns = def.key.to_vec();
        columns.extend(from.iter().filter(|column| !def.key.contains(column)));
        // It is a table of the statement, so it hides none.
        let walk = self.page_name(select);
        let [depth, is_cycle, path] =
            [DEPTH, "is_cycle", "path"].map(|wish| self.free_name(select.table, wish));

        let mut first: Vec<_> = columns.iter().map(|&column| self.column(parent, column)).collect();
        first.push(format!("0 AS {depth}"));
        let step = self.scoped(|this| {
            let next = this.alias(def.table, select.table);
            let pin = this.pin(&next, None);
            let on = Condition::all([this.equal(&next, to, &walk, from)].into_iter().chain(pin));
            let alias = identifier(&walk.alias);
            let mut items: Vec<_> = columns.iter().map(|&column| this.column(&next, column)).collect();
            items.push(format!("{alias}.{depth} + 1"));
            let lines = [
                render::select(&items),
                format!("FROM {alias}"),
                on.join_clause(&format!("JOIN {}", this.from(&next))),
                format!("WHERE {alias}.{depth} < {}", this.rows(&recursion.max_depth)),
            ];
            lines.join("\n")
        });
        let rows = format!("{}\nUNION ALL\n{step}", render::select(&first));

        let alias = identifier(&walk.alias);
        let names: Vec<_> = def.key.iter().map(|&column| identifier(def.columns[column].column)).collect();
        let mut items: Vec<_> = def.key.iter().map(|&column| self.column(&walk, column)).collect();
        items.push(format!("{alias}.{depth}"));
        let found = [format!("{alias}.{depth} > 0"), format!("NOT {alias}.{is_cycle}")];
        let lines = [
            format!("WITH RECURSIVE {alias} AS {}", render::subquery(&rows)),
            format!("CYCLE {} SET {is_cycle} USING {path}", names.join(", ")),
            render::select(&items),
            format!("FROM {alias}"),
            render::clause("WHERE", "AND", &found),
        ];
        lines.join("\n")
    }
}
