//! A batch of requests → its execution, and the answer of each.

use bytes::Bytes;

use super::lanes::Running;
use super::queue::{Batch, Member, Question};
use crate::compile::{Compiled, Ready};
use crate::pool;
use crate::serializer::{self, Inputs, Writer};
use crate::sql::Bind;

/// Executes the statement of one request.
pub(super) async fn run_one(
    running: &Running<'_>,
    operation: &Compiled,
    statement: &Ready,
    question: &Question,
) -> Result<Result<Bytes, serializer::Error>, pool::Error> {
    let parameters: Vec<_> = question.parameters.values().collect();
    let mut answer = Answer::new(operation, question);
    running
        .lane()
        .run(&statement.prepared(), &parameters, |cells| answer.write(|writer| writer.row(cells)))
        .await?;
    Ok(answer.finish())
}

/// Executes the statement of a batch; the answers are in the order of its members.
pub(super) async fn run(
    running: &Running<'_>,
    batch: &Batch,
) -> Result<Vec<Result<Bytes, serializer::Error>>, pool::Error> {
    let Batch { operation, members } = batch;
    let (Some(fold), Some(single)) = (&operation.fold, &operation.statement) else {
        unreachable!("only operations that fold are queued")
    };
    if let [member] = &members[..] {
        return Ok(vec![run_one(running, operation, single, &member.question).await?]);
    }
    let Some(statement) = &fold.batch else { unreachable!("without a batch form, a batch has one member") };
    let arrays = arrays(single, fold.same, members);
    let parameters: Vec<_> = arrays.iter().map(|array| array.as_deref()).collect();
    let mut answers: Vec<_> = members.iter().map(|member| Answer::new(operation, &member.question)).collect();
    let on_row = |cells: &[Option<&[u8]>]| {
        let Some((Some(number), cells)) = cells.split_first() else { return };
        // The column is an `int8`, which was checked when the statement was prepared, and counts from 1.
        let number = <[u8; 8]>::try_from(*number).map_or(0, u64::from_be_bytes);
        let place = usize::try_from(number).unwrap_or_default().wrapping_sub(1);
        if let Some(answer) = answers.get_mut(place) {
            answer.write(|writer| writer.answer(cells));
        }
    };
    running.lane().run(&statement.prepared(), &parameters, on_row).await?;
    Ok(answers.into_iter().map(Answer::finish).collect())
}

/// The values of a batch: an array of those that vary, and the others once, as that of the bind `same`.
fn arrays(single: &Ready, same: Option<usize>, members: &[Member]) -> Vec<Option<Vec<u8>>> {
    let mut values: Vec<_> = members.iter().map(|member| member.question.parameters.values()).collect();
    let array = |(position, bind): (usize, &Bind)| {
        let mut items: Vec<_> = values.iter_mut().map(|values| values.next().flatten()).collect();
        if bind.varies() && same != Some(position) {
            Some(pool::array(&bind.ty, items.into_iter()))
        } else {
            items.swap_remove(0).map(<[u8]>::to_vec)
        }
    };
    single.binds.iter().enumerate().map(array).collect()
}

/// The answer to one request while its rows come in.
enum Answer<'a> {
    Writing(Writer<'a>),
    /// A row does not fit the schema, so there is no answer.
    Failed(serializer::Error),
}

impl<'a> Answer<'a> {
    fn new(operation: &'a Compiled, question: &'a Question) -> Answer<'a> {
        let inputs = Inputs { conditions: &question.conditions, externals: &[] };
        Answer::Writing(operation.serializer.writer(inputs))
    }

    fn write(&mut self, write: impl FnOnce(&mut Writer<'a>) -> Result<(), serializer::Error>) {
        if let Answer::Writing(writer) = self
            && let Err(error) = write(writer)
        {
            *self = Answer::Failed(error);
        }
    }

    fn finish(self) -> Result<Bytes, serializer::Error> {
        match self {
            Answer::Writing(writer) => writer.finish(),
            Answer::Failed(error) => Err(error),
        }
    }
}
