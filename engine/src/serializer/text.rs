//! UTF-8 text → JSON string.
//!
//! Most text needs no escape, so it is copied sixteen bytes at a time while each block is looked at for the few
//! bytes that stop the copy. Text that is ASCII is not validated again: the same look proves it.

use super::error::Malformed;
use super::output::Output;

const BLOCK: usize = 16;

/// Room is asked for a piece at a time, because each byte may become six.
const PIECE: usize = 4096;

/// Writes a JSON string with its quotes.
#[inline]
pub(super) fn write(output: &mut Output, text: &[u8]) -> Result<(), Malformed> {
    // The whole text fits without escapes, and it most often has none.
    let room = output.room(text.len() + 2);
    room[0] = b'"';
    if copy_plain(&mut room[1..=text.len()], text) {
        room[text.len() + 1] = b'"';
        output.advance(text.len() + 2);
        return Ok(());
    }
    write_escaped(output, text)
}

/// Copies text of printable ASCII without `"` and `\`; else returns false, with some of `out` overwritten.
#[inline]
fn copy_plain(out: &mut [u8], text: &[u8]) -> bool {
    // Blocks at the end overlap the ones before, so that no text is looked at byte by byte unless it is tiny.
    if let Some(last) = text.last_chunk::<BLOCK>() {
        let mut blocks = text.chunks_exact(BLOCK);
        for (out, block) in out.chunks_exact_mut(BLOCK).zip(&mut blocks) {
            if has_special(block) {
                return false;
            }
            out.copy_from_slice(block);
        }
        if has_special(last) {
            return false;
        }
        if let Some(out) = out.last_chunk_mut::<BLOCK>() {
            *out = *last;
        }
        true
    } else if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        let special = has_special_8(u64::from_le_bytes(*first)) | has_special_8(u64::from_le_bytes(*last));
        if let Some(out) = out.first_chunk_mut::<8>() {
            *out = *first;
        }
        if let Some(out) = out.last_chunk_mut::<8>() {
            *out = *last;
        }
        !special
    } else {
        let mut special = false;
        for (out, byte) in out.iter_mut().zip(text) {
            special |= is_special(*byte);
            *out = *byte;
        }
        !special
    }
}

/// Whether the byte stops the plain copy: it needs an escape or is not ASCII.
#[inline]
fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte >= 0x80 || byte == b'"' || byte == b'\\'
}

/// Whether any byte is special. The fold has no early exit, so that the compiler makes vector code of it.
#[inline]
fn has_special(block: &[u8]) -> bool {
    block.iter().fold(false, |special, byte| special | is_special(*byte))
}

/// The same for eight bytes in a register (`haszero` and `hasless` of Bit Twiddling Hacks).
#[inline]
fn has_special_8(word: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word & HIGH;
    let quote = below(word ^ (ONES * u64::from(b'"')), 1);
    let backslash = below(word ^ (ONES * u64::from(b'\\')), 1);
    below(word, 0x20) | quote | backslash | (word & HIGH) != 0
}

/// The general case: anything may stand in the text.
#[cold]
#[inline(never)]
fn write_escaped(output: &mut Output, text: &[u8]) -> Result<(), Malformed> {
    std::str::from_utf8(text)?;
    output.push(b"\"");
    for piece in text.chunks(PIECE) {
        let room = output.room(piece.len() * 6 + BLOCK);
        let mut written = 0;
        let mut rest = piece;
        while !rest.is_empty() {
            if let Some(block) = rest.first_chunk::<BLOCK>()
                && !needs_escape_block(block)
                && let Some(out) = room[written..].first_chunk_mut::<BLOCK>()
            {
                *out = *block;
                written += BLOCK;
                rest = &rest[BLOCK..];
                continue;
            }
            let part = &rest[..rest.len().min(BLOCK)];
            for byte in part {
                written += write_byte(&mut room[written..], *byte);
            }
            rest = &rest[part.len()..];
        }
        output.advance(written);
    }
    output.push(b"\"");
    Ok(())
}

#[inline]
fn needs_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

#[inline]
fn needs_escape_block(block: &[u8; BLOCK]) -> bool {
    block.iter().fold(false, |escape, byte| escape | needs_escape(*byte))
}

#[inline]
fn write_byte(out: &mut [u8], byte: u8) -> usize {
    if !needs_escape(byte) {
        out[0] = byte;
        return 1;
    }
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0c => b'f',
        _ => {
            out[..4].copy_from_slice(b"\\u00");
            out[4] = b'0' + (byte >> 4);
            out[5] = b"0123456789abcdef"[usize::from(byte & 0xf)];
            return 6;
        }
    };
    out[0] = b'\\';
    out[1] = short;
    2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &[u8]) -> Result<String, Malformed> {
        let mut output = Output::with_capacity(0);
        write(&mut output, text)?;
        Ok(String::from_utf8(output.into_vec()).expect("JSON is UTF-8"))
    }

    #[test]
    fn escapes_as_postgres_does() {
        // to_json(E'\x01\x02\b\f\n\r\t\x1f\x7f"\\/é€😀'::text)
        let text = "\x01\x02\x08\x0c\n\r\t\x1f\x7f\"\\/é€😀";
        let expected = "\"\\u0001\\u0002\\b\\f\\n\\r\\t\\u001f\x7f\\\"\\\\/é€😀\"";
        assert_eq!(json(text.as_bytes()).as_deref(), Ok(expected));
    }

    /// Each byte at each place of texts around the sizes of blocks and pieces.
    #[test]
    fn agrees_with_serde_json_at_every_offset() {
        for len in (0..70).chain([PIECE - 1, PIECE, PIECE + 1, PIECE + 20]) {
            let places = if len < 70 { 0..len } else { len.saturating_sub(40)..len };
            for place in places {
                for special in ["\"", "\\", "\n", "\u{1}", "\u{7f}", "é", "😀", "x"] {
                    let mut text = "a".repeat(place);
                    text.push_str(special);
                    text.push_str(&"b".repeat(len - place - 1));
                    let expected = serde_json::to_string(&text).expect("a string is JSON");
                    assert_eq!(json(text.as_bytes()), Ok(expected), "{special:?} at {place} of {len}");
                }
            }
        }
    }

    #[test]
    fn refuses_what_is_not_utf8() {
        for text in [&b"\xff"[..], b"abc\xc3", b"0123456789abcdef0123\xed\xa0\x80", b"\xc0\x80"] {
            assert!(matches!(json(text), Err(Malformed::Utf8(_))), "{text:?}");
        }
    }

    #[test]
    fn has_special_8_is_exact() {
        for byte in 0..=u8::MAX {
            for place in 0..8 {
                let mut bytes = [b'a'; 8];
                bytes[place] = byte;
                assert_eq!(has_special_8(u64::from_le_bytes(bytes)), is_special(byte), "{byte} at {place}");
            }
        }
    }
}
