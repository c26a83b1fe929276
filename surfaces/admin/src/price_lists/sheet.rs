//! Prices as lines of a sheet: SKU, from how many pieces on, and the price.

use catalog::{PricedVariant, PutPrice};
use kernel::{Currency, FieldError, Invalid, Money};

/// What may part the cells of a line.
const SEPARATORS: [char; 3] = ['\t', ';', ','];

/// A price with the number of its line, from 1.
pub(crate) struct Line {
    pub(crate) number: usize,
    pub(crate) price: PutPrice,
}

/// What is wrong in a line.
pub(crate) struct Wrong {
    pub(crate) number: usize,
    pub(crate) error: FieldError,
}

/// The prices, or everything that cannot be read. Columns are parted by tabs, semicolons or commas; empty lines and a first line
/// with names of columns are passed over.
pub(crate) fn read(text: &str, currency: Currency) -> Result<Vec<Line>, Vec<Wrong>> {
    let (mut lines, mut wrong) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim().trim_start_matches('\u{feff}');
        if line.is_empty() || (lines.is_empty() && wrong.is_empty() && is_heading(line)) {
            continue;
        }
        match read_line(line, currency) {
            Ok(price) => lines.push(Line { number, price }),
            Err(error) => wrong.push(Wrong { number, error }),
        }
    }
    if wrong.is_empty() { Ok(lines) } else { Err(wrong) }
}

fn is_heading(line: &str) -> bool {
    let mut firsts = SEPARATORS.iter().map(|separator| cell(line, *separator).0);
    firsts.any(|first| first.eq_ignore_ascii_case("sku"))
}

fn read_line(line: &str, currency: Currency) -> Result<PutPrice, FieldError> {
    let cells = SEPARATORS.iter().find_map(|separator| cells(line, *separator));
    let Some([sku, min_quantity, price]) = cells else {
        let message = "needs a SKU, a quantity and a price";
        return Err(FieldError::new("sku", "columns_missing", message));
    };
    if sku.is_empty() {
        return Err(FieldError::required("sku"));
    }
    // No SKU holds such a character, and the database takes no text that does.
    if sku.contains('\0') {
        return Err(FieldError::new("sku", "no_such_variant", "is no SKU"));
    }
    let number = min_quantity.parse();
    let min_quantity =
        number.map_err(|_error| FieldError::new("min_quantity", "invalid_number", "is not a whole number"))?;
    Ok(PutPrice {
        variant: PricedVariant::Sku(sku),
        min_quantity,
        price: Money::parse_typed(&price, currency)?,
    })
}

/// The three cells of a line. All that is left is the third: an amount such as `8,00` holds the comma that parts the others.
fn cells(line: &str, separator: char) -> Option<[String; 3]> {
    let (sku, rest) = cell(line, separator);
    let (min_quantity, rest) = cell(rest?, separator);
    let rest = rest?.trim().trim_end_matches(separator).trim();
    let price = if rest.starts_with('"') {
        cell(rest, separator).0
    } else {
        rest.to_owned()
    };
    Some([sku, min_quantity, price])
}

/// The first cell of a line, and what comes after its separator. A cell in quotes may hold separators, and quotes written twice.
fn cell(line: &str, separator: char) -> (String, Option<&str>) {
    let plain = || {
        let (cell, rest) = split(line, separator);
        (cell.trim().to_owned(), rest)
    };
    let Some(mut rest) = line.trim_start_matches(' ').strip_prefix('"') else {
        return plain();
    };
    let mut text = String::new();
    while let Some((before, after)) = rest.split_once('"') {
        text.push_str(before);
        let Some(more) = after.strip_prefix('"') else {
            let (behind, rest) = split(after, separator);
            let is_closed = behind.trim().is_empty();
            return if is_closed {
                (text.trim().to_owned(), rest)
            } else {
                plain()
            };
        };
        text.push('"');
        rest = more;
    }
    plain()
}

fn split(line: &str, separator: char) -> (&str, Option<&str>) {
    let parts = line.split_once(separator);
    parts.map_or((line, None), |(cell, rest)| (cell, Some(rest)))
}

/// What the catalogue says of prices by their places, by their lines.
pub(crate) fn by_line(invalid: Invalid, numbers: &[usize]) -> Vec<Wrong> {
    let wrong = |error: FieldError| {
        let place = error
            .field
            .split('.')
            .nth(1)
            .and_then(|place| place.parse::<usize>().ok());
        Wrong {
            number: place.and_then(|place| numbers.get(place).copied()).unwrap_or_default(),
            error,
        }
    };
    invalid.0.into_iter().map(wrong).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_with_their_numbers() {
        let text = "SKU,min_quantity,price\n\nMUG-1,1,9.50\n\"MUG-1\";10;8,00\nCUP\t5\t7\n";
        let lines = read(text, Currency::USD).ok().unwrap();
        let told: Vec<_> = lines
            .iter()
            .map(|line| (line.number, line.price.min_quantity, line.price.price.minor()))
            .collect();
        assert_eq!(told, [(3, 1, 950), (4, 10, 800), (5, 5, 700)]);
        assert_eq!(lines[1].price.variant, PricedVariant::Sku("MUG-1".to_owned()));
    }

    #[test]
    fn quoted_cells_hold_separators_and_quotes() {
        let lines = "\"MUG, red\",1,\"1,299.00\"\n\"A;B\",2,8.50\n\"5\"\" PIPE\";3;7,00;;\n5\" ROD,4,6\n\"ODD,5,4\n";
        let read = read(lines, Currency::USD).ok().unwrap();
        let told: Vec<_> = read
            .iter()
            .map(|line| {
                let PricedVariant::Sku(sku) = &line.price.variant else {
                    return ("", 0, 0);
                };
                (sku.as_str(), line.price.min_quantity, line.price.price.minor())
            })
            .collect();
        assert_eq!(
            told,
            [
                ("MUG, red", 1, 129_900),
                ("A;B", 2, 850),
                ("5\" PIPE", 3, 700),
                ("5\" ROD", 4, 600),
                ("\"ODD", 5, 400),
            ]
        );
        assert!(read_line("MUG\0,1,9", Currency::USD).is_err());
    }

    #[test]
    fn everything_that_cannot_be_read_is_told_by_its_line() {
        let wrong = read("MUG-1,1\nMUG-1,few,9\n,1,9\nMUG-1,1,cheap\nMUG-1,1,9", Currency::USD)
            .err()
            .unwrap();
        let told: Vec<_> = wrong
            .iter()
            .map(|wrong| (wrong.number, wrong.error.field.as_str()))
            .collect();
        assert_eq!(told.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!((told[0].1, told[1].1, told[2].1), ("sku", "min_quantity", "sku"));
        let refused = Invalid(vec![FieldError::new("prices.1.sku", "no_such_variant", "is none")]);
        assert_eq!(by_line(refused, &[3, 7])[0].number, 7);
    }
}
