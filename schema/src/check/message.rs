//! A message of several parts, put together in a constant.

use core::str;

/// The most bytes of a message: constants cannot allocate. One that is longer loses its end.
const CAPACITY: usize = 1024;

/// What is wrong.
pub(super) struct Message {
    bytes: [u8; CAPACITY],
    length: usize,
}

impl Message {
    /// A message that begins with the parts.
    pub(super) const fn new(parts: &[&str]) -> Self {
        let mut message = Self { bytes: [0; CAPACITY], length: 0 };
        message.push(parts);
        message
    }

    /// Adds parts to its end.
    pub(super) const fn push(&mut self, parts: &[&str]) {
        let mut part = 0;
        while part < parts.len() {
            let bytes = parts[part].as_bytes();
            let mut index = 0;
            while index < bytes.len() && self.length < CAPACITY {
                self.bytes[self.length] = bytes[index];
                self.length += 1;
                index += 1;
            }
            part += 1;
        }
    }

    /// Panics with the message, which makes it a compile error.
    #[track_caller]
    pub(super) const fn fail(self) -> ! {
        let (mut message, _) = self.bytes.split_at(self.length);
        // The end may have been lost within a character.
        loop {
            match str::from_utf8(message) {
                Ok(message) => panic!("{}", message),
                Err(error) => (message, _) = message.split_at(error.valid_up_to()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "the end is lost: éé")]
    fn a_long_message_loses_its_end() {
        Message::new(&["the end is lost: ", &"é".repeat(1000)]).fail();
    }
}
