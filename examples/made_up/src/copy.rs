//! Rows as the text that `COPY … FROM STDIN` reads.

use std::fmt::Write;

use bytes::Bytes;
use futures_util::SinkExt;
use indicatif::ProgressBar;
use tokio_postgres::{Error, Transaction};

/// How many bytes of rows make one message to Postgres.
const MESSAGE_LENGTH: usize = 256 * 1024;

/// The rows of one table, in the order of its columns.
///
/// <https://www.postgresql.org/docs/current/sql-copy.html>, "Text Format"
#[derive(Debug, Clone)]
pub struct Rows {
    /// The table.
    pub table: &'static str,
    /// How many there are.
    pub count: u64,
    messages: Vec<Message>,
}

#[derive(Debug, Clone, Default)]
struct Message {
    text: String,
    count: u64,
}

/// A value of a column.
pub trait Value {
    /// Adds it to a row.
    fn write(&self, text: &mut String);
}

/// US cents, written as dollars.
#[derive(Debug, Clone, Copy)]
pub struct Cents(pub i32);

/// A moment of a day, counted from January 1st, 1970.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The day.
    pub day: i32,
    /// The seconds of the day that have passed.
    pub second: i32,
}

/// A day, counted from January 1st, 1970.
#[derive(Debug, Clone, Copy)]
pub struct Day(pub i32);

impl Rows {
    /// No rows of a table.
    pub fn new(table: &'static str) -> Self {
        Rows { table, count: 0, messages: Vec::new() }
    }

    /// Adds a row.
    pub fn push(&mut self, values: &[&dyn Value]) {
        if self.messages.last().is_none_or(|message| message.text.len() >= MESSAGE_LENGTH) {
            self.messages.push(Message::default());
        }
        let message = self.messages.last_mut().expect("one was pushed if there was none");
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                message.text.push('\t');
            }
            value.write(&mut message.text);
        }
        message.text.push('\n');
        message.count += 1;
        self.count += 1;
    }

    /// Sends the rows to Postgres.
    ///
    /// # Errors
    /// Postgres does not take them.
    pub async fn copy_into(self, transaction: &Transaction<'_>, progress: &ProgressBar) -> Result<(), Error> {
        let sink = transaction.copy_in(&format!("COPY {} FROM STDIN", self.table)).await?;
        futures_util::pin_mut!(sink);
        for message in self.messages {
            sink.send(Bytes::from(message.text)).await?;
            progress.inc(message.count);
        }
        sink.finish().await?;
        Ok(())
    }
}

/// Numbers are written as they are.
macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl Value for $number {
            fn write(&self, text: &mut String) {
                // Writing to a `String` cannot fail, here and below; `let _` says so.
                let _ = write!(text, "{self}");
            }
        }
    )*};
}

numbers!(i16 i32 i64);

impl Value for str {
    fn write(&self, text: &mut String) {
        for character in self.chars() {
            match character {
                '\\' => text.push_str("\\\\"),
                '\t' => text.push_str("\\t"),
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                other => text.push(other),
            }
        }
    }
}

impl Value for &str {
    fn write(&self, text: &mut String) {
        (**self).write(text);
    }
}

impl Value for String {
    fn write(&self, text: &mut String) {
        self.as_str().write(text);
    }
}

impl<T: Value> Value for Option<T> {
    fn write(&self, text: &mut String) {
        match self {
            Some(value) => value.write(text),
            None => text.push_str("\\N"),
        }
    }
}

impl Value for Cents {
    fn write(&self, text: &mut String) {
        let _ = write!(text, "{}.{:02}", self.0 / 100, self.0 % 100);
    }
}

impl Value for Moment {
    fn write(&self, text: &mut String) {
        Day(self.day).write(text);
        let (hour, minute, second) = (self.second / 3600, self.second / 60 % 60, self.second % 60);
        let _ = write!(text, " {hour:02}:{minute:02}:{second:02}");
    }
}

impl Value for Day {
    fn write(&self, text: &mut String) {
        let (year, month, day) = civil(self.0);
        let _ = write!(text, "{year}-{month:02}-{day:02}");
    }
}

/// Year, month and day of a day counted from January 1st, 1970.
///
/// <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>
fn civil(day: i32) -> (i32, i32, i32) {
    const DAYS_PER_ERA: i32 = 146_097;
    let day = day + 719_468;
    let era = day.div_euclid(DAYS_PER_ERA);
    let day_of_era = day.rem_euclid(DAYS_PER_ERA);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Months are counted from March, so that a leap day ends the year.
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i32::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::{Cents, Moment, Rows};

    #[test]
    fn rows_are_written_as_copy_reads_them() {
        let mut rows = Rows::new("invoice");
        rows.push(&[&7, &"a\tb\\", &None::<i32>, &Cents(1_905), &Moment { day: 0, second: 3_661 }]);
        rows.push(&[&8, &"ü", &Some(1), &Cents(99), &Moment { day: 19_782, second: 0 }]);
        assert_eq!(rows.count, 2);
        assert_eq!(
            rows.messages[0].text,
            "7\ta\\tb\\\\\t\\N\t19.05\t1970-01-01 01:01:01\n8\tü\t1\t0.99\t2024-02-29 00:00:00\n"
        );
    }
}
