//! Filters → conditions.

use super::bind::Bind;
use super::render;
use super::select::{Aliased, Lowering};
use crate::operation::{Filter, Operand, OperandKind, Operator, Quantifier, Source};
use crate::value::SqlValue;

impl Lowering<'_> {
    /// The conditions that must all hold for a row of `own`.
    pub(super) fn filter(&mut self, own: &Aliased, filter: &Filter) -> Vec<String> {
        match filter {
            Filter::And(filters) => filters.iter().flat_map(|filter| self.filter(own, filter)).collect(),
            filter => vec![self.condition(own, filter)],
        }
    }

    fn condition(&mut self, own: &Aliased, filter: &Filter) -> String {
        match filter {
            Filter::And(filters) => self.all(own, filters, " AND ", "TRUE"),
            Filter::Or(filters) => self.all(own, filters, " OR ", "FALSE"),
            Filter::Not(filter) => format!("NOT ({})", self.condition(own, filter)),
            Filter::Compare { column, operator, operand } => {
                let column = self.column(own, *column);
                let value = self.bind(Bind::operand(operand.clone()));
                match operator {
                    Operator::Eq => format!("{column} = {value}"),
                    Operator::Ne => format!("{column} <> {value}"),
                    Operator::In => format!("{column} = ANY ({value})"),
                    Operator::NotIn => format!("{column} <> ALL ({value})"),
                    Operator::Lt => format!("{column} < {value}"),
                    Operator::Lte => format!("{column} <= {value}"),
                    Operator::Gt => format!("{column} > {value}"),
                    Operator::Gte => format!("{column} >= {value}"),
                    Operator::Like => format!("{column} LIKE {value}"),
                    Operator::Ilike => format!("{column} ILIKE {value}"),
                }
            }
            Filter::IsNull { column, operand } => {
                let column = self.column(own, *column);
                match operand {
                    Operand { source: Source::Constant(SqlValue::Bool(true)), .. } => {
                        format!("{column} IS NULL")
                    }
                    Operand { source: Source::Constant(SqlValue::Bool(false)), .. } => {
                        format!("{column} IS NOT NULL")
                    }
                    operand => {
                        debug_assert_eq!(operand.kind, OperandKind::Boolean);
                        format!("({column} IS NULL) = {}", self.bind(Bind::operand(operand.clone())))
                    }
                }
            }
            Filter::Related { relation, quantifier, filter } => {
                let exists = self.exists(own, *relation, |this, related| match quantifier {
                    // Null is not true: a row for which the condition is unknown is unlike the others.
                    Quantifier::Every => vec![format!("({}) IS NOT TRUE", this.condition(related, filter))],
                    Quantifier::Some | Quantifier::None => this.filter(related, filter),
                });
                match quantifier {
                    Quantifier::Some => exists,
                    Quantifier::Every | Quantifier::None => format!("NOT {exists}"),
                }
            }
        }
    }

    fn all(&mut self, own: &Aliased, filters: &[Filter], word: &str, empty: &str) -> String {
        let terms: Vec<_> = filters.iter().map(|filter| self.condition(own, filter)).collect();
        match terms.as_slice() {
            [] => empty.into(),
            [term] => term.clone(),
            terms => format!("({})", terms.join(word)),
        }
    }

    /// That a relation leads to some row for which the conditions hold.
    fn exists(
        &mut self,
        own: &Aliased,
        relation: usize,
        conditions: impl FnOnce(&mut Self, &Aliased) -> Vec<String>,
    ) -> String {
        let target = self.model.table(own.table).relations[relation].target;
        let query = self.scoped(|this| {
            let related = this.alias(this.model.table(target).def.table, target);
            let mut from = vec![format!("FROM {}", this.from(&related))];
            let mut terms = Vec::new();
            this.related(own, relation, &related, &mut from, &mut terms);
            terms.extend(conditions(this, &related));
            format!("SELECT 1\n{}\n{}", from.join("\n"), render::conditions("WHERE", &terms))
        });
        format!("EXISTS {}", render::subquery(&query))
    }
}
