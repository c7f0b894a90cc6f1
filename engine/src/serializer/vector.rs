//! A vector of pgvector → a JSON list of numbers.
//!
//! The format of `vector_send` is `int16` numbers, `int16` unused, then each number as a `float4`, all big endian.

use onefold_schema::ScalarType;

use super::error::{Fault, Malformed};
use super::output::Output;
use super::scalar;

/// Writes `[1,-0.5]`.
pub(super) fn write(output: &mut Output, data: &[u8]) -> Result<(), Fault> {
    let Some((&[high, low, _, _], numbers)) = data.split_first_chunk::<4>() else {
        return Err(Malformed::Length { scalar: "vector", expected: 4, actual: data.len() }.into());
    };
    let expected = usize::from(u16::from_be_bytes([high, low])) * 4;
    if numbers.len() != expected {
        let (expected, actual) = (expected + 4, data.len());
        return Err(Malformed::Length { scalar: "vector", expected, actual }.into());
    }
    output.push(b"[");
    for (index, number) in numbers.chunks_exact(4).enumerate() {
        if index > 0 {
            output.push(b",");
        }
        scalar::write(output, ScalarType::Float4, number)?;
    }
    output.push(b"]");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::scalar::tests::hex;
    use super::*;

    /// The JSON of data as pgvector has it: `select encode(vector_send('[1,-0.5]'), 'hex')`.
    fn json(data: &str) -> Result<String, Fault> {
        let mut output = Output::with_capacity(0);
        write(&mut output, &hex(data))?;
        Ok(String::from_utf8(output.into_vec()).expect("JSON is UTF-8"))
    }

    #[test]
    fn vectors_are_lists() {
        assert_eq!(json("000200003f800000bf000000").as_deref(), Ok("[1,-0.5]"));
    }

    #[test]
    fn what_is_no_vector_is_malformed() {
        let two = "000200003f800000bf000000";
        for length in (0..two.len() / 2).chain([two.len() / 2 + 1]) {
            let data = format!("{two}00");
            let cut = json(&data[..length * 2]);
            assert!(matches!(cut, Err(Fault::Malformed(Malformed::Length { .. }))), "{length}");
        }
    }
}
