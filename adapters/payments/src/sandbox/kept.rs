//! Cards that the bank keeps for customers.

use kernel::{AttemptId, CustomerId};
use payments::{CardLabel, Expiry, KeptMethod};
use serde::{Deserialize, Serialize};

/// What is known of a card whose token does not say it: the digits of the sandbox's card, and a date far away.
const PLAIN: [(&str, &str); 5] = [
    ("tok_success", "4242"),
    ("tok_decline", "0002"),
    ("tok_insufficient_funds", "9995"),
    ("tok_3ds", "3155"),
    ("tok_timeout", "0119"),
];
const FAR_AWAY: (i32, u32) = (2049, 12);

/// A card as the bank keeps it: its token tells how it behaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptCard {
    pub(super) customer: String,
    pub(super) token: String,
}

/// The bank's name for a customer.
pub(super) fn customer_name(customer: CustomerId) -> String {
    format!("sandbox_{customer}")
}

/// The bank's name for the card that an attempt was paid with.
pub(super) fn name(attempt: AttemptId) -> String {
    format!("sandbox_card_{attempt}")
}

/// What of a token tells how its card behaves. After a point come month and year, as in `tok_success.1231`.
pub(super) fn kind(token: &str) -> &str {
    token.split_once('.').map_or(token, |(kind, _)| kind)
}

/// Which card it is, for the shopper.
pub(super) fn shown(reference: &str, token: &str) -> Option<KeptMethod> {
    let kind = kind(token);
    let (_, last_four) = PLAIN.into_iter().find(|(plain, _)| *plain == kind)?;
    let expires = token.split_once('.').and_then(|(_, date)| expiry(date));
    let (year, month) = FAR_AWAY;
    Some(KeptMethod {
        reference: reference.to_owned(),
        fingerprint: format!("sandbox_{kind}"),
        card: CardLabel::new("visa", last_four)?,
        expires: expires.or(Expiry::new(year, month))?,
    })
}

fn expiry(date: &str) -> Option<Expiry> {
    let (month, year) = date.split_at_checked(2).filter(|_| date.len() == 4)?;
    Expiry::new(2000 + year.parse::<i32>().ok()?, month.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_tells_which_card_it_is_and_perhaps_until_when() {
        for (token, told) in [
            ("tok_success", Some("4242 12/49")),
            ("tok_3ds.0731", Some("3155 07/31")),
            ("tok_timeout.1331", Some("0119 12/49")),
            ("tok_success.7", Some("4242 12/49")),
            ("tok_success.\u{e9}31", Some("4242 12/49")),
            ("tok_other.0731", None),
        ] {
            let card = shown("c", token).map(|card| format!("{} {}", card.card.last_four(), card.expires));
            assert_eq!(card.as_deref(), told, "{token}");
        }
    }
}
