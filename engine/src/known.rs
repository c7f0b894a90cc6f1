//! The documents that a program knows before it runs, as [`build::operations`](crate::build::operations) has written them
//! down: const data. What becomes of them is for others to say.

use sha2::{Digest, Sha256};

/// A document of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Document {
    /// Its file within the folder of operations, without `.graphql`: `album`, or `mobile/album`.
    pub name: &'static str,
    /// What clients may send instead of it, [`id`] of its text.
    pub id: &'static str,
    /// What the file says.
    pub text: &'static str,
}

/// What a document is known by: `sha256:` and the SHA-256 hash of its text, in 64 lower-case hexadecimal digits.
///
/// <https://github.com/graphql/graphql-over-http/blob/main/spec/Appendix%20A%20--%20Persisted%20Documents.md>
///
/// ```
/// let id = onefold::known::id("{ artists { name } }");
/// assert_eq!(id, "sha256:9f4368358289753d80b9b6a3f503442581cb69ab0b959c132919bfc6f3a6f64e");
/// ```
pub fn id(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let mut id = String::with_capacity("sha256:".len() + 2 * digest.len());
    id.push_str("sha256:");
    for byte in digest {
        for digit in [byte >> 4, byte & 15] {
            id.extend(char::from_digit(digit.into(), 16));
        }
    }
    id
}
