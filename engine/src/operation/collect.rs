//! Selection sets → fields: fragments are spread, fields of the same key merged, conditions gathered.
//!
//! <https://spec.graphql.org/draft/#CollectFields()>

use std::collections::HashSet;

use apollo_compiler::Node;
use apollo_compiler::collections::IndexMap;
use apollo_compiler::executable::{
    Field as Selected, Operation as Definition, Selection as Selecting, SelectionSet,
};
use apollo_compiler::parser::SourceSpan;
use onefold_schema::RelationKind;

use super::arguments::Arguments;
use super::condition::{Condition, ConditionId, Guard, guard};
use super::input::Scope;
use super::variables::Structure;
use super::{Call, Field, Filter, List, Operand, OperandKind, Operation, Selection, Source};
use crate::config::Limits;
use crate::document::Document;
use crate::error::{Code, GraphQLError};
use crate::model::{Function, Model, RootField, Table, TableField, TableId};
use crate::value::SqlValue;

/// One place in the document where a field is selected, and when that place counts.
type Occurrence<'a> = (&'a Node<Selected>, Guard);
/// A selection set, and when it counts.
pub(super) type Guarded<'a> = (&'a SelectionSet, Guard);

pub(super) fn operation(
    model: &Model,
    document: &Document,
    definition: &Definition,
    structure: &[Structure],
    limits: &Limits,
) -> Result<Operation, Vec<GraphQLError>> {
    let mut collector = Collector {
        model,
        document,
        scope: Scope::new(definition, structure),
        limits,
        conditions: Vec::new(),
        introspection: Vec::new(),
        fields: 0,
        argument_conditions: 0,
        errors: Vec::new(),
    };
    let fields = collector.root(&definition.selection_set);
    let may_scatter = definition.directives.has("scatter");
    let Collector { conditions, introspection, errors, .. } = collector;
    if errors.is_empty() {
        Ok(Operation { fields, conditions, introspection, may_scatter })
    } else {
        Err(errors)
    }
}

pub(super) struct Collector<'a> {
    pub(super) model: &'a Model,
    document: &'a Document,
    pub(super) scope: Scope<'a>,
    pub(super) limits: &'a Limits,
    conditions: Vec<Condition>,
    introspection: Vec<String>,
    /// How many selections have been collected.
    fields: usize,
    /// How many conditions and terms of orders arguments have had.
    argument_conditions: usize,
    errors: Vec<GraphQLError>,
}

impl<'a> Collector<'a> {
    fn root(&mut self, selection: &'a SelectionSet) -> Vec<Field> {
        self.merge("Query", vec![(selection, Guard::new())], |this, key, field, sets| {
            let arguments = &field.arguments;
            Some(match field.name.as_str() {
                "__typename" => Selection::Typename("Query".into()),
                "__schema" | "__type" => {
                    for (set, _) in &sets {
                        this.count(set);
                    }
                    this.introspection.push(key.to_owned());
                    Selection::Introspection(this.introspection.len() - 1)
                }
                // Validation has made sure that there is such a field.
                name => match this.model.root(name)? {
                    RootField::ByKey(table) => {
                        let key =
                            this.arguments(field, |typing| typing.key(this.model.table(table), arguments));
                        let filter = Filter::And(Vec::new());
                        Selection::ByKey { table, key, filter, fields: this.object(table, sets, 2) }
                    }
                    RootField::Node => this.node(field, sets)?,
                    RootField::Nodes => this.nodes(field, sets)?,
                    RootField::Members(of) => this.members(of, field, &sets),
                    RootField::List(table) => {
                        Selection::List(Box::new(this.list(None, None, table, field, sets, 1)))
                    }
                    RootField::Connection(table) => this.connection(None, None, table, field, sets, 1),
                    RootField::Function { function, connection } => {
                        this.function(this.model.function(function), connection, field, sets, 1)
                    }
                    RootField::Aggregate(table) => this.aggregate(None, table, field, sets, 1),
                },
            })
        })
    }

    pub(super) fn object(&mut self, table: TableId, sets: Vec<Guarded<'a>>, depth: usize) -> Vec<Field> {
        if self.is_too_deep(&sets, depth) {
            return Vec::new();
        }
        let definition: &'a Table = self.model.table(table);
        self.merge(definition.def.name, sets, |this, _, field, sets| {
            Some(match field.name.as_str() {
                "__typename" => Selection::Typename(definition.def.name.into()),
                // Validation has made sure that there is such a field.
                name => match definition.field(name)? {
                    TableField::Column(column) => match definition.column(column).computed {
                        Some(computed) if !computed.arguments.is_empty() => {
                            let arguments = this.arguments(field, |typing| {
                                typing.values(computed.arguments, &field.arguments)
                            });
                            Selection::Computed { column, arguments }
                        }
                        _ => Selection::Column(column),
                    },
                    TableField::NodeId => Selection::NodeId,
                    TableField::Depth => Selection::Depth,
                    TableField::Relation(index) => {
                        let relation = &definition.relations[index];
                        match relation.def.kind {
                            RelationKind::One { .. } => Selection::One {
                                relation: index,
                                fields: this.object(relation.target, sets, depth + 1),
                            },
                            RelationKind::Many { .. } | RelationKind::Through { .. } => {
                                let list = this.list(Some(index), None, relation.target, field, sets, depth);
                                Selection::List(Box::new(list))
                            }
                            RelationKind::Recursive { .. } => {
                                let max_depth = Some(this.max_depth(field));
                                let list = this.list(Some(index), None, relation.target, field, sets, depth);
                                Selection::List(Box::new(List { max_depth, ..list }))
                            }
                        }
                    }
                    TableField::Connection(index) => {
                        let target = definition.relations[index].target;
                        this.connection(Some(index), None, target, field, sets, depth)
                    }
                    TableField::Function { function, connection } => {
                        this.function(&definition.functions[function], connection, field, sets, depth)
                    }
                    TableField::Aggregate(index) => {
                        let target = definition.relations[index].target;
                        this.aggregate(Some(index), target, field, sets, depth)
                    }
                },
            })
        })
    }

    /// The rows of a function, as a list or as a connection.
    fn function(
        &mut self,
        function: &Function,
        connection: bool,
        field: &'a Node<Selected>,
        sets: Vec<Guarded<'a>>,
        depth: usize,
    ) -> Selection {
        let declared = function.def.call.arguments;
        let arguments = self.arguments(field, |typing| typing.values(declared, &field.arguments));
        let call = Some(Call { function: function.def, arguments });
        match connection {
            true => self.connection(None, call, function.target, field, sets, depth),
            false => Selection::List(Box::new(self.list(None, call, function.target, field, sets, depth))),
        }
    }

    /// Whether selection sets are at a depth that none may have.
    pub(super) fn is_too_deep(&mut self, sets: &[Guarded<'a>], depth: usize) -> bool {
        let limit = self.limits.max_depth;
        if depth > limit {
            let message =
                format!("fields are nested deeper than {limit} levels (setting `limits.max_depth`)");
            let first = sets.first().and_then(|(set, _)| set.selections.first());
            self.limit_exceeded(first.and_then(location), message);
        }
        depth > limit
    }

    fn list(
        &mut self,
        relation: Option<usize>,
        call: Option<Call>,
        table: TableId,
        field: &'a Node<Selected>,
        sets: Vec<Guarded<'a>>,
        depth: usize,
    ) -> List {
        let definition = self.model.table(table);
        let arguments = self.arguments(field, |typing| typing.list(definition, &field.arguments));
        List {
            relation,
            call,
            table,
            filter: arguments.filter,
            order: arguments.order,
            limit: arguments.limit,
            offset: arguments.offset,
            distinct_on: arguments.distinct_on,
            max_depth: None,
            fields: self.object(table, sets, depth + 1),
        }
    }

    /// How many steps a recursive relation is followed.
    fn max_depth(&mut self, field: &'a Node<Selected>) -> Operand {
        let max = self.limits.max_recursion;
        let kind = OperandKind::Steps { max };
        self.arguments(field, |typing| match typing.given(&field.arguments, "maxDepth") {
            Some(input) => typing.operand("maxDepth", &input, kind),
            None => Operand { source: Source::Constant(SqlValue::Int8(max.into())), kind },
        })
    }

    /// Types the arguments of a field; mistakes get the field's place.
    pub(super) fn arguments<T>(
        &mut self,
        field: &Node<Selected>,
        f: impl FnOnce(&mut Arguments<'a>) -> T,
    ) -> T {
        let mut typing = Arguments {
            model: self.model,
            scope: self.scope,
            limits: self.limits,
            conditions: self.argument_conditions,
            errors: Vec::new(),
            place: field.location(),
            shared: None,
        };
        let typed = f(&mut typing);
        self.argument_conditions = typing.conditions;
        for (place, error) in typing.errors {
            let error = error.at(self.document.location(place.or(field.location())));
            if !self.errors.contains(&error) {
                self.errors.push(error);
            }
        }
        typed
    }

    /// Collects the fields of selection sets that are merged into one object, and what each selects.
    /// The object is of this type.
    pub(super) fn merge(
        &mut self,
        ty: &str,
        sets: Vec<Guarded<'a>>,
        mut select: impl FnMut(&mut Self, &str, &'a Node<Selected>, Vec<Guarded<'a>>) -> Option<Selection>,
    ) -> Vec<Field> {
        let mut occurrences = IndexMap::default();
        let mut spread = HashSet::new();
        for (set, guard) in sets {
            self.collect(ty, set, &guard, &mut spread, &mut occurrences);
        }
        if self.fields > self.limits.max_fields {
            return Vec::new();
        }
        let mut fields = Vec::with_capacity(occurrences.len());
        for (key, occurrences) in occurrences {
            let (field, first) = &occurrences[0];
            // What holds for all places of the field need not be asked again within it.
            let shared = occurrences.iter().all(|(_, guard)| guard == first);
            let sets = occurrences
                .iter()
                .map(|(field, guard)| {
                    (&field.selection_set, if shared { Guard::new() } else { guard.clone() })
                })
                .collect();
            let condition = Condition::any(occurrences.iter().map(|(_, guard)| guard.clone()).collect());
            let when = condition.map(|condition| self.condition(condition));
            if let Some(selection) = select(self, key, field, sets) {
                fields.push(Field { key: key.to_owned(), when, selection });
            }
        }
        fields
    }

    fn collect(
        &mut self,
        ty: &str,
        set: &'a SelectionSet,
        outer: &Guard,
        spread: &mut HashSet<(&'a str, Guard)>,
        occurrences: &mut IndexMap<&'a str, Vec<Occurrence<'a>>>,
    ) {
        let model = self.model;
        let applies = |condition: &str| model.is_a(ty, condition);
        for selection in &set.selections {
            if !self.selected(selection) {
                return;
            }
            match selection {
                Selecting::Field(field) => {
                    if let Some(guard) = guard(outer, &field.directives) {
                        occurrences.entry(field.response_key().as_str()).or_default().push((field, guard));
                    }
                }
                Selecting::InlineFragment(fragment) => {
                    let applies = fragment.type_condition.as_ref().is_none_or(|condition| applies(condition));
                    if let Some(guard) = guard(outer, &fragment.directives).filter(|_| applies) {
                        self.collect(ty, &fragment.selection_set, &guard, spread, occurrences);
                    }
                }
                Selecting::FragmentSpread(reference) => {
                    let Some(guard) = guard(outer, &reference.directives) else { continue };
                    let name = reference.fragment_name.as_str();
                    let fragment = self.document.executable().fragments.get(name);
                    if let Some(fragment) = fragment
                        && applies(fragment.type_condition())
                        && spread.insert((name, guard.clone()))
                    {
                        self.collect(ty, &fragment.selection_set, &guard, spread, occurrences);
                    }
                }
            }
        }
    }

    /// Counts the selections of introspection, which are answered elsewhere.
    fn count(&mut self, set: &'a SelectionSet) {
        for selection in &set.selections {
            if !self.selected(selection) {
                return;
            }
            match selection {
                Selecting::Field(field) => self.count(&field.selection_set),
                Selecting::InlineFragment(fragment) => self.count(&fragment.selection_set),
                Selecting::FragmentSpread(reference) => {
                    let name = reference.fragment_name.as_str();
                    if let Some(fragment) = self.document.executable().fragments.get(name) {
                        self.count(&fragment.selection_set);
                    }
                }
            }
        }
    }

    /// Counts a selection; `false` when there are too many. Spreads count too: under conditions of many variables the
    /// same fragment can be spread in very many ways.
    fn selected(&mut self, selection: &Selecting) -> bool {
        self.fields += 1;
        let limit = self.limits.max_fields;
        if self.fields == limit + 1 {
            let message = format!(
                "the operation selects more than {limit} fields, fragments spread (setting `limits.max_fields`)"
            );
            self.limit_exceeded(location(selection), message);
        }
        self.fields <= limit
    }

    fn condition(&mut self, condition: Condition) -> ConditionId {
        let known = self.conditions.iter().position(|other| *other == condition);
        ConditionId(known.unwrap_or_else(|| {
            self.conditions.push(condition);
            self.conditions.len() - 1
        }))
    }

    /// Reports a limit once, however often it is passed.
    fn limit_exceeded(&mut self, place: Option<SourceSpan>, message: String) {
        if !self.errors.iter().any(|error| error.message == message) {
            let error = GraphQLError::new(Code::LimitExceeded, message);
            self.errors.push(error.at(self.document.location(place)));
        }
    }
}

fn location(selection: &Selecting) -> Option<SourceSpan> {
    match selection {
        Selecting::Field(field) => field.location(),
        Selecting::FragmentSpread(spread) => spread.location(),
        Selecting::InlineFragment(fragment) => fragment.location(),
    }
}
