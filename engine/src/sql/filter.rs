//! Filters → conditions.

use onefold_schema::{CustomDef, ScalarType};

use super::bind::{Bind, compared_type};
use super::condition::Condition;
use super::identifier::{identifier, literal};
use super::join::Aliased;
use super::select::Lowering;
use crate::operation::{Filter, Operand, OperandKind, Operator, Quantifier, Source, Test};
use crate::value::SqlValue;

impl Lowering<'_> {
    /// What must hold for a row of `own`.
    pub(super) fn filter(&mut self, own: &Aliased, filter: &Filter) -> Condition {
        match filter {
            Filter::And(filters) => Condition::all(filters.iter().map(|filter| self.filter(own, filter))),
            Filter::Or(filters) => Condition::any(filters.iter().map(|filter| self.filter(own, filter))),
            Filter::Not(filter) => self.filter(own, filter).negated(),
            Filter::Compare { column, operator, operand } => {
                let scalar = self.model.table(own.table).column(*column).scalar;
                if let Operator::Search = operator {
                    let column = self.column(own, *column);
                    return Condition::Comparison(format!(
                        "{column} @@ {}",
                        self.search_query(scalar, operand)
                    ));
                }
                let column = format!("{}{}", self.column(own, *column), array_cast(scalar));
                self.compare(&column, *operator, operand)
            }
            Filter::IsNull { column, operand } => {
                let column = self.column(own, *column);
                self.is_null(&column, operand)
            }
            Filter::Related { relation, quantifier, filter } => match quantifier {
                Quantifier::Some => self.exists(own, *relation, filter, |condition| condition),
                Quantifier::None => self.exists(own, *relation, filter, |condition| condition).negated(),
                // Null is not true: a row for which the condition is unknown is unlike the others.
                Quantifier::Every => self.exists(own, *relation, filter, Condition::not_true).negated(),
            },
        }
    }

    /// What must hold for a value.
    pub(super) fn test(&mut self, value: &str, test: &Test) -> Condition {
        match test {
            Test::Compare(operator, operand) => self.compare(value, *operator, operand),
            Test::IsNull(operand) => self.is_null(value, operand),
        }
    }

    fn compare(&mut self, compared: &str, operator: Operator, operand: &Operand) -> Condition {
        let value = self.bind(Bind::operand(operand.clone()));
        Condition::Comparison(match operator {
            Operator::Eq => format!("{compared} = {value}"),
            Operator::Ne => format!("{compared} <> {value}"),
            Operator::In => format!("{compared} = ANY ({value})"),
            Operator::NotIn => format!("{compared} <> ALL ({value})"),
            Operator::Lt => format!("{compared} < {value}"),
            Operator::Lte => format!("{compared} <= {value}"),
            Operator::Gt => format!("{compared} > {value}"),
            Operator::Gte => format!("{compared} >= {value}"),
            Operator::Like => format!("{compared} LIKE {value}"),
            Operator::Ilike => format!("{compared} ILIKE {value}"),
            Operator::Contains => format!("{compared} @> {value}"),
            Operator::ContainedBy => format!("{compared} <@ {value}"),
            Operator::Overlaps => format!("{compared} && {value}"),
            Operator::Adjacent => format!("{compared} -|- {value}"),
            Operator::HasKey => format!("{compared} ? {value}"),
            Operator::HasAnyKeys => format!("{compared} ?| {value}"),
            Operator::HasAllKeys => format!("{compared} ?& {value}"),
            Operator::Path => format!("{compared} @@ {value}"),
            Operator::PathExists => format!("{compared} @? {value}"),
            Operator::Search => format!("{compared} @@ websearch_to_tsquery({value})"),
        })
    }

    fn is_null(&mut self, value: &str, operand: &Operand) -> Condition {
        Condition::Comparison(match operand {
            Operand { source: Source::Constant(SqlValue::Bool(true)), .. } => format!("{value} IS NULL"),
            Operand { source: Source::Constant(SqlValue::Bool(false)), .. } => {
                format!("{value} IS NOT NULL")
            }
            operand => {
                debug_assert_eq!(operand.kind, OperandKind::Boolean);
                format!("({value} IS NULL) = {}", self.bind(Bind::operand(operand.clone())))
            }
        })
    }

    /// That a relation leads to some row of which it is true what `condition` makes of a filter.
    fn exists(
        &mut self,
        own: &Aliased,
        relation: usize,
        filter: &Filter,
        condition: impl FnOnce(Condition) -> Condition,
    ) -> Condition {
        let target = self.model.table(own.table).relations[relation].target;
        self.scoped(|this| {
            let related = this.alias(this.model.table(target).def.table, target);
            let (join, by_relation) = this.related(own, relation, &related);
            let pin = this.pin(&related, None);
            let by_filter = condition(this.filter(&related, filter));
            let mut lines = vec!["SELECT 1".into(), format!("FROM {}", this.from(&related))];
            lines.extend(join);
            lines.extend(
                Condition::all([by_relation].into_iter().chain(pin).chain([by_filter])).filter_clause(),
            );
            Condition::exists(&lines.join("\n"))
        })
    }
}

impl Lowering<'_> {
    /// What is searched for as Postgres reads it: `websearch_to_tsquery('english', $1::text)`. Nothing that is typed is wrong
    /// there.
    pub(super) fn search_query(&mut self, searched: ScalarType, operand: &Operand) -> String {
        let text = self.bind(Bind::operand(operand.clone()));
        match searched {
            ScalarType::TsVector(Some(config)) => {
                format!("websearch_to_tsquery({}, {text})", literal(&identifier(config)))
            }
            _ => format!("websearch_to_tsquery({text})"),
        }
    }
}

/// The cast of an array that is compared: arrays of different types cannot be, and one of `varchar` is read as one of `text`, one
/// of a domain as one of its base. An array that has the type already is as if there was no cast.
fn array_cast(scalar: ScalarType) -> String {
    let ScalarType::Array(def) = scalar else { return String::new() };
    let is_domain = matches!(def.item, ScalarType::Custom(CustomDef { domain: Some(_), .. }));
    match def.item.compared() {
        item @ (ScalarType::Text | ScalarType::Inet) => format!("::{}[]", compared_type(item)),
        item if is_domain => format!("::{}[]", compared_type(item)),
        _ => String::new(),
    }
}
