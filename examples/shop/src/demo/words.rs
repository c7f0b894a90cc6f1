//! The words that products and companies are named with.

/// What furniture is made of, or looks like.
pub(super) const KINDS: &[&str] = &[
    "Oak", "Walnut", "Birch", "Bamboo", "Linen", "Leather", "Velvet", "Steel", "Brass", "Marble", "Rattan",
    "Folding", "Round", "Tall", "Narrow", "Garden", "Nursery", "Travel", "Rustic", "Nordic",
];

/// What the shop sells of each.
pub(super) const THINGS: &[&str] = &[
    "Armchair",
    "Bed",
    "Bench",
    "Bookcase",
    "Cabinet",
    "Chair",
    "Chest",
    "Coat Rack",
    "Cradle",
    "Desk",
    "Dresser",
    "Footrest",
    "Lamp",
    "Mirror",
    "Nightstand",
    "Rocking Chair",
    "Screen",
    "Shelf",
    "Side Table",
    "Sofa",
    "Stool",
    "Table",
    "Trolley",
    "Umbrella Stand",
    "Wardrobe",
];

/// How the names of companies end.
pub(super) const COMPANIES: &[&str] =
    &["& Sons", "Furniture", "Woodworks", "Brothers", "Interiors", "Workshop", "& Daughters", "Carpentry"];
