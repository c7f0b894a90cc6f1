//! Requests that wait, by operation: which of them are served next, together.
//!
//! Operations take turns, so that none that is asked for often holds up another: an operation whose turn it was goes to
//! the end, with the requests that it has left.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::oneshot;
use tokio_postgres::types::PgLsn;

use super::lanes::Running;
use super::parameters::Parameters;
use super::{Answer, Limits};
use crate::compile::Compiled;
use crate::pool::StatementId;

/// The requests that wait.
#[derive(Debug, Default)]
pub(super) struct Queue {
    groups: HashMap<Common, Group>,
    /// The keys of `groups`, each once.
    turns: VecDeque<Common>,
}

/// What requests have in common that can be answered together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Common {
    statement: StatementId,
    /// The value of [`Fold::same`](crate::compile::Fold::same).
    value: Option<Bytes>,
}

/// Requests of one operation that can be answered together.
#[derive(Debug)]
struct Group {
    operation: Arc<Compiled>,
    members: VecDeque<Member>,
    /// Where among all members that the group has ever had one with these values waits; unused unless requests are
    /// coalesced.
    places: HashMap<Question, usize>,
    /// How many members have left the group.
    left: usize,
}

/// What a request asks: the values that it binds, and its conditions of `@skip` and `@include`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Question {
    pub(super) parameters: Parameters,
    pub(super) conditions: Box<[bool]>,
}

/// One execution, for one request or several that ask the same.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) question: Question,
    /// What a standby must have replayed to answer it.
    pub(super) position: Option<PgLsn>,
    pub(super) askers: Vec<oneshot::Sender<Answer>>,
}

/// Requests of one operation that are answered together.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) operation: Arc<Compiled>,
    /// At least one.
    pub(super) members: Vec<Member>,
}

impl Batch {
    /// Takes those out of the batch that the lane's server, a standby, is not far enough for.
    pub(super) async fn split_off(&mut self, running: &Running<'_>) -> Vec<Member> {
        let Some(position) = self.members.iter().filter_map(|member| member.position).max() else {
            return Vec::new();
        };
        if running.lane().has_replayed(position).await.unwrap_or(false) {
            return Vec::new();
        }
        let replayed = Some(running.lane().replayed());
        self.members.extract_if(.., |member| member.position > replayed).collect()
    }

    /// Gives all the same answer.
    pub(super) fn answer_all(self, answer: &Answer) {
        self.members.into_iter().for_each(|member| member.answer(answer));
    }
}

impl Member {
    /// Gives all who ask the answer.
    pub(super) fn answer(self, answer: &Answer) {
        for asker in self.askers {
            // Whoever has gone away wants none.
            let _ = asker.send(answer.clone());
        }
    }

    /// Whether somebody still waits for the answer.
    fn is_wanted(&self) -> bool {
        self.askers.iter().any(|asker| !asker.is_closed())
    }
}

impl Queue {
    pub(super) fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }

    /// Gives all who wait the same answer.
    pub(super) fn answer_all(mut self, limits: &Limits, answer: &Answer) {
        while let Some(batch) = self.pop(limits) {
            batch.answer_all(answer);
        }
    }

    /// Adds a request.
    pub(super) fn push(
        &mut self,
        id: StatementId,
        operation: &Arc<Compiled>,
        member: Member,
        coalesce: bool,
    ) {
        let same = operation.fold.as_ref().and_then(|fold| fold.same);
        let value = same.and_then(|bind| member.question.parameters.value(bind));
        let common = Common { statement: id, value };
        let group = self.groups.entry(common.clone()).or_insert_with(|| {
            self.turns.push_back(common);
            Group {
                operation: Arc::clone(operation),
                members: VecDeque::new(),
                places: HashMap::new(),
                left: 0,
            }
        });
        if coalesce {
            if let Some(place) = group.places.get(&member.question)
                && let Some(same) = group.members.get_mut(*place - group.left)
            {
                same.askers.extend(member.askers);
                same.position = same.position.max(member.position);
                return;
            }
            group.places.insert(member.question.clone(), group.left + group.members.len());
        }
        group.members.push_back(member);
    }

    /// Takes the requests that are served next, at most as many as the limits allow for their operation.
    pub(super) fn pop(&mut self, limits: &Limits) -> Option<Batch> {
        loop {
            let common = self.turns.pop_front()?;
            let Some(group) = self.groups.get_mut(&common) else { continue };
            let most = limits.members(&group.operation);
            let mut members = Vec::new();
            while members.len() < most
                && let Some(member) = group.members.pop_front()
            {
                group.left += 1;
                if !group.places.is_empty() {
                    group.places.remove(&member.question);
                }
                if member.is_wanted() {
                    members.push(member);
                }
            }
            let operation = if group.members.is_empty() {
                self.groups.remove(&common).map(|group| group.operation)
            } else {
                let operation = Arc::clone(&group.operation);
                self.turns.push_back(common);
                Some(operation)
            };
            if let Some(operation) = operation
                && !members.is_empty()
            {
                return Some(Batch { operation, members });
            }
        }
    }
}
