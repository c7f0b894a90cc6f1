//! The place of a row in an order → an opaque text, and back. Knows the format alone, not what the values are. The global id
//! of a row is of the same format: its place in the order of its key.
//!
//! A cursor is these bytes in base64url (RFC 4648, section 5), without padding:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | [`VERSION`] |
//! | 4 | the [fingerprint] of what it belongs to: a table and an order, big endian |
//! | any | the values that the order compares: of each its length and one as a LEB128 number, and its bytes; 0 for null |
//! | 4 | the check: a hash of all that is before it, big endian |
//!
//! The check finds what was changed or cut off on the way. It is no secret: whoever makes a cursor by hand gets the rows
//! behind another place of the same list, which `where` would have told as well.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// What the first byte of a cursor is. Another format has another one.
pub const VERSION: u8 = 1;

/// The bytes before the values.
const HEAD: usize = 5;

/// The bytes behind the values.
const CHECK: usize = 4;

/// Why a text is not a cursor of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// It is none, or it was changed.
    #[error(
        "it is no cursor, or it was changed; take it from `cursor`, `startCursor` or `endCursor` as it is"
    )]
    Damaged,
    /// It is one of another version of the format.
    #[error("it is a cursor of another version; begin again without it")]
    Version,
    /// It is one of another table or another order.
    #[error("it is a cursor of another table or another `orderBy`; begin again without it")]
    Foreign,
}

/// Tells tables and orders apart, by their names.
pub fn fingerprint(of: &str) -> u32 {
    hash(of.as_bytes())
}

/// FNV-1a of 32 bits (<http://www.isthe.com/chongo/tech/comp/fnv/>): a cursor is valid on other machines and after updates
/// too, so it has to be a hash that stays as it is.
fn hash(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// How long the text of a cursor is, and how much room it takes to write it.
pub fn room<'c>(cells: impl Iterator<Item = Option<&'c [u8]>>) -> Room {
    let values: usize =
        cells.map(|cell| cell.map_or(1, |data| number_len(data.len() + 1) + data.len())).sum();
    let bytes = HEAD + values + CHECK;
    Room { text: (bytes * 4).div_ceil(3), bytes }
}

/// The lengths of a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Of its text.
    pub text: usize,
    /// Of the bytes that the text stands for.
    bytes: usize,
}

impl Room {
    /// What [`write()`] takes: the text, and behind it the bytes that become the text.
    pub fn all(self) -> usize {
        self.text + self.bytes
    }
}

/// Writes a cursor to the start of the room, in which the rest is of no meaning afterwards. `cells` are those that
/// [`room`] was told.
///
/// # Panics
/// When there is less room.
pub fn write<'c>(
    out: &mut [u8],
    room: Room,
    fingerprint: u32,
    cells: impl Iterator<Item = Option<&'c [u8]>>,
) {
    let (text, bytes) = out[..room.all()].split_at_mut(room.text);
    bytes[0] = VERSION;
    bytes[1..HEAD].copy_from_slice(&fingerprint.to_be_bytes());
    let mut at = HEAD;
    for cell in cells {
        at += write_number(&mut bytes[at..], cell.map_or(0, |data| data.len() + 1));
        let data = cell.unwrap_or_default();
        bytes[at..at + data.len()].copy_from_slice(data);
        at += data.len();
    }
    let check = hash(&bytes[..at]);
    bytes[at..at + CHECK].copy_from_slice(&check.to_be_bytes());
    let written = URL_SAFE_NO_PAD.encode_slice(&bytes[..], text).unwrap_or_default();
    debug_assert_eq!(written, room.text, "the room is as long as the text");
}

/// The fingerprint of what a text belongs to, if it is a cursor at all.
pub fn belongs_to(text: &str) -> Option<u32> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (content, check) = bytes.split_last_chunk::<CHECK>()?;
    let (head, _) = content.split_first_chunk::<HEAD>()?;
    let [version, belongs_to @ ..] = *head;
    let is_one = version == VERSION && u32::from_be_bytes(*check) == hash(content);
    is_one.then(|| u32::from_be_bytes(belongs_to))
}

/// Reads the values of a cursor, of which there have to be so many.
///
/// # Errors
/// When it is no cursor, or one of something else.
pub fn read(text: &str, fingerprint: u32, count: usize) -> Result<Vec<Option<Vec<u8>>>, Mistake> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Mistake::Damaged)?;
    let (content, check) = bytes.split_last_chunk::<CHECK>().ok_or(Mistake::Damaged)?;
    if u32::from_be_bytes(*check) != hash(content) {
        return Err(Mistake::Damaged);
    }
    let (head, mut rest) = content.split_first_chunk::<HEAD>().ok_or(Mistake::Damaged)?;
    let [version, belongs_to @ ..] = *head;
    if version != VERSION {
        return Err(Mistake::Version);
    }
    if u32::from_be_bytes(belongs_to) != fingerprint {
        return Err(Mistake::Foreign);
    }
    let mut values = Vec::with_capacity(count);
    while !rest.is_empty() {
        let (length, after) = read_number(rest).ok_or(Mistake::Damaged)?;
        let Some(length) = length.checked_sub(1) else {
            values.push(None);
            rest = after;
            continue;
        };
        let (value, after) = after.split_at_checked(length).ok_or(Mistake::Damaged)?;
        values.push(Some(value.to_vec()));
        rest = after;
    }
    if values.len() == count { Ok(values) } else { Err(Mistake::Foreign) }
}

/// How many bytes a number takes.
fn number_len(number: usize) -> usize {
    let bits = (usize::BITS - number.leading_zeros()).max(1) as usize;
    bits.div_ceil(7)
}

/// Writes a number with seven bits in each byte, the lowest first; how many bytes that takes.
fn write_number(out: &mut [u8], mut number: usize) -> usize {
    let length = number_len(number);
    for (place, byte) in out[..length].iter_mut().enumerate() {
        let more = if place + 1 < length { 0x80 } else { 0 };
        *byte = (number & 0x7f) as u8 | more;
        number >>= 7;
    }
    length
}

/// Reads a number, and gives what follows it.
fn read_number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0;
    for (place, byte) in bytes.iter().enumerate().take(4) {
        number |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some((number, &bytes[place + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn text(of: u32, cells: &[Option<&[u8]>]) -> String {
        let room = room(cells.iter().copied());
        let mut out = vec![0xaa; room.all()];
        write(&mut out, room, of, cells.iter().copied());
        out.truncate(room.text);
        String::from_utf8(out).expect("base64 is ASCII")
    }

    #[test]
    fn a_cursor_stays_as_it_is() {
        // Clients keep cursors, so another text needs another version.
        let of = fingerprint("Track by name asc");
        assert_eq!(
            text(of, &[Some(b"Overdose"), None, Some(&[0, 0, 0, 6])]),
            "AShMdtEJT3ZlcmRvc2UABQAAAAYl-KI-"
        );
    }

    #[test]
    fn it_is_known_what_a_cursor_belongs_to() {
        let right = text(7, &[Some(b"a")]);
        assert_eq!(belongs_to(&right), Some(7));
        for wrong in ["", "A", "!", &right[1..], &format!("{right}A")] {
            assert_eq!(belongs_to(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_no_cursor_of_the_list_is_told_apart() {
        let cells: [Option<&[u8]>; 2] = [Some(b"a"), None];
        let right = text(7, &cells);
        assert_eq!(read(&right, 7, 2), Ok(vec![Some(b"a".to_vec()), None]));
        assert_eq!(read(&right, 8, 2), Err(Mistake::Foreign));
        assert_eq!(read(&right, 7, 1), Err(Mistake::Foreign));
        for wrong in [
            "",
            "A",
            "AQ",
            "!",
            "null",
            "AAAAAAAAAAAAAAAA",
            &right[1..],
            &format!("{right}A"),
            &format!("{right}=="),
        ] {
            assert_eq!(read(wrong, 7, 2), Err(Mistake::Damaged), "{wrong}");
        }
        let mut bytes = vec![2, 0, 0, 0, 7];
        bytes.extend(hash(&bytes).to_be_bytes());
        assert_eq!(read(&URL_SAFE_NO_PAD.encode(&bytes), 7, 0), Err(Mistake::Version));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(of: u32, cells in vec(proptest::option::of(vec(any::<u8>(), 0..300)), 0..5)) {
            let borrowed: Vec<_> = cells.iter().map(Option::as_deref).collect();
            prop_assert_eq!(read(&text(of, &borrowed), of, cells.len()), Ok(cells));
        }

        /// A changed character is found, unless it is one that stands for the same bytes.
        #[test]
        fn a_change_is_found(of: u32, data in vec(any::<u8>(), 0..40), place: prop::sample::Index, by in 1_u8..64) {
            const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let mut changed = text(of, &[Some(&data)]).into_bytes();
            let place = place.index(changed.len());
            let old = ALPHABET.iter().position(|it| *it == changed[place]).expect("it is base64url");
            changed[place] = ALPHABET[(old + usize::from(by)) % 64];
            let changed = String::from_utf8(changed).expect("it is ASCII");
            prop_assert_eq!(read(&changed, of, 1), Err(Mistake::Damaged));
        }

        #[test]
        fn any_text_is_read_without_a_panic(text: String, bytes in vec(any::<u8>(), 0..60)) {
            let _ = read(&text, 0, 1);
            let mut bytes = [&[VERSION, 0, 0, 0, 0][..], &bytes].concat();
            bytes.extend(hash(&bytes).to_be_bytes());
            let _ = read(&URL_SAFE_NO_PAD.encode(&bytes), 0, 1);
        }
    }
}
