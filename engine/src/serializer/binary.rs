//! Postgres' `bytea` → base64, and its network addresses → text.

use core::net::{Ipv4Addr, Ipv6Addr};
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::{Fault, Malformed};
use super::output::Output;

/// A `bytea`, in base64 with padding (RFC 4648, section 4).
pub(super) fn bytea(output: &mut Output, data: &[u8]) -> Result<(), Fault> {
    // Three bytes become four characters.
    let length = data.len().div_ceil(3) * 4;
    let room = output.room(length + 2);
    room[0] = b'"';
    let written = STANDARD.encode_slice(data, &mut room[1..length + 1]).unwrap_or_default();
    debug_assert_eq!(written, length, "the room is as long as the text");
    room[length + 1] = b'"';
    output.advance(length + 2);
    Ok(())
}

/// An `inet` or a `cidr`: `192.168.0.1/24`. All bits of a host are not told, as Postgres does not.
///
/// The format is a byte each for the family, the number of bits, whether it is a `cidr`, and the length of the address,
/// and then that (`network_send` in Postgres' `network.c`).
pub(super) fn inet(output: &mut Output, data: &[u8]) -> Result<(), Fault> {
    const IPV4: u8 = 2;
    const IPV6: u8 = 3;
    let malformed = |expected| Malformed::Length { scalar: "inet", expected, actual: data.len() };
    let Some(([family, bits, is_cidr, _], address)) = data.split_first_chunk::<4>() else {
        return Err(malformed(8).into());
    };
    let (address, all) = match *family {
        IPV4 => {
            let address: [u8; 4] = address.try_into().map_err(|_| malformed(8))?;
            (Ipv4Addr::from(address).to_string(), 32)
        }
        IPV6 => {
            let address: [u8; 16] = address.try_into().map_err(|_| malformed(20))?;
            (ipv6(address.into()), 128)
        }
        family => return Err(Malformed::Range { scalar: "inet", value: family.into() }.into()),
    };
    output.push_byte(b'"');
    output.push(address.as_bytes());
    if *bits != all || *is_cidr != 0 {
        let mut mask = String::with_capacity(4);
        // Writing to a string does not fail.
        let _ = write!(mask, "/{bits}");
        output.push(mask.as_bytes());
    }
    output.push_byte(b'"');
    Ok(())
}

/// The text of an address. Postgres writes the last four bytes in decimals also where all before them are zero.
fn ipv6(address: Ipv6Addr) -> String {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => {
            let [[a, b], [c, d]] = [high, low].map(u16::to_be_bytes);
            format!("::{}", Ipv4Addr::new(a, b, c, d))
        }
        _ => address.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::scalar::tests::{any, hex};
    use super::*;

    #[test]
    fn bytes_are_base64() {
        for (data, expected) in [
            ("", r#""""#),
            ("00", r#""AA==""#),
            ("666f", r#""Zm8=""#),
            ("666f6f", r#""Zm9v""#),
            ("fbff00", r#""+/8A""#),
        ] {
            assert_eq!(any(bytea, &hex(data)).as_deref(), Ok(expected));
        }
    }

    /// Postgres 15: `select encode(inet_send(v), 'hex'), to_json(v)`, and the same of `cidr`.
    #[test]
    fn addresses_as_postgres_writes_them() {
        for (data, expected) in [
            ("02200004c0a80001", r#""192.168.0.1""#),
            ("02180004c0a80001", r#""192.168.0.1/24""#),
            ("02200104c0a80001", r#""192.168.0.1/32""#),
            ("0380001020010db8000000000000000000000001", r#""2001:db8::1""#),
            ("0380001000000000000000000000000000000001", r#""::1""#),
            ("0380001000000000000000000000000001020304", r#""::1.2.3.4""#),
            ("0380001000000000000000000000ffff01020304", r#""::ffff:1.2.3.4""#),
            ("0340001000000000000000000000000000000000", r#""::/64""#),
        ] {
            assert_eq!(any(inet, &hex(data)).as_deref(), Ok(expected), "{data}");
        }
        for wrong in ["", "0220", "02200004c0a800", "03800010c0a80001", "04200004c0a80001"] {
            assert!(matches!(any(inet, &hex(wrong)), Err(Fault::Malformed(_))), "{wrong}");
        }
    }
}
