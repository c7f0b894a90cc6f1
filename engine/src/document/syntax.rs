//! Text → the mistakes of syntax in it that `apollo-parser` passes over: arguments and input fields without a value, which
//! it leaves out of the document.
//!
//! <https://spec.graphql.org/draft/#Argument>, <https://spec.graphql.org/draft/#ObjectField>

use apollo_parser::{Lexer, Token, TokenKind};

use crate::error::{Code, GraphQLError, Location};

/// What a bracket holds.
#[derive(Clone, Copy, PartialEq)]
enum Within {
    /// Names with values: arguments or the fields of an input object.
    Named,
    List,
    Variables,
    Selections,
}

/// Checks a text that is a document otherwise.
pub(super) fn check(text: &str) -> Vec<GraphQLError> {
    let is_significant = |token: &Token<'_>| {
        !matches!(token.kind(), TokenKind::Whitespace | TokenKind::Comment | TokenKind::Comma)
    };
    let tokens: Vec<_> = Lexer::new(text).flatten().filter(is_significant).collect();
    let kind = |place: usize| tokens.get(place).map(Token::kind);
    let mut brackets: Vec<Within> = Vec::new();
    let mut errors = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        let outer = brackets.last().copied().unwrap_or(Within::Selections);
        match token.kind() {
            TokenKind::LParen if kind(place + 1) == Some(TokenKind::Dollar) => {
                brackets.push(Within::Variables)
            }
            TokenKind::LParen => brackets.push(Within::Named),
            TokenKind::LCurly if outer == Within::Selections => brackets.push(Within::Selections),
            TokenKind::LCurly => brackets.push(Within::Named),
            TokenKind::LBracket => brackets.push(Within::List),
            TokenKind::RParen | TokenKind::RCurly | TokenKind::RBracket => drop(brackets.pop()),
            TokenKind::Name if outer == Within::Named => {
                let before = place.checked_sub(1).and_then(kind);
                let is_value = matches!(before, Some(TokenKind::Colon | TokenKind::Dollar));
                if !is_value && kind(place + 1) != Some(TokenKind::Colon) {
                    let message = format!("syntax error: expected a value for `{}`", token.data());
                    let error = GraphQLError::new(Code::GraphqlParseFailed, message);
                    errors.push(error.at(Some(Location::at(text, token.index()))));
                }
            }
            _ => {}
        }
    }
    errors
}
