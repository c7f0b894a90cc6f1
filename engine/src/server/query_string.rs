//! Splits a query string into its parameters, `application/x-www-form-urlencoded`.
//! <https://url.spec.whatwg.org/#application/x-www-form-urlencoded>

/// The parameters in their order, decoded; `None` when one is not percent-encoded UTF-8.
pub(super) fn parse(text: &str) -> Option<Vec<(String, String)>> {
    text.split('&')
        .filter(|parameter| !parameter.is_empty())
        .map(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            Some((decode(name)?, decode(value)?))
        })
        .collect()
}

fn decode(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

fn hex(digit: u8) -> Option<u8> {
    // Sixteen digits: the value fits.
    char::from(digit).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(parse(""), Some(vec![]));
        assert_eq!(parse("query=%7B+a%20%7d&x"), Some(vec![pair("query", "{ a }"), pair("x", "")]));
        assert_eq!(parse("a=b=c&&é=%C3%A9"), Some(vec![pair("a", "b=c"), pair("é", "é")]));
        for wrong in ["a=%", "a=%7", "a=%zz", "a=%FF", "%C3=a"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
