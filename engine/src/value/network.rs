//! Texts → network addresses.

use core::net::IpAddr;

/// The address of a host, or of a network with its number of bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    /// The address.
    pub address: IpAddr,
    /// How many bits of it are the network's.
    pub bits: u8,
}

impl Network {
    /// Reads `192.168.0.1/24` and `2001:db8::1`; without bits, all are meant.
    pub(super) fn parse(text: &str) -> Option<Network> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => all,
            // `parse` of numbers takes signs and zeros in front.
            Some(bits) => bits.parse().ok().filter(|number: &u8| number.to_string() == bits)?,
        };
        (bits <= all).then_some(Network { address, bits })
    }

    /// In Postgres' format: family, bits, that it is an `inet`, the length of the address, the address.
    pub(super) fn write(self, mut put: impl FnMut(&[u8])) {
        const IPV4: u8 = 2;
        const IPV6: u8 = 3;
        match self.address {
            IpAddr::V4(address) => {
                put(&[IPV4, self.bits, 0, 4]);
                put(&address.octets());
            }
            IpAddr::V6(address) => {
                put(&[IPV6, self.bits, 0, 16]);
                put(&address.octets());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let bits = |text: &str| Network::parse(text).map(|network| network.bits);
        assert_eq!(bits("192.168.0.1"), Some(32));
        assert_eq!(bits("192.168.0.1/24"), Some(24));
        assert_eq!(bits("::1"), Some(128));
        assert_eq!(bits("2001:db8::/0"), Some(0));
        for wrong in ["", "1.2.3", "1.2.3.4/33", "::1/129", "1.2.3.4/", "1.2.3.4/+8", "1.2.3.4/08", "a"] {
            assert_eq!(bits(wrong), None, "{wrong}");
        }
    }
}
