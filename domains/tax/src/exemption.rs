//! A customer who need not pay tax, because of a certificate.

use chrono::NaiveDate;
use kernel::{CustomerId, TaxExemptionId, Time};

use crate::{Destination, Place, TaxFacts};

kernel::named! {
    /// Why a customer is exempt.
    ExemptionReason {
        /// Buys to sell again.
        Resale = "resale",
        /// An office of the state.
        Government = "government",
        /// A charity or another body that is not for profit.
        Nonprofit = "nonprofit",
        /// A school or university.
        Education = "education",
        /// A church or another religious body.
        Religious = "religious",
        /// A farm.
        Agriculture = "agriculture",
        /// Makes other goods of it.
        Manufacturing = "manufacturing",
        /// An embassy or an international organisation.
        Diplomatic = "diplomatic",
        /// Something else, which the certificate says.
        Other = "other",
    }
}

/// An exemption of one customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exemption {
    /// Its id.
    pub id: TaxExemptionId,
    /// Who is exempt.
    pub customer_id: CustomerId,
    /// The number of the certificate.
    pub certificate: String,
    /// Why.
    pub reason: ExemptionReason,
    /// Where the paper is kept.
    pub reference: String,
    /// In which places; none is everywhere.
    pub places: Vec<Place>,
    /// The first day it holds; `None` when it holds already.
    pub valid_from: Option<NaiveDate>,
    /// The last day it holds; `None` until further notice.
    pub valid_until: Option<NaiveDate>,
    /// Since when the store knows it.
    pub created_at: Time,
}

impl Exemption {
    /// Whether it holds on that day.
    pub fn is_on(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|first| first <= day) && self.valid_until.is_none_or(|last| day <= last)
    }

    fn covers(&self, destination: &Destination) -> bool {
        self.places.is_empty() || self.places.iter().any(|place| place.covers(&destination.place))
    }
}

/// The exemption that holds for goods that go there on the day of the sale; of several the one that ends last.
pub fn exemption_for<'a>(facts: &'a TaxFacts, destination: &Destination) -> Option<&'a Exemption> {
    let holds = |one: &&Exemption| one.is_on(facts.day) && one.covers(destination);
    let holding = facts.exemptions.iter().filter(holds);
    holding.max_by_key(|one| (one.valid_until.is_none(), one.valid_until))
}
