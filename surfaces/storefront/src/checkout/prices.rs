//! The prices that the checkout's page was made with. The page brings them along: a line that costs another one by now says
//! so, also where the cart itself saw that one before.

use cart::{LineView, Notice};
use kernel::Money;

/// What one of each line costs, by the lines' ids.
pub(super) fn text_of(lines: &[LineView]) -> String {
    let priced = lines.iter().filter_map(|line| Some((line, line.quote.as_ref()?)));
    let prices = priced.map(|(line, quote)| format!("{}={}", line.line.id, quote.unit_price.minor()));
    prices.collect::<Vec<_>>().join(",")
}

/// Puts the change of its price first on each line that costs another one than the page was made with, and does not say so
/// already.
pub(super) fn tell_changes(lines: &mut [LineView], prices: &str) {
    for line in lines {
        let says = |notice: &Notice| matches!(notice, Notice::PriceChanged { .. });
        let Some(quote) = line.quote.as_ref().filter(|_| !line.notices.iter().any(says)) else {
            continue;
        };
        let to = quote.unit_price;
        if let Some(minor) = find(prices, &line.line.id.to_string()).filter(|minor| *minor != to.minor()) {
            let from = Money::new(minor, to.currency());
            line.notices.insert(0, Notice::PriceChanged { from, to });
        }
    }
}

/// The price of a line; none of a text that was tampered with.
fn find(prices: &str, id: &str) -> Option<i64> {
    let mut pairs = prices.split(',').filter_map(|pair| pair.split_once('='));
    let (_, minor) = pairs.find(|(of, _)| *of == id)?;
    minor.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_found_by_its_line_alone() {
        assert_eq!(find("ln_1=1500,ln_2=0", "ln_2"), Some(0));
        for (prices, id) in [
            ("", "ln_1"),
            ("ln_1=1500", "ln_2"),
            ("ln_1=cheap", "ln_1"),
            ("ln_1", "ln_1"),
        ] {
            assert_eq!(find(prices, id), None, "{prices}");
        }
    }
}
