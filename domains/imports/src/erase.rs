//! A person is forgotten: what runs of imports noted about their rows goes.

use database::{Ctx, Error, erase};
use kernel::EmailAddress;

use crate::store;

/// Empties the problems of runs that name an address. Their numbers stay.
pub async fn erase_problems(ctx: &mut Ctx, email: &EmailAddress) -> Result<(), Error> {
    let keys = store::erase_problems(ctx, &whole(email.as_str())).await?;
    erase::erase_audit(ctx, "imports.runs", &keys).await
}

/// A pattern of PostgreSQL for an address that stands by itself: not for one that it is a part of.
fn whole(email: &str) -> String {
    let letters = email.chars().map(|letter| {
        if letter.is_alphanumeric() {
            letter.to_string()
        } else {
            format!("[{letter}]").replace("[^]", "\\^")
        }
    });
    let text: String = letters.collect();
    format!("(?<![[:alnum:]._%+-]){text}(?![[:alnum:]-]|[.][[:alnum:]])")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_matched_letter_by_letter() {
        assert_eq!(
            whole("a.b^c@x.org"),
            r"(?<![[:alnum:]._%+-])a[.]b\^c[@]x[.]org(?![[:alnum:]-]|[.][[:alnum:]])"
        );
    }
}
