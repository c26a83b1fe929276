//! Words that shops and shoppers use for the same thing.

use kernel::Locale;

/// Groups of English words; each finds the others, with less weight than itself.
const ENGLISH: &[&[&str]] = &[
    &["laptop", "notebook"],
    &["tv", "television"],
    &["headphones", "headset", "earphones", "earbuds"],
    &["smartphone", "cellphone", "handphone"],
    &["pc", "computer", "desktop"],
    &["cord", "cable"],
    &["sofa", "couch"],
    &["fridge", "refrigerator"],
    &["trousers", "pants"],
    &["sneakers", "trainers"],
    &["jumper", "sweater", "pullover"],
    &["tshirt", "tee"],
    &["bag", "handbag"],
    &["vacuum", "hoover"],
    &["torch", "flashlight"],
    &["rug", "carpet"],
    &["picture", "photo"],
    &["colour", "color"],
    &["grey", "gray"],
];

/// Groups of Indonesian words.
const INDONESIAN: &[&[&str]] = &[
    &["laptop", "notebook"],
    &["hp", "ponsel", "handphone", "smartphone"],
    &["tv", "televisi"],
    &["baju", "pakaian"],
    &["kaos", "kaus"],
    &["kulkas", "lemaries"],
    &["headphone", "headset", "earphone"],
    &["tas", "ransel"],
];

/// The groups of a language, as they are written.
pub fn synonyms(locale: Locale) -> &'static [&'static [&'static str]] {
    match locale {
        Locale::EN => ENGLISH,
        Locale::ID => INDONESIAN,
    }
}
