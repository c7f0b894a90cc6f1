//! Reads `#[sql("{price} * $rate", args(rate: Decimal))]` into a [`Computed`]: which columns and arguments the expression
//! has, and where. It knows of SQL only where quotes begin and end, and which parentheses belong together.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Expr, Lit, LitStr, Meta, Token, Type, UnOp, parenthesized};

use crate::attributes::{self, Errors, option};
use crate::names::{self, Name};
use crate::spanned;

const EXPRESSION_HELP: &str = "write `#[sql(\"…\")]` with an expression over columns of this struct, \
                    `#[sql(\"{first_name} || ' ' || {last_name}\")]`, and its arguments behind it if it has any, \
                    `#[sql(\"{price} * $rate\", args(rate: Decimal))]`";

const CALL_HELP: &str = "write `#[sql(\"…\")]` with the call of a function that returns rows, \
                         `#[sql(\"similar_tracks({track_id}, $most)\", args(most: i32 = 10))]`";

/// The arguments of lists and connections, which those of a function stand beside.
const LIST_ARGUMENTS: [&str; 9] =
    ["where", "orderBy", "limit", "offset", "first", "after", "last", "before", "distinctOn"];

/// What an attribute stands for.
#[derive(Clone, Copy, PartialEq)]
pub enum Form {
    /// A value, of a field.
    Expression,
    /// The call of a function that returns rows, of a list.
    Call,
}

impl Form {
    fn help(self) -> &'static str {
        match self {
            Form::Expression => EXPRESSION_HELP,
            Form::Call => CALL_HELP,
        }
    }
}

/// A field whose value is an expression, or whose rows are those of a call.
pub struct Computed {
    pub parts: Vec<Part>,
    pub arguments: Vec<Argument>,
}

impl Computed {
    /// One that could not be read, which is no column either.
    pub fn unread() -> Self {
        Self { parts: Vec::new(), arguments: Vec::new() }
    }
}

/// A part of an expression.
pub enum Part {
    Text(String),
    /// A position among the columns of the table.
    Column(usize),
    /// A position in [`Computed::arguments`].
    Argument(usize),
}

/// `rate: Decimal = "1.19"`
pub struct Argument {
    pub ident: Ident,
    /// The GraphQL argument.
    pub name: Name,
    pub ty: Type,
    /// As JSON.
    pub default: Option<String>,
    pub description: Option<String>,
}

/// What stands between the parentheses.
struct Content {
    text: LitStr,
    arguments: Vec<Declared>,
}

struct Declared {
    attributes: Vec<Attribute>,
    ident: Ident,
    ty: Type,
    default: Option<Expr>,
}

impl Parse for Content {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let text = input.parse()?;
        let mut arguments = Vec::new();
        if input.peek(Token![,]) {
            input.parse::<Token![,]>()?;
        }
        if !input.is_empty() {
            let word: Ident = input.parse()?;
            if word != "args" {
                return Err(syn::Error::new(
                    word.span(),
                    "write the arguments as `args(rate: Decimal, digits: i32 = 2)`",
                ));
            }
            let content;
            parenthesized!(content in input);
            let declared = content.parse_terminated(Declared::parse, Token![,])?;
            arguments = declared.into_iter().collect();
            if input.peek(Token![,]) {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(Self { text, arguments })
    }
}

impl Parse for Declared {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = Attribute::parse_outer(input)?;
        let ident = input.parse()?;
        input.parse::<Token![:]>()?;
        let ty = input.parse()?;
        let default = match input.peek(Token![=]) {
            true => {
                input.parse::<Token![=]>()?;
                Some(input.parse()?)
            }
            false => None,
        };
        Ok(Self { attributes, ident, ty, default })
    }
}

/// Reads the attribute. `column` finds the position of a column of the row, and reports when there is none.
pub fn read(
    attribute: &Attribute,
    form: Form,
    column: impl Fn(&Ident, &mut Errors) -> Option<usize>,
    errors: &mut Errors,
) -> Option<Computed> {
    let Meta::List(_) = &attribute.meta else {
        errors.on(attribute, form.help());
        return None;
    };
    let content: Content = match attribute.parse_args() {
        Ok(content) => content,
        Err(error) => {
            errors.push(error);
            return None;
        }
    };
    let arguments: Vec<Argument> =
        content.arguments.into_iter().map(|declared| argument(declared, form, errors)).collect();
    let names: Vec<&Name> = arguments.iter().map(|argument| &argument.name).collect();
    names::check_distinct(names, "arguments", "args(other_name: …)", errors);
    let text = content.text.value();
    let mut reader = Reader {
        column: &column,
        arguments: &arguments,
        span: content.text.span(),
        errors,
        parts: Vec::new(),
    };
    reader.expression(&text, form);
    let parts = reader.parts;
    for (position, argument) in arguments.iter().enumerate() {
        let is_used = parts.iter().any(|part| matches!(part, Part::Argument(used) if *used == position));
        if !is_used {
            let ident = &argument.ident;
            errors.on(ident, format!("the expression does not use `${ident}`; remove the argument"));
        }
    }
    Some(Computed { parts, arguments })
}

fn argument(
    Declared { attributes, ident, ty, default }: Declared,
    form: Form,
    errors: &mut Errors,
) -> Argument {
    let name = Name::new(names::camel_case(&names::plain(&ident)), ident.span());
    names::check_graphql(&name, "args(other_name: …)", errors);
    if form == Form::Call && LIST_ARGUMENTS.contains(&name.text.as_str()) {
        errors.on(&ident, format!("every list has an argument `{}`; call this one another name", name.text));
    }
    let default = default.and_then(|value| {
        let json = json(&value);
        if json.is_none() {
            errors.on(&value, "a default is a literal: `10`, `true`, `\"1.19\"`; that of a `Decimal`, a date or an enum is a string");
        }
        json
    });
    Argument { name, ty, default, description: attributes::description(&attributes), ident }
}

/// A literal as JSON.
pub fn json(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(quoted(&text.value())),
            Lit::Int(digits) if digits.suffix().is_empty() => Some(digits.base10_digits().to_owned()),
            Lit::Float(digits) if digits.suffix().is_empty() => Some(digits.base10_digits().to_owned()),
            Lit::Bool(value) => Some(value.value.to_string()),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            let digits =
                json(&unary.expr).filter(|json| json.starts_with(|first: char| first.is_ascii_digit()));
            digits.map(|digits| format!("-{digits}"))
        }
        _ => None,
    }
}

/// A string as JSON and GraphQL write it.
fn quoted(text: &str) -> String {
    let mut json = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            character if character.is_control() => json.push_str(&format!("\\u{:04x}", u32::from(character))),
            character => json.push(character),
        }
    }
    json.push('"');
    json
}

struct Reader<'a> {
    column: &'a dyn Fn(&Ident, &mut Errors) -> Option<usize>,
    arguments: &'a [Argument],
    /// Where the expression stands.
    span: Span,
    errors: &'a mut Errors,
    parts: Vec<Part>,
}

impl Reader<'_> {
    fn expression(&mut self, text: &str, form: Form) {
        let characters: Vec<char> = text.trim().chars().collect();
        if characters.is_empty() {
            return self.error("the expression is empty");
        }
        if form == Form::Call && !is_call(&characters) {
            return self.error(CALL_HELP);
        }
        let mut open: Vec<char> = Vec::new();
        let mut at = 0;
        while at < characters.len() {
            let character = characters[at];
            let next = characters.get(at + 1).copied();
            let before = at.checked_sub(1).map(|before| characters[before]);
            match character {
                '\'' | '"' => {
                    let is_escaped = character == '\''
                        && matches!(before, Some('e' | 'E'))
                        && !at.checked_sub(2).is_some_and(|before| is_word(characters[before]));
                    let Some(end) = end_of_quote(&characters, at, is_escaped) else {
                        return self.error(&format!("the quotation mark {character} is not closed"));
                    };
                    self.text(characters[at..=end].iter());
                    at = end + 1;
                    continue;
                }
                '-' if next == Some('-') => return self.error("an expression has no comments"),
                '/' if next == Some('*') => return self.error("an expression has no comments"),
                ';' => return self.error("this is one expression and no statement; remove `;`"),
                '(' | '[' => open.push(character),
                ')' | ']' => {
                    let opening = if character == ')' { '(' } else { '[' };
                    if open.pop() != Some(opening) {
                        return self.error(&format!("`{character}` closes nothing"));
                    }
                }
                '}' => return self.error("`}` closes nothing; a column stands in braces: `{unit_price}`"),
                '{' => {
                    let Some(length) = characters[at..].iter().position(|other| *other == '}') else {
                        return self.error("`{` is not closed; a column stands in braces: `{unit_price}`");
                    };
                    let name: String = characters[at + 1..at + length].iter().collect();
                    self.column(name.trim());
                    at += length + 1;
                    continue;
                }
                '$' if !before.is_some_and(is_word) => {
                    let length = characters[at + 1..].iter().take_while(|other| is_word(**other)).count();
                    let name: String = characters[at + 1..=at + length].iter().collect();
                    if characters.get(at + 1 + length) == Some(&'$') {
                        return self
                            .error("write a text in simple quotation marks, not between dollar signs");
                    }
                    self.argument(&name);
                    at += length + 1;
                    continue;
                }
                character if character.is_whitespace() => {
                    if !before.is_some_and(char::is_whitespace) {
                        self.text([&' ']);
                    }
                    at += 1;
                    continue;
                }
                _ => {}
            }
            self.text([&character]);
            at += 1;
        }
        if let Some(open) = open.pop() {
            return self.error(&format!("`{open}` is not closed"));
        }
        if let [Part::Text(text)] = &self.parts[..]
            && form == Form::Expression
            && let Some(quoted) = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''))
            && !quoted.contains('\'')
        {
            self.error(&format!(
                "Postgres does not know the type of a literal alone; write it: `{text}::text`"
            ));
        }
    }

    fn text<'c>(&mut self, characters: impl IntoIterator<Item = &'c char>) {
        match self.parts.last_mut() {
            Some(Part::Text(text)) => text.extend(characters),
            _ => self.parts.push(Part::Text(characters.into_iter().collect())),
        }
    }

    fn column(&mut self, name: &str) {
        // A field can be called as a keyword is, `r#type`, and its column then is `type`.
        let raw = || syn::parse_str::<Ident>(&format!("r#{name}"));
        let Ok(mut ident) = syn::parse_str::<Ident>(name).or_else(|_| raw()) else {
            return self
                .error(&format!("`{{{name}}}` is no column; a column stands in braces: `{{unit_price}}`"));
        };
        ident.set_span(self.span);
        if let Some(index) = (self.column)(&ident, self.errors) {
            self.parts.push(Part::Column(index));
        }
    }

    fn argument(&mut self, name: &str) {
        if let Some(position) =
            self.arguments.iter().position(|argument| names::plain(&argument.ident) == name)
        {
            return self.parts.push(Part::Argument(position));
        }
        let choices: Vec<String> =
            self.arguments.iter().map(|argument| names::plain(&argument.ident)).collect();
        let suggestion = names::suggestion(name, &choices);
        match choices.is_empty() {
            true => self.error(&format!(
                "there is no argument `{name}`; declare it: `#[sql(\"…\", args({}: Decimal))]`",
                if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
                    "rate"
                } else {
                    name
                }
            )),
            false => self.error(&format!("there is no argument `{name}`{suggestion}")),
        }
    }

    fn error(&mut self, message: &str) {
        self.errors.at(self.span, message);
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Whether a text is `name(…)` as a whole; the name may be qualified and quoted. What is wrong within it is found later.
fn is_call(characters: &[char]) -> bool {
    let mut at = 0;
    while let Some(character) = characters.get(at) {
        match character {
            '"' => match end_of_quote(characters, at, false) {
                Some(end) => at = end,
                None => return false,
            },
            '(' => break,
            character if is_word(*character) || *character == '.' => {}
            _ => return false,
        }
        at += 1;
    }
    if at == 0 || at >= characters.len() {
        return false;
    }
    let mut depth = 0;
    while let Some(character) = characters.get(at) {
        match character {
            '\'' | '"' => match end_of_quote(characters, at, false) {
                Some(end) => at = end,
                // That is what is wrong.
                None => return true,
            },
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            break;
        }
    }
    depth != 0 || at == characters.len()
}

/// Where a quotation that begins at `start` ends. A doubled mark stands for itself.
fn end_of_quote(characters: &[char], start: usize, is_escaped: bool) -> Option<usize> {
    let mark = characters[start];
    let mut at = start + 1;
    while at < characters.len() {
        match characters[at] {
            '\\' if is_escaped => at += 1,
            character if character == mark && characters.get(at + 1) == Some(&mark) => at += 1,
            character if character == mark => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

impl ToTokens for Computed {
    // Expands to:
    //
    //     ComputedDef { parts: &[SqlPart::Column(2), SqlPart::Text(" * "), SqlPart::Argument(0)], arguments: &[…] }
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let parts = self.parts.iter().map(|part| match part {
            Part::Text(text) => quote!(Text(#text)),
            Part::Column(index) => quote!(Column(#index)),
            Part::Argument(index) => quote!(Argument(#index)),
        });
        let arguments = &self.arguments;
        tokens.extend(quote! {
            ::onefold::schema::ComputedDef {
                parts: &[#(::onefold::schema::SqlPart::#parts),*],
                arguments: &[#(#arguments),*],
            }
        });
    }
}

impl ToTokens for Argument {
    // Expands to:
    //
    //     ArgumentDef { name: "rate", scalar: <Decimal as ColumnType>::SCALAR, default: Some("\"1.19\""), … }
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Argument { name, ty, default, description, .. } = self;
        let name = &name.text;
        let scalar = spanned::projection(ty, "ColumnType", "SCALAR");
        let nullable = spanned::projection(ty, "ColumnType", "NULLABLE");
        let [default, description] = [default, description].map(|text| option(text.as_ref()));
        tokens.extend(quote! {
            ::onefold::schema::ArgumentDef {
                name: #name,
                scalar: #scalar,
                nullable: #nullable,
                default: #default,
                description: #description,
            }
        });
    }
}
