//! The inputs that compare values of each type, and those of orders that need more than a direction → SDL.

use onefold_schema::{RangeType, ScalarType};

use super::functions::Distance;
use super::scalars::{filter_name, has_equality, has_order, type_name};
use super::sdl::Sdl;

/// Text operators of `StringFilter`, with what they do.
const TEXT_OPERATORS: [(&str, &str); 8] = [
    ("like", "Matches a pattern, in which `%` stands for any text and `_` for one character."),
    ("ilike", "Like `like`, with upper and lower case alike."),
    ("startsWith", "Starts with this text."),
    ("iStartsWith", "Starts with this text, with upper and lower case alike."),
    ("endsWith", "Ends with this text."),
    ("iEndsWith", "Ends with this text, with upper and lower case alike."),
    ("contains", "Has this text in it."),
    ("iContains", "Has this text in it, with upper and lower case alike."),
];

/// Operators of `JSONBFilter` that take JSON, with what they do.
const JSON_COMPARISONS: [(&str, &str); 2] = [
    ("contains", "Has this in it: an object has at least these members, a list at least these items."),
    ("containedBy", "Has nothing in it but this."),
];

/// Its other operators, with the types of what they take, and what they do.
const JSON_OPERATORS: [(&str, &str, &str); 5] = [
    ("hasKey", "String", "Is an object with this key, or a list with this text."),
    ("hasAnyKeys", "[String!]", "Is an object with one of these keys, or a list with one of these texts."),
    ("hasAllKeys", "[String!]", "Is an object with all of these keys, or a list with all of these texts."),
    ("path", "String", "What this path of SQL/JSON says is true: `$.tags[*] == \"red\"`."),
    ("pathExists", "String", "This path of SQL/JSON finds something: `$.lines[*] ? (@.price > 9)`."),
];

/// Operators of ranges, with what they do.
const RANGE_OPERATORS: [(&str, &str); 7] = [
    ("eq", "Has the same values."),
    ("ne", "Has other values."),
    ("contains", "Has this value in it."),
    ("containsRange", "Has all values of this range in it."),
    ("containedBy", "Has no values but those of this range."),
    ("overlaps", "Has values in common with this range."),
    ("adjacent", "Ends where this range begins, or begins where it ends."),
];

/// Operators of lists, with what they do.
const LIST_OPERATORS: [(&str, &str); 5] = [
    ("eq", "Has just these items, in this order."),
    ("ne", "Has other items, or in another order."),
    ("contains", "Has all of these items."),
    ("containedBy", "Has no other items than these."),
    ("overlaps", "Has one of these items."),
];

/// What is typed into a field for searching.
const SEARCH: &str = "Has these words: `red shoes` has both, `red or blue` one of them, `\"red shoes\"` one after the other, `-blue` is not there.";

impl Sdl {
    pub(super) fn operators(&mut self, scalar: ScalarType) {
        let name = type_name(scalar);
        if let ScalarType::Array(_) = scalar {
            return self.list_operators(scalar, name);
        }
        if let ScalarType::Range(range) = scalar.base() {
            return self.range_operators(scalar, range);
        }
        if let ScalarType::TsVector(_) = scalar {
            return self.search_operators();
        }
        let what = if let ScalarType::Vector(_) = scalar { "vector".into() } else { format!("`{name}`") };
        self.description(
            0,
            Some(&format!("How to compare a {what}: all that is given must hold, and null never does.")),
        );
        self.line(0, &format!("input {} {{", filter_name(scalar)));
        if has_equality(scalar) {
            self.line(1, &format!("eq: {name}"));
            self.line(1, &format!("ne: {name}"));
            self.line(1, &format!("in: [{name}!]"));
            self.line(1, &format!("notIn: [{name}!]"));
        }
        if has_order(scalar) {
            for operator in ["lt", "lte", "gt", "gte"] {
                self.line(1, &format!("{operator}: {name}"));
            }
        }
        if let ScalarType::Text = scalar.base() {
            for (operator, description) in TEXT_OPERATORS {
                self.description(1, Some(description));
                self.line(1, &format!("{operator}: String"));
            }
        }
        if let ScalarType::Jsonb = scalar.base() {
            let comparisons = JSON_COMPARISONS.map(|(operator, description)| (operator, name, description));
            for (operator, ty, description) in comparisons.into_iter().chain(JSON_OPERATORS) {
                self.description(1, Some(description));
                self.line(1, &format!("{operator}: {ty}"));
            }
        }
        self.description(1, Some("Whether it is null."));
        self.line(1, "isNull: Boolean");
        self.line(0, "}\n");
    }

    fn list_operators(&mut self, scalar: ScalarType, name: &str) {
        self.description(
            0,
            Some(&format!(
                "How to compare a list of `{name}`: all that is given must hold, and null never does."
            )),
        );
        self.line(0, &format!("input {} {{", filter_name(scalar)));
        if has_equality(scalar) {
            for (operator, description) in LIST_OPERATORS {
                self.description(1, Some(description));
                self.line(1, &format!("{operator}: [{name}!]"));
            }
        }
        self.description(1, Some("Whether it is null."));
        self.line(1, "isNull: Boolean");
        self.line(0, "}\n");
    }

    fn range_operators(&mut self, scalar: ScalarType, range: RangeType) {
        let (name, bound) = (type_name(scalar), type_name(range.bound()));
        self.description(
            0,
            Some(&format!("How to compare a `{name}`: all that is given must hold, and null never does.")),
        );
        self.line(0, &format!("input {} {{", filter_name(scalar)));
        for (operator, description) in RANGE_OPERATORS {
            self.description(1, Some(description));
            let ty = if operator == "contains" { bound } else { name };
            self.line(1, &format!("{operator}: {ty}"));
        }
        self.description(1, Some("Whether it is null."));
        self.line(1, "isNull: Boolean");
        self.line(0, "}\n");
    }

    fn search_operators(&mut self) {
        self.description(0, Some("How to search words: all that is given must hold, and null never does."));
        self.line(0, "input SearchFilter {");
        self.description(1, Some(SEARCH));
        self.line(1, "search: String");
        self.description(1, Some("Whether it is null."));
        self.line(1, "isNull: Boolean");
        self.line(0, "}\n");
    }

    pub(super) fn search_order(&mut self) {
        self.description(0, Some("An order by how well words fit what is searched for."));
        self.line(0, "input SearchOrder {");
        self.description(1, Some("What is searched for, as in a filter. What is not found has the rank 0."));
        self.line(1, "search: String!");
        self.description(1, Some("The best first, and nulls last, unless told otherwise."));
        self.line(1, "direction: OrderDirection");
        self.line(0, "}\n");
    }

    pub(super) fn vector_order(&mut self) {
        self.description(0, Some("An order by how near vectors are to another one, the nearest first."));
        self.line(0, "input VectorOrder {");
        self.description(1, Some("The other vector, which has as many numbers."));
        self.line(1, "nearestTo: [Float!]!");
        self.description(1, Some("How distances are measured; `L2` unless told."));
        self.line(1, "distance: VectorDistance");
        self.line(0, "}\n");
        self.description(0, Some("How the distance of two vectors is measured."));
        self.line(0, "enum VectorDistance {");
        for distance in Distance::ALL {
            self.description(1, Some(distance.description()));
            self.line(1, distance.name());
        }
        self.line(0, "}\n");
    }
}
