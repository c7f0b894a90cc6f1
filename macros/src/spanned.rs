//! Tokens that rustc underlines where a mistake would be. A procedural macro cannot join two spans, but rustc joins
//! those of the first and the last token of an expression or a type; so code that checks `Option<u32>` begins with
//! the span of `Option` and ends with that of `>`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

/// `<ty as ::onefold::schema::Trait>::Item`, under the whole of `ty`.
pub fn projection(ty: impl ToTokens, trait_name: &str, item: &str) -> TokenStream {
    let (start, _) = ends(&ty);
    let [trait_name, item] = [trait_name, item].map(|name| Ident::new(name, start));
    under(&ty, quote_spanned!(start=> <#ty as ::onefold::schema::#trait_name>::#item))
}

/// `function(arguments)`, whose panic rustc shows under the whole of `place`. The function may be a macro,
/// `::core::assert!`.
pub fn call(place: impl ToTokens, function: TokenStream, arguments: TokenStream) -> TokenStream {
    let (start, _) = ends(&place);
    let function = function.into_iter().map(|mut token| {
        token.set_span(start);
        token
    });
    under(place, quote!(#(#function)*(#arguments)))
}

/// `&path`, under the whole of the path.
pub fn reference(path: impl ToTokens) -> TokenStream {
    under(&path, quote!(&#path))
}

/// `tokens`, of which the first and the last have the spans of those of `place`.
pub fn under(place: impl ToTokens, tokens: TokenStream) -> TokenStream {
    let (start, end) = ends(place);
    let mut tokens: Vec<_> = tokens.into_iter().collect();
    if let Some(last) = tokens.last_mut() {
        last.set_span(end);
    }
    if let Some(first) = tokens.first_mut() {
        first.set_span(start);
    }
    tokens.into_iter().collect()
}

/// The spans of the first and the last token.
fn ends(tokens: impl ToTokens) -> (Span, Span) {
    let mut spans = tokens.into_token_stream().into_iter().map(|token| token.span());
    let start = spans.next().unwrap_or_else(Span::call_site);
    (start, spans.last().unwrap_or(start))
}
