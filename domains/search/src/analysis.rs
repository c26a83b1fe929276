//! From text to the terms of the index: words without their endings, numbers with their units, and compounds both ways.
//! What is indexed and what is searched for goes through here, so that they meet.

use std::collections::VecDeque;

use kernel::Locale;
use snowball_stemmers_rs::{Algorithm, Stemmer};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// Turns texts of one language into terms.
pub struct Analyzer {
    stemmer: Stemmer,
}

impl std::fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analyzer").finish_non_exhaustive()
    }
}

/// A place in a text and what can be found there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The word as it stands, in lower case and without accents.
    pub word: String,
    /// Its terms: the word without its ending first, then what it is joined with, such as `tn2110` at the `tn` of
    /// `TN-2110` or `500gb` at the `500` of `500 GB`.
    pub terms: Vec<String>,
}

impl Token {
    /// The term of the word itself.
    pub fn term(&self) -> &str {
        self.terms.first().map_or("", String::as_str)
    }
}

/// Longer words say nothing that can be searched for.
const LONGEST_CHARS: usize = 40;

/// Ways to write a unit, and the one that is indexed.
const UNITS: &[(&str, &str)] = &[
    ("\"", "in"),
    ("″", "in"),
    ("”", "in"),
    ("inch", "in"),
    ("inches", "in"),
    ("in", "in"),
    ("kilobytes", "kb"),
    ("kb", "kb"),
    ("megabytes", "mb"),
    ("mb", "mb"),
    ("gigabyte", "gb"),
    ("gigabytes", "gb"),
    ("gb", "gb"),
    ("terabyte", "tb"),
    ("terabytes", "tb"),
    ("tb", "tb"),
    ("mm", "mm"),
    ("cm", "cm"),
    ("m", "m"),
    ("km", "km"),
    ("ft", "ft"),
    ("g", "g"),
    ("gr", "g"),
    ("gram", "g"),
    ("grams", "g"),
    ("kg", "kg"),
    ("kgs", "kg"),
    ("oz", "oz"),
    ("lb", "lb"),
    ("lbs", "lb"),
    ("ml", "ml"),
    ("cl", "cl"),
    ("l", "l"),
    ("litre", "l"),
    ("liter", "l"),
    ("litres", "l"),
    ("liters", "l"),
    ("w", "w"),
    ("watt", "w"),
    ("watts", "w"),
    ("kw", "kw"),
    ("v", "v"),
    ("volt", "v"),
    ("volts", "v"),
    ("mah", "mah"),
    ("hz", "hz"),
    ("khz", "khz"),
    ("mhz", "mhz"),
    ("ghz", "ghz"),
    ("mp", "mp"),
    ("megapixel", "mp"),
    ("megapixels", "mp"),
    ("dpi", "dpi"),
    ("rpm", "rpm"),
    ("btu", "btu"),
];

impl Analyzer {
    /// The analyzer of a language.
    pub fn new(locale: Locale) -> Self {
        let algorithm = match locale {
            Locale::EN => Algorithm::English,
            _ => Algorithm::Indonesian,
        };
        Self {
            stemmer: Stemmer::create(algorithm),
        }
    }

    /// The tokens of a text, in order.
    pub fn tokens(&self, text: &str) -> Vec<Token> {
        let mut pieces: VecDeque<Piece> = pieces(text).into();
        let mut tokens = Vec::new();
        while let Some(piece) = pieces.pop_front() {
            let unit = pieces
                .front()
                .filter(|next| piece.is_number && (!next.is_glued || ends(&pieces)));
            if let Some(unit) = unit.and_then(|next| unit_of(&next.text)) {
                let written = pieces.pop_front().map(|next| next.text).unwrap_or_default();
                tokens.extend(self.measure(&piece.text, unit, &written));
                continue;
            }
            if piece.text.chars().all(char::is_alphanumeric) || piece.is_number {
                tokens.push(self.token(&piece, &pieces));
            }
        }
        tokens
    }

    /// A number with its unit, which both words of `500 GB` lead to and the one of `27"`.
    fn measure(&self, number: &str, unit: &str, written: &str) -> Vec<Token> {
        let measure = format!("{number}{unit}");
        let mut tokens = vec![Token {
            word: number.to_owned(),
            terms: vec![number.to_owned(), measure.clone()],
        }];
        if written.chars().all(char::is_alphabetic) {
            tokens.push(Token {
                word: written.to_owned(),
                terms: vec![self.stem(written), measure],
            });
        }
        tokens
    }

    fn token(&self, piece: &Piece, after: &VecDeque<Piece>) -> Token {
        let mut terms = vec![self.stem(&piece.text)];
        let glued: String = after
            .iter()
            .take_while(|next| next.is_glued)
            .map(|next| next.text.as_str())
            .collect();
        let is_first = !piece.is_glued;
        if is_first && !glued.is_empty() && piece.text.len() + glued.len() <= LONGEST_CHARS {
            terms.push(format!("{}{glued}", piece.text));
        }
        Token {
            word: piece.text.clone(),
            terms,
        }
    }

    fn stem(&self, word: &str) -> String {
        if word.chars().any(|c| c.is_ascii_digit()) {
            return word.to_owned();
        }
        self.stemmer.stem(word).into_owned()
    }

    /// Neighbours written as one, so that `smart watch` and `smartwatch` find each other.
    pub fn pairs(tokens: &[Token]) -> Vec<String> {
        let next = tokens.iter().skip(1);
        tokens
            .iter()
            .zip(next)
            .map(|(first, second)| format!("{}{}", first.word, second.term()))
            .collect()
    }
}

/// Whether the compound ends with the first of these pieces: `27-inch`, but not `2-in-1`.
fn ends(pieces: &VecDeque<Piece>) -> bool {
    pieces.get(1).is_none_or(|after| !after.is_glued)
}

/// A code such as an SKU or a GTIN, however it is written: letters and digits only.
pub fn code(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A run of letters and digits, a number with its decimals, or the sign of a unit.
#[derive(Debug)]
struct Piece {
    text: String,
    is_number: bool,
    /// Whether a hyphen or the like, not a blank, joins it to the piece before.
    is_glued: bool,
}

/// A text without accents and in small letters: what words are compared by, and what titles stand in order by.
pub fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

fn unit_of(text: &str) -> Option<&'static str> {
    UNITS
        .iter()
        .find(|(written, _)| *written == text)
        .map(|(_, unit)| *unit)
}

fn pieces(text: &str) -> Vec<Piece> {
    let folded = fold(text);
    let mut chars = folded.chars().peekable();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut is_glued = false;
    while let Some(first) = chars.next() {
        if matches!(first, '"' | '″' | '”') {
            // Behind a number it is inches; anywhere else a quotation mark, which is not searched for.
            let after_number = pieces.last().is_some_and(|piece| piece.is_number);
            if after_number && !is_glued {
                pieces.push(sign(first));
            }
            is_glued = false;
            continue;
        }
        if !first.is_alphanumeric() {
            let joins = matches!(first, '-' | '/' | '.' | '_' | '\'' | '’' | '+' | '&');
            is_glued =
                joins && !pieces.is_empty() && !is_glued && chars.peek().is_some_and(|next| next.is_alphanumeric());
            continue;
        }
        let mut word = String::from(first);
        let mut is_number = first.is_ascii_digit();
        while let Some(next) = chars.peek().copied() {
            let is_decimal = is_number && matches!(next, '.' | ',') && !word.contains('.') && follows_digit(&chars);
            if is_decimal {
                word.push('.');
            } else if next.is_alphanumeric() {
                word.push(next);
                is_number &= next.is_ascii_digit();
            } else {
                break;
            }
            chars.next();
        }
        push_word(&mut pieces, word, is_number, is_glued);
        is_glued = false;
    }
    pieces
}

fn sign(unit: char) -> Piece {
    Piece {
        text: unit.to_string(),
        is_number: false,
        is_glued: false,
    }
}

fn follows_digit(chars: &std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    let mut ahead = chars.clone();
    ahead.next();
    ahead.next().is_some_and(|c| c.is_ascii_digit())
}

/// A word, or a number with its unit written together: `500gb` is 500 and gb.
fn push_word(pieces: &mut Vec<Piece>, word: String, is_number: bool, is_glued: bool) {
    let digits = word
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(word.len());
    if let Some((number, unit)) = word.split_at_checked(digits)
        && !number.is_empty()
        && unit_of(unit).is_some()
    {
        pieces.push(Piece {
            text: number.to_owned(),
            is_number: true,
            is_glued,
        });
        pieces.push(Piece {
            text: unit.to_owned(),
            is_number: false,
            is_glued: false,
        });
        return;
    }
    if word.chars().count() <= LONGEST_CHARS {
        pieces.push(Piece {
            text: word,
            is_number,
            is_glued,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> String {
        let tokens = Analyzer::new(Locale::EN).tokens(text);
        let joined: Vec<String> = tokens.iter().map(|token| token.terms.join("|")).collect();
        joined.join(" ")
    }

    #[test]
    fn texts_become_terms() {
        for (text, wanted) in [
            ("Rechargeable Batteries", "recharg batteri"),
            ("Café CRÈME", "cafe creme"),
            ("27\" monitor", "27|27in monitor"),
            ("27 inch monitors", "27|27in inch|27in monitor"),
            ("27-inch monitor", "27|27in inch|27in monitor"),
            ("2-in-1", "2|2in1 in 1"),
            ("500GB", "500|500gb gb|500gb"),
            ("500 GB drive", "500|500gb gb|500gb drive"),
            ("43.9 cm (17.3\")", "43.9|43.9cm cm|43.9cm 17.3|17.3in"),
            ("1,5 l", "1.5|1.5l l|1.5l"),
            ("Brother TN-2110 toner", "brother tn|tn2110 2110 toner"),
            ("B4300/B4350/B4350n", "b4300|b4300b4350b4350n b4350 b4350n"),
            ("the \"Low Water\" LP", "the low water lp"),
            ("women's", "women|womens s"),
            ("ドリル 充電", "トリル 充電"),
            ("🙂 -- \u{202e}", ""),
        ] {
            assert_eq!(terms(text), wanted, "{text}");
        }
    }

    #[test]
    fn indonesian_endings_go() {
        let tokens = Analyzer::new(Locale::ID).tokens("makanan bukunya");
        let terms: Vec<&str> = tokens.iter().map(Token::term).collect();
        assert_eq!(terms, ["makan", "buku"]);
    }

    #[test]
    fn neighbours_are_joined() {
        let analyzer = Analyzer::new(Locale::EN);
        assert_eq!(Analyzer::pairs(&analyzer.tokens("smart watches")), ["smartwatch"]);
        assert_eq!(analyzer.tokens("smartwatches").first().unwrap().term(), "smartwatch");
    }

    #[test]
    fn codes_are_letters_and_digits() {
        assert_eq!(code(" tn-2110/B "), "tn2110b");
    }
}
