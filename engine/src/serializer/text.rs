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
    if write_plain::<true>(output, text) {
        return Ok(());
    }
    write_other(output, text)
}

/// Text with escapes in it, or beyond ASCII.
#[cold]
#[inline(never)]
fn write_other(output: &mut Output, text: &[u8]) -> Result<(), Malformed> {
    std::str::from_utf8(text)?;
    if !write_plain::<false>(output, text) {
        write_escaped(output, text);
    }
    Ok(())
}

/// Writes text without escapes, and of ASCII only if that is asked for; else returns false and writes nothing.
#[inline(always)]
fn write_plain<const ASCII: bool>(output: &mut Output, text: &[u8]) -> bool {
    let room = output.room(text.len() + 2);
    room[0] = b'"';
    if !copy_plain::<ASCII>(&mut room[1..=text.len()], text) {
        return false;
    }
    room[text.len() + 1] = b'"';
    output.advance(text.len() + 2);
    true
}

/// Copies text while looking for bytes that stop it; false when there was one.
#[inline(always)]
fn copy_plain<const ASCII: bool>(out: &mut [u8], text: &[u8]) -> bool {
    // The last block overlaps the one before, so that no text is looked at byte by byte unless it is tiny.
    if let Some(last) = text.last_chunk::<BLOCK>() {
        for (out, block) in out.as_chunks_mut::<BLOCK>().0.iter_mut().zip(text.as_chunks::<BLOCK>().0) {
            if stops_in_block::<ASCII>(block) {
                return false;
            }
            *out = *block;
        }
        if let Some(out) = out.last_chunk_mut::<BLOCK>() {
            *out = *last;
        }
        !stops_in_block::<ASCII>(last)
    } else if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        if let Some(out) = out.first_chunk_mut::<8>() {
            *out = *first;
        }
        if let Some(out) = out.last_chunk_mut::<8>() {
            *out = *last;
        }
        !(stops_in_word::<ASCII>(*first) | stops_in_word::<ASCII>(*last))
    } else {
        let mut stop = false;
        for (out, byte) in out.iter_mut().zip(text) {
            stop |= stops::<ASCII>(*byte);
            *out = *byte;
        }
        !stop
    }
}

/// Whether the byte stops a plain copy: it needs an escape, or is not ASCII where only that is plain.
#[inline(always)]
fn stops<const ASCII: bool>(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\') | (ASCII & (byte >= 0x80))
}

/// Whether any byte stops the copy.
#[inline(always)]
fn stops_in_block<const ASCII: bool>(block: &[u8; BLOCK]) -> bool {
    let (words, _) = block.as_chunks::<8>();
    words.iter().fold(0, |stop, word| stop | stops_of_word::<ASCII>(*word)) != 0
}

/// Whether any of eight bytes stops the copy.
#[inline(always)]
fn stops_in_word<const ASCII: bool>(bytes: [u8; 8]) -> bool {
    stops_of_word::<ASCII>(bytes) != 0
}

/// Not zero when one of the bytes stops the copy (`haszero` and `hasless` of Bit Twiddling Hacks). It is the same for
/// all bytes at once in a register; two of these are as fast as vector code, and do not depend on the compiler's
/// seeing that.
#[inline(always)]
fn stops_of_word<const ASCII: bool>(bytes: [u8; 8]) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let word = u64::from_le_bytes(bytes);
    // The high bit of each byte below the limit, if no byte before it is; that of a byte beyond ASCII never.
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word;
    let quote = below(word ^ (ONES * u64::from(b'"')), 1);
    let backslash = below(word ^ (ONES * u64::from(b'\\')), 1);
    let beyond = if ASCII { word } else { 0 };
    (below(word, 0x20) | quote | backslash | beyond) & HIGH
}

/// The general case.
fn write_escaped(output: &mut Output, text: &[u8]) {
    output.push(b"\"");
    for piece in text.chunks(PIECE) {
        let room = output.room(piece.len() * 6 + BLOCK);
        let mut written = 0;
        let mut rest = piece;
        while !rest.is_empty() {
            if let Some((block, after)) = rest.split_first_chunk::<BLOCK>()
                && !stops_in_block::<false>(block)
                && let Some(out) = room[written..].first_chunk_mut::<BLOCK>()
            {
                *out = *block;
                written += BLOCK;
                rest = after;
                continue;
            }
            let (part, after) = rest.split_at(rest.len().min(BLOCK));
            for byte in part {
                written += write_byte(&mut room[written..], *byte);
            }
            rest = after;
        }
        output.advance(written);
    }
    output.push(b"\"");
}

#[inline]
fn write_byte(out: &mut [u8], byte: u8) -> usize {
    if !stops::<false>(byte) {
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
        for len in (0..50).chain([PIECE, PIECE + 20]) {
            let places = if len < 50 { 0..len } else { len - 22..len };
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
    fn stops_in_word_is_exact() {
        for byte in 0..=u8::MAX {
            for place in 0..8 {
                let mut bytes = [b'a'; 8];
                bytes[place] = byte;
                assert_eq!(stops_in_word::<true>(bytes), stops::<true>(byte), "{byte} at {place}");
                assert_eq!(stops_in_word::<false>(bytes), stops::<false>(byte), "{byte} at {place}");
            }
        }
    }
}
