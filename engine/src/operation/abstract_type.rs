//! Lists of rows of an interface or a union → a list of the rows of each table, whose arguments are the same.

use apollo_compiler::Node;
use apollo_compiler::executable::Field as Selected;

use super::collect::{Collector, Guarded};
use super::{Limit, List, Operand, OperandKind, Selection};
use crate::model::AbstractTypeId;

impl<'a> Collector<'a> {
    /// The rows of all tables of an interface or a union.
    pub(super) fn members(
        &mut self,
        id: AbstractTypeId,
        field: &'a Node<Selected>,
        sets: &[Guarded<'a>],
    ) -> Selection {
        let of = self.model.abstract_type(id);
        let member = |&table| {
            let definition = self.model.table(table);
            let arguments = self.arguments(field, |typing| {
                typing.shared = Some(of.def.name);
                typing.list(definition, &field.arguments)
            });
            List {
                relation: None,
                call: None,
                table,
                filter: arguments.filter,
                order: arguments.order,
                // The smallest page of the tables is that of all of them.
                limit: match arguments.limit {
                    Limit::Default(_) => Limit::Default(of.default_limit),
                    Limit::Given(Operand { source, .. }) => {
                        let kind = OperandKind::Rows { max: Some(of.max_limit) };
                        Limit::Given(Operand { source, kind })
                    }
                },
                offset: arguments.offset,
                distinct_on: Vec::new(),
                max_depth: None,
                fields: self.object(table, sets.to_vec(), 2),
            }
        };
        Selection::Members(of.tables.iter().map(member).collect())
    }
}
