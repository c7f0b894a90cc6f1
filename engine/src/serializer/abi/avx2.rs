//! The functions that write text, JSON and `uuid`, for processors with AVX2: 32 bytes at a time.
//!
//! Text is copied while the same registers are looked at for bytes that need an escape or are not ASCII. What has
//! none, which is most text, is done then. Nothing is read beyond the data of a cell: the last block overlaps the one
//! before, and short texts are read as two words that overlap.

use std::arch::x86_64::*;
use std::{ptr, slice};

use super::Context;

const BLOCK: usize = 32;

/// Room for escapes is asked for a piece at a time, because each byte may become six.
const PIECE: usize = 1024;

/// Writes a text as a JSON string: `WriteAny`.
#[target_feature(enable = "avx2")]
pub(super) unsafe extern "C" fn text(
    context: *mut Context,
    position: *mut u8,
    data: *const u8,
    length: usize,
    reserve: usize,
) -> *mut u8 {
    // SAFETY: by the terms of this folder, the context is alive, the position is in its room, and the data is that of a
    // cell, whose length is far from the largest number. What is written is in the room that was just compared with.
    unsafe {
        if (*context).room(position) >= length + 2 + reserve && copy::<TEXT>(data, length, position.add(1)) {
            position.write(b'"');
            position.add(length + 1).write(b'"');
            return position.add(length + 2);
        }
        other_text(context, position, data, length, reserve)
    }
}

/// Writes a JSON value as it is: `WriteAny`.
#[target_feature(enable = "avx2")]
pub(super) unsafe extern "C" fn json(
    context: *mut Context,
    position: *mut u8,
    data: *const u8,
    length: usize,
    reserve: usize,
) -> *mut u8 {
    if length == 0 {
        return ptr::null_mut();
    }
    // SAFETY: as in `text`.
    unsafe {
        let position = (*context).with_room(position, length + reserve);
        if !copy::<JSON>(data, length, position)
            && str::from_utf8(slice::from_raw_parts(data, length)).is_err()
        {
            return ptr::null_mut();
        }
        position.add(length)
    }
}

/// Writes a `jsonb` value, which is a version and then its text: `WriteAny`.
#[target_feature(enable = "avx2")]
pub(super) unsafe extern "C" fn jsonb(
    context: *mut Context,
    position: *mut u8,
    data: *const u8,
    length: usize,
    reserve: usize,
) -> *mut u8 {
    // SAFETY: by the terms of this folder, the data has as many bytes.
    if length == 0 || unsafe { data.read() } != 1 {
        return ptr::null_mut();
    }
    // SAFETY: the terms are the same, and one byte is gone.
    unsafe { json(context, position, data.add(1), length - 1, reserve) }
}

/// Writes sixteen bytes with hyphens between their figures: `WriteBytes`.
#[target_feature(enable = "avx2")]
pub(super) unsafe extern "C" fn uuid(position: *mut u8, data: *const u8) -> *mut u8 {
    // SAFETY: by the terms of this folder, the code checked that the cell has sixteen bytes.
    let bytes = unsafe { _mm_loadu_si128(data.cast()) };
    let nibble = _mm_set1_epi8(0xf);
    let high = _mm_and_si128(_mm_srli_epi16::<4>(bytes), nibble);
    let low = _mm_and_si128(bytes, nibble);
    let figures = bytes_16(b"0123456789abcdef");
    let first = _mm_shuffle_epi8(figures, _mm_unpacklo_epi8(high, low));
    let second = _mm_shuffle_epi8(figures, _mm_unpackhi_epi8(high, low));
    // From the fourteenth figure on.
    let middle = _mm_alignr_epi8::<13>(second, first);

    // A place beyond the register leaves a gap, into which the mark is written that stands there.
    let start = _mm_shuffle_epi8(
        first,
        bytes_16(b"\xff\x00\x01\x02\x03\x04\x05\x06\x07\xff\x08\x09\x0a\x0b\xff\x0c"),
    );
    let start = _mm_or_si128(start, bytes_16(b"\"\0\0\0\0\0\0\0\0-\0\0\0\0-\0"));
    let middle = _mm_shuffle_epi8(
        middle,
        bytes_16(b"\x00\x01\x02\xff\x03\x04\x05\x06\xff\x07\x08\x09\x0a\x0b\x0c\x0d"),
    );
    let middle = _mm_or_si128(middle, bytes_16(b"\0\0\0-\0\0\0\0-\0\0\0\0\0\0\0"));
    let end = _mm_shuffle_epi8(
        second,
        bytes_16(b"\x0b\x0c\x0d\x0e\x0f\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
    );
    let end = _mm_or_si128(end, bytes_16(b"\0\0\0\0\0\"\0\0\0\0\0\0\0\0\0\0"));
    // SAFETY: by the terms of this folder, there are `FIXED` bytes of room, which are more than these.
    unsafe {
        _mm_storeu_si128(position.cast(), start);
        _mm_storeu_si128(position.add(16).cast(), middle);
        _mm_storel_epi64(position.add(32).cast(), end);
        position.add(super::super::scalar::UUID)
    }
}

/// Text with escapes in it, or beyond ASCII, or for which there was no room.
#[cold]
#[inline(never)]
#[target_feature(enable = "avx2")]
unsafe fn other_text(
    context: *mut Context,
    position: *mut u8,
    data: *const u8,
    length: usize,
    reserve: usize,
) -> *mut u8 {
    // SAFETY: the caller keeps to the terms of this folder.
    let (context, text) = unsafe { (&mut *context, slice::from_raw_parts(data, length)) };
    let mut beyond_ascii = false;
    // SAFETY: by the terms; each time there is room for what is written until the next.
    unsafe {
        let mut position = context.with_room(position, 1);
        position.write(b'"');
        position = position.add(1);
        for piece in text.chunks(PIECE) {
            position = context.with_room(position, piece.len() * LONGEST_ESCAPE + BLOCK);
            position = escape(piece, position, &mut beyond_ascii);
        }
        if beyond_ascii && str::from_utf8(text).is_err() {
            return ptr::null_mut();
        }
        position = context.with_room(position, 1 + reserve);
        position.write(b'"');
        position.add(1)
    }
}

/// Writes text with escapes where they are needed; returns the position behind it.
///
/// # Safety
/// There must be room for the longest escape of each byte, and a block behind it.
#[target_feature(enable = "avx2")]
unsafe fn escape(mut text: &[u8], mut out: *mut u8, beyond_ascii: &mut bool) -> *mut u8 {
    let mut seen = _mm256_setzero_si256();
    while text.len() >= BLOCK {
        // SAFETY: there are as many bytes, and room for them.
        let block = unsafe { copy_block(text.as_ptr(), out) };
        seen = _mm256_or_si256(seen, block);
        let plain = (_mm256_movemask_epi8(escapes(block)) as u32).trailing_zeros() as usize;
        // SAFETY: the caller promises that there is room, of which no more than the bytes so far need is used.
        out = unsafe { out.add(plain) };
        text = &text[plain..];
        if plain < BLOCK {
            // SAFETY: as above.
            out = unsafe { write_escape(text[0], out) };
            text = &text[1..];
        }
    }
    // What is left stands in a buffer with room to read whole blocks.
    let mut buffer = [b' '; 2 * BLOCK];
    buffer[..text.len()].copy_from_slice(text);
    let mut at = 0;
    while at < text.len() {
        // SAFETY: the buffer has a block behind each byte of the text; the room is as above.
        let block = unsafe { copy_block(buffer.as_ptr().add(at), out) };
        seen = _mm256_or_si256(seen, block);
        let plain = (_mm256_movemask_epi8(escapes(block)) as u32).trailing_zeros() as usize;
        let plain = plain.min(text.len() - at);
        at += plain;
        // SAFETY: as above.
        out = unsafe { out.add(plain) };
        if at < text.len() {
            // SAFETY: as above.
            out = unsafe { write_escape(buffer[at], out) };
            at += 1;
        }
    }
    *beyond_ascii |= _mm256_movemask_epi8(seen) != 0;
    out
}

/// `\u001f`
const LONGEST_ESCAPE: usize = 6;

/// Writes the escape of a byte that needs one; returns the position behind it.
///
/// # Safety
/// There must be room for eight bytes.
#[inline]
unsafe fn write_escape(byte: u8, out: *mut u8) -> *mut u8 {
    /// The escape of each byte up to the backslash, and its length in the last place.
    static ESCAPES: [[u8; 8]; 0x5d] = {
        let mut escapes = [[0; 8]; 0x5d];
        let mut byte = 0;
        while byte < 0x20 {
            let low = b"0123456789abcdef"[byte & 0xf];
            escapes[byte] = [b'\\', b'u', b'0', b'0', b'0' + (byte >> 4) as u8, low, 0, LONGEST_ESCAPE as u8];
            byte += 1;
        }
        let short = [
            (0x08, b'b'),
            (b'\t', b't'),
            (b'\n', b'n'),
            (0x0c, b'f'),
            (b'\r', b'r'),
            (b'"', b'"'),
            (b'\\', b'\\'),
        ];
        let mut index = 0;
        while index < short.len() {
            let (byte, letter) = short[index];
            escapes[byte as usize] = [b'\\', letter, 0, 0, 0, 0, 0, 2];
            index += 1;
        }
        escapes
    };
    let escape = ESCAPES[usize::from(byte)];
    // SAFETY: the caller promises that there is room.
    unsafe {
        out.cast::<[u8; 8]>().write(escape);
        out.add(usize::from(escape[7]))
    }
}

/// What must not be in the bytes of a plain copy.
type Kind = bool;
/// Nothing beyond ASCII, and nothing that needs an escape.
const TEXT: Kind = true;
/// Nothing beyond ASCII.
const JSON: Kind = false;

/// Copies bytes; whether they are plain. A text that is not is written anew, so its copy may be left unfinished.
///
/// # Safety
/// There must be room for them.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn copy<const KIND: Kind>(data: *const u8, length: usize, out: *mut u8) -> bool {
    if length < BLOCK {
        // SAFETY: the caller promises the same.
        return unsafe { copy_short::<KIND>(data, length, out) };
    }
    // SAFETY: each access is within the length, of which the last block is the end.
    unsafe {
        let last = length - BLOCK;
        let mut at = 0;
        let mut stops = _mm256_setzero_si256();
        while at + 4 * BLOCK <= last {
            for _ in 0..4 {
                stops = _mm256_or_si256(stops, not_plain::<KIND>(copy_block(data.add(at), out.add(at))));
                at += BLOCK;
            }
            if KIND == TEXT && _mm256_movemask_epi8(stops) != 0 {
                return false;
            }
        }
        // Up to four blocks are left before the last one. How many varies from text to text, and a branch on it would be
        // guessed wrong most times; what is too much is the last block once more.
        if length > 2 * BLOCK {
            for place in [at, at + BLOCK, at + 2 * BLOCK, at + 3 * BLOCK] {
                let place = place.min(last);
                stops =
                    _mm256_or_si256(stops, not_plain::<KIND>(copy_block(data.add(place), out.add(place))));
            }
        } else {
            stops = _mm256_or_si256(stops, not_plain::<KIND>(copy_block(data, out)));
        }
        stops = _mm256_or_si256(stops, not_plain::<KIND>(copy_block(data.add(last), out.add(last))));
        _mm256_movemask_epi8(stops) == 0
    }
}

/// Copies less than a block.
///
/// # Safety
/// As of [`copy`].
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn copy_short<const KIND: Kind>(data: *const u8, length: usize, out: *mut u8) -> bool {
    // SAFETY: each access is within the length, which was just compared with.
    let block = unsafe {
        if length >= 16 {
            let first = _mm_loadu_si128(data.cast());
            let last = _mm_loadu_si128(data.add(length - 16).cast());
            _mm_storeu_si128(out.cast(), first);
            _mm_storeu_si128(out.add(length - 16).cast(), last);
            _mm256_set_m128i(last, first)
        } else if length >= 8 {
            let first = data.cast::<u64>().read_unaligned();
            let last = data.add(length - 8).cast::<u64>().read_unaligned();
            out.cast::<u64>().write_unaligned(first);
            out.add(length - 8).cast::<u64>().write_unaligned(last);
            _mm256_broadcastsi128_si256(_mm_set_epi64x(last as i64, first as i64))
        } else if length >= 4 {
            let first = data.cast::<u32>().read_unaligned();
            let last = data.add(length - 4).cast::<u32>().read_unaligned();
            out.cast::<u32>().write_unaligned(first);
            out.add(length - 4).cast::<u32>().write_unaligned(last);
            _mm256_set1_epi64x((u64::from(last) << 32 | u64::from(first)) as i64)
        } else if length > 0 {
            let [first, middle, last] = [0, length / 2, length - 1].map(|at| (at, data.add(at).read()));
            for (at, byte) in [first, middle, last] {
                out.add(at).write(byte);
            }
            _mm256_set1_epi32(i32::from_le_bytes([first.1, middle.1, last.1, b' ']))
        } else {
            return true;
        }
    };
    _mm256_movemask_epi8(not_plain::<KIND>(block)) == 0
}

/// Copies a block, and returns it.
///
/// # Safety
/// There must be a block to read and room to write it.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn copy_block(data: *const u8, out: *mut u8) -> __m256i {
    // SAFETY: the caller promises it.
    unsafe {
        let block = _mm256_loadu_si256(data.cast());
        _mm256_storeu_si256(out.cast(), block);
        block
    }
}

/// The high bit of each byte that is not plain.
#[inline]
#[target_feature(enable = "avx2")]
fn not_plain<const KIND: Kind>(block: __m256i) -> __m256i {
    if KIND == JSON {
        return block;
    }
    // The quote, 0x22, changes places with the space, so that it is below 0x21 with the control characters; and as signed
    // numbers, bytes beyond ASCII are too.
    let swapped = _mm256_xor_si256(block, _mm256_set1_epi8(0x02));
    let low = _mm256_cmpgt_epi8(_mm256_set1_epi8(0x21), swapped);
    _mm256_or_si256(low, backslashes(block))
}

/// All bits of each byte that needs an escape.
#[inline]
#[target_feature(enable = "avx2")]
fn escapes(block: __m256i) -> __m256i {
    let control = _mm256_cmpeq_epi8(_mm256_min_epu8(block, _mm256_set1_epi8(0x1f)), block);
    _mm256_or_si256(control, marks(block))
}

/// All bits of each byte that is a quote or a backslash.
#[inline]
#[target_feature(enable = "avx2")]
fn marks(block: __m256i) -> __m256i {
    let quote = _mm256_cmpeq_epi8(block, _mm256_set1_epi8(b'"' as i8));
    _mm256_or_si256(quote, backslashes(block))
}

/// All bits of each byte that is a backslash.
#[inline]
#[target_feature(enable = "avx2")]
fn backslashes(block: __m256i) -> __m256i {
    _mm256_cmpeq_epi8(block, _mm256_set1_epi8(b'\\' as i8))
}

#[inline]
#[target_feature(enable = "avx2")]
fn bytes_16(bytes: &[u8; 16]) -> __m128i {
    // SAFETY: there are as many bytes.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
}
