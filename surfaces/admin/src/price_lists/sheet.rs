//! Prices as lines of a sheet: SKU, from how many pieces on, and the price.

use catalog::{PricedVariant, PutPrice};
use kernel::{Currency, FieldError, Invalid, Money};

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
    let first = line.split(['\t', ';', ',']).next().unwrap_or_default();
    unquoted(first).eq_ignore_ascii_case("sku")
}

fn read_line(line: &str, currency: Currency) -> Result<PutPrice, FieldError> {
    let separator = ['\t', ';'].into_iter().find(|separator| line.contains(*separator));
    let cells: Vec<&str> = line.splitn(3, separator.unwrap_or(',')).map(unquoted).collect();
    let [sku, min_quantity, price] = cells.as_slice() else {
        let message = "needs a SKU, a quantity and a price";
        return Err(FieldError::new("sku", "columns_missing", message));
    };
    if sku.is_empty() {
        return Err(FieldError::required("sku"));
    }
    let number = min_quantity.parse();
    let min_quantity =
        number.map_err(|_error| FieldError::new("min_quantity", "invalid_number", "is not a whole number"))?;
    Ok(PutPrice {
        variant: PricedVariant::Sku((*sku).to_owned()),
        min_quantity,
        price: Money::parse_typed(price, currency)?,
    })
}

fn unquoted(cell: &str) -> &str {
    let cell = cell.trim();
    cell.strip_prefix('"')
        .and_then(|cell| cell.strip_suffix('"'))
        .unwrap_or(cell)
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
