//! Which media type a response takes by the request's `Accept`, and whether a request's own is one we read.

use axum::http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};

use super::error::Error;

/// A media type of GraphQL responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MediaType {
    /// `application/graphql-response+json`: the status code says whether the request succeeded.
    GraphqlResponse,
    /// `application/json`: the status code is 200 for whatever was a GraphQL request.
    Json,
}

impl MediaType {
    pub(super) fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            MediaType::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            MediaType::Json => "application/json; charset=utf-8",
        })
    }

    fn subtype(self) -> &'static str {
        match self {
            MediaType::GraphqlResponse => "graphql-response+json",
            MediaType::Json => "json",
        }
    }
}

/// The media type to answer in; without `Accept`, and for `*/*`, it is `application/json`.
///
/// # Errors
/// [`Error::NotAcceptable`] when the client takes neither.
pub(super) fn negotiate(headers: &HeaderMap) -> Result<MediaType, Error> {
    if !headers.contains_key(ACCEPT) {
        return Ok(MediaType::Json);
    }
    let mut ranges = Vec::new();
    for value in headers.get_all(ACCEPT) {
        ranges.extend(value.to_str().unwrap_or_default().split(',').filter_map(Range::parse));
    }
    let new = preference(&ranges, MediaType::GraphqlResponse);
    let old = preference(&ranges, MediaType::Json);
    match (new, old) {
        (None, None) => Err(Error::NotAcceptable),
        // A client that names both likes them the same unless it says so; then the one that says more is better.
        (Some(new), Some(old)) if new < old || (new == old && new.specificity < 2) => Ok(MediaType::Json),
        (Some(_), _) => Ok(MediaType::GraphqlResponse),
        (None, Some(_)) => Ok(MediaType::Json),
    }
}

/// How much a client wants a media type: by weight, then by how exactly it was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Preference {
    /// In thousandths; 0 is a refusal.
    weight: u16,
    /// 0 for `*/*`, 1 for `application/*`, 2 for the type itself.
    specificity: u8,
}

/// One element of `Accept`.
struct Range<'h> {
    kind: &'h str,
    subtype: &'h str,
    weight: u16,
}

impl<'h> Range<'h> {
    /// `None` for what is no media range, or is one in a charset that JSON is not written in.
    fn parse(text: &'h str) -> Option<Range<'h>> {
        let mut parts = text.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let mut weight = 1_000;
        for parameter in parts {
            let (name, value) = parameter.split_once('=')?;
            let value = value.trim().trim_matches('"');
            if name.trim().eq_ignore_ascii_case("q") {
                weight = parse_weight(value)?;
            } else if name.trim().eq_ignore_ascii_case("charset") && !is_utf8(value) {
                return None;
            }
        }
        Some(Range { kind: kind.trim(), subtype: subtype.trim(), weight })
    }

    fn specificity(&self, media: MediaType) -> Option<u8> {
        if self.kind == "*" && self.subtype == "*" {
            return Some(0);
        }
        if !self.kind.eq_ignore_ascii_case("application") {
            return None;
        }
        if self.subtype == "*" {
            return Some(1);
        }
        self.subtype.eq_ignore_ascii_case(media.subtype()).then_some(2)
    }
}

/// The most specific range decides. <https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1>
fn preference(ranges: &[Range<'_>], media: MediaType) -> Option<Preference> {
    ranges
        .iter()
        .filter_map(|range| Some((range.specificity(media)?, range.weight)))
        .max()
        .filter(|(_, weight)| *weight > 0)
        .map(|(specificity, weight)| Preference { weight, specificity })
}

/// `0.75` as 750. <https://www.rfc-editor.org/rfc/rfc9110#section-12.4.2>
fn parse_weight(text: &str) -> Option<u16> {
    let weight: f32 = text.parse().ok()?;
    // The range is checked, so the number fits.
    (0.0..=1.0).contains(&weight).then_some((weight * 1_000.0) as u16)
}

fn is_utf8(charset: &str) -> bool {
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

/// Whether a request's body is JSON in UTF-8, uncompressed.
///
/// Other types are refused, `text/plain` and forms among them: browsers send those to other origins without asking
/// first.
pub(super) fn check_request(headers: &HeaderMap) -> Result<(), Error> {
    if let Some(encoding) =
        headers.get(CONTENT_ENCODING).filter(|e| !e.as_bytes().eq_ignore_ascii_case(b"identity"))
    {
        return Err(Error::ContentEncoding(String::from_utf8_lossy(encoding.as_bytes()).into_owned()));
    }
    let Some(content_type) = headers.get(CONTENT_TYPE) else { return Err(Error::NoContentType) };
    let content_type = String::from_utf8_lossy(content_type.as_bytes());
    let mut parts = content_type.split(';').map(str::trim);
    if !parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json")) {
        return Err(Error::ContentType(content_type.into_owned()));
    }
    for (name, value) in parts.filter_map(|parameter| parameter.split_once('=')) {
        let value = value.trim().trim_matches('"');
        if name.trim().eq_ignore_ascii_case("charset") && !is_utf8(value) {
            return Err(Error::Charset(value.to_owned()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(value: &str) -> Option<MediaType> {
        let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_str(value).unwrap())]);
        negotiate(&headers).ok()
    }

    #[test]
    fn the_client_chooses_the_media_type() {
        use MediaType::{GraphqlResponse, Json};
        assert_eq!(negotiate(&HeaderMap::new()).ok(), Some(Json));
        for (value, expected) in [
            ("*/*", Some(Json)),
            ("application/*", Some(Json)),
            ("application/json", Some(Json)),
            ("APPLICATION/JSON; charset=UTF-8", Some(Json)),
            ("application/graphql-response+json", Some(GraphqlResponse)),
            ("application/graphql-response+json; charset=\"utf-8\", application/json", Some(GraphqlResponse)),
            ("application/json, application/graphql-response+json", Some(GraphqlResponse)),
            ("application/json, application/graphql-response+json;q=0.9", Some(Json)),
            ("application/graphql-response+json, application/json;q=0.9, */*;q=0.1", Some(GraphqlResponse)),
            ("application/json, */*", Some(Json)),
            ("application/graphql-response+json, */*", Some(GraphqlResponse)),
            ("application/json;q=0, */*", Some(GraphqlResponse)),
            ("text/html,application/xhtml+xml,*/*;q=0.8", Some(Json)),
            ("application/json; charset=iso-8859-1", None),
            ("application/json;q=0", None),
            ("application/json;q=2", None),
            ("text/html", None),
            ("nonsense", None),
            ("", None),
        ] {
            assert_eq!(accept(value), expected, "{value}");
        }
    }
}
