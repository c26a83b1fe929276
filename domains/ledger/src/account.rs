//! The accounts that money moves between.

use std::fmt;

/// A name under which amounts add up. Debits are above zero, credits below.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What a gateway holds for the store: debited by captures, credited by refunds.
    Gateway(String),
    /// What shoppers paid for orders: credited by captures, debited by refunds.
    Orders,
    /// What gateways keep for their work.
    Fees,
}

impl Account {
    /// The account of that name, such as `gateway:sandbox`.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "orders" => Some(Self::Orders),
            "fees" => Some(Self::Fees),
            other => other
                .strip_prefix("gateway:")
                .filter(|gateway| !gateway.is_empty())
                .map(|gateway| Self::Gateway(gateway.to_owned())),
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gateway(gateway) => write!(f, "gateway:{gateway}"),
            Self::Orders => f.write_str("orders"),
            Self::Fees => f.write_str("fees"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_survives_its_name() {
        for account in [Account::Gateway("sandbox".to_owned()), Account::Orders, Account::Fees] {
            assert_eq!(Account::parse(&account.to_string()), Some(account));
        }
        assert_eq!(Account::parse("gateway:"), None);
        assert_eq!(Account::parse("petty cash"), None);
    }
}
