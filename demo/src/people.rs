//! The shoppers of a demo store, none of whom exists.

use kernel::{Address, CountryCode, EmailAddress};
use serde::Deserialize;

use crate::content::{Content, ContentError};

/// `shoppers.toml`: first name, last name, street, city, state, postal code and country of each.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShoppersFile {
    shoppers: Vec<[String; 7]>,
}

/// Somebody who buys.
#[derive(Debug, Clone)]
pub struct Shopper {
    /// Where their mail goes: nowhere, `example.com` is reserved.
    pub email: EmailAddress,
    /// Where they live.
    pub address: Address,
}

impl Content {
    /// Everybody who buys in the store; the first one has the account that demo visitors may use.
    pub fn shoppers(&self) -> Result<Vec<Shopper>, ContentError> {
        self.people
            .shoppers
            .iter()
            .enumerate()
            .map(|(index, row)| shopper(index, row, &self.store.customer))
            .collect()
    }
}

fn shopper(index: usize, row: &[String; 7], customer: &str) -> Result<Shopper, ContentError> {
    let [first_name, last_name, line1, city, state, postal_code, country] = row.clone();
    let wrong = |error| ContentError::value(&format!("{} {}", row.join(" "), index), error);
    let letters = |name: &str| {
        name.to_lowercase()
            .chars()
            .filter(char::is_ascii_alphabetic)
            .collect::<String>()
    };
    let email = if index == 0 {
        customer.to_owned()
    } else {
        format!("{}.{}@example.com", letters(&first_name), letters(&last_name))
    };
    let address = Address {
        first_name,
        last_name,
        company: String::new(),
        line1,
        line2: String::new(),
        city,
        state,
        postal_code,
        country: CountryCode::parse(&country).map_err(wrong)?,
        phone: String::new(),
    };
    let address = address.checked().map_err(|invalid| {
        let field = invalid.0.into_iter().next();
        ContentError::Unknown {
            owner: row.join(" "),
            name: field.map(|error| error.field).unwrap_or_default(),
        }
    })?;
    Ok(Shopper {
        email: EmailAddress::parse(&email).map_err(wrong)?,
        address,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_a_good_address_and_their_own_mail() {
        for content in [Content::souk().unwrap(), Content::toko().unwrap()] {
            let shoppers = content.shoppers().unwrap();
            assert_eq!(shoppers[0].email.as_str(), content.store.customer);
            let emails: std::collections::BTreeSet<_> = shoppers.iter().map(|shopper| shopper.email.as_str()).collect();
            assert_eq!(emails.len(), shoppers.len());
        }
    }
}
